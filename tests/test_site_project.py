"""The pages of a project: what the API tells of it, as its reader may see it, with marks, words and links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from starlette.testclient import TestClient

from danao.knowledge import Knowledge
from tests.api import HIDDEN, RESTRICTED, Clients, clients, copied_registry
from tests.linked import MEDIA_TYPES
from tests.sites import by_id, classed, links, page, parsed, text_of

PARTS = ("", "/evidence", "/history", "/why/6-1-5", "/why/6-1-5-trusted-certification")
OUTCOMES = {"passed": "已满足", "cantTell": "存疑", "failed": "未满足", "inapplicable": "不适用"}


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Iterator[Clients]:
    with clients(copied_registry(tmp_path_factory, knowledge)) as (_, found):
        yield found


def scores_of(client: TestClient, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/api/projects/{name}/assessment").json()["assessments"][0]["scores"]
    return found


@pytest.mark.parametrize("reader", ["public", "submitter", "office"])
def test_a_page_shows_every_outcome_that_the_api_tells(readers: Clients, reader: str) -> None:
    scores = scores_of(readers[reader], "access")
    tree = page(readers[reader], "/projects/access")
    requirements = classed(tree, "requirement")
    expected = [
        [OUTCOMES[one["results"][kind]["outcome"]] for kind in ("Verified", "SelfAssessed")]
        for one in scores
        if "reasons" in one["results"]["Verified"]
    ]
    shown = [[text_of(mark) for mark in classed(one, "outcome")] for one in requirements]
    assert shown == expected
    # Each outcome has a sign beside its word.
    assert all(
        list(mark.iter("{http://www.w3.org/2000/svg}use")) for one in requirements for mark in classed(one, "outcome")
    )


def test_totals_are_those_of_the_assessment_each_by_its_name(readers: Clients) -> None:
    whole = scores_of(readers["office"], "sd-wood-2025")[0]
    totals = classed(page(readers["office"], "/projects/sd-wood-2025"), "total")
    for total, kind, word in zip(totals, ("Verified", "SelfAssessed"), ("核定", "自评"), strict=True):
        result = whole["results"][kind]
        (figure,) = classed(total, "points")
        assert float(text_of(figure)) == pytest.approx(result["points"], abs=0.005)
        assert text_of(classed(total, "kind")[0]) == word
        counts = [text_of(one) for one in classed(total, "counts")[0]]
        assert counts == [f"{OUTCOMES[name]} {result[name]}" for name in OUTCOMES]


def test_the_tree_has_the_elements_in_their_order_at_their_depth(readers: Clients) -> None:
    scores = scores_of(readers["office"], "access")
    tree = by_id(page(readers["office"], "/projects/access"), "tree")
    shown = [text_of(one) for one in classed(tree, "notation")]
    assert shown == [one["notation"] for one in scores[1:]]
    depth = max(one["depth"] for one in scores if "reasons" not in one["results"]["Verified"])
    path = "./ul/li/details" + "/div/ul/li/details" * (depth - 1)
    assert len(tree.findall(path)) == sum(
        one["depth"] == depth and "reasons" not in one["results"]["Verified"] for one in scores
    )


# ---- Access ----


@pytest.mark.parametrize("part", PARTS)
def test_what_is_restricted_is_shown_to_nobody_who_may_not_see_it(readers: Clients, part: str) -> None:
    for reader in ("public", "other"):
        answer = readers[reader].get(f"/projects/access{part}", headers={"Accept": "text/html"})
        assert answer.status_code == 200
        assert not [node for node in RESTRICTED if node in unquote(answer.text)]
    assert readers["office"].get(f"/projects/access{part}").status_code == 200


@pytest.mark.parametrize("part", [*PARTS, "/gaps", "/difference"])
@pytest.mark.parametrize("name", [*HIDDEN, "gone", "no-such"])
def test_a_project_that_one_may_not_see_is_as_if_it_were_not_there(readers: Clients, name: str, part: str) -> None:
    answer = readers["public"].get(f"/projects/{name}{part}")
    assert (answer.status_code, answer.json()["title"]) == (404, "UnknownProject")


@pytest.mark.parametrize(("part", "status"), [("/gaps", 403), ("/difference", 403)])
def test_what_takes_the_whole_is_refused_to_the_public(readers: Clients, part: str, status: int) -> None:
    assert readers["public"].get(f"/projects/small{part}").status_code == status
    assert not [one for one in links(page(readers["public"], "/projects/small")) if one.endswith(part)]
    assert readers["office"].get(f"/projects/small{part}").status_code == 200


def test_what_is_seen_is_marked(readers: Clients) -> None:
    hidden = page(readers["office"], "/projects/hidden-one")
    assert classed(hidden, "unpublished")
    assert classed(hidden, "warn")
    public = page(readers["public"], "/projects/access")
    assert not classed(public, "restricted")
    assert "限制公开" in text_of(classed(public, "notice")[0])


def test_evidence_that_the_public_does_not_see_is_marked(readers: Clients) -> None:
    # Of two pieces it is stated; the third belongs to a metric of which it is.
    marked = {
        text_of(row.find("th")).partition("-title-mark")[0]: bool(classed(row, "restricted"))
        for row in page(readers["office"], "/projects/access/evidence").iter("tr")
        if row.attrib.get("id", "").startswith("evidence-")
    }
    restricted, open_ = ("report", "rules", "audit"), ("screens", "survey")
    assert marked == {one: one in restricted for one in (*restricted, *open_)}
    assert not classed(page(readers["public"], "/projects/access/evidence"), "restricted")


# ---- Why, evidence, gaps, history ----


def test_why_is_a_page_and_for_scripts_a_part_of_one(readers: Clients) -> None:
    path = "/projects/sd-wood-2025/why/6-1-2-governance"
    whole = page(readers["office"], path)
    part = readers["office"].get(path, headers={"HX-Request": "true"})
    fragment = parsed(f"<!DOCTYPE html><html><head><title>x</title></head><body>{part.text}</body></html>")
    told = readers["office"].get("/api/projects/sd-wood-2025/explain/6-1-2-governance").json()
    element = told["explanations"][0]["element"]
    for tree in (whole, fragment):
        said = text_of(tree)
        assert element["definition"]["zh"] in said
        for kind in ("SelfAssessed", "Verified"):
            for claim in element["outcomes"][kind]["claims"]:
                assert all(triple["text"]["zh"] in said for triple in claim["triples"])
                assert all(piece["title"]["zh"] in said for piece in claim["evidence"])
    assert "<main" not in part.text


def test_every_why_of_a_page_answers(readers: Clients) -> None:
    found = [one for one in links(page(readers["office"], "/projects/access")) if "/why/" in one]
    assert len(found) == len(scores_of(readers["office"], "access")) - 1
    for one in found[::25]:
        page(readers["office"], one)
    assert readers["office"].get("/projects/access/why/no-such").status_code == 404


def test_evidence_is_listed_with_what_it_supports(readers: Clients) -> None:
    tree = page(readers["office"], "/projects/sd-wood-2025/evidence")
    named = readers["office"].get("/api/projects/sd-wood-2025/explain/6").json()["explanations"][0]["element"]

    def pieces(element: dict[str, Any]) -> Iterator[str]:
        for outcome in element.get("outcomes", {}).values():
            yield from (piece["title"]["zh"] for claim in outcome["claims"] for piece in claim["evidence"])
        for part in element.get("parts", ()):
            yield from pieces(part)

    said = text_of(tree)
    assert set(pieces(named))
    assert all(title in said for title in set(pieces(named)))
    anchors = {urlsplit(one).fragment for one in links(tree) if "#e-" in one}
    ids = {one.attrib.get("id") for one in page(readers["office"], "/projects/sd-wood-2025").iter()}
    assert anchors
    assert anchors <= ids


def test_gaps_stand_in_the_order_of_the_api(readers: Clients) -> None:
    told = readers["office"].get("/api/projects/access/gaps?result=Verified").json()["projects"][0]
    tree = page(readers["office"], "/projects/access/gaps?result=Verified")
    codes = [one.rpartition("/")[2] for one in links(tree) if "/why/" in one]
    assert codes == [gap["iri"].rpartition("/")[2] for gap in told["gaps"]]


def test_history_tells_versions_and_leads_to_their_difference(readers: Clients) -> None:
    office = page(readers["office"], "/projects/small/history")
    assert [one.attrib["value"] for one in by_id(office, "from").iter("option")] == ["1", "2", "3"]
    assert "第 1 版" not in text_of(page(readers["public"], "/projects/small/history"))
    changed = page(readers["office"], "/projects/small/difference?from=2&to=3")
    assert "改名后的木业链" in text_of(changed)
    page(readers["office"], "/projects/small?version=1")
    assert readers["office"].get("/projects/small?version=9").status_code == 404
    assert readers["office"].get("/projects/small?version=x").status_code == 400


def test_the_chain_is_what_the_description_states(readers: Clients) -> None:
    tree = page(readers["office"], "/projects/sd-wood-2025")
    (segments,) = classed(tree, "segments")
    ids = {one.attrib["id"] for one in segments}
    below = {name for one in segments for name in one.attrib["data-downstream"].split()}
    assert len(ids) == 7
    assert below <= ids
    assert "人造板制造" in text_of(segments)


def test_a_project_can_be_taken_in_every_form(readers: Clients) -> None:
    found = [
        one
        for one in links(page(readers["public"], "/projects/access"))
        if one.rpartition(".")[2] in {"ttl", "jsonld", "nt", "rdf", "trig"} and "/doc/" in one
    ]
    assert len(found) == 10
    for one in found:
        assert readers["public"].get(one).status_code == 200


def test_the_report_is_one_file_for_whoever_sees_the_whole(readers: Clients) -> None:
    answer = readers["office"].get("/projects/sd-wood-2025/report?lang=en")
    assert answer.headers["content-disposition"] == 'attachment; filename="sd-wood-2025-en.html"'
    assert "<script" not in answer.text
    assert "Example wood panel industrial brain" in answer.text
    assert readers["public"].get("/projects/sd-wood-2025/report").status_code == 403


# ---- Downloads ----


@pytest.mark.parametrize(
    ("reader", "path"),
    [
        ("public", "/projects/access"),
        ("public", "/projects/small"),
        ("other", "/projects/small"),
        ("other", "/projects/small?version=1"),
        ("office", "/projects/small?version=2"),
        ("office", "/projects/access"),
    ],
)
def test_an_assessment_is_to_be_had_in_every_form_of_any_version(readers: Clients, reader: str, path: str) -> None:
    (named,) = classed(page(readers[reader], path), "downloads")
    addresses = links(named)
    answers = {address: readers[reader].get(address) for address in addresses}
    assert {address: answer.status_code for address, answer in answers.items()} == dict.fromkeys(addresses, 200)
    kinds = {answer.headers["content-type"].partition(";")[0] for answer in answers.values()}
    machine = {"application/json", *MEDIA_TYPES.values()}
    assert kinds == machine | (set() if reader == "public" else {"text/html"})
