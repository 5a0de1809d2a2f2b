"""What closing gaps is worth: each alone by the rules of ``rules/gaps``, several together by scoring once more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from pyoxigraph import Literal, NamedNode, Triple

from danao.engine.interface import Row, Workspace, iri_of
from danao.infer import apply_rules, apply_until_stable
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, EARL, local_name
from danao.pipeline import Assessment
from danao.statements import Facts, together
from danao.view import Standard

# What the rules of points add to a score; a requirement may carry a weight of its own.
_WORKED_OUT = {DANAO + name for name in ("points", "upperPoints", "applicableWeight")}


@dataclass(frozen=True)
class Gap:
    """What keeps one requirement from its full attainment in one kind of result.

    ``outcome`` is that of the requirement, ``closed`` its attainment once closed, ``gain`` what that alone adds to the
    total, ``weighed`` the element whose points move: gaps below different ones do not touch each other.
    """

    requirement: str
    kind: str
    score: str
    outcome: str
    closed: Literal
    gain: Decimal
    weighed: str


@dataclass(frozen=True)
class Step:
    """A gap on a way, what closing it gains after those before it, and the total then."""

    gap: Gap
    total: Decimal


@dataclass(frozen=True)
class Way:
    """Gaps that are closed one after the other, and the total that scoring gives with all of them closed."""

    steps: tuple[Step, ...]
    total: Decimal


def find_gaps(assessment: Assessment) -> list[Gap]:
    """The gaps of a scored assessment in both kinds of result, by requirement."""
    workspace = assessment.knowledge.engine.workspace()
    workspace.add(assessment.graphs["scores"])
    _derive(workspace, assessment.knowledge)
    return _gaps(workspace, assessment.knowledge)


def gap_facts(assessment: Assessment) -> Facts:
    """The gaps as facts: each with its prospects and its gain."""
    workspace = assessment.knowledge.engine.workspace()
    workspace.add(assessment.graphs["scores"])
    return _derive(workspace, assessment.knowledge)


def total_with(assessment: Assessment, gaps: Iterable[Gap], standard: Standard) -> dict[str, Decimal]:
    """The total of each kind of result with gaps closed together: scores are worked out anew from the requirements."""
    leaves = _leaves(assessment)
    for gap in gaps:
        leaves[gap.score] = _closed(leaves[gap.score], gap)
    workspace = _rescored(leaves.values(), assessment)
    return totals(workspace.select(assessment.knowledge.rules["report"]["scores"]), standard)


def totals(scores: Iterable[Row], standard: Standard) -> dict[str, Decimal]:
    """The points of the whole in each kind of result, of rows of scores; without any where nothing is applicable."""
    root = standard.roots[0]
    rows = [row for row in scores if row["element"].value == root and row["points"] is not None]
    return {row["result"].value.removeprefix(DANAO): Decimal(row["points"].value) for row in rows}


def way_to(target: Decimal, assessment: Assessment, kind: str, standard: Standard) -> Way:
    """Always the gap that gains most next, until the total reaches the target or nothing gains any more.

    Where closing a gap leaves a metric below its target, reaching that is a gap of its own.
    """
    order = {iri: place for place, (iri, _) in enumerate(standard.walk())}
    leaves = {score: facts for score, facts in _leaves(assessment).items() if _kind_of(facts) == kind}
    branches: dict[str, list[Gap]] = {}
    for gap in find_gaps(assessment):
        if gap.kind == kind:
            branches.setdefault(gap.weighed, []).append(gap)
    total = totals(assessment.tables["scores"], standard).get(kind, Decimal())
    steps: list[Step] = []
    while total < target and (gainful := [gap for found in branches.values() for gap in found if gap.gain > 0]):
        best = min(gainful, key=lambda gap: (-gap.gain, order[gap.requirement]))
        leaves[best.score] = _closed(leaves[best.score], best)
        total += best.gain
        steps.append(Step(best, total))
        branches[best.weighed] = _gaps_below(best.weighed, leaves, assessment, standard)
    return Way(tuple(steps), _total(leaves.values(), assessment, kind, standard))


def _derive(workspace: Workspace, knowledge: Knowledge) -> Facts:
    gaps = apply_rules(workspace, knowledge, "gaps/closing")
    prospects = apply_until_stable(workspace, knowledge, "gaps/roll-up")
    return together((gaps, prospects, apply_rules(workspace, knowledge, "gaps/gain")))


def _gaps(workspace: Workspace, knowledge: Knowledge) -> list[Gap]:
    return [
        Gap(
            requirement=row["requirement"].value,
            kind=row["result"].value.removeprefix(DANAO),
            score=row["score"].value,
            outcome=local_name(row["outcome"].value),
            closed=row["closed"],
            gain=Decimal(row["gain"].value),
            weighed=row["weighed"].value,
        )
        for row in workspace.select(knowledge.rules["gaps/report"]["gaps"])
    ]


# ---- Scoring once more ----


def _leaves(assessment: Assessment) -> dict[str, Facts]:
    """The facts of each requirement's score before points, by the score's IRI."""
    requirements = set(assessment.knowledge.instances("Requirement"))
    facts = assessment.graphs["scores"]
    scores = {
        fact.subject
        for fact in facts
        if fact.predicate.value == DANAO + "element" and iri_of(fact.object) in requirements
    }
    found: dict[str, set[Triple]] = {iri_of(score): set() for score in scores}
    for fact in facts:
        if fact.subject in scores and fact.predicate.value not in _WORKED_OUT:
            found[iri_of(fact.subject)].add(fact)
    return {score: frozenset(own) for score, own in found.items()}


def _value(facts: Facts, predicate: str) -> str:
    return next(iri_of(fact.object) for fact in facts if fact.predicate.value == predicate)


def _kind_of(facts: Facts) -> str:
    return _value(facts, DANAO + "result").removeprefix(DANAO)


def _closed(facts: Facts, gap: Gap) -> Facts:
    """The facts of a requirement's score with its gap closed."""
    new: Mapping[str, NamedNode | Literal] = {
        DANAO + "standing": NamedNode(EARL + "passed"),
        DANAO + "attainment": gap.closed,
        DANAO + "upperAttainment": gap.closed,
    }
    kept = {fact for fact in facts if fact.predicate.value not in new}
    return frozenset(kept | {Triple(NamedNode(gap.score), NamedNode(name), value) for name, value in new.items()})


def _rescored(leaves: Iterable[Facts], assessment: Assessment) -> Workspace:
    workspace = assessment.knowledge.engine.workspace()
    workspace.add(assessment.graphs["context"])
    workspace.add(fact for facts in leaves for fact in facts)
    apply_until_stable(workspace, assessment.knowledge, "scoring/roll-up")
    apply_rules(workspace, assessment.knowledge, "scoring/points")
    return workspace


def _total(leaves: Iterable[Facts], assessment: Assessment, kind: str, standard: Standard) -> Decimal:
    rows = _rescored(leaves, assessment).select(assessment.knowledge.rules["report"]["scores"])
    return totals(rows, standard).get(kind, Decimal())


def _gaps_below(element: str, leaves: Mapping[str, Facts], assessment: Assessment, standard: Standard) -> list[Gap]:
    """The gaps below an element, its scores worked out anew."""
    below = {iri for iri, _ in standard.walk(element)}
    own = [facts for facts in leaves.values() if _value(facts, DANAO + "element") in below]
    workspace = _rescored(own, assessment)
    _derive(workspace, assessment.knowledge)
    return _gaps(workspace, assessment.knowledge)
