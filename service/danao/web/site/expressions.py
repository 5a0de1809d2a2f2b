"""What the axioms of OWL say of a term, in words.

A restriction is a row of words and links: ``{"text": …}`` is a word in both languages, ``{"iri": …, "label": …}`` a
term. Any expression that OWL 2 has is told; what is none is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from danao.errors import Text
from danao.knowledge import Knowledge
from danao.namespaces import OWL, RDF_FIRST, RDF_REST, RDFS
from danao.view import both

Words = list[dict[str, Any]]
Node = NamedNode | BlankNode | Literal

# What joins the parts of an expression.
_JOINED = {
    OWL + "intersectionOf": Text("且", "and"),
    OWL + "unionOf": Text("或", "or"),
    OWL + "oneOf": Text("、", "or"),
}
_ONLY = Text("的值只能是", "has only values that are")
_SOME_OF = Text("至少有一个值是", "has at least one value that is")
_VALUE = Text("有值", "has the value")
_SELF = Text("的值有它自己", "has itself as a value")
_NUMBERS = {
    "minCardinality": Text("至少有这么多个值：", "has at least so many values:"),
    "maxCardinality": Text("至多有这么多个值：", "has at most so many values:"),
    "cardinality": Text("恰有这么多个值：", "has exactly so many values:"),
    "minQualifiedCardinality": Text("至少有这么多个值：", "has at least so many values:"),
    "maxQualifiedCardinality": Text("至多有这么多个值：", "has at most so many values:"),
    "qualifiedCardinality": Text("恰有这么多个值：", "has exactly so many values:"),
}


class Expressions:
    """The expressions of a knowledge's ontology."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge

    @cached_property
    def _axioms(self) -> Mapping[Any, Mapping[str, list[Any]]]:
        """Subject → predicate → objects, of terms that have an expression as a value and of expressions."""
        found: dict[Any, dict[str, list[Any]]] = {}
        for triple in sorted(filter(_of_expressions, self.knowledge.ontology), key=str):
            found.setdefault(triple.subject, {}).setdefault(triple.predicate.value, []).append(triple.object)
        return found

    def restrictions(self, iri: str) -> list[Words]:
        """What restricts a term, a row of words each."""
        return [words for words in map(self._restriction, self._restricting(iri)) if words]

    def _restricting(self, iri: str) -> Iterator[tuple[str, BlankNode]]:
        for predicate, things in self._axioms.get(NamedNode(iri), {}).items():
            yield from ((predicate, thing) for thing in things if isinstance(thing, BlankNode))

    def _restriction(self, stated: tuple[str, BlankNode]) -> Words:
        predicate, node = stated
        if predicate == OWL + "propertyChainAxiom":
            return [_word(Text("由一串属性推出：", "follows from a chain:")), *self._list(node, Text("，再", ", then"))]
        words = self._expression(node)
        lead = {
            RDFS + "subClassOf": self._of_each(node),
            OWL + "equivalentClass": Text("恰好是这样的：", "is exactly what"),
            OWL + "disjointWith": Text("不可能是这样的：", "is never what"),
            OWL + "disjointUnionOf": Text("分为互不相交的：", "falls into:"),
            OWL + "hasKey": Text("由这些属性唯一确定：", "is told by:"),
        }.get(predicate)
        return [_word(lead), *words] if lead and words else []

    def _of_each(self, node: Node) -> Text:
        """How a sentence begins that says what is so of every member of a class."""
        is_of_property = OWL + "onProperty" in self._axioms.get(node, {})
        return Text("每一个的", "of each,") if is_of_property else Text("每一个都是", "each is")

    def _expression(self, node: Node) -> Words:
        """A class expression in words; nothing for what is none."""
        if isinstance(node, NamedNode):
            return [self._term(node)]
        if isinstance(node, Literal):
            return [_word(Text(node.value, node.value))]
        stated = self._axioms.get(node, {})
        if RDF_FIRST in stated:
            return self._list(node, Text("、", ","))
        for predicate, joint in _JOINED.items():
            if predicate in stated:
                return self._list(stated[predicate][0], joint)
        if OWL + "complementOf" in stated:
            return [_word(Text("不属于", "not")), *self._expression(stated[OWL + "complementOf"][0])]
        return self._of_property(stated)

    def _of_property(self, stated: Mapping[str, list[Any]]) -> Words:
        """A restriction of a property's values."""
        if OWL + "onProperty" not in stated:
            return []
        over = self._expression(stated[OWL + "onProperty"][0])
        for name, text in (("someValuesFrom", _SOME_OF), ("allValuesFrom", _ONLY), ("hasValue", _VALUE)):
            if OWL + name in stated:
                return [*over, _word(text), *self._expression(stated[OWL + name][0])]
        for name, text in _NUMBERS.items():
            if OWL + name in stated:
                number = _word(Text(stated[OWL + name][0].value, stated[OWL + name][0].value))
                return [*over, _word(text), number, *self._qualified(stated)]
        return [*over, _word(_SELF)] if OWL + "hasSelf" in stated else []

    def _qualified(self, stated: Mapping[str, list[Any]]) -> Words:
        for name in ("onClass", "onDataRange"):
            if OWL + name in stated:
                return [_word(Text("，都是", "that are")), *self._expression(stated[OWL + name][0])]
        return []

    def _list(self, node: Node, joint: Text) -> Words:
        words: Words = []
        while isinstance(node, BlankNode) and RDF_FIRST in self._axioms.get(node, {}):
            cell = self._axioms[node]
            words += [*([_word(joint)] if words else []), *self._expression(cell[RDF_FIRST][0])]
            node = cell[RDF_REST][0]
        return words

    def _term(self, node: NamedNode) -> dict[str, Any]:
        return {"iri": node.value, "label": both(self.knowledge.label(node.value))}


def _of_expressions(triple: Triple) -> bool:
    return isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)


def _word(text: Text) -> dict[str, Any]:
    return {"text": both(text)}
