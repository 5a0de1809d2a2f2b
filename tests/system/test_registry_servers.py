"""Registries whose store is a real server: the same as in a folder, and unharmed by whatever the server does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from danao.errors import RegistryFull, StoreBehind, StoreFault, StoreFull, StoreUnavailable
from danao.knowledge import Knowledge
from danao.registry.archive import export_to, import_dump
from danao.registry.rebuild import rebuild_store
from danao.registry.record import SALT, Record, create_record
from danao.registry.submit import Registry, opened, publish, submit, withdraw
from danao.registry.verify import verify_held
from danao.registry.views import history, listing
from danao.statements import Statement, graph_of
from danao.store.interface import Change
from danao.store.remote import RemoteStore
from danao.store.server import Server
from danao.store.updates import staged_by
from tests.killing import ROOT
from tests.registering import BASE, added, assessed, at, contents, held, text_of
from tests.servers import Answer, Handler, Seen, Sparql, listening, says
from tests.store_contract import facts
from tests.system.test_store_servers import (
    free_port,
    oxigraph,
    oxigraph_port,
    small_disk,
    virtuoso_at,
    virtuoso_port,
)

__all__ = ["oxigraph_port", "small_disk", "virtuoso_port"]

RENAMED = ('"示例板材厂"@zh', '"改名的板材厂"@zh')
AGAIN = ('"示例板材厂"@zh', '"又改名的板材厂"@zh')
EXAMPLES = ROOT / "examples"


def fill(registry: Registry, knowledge: Knowledge) -> None:
    """Three projects, five versions, an evidence file, an examination, publications, and one of them taken back."""
    half_built, examination = (
        (EXAMPLES / f"{name}.ttl").read_text(encoding="utf-8") for name in ("half-built", "half-built-examination")
    )
    identifier = submit(registry, assessed(knowledge, half_built, examination), at(1)).entry.one("identifier")
    added(registry, knowledge, text_of("a"), 2, {f"{BASE}id/a/covenant-file": b"%PDF-1.7"})
    added(registry, knowledge, text_of("b"), 3)
    publish(registry, "a", at(4))
    added(registry, knowledge, text_of("a", RENAMED), 5)
    publish(registry, identifier, at(6))
    publish(registry, "b", at(7))
    added(registry, knowledge, text_of("a", AGAIN), 8)
    publish(registry, "a", at(9))
    withdraw(registry, "b", at(10), "申诉")


@dataclass(frozen=True)
class Filled:
    """A registry that was filled through the store in its folder, and what its graphs held."""

    folder: Path
    contents: dict[str, set[Statement]]

    def copied(self, folder: Path) -> Record:
        """The record elsewhere, without its store."""
        shutil.copytree(self.folder, folder, ignore=lambda _, names: {"store"} & {*names})
        return Record(folder)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Filled:
    folder = tmp_path_factory.mktemp("filled") / "registry"
    with held(folder) as registry:
        fill(registry, knowledge)
        return Filled(folder, contents(registry))


def plain(port: int) -> Server:
    return Server.at(f"http://127.0.0.1:{port}")


def virtuoso_server(port: int) -> Server:
    """As in the tests of stores, but the registry says which graphs are its own."""
    root = f"http://127.0.0.1:{port}"
    return Server(
        query=f"{root}/sparql-auth",
        update=f"{root}/sparql-auth",
        graphs=f"{root}/sparql-graph-crud-auth",
        user="dba",
        password="dba",  # noqa: S106 - what it comes with
        digest=True,
    )


@pytest.fixture(params=["oxigraph", "virtuoso"])
def server(request: pytest.FixtureRequest) -> Server:
    """Each of the two servers, with nothing of ours in it."""
    port = request.getfixturevalue(f"{request.param}_port")
    if request.param == "virtuoso":
        store, found = virtuoso_at(port), virtuoso_server(port)
    else:
        store, found = RemoteStore(Server.at(f"http://127.0.0.1:{port}", within=BASE)), plain(port)
    store.clear()
    store.close()
    return found


# ---- The same content and digests ----


def test_what_is_submitted_through_a_server_has_the_same_digests_and_graphs(
    server: Server, filled: Filled, tmp_path: Path, knowledge: Knowledge
) -> None:
    folder = tmp_path / "registry"
    record = create_record(folder, BASE)
    # Public names are salted.
    shutil.copy(filled.folder / SALT, folder / SALT)
    with opened(record, server) as registry:
        fill(registry, knowledge)
        assert contents(registry) == filled.contents
        seen = listing(registry), history(registry, "a")
    assert list(record.lines()) == list(Record(filled.folder).lines())
    assert verify_held(folder, server).faults == []
    with held(filled.folder) as registry:
        assert (listing(registry), history(registry, "a")) == seen


def test_a_server_that_has_nothing_is_caught_up_and_one_made_anew_is_the_same(
    server: Server, filled: Filled, tmp_path: Path
) -> None:
    record = filled.copied(tmp_path / "registry")
    with opened(record, server) as registry:
        assert contents(registry) == filled.contents
    assert rebuild_store(record, server) == record.length == 10
    with opened(record, server) as registry:
        assert contents(registry) == filled.contents
    assert verify_held(record.folder, server).faults == []


def test_a_dump_of_one_store_becomes_the_same_in_another(server: Server, filled: Filled, tmp_path: Path) -> None:
    record = filled.copied(tmp_path / "registry")
    with opened(record, server):
        pass
    export_to(record, tmp_path / "a.tar")
    import_dump(tmp_path / "a.tar", tmp_path / "other")
    with held(tmp_path / "other") as registry:
        assert contents(registry) == filled.contents
        assert list(registry.record.lines()) == list(record.lines())
    export_to(Record(tmp_path / "other"), tmp_path / "b.tar")
    assert (tmp_path / "a.tar").read_bytes() == (tmp_path / "b.tar").read_bytes()
    import_dump(tmp_path / "b.tar", tmp_path / "third")
    rebuild_store(Record(tmp_path / "third"), server)
    assert verify_held(tmp_path / "third", server).faults == []


def test_what_others_have_on_the_server_stays(server: Server, filled: Filled, tmp_path: Path) -> None:
    theirs, waiting = "https://other.example/graph", f"{staged_by('https://other.example/')}0"
    record = filled.copied(tmp_path / "registry")
    others = RemoteStore(server)
    others.apply(Change(put={theirs: facts("a p b"), waiting: facts("a p b")}))
    rebuild_store(record, server)
    with opened(record, server) as registry:
        assert contents(registry) == filled.contents
    assert [len(others.facts(graph)) for graph in (theirs, waiting)] == [1, 1]
    others.apply(Change(drop=[theirs, waiting]))
    others.close()


def test_a_graph_that_was_tampered_with_on_the_server_is_named(server: Server, filled: Filled, tmp_path: Path) -> None:
    record = filled.copied(tmp_path / "registry")
    with opened(record, server) as registry:
        graph = next(name for name in registry.store.graphs() if "/description/" in name)
        registry.store.apply(Change(remove={graph: graph_of(registry.store.facts(graph).statements[:1])}))
    assert any(graph in fault.where for fault in verify_held(record.folder, server).faults)
    rebuild_store(record, server)
    assert verify_held(record.folder, server).faults == []


# ---- A server that is not there, or dies ----


def files_of(folder: Path) -> dict[str, bytes]:
    """Everything that is recorded."""
    inside = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in inside}


def test_a_server_that_is_down_is_noticed_before_anything_is_written(tmp_path: Path, knowledge: Knowledge) -> None:
    folder, port = tmp_path / "registry", free_port()
    server = Server.at(f"http://127.0.0.1:{port}", tries=1)
    record = create_record(folder, BASE)
    before = files_of(folder)
    with pytest.raises(StoreUnavailable, match="no connection"), opened(record, server) as registry:
        added(registry, knowledge, text_of("a"), 1)
    assert {name: data for name, data in files_of(folder).items() if name != "lock"} == before
    with oxigraph(tmp_path, port), opened(record, server) as registry:
        added(registry, knowledge, text_of("a"), 1)
    assert record.length == 1


@pytest.mark.parametrize("work", ["submit", "publish", "withdraw"])
def test_a_server_that_dies_between_two_steps_is_noticed_before_anything_is_written(
    tmp_path: Path, knowledge: Knowledge, work: str
) -> None:
    folder, port = tmp_path / "registry", free_port()
    record, server = create_record(folder, BASE), Server.at(f"http://127.0.0.1:{port}", tries=2)
    works: dict[str, Callable[[Registry], object]] = {
        "submit": lambda registry: added(registry, knowledge, text_of("a", RENAMED), 3, {f"{BASE}id/a/x": b"%PDF"}),
        "publish": lambda registry: publish(registry, "a", at(3)),
        "withdraw": lambda registry: withdraw(registry, "a", at(3), "申诉"),
    }
    with oxigraph(tmp_path, port) as process, opened(record, server) as registry:
        added(registry, knowledge, text_of("a"), 1)
        publish(registry, "a", at(2))
        added(registry, knowledge, text_of("a", AGAIN), 2)
        process.kill()
        process.wait()
        before = files_of(folder)
        with pytest.raises(StoreUnavailable):
            works[work](registry)
        assert files_of(folder) == before
        # The same process goes on when the server is there again.
        with oxigraph(tmp_path, port):
            works[work](registry)
            assert registry.record.length == 4
    with oxigraph(tmp_path, port):
        assert verify_held(folder, server).faults == []


def test_a_server_that_is_killed_in_a_submission_follows_when_it_is_back(tmp_path: Path, knowledge: Knowledge) -> None:
    folder, port = tmp_path / "registry", free_port()
    record, server = create_record(folder, BASE), Server.at(f"http://127.0.0.1:{port}", tries=1)
    told = behind = 0
    for moment in range(4):
        with oxigraph(tmp_path, port) as process, opened(record, server) as registry:
            assert registry.record.length in {told, told + behind}
            told = registry.record.length
            assessments = [
                assessed(knowledge, text_of("ab"[one % 2], ('"示例板材厂"@zh', f'"第 {moment}-{one} 版"@zh')))
                for one in range(8)
            ]
            killer = threading.Timer(1.0 + moment * 0.37, process.kill)
            killer.start()
            with pytest.raises(StoreFault) as caught:  # noqa: PT012 - it dies at some time
                for one in range(100):
                    submit(registry, assessments[one % 8], at(one))
                    told += 1
            killer.join()
            behind = isinstance(caught.value, StoreBehind)
            assert registry.record.length == told + behind
    with oxigraph(tmp_path, port):
        assert verify_held(folder, server).faults == []
        with opened(record, server) as registry:
            assert added(registry, knowledge, text_of("c"), 1).new


# ---- A server that answers something else for a while ----


@dataclass
class Unreliable:
    """A server whose answers go wrong from a moment on, for requests of some kind, until it is mended."""

    wrong: Answer | None = None
    paths: tuple[str, ...] = ("/update", "/query", "/store")
    whole: Sparql = field(default_factory=Sparql)

    def __call__(self, seen: Seen, handler: Handler) -> None:
        path = seen.path.partition("?")[0]
        answer = self.wrong if self.wrong is not None and path in self.paths else self.whole
        answer(seen, handler)


def hangs_up(_seen: Seen, handler: Handler) -> None:
    handler.close_connection = True


def says_half(_seen: Seen, handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/sparql-results+json")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"head": {"vars": ["numb')
    handler.close_connection = True


WRONG: dict[str, Answer] = {
    "500": says(500, b"internal error"),
    "503": says(503, b"restarting"),
    "deadlock": says(500, b"Virtuoso 40001 Error SR172: Transaction deadlocked"),
    "a page to sign in": says(200, b"<html>sign in</html>", "text/html"),
    "full": says(507, b"no room"),
    "hangs up": hangs_up,
    "half an answer": says_half,
    "who are you": says(401, b"who"),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_server_that_answers_rubbish_harms_nothing(tmp_path: Path, knowledge: Knowledge, wrong: Answer) -> None:
    folder, answers = tmp_path / "registry", Unreliable()
    record = create_record(folder, BASE)
    with listening(answers) as listener:
        server = Server.at(listener.address, tries=2)
        with opened(record, server) as registry:
            added(registry, knowledge, text_of("a"), 1)
            before = files_of(folder)
            answers.wrong = wrong
            # It cannot be asked how far it is: nothing is written.
            with pytest.raises(StoreFault) as asked:
                added(registry, knowledge, text_of("b"), 2)
            assert not isinstance(asked.value, StoreBehind)
            assert files_of(folder) == before
            for number, paths in enumerate((("/store",), ("/update",)), start=2):
                # It can be asked, and then fails: the entry counts.
                answers.wrong, answers.paths = wrong, paths
                with pytest.raises(StoreBehind, match=f"Entry {number} is registered"):
                    added(registry, knowledge, text_of("a", (RENAMED[0], f'"第 {number} 版"@zh')), number)
                assert record.length == number
                # The same process does not go on over the gap.
                with pytest.raises(StoreFault) as asked:
                    added(registry, knowledge, text_of("b"), 5)
                assert not isinstance(asked.value, StoreBehind)
                assert record.length == number
                answers.wrong = None
                assert not added(registry, knowledge, text_of("a", (RENAMED[0], f'"第 {number} 版"@zh')), 6).new
            assert added(registry, knowledge, text_of("b"), 7).entry.number == 4
        assert verify_held(folder, server).faults == []


def test_an_answer_that_is_lost_is_asked_for_again(tmp_path: Path, knowledge: Knowledge) -> None:
    folder, answers = tmp_path / "registry", Unreliable(paths=("/update", "/store"))
    losses = 0

    def loses_every_second(seen: Seen, handler: Handler) -> None:
        nonlocal losses
        losses += 1
        if losses % 2:
            # Done, but nobody is told.
            with suppress(OSError):
                answers.whole(seen, _Deaf(handler))  # type: ignore[arg-type]
            handler.close_connection = True
        else:
            answers.whole(seen, handler)

    with listening(answers) as listener:
        server = Server.at(listener.address)
        with held(folder, server) as registry:
            answers.wrong = loses_every_second
            added(registry, knowledge, text_of("a"), 1)
            added(registry, knowledge, text_of("a", RENAMED), 2)
        assert losses > 2
        answers.wrong = None
        assert verify_held(folder, server).faults == []


class _Deaf:
    """A handler that replies nothing."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def reply(self, *_: object, **__: object) -> None:
        """Say nothing."""

    def __getattr__(self, name: str) -> object:
        return getattr(self._handler, name)


