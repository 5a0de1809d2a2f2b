"""The SPARQL endpoint by the text of the recommendation (SPARQL 1.1 Protocol, section 2.1): what reads, all of it."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import html5lib
import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from danao.namespaces import RDF_TYPE, SD
from danao.web.readers import PUBLIC
from tests.asking import Asker, Registered
from tests.registering import BASE

FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
PUBLIC_VIEW, KNOWLEDGE_TERM = f"{BASE}view/public", "https://w3id.org/danao/ns#weight"
ASK, NOT_UTF8 = "ASK {}", "ASK { ?s ?p '证据' }".encode("gbk")
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
GRAPHS = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"


@pytest.fixture(scope="module")
def public(two_projects: Registered) -> Iterator[Asker]:
    with two_projects.serving() as service:
        yield two_projects.asker(service)


def count_in(graphs: list[str], public: Asker) -> int:
    """Triples of some graphs, each once, by dereferencing nothing but the store."""
    facts = {triple for graph in graphs for triple in public.service.copies.latest().store.facts(graph)}
    return len(facts)


# ---- 2.1.1 to 2.1.3: three ways to send a query ----


def test_a_query_is_sent_by_get(public: Asker) -> None:
    answer = public.client.get(f"/sparql?query={quote(ASK)}", headers={"Accept": JSON})
    assert (answer.status_code, answer.headers["content-type"], answer.json()) == (
        200,
        JSON,
        {"head": {}, "boolean": True},
    )


def test_a_query_is_sent_by_post_in_a_form(public: Asker) -> None:
    answer = public.post(urlencode({"query": ASK}), FORM, accept=JSON)
    assert (answer.status_code, answer.json()["boolean"]) == (200, True)


@pytest.mark.parametrize("media_type", [QUERY, f"{QUERY}; charset=utf-8", f'{QUERY};charset="UTF-8"', QUERY.upper()])
def test_a_query_is_sent_by_post_as_it_is(media_type: str, public: Asker) -> None:
    answer = public.post("ASK { FILTER('证据' = '证据') }".encode(), media_type, accept=JSON)
    assert (answer.status_code, answer.json()["boolean"]) == (200, True)


def test_a_question_about_the_head_has_no_body(public: Asker) -> None:
    answer = public.client.head("/sparql", params={"query": ASK}, headers={"Accept": XML})
    assert (answer.status_code, answer.headers["content-type"]) == (200, XML)


def test_parameters_that_the_protocol_does_not_know_are_passed_over(public: Asker) -> None:
    answer = public.client.get("/sparql", params={"query": ASK, "format": "json", "output": "json"})
    assert (answer.status_code, answer.json()["boolean"]) == (200, True)


# ---- 2.1.4: the dataset ----


def test_the_default_graph_is_what_the_reader_sees_of_the_registry_and_the_standard(public: Asker) -> None:
    sight = public.service.sights.of(PUBLIC, public.service.copies.latest())
    expected = count_in(list(sight.default), public)
    assert public.rows(COUNT) == [{"n": str(expected)}]
    assert public.get(f"ASK {{ <{KNOWLEDGE_TERM}> a ?class }}").json()["boolean"]


@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_a_request_names_the_default_graph(way: str, public: Asker) -> None:
    expected = str(count_in([public.graph], public))
    assert _dataset(way, COUNT, [("default-graph-uri", public.graph)], public) == [{"n": expected}]


@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_a_request_names_several_default_graphs_which_are_merged(way: str, public: Asker) -> None:
    named = [("default-graph-uri", public.graph), ("default-graph-uri", f"{BASE}catalogue/public")]
    expected = str(count_in([public.graph, f"{BASE}catalogue/public"], public))
    assert _dataset(way, COUNT, named, public) == [{"n": expected}]


def test_a_triple_in_two_default_graphs_counts_once(public: Asker) -> None:
    view, one = count_in([PUBLIC_VIEW], public), count_in([public.graph], public)
    both = [("default-graph-uri", graph) for graph in (PUBLIC_VIEW, public.graph, PUBLIC_VIEW)]
    whole = count_in([PUBLIC_VIEW, public.graph], public)
    assert whole < view + one
    assert _dataset("get", COUNT, both, public) == [{"n": str(whole)}]
    named = [*both, ("named-graph-uri", f"{BASE}catalogue/public")]
    assert _dataset("get", GRAPHS, named, public) == [{"g": f"{BASE}catalogue/public"}]
    assert public.rows(COUNT.replace("{", f"FROM <{PUBLIC_VIEW}> FROM <{public.graph}> {{", 1)) == [{"n": str(whole)}]


@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_a_request_names_named_graphs_and_then_the_default_graph_is_empty(way: str, public: Asker) -> None:
    named = [("named-graph-uri", public.graph), ("named-graph-uri", PUBLIC_VIEW)]
    assert {row["g"] for row in _dataset(way, GRAPHS, named, public)} == {public.graph, PUBLIC_VIEW}
    assert _dataset(way, COUNT, named, public) == [{"n": "0"}]


@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_a_request_names_both(way: str, public: Asker) -> None:
    named = [("default-graph-uri", PUBLIC_VIEW), ("named-graph-uri", public.graph)]
    query = "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    expected = count_in([PUBLIC_VIEW], public) + count_in([public.graph], public)
    assert _dataset(way, query, named, public) == [{"n": str(expected)}]


@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_the_graphs_of_the_request_go_before_those_of_the_query(way: str, public: Asker) -> None:
    query = COUNT.replace("{", f"FROM <{PUBLIC_VIEW}> {{", 1)
    assert _dataset(way, query, [], public) == [{"n": str(count_in([PUBLIC_VIEW], public))}]
    expected = str(count_in([public.graph], public))
    assert _dataset(way, query, [("default-graph-uri", public.graph)], public) == [{"n": expected}]


def _dataset(way: str, query: str, named: list[tuple[str, str]], public: Asker) -> list[dict[str, str]]:
    if way == "direct":
        answer = public.post(query, QUERY, f"/sparql?{urlencode(named)}", JSON)
    elif way == "form":
        answer = public.post(urlencode([("query", query), *named]), FORM, accept=JSON)
    else:
        answer = public.client.get(f"/sparql?{urlencode([('query', query), *named])}", headers={"Accept": JSON})
    assert answer.status_code == 200, answer.text
    return [{k: v["value"] for k, v in row.items()} for row in answer.json()["results"]["bindings"]]


def test_a_query_names_its_graphs_itself(public: Asker) -> None:
    own = "FROM <view/public> FROM NAMED <catalogue/public>"
    assert public.rows(f"BASE <{BASE}> {GRAPHS.replace('{', own + ' {', 1)}") == [{"g": f"{BASE}catalogue/public"}]
    assert public.rows(COUNT.replace("{", f"FROM NAMED <{PUBLIC_VIEW}> {{", 1)) == [{"n": "0"}]


def test_addresses_are_resolved_against_the_endpoint(public: Asker) -> None:
    assert public.rows("SELECT (<a> AS ?x) (<?b> AS ?y) {}") == [{"x": f"{BASE}a", "y": f"{BASE}sparql?b"}]


# ---- 2.1.5 and 2.1.6: what is refused ----


def bad(answer) -> tuple[int, str]:  # type: ignore[no-untyped-def]  # noqa: ANN001
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert said["status"] == answer.status_code
    assert said["message"]["zh"]
    assert said["message"]["en"]
    return answer.status_code, said["title"]


def test_a_request_with_more_than_one_query_is_a_bad_one(public: Asker) -> None:
    twice = f"query={quote(ASK)}&query={quote(ASK)}"
    assert bad(public.client.get(f"/sparql?{twice}")) == (400, "BadRequest")
    assert bad(public.post(twice, FORM)) == (400, "BadRequest")
    assert bad(public.post(ASK, QUERY, f"/sparql?query={quote(ASK)}")) == (400, "BadRequest")


def test_a_request_without_a_query_is_a_bad_one(public: Asker) -> None:
    assert bad(public.client.get("/sparql?default-graph-uri=urn:x")) == (400, "BadRequest")
    assert bad(public.post("", FORM)) == (400, "BadRequest")
    assert bad(public.post("", QUERY)) == (400, "QueryFault")


@pytest.mark.parametrize("media_type", ["text/plain", "application/json", "", None, "multipart/form-data", "/", ";;"])
def test_a_query_in_another_media_type_or_in_none_is_not_taken(media_type: str | None, public: Asker) -> None:
    assert bad(public.post(ASK, media_type)) == (415, "WrongMediaType")
    assert bad(public.post(f"query={quote(ASK)}", media_type)) == (415, "WrongMediaType")


def test_a_query_that_is_not_utf_8_is_told(public: Asker) -> None:
    assert bad(public.post(NOT_UTF8, QUERY)) == (400, "WrongEncoding")
    assert bad(public.post(b"query=" + quote(NOT_UTF8).encode(), FORM)) == (400, "WrongEncoding")
    assert bad(public.client.get(f"/sparql?query={quote(NOT_UTF8)}")) == (400, "WrongEncoding")
    assert bad(public.post(ASK, f"{QUERY}; charset=gbk")) == (415, "WrongMediaType")
    assert bad(public.post(ASK.encode("utf-16"), QUERY))[0] == 400


def test_a_syntax_error_is_told_with_its_line_and_column(public: Asker) -> None:
    answer = public.post("SELECT *\nWHERE { ?s ?p ?o ! }", QUERY)
    assert bad(answer) == (400, "QueryFault")
    assert answer.json()["where"] == {"file": "query", "line": 2, "column": 18}


def test_a_function_that_there_is_not_is_a_fault_of_the_query(public: Asker) -> None:
    answer = public.get("SELECT (<http://x/f>(1) AS ?y) {}")
    assert bad(answer) == (400, "QueryFault")
    assert "http://x/f" in answer.json()["message"]["en"]


@pytest.mark.parametrize("text", ["INSERT DATA { <a:a> <a:b> <a:c> }", "LOAD <http://127.0.0.1:1/>", "CLEAR ALL"])
def test_an_update_is_refused_whatever_way_it_comes(text: str, public: Asker) -> None:
    before = public.rows(COUNT)
    assert bad(public.post(text, UPDATE)) == (403, "ReadOnly")
    assert bad(public.post(urlencode({"update": text}), FORM)) == (403, "ReadOnly")
    assert bad(public.client.get(f"/sparql?update={quote(text)}")) == (403, "ReadOnly")
    assert bad(public.post(urlencode({"update": text, "query": ASK}), FORM)) == (403, "ReadOnly")
    assert bad(public.post(text, QUERY)) == (400, "QueryFault")
    assert public.rows(COUNT) == before


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_other_methods_are_refused_with_those_that_there_are(method: str, public: Asker) -> None:
    answer = public.client.request(method, "/sparql", params={"query": ASK})
    assert bad(answer) == (405, "WrongMethod")
    assert answer.headers["allow"] == "GET, HEAD, POST"


# ---- 2.1.7: in which form it is answered ----

ROWS = (
    "SELECT ?a ?b ?c ?d ?e { VALUES (?a ?b ?c ?d) "
    "{ (<http://x/a?b&c> 'a \"b\",\\n<c>&\\r' '甲'@zh 1.5) (UNDEF '' UNDEF true) } BIND(BNODE() AS ?e) }"
)
TRICKY = 'a "b",\n<c>&\r'


def test_rows_in_json(public: Asker) -> None:
    answer = public.get(ROWS, JSON)
    said = answer.json()
    first, second = said["results"]["bindings"]
    assert said["head"] == {"vars": ["a", "b", "c", "d", "e"]}
    assert first["e"]["type"] == "bnode"
    assert {name: first[name] for name in "abcd"} == {
        "a": {"type": "uri", "value": "http://x/a?b&c"},
        "b": {"type": "literal", "value": TRICKY},
        "c": {"type": "literal", "value": "甲", "xml:lang": "zh"},
        "d": {"type": "literal", "value": "1.5", "datatype": "http://www.w3.org/2001/XMLSchema#decimal"},
    }
    assert set(second) == {"b", "d", "e"}


def test_rows_in_xml(public: Asker) -> None:
    answer = public.get(ROWS, XML)
    root = ET.fromstring(answer.content)  # noqa: S314 - our own answer
    space = {"s": "http://www.w3.org/2005/sparql-results#"}
    assert [one.get("name") for one in root.findall("s:head/s:variable", space)] == ["a", "b", "c", "d", "e"]
    first, second = root.findall("s:results/s:result", space)
    values = {one.get("name"): one[0] for one in first}
    assert (values["a"].tag[-3:], values["a"].text, values["b"].text) == ("uri", "http://x/a?b&c", TRICKY)
    assert values["c"].get("{http://www.w3.org/XML/1998/namespace}lang") == "zh"
    assert values["d"].get("datatype") == "http://www.w3.org/2001/XMLSchema#decimal"
    assert [one.get("name") for one in second] == ["b", "d", "e"]


def test_rows_in_csv_and_tsv(public: Asker) -> None:
    comma = public.get(ROWS, "text/csv")
    assert comma.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    head, first, second = csv.reader(io.StringIO(comma.content.decode(), newline=""))
    assert (head, first[:4], second[:4]) == (
        list("abcde"),
        ["http://x/a?b&c", TRICKY, "甲", "1.5"],
        ["", "", "", "true"],
    )
    tab = public.get(ROWS, "text/tab-separated-values")
    assert tab.headers["content-type"] == "text/tab-separated-values; charset=utf-8"
    lines = tab.content.decode().split("\n")
    assert lines[0] == "?a\t?b\t?c\t?d\t?e"
    assert lines[1].split("\t")[:4] == [
        "<http://x/a?b&c>",
        r'"a \"b\",\n<c>&\r"',
        '"甲"@zh',
        '"1.5"^^<http://www.w3.org/2001/XMLSchema#decimal>',
    ]
    assert (len(lines), lines[3]) == (4, "")


def test_an_answer_without_columns_still_has_its_rows(public: Asker) -> None:
    assert public.get("SELECT * {}", JSON).json() == {"head": {"vars": []}, "results": {"bindings": [{}]}}
    assert public.get("SELECT * {}", "text/csv").content == b"\r\n\r\n"


@pytest.mark.parametrize(
    ("media_type", "form"),
    [
        ("text/turtle", RdfFormat.TURTLE),
        ("application/ld+json", RdfFormat.JSON_LD),
        ("application/n-triples", RdfFormat.N_TRIPLES),
        ("application/rdf+xml", RdfFormat.RDF_XML),
    ],
)
def test_triples_in_every_form_are_the_same(media_type: str, form: RdfFormat, public: Asker) -> None:
    query = f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{public.graph}> {{ ?s ?p ?o }} }}"
    answer = public.get(query, media_type)
    assert answer.headers["content-type"].partition(";")[0] == media_type
    expected = set(public.service.copies.latest().store.facts(public.graph))
    assert {quad.triple for quad in parse(answer.content, format=form)} == expected
    assert len(expected) > 100


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        ("SELECT * {}", None, JSON),
        ("SELECT * {}", "*/*", JSON),
        ("SELECT * {}", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
        ("SELECT * {}", f"{JSON};q=0.5, {XML}", XML),
        ("SELECT * {}", "text/turtle, text/csv;q=0.1", "text/csv"),
        ("SELECT * {}", "application/json", "application/json"),
        (ASK, f"text/csv, {XML};q=0.2", XML),
        ("CONSTRUCT {} {}", f"{JSON}, */*;q=0.1", "text/turtle"),
        ("DESCRIBE <a:a>", "application/rdf+xml, text/turtle;q=0.9", "application/rdf+xml"),
    ],
)
def test_the_form_is_what_the_reader_wants_most(query: str, accept: str | None, media_type: str, public: Asker) -> None:
    headers = {} if accept is None else {"Accept": accept}
    answer = public.client.get("/sparql", params={"query": query}, headers=headers)
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media_type)
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize(
    ("query", "accept"),
    [("SELECT * {}", "text/turtle"), (ASK, "text/csv"), ("CONSTRUCT {} {}", JSON), ("SELECT * {}", "image/png")],
)
def test_a_form_that_there_is_not_is_not_acceptable(query: str, accept: str, public: Asker) -> None:
    assert bad(public.get(query, accept)) == (406, "NotAcceptable")


def test_what_xml_cannot_hold_is_told_and_not_written(public: Asker) -> None:
    assert bad(public.get(r"SELECT ('\u0001' AS ?x) {}", XML)) == (406, "NotAcceptable")
    assert bad(public.get(r"CONSTRUCT { <a:a> <a:b> '\u0001' } {}", "application/rdf+xml")) == (406, "NotAcceptable")
    assert bad(public.get("CONSTRUCT { <a:a> <http://x/1> '' } {}", "application/rdf+xml")) == (406, "NotAcceptable")
    assert public.get(r"SELECT ('\u0001' AS ?x) {}", JSON).json()["results"]["bindings"][0]["x"]["value"] == "\x01"


@pytest.mark.parametrize("accept", [JSON, XML, "text/csv", "text/tab-separated-values"])
def test_terms_of_rdf_1_2_have_no_place_in_an_answer(accept: str, public: Asker) -> None:
    assert bad(public.get("SELECT (<<( <a:a> <a:b> 1 )>> AS ?t) {}", accept)) == (400, "RefusedContent")
    assert bad(public.get("SELECT ('a'@en--ltr AS ?t) {}", accept)) == (400, "RefusedContent")


# ---- The service ----


@pytest.mark.parametrize("accept", ["*/*", "text/turtle", "application/rdf+xml", "application/n-triples"])
def test_without_a_query_the_service_says_what_it_is(accept: str, public: Asker) -> None:
    answer = public.client.get("/sparql", headers={"Accept": accept})
    media_type = answer.headers["content-type"].partition(";")[0]
    facts = {quad.triple for quad in parse(answer.content, format=RdfFormat.from_media_type(media_type))}
    service = NamedNode(f"{BASE}sparql")
    said = {(one.predicate.value, getattr(one.object, "value", "")) for one in facts if one.subject == service}
    assert {(RDF_TYPE, f"{SD}Service"), (f"{SD}endpoint", f"{BASE}sparql")} <= said
    assert (f"{SD}supportedLanguage", f"{SD}SPARQL11Query") in said
    named = {one.object.value for one in facts if one.predicate.value == f"{SD}namedGraph"}
    assert named == {row["g"] for row in public.rows(GRAPHS)}


def test_a_person_gets_a_form_for_a_query_and_links_to_the_other_forms(public: Asker) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    page = public.client.get("/sparql", headers=browser)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    root = html5lib.parse(page.text, namespaceHTMLElements=False)
    field, form = root.find(".//textarea[@name='query']"), root.find(".//form[@action='/sparql']")
    assert field is not None
    assert form is not None
    assert (form.get("action"), form.get("method")) == ("/sparql", "get")
    assert public.get(field.text or "").status_code == 200
    links = [link for one in root.iter("a") if (link := one.get("href", "")).startswith("/sparql.")]
    assert {"/sparql.ttl", "/sparql.nt", "/sparql.rdf", "/sparql.jsonld"} <= set(links)
    assert [public.client.get(link).status_code for link in links] == [200] * len(links)
    graphs = [link.text for link in root.iter("a") if link.text == public.graph]
    assert graphs == [public.graph]


def test_the_form_of_an_answer_may_stand_in_the_address(public: Asker) -> None:
    answer = public.client.get("/sparql", params={"query": "SELECT * {}", "_mediatype": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    plus = public.client.get("/sparql?query=ASK%20{}&_mediatype=application/sparql-results+xml")
    assert plus.headers["content-type"] == XML


def test_a_page_of_another_site_may_ask(public: Asker) -> None:
    headers = {"Origin": "https://x.example", "Access-Control-Request-Method": "POST"}
    before = public.client.options("/sparql", headers=headers)
    assert before.status_code == 204
    assert "POST" in before.headers["access-control-allow-methods"]
    for answer in (
        public.get(ASK),
        public.get("x"),
        public.client.put("/sparql"),
        public.client.get("/graphs?default"),
    ):
        assert answer.headers["access-control-allow-origin"] == "*"


def test_a_problem_is_told_in_the_language_that_is_asked_for(public: Asker) -> None:
    chinese = public.client.get("/sparql?query=x", headers={"Accept-Language": "zh-CN"}).json()
    english = public.client.get("/sparql?query=x", headers={"Accept-Language": "en"}).json()
    assert chinese["detail"] == chinese["message"]["zh"]
    assert english["detail"] == english["message"]["en"]
    assert json.dumps(chinese["where"]) == json.dumps(english["where"])
