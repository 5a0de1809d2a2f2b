"""Figures of metric records: a baseline, a target and the way between, with noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from danao.errors import Text
from danao.fleet.generate.draw import Draw
from danao.fleet.generate.frame import Bounds, Frame
from danao.fleet.generate.mould import Figure, Mould, figure_at
from danao.fleet.generate.variety import Figures
from danao.namespaces import DANAO

# Amounts are known to so many digits.
_KNOWN_DIGITS = 4


@dataclass(frozen=True)
class Measure:
    """A metric as the mould reports it: where it starts, where it shall go, and what its figures look like.

    ``actuals`` are years; ``decimals`` is the number of places behind the point.
    """

    metric: str
    baseline: Figure
    target: Figure
    actuals: tuple[int, ...]
    decimals: int
    spread: float
    bounds: Bounds


@dataclass(frozen=True)
class Series:
    """The figures of one record, as year and value; values are written as decimals."""

    baseline: tuple[int, str]
    actuals: tuple[tuple[int, str], ...]
    target: tuple[int, str] | None
    tightened: str


def measure(mould: Mould, record: str, frame: Frame) -> Measure:
    """What the mould says of a record.

    :raises MouldFault: it reports no metric, or has no baseline or no target.
    """
    block = mould.part(record)
    metric = next(iter(block.iris(DANAO + "metric")), "")
    groups = {name: _figures(mould, record, name) for name in ("baseline", "actual", "target")}
    if not frame.is_metric(metric) or not groups["baseline"] or not groups["target"]:
        raise mould.fault(
            Text(
                "模具中的度量记录应当指向一项度量，并有基期和目标。",
                "A record of a mould reports a metric and has a baseline and a target.",
            ),
            record,
        )
    return Measure(
        metric,
        groups["baseline"][0],
        groups["target"][-1],
        tuple(figure.year for figure in groups["actual"]),
        max(figure.decimals for group in groups.values() for figure in group),
        mould.variety.spread.get(record, mould.variety.figures.spread),
        frame.bounds(metric),
    )


def _figures(mould: Mould, record: str, name: str) -> list[Figure]:
    found = [figure_at(mould, value) for value in mould.part(record).values(DANAO + name)]
    return sorted((figure for figure in found if figure), key=lambda figure: figure.year)


def series(draw: Draw, of: Measure, figures: Figures, maturity: float, later: int) -> Series:
    """Figures of a project; years are ``later`` than in the mould."""
    stretch = draw.factor(of.spread)
    start, end = (_stretched(figure.value, of, stretch) for figure in (of.baseline, of.target))
    way = (end - start) * draw.factor(figures.ambition)
    gone = _gone(draw, figures, maturity)
    years = _years(draw, of, maturity)
    actuals = [
        (year + later, _written(start + way * _progress(draw, place, years, gone, figures.unsteady), of))
        for place, year in enumerate(years, start=1)
    ]
    target = (of.target.year + later, _written(start + way, of)) if draw.happens("target", maturity) else None
    tightened = _written(start + way * draw.between(*figures.tightened), of)
    return Series((of.baseline.year + later, _written(start, of)), tuple(actuals), target, tightened)


def _gone(draw: Draw, figures: Figures, maturity: float) -> float:
    """How much of the way to the target was gone at last; below zero after a setback."""
    if draw.happens("setback", maturity):
        return -draw.between(*figures.setback)
    at, slope = figures.attained
    return at + slope * maturity + draw.stray(figures.luck)


def _years(draw: Draw, of: Measure, maturity: float) -> Sequence[int]:
    """The years with a figure: a project that began late lacks the first, one that is slow the last."""
    years = of.actuals[draw.skewed(len(of.actuals)) :]
    return years if draw.happens("current", maturity) else years[:-1]


def _progress(draw: Draw, place: int, years: Sequence[int], gone: float, unsteady: float) -> float:
    """How much of the way was gone in a year, the last one being ``gone``."""
    return gone * place / len(years) + (draw.stray(unsteady) if place < len(years) else 0)


def _stretched(value: float, of: Measure, stretch: float) -> float:
    """A figure of the mould further from the nearer end of its range, or nearer to it."""
    low, high = of.bounds.minimum or 0, of.bounds.maximum
    if high is not None and high - of.baseline.value < of.baseline.value - low:
        return high - (high - value) * stretch
    return low + (value - low) * stretch


def _written(value: float, of: Measure) -> str:
    """A decimal within the range."""
    return decimal(of.bounds.held(round(value, of.decimals)), of.decimals)


def decimal(value: float, decimals: int) -> str:
    """A number with as many places as are given, and of whole numbers no more digits than are known."""
    whole = len(str(int(abs(value))))
    places = decimals if decimals or whole <= _KNOWN_DIGITS + 2 else _KNOWN_DIGITS - whole
    return f"{round(value, places):.{max(decimals, 1)}f}"
