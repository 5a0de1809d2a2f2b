"""Golden descriptions: one that meets everything, one that claims nothing, and the half-built example by hand.

An oracle in fractions (``tests/oracle.py``) works out every score of every golden and every case a second time.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from danao.describe import read_descriptions
from danao.examine import default_examination, read_examinations
from danao.knowledge import Knowledge
from danao.namespaces import local_name
from danao.pipeline import Assessment, assess
from danao.reading import Input
from tests.case import AROUND, AS_OF, actual_of, case_folders, case_name, run_case
from tests.oracle import (
    KINDS,
    POINT_PLACES,
    Bounded,
    actual_scores,
    expected_scores,
    rounded,
    standard_tree,
    worked_out,
)

GOLDEN = Path(__file__).parent / "golden"
EXAMPLES = Path(__file__).parents[1] / "examples"
FULL, EMPTY = GOLDEN / "full" / "description.ttl", GOLDEN / "empty" / "description.ttl"
HALF_BUILT = EXAMPLES / "half-built.ttl"
BY_HAND, OUTCOMES = GOLDEN / "half-built" / "by-hand.tsv", GOLDEN / "half-built" / "outcomes.tsv"
Assessments = Mapping[str, Assessment]


@dataclass(frozen=True)
class Golden:
    """A description with its examination, or with the date alone."""

    description: Path
    examination: Path | None = None
    as_of: str = AS_OF


GOLDENS = {
    "full": Golden(FULL),
    "full-examined": Golden(FULL, FULL.with_name("examination.ttl")),
    "full-on-the-last-day": Golden(FULL, as_of="2026-12-31"),
    "full-when-all-has-expired": Golden(FULL, as_of="2027-01-01"),
    "empty": Golden(EMPTY),
    "half-built": Golden(HALF_BUILT, EXAMPLES / "half-built-examination.ttl"),
    "half-built-unexamined": Golden(HALF_BUILT),
}
ALL, NONE = Decimal(100), Decimal(0)
# By the kind of result: points and upper points of the whole, where they are no matter of arithmetic.
TOTALS = {
    "full": {"SelfAssessed": (ALL, ALL), "Verified": (NONE, ALL)},
    "full-examined": {"SelfAssessed": (ALL, ALL), "Verified": (ALL, ALL)},
    "full-on-the-last-day": {"SelfAssessed": (ALL, ALL), "Verified": (NONE, ALL)},
    "full-when-all-has-expired": {"SelfAssessed": (NONE, ALL), "Verified": (NONE, ALL)},
    "empty": {"SelfAssessed": (NONE, NONE), "Verified": (NONE, NONE)},
}
each_golden = pytest.mark.parametrize("name", GOLDENS)
each_kind = pytest.mark.parametrize("kind", KINDS)


def assess_golden(golden: Golden, knowledge: Knowledge) -> Assessment:
    (description,) = read_descriptions([_input(golden.description)], knowledge, AROUND)
    if golden.examination is None:
        return assess(description, default_examination(description.identifier, golden.as_of, AROUND), knowledge)
    (examination,) = read_examinations([_input(golden.examination)], knowledge, AROUND).values()
    return assess(description, examination, knowledge)


def _input(path: Path) -> Input:
    return Input(path.name, path.read_bytes())


@pytest.fixture(scope="module")
def goldens(knowledge: Knowledge) -> Assessments:
    return {name: assess_golden(golden, knowledge) for name, golden in GOLDENS.items()}


# ---- Everything, and nothing ----


@pytest.mark.parametrize("name", TOTALS)
def test_totals_are_exactly(name: str, goldens: Assessments) -> None:
    totals = {kind: (result.points, result.upper_points) for kind, result in actual_of(goldens[name]).items()}
    assert totals == TOTALS[name]


@pytest.mark.parametrize("name", ["full", "full-examined"])
def test_the_full_description_has_no_problem_not_even_a_warning(name: str, goldens: Assessments) -> None:
    assert goldens[name].problems == ()


def test_the_full_description_passes_all_requirements_once_examined(goldens: Assessments) -> None:
    for result in actual_of(goldens["full-examined"]).values():
        assert len(result.outcomes) == 193
        assert {outcome for outcome, _ in result.outcomes.values()} == {"passed"}


def test_when_all_has_expired_that_is_the_only_reason_in_the_self_assessment(goldens: Assessments) -> None:
    outcomes = actual_of(goldens["full-when-all-has-expired"])["SelfAssessed"].outcomes
    assert len(outcomes) == 193
    assert set(outcomes.values()) == {("cantTell", frozenset({"EvidenceExpired"}))}


def test_nothing_is_verified_without_a_review_and_the_bounds_are_those_of_the_self_assessment(
    goldens: Assessments,
) -> None:
    scores = actual_scores(goldens["full"])
    for element in standard_tree().elements:
        declared, verified = (scores[kind, element].attainment for kind in KINDS)
        assert declared is not None
        assert verified is not None
        assert verified == Bounded(Fraction(0), declared.upper)


def test_the_empty_description_claims_nothing(goldens: Assessments) -> None:
    assert {kind: result.outcomes for kind, result in actual_of(goldens["empty"]).items()} == {
        kind: {} for kind in KINDS
    }
    assert [problem.name for problem in goldens["empty"].problems] == ["ProjectWithoutCapability"]


# ---- The half-built example, by hand ----


@dataclass(frozen=True)
class Line:
    """One line by hand: an expression with its steps, and the points it comes to; the same of the upper bound."""

    steps: tuple[str, str]
    points: tuple[Fraction, Fraction]


@cache
def lines_by_hand() -> dict[tuple[str, str], Line]:
    with BY_HAND.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
    lines = {
        (row["result"], row["element"]): Line(
            (row["arithmetic"], row["upper_arithmetic"]), (Fraction(row["points"]), Fraction(row["upper_points"]))
        )
        for row in rows
    }
    assert len(lines) == len(rows), "an element stands twice"
    return lines


@pytest.mark.parametrize("key", lines_by_hand(), ids="-".join)
def test_arithmetic_by_hand_comes_to_its_points_at_every_step(key: tuple[str, str]) -> None:
    line = lines_by_hand()[key]
    for steps, points in zip(line.steps, line.points, strict=True):
        *before, last = steps.split(" = ")
        assert before
        assert last == f"{float(points):.4f}"
        assert {rounded(worked_out(step), POINT_PLACES) for step in before} == {points}


def test_every_indicator_dimension_and_the_total_stand_in_the_table_by_hand() -> None:
    weighted = {local_name(element) for element in standard_tree().weights}
    assert len(weighted) == 22 + 4 + 1
    assert set(lines_by_hand()) == {(kind, element) for kind in KINDS for element in weighted}


@each_kind
def test_half_built_scores_what_was_worked_out_by_hand(kind: str, goldens: Assessments) -> None:
    weighted = {element: local_name(element) for element in standard_tree().weights}
    found = {
        weighted[element]: (score.points.reached, score.points.upper)
        for (result, element), score in actual_scores(goldens["half-built"]).items()
        if result == kind and element in weighted and score.points is not None
    }
    assert found == {name: line.points for (result, name), line in lines_by_hand().items() if result == kind}


@pytest.mark.parametrize(("kind", "column"), [("SelfAssessed", "self"), ("Verified", "verified")])
def test_half_built_has_the_outcomes_found_by_hand(kind: str, column: str, goldens: Assessments) -> None:
    with OUTCOMES.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t"))
    by_hand = {row["requirement"]: row[column] for row in rows}
    assert len(rows) == len(by_hand) == 193
    assert found_outcomes(goldens["half-built"], kind) == by_hand


def found_outcomes(assessment: Assessment, kind: str) -> dict[str, str]:
    rows = [row for row in assessment.tables["outcomes"] if local_name(row["result"].value) == kind]
    return {local_name(row["requirement"].value): local_name(row["outcome"].value) for row in rows}


# ---- The oracle, and the other engine ----


@each_golden
def test_the_oracle_works_out_every_score_of_a_golden(name: str, goldens: Assessments) -> None:
    assert actual_scores(goldens[name]) == expected_scores(goldens[name])


@pytest.mark.parametrize("folder", case_folders(), ids=case_name)
def test_the_oracle_works_out_every_score_of_a_case(folder: Path, knowledge: Knowledge) -> None:
    assessment = run_case(folder, knowledge)
    assert actual_scores(assessment) == expected_scores(assessment)


@pytest.mark.parametrize("name", ["full-examined", "half-built"])
def test_a_golden_is_equal_on_the_reference_engine(name: str, goldens: Assessments, reference: Knowledge) -> None:
    fast, slow = goldens[name], assess_golden(GOLDENS[name], reference)
    assert slow.problems == fast.problems
    assert slow.graphs == fast.graphs
    assert slow.tables == fast.tables
