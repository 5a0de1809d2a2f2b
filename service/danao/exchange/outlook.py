"""What would gain points and what will run out, as a report shows it: the gaps of an assessment, said shorter."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from danao.gaps import gaps
from danao.pipeline import Assessment
from danao.view import KINDS, Standard

# Gaps that are told at once; every one is told with its requirement.
FOREMOST = 20
# What the definition and the unmet shapes of a requirement say already.
_SAID = ("claim", "show")


class Outlook:
    """The gaps of one assessment by requirement, and what expires within a number of days."""

    def __init__(self, assessment: Assessment, standard: Standard, within: int, numbers: Mapping[str, int]) -> None:
        examined = assessment.examination.source is not None
        # Ranks use the verified result; where nobody examined, all of it is still to be gained.
        self.result = KINDS[-1] if examined else KINDS[0]
        self._gaps = gaps(assessment, standard, result=self.result, within=within)
        self._numbers = numbers

    def of(self, requirement: str) -> dict[str, Any] | None:
        """What closing the gap of a requirement gains and takes, beside what is said of it anyway."""
        return self._by_requirement.get(requirement)

    def view(self, anchors: Mapping[str, str]) -> dict[str, Any]:
        """The foremost gaps, what all together would come to, and what expires; ``anchors`` are what links find."""
        listed = [one for one in self._gaps["gaps"] if one["results"][self.result]["gain"] is not None]
        return {
            "result": self.result,
            "notes": self._gaps["notes"],
            "totals": {
                kind: {name: _fixed(total[name]) for name in ("points", "closedTogether")}
                for kind, total in self._gaps["totals"].items()
            },
            "number": len(self._gaps["gaps"]),
            "foremost": [self._foremost(one, anchors) for one in listed[:FOREMOST]],
            "expiry": self._expiry(anchors),
        }

    @cached_property
    def _by_requirement(self) -> dict[str, dict[str, Any]]:
        return {one["iri"]: _gap(one) for one in self._gaps["gaps"]}

    def _foremost(self, one: dict[str, Any], anchors: Mapping[str, str]) -> dict[str, Any]:
        claimed = all(task["task"] != "claim" for task in one["byProject"])
        return {
            **{name: one[name] for name in ("label", "notation", "clause", "example", "weighed", "byExaminer")},
            "anchor": anchors[one["iri"]],
            "gains": _gains(one),
            "outcome": one["results"][self.result]["outcome"],
            "claimed": claimed,
            "byProject": one["byProject"] if claimed else [],
        }

    def _expiry(self, anchors: Mapping[str, str]) -> dict[str, Any]:
        expiry = self._gaps["expiry"]
        return {
            **{name: expiry[name] for name in ("within", "until", "note")},
            "lapses": [self._lapse(lapse, anchors) for lapse in expiry["lapses"]],
        }

    def _lapse(self, lapse: dict[str, Any], anchors: Mapping[str, str]) -> dict[str, Any]:
        return {
            **{name: lapse[name] for name in ("from", "until")},
            "evidence": [piece | {"number": self._numbers[piece["iri"]]} for piece in lapse["evidence"]],
            "falls": [fall | {"anchor": anchors[fall["iri"]]} for fall in lapse["falls"]],
            "cost": {kind: _fixed(cost) for kind, cost in lapse["cost"].items()},
            "totals": {kind: _fixed(total) for kind, total in lapse["totals"].items()},
        }


def _gap(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "gains": _gains(one),
        "byProject": [task for task in one["byProject"] if task["task"] not in _SAID],
        "byExaminer": one["byExaminer"],
        "types": one["evidence"]["types"],
    }


def _gains(one: dict[str, Any]) -> dict[str, str | None]:
    return {kind: _fixed(one["results"][kind]["gain"]) for kind in KINDS}


def _fixed(value: str | None) -> str | None:
    """Points, with the four places they are rounded to."""
    return None if value is None else f"{Decimal(value):.4f}"
