"""A run: read, batch, assess by a crew, write parts, make tables of them. It can be ended anywhere and go on."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from danao.errors import OccupiedFolder, Place, Text
from danao.fleet.attendant import Attendant
from danao.fleet.batches import Batch, batches
from danao.fleet.examinations import Examinations, find_examinations
from danao.fleet.kept_steps import kept_steps
from danao.fleet.local import Crew, LocalCrew
from danao.fleet.manifest import (
    FILE,
    Manifest,
    different_run,
    digest_of_file,
    read_manifest,
    refuse_different,
    software,
    write_manifest,
)
from danao.fleet.parts import FOLDER, Kept, is_unfinished, part_digest, write_part
from danao.fleet.ranking import summary, unmatched, write_summary
from danao.fleet.results import NQUADS, STEPS, Tally, identifiers
from danao.fleet.schema import TABLES
from danao.fleet.settings import UnitSettings
from danao.fleet.sources import items, total_size
from danao.fleet.tables import make_tables
from danao.fleet.work import Done, Work

OUTPUTS = (
    *(f"{name}.parquet" for name in (*TABLES, "inputs", "elements", "tallies")),
    "ranking.csv",
    "summary.json",
    NQUADS,
    STEPS,
)
# How long another run that ends may keep its folder.
_LOCK_SECONDS = 10
_LOOK_SECONDS = 1
# As much of a digest as tells it from another.
_SHOWN = 12


@dataclass(frozen=True)
class Plan:
    """What a run is asked to do: inputs and examinations as they were named, where to, and how.

    ``jobs`` is how many processes work on this machine, ``cluster`` the address of one that works instead.
    """

    inputs: tuple[str, ...]
    out: Path
    settings: UnitSettings
    examinations: tuple[str, ...] = ()
    batch: int = 50
    jobs: int = 1
    cluster: str | None = None
    resume: bool = False
    force: bool = False
    reuse: Path | None = None


class Listener(Protocol):
    """Who is told how a run goes on."""

    def begin(self, plan: Plan, files: int) -> None:
        """It begins with so many files."""

    def advance(self, batch: Batch, done: Done | None) -> None:
        """A batch is written; nothing was done for it where it had been before."""

    def finish(self) -> None:
        """All is assessed; tables are written now."""


class Interrupted(Exception):
    """A run was ended by hand; it can go on."""


def run(plan: Plan, listener: Listener) -> dict[str, Any]:
    """Assess all inputs into a folder; the summary.

    :raises DanaoError: nothing can be assessed, or the folder holds something else.
    :raises Interrupted: it was ended by hand, or whoever started it is gone.
    """
    files, size = total_size(plan.inputs)
    with _locked(plan.out) as lock, closing(Attendant(plan.settings)) as scout:
        told = scout.introduction()
        settings = replace(plan.settings, digest=told["digest"])
        examinations = find_examinations(plan.examinations, settings.limits, scout.identifiers)
        manifest = _manifest(plan, settings, told, examinations, (files, size))
        _prepare(plan, manifest)
        listener.begin(plan, files)
        with closing(_crew(plan, settings, scout)) as crew:
            kept = None if plan.reuse is None else Kept(plan.reuse, with_steps=settings.keep_steps)
            with kept_steps(plan.reuse, manifest) as steps:
                _assess(plan, Work(crew, examinations, kept, settings.fingerprint, steps), listener)
        listener.finish()
        kinds = {"nquads": plan.settings.nquads, "keep_steps": plan.settings.keep_steps}
        return _finish(plan.out, manifest, told, make_tables(plan.out, told, lock, **kinds), examinations)


def _crew(plan: Plan, settings: UnitSettings, scout: Attendant) -> Crew:
    if plan.cluster is None:
        return LocalCrew(settings, plan.jobs, scout)
    scout.close()
    from danao.fleet.cluster import ClusterCrew

    return ClusterCrew(settings, plan.cluster)


# ---- The folder ----


@contextmanager
def _locked(out: Path) -> Iterator[int]:
    """The folder for this run alone, open.

    :raises OccupiedFolder: another run writes there.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        number = os.open(out, os.O_RDONLY)
    except OSError as fault:
        raise _occupied(out, Text(f"不能写入：{fault.strerror}。", f"It cannot be used: {fault.strerror}.")) from fault
    try:
        deadline = time.monotonic() + _LOCK_SECONDS
        while not _lock(number):
            if time.monotonic() > deadline:
                raise _occupied(out, Text("另一个运行正在写这个目录。", "Another run writes to this folder."))
            time.sleep(_LOOK_SECONDS)
        yield number
    finally:
        os.close(number)


