"""The fast engine: pyoxigraph for SPARQL and entailment by rules, compiled shapes for SHACL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import cast

from pyoxigraph import DefaultGraph, NamedNode, Quad, QuerySolutions, QueryTriples, Store, Triple

from danao.engine.interface import Answer, Facts, Row, ShapeResult, Source, Term, ntriples
from danao.engine.parameters import fill
from danao.engine.queries import answer_of
from danao.engine.shapes import compile_shapes, shapes_in_use
from danao.namespaces import KNOWLEDGE_GRAPH

KNOWLEDGE = NamedNode(KNOWLEDGE_GRAPH)


class FastEngine:
    """Compiles the shapes once and keeps the knowledge as quads ready to load."""

    name = "fast"

    def __init__(self, source: Source) -> None:
        self.versions = {name: version(name) for name in ("pyoxigraph", shapes_in_use().name)}
        self.knowledge = [Quad(t.subject, t.predicate, t.object, KNOWLEDGE) for t in source.knowledge]
        self.entailment = source.entailment
        self.shapes = {name: compile_shapes(text) for name, text in source.shapes.items()}

    def workspace(self) -> FastWorkspace:
        return FastWorkspace(self)


class FastWorkspace:
    """Facts in the default graph of a store of their own, the knowledge in a named graph."""

    def __init__(self, engine: FastEngine) -> None:
        self._engine = engine
        # A store that was filled and cleared a thousand times slows down; a fresh one does not.
        self._store = Store()
        self._store.extend(engine.knowledge)

    def add(self, facts: Iterable[Triple]) -> None:
        self._store.extend(Quad(t.subject, t.predicate, t.object) for t in facts)

    def entail(self) -> Facts:
        found: set[Triple] = set()
        while new := frozenset().union(*(self.construct(rule) for rule in self._engine.entailment)):
            found |= new
        return frozenset(found)

    def construct(self, query: str) -> Facts:
        made = {Quad(t.subject, t.predicate, t.object) for t in cast("QueryTriples", self._store.query(query))}
        new = [quad for quad in made if quad not in self._store]
        self._store.extend(new)
        return frozenset(quad.triple for quad in new)

    def select(self, query: str, parameters: Mapping[str, Term] | None = None) -> list[Row]:
        solutions = cast("QuerySolutions", self._store.query(fill(query, parameters or {})))
        names = [variable.value for variable in solutions.variables]
        return [{name: solution[name] for name in names} for solution in solutions]

    def query(self, text: str, most: int) -> Answer:
        return answer_of(self._store, text, most)

    def validate(self, shapes: str) -> list[ShapeResult]:
        facts = self._store.quads_for_pattern(None, None, None, DefaultGraph())
        return self._engine.shapes[shapes].validate(ntriples(quad.triple for quad in facts))
