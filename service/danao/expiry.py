"""Evidence that expires within a period, and what that costs: the project is assessed again as if it had expired."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby

from pyoxigraph import Literal, NamedNode, Triple

from danao.canonical import digest_of
from danao.closing import totals
from danao.describe import Description
from danao.engine.interface import iri_of
from danao.namespaces import DANAO, DCTERMS, XSD
from danao.pipeline import Assessment, assess
from danao.view import Facts, Standard

# Each date costs an assessment; later ones are taken together.
MOST_DATES = 12
_BEGINNINGS = (DCTERMS + "issued", DANAO + "validFrom")


@dataclass(frozen=True)
class Lapse:
    """Evidence whose last day is ``until``, or a day from ``first`` to it, and what follows on the day after.

    ``falls`` are the requirements that pass until then and no longer, ``cost`` the points lost, ``totals`` what is left
    with everything that expired earlier gone as well: each by kind of result.
    """

    first: dt.date
    until: dt.date
    evidence: tuple[str, ...]
    falls: Mapping[str, tuple[str, ...]]
    cost: Mapping[str, Decimal]
    totals: Mapping[str, Decimal]


def lapses(assessment: Assessment, days: int, standard: Standard) -> list[Lapse]:
    """The evidence that counts on the date of the examination and whose last day is at most ``days`` after it.

    Its last day may be that date itself: it counts then, and no longer on the day after.
    """
    today = examined_on(assessment)
    found, before, gone = [], assessment, set[str]()
    for dated in _groups(_ends(assessment, today, days)):
        gone |= {evidence for evidence, _ in dated}
        after = assess(_without(gone, assessment, today), assessment.examination, assessment.knowledge)
        found.append(_lapse(dated, before, after, standard))
        before = after
    return found


def examined_on(assessment: Assessment) -> dt.date:
    """The date of the examination; without one nothing is scored."""
    return dt.date.fromisoformat(Facts(assessment).value(assessment.examination.iri, DANAO + "asOf") or "")


def _ends(assessment: Assessment, today: dt.date, days: int) -> list[tuple[str, dt.date]]:
    """Counting evidence with its last day, where that is within the period, by date."""
    facts = Facts(assessment)
    counting = {row["evidence"].value for row in assessment.tables["evidence"] if row["reason"] is None}
    ends = [(one, dt.date.fromisoformat(end)) for one in counting if (end := facts.value(one, DANAO + "validUntil"))]
    return sorted((pair for pair in ends if (pair[1] - today).days <= days), key=lambda pair: (pair[1], pair[0]))


def _groups(ends: Sequence[tuple[str, dt.date]]) -> Iterator[list[tuple[str, dt.date]]]:
    """One group a date; from the last that is told apart on, all in one."""
    dates = sorted({end for _, end in ends})
    last = dates[:MOST_DATES][-1:]
    for _, group in groupby(ends, key=lambda pair: min(pair[1], *last)):
        yield list(group)


def _without(evidence: Collection[str], assessment: Assessment, today: dt.date) -> Description:
    """The description as if evidence had expired the day before the examination; nothing else of it is changed."""
    yesterday = (today - dt.timedelta(days=1)).isoformat()
    facts = frozenset(_expired(fact, evidence, yesterday) for fact in assessment.description.facts)
    return replace(assessment.description, facts=facts, digest=digest_of(facts))


def _expired(fact: Triple, evidence: Collection[str], yesterday: str) -> Triple:
    name = fact.predicate.value
    if iri_of(fact.subject) not in evidence or name not in (*_BEGINNINGS, DANAO + "validUntil"):
        return fact
    # Evidence that begins after its end would be refused.
    if name in _BEGINNINGS and isinstance(fact.object, Literal) and fact.object.value <= yesterday:
        return fact
    return Triple(fact.subject, fact.predicate, Literal(yesterday, datatype=NamedNode(XSD + "date")))


def _lapse(dated: Sequence[tuple[str, dt.date]], before: Assessment, after: Assessment, standard: Standard) -> Lapse:
    had, left = (totals(one.tables["scores"], standard) for one in (before, after))
    passed, passes = _passed(before), _passed(after)
    order = [iri for iri, _ in standard.walk()]
    return Lapse(
        first=dated[0][1],
        until=dated[-1][1],
        evidence=tuple(evidence for evidence, _ in dated),
        falls={kind: tuple(iri for iri in order if iri in passed[kind] - passes[kind]) for kind in passed},
        cost={kind: had[kind] - left[kind] for kind in had},
        totals=left,
    )


def _passed(assessment: Assessment) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in assessment.tables["outcomes"]:
        own = found.setdefault(row["result"].value.removeprefix(DANAO), set())
        if row["outcome"].value.endswith("#passed"):
            own.add(row["requirement"].value)
    return found
