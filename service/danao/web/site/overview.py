"""The overview: the projects that a reader sees, with totals, filters, the heat map, and what most of them lack."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from danao.errors import Text
from danao.web.api.forms import answered, as_json
from danao.web.asking import Asked
from danao.web.linked import READING, Seen
from danao.web.projects import kinds_of
from danao.web.site.choosing import SIZE, STATUSES, Wanted, chosen, occurring, sorting, wanted
from danao.web.site.first import first_mark
from danao.web.site.frame import Links, Other, Place, page_answer
from danao.web.site.tables import Project, Table, Total, table_of

_STATUSES: Mapping[str, Text] = {
    "published": Text("已公布", "published"),
    "unpublished": Text("未公布", "not published"),
    "examined": Text("已审查", "examined"),
}
_PLACES = 2
# Pages around the current one that paging names.
_AROUND = 2
_NAMED_COLUMNS = ("points", "bound", "change")
# The picture of a trend: its size, the room that its line leaves, the fewest points that fill its height, and the most
# versions that it shows.
_WIDE, _HIGH, _ROOM = 64, 20, 3
_LEAST_SPAN = 10
_MOST_VERSIONS = 12


def overview(request: Request, seen: Asked, forms: Sequence[Other]) -> Response:
    """The page.

    :raises BadRequest: the address asks for something that there is not.
    """
    table = table_of(seen)
    want = wanted(request.query_params, table)
    found = chosen(table, want)
    links = Links(request, seen.lang)
    shown = {
        "total": len(table.projects),
        "found": len(found),
        "want": want,
        "kinds": kinds_of(seen.service.knowledge),
        "dimensions": [one for one in table.elements if _is_top(one)],
        "columns": _columns(table),
        "rows": [_row(one, table, want) for one in _on_page(found, want)],
        "choices": list(_choices(table, seen.lang)),
        "years": sorted({one.year for one in table.projects.values() if one.year}, reverse=True),
        "statuses": [(name, _STATUSES[name].in_language(seen.lang)) for name in STATUSES],
        "orders": {name: links.here(sort=sorting(name, want), page=None) for name in _headings()},
        "active": list(_active(table, want, links, seen.lang)),
        "paging": _paging(want, len(found), links),
        "heat": links.to("/heat.json", **_query(request)),
        "lacking": table.lacking.get(want.kind, ()),
        "mark": first_mark(request, seen),
    }
    place = Place(seen.lang, forms=forms)
    return page_answer(
        request, seen.lang, seen.service.linking.frame.page("site/overview.html", request, place, **shown)
    )


def _headings() -> tuple[str, ...]:
    return ("title", "year", *_NAMED_COLUMNS)


def _query(request: Request) -> dict[str, str]:
    """What an address asks for, but the language, which links keep by themselves."""
    return {name: value for name, value in request.query_params.items() if name != "lang"}


# ---- Rows ----


def _on_page(found: Sequence[Project], want: Wanted) -> Sequence[Project]:
    """The projects of the page that is wanted."""
    return found[(want.page - 1) * SIZE : want.page * SIZE]


def _row(project: Project, table: Table, want: Wanted) -> dict[str, Any]:
    return {
        "identifier": project.identifier,
        "title": project.title,
        "published": project.published,
        "whole": project.whole,
        "year": project.year,
        "facets": [_labels(project, facet) for facet in table.facets],
        "totals": {kind: _shown(total) for kind, total in project.totals.items()},
        "dimensions": [_percent(share) for share in _shares(project, table, want.kind, _is_top)],
        "cells": _cells(project, table, want),
    }


def _shares(
    project: Project, table: Table, kind: str, fits: Callable[[Mapping[str, Any]], bool]
) -> Iterator[float | None]:
    """The shares of the elements that fit."""
    return (share for share, one in zip(project.shares[kind], table.elements, strict=True) if fits(one))


def _is_top(element: Mapping[str, Any]) -> bool:
    return bool(element["depth"] == 1)


def _columns(table: Table) -> list[Mapping[str, Any]]:
    """The elements that heat maps have columns for."""
    return [one for one in table.elements if _is_leaf(one)]


def _is_leaf(element: Mapping[str, Any]) -> bool:
    return bool(element["leaf"])


def _labels(project: Project, facet: Mapping[str, Any]) -> list[Mapping[str, str]]:
    return [facet["labels"][code] for code in project.facets.get(facet["name"], ())]


def _shown(total: Total) -> dict[str, Any]:
    return {
        "points": points(total.points),
        "bound": points(total.bound),
        "rounded": total.rounded,
        "rank": total.rank,
        "reviewed": total.reviewed,
        "band": total.band,
        "change": None if total.change is None else change(total.change),
        "trend": _trend([*total.earlier, total.points][-_MOST_VERSIONS:]),
    }


def _trend(values: Sequence[Decimal]) -> dict[str, Any] | None:
    """The last versions' points: in words, the line through them in a picture, and its end; nothing of a single one."""
    if len(values) == 1:
        return None
    low, high = float(min(values)), float(max(values))
    # Little changes look little.
    low -= max(0, _LEAST_SPAN - (high - low)) / 2
    span = max(high - low, _LEAST_SPAN)
    step = (_WIDE - 2 * _ROOM) / (len(values) - 1)
    spots = [
        (_ROOM + step * place, _HIGH - _ROOM - (float(value) - low) / span * (_HIGH - 2 * _ROOM))
        for place, value in enumerate(values)
    ]
    return {
        "text": " → ".join(map(points, values)),
        "size": (_WIDE, _HIGH),
        "line": " ".join(f"{x:.1f},{y:.1f}" for x, y in spots),
        "end": [f"{one:.1f}" for one in spots[-1]],
    }


