"""The ranking and the summary of a run, from its tables."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from danao.fleet.parts import written_whole
from danao.fleet.results import Tally
from danao.ranks import competition_ranks

FILE = "ranking.csv"
SUMMARY = "summary.json"
COLUMNS = ("result", "rank", "identifier", "title_zh", "title_en", "points", "upper", "band_zh", "band_en", "project")
# Verified first: ranks use it.
_RESULTS = ("verified", "self")
_ROWS = 10_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Row = dict[str, Any]


def ranked(out: Path, result: str, bands: Mapping[str, Mapping[str, str]]) -> Iterator[Row]:
    """Projects by points; equal ones share a rank, the next ones are left out. Verified ranks what was reviewed."""
    names = [f"{result}_points", f"{result}_upper", f"{result}_band"]
    columns = ["identifier", "title_zh", "title_en", "project", *names]
    table = pq.read_table(out / "projects.parquet", columns=[*columns, "status", "reviewed"])
    chosen = pc.equal(table["status"], "scored")
    if result == "verified":
        chosen = pc.and_(chosen, table["reviewed"])
    table = table.select(columns).filter(chosen)
    order = pc.sort_indices(table, [(names[0], "descending"), ("identifier", "ascending"), ("project", "ascending")])
    points = (value.as_py() for value in table[names[0]].take(order))
    ranks = competition_ranks(points)
    for start in range(0, len(order), _ROWS):
        for row in table.take(order.slice(start, _ROWS)).to_pylist():
            yield _row(row, next(ranks), result, bands)


def _row(row: Row, rank: int, result: str, bands: Mapping[str, Mapping[str, str]]) -> Row:
    band = bands.get(row[f"{result}_band"], {})
    points, upper = str(row[f"{result}_points"]), str(row[f"{result}_upper"])
    told = {"result": result, "rank": rank, "points": points, "upper": upper}
    told |= {"band_zh": band.get("zh"), "band_en": band.get("en")}
    return told | {name: row[name] for name in ("identifier", "title_zh", "title_en", "project")}


def write_ranking(out: Path, bands: Mapping[str, Mapping[str, str]]) -> None:
    """The ranking by each kind of result as a file that spreadsheets open; nothing in it is taken for a formula."""
    with written_whole(out / FILE) as file:
        # The mark at its start is how spreadsheets tell UTF-8.
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
        writer = csv.DictWriter(text, COLUMNS)
        writer.writeheader()
        for result in _RESULTS:
            writer.writerows({name: _plain(value) for name, value in row.items()} for row in ranked(out, result, bands))
        text.flush()
        text.detach()


def _plain(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def summary(
    tally: Tally, bands: Mapping[str, Mapping[str, str]], unmatched: list[str], settings: Mapping[str, Any]
) -> Row:
    """What came of a run, in figures. Neither clock nor machine stands in it."""
    return {
        "format": "danao-fleet-summary-1",
        "as_of": settings["as_of"],
        "inputs": tally.inputs,
        "scored": tally.status["scored"],
        "refused": tally.status["refused"],
        "unreadable": tally.status["unreadable"],
        "reviewed": tally.reviewed,
        "errors": dict(sorted(tally.errors.items(), key=lambda item: (-item[1], item[0]))),
        "bands": {
            result: [
                {"iri": iri, "label": dict(label), "projects": tally.bands[result][iri]} for iri, label in bands.items()
            ]
            for result in ("self", "verified")
        },
        "unmatched_examinations": unmatched,
    }


def write_summary(out: Path, told: Row) -> None:
    """Write a summary into the folder of its run."""
    with written_whole(out / SUMMARY) as file:
        file.write((json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode())


def unmatched(known: Iterator[str], found: Iterator[Any]) -> list[str]:
    """The identifiers that are examined and that no project of the run states, sorted."""
    left = set(known)
    for array in found:
        if not left:
            break
        here = pc.is_in(pa.array(sorted(left), pa.string()), value_set=array)
        left = {name for name, is_here in zip(sorted(left), here.to_pylist(), strict=True) if not is_here}
    return sorted(left)
