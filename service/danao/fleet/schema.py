"""The columns of everything that a fleet reads and writes, as Arrow schemas."""

from __future__ import annotations

from itertools import product
from typing import Any

import pyarrow as pa

RESULTS = ("self", "verified")
COUNTS = ("passed", "cant_tell", "failed", "inapplicable")
POINTS = ("points", "upper", "weight")
ATTAINMENTS = ("attainment", "upper_attainment")
# The tables of a finished run, by the names of their files.
TABLES = ("projects", "indicators", "requirements", "facets", "errors")


def points_type() -> Any:  # noqa: ANN401 - PyArrow has no types
    """Points and weights."""
    return pa.decimal128(12, 4)


def attainment_type() -> Any:  # noqa: ANN401 - PyArrow has no types
    """Shares from 0 to 1."""
    return pa.decimal128(14, 10)


def _fields(kinds: dict[str, Any]) -> list[Any]:
    return [pa.field(name, kind) for name, kind in kinds.items()]


def input_schema() -> Any:  # noqa: ANN401 - PyArrow has no types
    """One row a description: number, name, bytes, syntax by ending, and the examinations that may be of its projects.

    ``steps`` are those that an earlier run kept of each of its projects; the column may be left out.
    """
    examination = pa.struct(_fields({"name": pa.string(), "format": pa.string(), "data": pa.binary()}))
    return pa.schema(
        _fields(
            {
                "seq": pa.int64(),
                "name": pa.string(),
                "data": pa.binary(),
                "format": pa.string(),
                "examinations": pa.list_(examination),
                "steps": pa.list_(pa.binary()),
            }
        )
    )


def project_fields() -> dict[str, Any]:
    """The columns of a project, but for what only the whole run knows."""
    names = ("project", "identifier", "title_zh", "title_en", "status")
    digests = ("description_digest", "examination_digest", "knowledge_digest")
    totals = [f"{result}_{name}" for result, name in product(RESULTS, ("points", "upper"))]
    counts = [f"{result}_{name}" for result, name in product(RESULTS, COUNTS)]
    return {
        "input": pa.string(),
        **dict.fromkeys(names, pa.string()),
        "reviewed": pa.bool_(),
        **dict.fromkeys(digests, pa.string()),
        "as_of": pa.date32(),
        "triples": pa.int32(),
        **dict.fromkeys(totals, points_type()),
        **{f"{result}_band": pa.string() for result in RESULTS},
        **dict.fromkeys(counts, pa.int32()),
    }


def indicator_fields() -> dict[str, Any]:
    """The columns of an element that has parts, of one project."""
    columns: dict[str, Any] = {"element": pa.string()}
    for result in RESULTS:
        columns |= {f"{result}_{name}": points_type() for name in POINTS}
        columns |= {f"{result}_{name}": attainment_type() for name in ATTAINMENTS}
    return columns | {f"{result}_{name}": pa.int32() for result, name in product(RESULTS, COUNTS)}


def requirement_fields() -> dict[str, Any]:
    """The columns of a requirement, of one project."""
    return {
        "requirement": pa.string(),
        **{f"{result}_outcome": pa.string() for result in RESULTS},
        **{f"{result}_reasons": pa.list_(pa.string()) for result in RESULTS},
        **{f"{result}_attainment": attainment_type() for result in RESULTS},
    }


def facet_fields() -> dict[str, Any]:
    """The columns of what a project can be grouped by."""
    return dict.fromkeys(("facet", "value", "notation", "label_zh", "label_en"), pa.string())


def error_fields() -> dict[str, Any]:
    """The columns of why a description was not scored."""
    texts = ("error", "message_zh", "message_en", "fix_zh", "fix_en", "file")
    numbers = {"line": pa.int32(), "column": pa.int32()}
    return {**dict.fromkeys(texts, pa.string()), **numbers, "node": pa.string(), "problems": pa.int32()}


def nested_fields() -> dict[str, dict[str, Any]]:
    """The tables that stand inside a row of the unit's output, by name."""
    return {
        "indicators": indicator_fields(),
        "requirements": requirement_fields(),
        "facets": facet_fields(),
        "errors": error_fields(),
    }


def output_schema() -> Any:  # noqa: ANN401 - PyArrow has no types
    """One row a project, or a description that cannot be read: its number, which of the projects in it, its tables.

    ``nquads`` and ``steps`` are there where they were asked for, steps only where every project of the description
    was scored. ``continued`` says that it was not assessed from the start; it is no result.
    """
    nested = {name: pa.list_(pa.struct(_fields(kinds))) for name, kinds in nested_fields().items()}
    kinds = {"seq": pa.int64(), "part": pa.int32(), **project_fields(), **nested}
    return pa.schema(_fields(kinds | {"nquads": pa.binary(), "steps": pa.binary(), "continued": pa.bool_()}))


def part_schema() -> Any:  # noqa: ANN401 - PyArrow has no types
    """The results in the unit's output with what each was made from: size and digests of the bytes read, and keys.

    ``made_from`` is the digest of what was read, ``key`` that of it and the settings of the run.
    """
    results = [field for field in output_schema() if field.name != "continued"]
    more = {"bytes": pa.int64(), **dict.fromkeys(("digest", "examination", "made_from", "key"), pa.string())}
    return pa.schema([*results, *_fields(more)])


def steps_schema() -> Any:  # noqa: ANN401 - PyArrow has no types
    """The columns of kept steps: number of the row, which project of its description, what that was, the steps."""
    kinds = {"seq": pa.int64(), "part": pa.int32(), "made_from": pa.string(), "steps": pa.binary()}
    return pa.schema(_fields(kinds))


def table_schemas() -> dict[str, Any]:
    """The schemas of the tables of a finished run."""
    head = {"seq": pa.int64()}
    nested = nested_fields()
    errors = head | {"input": pa.string(), "identifier": pa.string()} | nested["errors"]
    kinds = {
        "projects": head | project_fields(),
        **{name: head | nested[name] for name in ("indicators", "requirements", "facets")},
        "errors": errors,
        "inputs": head
        | {"rows": pa.int32(), "name": pa.string(), "bytes": pa.int64()}
        | {"digest": pa.string(), "examination": pa.string()},
    }
    return {name: pa.schema(_fields(columns)) for name, columns in kinds.items()}


def tally_schema() -> Any:  # noqa: ANN401 - PyArrow has no types
    """How many projects have an outcome of a requirement with the same reasons, in one kind of result.

    Self-assessed ones are those of all scored projects, verified ones those of the reviewed.
    """
    texts = dict.fromkeys(("result", "requirement", "outcome"), pa.string())
    return pa.schema(_fields({**texts, "reasons": pa.list_(pa.string()), "projects": pa.int64()}))


def element_schema() -> Any:  # noqa: ANN401 - PyArrow has no types
    """The columns of the standard's elements."""
    texts = ("element", "notation", "label_zh", "label_en", "kind", "parent")
    kinds = {**dict.fromkeys(texts, pa.string()), "position": pa.int32(), "weight": points_type()}
    return pa.schema(_fields(kinds))
