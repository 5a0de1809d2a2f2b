"""What is told of a registry, as plain data: what is current, and the history of a project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pyoxigraph import NamedNode

from danao import __version__
from danao.engine.interface import Row
from danao.examine import is_reviewed
from danao.namespaces import local_name
from danao.registry.entries import SUBMISSION, entry_at
from danao.registry.graphs import catalogue_of, office_view
from danao.registry.queries import query
from danao.registry.record import facts_of
from danao.registry.submit import Registry, known
from danao.statements import Term, quoted, term_of

LISTING, HISTORY = "danao-registry/1", "danao-history/1"


def listing(registry: Registry) -> dict[str, Any]:
    """The projects of a registry by identifier, ``danao-registry/1``: what is current of each, and its totals."""
    base = registry.record.base
    seen = (catalogue_of(base), office_view(base))
    totals = told_totals(registry, office_view(base))
    titles = titles_of(registry.store.select(query("titles"), default=seen))
    rows = registry.store.select(query("current"), default=seen[:1])
    return {
        "format": LISTING,
        "software": f"danao {__version__}",
        "base": base,
        "entries": registry.record.length,
        "projects": [
            {
                "identifier": row["identifier"].value,
                "iri": row["project"].value,
                "title": titles.get(row["project"].value),
                **_submitted(row),
                "published": row["published"] is not None,
                "totals": totals.get(row["assessment"].value, {}),
            }
            for row in rows
        ],
    }


def history(registry: Registry, identifier: str) -> dict[str, Any]:
    """Everything that the log says of a project, ``danao-history/1``, the earliest first.

    :raises UnknownProject: there is none of the identifier.
    """
    known(registry, identifier)
    base = registry.record.base
    parameters = {"identifier": term_of(quoted(identifier))}
    rows = registry.store.select(query("history"), parameters, default=(catalogue_of(base),))
    version, entries = 0, []
    for row in rows:
        kind = local_name(row["kind"].value)
        version += kind == SUBMISSION
        entries.append(
            {
                "kind": kind,
                "version": version if kind == SUBMISSION else None,
                **_submitted(row),
                "justification": row["justification"].value if row["justification"] is not None else None,
                "totals": _totals_of(registry, row) if kind == SUBMISSION else {},
            }
        )
    return {
        "format": HISTORY,
        "software": f"danao {__version__}",
        "identifier": identifier,
        "entries": entries,
    }


def _totals_of(registry: Registry, row: Row) -> dict[str, Any]:
    """The totals of a version that was submitted; nothing is verified of one whose examination decided nothing."""
    record, assessment = registry.record, row["assessment"].value
    examined = facts_of(record, entry_at(record, int(row["number"].value)).one("examinationDigest"))
    found = totals_in(registry, assessment).get(assessment, {})
    return _told(found, reviewed=is_reviewed(examined))


def _submitted(row: Row) -> dict[str, Any]:
    return {
        "entry": int(row["number"].value),
        "time": row["when"].value,
        "by": row["who"].value,
        "assessment": row["assessment"].value,
    }


def told_totals(registry: Registry, view: str) -> dict[str, dict[str, Any]]:
    """The totals that a view shows, by assessment and kind of result; nothing is verified of what nobody reviewed."""
    reviewed = {row["assessment"].value for row in registry.store.select(query("reviewed"), default=(view,))}
    found = totals_in(registry, view)
    return {assessment: _told(totals, reviewed=assessment in reviewed) for assessment, totals in found.items()}


def _told(totals: Mapping[str, Any], *, reviewed: bool) -> dict[str, Any]:
    """Totals by kind of result; nothing is verified of what nobody reviewed."""
    return {kind: total for kind, total in totals.items() if kind != "Verified" or reviewed}


def totals_in(registry: Registry, graph: str) -> dict[str, dict[str, Any]]:
    """The totals that a graph holds, by assessment and kind of result, the digits as they are."""
    catalogue: Mapping[str, Term] = {"catalogue": NamedNode(catalogue_of(registry.record.base))}
    found: dict[str, dict[str, Any]] = {}
    for whole in registry.store.select(query("wholes"), catalogue):
        for row in registry.store.select(query("totals"), {"element": whole["element"]}, default=(graph,)):
            points = {name: row[name].value for name in ("points", "upperPoints")}
            found.setdefault(row["assessment"].value, {})[local_name(row["result"].value)] = points
    return found


def titles_of(rows: Iterable[Row]) -> dict[str, dict[str, str]]:
    """Titles by project in the languages of the interface; where one is missing, the other stands in for it."""
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row["project"].value, {})[row["title"].language or ""] = row["title"].value
    return {
        project: {lang: texts.get(lang, next(iter(texts.values()))) for lang in ("zh", "en")}
        for project, texts in found.items()
    }


def title_in(titles: Mapping[str, Mapping[str, str]], project: str) -> dict[str, str]:
    """The title of a project among some; where it has none, the end of its IRI."""
    return dict(titles.get(project) or dict.fromkeys(("zh", "en"), local_name(project)))
