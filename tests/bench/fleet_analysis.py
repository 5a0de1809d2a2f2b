"""Ranking, heat map and statistics of fleets. ``python -m tests.bench.fleet_analysis [--full]``; run it alone.

Results are made up: 10,000 projects with a row for each element and for each requirement, and more projects with a
row for each element. Each analysis is timed from the open folder to plain data, as a command of its own, and beside a
second way with pyarrow, whose figures have to be the same: a difference ends it with code 1.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from danao.fleet.analysis.heatmap import heatmap
from danao.fleet.analysis.ranking import ranking
from danao.fleet.analysis.selection import Selection, chosen
from danao.fleet.analysis.statistics import statistics
from danao.fleet.analysis.tables import FORMAT, TABLES
from danao.fleet.results import TableFile
from danao.fleet.tallies import Tallies
from danao.knowledge import Knowledge, load_knowledge
from danao.namespaces import DANAO, SKOS, local_name
from tests.bench.report import Report, asked, machine, milliseconds, table, verdict
from tests.bench.timing import Times

SQL = Path(__file__).parent / "sql"
SERVICE = Path(__file__).parents[2] / "service"
RUNS = 5
# Projects made at a time, so that making them needs little memory.
PART = 50_000
# Rows of a table that come at a time, as a part of a run has them.
ROWS = 10_000
KINDS = ("IndicatorSystem", "Dimension", "Indicator", "Scenario", "Requirement")
TOP = 50


@dataclass(frozen=True)
class Size:
    """A fleet to be made: how many projects, whether with requirements, and the seconds an analysis may take."""

    projects: int
    most: float
    requirements: bool = False


# The second has more than a million rows of elements, the third a million projects.
SIZES = (Size(10_000, 0.3, requirements=True), Size(50_000, 2), Size(1_000_000, 2))
SMALLEST = (Size(50, 0.3, requirements=True),)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write and print the report."""
    size = asked(__doc__, arguments)
    report = Report("fleet-analysis", "Analyses of fleets")
    report.add("Machine", machine("duckdb", "pyarrow"))
    runs, parts = size.pick(1, RUNS, RUNS), list[tuple[Sequence[str], Sequence[Sequence[str]]]]()
    with tempfile.TemporaryDirectory() as folder:
        for fleet in size.pick(SMALLEST, SIZES[:2], SIZES):
            parts.append(measured(made(Path(folder) / str(fleet.projects), fleet), fleet, runs))
    report.add("Results", table(("projects", *TABLES), [counts for counts, _ in parts]))
    about = f"Medians of {runs} runs. Commands are processes of their own; pyarrow computes the same figures."
    report.add("Analyses", about, table(COLUMNS, [row for _, rows in parts for row in rows]))
    report.write(size.folder)


COLUMNS = ("analysis", "at most, s", "ms", "least – most", "", "computing, ms", "command, ms", "pyarrow ÷ ours")


# ---- Results that are made up ----


def made(folder: Path, size: Size) -> Path:
    """A folder with results."""
    folder.mkdir()
    write_fleet(folder, size)
    return folder


def write_fleet(folder: Path, size: Size) -> None:
    """The tables and the manifest."""
    elements = elements_of(load_knowledge())
    pq.write_table(elements, folder / "elements.parquet")
    tallies = Tallies()
    with ExitStack() as stack:
        _write_tables(folder, elements, size, tallies, stack)
    pq.write_table(tallies.table(), folder / "tallies.parquet")
    (folder / "manifest.json").write_text(json.dumps({"format": FORMAT, "complete": True}), encoding="utf-8")


def _write_tables(folder: Path, elements: pa.Table, size: Size, tallies: Tallies, stack: ExitStack) -> None:
    """The tables part by part, in groups of rows as runs write them."""
    files: dict[str, TableFile] = {}
    for first in range(0, size.projects, PART):
        tables = dict(part_of_fleet(elements, first, min(first + PART, size.projects), size))
        tallies.add(tables["requirements"], tables["projects"])
        for name, rows in tables.items():
            if name not in files:
                files[name] = TableFile(folder / f"{name}.parquet", rows.schema, stack)
            for batch in rows.to_batches(ROWS):
                files[name].add(pa.Table.from_batches([batch]))
    for file in files.values():
        file.close()


