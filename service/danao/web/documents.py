"""The document of a resource: what is stated of it, what points to it, and names of everything it speaks of.

It holds what its reader may see and nothing else. Links to documents of terms that have their home elsewhere let a
client go on that only asks this service.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, Triple

from danao.knowledge import Knowledge
from danao.namespaces import DANAO, DCTERMS, DQV, EARL, FOAF, RDF_TYPE, RDFS, SH, SKOS
from danao.registry.graphs import catalogue_of
from danao.resources import rule
from danao.store.lookups import Node, about, graphs_about, is_subject, pointing
from danao.web.addresses import Addresses
from danao.web.copies import knowledge_graph_of
from danao.web.lasting import Lasting
from danao.web.sights import Sight

# How many statements of a resource, and nodes that point to it over one property, a page holds.
OWN, PAGE = 2_000, 100
# Where less than so much points to a resource, it is read at once; else property by property.
_MANY = 3_000
# Parts of a resource, and nodes without an address, that its document describes with it.
_PARTS = 200
# How many statements of documents are kept for the next reader.
_KEPT = 100_000
# What a document says of the things it speaks of: type and names; of those that have none, what they are about.
_NAMING = (
    RDF_TYPE,
    SKOS + "notation",
    SKOS + "prefLabel",
    RDFS + "label",
    DCTERMS + "title",
    SH + "name",
    FOAF + "name",
)
_DESCRIBING = (
    *(EARL + "test", EARL + "outcome", DANAO + "element", DANAO + "result", DANAO + "points"),
    *(DQV + "isMeasurementOf", DQV + "value", SH + "sourceShape", DANAO + "metric", DANAO + "requirement"),
)
_SAID = frozenset((*_NAMING, *_DESCRIBING))
_SEE = NamedNode(RDFS + "seeAlso")


@dataclass(frozen=True)
class Inverse:
    """What points to a resource over a property; ``more`` where a later page has more of it."""

    over: str
    triples: Sequence[Triple]
    more: bool


@dataclass(frozen=True)
class Document:
    """A page of the document of a resource.

    ``own`` is what is stated of it, with its parts and nodes without an address; ``inverse`` what points to it;
    ``said`` are names and types of what both speak of; ``links`` say where terms have their document here. ``more`` is
    whether there is a next page.
    """

    resource: str
    page: int
    own: Sequence[Triple]
    inverse: Sequence[Inverse] = ()
    said: Sequence[Triple] = ()
    links: Sequence[Triple] = ()
    more: bool = False

    @property
    def triples(self) -> list[Triple]:
        """All of it, each statement once; nodes without an address have the same names each time."""
        pointing = (triple for one in self.inverse for triple in one.triples)
        return _named_alike(dict.fromkeys([*self.own, *pointing, *self.said, *self.links]))

    def is_of(self, classes: Container[str]) -> bool:
        """Whether the resource is stated to be of one of some classes."""
        kinds = self.statements.get(NamedNode(self.resource), {}).get(RDF_TYPE, ())
        return any(isinstance(kind, NamedNode) and kind.value in classes for kind in kinds)

    @cached_property
    def statements(self) -> Mapping[Node, Mapping[str, list[NamedNode | BlankNode | Literal]]]:
        """Subject → predicate → objects, sorted."""
        found: dict[Node, dict[str, list[NamedNode | BlankNode | Literal]]] = {}
        for triple in sorted(dict.fromkeys([*self.own, *self.said]), key=str):
            assert not isinstance(triple.subject, Triple)  # noqa: S101 - nothing of RDF 1.2 is stored
            assert not isinstance(triple.object, Triple)  # noqa: S101
            found.setdefault(triple.subject, {}).setdefault(triple.predicate.value, []).append(triple.object)
        return found


@dataclass(frozen=True)
class Library:
    """Makes the documents of one base and knowledge."""

    base: str
    knowledge: Knowledge
    addresses: Addresses
    _properties: list[str] = field(default_factory=list)
    _documents: Lasting[Document | None] = field(default_factory=lambda: Lasting(_KEPT, _weight))

    def is_known(self, iri: str, sight: Sight) -> bool:
        """Whether a reader sees anything of a node."""
        store, node = sight.copy.store, NamedNode(iri)
        if is_subject(store, node, sight.default):
            return True
        if pointing(store, node, sight.default, None, range(1)):
            return True
        return any(sight.shows(graph) for graph in graphs_about(store, node))

    def document(self, iri: str, sight: Sight, page: int = 1) -> Document | None:
        """A page of the document of a node, from 1; none where a reader sees nothing of the node, or of that page."""
        key = f"{sight.copy.folder.name} {sight.key} {page} {iri}"
        return self._documents.of(key, lambda: self._document(iri, sight, page))

    def _document(self, iri: str, sight: Sight, page: int) -> Document | None:
        graphs = self._graphs(iri, sight)
        own, more = _own(NamedNode(iri), sight, graphs, page)
        inverse = list(self._inverse(NamedNode(iri), sight, graphs, page))
        if not own and not inverse:
            return None
        stated = [*own, *(triple for one in inverse for triple in one.triples)]
        said = list(self._said(stated, sight, graphs))
        links = list(self._links(iri, [*stated, *said]))
        return Document(iri, page, own, inverse, said, links, more or any(one.more for one in inverse))

    def described(self, iri: str, own: Sequence[Triple], sight: Sight) -> Document:
        """The document of a resource that is not in the store, by what is stated of it."""
        said = list(self._said(own, sight, sight.default))
        return Document(iri, 1, own, (), said, list(self._links(iri, [*own, *said])))

    def _graphs(self, iri: str, sight: Sight) -> list[str]:
        """The graphs in which a node is looked up: what is current, or else those of earlier versions."""
        catalogue = catalogue_of(self.base)
        current = [graph for graph in sight.default if not graph.startswith(catalogue)]
        if is_subject(sight.copy.store, NamedNode(iri), current):
            return list(sight.default)
        earlier = [graph for graph in graphs_about(sight.copy.store, NamedNode(iri)) if sight.shows(graph)]
        return list(dict.fromkeys([*sight.default, *earlier]))

    def _inverse(self, node: NamedNode, sight: Sight, graphs: Sequence[str], page: int) -> Iterator[Inverse]:
        first, part = _first(node, sight) if page == 1 else [], range((page - 1) * PAGE, page * PAGE + 1)
        for over, found in self._pointing(node, sight, graphs, part):
            told = [triple for triple in first if triple.predicate.value == over]
            listed = dict.fromkeys([*told, *found[:PAGE]])
            yield Inverse(
                over, [one for triple in listed for one in _carried(triple, sight, graphs)], len(found) > PAGE
            )

    def _pointing(
        self, node: NamedNode, sight: Sight, graphs: Sequence[str], part: range
    ) -> Iterator[tuple[str, list[Triple]]]:
        """By property, a part of what points to a node over it, where there is any."""
        store, grouped = sight.copy.store, dict[str, list[Triple]]()
        found = pointing(store, node, graphs, None, range(_MANY))
        for triple in found:
            grouped.setdefault(triple.predicate.value, []).append(triple)
        for over in dict.fromkeys([*self._worth(sight), *sorted(grouped)]):
            if len(found) < _MANY:
                triples = grouped.get(over, [])[part.start : part.stop]
            else:
                triples = pointing(store, node, graphs, over, part)
            if triples:
                yield over, triples

    def _worth(self, sight: Sight) -> list[str]:
        """Properties along which documents list what points to them, the most telling first."""
        if not self._properties:
            known = knowledge_graph_of(self.base, self.knowledge)
            rows = sight.copy.store.select(rule("documents/inverse"), default=(known,))
            self._properties.extend(dict.fromkeys(row["property"].value for row in rows))
        return self._properties

    # ---- Names and links ----

    def _said(self, stated: Sequence[Triple], sight: Sight, graphs: Sequence[str]) -> Iterator[Triple]:
        """Types and names of the things that statements speak of."""
        predicates = {triple.predicate for triple in stated}
        for node in _nodes(stated):
            if node in predicates:
                yield from (triple for triple in self._named(node) if triple.predicate.value != RDF_TYPE)
            else:
                yield from self._named(node) if node.value in self.knowledge.index else _told(node, sight, graphs)

    def _named(self, term: NamedNode) -> Iterator[Triple]:
        for predicate in _NAMING:
            for thing in self.knowledge.index.get(term.value, {}).get(predicate, ()):
                yield Triple(term, NamedNode(predicate), thing)

    def _links(self, iri: str, stated: Iterable[Triple]) -> Iterator[Triple]:
        """Where the terms that statements speak of have their documents here, and what this one is about.

        Terms of public vocabularies have their own homes, where everybody can read them.
        """
        for node in _nodes(stated):
            where = self.addresses.document(node.value) if node.value.startswith(self.knowledge.namespaces) else None
            if where is not None:
                yield Triple(node, _SEE, NamedNode(where))
        own = self.addresses.document(iri)
        if own is not None and own != iri:
            yield Triple(NamedNode(own), NamedNode(RDF_TYPE), NamedNode(FOAF + "Document"))
            yield Triple(NamedNode(own), NamedNode(FOAF + "primaryTopic"), NamedNode(iri))


def _weight(document: Document | None) -> int:
    """The statements of a document; as many as are kept of all where there is none, so that none is not kept."""
    if document is None:
        return _KEPT
    pointing = sum(len(one.triples) for one in document.inverse)
    return len(document.own) + pointing + len(document.said) + len(document.links)


def _first(node: NamedNode, sight: Sight) -> list[Triple]:
    rows = sight.copy.store.select(rule("documents/first"), {"thing": node}, default=sight.default)
    return [Triple(NamedNode(row["node"].value), NamedNode(row["property"].value), node) for row in rows]


def _told(node: NamedNode, sight: Sight, graphs: Sequence[str]) -> Iterator[Triple]:
    for triple in about(sight.copy.store, node, graphs):
        if triple.predicate.value in _SAID:
            yield triple


def _nodes(stated: Iterable[Triple]) -> list[NamedNode]:
    """All nodes with an address in some statements, each once: subjects, predicates, objects."""
    terms = (term for triple in stated for term in (triple.subject, triple.predicate, triple.object))
    return list(dict.fromkeys(term for term in terms if isinstance(term, NamedNode)))


def _own(node: NamedNode, sight: Sight, graphs: Sequence[str], page: int) -> tuple[list[Triple], bool]:
    """A page of what is stated of a node, and whether there is another; with its parts on the first."""
    stated = about(sight.copy.store, node, graphs)
    found = stated[(page - 1) * OWN : page * OWN]
    return [*found, *(_parts(node, found, sight, graphs) if page == 1 else ())], len(stated) > page * OWN


def _parts(node: NamedNode, stated: Iterable[Triple], sight: Sight, graphs: Sequence[str]) -> Iterator[Triple]:
    """What is stated of the parts of a node, whose addresses are below its own, and of nodes without an address."""
    waiting = dict.fromkeys(_below(stated, node))
    places = list(waiting)
    for place in places:
        found = about(sight.copy.store, place, graphs)
        yield from found
        more = [one for one in _below(found, node) if one not in waiting][: _PARTS - len(waiting)]
        waiting.update(dict.fromkeys(more))
        places.extend(dict.fromkeys(more))


def _below(stated: Iterable[Triple], whole: NamedNode) -> Iterator[Node]:
    for triple in stated:
        thing = triple.object
        if isinstance(thing, BlankNode) or (isinstance(thing, NamedNode) and _is_part(thing, whole)):
            yield thing


def _is_part(thing: NamedNode, whole: NamedNode) -> bool:
    return thing.value.startswith((f"{whole.value}/", f"{whole.value}#"))


def _carried(triple: Triple, sight: Sight, graphs: Sequence[str]) -> list[Triple]:
    """A statement that points to a node; of a subject without an address, all of it and what points to it in turn."""
    found, above = [triple], [triple]
    while above and isinstance(subject := above[0].subject, BlankNode) and len(found) < _PARTS:
        found += about(sight.copy.store, subject, graphs)
        above = pointing(sight.copy.store, subject, graphs, None, range(1))
        found += above
    return found


def _named_alike(triples: Iterable[Triple]) -> list[Triple]:
    """Statements in which nodes without an address have names by what is stated of them."""
    found = list(triples)
    if not any(isinstance(term, BlankNode) for triple in found for term in (triple.subject, triple.object)):
        return found
    # Only our own knowledge has such nodes: a description has none when it is registered.
    dataset = Dataset(Quad(triple.subject, triple.predicate, triple.object) for triple in found)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return [quad.triple for quad in dataset]
