"""What the views of a store show: of each project one entry, to which the series of its assessments points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from danao.namespaces import DANAO
from danao.registry.entries import SUBMISSION, Entry, entry_at, named, series_of
from danao.registry.graphs import catalogue_of, derived_of, office_view, public_view, shown_graphs, stated_by
from danao.registry.holding import Shelf
from danao.registry.queries import query
from danao.registry.record import Record
from danao.statements import Facts, Graph, Statement, graph_of
from danao.store.interface import Change, Store

# The properties by which a series says which entry and which graphs each view shows of it.
_CURRENT = (DANAO + "currentEntry", DANAO + "currentGraph")
_PUBLISHED = (DANAO + "publishedEntry", DANAO + "publishedGraph")


@dataclass
class Draft:
    """A change as it grows."""

    put: dict[str, Facts] = field(default_factory=dict)
    drop: set[str] = field(default_factory=set)
    remove: dict[str, list[Statement]] = field(default_factory=dict)
    add: dict[str, list[Statement]] = field(default_factory=dict)

    def state(self, graph: str, statements: Iterable[Statement]) -> None:
        """Bring statements into a graph."""
        self.add.setdefault(graph, []).extend(statements)

    def retract(self, graph: str, statements: Iterable[Statement]) -> None:
        """Take statements out of a graph."""
        self.remove.setdefault(graph, []).extend(statements)

    def change(self, last: str) -> Change:
        """The change; what is taken out of one graph and brought into it comes last.

        A server that carries out each operation by itself, and dies between two, has not said there how far it is.
        """
        return Change(
            put=self.put,
            drop=sorted(self.drop - self.put.keys()),
            remove={graph: graph_of(self.remove[graph]) for graph in _ordered(self.remove, last)},
            add={graph: graph_of(list(dict.fromkeys(self.add[graph]))) for graph in _ordered(self.add, last)},
        )


def _ordered(graphs: Iterable[str], last: str) -> list[str]:
    return sorted(graphs, key=lambda graph: graph == last)


@dataclass(frozen=True)
class Series:
    """A project's series of assessments, the view that shows one of them, and the properties that say which."""

    base: str
    identifier: str
    view: str
    to_entry: str
    to_graph: str

    @classmethod
    def of(cls, entry: Entry, base: str) -> Series:
        """The series that an entry belongs to: the office's of versions, or the public's of publications."""
        identifier = entry.one("identifier")
        if entry.kind == SUBMISSION:
            return cls(base, identifier, office_view(base), *_CURRENT)
        return cls(base, identifier, public_view(base), *_PUBLISHED)

    @property
    def iri(self) -> str:
        """The IRI of the series."""
        return series_of(self.base, self.identifier)

    @property
    def home(self) -> str:
        """What the addresses of the project's own things begin with."""
        return f"{self.base}id/{self.identifier}/"

    def pointers(self, entry: Entry) -> list[Statement]:
        """What the catalogue says where the view shows an entry."""
        subject = named(self.iri)
        graphs = (*stated_by(entry), derived_of(entry))
        to_graphs = [(subject, named(self.to_graph), named(graph)) for graph in graphs]
        return [(subject, named(self.to_entry), named(entry.iri)), *to_graphs]


def pointed(store: Store, series: Series, record: Record) -> Entry | None:
    """The entry that a view shows of a project."""
    parameters = {"series": NamedNode(series.iri), "pointer": NamedNode(series.to_entry)}
    for row in store.select(query("pointed"), parameters, default=(catalogue_of(series.base),)):
        return entry_at(record, int(row["number"].value))
    return None


def show(draft: Draft, entries: tuple[Entry | None, Entry | None], series: Series, shelf: Shelf, store: Store) -> None:
    """Let a view show the later entry of a project in place of the earlier one, and the catalogue say so."""
    catalogue = catalogue_of(series.base)
    before, after = entries
    earlier, later = (shown_graphs(entry, shelf) if entry else {} for entry in entries)
    draft.put |= later
    if before:
        draft.drop.add(derived_of(before))
        draft.retract(catalogue, series.pointers(before))
    if after:
        draft.state(catalogue, series.pointers(after))
    _replace(draft, (earlier, later), series, store)


def together(graphs: Mapping[str, Graph]) -> dict[Statement, None]:
    """The statements of several graphs, each once."""
    return dict.fromkeys(one for graph in graphs.values() for one in graph.statements)


def _replace(
    draft: Draft, graphs: tuple[Mapping[str, Graph], Mapping[str, Graph]], series: Series, store: Store
) -> None:
    """Let a view hold what the later graphs state, and no more what the earlier ones did."""
    earlier, later = map(together, graphs)
    gone = [one for one in earlier if one not in later]
    kept = set(_kept(gone, series, store))
    draft.retract(series.view, [one for one in gone if one not in kept])
    draft.state(series.view, [one for one in later if one not in earlier])


def _kept(gone: Sequence[Statement], series: Series, store: Store) -> Iterator[Statement]:
    """What other projects state of nodes that are at no project's own address."""
    outside = sorted({one[0] for one in gone if not one[0].startswith(f"<{series.home}")})
    for node in outside:
        parameters = {
            "node": NamedNode(node[1:-1]),
            "apart": NamedNode(series.iri),
            "pointer": NamedNode(series.to_graph),
            "catalogue": NamedNode(catalogue_of(series.base)),
        }
        for row in store.select(query("shared"), parameters):
            yield node, str(row["property"]), str(row["value"])
