"""The store in a folder: what every store does, and what may happen to files and processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from danao.errors import DamagedStore, DanaoError, OccupiedFolder, StoreLocked
from danao.statements import Facts, graph_of
from danao.store import open_store
from danao.store.embedded import EmbeddedStore
from danao.store.interface import Change
from tests.store_contract import BASE, ONE, ROWS, TWO, VIEW, StoreContract, content, facts, lines
from tests.test_cli import SERVICE

__all__ = ["content"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def store(folder: Path) -> Iterator[EmbeddedStore]:
    store = EmbeddedStore(folder)
    yield store
    store.close()


class TestEmbedded(StoreContract):
    """Exact in every literal."""


# ---- Other processes ----

# Opens the store in the folder given and does what the test says, which ends at the latest when its input does.
PROLOGUE = """
import resource, sys
from pathlib import Path
from danao.store.embedded import EmbeddedStore
from danao.store.interface import Change
from danao.statements import graph_of
def facts(*names):
    return graph_of([(f"<urn:{name}>", "<urn:p>", "<urn:b>") for name in names])
def say(*words):
    print(*words, flush=True)
def many(number, size):
    return facts(*(f"{number}-{one}" for one in range(size)))
folder = Path(sys.argv[1])
"""


def started(code: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROLOGUE + code, str(folder)],
        env=os.environ | {"PYTHONPATH": str(SERVICE)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def next_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def killed(process: subprocess.Popen[str]) -> list[str]:
    """What a process had still said when it was killed."""
    assert process.stdout is not None
    process.send_signal(signal.SIGKILL)
    said = process.stdout.read().split("\n")
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    # A line that was not finished was not said.
    return said[:-1]


def test_what_was_applied_is_there_when_the_store_is_opened_again(folder: Path) -> None:
    store = EmbeddedStore(folder)
    store.apply(Change(put={ONE: facts("a p b")}))
    store.close()
    again = EmbeddedStore(folder)
    assert lines(again.facts(ONE)) == lines(facts("a p b"))
    again.close()


def test_a_change_is_on_the_disk_when_it_returns(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    sync = os.fsync

    def noted(number: int) -> None:
        synced.append(Path(f"/proc/self/fd/{number}").readlink().suffix)
        sync(number)

    store = EmbeddedStore(folder)
    monkeypatch.setattr(os, "fsync", noted)
    store.apply(Change(put={ONE: facts("a p b")}))
    # RocksDB's logs, then the folder that they are in.
    assert set(synced[:-1]) == {".log"}
    assert synced[-1] == ""
    store.close()


def test_a_long_log_ends_in_files(store: EmbeddedStore, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def files() -> int:
        return sum(path.stat().st_size for path in (folder / "data").glob("*.sst"))

    many = facts(*(f"a{number} p b" for number in range(2000)))
    store.apply(Change(put={ONE: many}))
    assert files() < 20_000
    monkeypatch.setattr("danao.store.embedded._LONG_LOG", 150_000)
    store.apply(Change(put={TWO: many}))
    assert files() > 50_000
    store.apply(Change(put={VIEW: facts("a p b")}))
    assert store.graphs() == [ONE, TWO, VIEW]


# Graph n holds 300 statements, the view those of the last graph and nothing else.
APPLYING = """
store = EmbeddedStore(folder)
base = "https://brain.example/graph/"
first = sum(1 for graph in store.graphs() if graph != base + "view")
say("open")
for number in range(first, 100_000):
    old = {base + "view": many(number - 1, 300)} if number else {}
    store.apply(Change(put={f"{base}{number}": many(number, 300)}, remove=old, add={base + "view": many(number, 300)}))
    say(number)
