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
    nodes: dict[str, dict[str, list[Any]]] = {}
    for triple in sorted(set(triples), key=str):
        statements = nodes.setdefault(_name(triple.subject), {})
        statements.setdefault(triple.predicate.value, []).append(triple.object)
    writer = _Writer(_unambiguous(context, nodes))
    graph = [writer.node(name, nodes[name]) for name in sorted(nodes)]
    return {"@context": writer.used(), "@graph": graph}


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
