"""Rounded points: what can be worked out of a restricted metric is a step of at least one point, and no more."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danao.access import split
from danao.access.points import PublicPoints, Score, Tree, public_points
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, EARL
from danao.statements import Statement, statements_of
from tests.accessing import DESCRIPTION, KINDS, SALT, assessed, material_of, published, restricted

PASSED, CANNOT_TELL = f"<{EARL}passed>", f"<{EARL}cantTell>"
FINE = 400


# ---- On a tree of one's own: a total of two parts, one of whose indicators has the metric among others ----


def scores(weight: Fraction, others: list[Fraction], share: Fraction, standing: str = PASSED) -> Mapping[str, Score]:
    """Exact scores, in fractions: a total of 100, an indicator with a metric and others beside it, and the rest."""
    parts = [share if standing == PASSED else Fraction(), *others]
    upper = [share, *(Fraction(1) for _ in others)]
    reached, bound = sum(parts, Fraction()) / len(parts), sum(upper, Fraction()) / len(parts)
    points, upper_points = weight * reached, weight * bound
    rest = Fraction(17, 2)
    return {
        "metric": Score("m", standing, numbers(attainment=parts[0], upperAttainment=share)),
        **{
            f"other{n}": Score("o", PASSED, numbers(attainment=one, upperAttainment=Fraction(1)))
            for n, one in enumerate(others)
        },
        "indicator": Score(
            "i",
            None,
            numbers(
                attainment=reached,
                upperAttainment=bound,
                divisor=Fraction(len(parts)),
                points=points,
                upperPoints=upper_points,
            ),
        ),
        "rest": Score("r", None, numbers(attainment=rest / (100 - weight), points=rest, upperPoints=rest)),
        "total": Score("t", None, numbers(points=points + rest, upperPoints=upper_points + rest)),
    }


def numbers(**values: Fraction) -> dict[str, Decimal]:
    return {name: decimal(value) for name, value in values.items()}


def decimal(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / value.denominator).quantize(Decimal("1.0000000000"), ROUND_HALF_UP)


def tree(weight: Fraction, others: int) -> Tree:
    beside = {f"other{number}": "indicator" for number in range(others)}
    whole = {"metric": "indicator", **beside, "indicator": "total", "rest": "total"}
    parts = {"indicator": ["metric", *beside], "total": ["indicator", "rest"]}
    return Tree(whole, parts, {"indicator": decimal(weight), "rest": decimal(100 - weight), "total": Decimal(100)})


weights = st.fractions(Fraction(1, 2), 40, max_denominator=4)
beside = st.lists(st.fractions(0, 1, max_denominator=8), max_size=4)


@given(weights, beside)
def test_a_restricted_metric_is_told_in_steps_of_at_least_one_point(weight: Fraction, others: list[Fraction]) -> None:
    """All values of the metric that the public cannot tell apart are at least one point wide, or all there are."""
    most = weight / (len(others) + 1)
    alike: dict[object, list[Fraction]] = {}
    for number in range(FINE + 1):
        share = Fraction(number, FINE)
        seen = public_points(scores(weight, others, share), {"metric"}, tree(weight, len(others)))
        alike.setdefault(tuple(sorted(seen.items(), key=str)), []).append(share * most)
    for points in alike.values():
        assert points == sorted(points)
        assert max(points) - min(points) >= min(Fraction(1), most) - 2 * most / FINE


@given(weights, beside, st.fractions(0, 1, max_denominator=32))
def test_rounded_points_are_whole_near_the_exact_ones_and_add_up(
    weight: Fraction, others: list[Fraction], share: Fraction
) -> None:
    exact = scores(weight, others, share)
    seen = public_points(exact, {"metric"}, tree(weight, len(others)))
    indicator, total = seen["indicator"], seen["total"]
    assert indicator
    assert total
    assert seen["metric"] is None
    assert "rest" not in seen
    assert indicator.points == int(indicator.points)
    half_a_step, rounding = min(weight / (len(others) + 1), Fraction(2)) / 2, Fraction(1, 2)
    error = Fraction(indicator.points) - Fraction(exact["indicator"].numbers["points"])
    assert abs(error) <= half_a_step + rounding + Fraction(1, 1000)
    assert total.points == indicator.points + exact["rest"].numbers["points"]
    assert indicator.rounded
    assert total.rounded


@given(weights, beside, st.fractions(0, 1, max_denominator=32))
def test_upper_points_are_those_of_full_attainment(weight: Fraction, others: list[Fraction], share: Fraction) -> None:
    seen = public_points(scores(weight, others, share), {"metric"}, tree(weight, len(others)))["indicator"]
    assert seen
    assert seen.upper == round(decimal(weight), 4)


def test_points_are_exact_where_the_metric_earns_none_whatever_its_figures() -> None:
    exact = scores(Fraction(4), [Fraction(1)], Fraction(1, 3), CANNOT_TELL)
    seen = public_points(exact, {"metric"}, tree(Fraction(4), 1))
    assert seen["indicator"] == PublicPoints(exact["indicator"].numbers["points"], Decimal(4), rounded=False)


BY_HAND = [
    # Weight, the others, the metric's attainment; rounded points.
    # Alone with 4 points: steps 0-1, 1-2, 2-3, 3-4. 0.6 × 4 = 2.4 is in the third; its middle is 2.5, to even.
    (4, [], "3/5", 2),
    # 0.9 × 4 = 3.6 is in the fourth: 3.5 → 4.
    (4, [], "9/10", 4),
    (4, [], "1", 4),
    (4, [], "0", 0),
    # Half of 6 points: steps 0-1, 1-2, 2-3; the other has its 3. 3 × 0.5 = 1.5 is in the second: 3 + 1.5 = 4.5 → 4.
    (6, ["1"], "1/2", 4),
    # A quarter of 3 points is less than one: one step, its middle is 0.375; the others have 2.25: 2.625 → 3.
    (3, ["1", "1", "1"], "0", 3),
    (3, ["1", "1", "1"], "1", 3),
]


@pytest.mark.parametrize(("weight", "others", "share", "points"), BY_HAND)
def test_rounding_is_as_worked_by_hand(weight: int, others: list[str], share: str, points: int) -> None:
    exact = scores(Fraction(weight), [Fraction(one) for one in others], Fraction(share))
    seen = public_points(exact, {"metric"}, tree(Fraction(weight), len(others)))["indicator"]
    assert seen
    assert seen.points == points


# ---- In a publication ----


def numbers_of(statements: list[Statement], element: str, kind: str) -> dict[str, str]:
    """The numbers of a score, by the local names of their properties."""
    (node,) = {one[0] for one in statements if one[0].endswith(f"/score/{kind}/{element}>")}
    found = [one for one in statements if one[0] == node and one[2].startswith('"')]
    return {one[1].removeprefix(f"<{DANAO}").rstrip(">"): one[2].split('"')[1] for one in found}


@pytest.mark.parametrize("kind", KINDS)
def test_above_a_restricted_metric_points_are_rounded_and_nothing_exact_is_left(
    kind: str, knowledge: Knowledge
) -> None:
    """6.4.6 has 3 points for four metrics; one is restricted, and passed."""
    exact = list(statements_of(published(knowledge).results.public))
    rough = list(statements_of(published(knowledge, restricted("cost-node")).results.public))
    for element in ("6-4-6", "6-4", "6"):
        before, after = (numbers_of(found, element, kind) for found in (exact, rough))
        assert before.keys() - after.keys() == {"attainment", "upperAttainment", "dividend", "divisor"}
        assert after.keys() - before.keys() == {"roundedTo"}
    metric = numbers_of(rough, "6-4-6-procurement-cost", kind)
    assert metric.keys() & {"attainment", "upperAttainment", "points"} == set()
    for element in ("6-4-6-logistics-cost", "6-1", "6-1-5", "6-4-5"):
        assert numbers_of(rough, element, kind) == numbers_of(exact, element, kind)
    indicator = Decimal(numbers_of(rough, "6-4-6", kind)["points"])
    assert indicator == int(indicator)
    for element in ("6-4", "6"):
        change = Decimal(numbers_of(rough, element, kind)["points"]) - Decimal(
            numbers_of(exact, element, kind)["points"]
        )
        assert change == indicator - Decimal(numbers_of(exact, "6-4-6", kind)["points"])


def test_no_figure_of_a_restricted_metric_changes_anything_that_is_public(knowledge: Knowledge) -> None:
    """It is worth 0.75 points, less than a step: from the baseline to beyond the target, the public sees the same."""
    seen = set()
    for actual in ("100.25", "97.5", "93.75", "91.75", "91.5", "90.0", "80.5"):
        text = DESCRIPTION.replace("danao:value 93.75", f"danao:value {actual}")
        assessment = assessed(knowledge, restricted("cost-node"), description=text)
        results = split(material_of(assessment), knowledge, SALT).results.public
        told = sorted(re.sub("[0-9a-f]{16,}", "-", " ".join(one)) for one in statements_of(results))
        seen.add("\n".join(told))
    assert len(seen) == 1


def test_every_sum_that_is_public_is_the_sum_of_what_is_public(knowledge: Knowledge) -> None:
    found = list(statements_of(published(knowledge, restricted("cost-node", "freight-node")).results.public))
    for kind in KINDS:
        for whole, parts in {"6": 4, "6-1": 5, "6-2": 4, "6-3": 5, "6-4": 8}.items():
            below = [f"{whole}-{number}" for number in range(1, parts + 1)]
            for measure in ("points", "upperPoints"):
                added = sum(Decimal(numbers_of(found, part, kind)[measure]) for part in below)
                assert Decimal(numbers_of(found, whole, kind)[measure]) == added
