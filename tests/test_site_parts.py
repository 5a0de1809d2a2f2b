"""What pages are made of, each by itself: numbers of a column, axes of charts, places in files, orders of chains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from danao.web.site.chains import from_upstream
from danao.web.site.numbers import aligned, with_places
from danao.web.site.reasons import page_part
from danao.web.site.tree import chart


@pytest.mark.parametrize(
    ("column", "written"),
    [
        (["94.7534", "48.666", "0"], ["94.7534", "48.6660", "0.0000"]),
        (["-2.2", "0", None], ["−2.2", "0.0", None]),
        (["1", "20"], ["1", "20"]),
        # Points of what is rounded, and words, stay.
        (["1.5", "about 3", "–"], ["1.5", "about 3", "–"]),
        ([], []),
    ],
)
def test_the_numbers_of_a_column_get_the_places_of_the_longest(
    column: Sequence[str | None], written: Sequence[str | None]
) -> None:
    assert aligned(column) == list(written)


def test_a_number_keeps_the_places_that_it_has() -> None:
    assert [with_places(one, 2) for one in ("45.176", "7", "-0.5")] == ["45.176", "7.00", "−0.50"]


def axes(drawn: int, apart: int) -> list[dict[str, bool]]:
    return [{"apart": False}] * drawn + [{"apart": True}] * apart


def test_a_radar_needs_three_axes_with_numbers() -> None:
    assert chart(axes(3, apart=1))["sort"] == "radar"
    assert chart(axes(2, apart=2))["sort"] == "bars"


@pytest.mark.parametrize(
    ("locator", "part"),
    [
        ("第 4 页，表 2", "#page=4"),
        ("第 2—9 页，签署页第 12 页", "#page=2"),
        ("附件一第8-21页", "#page=8"),
        ("page 12, table 3", "#page=12"),
        ("pp. 3–5", "#page=3"),
        # Other numbers are none of pages.
        ("表 1，共 14 家", ""),
        ("第 3 章", ""),
        ("appendix 2", ""),
        ("", ""),
    ],
)
def test_a_file_is_opened_at_the_first_page_that_is_cited(locator: str, part: str) -> None:
    assert page_part(locator) == part


@pytest.mark.parametrize(
    ("below", "ordered"),
    [
        ({"c": [], "a": ["b"], "b": ["c"]}, "abc"),
        # Glue comes in later than wood; it still stands before the panels.
        ({"panel": ["door"], "wood": ["veneer"], "veneer": ["panel"], "glue": ["panel"], "door": []}, None),
        ({"a": ["b"], "b": ["a"], "c": ["a"]}, "cab"),
        ({"a": ["a"], "b": []}, "ab"),
    ],
)
def test_segments_stand_before_what_is_below_them(below: Mapping[str, Sequence[str]], ordered: str | None) -> None:
    found = from_upstream(below)
    if ordered is None:
        assert sorted(found) == sorted(below)
        assert all(found.index(one) < found.index(other) for one, others in below.items() for other in others)
    else:
        assert found == list(ordered)
