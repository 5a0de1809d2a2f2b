"""What would change the score of a project, and what did: gaps, history, differences of versions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from danao.namespaces import local_name
from danao.view import KINDS
from danao.web.api.finding import find_whole
from danao.web.api.projects import WantedGaps, history_of, sides_of
from danao.web.api.working import made
from danao.web.linked import Seen
from danao.web.site.numbers import aligned, with_places
from danao.web.site.overview import points
from danao.web.site.project_page import Page, number_of

# The places of the points that a difference tells.
_PLACES = 4


def gaps(request: Request, seen: Seen, identifier: str) -> Response:
    """What is missing, by the points that closing it gains; for whoever sees the whole.

    :raises NotAllowed: the reader sees what is public only.
    """
    page = Page(request, seen, identifier)
    find_whole(seen, identifier, page.version)
    kind = _kind(request, page)
    (told,) = page.made("missing", **WantedGaps(result=kind).as_json())["projects"]
    gains = aligned([_text(gap["results"][told["result"]]["gain"]) for gap in told["gaps"]])
    codes = [{"code": local_name(gap["iri"]), "gained": gain} for gap, gain in zip(told["gaps"], gains, strict=True)]
    listed = [gap | code for gap, code in zip(told["gaps"], codes, strict=True)]
    return page.shown("site/gaps.html", told=told, gaps=listed)


def _text(number: object) -> str | None:
    return None if number is None else str(number)


def _kind(request: Request, page: Page) -> Any:  # noqa: ANN401 - one of a few words
    wanted = request.query_params.get("result", "")
    totals = page.project["totals"]
    best = KINDS[-1] if Decimal(totals.get(KINDS[-1], {"points": 0})["points"]) else KINDS[0]
    return wanted if wanted in KINDS else best


# ---- History ----


def history(request: Request, seen: Seen, identifier: str) -> Response:
    """Versions, publications and withdrawals, with the totals of versions for whoever sees the whole.

    :raises UnknownProject: there is none that the reader may see.
    """
    page = Page(request, seen, identifier)
    entries = [one | {"totals": _totals(one["totals"])} for one in history_of(seen, identifier)["entries"]]
    versions = [one for one in entries if one["version"]]
    return page.shown("site/history.html", entries=entries, versions=versions, order=KINDS[::-1])


def _totals(told: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    return {kind: points(Decimal(total["points"])) for kind, total in told.items()}


def difference(request: Request, seen: Seen, identifier: str) -> Response:
    """Why the score changed between two versions.

    :raises NotAllowed: the reader sees what is public only.
    :raises UnknownProject: there is no such version.
    """
    page = Page(request, seen, identifier)
    sides = sides_of(seen, identifier, number_of(request, "from"), number_of(request, "to"))
    told = json.loads(made(seen, "changed", {"before": sides[0].as_json(), "after": sides[1].as_json()}).body)
    (one,) = told["differences"]
    moved = [element for element in one["elements"] if _moved(element["results"])] if one["steps"] else []
    return page.shown(
        "site/difference.html",
        order=told["order"],
        one=one,
        total=_aligned({} if one["total"] is None else one["total"]),
        moved=[element | {"results": _aligned(element["results"])} for element in moved],
        results=KINDS[::-1],
    )


def _aligned(told: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The measures of each kind of result as texts, all of them with the places that a difference is told in."""
    return {
        kind: {name: _measure(one) for name, one in measures.items() if isinstance(one, Mapping)}
        for kind, measures in told.items()
    }


def _measure(told: Mapping[str, Any]) -> dict[str, Any]:
    sides = {name: _placed(told[name]) for name in ("before", "after", "change")}
    return {**sides, "by": {cause: _placed(one) for cause, one in (told["by"] or {}).items()}}


def _placed(number: object) -> str | None:
    return None if number is None else with_places(str(number), _PLACES)


def _moved(told: Mapping[str, Any]) -> bool:
    changes = [measure["change"] for kind in told.values() for measure in kind.values()]
    return any(Decimal(one or 0) for one in changes)
