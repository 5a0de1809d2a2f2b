"""What an engine does for the steps: entail, construct, select, validate. Terms are pyoxigraph's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from pyoxigraph import NamedNode, RdfFormat, Triple, serialize

from danao.statements import Facts, Term

# Column → pyoxigraph term, or None where the variable is unbound.
Row = Mapping[str, Any]


# The values of a row in the order asked for: IRIs and the characters of literals.
Texts = tuple[str | None, ...]


def texts_of(rows: Iterable[Row], names: Sequence[str]) -> list[Texts]:
    """Some columns of rows as text; an engine whose rows are text already reads them as such."""
    found = list(rows)
    if found and hasattr(found[0], "texts_of"):
        own: list[Texts] = found[0].texts_of(found, names)
        return own
    return [tuple([None if (term := row[name]) is None else term.value for name in names]) for row in found]


def iri_of(term: object) -> str:
    """The IRI of a named node, and nothing for any other term."""
    return term.value if isinstance(term, NamedNode) else ""


def ntriples(triples: Iterable[Triple]) -> str:
    """Triples as N-Triples text."""
    return (serialize(triples, format=RdfFormat.N_TRIPLES) or b"").decode()


@dataclass(frozen=True)
class Source:
    """What an engine compiles: the knowledge as closed triples, the shapes by set, the entailment rules.

    ``knowledge`` is what rules may see of it, ``axioms`` what an OWL reasoner is given. Shape sets are N-Triples texts.
    ``rules`` are the queries that every assessment runs; an engine may make them ready beforehand. ``digest`` is that
    of the knowledge, and ``keep`` gives what was made for a key, now or before. Where nothing is kept, an engine may
    wait for so many workspaces as ``patience`` says before it compiles what pays for many only.
    """

    knowledge: Facts
    axioms: Facts
    shapes: Mapping[str, str]
    entailment: tuple[str, ...]
    rules: tuple[str, ...] = ()
    digest: str = ""
    keep: Callable[[str, Callable[[], bytes]], bytes] = lambda _key, make: make()
    patience: int = 0


class ShapeResult(NamedTuple):
    """One result of a shape: node and shape are IRIs, the value is in N-Triples syntax.

    A node that is a literal, which only a property that asks for nodes can have as its value, goes by its text.
    """

    focus: str
    shape: str
    severity: str
    value: str | None = None


def in_order(results: Iterable[ShapeResult]) -> list[ShapeResult]:
    """Results sorted by node, shape, severity and value, each once; one without a value (a count) stands first.

    How often a shape says the same of one value depends on the library, and nobody needs it twice.
    """
    return sorted(set(results), key=lambda result: (result.focus, result.shape, result.severity, result.value or ""))


@dataclass(frozen=True)
class Answer:
    """What a user's query gives: names and rows, whether it holds, or triples; ``complete`` if nothing is left out."""

    complete: bool = True
    names: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    holds: bool | None = None
    triples: tuple[Triple, ...] | None = None


class Workspace(Protocol):
    """The facts of one assessment, growing step by step, beside the knowledge."""

    def add(self, facts: Iterable[Triple]) -> None:
        """Add facts."""

    def entail(self) -> Facts:
        """Add what the ontology's axioms entail; the facts that were not there before."""

    def construct(self, query: str) -> Facts:
        """Add what a CONSTRUCT query makes; the facts that were not there before."""

    def select(self, query: str, parameters: Mapping[str, Term] | None = None) -> list[Row]:
        """Rows of a SELECT query in its order; parameters fill its leading ``VALUES … (UNDEF)`` row."""

    def query(self, text: str, most: int) -> Answer:
        """What any SPARQL query gives, at most so many rows or triples. It runs on pyoxigraph, whatever the engine.

        :raises SyntaxError: it is no query; the message says where.
        """

    def validate(self, shapes: str) -> list[ShapeResult]:
        """Results of a set of shapes over the facts, sorted."""


class Engine(Protocol):
    """A compiled knowledge that hands out workspaces."""

    name: str

    @property
    def versions(self) -> dict[str, str]:
        """The libraries by name, with their versions."""

    def workspace(self) -> Workspace:
        """A fresh workspace that holds the knowledge and no facts."""
