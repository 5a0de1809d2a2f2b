"""The documentation of vocabularies: every class and property by its local name, its restrictions in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pyoxigraph import RdfFormat, parse
from starlette.testclient import TestClient

from danao.errors import Text
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, OWL, PUBLIC, RDF_TYPE, RDFS, SKOS, local_name
from danao.web.service import Service
from danao.web.site.expressions import Expressions
from danao.web.site.picture import arrows
from danao.web.site.usage import usages
from tests.linked import client
from tests.sites import addresses_of, main_of, page, status, text_of
from tests.web import serving

EXAMPLES = Path(__file__).parents[1] / "examples"
LIBRARIES = Path(__file__).parent / "standards" / "libraries"
SVG = "{http://www.w3.org/2000/svg}"
BRAIN = "https://w3id.org/danao/brain#"
KINDS = {OWL + name for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("ontology") / "registry") as found:
        yield found


@pytest.fixture
def visitor(service: Service) -> TestClient:
    return client(service)


def declared(knowledge: Knowledge, space: str) -> set[str]:
    """The terms of a namespace that the ontology declares."""
    stated = (one for one in knowledge.ontology if one.predicate.value == RDF_TYPE)
    found = {str(one.subject)[1:-1] for one in stated if str(one.object)[1:-1] in KINDS}
    return {iri for iri in found if iri.startswith(space)}


@pytest.mark.parametrize(("prefix", "space"), [("danao", DANAO), ("brain", BRAIN), ("skos", SKOS), ("rdfs", RDFS)])
def test_every_term_stands_at_its_local_name(
    visitor: TestClient, knowledge: Knowledge, prefix: str, space: str
) -> None:
    terms = declared(knowledge, space)
    if not terms:
        assert status(visitor, f"/ontology/{prefix}") == 404
        return
    root = page(visitor, f"/ontology/{prefix}?lang=en")
    sections = {one.get("id"): text_of(one) for one in root.iter("section") if one.get("id")}
    assert set(sections) == {local_name(iri) for iri in terms}
    for iri in terms:
        assert knowledge.label(iri).en in sections[local_name(iri)]
        definition = knowledge.text(iri, SKOS + "definition")
        assert definition is None or definition.en in sections[local_name(iri)]


def test_the_overview_leads_to_every_vocabulary_and_every_module(visitor: TestClient, knowledge: Knowledge) -> None:
    links = addresses_of(page(visitor, "/ontology"))
    assert {f"/ontology/{prefix}" for prefix in ("danao", "brain", "cccev", "dqv", "prov")} <= links
    ontologies = [iri for iri in knowledge.index if OWL + "Ontology" in knowledge.values(iri, RDF_TYPE)]
    modules = [link for link in links if link.startswith("/def/")]
    assert len(modules) >= len(ontologies)
    assert {status(visitor, link) for link in links} == {200}


def test_a_document_of_a_term_leads_back_to_its_page(visitor: TestClient) -> None:
    links = [one.get("href") for one in page(visitor, "/def/danao/Claim").iter("a")]
    assert "/ontology/danao#Claim" in links


def test_links_between_terms_lead_to_terms(visitor: TestClient) -> None:
    pages = {prefix: page(visitor, f"/ontology/{prefix}") for prefix in ("danao", "brain")}
    ids = {prefix: {one.get("id") for one in root.iter()} for prefix, root in pages.items()}
    inside = [one.get("href", "") for root in pages.values() for one in root.iter("a")]
    followed = 0
    for link in inside:
        path, _, part = link.partition("#")
        prefix = path.removeprefix("/ontology/")
        if part and prefix in ids:
            assert part in ids[prefix], link
            followed += 1
    assert followed > 300


def test_what_restricts_a_class_is_said_in_words(visitor: TestClient) -> None:
    words = {one.get("id"): text_of(one) for one in page(visitor, "/ontology/brain").iter("section")}
    assert "约束 每一个的 “实现” 有值 “可信数据空间”" in words["TrustedDataSpace"]
    chain = {one.get("id"): text_of(one) for one in page(visitor, "/ontology/danao?lang=en").iter("section")}
    assert "Restrictions follows from a chain: ‘has capability’ , then ‘provides’" in chain["claims"]
    assert "transitive" in chain["partOf"]


def test_an_example_of_use_is_a_statement_of_the_shipped_examples(visitor: TestClient, knowledge: Knowledge) -> None:
    words = {one.get("id"): text_of(one) for one in page(visitor, "/ontology/brain").iter("section")}
    assert words["TrustedDataSpace"].endswith("a brain:TrustedDataSpace .")
    heads = "".join(f"@prefix {name}: <{space}> .\n" for name, space in {**PUBLIC, **knowledge.prefixes}.items())
    lines = heads + "\n".join(usages(knowledge).values())
    told = {str(one.triple) for one in parse(lines, format=RdfFormat.TURTLE, base_iri="https://example.org/")}
    stated = (EXAMPLES / "half-built.ttl", EXAMPLES / "half-built-examination.ttl")
    shipped = {
        str(one.triple)
        for path in stated
        for one in parse(path.read_bytes(), format=RdfFormat.TURTLE, base_iri="https://example.org/")
    }
    assert len(told) > 100
    assert {one for one in told - shipped if "_:" not in one} == set()


def test_the_picture_leads_to_its_classes_and_is_told_in_words(visitor: TestClient, knowledge: Knowledge) -> None:
    root = page(visitor, "/ontology")
    (picture,) = [one for one in root.iter(f"{SVG}svg") if one.get("class") == "model"]
    links = {one.get("href") for one in picture.iter(f"{SVG}a")}
    assert {"/ontology/danao#Claim", "/ontology/cccev#Evidence", "/ontology/earl#Assertion"} <= links
    words = main_of(root)
    assert all(local_name(arrow.term) in words for arrow in arrows())
    assert knowledge.label(DANAO + "Claim").zh in text_of(picture)


def test_another_standard_has_its_vocabularies(tmp_path: Path) -> None:
    with serving(tmp_path / "registry", knowledge=LIBRARIES) as service:
        visitor = client(service)
        assert "/ontology/lib" in addresses_of(page(visitor, "/ontology"))
        words = {one.get("id"): text_of(one) for one in page(visitor, "/ontology/lib").iter("section")}
        assert set(words) >= {"MobileLibrary", "coversField"}


# ---- Every expression that OWL has ----

EXPRESSIONS = {
    "rdfs:subClassOf [ owl:onProperty :p ; owl:someValuesFrom :A ]": "of each, p has at least one value that is A",
    "rdfs:subClassOf [ owl:onProperty :p ; owl:allValuesFrom :A ]": "of each, p has only values that are A",
    "rdfs:subClassOf [ owl:onProperty :p ; owl:hasValue 7 ]": "of each, p has the value 7",
    "rdfs:subClassOf [ owl:onProperty :p ; owl:hasSelf true ]": "of each, p has itself as a value",
    "rdfs:subClassOf [ owl:onProperty :p ; owl:minCardinality 2 ]": "of each, p has at least so many values: 2",
    "rdfs:subClassOf [ owl:onProperty :p ; owl:maxQualifiedCardinality 1 ; owl:onClass :A ]": (
        "of each, p has at most so many values: 1 that are A"
    ),
    "rdfs:subClassOf [ owl:onProperty :p ; owl:qualifiedCardinality 3 ; owl:onDataRange :D ]": (
        "of each, p has exactly so many values: 3 that are D"
    ),
    "rdfs:subClassOf [ owl:complementOf :A ]": "each is not A",
    "owl:equivalentClass [ owl:intersectionOf ( :A [ owl:unionOf ( :B :C ) ] ) ]": "is exactly what A and B or C",
    "owl:equivalentClass [ owl:oneOf ( :a :b ) ]": "is exactly what a or b",
    "owl:disjointWith [ owl:unionOf ( :A :B ) ]": "is never what A or B",
    "owl:disjointUnionOf ( :A :B )": "falls into: A , B",
    "owl:hasKey ( :p :q )": "is told by: p , q",
    "owl:propertyChainAxiom ( :p :q )": "follows from a chain: p , then q",
    "rdfs:subClassOf [ :odd :A ]": None,
    "rdfs:seeAlso [ owl:complementOf :A ]": None,
}


@pytest.mark.parametrize("stated", EXPRESSIONS)
def test_an_expression_is_said_in_words(stated: str) -> None:
    head = f"@prefix owl: <{OWL}> . @prefix rdfs: <{RDFS}> . @prefix : <https://example.org/> .\n"
    triples = {one.triple for one in parse(f"{head}:X {stated} .", format=RdfFormat.TURTLE)}
    fake: Any = SimpleNamespace(ontology=triples, label=lambda iri: Text(local_name(iri), local_name(iri)))
    rows = Expressions(cast("Knowledge", fake)).restrictions("https://example.org/X")
    told = [" ".join((word.get("text") or word["label"])["en"] for word in row) for row in rows]
    assert told == ([EXPRESSIONS[stated]] if EXPRESSIONS[stated] else [])
