"""``/ontology``: the vocabularies in use with a picture of the model, and each with all its classes and properties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from danao.knowledge import Knowledge
from danao.namespaces import OWL, RDF_TYPE, local_name
from danao.view import EXPLANATION, both
from danao.web.asking import Asked
from danao.web.linked import READING, Seen
from danao.web.linking import nothing_here
from danao.web.site.frame import Place, page_answer
from danao.web.site.highlighting import highlighted
from danao.web.site.picture import drawing
from danao.web.site.places import place_of
from danao.web.site.terms import Terms, Vocabulary
from danao.web.site.usage import usages

PATH = "/ontology"


def ontology_routes() -> APIRouter:
    """The routes of the documentation of vocabularies."""
    router = APIRouter(include_in_schema=False)
    router.add_api_route(PATH, overview, methods=READING)
    router.add_api_route(f"{PATH}/{{prefix}}", vocabulary, methods=READING)
    return router


def overview(request: Request, seen: Seen) -> Response:
    """The vocabularies, their modules, and a picture of the model."""
    knowledge = seen.service.knowledge
    terms = Terms(knowledge)
    shown = {
        "vocabularies": [_summary(one, knowledge) for one in terms.vocabularies],
        "ontologies": _ontologies(seen),
        "picture": drawing(knowledge, seen.lang, _Ways(seen, terms).path),
        "note": both(EXPLANATION),
    }
    return _answer(request, seen, "site/ontology.html", shown)


def vocabulary(request: Request, seen: Seen, prefix: str) -> Response:
    """All terms of a vocabulary, each at its local name."""
    knowledge = seen.service.knowledge
    terms = Terms(knowledge)
    found = next((one for one in terms.vocabularies if one.prefix == prefix), None)
    if found is None:
        raise nothing_here()
    shown = {
        "vocabulary": _summary(found, knowledge),
        "vocabularies": [_summary(one, knowledge) for one in terms.vocabularies],
        "groups": _groups(found, _Ways(seen, terms)),
        "note": both(EXPLANATION),
    }
    return _answer(request, seen, "site/vocabulary.html", shown)


def _groups(vocabulary: Vocabulary, ways: _Ways) -> list[dict[str, Any]]:
    """The terms of a vocabulary; worked out once, since the knowledge stays the same as long as the service runs."""
    notes, name = ways.seen.service.knowledge.notes, f"terms of {vocabulary.prefix}"
    if name not in notes:
        parts = {"classes": vocabulary.classes, "properties": vocabulary.properties}
        notes[name] = [{"id": part, "terms": [ways.shown(iri) for iri in iris]} for part, iris in parts.items()]
    found: list[dict[str, Any]] = notes[name]
    return found


def _answer(request: Request, seen: Asked, template: str, shown: Mapping[str, Any]) -> Response:
    body = seen.service.linking.frame.page(template, request, Place(seen.lang), **shown)
    return page_answer(request, seen.lang, body)


def _summary(vocabulary: Vocabulary, knowledge: Knowledge) -> dict[str, Any]:
    """A vocabulary without its terms; ``label`` where an ontology of the knowledge names it."""
    names = (vocabulary.namespace, vocabulary.namespace[:-1])
    ontology = next((iri for iri in names if OWL + "Ontology" in knowledge.values(iri, RDF_TYPE)), None)
    return {
        "prefix": vocabulary.prefix,
        "namespace": vocabulary.namespace,
        "path": f"{PATH}/{vocabulary.prefix}",
        "label": None if ontology is None else both(knowledge.label(ontology)),
        "own": ontology is not None,
        "classes": len(vocabulary.classes),
        "properties": len(vocabulary.properties),
    }


def _ontologies(seen: Asked) -> list[dict[str, Any]]:
    """The modules that the knowledge is made of, with the documents of them and of their versions."""
    knowledge, addresses = seen.service.knowledge, seen.service.linking.addresses
    kinds = knowledge.index.column(RDF_TYPE)
    found = []
    for iri in sorted(iri for iri, names in kinds.items() if OWL + "Ontology" in names):
        version = next(iter(knowledge.values(iri, OWL + "versionIRI")), iri)
        found.append(
            {
                "iri": iri,
                "label": both(knowledge.label(iri)),
                "path": addresses.path(iri),
                "number": local_name(version),
            }
        )
    return found


@dataclass(frozen=True)
class _Ways:
    """Where terms are told of: on a page of ours, in the standard, in a document of linked data, or elsewhere."""

    seen: Asked
    terms: Terms

    def shown(self, iri: str) -> dict[str, Any]:
        """A term as its page shows it: what is known of it, with links and an example."""
        told, knowledge = self.terms.term(iri), self.seen.service.knowledge
        line = usages(knowledge).get(iri)
        return {
            **told,
            "rows": [self._row(row) for row in told["rows"] if row["iris"]],
            "restrictions": [self._words(words) for words in told["restrictions"]],
            "source": [self.link(one) for one in told["source"] if one in knowledge.index],
            "data": self.seen.service.linking.addresses.path(iri),
            "example": None if line is None else highlighted(line, "turtle"),
        }

    def _row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        links = [self.link(iri) for iri in row["iris"]]
        return {"name": row["name"], "links": links, "more": row["count"] - len(links)}

    def _words(self, words: Iterable[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
        return [word if "text" in word else self.link(word["iri"]) for word in words]

    def link(self, iri: str) -> dict[str, Any]:
        """A term with its name, and its path here or else its address."""
        path = self.path(iri)
        outside = iri if path is None and iri.startswith(("https://", "http://")) else None
        label = both(self.seen.service.knowledge.label(iri))
        return {"iri": iri, "label": label, "path": path, "outside": outside}

    def path(self, iri: str) -> str | None:
        """Where a term is told of; none for what is elsewhere."""
        return place_of(iri, self.seen.service.standard) or self.seen.service.linking.addresses.path(iri)
