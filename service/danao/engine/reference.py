"""The reference engine: rdflib for SPARQL, owlrl for OWL 2 RL, pyshacl for shapes. Slow, independent of the fast.

Two things spare it half of its work: joins by hash, and that nothing is said to be the same as itself.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.metadata import version
from typing import cast

import owlrl
import pyoxigraph
import pyshacl
import rdflib
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple
from rdflib.namespace import OWL, RDF, RDFS, SH, XSD
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import ResultRow

from danao.engine.interface import Answer, Row, ShapeResult, Source, in_order, ntriples
from danao.engine.joins import join_by_hash
from danao.engine.parameters import fill
from danao.engine.queries import answer_of
from danao.namespaces import KNOWLEDGE_GRAPH
from danao.statements import Facts, Term

_Triple = tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]

# Terms that are kept as those of pyoxigraph: an assessment has a few thousand, again and again.
_TERMS = 1 << 16

# pyshacl switches a setting of rdflib for the whole process while it loads shapes, and on whatever it was before.
_PYSHACL = threading.Lock()

# What owlrl adds about every resource and literal; no rule and no shape asks for it.
_IDLE_PREDICATES = {OWL.sameAs, OWL.differentFrom, OWL.equivalentClass, OWL.equivalentProperty, RDFS.subClassOf}
_IDLE_NAMESPACES = tuple(str(namespace) for namespace in (OWL, RDFS, XSD, RDF))


class _Semantics(owlrl.OWLRL_Semantics):  # type: ignore[misc] # owlrl has no types
    """OWL 2 RL but for its rule eq-ref, which says of everything that it is the same as itself."""

    def store_triple(self, t: _Triple) -> None:
        if t[0] != t[2] or t[1] != OWL.sameAs:
            super().store_triple(t)


class ReferenceEngine:
    """Keeps the sources as rdflib graphs; each workspace reasons and validates from the start."""

    name = "reference"

    def __init__(self, source: Source) -> None:
        join_by_hash()
        self.versions = {name: version(name) for name in ("rdflib", "owlrl", "pyshacl")}
        self.knowledge = _to_rdflib(source.knowledge)
        self.axioms = _to_rdflib(source.axioms)
        self.shapes = {name: rdflib.Graph().parse(data=text, format="ntriples") for name, text in source.shapes.items()}
        self.closure = _closed(self.axioms)
        # rdflib takes longer to parse a rule than to apply most of them.
        self.prepared: dict[str, Query] = {}

    def prepare(self, text: str) -> Query:
        """A query, parsed once."""
        if text not in self.prepared:
            self.prepared[text] = prepareQuery(text)
        return self.prepared[text]

    def workspace(self) -> ReferenceWorkspace:
        return ReferenceWorkspace(self)


class ReferenceWorkspace:
    """Facts in the default graph of an rdflib dataset, the knowledge in a named graph."""

    def __init__(self, engine: ReferenceEngine) -> None:
        self._engine = engine
        self._dataset = rdflib.Dataset()
        knowledge = self._dataset.graph(rdflib.URIRef(KNOWLEDGE_GRAPH))
        for triple in engine.knowledge:
            knowledge.add(triple)

    @property
    def _facts(self) -> rdflib.Graph:
        return cast("rdflib.Graph", self._dataset.default_graph)

    def add(self, facts: Iterable[Triple]) -> None:
        for triple in _to_rdflib(facts):
            self._facts.add(triple)

    def entail(self) -> Facts:
        closed = _closed(self._engine.axioms, self._facts)
        return self._keep(triple for triple in closed if triple not in self._engine.closure and not _idle(triple))

    def construct(self, query: str) -> Facts:
        made = self._dataset.query(self._engine.prepare(query))
        return self._keep(cast("Iterable[_Triple]", made))

    def _keep(self, made: Iterable[_Triple]) -> Facts:
        new = {triple for triple in made if triple not in self._facts}
        for triple in new:
            self._facts.add(triple)
        return _from_rdflib(new)

    def select(self, query: str, parameters: Mapping[str, Term] | None = None) -> list[Row]:
        result = self._dataset.query(self._engine.prepare(fill(query, parameters or {})))
        names = [str(variable) for variable in result.vars or ()]
        rows = cast("Iterable[ResultRow]", result)
        return [{name: None if row[name] is None else _term(row[name]) for name in names} for row in rows]

    def query(self, text: str, most: int) -> Answer:
        store = pyoxigraph.Store()
        graph, knowledge = NamedNode(KNOWLEDGE_GRAPH), _from_rdflib(self._engine.knowledge)
        store.extend(pyoxigraph.Quad(t.subject, t.predicate, t.object) for t in _from_rdflib(self._facts))
        store.extend(pyoxigraph.Quad(t.subject, t.predicate, t.object, graph) for t in knowledge)
        return answer_of(store, text, most)

    def validate(self, shapes: str) -> list[ShapeResult]:
        data, own = _copied(self._facts), _copied(self._engine.shapes[shapes])
        with _PYSHACL:
            normalising = rdflib.NORMALIZE_LITERALS
            try:
                _, report, _ = pyshacl.validate(data, shacl_graph=own, allow_infos=True)
            finally:
                rdflib.NORMALIZE_LITERALS = normalising
        return in_order(_results(report))


def _copied(*graphs: rdflib.Graph) -> rdflib.Graph:
    """A graph of its own: pyshacl and owlrl write into what they are given."""
    copy = rdflib.Graph()
    for graph in graphs:
        for triple in graph:
            copy.add(triple)
    return copy


def _closed(*graphs: rdflib.Graph) -> rdflib.Graph:
    closure = _copied(*graphs)
    owlrl.DeductiveClosure(_Semantics).expand(closure)
    return closure


def _idle(triple: _Triple) -> bool:
    subject, predicate, thing = triple
    return (
        not isinstance(subject, rdflib.URIRef)
        or isinstance(thing, rdflib.BNode)
        or predicate in _IDLE_PREDICATES
        or str(subject).startswith(_IDLE_NAMESPACES)
        or (predicate == RDF.type and str(thing).startswith(_IDLE_NAMESPACES))
    )


def _results(report: rdflib.Graph) -> Iterable[ShapeResult]:
    # Only results of the report itself: sh:detail hangs nested ones below them.
    for node in report.objects(None, SH.result):
        value = report.value(node, SH.value)
        yield ShapeResult(
            focus=str(report.value(node, SH.focusNode)),
            shape=str(report.value(node, SH.sourceShape)),
            severity=str(report.value(node, SH.resultSeverity)).rpartition("#")[2].lower(),
            value=None if value is None else str(_term(value)),
        )


def _to_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    return rdflib.Graph().parse(data=ntriples(triples), format="ntriples")


def _from_rdflib(triples: Iterable[_Triple]) -> Facts:
    return frozenset(
        Triple(cast("NamedNode", _term(subject)), cast("NamedNode", _term(predicate)), _term(thing))
        for subject, predicate, thing in triples
    )


@lru_cache(maxsize=_TERMS)
def _term(node: rdflib.term.Node) -> Term:
    if isinstance(node, rdflib.URIRef):
        return NamedNode(str(node))
    if isinstance(node, rdflib.BNode):
        return BlankNode(str(node))
    # Through a store, so that a literal has the same form whichever engine made it.
    store = pyoxigraph.Store()
    graph = rdflib.Graph()
    graph.add((rdflib.URIRef("urn:x"), rdflib.URIRef("urn:x"), node))
    store.load(graph.serialize(format="ntriples"), format=RdfFormat.N_TRIPLES)
    return cast("Term", next(iter(store)).object)
