"""Copies of the registry's store, from which everything is read.

A copy is never changed once it is there, takes no room of its own on the same disk, and can be asked by many processes
at once, also while the command line works on the registry. The next one is made when the log has grown.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode

from danao.errors import RegistryBusy
from danao.knowledge import Knowledge
from danao.registry.entries import digest_graph
from danao.registry.graphs import catalogue_of, knowledge_graphs
from danao.registry.queries import query
from danao.registry.record import Record
from danao.registry.submit import Registry, opened
from danao.store.embedded import EmbeddedStore
from danao.store.interface import Change
from danao.web.frames import Message
from danao.web.pool import Pool, Work
from danao.web.settings import Allowance, Settings
from danao.web.worker import Worker

FOLDER = "copies"
# How long a copy is kept after a later one took its place: longer than anybody works with it.
_KEPT = 120
# How long a request waits for the command line to finish with the registry before it is answered from the last copy.
_WAIT = 2
_MEBIBYTE = 1 << 20
# Between the name of a copy and what tells the copies of it apart.
_OWN = "-own-"


@dataclass(frozen=True)
class Copy:
    """The store after so many entries of the log, in a folder of its own."""

    folder: Path
    number: int

    @cached_property
    def store(self) -> EmbeddedStore:
        """The copy, opened to be asked by the threads of this process."""
        return EmbeddedStore(self.folder, frozen=True)


class Copies:
    """The latest copy, and those before it for as long as somebody may still read them."""

    def __init__(self, record: Record, pool: Pool, settings: Settings) -> None:
        self._record, self._pool, self._settings = record, pool, settings
        self._making = threading.Lock()
        self._copy: Copy | None = None
        self._left: list[tuple[float, Path]] = []
        shutil.rmtree(record.folder / FOLDER, ignore_errors=True)

    def latest(self) -> Copy:
        """A copy that has every entry of the log; the last one there is while another process works on the registry.

        :raises DanaoError: there is none yet, and none can be made.
        """
        copy = self._copy
        if copy and copy.number == self._record.length:
            return copy
        with self._making:
            return self._followed()

    def _followed(self) -> Copy:
        copy = self._copy
        if copy and copy.number == self._record.length:
            return copy
        try:
            return self._take(_WAIT if copy else self._settings.patience)
        except RegistryBusy:
            if copy is None:
                raise
            return copy

    def _take(self, wait: float) -> Copy:
        folder = self._record.folder / FOLDER / f"{self._record.length}-{time.monotonic_ns()}"
        work = Work("danao.web.copies:make", {"folder": str(folder.resolve()), "wait": wait})
        # The first may have to fill the store with everything.
        seconds = self._settings.work.seconds if self._copy else 3600
        found = self._pool.run(work, Allowance(seconds, 4096 * _MEBIBYTE))
        return self._put(Copy(folder, found.header["number"]))

    def ahead(self) -> Path:
        """A folder for a copy that a worker makes of what it has just written."""
        return (self._record.folder / FOLDER / f"ahead-{time.monotonic_ns()}").resolve()

    def adopt(self, folder: Path, number: int) -> None:
        """Take a copy that a worker made in a folder, after so many entries; unless there is a later one."""
        with self._making:
            if self._copy and self._copy.number >= number:
                self._left.append((time.monotonic(), folder))
            else:
                self._put(Copy(folder, number))

    def own(self, copy: Copy, projects: Sequence[str]) -> tuple[Copy, list[str]]:
        """A copy of a copy for who sees some projects whole, and the graphs of these."""
        name = sha256(" ".join(projects).encode()).hexdigest()[:16]
        folder = copy.folder.with_name(f"{copy.folder.name}{_OWN}{name}-{time.monotonic_ns()}")
        told = {"copy": str(copy.folder.resolve()), "folder": str(folder.resolve()), "projects": list(projects)}
        found = self._pool.run(Work("danao.web.own:make", told), self._settings.work)
        return Copy(folder, copy.number), found.header["graphs"]

    def _put(self, copy: Copy) -> Copy:
        if self._copy:
            self._left.append((time.monotonic(), self._copy.folder))
        self._copy = copy
        self._clear()
        return copy

    def _clear(self) -> None:
        """Remove copies that nobody reads any more."""
        until = time.monotonic() - _KEPT
        for when, folder in [one for one in self._left if one[0] < until]:
            self._left.remove((when, folder))
            for one in (folder, *folder.parent.glob(f"{folder.name}{_OWN}*")):
                shutil.rmtree(one, ignore_errors=True)

    def close(self) -> None:
        """Remove all copies."""
        shutil.rmtree(self._record.folder / FOLDER, ignore_errors=True)


# ---- In a worker ----


def make(worker: Worker, arguments: dict[str, Any], _parts: Sequence[bytes]) -> Message:
    """Copy the store, caught up, into a folder, with the knowledge of the service beside that of entries."""
    record, folder = worker.shelf.record, Path(arguments["folder"])
    with opened(record, None, shelf=worker.shelf, wait=arguments["wait"]) as registry:
        return Message({"number": copied(registry, folder, worker.knowledge)})


def copied(registry: Registry, folder: Path, knowledge: Knowledge) -> int:
    """Copy the store of a registry that is held, with the knowledge of the service; the number of its last entry."""
    store, base = registry.store, registry.record.base
    if not isinstance(store, EmbeddedStore):
        raise TypeError(store)
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    store.backup(folder)
    graph = {"knowledge": NamedNode(knowledge_graph_of(base, knowledge))}
    if not store.select(query("held"), graph, default=(catalogue_of(base),)):
        _add_knowledge(folder, base, knowledge)
    return registry.record.length


def knowledge_graph_of(base: str, knowledge: Knowledge) -> str:
    """The graph in which a copy has the knowledge of the service."""
    return digest_graph(base, "knowledge", knowledge.digest)


def _add_knowledge(folder: Path, base: str, knowledge: Knowledge) -> None:
    """Let a copy that nobody reads yet have the knowledge of the service, which no entry was made with."""
    store = EmbeddedStore(folder)
    try:
        store.apply(Change(put=knowledge_graphs(knowledge_graph_of(base, knowledge), knowledge)))
    finally:
        store.close()
