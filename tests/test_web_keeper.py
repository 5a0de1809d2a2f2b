"""Who may ask the service, how often and how much; what it writes down; and that nothing it keeps tells a secret."""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
import re
import sqlite3
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi import FastAPI, Request
from starlette.responses import Response, StreamingResponse
from starlette.testclient import TestClient

from danao import errors
from danao.errors import DamagedRegistry, NewerRegistry, NoToken, RegistryBusy, RegistryFull, UsageError
from danao.web import log
from danao.web.admitting import address_of, noted
from danao.web.api.openapi import operations
from danao.web.app import create_app
from danao.web.audit import Act, exported, note, verify_exported, verify_kept
from danao.web.digests import digest, is_digest, is_signature, signature
from danao.web.rates import Rates, network_of
from danao.web.readers import PUBLIC, Reader, Scope
from danao.web.service import Service
from danao.web.settings import Settings
from danao.web.state import FILE, State
from danao.web.tokens import Wanted, bearer_of, make_token, revoke_token, tokens
from tests.web import serving

NOW, LATER = "2026-03-01T08:00:00+08:00", "2026-06-30T08:00:00+08:00"
BEARER = Reader("Example unit", frozenset({Scope.submit}), frozenset({"small"}), "1")
UNIT = Wanted("Example unit", frozenset({Scope.submit}), frozenset({"small"}))


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    found = State(tmp_path)
    yield found
    found.close()


# ---- Digests ----

# Annex A of GB/T 32905-2016.
SM3 = {
    b"abc": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
    b"abcd" * 16: "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
}


@pytest.mark.parametrize(("data", "digits"), SM3.items())
def test_sm3_gives_what_its_standard_says(data: bytes, digits: str) -> None:
    assert digest(data, "sm3") == f"sm3:{digits}"
    assert is_digest(f"sm3:{digits}", data)
    assert not is_digest(f"sm3:{digits}", data + b".")


def test_sha_256_is_taken_unless_another_is_asked_for() -> None:
    assert digest(b"abc") == f"sha256:{hashlib.sha256(b'abc').hexdigest()}"


# RFC 4231, test case 2.
def test_a_signature_is_an_hmac_that_names_its_algorithm() -> None:
    digits = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    signed = signature(b"what do ya want for nothing?", b"Jefe")
    assert signed == f"hmac-sha256:{digits}"
    assert is_signature(signed, b"what do ya want for nothing?", b"Jefe")
    assert not is_signature(signed, b"what do ya want for nothing?", b"jefe")
    assert not is_signature("hmac-md5:" + digits, b"what do ya want for nothing?", b"Jefe")


def test_an_algorithm_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="md5"):
        State(tmp_path, "md5")


# ---- The file ----


def test_the_file_is_for_its_owner_only_and_is_opened_again(tmp_path: Path) -> None:
    for _ in range(2):
        found = State(tmp_path)
        key = found.key
        found.close()
    assert len(key) == 32
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_a_file_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    State(tmp_path).close()
    connection = sqlite3.connect(tmp_path / FILE)
    connection.execute("PRAGMA user_version = 2")
    connection.close()
    with pytest.raises(NewerRegistry, match="format 2"):
        State(tmp_path)


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"nothing of a database" * 100)
    with pytest.raises(DamagedRegistry):
        State(tmp_path)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RegistryFull):
        State(tmp_path / "none")


