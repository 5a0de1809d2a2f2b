"""The rule files: how each is written, that both SPARQL engines read it, and what the entailment rules reach."""

from __future__ import annotations

import re
from pathlib import Path

import owlrl
import pytest
import rdflib
from pyoxigraph import BlankNode, NamedNode, Store, Triple
from rdflib.plugins.sparql import prepareQuery

from danao.engine.fast import FastEngine
from danao.engine.interface import ntriples
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, OWL, RDF_TYPE
from danao.resources import data_root
from danao.sources import ontology_of

RULES = data_root() / "rules"
FILES = sorted(RULES.rglob("*.rq"))
# The folders whose queries derive facts, and those whose queries make tables.
DERIVING = ("entailment", "inference", "outcomes", "scoring", "gaps", "corpus", "publishing", "catalogue")
SHOWING = (
    *("report", "gaps/report", "questions", "facets", "catalogue/statistics", "registry", "documents"),
    *("overview", "chain"),
)

_PREFIX = re.compile(r"^PREFIX ([a-z0-9]*): +<([^>]+)>$", re.MULTILINE)
# Comments, strings and IRIs, in which a colon makes no name.
_NO_NAMES = re.compile(r'"(?:[^"\\\n]|\\.)*"|<[^<>\s]*>|#[^\n]*|^PREFIX[^\n]*', re.MULTILINE)
_NAME = re.compile(r"(?<![\w:])([a-z][a-z0-9]*|):([A-Za-z_][\w-]*)?")


def rule_name(path: Path) -> str:
    return path.relative_to(RULES).as_posix()


each_rule = pytest.mark.parametrize("path", FILES, ids=rule_name)


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def names_in(text: str) -> set[tuple[str, str]]:
    """The prefixed names of a query, as prefix and local name."""
    return {(match[1], match[2] or "") for match in _NAME.finditer(_NO_NAMES.sub(" ", text))}


def iris_in(text: str) -> set[str]:
    """The IRIs that a query names with a prefix."""
    prefixes = {match[1]: match[2] for match in _PREFIX.finditer(text)}
    return {prefixes[prefix] + local for prefix, local in names_in(text)}


# ---- How a file is written ----


def test_every_file_below_rules_is_a_rule_in_a_known_folder() -> None:
    assert {path for path in RULES.rglob("*") if path.is_file()} == set(FILES)
    assert {rule_name(path).partition("/")[0] for path in FILES} == {
        name.partition("/")[0] for name in (*DERIVING, *SHOWING)
    }


@each_rule
def test_a_rule_starts_with_its_title(path: Path) -> None:
    head, _, body = text_of(path).partition("\n\n")
    assert re.match(r"# Title: \S", head)
    assert all(line.startswith("# ") for line in head.splitlines())
    assert body.startswith(("PREFIX ", "SELECT "))


@each_rule
def test_a_rule_ends_its_lines_as_every_file_does(path: Path) -> None:
    text = text_of(path)
    assert "\r" not in text
    assert "\t" not in text
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert [line for line in text.splitlines() if line != line.rstrip()] == []


def test_no_two_rules_have_one_title() -> None:
    titles = [text_of(path).splitlines()[0] for path in FILES]
    assert len(titles) == len(set(titles))


@each_rule
def test_a_rule_declares_the_prefixes_it_uses_and_no_others(path: Path) -> None:
    text = text_of(path)
    declared = [match[1] for match in _PREFIX.finditer(text)]
    assert declared == sorted(declared)
    assert declared == sorted({prefix for prefix, _ in names_in(text)})


def test_a_prefix_means_the_same_in_every_rule() -> None:
    meanings = {match.groups() for path in FILES for match in _PREFIX.finditer(text_of(path))}
    assert len({prefix for prefix, _ in meanings}) == len(meanings)
    assert len({iri for _, iri in meanings}) == len(meanings)


@each_rule
def test_both_engines_parse_a_rule(path: Path) -> None:
    Store().query(text_of(path))
    prepareQuery(text_of(path))


