"""The change of each indicator by cause, exact: plain data over the steps of a chain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from danao.difference.chain import MEASURES, Line, Step, is_summed, worth
from danao.explain import exact
from danao.view import KINDS, Standard, identity

# What one step adds, by line, kind of result and measure.
Effect = Mapping[tuple[Line, str, str], Decimal]


class Account:
    """What the steps of a chain, and of the one in the opposite order, add to each line."""

    def __init__(self, steps: Sequence[Step], opposite: Sequence[Step]) -> None:
        states = {id(state): state for step in (*steps, *opposite) for state in (step.before, step.after)}
        self._worth = {key: worth(state) for key, state in states.items()}
        self._before, self._after = steps[0].before, steps[-1].after
        self._effects, self._opposite = self._effects_of(steps), self._effects_of(opposite)

    def _effects_of(self, steps: Sequence[Step]) -> dict[str, Effect]:
        pairs = {step.name: (self._worth[id(step.before)], self._worth[id(step.after)]) for step in steps}
        return {
            # What is inapplicable, or not there, has no points.
            name: {key: new.get(key, Decimal()) - old.get(key, Decimal()) for key in {*old, *new}}
            for name, (old, new) in pairs.items()
        }

    def total(self) -> dict[str, Any]:
        """The change of the total, by kind of result and measure."""
        return self._results(Line.total())

    def elements(self) -> list[dict[str, Any]]:
        """The change of every element with a weight in reading order, those of the earlier standard only at the end."""
        old, new = Standard(self._before.knowledge), Standard(self._after.knowledge)
        earlier, later = _lines(old), _lines(new)
        return [
            {
                **identity(line.element, new if line in later else old),
                "depth": depth,
                "operation": "sum" if line.summed else "mean",
                "side": ("both" if line in earlier else "after") if line in later else "before",
                "weight": {
                    "before": exact(old.weight(line.element)) if line in earlier else None,
                    "after": exact(new.weight(line.element)) if line in later else None,
                },
                "results": self._results(line),
            }
            for line, depth in (later | earlier).items()
        ]

    def _results(self, line: Line) -> dict[str, Any]:
        return {kind: {measure: self._cell((line, kind, measure)) for measure in MEASURES} for kind in KINDS}

    def _cell(self, key: tuple[Line, str, str]) -> dict[str, Any]:
        old, new = (self._worth[id(end)].get(key) for end in (self._before, self._after))
        return {
            "before": exact(old),
            "after": exact(new),
            "change": exact((new or Decimal()) - (old or Decimal())),
            "by": {name: exact(effect.get(key, Decimal())) for name, effect in self._effects.items()},
            "opposite": {name: exact(effect.get(key, Decimal())) for name, effect in self._opposite.items()},
        }


def _lines(standard: Standard) -> dict[Line, int]:
    """The elements below the root that carry a weight, in reading order, with their depth."""
    return {
        Line(element, is_summed(element, standard)): depth
        for element, depth in standard.walk()
        if depth and standard.weight(element) is not None
    }
