"""Competency questions over HTTP: the answers derived by hand, in every form, to whoever may see what they rest on."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

import html5lib
import pytest
from httpx2 import Response
from jsonschema import Draft202012Validator
from pyoxigraph import Literal, NamedNode
from starlette.testclient import TestClient

from danao.formats.schemas import read_schema
from danao.heads import Question
from danao.namespaces import XSD
from danao.pipeline import Assessment
from danao.registry.submit import publish, submit
from danao.web.readers import PUBLIC
from tests.asking import OFFICE
from tests.registering import BASE, at, held
from tests.test_questions import EACH, SHIPPED, Case, assessments, shown
from tests.web import app_for, serving

# A fixture of another module.
__all__ = ["assessments"]

# Nobody submits what could not be scored.
ASKED = [case for case in EACH if case.question != "projects-that-could-not-be-scored"]
PUBLISHED = ("alpha", "beta")
# Values of parameters that have to be given, by name, or by name and kind.
NEEDED = {"least": "0", "before": "2027-01-01", "type": "danao:Agreement", "first project": "alpha"}
NEEDED |= {"second project": "beta", "first term": "6.1.5", "second term": "6.1.4"}


@pytest.fixture(scope="module")
def clients(
    assessments: list[Assessment], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, TestClient]]:
    """The projects of the cases, two of them published, as the office and everyone ask for them."""
    folder = tmp_path_factory.mktemp("questions") / "registry"
    with held(folder) as registry:
        for minute, one in enumerate(one for one in assessments if not one.violated):
            submit(registry, one, at(minute))
            if one.description.identifier in PUBLISHED:
                publish(registry, one.description.identifier, at(minute))
    with serving(folder) as service:
        readers = {"office": OFFICE, "everyone": PUBLIC}
        yield {name: TestClient(app_for(service, reader), base_url=BASE[:-1]) for name, reader in readers.items()}


@pytest.fixture
def office(clients: Mapping[str, TestClient]) -> TestClient:
    return clients["office"]


@pytest.fixture
def everyone(clients: Mapping[str, TestClient]) -> TestClient:
    return clients["everyone"]


def needed(question: Question) -> dict[str, str]:
    """Values of the parameters that a question takes at the least."""
    required = [one for one in question.parameters if one.required]
    return {one.name: NEEDED.get(one.name) or NEEDED[f"{one.name} {one.kind}"] for one in required}


def told(cell: dict[str, Any] | None) -> str:
    """A cell as the cases write it."""
    if cell is None:
        return "-"
    if "iri" in cell:
        return shown(NamedNode(cell["iri"]))
    return shown(Literal(cell["value"], datatype=NamedNode(XSD + cell["type"])))


def bad(answer: Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["title"]


# ---- Answers ----


@pytest.mark.parametrize("case", ASKED, ids=lambda case: case.name)
def test_the_office_has_the_answer_derived_by_hand(case: Case, office: TestClient) -> None:
    answer = office.get(f"/questions/{case.question}.json", params=dict(case.given))
    assert answer.status_code == 200, answer.text
    view = answer.json()
    names = [column["name"] for column in view["columns"]]
    assert tuple(tuple(told(row[name]) for name in names) for row in view["rows"]) == case.rows
    Draft202012Validator(read_schema("danao-answer/1")).validate(view)


def test_everyone_has_answers_from_what_is_published_and_nothing_else(everyone: TestClient, office: TestClient) -> None:
    ranking = everyone.get("/questions/ranking.json").json()
    assert ranking["projects"] == len(PUBLISHED)
    projects = {row["project"]["notation"] for row in ranking["rows"]}
    assert projects == set(PUBLISHED)
    for question in SHIPPED:
        answer = everyone.get(f"/questions/{question.name}.json", params=needed(question))
        assert answer.status_code == 200, answer.text
        assert [name for name in ("gamma", "epsilon") if f"/id/{name}/" in answer.text] == [], question.name
    assert office.get("/questions/ranking.json").json()["projects"] == 4


def test_the_same_answer_is_to_be_had_in_every_form(office: TestClient) -> None:
    view = office.get("/questions/ranking", headers={"Accept": "application/json"}).json()
    text = office.get("/questions/ranking", headers={"Accept": "text/csv"})
    assert text.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(text.content.decode("utf-8-sig"))))
    assert len(rows) == len(view["rows"]) + 1
    page = office.get("/questions/ranking", headers={"Accept": "text/html"})
    root = html5lib.parse(page.text, namespaceHTMLElements=False)
    assert len(root.findall(".//tbody/tr")) == len(view["rows"])
    for suffix, other in (("json", json.dumps(view)), ("csv", text.text), ("html", page.text)):
        again = office.get(f"/questions/ranking.{suffix}")
        assert again.status_code == 200
        assert suffix != "json" or json.dumps(again.json()) == other


def test_an_answer_that_the_client_has_is_not_made_again(office: TestClient) -> None:
    first = office.get("/questions/ranking.json?result=self")
    tag = first.headers["etag"]
    assert first.headers["content-location"] == "/questions/ranking.json?result=self"
    assert office.get("/questions/ranking.json?result=self", headers={"If-None-Match": tag}).status_code == 304
    assert office.get("/questions/ranking.json", headers={"If-None-Match": tag}).status_code == 200


# ---- The list and the pages ----


def test_all_questions_are_listed(everyone: TestClient) -> None:
    listed = everyone.get("/questions.json").json()
    assert [one["question"] for one in listed["questions"]] == [one.name for one in SHIPPED]
    page = html5lib.parse(everyone.get("/questions", headers={"Accept": "text/html"}).text, namespaceHTMLElements=False)
    links = {link.get("href") for link in page.iter("a")}
    assert {f"/questions/{one.name}" for one in SHIPPED} <= links


def test_every_link_of_a_page_leads_somewhere(everyone: TestClient) -> None:
    page = everyone.get("/questions/ranking.html?lang=en&result=self")
    root = html5lib.parse(page.text, namespaceHTMLElements=False)
    links = {one.get("href", "") for one in root.findall(".//main//a")}
    forms = {one.get("href", "") for one in root.iter("a") if one.get("rel") == "alternate"}
    assert len(links) > 3
    assert forms == {"/questions/ranking.json?result=self", "/questions/ranking.csv?result=self"}
    assert {link for link in links | forms if everyone.get(link).status_code != 200} == set()


def test_a_page_asks_for_what_is_missing_and_machines_are_told(everyone: TestClient) -> None:
    page = everyone.get("/questions/expiring-evidence", headers={"Accept": "text/html"})
    root = html5lib.parse(page.text, namespaceHTMLElements=False)
    fields = {one.get("name"): one.get("type") for one in root.iter("input")}
    assert fields["before"] == "date"
    assert root.find(".//tbody") is None
    assert bad(everyone.get("/questions/expiring-evidence.json")) == (400, "UsageError")


@pytest.mark.parametrize("address", ["nothing", "nothing.json", "ranking.ttl", "ranking.", "ranking.json.csv"])
def test_what_is_no_question_or_no_form_of_one_is_not_found(address: str, everyone: TestClient) -> None:
    assert everyone.get(f"/questions/{address}").status_code == 404


# ---- Parameters ----


def test_a_parameter_that_is_wrong_is_told_by_the_name_that_the_command_line_tells(office: TestClient) -> None:
    assert bad(office.get("/questions/ranking.json?nothing=1")) == (400, "UsageError")
    assert bad(office.get("/questions/ranking.json?element=9.9.9"))[0] == 400
    assert bad(office.get("/questions/expiring-evidence.json?before=tomorrow")) == (400, "UsageError")
    assert bad(office.get("/questions/projects-at-or-above.json?least=many")) == (400, "UsageError")
    assert bad(office.get("/questions/ranking.json?result=self&result=verified")) == (400, "BadRequest")
    assert office.get("/questions/ranking.json?result=&lang=en").status_code == 200


INJECTED = [
    "self } UNION { ?s ?p ?o",
    '" || true) } UNION { GRAPH ?g { ?s ?p ?o } } #',
    "UNDEF) (<https://danao.example/view/office>",
    "\\u0022 . ?s ?p ?o\n\r\x00 SERVICE <http://127.0.0.1:1/> {}",
]


@pytest.mark.parametrize("text", INJECTED)
def test_nothing_can_be_written_into_a_question_by_its_parameters(text: str, everyone: TestClient) -> None:
    for question in SHIPPED:
        for parameter in question.parameters:
            given = needed(question) | {parameter.name: text}
            answer = everyone.get(f"/questions/{question.name}.json", params=given)
            assert answer.status_code == 400 or (answer.status_code == 200 and parameter.kind == "text")
            assert "/id/gamma/" not in answer.text
