"""The standard that the service is about: its elements, and any term of its vocabularies."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from fastapi import APIRouter
from pyoxigraph import Triple
from starlette.requests import Request
from starlette.responses import Response

from danao.errors import NotFound, UsageError
from danao.lookup import concept_document, concept_triples, tree, tree_triples
from danao.output import json_text, written
from danao.web.api.describing import documented
from danao.web.api.forms import FORMS, JSON, answered, form_of
from danao.web.api.parameters import AskedBy, Code
from danao.web.asking import Asked
from danao.web.lasting import Answer

routes = APIRouter(default_response_class=Response, tags=["standard"])


@routes.get("/standard", **documented("getStandard", "danao-standard/1", 406, rdf=True))
def get_standard(request: Request, asked: AskedBy) -> Response:
    """标准的全部要素，按阅读顺序。 All elements of the standard in reading order."""
    return answered(request, elements_told(asked, form_of(request)))


@routes.get("/standard/{code:path}", **documented("getConcept", "danao-concept/1", 404, 406, rdf=True))
def get_concept(request: Request, asked: AskedBy, code: Code) -> Response:
    """一个要素或术语。 One element of the standard, or a term of the vocabularies."""
    return answered(request, concept_told(asked, code, form_of(request)))


def elements_told(asked: Asked, form: str = JSON) -> Answer:
    """All elements in a form, ``danao-standard/1``."""
    knowledge = asked.service.knowledge
    return _told(asked, "", form, lambda: tree(knowledge), lambda: tree_triples(knowledge))


def concept_told(asked: Asked, code: str, form: str = JSON) -> Answer:
    """The concept of a code in a form, ``danao-concept/1``.

    :raises NotFound: there is none.
    """
    knowledge = asked.service.knowledge
    try:
        iri = asked.service.standard.element(code)
    except UsageError as error:
        raise NotFound(error.what, fix=error.fix) from error
    return _told(asked, iri, form, lambda: concept_document(iri, knowledge), lambda: concept_triples(iri, knowledge))


def _told(
    asked: Asked,
    what: str,
    form: str,
    plain: Callable[[], dict[str, Any]],
    triples: Callable[[], Iterable[Triple]],
) -> Answer:
    """What is told of something in a form; the knowledge stays the same as long as the service runs."""

    def make() -> Answer:
        knowledge = asked.service.knowledge
        return Answer(json_text(plain()).encode() if form == JSON else written(triples(), knowledge, FORMS[form]), form)

    return asked.service.answers.of(f"standard {form} {what}", make)
