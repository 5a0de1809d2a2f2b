"""Sessions of browsers, marks of forms, and the first run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from danao.web.app import create_app
from danao.web.readers import Scope
from danao.web.service import Service
from danao.web.tokens import Wanted, make_token, revoke_token
from tests.sites import classed, links, page, text_of
from tests.web import BASE, serving

NOW = "2026-11-30T00:00:00+08:00"
HTML = {"Accept": "text/html"}
FOREIGN = ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"})


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with serving(tmp_path / "registry") as found:
        yield found


def visitor(service: Service, base: str = BASE, client: tuple[str, int] = ("192.0.2.7", 5000)) -> TestClient:
    """A browser: it keeps cookies, and follows no redirect by itself."""
    return TestClient(create_app(service), base_url=base, client=client, follow_redirects=False)


def secret_of(service: Service, *scopes: Scope) -> str:
    wanted = Wanted("主管单位", frozenset(scopes or {Scope.admin}), days=3660)
    return make_token(service.state, wanted, NOW)[1]


def mark_in(client: TestClient, path: str = "/sign-in") -> str:
    found = re.search(r'name="mark" value="([0-9a-f]{64})"', client.get(path, headers=HTML).text)
    assert found
    return found[1]


def sign_in(client: TestClient, secret: str) -> None:
    answer = client.post("/sign-in", data={"mark": mark_in(client), "token": secret})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


# ---- Sessions ----


def test_a_token_begins_a_session_that_ends_by_signing_out(service: Service) -> None:
    client = visitor(service)
    assert client.get("/api/audit").status_code == 401
    sign_in(client, secret_of(service))
    assert client.get("/api/audit").status_code == 200
    assert "主管单位" in text_of(page(client, "/sign-in"))
    answer = client.post("/sign-out", data={"mark": mark_in(client)})
    assert answer.status_code == 303
    assert client.get("/api/audit").status_code == 401


def test_the_cookie_is_for_the_server_alone(service: Service) -> None:
    client, secret = visitor(service), secret_of(service)
    answer = client.post("/sign-in", data={"mark": mark_in(client), "token": secret})
    cookie = answer.headers["set-cookie"]
    assert {"httponly", "samesite=strict", "secure", "path=/"} <= {part.strip().lower() for part in cookie.split(";")}
    assert "max-age" not in cookie.lower()
    assert secret not in cookie
    assert secret not in client.get("/sign-in").text


@pytest.mark.parametrize("token", ["", "danao_short", "x" * 200, f"danao_{'A' * 43}"])
def test_a_wrong_token_begins_nothing_and_says_why(service: Service, token: str) -> None:
    client = visitor(service)
    answer = client.post("/sign-in", data={"mark": mark_in(client), "token": token})
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert 'role="alert"' in answer.text


def test_a_session_ends_with_its_token(service: Service) -> None:
    client = visitor(service)
    sign_in(client, secret_of(service))
    revoke_token(service.state, 1, NOW)
    assert client.get("/api/audit").status_code == 401
    assert "登录" in text_of(page(client, "/sign-in"))


def test_a_cookie_that_was_changed_is_none(service: Service) -> None:
    client = visitor(service)
    sign_in(client, secret_of(service))
    value = client.cookies["danao-session"]
    number, begun, signature = value.split(".")
    others = [
        "",
        "a.b.c",
        f"2.{begun}.{signature}",
        f"{number}.{int(begun) + 1}.{signature}",
        f"{number}.{begun}.{'0' * 64}",
    ]
    others += [f"{number}.0.{signature}", "٣.1.x", "1" * 5000]
    for other in others:
        answer = visitor(service).get("/api/audit", headers=[(b"cookie", f"danao-session={other}".encode())])
        assert answer.status_code == 401, other
    assert visitor(service).get("/api/audit", headers={"Cookie": f"danao-session={value}"}).status_code == 200


def test_a_session_is_over_after_hours(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    client = visitor(service)
    sign_in(client, secret_of(service))
    later = time.time() + 12 * 3600 + 1
    monkeypatch.setattr("danao.web.admitting.time.time", lambda: later)
    assert client.get("/api/audit").status_code == 401


def test_a_closed_service_still_lets_one_sign_in(tmp_path: Path) -> None:
    with serving(tmp_path / "registry", closed=True) as service:
        client = visitor(service)
        assert client.get("/").status_code == 401
        assert client.get("/static/css/frame.css").status_code == 200
        sign_in(client, secret_of(service))
        assert client.get("/", headers=HTML).status_code == 200


# ---- What a cookie alone cannot do ----


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_form_from_elsewhere_does_nothing(service: Service, headers: dict[str, str]) -> None:
    client = visitor(service)
    mark = mark_in(client)
    answer = client.post("/sign-in", data={"mark": mark, "token": secret_of(service)}, headers=headers)
    assert (answer.status_code, answer.json()["title"]) == (403, "NotAllowed")
    assert not client.cookies


def test_a_session_changes_nothing_without_its_mark(service: Service) -> None:
    client = visitor(service)
    sign_in(client, secret_of(service))
    assert client.put("/api/projects/any/publication").status_code == 401
    assert client.post("/sign-out", data={"mark": mark_in(visitor(service))}).status_code == 403
    marked = {"X-Form-Mark": mark_in(client)}
    assert client.put("/api/projects/any/publication", headers=marked).status_code == 404


# ---- The first run ----

LOCAL = ("127.0.0.1", 5000)
HERE = "https://127.0.0.1:8000"


def test_an_empty_registry_offers_the_examples_in_one_click(service: Service) -> None:
    client = visitor(service, HERE, LOCAL)
    (offer,) = classed(page(client, "/"), "empty")
    assert "装入示例" in text_of(offer)
    answer = client.post("/examples", data={"mark": mark_in(client, "/")})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    public = visitor(service)
    shown = {one.removeprefix("/projects/") for one in links(page(public, "/")) if one.startswith("/projects/")}
    assert shown == {"sd-tyre-2025", "sd-wood-2025", "sd-silk-2025", "small"}
    assert all(one["published"] for one in public.get("/api/projects").json()["projects"])
    # Once there is something, nobody loads anything.
    again = client.post("/examples", data={"mark": mark_in(client)})
    assert again.status_code == 403


@pytest.mark.parametrize(
    ("base", "address", "headers"),
    [
        (HERE, ("192.0.2.7", 5000), {}),
        (BASE, LOCAL, {}),
        (HERE, LOCAL, {"X-Forwarded-For": "127.0.0.1"}),
        (HERE, LOCAL, {"Forwarded": "for=127.0.0.1"}),
    ],
)
def test_nobody_from_elsewhere_loads_them(
    service: Service, base: str, address: tuple[str, int], headers: dict[str, str]
) -> None:
    client = visitor(service, base, address)
    assert "装入示例" not in client.get("/", headers={**HTML, **headers}).text
    answer = client.post("/examples", data={"mark": mark_in(client)}, headers=headers)
    assert answer.status_code == 403
    assert service.record.length == 0


def test_once_there_are_tokens_it_takes_one_to_administer(service: Service) -> None:
    client = visitor(service, HERE, LOCAL)
    secret, weaker = secret_of(service), secret_of(service, Scope.assess)
    assert "装入示例" not in client.get("/", headers=HTML).text
    sign_in(client, weaker)
    assert "装入示例" not in client.get("/", headers=HTML).text
    client.cookies.clear()
    sign_in(client, secret)
    assert "装入示例" in client.get("/", headers=HTML).text
