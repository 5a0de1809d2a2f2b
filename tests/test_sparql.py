"""SPARQL that others wrote: however it is written, no other server is asked, and what it names itself is found."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Store

from danao.errors import QueryFault, RefusedContent
from danao.limits import Limits
from danao.namespaces import XSD
from danao.reading import Input
from danao.sparql import Dataset, dataset_of, read_query

LIMITS = Limits()


def read(text: str) -> str:
    return read_query(Input("q", text.encode()), LIMITS).data.decode()


# ---- Nobody else is asked ----


@dataclass
class Listener:
    """A server that counts who comes, and hangs up."""

    address: str
    count: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    def listen(self, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                with server.accept()[0]:
                    # Counted before it is closed: who asked goes on at once.
                    self.count += 1


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        found = Listener(f"http://127.0.0.1:{server.getsockname()[1]}/")
        thread = threading.Thread(target=found.listen, args=(server,))
        thread.start()
        yield found
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


# Each was found to ask the server, or to come close to it, with nothing before the parser.
FEDERATED = {
    "plainly": "SELECT * { SERVICE <U> { ?s ?p ?o } }",
    "without a space": "SELECT * {SERVICE<U>{?s ?p ?o}}",
    "by a prefixed name right behind": "PREFIX : <U> SELECT * {SERVICE:x{?s ?p ?o}}",
    "silently, by a prefixed name right behind": "PREFIX : <U> SELECT * {SERVICESILENT:x{?s ?p ?o}}",
    "behind a value": "SELECT * {?s ?p trueSERVICE<U>{?s ?p ?o}}",
    "behind a number": "SELECT * {BIND(1 AS ?x) ?s ?p ?n FILTER(?n=1||true) ?s ?q 1SERVICE<U>{?s ?p ?o}}",
    "behind a name with two dots": "PREFIX a: <http://x/> SELECT * {?s ?p a:b.c.SERVICE<U>{?s ?p ?o}}",
    "behind a comment that ends with the carriage": "SELECT * { # a\rSERVICE<U> {?s ?p ?o}}",
    "behind an address with an escape": r"SELECT * { BIND(<http://a/\u0041#x> AS ?v) SERVICE<U> {?s ?p ?o}}",
    "behind an address with a quotation mark": "SELECT * { BIND(<http://a/'x> AS ?v) SERVICE<U> {} FILTER(1='1'||1)}",
    "behind a comparison with a text": "SELECT * { FILTER('w'<'x&&1>') SERVICE<U> {?s ?p ?o} FILTER('1'='1') }",
    "behind what looks like a comment": "SELECT * { FILTER(1<2#>\n) SERVICE<U> {?s ?p ?o} }",
    "in a place of its own": "SELECT * { FILTER EXISTS { SERVICE <U> {?s ?p ?o} } }",
    "at an address that is only found": "SELECT * { VALUES ?u { <U> } SERVICE ?u {?s ?p ?o} }",
    "in a lateral join": "SELECT * { ?s ?p ?o LATERAL { SERVICE <U> {?s ?q ?r} } }",
    "below a description": "DESCRIBE ?s { SERVICE <U> {?s ?p ?o} }",
}


@pytest.mark.parametrize("text", FEDERATED.values(), ids=FEDERATED.keys())
def test_whatever_way_another_server_is_to_be_asked_it_is_not(text: str, listener: Listener) -> None:
    store = Store()
    node, true = NamedNode("http://x/a"), Literal("true", datatype=NamedNode(f"{XSD}boolean"))
    store.add(Quad(node, node, true))
    before = listener.count
    with contextlib.suppress(RefusedContent, SyntaxError):
        list(store.query(read(text.replace("U", listener.address))))  # type: ignore[arg-type]
    assert listener.count == before


def test_the_listener_hears_who_asks(listener: Listener) -> None:
    before = listener.count
    with contextlib.suppress(OSError):
        list(Store().query(FEDERATED["behind a comparison with a text"].replace("U", listener.address)))  # type: ignore[arg-type]
    assert listener.count > before


WORDS = [
    "SERVICE",
    "service",
    "SERVICE<U>{}",
    "SERVICE:x{}",
    "SILENT",
    "{",
    "}",
    "(",
    ")",
    ".",
    "<",
    ">",
    "'",
    '"',
    "#",
]
WORDS += [
    "\n",
    "\r",
    " ",
    "\\",
    "\\u0053",
    "1",
    "1.",
    "true",
    "a:b",
    ":",
    "?x",
    "$",
    "FILTER(1",
    "&&",
    "<a>",
    "'''",
    "_:b",
]
WORDS += [
    "?s ?p",
    "BIND(",
    "AS ?x)",
    "@en",
    "^^",
    "SELECT * {",
    "PREFIX : <U>",
    "PREFIX a: <U>",
    "OPTIONAL",
    "UNION",
    "-",
]


@given(st.lists(st.sampled_from(WORDS), max_size=14))
def test_no_mixture_of_tokens_gets_to_another_server(listener: Listener, words: list[str]) -> None:
    text = ("PREFIX : <U> SELECT * {" + "".join(words) + "}").replace("U", listener.address)
    before = listener.count
    with contextlib.suppress(RefusedContent, SyntaxError, RuntimeError):
        list(Store().query(read(text)))  # type: ignore[arg-type]
    assert listener.count == before


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("SELECT ('a service' AS ?x) {}", '"a service"'),
        ("SELECT ('''SERVICE 'and' Service''' AS ?x) {}", "\"SERVICE 'and' Service\""),
        (r'SELECT ("\\service\n" AS ?x) {}', r'"\\service\n"'),
        ("SELECT (<http://x/service> AS ?x) {}", "<http://x/service>"),
        ("PREFIX sd: <http://x/service#> SELECT (sd:Service AS ?x) {}", "<http://x/service#Service>"),
        ("PREFIX a: <http://x/> SELECT (a:accessService AS ?x) {}", "<http://x/accessService>"),
        ("SELECT ?service { VALUES ?service { 1 } } # SERVICE", f'"1"^^<{XSD}integer>'),
        ("SELECT ?my_service { BIND(true AS ?my_service) }", f'"true"^^<{XSD}boolean>'),
    ],
)
def test_the_word_means_the_same_where_it_asks_nobody(text: str, value: str) -> None:
    ((found,),) = Store().query(read(text))  # type: ignore[misc]
    assert str(found) == value


# ---- The graphs that a query names ----


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * { ?s ?p 'FROM <a>' }", None),
        ("SELECT ?from { ?from ?p <from> } # FROM <a>", None),
        ("SELECT * FROM <http://x/a> { ?s ?p ?o }", Dataset(("http://x/a",), ())),
        ("ASK FROM NAMED <http://x/a> from <http://x/b> {}", Dataset(("http://x/b",), ("http://x/a",))),
        ("DESCRIBE <http://x/y> FROM <a> # FROM <b>\nFROM NAMED <?c>", Dataset(("http://b/a",), ("http://b/s?c",))),
        ("BASE <http://y/z/> SELECT * FROM <a> {}", Dataset(("http://y/z/a",), ())),
        ("PREFIX a: <http://x/> PREFIX from: <named#> SELECT * FROM a:b FROM NAMED from:from {}",
         Dataset(("http://x/b",), ("http://b/named#from",))),
        ("BASE <http://y/> PREFIX : <a> BASE <b/> CONSTRUCT { ?s ?p ?o } FROM :c FROM <d> { ?s ?p ?o }",
         Dataset(("http://y/ac", "http://y/b/d"), ())),
    ],
)  # fmt: skip
def test_the_graphs_that_a_query_names_are_resolved_as_it_says(text: str, expected: Dataset | None) -> None:
    assert dataset_of(Input("q", text.encode()), "http://b/s") == expected


def test_a_graph_whose_prefix_is_not_declared_is_a_fault_of_the_query() -> None:
    with pytest.raises(QueryFault):
        dataset_of(Input("q", b"SELECT * FROM a:b {}"), "http://b/")
