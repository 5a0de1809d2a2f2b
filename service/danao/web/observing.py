"""What is told of every request: its number, a line in the log, metrics, and the headers that protect who reads."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPMethod
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from danao.errors import ServiceFault, Text
from danao.web.log import log
from danao.web.problems import problem_answer
from danao.web.readers import PUBLIC
from danao.web.service import Service
from danao.web.worker import fault_of

_NUMBER = re.compile("[A-Za-z0-9-]{8,64}")
_NUMBER_BYTES = 8
# The status that is logged where a client went away before it was answered.
_GONE = 499
# What no page does: run or show anything from elsewhere, or anything that stands in the page itself.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# What a route says of its own stands.
PROTECTING: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Metrics:
    """What Prometheus is told of one application."""

    def __init__(self, service: Service) -> None:
        self._registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self._requests = Counter("danao_requests", "Requests answered.", labels, registry=self._registry)
        self._seconds = Histogram("danao_request_seconds", "Seconds to the end.", ("route",), registry=self._registry)
        self._bytes = Counter("danao_response_bytes", "Bytes of bodies sent.", ("route",), registry=self._registry)
        entries = Gauge("danao_registry_entries", "Entries of the registry's log.", registry=self._registry)
        entries.set_function(lambda: service.record.length)
        if follower := service.follower:
            followed = Gauge("danao_store_entries", "Entries that the store on a server has.", registry=self._registry)
            followed.set_function(lambda: follower.entries)
        self.under_way = Gauge("danao_requests_under_way", "Requests not answered yet.", registry=self._registry)
        ProcessCollector(registry=self._registry)

    def count(self, seen: Seen) -> None:
        """Count a request that has come to its end."""
        self._requests.labels(seen.method, seen.route, str(seen.status)).inc()
        self._seconds.labels(seen.route).observe(seen.seconds)
        self._bytes.labels(seen.route).inc(seen.size)

    def text(self) -> bytes:
        """All of it in Prometheus's text format."""
        return generate_latest(self._registry)


@dataclass
class Seen:
    """A request and what became of it; ``status`` is 0 until it is answered."""

    scope: Scope
    number: str
    status: int = 0
    size: int = 0
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """How long it has taken."""
        return time.monotonic() - self.began

    @property
    def method(self) -> str:
        """Its method; any that HTTP does not have by one name, since they are counted apart."""
        method: str = self.scope["method"]
        return method if method in HTTPMethod.__members__ else "other"

    @property
    def route(self) -> str:
        """The template of the route that answered it: addresses themselves are many, and may tell of projects."""
        template: str = getattr(self.scope.get("route"), "path_format", "") or "none"
        # A route of a router knows nothing of the prefix that it is included with.
        own = template.format_map(self.scope.get("path_params", {}))
        prefix = self.scope["path"].removesuffix(own)
        return template if prefix == self.scope["path"] else prefix + template

    def as_json(self) -> dict[str, Any]:
        """Its line in the log. Neither addresses nor what was sent stand there."""
        reader = self.scope["state"].get("reader", PUBLIC)
        told = {"event": "request", "request": self.number, "method": self.method, "route": self.route}
        cost = {"status": self.status, "ms": round(self.seconds * 1000), "bytes": self.size}
        return told | cost | {"token": reader.token}


class Observed:
    """Middleware: everything that is answered passes here."""

    def __init__(self, app: ASGIApp, service: Service, metrics: Metrics) -> None:
        self._app, self._service, self._metrics = app, service, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = Seen(scope, self._number(scope))
        scope.setdefault("state", {})["request"] = seen.number
        with self._metrics.under_way.track_inprogress():
            await self._answered(seen, receive, _observing(seen, send))
        self._metrics.count(seen)
        log(seen.as_json())

    async def _answered(self, seen: Seen, receive: Receive, send: Send) -> None:
        try:
            await self._app(seen.scope, receive, send)
        except ClientDisconnect:
            seen.status = seen.status or _GONE
        # What it says may quote what was sent: the log tells where it was.
        except Exception as fault:
            log({"event": "fault", "request": seen.number, "route": seen.route, **fault_of(fault)}, logging.ERROR)
            if seen.status:
                # What was begun cannot be ended well: the server cuts it off, and says nothing more.
                raise
            await self._apologise(seen, receive, send)

    async def _apologise(self, seen: Seen, receive: Receive, send: Send) -> None:
        fault = ServiceFault(
            Text(f"服务内部出错，编号 {seen.number}。", f"Something went wrong in the service, number {seen.number}."),
            fix=Text("把编号告诉维护服务的人。", "Tell that number to who runs the service."),
        )
        await problem_answer(fault, seen.scope, self._service.base)(seen.scope, receive, send)

    def _number(self, scope: Scope) -> str:
        """The number of a request: what a proxy of ours gave it, else a new one."""
        given = Headers(scope=scope).get("x-request-id", "")
        client = scope.get("client")
        if client and client[0] in self._service.settings.proxies and _NUMBER.fullmatch(given):
            return given
        return secrets.token_hex(_NUMBER_BYTES)


def _observing(seen: Seen, send: Send) -> Send:
    async def observed(message: Message) -> None:
        if message["type"] == "http.response.start":
            seen.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in PROTECTING.items():
                headers.setdefault(name, value)
            headers["X-Request-Id"] = seen.number
        elif message["type"] == "http.response.body":
            seen.size += len(message.get("body", b""))
        await send(message)

    return observed
