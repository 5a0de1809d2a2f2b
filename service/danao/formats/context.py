"""The JSON-LD context of a standard, made from its knowledge: a name for each class and property that is in use."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyoxigraph import Literal

from danao.knowledge import Knowledge
from danao.namespaces import DANAO, OWL, PUBLIC, RDF, RDF_TYPE, RDFS, REGISTRY_GRAPH, SCHEMA, SH, XSD, local_name

# How the values of a property are written: as IRIs, or as a map from language to text. Else as literals of a datatype.
IRIS = "@id"
TEXTS = "@language"

_PROPERTIES = frozenset(OWL + kind for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty"))
_CLASSES = frozenset({OWL + "Class", RDFS + "Class"})
_RANGES = (RDFS + "range", SCHEMA + "rangeIncludes")
# Types and axioms have a syntax of their own.
_STRUCTURE = (RDF, OWL)


@dataclass(frozen=True)
class Term:
    """What a name stands for, and how its values are written.

    ``values`` is ``IRIS``, ``TEXTS``, the IRI of a datatype, or nothing where each value says it itself.
    """

    iri: str
    values: str | None = None


@dataclass(frozen=True)
class Context:
    """Prefixes and names, each with what it stands for."""

    prefixes: Mapping[str, str]
    terms: Mapping[str, Term]

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The name of each class and property, by its IRI."""
        return {term.iri: name for name, term in self.terms.items()}

    def prefixed(self, iri: str) -> str:
        """An IRI with the longest prefix that fits, or as it is."""
        fitting = {space: name for name, space in self.prefixes.items() if iri.startswith(space)}
        space = max(fitting, key=len, default="")
        # What follows a colon and begins with two strokes would be read as an IRI written in full.
        return f"{fitting[space]}:{iri[len(space) :]}" if space and not iri.startswith("//", len(space)) else iri

    def as_json(self) -> dict[str, Any]:
        """The definitions that stand under ``@context``."""
        terms = {name: self._definition(term) for name, term in sorted(self.terms.items())}
        return {**dict(sorted(self.prefixes.items())), **terms}

    def _definition(self, term: Term) -> str | dict[str, str]:
        iri = self.prefixed(term.iri)
        if term.values is None:
            return iri
        if term.values == TEXTS:
            return {"@id": iri, "@container": TEXTS}
        return {"@id": iri, "@type": self.prefixed(term.values)}


def address(knowledge: Knowledge) -> str | None:
    """The IRI that the standard gives to its context."""
    standards = knowledge.instances("Standard")
    return next((iri for name in standards for iri in knowledge.values(name, DANAO + "context")), None)


def document(knowledge: Knowledge) -> dict[str, Any]:
    """The context as a JSON-LD document.

    A name that it does not have is taken for a term of the framework's vocabulary, so that a misspelt one is refused by
    its name instead of being passed over.
    """
    return {"@context": {"@vocab": DANAO, **context_of(knowledge).as_json()}}


def named_context(iri: str, knowledge: Knowledge) -> str | None:
    """The JSON of the context of an IRI on one line, where it is the standard's own."""
    if iri != address(knowledge):
        return None
    return json.dumps(document(knowledge)["@context"], ensure_ascii=False)


def context_of(knowledge: Knowledge) -> Context:
    """The context of a standard.

    A class or property goes by its local name: the framework's first, then the standard's own, then those of public
    vocabularies, and what only a registry states last of all. One whose name is taken goes by its prefixed name. A
    prefix that is also such a name gets an ``s``.
    """
    found = _terms(knowledge)
    spaces = {**PUBLIC, **knowledge.prefixes}
    order = [DANAO, *(knowledge.prefixes[name] for name in sorted(knowledge.prefixes)), *PUBLIC.values()]
    ranked = sorted(found, key=lambda iri: (_is_of_registry(iri, knowledge), _rank(iri, order), iri))
    terms: dict[str, Term] = {}
    for iri in ranked:
        terms.setdefault(local_name(iri), Term(iri, found[iri]))
    prefixes = {name if name not in terms else _free(name, {*terms, *spaces}): space for name, space in spaces.items()}
    bare = Context(prefixes, terms)
    long = (iri for iri in ranked if iri not in bare.names and found[iri] and bare.prefixed(iri) != iri)
    return Context(prefixes, terms | {bare.prefixed(iri): Term(iri, found[iri]) for iri in long})


def _is_of_registry(iri: str, knowledge: Knowledge) -> bool:
    return knowledge.values(iri, DANAO + "statedIn") == [REGISTRY_GRAPH]


def _rank(iri: str, order: list[str]) -> int:
    space = iri.removesuffix(local_name(iri))
    return order.index(space) if space in order else len(order)


def _free(prefix: str, taken: Collection[str]) -> str:
    while prefix in taken:
        prefix += "s"
    return prefix


def _terms(knowledge: Knowledge) -> dict[str, str | None]:
    """Each class and property with how its values are written."""
    names = knowledge.index
    classes = {iri for iri in names if _CLASSES.intersection(knowledge.values(iri, RDF_TYPE))}
    classes |= {name for iri in names for name in knowledge.values(iri, SH + "class")}
    properties = {iri for iri in names if _PROPERTIES.intersection(knowledge.values(iri, RDF_TYPE))}
    properties |= {triple.predicate.value for triple in knowledge.ontology}
    properties |= {name for iri in names for name in knowledge.values(iri, SH + "path")}
    shaped, said = _in_shapes(knowledge), _in_use(knowledge)
    ways = {
        name: _declared(name, knowledge) or shaped.get(name) or said.get(name) or set[str]()
        for name in properties
        if not name.startswith(_STRUCTURE)
    }
    return {
        **dict.fromkeys(classes),
        **{name: next(iter(way)) if len(way) == 1 else None for name, way in ways.items()},
    }


def _declared(name: str, knowledge: Knowledge) -> set[str]:
    """How values are written by what the ontology declares of a property."""
    if OWL + "ObjectProperty" in knowledge.values(name, RDF_TYPE):
        return {IRIS}
    return {_way(kind) for predicate in _RANGES for kind in knowledge.values(name, predicate)}


def _in_shapes(knowledge: Knowledge) -> dict[str, set[str]]:
    """How values are written, by property, where shapes want it."""
    found: dict[str, set[str]] = {}
    for shape in knowledge.index:
        wanted = {_way(kind) for kind in knowledge.values(shape, SH + "datatype")}
        if knowledge.values(shape, SH + "class") or SH + "IRI" in knowledge.values(shape, SH + "nodeKind"):
            wanted.add(IRIS)
        for path in knowledge.values(shape, SH + "path"):
            found.setdefault(path, set()).update(wanted)
    return found


def _in_use(knowledge: Knowledge) -> dict[str, set[str]]:
    """How values are written, by property, in the knowledge itself."""
    found: dict[str, set[str]] = {}
    for statements in knowledge.index.values():
        for predicate, things in statements.items():
            ways = {_way(thing.datatype.value) if isinstance(thing, Literal) else IRIS for thing in things}
            found.setdefault(predicate, set()).update(ways)
    return found


def _way(kind: str) -> str:
    if kind == RDF + "langString":
        return TEXTS
    return kind if kind.startswith(XSD) else IRIS
