"""What a fleet's tables need of an assessment, read in few steps: some of its statements, and rows as text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from pyoxigraph import Triple

from danao.engine.interface import Row

# The values of a row in the order asked for: IRIs and the characters of literals.
Texts = tuple[str | None, ...]


def chosen(facts: Iterable[Triple], predicates: Collection[str]) -> list[Triple]:
    """The statements whose predicate is one of some, by their IRIs."""
    return [triple for triple in facts if triple.predicate.value in predicates]


def texts(rows: Iterable[Row], names: Sequence[str]) -> list[Texts]:
    """Some columns of the rows of a report's query."""
    return [tuple([None if (term := row[name]) is None else term.value for name in names]) for row in rows]
