"""Everything that graphs hold, made while it is sent, so that it takes no memory of its size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from pyoxigraph import Quad, RdfFormat, serialize

from danao.errors import NotAcceptable, Text
from danao.formats.syntax import rdf_xml
from danao.store.embedded import EmbeddedStore
from danao.store.lookups import batches
from danao.web.forms import JSON_LD, RDF_XML, Form

# What is made as a whole may have so many statements at most.
_WHOLE = (RDF_XML, JSON_LD)
_MOST = 200_000
_PIECEWISE = {"nt": RdfFormat.N_TRIPLES, "nq": RdfFormat.N_QUADS, "ttl": RdfFormat.TURTLE, "trig": RdfFormat.TRIG}


def contents(store: EmbeddedStore, graphs: Sequence[str], form: Form, prefixes: Mapping[str, str]) -> Iterator[bytes]:
    """What graphs hold together, in a form for machines, piece by piece; in TriG under their names.

    :raises NotAcceptable: it is too large for this form.
    """
    if form in _WHOLE:
        return iter([_whole(store, graphs, form, prefixes)])
    return _pieces(store, graphs, form.suffix, prefixes)


def dump(store: EmbeddedStore, graphs: Iterable[str], suffix: str, prefixes: Mapping[str, str]) -> Iterator[bytes]:
    """What graphs hold, as N-Quads (``nq``) or TriG (``trig``), piece by piece."""
    return _pieces(store, graphs, suffix, prefixes)


def _pieces(store: EmbeddedStore, graphs: Iterable[str], suffix: str, prefixes: Mapping[str, str]) -> Iterator[bytes]:
    """Batches of statements in a syntax whose documents go on where one of them ends."""
    used = dict(prefixes) if suffix in {"ttl", "trig"} else None
    pieces = (_piece(batch, suffix, used) for graph in graphs for batch in batches(store, graph))
    for number, (declared, rest) in enumerate(pieces):
        yield b"".join([*([] if number else declared), *rest])


def _piece(batch: list[Quad], suffix: str, prefixes: dict[str, str] | None) -> tuple[list[bytes], list[bytes]]:
    """The lines of a batch that declare prefixes, sorted, since the serializer has no order of them; and the others."""
    facts = batch if suffix in {"nq", "trig"} else [quad.triple for quad in batch]
    lines = (serialize(facts, format=_PIECEWISE[suffix], prefixes=prefixes) or b"").splitlines(keepends=True)
    declared = sorted(line for line in lines if line.startswith(b"@prefix"))
    return declared, [line for line in lines if not line.startswith(b"@prefix")] if declared else lines


def _whole(store: EmbeddedStore, graphs: Sequence[str], form: Form, prefixes: Mapping[str, str]) -> bytes:
    quads = (quad for graph in graphs for batch in batches(store, graph) for quad in batch)
    found = list(dict.fromkeys(quad.triple for quad in islice(quads, _MOST + 1)))
    if len(found) > _MOST:
        raise NotAcceptable(
            Text(
                f"这个图超过 {_MOST} 条，不用这种格式给出。",
                f"The graph has over {_MOST} statements: too many for this form.",
            ),
            fix=Text("用 Turtle、N-Triples 或 TriG。", "Ask for Turtle, N-Triples or TriG."),
        )
    if form is RDF_XML:
        return rdf_xml(found, prefixes)
    return serialize(found, format=RdfFormat.JSON_LD) or b""
