"""``/graphs``: the SPARQL 1.1 Graph Store HTTP Protocol, for reading only. Graphs are made while they are sent."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPMethod

from fastapi import APIRouter, Request
from starlette.responses import Response

from danao.errors import BadRequest, NotFound, Text
from danao.store.lookups import holds
from danao.web.answers import VARY, Streamed, kept, unchanged
from danao.web.asking import Asked
from danao.web.contents import contents
from danao.web.forms import JSON_LD, N_TRIPLES, RDF_XML, TURTLE, form_of
from danao.web.freshness import is_unchanged
from danao.web.linked import READING, Seen
from danao.web.sparql import wrong_method

PATH = "/graphs"
_FORMS = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML)


def gsp_routes() -> APIRouter:
    """The graph store."""
    router = APIRouter(include_in_schema=False)
    router.add_api_route(PATH, read, methods=READING)
    router.add_api_route(PATH, refuse, methods=[HTTPMethod.PUT, HTTPMethod.POST, HTTPMethod.PATCH, HTTPMethod.DELETE])
    return router


def read(request: Request, seen: Seen) -> Response:
    """A graph, whole: ``?default`` or ``?graph=<IRI>``."""
    graphs, form, linking = _graphs(request, seen), form_of(request, _FORMS), seen.service.linking
    validators = linking.state(seen.sight).validators("graphs", *graphs, form.suffix)
    headers = {"Cache-Control": kept(not seen.reader.is_public), "Vary": VARY, **validators.headers()}
    if is_unchanged(request.headers, validators):
        return unchanged(headers, form.content_type)
    body = contents(seen.sight.copy.store, graphs, form, linking.prefixes)
    return Streamed(body, headers, form.content_type)


def refuse(request: Request, seen: Seen) -> Response:
    """No graph is written here."""
    fix = Text(
        "图由登记产生，只读：写入通过提交新版本进行。",
        "Graphs are made by what is registered, and are only read: writing goes through submissions.",
    )
    return wrong_method(request, seen, READING, fix)


def _graphs(request: Request, seen: Asked) -> Sequence[str]:
    """The graphs that a request is about."""
    named, default = request.query_params.getlist("graph"), "default" in request.query_params
    if len(named) + default != 1:
        raise BadRequest(
            Text("不知道要哪个图。", "It cannot be told which graph is asked for."),
            fix=Text("写 ?default，或一个 ?graph=<IRI>。", "Write ?default, or one ?graph=<IRI>."),
        )
    if default:
        return seen.sight.default
    if not (seen.sight.shows(named[0]) and _is_there(seen, named[0])):
        raise NotFound(
            Text("没有这个图，或您看不到它。", "There is no such graph, or none that you may see."),
            fix=Text("可读的图列在 /sparql 的说明里。", "The description at /sparql lists the graphs to be read."),
        )
    return named


def _is_there(seen: Asked, graph: str) -> bool:
    try:
        return holds(seen.sight.copy.store, graph)
    except ValueError:
        # It is no IRI.
        return False
