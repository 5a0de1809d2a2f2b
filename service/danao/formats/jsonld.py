"""Triples as JSON-LD to be read: one object a node, names from a context, and of the context only what is used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from danao.formats.context import IRIS, TEXTS, Context, Term
from danao.namespaces import RDF_TYPE, XSD

_STRING = XSD + "string"
# What JSON says itself. Decimals are strings: a number with a point would be a double.
_INTEGER = re.compile("0|-?[1-9][0-9]{0,14}")
_BOOLEANS = {"true": True, "false": False}
_Node = NamedNode | BlankNode


def nodes_as_json(triples: Iterable[Triple], context: Context) -> dict[str, Any]:
    """A JSON-LD document that expands to the same triples: nodes in the order of their IRIs, members by name."""
    nodes = _grouped(triples)
    writer = _Writer(_unambiguous(context, nodes))
    graph = [writer.node(name, nodes[name]) for name in sorted(nodes)]
    return {"@context": writer.used(), "@graph": graph}


def resource_as_json(resource: str, triples: Iterable[Triple], context: Context, address: str) -> dict[str, Any]:
    """A JSON-LD document of one resource that expands to the same triples.

    Everything that it leads to stands inside, where it is first named; what points to it under ``@reverse``; the rest
    under ``@included``. ``address`` is where the context is; where its names would be misread, it is written out.
    """
    nodes = _grouped(triples)
    plain = _unambiguous(context, nodes)
    writer = _Nest(plain, nodes)
    tree = writer.tree(resource)
    return {"@context": address if plain == context else writer.used(), **tree}


def _grouped(triples: Iterable[Triple]) -> dict[str, dict[str, list[Any]]]:
    """Subject → predicate → objects, in the order of the triples as text."""
    nodes: dict[str, dict[str, list[Any]]] = {}
    for triple in sorted(set(triples), key=str):
        statements = nodes.setdefault(_name(triple.subject), {})
        statements.setdefault(triple.predicate.value, []).append(triple.object)
    return nodes


def _name(node: object) -> str:
    return node.value if isinstance(node, NamedNode) else str(node)


def _unambiguous(context: Context, nodes: dict[str, dict[str, list[Any]]]) -> Context:
    """The context without prefixes that are the scheme of an IRI in the graph, which would be read as prefixed."""
    objects = (thing for node in nodes.values() for things in node.values() for thing in things)
    iris = {thing.value for thing in objects if isinstance(thing, NamedNode)}.union(nodes, *nodes.values())
    schemes = {iri.partition(":")[0] for iri in iris}
    prefixes = {name: space for name, space in context.prefixes.items() if name not in schemes}
    terms = {
        name: term for name, term in context.terms.items() if ":" not in name or name.partition(":")[0] not in schemes
    }
    return replace(context, prefixes=prefixes, terms=terms)


class _Writer:
    """Writes nodes, and remembers which names and prefixes it took."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._short: dict[str, str] = {}
        self._terms: set[str] = set()

    def used(self) -> dict[str, Any]:
        """The definitions of the names and prefixes that were taken."""
        own = replace(self._context, terms={name: self._context.terms[name] for name in self._terms})
        iris = {iri for term in own.terms.values() for iri in (term.iri, term.values) if iri}
        written = {*self._short.values(), *map(self._context.prefixed, iris)}
        taken = {text.partition(":")[0] for text in written}
        prefixes = {name: space for name, space in own.prefixes.items() if name in taken}
        return replace(own, prefixes=prefixes).as_json()

    def node(self, name: str, statements: dict[str, list[Any]]) -> dict[str, Any]:
        """One node with its types and what is said of it."""
        members = dict(self._member(predicate, things) for predicate, things in statements.items())
        types = {"@type": members.pop("@type")} if "@type" in members else {}
        return {"@id": self._id(name), **types, **dict(sorted(members.items()))}

    def _member(self, predicate: str, things: Sequence[Any]) -> tuple[str, Any]:
        if predicate == RDF_TYPE and all(isinstance(thing, _Node) for thing in things):
            return "@type", _alone([self._vocabulary(_name(thing)) for thing in things])
        name = self._vocabulary(predicate)
        ways = self._context.terms.get(name, Term(predicate)).values
        if ways == TEXTS and all(isinstance(thing, Literal) and thing.language for thing in things):
            return name, _by_language(things)
        written = [self._value(thing, ways) for thing in things]
        # An object alone would be taken for a map of languages.
        return name, written if ways == TEXTS else _alone(written)

    def _vocabulary(self, iri: str) -> str:
        """The name of a property or class."""
        name = self._context.names.get(iri)
        if name is None:
            return self._id(iri)
        self._terms.add(name)
        return name

    def _id(self, iri: str) -> str:
        if iri not in self._short:
            self._short[iri] = self._context.prefixed(iri)
        return self._short[iri]

    def _value(self, thing: Any, ways: str | None) -> Any:  # noqa: ANN401 - any term gives any JSON
        if isinstance(thing, _Node):
            name = self._id(_name(thing))
            return name if ways == IRIS else {"@id": name}
        if thing.language:
            return {"@language": thing.language, "@value": thing.value}
        kind, plain = thing.datatype.value, _plain(thing)
        if plain is not None and ways in {kind, TEXTS, None}:
            return plain
        if ways == kind:
            return thing.value
        return {"@value": thing.value} if kind == _STRING else {"@type": self._id(kind), "@value": thing.value}


