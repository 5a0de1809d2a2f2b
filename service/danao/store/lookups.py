"""What the embedded store says of a node, looked up in its indexes without a query."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from queue import Full, Queue

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from danao.store.embedded import EmbeddedStore

Node = NamedNode | BlankNode
# Statements that are read of a graph in one go.
_BATCH = 10_000
# The name of threads that read a graph.
READING = "reads a graph"
# Seconds between looks at whether somebody still takes them.
_LOOK = 1 / 4


def about(store: EmbeddedStore, node: Node, graphs: Iterable[str]) -> list[Triple]:
    """What some graphs state of a node, each statement once."""

    def found(opened: Iterable[Quad]) -> list[Triple]:
        return list(dict.fromkeys(quad.triple for quad in opened))

    return store.look(
        lambda opened: found(
            quad for graph in graphs for quad in opened.quads_for_pattern(node, None, None, NamedNode(graph))
        )
    )


def is_subject(store: EmbeddedStore, node: Node, graphs: Iterable[str]) -> bool:
    """Whether some graphs state anything of a node."""
    return store.look(
        lambda opened: any(
            next(opened.quads_for_pattern(node, None, None, NamedNode(graph)), None) is not None for graph in graphs
        )
    )


def graphs_about(store: EmbeddedStore, node: Node) -> list[str]:
    """All graphs that state something of a node."""
    return store.look(
        lambda opened: sorted(
            {
                quad.graph_name.value
                for quad in opened.quads_for_pattern(node, None, None, None)
                if isinstance(quad.graph_name, NamedNode)
            }
        )
    )


def pointing(store: EmbeddedStore, node: Node, graphs: Sequence[str], over: str | None, part: range) -> list[Triple]:
    """A part of the statements by which nodes of some graphs point to a node, over a property or over any.

    Their order is the store's, which is always the same.
    """
    predicate = None if over is None else NamedNode(over)

    def found(quads: Iterator[Quad]) -> list[Triple]:
        return list(dict.fromkeys(quad.triple for quad in islice(quads, part.start, part.stop)))

    return store.look(
        lambda opened: found(
            chain.from_iterable(opened.quads_for_pattern(None, predicate, node, NamedNode(graph)) for graph in graphs)
        )
    )


def holds(store: EmbeddedStore, graph: str) -> bool:
    """Whether there is a graph of a name, with something in it."""
    return store.look(
        lambda opened: next(opened.quads_for_pattern(None, None, None, NamedNode(graph)), None) is not None
    )


def batches(store: EmbeddedStore, graph: str) -> Iterator[list[Quad]]:
    """All statements of a graph, so many at a time, to whichever thread takes them.

    What reads them may not go from one thread to another, as answers do that are sent while they are made; it stays in
    a thread of its own, which ends when this is closed or forgotten.
    """
    reading = _Reading(store, graph)
    threading.Thread(target=reading.run, name=READING, daemon=True).start()
    try:
        while batch := reading.next():
            yield batch
    finally:
        # Whoever forgets this must not wait for a thread: it may be the collector of cycles, anywhere.
        reading.ended.set()


class _Reading:
    """The statements of a graph as one thread reads them and another takes them, a batch ahead at most."""

    def __init__(self, store: EmbeddedStore, graph: str) -> None:
        self._store, self._graph = store, NamedNode(graph)
        self._read: Queue[list[Quad] | Exception] = Queue(1)
        self.ended = threading.Event()

    def next(self) -> list[Quad]:
        """The next batch; after the last one an empty one."""
        found = self._read.get()
        if isinstance(found, Exception):
            raise found
        return found

    def run(self) -> None:
        """Read until there is no more, or nobody takes it."""
        try:
            quads = self._store.look(lambda opened: opened.quads_for_pattern(None, None, None, self._graph))
            while self._hand(batch := list(islice(quads, _BATCH))) and batch:
                pass
        except Exception as fault:  # noqa: BLE001 - raised where it is taken
            self._hand(fault)

    def _hand(self, what: list[Quad] | Exception) -> bool:
        while not self.ended.is_set():
            try:
                self._read.put(what, timeout=_LOOK)
            except Full:
                continue
            return True
        return False
