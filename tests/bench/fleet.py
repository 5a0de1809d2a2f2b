"""Fleets of growing size: throughput beside one warm process, cost exponent, memory, two workers, a cluster.

Run it alone on the machine: ``python tests/bench/fleet.py [--sizes 100 1000] [--from FOLDER] [--cluster]``. Results are
compared with those of the warm process before any time is reported: a faster wrong answer fails.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path

import pyarrow.parquet as pq

import danao
from danao.describe import read_descriptions
from danao.documents import Surroundings
from danao.examine import default_examination
from danao.knowledge import Knowledge, load_knowledge
from danao.namespaces import local_name
from danao.pipeline import Assessment, assess
from danao.reading import Input

ROOT = Path(__file__).parents[2]
SERVICE = Path(danao.__file__).parents[1]
EXAMPLE = ROOT / "examples" / "half-built.ttl"
AS_OF = "2025-12-31"
# Descriptions that the warm process assesses to be compared with, and before that to warm up.
SAMPLE, WARM_UP = 100, 5
RUNS = 3


@dataclass(frozen=True)
class Ran:
    """One run of a fleet: seconds by the clock and of computing, and the most memory of any one process, in bytes."""

    seconds: float
    computing: float
    peak: int
    out: Path


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1_000])
    parser.add_argument("--from", dest="source", type=Path, help="a folder of descriptions, instead of made ones")
    parser.add_argument("--cluster", action="store_true", help="a cluster of two workers as well")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _report(Path(folder), sorted(given.sizes), given.source, cluster=given.cluster)


def _report(folder: Path, sizes: Sequence[int], source: Path | None, *, cluster: bool) -> None:
    asked = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    print(f"{platform.platform()} · {os.cpu_count()} cores · Python {platform.python_version()} · {commit}")
    print(", ".join(f"{name} {version(name)}" for name in ("pyoxigraph", "shacl", "pyarrow")), "\n")
    fleets = {size: _fleet(folder / f"in-{size}", size, source) for size in sizes}
    cores = len(os.sched_getaffinity(0))
    warm = _warm(fleets[sizes[-1]])
    print(f"{warm.seconds * 1000:10.2f} ms  one warm process, a description (median of {len(warm.totals)})")
    found = {size: _ran(fleets[size], folder, jobs=cores) for size in sizes}
    _compare(warm, found[sizes[-1]].out)
    for size, ran in found.items():
        each = ran.seconds * cores / size
        print(
            f"{ran.seconds:10.1f} s   fleet of {size:,} by {cores} processes: {size / ran.seconds:,.0f} a second, "
            f"per core {warm.seconds / each:.2f} of the warm process; "
            f"computing {ran.computing / size * 1000:.2f} ms each; most memory of a process {ran.peak >> 20} MiB"
        )
    if len(sizes) > 1:
        print(f"{_exponent({size: ran.seconds for size, ran in found.items()}):10.3f}     cost exponent")
    middle = sizes[len(sizes) // 2]
    one, two = (
        statistics.median(_ran(fleets[middle], folder, jobs=jobs).seconds for _ in range(RUNS)) for jobs in (1, 2)
    )
    print(f"{one / two:10.2f} ×   two workers against one, fleet of {middle:,} (medians of {RUNS})")
    if cluster:
        with _cluster(folder) as address:
            there = _ran(fleets[middle], folder, cluster=address)
        print(f"{there.seconds / two:10.2f} ×   a cluster of two workers against two processes, fleet of {middle:,}")


def _fleet(folder: Path, size: int, source: Path | None) -> Path:
    """So many descriptions: those of a folder, or one under many identifiers."""
    folder.mkdir()
    if source is not None:
        for path in sorted(source.glob("*.*"))[:size]:
            shutil.copy(path, folder / path.name)
        return folder
    data = EXAMPLE.read_bytes()
    for number in range(size):
        (folder / f"{number:07d}.ttl").write_bytes(data.replace(b'"sd-wood-2025"', f'"fleet-{number}"'.encode()))
    return folder


# ---- One warm process ----


@dataclass(frozen=True)
class Warm:
    """What one warm process took for a description, and the totals that it came to, by identifier."""

    seconds: float
    totals: dict[str, tuple[Decimal, Decimal] | None]


def _warm(folder: Path) -> Warm:
    knowledge, around = load_knowledge(), Surroundings()
    paths = sorted(folder.iterdir())[: SAMPLE + WARM_UP]
    times: list[float] = []
    totals: dict[str, tuple[Decimal, Decimal] | None] = {}
    for path in paths:
        start = time.perf_counter()
        for description in read_descriptions([Input(str(path), path.read_bytes())], knowledge, around):
            examination = default_examination(description.identifier, AS_OF, around)
            assessment = assess(description, examination, knowledge)
            totals[description.identifier] = _totals(assessment, knowledge)
        times.append(time.perf_counter() - start)
    return Warm(statistics.median(times[WARM_UP:]), totals)


def _totals(assessment: Assessment, knowledge: Knowledge) -> tuple[Decimal, Decimal] | None:
    if assessment.violated:
        return None
    (system,) = knowledge.instances("IndicatorSystem")
    points = {
        local_name(row["result"].value): Decimal(row["points"].value)
        for row in assessment.tables["scores"]
        if row["element"].value == system
    }
    return points["SelfAssessed"], points["Verified"]


def _compare(warm: Warm, out: Path) -> None:
    table = pq.read_table(out / "projects.parquet", columns=["identifier", "self_points", "verified_points"])
    found = {row["identifier"]: (row["self_points"], row["verified_points"]) for row in table.to_pylist()}
    for identifier, totals in warm.totals.items():
        if found[identifier] != (totals or (None, None)):
            sys.exit(f"{identifier}: the fleet came to other points; no time is reported.")


# ---- Runs ----


def _ran(folder: Path, scratch: Path, *, jobs: int = 1, cluster: str | None = None) -> Ran:
    out = Path(tempfile.mkdtemp(dir=scratch))
    command = [sys.executable, "-m", "danao", "fleet", "assess", str(folder), "-o", str(out), "--as-of", AS_OF]
    command += ["--cluster", cluster] if cluster else ["--jobs", str(jobs)]
    peaks: dict[int, int] = {}
    start = time.perf_counter()
    process = subprocess.Popen(
        command, env=os.environ | {"PYTHONPATH": str(SERVICE)}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    while True:
        ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        if ended:
            break
        peaks |= {pid: peak for pid in _below(process.pid) if (peak := _peak(pid))}
        time.sleep(1 / 20)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(process.stderr.read().decode() if process.stderr else "the run failed")
    return Ran(seconds, usage.ru_utime + usage.ru_stime, max(peaks.values()), out)


def _below(pid: int) -> Iterator[int]:
    """A process and those below it."""
    yield pid
    try:
        found = [path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        return
    for child in (child for children in found for child in children):
        yield from _below(int(child))


def _peak(pid: int) -> int:
    """The most memory that a process had at a time, in bytes."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


def _exponent(times: dict[int, float]) -> float:
    """The slope of the logarithm of time over that of size, by least squares."""
    xs, ys = [math.log(size) for size in times], [math.log(seconds) for seconds in times.values()]
    x, y = statistics.mean(xs), statistics.mean(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)


@contextmanager
def _cluster(folder: Path) -> Iterator[str]:
    """The address of a scheduler with two workers of one thread each, on the loopback address."""
    file = folder / "scheduler.json"
    here = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(file)]
    processes = [_dask("scheduler", "--port", "0", *here)]
    try:
        while not file.exists():
            time.sleep(1 / 20)
        processes += [_dask("worker", "--nthreads", "1", "--no-nanny", *here) for _ in range(2)]
        time.sleep(5)
        yield next(part for part in file.read_text().split('"') if part.startswith("tcp://"))
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _dask(*arguments: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYTHONPATH": str(SERVICE)}
    quiet = subprocess.DEVNULL
    return subprocess.Popen([sys.executable, "-m", "dask", *arguments], env=environment, stdout=quiet, stderr=quiet)


if __name__ == "__main__":
    main()
