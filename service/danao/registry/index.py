"""A store as the index of a record: what each entry changes in it, and how it is caught up.

The catalogue of a store says how far it is. Whatever happened to it, applying the entries after that gives what the
record says: every change depends on the record and on what earlier entries put there, and is one atomic step.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from danao.errors import Text
from danao.namespaces import DANAO, XSD
from danao.publish import published_knowledge
from danao.registry.cataloguing import catalogues, described, heads
from danao.registry.entries import (
    EMPTY,
    PUBLICATION,
    SUBMISSION,
    WITHDRAWAL,
    Entry,
    entry_at,
    named,
    public_graph,
    read_entry,
    series_of,
)
from danao.registry.holding import Shelf
from danao.registry.queries import query
from danao.registry.record import Record, damaged, facts_of
from danao.statements import Facts, Graph, Statement, canonical_term, graph_of, quoted
from danao.store import Location, open_store
from danao.store.interface import Change, Store

_LAST, _LAST_DIGEST = f"<{DANAO}lastNumber>", f"<{DANAO}lastDigest>"
# The properties by which a series says which entry and which graphs each view shows of it.
_CURRENT = (DANAO + "currentEntry", DANAO + "currentGraph")
_PUBLISHED = (DANAO + "publishedEntry", DANAO + "publishedGraph")


def catalogue_of(base: str) -> str:
    """The graph of the catalogue that the office reads."""
    return f"{base}catalogue"


def office_view(base: str) -> str:
    """The graph of what is current, for the office."""
    return f"{base}view/office"


def public_view(base: str) -> str:
    """The graph of what is current, for everyone."""
    return f"{base}view/public"


def store_of(record: Record, address: Location | None) -> Store:
    """The store of a record: in its folder, or at an address. Of a server, only graphs below the record's base are its.

    :raises DanaoError: it cannot be opened.
    """
    return open_store(address or record.folder / "store", within=record.base)


def position(store: Store, base: str) -> tuple[int, str]:
    """The number and the digest of the last entry that a store has."""
    for row in store.select(query("position"), default=(catalogue_of(base),)):
        return int(row["number"].value), row["digest"].value
    return 0, ""


def catch_up(shelf: Shelf, store: Store) -> int:
    """Apply the entries that a store does not have yet; how many.

    :raises DamagedRegistry: the store has entries that the log does not have.
    """
    record = shelf.record
    number, digest = position(store, record.base)
    if number > record.length or (number and record.line(number).digest != digest):
        raise damaged(
            record.folder / "log",
            Text(
                f"存储里已有第 {number} 条，日志里没有或不同。",
                f"The store has entry {number}, which the log does not have, or has another.",
            ),
        )
    for line in record.lines(number + 1):
        store.apply(change_of(read_entry(record, line), shelf, store))
    return record.length - number


@dataclass
class _Draft:
    """A change as it grows."""

    put: dict[str, Facts] = field(default_factory=dict)
    drop: list[str] = field(default_factory=list)
    remove: dict[str, list[Statement]] = field(default_factory=dict)
    add: dict[str, list[Statement]] = field(default_factory=dict)

    def state(self, graph: str, statements: Iterable[Statement]) -> None:
        self.add.setdefault(graph, []).extend(statements)

    def retract(self, graph: str, statements: Iterable[Statement]) -> None:
        self.remove.setdefault(graph, []).extend(statements)

    def change(self, last: str) -> Change:
        """The change; what is taken out of one graph and brought into it comes last.

        A server that carries out each operation by itself, and dies between two, has not said there how far it is.
        """
        return Change(
            put=self.put,
            drop=self.drop,
            remove={graph: graph_of(self.remove[graph]) for graph in _ordered(self.remove, last)},
            add={graph: graph_of(list(dict.fromkeys(self.add[graph]))) for graph in _ordered(self.add, last)},
        )


def _ordered(graphs: Iterable[str], last: str) -> list[str]:
    return sorted(graphs, key=lambda graph: graph == last)


@dataclass(frozen=True)
class Standing:
    """What is so after some entries: submissions that are current and publications that are, by identifier.

    ``shown`` are the publications that were not taken back, by the public name of their assessment.
    """

    current: Mapping[str, Entry]
    published: Mapping[str, Entry]
    shown: Mapping[str, Entry]


def standing(entries: Iterable[Entry]) -> Standing:
    """What is so after all of these entries."""
    current: dict[str, Entry] = {}
    published: dict[str, Entry] = {}
    shown: dict[str, Entry] = {}
    for entry in entries:
        identifier, name = entry.one("identifier"), entry.one("publicAssessment")
        # What is published again stands last.
        shown.pop(name, None)
        if entry.kind == SUBMISSION:
            current[identifier] = entry
        elif entry.kind == PUBLICATION:
            published[identifier] = shown[name] = entry
        elif identifier in published and published[identifier].one("publicAssessment") == name:
            del published[identifier]
    return Standing(current, published, shown)


def catalogue_facts(shelf: Shelf, entries: Sequence[Entry]) -> dict[str, set[Statement]]:
    """What both catalogues say in a store that has all of a record's entries, by their graphs."""
    record, now = shelf.record, standing(entries)
    found = {**catalogues(shelf, entries, (*now.current.values(), *now.published.values()))}
    if not entries:
        return found
    office = found[catalogue_of(record.base)]
    catalogue = named(catalogue_of(record.base))
    for entry in entries:
        office.update(entry.facts.statements)
    for entry in now.current.values():
        office.update(_pointers(_office(record, entry), entry, submitted_graphs(entry, record)))
    for entry in now.published.values():
        office.update(_pointers(_public(record, entry), entry, published_graph(entry, record)))
    knowledge = {entry.one("knowledge") for entry in entries if entry.kind == SUBMISSION}
    office.update((catalogue, named(DANAO + "holdsKnowledge"), named(graph)) for graph in knowledge)
    office.update(_reached(catalogue, entries[-1].number, entries[-1].digest))
    return found


