"""``/sparql``: the SPARQL 1.1 Protocol, for queries only. Queries run in worker processes with bounds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from http import HTTPMethod
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pyoxigraph import Triple
from starlette.responses import Response

from danao.catalogue import service_description
from danao.errors import Place, Text, WrongMethod
from danao.web.answers import VARY, Variant, kept
from danao.web.asking import Asked
from danao.web.documents import Document
from danao.web.forms import FORMS, HTML, TURTLE, Form, form_of, split_suffix, wanted
from danao.web.frames import Message
from danao.web.linked import READING, Seen, document_shown
from danao.web.linking import nothing_here, path_of
from danao.web.pool import Work
from danao.web.problems import problem_response
from danao.web.sights import Sight
from danao.web.site.sparql import ACCEPTED, sparql_page
from danao.web.sparql_answers import NAME
from danao.web.sparql_protocol import Operation, Sent, operation_of
from danao.web.waiting import Interest, while_waited_for

PATH = "/sparql"
# Machines that do not say what they want ask more often than people, whose browsers do say it.
_FORMS = (TURTLE, *(form for form in FORMS if form is not TURTLE))
_JOB = "danao.web.sparql_answers:answer"
_METHODS = [*READING, "POST"]
_LESS = Text(
    "把查询写得更窄：先限定主语或类型，避免没有共同变量的图式，少用不定长的路径。",
    "Ask for less: name a subject or a class first, leave no pattern without a shared variable, bound your paths.",
)


def sparql_routes() -> APIRouter:
    """The endpoint, and its description in every form."""
    router = APIRouter(include_in_schema=False)
    router.add_api_route(PATH, query, methods=_METHODS)
    router.add_api_route(f"{PATH}.{{suffix}}", described, methods=READING)
    router.add_api_route(PATH, refuse, methods=[HTTPMethod.PUT, HTTPMethod.PATCH, HTTPMethod.DELETE])
    return router


async def sent(request: Request) -> Sent:
    """What a request sends, read to its end."""
    query = request.scope["query_string"]
    return Sent(request.method, query, request.headers.get("content-type", ""), await request.body())


async def query(request: Request, seen: Seen, said: Annotated[Sent, Depends(sent)]) -> Response:
    """The answer of a query; without any, what the service is."""
    return await while_waited_for(request, partial(_answered, request, seen, said))


def _answered(request: Request, seen: Asked, said: Sent, interest: Interest) -> Response:
    operation = operation_of(said, seen.service.settings.query_size)
    if operation is None:
        return described(request, seen)
    # Browsers accept pages whatever they ask for; the form of the page says so in its address.
    if request.method != "POST" and request.query_params.get("_mediatype") == HTML.media_type:
        return _page(request, seen, HTML, run(seen, operation, ACCEPTED, interest))
    found = run(seen, operation, wanted(request), interest)
    headers = {"Content-Type": found.header["type"], "Cache-Control": kept(not seen.reader.is_public), "Vary": VARY}
    return Response(found.parts[0], headers=headers)


def refuse(request: Request, seen: Seen) -> Response:
    """No query comes in another way."""
    return wrong_method(request, seen, _METHODS, Text("查询用 GET 或 POST。", "Send a query by GET or POST."))


def wrong_method(request: Request, seen: Asked, allowed: Sequence[str], fix: Text) -> Response:
    """The answer to a method that an address does not answer, with those that it does."""
    method = request.method
    fault = WrongMethod(Text(f"这个地址不接受 {method}。", f"{method} is not answered at this address."), fix=fix)
    response = problem_response(fault, seen.lang, request.url.path, seen.service.base)
    response.headers["Allow"] = ", ".join(allowed)
    return response


# ---- The query ----


def run(seen: Asked, operation: Operation, accept: str, interest: Interest) -> Message:
    """What a worker answers, as long as there is interest: the body as its part, its media type in the header.

    :raises DanaoError: there is no answer.
    """
    named = seen.sight.named
    listed = b"" if named is None else "\n".join(named).encode()
    work = Work(_JOB, _arguments(seen, operation, accept), [operation.query, listed], Place(file=NAME), _LESS)
    return seen.service.queries.run(work, seen.service.settings.query, interest)


def _arguments(seen: Asked, operation: Operation, accept: str) -> dict[str, Any]:
    sight, settings = seen.sight, seen.service.settings
    asked_for = {"default": operation.default, "named": operation.named} if operation.names_graphs else None
    return {
        "folder": str(sight.copy.folder),
        "base": _endpoint(seen),
        "default": sight.default,
        "open": sight.named is None,
        "asked": asked_for,
        "accept": accept,
        "rows": settings.rows,
        "size": settings.answer_size,
    }


# ---- The service ----


def described(request: Request, seen: Seen) -> Response:
    """What the service is, with the graphs that the reader may name; for people, with a form for a query.

    :raises NotFound: there is no such form of it.
    """
    path, form = split_suffix(path_of(request))
    if form is None and "." in path:
        raise nothing_here()
    chosen = form or form_of(request, _FORMS)
    if chosen.is_page:
        return _page(request, seen, chosen)
    variant = Variant(PATH, chosen, seen.lang, not seen.reader.is_public)
    linking = seen.service.linking
    facts = linking.endpoints.value(seen.sight.key, linking.state(seen.sight).digest, lambda: _description(seen))
    return document_shown(request, seen, Document(_endpoint(seen), 1, facts), variant)


def _description(seen: Asked) -> Sequence[Triple]:
    sight = seen.sight
    return list(service_description(_endpoint(seen), sight.default[0], _nameable(sight), seen.service.knowledge))


def _page(request: Request, seen: Asked, form: Form, found: Message | None = None) -> Response:
    variant = Variant(PATH, form, seen.lang, not seen.reader.is_public)
    return sparql_page(request, seen, variant, _nameable(seen.sight), found)


def _nameable(sight: Sight) -> list[str]:
    """The graphs that a reader may name."""
    return sorted(sight.copy.store.graphs() if sight.named is None else sight.named)


def _endpoint(seen: Asked) -> str:
    return f"{seen.service.base}{PATH[1:]}"
