"""Pages for people: a document as tables of words and links, and the frame that all pages have."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from starlette.requests import Request

from danao.errors import Text
from danao.knowledge import Knowledge
from danao.namespaces import (
    DANAO,
    DCTERMS,
    DQV,
    EARL,
    FOAF,
    RDF_FIRST,
    RDF_REST,
    RDF_TYPE,
    RDFS,
    SH,
    SKOS,
    XSD,
    local_name,
)
from danao.view import EXPLANATION, KINDS, Standard
from danao.web.addresses import Addresses
from danao.web.answers import Variant, address
from danao.web.documents import Document
from danao.web.negotiation import LANGUAGES
from danao.web.site.frame import Frame, Other, Place, named
from danao.web.site.places import place_of

# Where a thing has its name, the best first; and what stands in for the name of one that has none.
_NAMES = (SKOS + "prefLabel", RDFS + "label", DCTERMS + "title", SH + "name", FOAF + "name")
_DESCRIBING = (
    *(EARL + "test", DANAO + "element", DANAO + "metric", DANAO + "requirement", DQV + "isMeasurementOf"),
    *(SH + "sourceShape", DANAO + "result"),
)
_WORTH = (DQV + "value", DANAO + "points")
# What is told first of a thing; the rest follows by the names of properties.
_FIRST = (
    *(RDF_TYPE, SKOS + "notation", *_NAMES, DCTERMS + "identifier", DANAO + "clause", SKOS + "definition"),
    *(DCTERMS + "description", SKOS + "example", DANAO + "of", DANAO + "result", EARL + "test", EARL + "result"),
    *(EARL + "outcome", DANAO + "element", DANAO + "points", DANAO + "upperPoints", DANAO + "directPartOf"),
)
# Only such addresses are links: no other scheme is opened by a click.
_WEB = ("https://", "http://")
_NUMBER = re.compile(r"[0-9][0-9.]*")


@dataclass(frozen=True)
class Words:
    """Names of things in one language, from a document and the knowledge."""

    document: Document
    knowledge: Knowledge
    base: str
    lang: str

    def name(self, iri: str) -> str:
        """The name of a thing; of one without, its type and what it is about; at the least the end of its address.

        What belongs to another project than the document's has its identifier with it.
        """
        if iri in self.knowledge.index:
            return self._of_knowledge(iri)
        name = self._own(iri) or self._composed(iri) or self._end(iri)
        project = self._project(iri)
        return f"{name} ({project})" if project and project != self._project(self.document.resource) else name

    def _project(self, iri: str) -> str:
        """The identifier of the project that a thing belongs to, by its address."""
        home, inside = f"{self.base}id/", iri.removeprefix(f"{self.base}id/")
        return inside.partition("/")[0] if iri.startswith(home) else ""

    def _of_knowledge(self, iri: str) -> str:
        label = self.knowledge.label(iri).in_language(self.lang)
        notation = next(iter(self.knowledge.values(iri, SKOS + "notation")), "")
        # A clause or a code helps to find a thing; what has a key for machines is known by its name alone.
        return f"{notation} {label}" if _NUMBER.fullmatch(notation) and notation not in label else label

    def _own(self, iri: str) -> str | None:
        stated = self.document.statements.get(NamedNode(iri), {})
        for predicate in _NAMES:
            texts = {thing.language: thing.value for thing in stated.get(predicate, ()) if isinstance(thing, Literal)}
            if texts:
                return texts.get(self.lang, next(iter(texts.values())))
        return None

    def _composed(self, iri: str) -> str | None:
        stated = self.document.statements.get(NamedNode(iri), {})
        apart = {iri, self.document.resource} if iri != self.document.resource else {iri}
        about, kinds = (
            [self.name(thing.value) for one in over for thing in stated.get(one, ()) if _is_other(thing, apart)]
            for over in (_DESCRIBING, (RDF_TYPE,))
        )
        worth = [thing.value for one in _WORTH for thing in stated.get(one, ()) if isinstance(thing, Literal)]
        if not about and not worth:
            return f"{kinds[0]} · {self._end(iri)}" if kinds else None
        return " · ".join([*about, *worth])

    def _end(self, iri: str) -> str:
        return local_name(iri.rstrip("/#")) or iri


def _is_other(thing: object, apart: Container[str]) -> bool:
    return isinstance(thing, NamedNode) and thing.value not in apart


@dataclass(frozen=True)
class Pages:
    """Makes pages of documents, in the frame that all pages have."""

    addresses: Addresses
    knowledge: Knowledge
    frame: Frame

    @property
    def site(self) -> Text:
        """The name of what the service is about."""
        return self.frame.site

    def page(self, template: str, request: Request, variant: Variant, **shown: object) -> bytes:
        """A page of a template in a variant's language, as UTF-8."""
        return self.frame.page(template, request, _place(variant, request), **shown)

    def resource(
        self, document: Document, request: Request, variant: Variant, projects: Sequence[Mapping[str, Any]] = ()
    ) -> bytes:
        """The page of a document; that of a project begins with totals, as :mod:`danao.web.projects` gives them."""
        words = Words(document, self.knowledge, self.addresses.base, variant.lang)
        drawing = Drawing(words, self.addresses)
        iri = document.resource
        return self.page(
            "resource.html",
            request,
            variant,
            title=words.name(iri),
            iri=iri,
            trail=[drawing.link(one) for one in drawing.trail(iri)],
            projects=projects,
            kinds={kind: self.knowledge.label(DANAO + kind).as_json() for kind in KINDS},
            rows=list(drawing.rows(NamedNode(iri))),
            inverse=list(drawing.inverse()),
            explanation=EXPLANATION.as_json() if iri in self.knowledge.index else None,
            about=place_of(iri, self.knowledge.notes.setdefault("standard", Standard(self.knowledge))),
        )


