"""The overview: which projects it shows to whom, in which order, with what numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from danao.knowledge import Knowledge
from danao.registry.submit import submit
from tests.api import DEARER, HALF_BUILT, HIDDEN, Clients, clients, copied_registry
from tests.api import HALF_BUILT_EXAMINATION as EXAMINATION
from tests.registering import assessed, at, held
from tests.sites import by_id, captioned, classed, links, page, text_of

Row = dict[str, str]


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Iterator[Clients]:
    with clients(copied_registry(tmp_path_factory, knowledge)) as (_, found):
        yield found


def listed(client: TestClient, query: str = "") -> list[str]:
    """The identifiers of the projects that are shown, in their order."""
    tree = page(client, f"/{query}")
    table = [one for one in tree.iter("table") if "projects" in one.attrib["class"]]
    heads = [head for one in table for head in one.iter("th") if head.attrib["scope"] == "row"]
    return [urlsplit(head[0].attrib["href"]).path.rpartition("/")[2] for head in heads]


def lacking(tree: Any) -> list[list[str]]:  # noqa: ANN401 - an element
    """The rows of what most projects lack: requirement, who names it, projects that do not pass, and all it is for."""
    (section,) = [one for one in tree.iter("section") if one.attrib.get("aria-labelledby") == "lacking-head"]
    return [[text_of(cell) for cell in row] for row in section.iter("tr") if row.find("td") is not None]


@pytest.mark.parametrize("reader", ["public", "submitter", "other", "assessor", "office"])
def test_everyone_is_shown_the_projects_and_totals_that_the_api_gives_them(readers: Clients, reader: str) -> None:
    client = readers[reader]
    expected = {one["identifier"]: one for one in client.get("/api/projects?size=200").json()["projects"]}
    assert set(listed(client)) == set(expected)
    rows = captioned(page(client, "/"), "table-caption")
    for row in rows:
        (one,) = [
            one
            for name, one in expected.items()
            if f" {name} " in f"{row['项目 ↕'] if '项目 ↕' in row else row['项目']} "
        ]
        for kind, head in (("Verified", "核定"), ("SelfAssessed", "自评")):
            if kind in one["totals"] and row[head] == "未审查":
                # Of all of them, two were examined.
                assert (kind, one["identifier"] in ("sd-wood-2025", "access")) == ("Verified", False)
            elif kind in one["totals"]:
                assert float(row[head].removeprefix("约 ")) == pytest.approx(
                    float(one["totals"][kind]["points"]), abs=0.005
                )


def test_what_is_hidden_is_named_nowhere(readers: Clients) -> None:
    for path in ("/", "/heat", "/heat.json", "/heat-all.json", "/?q=hidden"):
        answer = readers["public"].get(path, headers={"Accept": "text/html,application/json"})
        assert answer.status_code == 200
        assert not [name for name in HIDDEN if name in answer.text.replace("q=hidden", "")], path


def test_what_is_not_published_is_marked(readers: Clients) -> None:
    tree = page(readers["office"], "/")
    marked = [row for row in tree.iter("tr") if classed(row, "unpublished")]
    assert {name for row in marked for name in (*HIDDEN, "gone") if name in text_of(row)} == {*HIDDEN, "gone"}
    assert classed(page(readers["public"], "/"), "unpublished") == []


def test_ranks_are_those_of_the_ranking(readers: Clients) -> None:
    ranking = readers["office"].get("/api/ranking?result=SelfAssessed").json()["rows"]
    rows = captioned(page(readers["office"], "/?result=SelfAssessed"), "table-caption")
    assert [row["位次"] for row in rows] == [str(one["rank"]) for one in ranking]


def test_the_version_before_is_compared_with_for_whoever_sees_it(readers: Clients) -> None:
    (row,) = captioned(page(readers["office"], "/?q=small&result=SelfAssessed"), "table-caption")
    assert row["较上一版"] == "持平"
    (public,) = captioned(page(readers["public"], "/?q=small&result=SelfAssessed"), "table-caption")
    assert public["较上一版"] == "–"


def test_a_trend_has_the_points_of_every_version(readers: Clients) -> None:
    client = readers["office"]
    entries = client.get("/api/projects/small/history").json()["entries"]
    versions = [one["totals"] for one in entries if one["version"]]
    assert len(versions) == 3
    expected = " → ".join(f"{float(one['SelfAssessed']['points']):.2f}" for one in versions)
    (trend,) = classed(page(client, "/?q=small&result=SelfAssessed"), "trend")
    assert trend.attrib["aria-label"] == expected
    assert len(trend[1].attrib["points"].split()) == 3
    assert classed(page(readers["public"], "/?q=small&result=SelfAssessed"), "trend") == []
    assert classed(page(client, "/?q=access"), "trend") == []
    # Nobody reviewed any of them.
    assert classed(page(client, "/?q=small&result=Verified"), "trend") == []


def test_a_trend_of_verified_points_begins_with_the_first_version_that_was_reviewed(
    tmp_path: Path, knowledge: Knowledge
) -> None:
    versions = ((HALF_BUILT, None), (HALF_BUILT, EXAMINATION), (HALF_BUILT.replace(*DEARER), EXAMINATION))
    with held(tmp_path / "registry") as registry:
        for minute, (text, examination) in enumerate(versions):
            submit(registry, assessed(knowledge, text, examination), at(minute))
    with clients(tmp_path / "registry") as (_, found):
        trends = {
            kind: classed(page(found["office"], f"/?result={kind}"), "trend") for kind in ("SelfAssessed", "Verified")
        }
    told = {kind: len(trend.attrib["aria-label"].split(" → ")) for kind, (trend,) in trends.items()}
    assert told == {"SelfAssessed": 3, "Verified": 2}


def test_of_what_nobody_reviewed_no_share_is_verified(readers: Clients) -> None:
    client = readers["office"]
    rows = client.get("/heat.json?result=Verified").json()["rows"]
    blank = {row["href"].rpartition("/")[2]: set(row["values"]) == {None} for row in rows}
    reviewed = {"sd-wood-2025", "access"}
    assert blank == {name: name not in reviewed for name in (*reviewed, "gone", "small", *HIDDEN)}
    # What most of them lack is counted among those that were reviewed.
    assert {number for *_, number in lacking(page(client, "/?result=Verified"))} == {"2"}


# ---- Filters, order, pages ----


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?q=WOOD", ["sd-wood-2025"]),
        ("?status=unpublished", ["gone", *HIDDEN]),
        ("?status=examined", ["sd-wood-2025", "access"]),
        ("?year=2025", ["sd-wood-2025", "access"]),
        ("?year=1999", []),
        ("?q=hidden&status=published", []),
        ("?sort=identifier", ["access", "gone", "hidden-one", "hidden-two", "sd-wood-2025", "small"]),
        ("?sort=-identifier&status=published", ["small", "sd-wood-2025", "access"]),
        ("?sort=bound&year=2025", ["access", "sd-wood-2025"]),
        ("?page=2", []),
        ("?q=&year=&status=&result=&sort=&page=&q=", None),
    ],
)
def test_an_address_says_which_projects_in_which_order(
    readers: Clients, query: str, expected: list[str] | None
) -> None:
    everything = listed(readers["office"])
    assert listed(readers["office"], query) == (everything if expected is None else expected)


def test_each_choice_of_a_filter_gives_as_many_projects_as_it_says(readers: Clients) -> None:
    tree = page(readers["office"], "/")
    for facet in ("city", "industry"):
        options = [one for one in by_id(tree, f"f-{facet}").iter("option") if one.attrib["value"]]
        assert options
        for option in options:
            number = int(text_of(option).rpartition("(")[2].rstrip(")"))
            assert len(listed(readers["office"], f"?{facet}={option.attrib['value']}")) == number


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "page=٣", "sort=nonsense", "result=Best", "status=odd", f"q={'x' * 201}"]
)
def test_what_an_address_cannot_ask_for_is_a_named_error(readers: Clients, query: str) -> None:
    answer = readers["public"].get(f"/?{query}", headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert "BadRequest" in answer.text


def test_a_language_is_kept_in_links(readers: Clients) -> None:
    found = links(page(readers["office"], "/?lang=en"))
    inside = [
        one for one in found if one.startswith("/") and not one.startswith(("/dumps", "/openapi", "/index.", "/api"))
    ]
    assert {parse_qs(urlsplit(one).query)["lang"][0] for one in inside} == {"en", "zh"}
    assert not [one for one in links(page(readers["office"], "/")) if "lang=zh" in one]


# ---- The heat map, and what most lack ----


def test_the_heat_map_has_the_attainments_of_the_indicators(readers: Clients) -> None:
    heat: Any = readers["office"].get("/heat-all.json?result=SelfAssessed").json()
    (row,) = [one for one in heat["rows"] if one["href"] == "/projects/sd-wood-2025"]
    assessment = readers["office"].get("/api/projects/sd-wood-2025/assessment").json()["assessments"][0]
    shares = {one["notation"]: one["results"]["SelfAssessed"]["attainment"] for one in assessment["scores"]}
    expected = [None if shares[one["code"]] is None else shares[one["code"]] * 100 for one in heat["columns"]]
    assert len(heat["columns"]) == 22
    assert row["values"] == pytest.approx(expected, abs=0.56)


def test_the_heat_map_of_all_projects_has_a_table_of_the_same_numbers(readers: Clients) -> None:
    heat: Any = readers["office"].get("/heat-all.json?result=SelfAssessed").json()
    (table,) = page(readers["office"], "/heat?result=SelfAssessed").iter("table")
    rows = [[text_of(cell) for cell in row] for row in table.iter("tr")][1:]
    shown = [["–" if one is None else str(one) for one in row["values"]] for row in heat["rows"]]
    assert [row[1:] for row in rows] == shown
    assert [row[0] for row in rows] == [row["name"] for row in heat["rows"]]


def test_what_most_projects_lack_is_counted_over_all_of_them(readers: Clients) -> None:
    tree = page(readers["office"], "/?result=SelfAssessed")
    failing: dict[str, int] = {}
    for name in listed(readers["office"]):
        scores = readers["office"].get(f"/api/projects/{name}/assessment").json()["assessments"][0]["scores"]
        for one in scores:
            if one["results"]["SelfAssessed"]["outcome"] in ("failed", "cantTell"):
                failing[one["notation"]] = failing.get(one["notation"], 0) + 1
    shown = {name.split()[0]: int(missing) for name, _, missing, _ in lacking(tree)}
    assert len(shown) == 12
    assert min(shown.values()) >= sorted(failing.values())[-12]
    assert all(failing[name] == number for name, number in shown.items())


def test_the_page_is_fresh_or_not_changed(readers: Clients) -> None:
    first = readers["public"].get("/", headers={"Accept": "text/html"})
    tag = {"If-None-Match": first.headers["etag"].replace("-gzip", ""), "Accept": "text/html"}
    assert readers["public"].get("/", headers=tag).status_code == 304
    assert readers["office"].get("/", headers=tag).status_code == 200
    assert json.loads(readers["public"].get("/heat.json").text)["columns"]
