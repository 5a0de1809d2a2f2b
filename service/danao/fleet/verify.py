"""Whether the results of a run are what it wrote, and what it would write again."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from danao.errors import DamagedRun, DifferentRun, Place, Text
from danao.fleet.attendant import Attendant
from danao.fleet.batches import Entry, entry_of
from danao.fleet.examinations import find_examinations
from danao.fleet.local import LocalCrew
from danao.fleet.manifest import FILE, Manifest, digest_of_file, read_manifest
from danao.fleet.results import SHARED, refuse_shared, tables_of
from danao.fleet.run import Listener, Plan, run
from danao.fleet.schema import part_schema
from danao.fleet.settings import UnitSettings
from danao.fleet.sources import Item, items
from danao.fleet.work import Work
from danao.limits import Limits

# Tables whose rows are compared, each by its column of numbers.
_COMPARED = ("projects", "indicators", "requirements", "facets", "errors", "inputs")


def changed_files(out: Path) -> list[str]:
    """The files of a finished run that are not what it wrote, or not there, sorted.

    :raises DamagedRun: there is no finished run.
    """
    manifest = _finished(out)
    return sorted(name for name, digest in manifest.outputs.items() if _digest(out / name) != digest)


def plan_of(out: Path, jobs: int) -> Plan:
    """What a finished run was asked to do; its inputs are looked for where they were named.

    :raises DamagedRun: there is no finished run.
    """
    manifest = _finished(out)
    told = manifest.settings
    settings = UnitSettings(
        as_of=told["as_of"],
        base=told["base"],
        limits=Limits(**told["limits"]),
        knowledge=manifest.arguments["knowledge"],
        scheme=told["scheme"],
        engine=told["engine"],
        nquads=told["nquads"],
        keep_steps=told.get("keep_steps", False),
        digest=manifest.knowledge["digest"],
    )
    arguments = manifest.arguments
    return Plan(
        inputs=tuple(arguments["inputs"]),
        out=out,
        settings=settings,
        examinations=tuple(arguments["examinations"]),
        batch=told["batch"],
        jobs=jobs,
    )


def recomputed(out: Path, jobs: int, listener: Listener) -> list[str]:
    """The files that come out otherwise when the whole run is done again, sorted.

    :raises DanaoError: it cannot be done again, as where its inputs are gone.
    """
    plan = plan_of(out, jobs)
    before = _finished(out)
    with tempfile.TemporaryDirectory() as folder:
        run(replace(plan, out=Path(folder)), listener)
        again = read_manifest(Path(folder))
    names = {*before.outputs, *again.outputs}
    return sorted(name for name in names if before.outputs.get(name) != again.outputs.get(name))


def sampled(out: Path, count: int, jobs: int) -> tuple[int, list[str]]:
    """How many descriptions were assessed again, spread evenly over the run, and the names of those that differ.

    :raises DanaoError: they cannot be assessed again.
    :raises DifferentRun: an input is not what it was.
    """
    plan = plan_of(out, jobs)
    with closing(Attendant(plan.settings)) as scout, closing(LocalCrew(plan.settings, jobs, scout)) as crew:
        examinations = find_examinations(plan.examinations, plan.settings.limits, scout.identifiers)
        work = Work(crew, examinations, None, plan.settings.fingerprint)
        recorded = pq.read_table(out / "inputs.parquet")
        chosen = _spread(recorded.num_rows, count)
        different = [
            item.name
            for item in _chosen(plan, chosen)
            if not _is_equal(out, entry_of(item, examinations, work.fingerprint), work, recorded)
        ]
    return len(chosen), different


def _spread(total: int, count: int) -> Sequence[int]:
    count = min(total, count)
    return [number * total // count for number in range(count)]


def _chosen(plan: Plan, chosen: Sequence[int]) -> Iterator[Item]:
    wanted = set(chosen)
    for item in items(plan.inputs, plan.settings.limits):
        if item.seq in wanted:
            yield item


def _is_equal(out: Path, entry: Entry, work: Work, recorded: Any) -> bool:  # noqa: ANN401 - PyArrow has no types
    row = recorded.slice(entry.item.seq, 1).to_pylist()[0]
    if (row["name"], row["digest"]) != (entry.item.name, entry.digest):
        raise _changed_input(entry.item.name)
    done = work.results((entry,))
    part = _as_part(done.results, done.entries[0])
    first, end = row["seq"], row["seq"] + row["rows"]
    tables = tables_of(refuse_shared(part, _shared(out)), first)
    return all(_rows(out / f"{name}.parquet", first, end).equals(tables[name].combine_chunks()) for name in _COMPARED)


def _rows(path: Path, first: int, end: int) -> Any:  # noqa: ANN401 - PyArrow has no types
    found = pq.read_table(path, filters=[("seq", ">=", first), ("seq", "<", end)])
    return found.replace_schema_metadata(None).combine_chunks()


def _as_part(results: Any, entry: Entry) -> Any:  # noqa: ANN401 - PyArrow has no types
    digests = {name: getattr(entry, name) for name in ("digest", "examination", "made_from", "key")}
    more = {"bytes": entry.size, **digests}
    rows = results.num_rows
    columns = [
        pa.array([more[field.name]] * rows, field.type) if field.name in more else results[field.name]
        for field in part_schema()
    ]
    return pa.Table.from_arrays(columns, schema=part_schema())


def _shared(out: Path) -> frozenset[str]:
    errors = pq.read_table(out / "errors.parquet", columns=["error", "identifier"], filters=[("error", "=", SHARED)])
    return frozenset(errors["identifier"].to_pylist())


def _finished(out: Path) -> Manifest:
    manifest = read_manifest(out)
    if not manifest.complete:
        raise DamagedRun(
            Text("这次运行没有完成。", "This run did not come to its end."),
            place=Place(file=str(out / FILE)),
            fix=Text("用 --resume 接着运行。", "Go on with it by --resume."),
        )
    return manifest


def _digest(path: Path) -> str | None:
    return digest_of_file(path) if path.is_file() else None


def _changed_input(name: str) -> DifferentRun:
    return DifferentRun(
        Text("输入与运行时不同。", "The input is not what it was."),
        place=Place(file=name),
        fix=Text("放回当时的输入。", "Put back what it was."),
    )
