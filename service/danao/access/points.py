"""Points behind which a restricted metric stands: rounded so that its figures cannot be worked out from them.

The points that restricted metrics contribute to the lowest element with a weight above them are told in equal steps of
at least one point, and what the element has in all is rounded to whole points. All above are sums of what is public.
So whatever is published is made of public values and of the step: nothing tells where in a step a metric stands.
Upper points are taken as if the restricted metrics were fully attained, which tells nothing of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from danao.index import text_of
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, EARL

_PASSED, _FAILED = f"<{EARL}passed>", f"<{EARL}failed>"
_PLACES = 4


@dataclass(frozen=True)
class Score:
    """A score in one kind of result: its standing, and its numbers by the local names of their properties."""

    node: str
    standing: str | None
    numbers: Mapping[str, Decimal]


@dataclass(frozen=True)
class PublicPoints:
    """What the public sees of the points of an element; ``rounded`` if they are not exact."""

    points: Decimal
    upper: Decimal
    rounded: bool


@dataclass(frozen=True)
class Tree:
    """The elements of a standard: the whole right above each, the parts of each, and weights."""

    whole: Mapping[str, str]
    parts: Mapping[str, list[str]]
    weights: Mapping[str, Decimal]

    def upwards(self, element: str) -> Iterator[str]:
        """The element and all that it is part of."""
        at: str | None = element
        while at is not None:
            yield at
            at = self.whole.get(at)


def tree_of(knowledge: Knowledge) -> Tree:
    """The elements of the knowledge, written as in statements; worked out once."""
    if "elements" not in knowledge.notes:
        column = knowledge.index.column
        whole = {f"<{part}>": f"<{text_of(wholes[0])}>" for part, wholes in column(DANAO + "directPartOf").items()}
        parts: dict[str, list[str]] = {}
        for part, above in whole.items():
            parts.setdefault(above, []).append(part)
        weights = {f"<{name}>": Decimal(text_of(found[0])) for name, found in column(DANAO + "weight").items()}
        knowledge.notes["elements"] = Tree(whole, parts, weights)
    found: Tree = knowledge.notes["elements"]
    return found


def public_points(scores: Mapping[str, Score], sealed: Collection[str], tree: Tree) -> dict[str, PublicPoints | None]:
    """By element, what the public sees of the points of all that a sealed metric is part of, in one kind of result.

    Nothing for an element that has no points. Elements that are not among the keys are not touched.
    """
    return _Rounding(scores, sealed, tree).all()


class _Rounding:
    def __init__(self, scores: Mapping[str, Score], sealed: Collection[str], tree: Tree) -> None:
        self._scores = scores
        self._sealed = set(sealed)
        self._tree = tree
        self._touched = {element for metric in sealed for element in tree.upwards(metric)}

    def all(self) -> dict[str, PublicPoints | None]:
        found: dict[str, PublicPoints | None] = dict.fromkeys(self._touched)
        lowest = {self._lowest(metric) for metric in self._sealed} - {None}
        own = {element: self._own(element) for element in lowest if element is not None}
        for element in self._touched & self._scores.keys():
            numbers = self._scores[element].numbers
            below = {leaf: points for leaf, points in own.items() if points and element in self._tree.upwards(leaf)}
            if "points" in numbers and below:
                exact = [self._scores[leaf].numbers for leaf in below]
                found[element] = PublicPoints(
                    numbers["points"] + sum(p.points for p in below.values()) - sum(n["points"] for n in exact),
                    numbers["upperPoints"]
                    + sum(p.upper for p in below.values())
                    - sum(n["upperPoints"] for n in exact),
                    any(p.rounded for p in below.values()),
                )
        return found

    def _lowest(self, metric: str) -> str | None:
        return next((element for element in self._tree.upwards(metric) if element in self._tree.weights), None)

    def _own(self, element: str) -> PublicPoints | None:
        """Of an element whose points are its weight times its attainment."""
        score = self._scores.get(element)
        if score is None or "points" not in score.numbers:
            return None
        weight, exact = self._tree.weights[element], score.numbers["points"]
        least, most = (weight * self._reached(element, "attainment", share) for share in (Decimal(), Decimal() + 1))
        upper = round(weight * self._reached(element, "upperAttainment", Decimal() + 1), _PLACES)
        if most == least:
            return PublicPoints(exact, upper, rounded=False)
        return PublicPoints(Decimal() + round(least + _stepped(exact - least, most - least)), upper, rounded=True)

    def _reached(self, element: str, measure: str, share: Decimal) -> Decimal:
        """The attainment of an element if each sealed metric that can have any had that share."""
        score = self._scores.get(element)
        if element in self._sealed:
            none = score is None or (
                score.standing != _PASSED if measure == "attainment" else score.standing == _FAILED
            )
            return Decimal() if none else share
        if element not in self._touched:
            return score.numbers.get(measure, Decimal()) if score else Decimal()
        divisor = score.numbers.get("divisor") if score else None
        if not divisor:
            return Decimal()
        weights = self._tree.weights
        gains = (self._reached(part, measure, share) * weights.get(part, 1) for part in self._applicable(element))
        return min(sum(gains, Decimal()) / divisor, Decimal() + 1)

    def _applicable(self, element: str) -> list[str]:
        parts = self._tree.parts.get(element, ())
        return [part for part in parts if part in self._scores and "attainment" in self._scores[part].numbers]


def _stepped(gain: Decimal, most: Decimal) -> Decimal:
    """The middle of the step that a gain is in: equal steps from 0 to the most, each of a point at least."""
    steps = max(1, int(most))
    step = min(max(0, int(gain * steps / most)), steps - 1)
    return most * (2 * step + 1) / (2 * steps)
