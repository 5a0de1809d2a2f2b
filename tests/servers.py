"""Small HTTP servers on this machine: one that answers what a test says, one that speaks SPARQL over pyoxigraph."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
)

_GSP = ("PUT", "DELETE", "GET")


@dataclass(frozen=True)
class Seen:
    """A request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def parameters(self) -> dict[str, list[str]]:
        """Those of the address, and of a form."""
        found = parse_qs(urlsplit(self.path).query)
        if self.headers.get("content-type", "") == "application/x-www-form-urlencoded":
            found |= parse_qs(self.body.decode())
        return found


class Handler(BaseHTTPRequestHandler):
    """Reads a request, notes it, and hands it to what answers."""

    protocol_version = "HTTP/1.1"
    server: Listening

    def do_any(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(self.command, self.path, headers, self.rfile.read(size))
        self.server.seen.append(seen)
        self.server.answer(seen, self)

    do_GET = do_PUT = do_POST = do_DELETE = do_any  # noqa: N815 - as the library names them

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the library names it
        """Say nothing."""

    def reply(
        self,
        status: int,
        body: bytes = b"",
        kind: str = "text/plain",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """A whole answer."""
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


Answer = Callable[[Seen, Handler], None]


class Listening(ThreadingHTTPServer):
    """A server on a free port of this machine."""

    daemon_threads = True

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.seen: list[Seen] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are what some tests are about."""


@contextmanager
def listening(answer: Answer) -> Iterator[Listening]:
    """A server while the test runs."""
    server = Listening(answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class InTurn:
    """One answer after the other; the last one again and again."""

    answers: list[Answer]
    _next: int = field(default=0)

    def __call__(self, seen: Seen, handler: Handler) -> None:
        number = min(self._next, len(self.answers) - 1)
        self._next += 1
        self.answers[number](seen, handler)


def says(status: int, body: bytes = b"", kind: str = "text/plain", headers: Mapping[str, str] | None = None) -> Answer:
    """The same answer to everything."""
    return lambda _seen, handler: handler.reply(status, body, kind, headers)


@dataclass
class Sparql:
    """Queries, updates and graphs below one address, as oxigraph has them."""

    store: Store = field(default_factory=Store)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, seen: Seen, handler: Handler) -> None:
        path = urlsplit(seen.path).path
        with self.lock:
            if path == "/store" and seen.method in _GSP:
                self._graph(seen, handler)
            elif path == "/query" and seen.method == "POST":
                self._query(seen, handler)
            elif path == "/update" and seen.method == "POST":
                self.store.update(seen.body.decode())
                handler.reply(204)
            else:
                handler.reply(404, b"no such path")

    def _graph(self, seen: Seen, handler: Handler) -> None:
        graph = NamedNode(seen.parameters["graph"][0])
        there = self.store.contains_named_graph(graph)
        if seen.method == "PUT":
            assert seen.headers["content-type"] == "application/n-triples"
            self.store.remove_graph(graph)
            self.store.load(seen.body, RdfFormat.N_TRIPLES, to_graph=graph)
            handler.reply(204 if there else 201)
        elif not there:
            handler.reply(404, b"no such graph")
        else:
            body = self.store.dump(format=RdfFormat.N_TRIPLES, from_graph=graph) or b""
            handler.reply(200, body, "application/n-triples")

    def _query(self, seen: Seen, handler: Handler) -> None:
        given = seen.parameters
        default, named = given.get("default-graph-uri", []), given.get("named-graph-uri", [])
        try:
            found = (
                self.store.query(
                    given["query"][0],
                    default_graph=[NamedNode(one) for one in default],
                    named_graphs=[NamedNode(one) for one in named],
                )
                if default or named
                else self.store.query(given["query"][0])
            )
        except SyntaxError as error:
            handler.reply(400, str(error).encode())
            return
        if isinstance(found, QueryTriples):
            handler.reply(200, found.serialize(format=RdfFormat.N_TRIPLES) or b"", "application/n-triples")
            return
        assert isinstance(found, QuerySolutions | QueryBoolean)
        body = found.serialize(format=QueryResultsFormat.JSON) or b""
        handler.reply(200, body, "application/sparql-results+json")
