"""The store in a folder: pyoxigraph on disk, nothing to install.

The folder holds ``data``, which is pyoxigraph's, and while many graphs come into it ``loading``: where that is found
later, the load did not come to its end.
"""

from __future__ import annotations

import io
import itertools
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, QuerySolutions, QueryTriples, RdfFormat

from danao.engine.interface import Answer, Row
from danao.engine.parameters import fill
from danao.engine.queries import View, answer_of
from danao.errors import StoreLocked
from danao.reading import Input
from danao.sparql import query_fault as reader_fault
from danao.statements import Facts, Graph, Term, graph_of, split, statements_of
from danao.store.faults import fault_of, no_rows, no_triples, not_empty, occupied, query_fault, unfinished
from danao.store.interface import Change
from danao.store.updates import Updates, apart, request_of

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_DATA = "data"
_LOADING = "loading"
# Characters of changes after which RocksDB's log, which is read again when the store is opened, ends in files. The log
# has about four times as many bytes.
_LONG_LOG = 1 << 24
T = TypeVar("T")


class EmbeddedStore:
    """Named graphs in a folder that is made where there is none; ``anew`` begins with nothing, whatever is there.

    One that is ``frozen`` is there already, nobody changes it, and many processes may ask it at once.

    :raises StoreLocked: another process, or this one, has it open.
    :raises DamagedStore: a load did not come to its end, or files are damaged: ask for it anew, and fill it again.
    :raises StoreFull: there is no room even to open it.
    :raises OccupiedFolder: the folder holds something else.
    """

    def __init__(self, folder: Path, *, anew: bool = False, frozen: bool = False) -> None:
        self._folder = folder
        self._frozen = frozen
        self._data = folder / _DATA
        self._updates = Updates()
        self._writing = threading.Lock()
        self._turns = _Turns()
        self._opened: pyoxigraph.Store | None = None
        self._doubtful = False
        self._logged = 0
        _refuse_others(folder)
        if anew:
            self._begin()
        elif self._mark.exists():
            raise unfinished(folder)
        else:
            self._open()

    # ---- Changing ----

    def apply(self, change: Change) -> None:
        update = request_of(self._updates.of(change))
        if not update:
            return
        with self._writing:
            self._see_that_it_is_sound()
            try:
                with self._mapped():
                    self._store.update(update)
                    self._make_safe(len(update))
            except BaseException:
                self._doubtful = True
                raise

    def _make_safe(self, size: int) -> None:
        """See that a change, whose text has so many characters, is on the disk."""
        self._logged += size
        if self._logged > _LONG_LOG:
            self._store.flush()
            self._logged = 0
        else:
            _sync_log(self._data)

    def load(self, graphs: Iterable[tuple[str, Facts]]) -> None:
        with self._writing:
            self._see_that_it_is_sound()
            with self._mapped():
                if not _is_empty(self._store):
                    raise not_empty(str(self._folder))
            try:
                with self._mapped():
                    self._fill(graphs)
            except BaseException:
                # Whatever it was: nothing is there, rather than a part of it.
                self._begin()
                raise

    def _fill(self, graphs: Iterable[tuple[str, Facts]]) -> None:
        _put_mark(self._mark)
        self._store.bulk_load(io.BufferedReader(_Lines(graphs)), RdfFormat.N_QUADS)
        # What came in bulk is slow to query until then.
        self._store.optimize()
        self._store.flush()
        _take_mark(self._mark)

    def clear(self) -> None:
        with self._writing:
            self._begin()

    # ---- Asking ----

    def facts(self, graph: str) -> Graph:
        return self._asked(lambda: _facts(self._store, graph))

    def graphs(self) -> list[str]:
        return self._asked(lambda: _names(self._store))

    def select(
        self,
        query: str,
        parameters: Mapping[str, Term] | None = None,
        *,
        default: Sequence[str] = (),
        named: Sequence[str] = (),
    ) -> list[Row]:
        text = fill(query, parameters or {})
        return self._asked(lambda: _rows(_answer(self._store, text, default, named)))

    def construct(
        self,
        query: str,
        parameters: Mapping[str, Term] | None = None,
        *,
        default: Sequence[str] = (),
        named: Sequence[str] = (),
    ) -> Graph:
        text = fill(query, parameters or {})
        return self._asked(lambda: _made(_answer(self._store, text, default, named)))

    def answer(self, query: Input, view: View, most: int) -> Answer:
        """What a reader's query gives of what a view shows, at most so many rows or triples.

        :raises QueryFault: it is none, or calls a function that there is not.
        """

        def asked() -> Answer:
            try:
                return answer_of(self._store, query.data.decode(), most, view)
            except (SyntaxError, RuntimeError) as error:
                raise reader_fault(query.name, str(error)) from error.with_traceback(None)

        return self._asked(asked)

    def look(self, at: Callable[[pyoxigraph.Store], T]) -> T:
        """What a function finds in the open store, which it must not keep."""
        return self._asked(lambda: at(self._store))

    # ---- Keeping ----

    def backup(self, folder: Path) -> None:
        """A copy in a folder that is not there yet: on the same disk at once, and without room of its own.

        It is a store as any other.

        :raises OccupiedFolder: the folder is there.
        """
        with self._writing:
            self._see_that_it_is_sound()
            with self._mapped():
                try:
                    folder.mkdir(parents=True)
                except FileExistsError:
                    raise occupied(folder) from None
                self._store.backup(folder / _DATA)

    def close(self) -> None:
        with self._writing, self._turns.alone():
            self._opened = None
            self._doubtful = False

    # ---- Opening ----

    @property
    def _mark(self) -> Path:
        return self._folder / _LOADING

    @property
    def _store(self) -> pyoxigraph.Store:
        """The open store. Nobody keeps it: it is closed when nothing refers to it any more."""
        if self._opened is None:
            message = "the store is closed"
            raise ValueError(message)
        return self._opened

    def _open(self) -> None:
        with self._mapped():
            if self._frozen:
                self._opened = pyoxigraph.Store.read_only(str(self._data))
            else:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._opened = pyoxigraph.Store(self._data)

    def _see_that_it_is_sound(self) -> None:
        """Open the store again after a change went wrong: until then it may refuse every other one."""
        if self._doubtful:
            with self._turns.alone():
                self._opened = None
                self._open()
            self._doubtful = False

    def _begin(self) -> None:
        """Nothing, in files in which nothing was."""
        if self._opened is None and self._data.exists():
            _refuse_locked(self._data, self._folder)
        with self._turns.alone(), self._mapped():
            self._opened = None
            self._folder.mkdir(parents=True, exist_ok=True)
            _put_mark(self._mark)
            if self._data.exists():
                shutil.rmtree(self._data)
            self._open()
            _take_mark(self._mark)
        self._doubtful = False

    def _asked(self, question: Callable[[], T]) -> T:
        if self._opened is None and self._doubtful:
            # It could not be opened again after a change went wrong, for want of room. There may be room now.
            with self._writing:
                self._see_that_it_is_sound()
        with self._turns.together(), self._mapped():
            return question()

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        """Errors of pyoxigraph and of the system as ours."""
        try:
            yield
        except SyntaxError as error:
            raise query_fault(str(error)) from error.with_traceback(None)
        except (OSError, RuntimeError) as error:
            # Without its traceback, whose frames may refer to the store and so keep it from being closed.
            raise fault_of(error, self._folder) from error.with_traceback(None)