"""


def test_killed_at_any_moment_nothing_acknowledged_is_lost_and_nothing_is_half_there(folder: Path) -> None:
    told = -1
    for moment in range(12):
        process = started(APPLYING, folder)
        assert next_line(process) == "open"
        time.sleep(0.05 + 0.037 * moment)
        told = max([told, *map(int, killed(process))])
        store = EmbeddedStore(folder)
        numbers = sorted(int(graph.rpartition("/")[2]) for graph in store.graphs() if graph != VIEW)
        assert numbers == list(range(len(numbers)))
        assert len(numbers) in {told + 1, told + 2}
        if numbers:
            assert len(store.facts(f"{BASE}graph/{numbers[-1]}")) == 300
            assert lines(store.facts(VIEW)) == lines(store.facts(f"{BASE}graph/{numbers[-1]}"))
        store.close()
        told = len(numbers) - 1
    assert told > 10


def test_a_store_of_another_process_is_locked(folder: Path) -> None:
    process = started("store = EmbeddedStore(folder); say('open'); sys.stdin.read()", folder)
    assert next_line(process) == "open"
    for anew in (False, True):
        with pytest.raises(StoreLocked, match="Another process") as caught:
            EmbeddedStore(folder, anew=anew)
        assert caught.value.place.file == str(folder)
    killed(process)
    EmbeddedStore(folder).close()


def test_a_store_of_this_process_is_locked_too(store: EmbeddedStore, folder: Path) -> None:
    with pytest.raises(StoreLocked):
        EmbeddedStore(folder)
    store.apply(Change(put={ONE: facts("a p b")}))
    assert store.graphs() == [ONE]


# ---- A full disk ----

FILLED = """
store = EmbeddedStore(folder)
store.apply(Change(put={"https://brain.example/graph/one": many(1, 100)}))
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
from danao.errors import StoreFull
try:
    store.apply(Change(put={"https://brain.example/graph/two": many(2, 20_000)}, drop=["https://brain.example/graph/one"]))
except StoreFull as fault:
    say(fault.name, "|", fault.what.zh, "|", fault.fix.en)
say(len(store.facts("https://brain.example/graph/one")), *store.graphs())
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
store.apply(Change(put={"https://brain.example/graph/three": many(3, 20_000)}))
say(len(store.facts("https://brain.example/graph/three")), *store.graphs())
"""


def test_where_a_file_cannot_grow_the_change_is_refused_and_the_store_goes_on_once_it_can(folder: Path) -> None:
    process = started(FILLED, folder)
    said = process.communicate()[0].splitlines()
    assert process.returncode == 0
    name, chinese, fix = said[0].split(" | ")
    assert name == "StoreFull"
    assert "磁盘满了" in chinese
    assert "unharmed" in fix
    assert said[1:] == [f"100 {ONE}", f"20000 {ONE} {BASE}graph/three"]
    store = EmbeddedStore(folder)
    assert len(store.facts(ONE)) == 100
    store.close()


# ---- Loading ----

LOADING = """
store = EmbeddedStore(folder)
def graphs():
    for number in range(2_000_000):
        if number == 40_000:
            say("loading")
        yield f"https://brain.example/graph/{number}", many(number, 30)
