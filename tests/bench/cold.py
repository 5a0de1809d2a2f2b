"""A start: commands as processes of their own, beside starting Python and importing rdflib.

``python -m tests.bench.cold [--full]``; run it alone on the machine. What is printed with and without the cache is
compared before a time is reported: a difference ends it with code 1.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import danao
from tests.bench.report import Report, asked, machine, milliseconds, table, verdict
from tests.bench.samples import Sample, samples
from tests.bench.timing import Times, alternating

LIBRARIES = ("pyoxigraph", "shacl", "rdflib", "click", "rich")
SERVICE = Path(danao.__file__).parents[1]
# A fast command may take so many times as long as importing rdflib.
ALLOWED = 3
YARDSTICK, CACHED, FRESH = "import rdflib", "danao assess, from the cache", "danao assess, without a cache"


@dataclass(frozen=True)
class Command:
    """A process to start again and again, with the folder of its cache."""

    arguments: Sequence[str]
    cache: str = "off"

    def __call__(self, _: object = None) -> bytes:
        """Run once; what it printed."""
        own = {"DANAO_CACHE": self.cache, "PYTHONPATH": str(SERVICE)}
        line = [sys.executable, *self.arguments]
        return subprocess.run(line, env=os.environ | own, capture_output=True, check=True).stdout


def commands(description: Path, cache: str) -> dict[str, Command]:
    """What is compared, the yardstick first."""
    assess = ("-m", "danao", "assess", str(description), "--as-of", "2025-12-31")
    return {
        YARDSTICK: Command(("-c", "import rdflib")),
        CACHED: Command(assess, cache),
        FRESH: Command(assess),
        "danao standard, from the cache": Command(("-m", "danao", "standard"), cache),
        "danao --help": Command(("-m", "danao", "--help")),
        "python, nothing imported": Command(("-c", "pass")),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Write and print the report."""
    size = asked(__doc__, arguments)
    runs = size.pick(1, 11, 31)
    (sample,) = samples(1, *size.pick((100, 400), (900, 1150), (900, 1150)))
    with tempfile.TemporaryDirectory() as folder:
        description = Path(folder) / sample.description.name
        description.write_bytes(sample.description.data)
        compared = commands(description, str(Path(folder) / "danao"))
        _refuse_different(compared)
        works: dict[str, Callable[[None], object]] = {**compared}
        times = alternating(works, [None], runs=runs, warm=True)
    report = Report("cold", "A cold start")
    report.add("Machine", machine(*LIBRARIES), _about(sample, runs))
    report.add("Targets", _target(times))
    report.add("Commands", _table(times))
    report.write(size.folder)


def _refuse_different(compared: Mapping[str, Command]) -> None:
    """Run everything once, which fills the cache and Python's own; all ways of assessing have to print the same."""
    printed = {name: command() for name, command in compared.items()}
    first, cached, fresh = printed[CACHED], compared[CACHED](), printed[FRESH]
    if not fresh or cached != fresh or first != fresh:
        sys.exit("With and without the cache something else is printed; no time is reported.")


def _about(sample: Sample, runs: int) -> str:
    return (
        f"A generated description of {sample.triples:,} triples; {runs} alternating runs, each command a process. "
        "From the cache: of knowledge that an earlier command compiled."
    )


def _target(times: Mapping[str, Times]) -> str:
    cold, yardstick = times[CACHED], times[YARDSTICK]
    ratio = cold.ratio(yardstick)
    measured = f"{ratio:.2f} (computing: {cold.computing_ratio(yardstick):.2f})"
    row = ("a cold `danao assess`, in starts of Python with rdflib", f"{ALLOWED}", measured)
    return table(("target", "at most", "measured", ""), [(*row, verdict(ratio, most=ALLOWED))])


def _table(times: Mapping[str, Times]) -> str:
    columns = ("command", "median, ms", "least – most", "× rdflib", "computing, ms", "× rdflib, computing")
    yardstick = times[YARDSTICK]
    rows = []
    for name, found in times.items():
        computing, ratio = milliseconds(found.computing_median), f"{found.computing_ratio(yardstick):.2f}"
        median = milliseconds(found.median)
        rows.append((name, median, found.spread, f"{found.ratio(yardstick):.2f}", computing, ratio))
    return table(columns, rows)


if __name__ == "__main__":
    main()
