"""Rows put in the order that a query asks for, outside of the store.

A store on disk looks up the text of both sides whenever it compares two IRIs, which takes longer than finding the rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from pyoxigraph import BlankNode, NamedNode

from danao.engine.interface import Row
from danao.namespaces import XSD
from danao.statements import Term

_ORDER = re.compile(r"\nORDER BY (?P<keys>(?:(?:DESC\(\?\w+\)|\?\w+)\s*)+)\Z")
_KEY = re.compile(r"(?P<descending>DESC\()?\?(?P<name>\w+)")
_NUMBERS = {XSD + "integer", XSD + "decimal"}
# A name, and whether the greatest stands first.
Keys = tuple[tuple[str, bool], ...]
# What a term is, and by what it is ordered among its like.
_Rank = tuple[int, Any]


def without_order(query: str) -> tuple[str, Keys]:
    """A query that ends by ordering its rows by variables, without that, and what it orders by."""
    order = _ORDER.search(query)
    if order is None:
        return query, ()
    keys = tuple((key["name"], bool(key["descending"])) for key in _KEY.finditer(order["keys"]))
    return query[: order.start()] + "\n", keys


def in_order(rows: list[Row], keys: Keys) -> list[Row]:
    """Rows in the order that SPARQL gives them by keys: first what is not bound, then IRIs, numbers, other literals."""
    found = list(rows)
    for name, descending in reversed(keys):
        found.sort(key=_by(name), reverse=descending)
    return found


def _by(name: str) -> Callable[[Row], _Rank]:
    return lambda row: _rank(row[name])


def _rank(term: Term | None) -> _Rank:
    if term is None:
        return 0, ""
    if isinstance(term, BlankNode):
        return 1, term.value
    if isinstance(term, NamedNode):
        return 2, term.value
    if term.datatype.value in _NUMBERS:
        return 3, Decimal(term.value)
    return 4, term.value
