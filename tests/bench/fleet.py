"""Fleets of growing size: throughput beside one warm process, cost exponent, memory, two workers, a cluster.

``python -m tests.bench.fleet [--full]``; run it alone on the machine. Points are compared with those of the warm
process before a time is reported: a difference ends it with code 1.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq

import danao
from danao.describe import read_descriptions
from danao.documents import Surroundings
from danao.errors import InputError
from danao.examine import default_examination
from danao.knowledge import Knowledge, load_knowledge
from danao.namespaces import local_name
from danao.pipeline import Assessment, assess
from danao.reading import Input
from tests.bench.report import Asked, Report, machine, report_in_a_folder, table, verdict
from tests.bench.samples import SEED
from tests.bench.timing import exponent

SERVICE = Path(danao.__file__).parents[1]
LIBRARIES = ("pyoxigraph", "shacl", "pyarrow", "duckdb", "distributed")
AS_OF = "2025-12-31"
# Descriptions that the warm process assesses, spread over the fleet, how often, and those before that to warm up.
SAMPLE, PASSES, WARM_UP = 500, 3, 5
RUNS = 3
# What the issue asks for: throughput per core in that of a warm process, memory of a process, cost exponent, and two
# workers against one. Memory is the same if sizes differ by less than a tenth.
LEAST_SHARE, MOST_MEMORY, MOST_EXPONENT, LEAST_SPEEDUP, SAME = 0.9, 400_000_000, 1.05, 1.7, 1.1


@dataclass(frozen=True)
class Ran:
    """One run of a fleet: seconds by the clock and of computing, and the most memory of any one process, in bytes."""

    seconds: float
    computing: float
    peak: int
    out: Path


def main(arguments: Sequence[str] | None = None) -> None:
    """Write and print the report."""
    report_in_a_folder(__doc__, measured, arguments)


def measured(folder: Path, size: Asked) -> Report:
    """The report on fleets, which are made and assessed in a folder."""
    sizes = size.pick((3, 6), (100, 1_000), (100, 1_000, 10_000))
    cores, middle = len(os.sched_getaffinity(0)), sizes[1]
    fleets = _fleets(folder, sizes)
    sample = _spread(fleets[middle], size.pick(3, SAMPLE, SAMPLE))
    warm = _warm(sample, size.pick(1, PASSES, PASSES))
    found = {number: _ran(fleets[number], folder, jobs=cores) for number in sizes}
    _compare(warm, found[middle].out)
    speedup = _speedup(fleets[middle], folder, size.pick(1, RUNS, RUNS))
    report = Report("fleet", "Fleets")
    report.add(
        "Machine", machine(*LIBRARIES), f"Generated descriptions, seed `{SEED}`, three in a hundred with a mistake."
    )
    report.add("Targets", _targets(warm, found, cores, speedup))
    report.add("Sizes", _ABOUT.format(cores=cores, sample=len(warm.totals)), _sizes(warm, found, cores))
    report.add("Workers", f"Medians of {len(speedup[0])} runs, which take turns.", _workers(speedup, middle))
    if not size.smallest:
        report.add("Cluster", _clustered(fleets[middle], folder, statistics.median(speedup[1])))
    return report


_ABOUT = (
    "Whole runs by {cores} processes, from starting to the last file written. The warm process assesses {sample} "
    "descriptions of the fleet, spread over it, and asks for their scores: {sample} divided by its seconds."
)


def _fleets(folder: Path, sizes: Sequence[int]) -> Mapping[int, Path]:
    """A folder of generated descriptions for each size; the first ones of the largest."""
    every = folder / "every"
    generate = ["fleet", "generate", "-n", str(max(sizes)), "--seed", SEED, "-o", str(every)]
    subprocess.run([sys.executable, "-m", "danao", *generate], env=_environment(), check=True, capture_output=True)
    paths = sorted(path for path in every.rglob("*") if path.is_file())
    for size in sizes:
        own = folder / f"in-{size}"
        own.mkdir()
        for path in paths[:size]:
            shutil.copy(path, own / path.name)
    return {size: folder / f"in-{size}" for size in sizes}


def _environment() -> Mapping[str, str]:
    return os.environ | {"PYTHONPATH": str(SERVICE)}


# ---- One warm process ----


@dataclass(frozen=True)
class Warm:
    """How many descriptions a second one warm process assesses, and their totals by identifier."""

    throughput: float
    totals: dict[str, tuple[Decimal, Decimal] | None]


def _spread(folder: Path, number: int) -> list[Path]:
    paths = sorted(folder.iterdir())
    return paths[:: max(1, len(paths) // number)][:number]


def _warm(paths: Sequence[Path], passes: int) -> Warm:
    knowledge, around = load_knowledge(), Surroundings()
    inputs = [Input(str(path), path.read_bytes()) for path in paths]
    for given in inputs[:WARM_UP]:
        _totals_of(given, knowledge, around)
    totals: dict[str, tuple[Decimal, Decimal] | None] = {}
    rates = []
    for _ in range(passes):
        start = time.perf_counter()
        for given in inputs:
            totals |= _totals_of(given, knowledge, around)
        rates.append(len(inputs) / (time.perf_counter() - start))
    return Warm(statistics.median(rates), totals)


def _totals_of(given: Input, knowledge: Knowledge, around: Surroundings) -> dict[str, tuple[Decimal, Decimal] | None]:
    """The totals of the descriptions of an input; none of one that cannot be read."""
    try:
        descriptions = read_descriptions([given], knowledge, around)
    except InputError:
        return {}
    return {
        one.identifier: _totals(assess(one, default_examination(one.identifier, AS_OF, around), knowledge), knowledge)
        for one in descriptions
    }


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
    rows = pq.read_table(out / "projects.parquet", columns=["identifier", "self_points", "verified_points"]).to_pylist()
    found = {row["identifier"]: (row["self_points"], row["verified_points"]) for row in rows}
    for identifier, totals in warm.totals.items():
        if found[identifier] != (totals or (None, None)):
            sys.exit(f"{identifier}: the fleet came to other points; no time is reported.")


# ---- Tables ----


def _share(warm: Warm, size: int, ran: Ran, cores: int) -> float:
    """The throughput per core in that of the warm process."""
    return size / ran.seconds / cores / warm.throughput


def _targets(warm: Warm, found: Mapping[int, Ran], cores: int, speedup: Speedup) -> str:
    asked_for = list(found.items())[1:]
    peaks = [ran.peak for ran in found.values()][-2:]
    seconds = {size: ran.seconds for size, ran in found.items()}
    rows = [_share_row(warm, size, ran, cores) for size, ran in asked_for]
    most = max(peaks)
    rows.append(("most memory of a process", "at most 400 MB", f"{most / 1e6:.0f} MB", verdict(most, most=MOST_MEMORY)))
    ratio = most / min(peaks)
    same = f"within {SAME:.1f} ×", f"{ratio:.2f} ×", verdict(ratio, most=SAME)
    rows.append(("the same memory at the largest two sizes", *same))
    # Over all sizes, starting weighs in; between the largest two, it hardly does.
    for name, sizes in (("all sizes", list(found)), ("the largest two", list(found)[-2:])):
        slope = exponent({size: seconds[size] for size in sizes})
        bound = verdict(slope, most=MOST_EXPONENT)
        rows.append((f"cost exponent over {name}", f"at most {MOST_EXPONENT}", f"{slope:.3f}", bound))
    times = _faster(speedup)
    rows.append(
        ("two workers against one", f"at least {LEAST_SPEEDUP}", f"{times:.2f}", verdict(times, least=LEAST_SPEEDUP))
    )
    return table(("target", "asked for", "measured", ""), rows)


def _share_row(warm: Warm, size: int, ran: Ran, cores: int) -> tuple[str, str, str, str]:
    share = _share(warm, size, ran, cores)
    name = f"throughput per core of {size:,}, in that of a warm process"
    return name, f"at least {LEAST_SHARE}", f"{share:.2f}", verdict(share, least=LEAST_SHARE)


def _sizes(warm: Warm, found: Mapping[int, Ran], cores: int) -> str:
    columns = ("fleet", "seconds", "a second", "a second and core", "× warm process", "computing each, ms", "peak, MB")
    rows = [("one warm process", "", f"{warm.throughput:.1f}", f"{warm.throughput:.1f}", "1.00", "", "")]
    for size, ran in found.items():
        rate, share = size / ran.seconds, _share(warm, size, ran, cores)
        each, peak = ran.computing / size * 1000, ran.peak / 1e6
        first, second = f"{ran.seconds:.1f}", f"{rate:,.1f}"
        rows.append((f"{size:,}", first, second, f"{rate / cores:,.1f}", f"{share:.2f}", f"{each:.1f}", f"{peak:.0f}"))
    return table(columns, rows)


# Seconds of one worker's runs, and of two workers'.
Speedup = tuple[list[float], list[float]]


def _speedup(fleet: Path, scratch: Path, runs: int) -> Speedup:
    found: Speedup = ([], [])
    for _ in range(runs):
        for jobs, times in enumerate(found, start=1):
            times.append(_ran(fleet, scratch, jobs=jobs).seconds)
    return found


def _faster(speedup: Speedup) -> float:
    one, two = speedup
    return statistics.median(a / b for a, b in zip(one, two, strict=True))


def _workers(speedup: Speedup, size: int) -> str:
    one, two = (f"{statistics.median(times):.1f}" for times in speedup)
    spreads = (f"{min(times):.1f} – {max(times):.1f}" for times in speedup)
    columns = ("fleet", "one worker, s", "least – most", "two workers, s", "least – most", "times as fast")
    first, second = spreads
    return table(columns, [(f"{size:,}", one, first, two, second, f"{_faster(speedup):.2f}")])


def _clustered(fleet: Path, scratch: Path, local: float) -> str:
    """A cluster of two workers on this machine, beside two processes without one."""
    with _cluster(scratch) as address:
        there = _ran(fleet, scratch, cluster=address).seconds
    columns = ("two workers", "seconds", "× two processes")
    return table(columns, [("processes", f"{local:.1f}", "1.00"), ("cluster", f"{there:.1f}", f"{there / local:.2f}")])


# ---- Runs ----

# Seconds between looks at the processes of a run.
_LOOK = 1 / 50


def _ran(folder: Path, scratch: Path, *, jobs: int = 1, cluster: str | None = None) -> Ran:
    out = Path(tempfile.mkdtemp(dir=scratch))
    command = [sys.executable, "-m", "danao", "fleet", "assess", str(folder), "-o", str(out), "--as-of", AS_OF]
    command += ["--cluster", cluster] if cluster else ["--jobs", str(jobs)]
    peaks: dict[int, int] = {}
    # A file takes as much as is said, which a pipe that nobody reads does not.
    with tempfile.TemporaryFile() as told:
        start = time.perf_counter()
        process = subprocess.Popen(command, env=_environment(), stdout=subprocess.DEVNULL, stderr=told)
        while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
            peaks |= {pid: peak for pid in _below(process.pid) if (peak := _peak(pid))}
            time.sleep(_LOOK)
        seconds = time.perf_counter() - start
        _, status, usage = ended
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            told.seek(0)
            sys.exit(told.read().decode())
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
    quiet = subprocess.DEVNULL
    return subprocess.Popen([sys.executable, "-m", "dask", *arguments], env=_environment(), stdout=quiet, stderr=quiet)


if __name__ == "__main__":
    main()