def test_many_writers_at_once_lose_nothing(state: State, tmp_path: Path) -> None:
    other = State(tmp_path)

    def write(of: State) -> None:
        for number in range(25):
            note(of, Act(f"act {number}", PUBLIC), NOW)

    threads = [threading.Thread(target=write, args=(one,)) for one in (state, other, state, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verify_kept(other) == 100
    other.close()


# ---- Tokens ----


def test_a_token_has_256_bits_and_is_kept_as_a_digest(state: State, tmp_path: Path) -> None:
    token, secret = make_token(state, UNIT, NOW)
    assert (secret[:6], len(secret)) == ("danao_", 6 + 43)
    assert bearer_of(state, secret, NOW) == token
    assert token.reader == BEARER
    assert token.expires == "2026-05-30T08:00:00+08:00"
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert secret.encode() not in written
    assert hashlib.sha256(secret.encode()).hexdigest().encode() in written


def test_tokens_are_all_different(state: State) -> None:
    assert len({make_token(state, UNIT, NOW)[1] for _ in range(50)}) == 50


def test_a_token_of_another_algorithm_still_holds(tmp_path: Path) -> None:
    chinese = State(tmp_path, "sm3")
    token, secret = make_token(chinese, UNIT, NOW)
    chinese.close()
    state = State(tmp_path)
    assert bearer_of(state, secret, NOW) == token
    state.close()


def test_a_token_that_is_wrong_weak_expired_or_revoked_is_refused_by_what_it_is(state: State) -> None:
    token, secret = make_token(state, UNIT, NOW)
    for given, when, said in (
        ("danao_" + "A" * 43, NOW, "no such token"),
        ("secret", NOW, "too weak"),
        ("", NOW, "too weak"),
        (secret + "A", NOW, "too weak"),
        ("danao_" + "密" * 43, NOW, "too weak"),
        (secret, LATER, "expired"),
    ):
        with pytest.raises(NoToken, match=said):
            bearer_of(state, given, when)
    revoke_token(state, token.number, NOW)
    with pytest.raises(NoToken, match="revoked"):
        bearer_of(state, secret, NOW)
    assert [one.revoked for one in tokens(state)] == [NOW]


def test_the_last_second_of_a_token_is_its_last(state: State) -> None:
    token, secret = make_token(state, UNIT, NOW)
    assert bearer_of(state, secret, "2026-05-30T07:59:59+08:00") == token
    with pytest.raises(NoToken):
        bearer_of(state, secret, token.expires)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Wanted("", frozenset({Scope.assess})), "whose it is"),
        (Wanted("a\nb", frozenset({Scope.assess})), "whose it is"),
        (Wanted("a", frozenset()), "do nothing"),
        (Wanted("a", frozenset({Scope.assess}), frozenset()), "do nothing"),
        (Wanted("a", frozenset({Scope.submit})), "name its projects"),
        (Wanted("a", frozenset({Scope.admin}), frozenset({"small"})), "all projects"),
        (Wanted("a", frozenset({Scope.assess}), frozenset({"../x"})), "no identifier"),
        (Wanted("a", frozenset({Scope.assess}), days=0), "0 days"),
        (Wanted("a", frozenset({Scope.assess}), days=100_000), "100000 days"),
    ],
)
def test_a_token_that_cannot_be_is_not_made(state: State, wanted: Wanted, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        make_token(state, wanted, NOW)
    assert tokens(state) == []


def test_a_token_that_is_not_there_cannot_be_revoked(state: State) -> None:
    with pytest.raises(errors.NotFound, match="token 7"):
        revoke_token(state, 7, NOW)


# ---- The audit log ----


def filled(state: State) -> list[bytes]:
    for number in range(1, 4):
        note(state, Act("submit", BEARER, f"p{number}", 201, "192.0.2.1", "n"), NOW)
    return [line.encode() for line in exported(state)]


def test_the_log_says_who_did_what_when_to_which_project(state: State) -> None:
    first, *_, end = map(json.loads, filled(state))
    assert first["entry"] == {
        "number": 1,
        "previous": "",
        "when": NOW,
        "who": "Example unit",
        "token": "1",
        "what": "submit",
        "project": "p1",
        "status": 201,
        "address": "192.0.2.1",
        "request": "n",
    }
    text = json.dumps(first["entry"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert first["digest"] == "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    assert end["end"]["entries"] == 3


def test_the_log_is_never_changed(state: State, tmp_path: Path) -> None:
    filled(state)
    connection = sqlite3.connect(tmp_path / FILE)
    for change in ("UPDATE audit SET entry = ''", "DELETE FROM audit", "DELETE FROM audit WHERE number = 3"):
        with pytest.raises(sqlite3.IntegrityError, match="append"):
            connection.execute(change)
    connection.close()
    assert verify_kept(state) == 3


@pytest.mark.parametrize(
    "change", ["UPDATE audit SET entry = replace(entry, 'p2', 'p9')", "DELETE FROM audit WHERE number = 2"]
)
def test_a_change_behind_the_database_s_back_is_found(state: State, tmp_path: Path, change: str) -> None:
    filled(state)
    connection = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    connection.execute("DROP TRIGGER audit_is_not_changed")
    connection.execute("DROP TRIGGER audit_is_not_removed")
    connection.execute(change)
    connection.close()
    with pytest.raises(DamagedRegistry, match="after entry 1"):
        verify_kept(state)


def test_an_export_is_checked_line_by_line(state: State) -> None:
    lines = filled(state)
    assert verify_exported(lines, state, Path("a")) == 3
    tail = [line.encode() for line in exported(state, 2)]
    assert verify_exported(tail, state, Path("a")) == 2
    for broken in (
        lines[:-1],
        lines[:2] + lines[3:],
        [lines[1], lines[0], *lines[2:]],
        [lines[0].replace(b"p1", b"p9"), *lines[1:]],
        [*lines, lines[0]],
        lines[:2] + lines[-1:],
        [b"{}", *lines],
        [b"[]"],
        [b"\xff"],
        [],
    ):
        with pytest.raises(DamagedRegistry):
            verify_exported(broken, state, Path("a"))


def test_the_export_of_another_service_is_none_of_ours(state: State, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = State(tmp_path / "other")
    lines = filled(other)
    other.close()
    filled(state)
    with pytest.raises(DamagedRegistry):
        verify_exported(lines, state, Path("a"))


def test_who_waits_too_long_for_another_writer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("danao.web.state._PATIENCE", 0)
    one, other = State(tmp_path), State(tmp_path)
    with one.changing(), pytest.raises(RegistryBusy):
        note(other, Act("submit", PUBLIC), NOW)
    one.close()
    other.close()


# ---- Rates ----


def test_a_bucket_is_emptied_and_fills_again() -> None:
    rates = Rates(60)
    assert [rates.wait("a", 100) for _ in range(60)] == [0] * 60
    assert rates.wait("a", 100) == 1
    assert rates.wait("b", 100) == 0
    assert rates.wait("a", 101) == 0
    assert rates.wait("a", 101) == 1
    assert [rates.wait("a", 10_000) for _ in range(61)] == [0] * 60 + [1]


def test_buckets_take_no_more_room_than_they_may() -> None:
    rates = Rates(1, most=100)
    for number in range(1000):
        rates.wait(str(number), 1)
    assert len(rates) == 100


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_an_address_is_counted_by_its_network(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("client", "told", "found"),
    [
        ("192.0.2.1", None, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.1", "192.0.2.1"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.9, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", None, "10.0.0.1"),
    ],
)
def test_a_proxy_is_believed_only_where_it_is_ours(client: str, told: str | None, found: str) -> None:
    headers = [(b"x-forwarded-for", told.encode())] if told else []
    scope = {"type": "http", "client": (client, 1), "headers": headers}
    assert address_of(scope, {"10.0.0.1", "10.0.0.2"}) == found


# ---- The application ----


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("keeper") / "r", body=50_000, grace=1, slowest=1_000_000) as found:
        yield found


def with_routes(service: Service) -> FastAPI:
    """The application, with routes for what it does to all of them."""
    app = create_app(service)

    @app.post("/try/body")
    async def body(request: Request) -> Response:
        return Response(str(len(await request.body())))

    @app.post("/try/blind")
    async def blind(request: Request) -> Response:
        try:
            await request.body()
        except errors.DanaoError:
            return Response("never mind")
        return Response("fine")

    @app.get("/try/fault/{project}")
    def fault(project: str) -> Response:
        raise RuntimeError("a secret of " + project)

    @app.get("/try/whom")
    def whom(request: Request) -> dict[str, object]:
        noted(request, "look", "small")
        return {"name": getattr(request.state, "reader", PUBLIC).name}

    @app.get("/try/text")
    def text() -> Response:
        return Response("字" * 1000, headers={"ETag": '"1"'}, media_type="text/turtle")

    @app.get("/try/stream")
    def stream() -> StreamingResponse:
        return StreamingResponse((b"line %d\n" % number for number in range(1000)), media_type="application/n-quads")

    @app.get("/try/short")
    def short() -> Response:
        return Response("字", media_type="text/turtle")

    return app


@pytest.fixture
def client(service: Service) -> TestClient:
    return TestClient(with_routes(service), headers={"Accept-Encoding": "identity"})


def bearing(service: Service, wanted: Wanted = UNIT) -> dict[str, str]:
    from danao.inputs import now

    return {"Authorization": "Bearer " + make_token(service.state, wanted, now("Asia/Shanghai"))[1]}


def entries(service: Service) -> list[dict[str, object]]:
    return [json.loads(line)["entry"] for line in list(exported(service.state))[:-1]]


def test_the_bearer_of_a_token_is_known_and_written_down(client: TestClient, service: Service) -> None:
    assert client.get("/try/whom").json() == {"name": ""}
    assert client.get("/try/whom", headers=bearing(service)).json() == {"name": "Example unit"}
    last = entries(service)[-1]
    assert {name: last[name] for name in ("who", "what", "project", "status", "address")} == {
        "who": "Example unit",
        "what": "look",
        "project": "small",
        "status": 200,
        "address": "testclient",
    }


@pytest.mark.parametrize(
    ("given", "status", "title"),
    [
        ("Bearer danao_" + "A" * 43, 401, "NoToken"),
        ("Bearer x", 401, "NoToken"),
        ("Bearer", 401, "NoToken"),
        ("Basic YTpi", 401, "NoToken"),
        ("Bearer \xff\xfe", 401, "NoToken"),
    ],
)
def test_a_wrong_token_is_refused_even_where_none_is_needed(
    service: Service, given: str, status: int, title: str
) -> None:
    client = TestClient(with_routes(service))
    answer = client.get("/healthz", headers={b"Authorization": given.encode("latin-1")})
    assert (answer.status_code, answer.json()["title"]) == (status, title)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="danao"'
    assert "danao_AAA" not in answer.text
    assert (entries(service)[-1]["what"], entries(service)[-1]["status"]) == ("refused", 401)


def test_two_tokens_are_one_too_many(client: TestClient, service: Service) -> None:
    header = next(iter(bearing(service).values()))
    answer = client.get("/try/whom", headers=[("Authorization", header), ("Authorization", header)])
    assert (answer.status_code, answer.json()["title"]) == (400, "BadRequest")


def test_who_guesses_tokens_is_soon_told_to_wait_and_not_written_down(service: Service) -> None:
    client = TestClient(with_routes(service))
    before = len(entries(service))
    statuses = [client.get("/healthz", headers={"Authorization": "Bearer x"}).status_code for _ in range(15)]
    assert statuses == [401] * 10 + [429] * 5
    assert len(entries(service)) == before + 10
    assert client.get("/try/whom", headers=bearing(service)).status_code == 200


def test_a_service_that_is_closed_tells_the_public_its_health_and_no_more(tmp_path: Path) -> None:
    with serving(tmp_path / "r", closed=True) as service:
        client = TestClient(with_routes(service))
        assert client.get("/try/whom").status_code == 401
        assert client.get("/openapi.json").status_code == 401
        assert client.get("/healthz").status_code == 200
        assert client.get("/try/whom", headers=bearing(service)).status_code == 200


def test_who_asks_too_often_is_told_when_to_come_back(tmp_path: Path) -> None:
    with serving(tmp_path / "r", rate=3) as service:
        client = TestClient(with_routes(service))
        answers = [client.get("/healthz") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert answers[-1].json()["title"] == "TooMany"
        assert answers[-1].headers["Retry-After"] == "20"
        # A token is counted for itself.
        assert client.get("/healthz", headers=bearing(service)).status_code == 200


def test_what_is_larger_than_allowed_is_refused_whatever_its_head_says(client: TestClient) -> None:
    assert client.post("/try/body", content=b"x" * 50_000).text == "50000"
    declared = client.post("/try/body", content=b"x" * 50_001)
    streamed = client.post("/try/body", content=iter([b"x" * 30_000] * 100))
    ignored = client.post("/try/blind", content=iter([b"x" * 30_000] * 100))
    for answer in (declared, streamed, ignored):
        assert (answer.status_code, answer.json()["title"]) == (413, "TooLarge")
    assert client.post("/try/body", content=b"x").text == "1"


def test_a_fault_of_ours_tells_its_number_and_nothing_of_what_was_asked(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, log.NAME):
        answer = client.get("/try/fault/hidden?token=hidden", headers={"Authorization": ""})
        answer = client.get("/try/fault/hidden?token=hidden")
    assert (answer.status_code, answer.json()["title"]) == (500, "ServiceFault")
    number = answer.headers["X-Request-Id"]
    assert number in answer.json()["detail"]
    told = [json.loads(record.getMessage()) for record in caplog.records]
    fault, line = told[-2:]
    assert (fault["event"], fault["kind"], fault["request"]) == ("fault", "RuntimeError", number)
    assert fault["where"][-1].startswith("fault in test_web_keeper.py:")
    assert (line["route"], line["status"], line["method"]) == ("/try/fault/{project}", 500, "GET")
    assert "hidden" not in caplog.text
    assert "secret" not in caplog.text + answer.text
    assert client.get("/healthz").status_code == 200


def test_a_line_of_the_log_has_the_number_of_the_token_and_no_more_of_it(
    client: TestClient, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    head = bearing(service)
    with caplog.at_level(logging.INFO, log.NAME):
        client.get("/try/whom?query=hidden", headers=head)
    line = json.loads(caplog.records[-1].getMessage())
    assert set(line) == {"event", "request", "method", "route", "status", "ms", "bytes", "token"}
    assert line["token"] == str(len(tokens(service.state)))
    assert head["Authorization"][7:] not in caplog.text
    assert "hidden" not in caplog.text


def test_every_answer_protects_who_reads_it(client: TestClient) -> None:
    for answer in (client.get("/healthz"), client.get("/nothing"), client.get("/try/fault/x")):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        policy = answer.headers["Content-Security-Policy"]
        assert {"default-src 'none'", "frame-ancestors 'none'"} <= set(policy.split("; "))
        assert "unsafe" not in policy


def test_text_is_compressed_for_who_takes_it_and_has_a_tag_of_its_own(client: TestClient) -> None:
    plain = client.get("/try/text")
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["ETag"] == '"1"'
    packed = client.get("/try/text", headers={"Accept-Encoding": "gzip"})
    assert packed.text == plain.text == "字" * 1000
    assert (packed.headers["Content-Encoding"], packed.headers["ETag"]) == ("gzip", '"1-gzip"')
    assert int(packed.headers.get("Content-Length", 0)) < 1000
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Content-Encoding" not in client.get("/try/text", headers={"Accept-Encoding": "gzip;q=0"}).headers
    assert "Content-Encoding" not in client.get("/try/short", headers={"Accept-Encoding": "gzip"}).headers


TAGGED = (
    *("/", "/def/danao/weight.ttl", "/openapi.json", "/api/projects", "/def/std/6-1-5.jsonld", "/errors"),
    *("/dumps/all.nq", "/graphs?default", "/static/css/frame.css", "/static/js/theme.js"),
)


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
@pytest.mark.parametrize("path", TAGGED)
def test_a_head_and_what_has_not_changed_have_the_tag_of_the_whole(
    path: str, encoding: str, client: TestClient
) -> None:
    asked = {"Accept-Encoding": encoding}
    whole, head = client.get(path, headers=asked), client.head(path, headers=asked)
    own = {"content-length", "x-request-id"}
    assert {k: v for k, v in head.headers.items() if k not in own} == {
        k: v for k, v in whole.headers.items() if k not in own
    }
    assert head.content == b""
    tag = whole.headers["etag"]
    assert tag.endswith('-gzip"') == (encoding == "gzip")
    # What has the one form asks whether the other is new: neither is.
    forms = (tag, f"W/{tag}", tag.replace("-gzip", ""), f'"other", {tag}')
    for method in ("GET", "HEAD"):
        for form in forms:
            same = client.request(method, path, headers={**asked, "If-None-Match": form})
            assert (same.status_code, same.headers["etag"], same.content) == (304, tag, b"")
            assert same.headers.get("vary") == whole.headers.get("vary")
            assert "content-type" not in same.headers
    if not path.startswith(("/static", "/graphs")):
        assert client.get(path, headers={**asked, "If-Match": tag}).status_code == 200


def test_a_stream_is_compressed_as_it_goes(client: TestClient) -> None:
    with client.stream("GET", "/try/stream", headers={"Accept-Encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert gzip.decompress(raw) == b"".join(b"line %d\n" % number for number in range(1000))


def test_the_page_on_the_service_states_the_limits_that_hold(tmp_path: Path) -> None:
    page = (Path(__file__).parents[1] / "docs" / "service.md").read_text(encoding="utf-8")
    limits = Settings(registry=tmp_path, base="https://danao.example/")
    for said in (
        f"| {limits.body // 10**6} MB, counted as it comes",
        f"| {limits.grace} s, and a second more for every {limits.slowest:,} bytes |",
        f"| {limits.grace} s to come |",
        f"| {6 * limits.grace} s without progress |",
        f"{limits.work.seconds} s, {limits.work.memory >> 30} GiB, a worker free within {limits.patience} s",
    ):
        assert said in page


# ---- Health and metrics ----


def test_health_and_readiness(client: TestClient, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.json() == {"status": "ok", "checks": {"knowledge": True, "copy": True, "disk": True}}

    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("danao.web.health.tempfile.TemporaryFile", full)
    failing = client.get("/readyz")
    assert (failing.status_code, failing.json()["checks"]["disk"]) == (503, False)
    assert str(service.record.folder) not in failing.text


def test_metrics_are_for_this_machine_and_administrators(service: Service) -> None:
    app = with_routes(service)
    near, far = TestClient(app, client=("127.0.0.1", 1)), TestClient(app, client=("192.0.2.1", 1))
    near.get("/try/fault/one")
    near.get("/try/fault/two")
    near.get("/api/projects/one")
    near.request("BREW", "/nothing")
    near.options("/api/projects")
    text = near.get("/metrics").text
    assert 'danao_requests_total{method="GET",route="/try/fault/{project}",status="500"} 2.0' in text
    assert 'danao_requests_total{method="GET",route="/api/projects/{identifier}",status="404"} 1.0' in text
    assert 'method="other",route="none"' in text
    assert 'danao_requests_total{method="OPTIONS",route="none",status="204"} 1.0' in text
    assert "danao_registry_entries 0.0" in text
    assert "process_resident_memory_bytes" in text
    assert near.get("/metrics", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 403
    assert far.get("/metrics").status_code == 403
    assert far.get("/metrics", headers=bearing(service)).status_code == 403
    admin = Wanted("office", frozenset({Scope.admin}))
    assert far.get("/metrics", headers=bearing(service, admin)).status_code == 200
    assert entries(service)[-1]["what"] == "refused"


def test_every_operation_is_counted_under_the_template_that_describes_it(service: Service) -> None:
    near = TestClient(create_app(service), client=("127.0.0.1", 1))
    every = {(method.upper(), path) for path, method, _ in operations(near.get("/openapi.json").json())}
    # Questions share a template.
    described = {(method, path) for method, path in every if path.startswith("/api/")}
    values = {"{identifier}": "木业 a.b", "{code}": "6.1.5", "{digest}": "0" * 64}
    for method, path in described:
        for name, value in values.items():
            path = path.replace(name, quote(value))  # noqa: PLW2901 - one after the other
        near.request(method, path)
    found = re.findall(r'danao_requests_total\{method="(\w+)",route="(/api[^"]*)"', near.get("/metrics").text)
    assert len(described) > 15
    assert set(found) == described


def test_what_cannot_be_written_down_is_not_answered_as_done(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise RegistryFull(errors.Text("满", "full"))

    monkeypatch.setattr("danao.web.admitting.note", full)
    answer = client.get("/try/whom")
    assert (answer.status_code, answer.json()["title"]) == (507, "RegistryFull")