class _Nest(_Writer):
    """Writes each node inside the first that names it."""

    def __init__(self, context: Context, nodes: dict[str, dict[str, list[Any]]]) -> None:
        super().__init__(context)
        self._left = nodes

    def tree(self, root: str) -> dict[str, Any]:
        """A node with all others in it."""
        tree = self.node(root, self._left.pop(root, {}))
        reverse = self._pointing(root)
        rest = []
        while self._left:
            name = next(iter(self._left))
            rest.append(self.node(name, self._left.pop(name)))
        return {**tree, **({"@reverse": reverse} if reverse else {}), **({"@included": rest} if rest else {})}

    def _pointing(self, root: str) -> dict[str, list[Any]]:
        """The nodes that point to one, by property, without the statements that do."""
        found: dict[str, list[Any]] = {}
        for name, statements in list(self._left.items()):
            pointing = (over for over, things in statements.items() if over != RDF_TYPE and _has(things, root))
            over = next(pointing, None)
            if over is not None and name in self._left:
                del self._left[name]
                rest = {one: _without(things, root) if one == over else things for one, things in statements.items()}
                kept = {one: things for one, things in rest.items() if things}
                found.setdefault(self._vocabulary(over), []).append(self.node(name, kept))
        return dict(sorted(found.items()))

    def _value(self, thing: Any, ways: str | None) -> Any:  # noqa: ANN401 - any term gives any JSON
        if isinstance(thing, _Node) and _name(thing) in self._left:
            return self.node(_name(thing), self._left.pop(_name(thing)))
        return super()._value(thing, ways)


def _has(things: Iterable[Any], node: str) -> bool:
    return any(isinstance(thing, _Node) and _name(thing) == node for thing in things)


def _without(things: Iterable[Any], node: str) -> list[Any]:
    return [thing for thing in things if not _has([thing], node)]


def _plain(literal: Literal) -> str | int | bool | None:
    """A literal as JSON that says its datatype itself, where there is such JSON."""
    kind, text = literal.datatype.value, literal.value
    if kind == _STRING:
        return text
    if kind == XSD + "boolean":
        return _BOOLEANS.get(text)
    return int(text) if kind == XSD + "integer" and _INTEGER.fullmatch(text) else None


def _alone(values: list[Any]) -> Any:  # noqa: ANN401 - any JSON
    return values[0] if len(values) == 1 else values


def _by_language(texts: Sequence[Literal]) -> dict[str, Any]:
    """A map from language to text, Chinese first."""
    found: dict[str, list[str]] = {}
    for text in sorted(texts, key=lambda text: (text.language != "zh", str(text.language), text.value)):
        found.setdefault(str(text.language), []).append(text.value)
    return {language: _alone(values) for language, values in found.items()}
