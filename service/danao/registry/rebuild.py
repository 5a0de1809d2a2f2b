"""A store made anew from the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from danao.registry.entries import SUBMISSION, Entry, all_entries
from danao.registry.holding import Shelf
from danao.registry.index import (
    catalogue_facts,
    knowledge_graph,
    office_view,
    public_view,
    published_graph,
    standing,
    store_of,
    submitted_graphs,
)
from danao.registry.record import Record
from danao.statements import Facts, Graph, graph_of
from danao.store import Location
from danao.store.interface import Change


def rebuild_store(record: Record, address: Location | None, cache: Path | None = None) -> int:
    """Make the store of a record anew; how many entries are in it.

    What tells how far the store is comes last: a store whose making was cut off is caught up entry by entry.

    :raises DamagedRegistry: something of the record is not what it was.
    """
    shelf = Shelf(record, cache)
    with record.locked():
        entries = all_entries(record)
        store = store_of(record, address)
        try:
            store.clear()
            store.load(_graphs(shelf, entries))
            for change in _shown(record, entries):
                store.apply(change)
            said = catalogue_facts(shelf, entries)
            store.apply(Change(add={graph: graph_of(list(found)) for graph, found in said.items()}))
        finally:
            store.close()
        return len(entries)


def _graphs(shelf: Shelf, entries: list[Entry]) -> Iterator[tuple[str, Facts]]:
    """All graphs that never change, each once."""
    seen: set[str] = set()
    record = shelf.record
    submissions = [entry for entry in entries if entry.kind == SUBMISSION]
    for entry in (*submissions, *standing(entries).shown.values()):
        graphs = submitted_graphs(entry, record) if entry.kind == SUBMISSION else published_graph(entry, record)
        knowledge = entry.one("knowledge")
        if knowledge and knowledge not in seen:
            graphs[knowledge] = knowledge_graph(shelf, entry.one("listingDigest"))
        for name, facts in graphs.items():
            if name not in seen:
                seen.add(name)
                yield name, facts


def _shown(record: Record, entries: list[Entry]) -> Iterator[Change]:
    """What the views show, a step for each project."""
    now = standing(entries)
    for entry in now.current.values():
        yield Change(add={office_view(record.base): _together(submitted_graphs(entry, record))})
    for entry in now.published.values():
        yield Change(add={public_view(record.base): _together(published_graph(entry, record))})


def _together(graphs: Mapping[str, Graph]) -> Graph:
    return graph_of(list(dict.fromkeys(one for graph in graphs.values() for one in graph.statements)))
