"""The projects that a reader sees, with the totals of both results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from pyoxigraph import Literal, NamedNode

from danao.engine.interface import Row
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, local_name
from danao.resources import rule
from danao.statements import Term
from danao.view import KINDS
from danao.web.asking import Asked


def kinds_of(knowledge: Knowledge) -> dict[str, dict[str, str]]:
    """The names of the kinds of result, by the local names of their terms."""
    return {kind: knowledge.label(DANAO + kind).as_json() for kind in KINDS}


def projects_of(seen: Asked, only: str | None = None) -> list[dict[str, Any]]:
    """What is current of each project, or of one by its IRI: names, paths, totals with the digits as they are."""
    parameters: Mapping[str, Term] = {} if only is None else {"project": NamedNode(only)}
    rows = seen.sight.copy.store.select(rule("documents/projects"), parameters, default=seen.sight.default)
    return [_project(list(own), seen) for _, own in groupby(rows, key=lambda row: row["project"].value)]


def _project(rows: Sequence[Row], seen: Asked) -> dict[str, Any]:
    iri, addresses = rows[0]["project"].value, seen.service.linking.addresses
    titles = {row["title"].language: row["title"].value for row in rows if isinstance(row["title"], Literal)}
    return {
        "identifier": rows[0]["identifier"].value,
        "title": titles.get(seen.lang, next(iter(titles.values()), local_name(iri))),
        "path": addresses.path(iri),
        "assessment": addresses.path(rows[0]["assessment"].value),
        "totals": dict(_totals(rows)),
    }


def _totals(rows: Iterable[Row]) -> Iterator[tuple[str, Mapping[str, str | bool]]]:
    """Kind of result → points and upper points, and whether they are rounded."""
    for row in rows:
        if row["result"] is not None:
            points = {name: row[name].value for name in ("points", "upperPoints")}
            yield local_name(row["result"].value), {**points, "rounded": row["roundedTo"] is not None}
