"""Triples in RDF's syntaxes, the same bytes for the same triples."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from danao.errors import NotAcceptable, Place, Text

_ROOT = re.compile(rb"<rdf:RDF([^>]*)>")
# What an element of XML can be named by, after the last sign that no name has; and what XML 1.0 has no way to write.
_ENDS_IN_NAME = re.compile(r"[A-Za-z_\u00c0-\ufffd][\w.-]*\Z")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def turtle(triples: Iterable[Triple], prefixes: Mapping[str, str], first: str = "") -> bytes:
    """Turtle, which is TriG as well: prefixes that are used, sorted; then ``first`` and all other nodes, sorted."""
    ordered = sorted(triples, key=lambda triple: (str(triple.subject) != f"<{first}>", str(triple)))
    text = serialize(ordered, format=RdfFormat.TURTLE, prefixes=used(ordered, prefixes)) or b""
    # The serializer declares prefixes in a random order.
    lines = text.splitlines(keepends=True)
    declared = sorted(line for line in lines if line.startswith(b"@prefix"))
    return b"".join(declared + [line for line in lines if not line.startswith(b"@prefix")])


def n_triples(triples: Iterable[Triple]) -> bytes:
    """N-Triples, sorted."""
    return serialize(sorted(triples, key=str), format=RdfFormat.N_TRIPLES) or b""


def rdf_xml(triples: Iterable[Triple], prefixes: Mapping[str, str], first: str = "") -> bytes:
    """RDF/XML: ``first`` and then all other nodes, sorted.

    :raises NotAcceptable: a property has no name that XML could have, or a text a character that XML has not.
    """
    ordered = sorted(triples, key=lambda triple: (str(triple.subject) != f"<{first}>", str(triple)))
    for triple in ordered:
        _refuse_unfit(triple)
    text = serialize(ordered, format=RdfFormat.RDF_XML, prefixes=used(ordered, prefixes)) or b""
    return _ROOT.sub(lambda root: b"<rdf:RDF " + b" ".join(sorted(root[1].split())) + b">", text, count=1)


def used(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> dict[str, str]:
    """The prefixes whose namespaces have something in some triples."""
    iris = {iri for triple in triples for iri in _iris(triple)}
    return {name: space for name, space in sorted(prefixes.items()) if any(iri.startswith(space) for iri in iris)}


def _iris(triple: Triple) -> Iterable[str]:
    for term in (triple.subject, triple.predicate, triple.object):
        if isinstance(term, NamedNode):
            yield term.value
        elif isinstance(term, Literal):
            yield term.datatype.value


def fits_xml(text: str) -> bool:
    """Whether XML has a way to write a text."""
    return not _NOT_XML.search(text)


def _refuse_unfit(triple: Triple) -> None:
    text = triple.object.value if isinstance(triple.object, Literal) else ""
    if not _ENDS_IN_NAME.search(triple.predicate.value) or not fits_xml(text):
        raise NotAcceptable(
            Text("RDF/XML 写不出这里的内容。", "RDF/XML has no way to write what stands here."),
            place=Place(node=str(triple.subject).strip("<>")),
            fix=Text("用 Turtle、JSON-LD 或 N-Triples。", "Ask for Turtle, JSON-LD or N-Triples."),
        )
