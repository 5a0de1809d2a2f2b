"""A store as the index of a record: what each entry changes in it, and how it is caught up.

The catalogue of a store says how far it is. Whatever happened to it, applying the entries after that gives what the
record says: every change depends on the record and on what earlier entries put there, and is one atomic step.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

from pyoxigraph import NamedNode

from danao.errors import Text
from danao.namespaces import DANAO, XSD
from danao.registry.cataloguing import Described, catalogues, described, heads
from danao.registry.entries import (
    PUBLICATION,
    SUBMISSION,
    WITHDRAWAL,
    Entry,
    entry_at,
    named,
    public_graph,
    read_entry,
    standing,
)
from danao.registry.graphs import catalogue_of, knowledge_graphs
from danao.registry.holding import Shelf
from danao.registry.queries import query
from danao.registry.record import Record, damaged
from danao.registry.shown import Draft, Series, pointed, show
from danao.statements import Statement, quoted
from danao.store import Location, open_store
from danao.store.interface import Change, Store

_LAST, _LAST_DIGEST = f"<{DANAO}lastNumber>", f"<{DANAO}lastDigest>"


def store_of(record: Record, address: Location | None) -> Store:
    """The store of a record: in its folder, or at an address. Of a server, only graphs below the record's base are its.

    :raises DanaoError: it cannot be opened.
    """
    return open_store(address or record.folder / "store", within=record.base)


# ---- How far a store is ----


def position(store: Store, base: str) -> tuple[int, str]:
    """The number and the digest of the last entry that a store has."""
    for row in store.select(query("position"), default=(catalogue_of(base),)):
        return int(row["number"].value), row["digest"].value
    return 0, ""


def _reached(catalogue: str, number: int, digest: str) -> list[Statement]:
    """What a catalogue says of how far its store is."""
    subject = named(catalogue)
    return [(subject, _LAST, f'"{number}"^^<{XSD}integer>'), (subject, _LAST_DIGEST, quoted(digest))]


def catch_up(shelf: Shelf, store: Store, seconds: float = math.inf) -> int:
    """Apply the entries that a store does not have yet, as far as it gets in so many seconds; the last it then has.

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
    until = time.monotonic() + seconds
    for line in record.lines(number + 1):
        entry = read_entry(record, line)
        store.apply(change_of(entry, described(entry, shelf), shelf, store))
        number = entry.number
        if time.monotonic() > until:
            break
    return number


# ---- What a store holds in the end ----


def catalogue_facts(shelf: Shelf, entries: Sequence[Entry]) -> dict[str, set[Statement]]:
    """What both catalogues say in a store that has all of a record's entries, by their graphs."""
    shown = standing(entries).viewed
    found = {**catalogues(shelf, entries, shown)}
    if not entries:
        return found
    base = shelf.record.base
    office = found[catalogue_of(base)]
    for entry in entries:
        office.update(entry.facts.statements)
        if entry.kind == SUBMISSION:
            office.add(_holding(base, entry))
    for entry in shown:
        office.update(Series.of(entry, base).pointers(entry))
    office.update(_reached(catalogue_of(base), entries[-1].number, entries[-1].digest))
    return found


def _holding(base: str, entry: Entry) -> Statement:
    """That a store holds the knowledge of a submission."""
    return named(catalogue_of(base)), named(DANAO + "holdsKnowledge"), named(entry.one("knowledge"))


# ---- What an entry changes ----


def change_of(entry: Entry, said: Described, shelf: Shelf, store: Store) -> Change:
    """What an entry changes in a store that has all entries before it; ``said`` is what its catalogue says of it."""
    draft, record = Draft(), shelf.record
    catalogue = catalogue_of(record.base)
    series = Series.of(entry, record.base)
    before = pointed(store, series, record)
    after = _after(entry, before)
    draft.state(catalogue, entry.facts.statements)
    _add_knowledge(draft, entry, shelf, store)
    _describe(draft, (entry, said), before if after is not before else None, shelf, store)
    if entry.kind == WITHDRAWAL:
        draft.drop.add(public_graph(entry.one("publicAssessment")))
    if after is not before:
        show(draft, (before, after), series, shelf, store)
    if entry.number > 1:
        last = record.line(entry.number - 1)
        draft.retract(catalogue, _reached(catalogue, last.number, last.digest))
    draft.state(catalogue, _reached(catalogue, entry.number, entry.digest))
    return draft.change(last=catalogue)


def _after(entry: Entry, before: Entry | None) -> Entry | None:
    """The entry that a view shows of a project once an entry counts."""
    if entry.kind != WITHDRAWAL:
        return entry
    withdrawn = before is not None and before.one("publicAssessment") == entry.one("publicAssessment")
    return None if withdrawn else before


def _add_knowledge(draft: Draft, entry: Entry, shelf: Shelf, store: Store) -> None:
    """The graphs of a submission's knowledge, if no entry before had the same."""
    if entry.kind != SUBMISSION:
        return
    catalogue = catalogue_of(shelf.record.base)
    held = store.select(query("held"), {"knowledge": NamedNode(entry.one("knowledge"))}, default=(catalogue,))
    if not held:
        draft.put |= knowledge_graphs(entry.one("knowledge"), shelf.knowledge(entry.one("listingDigest")))
        draft.state(catalogue, [_holding(shelf.record.base, entry)])


def _describe(draft: Draft, told: tuple[Entry, Described], replaced: Entry | None, shelf: Shelf, store: Store) -> None:
    """Let a catalogue describe an entry's dataset, in place of what it said of it before, and what is around it."""
    entry, said = told
    if entry.number == 1:
        for name, head in heads(entry, shelf).items():
            draft.state(name, head)
    for earlier in _namesakes(entry, shelf.record, store):
        draft.retract(said.catalogue, [one for one in described(earlier, shelf).own if one not in said.own])
    if replaced:
        draft.retract(said.catalogue, [one for one in described(replaced, shelf).around if one not in said.around])
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
