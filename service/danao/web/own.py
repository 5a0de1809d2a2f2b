"""Copies of the store for readers who see everything of some projects, and of all others what the public sees.

In such a copy the public view lacks these projects, and a graph beside it has them as the office sees them: so that
nothing is there twice, however a query counts.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode

from danao.registry.cataloguing import described
from danao.registry.entries import Entry, lasting, standing
from danao.registry.graphs import catalogue_of, derived_of, public_view, stated_by
from danao.registry.holding import Shelf
from danao.registry.shown import Draft, Series, show
from danao.registry.submit import Registry, entries_of
from danao.statements import Statement, graph_of
from danao.store.embedded import EmbeddedStore
from danao.store.interface import Change
from danao.store.lookups import about
from danao.web.frames import Message
from danao.web.worker import Worker


def own_view(base: str) -> str:
    """The graph of what is current of a reader's own projects."""
    return f"{base}view/own"


def own_catalogue(base: str) -> str:
    """The graph of what the log says of a reader's own projects."""
    return f"{catalogue_of(base)}/own"


def make(worker: Worker, arguments: dict[str, Any], _parts: Sequence[bytes]) -> Message:
    """Make a copy of a copy in which some projects are seen whole; the graphs that may be named because of that."""
    folder = Path(arguments["folder"])
    _link(Path(arguments["copy"]), folder)
    store = EmbeddedStore(folder)
    try:
        registry = Registry(worker.shelf, store)
        entries = [entry for project in arguments["projects"] for entry in entries_of(registry, project)]
        _show(entries, registry.shelf, store)
    finally:
        store.close()
    return Message({"graphs": [graph for entry in lasting(entries) for graph in stated_by(entry)]})


def _link(source: Path, folder: Path) -> None:
    """Copy a store that nobody changes; files of it that are never changed take no room."""

    def linked(one: str, other: str) -> None:
        if one.endswith(".sst"):
            os.link(one, other)
        else:
            shutil.copy2(one, other)

    shutil.copytree(source, folder, copy_function=linked)


def _show(entries: Sequence[Entry], shelf: Shelf, store: EmbeddedStore) -> None:
    """Take what is public of projects out of the public view, and show the whole beside it."""
    base, now = shelf.record.base, standing(entries)
    view = public_view(base)
    for entry in now.published.values():
        draft = Draft()
        show(draft, (entry, None), Series.of(entry, base), shelf, store)
        # What is public of them stays where it was published; only the view is another.
        store.apply(Change(remove={view: graph_of(draft.remove[view])}))
    current = [graph for entry in now.current.values() for graph in (*stated_by(entry), derived_of(entry))]
    seen = [one for graph in current for one in store.facts(graph).statements]
    logged = [one for entry in entries for one in (*entry.facts.statements, *described(entry, shelf).own)]
    store.apply(
        Change(
            add={
                own_view(base): graph_of(_beyond(seen, store, view)),
                own_catalogue(base): graph_of(_beyond(logged, store, f"{catalogue_of(base)}/public")),
            }
        )
    )


def _beyond(statements: Iterable[Statement], store: EmbeddedStore, graph: str) -> list[Statement]:
    """Those of some statements that do not stand in a graph, each once."""
    found = dict.fromkeys(statements)
    there: set[Statement] = set()
    for node in dict.fromkeys(one[0] for one in found):
        stated = about(store, NamedNode(node[1:-1]), [graph])
        there.update((str(triple.subject), str(triple.predicate), str(triple.object)) for triple in stated)
    return [one for one in found if one not in there]
