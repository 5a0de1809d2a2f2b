"""Queries of readers, answered in worker processes: what of the store they see, and in which form they are answered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from danao.engine.interface import Answer
from danao.engine.queries import View
from danao.errors import BadRequest, LongAnswer, Text
from danao.formats.syntax import n_triples, rdf_xml, turtle
from danao.limits import Limits
from danao.reading import Input
from danao.sparql import dataset_of, read_query
from danao.web import sparql_results
from danao.web.forms import JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Form
from danao.web.frames import Message
from danao.web.negotiation import negotiated
from danao.web.sparql_results import pieces_of, refused_term
from danao.web.worker import Worker

NAME = "query"
_GRAPHS = {form.content_type: form for form in (TURTLE, JSON_LD, N_TRIPLES, RDF_XML)}


def answer(worker: Worker, arguments: dict[str, Any], parts: Sequence[bytes]) -> Message:
    """The answer of a query. The parts are the query and the graphs that may be named, a line each.

    Arguments: ``folder`` of the copy, ``base`` of addresses, ``default`` graphs of the reader, whether the copy is
    ``open`` to them, what the request names (``asked``), ``accept``, and the bounds ``rows`` and ``size``. The header
    of the answer has its ``type``.

    :raises DanaoError: there is none.
    """
    query = read_query(Input(NAME, parts[0]), Limits())
    view = _view(query, arguments, parts[1])
    found = worker.copy(arguments["folder"]).answer(query, view, arguments["rows"])
    if not found.complete:
        raise _too_many(arguments["rows"])
    media_type = negotiated(arguments["accept"], _offered(found))
    return Message({"type": media_type}, [_written(found, media_type, worker, arguments["size"])])


# ---- What the query sees ----


def _view(query: Input, arguments: dict[str, Any], listed: bytes) -> View:
    """The graphs that a query is about, of those that its reader may see; a request's word goes before the query's."""
    base, asked = arguments["base"], arguments["asked"]
    if asked is None:
        own = dataset_of(query, base)
        asked = own and {"default": own.default, "named": own.named}
    if asked is None:
        return View(base, arguments["default"], _named(query, arguments, listed))
    seen = None if arguments["open"] else frozenset(_lines(listed))
    return View(base, _shown(asked["default"], seen), _shown(asked["named"], seen), apart=False)


def _named(query: Input, arguments: dict[str, Any], listed: bytes) -> Collection[str] | None:
    # There may be very many, and without this word nothing of them can be asked for.
    if b"graph" not in query.data.lower():
        return ()
    return None if arguments["open"] else _lines(listed)


def _lines(listed: bytes) -> list[str]:
    return listed.decode().split("\n") if listed else []


def _shown(graphs: Iterable[str], seen: Collection[str] | None) -> list[str]:
    """Those of some graphs that a reader may see; of the others it cannot be told whether they are there."""
    return [_address(graph) for graph in dict.fromkeys(graphs) if seen is None or graph in seen]


def _address(graph: str) -> str:
    try:
        return NamedNode(graph).value
    except ValueError as fault:
        raise BadRequest(
            Text(f"“{graph[:200]}”不是图的地址。", f"'{graph[:200]}' is no address of a graph."),
            fix=Text("写完整的 IRI。", "Write a whole IRI."),
        ) from fault


# ---- In which form it is answered ----


def _offered(found: Answer) -> Sequence[str]:
    if found.triples is not None:
        return tuple(_GRAPHS)
    return sparql_results.YES_OR_NO if found.holds is not None else sparql_results.ROWS


def _written(found: Answer, media_type: str, worker: Worker, most: int) -> bytes:
    if found.triples is not None:
        return _bounded([_graph(found.triples, _GRAPHS[media_type], worker.knowledge.prefixes)], most)
    return _bounded((piece.encode() for piece in pieces_of(found, media_type)), most)


def _bounded(pieces: Iterable[bytes], most: int) -> bytes:
    whole = bytearray()
    for piece in pieces:
        whole += piece
        if len(whole) > most:
            raise _too_long(most)
    return bytes(whole)


def _graph(triples: Sequence[Triple], form: Form, prefixes: Mapping[str, str]) -> bytes:
    for triple in triples:
        thing = triple.object
        if isinstance(thing, Triple) or (isinstance(thing, Literal) and thing.direction):
            raise refused_term(str(thing))
    if form is N_TRIPLES:
        return n_triples(triples)
    if form is JSON_LD:
        return serialize(triples, format=RdfFormat.JSON_LD) or b""
    return (turtle if form is TURTLE else rdf_xml)(triples, prefixes)


def _too_many(most: int) -> LongAnswer:
    return LongAnswer(
        Text(
            f"结果多于 {most} 行（或三元组），没有给出。", f"There are more than {most} rows or triples; none is given."
        ),
        fix=Text(
            f"排好次序，用 LIMIT {most} 和 OFFSET 分页取，或先汇总。",
            f"Take it page by page with an order, LIMIT {most} and OFFSET, or let the query count and sum.",
        ),
    )


def _too_long(most: int) -> LongAnswer:
    return LongAnswer(
        Text(f"结果多于 {most} 字节，没有给出。", f"The answer has more than {most} bytes; nothing of it is given."),
        fix=Text("少要几列，或用 LIMIT 和 OFFSET 分页取。", "Ask for fewer columns, or page with LIMIT and OFFSET."),
    )
