"""Comparisons: what the API says of the projects, the address says which, and nobody sees more than is theirs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from starlette.testclient import TestClient

from danao.knowledge import Knowledge
from tests.api import HIDDEN, Clients, clients, copied_registry
from tests.sites import addresses_of, main_of, page, rows_of, status, text_of
from tests.web import BASE

THREE = "project=sd-wood-2025&project=access&project=small"


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Iterator[Clients]:
    with clients(copied_registry(tmp_path_factory, knowledge)) as (_, found):
        yield found


@pytest.fixture
def public(asking: Clients) -> TestClient:
    return asking["public"]


@pytest.fixture
def office(asking: Clients) -> TestClient:
    return asking["office"]


# ---- Points ----


@pytest.mark.parametrize("result", ["Verified", "SelfAssessed"])
@pytest.mark.parametrize("who", ["public", "office"])
def test_points_and_differences_are_those_of_the_projects(asking: Clients, who: str, result: str) -> None:
    client = asking[who]
    told: list[dict[str, Decimal | None]] = []
    for name in ("sd-wood-2025", "access", "small"):
        scores = client.get(f"/api/projects/{name}/assessment").json()["assessments"][0]["scores"]
        told.append(
            {one["notation"]: Decimal(str(one["results"][result]["points"])) for one in scores if one["weight"]}
        )
    if result == "Verified":
        # Nobody reviewed it.
        told[2] = dict.fromkeys(told[2])
    rows = rows_of(page(client, f"/compare?{THREE}&result={result}"), "points")
    assert len(rows) == len(told[0]) == 27
    for row in rows:
        code = row[0].partition(" ")[0]
        first, second, third = (side[code] for side in told)
        expected = [first, second, _more(second, first), third, _more(third, first)]
        assert [_is(cell, number) for cell, number in zip(row[2:], expected, strict=True)] == [True] * 5, row


def _more(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one - other


def _is(cell: str, number: Decimal | None) -> bool:
    """Whether a cell says a number to two places, or that there is none."""
    if number is None:
        return cell == "–"
    return abs(Decimal(cell.removeprefix("约").replace("−", "-")) - number) <= Decimal("0.005")


def test_of_what_nobody_reviewed_nothing_is_verified(office: TestClient) -> None:
    root = page(office, "/compare?project=sd-wood-2025&project=small")
    heads = [text_of(one) for one in root.iter("th") if "small" in addresses(one) or "sd-wood-2025" in addresses(one)]
    assert ["未审查" in head for head in heads] == [False, True]
    # Where it is so of all of them, the page shows the other kind of result, unless the address says which.
    unreviewed = "/compare?project=small&project=hidden-one"
    assert "自评 改看核定" in main_of(page(office, unreviewed))
    verified = page(office, f"{unreviewed}&result=Verified")
    assert "核定 改看自评" in main_of(verified)
    assert [one for one in verified.iter("figure") if one.get("class") == "chart"] == []
    assert {cell for row in rows_of(verified, "points") for cell in row[2:]} == {"–"}


def addresses(head: Any) -> str:  # noqa: ANN401 - an element
    """Where a head of a column leads to."""
    return " ".join(one.get("href", "").rpartition("/")[2] for one in head.iter("a"))


def test_the_kind_of_result_is_named_and_the_other_is_a_click_away(office: TestClient) -> None:
    root = page(office, f"/compare?{THREE}")
    assert "核定 改看自评" in main_of(root)
    assert any("result=SelfAssessed" in link for link in addresses_of(root))
    assert "自评 改看核定" in main_of(page(office, f"/compare?{THREE}&result=SelfAssessed"))


def test_every_chart_is_drawn_from_a_table(office: TestClient) -> None:
    root = page(office, f"/compare?{THREE}")
    charts = [one for one in root.iter("figure") if one.get("class") == "chart"]
    sizes = [sum(1 for row in chart.iter("tr")) - 1 for chart in charts]
    assert sizes == [4, 22]
    for chart in charts:
        assert [head.get("data-series") for head in chart.iter("th") if head.get("data-series")] == ["1", "2"]
        assert len(list(chart.iter("li"))) == 2
        assert text_of(next(chart.iter("figcaption"))).endswith("百分比")


def test_what_the_public_sees_rounded_says_so(public: TestClient, office: TestClient) -> None:
    assert "标“约”的得分由受限内容得出" in main_of(page(public, f"/compare?{THREE}"))
    assert "标“约”的得分由受限内容得出" not in main_of(page(office, f"/compare?{THREE}"))


# ---- Choosing ----


def test_projects_are_chosen_one_after_the_other(office: TestClient) -> None:
    assert "还没有选择项目" in main_of(page(office, "/compare"))
    one = _follow(office, "/compare", "small")
    assert "再选一个项目" in main_of(page(office, one))
    two = _follow(office, one, "access")
    assert two == "/compare?project=small&project=access"
    assert len(rows_of(page(office, two), "points")) == 27
    without = [link for link in addresses_of(page(office, two)) if link == "/compare?project=access"]
    assert without == ["/compare?project=access"]


def _follow(office: TestClient, path: str, name: str) -> str:
    return next(link for link in addresses_of(page(office, path)) if link.endswith(f"project={name}"))


def test_a_project_is_found_by_its_name(office: TestClient) -> None:
    links = addresses_of(page(office, "/compare?project=small&find=木业产业大脑&lang=zh"))
    added = {link for link in links if link.startswith("/compare?project=small&project=")}
    assert added == {"/compare?project=small&project=sd-wood-2025&lang=zh"}
    assert "没有可以添加的项目" in main_of(page(office, "/compare?find=nothing-such"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("project=small&project=small", 400),
        ("&".join(f"project=p{number}" for number in range(7)), 400),
        ("project=small&project=nothing-such", 404),
        ("project=nothing-such", 404),
        ("project=small&project=../x", 404),
        ("project=small&project=access&view=all", 400),
        ("project=small&project=access&result=both", 400),
        ("project=small&project=&project=access", 200),
    ],
)
def test_what_cannot_be_compared_is_said(office: TestClient, query: str, expected: int) -> None:
    assert status(office, f"/compare?{query}") == expected


# ---- Evidence, and who sees what ----


def test_evidence_stands_beside_evidence(office: TestClient) -> None:
    rows = rows_of(page(office, f"/compare?{THREE}&view=evidence"), "evidence")
    assert len(rows) == 22
    space = next(row for row in rows if row[0].startswith("6.1.5 "))
    explained = office.get("/api/projects/sd-wood-2025/explain/6.1.5").json()["explanations"][0]["element"]
    claims = [one for part in explained["parts"] for one in part["outcomes"]["Verified"]["claims"]]
    titles = {piece["title"]["zh"] for claim in claims for piece in claim["evidence"]}
    assert titles
    assert [title for title in titles if title not in space[1]] == []
    assert "不计入" in space[3]


def test_the_public_sees_nothing_that_is_restricted_or_not_published(public: TestClient, office: TestClient) -> None:
    whole = main_of(page(office, f"/compare?{THREE}&view=evidence"))
    assert "report-title-mark" in whole
    assert "report-title-mark" not in main_of(page(public, f"/compare?{THREE}&view=evidence"))
    assert not [name for name in HIDDEN if name in main_of(page(public, "/compare"))]
    assert all(name in main_of(page(office, "/compare")) for name in HIDDEN)
    assert [status(public, f"/compare?project=small&project={name}") for name in (*HIDDEN, "gone")] == [404] * 3


def test_what_is_not_published_is_marked(office: TestClient) -> None:
    heads = [text_of(one) for one in page(office, "/compare?project=small&project=gone").iter("th")]
    assert any(head.endswith("未公布") for head in heads)
    assert any(head.endswith("已公布") for head in heads)


def test_a_submitter_compares_their_own_as_a_whole(asking: Clients) -> None:
    words = main_of(page(asking["submitter"], "/compare?project=access&project=hidden-one&view=evidence"))
    assert "report-title-mark" in words
    assert status(asking["other"], "/compare?project=access&project=hidden-one") == 404


def test_a_comparison_in_english_keeps_its_language(office: TestClient) -> None:
    root = page(office, f"/compare?{THREE}&lang=en")
    assert text_of(next(root.iter("h1"))) == "Compare projects"
    inside = {link for link in addresses_of(root) if link.startswith(("/", BASE))}
    assert {link for link in inside if "lang=en" not in link} == set()
