"""The fast engine: pyoxigraph for SPARQL and entailment by rules, ``shacl`` for shapes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import cast

from pyoxigraph import DefaultGraph, NamedNode, Quad, QuerySolutions, QueryTriples, Store, Triple
from shacl import Shapes

from danao.engine.interface import Answer, Facts, Row, ShapeResult, Source, Term, in_order, ntriples
from danao.engine.parameters import fill
from danao.engine.queries import answer_of
from danao.namespaces import KNOWLEDGE_GRAPH, SH

KNOWLEDGE = NamedNode(KNOWLEDGE_GRAPH)


class FastEngine:
    """Compiles the shapes once and keeps the knowledge as quads ready to load."""

    name = "fast"

    def __init__(self, source: Source) -> None:
        self.knowledge = [Quad(t.subject, t.predicate, t.object, KNOWLEDGE) for t in source.knowledge]
        self.entailment = source.entailment
        self.shapes = {name: Shapes.from_text(text, "ntriples") for name, text in source.shapes.items()}

    @cached_property
    def versions(self) -> dict[str, str]:
        """The libraries by name, with their versions."""
        from importlib.metadata import version

        return {name: version(name) for name in ("pyoxigraph", "shacl")}

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
        text = ntriples(quad.triple for quad in facts)
        report = self._engine.shapes[shapes].validate_text(text, "ntriples")
        return in_order(
            ShapeResult(
                focus=_iri(result.focus_node),
                shape=_iri(result.source_shape),
                severity=result.severity_iri.removeprefix(SH).lower(),
                value=result.value,
            )
            for result in report.results
        )


def _iri(text: str | None) -> str:
    return (text or "").strip("<>")
