"""Ranking, heat map, statistics and questions over a fleet's results: figures done by hand, and everything hostile."""

from __future__ import annotations

import contextlib
import csv
import fcntl
import io
import json
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import danao
from danao.cli import app
from danao.errors import (
    IncompleteFleet,
    KnowledgeError,
    MemoryExceeded,
    NoFleet,
    NothingReviewed,
    QueryFault,
    RefusedContent,
    TimeExceeded,
    UnreadableFile,
    UsageError,
)
from danao.fleet.analysis.adhoc import ask_sql
from danao.fleet.analysis.asking import answer, question_list, question_named
from danao.fleet.analysis.heatmap import heatmap
from danao.fleet.analysis.queries import folder as sql_folder
from danao.fleet.analysis.queries import query_named, questions, read_query
from danao.fleet.analysis.ranking import ranking
from danao.fleet.analysis.selection import Selection, chosen, conditions_of
from danao.fleet.analysis.statistics import statistics
from danao.fleet.analysis.tables import TABLES, fleet_in, opened
from danao.limits import Limits
from tests.small_fleet import NS, PROJECTS, Project, project, write_fleet

SERVICE = Path(danao.__file__).parents[1]
SELF, VERIFIED = Selection("self"), Selection("verified")


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_fleet(tmp_path_factory.mktemp("fleet"))


