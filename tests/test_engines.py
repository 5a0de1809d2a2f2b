"""The engines' one interface: parameters become terms of a query, and both engines answer alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyshacl
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Store, Triple, parse
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import FrozenDict

from danao.engine import ENGINES, Engine, Source, make_engine
from danao.engine.interface import ShapeResult
from danao.engine.joins import joined, left_joined
from danao.engine.parameters import fill
from danao.engine.reference import ReferenceEngine
from danao.errors import UsageError
from danao.namespaces import XSD
from danao.statements import Term

EX = "https://example.org/"
each_engine = pytest.mark.parametrize("name", ENGINES)

# ---- Parameters ----

ONE = "SELECT ?thing WHERE { VALUES (?thing) { (UNDEF) } }"
TWO = "SELECT ?thing ?other WHERE { VALUES ( ?thing  ?other ) {\n  ( UNDEF  UNDEF )\n} }"
HOSTILE = (
    '"',
    "\\",
    '\\"',
    '") } } ; DROP ALL #',
    '"""',
    "'''",
    "} UNION { ?s ?p ?o }",
    "\n\r\t",
    "\\1 \\g<0>",
    "?thing",
    "UNDEF",
    "\u0000",
    "𠀀“”，。",
)


def bindings(query: str) -> list[dict[str, object]]:
    """The rows of a query over nothing."""
    solutions = Store().query(query)
    assert isinstance(solutions, QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    return [{name: row[name] for name in names} for row in solutions]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_literal_stays_one_term_whatever_it_says(text: str) -> None:
    assert bindings(fill(ONE, {"thing": Literal(text)})) == [{"thing": Literal(text)}]


@settings(max_examples=200, deadline=None)
@given(st.text(), st.sampled_from([None, "zh", "en"]))
def test_any_text_comes_back_as_it_went_in(text: str, language: str | None) -> None:
    literal = Literal(text, language=language)
    assert bindings(fill(ONE, {"thing": literal})) == [{"thing": literal}]


@pytest.mark.parametrize("text", HOSTILE)
def test_the_reference_engine_reads_a_filled_query_too(text: str) -> None:
    prepareQuery(fill(ONE, {"thing": Literal(text)}))


@pytest.mark.parametrize("iri", [EX + "> } DROP ALL { <", EX + " x", EX + '"', EX + "{}", EX + "\n"])
def test_what_is_no_iri_never_becomes_a_term(iri: str) -> None:
    with pytest.raises(ValueError, match="IRI"):
        NamedNode(iri)


@pytest.mark.parametrize(
    "term",
    [
        NamedNode(EX + "a"),
        Literal("2025-12-31", datatype=NamedNode(XSD + "date")),
        Literal("0.5", datatype=NamedNode(XSD + "decimal")),
        Literal("3", datatype=NamedNode(XSD + "integer")),
        Literal("true", datatype=NamedNode(XSD + "boolean")),
    ],
    ids=str,
)
def test_a_term_keeps_its_kind_and_datatype(term: Term) -> None:
    assert bindings(fill(ONE, {"thing": term})) == [{"thing": term}]


def test_a_name_without_a_value_stays_open() -> None:
    assert bindings(fill(TWO, {"other": Literal("x")})) == [{"thing": None, "other": Literal("x")}]
    assert bindings(fill(TWO, {"thing": Literal("x")})) == [{"thing": Literal("x"), "other": None}]


def test_the_order_of_parameters_is_that_of_the_row() -> None:
    both = {"other": Literal("second"), "thing": Literal("first")}
    assert bindings(fill(TWO, both)) == [{"thing": Literal("first"), "other": Literal("second")}]


def test_a_query_without_parameters_is_left_alone() -> None:
    assert fill(TWO, {}) == TWO


def test_only_the_leading_row_is_filled() -> None:
    query = "SELECT ?a ?b WHERE { VALUES (?a) { (UNDEF) } VALUES (?b) { (UNDEF) } }"
    assert bindings(fill(query, {"a": Literal("x")})) == [{"a": Literal("x"), "b": None}]


@pytest.mark.parametrize("query", [ONE, TWO, "SELECT ?x WHERE { ?x ?y ?z }"])
def test_a_parameter_that_the_query_does_not_have_is_a_key_error(query: str) -> None:
    with pytest.raises(KeyError, match="unknown"):
        fill(query, {"unknown": Literal("x")})


# ---- A small source, compiled for both engines ----

KNOWLEDGE = """
@prefix : <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:Mill a owl:Class ; rdfs:subClassOf :Works .
:Works a owl:Class .
:feeds a owl:ObjectProperty .
"""
SHAPES = """
@prefix : <https://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:WorksShape a sh:NodeShape ; sh:targetClass :Works ; sh:property :WorksOutput , :WorksFeeds , :WorksCode .
:WorksOutput a sh:PropertyShape ; sh:path :output ; sh:maxInclusive 10.0 ; sh:severity sh:Warning .
:WorksFeeds a sh:PropertyShape ; sh:path :feeds ; sh:minCount 1 ; sh:severity sh:Info .
:WorksCode a sh:PropertyShape ; sh:path :code ; sh:maxCount 1 ; sh:datatype xsd:integer .
"""
FACTS = """
@prefix : <https://example.org/> .
:a a :Mill ; :output 12.50 ; :title "甲\\"坊\\""@zh ; :feeds :b .
:b a :Mill ; :output 7 .
"""
SUBCLASSES = """
PREFIX danao: <https://w3id.org/danao/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
CONSTRUCT { ?thing a ?super }
WHERE { GRAPH danao:KnowledgeGraph { ?class rdfs:subClassOf ?super } ?thing a ?class }
"""
FED = "PREFIX : <https://example.org/> CONSTRUCT { ?fed :fedBy ?mill } WHERE { ?mill :feeds ?fed }"
OUTPUTS = """
PREFIX : <https://example.org/>
PREFIX danao: <https://w3id.org/danao/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?mill ?output ?title ?class
WHERE {
  VALUES (?mill) { (UNDEF) }
  ?mill :output ?output
  OPTIONAL { ?mill :title ?title }
  OPTIONAL { GRAPH danao:KnowledgeGraph { ?class rdfs:subClassOf :Works } }
}
ORDER BY DESC(?output)
"""


def turtle(text: str) -> frozenset[Triple]:
    return frozenset(quad.triple for quad in parse(text, format=RdfFormat.TURTLE))


def node(name: str) -> NamedNode:
    return NamedNode(EX + name)


def made(name: str) -> Engine:
    axioms = turtle(KNOWLEDGE)
    shapes = "".join(f"{triple} .\n" for triple in turtle(SHAPES))
    return make_engine(name, Source(axioms, axioms, {"all": shapes}, (SUBCLASSES,)))


@pytest.fixture(scope="module")
def engines() -> Mapping[str, Engine]:
    return {name: made(name) for name in ENGINES}


def test_an_engine_that_does_not_exist_is_a_usage_error_that_names_those_that_do() -> None:
    with pytest.raises(UsageError, match="'turbo'") as caught:
        make_engine("turbo", Source(frozenset(), frozenset(), {}, ()))
    assert caught.value.fix is not None
    assert all(name in caught.value.fix.en for name in ENGINES)


@each_engine
def test_an_engine_says_its_name_and_the_versions_of_its_libraries(name: str, engines: Mapping[str, Engine]) -> None:
    assert engines[name].name == name
    assert engines[name].versions
    assert all(version[0].isdigit() for version in engines[name].versions.values())


@each_engine
def test_a_construct_gives_only_what_was_not_there_and_keeps_it(name: str, engines: Mapping[str, Engine]) -> None:
    workspace = engines[name].workspace()
    workspace.add(turtle(FACTS))
    assert workspace.construct(FED) == {Triple(node("b"), node("fedBy"), node("a"))}
    assert workspace.construct(FED) == frozenset()


@each_engine
def test_entailment_gives_what_the_axioms_say(name: str, engines: Mapping[str, Engine]) -> None:
    workspace = engines[name].workspace()
    workspace.add(turtle(FACTS))
    rdf_type = NamedNode(str(rdflib.RDF.type))
    assert workspace.entail() == {Triple(node(mill), rdf_type, node("Works")) for mill in "ab"}
    assert workspace.entail() == frozenset()


@each_engine
def test_a_select_gives_rows_of_terms_in_its_order(name: str, engines: Mapping[str, Engine]) -> None:
    workspace = engines[name].workspace()
    workspace.add(turtle(FACTS))
    decimal, integer = NamedNode(XSD + "decimal"), NamedNode(XSD + "integer")
    assert workspace.select(OUTPUTS) == [
        {
            "mill": node("a"),
            "output": Literal("12.5", datatype=decimal),
            "title": Literal('甲"坊"', language="zh"),
            "class": node("Mill"),
        },
        {"mill": node("b"), "output": Literal("7", datatype=integer), "title": None, "class": node("Mill")},
    ]


@each_engine
def test_a_select_takes_parameters(name: str, engines: Mapping[str, Engine]) -> None:
    workspace = engines[name].workspace()
    workspace.add(turtle(FACTS))
    assert [row["mill"] for row in workspace.select(OUTPUTS, {"mill": node("b")})] == [node("b")]
    assert workspace.select(OUTPUTS, {"mill": Literal('"} UNION {')}) == []
    with pytest.raises(KeyError):
        workspace.select(OUTPUTS, {"nothing": node("b")})


@each_engine
def test_shapes_give_their_results_sorted(name: str, engines: Mapping[str, Engine]) -> None:
    workspace = engines[name].workspace()
    workspace.add(turtle(FACTS))
    workspace.entail()
    decimal = Literal("12.5", datatype=NamedNode(XSD + "decimal"))
    assert workspace.validate("all") == [
        ShapeResult(EX + "a", EX + "WorksOutput", "warning", str(decimal)),
        ShapeResult(EX + "b", EX + "WorksFeeds", "info"),
    ]


@each_engine
def test_a_shape_may_miss_a_count_and_refuse_a_value_of_one_node(name: str, engines: Mapping[str, Engine]) -> None:
    workspace = engines[name].workspace()
    workspace.add(turtle(f"<{EX}c> a <{EX}Works> ; <{EX}feeds> <{EX}a> ; <{EX}code> 1 , 'x' ."))
    assert workspace.validate("all") == [
        ShapeResult(EX + "c", EX + "WorksCode", "violation"),
        ShapeResult(EX + "c", EX + "WorksCode", "violation", str(Literal("x"))),
    ]


@each_engine
def test_workspaces_of_an_engine_know_nothing_of_each_other(name: str, engines: Mapping[str, Engine]) -> None:
    filled, fresh = engines[name].workspace(), engines[name].workspace()
    filled.add(turtle(FACTS))
    filled.entail()
    filled.validate("all")
    assert fresh.select(OUTPUTS) == []
    assert fresh.entail() == frozenset()
    assert fresh.validate("all") == []


# ---- What the reference engine leaves behind ----


@pytest.fixture(params=[True, False], ids=["on", "off"])
def normalising(request: pytest.FixtureRequest) -> Iterator[bool]:
    """The process-wide setting of rdflib, either way, put back afterwards."""
    before, chosen = rdflib.NORMALIZE_LITERALS, bool(request.param)
    rdflib.NORMALIZE_LITERALS = chosen
    yield chosen
    rdflib.NORMALIZE_LITERALS = before


def test_the_reference_engine_leaves_rdflib_as_it_was(normalising: bool) -> None:  # noqa: FBT001 - the setting is one
    workspace = made("reference").workspace()
    workspace.add(turtle(FACTS))
    workspace.validate("all")
    assert rdflib.NORMALIZE_LITERALS is normalising


def test_a_validation_that_fails_leaves_rdflib_as_it_was(
    normalising: bool,  # noqa: FBT001 - the setting is one
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    workspace = made("reference").workspace()

    def fails(*_: object, **__: object) -> None:
        rdflib.NORMALIZE_LITERALS = not normalising
        raise RuntimeError

    monkeypatch.setattr(pyshacl, "validate", fails)
    with pytest.raises(RuntimeError):
        workspace.validate("all")
    assert rdflib.NORMALIZE_LITERALS is normalising


def test_validating_leaves_the_shapes_and_the_facts_as_they_were() -> None:
    engine = made("reference")
    assert isinstance(engine, ReferenceEngine)
    before = set(engine.shapes["all"])
    workspace = engine.workspace()
    workspace.add(turtle(FACTS))
    facts = workspace.select("SELECT ?s ?p ?o WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o")
    workspace.validate("all")
    assert set(engine.shapes["all"]) == before
    assert workspace.select("SELECT ?s ?p ?o WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o") == facts


# ---- Joins of the reference engine ----

NAMES = [rdflib.Variable(name) for name in "abc"]
VALUES = st.sampled_from([rdflib.URIRef(EX), rdflib.Literal(1), rdflib.Literal("1"), rdflib.Literal("x", lang="zh")])
SOLUTIONS = st.lists(st.dictionaries(st.sampled_from(NAMES), VALUES).map(FrozenDict), max_size=6)


@given(SOLUTIONS, SOLUTIONS)
def test_a_join_has_each_two_solutions_that_agree_on_what_both_bind(
    left: list[FrozenDict], right: list[FrozenDict]
) -> None:
    expected = [
        {**dict(one), **dict(other)}
        for one in left
        for other in right
        if all(one[name] == other[name] for name in set(one) & set(other))
    ]
    assert [dict(one) for one in joined(left, right)] == expected


@given(SOLUTIONS, SOLUTIONS)
def test_what_is_optional_leaves_out_no_solution(left: list[FrozenDict], right: list[FrozenDict]) -> None:
    expected = []
    for one in left:
        found = [other for other in right if all(one[name] == other[name] for name in set(one) & set(other))]
        expected += [{**dict(one), **dict(other)} for other in found] or [dict(one)]
    assert [dict(one) for one in left_joined(left, right)] == expected
