"""Who sees what by SPARQL and the Graph Store Protocol: in no form of a query does anybody get what is not theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from pyoxigraph import RdfFormat, parse

from danao.namespaces import DCTERMS
from danao.web.readers import PUBLIC, Reader, Scope
from tests.asking import ASSESSOR, OFFICE, UNSEEN, Asker, Registered
from tests.registering import BASE

TITLE = f"<{DCTERMS}title>"
HIDDEN, SHOWN = f"{BASE}id/hidden/", f"{BASE}id/shown/"
OFFICE_VIEW = f"{BASE}view/office"
READERS = {
    "the public": PUBLIC,
    "another project's submitter": Reader("x", frozenset({Scope.submit}), frozenset({"other"})),
}
SEEING = {"the office": OFFICE, "an assessor": ASSESSOR}


@pytest.fixture(scope="module")
def askers(two_projects: Registered) -> Iterator[Mapping[str, Asker]]:
    with two_projects.serving() as service:
        yield {name: two_projects.asker(service, reader) for name, reader in {**READERS, **SEEING}.items()}


SEEK = f"?s ?p ?o FILTER(CONTAINS(STR(?o), '{HIDDEN}') || CONTAINS(STR(?o), '{UNSEEN}'))"
# Each finds something of what is not for everyone, by whatever way.
WAYS = {
    "the default graph": f"SELECT ?o {{ {SEEK} }}",
    "every graph": f"SELECT ?g ?o {{ GRAPH ?g {{ {SEEK} }} }}",
    "a graph by its name": f"SELECT ?o {{ GRAPH <{OFFICE_VIEW}> {{ {SEEK} }} }}",
    "FROM": " ".join(["SELECT ?o FROM", f"<{OFFICE_VIEW}> {{ {SEEK} }}"]),
    "FROM NAMED": " ".join(["SELECT ?g ?o FROM NAMED", f"<{OFFICE_VIEW}> {{ GRAPH ?g {{ {SEEK} }} }}"]),
    "a subquery": f"SELECT ?o {{ {{ SELECT ?o {{ GRAPH ?g {{ {SEEK} }} }} }} }}",
    "an optional part": f"SELECT ?o {{ BIND(1 AS ?x) OPTIONAL {{ GRAPH ?g {{ {SEEK} }} }} }}",
    "a path": f"SELECT ?o {{ GRAPH ?g {{ <{HIDDEN}brain> (!<a:a>)+ ?o }} }}",
    "a path backwards": f"SELECT ?o {{ ?o (^!<a:a>)+ <{HIDDEN}brain> }}",
    "what does not exist": f"SELECT ?o {{ GRAPH ?g {{ {SEEK} }} FILTER NOT EXISTS {{ ?s <a:a> ?x }} }}",
    "triples": f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH ?g {{ {SEEK} }} }}",
    "triples in short": f"CONSTRUCT FROM <{OFFICE_VIEW}> WHERE {{ <{HIDDEN}brain> ?p ?o }}",
    "a description": f"DESCRIBE <{HIDDEN}brain> <{SHOWN}audit>",
    "a description of what is found": f"DESCRIBE ?s {{ GRAPH ?g {{ {SEEK} }} }}",
    "a description from another graph": f"DESCRIBE ?s FROM <{OFFICE_VIEW}> {{ {SEEK} }}",
    "groups": f"SELECT (GROUP_CONCAT(STR(?o)) AS ?all) {{ GRAPH ?g {{ {SEEK} }} }}",
    "graphs without their content": "SELECT ?g { GRAPH ?g {} }",
}


def traces(text: str, asker: Asker) -> list[str]:
    """What of the things that not everyone sees stands in a text."""
    return [trace for trace in (UNSEEN, HIDDEN, OFFICE_VIEW, asker.secret) if trace in text]


@pytest.mark.parametrize("who", READERS)
@pytest.mark.parametrize("way", WAYS)
def test_nothing_unseen_is_found(way: str, who: str, askers: Mapping[str, Asker]) -> None:
    answer = askers[who].get(WAYS[way], "*/*")
    assert answer.status_code == 200
    assert traces(answer.text, askers[who]) == []


@pytest.mark.parametrize("who", SEEING)
def test_whoever_sees_everything_finds_it_in_the_same_ways(who: str, askers: Mapping[str, Asker]) -> None:
    assert [way for way in WAYS if not traces(askers[who].get(WAYS[way], "*/*").text, askers[who])] == []


@pytest.mark.parametrize("who", READERS)
@pytest.mark.parametrize("parameter", ["default_graph_uri", "named_graph_uri"])
def test_a_graph_that_is_not_theirs_is_as_one_that_is_not_there(
    parameter: str, who: str, askers: Mapping[str, Asker]
) -> None:
    both = "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    graphs = (OFFICE_VIEW, askers[who].secret, "urn:nowhere", "no address", "")
    assert [askers[who].rows(both, **{parameter: graph}) for graph in graphs] == [[{"n": "0"}]] * 5
    assert askers[who].rows(both, **{parameter: askers[who].graph}) != [{"n": "0"}]


@pytest.mark.parametrize("who", READERS)
def test_counts_and_yes_or_no_tell_nothing_either(who: str, askers: Mapping[str, Asker]) -> None:
    asker = askers[who]
    assert not asker.get(f"ASK {{ GRAPH <{asker.secret}> {{ ?s ?p ?o }} }}").json()["boolean"]
    assert not asker.get(f"ASK {{ GRAPH ?g {{ <{HIDDEN}brain> ?p ?o }} }}").json()["boolean"]
    assert not asker.get(f"ASK {{ GRAPH ?g {{ ?s ?p '{UNSEEN}'@zh }} }}").json()["boolean"]
    assert asker.rows(f"SELECT (COUNT(?g) AS ?n) {{ GRAPH ?g {{ <{HIDDEN}brain> ?p ?o }} }}") == [{"n": "0"}]


@pytest.mark.parametrize("who", READERS)
def test_what_is_published_is_found(who: str, askers: Mapping[str, Asker]) -> None:
    graphs = {row["g"] for row in askers[who].rows("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")}
    assert askers[who].graph in graphs
    # The public view of who sees some projects whole lacks these, and is not to be named.
    named = set() if READERS[who].projects else {f"{BASE}view/public"}
    assert {graph for graph in graphs if graph.startswith(f"{BASE}view/")} == named
    assert askers[who].get(f"ASK {{ ?s {TITLE} '示例产业集群'@zh }}").json()["boolean"]


@pytest.mark.parametrize("who", READERS)
def test_neither_the_description_of_the_service_nor_an_error_names_what_is_unseen(
    who: str, askers: Mapping[str, Asker]
) -> None:
    client = askers[who].client
    texts = [client.get("/sparql").text, client.get("/graphs", params={"graph": OFFICE_VIEW}).text]
    texts += [askers[who].get("SELECT * { GRAPH ?g { ?s ?p ?o } } x").text]
    assert [traces(text, askers[who]) for text in texts] == [[], [], []]


# ---- The Graph Store Protocol ----


@pytest.mark.parametrize("who", READERS)
def test_a_graph_that_is_not_theirs_is_not_found(who: str, askers: Mapping[str, Asker]) -> None:
    client = askers[who].client
    answers = [
        client.get("/graphs", params={"graph": graph})
        for graph in (OFFICE_VIEW, askers[who].secret, f"{BASE}catalogue", "urn:nowhere", "no address")
    ]
    assert [(answer.status_code, answer.json()["title"]) for answer in answers] == [(404, "NotFound")] * 5
    # Neither shows by the answer whether the graph is there.
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize("who", [*READERS, *SEEING])
def test_the_default_graph_is_the_one_that_queries_are_about(who: str, askers: Mapping[str, Asker]) -> None:
    answer = askers[who].client.get("/graphs?default", headers={"Accept": "application/n-triples"})
    triples = {quad.triple for quad in parse(answer.content, format=RdfFormat.N_TRIPLES)}
    count = askers[who].rows("SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }")
    assert count == [{"n": str(len(triples))}]
    assert (UNSEEN in answer.text) == (who in SEEING)


@pytest.mark.parametrize("who", SEEING)
def test_whoever_sees_everything_reads_every_graph(who: str, askers: Mapping[str, Asker]) -> None:
    answer = askers[who].client.get("/graphs", params={"graph": askers[who].secret})
    assert (answer.status_code, UNSEEN in answer.text) == (200, True)
