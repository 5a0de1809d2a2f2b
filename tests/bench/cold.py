"""Times of a start: a command as a process of its own, beside starting Python and importing rdflib.

``python tests/bench/cold.py [RUNS]``. The commands take turns, so that a busy machine is as unkind to each. Beside the
clock stands the computing time of the process and its children, which other work on the machine disturbs less.
What is printed with and without the cache is compared before any time is reported.
"""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIBRARIES = ("pyoxigraph", "shacl", "rdflib", "click", "rich")
_ASSESS = ("-m", "danao", "assess", str(ROOT / "examples" / "half-built.ttl"), "--as-of", "2025-12-31")
_HELP = ("-m", "danao", "--help")
# A fast command may take so many times as long as importing rdflib.
ALLOWED = 3


@dataclass
class Command:
    """A process to start again and again, and the seconds it took by the clock and by the processor."""

    name: str
    arguments: Sequence[str]
    cache: str = "off"
    clock: list[float] = field(default_factory=list)
    computed: list[float] = field(default_factory=list)

    def run(self) -> bytes:
        """Run once, and note the time; what it printed."""
        before, start = _used(), time.perf_counter()
        done = subprocess.run(
            [sys.executable, *self.arguments], env=_environment(self.cache), capture_output=True, check=True
        )
        self.clock.append(time.perf_counter() - start)
        self.computed.append(_used() - before)
        return done.stdout


def _environment(cache: str) -> Mapping[str, str]:
    return os.environ | {"DANAO_CACHE": cache}


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def commands(cache: str) -> tuple[Command, ...]:
    """What is compared, the yardstick first."""
    return (
        Command("import rdflib", ("-c", "import rdflib")),
        Command("danao assess, from the cache", _ASSESS, cache),
        Command("danao assess, without a cache", _ASSESS),
        Command("danao standard, from the cache", ("-m", "danao", "standard"), cache),
        Command("danao --help", _HELP),
        Command("python, nothing imported", ("-c", "pass")),
    )


def main() -> None:
    """Print the report; leave with code 1 where a start from the cache takes longer than allowed."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    with tempfile.TemporaryDirectory() as folder:
        compared = commands(str(Path(folder) / "danao"))
        _warm_up(compared)
        for _ in range(runs):
            for command in compared:
                command.run()
    print(f"{platform.platform()} · {platform.machine()} · {os.cpu_count()} cores · Python {platform.python_version()}")
    print(" · ".join(f"{name} {version(name)}" for name in LIBRARIES) + f" · medians of {runs} alternating runs\n")
    print(_TITLE)
    for command in compared:
        print(_row(command, compared[0]))
    ratio = statistics.median(compared[1].clock) / statistics.median(compared[0].clock)
    print(f"\nA cold assessment takes {ratio:.2f} times as long as importing rdflib; {ALLOWED} are allowed.")
    sys.exit(ratio > ALLOWED)


def _warm_up(compared: Sequence[Command]) -> None:
    """Run everything once, which fills the cache and Python's own, and see that both ways print the same."""
    printed = {command.name: command.run() for command in compared}
    cached, fresh = (printed[command.name] for command in compared[1:3])
    if not fresh or cached != fresh:
        sys.exit("With and without the cache something else is printed; no time is reported.")
    for command in compared:
        command.clock.clear()
        command.computed.clear()


_TITLE = """\
| command | by the clock, ms | least – most | × rdflib | computing, ms | × rdflib |
|---|---:|---:|---:|---:|---:|"""


def _row(command: Command, yardstick: Command) -> str:
    clock, computed = statistics.median(command.clock), statistics.median(command.computed)
    return (
        f"| {command.name} | {clock * 1000:.0f} | {min(command.clock) * 1000:.0f} – {max(command.clock) * 1000:.0f} "
        f"| {clock / statistics.median(yardstick.clock):.2f} | {computed * 1000:.0f} "
        f"| {computed / statistics.median(yardstick.computed):.2f} |"
    )


if __name__ == "__main__":
    main()
