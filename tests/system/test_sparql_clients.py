"""What people ask SPARQL endpoints with, unmodified, against the service as it runs behind its port."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest
import uvicorn
from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, N3, POST, POSTDIRECTLY, RDFXML, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from danao.namespaces import DCTERMS
from danao.web.app import create_app
from danao.web.service import Service
from tests.asking import Asker, Registered

TITLES = f"SELECT ?title {{ ?s <{DCTERMS}title> ?title FILTER(CONTAINS(STR(?s), 'cluster')) }} ORDER BY ?title"
EXPECTED = ["Example cluster", "示例产业集群"]


@contextmanager
def running(service: Service) -> Iterator[str]:
    """The address of the service behind a port of the machine itself."""
    server = uvicorn.Server(uvicorn.Config(create_app(service), log_level="warning", lifespan="off"))
    # Only where the protocol is named are small packets sent at once.
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def asker(two_projects: Registered) -> Iterator[Asker]:
    with two_projects.serving() as service:
        yield two_projects.asker(service)


@pytest.fixture(scope="module")
def address(asker: Asker) -> Iterator[str]:
    with running(asker.service) as found:
        yield found


# ---- rdflib ----


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["xml", "json", "csv", "tsv"])
def test_rdflib_s_store_gets_rows(form: str, method: str, address: str) -> None:
    store = SPARQLStore(f"{address}/sparql", method=method, returnFormat=form)
    found = [str(row[0]) for row in Graph(store).query(TITLES)]  # type: ignore[index]
    assert found == EXPECTED


def test_rdflib_s_store_is_a_graph(address: str, asker: Asker) -> None:
    graph = Graph(SPARQLStore(f"{address}/sparql"))
    titles = {str(title) for title in graph.objects(None, URIRef(f"{DCTERMS}title"))}
    assert set(EXPECTED) <= titles
    expected = asker.rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0]["n"]
    assert len(graph) == int(expected)
    assert graph.query("ASK { ?s ?p ?o }").askAnswer is True
    made = graph.query(f"CONSTRUCT {{ ?s <{DCTERMS}title> ?o }} {{ ?s <{DCTERMS}title> ?o }}").graph
    assert made is not None
    assert set(EXPECTED) <= {str(title) for title in made.objects()}


def test_rdflib_s_store_finds_named_graphs(address: str, asker: Asker) -> None:
    names = Graph(SPARQLStore(f"{address}/sparql")).query("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
    assert asker.graph in {str(row[0]) for row in names}  # type: ignore[index]
    one = Graph(SPARQLStore(f"{address}/sparql"), identifier=URIRef(asker.graph))
    assert len(one) == len(asker.service.copies.latest().store.facts(asker.graph))


# ---- SPARQLWrapper ----


def asking(address: str, query: str, form: str, method: str = "GET") -> SPARQLWrapper:
    wrapper = SPARQLWrapper(f"{address}/sparql")
    wrapper.setQuery(query)
    wrapper.setReturnFormat(form)
    if method != "GET":
        wrapper.setMethod(POST)
    if method == "directly":
        wrapper.setRequestMethod(POSTDIRECTLY)
    return wrapper


def converted(wrapper: SPARQLWrapper) -> Any:  # noqa: ANN401 - whatever the form is converted to
    return wrapper.queryAndConvert()


@pytest.mark.parametrize("method", ["GET", "form", "directly"])
def test_sparqlwrapper_gets_rows(method: str, address: str) -> None:
    found = converted(asking(address, TITLES, JSON, method))
    assert [row["title"]["value"] for row in found["results"]["bindings"]] == EXPECTED
    xml = converted(asking(address, TITLES, XML, method))
    assert [node.firstChild.data for node in xml.getElementsByTagName("literal")] == EXPECTED
    rows = converted(asking(address, TITLES, CSV, method)).decode()
    assert rows.splitlines() == ["title", *EXPECTED]


# Its own use of rdflib.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_sparqlwrapper_gets_yes_or_no_and_triples(address: str) -> None:
    assert converted(asking(address, "ASK {}", JSON))["boolean"] is True
    query = f"CONSTRUCT {{ ?s <{DCTERMS}title> ?o }} {{ ?s <{DCTERMS}title> ?o }}"
    graph = converted(asking(address, query, RDFXML))
    assert set(EXPECTED) <= {str(title) for title in graph.objects()}
    for form in (TURTLE, N3):
        written = converted(asking(address, query, form)).decode()
        assert set(EXPECTED) <= {str(title) for title in Graph().parse(data=written, format="turtle").objects()}


def test_sparqlwrapper_names_graphs_and_is_told_what_is_wrong(address: str, asker: Asker) -> None:
    wrapper = asking(address, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", JSON)
    wrapper.addDefaultGraph(asker.graph)
    expected = len(asker.service.copies.latest().store.facts(asker.graph))
    assert converted(wrapper)["results"]["bindings"][0]["n"]["value"] == str(expected)
    with pytest.raises(QueryBadFormed):
        asking(address, "SELECT * { ?s ?p", JSON).query()


# ---- Behind a port ----


def test_the_head_of_an_answer_is_that_of_the_answer(address: str) -> None:
    with httpx2.Client(base_url=address, trust_env=False, headers={"Accept-Encoding": "identity"}) as client:
        whole, head = (client.request(method, "/sparql", params={"query": TITLES}) for method in ("GET", "HEAD"))
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == str(len(whole.content))
        graph, head = (client.request(method, "/graphs?default") for method in ("GET", "HEAD"))
        assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", graph.headers["etag"])


def test_sixteen_clients_are_answered_alike(address: str) -> None:
    def ask(_: int) -> list[str]:
        with httpx2.Client(base_url=address, trust_env=False) as client:
            found = [client.get("/sparql", params={"query": TITLES}).json() for _ in range(10)]
        return [row["title"]["value"] for one in found for row in one["results"]["bindings"]]

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(ask, range(16))) == [EXPECTED * 10] * 16
