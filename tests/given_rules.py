"""Small facts and a small knowledge for rules, and what is expected of queries over them."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Literal, RdfFormat, Triple, parse

from danao.canonical import canonical
from danao.engine import Source
from danao.engine.fast import FastEngine
from danao.engine.interface import Row, Workspace
from danao.engine.reference import ReferenceEngine
from danao.engine.rules.build import Builder
from danao.engine.rules.program import Index, Query, ready
from danao.namespaces import XSD
from danao.statements import statements_of

EX = "https://example.org/"
PREFIXES = """PREFIX : <https://example.org/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX danao: <https://w3id.org/danao/ns#>
"""
FACTS = """
:a :p :b , :c ; :q 1 ; :t 'x/y' .
:b :p :c ; :q 2.5 ; :r :a .
:c :s :c ; :q -2.5 .
:d :q 10 ; :t 'two' ; :on '2024-02-29'^^xsd:date ; :n 'x'@zh .
:e :on '2025-01-01'^^xsd:date .
"""
KNOWLEDGE = ":b :k :c , :d . :c :k :d . :a :kind :z . :d :kind :z , :y . :z :label 'zed' ."
IN_KNOWLEDGE = "GRAPH danao:KnowledgeGraph"


def turtle(text: str) -> frozenset[Triple]:
    return frozenset(quad.triple for quad in parse(PREFIXES + text, format=RdfFormat.TURTLE))


def term(text: str) -> str | None:
    """The term of a word: ``-`` is unbound, quotes make a literal, digits a number, letters a node."""
    if text == "-":
        return None
    if text[0] == "'":
        return str(Literal(text[1:-1].replace("_", " ")))
    if text in {"true", "false"}:
        return f'"{text}"^^<{XSD}boolean>'
    if text.lstrip("-")[0].isdigit():
        return f'"{text}"^^<{XSD}{"decimal" if "." in text else "integer"}>'
    return f"<{EX}{text}>"


def rows_of(text: str) -> list[tuple[str | None, ...]]:
    """Rows of words: ``a 1 ; b -`` are two."""
    return [tuple(map(term, row.split())) for row in text.split(";") if row.strip()]


def canonical_rows(rows: Iterable[tuple[str | None, ...]]) -> list[tuple[str | None, ...]]:
    """A whole decimal is written without a point by a store."""
    return [tuple(one and one.replace('.0"^^', '"^^') for one in row) for row in rows]


def texts_of(rows: Iterable[Row]) -> list[tuple[str | None, ...]]:
    return [tuple(None if one is None else str(one) for one in row.values()) for row in rows]


def compiled(text: str) -> Query | None:
    """A query as the fast engine compiles it, if it does."""
    plain = Builder(statements_of(turtle(KNOWLEDGE))).query(PREFIXES + text)
    return plain and ready(plain)


def indexed(facts: str = FACTS) -> Index:
    index = Index()
    index.add(canonical(turtle(facts))[0].statements)
    return index


def source(*rules: str) -> Source:
    """The small knowledge; the rules, without their prefixes, are those that are compiled."""
    return Source(turtle(KNOWLEDGE), frozenset(), {}, (), rules=tuple(PREFIXES + rule for rule in rules))


def workspace(engine: FastEngine | ReferenceEngine, facts: str = FACTS) -> Workspace:
    found = engine.workspace()
    found.add(canonical(turtle(facts))[0])
    return found
