"""Random draws that are the same on every machine: each project has a generator of its own, seeded by its number."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

_Thing = TypeVar("_Thing")
Chances = Mapping[str, tuple[float, float]]


class Draw:
    """Draws of one project. ``seed`` is any text; equal texts give equal draws."""

    def __init__(self, seed: str, chances: Chances) -> None:
        # Nothing here is a secret; draws have to come out the same again.
        self._rng = random.Random(seed)  # noqa: S311
        self._chances = chances

    def happens(self, what: str, maturity: float) -> bool:
        """Whether a thing happens, by its chance in log-odds: at maturity 0, and its slope."""
        at, slope = self._chances[what]
        return self.within(1 / (1 + math.exp(-at - slope * maturity)))

    def within(self, chance: float) -> bool:
        return self._rng.random() < chance

    def stray(self, spread: float) -> float:
        """A number around 0, mostly within ``spread``."""
        return self._rng.gauss(0, spread) if spread else 0

    def factor(self, spread: float) -> float:
        """A number around 1, mostly within ``spread`` of it as a part of itself."""
        return math.exp(self.stray(spread)) if spread else 1

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self._rng.random()

    def whole(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int((high - low + 1) * self._rng.random())

    def one(self, things: Sequence[_Thing]) -> _Thing:
        return things[int(len(things) * self._rng.random())]

    def weighed(self, weights: Sequence[float]) -> int:
        """The place of one of several weights, each as likely as it is heavy."""
        left = sum(weights) * self._rng.random()
        for place, weight in enumerate(weights):
            left -= weight
            if left < 0:
                return place
        return len(weights) - 1

    def skewed(self, count: int) -> int:
        """A number below ``count``, small ones more often."""
        return int(count * self._rng.random() ** 2)

    def digits(self, count: int) -> str:
        """So many hexadecimal digits."""
        return f"{self._rng.getrandbits(4 * count):0{count}x}"
