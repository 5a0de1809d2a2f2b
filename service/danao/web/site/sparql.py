"""The page of the SPARQL endpoint: an editor over a plain form, questions as examples, and answers as tables."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from danao.questions import questions
from danao.resources import rule
from danao.web.answers import Variant, answered
from danao.web.asking import Asked
from danao.web.forms import TURTLE
from danao.web.frames import Message
from danao.web.observing import POLICY
from danao.web.site.highlighting import highlighted
from danao.web.site.questions import as_query, path_of_question

# What a query is answered in for a page: rows as JSON, triples as Turtle.
ACCEPTED = "application/sparql-results+json, text/turtle"
# The editor writes styles of its own; no other page may.
_STRICT, _RELAXED = "style-src 'self'", "style-src 'self' 'unsafe-inline'"
# Named graphs that the page lists; the other forms have all. Rows that it shows.
_LISTED, _ROWS = 100, 200


def sparql_page(
    request: Request, seen: Asked, variant: Variant, graphs: Sequence[str], found: Message | None = None
) -> Response:
    """The page, with what a query found where one was sent."""
    linking, settings = seen.service.linking, seen.service.settings
    validators = linking.state(seen.sight).validators("sparql", variant.lang, str(request.url.query))

    def page() -> bytes:
        shown = {
            "asked": request.query_params.get("query") or rule("overview/classes"),
            "prefixes": json.dumps(dict(linking.prefixes)),
            "examples": _examples(seen),
            "graphs": [{"iri": graph, "path": linking.addresses.path(graph)} for graph in islice(graphs, _LISTED)],
            "count": len(graphs),
            "seconds": settings.query.seconds,
            "rows": settings.rows,
            "found": None if found is None else _told(found, seen),
        }
        return linking.pages.page("site/sparql.html", request, variant, **shown)

    response = answered(request, variant, validators, page)
    response.headers["Content-Security-Policy"] = POLICY.replace(_STRICT, _RELAXED)
    return response


def _examples(seen: Asked) -> list[dict[str, Any]]:
    """The competency questions by their titles, as queries."""
    standard, base = seen.service.standard, seen.service.base
    return [
        {"title": one.title.as_json(), "text": as_query(one, standard, base), "path": path_of_question(one.name)}
        for one in questions(standard.knowledge)
    ]


# ---- Answers ----


def _told(found: Message, seen: Asked) -> dict[str, Any]:
    """What a query found: rows of cells, yes or no, or triples."""
    text = found.parts[0].decode()
    if found.header["type"].startswith(TURTLE.media_type):
        return {"kind": "triples", "text": highlighted(text, "turtle")}
    told = json.loads(text)
    if "boolean" in told:
        return {"kind": "boolean", "holds": told["boolean"]}
    names, bindings = told["head"]["vars"], told["results"]["bindings"]
    rows = [list(_cells(row, names, seen)) for row in bindings[:_ROWS]]
    return {"kind": "rows", "names": names, "rows": rows, "count": len(bindings)}


def _cells(row: Mapping[str, Any], names: Sequence[str], seen: Asked) -> Iterator[dict[str, Any]]:
    for name in names:
        term = row.get(name, {"type": "", "value": ""})
        path = seen.service.linking.addresses.path(term["value"]) if term["type"] == "uri" else None
        yield {"text": term["value"], "path": path, "lang": term.get("xml:lang"), "uri": term["type"] == "uri"}
