"""The scores of a version as a page of its project shows them: totals, axes of charts, the tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from danao.exchange.elements import anchors
from danao.namespaces import local_name
from danao.view import KINDS
from danao.web.site.overview import change, points
from danao.web.site.project_page import Page

# The fewest axes that make a radar.
_FEWEST = 3


@dataclass(frozen=True)
class Tree:
    """The scores of a version in reading order, as a page shows them."""

    page: Page
    scores: Sequence[Mapping[str, Any]]

    @cached_property
    def _rounded(self) -> frozenset[tuple[str, str]]:
        """Elements and kinds of result whose points are not told exactly."""
        told = (self.page.project["withheld"] or {}).get("rounded", ())
        return frozenset((one["iri"], kind) for one in told for kind in one["results"])

    @cached_property
    def anchors(self) -> Mapping[str, str]:
        """Element → the name by which a link finds it on the page."""
        standard = self.page.seen.service.standard
        return anchors(standard, standard.roots[0])

    def totals(self, row: Any, bands: Mapping[str, Any]) -> list[dict[str, Any]]:  # noqa: ANN401 - a project or none
        """The totals of both kinds of result, what counts first."""
        whole = next(iter(self.scores), None)
        if whole is None:
            return []
        return [self._total(whole, kind, row and row.totals.get(kind), bands.get(kind)) for kind in KINDS[::-1]]

    def _total(self, whole: Mapping[str, Any], kind: str, ranked: Any, band: Any) -> dict[str, Any]:  # noqa: ANN401
        result = whole["results"][kind]
        return {
            "kind": kind,
            **self._worth(whole, kind),
            **bars_of(result, whole["weight"]),
            "change": change(ranked.change) if ranked and ranked.change is not None else None,
            "rank": ranked.rank if ranked else None,
            "reviewed": ranked is None or ranked.reviewed,
            "band": band["label"] if band else None,
        }

    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """How many requirements have each outcome, by kind of result."""
        whole = next(iter(self.scores), None)
        names = ("passed", "cantTell", "failed", "inapplicable")
        return {kind: {name: whole["results"][kind][name] for name in names} for kind in KINDS[::-1]} if whole else {}

    def charts(self, kinds: Sequence[str]) -> list[dict[str, Any]]:
        """Radars of kinds of results: of the topmost elements, and of those with a weight below which none has one."""
        tops = [one for one in self.scores if one["depth"] == 1]
        parts = [one for one in self.scores if one["depth"] and one["weight"] is not None and not self._weighs(one)]
        radars = (("dimensions", tops), ("indicators", parts))
        return [{"name": name, **chart([self._axis(one, kinds) for one in axes])} for name, axes in radars if axes]

    def _weighs(self, one: Mapping[str, Any]) -> bool:
        standard = self.page.seen.service.standard
        return any(standard.weight(part) is not None for part in standard.parts.get(one["iri"], ()))

    def _axis(self, one: Mapping[str, Any], kinds: Sequence[str]) -> dict[str, Any]:
        shares = {kind: _share(one, kind, "attainment", "points") for kind in kinds}
        bound = _share(one, kinds[0], "upperAttainment", "upperPoints")
        return {
            **{name: one[name] for name in ("notation", "label")},
            "shares": shares,
            "rounded": {kind: (one["iri"], kind) in self._rounded for kind in kinds},
            "bound": bound,
            "apart": None in (*shares.values(), bound),
        }

    def nodes(self) -> list[dict[str, Any]]:
        """The elements below the whole, each with its parts."""
        found: list[dict[str, Any]] = []
        above: list[dict[str, Any]] = []
        for one in self.scores[1:]:
            node = self._node(one)
            del above[one["depth"] - 1 :]
            (above[-1]["parts"] if above else found).append(node)
            above.append(node)
        return found

    def _node(self, one: Mapping[str, Any]) -> dict[str, Any]:
        iri, results_ = one["iri"], one["results"]
        return {
            **{name: one[name] for name in ("notation", "label", "namedBy", "listedExample")},
            "id": self.anchors.get(iri, f"e-{local_name(iri)}"),
            "weighs": one["weight"] is not None,
            "requirement": "reasons" in results_[KINDS[0]],
            "results": {kind: self._result(one, kind) for kind in KINDS[::-1]},
            "why": self.page.to(f"/why/{local_name(iri)}"),
            "parts": [],
        }

    def _result(self, one: Mapping[str, Any], kind: str) -> dict[str, Any]:
        result = one["results"][kind]
        names = ("passed", "requirements")
        counts = {name: result[name] for name in names} if "passed" in result else None
        return {
            "outcome": result["outcome"],
            "reasons": [reason["label"] for reason in result.get("reasons", ())],
            "counts": counts,
            **(self._worth(one, kind) if one["weight"] is not None else {}),
        }

    def _worth(self, one: Mapping[str, Any], kind: str) -> dict[str, Any]:
        result = one["results"][kind]
        weight = Decimal(str(one["weight"]))
        return {
            "points": None if result["points"] is None else points(Decimal(str(result["points"]))),
            "bound": None if result["upperPoints"] is None else points(Decimal(str(result["upperPoints"]))),
            "weight": f"{weight.normalize():f}",
            "rounded": (one["iri"], kind) in self._rounded,
        }


def _share(one: Mapping[str, Any], kind: str, attainment: str, got: str) -> str | None:
    """An attainment in percent; where it is withheld, the rounded points of the weight."""
    result, weight = one["results"][kind], one["weight"]
    if result[attainment] is not None or result[got] is None or not weight:
        return _percent(result[attainment])
    return _percent(result[got] / weight)


def chart(axes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How axes, some of them ``apart`` because they lack a number, are drawn: a radar where three are left for it."""
    drawn = sum(not one["apart"] for one in axes)
    return {"axes": axes, "sort": "radar" if drawn >= _FEWEST else "bars"}


def bars_of(result: Mapping[str, Any], weight: float) -> dict[str, str | None]:
    """The lengths of a bar in percent of a weight."""
    return {
        "got": _percent(None if result["points"] is None else result["points"] / weight),
        "limit": _percent(None if result["upperPoints"] is None else result["upperPoints"] / weight),
    }


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{share * 100:.2f}"
