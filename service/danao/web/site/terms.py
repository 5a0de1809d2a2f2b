"""Classes and properties of the vocabularies in use, as plain data for people: what they mean, what restricts them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from danao.errors import Text
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, DCTERMS, OWL, PUBLIC, RDF_TYPE, RDFS, SCHEMA, SKOS, local_name
from danao.view import both
from danao.web.site.expressions import Expressions

_CLASSES = (OWL + "Class", RDFS + "Datatype")
_PROPERTIES = (OWL + "ObjectProperty", OWL + "DatatypeProperty", OWL + "AnnotationProperty")
KINDS: Mapping[str, Text] = {
    OWL + "Class": Text("类", "class"),
    RDFS + "Datatype": Text("数据类型", "datatype"),
    OWL + "ObjectProperty": Text("对象属性", "object property"),
    OWL + "DatatypeProperty": Text("数据属性", "datatype property"),
    OWL + "AnnotationProperty": Text("注释属性", "annotation property"),
    OWL + "TransitiveProperty": Text("可传递", "transitive"),
    OWL + "SymmetricProperty": Text("对称", "symmetric"),
    OWL + "AsymmetricProperty": Text("反对称", "asymmetric"),
    OWL + "ReflexiveProperty": Text("自反", "reflexive"),
    OWL + "IrreflexiveProperty": Text("反自反", "irreflexive"),
    OWL + "FunctionalProperty": Text("至多一个值", "has one value at most"),
    OWL + "InverseFunctionalProperty": Text("一个值至多属于一个", "a value belongs to one thing at most"),
}
# Instances of a class beyond which only some are shown.
_SOME = 30


@dataclass(frozen=True)
class Vocabulary:
    """The terms of one namespace that the knowledge declares; ``prefix`` is what it is written with."""

    prefix: str
    namespace: str
    classes: Sequence[str]
    properties: Sequence[str]

    @property
    def size(self) -> int:
        """How many terms it has."""
        return len(self.classes) + len(self.properties)


class Terms:
    """The classes and properties that a knowledge declares."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._expressions = Expressions(knowledge)

    @cached_property
    def vocabularies(self) -> list[Vocabulary]:
        """The vocabularies, those of the knowledge's own namespaces first, then by prefix."""
        spaces = {**PUBLIC, **self.knowledge.prefixes}
        found: dict[str, list[str]] = {}
        for iri in self.declared:
            prefix = max((one for one in spaces if iri.startswith(spaces[one])), key=lambda one: len(spaces[one]))
            found.setdefault(prefix, []).append(iri)
        own = [prefix for prefix in self.knowledge.prefixes if prefix in found]
        ordered = [*own, *sorted(found.keys() - set(own))]
        return [self._vocabulary(prefix, spaces[prefix], found[prefix]) for prefix in ordered]

    def _vocabulary(self, prefix: str, namespace: str, terms: Iterable[str]) -> Vocabulary:
        ordered = sorted(terms, key=lambda iri: local_name(iri).casefold())
        classes = [iri for iri in ordered if self._is_one_of(iri, _CLASSES)]
        return Vocabulary(prefix, namespace, classes, [iri for iri in ordered if iri not in classes])

    @cached_property
    def declared(self) -> dict[str, None]:
        """All terms that are declared, each once, of namespaces that have a prefix."""
        spaces = tuple({**PUBLIC, **self.knowledge.prefixes}.values())
        kinds = self.knowledge.index.column(RDF_TYPE)
        found = (iri for iri in kinds if self._is_one_of(iri, (*_CLASSES, *_PROPERTIES)) and iri.startswith(spaces))
        return dict.fromkeys(found)

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """Each term that is declared, with the prefix of its vocabulary."""
        return {iri: one.prefix for one in self.vocabularies for iri in (*one.classes, *one.properties)}

    def _is_one_of(self, iri: str, kinds: Iterable[str]) -> bool:
        return not set(kinds).isdisjoint(self.knowledge.values(iri, RDF_TYPE))

    # ---- One term ----

    def term(self, iri: str) -> dict[str, Any]:
        """What is known of a term."""
        knowledge = self.knowledge
        is_class = self._is_one_of(iri, _CLASSES)
        return {
            "iri": iri,
            "id": local_name(iri),
            "label": both(knowledge.label(iri)),
            "kinds": [both(KINDS[kind]) for kind in KINDS if kind in knowledge.values(iri, RDF_TYPE)],
            "definition": both(knowledge.text(iri, SKOS + "definition") or knowledge.text(iri, RDFS + "comment")),
            "notes": [both(text) for text in self._notes(iri)],
            "source": knowledge.values(iri, DCTERMS + "source"),
            "module": knowledge.values(iri, RDFS + "isDefinedBy"),
            "rows": list(self._class_rows(iri) if is_class else self._property_rows(iri)),
            "restrictions": self._expressions.restrictions(iri),
        }

    def _notes(self, iri: str) -> Iterator[Text]:
        for name in ("scopeNote", "note"):
            if text := self.knowledge.text(iri, SKOS + name):
                yield text

    def _class_rows(self, iri: str) -> Iterator[dict[str, Any]]:
        yield from self._links(iri, RDFS + "subClassOf", Text("上级类", "is a kind of"))
        yield _row(Text("下级类", "kinds of it"), self._pointing(iri, RDFS + "subClassOf"))
        yield from self._links(iri, OWL + "equivalentClass", Text("等同于", "is the same as"))
        yield from self._links(iri, OWL + "disjointWith", Text("互斥于", "has nothing in common with"))
        yield _row(
            Text("它的属性", "properties it has"), self._pointing(iri, SCHEMA + "domainIncludes", RDFS + "domain")
        )
        yield _row(
            Text("以它为值的属性", "properties that lead to it"),
            self._pointing(iri, SCHEMA + "rangeIncludes", RDFS + "range"),
        )
        yield from self._common_rows(iri)
        yield from self._instances(iri)

    def _property_rows(self, iri: str) -> Iterator[dict[str, Any]]:
        yield from self._links(iri, RDFS + "subPropertyOf", Text("上级属性", "is a kind of"))
        yield _row(Text("下级属性", "kinds of it"), self._pointing(iri, RDFS + "subPropertyOf"))
        yield _row(Text("用于", "of"), self._values(iri, SCHEMA + "domainIncludes", RDFS + "domain"))
        yield _row(Text("值为", "leads to"), self._values(iri, SCHEMA + "rangeIncludes", RDFS + "range"))
        inverse = [*self._values(iri, OWL + "inverseOf"), *self._pointing(iri, OWL + "inverseOf")]
        yield _row(Text("反方向", "the other way round"), list(dict.fromkeys(inverse)))
        yield from self._common_rows(iri)

    def _common_rows(self, iri: str) -> Iterator[dict[str, Any]]:
        yield from self._links(iri, DANAO + "statedIn", Text("由谁陈述", "is stated in"))
        for name, text in (
            ("exactMatch", Text("完全对应", "matches exactly")),
            ("closeMatch", Text("大致对应", "matches closely")),
            ("broadMatch", Text("对应更宽的", "matches something broader")),
            ("narrowMatch", Text("对应更窄的", "matches something narrower")),
            ("relatedMatch", Text("相关", "is related to")),
        ):
            yield from self._links(iri, SKOS + name, text)
        yield from self._links(iri, RDFS + "seeAlso", Text("另见", "see also"))

    def _links(self, iri: str, predicate: str, name: Text) -> Iterator[dict[str, Any]]:
        yield _row(name, self._values(iri, predicate))

    def _values(self, iri: str, *predicates: str) -> list[str]:
        """The terms that a term points to over some properties."""
        return list(dict.fromkeys(one for predicate in predicates for one in self.knowledge.values(iri, predicate)))

    def _pointing(self, iri: str, *predicates: str) -> list[str]:
        return sorted({one for predicate in predicates for one in self._inverse(predicate).get(iri, ())})

    def _inverse(self, predicate: str) -> Mapping[str, list[str]]:
        """What points to each term over a property; worked out once."""
        notes: dict[str, Mapping[str, list[str]]] = self.knowledge.notes.setdefault("terms pointing", {})
        if predicate not in notes:
            found: dict[str, list[str]] = {}
            for subject in self.knowledge.index.column(predicate):
                for thing in self.knowledge.values(subject, predicate):
                    found.setdefault(thing, []).append(subject)
            notes[predicate] = found
        return notes[predicate]

    def _instances(self, iri: str) -> Iterator[dict[str, Any]]:
        """What the knowledge states to be of a class: an enumeration whole, of many only some."""
        found = self._pointing(iri, RDF_TYPE)
        yield _row(Text("已列的个体", "things of it that are listed"), found[:_SOME], len(found))


def _row(name: Text, iris: Sequence[str], count: int | None = None) -> dict[str, Any]:
    """A line of a term: a name and the terms beside it, with how many there are in all."""
    return {"name": both(name), "iris": list(iris), "count": len(iris) if count is None else count}
