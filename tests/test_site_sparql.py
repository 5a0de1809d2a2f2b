"""The page of the endpoint: an editor over a form that works without it; and the pages of questions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from danao.knowledge import Knowledge
from danao.namespaces import DANAO
from danao.questions import questions
from tests.api import Clients, clients, copied_registry
from tests.sites import BROWSER, addresses_of, main_of, page, rows_of, status, text_of

HOSTILE = "<script>alert(1)</script>{{ 7*7 }}"
SELECT = f'SELECT ?p ?t WHERE {{ VALUES (?p ?t) {{ (<{DANAO}Claim> "{HOSTILE}"@zh) }} }}'


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Iterator[Clients]:
    with clients(copied_registry(tmp_path_factory, knowledge)) as (_, found):
        yield found


@pytest.fixture
def visitor(asking: Clients) -> TestClient:
    return asking["public"]


def policy(visitor: TestClient, path: str) -> str:
    return visitor.get(path, headers=BROWSER).headers["content-security-policy"]


def asked(query: str) -> str:
    return f"/sparql?query={quote(query)}&_mediatype=text/html"


def test_this_page_alone_may_have_styles_of_its_own(visitor: TestClient) -> None:
    assert "'unsafe-inline'" in policy(visitor, "/sparql")
    assert policy(visitor, "/sparql").replace(" 'unsafe-inline'", "") == policy(visitor, "/questions")
    others = ("/", "/standard", "/ontology", "/compare", "/questions", "/questions/ranking", "/sparql.ttl")
    assert not [path for path in others if "unsafe" in policy(visitor, path)]


def test_the_editor_has_our_endpoint_and_the_prefixes_of_the_knowledge(visitor: TestClient) -> None:
    (place,) = [one for one in page(visitor, "/sparql").iter("div") if one.get("id") == "sparql"]
    assert place.get("data-endpoint") == "/sparql"
    assert json.loads(place.get("data-prefixes") or "")["danao"] == DANAO


@pytest.mark.parametrize("who", ["public", "office"])
def test_every_question_is_an_example_and_finds_what_its_page_finds(
    asking: Clients, knowledge: Knowledge, who: str
) -> None:
    client, root = asking[who], page(asking[who], "/sparql")
    assert {f"/questions/{one.name}" for one in questions(knowledge)} <= addresses_of(root)
    told = {_heading(one.get("data-query") or ""): one.get("data-query") for one in root.iter("button")}
    found = 0
    for one in questions(knowledge):
        query = told[f"{one.title.zh} | {one.title.en}"]
        if not any(parameter.required for parameter in one.parameters):
            rows = client.post("/sparql", data={"query": query}).json()["results"]["bindings"]
            expected = client.get(f"/questions/{one.name}.json").json()["rows"]
            assert len(rows) == len(expected), one.name
            found += len(rows)
    assert found > 100


def _heading(query: str) -> str:
    return query.partition("\n")[0].removeprefix("# Title: ")


def test_without_scripts_rows_are_a_table(visitor: TestClient) -> None:
    root = page(visitor, asked(SELECT))
    assert rows_of(root, "found") == [[f"{DANAO}Claim", HOSTILE]]
    assert "/def/danao/Claim" in addresses_of(root)
    (field,) = root.iter("textarea")
    assert field.text == SELECT


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ASK { ?a ?b ?c }", "结果 是"),
        ("ASK { <x:a> <x:b> <x:c> }", "结果 否"),
        ("SELECT * { <x:a> ?b ?c }", "没有符合的结果"),
    ],
)
def test_other_answers_are_said_in_words(visitor: TestClient, query: str, expected: str) -> None:
    assert expected in main_of(page(visitor, asked(query)))


def test_triples_are_shown_as_turtle(visitor: TestClient) -> None:
    root = page(visitor, asked("CONSTRUCT { <x:a> <x:b> ?n } WHERE { VALUES ?n { 7 } }"))
    (block,) = [one for one in root.iter("div") if one.get("class") == "highlight"]
    assert text_of(block) == "<x:a> <x:b> 7 ."


def test_a_query_that_is_none_is_a_fault(visitor: TestClient) -> None:
    assert status(visitor, asked("nonsense")) == 400


# ---- Questions ----


def test_every_question_has_its_page_with_all_that_it_says(visitor: TestClient, knowledge: Knowledge) -> None:
    all_of_them = questions(knowledge)
    assert {f"/questions/{one.name}" for one in all_of_them} <= addresses_of(page(visitor, "/questions"))
    for one in all_of_them[::4]:
        words = main_of(page(visitor, f"/questions/{one.name}?lang=en"))
        assert one.title.en in words
        assert all(" ".join(parameter.label.en.split()) in words for parameter in one.parameters)


def test_a_question_that_is_none_is_not_found(visitor: TestClient) -> None:
    assert [status(visitor, f"/questions/{name}") for name in ("nothing-such", "..%2Franking", "ranking.rq")] == [
        404
    ] * 3


def test_a_parameter_is_chosen_from_what_it_may_be(asking: Clients, knowledge: Knowledge) -> None:
    root = page(asking["public"], "/questions/evidence-of-type")
    lists = {one.get("name"): {option.get("value") for option in one.iter("option")} for one in root.iter("select")}
    assert lists["result"] == {"", "SelfAssessed", "Verified"}
    assert lists["type"] == {"", *(one.rpartition("#")[2] for one in knowledge.instances("EvidenceType"))}
    assert lists["project"] == {"", "sd-wood-2025", "access", "small"}
    assert [one.get("name") for one in root.iter("input") if one.get("name") == "place"] == ["place"]


@pytest.mark.parametrize("value", ["Agreement", "danao:Agreement", f"{DANAO}Agreement"])
def test_however_a_value_is_written_its_choice_is_the_one_that_is_made(visitor: TestClient, value: str) -> None:
    root = page(visitor, f"/questions/evidence-of-type?type={quote(value)}")
    chosen = [one.get("value") for one in root.iter("option") if one.get("selected") is not None]
    assert chosen == ["Agreement"]
    rows = visitor.get(f"/questions/evidence-of-type.json?type={quote(value)}").json()["rows"]
    assert len(rows_of(root, "answer")) == len(rows) > 0


def test_an_answer_is_to_be_had_as_json_and_csv(visitor: TestClient) -> None:
    links = addresses_of(page(visitor, "/questions/ranking?result=Verified"))
    forms = {link.partition("?")[0]: link for link in links if ".json" in link or ".csv" in link}
    assert set(forms) == {"/questions/ranking.json", "/questions/ranking.csv"}
    assert all("result=Verified" in link for link in forms.values())
    assert len(visitor.get(forms["/questions/ranking.json"]).json()["rows"]) == 3


def test_where_nothing_is_found_that_is_said(visitor: TestClient) -> None:
    assert "没有符合的结果" in main_of(page(visitor, "/questions/expiring-evidence?before=1999-01-01"))


def test_questions_of_the_field_stand_first(visitor: TestClient, knowledge: Knowledge) -> None:
    links = [one.get("href", "") for one in page(visitor, "/questions").iter("a")]
    listed = [link.removeprefix("/questions/") for link in links if link.startswith("/questions/")]
    own = sorted(knowledge.rules["questions/domain"])
    assert listed[: len(own)] == own
    assert Path(listed[-1]).name in knowledge.rules["questions/framework"]
