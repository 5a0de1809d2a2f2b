"""What is there to be had, for machines: statistics in VoID, counted once for each state, and dumps of everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import APIRouter
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize
from starlette.requests import Request
from starlette.responses import Response

from danao.catalogue import statistics
from danao.errors import Text
from danao.namespaces import DCTERMS, FOAF, PROV
from danao.registry.graphs import office_view, public_view
from danao.web.answers import Variant, streamed
from danao.web.asking import Asked
from danao.web.contents import dump
from danao.web.documents import Document
from danao.web.forms import TRIG, Form, form_of, split_suffix
from danao.web.frames import Message
from danao.web.linked import READING, Seen, document_shown, see_other
from danao.web.linking import nothing_here, path_of
from danao.web.pool import Work
from danao.web.worker import Worker

N_QUADS = Form("nq", "application/n-quads", Text("N-Quads", "N-Quads"))
DUMPS = (N_QUADS, TRIG)


def void_routes() -> APIRouter:
    """The routes of the description of everything, and of everything."""
    router = APIRouter(include_in_schema=False)
    router.add_api_route("/.well-known/void", well_known, methods=READING)
    for path in ("/void", "/void.{suffix}"):
        router.add_api_route(path, described, methods=READING)
    router.add_api_route("/dumps/all.{suffix}", dumped, methods=READING)
    return router


def well_known(request: Request, _seen: Seen) -> Response:
    """The address at which every host has its description."""
    return see_other(request, "/void", keep_query=True)


def described(request: Request, seen: Seen) -> Response:
    """The description of everything that the reader sees: how much of what, and where it is to be had."""
    path, form = split_suffix(path_of(request))
    if form is None and "." in path:
        raise nothing_here()
    variant = Variant("/void", form or form_of(request), seen.lang, not seen.reader.is_public)
    return document_shown(request, seen, _description(seen), variant)


def _description(seen: Asked) -> Document:
    linking, service = seen.service.linking, seen.service
    state = linking.state(seen.sight).digest
    facts = linking.statistics.value(seen.sight.key, state, lambda: _counted(seen))
    dataset = NamedNode(f"{linking.base}void")
    publisher = NamedNode(service.record.deployment.publisher)
    title = linking.pages.site.as_json()
    about = [
        *(Triple(dataset, NamedNode(DCTERMS + "title"), Literal(title[lang], language=lang)) for lang in title),
        Triple(dataset, NamedNode(DCTERMS + "publisher"), publisher),
        Triple(dataset, NamedNode(FOAF + "homepage"), NamedNode(linking.base)),
        Triple(dataset, NamedNode(PROV + "wasDerivedFrom"), NamedNode(linking.catalogue(seen.sight))),
    ]
    return linking.library.described(dataset.value, [*about, *facts], seen.sight)


def _counted(seen: Asked) -> Sequence[Triple]:
    """The statistics of the view that the reader sees, counted by a worker."""
    service, base = seen.service, seen.service.base
    arguments = {
        "folder": str(seen.sight.copy.folder.resolve()),
        "dataset": f"{base}void",
        "graph": next(view for view in (office_view(base), public_view(base)) if view in seen.sight.default),
        "space": f"{base}id/",
        "endpoint": f"{base}sparql",
        "dumps": [f"{base}dumps/all.{form.suffix}" for form in DUMPS],
    }
    found = service.queries.run(Work("danao.web.void:count", arguments), service.settings.work)
    return [quad.triple for quad in parse(found.parts[0], format=RdfFormat.N_TRIPLES)]


def dumped(request: Request, seen: Seen, suffix: str) -> Response:
    """Every graph that the reader may see, one after the other."""
    form = next((one for one in DUMPS if one.suffix == suffix), None)
    if form is None:
        raise nothing_here()
    linking, sight = seen.service.linking, seen.sight
    variant = Variant("/dumps/all", form, seen.lang, not seen.reader.is_public, forms=DUMPS)
    validators = linking.state(sight).validators("dump", suffix)

    def chunks() -> Iterator[bytes]:
        graphs = sight.copy.store.graphs() if sight.named is None else sorted(sight.named)
        return dump(sight.copy.store, graphs, suffix, linking.prefixes)

    return streamed(request, variant, validators, chunks)


# ---- In a worker ----


def count(worker: Worker, arguments: dict[str, Any], _parts: Sequence[bytes]) -> Message:
    """Count what is in a graph of a copy."""
    store = worker.copy(arguments.pop("folder"))
    dataset, graph = arguments.pop("dataset"), arguments.pop("graph")
    facts = statistics(dataset, graph, store.select, worker.knowledge, **arguments)
    return Message({}, [serialize(facts, format=RdfFormat.N_TRIPLES) or b""])
