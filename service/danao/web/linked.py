"""Linked data over HTTP: ``/id/…`` leads to ``/doc/…``, which is negotiated, as are terms, entries and graphs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from pyoxigraph import NamedNode, Triple
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from danao.formats.jsonld import resource_as_json
from danao.formats.syntax import n_triples, rdf_xml, turtle
from danao.registry.graphs import catalogue_of
from danao.store.lookups import holds
from danao.web.answers import Variant, address, answered, kept, streamed
from danao.web.asking import Asked, asked
from danao.web.contents import contents
from danao.web.documents import Document
from danao.web.forms import JSON_LD, N_TRIPLES, RDF_XML, Form, form_of, split_suffix
from danao.web.linking import Linking, nothing_here, page_of, path_of
from danao.web.projects import projects_of

READING = ["GET", "HEAD"]
_NEXT = "http://www.w3.org/1999/xhtml/vocab#next"
_SEE_OTHER = 303

Seen = Annotated[Asked, Depends(asked)]


def linked_routes() -> APIRouter:
    """The routes of identifiers, documents, terms, and everything else below the base that is its own document."""
    router = APIRouter(include_in_schema=False)
    router.add_api_route("/id/{path:path}", identified, methods=READING)
    router.add_api_route("/def/{path:path}", defined, methods=READING)
    router.add_api_route("/context.jsonld", context, methods=READING)
    for path in ("/doc/{path:path}", "/entry/{path:path}", "/graph/{path:path}", "/view/{path:path}"):
        router.add_api_route(path, documented, methods=READING)
    router.add_api_route("/catalogue{path:path}", catalogued, methods=READING)
    return router


def identified(request: Request, seen: Seen) -> Response:
    """A thing is no document: the document about it is elsewhere."""
    path = "/doc" + path_of(request).removeprefix("/id")
    seen.service.linking.addresses.iris(path)
    return see_other(request, path, keep_query=True)


def documented(request: Request, seen: Seen) -> Response:
    """The document of a resource of the registry; what nothing in it is called by may be a term."""
    path = path_of(request)
    found = resolved(path, seen)
    if found is not None:
        return shown(request, seen, found)
    term = f"/def/{path.removeprefix('/doc/')}"
    if path.startswith("/doc/") and resolved(term, seen) is not None:
        return see_other(request, term, keep_query=True)
    raise nothing_here()


def defined(request: Request, seen: Seen) -> Response:
    """The document of a term; the name of an ontology's version leads to the ontology."""
    path, linking = path_of(request), seen.service.linking
    found = resolved(path, seen)
    if found:
        return shown(request, seen, found)
    stem, form = split_suffix(path)
    for name, suffix in ((path, ""), (stem, f".{form.suffix}" if form else "")):
        ontology = linking.addresses.version(name)
        if ontology:
            return see_other(request, f"{linking.addresses.path(ontology)}{suffix}", keep_query=True)
    raise nothing_here()


def catalogued(request: Request, seen: Seen) -> Response:
    """A catalogue; the office's leads others to their own."""
    path, sight = path_of(request), seen.sight
    stem, form = split_suffix(path)
    office = catalogue_of(seen.service.base)
    if stem == "/catalogue" and office not in sight.default:
        return see_other(request, f"/catalogue/public{f'.{form.suffix}' if form else ''}", keep_query=True)
    return documented(request, seen)


def context(request: Request, seen: Seen) -> Response:
    """The JSON-LD context of all documents."""
    linking = seen.service.linking
    variant = Variant("/context", JSON_LD, seen.lang, private=False, forms=(JSON_LD,))
    validators = linking.state(seen.sight).validators("context")
    return answered(request, variant, validators, lambda: linking.context_document)


def see_other(request: Request, path: str, *, keep_query: bool = False) -> Response:
    """An answer that leads to another path of this service."""
    query = request.url.query if keep_query else ""
    where = f"{request.scope.get('root_path', '')}{path}{'?' if query else ''}{query}"
    return RedirectResponse(where, _SEE_OTHER, {"Cache-Control": kept(private=False)})


# ---- Which resource, in which form ----


@dataclass(frozen=True)
class Resolved:
    """A resource of which the reader sees something: its IRI, the path of its document, the form of its suffix."""

    iri: str
    path: str
    form: Form | None


def resolved(path: str, seen: Asked) -> Resolved | None:
    """What a path is about: first without its suffix, then as a whole, since names may end like one.

    :raises BadRequest: it is no path of any IRI.
    """
    stem, form = split_suffix(path)
    for name, suffix in dict.fromkeys(((stem, form), (path, None))):
        for iri in seen.service.linking.addresses.iris(name):
            if seen.service.linking.library.is_known(iri, seen.sight):
                return Resolved(iri, name, suffix)
    return None


def shown(request: Request, seen: Asked, found: Resolved) -> Response:
    """The document of a resource; of one that names a graph, in forms for machines, what is in the graph.

    :raises NotFound: the reader sees nothing of it on this page.
    :raises NotAcceptable: it is not to be had in this form.
    """
    form = found.form or form_of(request)
    if not form.is_page and seen.sight.shows(found.iri) and holds(seen.sight.copy.store, found.iri):
        return graph_shown(request, seen, found.iri, Variant(found.path, form, seen.lang, not seen.reader.is_public))
    page = page_of(request)
    document = seen.service.linking.library.document(found.iri, seen.sight, page)
    if document is None:
        raise nothing_here()
    variant = Variant(found.path, form, seen.lang, not seen.reader.is_public, page, document.more)
    return document_shown(request, seen, document, variant)


def document_shown(request: Request, seen: Asked, document: Document, variant: Variant) -> Response:
    """A document in a form."""
    linking = seen.service.linking
    parts = (document.resource, variant.form.suffix, variant.lang, str(request.url.query))
    validators = linking.state(seen.sight).validators(*parts)
    if not variant.form.is_page:
        return answered(request, variant, validators, lambda: written(document, variant, linking))

    def page() -> bytes:
        projects = projects_of(seen, document.resource) if document.is_of(linking.knowledge.assessed_classes) else []
        return linking.pages.resource(document, request, variant, projects)

    return answered(request, variant, validators, page)


def graph_shown(request: Request, seen: Asked, graph: str, variant: Variant) -> Response:
    """What is in a graph, in a form for machines.

    :raises NotAcceptable: it is too large for this form.
    """
    linking = seen.service.linking
    validators = linking.state(seen.sight).validators(graph, variant.form.suffix)
    body = contents(seen.sight.copy.store, [graph], variant.form, linking.prefixes)

    def chunks() -> Iterator[bytes]:
        return body

    return streamed(request, variant, validators, chunks)


def written(document: Document, variant: Variant, linking: Linking) -> bytes:
    """A document in a form for machines.

    :raises NotAcceptable: the form has no way to write it.
    """
    triples, first = document.triples, document.resource
    if document.more:
        here, there = (linking.base + address(variant, variant.form, page=document.page + step)[1:] for step in (0, 1))
        triples.append(Triple(NamedNode(here), NamedNode(_NEXT), NamedNode(there)))
    if variant.form is JSON_LD:
        tree = resource_as_json(first, triples, linking.context, linking.context_address)
        return (json.dumps(tree, ensure_ascii=False, indent=2) + "\n").encode()
    if variant.form is N_TRIPLES:
        return n_triples(triples)
    return (rdf_xml if variant.form is RDF_XML else turtle)(triples, linking.prefixes, first)