store.load(graphs())
"""


def test_a_load_that_was_killed_is_seen_and_can_be_begun_anew(folder: Path) -> None:
    process = started(LOADING, folder)
    assert next_line(process) == "loading"
    killed(process)
    with pytest.raises(DamagedStore, match="not finished") as caught:
        EmbeddedStore(folder)
    assert caught.value.fix is not None
    assert "anew from the record" in caught.value.fix.en
    before = {path.name for path in (folder / "data").iterdir()}
    store = EmbeddedStore(folder, anew=True)
    assert store.graphs() == []
    store.load([(ONE, facts("a p b"))])
    assert store.graphs() == [ONE]
    assert {path.name for path in folder.iterdir()} == {"data"}
    left = {name for name in before if name.startswith("bulk-")} & {path.name for path in (folder / "data").iterdir()}
    assert left == set()
    store.close()


def test_a_load_whose_source_fails_leaves_an_empty_store(store: EmbeddedStore, folder: Path) -> None:
    def graphs() -> Iterator[tuple[str, Facts]]:
        yield ONE, facts(*(f"a{number} p b" for number in range(5000)))
        message = "the record ends here"
        raise LookupError(message)

    with pytest.raises(LookupError, match="the record ends here"):
        store.load(graphs())
    assert store.graphs() == []
    assert {path.name for path in folder.iterdir()} == {"data"}
    store.load([(TWO, facts("a p b"))])
    assert store.graphs() == [TWO]


def test_what_is_loaded_is_there_when_the_store_is_opened_again(folder: Path) -> None:
    store = EmbeddedStore(folder)
    store.load((f"{BASE}graph/{number:05}", facts(f"a{number} p b", "a p b")) for number in range(3000))
    store.close()
    again = EmbeddedStore(folder)
    assert len(again.graphs()) == 3000
    assert lines(again.facts(f"{BASE}graph/02999")) == lines(facts("a2999 p b", "a p b"))
    again.close()


# ---- Files ----


@pytest.mark.parametrize("name", ["CURRENT", "MANIFEST", "sst"])
def test_damaged_files_are_told_and_the_store_can_be_begun_anew(folder: Path, name: str) -> None:
    store = EmbeddedStore(folder)
    store.apply(Change(put={ONE: facts(*(f"a{number} p b" for number in range(2000)))}))
    store.close()
    for path in (folder / "data").iterdir():
        if name in path.name:
            path.write_bytes(b"\0" * path.stat().st_size)
    with pytest.raises(DamagedStore) as caught:
        EmbeddedStore(folder).facts(ONE)
    assert caught.value.place.file == str(folder)
    again = EmbeddedStore(folder, anew=True)
    assert again.graphs() == []
    again.close()


def test_a_folder_of_something_else_is_left_alone(folder: Path) -> None:
    folder.mkdir()
    (folder / "letter.txt").write_text("dear", encoding="utf-8")
    for anew in (False, True):
        with pytest.raises(OccupiedFolder):
            EmbeddedStore(folder, anew=anew)
    assert [path.name for path in folder.iterdir()] == ["letter.txt"]
    with pytest.raises(OccupiedFolder):
        EmbeddedStore(folder / "letter.txt")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DanaoError) as caught:
        EmbeddedStore(tmp_path / "file" / "store")
    assert caught.value.name in {"StoreFault", "DamagedStore"}


def test_a_backup_is_a_store_of_its_own(store: EmbeddedStore, tmp_path: Path) -> None:
    store.apply(Change(put={ONE: facts("a p b")}))
    store.backup(tmp_path / "copies" / "first")
    store.apply(Change(drop=[ONE], add={TWO: facts("a p b")}))
    copy = EmbeddedStore(tmp_path / "copies" / "first")
    assert copy.graphs() == [ONE]
    copy.apply(Change(put={VIEW: facts("a p b")}))
    assert store.graphs() == [TWO]
    copy.close()
    linked = [path for path in (tmp_path / "store" / "data").glob("*.sst") if path.stat().st_nlink > 1]
    assert linked
    with pytest.raises(OccupiedFolder):
        store.backup(tmp_path / "copies" / "first")


# ---- Threads ----


def test_queries_see_a_change_whole_or_not_at_all_while_others_write(store: EmbeddedStore) -> None:
    first, second = (facts(*(f"{name}{number} p b" for number in range(500))) for name in ("a", "b"))
    store.apply(Change(put={VIEW: first}))
    seen: set[tuple[int, str]] = set()
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            rows = store.select(ROWS, default=[VIEW])
            seen.add((len(rows), "".join(sorted({row["s"].value[20] for row in rows}))))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        store.apply(Change(remove={VIEW: first}, add={VIEW: second}))
        store.apply(Change(remove={VIEW: second}, add={VIEW: first}))
    over.set()
    for thread in threads:
        thread.join()
    assert seen == {(500, "a"), (500, "b")}


def test_a_store_is_cleared_while_others_ask(store: EmbeddedStore) -> None:
    over = threading.Event()
    failures: list[BaseException] = []

    def ask() -> None:
        try:
            while not over.is_set():
                store.select(ROWS, default=[ONE])
        except BaseException as failure:  # noqa: BLE001 - told by the test
            failures.append(failure)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        store.apply(Change(put={ONE: facts("a p b")}))
        store.clear()
    over.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.graphs() == []


def test_a_closed_store_says_so(folder: Path) -> None:
    store = EmbeddedStore(folder)
    store.close()
    with pytest.raises(ValueError, match="closed"):
        store.graphs()


# ---- Changes and locations ----


@pytest.mark.parametrize(
    "parts",
    [
        {"put": {ONE: facts("a p b")}, "add": {ONE: facts("a p b")}},
        {"put": {ONE: facts("a p b")}, "drop": [ONE]},
        {"drop": ["no iri"]},
        {"put": {"https://x/> { } } ; DROP ALL #": facts("a p b")}},
        {"add": {ONE: graph_of([("<https://example.org/a>", "<https://example.org/p>", "_:b")])}},
    ],
)
def test_a_change_that_makes_no_sense_is_none(parts: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Change(**parts)  # type: ignore[arg-type]


def test_a_path_is_an_embedded_store(folder: Path) -> None:
    for location in (folder, str(folder)):
        store = open_store(location)
        assert isinstance(store, EmbeddedStore)
        store.close()


LAZY = "import danao.store, sys; print(*sorted({'pyoxigraph', 'httpx2', 'danao.engine'} & {*sys.modules}))"
FOLDER_ONLY = (
    "import sys; from danao.store import open_store; open_store(sys.argv[1]);"
    "print(*sorted({'pyoxigraph', 'httpx2', 'shacl', 'rdflib'} & {*sys.modules}))"
)


@pytest.mark.parametrize(("code", "imported"), [(LAZY, ""), (FOLDER_ONLY, "pyoxigraph")])
def test_libraries_are_imported_when_they_are_needed(folder: Path, code: str, imported: str) -> None:
    environment = os.environ | {"PYTHONPATH": str(SERVICE)}
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == imported
