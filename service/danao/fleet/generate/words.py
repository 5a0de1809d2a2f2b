"""The words of a project, and texts filled with them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from danao.fleet.generate.draw import Draw
from danao.fleet.generate.mould import DIGITS
from danao.fleet.generate.variety import Template


class Words:
    """What stands in place of ``{words}``: the same all over a project, or, from a list, something new each time."""

    def __init__(self, fixed: Mapping[str, str], lists: Mapping[str, Sequence[str]], draw: Draw) -> None:
        self._fixed = fixed
        self._draw = draw
        self._lists = {name: _turns(texts, draw) for name, texts in lists.items()}

    def __getitem__(self, word: str) -> str:
        if word in self._fixed:
            return self._fixed[word]
        if word.startswith(DIGITS):
            return self._draw.digits(int(word.removeprefix(DIGITS)))
        return next(self._lists[word])

    def filled(self, text: Template) -> str:
        """The text with its words."""
        if len(text) == 1:
            return text[0]
        parts = list(text)
        for place in range(1, len(parts), 2):
            parts[place] = self[parts[place]]
        return "".join(parts)


def _turns(texts: Sequence[str], draw: Draw) -> Iterator[str]:
    """The texts from a random one on, at a random stride, so that none comes twice before all have come."""
    place, count = draw.whole(0, len(texts) - 1), len(texts)
    stride = draw.whole(1, count)
    seen = 0
    while True:
        yield texts[place]
        seen += 1
        # A stride that divides the count would come round too early: shift by one after each round.
        place = (place + stride + (seen * math.gcd(stride, count) % count == 0)) % count
