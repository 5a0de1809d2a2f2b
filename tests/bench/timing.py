"""Times by the clock and by the processor, of things that take turns."""

from __future__ import annotations

import math
import resource
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from tests.bench.report import milliseconds

_Thing = TypeVar("_Thing")
_Made = TypeVar("_Made")


def computed() -> float:
    """Seconds that this process and its ended children computed: other work on the machine disturbs them less."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


@dataclass
class Times:
    """Seconds that something took each time, a list for each run: by the clock, and computing."""

    clock: list[list[float]] = field(default_factory=list)
    computing: list[list[float]] = field(default_factory=list)

    def begin(self) -> None:
        """Begin another run."""
        self.clock.append([])
        self.computing.append([])

    def take(self, work: Callable[[], _Made]) -> _Made:
        """Do it once, and note the time; what it made, which is freed outside the time."""
        before, start = computed(), time.perf_counter()
        made = work()
        end, after = time.perf_counter(), computed()
        self.clock[-1].append(end - start)
        self.computing[-1].append(after - before)
        return made

    @property
    def medians(self) -> list[float]:
        """The median of each run, by the clock."""
        return [statistics.median(run) for run in self.clock]

    @property
    def median(self) -> float:
        """The median of the runs' medians, by the clock."""
        return statistics.median(self.medians)

    @property
    def computing_median(self) -> float:
        """The median of the runs' medians, computing."""
        return statistics.median([statistics.median(run) for run in self.computing])

    @property
    def singles(self) -> list[float]:
        """Every single time of all runs, by the clock."""
        return [one for run in self.clock for one in run]

    def percentile(self, percent: int) -> float:
        """The time that so many of a hundred singles of all runs do not exceed."""
        ordered = sorted(self.singles)
        # As a whole number, rounded up: no single lies between two.
        return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]

    def ratio(self, yardstick: Times) -> float:
        """The median of the runs' ratios to a yardstick that was measured beside it, by the clock."""
        return statistics.median(own / other for own, other in zip(self.medians, yardstick.medians, strict=True))

    def computing_ratio(self, yardstick: Times) -> float:
        """The ratio to a yardstick, computing."""
        return self.computing_median / yardstick.computing_median

    @property
    def spread(self) -> str:
        """The least and the most of the runs' medians, in milliseconds."""
        return f"{milliseconds(min(self.medians))} – {milliseconds(max(self.medians))}"


def exponent(times: Mapping[int, float]) -> float:
    """The slope of the logarithm of time over that of size, by least squares."""
    xs, ys = [math.log(size) for size in times], [math.log(seconds) for seconds in times.values()]
    x, y = statistics.mean(xs), statistics.mean(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)


def alternating(
    works: Mapping[str, Callable[[_Thing], object]],
    things: Sequence[_Thing],
    *,
    runs: int,
    rounds: int = 1,
    warm: bool = False,
) -> dict[str, Times]:
    """The times of several works on the same things, so many rounds in every run; they take turns at each thing.

    So each finds the processor's caches as the others left them, as in a process that does all of it. Unless they are
    ``warm``, everything is done once before, on the first thing.
    """
    found = {name: Times() for name in works}
    for work in () if warm else works.values():
        work(things[0])
    for _ in range(runs):
        for times in found.values():
            times.begin()
        for thing in (thing for _ in range(rounds) for thing in things):
            for name, work in works.items():
                found[name].take(partial(work, thing))
    return found