# ---- A disk that is full ----


def leave(folder: Path, room: int) -> None:
    """Fill a disk but for so many bytes."""
    found = os.statvfs(folder)
    (folder / "ballast").write_bytes(bytes(max(0, found.f_bavail * found.f_frsize - room)))


def test_a_full_disk_of_the_store_is_told_and_the_entry_counts(
    small_disk: Path, tmp_path: Path, knowledge: Knowledge
) -> None:
    folder, address = tmp_path / "registry", str(small_disk / "store")
    with held(folder, address) as registry:
        added(registry, knowledge, text_of("a"), 1)
        leave(small_disk, 1 << 20)
        with pytest.raises(StoreBehind, match="disk is full") as caught:  # noqa: PT012 - it is full at some time
            for number in range(2, 20):
                added(registry, knowledge, text_of("a", (RENAMED[0], f'"第 {number} 版"@zh')), number)
        assert isinstance(caught.value.__cause__, StoreFull)
        length = registry.record.length
        with pytest.raises(StoreFull):
            added(registry, knowledge, text_of("b"), 30)
        assert registry.record.length == length
        subprocess.run(["mount", "-o", "remount,size=256m", small_disk], check=True)
        assert added(registry, knowledge, text_of("b"), 30).entry.number == length + 1
    assert verify_held(folder, address).faults == []