def change_of(entry: Entry, shelf: Shelf, store: Store) -> Change:
    """What an entry changes in a store that has all entries before it."""
    draft, record = _Draft(), shelf.record
    catalogue = catalogue_of(record.base)
    draft.state(catalogue, entry.facts.statements)
    if entry.number == 1:
        for name, head in heads(entry, shelf).items():
            draft.state(name, head)
    _describe(draft, entry, shelf, store)
    if entry.kind == SUBMISSION:
        _submitted(entry, shelf, store, draft)
    elif entry.kind == PUBLICATION:
        _published(entry, record, store, draft)
    else:
        _withdrawn(entry, record, store, draft)
    number, digest = position(store, record.base)
    if number:
        draft.retract(catalogue, _reached(named(catalogue), number, digest))
    draft.state(catalogue, _reached(named(catalogue), entry.number, entry.digest))
    return draft.change(last=catalogue)


def _reached(catalogue: str, number: int, digest: str) -> list[Statement]:
    """How far a store is."""
    return [(catalogue, _LAST, f'"{number}"^^<{XSD}integer>'), (catalogue, _LAST_DIGEST, quoted(digest))]


# ---- Kinds of entries ----


def submitted_graphs(entry: Entry, record: Record) -> dict[str, Graph]:
    """The graphs of a submission: description, examination, which file is whose, assessment."""
    return {
        entry.one(name): facts_of(record, entry.one(f"{name}Digest"))
        for name in ("description", "examination", "files", "assessment")
        # An object without statements is a graph that is not there.
        if entry.one(f"{name}Digest") != EMPTY
    }


def knowledge_graph(shelf: Shelf, listing: str) -> Graph:
    """The ontology and shapes of a list of files."""
    stated = published_knowledge(shelf.knowledge(listing)).statements
    return graph_of([(subject, predicate, canonical_term(thing)) for subject, predicate, thing in stated])


def _submitted(entry: Entry, shelf: Shelf, store: Store, draft: _Draft) -> None:
    record = shelf.record
    graphs = submitted_graphs(entry, record)
    draft.put |= graphs
    _add_knowledge(entry, shelf, store, draft)
    series = _office(record, entry)
    before = _pointed(store, series, record)
    old = submitted_graphs(before, record) if before else {}
    _replace(draft, store, series, (old, graphs))
    _repoint(draft, series, (before, old), (entry, graphs))


def _add_knowledge(entry: Entry, shelf: Shelf, store: Store, draft: _Draft) -> None:
    """The graph of the knowledge, if no entry before had the same."""
    graph, catalogue = entry.one("knowledge"), catalogue_of(shelf.record.base)
    if not store.select(query("held"), {"knowledge": NamedNode(graph)}, default=(catalogue,)):
        draft.put[graph] = knowledge_graph(shelf, entry.one("listingDigest"))
        draft.state(catalogue, [(named(catalogue), named(DANAO + "holdsKnowledge"), named(graph))])


def published_graph(entry: Entry, record: Record) -> dict[str, Graph]:
    """The graph of a publication."""
    return {public_graph(entry.one("publicAssessment")): facts_of(record, entry.one("publicDigest"))}


def _published(entry: Entry, record: Record, store: Store, draft: _Draft) -> None:
    graphs = published_graph(entry, record)
    draft.put |= graphs
    series = _public(record, entry)
    before = _pointed(store, series, record)
    old = published_graph(before, record) if before else {}
    _replace(draft, store, series, (old, graphs))
    _repoint(draft, series, (before, old), (entry, graphs))


