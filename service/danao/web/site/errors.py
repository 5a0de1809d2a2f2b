"""``/errors``: what the name of an error means and what to do about it, where the type of problem details leads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from pyoxigraph import Literal, NamedNode, Triple
from starlette.requests import Request
from starlette.responses import Response

from danao.errors import Text
from danao.namespaces import DANAO, DCTERMS, RDF_TYPE, SKOS
from danao.resources import data_root
from danao.web.answers import Variant, answered
from danao.web.asking import Asked
from danao.web.documents import Document
from danao.web.forms import form_of, split_suffix
from danao.web.linked import READING, Seen, document_shown
from danao.web.linking import nothing_here, path_of
from danao.web.problems import ERRORS, page_of_error

# The text that docs/errors.md is made from; one source says it to people who read and to those who ask.
_SOURCE = "docs/errors-head.md"
_NAME = re.compile(r"^### (\w+)\n(.*?)(?=^#|\Z)", re.MULTILINE | re.DOTALL)
_SAID = re.compile(r"^- \*\*(en|zh)\*\* (.+)$", re.MULTILINE)
_LINK = re.compile(r"\[([^]]+)\]\([^)]+\)")
# Where what to do about it begins.
_FIX = {"zh": "改法：", "en": " Fix: "}
_TITLE = Text("错误的名称", "Names of errors")


@dataclass(frozen=True)
class Explained:
    """The name of an error or of a problem: what it means, and what to do about it where anything is to be done.

    Texts have names of commands and settings between backticks.
    """

    name: str
    meaning: Text
    fix: Text | None


def explained() -> list[Explained]:
    """Every name that is raised in Python, in reading order."""
    text = (data_root() / _SOURCE).read_text(encoding="utf-8")
    return [_explained(name, dict(_SAID.findall(body))) for name, body in _NAME.findall(text)]


def _explained(name: str, said: dict[str, str]) -> Explained:
    parts = {lang: _LINK.sub(r"\1", text).partition(_FIX[lang]) for lang, text in said.items()}
    fix = Text(parts["zh"][2], parts["en"][2])
    return Explained(name, Text(parts["zh"][0], parts["en"][0]), fix if fix.zh else None)


def errors_routes() -> APIRouter:
    """The list of names, in every form."""
    router = APIRouter(include_in_schema=False)
    for path in (f"/{ERRORS}", f"/{ERRORS}.{{suffix}}"):
        router.add_api_route(path, listed, methods=READING)
    return router


def listed(request: Request, seen: Seen) -> Response:
    """All names, each with an address of its own: for people on a page, for machines as concepts of a scheme."""
    path, form = split_suffix(path_of(request))
    if form is None and "." in path:
        raise nothing_here()
    variant = Variant(f"/{ERRORS}", form or form_of(request), seen.lang, private=False)
    if not variant.form.is_page:
        return document_shown(request, seen, _document(seen), variant)
    linking = seen.service.linking
    validators = linking.state(seen.sight).validators(ERRORS, seen.lang, str(request.url.query))

    def page() -> bytes:
        names = [_shown(one) for one in explained()]
        return linking.pages.page("site/errors.html", request, variant, names=names)

    return answered(request, variant, validators, page)


def _shown(one: Explained) -> dict[str, Any]:
    return {
        "id": one.name.lower(),
        "name": one.name,
        "meaning": {"zh": _pieces(one.meaning.zh), "en": _pieces(one.meaning.en)},
        "fix": {"zh": _pieces(one.fix.zh), "en": _pieces(one.fix.en)} if one.fix else None,
    }


def _pieces(text: str) -> list[dict[str, Any]]:
    """A text as words and code, which take turns."""
    return [{"text": piece, "code": number % 2 == 1} for number, piece in enumerate(text.split("`")) if piece]


def _document(seen: Asked) -> Document:
    scheme = NamedNode(f"{seen.service.base}{ERRORS}")
    triples = [Triple(scheme, NamedNode(RDF_TYPE), NamedNode(SKOS + "ConceptScheme"))]
    triples += _texts(scheme, DCTERMS + "title", _TITLE)
    for one in explained():
        triples += _concept(one, NamedNode(page_of_error(one.name, seen.service.base)), scheme)
    return Document(scheme.value, 1, triples)


def _concept(one: Explained, concept: NamedNode, scheme: NamedNode) -> Sequence[Triple]:
    return [
        Triple(concept, NamedNode(RDF_TYPE), NamedNode(SKOS + "Concept")),
        Triple(concept, NamedNode(SKOS + "inScheme"), scheme),
        Triple(concept, NamedNode(SKOS + "notation"), Literal(one.name)),
        *_texts(concept, SKOS + "definition", one.meaning),
        *(_texts(concept, DANAO + "fix", one.fix) if one.fix else ()),
    ]


def _texts(node: NamedNode, over: str, text: Text) -> Iterator[Triple]:
    for lang, said in text.as_json().items():
        yield Triple(node, NamedNode(over), Literal(said, language=lang))
