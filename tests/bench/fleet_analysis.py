"""Times of ranking, heat map and statistics of fleets: ``python tests/bench/fleet_analysis.py [FOLDER]``. Run it alone.

Results are made up: 10,000 projects with a row for each element and for each requirement, and 1,000,000 projects with
a row for each element. Each analysis is timed from the open folder to plain data (median of five), as a command of
its own, and beside a second way with pyarrow, whose figures have to be the same, or the script ends with 1.
"""

from __future__ import annotations

import json
import os
import statistics as figures
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
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
from danao.knowledge import Knowledge, load_knowledge
from danao.namespaces import DANAO, SKOS, local_name

SQL = Path(__file__).parent / "sql"
SERVICE = Path(__file__).parents[2] / "service"
RUNS = 5
# Projects made at a time, so that making them needs little memory.
PART = 50_000
KINDS = ("IndicatorSystem", "Dimension", "Indicator", "Scenario", "Requirement")
TOP = 50


@dataclass(frozen=True)
class Size:
    """A fleet to be made: how many projects, whether with requirements, and the seconds an analysis may take."""

    projects: int
    requirements: bool
    most: str


SIZES = (Size(10_000, requirements=True, most="0.3"), Size(1_000_000, requirements=False, most="2"))


def main() -> int:
    """Print the report; 1 where a figure differs or a time is exceeded."""
    home = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())
    load = ", ".join(f"{figure:.1f}" for figure in os.getloadavg())
    print(f"duckdb {duckdb.__version__}, pyarrow {pa.__version__}, {os.cpu_count()} cores, load {load}\n")
    fine = [measured(made(home / str(size.projects), size), size) for size in SIZES]
    return int(not all(fine))


# ---- Results that are made up ----


def made(folder: Path, size: Size) -> Path:
    """A folder with results, made unless it is there."""
    if not (folder / "manifest.json").exists():
        start = time.perf_counter()
        folder.mkdir(parents=True, exist_ok=True)
        write_fleet(folder, size)
        print(f"made {size.projects:,} projects in {time.perf_counter() - start:.0f} s")
    rows = {name: pq.read_metadata(folder / f"{name}.parquet").num_rows for name in TABLES}
    print(", ".join(f"{name} {count:,}" for name, count in rows.items()))
    return folder


def write_fleet(folder: Path, size: Size) -> None:
    """The tables and the manifest."""
    elements = elements_of(load_knowledge())
    pq.write_table(elements, folder / "elements.parquet")
    writers: dict[str, pq.ParquetWriter] = {}
    for first in range(0, size.projects, PART):
        for name, table in part_of_fleet(elements, first, min(first + PART, size.projects), size):
            if name not in writers:
                writers[name] = pq.ParquetWriter(folder / f"{name}.parquet", table.schema)
            writers[name].write_table(table)
    for writer in writers.values():
        writer.close()
    (folder / "manifest.json").write_text(json.dumps({"format": FORMAT, "complete": True}), encoding="utf-8")


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


def measured(folder: Path, size: Size) -> bool:
    """Print the times of a fleet; whether every figure is the same both ways and no time is exceeded."""
    analyses: dict[str, tuple[Callable[[], Any], Callable[[], Any], tuple[str, ...]]] = {
        "rank": (lambda: ranks(folder), lambda: ranks_by_arrow(folder), ("rank", "--top", str(TOP))),
        "heatmap": (lambda: cells(folder), lambda: cells_by_arrow(folder), ("heatmap", "--top", str(TOP))),
        "stats": (lambda: numbers(folder), lambda: numbers_by_arrow(folder), ("stats",)),
    }
    fine = True
    for name, (ours, other, words) in analyses.items():
        same = ours() == other()
        seconds, beside, command = clocked(ours), clocked(other), clocked(partial(called, folder, *words))
        computed = clocked(ours, time.process_time)
        within = Decimal(str(seconds)) < Decimal(size.most)
        fine &= same and within
        times = {"": seconds, "computing": computed, "command": command, "pyarrow": beside}
        shown = "   ".join(f"{what} {time_taken * 1000:7.0f} ms" for what, time_taken in times.items())
        verdict = "the same figures" if same else "OTHER FIGURES"
        print(f"{name:8}{shown} ({beside / seconds:.1f} x)   {verdict}{'' if within else f'   OVER {size.most} s'}")
    print()
    return fine


def clocked(work: Callable[[], Any], clock: Callable[[], float] = time.perf_counter) -> float:
    """The median time of some runs, in seconds; by ``process_time`` what all threads computed, waiting left out."""
    times = []
    for _ in range(RUNS):
        start = clock()
        work()
        times.append(clock() - start)
    return figures.median(times)


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
    sys.exit(main())
