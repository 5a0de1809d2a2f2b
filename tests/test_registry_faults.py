"""A registry whose process is killed, or whose store fails, and that two submit to at once: nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from danao.cache import cache_folder
from danao.errors import StoreBehind, StoreLocked, StoreUnavailable, Text
from danao.knowledge import Knowledge
from danao.registry.rebuild import rebuild_store
from danao.registry.record import Record
from danao.registry.submit import Registry, publish, submit
from danao.registry.verify import verify_held
from danao.registry.views import history
from danao.store.interface import Change, Store
from tests.killing import ROOT, survived
from tests.registering import CACHE, added, assessed, at, held, text_of


def test_nothing_acknowledged_is_lost_to_a_kill(tmp_path: Path) -> None:
    acknowledged = survived(tmp_path / "registry", moments=4, seed=1)
    assert acknowledged
    assert verify_held(tmp_path / "registry", None, cache=CACHE).faults == []


def test_two_who_submit_at_once_take_turns(tmp_path: Path) -> None:
    folder = tmp_path / "registry"
    with held(folder):
        pass
    commands = [[sys.executable, "-m", "tests.killing", str(folder), str(first), "3"] for first in (0, 100)]
    children = [subprocess.Popen(one, cwd=ROOT, stdout=subprocess.PIPE, text=True) for one in commands]
    told = [child.communicate(timeout=300)[0].splitlines() for child in children]
    assert [child.returncode for child in children] == [0, 0]
    entries = sorted(int(line.split()[0]) for lines in told for line in lines if line[0].isdigit())
    assert entries == [1, 2, 3, 4, 5, 6]
    with held(folder) as registry:
        versions = [one["entry"] for name in "ab" for one in history(registry, name)["entries"]]
        assert sorted(versions) == entries
    assert verify_held(folder, None, cache=CACHE).faults == []


def test_another_owner_of_the_store_is_told_of(tmp_path: Path, knowledge: Knowledge) -> None:
    folder = tmp_path / "registry"
    with held(folder) as registry:
        added(registry, knowledge, text_of("a"), 1)
    program = (
        "import sys; from pathlib import Path; from danao.store.embedded import EmbeddedStore\n"
        "store = EmbeddedStore(Path(sys.argv[1])); print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(folder / "store")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"open\n"
        with pytest.raises(StoreLocked), held(folder):
            pass
        owner.kill()
    assert verify_held(folder, None, cache=CACHE).faults == []


class Failing:
    """A store in which changes fail, before or after they were carried out."""

    def __init__(self, store: Store, *, after: bool) -> None:
        self._store = store
        self._after = after

    def apply(self, change: Change) -> None:
        if self._after:
            self._store.apply(change)
        message = "the store failed"
        raise OSError(message)

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_store_that_fails_is_caught_up(tmp_path: Path, knowledge: Knowledge, *, after: bool) -> None:
    folder = tmp_path / "registry"
    with held(folder) as registry:
        added(registry, knowledge, text_of("a"), 1)
        failing = Registry(registry.shelf, Failing(registry.store, after=after))  # type: ignore[arg-type]
        with pytest.raises(OSError, match="the store failed"):
            submit(failing, assessed(knowledge, text_of("b")), at(2))
    # The entry counts: it is in the log. The store follows when it is opened.
    with held(folder) as registry:
        assert registry.record.length == 2
        assert [one["entry"] for one in history(registry, "b")["entries"]] == [2]
        assert not submit(registry, assessed(knowledge, text_of("b")), at(3)).new
    assert verify_held(folder, None, cache=CACHE).faults == []


class Halting:
    """A store that carries out each operation of a change by itself, as Virtuoso does, and dies after so many."""

    def __init__(self, store: Store, operations: int) -> None:
        self._store = store
        self._left = operations

    def apply(self, change: Change) -> None:
        parts = [Change(put={name: facts}) for name, facts in change.put.items()]
        parts += [Change(drop=[name]) for name in change.drop]
        parts += [Change(remove={name: facts}) for name, facts in change.remove.items()]
        parts += [Change(add={name: facts}) for name, facts in change.add.items()]
        for part in parts:
            if not self._left:
                message = "died"
                raise StoreUnavailable(Text(message, message))
            self._left -= 1
            self._store.apply(part)

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


def test_a_server_that_dies_between_two_operations_of_a_change_is_caught_up(
    tmp_path: Path, knowledge: Knowledge
) -> None:
    folder = tmp_path / "registry"
    with held(folder) as registry:
        added(registry, knowledge, text_of("a"), 1)
        publish(registry, "a", at(2))
        added(registry, knowledge, text_of("b"), 3)
    # Description, examination, assessment and what follows are put, and what followed before goes; then view and
    # catalogue lose something, and get something.
    for operations in range(5, 10):
        changed = text_of("a", ('"示例板材厂"@zh', f'"第 {operations} 版"@zh'))
        with held(folder) as registry:
            halting = Registry(registry.shelf, Halting(registry.store, operations))  # type: ignore[arg-type]
            with pytest.raises(StoreBehind) if operations < 9 else nullcontext():
                submit(halting, assessed(knowledge, changed), at(operations))
    assert verify_held(folder, None, cache=cache_folder(os.environ)).faults == []


def test_a_rebuild_that_was_cut_off_is_caught_up(
    tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "registry"
    with held(folder) as registry:
        added(registry, knowledge, text_of("a"), 1)
        added(registry, knowledge, text_of("a", ('"示例板材厂"@zh', '"改名"@zh')), 2)
    monkeypatch.setattr("danao.registry.rebuild.catalogue_facts", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        rebuild_store(Record(folder), None, CACHE)
    monkeypatch.undo()
    with held(folder):
        pass
    assert verify_held(folder, None, cache=CACHE).faults == []