def _lock(number: int) -> bool:
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _prepare(plan: Plan, manifest: Manifest) -> None:
    """See that the folder is this run's.

    :raises OccupiedFolder: it holds something, and nobody asked for it to be gone on with or replaced.
    :raises DifferentRun: the run in it is another one.
    """
    out = plan.out
    if plan.resume and (out / FILE).exists():
        refuse_different(manifest, read_manifest(out))
        return
    if plan.force:
        _clear(out)
    elif any(not is_unfinished(path) for path in out.iterdir()):
        raise _occupied(out, Text("输出目录不是空的。", "The folder for the output is not empty."))
    write_manifest(out, manifest)


def _clear(out: Path) -> None:
    """Take away what a run writes, and nothing else."""
    for name in (FILE, *OUTPUTS):
        (out / name).unlink(missing_ok=True)
    if (out / FOLDER).is_dir():
        shutil.rmtree(out / FOLDER)


def _occupied(out: Path, what: Text) -> OccupiedFolder:
    return OccupiedFolder(
        what,
        place=Place(file=str(out)),
        fix=Text(
            "换一个目录；用 --resume 接着上次的运行；或用 --force 丢弃其中的结果。",
            "Take another folder; go on with the run in it with --resume; or discard its results with --force.",
        ),
    )


def _manifest(
    plan: Plan, settings: UnitSettings, told: Mapping[str, Any], examinations: Examinations, size: tuple[int, int]
) -> Manifest:
    own = settings.as_json()
    own = {name: own[name] for name in ("as_of", "base", "limits", "scheme", "nquads", "keep_steps")}
    own |= {"batch": plan.batch, "engine": settings.engine, "examinations": examinations.digest}
    return Manifest(
        arguments={
            "inputs": list(plan.inputs),
            "examinations": list(plan.examinations),
            "knowledge": settings.knowledge,
            "files": size[0],
            "bytes": size[1],
        },
        settings=own,
        knowledge={"digest": told["digest"], "files": told["files"]},
        software=software(told["engine"]),
    )


# ---- The loop ----


def _assess(plan: Plan, work: Work, listener: Listener) -> None:
    """Have every batch assessed and written that is not there yet.

    :raises Interrupted: by hand, or because whoever started this is gone.
    """
    parent = os.getppid()
    threads = ThreadPoolExecutor(work.crew.hands)
    running: dict[Future[Done], Batch] = {}
    with closing(items(plan.inputs, plan.settings.limits)) as found:
        todo = _missing(plan, batches(found, work.examinations, work.fingerprint, plan.batch), listener)
        try:
            while _filled(todo, running, threads, work):
                _write_ended(plan, running, listener)
                if os.getppid() != parent:
                    raise Interrupted
        except (KeyboardInterrupt, CancelledError) as fault:
            raise Interrupted from fault
        finally:
            work.crew.close()
            threads.shutdown(wait=True, cancel_futures=True)


def _missing(plan: Plan, found: Iterator[Batch], listener: Listener) -> Iterator[Batch]:
    """The batches whose results are not there yet."""
    for batch in found:
        if _is_done(plan, batch):
            listener.advance(batch, None)
        else:
            yield batch


def _filled(todo: Iterator[Batch], running: dict[Future[Done], Batch], threads: ThreadPoolExecutor, work: Work) -> bool:
    """Give the crew as much as keeps it busy; whether it has anything to do."""
    while len(running) <= work.crew.hands and (batch := next(todo, None)):
        running[threads.submit(work.results, batch.entries)] = batch
    return bool(running)


def _write_ended(plan: Plan, running: dict[Future[Done], Batch], listener: Listener) -> None:
    """Write what has come to its end, if anything does soon."""
    ended, _ = wait(running, timeout=_LOOK_SECONDS, return_when=FIRST_COMPLETED)
    for future in ended:
        batch, done = running.pop(future), future.result()
        write_part(plan.out, batch, done.results, done.entries)
        listener.advance(batch, done)


def _is_done(plan: Plan, batch: Batch) -> bool:
    """Whether the results of a batch were written before.

    :raises DifferentRun: those of other inputs were.
    """
    written = part_digest(plan.out, batch.number)
    if written is not None and written != batch.digest:
        first, last = batch.entries[0].item, batch.entries[-1].item
        what = f"{first.name} … {last.name}"
        raise different_run(what, written[:_SHOWN], batch.digest[:_SHOWN])
    return written is not None


# ---- The end ----


def _finish(
    out: Path, manifest: Manifest, told: Mapping[str, Any], tally: Tally, examinations: Examinations
) -> dict[str, Any]:
    left = unmatched(examinations.identifiers(), identifiers(out))
    result = summary(tally, told["bands"], left, manifest.settings)
    write_summary(out, result)
    outputs = {name: digest_of_file(out / name) for name in sorted(OUTPUTS) if (out / name).exists()}
    inputs = {"descriptions": tally.inputs, "digest": outputs["inputs.parquet"]}
    write_manifest(out, replace(manifest, complete=True, inputs=inputs, outputs=outputs))
    return result
