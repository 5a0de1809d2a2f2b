"""``/standard``: the standard as a tree, searched, and each thing that it names on a page of its own."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from danao.view import EXPLANATION, applied, both
from danao.web.api.parameters import Code
from danao.web.api.standard import concept_told, elements_told
from danao.web.asking import Asked
from danao.web.linked import READING, Seen
from danao.web.site.concepts import PATH, above, branches, chapters, found, kinds, named
from danao.web.site.frame import Place, page_answer
from danao.web.site.rules import rules_of, shape_of
from danao.web.site.standing import standing

# Things that a search shows at most.
_MOST = 100


def standard_routes() -> APIRouter:
    """The routes of the standard."""
    router = APIRouter(include_in_schema=False)
    router.add_api_route(PATH, overview, methods=READING)
    router.add_api_route(f"{PATH}/{{code:path}}", concept, methods=READING)
    return router


def overview(
    request: Request,
    seen: Seen,
    find: Annotated[str, Query(max_length=200)] = "",
    kind: Annotated[str, Query(max_length=500)] = "",
) -> Response:
    """All that the standard names; with a text or a kind, what is found."""
    standard = seen.service.standard
    is_search = bool(find.strip() or kind)
    results = found(find, kind, standard) if is_search else []
    shown = {
        "title": both(standard.knowledge.label(standard.document)),
        "tree": [] if is_search else branches(json.loads(elements_told(seen).body)["elements"], standard),
        "chapters": [] if is_search else chapters(standard),
        "kinds": kinds(standard),
        "find": find,
        "kind": kind,
        "is_search": is_search,
        "results": results[:_MOST],
        "count": len(results),
        "note": both(EXPLANATION),
        "scheme": applied(standard.knowledge)["scheme"],
    }
    return _answer(request, seen, "site/standard.html", shown)


def concept(request: Request, seen: Seen, code: Code) -> Response:
    """One element of the standard, a term, or anything else that a code means.

    :raises NotFound: there is none.
    """
    told = json.loads(concept_told(seen, code).body)
    standard, iri = seen.service.standard, told["iri"]
    knowledge, addresses = standard.knowledge, seen.service.linking.addresses
    is_scored = iri in standard.parts or standard.is_requirement(iri)
    shown = {
        "concept": told | named(iri, standard) | {"roles": told["kind"], "weight": _written(told["weight"])},
        "trail": [named(one, standard) for one in above(iri, standard)],
        "parts": [named(part["iri"], standard) | _weight(part["iri"], seen) for part in told["parts"]],
        "realised": [one | {"path": addresses.path(one["iri"])} for one in told["realisedBy"]],
        "data": addresses.path(iri),
        "shape": shape_of(told["shape"], seen),
        "is_requirement": standard.is_requirement(iri),
        "rules": rules_of(iri, standard) if is_scored else [],
        "standing": standing(iri, seen) if is_scored else None,
        "scheme": applied(knowledge)["scheme"],
    }
    return _answer(request, seen, "site/concept.html", shown)


def _weight(iri: str, seen: Asked) -> dict[str, str]:
    weight = seen.service.standard.weight(iri)
    return {"weight": "" if weight is None else f"{weight.normalize():f}"}


def _written(number: float | None) -> str:
    return "" if number is None else str(number)


def _answer(request: Request, seen: Asked, template: str, shown: dict[str, Any]) -> Response:
    body = seen.service.linking.frame.page(template, request, Place(seen.lang), **shown)
    return page_answer(request, seen.lang, body)
