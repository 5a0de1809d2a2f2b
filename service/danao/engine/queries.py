"""Queries that users write, over a store."""

from __future__ import annotations

from itertools import islice

from pyoxigraph import QueryBoolean, QuerySolutions, Store

from danao.engine.interface import Answer


def answer_of(store: Store, text: str, most: int) -> Answer:
    """What a query gives, at most so many rows or triples.

    :raises SyntaxError: it is no query.
    """
    found = store.query(text)
    if isinstance(found, QueryBoolean):
        return Answer(holds=bool(found))
    if not isinstance(found, QuerySolutions):
        triples = tuple(islice(found, most + 1))
        return Answer(complete=len(triples) <= most, triples=triples[:most])
    names = tuple(variable.value for variable in found.variables)
    rows = [{name: solution[name] for name in names} for solution in islice(found, most + 1)]
    return Answer(complete=len(rows) <= most, names=names, rows=tuple(rows[:most]))
