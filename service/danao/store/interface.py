"""What a store does: named graphs that change in atomic steps, and queries over them.

A store is an index of the record. It is filled from the record and can be filled anew; nothing is computed or digested
from what it gives back, since servers may give literals back in another form than they were given.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pyoxigraph import NamedNode

from danao.engine.interface import Row
from danao.statements import Facts, Graph, Statement, Term, statements_of


@dataclass(frozen=True)
class Change:
    """One step of a store: drop, then put, then remove, then add. Graphs are IRIs without brackets.

    ``put`` replaces whole graphs, ``drop`` lets graphs go, ``remove`` and ``add`` take statements out of a graph and
    bring others in. What is not there is removed, and what is there is added, without a word: doing a change twice
    gives what doing it once gives.

    A server gets what is put before everything else, each graph by itself. So put graphs that never change under a
    name, and change what is current by ``remove`` and ``add``, or by ``drop`` and ``add``, which are one step. Blank
    nodes have no names outside of their graph: they may be put, but neither removed nor added.

    :raises ValueError: a name is no IRI, a graph that is put changes in another way too, or a blank node is removed or
        added.
    """

    put: Mapping[str, Facts] = field(default_factory=dict)
    drop: Collection[str] = ()
    remove: Mapping[str, Facts] = field(default_factory=dict)
    add: Mapping[str, Facts] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in (*self.put, *self.drop, *self.remove, *self.add):
            NamedNode(name)
        if twice := self.put.keys() & {*self.drop, *self.remove, *self.add}:
            message = f"put, and changed in another way too: {sorted(twice)}"
            raise ValueError(message)
        for name, facts in (*self.remove.items(), *self.add.items()):
            if has_blank_nodes(statements_of(facts)):
                message = f"a blank node is removed from or added to {name}"
                raise ValueError(message)


def has_blank_nodes(statements: Iterable[Statement]) -> bool:
    """Whether a blank node stands in statements."""
    return any(subject[0] == "_" or thing[0] == "_" for subject, _, thing in statements)


class Store(Protocol):
    """Named graphs, and queries over them. One process at a time changes a store; its threads may share it.

    ``default`` are the graphs whose merge a query sees where it names no graph, ``named`` those it may name. Without
    both it may name every graph, and sees nothing where it names none; with one of them, only what is listed is there.
    A statement that stands in two default graphs may be found twice: give graphs that have nothing in common, or ask
    for what is distinct. Servers differ in all this (Virtuoso lets every query name every graph, and sees all graphs
    where none is given), so these keep nobody from what is in the same store.

    Every method may raise :class:`~danao.errors.StoreFault` in one of its kinds.
    """

    def apply(self, change: Change) -> None:
        """Carry out a change, all of it or nothing, and return when it is safe from a crash.

        After an error the change is there as a whole or not at all, but for graphs that a server was to put, which may
        be there already. Doing it again is always right.
        """

    def facts(self, graph: str) -> Graph:
        """What a graph holds, nothing if there is none of that name. A server may have altered literals."""

    def graphs(self) -> list[str]:
        """The names of all graphs that hold statements, sorted."""

    def select(
        self,
        query: str,
        parameters: Mapping[str, Term] | None = None,
        *,
        default: Sequence[str] = (),
        named: Sequence[str] = (),
    ) -> list[Row]:
        """Rows of a SELECT query in its order; parameters fill its leading ``VALUES … (UNDEF)`` row.

        :raises QueryFault: it is no query.
        """

    def construct(
        self,
        query: str,
        parameters: Mapping[str, Term] | None = None,
        *,
        default: Sequence[str] = (),
        named: Sequence[str] = (),
    ) -> Graph:
        """What a CONSTRUCT query makes, each statement once; parameters as above.

        :raises QueryFault: it is no query.
        """

    def load(self, graphs: Iterable[tuple[str, Facts]]) -> None:
        """Many graphs, each named once, into a store that holds none.

        The embedded store has all of them afterwards or none. A server has those that came before an error, so give
        last what says that the others are there.

        :raises UsageError: the store holds something.
        """

    def clear(self) -> None:
        """Let everything go."""

    def close(self) -> None:
        """Let go of the files or connections; nothing else may be called afterwards."""