@each_rule
def test_a_rule_makes_facts_or_an_ordered_table_after_its_folder(path: Path) -> None:
    text = _NO_NAMES.sub(" ", text_of(path))
    kind = re.search(r"^(SELECT|CONSTRUCT|ASK|DESCRIBE)\b", text, re.MULTILINE)
    assert kind
    if rule_name(path).startswith(SHOWING):
        assert kind[1] == "SELECT"
        assert re.search(r"^ORDER BY( \?\w+| DESC\(\?\w+\))+\s*(LIMIT 1\s*)?\Z", text, re.MULTILINE)
    else:
        assert kind[1] == "CONSTRUCT"


@each_rule
def test_a_rule_neither_reaches_the_network_nor_reads_a_clock_or_chance(path: Path) -> None:
    text = _NO_NAMES.sub(" ", text_of(path)).upper()
    assert re.findall(r"(?<![?:\w])(SERVICE|LOAD|FROM|NOW|RAND|UUID|STRUUID|BNODE|SAMPLE)\b", text) == []


# ---- What a rule may look at ----


@pytest.mark.parametrize("path", [path for path in FILES if not rule_name(path).startswith("scoring/")], ids=rule_name)
def test_only_scoring_reads_weights(path: Path) -> None:
    assert DANAO + "weight" not in iris_in(text_of(path))


def test_scoring_does_read_weights() -> None:
    assert any(DANAO + "weight" in iris_in(text_of(path)) for path in FILES if rule_name(path).startswith("scoring/"))


@pytest.mark.parametrize("path", [path for path in FILES if "/domain/" not in rule_name(path)], ids=rule_name)
def test_the_framework_s_rules_name_no_term_of_a_standard(path: Path, knowledge: Knowledge) -> None:
    foreign = tuple(space for space in knowledge.namespaces if space != DANAO)
    assert sorted(iri for iri in iris_in(text_of(path)) if iri.startswith(foreign)) == []


@each_rule
def test_a_rule_names_only_terms_that_our_vocabularies_have(path: Path, knowledge: Knowledge) -> None:
    ours = {iri for iri in iris_in(text_of(path)) if iri.startswith(knowledge.namespaces)}
    assert sorted(ours - knowledge.index.keys()) == []


# ---- What the entailment rules reach ----


def read_by_rules(knowledge: Knowledge) -> set[str]:
    """Our predicates that the rules other than entailment name."""
    texts = [text_of(path) for path in FILES if not rule_name(path).startswith("entailment/")]
    named = {iri for text in texts for iri in iris_in(text)}
    ours = {iri for iri in named if iri.startswith(knowledge.namespaces)}
    return {iri for iri in ours if OWL + "ObjectProperty" in knowledge.values(iri, RDF_TYPE)}


def of_interest(triple: Triple, predicates: set[str], namespaces: tuple[str, ...]) -> bool:
    if not (isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode)):
        return False
    if triple.predicate.value == RDF_TYPE:
        return triple.object.value.startswith(namespaces)
    return triple.predicate.value in predicates


def closed_by_owlrl(knowledge: Knowledge) -> set[Triple]:
    """The triples between nodes that owlrl makes of the ontology."""
    # What the public may see is no part of what rules see.
    aside = ontology_of({name: data for name, data in knowledge.sources.items() if name.startswith("ontology/access/")})
    facts = knowledge.ontology - aside
    between = {triple for triple in facts if isinstance(triple.object, NamedNode | BlankNode)}
    graph = rdflib.Graph().parse(data=ntriples(between), format="ntriples")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return {
        Triple(NamedNode(str(subject)), NamedNode(str(predicate)), NamedNode(str(thing)))
        for subject, predicate, thing in graph
        if isinstance(subject, rdflib.URIRef) and isinstance(thing, rdflib.URIRef)
    }


def test_entailment_rules_reach_the_closure_of_the_knowledge_that_owlrl_reaches(knowledge: Knowledge) -> None:
    assert isinstance(knowledge.engine, FastEngine)
    predicates = read_by_rules(knowledge)
    assert {DANAO + name for name in ("partOf", "directPartOf", "realises", "provides")} <= predicates
    by_rules = {quad.triple for quad in knowledge.engine.knowledge}
    by_owlrl = closed_by_owlrl(knowledge)
    wanted = {triple for triple in by_owlrl if of_interest(triple, predicates, knowledge.namespaces)}
    assert any(triple.predicate.value == DANAO + "partOf" for triple in wanted - knowledge.ontology)
    assert {triple for triple in by_rules if of_interest(triple, predicates, knowledge.namespaces)} == wanted
