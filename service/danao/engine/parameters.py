"""The one place where terms become part of a query: its ``VALUES (?a ?b) { (UNDEF UNDEF) }`` rows."""

from __future__ import annotations

import re
from collections.abc import Mapping

from danao.statements import Term

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
