"""The one place where terms become part of a query: its leading ``VALUES (?a ?b) { (UNDEF UNDEF) }`` row."""

from __future__ import annotations

import re
from collections.abc import Mapping

from danao.engine.interface import Term

_ROW = re.compile(r"VALUES\s*\(([^)]*)\)\s*\{\s*\((?:\s*UNDEF)+\s*\)\s*\}")


def fill(query: str, parameters: Mapping[str, Term]) -> str:
    """The query with its parameter row filled; a name without a value stays ``UNDEF``.

    :raises KeyError: a parameter that the query does not have.
    """
    if not parameters:
        return query
    row = _ROW.search(query)
    names = row.group(1).replace("?", "").split() if row else []
    for name in parameters:
        if name not in names:
            raise KeyError(name)
    values = " ".join(str(parameters[name]) if name in parameters else "UNDEF" for name in names)
    head = " ".join(f"?{name}" for name in names)
    return _ROW.sub(lambda _: f"VALUES ({head}) {{ ({values}) }}", query, count=1)
