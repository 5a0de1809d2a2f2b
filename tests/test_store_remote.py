"""The store on a server: what every store does, and what servers and lines to them may do instead of answering."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from danao.errors import (
    DanaoError,
    QueryFault,
    StoreAnswer,
    StoreFault,
    StoreFull,
    StoreRefused,
    StoreUnavailable,
    UsageError,
)
from danao.store import open_store
from danao.store.interface import Change
from danao.store.remote import RemoteStore
from danao.store.server import Server
from danao.store.updates import STAGED, staged_by
from tests.servers import Answer, Handler, InTurn, Listening, Seen, Sparql, listening, says
from tests.store_contract import BASE, ONE, TWO, VIEW, StoreContract, content, facts, lines
from tests.test_cli import SERVICE

__all__ = ["content"]

SECRET = "kdh7-opensesame"  # noqa: S105 - of no server
ROWS = (
    b'{"head":{"vars":["s"]},"results":{"bindings":['
    b'{"s":{"type":"uri","value":"urn:a"}},{"s":{"type":"uri","value":"urn:b"}}]}}'
)
JSON = "application/sparql-results+json"
QUERY = "SELECT ?s WHERE { ?s ?p ?o }"


class Waits:
    """Waits that take no time, noted in milliseconds."""

    def __init__(self) -> None:
        self.all: list[int] = []

    def __call__(self, seconds: float) -> None:
        self.all.append(round(seconds * 1000))


# Stores that tests opened and did not close.
OPEN: list[RemoteStore] = []


@pytest.fixture(autouse=True)
def close_all() -> Iterator[None]:
    yield
    while OPEN:
        OPEN.pop().close()


def store_of(server: Server, waits: Callable[[float], None] | None = None) -> RemoteStore:
    OPEN.append(RemoteStore(server, waits or Waits()))
    return OPEN[-1]


def store_at(address: str, waits: Callable[[float], None] | None = None, **settings: Any) -> RemoteStore:  # noqa: ANN401
    return store_of(Server.at(address, **{"connect_seconds": 2, "read_seconds": 1, **settings}), waits)


@pytest.fixture
def server() -> Iterator[Listening]:
    with listening(Sparql()) as server:
        yield server


@pytest.fixture
def store(server: Listening) -> RemoteStore:
    return store_at(server.address, read_seconds=60)


class TestRemote(StoreContract):
    """Over a server that is exact in every literal."""


class TestRemoteBySteps(StoreContract):
    """The same where next to nothing fits into one update."""

    @pytest.fixture
    def store(self, server: Listening) -> RemoteStore:
        return store_at(server.address, read_seconds=60, inline=1)


# ---- What goes over the line ----


def test_graphs_are_put_first_and_everything_else_is_one_update(server: Listening, store: RemoteStore) -> None:
    store.apply(
        Change(put={ONE: facts("a p b")}, drop=[TWO], remove={VIEW: facts("c p d")}, add={VIEW: facts("e p f")})
    )
    assert [(seen.method, seen.path.partition("?")[0]) for seen in server.seen] == [
        ("PUT", "/store"),
        ("POST", "/update"),
    ]
    put, update = server.seen
    assert put.parameters == {"graph": [ONE]}
    assert put.body == b"<https://example.org/a> <https://example.org/p> <https://example.org/b> .\n"
    assert update.headers["content-type"] == "application/sparql-update"
    assert [update.body.index(word) for word in (b"DROP", b"DELETE", b"INSERT")] == sorted(
        update.body.index(word) for word in (b"DROP", b"DELETE", b"INSERT")
    )


def test_what_is_too_much_for_one_update_waits_in_a_graph_that_is_gone_afterwards(server: Listening) -> None:
    store = store_at(server.address, inline=10)
    many = facts(*(f"a{number} p b" for number in range(30)))
    store.apply(Change(add={VIEW: many, ONE: facts("a p b")}))
    put, update, drop = server.seen
    assert put.parameters["graph"][0].startswith(STAGED)
    assert len(update.body) < 1000
    assert drop.body.decode().split() == ["DROP", "SILENT", "GRAPH", f"<{put.parameters['graph'][0]}>"]
    assert lines(store.facts(VIEW)) == lines(many)
    assert isinstance(server.answer, Sparql)
    assert {graph.value for graph in server.answer.store.named_graphs()} == {VIEW, ONE}


def test_what_a_killed_change_left_waiting_is_no_graph_and_goes_when_the_store_is_cleared(server: Listening) -> None:
    store = store_at(server.address)
    store.apply(Change(put={ONE: facts("a p b"), f"{staged_by('')}left": facts("a p b")}))
    assert store.graphs() == [ONE]
    store.clear()
    assert isinstance(server.answer, Sparql)
    assert list(server.answer.store.named_graphs()) == []


def test_graphs_of_others_on_the_server_are_neither_listed_nor_cleared(server: Listening) -> None:
    others = "https://other.example/graph"
    store_at(server.address).apply(Change(put={others: facts("a p b"), ONE: facts("a p b")}))
    store = store_at(server.address, within=BASE)
    assert store.graphs() == [ONE]
    store.clear()
    assert store_at(server.address).graphs() == [others]
    store.load([(TWO, facts("a p b"))])
    assert store.graphs() == [TWO]


def authorized(*expected: str) -> Answer:
    """Rows for those who say who they are, 401 for all others, and what they said back in its body."""

    def answer(seen: Seen, handler: Handler) -> None:
        said = seen.headers.get("authorization", "")
        if said in expected:
            handler.reply(200, ROWS, JSON)
        else:
            handler.reply(401, f"who is {said}?".encode(), headers={"WWW-Authenticate": "Basic realm=x"})

    return answer


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def test_user_and_password_are_sent_and_so_is_a_token() -> None:
    with listening(authorized(basic("李", SECRET), f"Bearer {SECRET}")) as server:
        for store in (
            store_at(server.address, user="李", password=SECRET),
            store_at(server.address, token=SECRET),
        ):
            assert len(store.select(QUERY)) == 2


@pytest.mark.parametrize("settings", [{"user": "li", "password": SECRET}, {"token": SECRET}, {}])
def test_who_is_not_accepted_is_told_so_without_what_was_said(settings: dict[str, Any]) -> None:
    with listening(authorized("nobody")) as server:
        store = store_at(server.address, **settings)
        with pytest.raises(StoreRefused, match="does not accept who asks \\(401\\)") as caught:
            store.select(QUERY)
        assert len(server.seen) == 1
    assert SECRET not in told(caught.value)


def test_an_echoed_secret_is_not_shown() -> None:
    def echo(seen: Seen, handler: Handler) -> None:
        handler.reply(500, f"bad header: {seen.headers['authorization']}".encode())

    with listening(echo) as server, pytest.raises(StoreRefused) as caught:
        store_at(server.address, token=SECRET).select(QUERY)
    assert "bad header: Bearer •••" in told(caught.value)
    assert SECRET not in told(caught.value)


def test_digest_authentication() -> None:
    challenge = {"WWW-Authenticate": 'Digest realm="SPARQL", nonce="abc", qop="auth", algorithm=MD5'}

    def answer(seen: Seen, handler: Handler) -> None:
        if 'Digest username="dba"' in seen.headers.get("authorization", ""):
            handler.reply(201)
        else:
            handler.reply(401, b"", headers=challenge)

    with listening(answer) as server:
        store = store_at(server.address, user="dba", password=SECRET, digest=True)
        store.apply(Change(put={ONE: facts("a p b")}))
        assert [seen.body for seen in server.seen] == [server.seen[0].body] * 2
        assert all(SECRET not in str(seen) for seen in server.seen)


def told(fault: DanaoError) -> str:
    """Everything that a user or a log may see."""
    return f"{fault} {fault.as_json()} {fault!r} {fault.__cause__!r}"


def test_settings_do_not_show_their_secrets() -> None:
    server = Server.at("http://localhost:7878/", user="li", password=SECRET)
    assert SECRET not in repr(server)
    assert SECRET not in repr(Server.at("http://localhost:7878", token=SECRET))
    assert (server.query, server.update, server.graphs) == tuple(
        f"http://localhost:7878/{name}" for name in ("query", "update", "store")
    )


@pytest.mark.parametrize(
    ("address", "settings"),
    [
        (f"http://li:{SECRET}@localhost:7878", {}),
        ("ftp://localhost", {}),
        ("http://", {}),
        ("http://[::1", {}),
        ("http://local host/", {}),
        ("http://localhost", {"user": "li"}),
        ("http://localhost", {"password": SECRET}),
        ("http://localhost", {"user": "li", "password": SECRET, "token": SECRET}),
        ("http://localhost", {"token": f"{SECRET}\r\nX: y"}),
    ],
)
def test_settings_that_cannot_work_are_refused_without_their_secrets(address: str, settings: dict[str, str]) -> None:
    with pytest.raises(UsageError) as caught:
        Server.at(address, **settings)
    assert SECRET not in told(caught.value)


def test_an_address_is_a_remote_store() -> None:
    for location in ("http://localhost:7878", "HTTPS://localhost/x/", Server.at("http://localhost")):
        store = open_store(location)
        assert isinstance(store, RemoteStore)
        store.close()


MISSING = """
import sys
sys.modules["httpx2"] = None
from danao.errors import MissingExtra
from danao.store import open_store
try:
    open_store("http://localhost")
