"""The change from one assessment of a project to another: by indicator and cause, in numbers and in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from danao import __version__
from danao.difference.account import Account
from danao.difference.causes import CAUSES, Side, differing, split
from danao.difference.chain import Step, chain
from danao.difference.moves import moves
from danao.difference.words import changed_knowledge, changes
from danao.errors import DifferentProjects, Place, Text
from danao.pipeline import Assessment
from danao.view import EXPLANATION, applied, both, origin

FORMAT = "danao-difference/1"
# What is told of assessments that have scores.
_SCORED = ("steps", "total", "elements", "requirements")
_ORDER = Text(
    "原因逐一替换，次序是约定：基准日 → 知识 → 审查 → 证据 → 事实。各原因之和恰好等于变化。"
    "换成相反的次序，几个原因共同造成的变化会分摊得不同。只在一侧出现的能力或度量，其证据随之计入事实；"
    "对这类证据、度量的审查决定也随之计入。",
    "Causes are replaced one at a time, in an order that is a convention: date → knowledge → examination → evidence → "
    "facts. They add up exactly to the change. In the opposite order, what several causes bring about together is "
    "divided otherwise. Evidence of a capability or metric that stands on one side only comes and goes with it, as "
    "facts; so do the examiner's decisions about either.",
)


def differences(before: Sequence[Assessment], after: Sequence[Assessment]) -> dict[str, Any]:
    """The JSON output of a run: the projects on both sides, paired by identifier, and those on one side only.

    :raises DifferentProjects: no project is on both sides.
    """
    earlier, later = ({one.description.identifier: one for one in side} for side in (before, after))
    common = [identifier for identifier in earlier if identifier in later]
    if not common:
        raise _different(before, after)
    return {
        "format": FORMAT,
        "software": f"danao {__version__}",
        "note": both(EXPLANATION),
        "order": {"causes": list(CAUSES), "note": both(_ORDER)},
        "differences": [difference(earlier[identifier], later[identifier]) for identifier in common],
        "onlyBefore": [origin(one)["project"] for one in earlier.values() if one.description.identifier not in later],
        "onlyAfter": [origin(one)["project"] for one in later.values() if one.description.identifier not in earlier],
    }


def difference(before: Assessment, after: Assessment) -> dict[str, Any]:
    """The change of one project. Where a side has violations there are no scores, but what is stated otherwise is told.

    Costs at most eight assessments besides the two: with n causes that differ, n - 1 in either order.

    :raises DifferentProjects: the assessments are of two projects.
    """
    if before.description.identifier != after.description.identifier:
        raise _different([before], [after])
    sides = split(before, after)
    differ = differing(*sides)
    usable = not (before.violated or after.violated)
    return {
        "project": origin(after)["project"],
        "before": _side(before),
        "after": _side(after),
        "causes": [
            {"cause": cause, "label": both(label), "differs": cause in differ} for cause, label in CAUSES.items()
        ],
        **(_scored(*sides) if usable else dict.fromkeys(_SCORED)),
        "changes": {**changes(*sides), "knowledge": changed_knowledge(before.knowledge, after.knowledge)},
    }


def _side(assessment: Assessment) -> dict[str, Any]:
    """Where one side comes from, what was applied to it, and its problems."""
    problems = [problem.as_json() for problem in assessment.problems]
    return origin(assessment) | applied(assessment.knowledge) | {"problems": problems}


def _scored(before: Side, after: Side) -> dict[str, Any]:
    steps = chain(before, after)
    # One cause alone has no order.
    several = len(differing(before, after)) > 1
    account = Account(steps, chain(before, after, tuple(CAUSES)[::-1]) if several else steps)
    return {
        "steps": [_step(step) for step in steps],
        "total": account.total(),
        "elements": account.elements(),
        "requirements": moves(steps),
    }


def _step(step: Step) -> dict[str, Any]:
    labels = [CAUSES[cause] for cause in step.causes]
    return {
        "step": step.name,
        "causes": list(step.causes),
        "label": {"zh": " + ".join(label.zh for label in labels), "en": " + ".join(label.en for label in labels)},
        "differs": step.differs,
        "obstacles": [problem.as_json() for problem in step.obstacles],
    }


def _different(before: Sequence[Assessment], after: Sequence[Assessment]) -> DifferentProjects:
    names = [sorted(one.description.identifier for one in side) for side in (before, after)]
    return DifferentProjects(
        Text(
            f"两侧不是同一个项目：{'、'.join(names[0])}；{'、'.join(names[1])}。",
            f"The two sides are not the same project: {', '.join(names[0])}; {', '.join(names[1])}.",
        ),
        place=Place(file=after[0].description.source),
        fix=Text(
            "diff 比较同一项目（dcterms:identifier 相同）的两次评估；比较不同的项目，用 danao ask points-that-differ。",
            "diff compares two assessments of one project (of one dcterms:identifier); to compare projects, use "
            "'danao ask points-that-differ'.",
        ),
    )
