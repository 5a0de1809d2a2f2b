"""How the projects that a reader sees stand at one element: who evidences it, and who does not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from pyoxigraph import Literal, NamedNode

from danao.engine.interface import Row
from danao.namespaces import DANAO, local_name
from danao.resources import rule
from danao.view import KINDS, both
from danao.web.api.forms import as_json
from danao.web.api.listing import seen_projects
from danao.web.asking import Asked

# Projects that a page shows; the counts are of all.
_MOST = 100
_OUTCOMES = ("passed", "cantTell", "failed", "inapplicable")
# Where the reader sees nothing of a kind of result.
_NOTHING = {**dict.fromkeys(("attainment", "share", "points", "outcome")), "rounded": False}


def standing(iri: str, seen: Asked) -> dict[str, Any]:
    """Of each kind of result how many projects have which outcome; then the projects, those that have most first."""
    key = f"standing {iri} {seen.sight.key} {seen.sight.copy.folder.name}"
    told: dict[str, Any] = json.loads(seen.service.answers.of(key, lambda: as_json(_standing(iri, seen))).body)
    published = {one["identifier"] for one in seen_projects(seen) if one["published"]}
    for project in told["projects"]:
        project["published"] = project["identifier"] in published
        project["whole"] = seen.reader.sees(project["identifier"])
    return told


def _standing(iri: str, seen: Asked) -> dict[str, Any]:
    rows = seen.sight.copy.store.select(
        rule("documents/evidencing"), {"element": NamedNode(iri)}, default=seen.sight.default
    )
    projects = [_project(list(own)) for _, own in groupby(rows, key=lambda row: row["project"].value)]
    projects.sort(key=_most_first)
    knowledge = seen.service.knowledge
    return {
        "kinds": {kind: both(knowledge.label(DANAO + kind)) for kind in KINDS},
        "counts": {kind: _counts(projects, kind) for kind in KINDS},
        "count": len(projects),
        "projects": projects[:_MOST],
    }


def _counts(projects: Sequence[Mapping[str, Any]], kind: str) -> dict[str, int]:
    """Outcome → how many projects have it; nothing of what has no outcome of its own."""
    found = Counter(one["results"][kind]["outcome"] for one in projects)
    return {name: found[name] for name in _OUTCOMES if found[name]}


def _project(rows: Sequence[Row]) -> dict[str, Any]:
    titles = {row["title"].language or "": row["title"].value for row in rows if isinstance(row["title"], Literal)}
    fallback = next(iter(titles.values()), rows[0]["identifier"].value)
    return {
        "identifier": rows[0]["identifier"].value,
        "title": {"zh": titles.get("zh", fallback), "en": titles.get("en", fallback)},
        "results": dict.fromkeys(KINDS, _NOTHING) | {local_name(row["result"].value): _result(row) for row in rows},
    }


def _result(row: Row) -> dict[str, Any]:
    attainment = _number(row, "attainment")
    standing = row["standing"]
    return {
        "attainment": None if attainment is None else f"{attainment:f}",
        "share": None if attainment is None else f"{attainment * 100:.1f}",
        "points": None if (points := _number(row, "points")) is None else f"{points:.2f}",
        "outcome": None if standing is None else local_name(standing.value),
        "rounded": row["roundedTo"] is not None,
    }


def _number(row: Row, name: str) -> Decimal | None:
    term = row[name]
    return None if term is None else Decimal(term.value)


def _most_first(project: Mapping[str, Any]) -> tuple[Any, ...]:
    """By what is verified, then by what is self-assessed: outcomes in their order, then attainment."""
    return (*(_place(project["results"][kind]) for kind in reversed(KINDS)), project["identifier"])


def _place(result: Mapping[str, Any]) -> tuple[int, Decimal]:
    order = _OUTCOMES.index(result["outcome"]) if result["outcome"] in _OUTCOMES else 0
    return order, -Decimal(result["attainment"] or 0)