except MissingExtra as fault:
    print(fault.fix.en)
"""


def test_a_server_takes_an_extra() -> None:
    environment = os.environ | {"PYTHONPATH": str(SERVICE)}
    done = subprocess.run([sys.executable, "-c", MISSING], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "Install it: pip install 'danao[remote]'.\n"


# ---- What may be tried again ----


def test_a_server_that_is_down_is_told_with_its_address_after_every_try() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        waits = Waits()
        with pytest.raises(StoreUnavailable, match="A query failed: no connection") as caught:
            store_at(address, waits).select(QUERY)
    assert waits.all == [100, 200, 400, 800]
    assert caught.value.place.file == f"{address}/query"
    assert caught.value.fix is not None


def test_a_server_that_does_not_answer_in_time_is_too_slow() -> None:
    over = threading.Event()

    def sleep(_seen: Seen, _handler: Handler) -> None:
        over.wait(30)

    with listening(sleep) as server:
        started = time.monotonic()
        with pytest.raises(StoreUnavailable, match="within 1 seconds"):
            store_at(server.address, tries=2).select(QUERY)
        assert len(server.seen) == 2
        over.set()
    assert 2 <= time.monotonic() - started < 10


def test_a_server_that_answers_drop_by_drop_is_too_slow_as_well() -> None:
    def drip(_seen: Seen, handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", JSON)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.1)

    with listening(drip) as server:
        started = time.monotonic()
        with pytest.raises(StoreUnavailable, match="within 1 seconds"):
            store_at(server.address, seconds=1).select(QUERY)
        assert time.monotonic() - started < 5


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_a_server_that_cannot_now_is_asked_again(status: int) -> None:
    waits = Waits()
    with listening(InTurn([says(status, b"later"), says(status, b"later"), says(200, ROWS, JSON)])) as server:
        assert len(store_at(server.address, waits).select(QUERY)) == 2
        assert len(server.seen) == 3
    assert waits.all == [100, 200]


def test_a_server_that_never_can_is_told_with_its_words() -> None:
    with listening(says(503, b"closed\nfor repair\x1b[31m")) as server:
        with pytest.raises(StoreUnavailable, match=r"cannot now \(503\): closed for repair \[31m"):
            store_at(server.address).select(QUERY)
        assert len(server.seen) == 5


def test_as_long_is_waited_as_the_server_asks() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    answers = [says(503, headers={"Retry-After": "7"}), says(429, headers={"Retry-After": soon}), says(200, ROWS, JSON)]
    waits = Waits()
    with listening(InTurn(answers)) as server:
        store_at(server.address, waits).select(QUERY)
    assert waits.all[0] == 7000
    assert 25_000 < waits.all[1] <= 30_000


@pytest.mark.parametrize("said", ["86400", "tomorrow", "-5", "Wed, 21 Oct 2015 07:28:00 GMT", "٣"])
def test_longer_than_allowed_is_not_waited_and_nonsense_is_none(said: str) -> None:
    waits = Waits()
    answer = says(503, headers={"Retry-After": said.encode().decode("latin-1")})
    with listening(answer) as server, pytest.raises(StoreUnavailable):
        store_at(server.address, waits).select(QUERY)
    assert waits.all == ([] if said == "86400" else [100, 200, 400, 800])


def test_waits_double_up_to_ten_seconds() -> None:
    waits = Waits()
    with listening(says(503)) as server, pytest.raises(StoreUnavailable):
        store_at(server.address, waits, tries=10).select(QUERY)
    assert waits.all == [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]


DEADLOCK = b"Virtuoso 40001 Error SR172: Transaction deadlocked"


def test_a_put_that_had_to_give_way_is_made_again(server: Listening) -> None:
    sparql = server.answer
    server.answer = InTurn([says(500, DEADLOCK), says(500, DEADLOCK), sparql])
    waits = Waits()
    store = store_at(server.address, waits)
    store.apply(Change(put={ONE: facts("a p b")}))
    assert waits.all == [100, 200]
    assert lines(store.facts(ONE)) == lines(facts("a p b"))


def test_an_error_of_the_server_s_own_is_told_at_once() -> None:
    with listening(says(500, b"Virtuoso 22023 Error SR353: Sorted TOP clause")) as server:
        with pytest.raises(StoreRefused, match="error 500: Virtuoso 22023 Error SR353"):
            store_at(server.address).select(QUERY)
        assert len(server.seen) == 1


def test_a_server_without_room_is_full() -> None:
    with listening(says(507, b"no space left")) as server, pytest.raises(StoreFull, match="no room: no space left"):
        store_at(server.address).apply(Change(put={ONE: facts("a p b")}))


def hang_up(after: Answer | None = None) -> Answer:
    """Carry out what is asked, and hang up without an answer."""

    class Deaf:
        """A handler whose answers go nowhere."""

        def reply(self, *_said: object) -> None:
            """Say nothing."""

    def answer(seen: Seen, handler: Handler) -> None:
        if after:
            after(seen, Deaf())  # type: ignore[arg-type]
        handler.close_connection = True
        handler.connection.shutdown(socket.SHUT_RDWR)

    return answer


def test_a_change_whose_answers_were_lost_is_made_again_and_happens_once(server: Listening) -> None:
    sparql = server.answer
    store = store_at(server.address, inline=1)
    store.apply(Change(put={VIEW: facts("a p b", "c p d")}))
    server.seen.clear()
    server.answer = InTurn([hang_up(sparql), sparql, hang_up(sparql), sparql, hang_up(sparql), hang_up(sparql), sparql])
    change = Change(put={ONE: facts("a p b")}, remove={VIEW: facts("a p b")}, add={VIEW: facts("e p f", "g p h")})
    store.apply(change)
    assert len(server.seen) == 8
    assert lines(store.facts(VIEW)) == lines(facts("c p d", "e p f", "g p h"))
    assert store.graphs() == [ONE, VIEW]


def test_what_waits_is_there_until_the_answer_has_come(server: Listening) -> None:
    sparql = server.answer
    store = store_at(server.address, inline=1)
    store.apply(Change(put={VIEW: facts("a p b")}))
    # The view is dropped and begun anew, twice.
    server.answer = InTurn([sparql, hang_up(sparql), sparql])
    store.apply(Change(drop=[VIEW], add={VIEW: facts("c p d", "e p f")}))
    assert lines(store.facts(VIEW)) == lines(facts("c p d", "e p f"))


def test_what_waited_may_stay_behind(server: Listening) -> None:
    sparql = server.answer
    store = store_at(server.address, inline=1)
    server.answer = InTurn([sparql, sparql, says(500, b"broken"), sparql])
    store.apply(Change(add={VIEW: facts("c p d", "e p f")}))
    assert store.graphs() == [VIEW]
    assert len(store.facts(VIEW)) == 2


def test_a_change_that_breaks_off_leaves_what_is_current_and_can_be_made_again(server: Listening) -> None:
    sparql = server.answer
    store = store_at(server.address, tries=1)
    store.apply(Change(put={VIEW: facts("a p b")}))
    change = Change(put={ONE: facts("x p y")}, remove={VIEW: facts("a p b")}, add={VIEW: facts("c p d")})
    server.answer = InTurn([sparql, says(503), sparql])
    with pytest.raises(StoreUnavailable):
        store.apply(change)
    assert lines(store.facts(VIEW)) == lines(facts("a p b"))
    store.apply(change)
    assert lines(store.facts(VIEW)) == lines(facts("c p d"))
    assert store.graphs() == [ONE, VIEW]


def test_a_load_that_breaks_off_is_told_and_can_be_begun_anew(server: Listening) -> None:
    sparql = server.answer
    store = store_at(server.address)
    graphs = [(ONE, facts("a p b")), (TWO, facts("a p b")), (VIEW, facts("a p b"))]
    # One request asks what is there, then one graph arrives.
    server.answer = InTurn([sparql, sparql, says(413, b"too much"), sparql])
    with pytest.raises(StoreRefused, match="too much"):
        store.load(graphs)
    assert store.graphs() == [ONE]
    with pytest.raises(UsageError):
        store.load(graphs)
    store.clear()
    store.load(graphs)
    assert store.graphs() == [ONE, TWO, VIEW]


# ---- Rubbish ----

HTML = b"<!doctype html><title>Sign in</title>"


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (HTML, "text/html; charset=utf-8", "Sign in"),
        (ROWS[:-30], JSON, "not whole"),
        (ROWS[:-3] + b"java.lang.OutOfMemoryError: heap", JSON, "OutOfMemoryError"),
        (ROWS + b" error", JSON, "error"),
        (b"", JSON, "not whole"),
        (b"s\nurn:a\n", "text/csv", "no JSON results"),
        (ROWS, "", "unknown"),
        (b"null", JSON, "null"),
        (b"[]", JSON, "not whole"),
        (b"\xff\xfe", JSON, "not whole"),
        (b'{"head":{"vars":["s"]},"error":"timeout"}', JSON, "timeout"),
        (b'{"results":{"bindings":[]}}', JSON, "not whole"),
    ],
)
def test_an_answer_that_is_no_result_is_told_with_its_words(body: bytes, kind: str, said: str) -> None:
    with listening(says(200, body, kind)) as server:
        with pytest.raises(StoreAnswer) as caught:
            store_at(server.address).select(QUERY)
        assert len(server.seen) == 1
    assert said in caught.value.what.en
    assert caught.value.place.file == f"{server.address}/query"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (HTML, "text/html"),
        (b"<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> ", "application/n-triples"),
        (b"<urn:a> <urn:b> <urn:c> .\nThe query timed out\n", "application/n-triples"),
        (b'{"error": "x"}', "application/json"),
        (b"\xff", "application/n-triples"),
    ],
)
def test_a_graph_that_is_none_is_told(body: bytes, kind: str) -> None:
    with listening(says(200, body, kind)) as server:
        store = store_at(server.address)
        with pytest.raises(StoreAnswer):
            store.facts(ONE)
        with pytest.raises(StoreAnswer):
            store.construct("CONSTRUCT WHERE { ?s ?p ?o }")


def raw(head: str, body: bytes) -> Answer:
    def answer(_seen: Seen, handler: Handler) -> None:
        handler.wfile.write(f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode() + body)
        handler.close_connection = True

    return answer


NT = "Content-Type: application/n-triples"


def test_a_line_that_breaks_in_the_middle_of_a_graph_is_tried_again_and_told() -> None:
    triple = b"<urn:a> <urn:b> <urn:c> .\n"
    for head, body in (
        (f"{NT}\r\nContent-Length: 100", triple),
        (f"{NT}\r\nTransfer-Encoding: chunked", b"1a\r\n" + triple + b"\r\n"),
    ):
        with listening(raw(head, body)) as server:
            with pytest.raises(StoreUnavailable, match="no connection, or it broke"):
                store_at(server.address).facts(ONE)
            assert len(server.seen) == 5


def test_a_graph_whose_end_nobody_can_tell_is_not_taken() -> None:
    answer = raw(f"{NT}\r\nConnection: close", b"<urn:a> <urn:b> <urn:c> .\n")
    with listening(answer) as server, pytest.raises(StoreAnswer, match="whether the answer is whole"):
        store_at(server.address).facts(ONE)


def test_what_is_no_http_is_told() -> None:
    def answer(_seen: Seen, handler: Handler) -> None:
        handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        handler.close_connection = True

    with listening(answer) as server, pytest.raises(StoreUnavailable):
        store_at(server.address).select(QUERY)


@pytest.mark.parametrize(
    ("status", "headers"), [(200, {"X-SPARQL-MaxRows": "2"}), (206, {}), (200, {"X-SPARQL-MaxRows": "1"})]
)
def test_an_answer_that_leaves_something_out_is_none(status: int, headers: dict[str, str]) -> None:
    with listening(says(status, ROWS, JSON, headers)) as server, pytest.raises(StoreAnswer, match="a part only"):
        store_at(server.address).select(QUERY)


def test_a_graph_from_which_something_was_left_out_is_none(server: Listening, store: RemoteStore) -> None:
    store.apply(Change(put={ONE: facts("a p b", "c p d")}))
    sparql = server.answer
    half = b"<https://example.org/a> <https://example.org/p> <https://example.org/b> .\n"
    server.answer = InTurn([says(200, half, "application/n-triples"), sparql])
    with pytest.raises(StoreAnswer, match="a part only"):
        store.facts(ONE)


def test_an_answer_with_room_for_more_is_whole() -> None:
    with listening(says(200, ROWS, JSON, {"X-SPARQL-MaxRows": "3"})) as server:
        assert len(store_at(server.address).select(QUERY)) == 2


def test_no_more_of_an_answer_is_read_than_allowed() -> None:
    sent = 0

    def flood(_seen: Seen, handler: Handler) -> None:
        nonlocal sent
        handler.send_response(200)
        handler.send_header("Content-Type", JSON)
        handler.send_header("Content-Length", str(1 << 32))
        handler.end_headers()
        while True:
            sent += handler.wfile.write(b" " * 65536)

    with listening(flood) as server, pytest.raises(StoreAnswer, match="more than 1000000 bytes"):
        store_at(server.address, most_bytes=1_000_000).select(QUERY)
    assert sent < 100_000_000


def test_the_text_of_an_error_is_cut_short() -> None:
    with listening(says(500, b"x" * 1_000_000)) as server, pytest.raises(StoreRefused) as caught:
        store_at(server.address).select(QUERY)
    assert len(caught.value.what.en) < 500


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 300])
def test_nobody_is_followed_elsewhere(status: int) -> None:
    with listening(says(200, ROWS, JSON)) as elsewhere:
        target = elsewhere.address.replace("http://", f"http://li:{SECRET}@") + "/query?token=1"
        with listening(says(status, headers={"Location": target})) as server:
            store = store_at(server.address, user="li", password=SECRET)
            asks: list[Callable[[], object]] = [
                lambda: store.select(QUERY),
                lambda: store.apply(Change(put={ONE: facts("a p b")})),
                lambda: store.apply(Change(drop=[ONE])),
            ]
            for ask in asks:
                with pytest.raises(StoreRefused, match="redirects to") as caught:
                    ask()
                assert f"{elsewhere.address}/query" in caught.value.what.en
                assert SECRET not in told(caught.value)
                assert "token" not in told(caught.value)
        assert elsewhere.seen == []


@pytest.mark.parametrize("change", [Change(put={ONE: facts("a p b")}), Change(drop=[ONE])])
def test_a_page_to_sign_in_is_no_answer_to_a_change(change: Change) -> None:
    with listening(says(200, HTML, "text/html")) as server, pytest.raises(StoreAnswer, match="a web page"):
        store_at(server.address).apply(change)


@pytest.mark.parametrize(
    ("status", "error"), [(400, StoreRefused), (404, StoreRefused), (405, StoreRefused), (413, StoreRefused)]
)
def test_a_change_that_is_refused_is_told_at_once(status: int, error: type[StoreFault]) -> None:
    with listening(says(status, b"cannot do")) as server:
        with pytest.raises(error, match=f"error {status}: cannot do"):
            store_at(server.address).apply(Change(drop=[ONE]))
        assert len(server.seen) == 1


def test_a_query_that_the_server_cannot_read_is_a_query_fault_with_its_words() -> None:
    said = "syntax error at 'nonsense'"
    with listening(says(400, said.encode())) as server, pytest.raises(QueryFault, match=said):
        store_at(server.address).select("nonsense")


def test_a_wrong_address_is_no_empty_graph() -> None:
    with listening(Sparql()) as server:
        wrong = replace(Server.at(server.address), query=f"{server.address}/nowhere", tries=1)
        with pytest.raises(StoreRefused, match="error 404"):
            store_of(wrong).graphs()
        store_at(server.address).apply(Change(put={ONE: facts("a p b")}))
        astray = replace(Server.at(server.address), graphs=f"{server.address}/nowhere")
        with pytest.raises(StoreRefused, match="error 404"):
            store_of(astray).facts(ONE)


def test_neither_proxies_nor_passwords_of_the_environment_are_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NETRC", f"{tmp_path}/netrc")
    with listening(says(200, ROWS, JSON)) as server:
        with open(f"{tmp_path}/netrc", "w", encoding="utf-8") as netrc:  # noqa: PTH123 - as the variable has it
            netrc.write(f"machine 127.0.0.1 login li password {SECRET}")
        assert len(store_at(server.address).select(QUERY)) == 2
        assert "authorization" not in server.seen[0].headers


def test_threads_share_a_store(store: RemoteStore) -> None:
    def work(number: int) -> None:
        graph = f"{BASE}graph/{number}"
        store.apply(Change(put={graph: facts(f"a{number} p b")}, add={VIEW: facts(f"a{number} p b")}))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.graphs()) == 9
    assert len(store.facts(VIEW)) == 8
