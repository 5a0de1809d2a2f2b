"""The one place where terms become part of a query: its ``VALUES (?a ?b) { (UNDEF UNDEF) }`` rows, and its graph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pyoxigraph import NamedNode

from danao.statements import Term

# The graph of the knowledge, as queries name it.
_KNOWLEDGE = re.compile(r"(?<![\w:])danao:KnowledgeGraph\b")
_ROW = re.compile(r"VALUES\s*\(([^)]*)\)\s*\{\s*\((?:\s*UNDEF)+\s*\)\s*\}")


def fill(query: str, parameters: Mapping[str, Term]) -> str:
    """The query with its parameter rows filled; a name without a value stays ``UNDEF``.

    A group within the query sees nothing of the row outside, so it may begin with a row of its own.

    :raises KeyError: a parameter that the query does not have.
    """
    if not parameters:
        return query
    known = {name for row in _ROW.finditer(query) for name in _names(row)}
    for name in parameters:
        if name not in known:
            raise KeyError(name)
    return _ROW.sub(lambda row: _filled(_names(row), parameters), query)


def _names(row: re.Match[str]) -> list[str]:
    return row.group(1).replace("?", "").split()


def _filled(names: list[str], parameters: Mapping[str, Term]) -> str:
    values = " ".join(str(parameters[name]) if name in parameters else "UNDEF" for name in names)
    head = " ".join(f"?{name}" for name in names)
    return f"VALUES ({head}) {{ ({values}) }}"


def for_each(query: str, name: str, terms: Iterable[Term]) -> str:
    """The query with a row for each of some terms in the place of its row of a single name."""
    rows = " ".join(f"({term})" for term in terms)
    return _ROW.sub(lambda row: f"VALUES (?{name}) {{ {rows} }}" if _names(row) == [name] else row.group(), query)


def by_knowledge_of(query: str, graph: str) -> str:
    """The query as it is to be asked of a store, where the knowledge is in a graph of a name of its own."""
    return _KNOWLEDGE.sub(lambda _: str(NamedNode(graph)), query)
