"""The first pages: what the service is and which projects a reader sees, and the standard with its vocabularies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from danao.namespaces import OWL, RDF_TYPE, local_name
from danao.view import EXPLANATION, as_number, identity
from danao.web.answers import Variant, answered
from danao.web.asking import Asked
from danao.web.copies import knowledge_graph_of
from danao.web.forms import HTML, Form, form_of, split_suffix
from danao.web.linked import READING, Seen, document_shown, graph_shown
from danao.web.linking import nothing_here, page_of, path_of
from danao.web.pages import other_forms
from danao.web.site.overview import overview


def home_routes() -> APIRouter:
    """The routes of the first pages."""
    router = APIRouter(include_in_schema=False)
    for path in ("/", "/index.{suffix}"):
        router.add_api_route(path, home, methods=READING)
    for path in ("/def/", "/def/index.{suffix}"):
        router.add_api_route(path, standard, methods=READING)
    return router


def home(request: Request, seen: Seen) -> Response:
    """What this is, and the projects that the reader sees; in forms for machines, what is stated of the base."""
    form, linking = _form(request), seen.service.linking
    if form.is_page:
        return overview(request, seen, other_forms(Variant("/index", HTML, seen.lang, private=False), request))
    page = page_of(request)
    document = linking.library.document(linking.base, seen.sight, page)
    if document is None:
        raise nothing_here()
    variant = Variant("/index", form, seen.lang, not seen.reader.is_public, page, document.more)
    return document_shown(request, seen, document, variant)


def standard(request: Request, seen: Seen) -> Response:
    """The elements of the standard and the vocabularies; in forms for machines, all of the knowledge."""
    form, linking = _form(request), seen.service.linking
    variant = Variant("/def/index", form, seen.lang, not seen.reader.is_public)
    if not form.is_page:
        return graph_shown(request, seen, knowledge_graph_of(linking.base, linking.knowledge), variant)
    validators = linking.state(seen.sight).validators("standard", seen.lang, str(request.url.query))
    shown = {
        "elements": list(_elements(seen)),
        "ontologies": list(_ontologies(seen)),
        "explanation": EXPLANATION.as_json(),
    }
    return answered(
        request, variant, validators, lambda: linking.pages.page("standard.html", request, variant, **shown)
    )


def _form(request: Request) -> Form:
    path, form = split_suffix(path_of(request))
    if form is None and "." in path:
        raise nothing_here()
    return form or form_of(request)


# ---- The standard ----


def _elements(seen: Asked) -> Iterator[dict[str, Any]]:
    shown, linking = seen.service.standard, seen.service.linking
    for iri, depth in shown.walk():
        weight = shown.weight(iri)
        yield {
            **identity(iri, shown),
            "path": linking.addresses.path(iri),
            "depth": depth,
            "weight": "" if weight is None else str(as_number(weight)),
            "requirement": shown.is_requirement(iri),
        }


def _ontologies(seen: Asked) -> Iterator[dict[str, Any]]:
    linking = seen.service.linking
    kinds = linking.knowledge.index.column(RDF_TYPE)
    for iri in sorted(iri for iri, names in kinds.items() if OWL + "Ontology" in names):
        version = next(iter(linking.knowledge.values(iri, OWL + "versionIRI")), iri)
        yield {
            "iri": iri,
            "label": linking.knowledge.label(iri).as_json(),
            "path": linking.addresses.path(iri),
            "version": linking.addresses.path(version),
            "number": local_name(version),
        }
