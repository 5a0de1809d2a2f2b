"""Random draws that are the same on every machine: each project has a generator of its own, seeded by its number."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from math import exp
from typing import TypeVar

_Thing = TypeVar("_Thing")
# Gives the sum of four even draws a standard deviation of 1.
_BELL = 3 ** (1 / 2)
# Log-odds beyond which nothing happens, and no number is too large.
_HOPELESS = 99
_LIFETIME = 30_000
Chances = Mapping[str, tuple[float, float]]


def aged(days: int, factor: float) -> int:
    """An age in days, that much longer or shorter; at least a day and no more than a lifetime."""
    return max(min(round(days * factor), _LIFETIME), 1)


class Draw:
    """Draws of one project. ``seed`` is any text; equal texts give equal draws."""

    def __init__(self, seed: str, chances: Chances) -> None:
        # Nothing here is a secret; draws have to come out the same again.
        self._rng = random.Random(seed)  # noqa: S311
        self._random = self._rng.random
        self._chances = chances

    def happens(self, what: str, maturity: float) -> bool:
        """Whether a thing happens, by its chance in log-odds: at maturity 0, and its slope."""
        at, slope = self._chances[what]
        return self._random() < 1 / (1 + exp(min(-at - slope * maturity, _HOPELESS)))

    def within(self, chance: float) -> bool:
        return self._random() < chance

    def stray(self, spread: float) -> float:
        """A number around 0, mostly within ``spread`` and never beyond four of it."""
        some = self._random
        # The sum of four even draws is close to a bell, and cheap.
        return (some() + some() + some() + some() - 2) * _BELL * spread

    def factor(self, spread: float) -> float:
        """A number around 1, mostly within ``spread`` of it as a part of itself."""
        return exp(self.stray(spread)) if spread else 1

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self._random()

    def whole(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int((high - low + 1) * self._random())

    def one(self, things: Sequence[_Thing]) -> _Thing:
        return things[int(len(things) * self._random())]

    def weighed(self, weights: Sequence[float]) -> int:
        """The place of one of several weights, each as likely as it is heavy."""
        left = sum(weights) * self._random()
        for place, weight in enumerate(weights):
            left -= weight
            if left < 0:
                return place
        return len(weights) - 1

    def skewed(self, count: int) -> int:
        """A number below ``count``, small ones more often."""
        return int(count * self._random() ** 2)

    def digits(self, count: int) -> str:
        """So many hexadecimal digits."""
        return f"{self._rng.getrandbits(4 * count):0{count}x}"
