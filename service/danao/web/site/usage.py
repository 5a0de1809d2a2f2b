"""How terms are used: for each the first statement of the shipped examples that has it, as a line of Turtle."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from danao.knowledge import Knowledge
from danao.namespaces import PUBLIC, RDF_TYPE, XSD
from danao.resources import data_root

# A description and an examination with something of everything.
_FILES = ("examples/half-built.ttl", "examples/half-built-examination.ttl")
_HERE = "https://example.org/"
_LOCAL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?")


def usages(knowledge: Knowledge) -> Mapping[str, str]:
    """Class or property → a line of Turtle that has it; of those that the examples use."""
    found: dict[str, str] = knowledge.notes.setdefault("usages", {})
    if not found:
        prefixes = {**PUBLIC, **knowledge.prefixes}
        for triple in _stated():
            for term in _used(triple):
                found.setdefault(term, _line(triple, prefixes))
    return found


def _stated() -> Iterator[Triple]:
    for name in _FILES:
        data = (data_root() / name).read_bytes()
        yield from (quad.triple for quad in parse(data, format=RdfFormat.TURTLE, base_iri=_HERE))


def _used(triple: Triple) -> Iterator[str]:
    """The term that a statement shows the use of: a class where it says what something is, else the property."""
    if triple.predicate.value != RDF_TYPE:
        yield triple.predicate.value
    elif isinstance(triple.object, NamedNode):
        yield triple.object.value


def _line(triple: Triple, prefixes: Mapping[str, str]) -> str:
    predicate = "a" if triple.predicate.value == RDF_TYPE else _short(triple.predicate, prefixes)
    return f"{_short(triple.subject, prefixes)} {predicate} {_short(triple.object, prefixes)} ."


def _short(term: object, prefixes: Mapping[str, str]) -> str:
    if isinstance(term, NamedNode):
        return _name(term.value, prefixes)
    if isinstance(term, Literal) and term.datatype.value.startswith(XSD) and term.language is None:
        kind = term.datatype.value.removeprefix(XSD)
        plain = str(term).partition("^^")[0]
        return plain if kind == "string" else f"{plain}^^xsd:{kind}"
    return str(term) if isinstance(term, Literal) else "[]"


def _name(iri: str, prefixes: Mapping[str, str]) -> str:
    for prefix, space in prefixes.items():
        if iri.startswith(space) and _LOCAL.fullmatch(iri[len(space) :]):
            return f"{prefix}:{iri[len(space) :]}"
    return f"<{iri.removeprefix(_HERE)}>"
