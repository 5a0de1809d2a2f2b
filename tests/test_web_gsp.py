"""Graphs by the SPARQL 1.1 Graph Store HTTP Protocol, as far as it reads."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from pyoxigraph import RdfFormat, Triple, parse

from tests.asking import Asker, Registered
from tests.registering import BASE

FORMS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}


@pytest.fixture(scope="module")
def public(two_projects: Registered) -> Iterator[Asker]:
    with two_projects.serving() as service:
        yield two_projects.asker(service)


def facts(graph: str, public: Asker) -> set[Triple]:
    return set(public.service.copies.latest().store.facts(graph))


@pytest.mark.parametrize("media_type", FORMS)
@pytest.mark.parametrize("name", ["publication", "view/public", "catalogue/public"])
def test_a_graph_is_read_whole_in_every_form(name: str, media_type: str, public: Asker) -> None:
    graph = public.graph if name == "publication" else BASE + name
    answer = public.client.get("/graphs", params={"graph": graph}, headers={"Accept": media_type})
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media_type)
    found = {quad.triple for quad in parse(answer.content, format=FORMS[media_type])}
    assert found == facts(graph, public)
    assert found


def test_turtle_is_sent_to_whoever_says_nothing(public: Asker) -> None:
    answer = public.client.get("/graphs", params={"graph": public.graph}, headers={"Accept": "*/*"})
    assert answer.headers["content-type"].startswith("text/turtle")
    assert "@prefix" in answer.text
    assert "Accept" in answer.headers["vary"]


def test_the_head_is_that_of_the_graph_without_it(public: Asker) -> None:
    address, plain = f"/graphs?graph={quote(public.graph)}", {"Accept-Encoding": "identity"}
    whole, head = public.client.get(address, headers=plain), public.client.head(address, headers=plain)
    assert head.status_code == 200
    names = ("content-type", "etag", "last-modified", "vary", "cache-control")
    assert {name: head.headers[name] for name in names} == {name: whole.headers[name] for name in names}


def test_a_graph_that_the_client_has_is_not_sent_again(public: Asker) -> None:
    tag = public.client.get("/graphs?default").headers["etag"]
    again = public.client.get("/graphs?default", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    other = public.client.get("/graphs", params={"graph": public.graph}, headers={"If-None-Match": tag})
    assert other.status_code == 200
    xml = public.client.get("/graphs?default", headers={"If-None-Match": tag, "Accept": "application/rdf+xml"})
    assert xml.status_code == 200


@pytest.mark.parametrize("address", ["/graphs", "/graphs?default&graph=urn:x", "/graphs?graph=a:a&graph=a:b"])
def test_one_graph_is_asked_for_at_a_time(address: str, public: Asker) -> None:
    answer = public.client.get(address)
    assert (answer.status_code, answer.json()["title"]) == (400, "BadRequest")


def test_a_form_that_there_is_not_is_not_acceptable(public: Asker) -> None:
    answer = public.client.get("/graphs?default", headers={"Accept": "text/csv"})
    assert (answer.status_code, answer.json()["title"]) == (406, "NotAcceptable")


@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH", "DELETE"])
def test_nothing_is_written_and_it_is_said_how_it_would_be(method: str, public: Asker) -> None:
    before = facts(public.graph, public)
    answer = public.client.request(method, "/graphs", params={"graph": public.graph}, content=b"<a:a> <a:b> <a:c> .")
    assert (answer.status_code, answer.json()["title"]) == (405, "WrongMethod")
    assert answer.headers["allow"] == "GET, HEAD"
    assert "submission" in answer.json()["fix"]["en"]
    assert facts(public.graph, public) == before
