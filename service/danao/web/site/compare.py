"""``/compare``: up to six projects beside one another, their points and their evidence; which ones the address says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from danao.view import KINDS
from danao.web.api.comparing import comparison_told
from danao.web.api.finding import find
from danao.web.api.listing import Wanted, chosen, seen_projects
from danao.web.api.parameters import ResultKind
from danao.web.api.working import made
from danao.web.asking import Asked
from danao.web.linked import READING, Seen
from danao.web.site.concepts import kind_of, path_of_concept
from danao.web.site.frame import Links, Place, page_answer
from danao.web.site.supporting import evidence_of, rows_of
from danao.web.site.tables import table_of
from danao.web.site.tree import chart

PATH = "/compare"
_LEAST, _MOST = 2, 6
# Projects that a search for another one shows.
_OFFERED = 8
View = Literal["points", "evidence"]
Projects = Annotated[Sequence[str], Query(max_length=_MOST)]


def compare_routes() -> APIRouter:
    """The route of comparisons."""
    router = APIRouter(include_in_schema=False)
    router.add_api_route(PATH, compare, methods=READING)
    return router


@dataclass(frozen=True)
class Wish:
    """What an address says: the projects, in which kind of result, what of them, and a text to find others by.

    Without a kind of result it is what counts, as long as one of the projects has it.
    """

    project: Projects = ()
    result: ResultKind | None = None
    view: View = "points"
    find: Annotated[str, Query(max_length=200)] = ""

    @property
    def names(self) -> list[str]:
        """The identifiers of the projects, without those left empty."""
        return [name for name in self.project if name]


def compare(request: Request, seen: Seen, wish: Annotated[Wish, Depends()]) -> Response:
    """The projects that were chosen beside one another, and others to choose.

    :raises BadRequest: a project is named twice.
    :raises UnknownProject: there is one that the reader may not see, or none.
    :raises DifferentProjects: they were assessed by different standards.
    """
    names, links = wish.names, Links(request, seen.lang)
    told = json.loads(comparison_told(seen, names).body) if len(names) >= _LEAST else None
    projects = table_of(seen).projects if told else {}
    had = {kind: [projects[name].has(kind) for name in names] if told else [] for kind in KINDS}
    result: str = wish.result or next((kind for kind in KINDS[::-1] if any(had[kind])), KINDS[0])
    shown = {
        "chosen": [_chosen(name, names, seen, links) for name in names],
        "offered": _offered(wish.find, names, seen, links) if len(names) < _MOST else [],
        "find": wish.find,
        "result": result,
        "had": had[result],
        "view": wish.view,
        "most": _MOST,
        "tabs": [{"view": one, "href": links.here(view=one)} for one in ("points", "evidence")],
        "comparison": told and _compared(told, result, had[result], seen, links),
        "evidence": _evidence(told, names, seen, result) if told and wish.view == "evidence" else None,
    }
    body = seen.service.linking.frame.page("site/compare.html", request, Place(seen.lang), **shown)
    return page_answer(request, seen.lang, body)


# ---- Choosing ----


def _chosen(name: str, names: Sequence[str], seen: Asked, links: Links) -> dict[str, Any]:
    """A project that was chosen, with the address without it."""
    find(seen, name)
    member = next(one for one in seen_projects(seen) if one["identifier"] == name)
    rest = [("project", one) for one in names if one != name]
    return _member(member, seen) | {"without": links.written(PATH, rest)}


def _offered(text: str, names: Sequence[str], seen: Asked, links: Links) -> list[dict[str, Any]]:
    """Projects that may be chosen as well, each with the address that has it too."""
    members = chosen(seen_projects(seen), Wanted(q=text, sort="-Verified"))
    others = [one for one in members if one["identifier"] not in names][:_OFFERED]
    before = [("project", one) for one in names]
    return [
        _member(one, seen) | {"with": links.written(PATH, [*before, ("project", one["identifier"])])} for one in others
    ]


def _member(member: Mapping[str, Any], seen: Asked) -> dict[str, Any]:
    name = member["identifier"]
    return {
        "identifier": name,
        "title": member["title"] or {"zh": name, "en": name},
        "published": member["published"],
        "whole": seen.reader.sees(name),
    }


# ---- What is compared ----


def _compared(told: Mapping[str, Any], result: str, had: Sequence[bool], seen: Asked, links: Links) -> dict[str, Any]:
    """The comparison in one kind of result: its elements as rows, those on one level for each radar.

    ``had`` says which of the projects have that kind of result.
    """
    rows = [_row(element, result, had, seen) for element in told["elements"]]
    weighted = {row["iri"] for row in rows if row["depth"] > 0}
    parts = seen.service.standard.parts
    leaves = [row for row in rows if row["depth"] > 0 and weighted.isdisjoint(parts.get(row["iri"], ()))]
    return {
        "same": told["sameKnowledge"],
        "kinds": {kind: told["elements"][0]["results"][kind]["label"] for kind in KINDS},
        "others": [{"kind": kind, "href": links.here(result=kind)} for kind in KINDS if kind != result],
        "rows": rows,
        "radars": [
            {"id": f"radar-{number}", "kind": _kind(level, seen), **chart(level)}
            for number, level in enumerate(_levels(rows, leaves) if any(had) else (), start=1)
        ],
        "rounded": any(one["rounded"] for one in told["projects"]),
    }


def _levels(rows: Sequence[Any], leaves: Sequence[Any]) -> list[Sequence[Any]]:
    """The largest parts, and the smallest that carry a weight; one of the two where they are the same."""
    largest = [row for row in rows if row["depth"] == 1]
    return [level for level in ([largest] if largest == leaves else [largest, leaves]) if level]


def _kind(level: Sequence[Any], seen: Asked) -> dict[str, str]:
    """What the elements of a level are, by the first of them."""
    kind = kind_of(level[0]["iri"], seen.service.knowledge)
    return seen.service.knowledge.label(kind or level[0]["iri"]).as_json()


def _row(element: Mapping[str, Any], result: str, had: Sequence[bool], seen: Asked) -> dict[str, Any]:
    told = element["results"][result]
    sides = zip(told["values"], told["differences"], had, strict=True)
    cells = [
        _cell(value if has else None, difference if had[0] else None, element["weight"])
        for value, difference, has in sides
    ]
    return {
        "iri": element["iri"],
        "notation": element["notation"],
        "label": element["label"],
        "depth": element["depth"],
        "weight": element["weight"] or "",
        "path": path_of_concept(element["iri"], seen.service.standard),
        "cells": cells,
        "apart": any(cell["share"] is None for cell, has in zip(cells, had, strict=True) if has),
    }


def _cell(value: Mapping[str, Any] | None, difference: str | None, weight: str | None) -> dict[str, Any]:
    """What one project has at an element: points with their bound, the share of the weight, the difference."""
    if value is None or value["points"] is None:
        return {"points": None, "upper": None, "share": None, "difference": None, "way": "same", "rounded": False}
    return {
        "points": _two(value["points"]),
        "upper": _two(value["upperPoints"]),
        "share": _share(value, weight),
        "difference": difference and _signed(difference),
        "way": _way(difference),
        "rounded": value["rounded"],
    }


def _share(value: Mapping[str, Any], weight: str | None) -> str | None:
    """Attainment in percent; where it is withheld, the rounded points of the weight."""
    if value["attainment"] is not None:
        return f"{Decimal(value['attainment']) * 100:.1f}"
    return f"{Decimal(value['points']) / Decimal(weight) * 100:.1f}" if weight and Decimal(weight) else None


def _two(points: str) -> str:
    """Points to two places, so that they stand below one another."""
    return f"{Decimal(points):.2f}"


def _signed(difference: str) -> str:
    number = Decimal(difference)
    return f"{number:+.2f}".replace("-", "−") if number else "0.00"


def _way(difference: str | None) -> str:
    number = Decimal(difference or 0)
    return "up" if number > 0 else "down" if number < 0 else "same"


def _evidence(told: Mapping[str, Any], names: Sequence[str], seen: Asked, result: str) -> list[dict[str, Any]]:
    """The evidence of each project at each element that carries a weight and has no weighted parts."""
    whole = told["elements"][0]["iri"]
    explained = [
        json.loads(made(seen, "explained", {"found": find(seen, name).as_json(), "code": whole}).body) for name in names
    ]
    trees = [one["explanations"][0]["element"] for one in explained]
    return rows_of([evidence_of(tree, result) for tree in trees], seen.service.standard)
