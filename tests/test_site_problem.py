"""Errors for people: a page that says what problem details say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import SKOS
from starlette.testclient import TestClient

from danao import errors
from danao.web.app import create_app
from tests.sites import classed, links, parsed, text_of
from tests.web import BASE, serving

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    registry: Path = tmp_path_factory.mktemp("empty") / "registry"
    with serving(registry) as service:
        yield TestClient(create_app(service), base_url=BASE)


@pytest.mark.parametrize("path", ["/projects/nobody", "/nothing/<b>&", "/?page=0", "/doc/open/%2e%2e/x", "/entry/9"])
def test_a_browser_is_told_in_words_what_a_machine_is_told(client: TestClient, path: str) -> None:
    told = client.get(path).json()
    for lang in ("zh", "en"):
        answer = client.get(path, headers={**BROWSER, "Accept-Language": lang})
        assert answer.status_code == told["status"]
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["cache-control"] == "no-store"
        tree = parsed(answer.text)
        (fault,) = classed(tree, "fault")
        for said in (told["message"][lang], told["fix"][lang], told["title"]):
            assert " ".join(said.split()) in text_of(fault)
        assert [one for one in links(tree) if one.startswith("/")]


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html;q=0.5,application/json", ""])
def test_whoever_does_not_ask_for_a_page_gets_problem_details(client: TestClient, accept: str) -> None:
    answer = client.get("/projects/nobody", headers={"Accept": accept})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "UnknownProject"


def names_below(kind: type[errors.DanaoError]) -> set[str]:
    """The names of an error and of all below it."""
    return {kind.__name__}.union(*(names_below(one) for one in kind.__subclasses__()))


def test_the_type_of_problem_details_leads_to_what_the_name_means(client: TestClient) -> None:
    address, _, part = client.get("/projects/nobody").json()["type"].partition("#")
    for lang, fix in (("zh", "改法："), ("en", "Fix: ")):
        answer = client.get(address, headers={**BROWSER, "Accept-Language": lang})
        assert answer.status_code == 200
        (section,) = (one for one in parsed(answer.text).iter("section") if one.get("id") == part)
        assert "UnknownProject" in text_of(section)
        assert fix in text_of(section)


def test_every_error_has_a_part_of_the_page_and_is_a_concept_for_machines(client: TestClient) -> None:
    every = names_below(errors.DanaoError)
    assert {"DanaoError", "NotFound", "StoreAnswer", "KnowledgeError"} <= every
    parts = {one.get("id") for one in parsed(client.get("/errors", headers=BROWSER).text).iter("section")}
    assert {name.lower() for name in every} <= parts
    for suffix, form in (("ttl", "turtle"), ("nt", "nt"), ("rdf", "xml")):
        graph = rdflib.Graph()
        graph.parse(data=client.get(f"/errors.{suffix}").text, format=form)
        notations = {str(name): str(one) for one, name in graph.subject_objects(SKOS.notation)}
        assert {name: notations[name] for name in every} == {name: f"{BASE}errors#{name.lower()}" for name in every}
        for one in notations.values():
            said = {
                text.language
                for text in graph.objects(rdflib.URIRef(one), SKOS.definition)
                if isinstance(text, rdflib.Literal)
            }
            assert said == {"zh", "en"}
    assert client.get("/errors", headers={"Accept": "application/ld+json"}).json()["@id"] == f"{BASE}errors"
    assert client.get("/errors.csv").status_code == 404


def test_a_page_of_a_problem_leads_to_what_its_name_means(client: TestClient) -> None:
    tree = parsed(client.get("/projects/nobody?lang=en", headers=BROWSER).text)
    assert "/errors?lang=en#unknownproject" in links(tree)


def test_a_page_says_where_it_says_how_to_go_on(client: TestClient) -> None:
    tree = parsed(client.get("/projects/nobody?lang=en", headers=BROWSER).text)
    assert {"/?lang=en", "/sign-in?lang=en"} <= set(links(tree))