def points(value: Decimal) -> str:
    """Points with two places."""
    return f"{value.quantize(Decimal((0, (1,), -_PLACES)), ROUND_HALF_UP):f}"


def change(value: Decimal) -> dict[str, str]:
    """A change of points: its sort as in ``span.change``, and how much."""
    sort = "same" if not value else "up" if value > 0 else "down"
    return {"sort": sort, "points": points(abs(value))}


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{share:.1f}"


def _cells(project: Project, table: Table, want: Wanted) -> list[dict[str, Any]]:
    """The cells of a project in the heat map's table."""
    return [_cell(share) for share in _shares(project, table, want.kind, _is_leaf)]


def _cell(share: float | None) -> dict[str, Any]:
    """A cell of the heat map's table: its tenth, and whole percents."""
    if share is None:
        return {"tenth": "none", "text": "–"}
    return {"tenth": f"h{round(share / 10)}", "text": f"{share:.0f}"}


# ---- Filters and paging ----


def _choices(table: Table, lang: str) -> Iterator[dict[str, Any]]:
    for facet in table.facets:
        counts = occurring(table, facet["name"])
        options = [
            {"code": code, "label": facet["labels"][code][lang], "count": counts[code]} for code in sorted(counts)
        ]
        if options:
            yield {"name": facet["name"], "title": facet["title"][lang], "options": options}


def _active(table: Table, want: Wanted, links: Links, lang: str) -> Iterator[dict[str, str]]:
    """The filters that are on, each with the address without it."""
    on = {"q": want.text, "year": want.year, "status": want.status and _STATUSES[want.status].in_language(lang)}
    for facet in table.facets:
        code = want.facets.get(facet["name"], "")
        on[facet["name"]] = facet["labels"].get(code, {}).get(lang, code)
    for name, text in on.items():
        if text:
            yield {"text": text, "href": links.here(**{name: None, "page": None})}


def _paging(want: Wanted, number: int, links: Links) -> dict[str, Any]:
    last = max(1, -(-number // SIZE))
    around = range(want.page - _AROUND, want.page + _AROUND + 1)
    pages = [page for page in range(1, last + 1) if page in {1, last, *around}]
    return {
        "first": min((want.page - 1) * SIZE + 1, number),
        "last": min(want.page * SIZE, number),
        "pages": [{"number": page, "href": links.here(page=page)} for page in pages],
        "current": want.page,
        "previous": links.here(page=want.page - 1) if 1 < want.page <= last + 1 else None,
        "next": links.here(page=want.page + 1) if want.page < last else None,
    }


# ---- The heat map ----


def heat_routes() -> APIRouter:
    """The routes of heat maps; the overview's own is that of the first page."""
    router = APIRouter(include_in_schema=False)
    router.add_api_route("/heat", heat_page, methods=READING)
    router.add_api_route("/heat.json", heat_of_page, methods=READING)
    router.add_api_route("/heat-all.json", heat_of_all, methods=READING)
    return router


def heat_of_page(request: Request, seen: Seen) -> Response:
    """What the heat map of a page of the overview draws."""
    return heat(request, seen, every=False)


def heat_of_all(request: Request, seen: Seen) -> Response:
    """What the heat map of all projects draws."""
    return heat(request, seen, every=True)


def heat(request: Request, seen: Asked, *, every: bool) -> Response:
    """What the heat map draws: one row for each project of a page of the overview, or for ``every`` one that is wanted.

    :raises BadRequest: as for the page.
    """
    table = table_of(seen)
    want = wanted(request.query_params, table)
    found = chosen(table, want)
    links = Links(request, seen.lang)
    value = {
        "columns": [{"code": one["notation"], "name": one["label"][seen.lang]} for one in _columns(table)],
        "rows": [
            {
                "name": one.title[seen.lang],
                "href": links.to(f"/projects/{one.identifier}"),
                "values": [
                    None if share is None else round(share) for share in _shares(one, table, want.kind, _is_leaf)
                ],
            }
            for one in (found if every else _on_page(found, want))
        ],
    }
    return answered(request, as_json(value), {"Content-Language": seen.lang})


def heat_page(request: Request, seen: Seen) -> Response:
    """The heat map of all projects that are wanted.

    :raises BadRequest: as for the overview.
    """
    table = table_of(seen)
    want = wanted(request.query_params, table)
    links = Links(request, seen.lang)
    query = _query(request)
    found = chosen(table, want)
    shown = {
        "title": Text("全部项目的热力图", "Heat map of all projects").in_language(seen.lang),
        "found": len(found),
        "want": want,
        "columns": _columns(table),
        "rows": [
            {
                "identifier": one.identifier,
                "title": one.title,
                "cells": _cells(one, table, want),
            }
            for one in _on_page(found, want)
        ],
        "paging": _paging(want, len(found), links),
        "kinds": kinds_of(seen.service.knowledge),
        "heat": links.to("/heat-all.json", **query),
        "overview": links.to("/", **query),
    }
    return page_answer(
        request, seen.lang, seen.service.linking.frame.page("site/heat.html", request, Place(seen.lang), **shown)
    )