def _withdrawn(entry: Entry, record: Record, store: Store, draft: _Draft) -> None:
    gone = public_graph(entry.one("publicAssessment"))
    draft.drop.append(gone)
    series = _public(record, entry)
    before = _pointed(store, series, record)
    if before and gone in (old := published_graph(before, record)):
        _replace(draft, store, series, (old, {}))
        _repoint(draft, series, (before, old), (None, {}))


def _describe(draft: _Draft, entry: Entry, shelf: Shelf, store: Store) -> None:
    """Let a catalogue describe an entry's dataset, in place of what it said of it before, and what is around it."""
    said = described(entry, shelf)
    for earlier in _namesakes(entry, shelf.record, store):
        draft.retract(said.catalogue, [one for one in described(earlier, shelf).own if one not in said.own])
    series = _office(shelf.record, entry) if entry.kind == SUBMISSION else _public(shelf.record, entry)
    before = _pointed(store, series, shelf.record)
    if before and (entry.kind != WITHDRAWAL or before.iri == entry.one("withdraws")):
        draft.retract(said.catalogue, [one for one in described(before, shelf).around if one not in said.around])
    draft.state(said.catalogue, [*said.own, *said.around])


def _namesakes(entry: Entry, record: Record, store: Store) -> list[Entry]:
    """Entries before one that are of the same assessment, by the name that readers of its catalogue know."""
    kinds, name = (
        ((SUBMISSION,), "assessment") if entry.kind == SUBMISSION else ((PUBLICATION, WITHDRAWAL), "publicAssessment")
    )
    numbers: list[int] = []
    for kind in kinds:
        parameters = {"kind": DANAO + kind, "name": DANAO + name, "assessment": entry.one(name)}
        terms = {key: NamedNode(iri) for key, iri in parameters.items()}
        rows = store.select(query("namesakes"), terms, default=(catalogue_of(record.base),))
        numbers += [int(row["number"].value) for row in rows]
    # An entry that is applied again may be there itself.
    return [entry_at(record, number) for number in sorted(numbers) if number < entry.number]


# ---- Views and pointers ----


@dataclass(frozen=True)
class _Series:
    """A project's series of assessments, the view that shows one of them, and the properties that say which."""

    base: str
    identifier: str
    view: str
    to_entry: str
    to_graph: str

    @property
    def iri(self) -> str:
        return series_of(self.base, self.identifier)

    @property
    def home(self) -> str:
        return f"{self.base}id/{self.identifier}/"


def _office(record: Record, entry: Entry) -> _Series:
    return _Series(record.base, entry.one("identifier"), office_view(record.base), *_CURRENT)


def _public(record: Record, entry: Entry) -> _Series:
    return _Series(record.base, entry.one("identifier"), public_view(record.base), *_PUBLISHED)


_Graphs = Mapping[str, Graph]


def _pointed(store: Store, series: _Series, record: Record) -> Entry | None:
    """The entry that a view shows of a project."""
    parameters = {"series": NamedNode(series.iri), "pointer": NamedNode(series.to_entry)}
    for row in store.select(query("pointed"), parameters, default=(catalogue_of(series.base),)):
        return entry_at(record, int(row["number"].value))
    return None


def _replace(draft: _Draft, store: Store, series: _Series, graphs: tuple[_Graphs, _Graphs]) -> None:
    """Let a view show the later graphs of a project in place of the earlier ones."""
    earlier, later = (dict.fromkeys(one for graph in side.values() for one in graph.statements) for side in graphs)
    gone = [one for one in earlier if one not in later]
    kept = set(_kept(gone, store, series))
    draft.retract(series.view, [one for one in gone if one not in kept])
    draft.state(series.view, [one for one in later if one not in earlier])


def _kept(gone: Iterable[Statement], store: Store, series: _Series) -> Iterator[Statement]:
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


def _repoint(
    draft: _Draft, series: _Series, before: tuple[Entry | None, _Graphs], after: tuple[Entry | None, _Graphs]
) -> None:
    """Let the catalogue say which entry and which graphs a view shows now."""
    catalogue = catalogue_of(series.base)
    draft.retract(catalogue, _pointers(series, *before))
    draft.state(catalogue, _pointers(series, *after))


def _pointers(series: _Series, entry: Entry | None, graphs: _Graphs) -> list[Statement]:
    if entry is None:
        return []
    subject = named(series.iri)
    to_graphs = [(subject, named(series.to_graph), named(graph)) for graph in graphs]
    return [(subject, named(series.to_entry), named(entry.iri)), *to_graphs]
