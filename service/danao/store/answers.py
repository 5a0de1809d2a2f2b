"""Answers of a server as rows and triples, or the error that they are none."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse, serialize

from danao.engine.interface import Row
from danao.errors import Text
from danao.statements import Graph, Term, graph_of, split
from danao.store.faults import no_rows
from danao.store.refusals import cut_off, part_only, rubbish
from danao.store.wire import Reply

ROWS = "application/sparql-results+json"
TRIPLES = "application/n-triples"
# What servers call them besides: Virtuoso has the older names of N-Triples.
_ROW_KINDS = (ROWS, "application/json")
_TRIPLE_KINDS = (TRIPLES, "text/plain", "text/ntriples", "application/rdf-triples")
_PAGES = ("text/html", "application/xhtml+xml")
# What Virtuoso says of an answer from which it may have left rows out.
_MOST_ROWS = "X-SPARQL-MaxRows"
_PARTIAL = 206
# Where an answer breaks off shows what went wrong.
_END = 200
# Virtuoso's names of blank nodes have a colon and slashes.
_UNFIT = re.compile(r"[^A-Za-z0-9]")


def refuse_page(reply: Reply) -> None:
    """A page for people is nobody's answer to a change: someone else answered, such as a page to sign in.

    :raises StoreAnswer: it is one.
    """
    if reply.kind in _PAGES and reply.body.strip():
        raise rubbish(reply.asked, reply.kind, reply.body, "a web page")


def rows_of(reply: Reply) -> list[Row]:
    """Rows in the W3C's SPARQL 1.1 Query Results JSON Format.

    :raises StoreAnswer: these are none, or not all.
    :raises QueryFault: it is a yes or no.
    """
    if reply.kind not in _ROW_KINDS:
        raise rubbish(reply.asked, reply.kind, reply.body, "no JSON results")
    try:
        found = json.loads(reply.body)
        if "boolean" in found:
            raise no_rows()
        names = [str(name) for name in found["head"]["vars"]]
        rows = [_row(names, binding) for binding in found["results"]["bindings"]]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        # A server that fails in the middle of an answer writes why where it breaks off, and has said already that all
        # is well.
        raise rubbish(reply.asked, reply.kind, reply.body[-_END:], f"{type(error).__name__} {error}") from error
    _refuse_part(reply, len(rows))
    return rows


def _row(names: list[str], binding: Mapping[str, Mapping[str, Any]]) -> Row:
    if not binding.keys() <= set(names):
        message = f"a column that is not announced: {sorted(binding)}"
        raise ValueError(message)
    return {name: _term(binding[name]) if name in binding else None for name in names}


def _term(told: Mapping[str, Any]) -> Term:
    kind, value = told["type"], told["value"]
    if kind == "uri":
        return NamedNode(value)
    if kind == "bnode":
        return BlankNode(f"b{_UNFIT.sub('', value)}")
    if kind not in {"literal", "typed-literal"}:
        message = f"a term of no known type: {kind}"
        raise ValueError(message)
    if language := told.get("xml:lang"):
        return Literal(value, language=language)
    return Literal(value, datatype=NamedNode(told["datatype"])) if "datatype" in told else Literal(value)


def graph_in(reply: Reply) -> Graph:
    """A graph in N-Triples.

    :raises StoreAnswer: this is none, or not the whole.
    """
    if reply.kind not in _TRIPLE_KINDS:
        raise rubbish(reply.asked, reply.kind, reply.body, "no N-Triples")
    if not reply.framed:
        # Half a graph is a graph.
        raise cut_off(reply.asked, Text("看不出答复是否完整。", "nothing tells whether the answer is whole."))
    try:
        triples = [quad.triple for quad in parse(reply.body, RdfFormat.N_TRIPLES)]
    except (SyntaxError, ValueError) as error:
        raise rubbish(reply.asked, reply.kind, reply.body[-_END:], str(error)) from error
    _refuse_part(reply, len(triples))
    return graph_of(split((serialize(triples, format=RdfFormat.N_TRIPLES) or b"").decode()))


def _refuse_part(reply: Reply, count: int) -> None:
    """An answer that says itself that something was left out."""
    most = reply.headers.get(_MOST_ROWS, "")
    if reply.status == _PARTIAL or (most.isdigit() and count >= int(most)):
        raise part_only(reply.asked)
