"""Machine-readable output on stdout: UTF-8, LF, the same bytes for the same inputs."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from danao.engine.interface import iri_of
from danao.errors import Problem
from danao.formats.context import context_of
from danao.formats.jsonld import nodes_as_json
from danao.formats.syntax import turtle
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, DCTERMS, PUBLIC, RDF_TYPE, RDFS, SH, SKOS, XSD
from danao.pipeline import Assessment

# What is said of a term that a result points to, so that a reader need not look it up.
_SAID = (RDF_TYPE, SKOS + "notation", SKOS + "prefLabel", RDFS + "label", RDFS + "isDefinedBy")
# An object of two members that are keywords, spread over lines; no string holds an end of line.
_PAIR = re.compile(r'\{\s+("@\w+": "(?:[^"\\]|\\.)*"),\s+("@\w+": "(?:[^"\\]|\\.)*")\s+\}')


def print_json(value: dict[str, Any]) -> None:
    """JSON, readable, Chinese as it is."""
    print_text(json_text(value))


def print_json_ld(value: dict[str, Any]) -> None:
    """JSON-LD, readable: a definition or a literal on one line."""
    print_text(json_ld_text(value))


def json_text(value: dict[str, Any]) -> str:
    """JSON as it is printed."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def json_ld_text(value: dict[str, Any]) -> str:
    """JSON-LD as it is printed."""
    return _PAIR.sub(r"{ \1, \2 }", json_text(value))


def as_rdf(assessments: Sequence[Assessment], knowledge: Knowledge, form: str, below: str | None = None) -> None:
    """The graphs of assessments with the labels of what they point to; only of elements ``below`` one where given."""
    print_triples(stated(assessments, knowledge, below), knowledge, form)


def stated(assessments: Iterable[Assessment], knowledge: Knowledge, below: str | None = None) -> set[Triple]:
    """The triples that :func:`as_rdf` prints."""
    facts = {triple for assessment in assessments for graph in assessment.graphs.values() for triple in graph}
    if below is not None:
        facts = _about(facts, below, knowledge)
    return facts | _labels(facts, knowledge)


def problems_as_rdf(assessments: Sequence[Assessment], knowledge: Knowledge, form: str) -> None:
    """What a check found, as one SHACL validation report for each project."""
    print_triples(reported(assessments), knowledge, form)


def reported(assessments: Iterable[Assessment]) -> Iterator[Triple]:
    """The triples that :func:`problems_as_rdf` prints."""
    return (triple for one in assessments for triple in _report(one))


def _report(assessment: Assessment) -> Iterator[Triple]:
    report = NamedNode(f"{assessment.iri}/report")
    yield Triple(report, NamedNode(RDF_TYPE), NamedNode(SH + "ValidationReport"))
    conforms = Literal("false" if assessment.violated else "true", datatype=NamedNode(XSD + "boolean"))
    yield Triple(report, NamedNode(SH + "conforms"), conforms)
    for number, problem in enumerate(assessment.problems, start=1):
        result = NamedNode(f"{report.value}/{number}")
        yield Triple(report, NamedNode(SH + "result"), result)
        yield Triple(result, NamedNode(RDF_TYPE), NamedNode(SH + "ValidationResult"))
        yield Triple(result, NamedNode(SH + "resultSeverity"), NamedNode(SH + problem.severity.capitalize()))
        yield Triple(result, NamedNode(DCTERMS + "identifier"), Literal(problem.name))
        yield Triple(result, NamedNode(SH + "focusNode"), _focus(problem, assessment))
        for lang, text in problem.what.as_json().items():
            yield Triple(result, NamedNode(SH + "resultMessage"), Literal(text, language=lang))
        if problem.path:
            yield Triple(result, NamedNode(SH + "resultPath"), NamedNode(problem.path))
        if problem.value:
            yield Triple(result, NamedNode(SH + "value"), Literal(problem.value))


def _focus(problem: Problem, assessment: Assessment) -> NamedNode:
    """The node of a problem; the project for one that is about a file or a node without an IRI."""
    node = problem.place.node or "_:"
    return NamedNode(assessment.description.project if node.startswith("_:") else node)


def print_triples(triples: Iterable[Triple], knowledge: Knowledge, form: str) -> None:
    """Triples as ``turtle`` or ``jsonld``, sorted."""
    _write(written(triples, knowledge, form))


def written(triples: Iterable[Triple], knowledge: Knowledge, form: str) -> bytes:
    """Triples as they are printed."""
    if form == "jsonld":
        return json_ld_text(nodes_as_json(triples, context_of(knowledge))).encode()
    return turtle(triples, {**PUBLIC, **knowledge.prefixes})


def _about(facts: set[Triple], element: str, knowledge: Knowledge) -> set[Triple]:
    """What is said of the nodes that point to an element or to one below it, and of what those point to."""
    wanted = {NamedNode(iri) for iri in _below(element, knowledge)}
    nodes = {triple.subject for triple in facts if triple.object in wanted}
    subjects = {triple.subject for triple in facts}
    nodes |= {
        NamedNode(iri_of(triple.object))
        for triple in facts
        if triple.subject in nodes and isinstance(triple.object, NamedNode) and triple.object in subjects
    }
    return {triple for triple in facts if triple.subject in nodes}


def _below(element: str, knowledge: Knowledge) -> set[str]:
    found = {element}
    while more := {
        iri
        for iri in knowledge.index
        if iri not in found and found.intersection(knowledge.values(iri, DANAO + "directPartOf"))
    }:
        found |= more
    return found


def _labels(facts: Iterable[Triple], knowledge: Knowledge) -> set[Triple]:
    pointed = {triple.object.value for triple in facts if isinstance(triple.object, NamedNode)}
    return {
        Triple(NamedNode(iri), NamedNode(predicate), value)
        for iri in pointed
        if iri.startswith(knowledge.namespaces) and iri in knowledge.index
        for predicate in _SAID
        for value in knowledge.index[iri].get(predicate, ())
    }


def print_text(text: str) -> None:
    """Text as it is."""
    _write(text.encode())


def _write(data: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