class _Turns:
    """Many at a time who ask, or one alone who opens and closes, for whom those who come later wait."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._asking = 0
        self._waiting = 0

    @contextmanager
    def together(self) -> Iterator[None]:
        with self._turn:
            self._turn.wait_for(lambda: not self._waiting)
            self._asking += 1
        try:
            yield
        finally:
            with self._turn:
                self._asking -= 1
                self._turn.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        with self._turn:
            self._waiting += 1
            try:
                self._turn.wait_for(lambda: not self._asking)
                yield
            finally:
                self._waiting -= 1
                self._turn.notify_all()


# ---- What a store holds ----


def _is_empty(store: pyoxigraph.Store) -> bool:
    return next(store.quads_for_pattern(None, None, None, None), None) is None


def _facts(store: pyoxigraph.Store, graph: str) -> Graph:
    text = store.dump(format=RdfFormat.N_TRIPLES, from_graph=NamedNode(graph)) or b""
    return graph_of(split(text.decode()))


def _names(store: pyoxigraph.Store) -> list[str]:
    # A graph that its last statement left stays behind, empty.
    held = [
        graph
        for graph in store.named_graphs()
        if next(store.quads_for_pattern(None, None, None, graph), None) is not None
    ]
    return sorted(graph.value for graph in held)


def _answer(store: pyoxigraph.Store, query: str, default: Sequence[str], named: Sequence[str]) -> object:
    if not default and not named:
        return store.query(query)
    merged: list[NamedNode | BlankNode | DefaultGraph] = [NamedNode(graph) for graph in default]
    allowed: list[NamedNode | BlankNode] = [NamedNode(graph) for graph in named]
    return store.query(query, default_graph=merged, named_graphs=allowed)


def _rows(found: object) -> list[Row]:
    if not isinstance(found, QuerySolutions):
        raise no_rows()
    names = [variable.value for variable in found.variables]
    return [dict(zip(names, solution, strict=True)) for solution in found]


def _made(found: object) -> Graph:
    if not isinstance(found, QueryTriples):
        raise no_triples()
    return graph_of(split((found.serialize(format=RdfFormat.N_TRIPLES) or b"").decode()))


# ---- What comes into it in bulk ----


class _Lines(io.RawIOBase):
    """Graphs as N-Quads, made as they are read."""

    def __init__(self, graphs: Iterable[tuple[str, Facts]]) -> None:
        self._texts = map(_quads, graphs, itertools.count())
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        while not self._rest:
            text = next(self._texts, None)
            if text is None:
                return 0
            self._rest = memoryview(text)
        target = memoryview(buffer).cast("B")
        size = min(len(target), len(self._rest))
        target[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


def _quads(named: tuple[str, Facts], number: int) -> bytes:
    graph, facts = named
    end = f"{NamedNode(graph)} .\n"
    statements = apart(statements_of(facts), number)
    return "".join([f"{subject} {predicate} {thing} {end}" for subject, predicate, thing in statements]).encode()


# ---- The folder ----


def _refuse_others(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or {path.name for path in folder.iterdir()} - {_DATA, _LOADING}):
        raise occupied(folder)


def _refuse_locked(data: Path, folder: Path) -> None:
    """Whose it is shows when it is opened, even if it is damaged."""
    try:
        pyoxigraph.Store(data)
    except (OSError, RuntimeError) as error:
        fault = fault_of(error, folder)
        if isinstance(fault, StoreLocked):
            raise fault from None


def _sync_log(data: Path) -> None:
    """See that RocksDB's log, in which every change stands whole or not at all, is on the disk.

    Flushing instead writes and merges files of every index for each change, which costs more the more there is.
    """
    for log in data.glob("*.log"):
        # What stood in one that is gone now is in files that were synced.
        with suppress(FileNotFoundError):
            _sync(log)
    _sync(data)


def _put_mark(mark: Path) -> None:
    with mark.open("wb") as file:
        os.fsync(file)
    _sync(mark.parent)


def _take_mark(mark: Path) -> None:
    mark.unlink()
    _sync(mark.parent)


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
