"""Cross-origin reading: pages of other origins may read whatever a request without a cookie gets (CORS)."""

from __future__ import annotations

from http import HTTPMethod

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALWAYS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Content-Language, Content-Location, ETag, Last-Modified, Link, Location, Retry-After, WWW-Authenticate"
    ),
}
_PREFLIGHT = {
    "Access-Control-Allow-Headers": (
        "Accept, Accept-Language, Authorization, Content-Type, Idempotency-Key, If-Match, If-Modified-Since,"
        " If-None-Match, If-Unmodified-Since"
    ),
    "Access-Control-Allow-Methods": f"GET, HEAD, POST, PUT, {HTTPMethod.DELETE}, OPTIONS",
    "Access-Control-Max-Age": "86400",
}


class Sharing:
    """Middleware, the outermost: lets the browser of another origin's page read every answer, refusals too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, _opened(send) if scope["type"] == "http" else send)


class Preflights:
    """Middleware: answers what browsers ask before they ask for another origin's page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "OPTIONS":
            await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _opened(send: Send) -> Send:
    async def opened(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(_ALWAYS)
        await send(message)

    return opened
