"""``/rules``: the rules that decide outcomes and scores, readable; and the shape that checks a requirement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter
from pyoxigraph import BlankNode, NamedNode, Triple
from starlette.requests import Request
from starlette.responses import Response

from danao.errors import Text
from danao.formats.syntax import turtle
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, SH
from danao.view import Standard, both
from danao.web.asking import Asked
from danao.web.linked import READING, Seen
from danao.web.linking import nothing_here
from danao.web.site.frame import Place, page_answer
from danao.web.site.highlighting import highlighted

PATH = "/rules"
# The folders of rules behind the outcome of a requirement, behind points, and behind what has parts.
_OF_REQUIREMENTS = ("inference", "outcomes", "scoring/outcomes")
_OF_PARTS = ("scoring/roll-up",)
_OF_WEIGHTS = ("scoring/points",)


def rules_routes() -> APIRouter:
    """The routes of the rules."""
    router = APIRouter(include_in_schema=False)
    router.add_api_route(PATH, overview, methods=READING)
    router.add_api_route(f"{PATH}/{{name:path}}", rule, methods=READING)
    return router


def overview(request: Request, seen: Seen) -> Response:
    """All rules by the step that they belong to."""
    knowledge = seen.service.knowledge
    folders = [
        {"name": folder, "rules": [_head(folder, name, text) for name, text in sorted(texts.items())]}
        for folder, texts in knowledge.rules.items()
    ]
    return _answer(request, seen, "site/rules.html", {"folders": folders})


def rule(request: Request, seen: Seen, name: str) -> Response:
    """One rule, readable.

    :raises NotFound: there is none of that name.
    """
    folder, _, own = name.rpartition("/")
    text = seen.service.knowledge.rules.get(folder, {}).get(own)
    if text is None:
        raise nothing_here()
    shown = {"rule": _head(folder, own, text), "text": highlighted(text, "sparql")}
    return _answer(request, seen, "site/rule.html", shown)


def _answer(request: Request, seen: Asked, template: str, shown: Mapping[str, Any]) -> Response:
    body = seen.service.linking.frame.page(template, request, Place(seen.lang), **shown)
    return page_answer(request, seen.lang, body)


def _head(folder: str, name: str, text: str) -> dict[str, Any]:
    """A rule by its title, which its head says: in Chinese and English, or in English alone."""
    zh, _, en = text.partition("\n")[0].removeprefix("# Title:").strip().partition(" | ")
    return {"folder": folder, "name": name, "title": both(Text(zh, en or zh)), "path": f"{PATH}/{folder}/{name}"}


def rules_of(iri: str, standard: Standard) -> list[dict[str, Any]]:
    """The rules by which an element gets what it has, by folder, in the order in which they apply."""
    folders = [*(_OF_REQUIREMENTS if standard.is_requirement(iri) else _OF_PARTS)]
    if standard.weight(iri) is not None or not standard.knowledge.values(iri, DANAO + "directPartOf"):
        folders += _OF_WEIGHTS
    rules = standard.knowledge.rules
    return [
        {"name": folder, "rules": [_head(folder, name, text) for name, text in sorted(rules[folder].items())]}
        for wanted in folders
        for folder in rules
        if folder == wanted or folder.startswith(f"{wanted}/")
    ]


# ---- Shapes ----


def shape_of(iri: str | None, seen: Asked) -> dict[str, Any] | None:
    """The shape of a requirement as Turtle, with what its results say; none where there is none."""
    if iri is None:
        return None
    knowledge = seen.service.knowledge
    text = turtle(_stated(iri, knowledge), seen.service.linking.prefixes, iri).decode()
    properties = knowledge.values(iri, SH + "property")
    return {
        "iri": iri,
        "path": seen.service.linking.addresses.path(iri),
        "text": highlighted(text, "turtle"),
        "checks": [
            {"name": both(knowledge.text(one, SH + "name")), "message": both(knowledge.text(one, SH + "message"))}
            for one in properties
        ],
    }


def _stated(iri: str, knowledge: Knowledge) -> list[Triple]:
    """What is stated of a shape, of its property shapes and of nodes without an address."""
    by_subject: dict[Any, list[Triple]] = knowledge.notes.get("shapes by subject", {})
    if not by_subject:
        for triple in knowledge.shapes:
            by_subject.setdefault(triple.subject, []).append(triple)
        knowledge.notes["shapes by subject"] = by_subject
    return list(_walked(NamedNode(iri), by_subject, set()))


def _walked(node: Any, by_subject: Mapping[Any, list[Triple]], seen: set[Any]) -> Iterator[Triple]:  # noqa: ANN401 - a node
    if node in seen:
        return
    seen.add(node)
    for triple in by_subject.get(node, ()):
        yield triple
        if isinstance(triple.object, BlankNode) or triple.predicate.value == SH + "property":
            yield from _walked(triple.object, by_subject, seen)