def ranked(folder: Path, selection: Selection = VERIFIED, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 - of any type
    with chosen(folder, selection) as projects:
        return ranking(projects, **asked)


def places(view: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [(row["rank"], row["project"]["notation"], row["points"]) for row in view["rows"]]


def answered(folder: Path, name: str, given: dict[str, str], selection: Selection = VERIFIED) -> list[tuple[Any, ...]]:
    """The rows of an answer; things by their code or name, values as they are written."""
    with chosen(folder, selection) as projects:
        view = answer(question_named(name), given, projects)
    return [tuple(said(cell) for cell in row.values()) for row in view["rows"]]


def said(cell: dict[str, Any] | None) -> str | None:
    if cell is None:
        return None
    return str(cell["value"]) if "value" in cell else cell["notation"] or cell["label"]["en"]


def called(*words: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, ("fleet", *words), input=stdin, catch_exceptions=False)


# ---- Ranking ----


def test_equal_points_share_a_rank_and_as_many_ranks_after_it_are_left_out(fleet: Path) -> None:
    assert places(ranked(fleet)) == [
        (1, "a-01", "8.0000"),
        (1, "a-02", "8.0000"),
        (3, "a-03", "6.0000"),
        (4, "a-04", "4.0000"),
        (5, "a-07", "2.0000"),
        (5, "a-10", "2.0000"),
        (7, "a-05", "0.0000"),
    ]


def test_self_assessed_ranks_have_all_that_were_scored(fleet: Path) -> None:
    assert [(rank, name) for rank, name, _ in places(ranked(fleet, SELF))] == [
        (1, "a-01"),
        (1, "a-06"),
        (3, "a-02"),
        (4, "a-03"),
        (4, "a-10"),
        (6, "a-04"),
        (6, "a-07"),
        (8, "a-05"),
    ]


def test_what_was_not_scored_or_not_reviewed_has_no_rank_and_is_counted(fleet: Path) -> None:
    verified, own = ranked(fleet), ranked(fleet, SELF)
    assert verified["counts"] == {"chosen": 7, "ranked": 7, "inapplicable": 0, "notReviewed": 1, "refused": 3}
    assert own["counts"] == {"chosen": 8, "ranked": 8, "inapplicable": 0, "notReviewed": 0, "refused": 3}
    assert verified["projects"] == {"described": 10, "scored": 8, "reviewed": 7, "refused": 2, "unread": 1}
    assert [(row["identifier"], row["input"], row["error"]) for row in verified["refused"]] == [
        ("a-08", "a-08.ttl", "UnknownTerm"),
        ("a-09", "a-09.ttl", "UnknownTerm"),
        (None, "broken.ttl", "SyntaxFault"),
    ]


def test_a_row_has_bound_band_counts_and_facets(fleet: Path) -> None:
    first = ranked(fleet)["rows"][0]
    assert first["project"] == {
        "iri": "https://example.org/id/a-01/project",
        "label": {"zh": "项目1", "en": "project 1"},
        "notation": "a-01",
    }
    assert first["upperPoints"] == "10.0000"
    assert first["band"]["label"] == {"zh": "好", "en": "good"}
    assert [first[name] for name in ("passed", "cantTell", "failed", "inapplicable")] == [4, 1, 0, 0]
    assert {name: [value["notation"] for value in values] for name, values in first["facets"].items()} == {
        "city": ["jn"],
        "industry": ["wood"],
    }
    assert ranked(fleet)["rows"][1]["facets"]["industry"][0]["label"]["en"] == "tyres"


def test_a_ranking_by_an_element_goes_by_its_points(fleet: Path) -> None:
    view = ranked(fleet, by="B")
    assert [(rank, name, points) for rank, name, points in places(view)][:4] == [
        (1, "a-01", "2.0000"),
        (1, "a-02", "2.0000"),
        (1, "a-03", "2.0000"),
        (4, "a-04", "0.0000"),
    ]
    assert view["element"]["notation"] == "B"
    assert view["rows"][0]["attainment"] == "0.5000000000"
    assert view["rows"][0]["passed"] == 1


def test_where_an_element_is_inapplicable_there_is_no_rank(fleet: Path) -> None:
    view = ranked(fleet, by="A.2")
    assert "a-04" not in {name for _, name, _ in places(view)}
    assert view["counts"]["inapplicable"] == 1
    assert view["counts"]["ranked"] == 6


def test_an_element_without_weight_is_ranked_by_attainment(fleet: Path) -> None:
    view = ranked(fleet, by="x")
    found = [(row["rank"], row["project"]["notation"], row["attainment"], row["points"]) for row in view["rows"]]
    assert found[2:5] == [
        (1, "a-04", "1.0000000000", None),
        (4, "a-03", "0.5000000000", None),
        (4, "a-10", "0.5000000000", None),
    ]


def test_the_top_ends_with_all_that_tie_for_its_last_rank(fleet: Path) -> None:
    assert len(ranked(fleet, top=1)["rows"]) == 2
    assert len(ranked(fleet, top=2)["rows"]) == 2
    assert len(ranked(fleet, top=3)["rows"]) == 3
    assert len(ranked(fleet, top=5)["rows"]) == 6
    assert len(ranked(fleet, top=100)["rows"]) == 7
    assert ranked(fleet, top=5)["counts"]["ranked"] == 7


def test_a_name_is_looked_for_in_identifier_and_titles_and_keeps_its_rank(fleet: Path) -> None:
    assert places(ranked(fleet, name="A-03")) == [(3, "a-03", "6.0000")]
    assert places(ranked(fleet, name="项目4")) == [(4, "a-04", "4.0000")]
    assert places(ranked(fleet, name="PROJECT 5")) == [(7, "a-05", "0.0000")]
    assert places(ranked(fleet, name="%")) == []


def test_a_condition_ranks_among_those_that_meet_it(fleet: Path) -> None:
    view = ranked(fleet, Selection("verified", (("city", "青岛市"),)))
    assert [(rank, name) for rank, name, _ in places(view)] == [(1, "a-02"), (2, "a-04"), (3, "a-07"), (3, "a-10")]
    assert view["counts"] == {"chosen": 4, "ranked": 4, "inapplicable": 0, "notReviewed": 0, "refused": 0}
    assert view["where"][0]["value"]["label"]["en"] == "Qingdao"
    jinan = ranked(fleet, Selection("self", (("city", "jn"),)))
    assert [name for _, name, _ in places(jinan)] == ["a-01", "a-03", "a-05"]
    assert [row["identifier"] for row in jinan["refused"]] == ["a-08"]


def test_of_two_values_of_one_facet_one_is_enough_of_two_facets_both_are_needed(fleet: Path) -> None:
    either = ranked(fleet, Selection("self", (("industry", "wood"), ("industry", "tyre"))))
    assert [name for _, name, _ in places(either)] == ["a-01", "a-02", "a-03"]
    both = ranked(fleet, Selection("self", (("industry", "tyres"), ("city", "Jinan"))))
    assert places(both) == [(1, "a-03", "6.0000")]
    none = ranked(fleet, Selection("self", (("industry", "silk"), ("city", "Jinan"))))
    assert places(none) == []


@pytest.mark.parametrize(
    ("selection", "asked", "named"),
    [
        (SELF, {"by": "A.3"}, "A.1"),
        (Selection("self", (("county", "jn"),)), {}, "city, industry"),
        (Selection("self", (("city", "Jinann"),)), {}, "Jinan"),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(
    fleet: Path, selection: Selection, asked: dict[str, str], named: str
) -> None:
    with pytest.raises(UsageError) as caught:
        ranked(fleet, selection, **asked)
    assert caught.value.fix is not None
    assert named in caught.value.fix.en


@pytest.mark.parametrize("text", ["city", "=jn", "city=", " = "])
def test_a_condition_needs_a_facet_and_a_value(text: str) -> None:
    with pytest.raises(UsageError):
        conditions_of([text])


# ---- Heat map ----


def test_a_heat_map_has_attainments_by_rank_and_level(fleet: Path) -> None:
    with chosen(fleet, VERIFIED) as projects:
        view = heatmap(projects, level="dimension")
    assert [element["notation"] for element in view["elements"]] == ["A", "B"]
    assert [(row["project"]["notation"], *row["attainments"]) for row in view["rows"]] == [
        ("a-01", "1.0000000000", "0.5000000000"),
        ("a-02", "1.0000000000", "0.5000000000"),
        ("a-03", "0.6666666667", "0.5000000000"),
        ("a-04", "1.0000000000", "0.0000000000"),
        ("a-07", "0.3333333333", "0.0000000000"),
        ("a-10", "0.3333333333", "0.0000000000"),
        ("a-05", "0.0000000000", "0.0000000000"),
    ]


@pytest.mark.parametrize(
    ("level", "names", "first"),
    [
        ("indicator", ["A.1", "A.2", "B.1"], ["1.0000000000", None, "0.0000000000"]),
        ("A", ["A.1", "A.2"], ["1.0000000000", None]),
        ("scenario", ["x"], ["1.0000000000"]),
        ("甲一", ["x"], ["1.0000000000"]),
        ("B.1", ["r4", "r5"], ["0.0000000000", "0.0000000000"]),
    ],
)
def test_a_level_is_named_or_is_what_an_element_consists_of(
    fleet: Path, level: str, names: list[str], first: list[str | None]
) -> None:
    with chosen(fleet, VERIFIED) as projects:
        view = heatmap(projects, level=level)
    assert [element["notation"] for element in view["elements"]] == names
    (row,) = (row for row in view["rows"] if row["project"]["notation"] == "a-04")
    assert row["attainments"] == first


def test_what_has_no_parts_makes_no_heat_map(fleet: Path) -> None:
    with chosen(fleet, VERIFIED) as projects, pytest.raises(UsageError) as caught:
        heatmap(projects, level="r4")
    assert caught.value.fix is not None
    assert "dimension, indicator, scenario" in caught.value.fix.en


# ---- Statistics ----


@pytest.fixture(scope="module")
def numbers(fleet: Path) -> dict[str, Any]:
    """The verified totals are 0, 2, 2, 4, 6, 8, 8."""
    with chosen(fleet, VERIFIED) as projects:
        return statistics(projects, level="dimension", top=20)


def test_totals_have_quartiles_that_occur_and_an_exact_mean(numbers: dict[str, Any]) -> None:
    assert numbers["totals"] == {
        "projects": 7,
        "least": "0.0000",
        "quarter": "2.0000",
        "median": "4.0000",
        "threeQuarters": "8.0000",
        "most": "8.0000",
        "mean": "4.2857",
    }


def test_a_bin_holds_its_lower_limit_and_the_last_one_the_whole(fleet: Path, numbers: dict[str, Any]) -> None:
    assert [one["projects"] for one in numbers["histogram"]] == [1, 0, 2, 0, 1, 0, 1, 0, 2, 0]
    assert numbers["histogram"][0] == {"from": "0.0000", "to": "1.0000", "projects": 1}
    with chosen(fleet, SELF) as projects:
        own = statistics(projects, level="dimension", top=1)
    # 10, 10, 8, 6, 6, 4, 4, 0
    assert [one["projects"] for one in own["histogram"]] == [1, 0, 0, 0, 2, 0, 2, 0, 1, 2]
    assert own["histogram"][9]["to"] == "10.0000"
    assert own["totals"]["mean"] == "6.0000"


def test_dimensions_have_their_own_distribution(numbers: dict[str, Any]) -> None:
    first, second = numbers["elements"]
    # A: 6, 6, 4, 4, 2, 2, 0 of 6; a-04's applicable part is wholly attained.
    assert first == {
        "element": {"iri": f"{NS}A", "label": {"zh": "甲", "en": "part A"}, "notation": "A"},
        "projects": 7,
        "weight": "6.0000",
        "least": "0.0000",
        "quarter": "2.0000",
        "median": "4.0000",
        "threeQuarters": "6.0000",
        "most": "6.0000",
        "mean": "3.4286",
        "medianAttainment": "0.6666666667",
        # The mean of 1, 1, 2/3, 1, 1/3, 1/3 and 0.
        "meanAttainment": "0.6190476190",
    }
    # B: 2, 2, 2, 0, 0, 0, 0
    assert (second["median"], second["threeQuarters"], second["mean"]) == ("0.0000", "2.0000", "0.8571")


def test_requirements_have_a_distribution_too(fleet: Path) -> None:
    with chosen(fleet, VERIFIED) as projects:
        parts = statistics(projects, level="B.1", top=1)["elements"]
    assert [(part["element"]["notation"], part["projects"], part["meanAttainment"]) for part in parts] == [
        ("r4", 7, "0.4285714286"),
        ("r5", 6, "0.0000000000"),
    ]


def test_facets_have_count_median_mean_and_the_best(numbers: dict[str, Any]) -> None:
    cities, industries = numbers["facets"]
    assert cities["facet"]["label"] == {"zh": "城市", "en": "city"}
    # Qingdao: 8, 4, 2, 2; Jinan: 8, 6, 0; what was refused or not reviewed counts nowhere.
    assert [facet_row(row) for row in cities["values"]] == [
        ("qd", 4, "2.0000", "4.0000", "8.0000", "a-02", 1),
        ("jn", 3, "6.0000", "4.6667", "8.0000", "a-01", 1),
    ]
    # a-02 counts for wood and for tyres.
    assert [facet_row(row) for row in industries["values"]] == [
        ("wood", 2, "8.0000", "8.0000", "8.0000", "a-01", 2),
        ("tyre", 2, "6.0000", "7.0000", "8.0000", "a-02", 1),
        ("silk", 1, "2.0000", "2.0000", "2.0000", "a-10", 1),
    ]


def facet_row(row: dict[str, Any]) -> tuple[Any, ...]:
    numbers = (row[name] for name in ("projects", "median", "mean", "most"))
    return (row["value"]["notation"], *numbers, row["best"]["notation"], row["tied"])


@pytest.mark.parametrize("result", ["self", "verified"])
def test_what_was_counted_already_is_what_is_counted_for_a_selection(result: str, tmp_path: Path) -> None:
    # Everybody is in one city: then a selection of it leaves nobody out.
    folder = write_fleet(tmp_path, [replace(one, city="qd") for one in PROJECTS])
    found = []
    for where in ((), (("city", "qd"),)):
        with chosen(folder, Selection(result, where)) as fleet:
            view = statistics(fleet, level="indicator", top=5)
        found.append({name: view[name] for name in ("gaps", "reasons")})
    assert found[0] == found[1]
    assert found[0]["gaps"]


def test_common_gaps_count_what_is_missing_or_in_doubt_where_it_applies(numbers: dict[str, Any]) -> None:
    assert [
        (gap["requirement"]["notation"], gap["projects"], gap["failed"], gap["cantTell"], gap["percent"])
        for gap in numbers["gaps"]
    ] == [
        ("r5", 6, 4, 2, "100.0"),
        ("r2", 7, 3, 1, "57.1"),
        ("r4", 7, 2, 2, "57.1"),
        ("r3", 6, 2, 0, "33.3"),
        ("r1", 7, 1, 1, "28.6"),
    ]
    assert [gap["reason"] and gap["reason"]["label"]["zh"] for gap in numbers["gaps"]] == [
        "没有证据",
        "没有证据",
        "没有证据",
        None,
        "没有证据",
    ]


def test_reasons_bands_and_errors_are_counted(numbers: dict[str, Any]) -> None:
    assert [
        (one["reason"]["iri"], one["outcome"], one["requirements"], one["percent"]) for one in numbers["reasons"]
    ] == [
        ("https://w3id.org/danao/ns#NotProvided", "failed", 12, "63.2"),
        (f"{NS}EvidenceMissing", "cantTell", 4, "21.1"),
        ("https://w3id.org/danao/ns#Expired", "cantTell", 3, "15.8"),
    ]
    assert [(one["band"]["label"]["en"], one["projects"], one["least"], one["most"]) for one in numbers["bands"]] == [
        ("good", 3, "6.0000", "8.0000"),
        ("band-poor", 4, "0.0000", "4.0000"),
    ]
    assert [(one["error"], one["inputs"], one["example"]) for one in numbers["errors"]] == [
        ("UnknownTerm", 2, "a-08.ttl"),
        ("SyntaxFault", 1, "broken.ttl"),
    ]


def test_statistics_of_a_condition_are_of_those_that_meet_it(fleet: Path) -> None:
    with chosen(fleet, Selection("verified", (("city", "Jinan"),))) as projects:
        found = statistics(projects, level="dimension", top=1)
    assert (found["totals"]["projects"], found["totals"]["mean"]) == (3, "4.6667")
    (gap,) = found["gaps"]
    assert (gap["requirement"]["notation"], gap["failed"], gap["cantTell"]) == ("r5", 2, 1)


# ---- Other fleets ----


def test_verified_results_are_refused_where_nothing_was_reviewed(tmp_path: Path) -> None:
    folder = write_fleet(tmp_path, [project(1, "one", own="PPPPP", reviewed=False), project(2, "two", scored=False)])
    for analysis in ("rank", "heatmap", "stats"):
        done = called(analysis, str(folder), "--lang", "en")
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr.startswith("error NothingReviewed ")
        assert "--result self" in done.stderr
    with pytest.raises(NothingReviewed):
        ranked(folder)
    assert places(ranked(folder, SELF)) == [(1, "one", "10.0000")]


def test_one_project_is_first_and_is_every_quartile(tmp_path: Path) -> None:
    folder = write_fleet(tmp_path, [project(1, "one", own="PFPFF", verified="PFPFF")])
    assert places(ranked(folder)) == [(1, "one", "4.0000")]
    with chosen(folder, VERIFIED) as projects:
        totals = statistics(projects, level="dimension", top=5)["totals"]
    assert set(totals.values()) == {1, "4.0000"}


@pytest.mark.parametrize("projects", [[], [project(1, "bad", scored=False)]], ids=["empty", "all refused"])
def test_a_fleet_without_scores_has_no_ranks_and_no_figures(tmp_path: Path, projects: list[Project]) -> None:
    folder = write_fleet(tmp_path, projects)
    view = ranked(folder)
    assert view["rows"] == []
    assert view["counts"]["refused"] == len(projects) * 2
    with chosen(folder, VERIFIED) as found:
        numbers = statistics(found, level="dimension", top=5)
    assert numbers["totals"]["projects"] == 0
    assert numbers["totals"]["mean"] is None
    assert {one["projects"] for one in numbers["histogram"]} == {0}
    assert [part["projects"] for part in numbers["elements"]] == [0, 0]
    assert (numbers["gaps"], numbers["reasons"], numbers["facets"]) == ([], [], [])
    for words in (("rank",), ("heatmap",), ("stats",), ("rank", "--by", "A"), ("ask", "peers", "-p", "project=bad")):
        done = called(words[0], str(folder), *words[1:], "--lang", "en")
        assert done.exit_code == (2 if words[0] == "ask" else 0)
        assert "Traceback" not in done.stderr


def test_a_project_to_which_nothing_applies_has_no_rank(tmp_path: Path) -> None:
    folder = write_fleet(
        tmp_path, [project(1, "none", own="IIIII", verified="IIIII"), project(2, "some", verified="PFFFF")]
    )
    view = ranked(folder)
    assert places(view) == [(1, "some", "2.0000")]
    assert view["counts"]["inapplicable"] == 1


def test_an_incomplete_fleet_is_told_with_the_fix(tmp_path: Path) -> None:
    folder = write_fleet(tmp_path, complete=False)
    done = called("rank", str(folder), "--lang", "en")
    assert done.exit_code == 2
    assert done.stderr.startswith("error IncompleteFleet ")
    assert "--resume" in done.stderr
    for table in TABLES:
        lacking = write_fleet(tmp_path / table)
        (lacking / f"{table}.parquet").unlink()
        with pytest.raises(IncompleteFleet, match=table):
            fleet_in(lacking)


@pytest.mark.parametrize(
    "manifest",
    [None, b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"format": "danao-fleet-2", "complete": true}'],
)
def test_a_folder_of_something_else_is_no_fleet(tmp_path: Path, manifest: bytes | None) -> None:
    if manifest is not None:
        (tmp_path / "manifest.json").write_bytes(manifest)
    with pytest.raises(NoFleet):
        fleet_in(tmp_path)
    assert called("stats", str(tmp_path / "not-there")).exit_code == 2


def test_a_damaged_table_is_told_by_name(tmp_path: Path) -> None:
    folder = write_fleet(tmp_path)
    (folder / "projects.parquet").write_bytes(b"no parquet at all")
    with pytest.raises(UnreadableFile, match=r"projects\.parquet"):
        ranked(folder)
    whole = (write_fleet(tmp_path) / "indicators.parquet").read_bytes()
    (folder / "indicators.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnreadableFile):
        ranked(folder, by="A")


def test_a_table_that_lacks_a_column_is_no_fleet_s(tmp_path: Path) -> None:
    folder = write_fleet(tmp_path)
    shutil.copy(folder / "facets.parquet", folder / "projects.parquet")
    with pytest.raises(NoFleet, match="column"):
        ranked(folder)


@pytest.mark.parametrize("name", ["out[1]", "out*", "out?", "it's out; drop", '"out"', "结果 目录"])
def test_a_folder_of_any_name_is_read_and_no_other(tmp_path: Path, name: str) -> None:
    write_fleet(tmp_path / "out1", [project(1, "other", own="PPPPP", verified="PPPPP")])
    folder = write_fleet(tmp_path / name, [project(1, "own", verified="PFFFF")])
    assert places(ranked(folder)) == [(1, "own", "2.0000")]
    assert ask_sql(folder, "select identifier from projects", "q", Limits(), 5)["rows"] == [["own"]]


# ---- Questions ----


def test_there_are_at_least_ten_questions_and_each_is_listed() -> None:
    names = [question["question"] for question in question_list()["questions"]]
    assert len(names) >= 10
    listed = called("ask", "--list", "--lang", "en").stdout
    assert [name for name in names if name not in listed] == []
    assert "danao fleet ask FOLDER QUESTION" in listed


# What each question is given, and what it answers about the verified results.
ANSWERS: dict[str, tuple[dict[str, str], list[tuple[Any, ...]]]] = {
    "near-a-limit": (
        {"limit": "6", "within": "2"},
        [
            ("a-01", "8.0000", "2.0000", "10.0000"),
            ("a-02", "8.0000", "2.0000", "8.0000"),
            ("a-03", "6.0000", "0.0000", "6.0000"),
            ("a-04", "4.0000", "-2.0000", "8.0000"),
        ],
    ),
    # A.1: 4 4 2 4 0 0 2; A.2: 2 2 2 0 2 0; B.1: 2 2 2 0 0 0 0
    "where-the-middle-lacks-most": (
        {},
        [
            ("B.1", "4.0000", "0.0000", "4.0000", "0", "4"),
            ("A.1", "4.0000", "2.0000", "2.0000", "3", "2"),
            ("A.2", "2.0000", "2.0000", "0.0000", "4", "2"),
        ],
    ),
    # The upper quartile is 8: a-01 and a-02 against a-03, a-04, a-05, a-07, a-10.
    "what-separates-the-best": (
        {},
        [
            ("A.1", "1.0000000000", "0.4000000000", "0.6000000000"),
            ("A.2", "1.0000000000", "0.5000000000", "0.5000000000"),
            ("B.1", "0.5000000000", "0.1000000000", "0.4000000000"),
        ],
    ),
    "parts-by-facet": (
        {"facet": "city"},
        [
            ("jn", "A", "3", "3.3333", "0.5555555556"),
            ("jn", "B", "3", "1.3333", "0.3333333333"),
            ("qd", "A", "4", "3.5000", "0.6666666667"),
            ("qd", "B", "4", "0.5000", "0.1250000000"),
        ],
    ),
    "passed-by-nobody": ({}, [("r5", "6", "2")]),
    "passed-by-everybody": ({}, []),
    "reasons-by-element": (
        {},
        [
            ("A.1", "evidence missing", "2", "1"),
            ("A.1", "Expired", "1", "1"),
            ("B.1", "evidence missing", "2", "2"),
            ("B.1", "Expired", "2", "1"),
        ],
    ),
    "self-against-verified": (
        {"least": "2"},
        [
            ("a-10", "6.0000", "2.0000", "4.0000", "1"),
            ("a-01", "10.0000", "8.0000", "2.0000", "1"),
            ("a-07", "4.0000", "2.0000", "2.0000", "1"),
        ],
    ),
    # a-01 PPPPC; a-02 PPPPF; a-03 PFPPF; a-04 PPICC.
    "peers": (
        {"project": "a-01", "most": "3"},
        [
            ("a-02", "1", "8.0000", "1", "0"),
            ("a-03", "2", "6.0000", "2", "0"),
            ("a-04", "2", "4.0000", "1", "0"),
        ],
    ),
    "one-against-the-fleet": (
        {"project": "a-03", "level": "dimension"},
        [
            ("A", "0.6666666667", "0.6666666667", "0.0000000000", "42.9"),
            ("B", "0.5000000000", "0.0000000000", "0.5000000000", "57.1"),
        ],
    ),
    "cheapest-to-prove": (
        {"least": "3"},
        [
            ("a-04", "4.0000", "8.0000", "4.0000", "2"),
            ("a-07", "2.0000", "6.0000", "4.0000", "2"),
            ("a-10", "2.0000", "6.0000", "4.0000", "1"),
        ],
    ),
    "leaders-of-each-element": (
        {},
        [
            ("A.1", "a-01", "1.0000000000", "3"),
            ("A.2", "a-01", "1.0000000000", "4"),
            ("B.1", "a-01", "0.5000000000", "3"),
        ],
    ),
    "only-by-one-value": ({"facet": "industry"}, []),
    "mistakes-by-input": (
        {"error": "SyntaxFault"},
        [("broken.ttl", None, "SyntaxFault", "3", "1", None, None)],
    ),
}


def test_every_question_has_an_answer_done_by_hand() -> None:
    assert {question.name for question in questions()} == set(ANSWERS)


@pytest.mark.parametrize("name", ANSWERS)
def test_a_question_is_answered(fleet: Path, name: str) -> None:
    given, rows = ANSWERS[name]
    assert answered(fleet, name, given) == rows


def test_questions_are_asked_of_what_is_chosen(fleet: Path) -> None:
    assert answered(fleet, "passed-by-everybody", {}, Selection("self", (("industry", "wood"),))) == [
        ("r1", "2"),
        ("r2", "2"),
        ("r3", "2"),
        ("r4", "2"),
    ]
    assert answered(fleet, "only-by-one-value", {"facet": "city"}, SELF) == [("r5", "jn", "1")]
    both = Selection("verified", (("industry", "wood"), ("city", "qd")))
    assert answered(fleet, "self-against-verified", {}, both) == [("a-02", "8.0000", "8.0000", "0.0000", "0")]


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("near-a-limit", {}),
        ("near-a-limit", {"limit": "ten"}),
        ("near-a-limit", {"limit": "1e3"}),
        ("near-a-limit", {"limit": "6", "unheard": "1"}),
        ("peers", {"project": "a-99"}),
        ("peers", {"project": "a-08"}),
        ("peers", {"project": "a-01", "most": "many"}),
    ],
)
def test_a_parameter_that_is_missing_unknown_or_ill_formed_is_refused(
    fleet: Path, name: str, given: dict[str, str]
) -> None:
    with pytest.raises(UsageError):
        answered(fleet, name, given)


def test_a_question_that_there_is_not_is_refused_with_those_that_are_near(fleet: Path) -> None:
    done = called("ask", str(fleet), "peer", "--lang", "en")
    assert done.exit_code == 2
    assert "Near: peers" in done.stderr
    assert called("ask", str(fleet), "peers", "-p", "project").exit_code == 2


@pytest.mark.parametrize(
    "text", ["SELECT 1", "-- Title: 中 | en\n\nSELECT 1", "-- Title: 中 | en\n-- Answers: 中\n\nSELECT 1"]
)
def test_sql_without_a_whole_head_is_refused(text: str) -> None:
    with pytest.raises(KnowledgeError):
        read_query("name", "name.sql", text)


def test_every_sql_file_has_a_head_and_gives_the_columns_that_it_states(fleet: Path) -> None:
    names = [path.relative_to(sql_folder()).with_suffix("").as_posix() for path in sql_folder().rglob("*.sql")]
    assert len(names) > 30
    with opened(fleet_in(fleet)) as tables:
        for name in names:
            query = query_named(name)
            assert query.title.zh != query.title.en
            stated = set(re.findall(r"\$(\w+)", query.text.partition("\n\n")[2]))
            assert stated == {parameter.name for parameter in query.parameters}, name
        found = tables.connection.execute(query_named("elements").text).description
    assert [column[0] for column in found or ()] == [column.name for column in query_named("elements").columns]


# ---- SQL of a user's own ----


def rows_of(folder: Path, sql: str, most: int = 100, limits: Limits | None = None) -> dict[str, Any]:
    return ask_sql(folder, sql, "q.sql", limits or Limits(), most)


def test_a_query_sees_the_tables_as_they_are(fleet: Path) -> None:
    found = rows_of(
        fleet, "with a as (from projects) select status, count(*) n, sum(self_points) from a group by 1 order by 1"
    )
    assert found["columns"] == [
        {"name": "status", "type": "VARCHAR"},
        {"name": "n", "type": "BIGINT"},
        {"name": "sum(self_points)", "type": "DECIMAL(38,4)"},
    ]
    # 10 + 8 + 6 + 4 + 0 + 10 + 4 + 6
    assert found["rows"] == [["refused", "2", None], ["scored", "8", "48.0000"]]
    assert found["complete"] is True
    assert rows_of(fleet, "select count(*) from requirements")["rows"] == [["40"]]
    assert rows_of(fleet, "describe projects")["rows"][0][:2] == ["seq", "BIGINT"]


def test_values_of_every_type_become_text(fleet: Path) -> None:
    (row,) = rows_of(fleet, "select max(as_of), true, null, 0.5::double from projects")["rows"]
    assert row == ["2025-12-31", "true", None, "0.5"]
    (row,) = rows_of(fleet, "select 1.50::decimal(5, 2), 9007199254740993::bigint, [1, 2], {'a': 1}")["rows"]
    assert row == ["1.50", "9007199254740993", "[1, 2]", '{"a": 1}']


def test_no_more_rows_than_asked_for_are_given_and_that_is_said(fleet: Path) -> None:
    found = rows_of(fleet, "select * from range(100000000000)", most=3)
    assert (found["rows"], found["complete"]) == ([["0"], ["1"], ["2"]], False)
    assert rows_of(fleet, "select * from range(3)", most=3)["complete"] is True


REFUSED = [
    "copy projects to 'stolen.csv'",
    "copy (select 1) to 'stolen.csv'",
    "COPY projects FROM 'x.csv'",
    "attach 'x.db'",
    "ATTACH ':memory:' AS other",
    "detach memory",
    "install httpfs",
    "load httpfs",
    "pragma database_list",
    "set memory_limit = '100GB'",
    "set lock_configuration = false",
    "reset memory_limit",
    "call enable_logging()",
    "export database 'x'",
    "import database 'x'",
    "create table t as select 1",
    "create macro m() as 1",
    "create secret (type s3)",
    "insert into projects select * from projects",
    "delete from projects",
    "update projects set seq = 1",
    "drop view projects",
    "begin",
    "checkpoint",
    "vacuum",
    "prepare p as select 1",
    "explain select 1",
    "use memory",
    "select 1; select 2",
    "select 1; copy projects to 'stolen.csv'",
    "",
    "-- nothing",
    "select * from read_csv('/etc/hostname')",
    "select * from read_text('/etc/hostname')",
    "select * from read_blob('manifest.json')",
    "select * from read_json('manifest.json')",
    "select * from read_parquet('projects.parquet')",
    "select * from parquet_metadata('projects.parquet')",
    "select * from glob('/*')",
    "select * from sniff_csv('/etc/hostname')",
    "select (select count(*) from read_text('/etc/hostname'))",
    "with a as (select * from (from read_text('/etc/hostname'))) from a",
    "select * from projects where exists (from glob('/*'))",
    "select * from query('select 1')",
    "select * from query_table('projects')",
    "select * from duckdb_settings()",
    "select * from duckdb_secrets()",
    "select * from checkpoint()",
    "select * from json_execute_serialized_sql(json_serialize_sql('select 1'))",
    "select * from 'stolen.csv'",
    "select * from 'https://a.example/x.parquet'",
    "select * from 's3://bucket/x.parquet'",
]


@pytest.mark.parametrize("sql", REFUSED)
def test_sql_that_does_more_than_read_the_tables_is_refused(
    fleet: Path, sql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stolen.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    before = {path.name: path.read_bytes() for path in fleet.iterdir()}
    with pytest.raises(RefusedContent) as caught:
        rows_of(fleet, sql)
    assert caught.value.fix is not None
    assert [path.name for path in tmp_path.iterdir()] == ["stolen.csv"]
    assert {path.name: path.read_bytes() for path in fleet.iterdir()} == before


@pytest.mark.parametrize(
    "sql",
    [
        "selec 1",
        "select nosuch from projects",
        "from nosuch",
        "select 'a'::int",
        "select * from '/etc/hostname'",
        "select getenv('HOME')",
        "with x as (insert into projects values (1)) select 1",
        "select " + "(" * 5000 + "1" + ")" * 5000,
    ],
)
def test_sql_that_cannot_be_run_is_told(fleet: Path, sql: str) -> None:
    with pytest.raises(QueryFault):
        rows_of(fleet, sql)


def test_sql_that_takes_long_or_much_is_stopped(fleet: Path) -> None:
    with pytest.raises(TimeExceeded):
        rows_of(
            fleet,
            "select sum(a.range * b.range) from range(10000000) a, range(10000000) b",
            limits=Limits(max_seconds=1),
        )
    for sql in ("select list(range) from range(1000000000)", "select length(repeat('x', 2000000000)) from range(9)"):
        with pytest.raises(MemoryExceeded):
            rows_of(fleet, sql, limits=Limits(max_memory=300_000_000, max_seconds=20))


def test_a_connection_can_open_nothing_but_its_tables(fleet: Path) -> None:
    """The second wall, without the first."""
    import duckdb

    with opened(fleet_in(fleet)) as tables:
        for sql in (
            "copy (select 1) to 'stolen.csv'",
            "attach 'x.db'",
            "from read_text('/etc/hostname')",
            "install httpfs",
            "set enable_external_access = true",
            "set lock_configuration = false",
        ):
            with pytest.raises(duckdb.Error):
                tables.connection.execute(sql)


def test_without_duckdb_the_extra_is_named(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # So a module is hidden: importing it is an ImportError.
    monkeypatch.setitem(sys.modules, "duckdb", None)
    done = called("rank", str(fleet), "--lang", "en")
    assert done.exit_code == 2
    assert done.stderr.startswith("error MissingExtra Not installed: duckdb.")
    assert "pip install 'danao[fleet]'" in done.stderr


# ---- The command line ----


def test_csv_of_a_ranking_is_exact(fleet: Path) -> None:
    done = called("rank", str(fleet), "-f", "csv", "--top", "1", "--lang", "en")
    assert done.stdout_bytes.decode() == (
        "\ufeffrank,identifier,project,city,industry,points,upper bound,band,"
        "passed,cannot tell,not provided,not applicable\r\n"
        "1,a-01,project 1,Jinan,wood,8.0000,10.0000,good,4,1,0,0\r\n"
        '1,a-02,project 2,Qingdao,"tyres, wood",8.0000,8.0000,good,4,0,1,0\r\n'
    )


def test_csv_of_a_heat_map_is_a_matrix(fleet: Path) -> None:
    done = called("heatmap", str(fleet), "-f", "csv", "--where", "city=qd", "--result", "self")
    assert done.stdout_bytes.decode() == (
        "\ufeff名次,标识,项目,得分,A.1 甲一,A.2 甲二,B.1 乙一\r\n"
        "1,a-02,项目2,8.0000,1.0000000000,1.0000000000,0.5000000000\r\n"
        "2,a-10,项目10,6.0000,0.5000000000,0.0000000000,1.0000000000\r\n"
        "3,a-04,项目4,4.0000,1.0000000000,,0.0000000000\r\n"
        "3,a-07,项目7,4.0000,0.5000000000,1.0000000000,0.0000000000\r\n"
    )


def test_csv_of_statistics_has_its_parts_below_each_other(fleet: Path) -> None:
    text = called("stats", str(fleet), "-f", "csv", "--lang", "en").stdout_bytes.decode()
    assert text.startswith("\ufefftotals\r\nprojects,lowest,lower quartile,median,upper quartile,highest,mean\r\n7,")
    assert text.count("\ufeff") == 1
    parts = [part.partition("\r\n")[0] for part in text.removeprefix("\ufeff").split("\r\n\r\n")]
    assert parts[:4] == ["totals", "distribution of totals", "bands", "elements"]
    assert "r5 fifth,https://example.org/s/r5,6,4,2,100.0,evidence missing," in text


def test_json_of_the_command_line_is_what_was_computed_with_all_rows(fleet: Path) -> None:
    assert json.loads(called("rank", str(fleet), "-f", "json").stdout) == ranked(fleet)
    first = called("stats", str(fleet), "-f", "json").stdout
    assert first == called("stats", str(fleet), "-f", "json", "--lang", "en").stdout
    assert json.loads(first)["result"] == "Verified"
    assert (
        json.loads(called("heatmap", str(fleet), "-f", "json", "--result", "self").stdout)["result"] == "SelfAssessed"
    )


def test_an_answer_has_the_format_of_danao_ask_and_says_which_result(fleet: Path) -> None:
    view = json.loads(called("ask", str(fleet), "passed-by-nobody", "-f", "json").stdout)
    assert view["format"] == "danao-answer/1"
    assert view["projects"] == 7
    assert view["parameters"][0]["value"] == {
        "iri": "https://w3id.org/danao/ns#Verified",
        "label": {"zh": "核定", "en": "verified"},
        "notation": "verified",
    }
    rows = list(
        csv.reader(io.StringIO(called("ask", str(fleet), "passed-by-nobody", "-f", "csv").stdout.lstrip("\ufeff")))
    )
    assert rows[1] == ["r5 要求五", f"{NS}r5", "6", "2"]


def test_sql_is_read_from_a_file_or_standard_input(fleet: Path, tmp_path: Path) -> None:
    file = tmp_path / "q.sql"
    file.write_text("select identifier, seq, [1] as l from projects order by seq limit 2", encoding="utf-8")
    done = called("ask", str(fleet), "--sql", str(file), "-f", "csv")
    assert done.stdout_bytes.decode() == "\ufeffidentifier,seq,l\r\na-01,1,[1]\r\na-02,2,[1]\r\n"
    piped = called("ask", str(fleet), "--sql", "-", "--rows", "1", "--lang", "en", stdin="from projects select seq")
    assert "Only the first 1 rows" in piped.stdout
    wrong = called("ask", str(fleet), "--sql", "-", "--lang", "en", stdin="drop view projects")
    assert wrong.exit_code == 2
    assert wrong.stderr.startswith("error RefusedContent ")
    assert called("ask", str(fleet), "--sql", str(tmp_path / "none.sql")).exit_code == 2


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", ("排名", "名次", "没有经过审查")), ("en", ("ranking", "rank", "not reviewed"))]
)
def test_tables_are_in_the_language_asked_for(fleet: Path, lang: str, words: tuple[str, ...]) -> None:
    shown = called("rank", str(fleet), "--lang", lang).stdout
    assert [word for word in words if word not in shown] == []
    everything = "".join(called(name, str(fleet), "--lang", lang).stdout for name in ("rank", "heatmap", "stats"))
    assert (re.search("[\u4e00-\u9fff]", everything) is None) == (lang == "en")


LONG = "sd-a-name-that-is-long-000001"


def narrow(folder: Path, width: int, *arguments: str) -> list[list[str]]:
    """The cells of the lines that a command shows on a terminal so wide."""
    environment = os.environ | {"PYTHONPATH": str(SERVICE)}
    command = [sys.executable, "-m", "danao", "fleet", arguments[0], str(folder), "--lang", "en", *arguments[1:]]
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    environment |= {"TERM": "xterm"}
    environment.pop("COLUMNS", None)
    with subprocess.Popen(command, env=environment, stdout=theirs, stderr=subprocess.DEVNULL) as process:
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):
            while chunk := os.read(ours, 1 << 16):
                shown += chunk
        os.close(ours)
        assert process.wait() == 0
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown.decode())
    return [re.split(r"\s{2,}", line.strip()) for line in plain.splitlines()]


def test_a_narrow_terminal_shows_whole_identifiers_and_fewer_columns(tmp_path: Path) -> None:
    folder = write_fleet(tmp_path, [project(1, LONG, own="PPPPP", verified="PPPPF", city="jn")])
    (row,) = (line for line in narrow(folder, 140, "rank") if LONG in line)
    # What is not provided is not claimed: the bound is the 8 points as well.
    assert row == ["1", LONG, "project 1", "Jinan", "8.0000", "8.0000", "good", "4/0/1/0"]
    lines = narrow(folder, 80, "rank")
    assert ["1", LONG, "project 1", "8.0000", "8.0000", "good"] in lines
    assert any(line[0].startswith("Not shown for want of width: city, outcomes. ") for line in lines)
    assert any(line[:2] == ["1", LONG] for line in narrow(folder, 60, "heatmap"))


def test_a_table_shows_four_places_and_the_rest_is_cut_off(tmp_path: Path) -> None:
    # A.1 earns 4 of 4 points, A.2 none of 2: two thirds of part A.
    folder = write_fleet(tmp_path, [project(1, "a", verified="PPFPP")])
    asked = ("ask", str(folder), "leaders-of-each-element", "-p", "level=dimension", "--lang", "en")
    (line,) = (line.split() for line in called(*asked).stdout.splitlines() if line.split()[:1] == ["A"])
    assert line[-2:] == ["0.6666", "1"]
    assert ",0.6666666667," in called(*asked, "-f", "csv").stdout


def test_odd_titles_are_shown_as_they_are_and_obeyed_by_nobody(tmp_path: Path) -> None:
    odd = "[bold]x[/] [link=http://a.example]y \x1b[31mred\n第二行 \u202eback =1+1"
    folder = write_fleet(tmp_path, [project(1, "=cmd|' /c calc'!A1", verified="PPPPP", title_zh=odd, title_en=odd)])
    shown = called("rank", str(folder)).stdout
    assert "[bold]x[/]" in shown
    assert "[link=http://a.example]y" in shown
    assert not set("\x1b\u202e") & set(shown)
    assert "'=cmd|" in called("rank", str(folder), "-f", "csv").stdout
    assert json.loads(called("rank", str(folder), "-f", "json").stdout)["rows"][0]["project"]["label"]["zh"] == odd
    assert "\x1b" not in called("heatmap", str(folder)).stdout


def test_a_heat_map_can_be_read_on_a_gbk_console_and_without_colours(fleet: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(SERVICE), "PYTHONIOENCODING": "gbk"}
    command = [sys.executable, "-m", "danao", "fleet", "heatmap", str(fleet), "--level", "indicator"]
    done = subprocess.run(command, env=environment, capture_output=True, check=True)
    shown = done.stdout.decode("gbk")
    assert "?" not in shown
    (line,) = (line for line in shown.splitlines() if "a-04" in line)
    assert line.replace("|", " ").split() == ["4", "a-04", "4.0000", "100#", "n/a", "0"]
    assert "不适用" in shown


def test_a_heat_map_wider_than_the_terminal_goes_on_below(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [line.split() for line in lines_of(fleet, "a-04")] == [["4", "a-04", "4.0000", "100#", "n/a", "0"]]
    monkeypatch.setattr("danao.render.fleet.heatmap.BESIDE", 130)
    assert [line.split()[3:] for line in lines_of(fleet, "a-04")] == [["100#"], ["n/a"], ["0"]]


def lines_of(fleet: Path, name: str) -> list[str]:
    return [line for line in called("heatmap", str(fleet)).stdout.splitlines() if f" {name} " in line]


def test_an_attainment_is_never_rounded_up_to_the_whole() -> None:
    from danao.render.fleet.heatmap import tile

    shown = {
        text: re.sub(r"\[.*?\]", "", tile(text))
        for text in ("0.9999999999", "1.0000000000", "0.0040000000", "0.2500000000")
    }
    assert shown == {"0.9999999999": "99+", "1.0000000000": "100#", "0.0040000000": "0.", "0.2500000000": "25-"}
    assert tile("0.0000000000") != tile("0.0040000000")


def test_figures_are_the_stored_decimals_digit_by_digit(tmp_path: Path) -> None:
    folder = write_fleet(tmp_path, [project(1, "thirds", own="PPPPP", verified="PFPPI")])
    # 4 × 1/2 + 2 + 4
    (row,) = ranked(folder)["rows"]
    assert Decimal(row["points"]) == Decimal(8)
    assert row["points"] == "8.0000"


# ---- The page ----


def test_the_page_explains_every_question_and_option() -> None:
    page = (Path(__file__).parents[1] / "docs" / "fleets.md").read_text(encoding="utf-8")
    assert [question.name for question in questions() if f"`{question.name}`" not in page] == []
    source = (SERVICE / "danao" / "cli" / "fleet" / "analysis.py").read_text(encoding="utf-8")
    options = set(re.findall(r'"(--[a-z-]+)"', source)) - {"--param", "--output"}
    assert [option for option in sorted(options) if option not in page] == []
