"""What a project joins up, from the first segment to the last, by the query of its domain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pyoxigraph import Literal, NamedNode

from danao.engine.interface import Row
from danao.facets import Facet
from danao.namespaces import local_name
from danao.web.asking import Asked

_FOLDER, _QUERY = "chain/", "segments"


def chain_of(seen: Asked, project: str, default: tuple[str, ...]) -> dict[str, Any] | None:
    """The segments of a project, with what is right below each and who is in it; none where the domain has no query."""
    rules = seen.service.knowledge.rules
    query = next((texts[_QUERY] for folder, texts in rules.items() if folder.startswith(_FOLDER)), None)
    if query is None:
        return None
    rows = seen.sight.copy.store.select(query, {"project": NamedNode(project)}, default=default)
    segments = list(_segments(rows, seen))
    title = Facet(_QUERY, query).title.in_language(seen.lang)
    return {"title": title, "segments": segments} if segments else None


def _segments(rows: Iterable[Row], seen: Asked) -> Iterable[dict[str, Any]]:
    by_segment: dict[str, list[Row]] = {}
    for row in rows:
        by_segment.setdefault(row["segment"].value, []).append(row)
    below = {
        iri: sorted({row["next"].value for row in own if row["next"] is not None}) for iri, own in by_segment.items()
    }
    ordered = from_upstream(below)
    places = {iri: f"segment-{number}" for number, iri in enumerate(ordered, start=1)}
    for iri in ordered:
        own = by_segment[iri]
        members = list(_members(own, seen.lang))
        yield {
            "id": places[iri],
            "name": _title(iri, own, "title", seen.lang),
            "path": seen.service.linking.addresses.path(iri),
            "downstream": " ".join(places[one] for one in below[iri] if one in places),
            "members": members,
            "connected": sum(one["connected"] for one in members),
        }


def from_upstream(below: Mapping[str, Sequence[str]]) -> list[str]:
    """Segments with what is right below each, so that each comes before what is below it; a cycle is cut somewhere."""
    ordered: list[str] = []
    left = list(below)
    while left:
        under = {one for iri in left for one in below[iri] if one != iri}
        first = [iri for iri in left if iri not in under] or left[:1]
        ordered += first
        left = [iri for iri in left if iri not in first]
    return ordered


def _members(rows: Iterable[Row], lang: str) -> Iterable[dict[str, Any]]:
    by_member: dict[str, list[Row]] = {}
    for row in rows:
        if row["member"] is not None:
            by_member.setdefault(row["member"].value, []).append(row)
    for iri, own in by_member.items():
        yield {"name": _title(iri, own, "name", lang), "connected": own[0]["connected"].value == "true"}


def _title(iri: str, rows: Iterable[Row], name: str, lang: str) -> str:
    """The title in a language, else in another, else the end of the address."""
    titles: Mapping[str | None, str] = {
        row[name].language: row[name].value for row in rows if isinstance(row[name], Literal)
    }
    return titles.get(lang) or next(iter(titles.values()), local_name(iri))
