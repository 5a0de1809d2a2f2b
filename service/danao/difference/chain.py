"""From one assessment to the other through the states between them, one cause replaced at a time.

Each state is assessed on the one path, and the effect of a cause is the difference of two states. So the effects add up
to the whole change, of each element and of the total, exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from danao.difference.causes import CAUSES, Side, differing, is_assessed, mixed
from danao.errors import Place, Problem, Text
from danao.namespaces import local_name
from danao.pipeline import Assessment
from danao.view import Standard

MEASURES = ("points", "upperPoints")


@dataclass(frozen=True)
class Step:
    """The causes replaced at once, with the states before and after it.

    There are several where a state between them is no usable description; ``obstacles`` are what stood in the way.
    """

    causes: tuple[str, ...]
    before: Assessment
    after: Assessment
    obstacles: tuple[Problem, ...] = ()

    @property
    def name(self) -> str:
        return "+".join(self.causes)

    @property
    def differs(self) -> bool:
        return self.before is not self.after


def chain(before: Side, after: Side, order: Sequence[str] = tuple(CAUSES)) -> list[Step]:
    """The steps from one side to the other in an order of causes; one that changes nothing is not assessed again.

    A chain costs as many assessments as causes differ, less one: both ends are there.
    """
    left = [cause for cause in order if cause in differing(before, after)]
    steps: list[Step] = []
    state, taken, together, obstacles = before.assessment, set[str](), list[str](), list[Problem]()
    for cause in order:
        if cause not in left:
            steps.append(Step((cause,), state, state))
            continue
        taken.add(cause)
        together.append(cause)
        reached = after.assessment if taken == set(left) else mixed(before, after, taken)
        if faults := _faults(reached):
            obstacles += faults
            continue
        steps.append(Step(tuple(sorted(together, key=list(CAUSES).index)), state, reached, tuple(obstacles)))
        state, together, obstacles = reached, [], []
    return steps


def _faults(state: Assessment) -> list[Problem]:
    """Why a state is no usable description."""
    found = [problem for problem in state.problems if problem.severity == "violation"]
    if is_assessed(state):
        return found
    what = Text("这份知识不评估这一类项目。", "The knowledge does not assess projects of this class.")
    place = Place(file=state.description.source, node=state.description.project)
    return [*found, Problem("NoProject", "violation", place, what)]


# ---- What the states are worth ----


@dataclass(frozen=True)
class Line:
    """One line of the account: an element that carries a weight, whose points are its own or a sum; or the total."""

    element: str
    summed: bool

    @classmethod
    def total(cls) -> Line:
        return cls("", summed=True)


Worth = Mapping[tuple[Line, str, str], Decimal]


def worth(state: Assessment) -> Worth:
    """Points and upper points of a state by line, kind of result and measure. What is inapplicable has none."""
    standard = Standard(state.knowledge)
    found: dict[tuple[Line, str, str], Decimal] = {}
    for row in state.tables["scores"]:
        element, kind = row["element"].value, local_name(row["result"].value)
        line = Line.total() if element in standard.roots else Line(element, is_summed(element, standard))
        for measure in MEASURES:
            if row[measure] is not None:
                found[line, kind, measure] = Decimal(row[measure].value)
    return found


def is_summed(element: str, standard: Standard) -> bool:
    """Whether an element's points are the sum of those of its parts."""
    return any(standard.weight(part) is not None for part in standard.parts.get(element, ()))
