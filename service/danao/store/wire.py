"""Requests to a server over HTTP: bounded in time and size, and made again where that may help and does no harm."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx2

from danao.errors import StoreFault, Text
from danao.store.refusals import (
    Asked,
    busy,
    elsewhere,
    full,
    refused,
    slow,
    stranger,
    too_long,
    unreachable,
    wrong_query,
)
from danao.store.server import Server, shown

# Milliseconds before the second try, twice as many before each further one, up to the most.
_FIRST, _MOST = 100, 10_000
_LONGEST_ERROR = 1 << 16
_UNAUTHORIZED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED)
# A server that says one of these did nothing, or may have done what it can do again.
_PASSING = (
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
)
# Virtuoso's words and SQL's state for a transaction that had to give way to another one, and was undone.
_DEADLOCK = (b"deadlock", b"40001")


@dataclass(frozen=True)
class Request:
    """One request. It must do no harm to make it twice."""

    what: Text
    method: str
    address: str
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    graph: str = ""
    is_query: bool = False
    # Statuses that are an answer and no error.
    allowed: tuple[int, ...] = ()


@dataclass(frozen=True)
class Reply:
    """An answer that is no error, read to its end. ``framed`` says whether its end can be told from a broken line."""

    asked: Asked
    status: int
    kind: str
    headers: Mapping[str, str]
    body: bytes
    framed: bool


class _PassingError(Exception):
    """What may be over at the next try, and how many milliseconds the server asks to wait."""

    def __init__(self, fault: StoreFault, wait: int = 0) -> None:
        super().__init__(str(fault))
        self.fault = fault
        self.wait = wait


class Wire:
    """Connections to one server, for many threads."""

    def __init__(self, server: Server, sleep: Callable[[float], None] = time.sleep) -> None:
        self._server = server
        self._sleep = sleep
        self._client = httpx2.Client(
            auth=_authentication(server),
            timeout=httpx2.Timeout(server.read_seconds, connect=server.connect_seconds),
            follow_redirects=False,
            # Neither proxies nor passwords of the environment: what is asked is what the settings say.
            trust_env=False,
            headers={"Accept-Encoding": "identity", "User-Agent": "danao"} | _bearer(server),
        )

    def ask(self, request: Request) -> Reply:
        """The server's answer, after as many tries as it takes and are allowed.

        :raises StoreFault: there is none.
        """
        end = time.monotonic() + self._server.seconds
        for wait in self._waits():
            try:
                return self._once(request, end)
            except _PassingError as passing:
                pause = max(wait, passing.wait) / 1000
                if not wait or time.monotonic() + pause > end:
                    raise passing.fault from None
                self._sleep(pause)
        raise AssertionError

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def _waits(self) -> Iterator[int]:
        """What to wait for after each try; nothing after the last."""
        yield from (min(_FIRST << number, _MOST) for number in range(self._server.tries - 1))
        yield 0

    def _once(self, request: Request, end: float) -> Reply:
        asked = Asked(request.what, shown(request.address), self._server.secrets)
        address = httpx2.URL(request.address)
        if request.graph:
            address = address.copy_merge_params({"graph": request.graph})
        try:
            with self._client.stream(
                request.method, address, content=request.content, headers=request.headers
            ) as response:
                body = self._body(asked, response, end)
        except httpx2.TimeoutException as error:
            seconds = (
                self._server.connect_seconds if isinstance(error, httpx2.ConnectTimeout) else self._server.read_seconds
            )
            raise _PassingError(slow(asked, seconds)) from error
        except httpx2.HTTPError as error:
            raise _PassingError(unreachable(asked, f"{type(error).__name__} {error}")) from error
        _refuse(request, asked, response, body)
        return Reply(
            asked,
            response.status_code,
            response.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
            response.headers,
            body,
            framed="Content-Length" in response.headers or "Transfer-Encoding" in response.headers,
        )

    def _body(self, asked: Asked, response: httpx2.Response, end: float) -> bytes:
        """What follows the head; of an error no more than its beginning."""
        parts: list[bytes] = []
        size = 0
        for part in response.iter_raw():
            parts.append(part)
            size += len(part)
            if response.is_error and size > _LONGEST_ERROR:
                break
            if size > self._server.most_bytes:
                raise too_long(asked, self._server.most_bytes)
            # A server that sends a byte now and then never is too slow for the next one.
            if time.monotonic() > end:
                raise slow(asked, self._server.seconds)
        return b"".join(parts)


def _authentication(server: Server) -> httpx2.Auth | None:
    if server.user is None or server.password is None:
        return None
    kind = httpx2.DigestAuth if server.digest else httpx2.BasicAuth
    return kind(server.user, server.password)


def _bearer(server: Server) -> dict[str, str]:
    return {"Authorization": f"Bearer {server.token}"} if server.token else {}


def _refuse(request: Request, asked: Asked, response: httpx2.Response, body: bytes) -> None:
    """Raise what an answer means that is an error."""
    status = response.status_code
    if response.is_success or status in request.allowed:
        return
    if response.has_redirect_location or HTTPStatus(300) <= status < HTTPStatus.BAD_REQUEST:
        raise elsewhere(asked, status, asked.quoted(shown(response.headers.get("Location", ""))))
    if status in _UNAUTHORIZED:
        raise stranger(asked, status)
    if status in _PASSING:
        raise _PassingError(busy(asked, status, body), _asked_to_wait(response))
    if status == HTTPStatus.INTERNAL_SERVER_ERROR and any(sign in body.lower() for sign in _DEADLOCK):
        raise _PassingError(busy(asked, status, body))
    if status == HTTPStatus.INSUFFICIENT_STORAGE:
        raise full(asked, body)
    if status == HTTPStatus.BAD_REQUEST and request.is_query:
        raise wrong_query(asked, body)
    raise refused(asked, status, body)


def _asked_to_wait(response: httpx2.Response) -> int:
    """The milliseconds of ``Retry-After``, which are seconds or a date."""
    said = response.headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdigit():
        return int(said[:9]) * 1000
    try:
        when = parsedate_to_datetime(said)
    except ValueError:
        return 0
    left = (when if when.tzinfo else when.replace(tzinfo=UTC)) - datetime.now(UTC)
    return max(0, int(left.total_seconds() * 1000))
