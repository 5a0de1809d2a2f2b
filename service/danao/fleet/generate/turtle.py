"""Turtle as people write it: prefixed names, one block a node, lists folded at the width of a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from danao.namespaces import PUBLIC, RDF_TYPE, XSD

# Subject → what is said of it: predicates and objects, all as Turtle writes them.
Statements = list[tuple[str, list[str]]]

_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_UNSAFE = re.compile(r'[\x00-\x20<>"{}|^`\\]')
# Numbers that Turtle reads without quotes.
_BARE = {XSD + "integer": re.compile(r"[+-]?[0-9]+"), XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+")}
# The width of a page, less the indent of a predicate and the sign at the end of a line.
_WIDTH = 113
_INDENT = "        "


class Shortener:
    """Names of terms by the prefixes of a file; ``home`` is what relative IRIs of the file begin with."""

    def __init__(self, prefixes: Mapping[str, str], home: str) -> None:
        self._home = home
        self._terms: dict[str, str] = {}
        named = sorted((iri, prefix) for prefix, iri in prefixes.items())
        self._prefixes = sorted(named, key=lambda pair: -len(pair[0]))

    def name(self, iri: str) -> str:
        """An IRI as Turtle writes it, as short as the prefixes allow."""
        if iri.startswith(self._home):
            return f"<{iri.removeprefix(self._home)}>"
        for namespace, prefix in self._prefixes:
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                return f"{prefix}:{iri[len(namespace) :]}"
        return f"<{iri}>"

    def term(self, iri: str) -> str:
        """The name of a term of a vocabulary: found once, since there are not many."""
        if iri not in self._terms:
            self._terms[iri] = self.name(iri)
        return self._terms[iri]

    def predicate(self, iri: str) -> str:
        return "a" if iri == RDF_TYPE else self.term(iri)

    def literal(self, literal: Literal) -> tuple[str, str]:
        """A literal in two parts: its text with the opening quote, and everything from the closing quote on."""
        kind = literal.datatype.value
        if kind in _BARE and _BARE[kind].fullmatch(literal.value):
            return literal.value, ""
        if literal.language:
            return f'"{escaped(literal.value)}', f'"@{literal.language}'
        return f'"{escaped(literal.value)}', '"' if kind == XSD + "string" else f'"^^{self.name(kind)}'


def escaped(text: str) -> str:
    """Text between the quotes of a literal."""
    return str(Literal(text))[1:-1]


def is_safe(iri: str) -> bool:
    """Whether text can stand between angle brackets."""
    return not _UNSAFE.search(iri)


def header(prefixes: Mapping[str, str]) -> str:
    """The lines that declare prefixes."""
    return "".join(line for line in _declarations(prefixes, None))


def base(iri: str) -> str:
    """The line that says what relative IRIs are relative to."""
    return "".join(_declarations({}, iri))


def _declarations(prefixes: Mapping[str, str], iri: str | None) -> Iterable[str]:
    # The serializer writes them only before a triple.
    some = NamedNode(PUBLIC["rdf"] + "nil")
    text = serialize([Quad(some, some, some)], format=RdfFormat.TRIG, prefixes=dict(prefixes), base_iri=iri) or b""
    return sorted(line for line in text.decode().splitlines(keepends=True) if line.startswith("@"))


def block(subject: str, statements: Statements) -> str:
    """All that is said of one node."""
    lines = [f"{predicate} {folded(objects, len(predicate))}" for predicate, objects in statements if objects]
    return f"{subject} " + " ;\n    ".join(lines) + " .\n"


def folded(objects: Sequence[str], start: int) -> str:
    """Objects with commas, folded where a line gets too long."""
    text = " , ".join(objects)
    if len(objects) == 1 or start + len(text) < _WIDTH:
        return text
    lines, width = [objects[0]], start + len(objects[0])
    for thing in objects[1:]:
        width += len(thing) + len(" , ")
        if width > _WIDTH:
            lines[-1] += " ,\n" + _INDENT + thing
            width = len(_INDENT) // 2 + len(thing)
        else:
            lines[-1] += " , " + thing
    return lines[0]
