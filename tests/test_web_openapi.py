"""The OpenAPI is honest: every answer that routes give is one that it describes, and it describes all of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from jsonschema import Draft202012Validator

from danao.formats.schemas import schema_names
from danao.knowledge import Knowledge
from danao.web.api import auditing, comparing, files, projects, standard, stateless, writing
from danao.web.api.openapi import openapi_of, operations, references
from tests.api import HALF_BUILT, HALF_BUILT_EXAMINATION, Clients, clients, copied_registry
from tests.registering import SMALL
from tests.test_formats import FORMAT_OF, NO_DATE, VOCABULARY, Mark, Schema, faults

TURTLE, JSON, PROBLEM = "text/turtle", "application/json", "application/problem+json"


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Iterator[Clients]:
    with clients(copied_registry(tmp_path_factory, knowledge)) as (_, found):
        yield found


@pytest.fixture(scope="module")
def described(ask: Clients) -> dict[str, Any]:
    found: dict[str, Any] = ask["public"].get("/openapi.json").json()
    return found


# Requests by operation: the path with its query, headers, and what is sent. Each operation has good and bad ones.
GET: dict[str, tuple[tuple[str, dict[str, str]], ...]] = {
    "listProjects": (
        ("/api/projects", {}),
        ("/api/projects?size=2&page=2&sort=-Verified&published=true&q=a", {}),
        ("/api/projects?size=0", {}),
        ("/api/projects", {"Accept": TURTLE}),
    ),
    "getProject": (("/api/projects/access", {}), ("/api/projects/small", {}), ("/api/projects/hidden-two", {})),
    "getAssessment": (
        ("/api/projects/access/assessment", {}),
        ("/api/projects/sd-wood-2025/assessment", {}),
        ("/api/projects/sd-wood-2025/assessment", {"Accept": TURTLE}),
        ("/api/projects/small/assessment?version=1", {"Accept": "application/ld+json"}),
        ("/api/projects/small/assessment?version=9", {}),
        ("/api/projects/small/assessment?version=x", {}),
    ),
    "explainElement": (
        ("/api/projects/access/explain/6.1.5", {}),
        ("/api/projects/sd-wood-2025/explain/6.4.6", {}),
        ("/api/projects/access/explain/6.4.6/procurement-cost", {}),
        ("/api/projects/access/explain/nothing", {}),
    ),
    "listGaps": (
        ("/api/projects/access/gaps", {}),
        ("/api/projects/access/gaps?target=3&within=365&result=Verified", {}),
        ("/api/projects/access/gaps?target=-1", {}),
        ("/api/projects/hidden-two/gaps", {}),
    ),
    "getHistory": (
        ("/api/projects/gone/history", {}),
        ("/api/projects/small/history", {}),
        ("/api/projects/x/history", {}),
    ),
    "getDifference": (
        ("/api/projects/small/diff", {}),
        ("/api/projects/small/diff?from=1&version=2", {}),
        ("/api/projects/access/diff", {}),
        ("/api/projects/x/diff", {}),
    ),
    "compareProjects": (
        ("/api/compare?project=access&project=small", {}),
        ("/api/compare?project=access&project=hidden-two", {}),
        ("/api/compare?project=access", {}),
    ),
    "rankProjects": (
        ("/api/ranking", {}),
        ("/api/ranking?result=SelfAssessed", {}),
        ("/api/ranking?result=both", {}),
        ("/api/ranking", {"Accept": "text/html"}),
    ),
    "listQuestions": (("/questions.json", {}),),
    "askRanking": (
        ("/questions/ranking.json?result=self", {}),
        ("/questions/ranking.csv?result=", {}),
        ("/questions/ranking.json?result=nobody", {}),
        ("/questions/ranking.json?unknown=1", {}),
    ),
    "askExpiringEvidence": (
        ("/questions/expiring-evidence.csv?before=2027-01-01", {}),
        ("/questions/expiring-evidence.json", {}),
        ("/questions/expiring-evidence.json?before=20270101", {}),
        ("/questions/expiring-evidence.json?before=2027-01-01&before=2027-01-02", {}),
    ),
    "askProjectsAtOrAbove": (
        ("/questions/projects-at-or-above.json?least=60.5", {}),
        ("/questions/projects-at-or-above.json?least=sixty", {}),
    ),
    "getStandard": (("/api/standard", {}), ("/api/standard", {"Accept": TURTLE}), ("/api/standard", {"Accept": "a/b"})),
    "getConcept": (("/api/standard/6.1.5", {}), ("/api/standard/brain:IndustrialBrain", {}), ("/api/standard/-", {})),
}
SENT: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("", SMALL, {"Content-Type": TURTLE}),
    ("", SMALL, {"Content-Type": TURTLE, "Accept": TURTLE}),
    ("?as_of=2026-03-01", HALF_BUILT, {"Content-Type": TURTLE}),
    ("?as_of=never", SMALL, {"Content-Type": TURTLE}),
    ("", "<a", {"Content-Type": TURTLE}),
    ("", "a", {"Content-Type": "text/plain"}),
    ("", "", {"Content-Type": TURTLE}),
    ("", SMALL, {"Content-Type": TURTLE, "Accept": "image/png"}),
)
# Each query of a folder of questions is one.
QUESTIONS = [path.stem for path in (Path(__file__).parents[1] / "rules" / "questions").rglob("*.rq")]


def answer_schema(described: dict[str, Any], operation: str, status: int, media_type: str) -> dict[str, Any] | None:
    """What an operation says of an answer; it may not be silent on its status or its media type."""
    (found,) = [one for _, _, one in operations(described) if one["operationId"] == operation]
    content = found["responses"][str(status)].get("content", {})
    if not media_type:
        assert content == {}
        return None
    schema: dict[str, Any] = content[media_type]["schema"]
    return schema


def check(described: dict[str, Any], operation: str, answer: Any) -> int:  # noqa: ANN401 - an answer of a client
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    schema = answer_schema(described, operation, answer.status_code, media_type)
    if schema is not None and media_type in {JSON, PROBLEM}:
        whole = {**schema, "components": described["components"]}
        found = [f"{one.json_path}: {one.message}" for one in Draft202012Validator(whole).iter_errors(answer.json())]
        assert found == [], operation
    status: int = answer.status_code
    return status


@pytest.mark.parametrize("reader", ["public", "submitter", "office"])
def test_every_answer_to_reading_is_one_that_is_described(reader: str, ask: Clients, described: dict[str, Any]) -> None:
    for operation, requests in GET.items():
        for path, headers in requests:
            answer = ask[reader].get(path, headers=headers)
            if check(described, operation, answer) == 200:
                again = ask[reader].get(path, headers={**headers, "If-None-Match": answer.headers["etag"]})
                assert check(described, operation, again) == 304


@pytest.mark.parametrize("operation", ["validate", "assess"])
def test_every_answer_to_what_is_sent_is_one_that_is_described(
    operation: str, ask: Clients, described: dict[str, Any]
) -> None:
    statuses = {
        check(described, operation, ask["public"].post(f"/api/{operation}{query}", content=text, headers=headers))
        for query, text, headers in SENT
    }
    assert statuses == {200, 400, 406, 415, 422}
    form = {"description": ("d.ttl", HALF_BUILT, TURTLE), "examination": ("e.ttl", HALF_BUILT_EXAMINATION, TURTLE)}
    assert check(described, operation, ask["public"].post(f"/api/{operation}", files=form)) == 200


def test_every_operation_is_asked_here_and_has_a_name_of_its_own(described: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(described)]
    assert len(set(names)) == len(names)
    assert {*GET, "validate", "assess"} <= set(names)


def test_every_route_of_the_api_is_described(described: dict[str, Any]) -> None:
    modules = (stateless, projects, writing, files, comparing, standard, auditing)
    routes = [one for module in modules for one in module.routes.routes]
    found = {
        (f"/api{one.path}".replace(":path}", "}"), *(one.methods or ())) for one in routes if isinstance(one, APIRoute)
    }
    assert len(found) == len(routes)
    found |= {("/questions.json", "GET")} | {(f"/questions/{name}.{{form}}", "GET") for name in QUESTIONS}
    assert found == {(path, method.upper()) for path, item in described["paths"].items() for method in item}


def test_a_question_says_what_its_parameters_may_be(described: dict[str, Any]) -> None:
    def schemas(name: str) -> dict[str, tuple[bool, Any]]:
        found = described["paths"][f"/questions/{name}.{{form}}"]["get"]["parameters"]
        return {one["name"]: (one["required"], one["schema"]) for one in found}

    form, text = (True, {"type": "string", "enum": ["json", "csv"]}), (False, {"type": "string"})
    empty = {"type": "string", "maxLength": 0}
    assert schemas("longest-standing-capabilities")["before"] == (
        False,
        {"anyOf": [{"type": "string", "format": "date"}, empty]},
    )
    assert schemas("expiring-evidence")["before"] == (True, {"type": "string", "format": "date"})
    assert schemas("projects-at-or-above")["least"] == (True, {"type": "number"})
    assert schemas("ranking")["form"] == form
    assert schemas("ranking")["result"] == text
    assert schemas("evidence-of-type")["type"] == (True, {"type": "string", "minLength": 1})


def test_the_document_refers_to_what_is_in_it_only(described: dict[str, Any]) -> None:
    for reference in set(references(described)):
        part: Any = described
        for step in reference.removeprefix("#/").split("/"):
            part = part[step]
        assert part
    assert "HTTPValidationError" not in str(described)


def test_every_schema_of_the_document_is_one(described: dict[str, Any]) -> None:
    for schema in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_operation_says_what_it_is_and_what_may_go_wrong(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    for path, _, operation in operations(described):
        assert operation["summary"]
        assert operation["description"] != operation["summary"], path
        problems = {status for status, one in operation["responses"].items() if PROBLEM in one.get("content", {})}
        assert problems >= {"400", "401", "429", "500", "503"}
        assert problems == {status for status in operation["responses"] if status >= "400"}
        for parameter in operation.get("parameters", ()):
            assert parameter["description"], parameter


def test_the_document_is_the_same_each_time(ask: Clients, described: dict[str, Any]) -> None:
    app: Any = ask["office"].app
    assert openapi_of(app) == described


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_shows_every_operation_and_needs_nothing_from_elsewhere(
    lang: str, ask: Clients, described: dict[str, Any]
) -> None:
    answer = ask["public"].get(f"/api?lang={lang}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/html")
    for path, method, operation in operations(described):
        assert f'id="{operation["operationId"]}"' in answer.text
        assert f"{method.upper()} <code>{path}</code>" in answer.text
    loaded = re.findall('(?:src|href)="([^"]+)"', answer.text)
    assert [one for one in loaded if "//" in one] == []
    assert "style=" not in answer.text
    assert re.findall("<script(?![^>]* src=)", answer.text) == []
    texts = re.sub("<[^>]+>", "", answer.text)
    assert ("不保存" in texts) == (lang == "zh")


def test_everything_that_is_read_is_asked_for_without_its_body_too(ask: Clients) -> None:
    for requests in GET.values():
        path, headers = requests[0]
        headers = {**headers, "Accept-Encoding": "identity"}
        found, head = ask["public"].get(path, headers=headers), ask["public"].head(path, headers=headers)
        assert head.status_code == found.status_code, path
        assert head.headers.get("etag") == found.headers.get("etag")


# ---- The formats of the service ----

SERVED: dict[str, tuple[str, ...]] = {
    "danao-projects/1": ("listProjects",),
    "danao-project/1": ("getProject",),
    "danao-ranking/1": ("rankProjects",),
    "danao-comparison/1": ("compareProjects",),
}
# Looked at in tests/test_web_writing.py, where something is written.
WRITTEN = {"danao-submission/1", "danao-publication/1"}
READING = ("$defs/identity/namedBy", "value", json.dumps({"zh": "解读", "en": "reading"}))
# What the registry of these tests has no occasion for.
UNUSED: dict[str, set[Mark]] = {
    "danao-projects/1": set(),
    "danao-project/1": {VOCABULARY, READING},
    "danao-ranking/1": {("/rows/-/band", "alternative", "1")},
    "danao-comparison/1": {VOCABULARY, READING, NO_DATE, ("$defs/result/values/-", "alternative", "1")},
}


@pytest.mark.parametrize("name", SERVED)
def test_documents_of_the_service_use_all_of_their_schema(name: str, ask: Clients) -> None:
    schema, used = Schema(name), set()
    for operation in SERVED[name]:
        for path, headers in GET[operation]:
            for client in (ask["public"], ask["office"]):
                answer = client.get(path, headers=headers)
                if answer.status_code == 200:
                    assert answer.json()["format"] == name
                    assert faults(schema, answer.json()) == []
                    used |= schema.used(answer.json())
    assert schema.allowed() - used == UNUSED[name]


def test_every_format_is_printed_by_a_command_or_given_by_the_service() -> None:
    assert set(FORMAT_OF.values()) | set(SERVED) | WRITTEN == set(schema_names())