def test_a_full_disk_of_the_record_is_told_and_nothing_counts(
    small_disk: Path, tmp_path: Path, knowledge: Knowledge
) -> None:
    folder, address = small_disk / "registry", str(tmp_path / "store")
    with held(folder, address) as registry:
        added(registry, knowledge, text_of("a"), 1)
        for room in (0, 50_000, 150_000):
            leave(small_disk, room)
            length = registry.record.length
            with pytest.raises(RegistryFull, match="No space left"):  # noqa: PT012 - it is full at some time
                for number in range(100):
                    added(registry, knowledge, text_of("a", (RENAMED[0], f'"第 {room}-{number} 版"@zh')), number)
                    length += 1
            assert registry.record.length == length
            (small_disk / "ballast").unlink()
        assert added(registry, knowledge, text_of("b"), 30).new
    assert verify_held(folder, address).faults == []
    assert not list((folder / "objects").rglob("*.half"))


# ---- Two at once ----


def test_two_who_submit_at_once_to_a_server_take_turns(tmp_path: Path) -> None:
    folder, port = tmp_path / "registry", free_port()
    address = f"http://127.0.0.1:{port}"
    with oxigraph(tmp_path, port):
        with held(folder, address):
            pass
        commands = [
            [sys.executable, "-m", "tests.killing", str(folder), str(first), "3", address] for first in (0, 100)
        ]
        children = [subprocess.Popen(one, cwd=ROOT, stdout=subprocess.PIPE, text=True) for one in commands]
        told = [child.communicate(timeout=300)[0].splitlines() for child in children]
        assert [child.returncode for child in children] == [0, 0]
        entries = sorted(int(line.split()[0]) for lines in told for line in lines if line[0].isdigit())
        assert entries == [1, 2, 3, 4, 5, 6]
        assert verify_held(folder, address).faults == []
