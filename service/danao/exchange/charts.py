"""Geometry of charts: numbers in, coordinates out, as plain data. What is drawn of them stands in the templates.

A radar's centre is (0, 0) and its rim 100 units away; y grows downwards, as in SVG. A bar's lengths are percents of the
place it is drawn in.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

RADIUS = 100
# Space between the rim and a label, height of a label's line, and its width at most, in characters as wide as high.
_GAP = 12
_LINE = 17
_CHARACTERS = 8
_LINES = 3
# More spokes than this leave no room for names: they are called by their codes.
_NAMED = 12
# With fewer spokes there is no area to see.
_FEWEST = 3
# Sizes of characters in hundredths of a line's letter size, 14 units: as wide as high, and others.
_WIDE, _NARROW, _SIZE = 100, 56, 14


@dataclass(frozen=True)
class Spoke:
    """An axis of a radar: where it ends, and the lines of its label with their place. ``anchor`` as in SVG."""

    x: str
    y: str
    anchor: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Line:
    """A line of text with its baseline."""

    x: str
    y: str
    text: str


@dataclass(frozen=True)
class Outline:
    """The corners of one series, as in ``points`` and one by one."""

    corners: str
    dots: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Radar:
    """A radar: the box it fills as in ``viewBox``, its rings of equal values, its spokes, an outline by name."""

    box: str
    rings: tuple[str, ...]
    spokes: tuple[Spoke, ...]
    outlines: Mapping[str, Outline]


@dataclass(frozen=True)
class Axis:
    """What a spoke stands for: its name, a code for where names find no room, and a note below the name."""

    name: str
    code: str
    note: str


@dataclass(frozen=True)
class Bar:
    """Lengths in percent: the weight, the upper bound and the points."""

    track: str
    bound: str
    points: str


def radar(axes: Sequence[Axis], series: Mapping[str, Sequence[Decimal]]) -> Radar | None:
    """A radar with one spoke for each axis, clockwise from the top, and series of shares from 0 to 1.

    None where there are fewer than three axes: they span no area.
    """
    number = len(axes)
    if number < _FEWEST:
        return None
    corners = {name: [_at(number, i, value) for i, value in enumerate(values)] for name, values in series.items()}
    spokes = tuple(_spoke(axis, number, i) for i, axis in enumerate(axes))
    return Radar(
        box=_box(spokes),
        rings=tuple(_ring(number, percent) for percent in (25, 50, 75, 100)),
        spokes=spokes,
        outlines={
            name: Outline(_corners(points), tuple(_place(*p) for p in points)) for name, points in corners.items()
        },
    )


def bar(points: Decimal, bound: Decimal, weight: Decimal, longest: Decimal) -> Bar:
    """A bar on the scale of the longest weight, so that equal lengths are equal points in all rows."""
    return Bar(*(_percent(value, longest) for value in (weight, bound, points)))


def wrapped(text: str, characters: int = _CHARACTERS, lines: int = _LINES) -> tuple[str, ...]:
    """Text in lines of at most so many wide characters, about equally long, broken at spaces or at a wide character."""
    needed = math.ceil(width(text) / (characters * _WIDE))
    rows = _filled(text, math.ceil(width(text) / max(needed, 1)))
    if len(rows) > needed:
        rows = _filled(text, characters * _WIDE)
    return tuple(rows if len(rows) <= lines else [*rows[: lines - 1], rows[lines - 1] + "…"])


def _filled(text: str, limit: int) -> list[str]:
    rows = [""]
    for piece in re.findall(r"\s+|[^\s\u2e80-\uffef]+|.", text):
        if rows[-1].strip() and width((rows[-1] + piece).rstrip()) > limit:
            rows.append("")
        rows[-1] += piece
    return [row.strip() for row in rows if row.strip()]


def width(text: str) -> int:
    """The width of a text in hundredths of its letter size, as far as that can be told without its font."""
    return sum(_WIDE if unicodedata.east_asian_width(letter) in "WF" else _NARROW for letter in text)


def _at(number: int, index: int, share: Decimal | int) -> tuple[float, float]:
    angle = math.tau * index / number
    reach = RADIUS * float(share)
    return reach * math.sin(angle), -reach * math.cos(angle)


def _ring(number: int, percent: int) -> str:
    return _corners([_at(number, index, Decimal(percent) / 100) for index in range(number)])


def _spoke(axis: Axis, number: int, index: int) -> Spoke:
    """An axis with its label: above the rim the label ends at it, below it begins there, beside it is in the middle."""
    x, y = _at(number, index, 1)
    texts = (*(wrapped(axis.name) if number <= _NAMED else (axis.code,)), axis.note)
    upright = abs(x) < 1
    anchor = "middle" if upright else "start" if x > 0 else "end"
    left = x if upright else x + math.copysign(_GAP, x)
    middle = y + math.copysign(_GAP + len(texts) * _LINE / 2, y) if upright else y
    lines = tuple(_line(left, middle, row, len(texts), text) for row, text in enumerate(texts))
    return Spoke(*_place(x, y), anchor, lines)


def _line(left: float, middle: float, row: int, rows: int, text: str) -> Line:
    """A line of a label that stands around its middle; letters rest on a baseline a quarter up."""
    return Line(_units(left), _units(middle + (row + 1 - rows / 2) * _LINE - _LINE / 4), text)


def _outline(points: Sequence[tuple[float, float]]) -> Outline:
    return Outline(_corners(points), tuple(_place(*point) for point in points))


def _box(spokes: Sequence[Spoke]) -> str:
    """The box around rim and labels, as wide to the left as to the right."""
    reach = max(
        abs(float(line.x)) + width(line.text) * _SIZE / (200 if spoke.anchor == "middle" else 100)
        for spoke in spokes
        for line in spoke.lines
    )
    half = math.ceil(max(reach, RADIUS)) + _GAP // 2
    heights = [float(line.y) for spoke in spokes for line in spoke.lines]
    top = math.floor(min(*heights, -RADIUS)) - _LINE
    bottom = math.ceil(max(*heights, RADIUS)) + _GAP
    return f"{-half} {top} {2 * half} {bottom - top}"


def _corners(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(",".join(_place(*point)) for point in points)


def _place(x: float, y: float) -> tuple[str, str]:
    return _units(x), _units(y)


def _units(value: float) -> str:
    """A coordinate with two places; no zero carries a sign, which rounding would leave to chance."""
    text = f"{value:.2f}"
    return "0.00" if text == "-0.00" else text


def _percent(value: Decimal, whole: Decimal) -> str:
    return f"{value / whole * 100:.3f}%" if whole else "0.000%"
