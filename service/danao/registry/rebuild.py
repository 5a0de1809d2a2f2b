"""A store made anew from the record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from danao.registry.entries import Entry, all_entries, lasting, standing
from danao.registry.graphs import derived_of, lasting_graphs, shown_graphs
from danao.registry.holding import Shelf
from danao.registry.index import catalogue_facts, store_of
from danao.registry.record import Record
from danao.registry.shown import Series, together
from danao.statements import Facts, graph_of
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
            store.load(_lasting(entries, shelf))
            for change in _shown(entries, shelf):
                store.apply(change)
            said = catalogue_facts(shelf, entries)
            store.apply(Change(add={graph: graph_of(list(found)) for graph, found in said.items()}))
        finally:
            store.close()
        return len(entries)


def _lasting(entries: list[Entry], shelf: Shelf) -> Iterator[tuple[str, Facts]]:
    """All graphs that never change, each once."""
    seen: set[str] = set()
    for entry in lasting(entries):
        yield from lasting_graphs(entry, shelf, seen)


def _shown(entries: list[Entry], shelf: Shelf) -> Iterator[Change]:
    """What the views show, a step for each project, with what follows only as long as it is shown."""
    for entry in standing(entries).viewed:
        graphs = shown_graphs(entry, shelf)
        view = Series.of(entry, shelf.record.base).view
        derived = derived_of(entry)
        yield Change(put={derived: graphs[derived]}, add={view: graph_of(list(together(graphs)))})