def part_of_fleet(elements: pa.Table, first: int, last: int, size: Size) -> Iterator[tuple[str, pa.Table]]:
    """The tables of some of the projects."""
    connection = duckdb.connect()
    connection.register("elements", elements)
    for name, given in (("below", None), ("people", {"first": first, "last": last})):
        connection.execute(sql(name), given)
    requirements = connection.sql(sql("requirements")).to_arrow_table()
    yield "requirements", requirements if size.requirements else requirements.slice(0, 0)
    connection.register("drawn", requirements)
    connection.execute(sql("counted" if size.requirements else "counted-roughly"))
    written = connection.sql(sql("indicators")).to_arrow_table()
    yield "indicators", written
    connection.register("written", written)
    for name in ("projects", "facets", "errors"):
        yield name, connection.sql(sql(name)).to_arrow_table()


def sql(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def elements_of(knowledge: Knowledge) -> pa.Table:
    """The elements of the standard as the results hold them, in no particular order of clauses."""
    found = {
        iri: kind
        for kind in KINDS
        for iri in knowledge.instances(kind)
        if kind == "IndicatorSystem" or knowledge.values(iri, DANAO + "directPartOf")
    }
    rows = [
        {
            "element": iri,
            "notation": next(iter(knowledge.values(iri, SKOS + "notation")), local_name(iri)),
            "label_zh": knowledge.label(iri).zh,
            "label_en": knowledge.label(iri).en,
            "kind": "system" if kind == "IndicatorSystem" else kind.lower(),
            "parent": next(iter(knowledge.values(iri, DANAO + "directPartOf")), None),
            "position": number,
            "weight": next((Decimal(text) for text in knowledge.values(iri, DANAO + "weight")), None),
        }
        for number, (iri, kind) in enumerate(found.items())
    ]
    text, decimal = pa.string(), pa.decimal128(12, 4)
    kinds = [text, text, text, text, text, text, pa.int32(), decimal]
    return pa.Table.from_pylist(rows, schema=pa.schema(list(zip(rows[0], kinds, strict=True))))


# ---- Times ----


def measured(folder: Path, size: Size, runs: int) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """The number of projects and of rows of each table, and a row on each analysis; figures are the same both ways."""
    analyses: dict[str, tuple[Callable[[], Any], Callable[[], Any], tuple[str, ...]]] = {
        "rank": (lambda: ranks(folder), lambda: ranks_by_arrow(folder), ("rank", "--top", str(TOP))),
        "heatmap": (lambda: cells(folder), lambda: cells_by_arrow(folder), ("heatmap", "--top", str(TOP))),
        "stats": (lambda: numbers(folder), lambda: numbers_by_arrow(folder), ("stats",)),
    }
    rows = []
    for name, (ours, other, words) in analyses.items():
        if ours() != other():
            sys.exit(f"{name}: pyarrow comes to other figures; no time is reported.")
        works: dict[str, Callable[[], object]] = {
            "ours": ours,
            "pyarrow": other,
            "command": partial(called, folder, *words),
        }
        rows.append(_row(f"{name}, {size.projects:,} projects", size, _timed(works, runs)))
    lengths = [f"{pq.read_metadata(folder / f'{name}.parquet').num_rows:,}" for name in TABLES]
    return (f"{size.projects:,}", *lengths), rows


def _timed(works: Mapping[str, Callable[[], object]], runs: int) -> dict[str, Times]:
    found = {name: Times() for name in works}
    for _ in range(runs):
        for name, times in found.items():
            times.begin()
            times.take(works[name])
    return found


def _row(name: str, size: Size, times: Mapping[str, Times]) -> Sequence[str]:
    ours = times["ours"]
    shown = (milliseconds(ours.median), ours.spread, verdict(ours.median, most=size.most))
    command = milliseconds(times["command"].median)
    beside = f"{times['pyarrow'].ratio(ours):.1f}"
    return (name, f"{size.most}", *shown, milliseconds(ours.computing_median), command, beside)


def called(folder: Path, command: str, *words: str) -> None:
    """A command in a process of its own."""
    line = [sys.executable, "-m", "danao", "fleet", command, str(folder), *words]
    subprocess.run(line, check=True, capture_output=True, env=os.environ | {"PYTHONPATH": str(SERVICE)})


# ---- What is compared: by DuckDB, and by pyarrow ----


def ranks(folder: Path) -> list[tuple[int, str, str]]:
    with chosen(folder, Selection("verified")) as fleet:
        found = ranking(fleet, top=TOP)
    return [(row["rank"], row["project"]["notation"], row["points"]) for row in found["rows"]]


def ranks_by_arrow(folder: Path) -> list[tuple[int, str, str]]:
    table = reviewed(folder)
    order = pc.sort_indices(table, sort_keys=[("verified_points", "descending"), ("identifier", "ascending")])
    ahead = pc.rank(table["verified_points"], "descending", tiebreaker="min")
    rank = ahead.take(order)
    first = [index.as_py() for index, number in zip(order, rank, strict=False) if number.as_py() <= TOP]
    rows = table.take(first)
    return [
        (number, name, f"{points:f}")
        for number, name, points in zip(
            ahead.take(pa.array(first)).to_pylist(),
            rows["identifier"].to_pylist(),
            rows["verified_points"].to_pylist(),
            strict=True,
        )
    ]


def reviewed(folder: Path) -> pa.Table:
    names = ["seq", "identifier", "status", "reviewed", "verified_points"]
    table = pq.read_table(folder / "projects.parquet", columns=names)
    return table.filter(pc.and_(pc.equal(table["status"], "scored"), table["reviewed"]))


def cells(folder: Path) -> dict[tuple[str, str], str | None]:
    with chosen(folder, Selection("verified")) as fleet:
        found = heatmap(fleet, level="indicator", top=TOP)
    names = [element["iri"] for element in found["elements"]]
    return {
        (row["project"]["notation"], name): value
        for row in found["rows"]
        for name, value in zip(names, row["attainments"], strict=True)
    }


def cells_by_arrow(folder: Path) -> dict[tuple[str, str], str | None]:
    wanted = {name for _, name, _ in ranks_by_arrow(folder)}
    table = reviewed(folder)
    table = table.filter(pc.is_in(table["identifier"], value_set=pa.array(sorted(wanted))))
    names = dict(zip(table["seq"].to_pylist(), table["identifier"].to_pylist(), strict=True))
    known = pq.read_table(folder / "elements.parquet")
    level = known.filter(pc.equal(known["kind"], "indicator"))["element"].to_pylist()
    columns = ["seq", "element", "verified_attainment"]
    rows = pq.read_table(
        folder / "indicators.parquet", columns=columns, filters=[("seq", "in", list(names)), ("element", "in", level)]
    )
    return {
        (names[row["seq"]], row["element"]): None
        if row["verified_attainment"] is None
        else f"{row['verified_attainment']:f}"
        for row in rows.to_pylist()
    }


def numbers(folder: Path) -> tuple[Any, ...]:
    with chosen(folder, Selection("verified")) as fleet:
        found = statistics(fleet, level="dimension", top=20)
    return (
        found["totals"]["projects"],
        found["totals"]["least"],
        found["totals"]["most"],
        found["totals"]["mean"],
        {part["element"]["iri"]: part["mean"] for part in found["elements"]},
        sorted((gap["failed"] + gap["cantTell"] for gap in found["gaps"]), reverse=True),
    )


def numbers_by_arrow(folder: Path) -> tuple[Any, ...]:
    table = reviewed(folder)
    points = table["verified_points"]
    known = pq.read_table(folder / "elements.parquet")
    level = known.filter(pc.equal(known["kind"], "dimension"))["element"].to_pylist()
    columns = ["seq", "element", "verified_points"]
    rows = pq.read_table(folder / "indicators.parquet", columns=columns, filters=[("element", "in", level)])
    rows = rows.filter(pc.is_in(rows["seq"], value_set=table["seq"]))
    sums = rows.group_by("element").aggregate([("verified_points", "sum"), ("verified_points", "count")])
    return (
        len(points),
        f"{pc.min(points).as_py():f}",
        f"{pc.max(points).as_py():f}",
        mean(pc.sum(points).as_py(), len(points)),
        {row["element"]: mean(row["verified_points_sum"], row["verified_points_count"]) for row in sums.to_pylist()},
        gaps_by_arrow(folder, table["seq"]),
    )


def mean(total: Decimal, count: int) -> str:
    """Rounded half up at four places, by whole numbers."""
    whole = (2 * int(total.scaleb(4)) + count) // (2 * count)
    return f"{Decimal(whole).scaleb(-4):f}"


def gaps_by_arrow(folder: Path, seqs: pa.ChunkedArray) -> list[int]:
    rows = pq.read_table(folder / "requirements.parquet", columns=["seq", "requirement", "verified_outcome"])
    lacking = pc.is_in(rows["verified_outcome"], value_set=pa.array(["failed", "cantTell"]))
    rows = rows.filter(pc.and_(lacking, pc.is_in(rows["seq"], value_set=seqs)))
    counted = rows.group_by("requirement").aggregate([("seq", "count")])
    return sorted(counted["seq_count"].to_pylist(), reverse=True)[:20]


if __name__ == "__main__":
    main()
