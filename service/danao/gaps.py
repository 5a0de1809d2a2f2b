"""What is missing or unproven, by the points it would gain, as plain data: who has to do what, and what runs out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from danao.closing import Gap, Way, find_gaps, total_with, totals, way_to
from danao.errors import Text
from danao.expiry import Lapse, examined_on, lapses
from danao.explain import Shapes, exact
from danao.knowledge import Knowledge
from danao.namespaces import DANAO
from danao.pipeline import Assessment
from danao.remedies import Remedies
from danao.view import KINDS, Facts, Results, Standard, applied, both, identity, origin, wording

FORMAT = "danao-gaps/1"

# What a gap is, and what is promised for closing it.
_SORTS = {
    "notProvided": Text("未提供", "not provided"),
    "notProved": Text("存疑", "cannot tell"),
    "belowTarget": Text("未达目标", "below target"),
}
_PROMISES = (
    Text(
        "每一处的增分都是单独补上它时合计的变化，按评分方案（约定）精确算出；补上即通过，度量按其主张的数值计。",
        "Each gain is what closing that gap alone adds to the total, exactly as the scoring scheme (convention) has "
        "it; closed means passed, a metric with the figures it claims.",
    ),
    Text(
        "增分相加不等于一起补上的增分：舍入和足够项数会使两者不同；一起补上的合计另行给出。",
        "Gains do not add up: rounding and sufficient parts make several together gain another amount; the total with "
        "all of them closed is given beside.",
    ),
    Text(
        "核定的增分以审查采信为前提；批准不适用则该要求退出分母，增分另算。",
        "A gain in the verified result supposes that the examination accepts; an approved exclusion takes the "
        "requirement out of the mean instead.",
    ),
)
_ON_EXPIRY = Text(
    "证据在截止日当日仍计入，次日起不再计入；其余一切不变，由重新评估得出，不含届时才生效的证据。",
    "Evidence counts on its last day and no longer on the next; all else is left as it is and assessed again, without "
    "evidence that only begins by then.",
)


def gaps(
    assessment: Assessment,
    standard: Standard,
    *,
    result: str = "SelfAssessed",
    target: Decimal | None = None,
    within: int | None = None,
) -> dict[str, Any]:
    """The gaps of a scored assessment, those that gain most in a kind of result first.

    ``target`` asks for the way to a total of that kind, ``within`` for what expires in so many days after the date of
    the examination.
    """
    seeker = _Seeker(assessment, standard)
    way = None if target is None else way_to(target, assessment, result, standard)
    today = examined_on(assessment)
    return {
        **origin(assessment),
        "result": result,
        "notes": [both(text) for text in _PROMISES],
        "totals": seeker.totals(),
        "gaps": seeker.ranked(result),
        "target": None if way is None or target is None else seeker.way(way, target, result),
        "expiry": None if within is None else seeker.expiry(today, within),
    }


def gaps_document(views: Iterable[Mapping[str, Any]], knowledge: Knowledge) -> dict[str, Any]:
    """The JSON output of a run: what was applied, then the gaps of each project."""
    return {"format": FORMAT, **applied(knowledge), "projects": list(views)}


class _Seeker:
    """Finds what is said of gaps in one assessment; the rows of its tables by what they are about."""

    def __init__(self, assessment: Assessment, standard: Standard) -> None:
        self.assessment = assessment
        self.standard = standard
        self.knowledge = standard.knowledge
        self.results = Results(assessment)
        self.facts = Facts(assessment)
        self.gaps = find_gaps(assessment)
        self.shapes = Shapes(self.knowledge)
        self.remedies = Remedies(assessment, standard)

    # ---- The list and its totals ----

    def totals(self) -> dict[str, Any]:
        now = totals(self.assessment.tables["scores"], self.standard)
        then = total_with(self.assessment, self.gaps, self.standard)
        alone = {kind: sum((gap.gain for gap in self.gaps if gap.kind == kind), Decimal()) for kind in KINDS}
        return {
            kind: {
                "label": both(self.knowledge.label(DANAO + kind)),
                "points": exact(now.get(kind)),
                "sumOfGains": exact(alone[kind]),
                "closedTogether": exact(then.get(kind)),
            }
            for kind in KINDS
        }

    def ranked(self, result: str) -> list[dict[str, Any]]:
        """One entry a requirement, by its gain in the kind of result, equal ones in the order of the standard."""
        found: dict[str, dict[str, Gap]] = {iri: {} for iri, _ in self.standard.walk()}
        for gap in self.gaps:
            found[gap.requirement][gap.kind] = gap
        listed = [(iri, own) for iri, own in found.items() if own]
        listed.sort(key=lambda pair: -pair[1][result].gain if result in pair[1] else 1)
        return [{"rank": rank, **self._entry(iri, own)} for rank, (iri, own) in enumerate(listed, start=1)]

    def _entry(self, iri: str, own: Mapping[str, Gap]) -> dict[str, Any]:
        above = self._above(iri)
        weighed = next(element for element in (iri, *reversed(above)) if self.standard.weight(element) is not None)
        return {
            **identity(iri, self.standard),
            **wording(iri, self.standard),
            "within": [self._named(element) for element in above[1:]],
            "weighed": self._named(weighed) | {"weight": exact(self.standard.weight(weighed))},
            "shape": self.shapes.of(iri),
            "metric": DANAO + "Metric" in self.knowledge.values(iri, DANAO + "kind"),
            "results": {kind: self._result(iri, kind, own.get(kind)) for kind in KINDS},
            **self.remedies.of(iri, own),
            "evidence": self.remedies.evidence((iri, *above)),
            **self.remedies.realisation((iri, *reversed(above))),
        }

    def _named(self, iri: str) -> dict[str, Any]:
        return {"iri": iri, "notation": self.standard.notation(iri), "label": both(self.knowledge.label(iri))}

    def _above(self, iri: str) -> list[str]:
        """What an element is part of, from the root down."""
        whole = self._wholes.get(iri)
        return [] if whole is None else [*self._above(whole), whole]

    @cached_property
    def _wholes(self) -> Mapping[str, str]:
        return {part: whole for whole, parts in self.standard.parts.items() for part in parts}

    def _result(self, iri: str, kind: str, gap: Gap | None) -> dict[str, Any]:
        score = self.results.score(iri, kind)
        return {
            "label": both(self.knowledge.label(DANAO + kind)),
            "outcome": self.results.outcome(iri, kind),
            "reasons": [self._labelled(reason) for reason in self.results.reasons(iri, kind)],
            "gap": None if gap is None else _sort(gap),
            "attainment": exact(score.get("attainment")),
            "closedAttainment": None if gap is None else exact(gap.closed),
            "gain": None if gap is None else exact(gap.gain),
        }

    def _labelled(self, iri: str) -> dict[str, Any]:
        return {"iri": iri, "label": both(self.knowledge.label(iri))}

    # ---- The way to a target ----

    def way(self, way: Way, target: Decimal, result: str) -> dict[str, Any]:
        """The steps with their running totals; what all of them together come to is scored once more."""
        return {
            "result": result,
            "target": exact(target),
            "reached": way.total >= target,
            "total": exact(way.total),
            "steps": [
                {
                    **identity(step.gap.requirement, self.standard),
                    "gap": _sort(step.gap),
                    "gain": exact(step.gap.gain),
                    "total": exact(step.total),
                }
                for step in way.steps
            ],
        }

    # ---- What expires ----

    def expiry(self, today: dt.date, within: int) -> dict[str, Any]:
        """What expires in the period by date, with the totals that are left after each."""
        return {
            "within": within,
            "until": (today + dt.timedelta(days=within)).isoformat(),
            "note": both(_ON_EXPIRY),
            "lapses": [self._lapse(lapse) for lapse in lapses(self.assessment, within, self.standard)],
        }

    def _lapse(self, lapse: Lapse) -> dict[str, Any]:
        fallen = {iri for falls in lapse.falls.values() for iri in falls}
        return {
            "from": lapse.first.isoformat(),
            "until": lapse.until.isoformat(),
            "evidence": [
                {
                    "iri": evidence,
                    "title": both(self.facts.title(evidence)),
                    "validUntil": self.facts.value(evidence, DANAO + "validUntil"),
                }
                for evidence in lapse.evidence
            ],
            "falls": [
                {
                    **identity(iri, self.standard),
                    "results": [kind for kind in KINDS if iri in lapse.falls[kind]],
                }
                for iri, _ in self.standard.walk()
                if iri in fallen
            ],
            "cost": {kind: exact(cost) for kind, cost in lapse.cost.items()},
            "totals": {kind: exact(total) for kind, total in lapse.totals.items()},
        }


def _sort(gap: Gap) -> dict[str, Any]:
    """Which sort of gap it is, by the outcome it is found with."""
    name = {"failed": "notProvided", "cantTell": "notProved"}.get(gap.outcome, "belowTarget")
    return {"sort": name, "label": both(_SORTS[name])}