def _place(variant: Variant, request: Request) -> Place:
    """Where a variant stands among its forms, languages and pages."""
    root = request.scope.get("root_path", "")
    return Place(
        variant.lang,
        forms=other_forms(variant, request),
        languages=[
            named(lang, f"{root}{address(replace(variant, lang=lang), variant.form)}")
            for lang in LANGUAGES
            if lang != variant.lang
        ],
        pages=dict(_neighbours(variant, root)),
    )


def other_forms(variant: Variant, request: Request) -> list[Other]:
    """The forms for machines that a variant is to be had in as well."""
    root = request.scope.get("root_path", "")
    return [
        Other(form.name.in_language(variant.lang), f"{root}{address(variant, form)}", form.media_type)
        for form in variant.forms
        if not form.is_page
    ]


def _neighbours(variant: Variant, root: str) -> Iterator[tuple[str, str]]:
    if variant.page > 1:
        yield "previous", f"{root}{address(variant, variant.form, page=variant.page - 1)}"
    if variant.more:
        yield "next", f"{root}{address(variant, variant.form, page=variant.page + 1)}"


@dataclass(frozen=True)
class Drawing:
    """A document as rows of a page: plain data, words before addresses."""

    words: Words
    addresses: Addresses

    @cached_property
    def _own(self) -> Mapping[Any, Mapping[str, list[Any]]]:
        """What is stated of the resource, its parts, and nodes without an address."""
        found: dict[Any, dict[str, list[Any]]] = {}
        pointing = (triple for one in self.words.document.inverse for triple in one.triples)
        for triple in sorted(dict.fromkeys([*self.words.document.own, *pointing]), key=str):
            found.setdefault(triple.subject, {}).setdefault(triple.predicate.value, []).append(triple.object)
        return found

    def link(self, iri: str) -> dict[str, Any]:
        """A thing by its name, with the path of its document here, or else its address elsewhere."""
        path = self.addresses.path(iri)
        outside = iri if path is None and iri.startswith(_WEB) else None
        return {"text": self.words.name(iri), "iri": iri, "path": path, "outside": outside}

    def trail(self, iri: str) -> list[str]:
        """What a thing is a part of, the largest first, without itself."""
        found = [iri]
        while (above := self._above(found[0])) and above not in found:
            found.insert(0, above)
        return found[:-1]

    def _above(self, iri: str) -> str | None:
        if iri in self.words.knowledge.index:
            wholes = self.words.knowledge.values(iri, DANAO + "directPartOf")
            return next(iter(wholes), None)
        stated = self._own.get(NamedNode(iri), {})
        for over in (DANAO + "assessment", DCTERMS + "isPartOf", EARL + "subject", DANAO + "of"):
            for thing in stated.get(over, ()):
                if isinstance(thing, NamedNode):
                    return thing.value
        return None

    def rows(self, node: Any, depth: int = 0) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - a node of a store
        """What is stated of a node, a row each property."""
        stated = self._own.get(node, {})
        for predicate in sorted(stated, key=self._rank):
            values = self._values(stated[predicate], depth)
            yield {"property": self.link(predicate), "values": values}

    def _rank(self, predicate: str) -> tuple[int, str]:
        return (_FIRST.index(predicate) if predicate in _FIRST else len(_FIRST)), self.words.name(predicate)

    def _values(self, things: Iterable[Any], depth: int) -> list[dict[str, Any]]:
        ordered = sorted(things, key=lambda thing: getattr(thing, "language", None) not in {None, self.words.lang})
        return [self._value(thing, depth) for thing in ordered]

    def _value(self, thing: Any, depth: int) -> dict[str, Any]:  # noqa: ANN401 - a term
        if isinstance(thing, Literal):
            href = thing.value if thing.datatype.value == XSD + "anyURI" and thing.value.startswith(_WEB) else ""
            return {"literal": thing.value, "language": thing.language, "href": href}
        inside = depth < 3 and (isinstance(thing, BlankNode) or self._is_part(thing))  # noqa: PLR2004
        nested = list(self._nested(thing, depth)) if inside else []
        if isinstance(thing, BlankNode):
            return {"link": None, "nested": nested}
        return {"link": self.link(thing.value), "nested": nested}

    def _is_part(self, thing: NamedNode) -> bool:
        whole = self.words.document.resource
        return thing.value.startswith((f"{whole}/", f"{whole}#")) and thing in self._own

    def _nested(self, node: Any, depth: int) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - a node of a store
        """The rows of a node, or one row with the members of a list."""
        if RDF_FIRST not in self._own.get(node, {}):
            yield from self.rows(node, depth + 1)
            return
        members = [self._value(thing, depth + 1) for thing in self._members(node)]
        yield {"property": None, "values": members}

    def _members(self, node: Any) -> Iterator[Any]:  # noqa: ANN401 - a node of a store
        while node in self._own and RDF_FIRST in self._own[node]:
            yield from self._own[node][RDF_FIRST]
            node = next(iter(self._own[node].get(RDF_REST, ())), None)

    def inverse(self) -> Iterator[dict[str, Any]]:
        """What points to the resource, a group each property."""
        for one in self.words.document.inverse:
            nodes = [triple.subject for triple in one.triples if self._points(triple, one.over)]
            links = [self.link(node.value) for node in dict.fromkeys(nodes) if isinstance(node, NamedNode)]
            links.sort(key=lambda link: str(link["text"]))
            nested = [list(self._nested(node, 0)) for node in dict.fromkeys(nodes) if isinstance(node, BlankNode)]
            yield {"property": self.link(one.over), "links": links, "nested": nested, "more": one.more}

    def _points(self, triple: Triple, over: str) -> bool:
        return triple.predicate.value == over and triple.object == NamedNode(self.words.document.resource)
