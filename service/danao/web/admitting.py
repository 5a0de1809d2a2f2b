"""Who may ask, and how often: tokens, limits of requests, and the audit log of what was done or refused."""

from __future__ import annotations

import math
import time
from collections.abc import Collection

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from danao.errors import DanaoError, NoToken, Text, TooMany
from danao.inputs import now
from danao.web.audit import Act, note
from danao.web.identify import identified, refuse_unidentified
from danao.web.problems import problem_answer
from danao.web.rates import Rates, network_of
from danao.web.readers import PUBLIC
from danao.web.service import Service
from danao.web.sessions import signed_in

# What may be asked without a token whatever the settings say.
OPEN = frozenset({"/healthz", "/readyz", "/metrics", "/sign-in", "/errors"})
# What pages are made of is the same for everyone.
_PARTS_OF_PAGES = "/static/"
# Wrong tokens of one address a minute: more of them are answered, but neither looked up nor written down.
_WRONG = 10
_FORBIDDEN = 403


def noted(request: Request, what: str, project: str = "") -> None:
    """Let the audit log tell of a request, whatever becomes of it: what it does, and to which project."""
    request.state.act = (what, project)


class Admitted:
    """Middleware: finds out who asks, refuses who may not or asks too often, and writes down what is done.

    An answer to what is written down leaves only when the entry is on the disk.
    """

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app, self._service = app, service
        self._rates, self._wrong = Rates(service.settings.rate), Rates(_WRONG)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["address"] = address_of(scope, self._service.settings.proxies)
        written = _Written(self._service, scope, receive, send)
        try:
            self._admit(scope)
        except _Later as later:
            await self._refuse(scope, receive, send, later)
        except DanaoError as error:
            await problem_answer(error, scope, self._service.base)(scope, receive, written.send)
        else:
            await self._app(scope, receive, written.send)

    def _admit(self, scope: Scope) -> None:
        state, service = scope["state"], self._service
        network, headers = network_of(state["address"]), Headers(scope=scope)
        try:
            reader = identified(service, headers) or signed_in(service, headers, scope["method"], time.time())
        except NoToken:
            self._see(self._wrong, network)
            state["act"] = ("refused", "")
            raise
        reader = reader or state.get("reader", PUBLIC)
        state["reader"] = reader
        self._see(self._rates, f"token {reader.token}" if reader.token else network)
        if scope["path"] not in OPEN and not scope["path"].startswith(_PARTS_OF_PAGES):
            refuse_unidentified(service, reader)

    def _see(self, rates: Rates, who: str) -> None:
        seconds = rates.wait(who, time.monotonic())
        if seconds:
            raise _Later(seconds)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, later: _Later) -> None:
        seconds = math.ceil(later.seconds)
        error = TooMany(
            Text("请求太多。", "Too many requests."),
            fix=Text(f"{seconds} 秒后再试。", f"Try again in {seconds} seconds."),
        )
        answer = problem_answer(error, scope, self._service.base)
        answer.headers["Retry-After"] = str(seconds)
        await answer(scope, receive, send)


class _Later(Exception):
    """There is no request left to take for so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class _Written:
    """What is sent, after the audit log has what it is about."""

    def __init__(self, service: Service, scope: Scope, receive: Receive, send: Send) -> None:
        self._service, self._scope, self._receive, self._send = service, scope, receive, send
        self._failed = False

    async def send(self, message: Message) -> None:
        """Send a message of the answer, or in place of all of them that the log cannot be written."""
        if self._failed:
            return
        if message["type"] == "http.response.start":
            act = self._act(message["status"])
            try:
                if act:
                    await run_in_threadpool(note, self._service.state, act, now(self._service.settings.time_zone))
            except DanaoError as error:
                self._failed = True
                await problem_answer(error, self._scope, self._service.base)(self._scope, self._receive, self._send)
                return
        await self._send(message)

    def _act(self, status: int) -> Act | None:
        state = self._scope["state"]
        what, project = state.get("act") or (("refused", "") if status == _FORBIDDEN else ("", ""))
        if not what:
            return None
        return Act(what, state.get("reader", PUBLIC), project, status, state["address"], state.get("request", ""))


def address_of(scope: Scope, proxies: Collection[str]) -> str:
    """Where a request comes from: the other end, or what a proxy of ours says of it.

    Of the addresses that proxies noted, it is the last that is none of ours; what stands before it anybody may have
    written.
    """
    client = scope.get("client")
    found: str = client[0] if client else ""
    noted_by_proxies = ",".join(Headers(scope=scope).getlist("x-forwarded-for"))
    chain = [part.strip() for part in noted_by_proxies.split(",") if part.strip()]
    while found in proxies and chain:
        found = chain.pop()
    return found
