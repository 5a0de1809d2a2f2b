"""From parts to the tables of a finished run, one part in memory at a time; equal parts give equal bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from danao.errors import Text
from danao.fleet.parts import part_paths, read_part, written_whole
from danao.fleet.schema import RESULTS, nested_fields, output_schema, steps_schema, table_schemas
from danao.fleet.tallies import FILE as TALLIES
from danao.fleet.tallies import Tallies

NQUADS = "assessments.nq.gz"
STEPS = "steps.parquet"
SHARED = "SharedIdentifier"
# Bytes of one group of rows in a Parquet file, as Arrow holds them, at least: what is held until it is written does not
# depend on how many rows there are in all, nor on how wide they are.
_GROUP = 1 << 23


@dataclass
class Tally:
    """What was counted while tables were written."""

    inputs: int = 0
    status: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    reviewed: int = 0
    bands: dict[str, Counter[str]] = field(default_factory=lambda: {result: Counter() for result in RESULTS})

    def as_json(self) -> dict[str, Any]:
        """For :meth:`from_json`."""
        return {
            "inputs": self.inputs,
            "status": dict(self.status),
            "errors": dict(self.errors),
            "reviewed": self.reviewed,
            "bands": {result: dict(found) for result, found in self.bands.items()},
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Tally:
        """The tally that :meth:`as_json` was taken of."""
        bands = {result: Counter(found) for result, found in value["bands"].items()}
        return cls(value["inputs"], Counter(value["status"]), Counter(value["errors"]), value["reviewed"], bands)


def write_tables(out: Path, *, nquads: bool, keep_steps: bool) -> Tally:
    """Write every table of a run from its parts, and its N-Quads and kept steps where asked for."""
    tally = Tally()
    twins = shared_identifiers(out)
    first = 0
    with ExitStack() as stack:
        tables = {name: TableFile(out / f"{name}.parquet", schema, stack) for name, schema in table_schemas().items()}
        quads = stack.enter_context(written_whole(out / NQUADS)) if nquads else None
        steps = TableFile(out / STEPS, steps_schema(), stack) if keep_steps else None
        tallies = Tallies()
        for path in part_paths(out):
            part = refuse_shared(read_part(path), twins)
            made = tables_of(part, first)
            for name, rows in made.items():
                tables[name].add(rows)
            tallies.add(made["requirements"], made["projects"])
            if quads is not None:
                _write_quads(part, quads)
            if steps is not None:
                steps.add(steps_of(part, first))
            _count(part, tally)
            first += part.num_rows
        for table in (*tables.values(), *filter(None, (steps,))):
            table.close()
    write_table(out / TALLIES, tallies.table())
    return tally


def tables_of(part: Any, first: int) -> dict[str, Any]:  # noqa: ANN401 - PyArrow has no types
    """The rows of a part by table; its own rows are numbered from ``first``, which is what tables are joined by."""
    schemas = table_schemas()
    seqs = pa.array(range(first, first + part.num_rows), pa.int64())
    numbered = part.set_column(0, "seq", seqs)
    projects = numbered.filter(pc.not_equal(part["status"], "unreadable"))
    flat = {name: _flattened(part[name], seqs, name) for name in nested_fields()}
    errors, parents = flat.pop("errors")
    for name in ("input", "identifier"):
        errors = errors.append_column(name, part[name].take(parents))
    return {
        "projects": projects.select(schemas["projects"].names),
        **{name: table for name, (table, _) in flat.items()},
        "errors": errors.select(schemas["errors"].names),
        "inputs": _inputs(part, first).select(schemas["inputs"].names),
    }


def steps_of(part: Any, first: int) -> Any:  # noqa: ANN401 - PyArrow has no types
    """The kept steps of a part, numbered as its tables are."""
    seqs = pa.array(range(first, first + part.num_rows), pa.int64())
    return part.set_column(0, "seq", seqs).filter(part["steps"].is_valid()).select(steps_schema().names)


def _flattened(column: Any, seqs: Any, name: str) -> tuple[Any, Any]:  # noqa: ANN401 - PyArrow has no types
    """The rows inside a column as a table, and which row each was in."""
    nested = column.combine_chunks()
    parents = pc.list_parent_indices(nested)
    arrays = pc.list_flatten(nested).flatten()
    return pa.table([seqs.take(parents), *arrays], names=["seq", *nested_fields()[name]]), parents


def _inputs(part: Any, first: int) -> Any:  # noqa: ANN401 - PyArrow has no types
    """One row a description: the number of its first row, and what was read."""
    own = pc.equal(part["part"], 0)
    starts = pc.indices_nonzero(own).cast(pa.int64())
    ends = [*starts.to_pylist()[1:], part.num_rows]
    counts = [end - start for start, end in zip(starts.to_pylist(), ends, strict=True)]
    rows = part.filter(own).select(["bytes", "digest", "examination"])
    rows = rows.append_column("name", part["input"].filter(own))
    rows = rows.append_column("rows", pa.array(counts, pa.int32()))
    return rows.append_column("seq", pc.add(starts, first))


class TableFile:
    """A table that grows part by part and is written in groups of rows."""

    def __init__(self, path: Path, schema: Any, stack: ExitStack) -> None:  # noqa: ANN401 - no types
        file = stack.enter_context(written_whole(path))
        self._schema = schema
        self._writer = stack.enter_context(pq.ParquetWriter(file, schema, compression="zstd"))
        self._held: list[Any] = []
        self._size = 0

    def add(self, rows: Any) -> None:  # noqa: ANN401 - PyArrow has no types
        """Take rows to those that are held, and write them where these are enough."""
        self._held.append(rows.cast(self._schema))
        self._size += self._held[-1].nbytes
        if self._size >= _GROUP:
            self.close()

    def close(self) -> None:
        """Write what is held."""
        if self._held:
            self._writer.write_table(pa.concat_tables(self._held).combine_chunks(), row_group_size=1 << 30)
            self._held, self._size = [], 0


def write_table(path: Path, table: Any) -> None:  # noqa: ANN401 - PyArrow has no types
    """A table as a file of its own."""
    with written_whole(path) as file:
        pq.write_table(table, file, compression="zstd")


def _write_quads(part: Any, file: Any) -> None:  # noqa: ANN401 - PyArrow has no types
    for chunk in part["nquads"].chunks:
        for value in chunk:
            if value.is_valid:
                file.write(value.as_buffer())


def _count(part: Any, tally: Tally) -> None:  # noqa: ANN401 - PyArrow has no types
    tally.inputs += pc.sum(pc.equal(part["part"], 0)).as_py() or 0
    tally.status.update(part["status"].to_pylist())
    tally.reviewed += pc.sum(pc.and_(part["reviewed"], pc.equal(part["status"], "scored"))).as_py() or 0
    tally.errors.update(pc.struct_field(pc.list_flatten(part["errors"]), "error").to_pylist())
    for result, bands in tally.bands.items():
        bands.update(part[f"{result}_band"].drop_null().to_pylist())


# ---- Projects with one identifier ----


def identifiers(out: Path) -> Iterator[Any]:
    """The identifiers of projects, as an array for each part."""
    for path in part_paths(out):
        yield read_part(path, ["identifier"])["identifier"].drop_null().combine_chunks()


def shared_identifiers(out: Path) -> frozenset[str]:
    """The identifiers that several projects of a run state: neither can be told from the other."""
    found = [array for array in identifiers(out) if len(array)]
    if not found:
        return frozenset()
    counted = pc.value_counts(pa.chunked_array(found))
    several = counted.filter(pc.greater(counted.field("counts"), 1))
    return frozenset(several.field("values").to_pylist())


def refuse_shared(part: Any, shared: frozenset[str]) -> Any:  # noqa: ANN401 - PyArrow has no types
    """A part in which projects with a shared identifier are refused, as they are where files are assessed together."""
    if not shared:
        return part
    named = pc.is_in(part["identifier"], value_set=pa.array(sorted(shared), pa.string()))
    twin = pc.and_(named, pc.equal(part["status"], "scored"))
    if not pc.any(twin).as_py():
        return part
    rows = [_refused(row) for row in part.filter(twin).to_pylist()]
    left = part.filter(pc.invert(twin))
    both = pa.concat_tables([left, pa.Table.from_pylist(rows, schema=part.schema)])
    return both.sort_by([("seq", "ascending"), ("part", "ascending")])


def _refused(row: Mapping[str, Any]) -> dict[str, Any]:
    scored = [name for name in row if name.startswith(tuple(f"{result}_" for result in RESULTS))]
    what = Text(f"多个项目都声称拥有 {row['identifier']}。", f"More than one project claims {row['identifier']}.")
    fix = Text(
        "每个项目只主张自己的标识；一个项目只放一份描述。",
        "Each project claims its own identifier; give one description a project.",
    )
    error = {"error": SHARED, "message_zh": what.zh, "message_en": what.en, "fix_zh": fix.zh, "fix_en": fix.en}
    place = {"file": row["input"], "line": None, "column": None, "node": row["project"], "problems": 1}
    empty: dict[str, Sequence[Any]] = {"indicators": [], "requirements": [], "errors": [error | place]}
    return {**row, **dict.fromkeys(scored), **empty, "status": "refused", "nquads": None}


def output_columns(part: Any) -> Any:  # noqa: ANN401 - PyArrow has no types
    """A part without what says where it comes from."""
    none = pa.array([False] * part.num_rows, pa.bool_())
    return part.append_column("continued", none).select(output_schema().names)
