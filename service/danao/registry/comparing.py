"""Whether a store holds what the record says: graphs, what follows from them, catalogues, views."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from pyoxigraph import NamedNode

from danao.errors import Text
from danao.registry.entries import Entry, lasting, series_of, standing
from danao.registry.faults import Faults
from danao.registry.graphs import catalogue_of, derived_of, lasting_graphs, office_view, public_view, shown_graphs
from danao.registry.holding import Shelf
from danao.registry.index import catalogue_facts, position
from danao.registry.queries import counted, query
from danao.registry.shown import Series, together
from danao.statements import Graph, Statement
from danao.store.interface import Store


def compare_store(store: Store, entries: Sequence[Entry], shelf: Shelf, faults: Faults, *, whole: bool) -> None:
    """Compare what a store holds of some entries with the record.

    If they are ``whole``, all that there are, then also how far it is, the catalogues, and that views hold no more.
    """
    look = _Look(store, shelf, faults)
    look.at_graphs(entries)
    if whole:
        look.at_position(entries)
        look.at_catalogues(entries)
        look.at_views()


class _Look:
    """One comparison under way."""

    def __init__(self, store: Store, shelf: Shelf, faults: Faults) -> None:
        self._store = store
        self._shelf = shelf
        self._faults = faults
        base = shelf.record.base
        self._views = {view: _View(view, store, base) for view in (office_view(base), public_view(base))}

    def at_graphs(self, entries: Sequence[Entry]) -> None:
        """Look at each graph of entries, and at whether views show those that they have to."""
        seen: set[str] = set()
        viewed = {entry.number for entry in standing(entries).viewed}
        for entry in lasting(entries):
            with self._faults.at(f"log {entry.number}"):
                for graph, facts in lasting_graphs(entry, self._shelf, seen):
                    self._compare(graph, facts.statements)
                if entry.number in viewed:
                    self._at_viewed(entry)

    def _at_viewed(self, entry: Entry) -> None:
        series, graphs = Series.of(entry, self._shelf.record.base), shown_graphs(entry, self._shelf)
        derived = derived_of(entry)
        self._compare(derived, graphs[derived].statements)
        if missing := self._views[series.view].showing(series, graphs):
            self._faults.add(f"<{series.view}>", _other_graph(missing, 0))

    def at_position(self, entries: Sequence[Entry]) -> None:
        """Look at how far the store is."""
        last = position(self._store, self._shelf.record.base)
        if entries and last != (entries[-1].number, entries[-1].digest):
            self._faults.add(f"log {last[0]}", _AHEAD)

    def at_catalogues(self, entries: Sequence[Entry]) -> None:
        """Look at what catalogues say."""
        with self._faults.at("catalogue"):
            for graph, said in catalogue_facts(self._shelf, entries).items():
                self._compare(graph, said)

    def at_views(self) -> None:
        """Look at whether views hold more than the graphs that they show."""
        for name, view in self._views.items():
            with self._faults.at(f"<{name}>"):
                if more := view.surplus():
                    self._faults.add(f"<{name}>", _other_graph(max(-more, 0), max(more, 0)))

    def _compare(self, graph: str, expected: Collection[Statement]) -> None:
        found, wanted = (Counter(map(_unnamed, side)) for side in (self._store.facts(graph).statements, set(expected)))
        if found != wanted:
            self._faults.add(f"<{graph}>", _other_graph((wanted - found).total(), (found - wanted).total()))


class _View:
    """A view, and how many statements it should have."""

    def __init__(self, name: str, store: Store, base: str) -> None:
        self._name = name
        self._store = store
        self._base = base
        self._own = 0
        self._shared: set[Statement] = set()
        self._series: dict[str, Series] = {}

    def showing(self, series: Series, graphs: Mapping[str, Graph]) -> int:
        """Take in what the view has to show of a project; how much of it the view lacks."""
        statements = together(graphs)
        own = [one for one in statements if one[0].startswith(f"<{series.home}")]
        self._own += len(own)
        # Several projects may state the same of what is at none of their addresses.
        self._shared |= statements.keys() - set(own)
        self._series[series.iri] = series
        return sum(counted(self._store, "missing", graph=graph, view=self._name) for graph in graphs)

    def surplus(self) -> int:
        """How many statements the view has that no project shown states; less than none where some are missing."""
        shared = sum(1 for one in self._shared if not self._is_owners(one))
        return counted(self._store, "size", graph=self._name) - self._own - shared

    def _is_owners(self, statement: Statement) -> bool:
        """Whether the project at whose address a node is states the same of it."""
        start = f"<{self._base}id/"
        if not statement[0].startswith(start):
            return False
        series = self._series.get(series_of(self._base, statement[0].removeprefix(start).partition("/")[0]))
        return series is not None and statement[1:] in self._stated(series, statement[0])

    def _stated(self, series: Series, node: str) -> set[tuple[str, str]]:
        parameters = {
            "node": NamedNode(node[1:-1]),
            "series": NamedNode(series.iri),
            "pointer": NamedNode(series.to_graph),
            "catalogue": NamedNode(catalogue_of(self._base)),
        }
        rows = self._store.select(query("stated"), parameters)
        return {(str(row["property"]), str(row["value"])) for row in rows}


def _unnamed(statement: Statement) -> Statement:
    """A statement whose blank nodes, which only the knowledge has, go without the names that a store gives them."""
    subject, predicate, thing = statement
    return "_" if subject[0] == "_" else subject, predicate, "_" if thing[0] == "_" else thing


_AHEAD = Text("存储与日志到的位置不同。", "The store is not as far as the log.")


def _other_graph(missing: int, more: int) -> Text:
    return Text(
        f"存储里的图与记录不符：缺 {missing} 条陈述，多 {more} 条。",
        f"The graph in the store is not the record's: {missing} statements are missing, {more} are too many.",
    )
