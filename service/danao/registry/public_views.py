"""What the public is told of a registry, as plain data: what is published, and what the log says of publications."""

from __future__ import annotations

from typing import Any

from danao import __version__
from danao.registry.entries import PUBLICATION, WITHDRAWAL, Entry, standing
from danao.registry.graphs import catalogue_of, public_view
from danao.registry.queries import query
from danao.registry.submit import Registry, entries_of
from danao.registry.views import HISTORY, title_in, titles_of, told_totals


def published(registry: Registry) -> list[dict[str, Any]]:
    """The projects of which the public sees something, by identifier, as in ``danao-registry/1``."""
    base = registry.record.base
    totals = told_totals(registry, public_view(base))
    titles = titles_of(registry.store.select(query("shown-titles"), default=(public_view(base),)))
    return [
        {
            "identifier": row["identifier"].value,
            "iri": row["project"].value,
            "title": title_in(titles, row["project"].value),
            "entry": int(row["number"].value),
            "time": row["when"].value,
            "by": _publisher(registry),
            "assessment": row["assessment"].value,
            "published": True,
            "totals": totals.get(row["assessment"].value, {}),
        }
        for row in registry.store.select(query("published"), default=(catalogue_of(base),))
    ]


def _publisher(registry: Registry) -> str:
    """Who the public is told to have published, as in its catalogue: the deployment's publisher."""
    return registry.record.deployment.publisher_name.zh


def public_entries(registry: Registry, identifier: str) -> list[Entry]:
    """The entries of a project that the public knows of, in the order of the log: publications and withdrawals."""
    return entries_of(registry, identifier, (PUBLICATION, WITHDRAWAL))


def shown_publication(entries: list[Entry], number: int | None) -> Entry | None:
    """The publication of a number, from 1, among a project's public entries, if it stands; the last one by itself."""
    shown = {entry.number for entry in standing(entries).shown.values()}
    if number is None:
        return next((entry for entry in standing(entries).published.values()), None)
    publications = [entry for entry in entries if entry.kind == PUBLICATION]
    return next((entry for entry in publications[number - 1 : number] if entry.number in shown), None)


def public_history(registry: Registry, identifier: str) -> dict[str, Any] | None:
    """What the public may know of a project's entries, ``danao-history/1``; nothing where none was published."""
    entries = public_entries(registry, identifier)
    if not entries:
        return None
    return {
        "format": HISTORY,
        "software": f"danao {__version__}",
        "identifier": identifier,
        "entries": [
            {
                "kind": entry.kind,
                "version": None,
                "entry": entry.number,
                "time": entry.one("generatedAtTime"),
                "by": _publisher(registry),
                "assessment": entry.one("publicAssessment"),
                "justification": entry.one("justification") or None,
                "totals": {},
            }
            for entry in entries
        ],
    }
