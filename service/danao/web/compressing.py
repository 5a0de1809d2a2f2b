"""Text is sent compressed to who takes it so; each form keeps an entity tag of its own (RFC 9110, section 8.8.3)."""

from __future__ import annotations

import re
import zlib
from mimetypes import guess_type

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What is shorter is not worth it.
_SHORT = 1000
# What is longer is compressed beside, so that others are answered meanwhile.
_LONG = 1 << 17
_GZIP = 16 + zlib.MAX_WBITS
_TEXT = re.compile(r"text/(?!event-stream).*|application/.*(json|xml|turtle|triples|quads|trig|javascript|yaml).*")
_PLAIN_TAG, _GZIP_TAG = '"', '-gzip"'
_NOT_MODIFIED = 304
# There is nothing to compress, or a part of what is not compressed.
_AS_IT_IS = frozenset({204, 206})


class Compressed:
    """Middleware: compresses what is text, unless it is short and has no tag.

    Heads are those of the same request by GET, and of what has not changed those that it would be sent with. A request
    may name what it has by the tag of either form.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = MutableHeaders(scope=scope)
        packs = _takes_gzip(asked)
        for condition in ("if-none-match", "if-match") if packs else ():
            if condition in asked:
                asked[condition] = asked[condition].replace(_GZIP_TAG, _PLAIN_TAG)
        await self._app(scope, receive, _Answer(send, scope, packs=packs).send)


class _Answer:
    """An answer as it is sent, packed where the client takes that."""

    def __init__(self, send: Send, scope: Scope, *, packs: bool) -> None:
        self._send, self._packs = send, packs
        self._path, self._is_head = scope["path"], scope["method"] == "HEAD"
        self._packer = zlib.compressobj(wbits=_GZIP)

    async def send(self, message: Message) -> None:
        """Take the next message of the application."""
        if message["type"] == "http.response.start":
            self._begin(MutableHeaders(scope=message), message["status"])
        elif self._packs:
            message = {**message, "body": b""} if self._is_head else await self._packed(message)
        await self._send(message)

    def _begin(self, headers: MutableHeaders, status: int) -> None:
        is_text = _is_text(headers.get("content-type") or (self._guessed() if status == _NOT_MODIFIED else ""))
        if is_text:
            headers.add_vary_header("Accept-Encoding")
        self._packs = self._packs and is_text and _is_worth_it(headers) and status not in _AS_IT_IS
        if self._packs:
            _retag(headers)
        if status == _NOT_MODIFIED:
            self._packs = False
            del headers["content-type"]
        elif self._packs:
            headers["Content-Encoding"] = "gzip"
            del headers["content-length"]

    def _guessed(self) -> str:
        """The media type of a file that has not changed, as it is told when it is sent."""
        return guess_type(self._path)[0] or ""

    async def _packed(self, message: Message) -> Message:
        body, more = message.get("body", b""), message.get("more_body", False)
        if len(body) > _LONG:
            packed = await run_in_threadpool(self._packer.compress, body)
        else:
            packed = self._packer.compress(body)
        return {**message, "body": packed if more else packed + self._packer.flush()}


def _is_text(media_type: str) -> bool:
    return _TEXT.fullmatch(media_type.lower()) is not None


def _is_worth_it(headers: Headers) -> bool:
    """Whether to compress something: of what has a tag it must be known before it is made."""
    length = headers.get("content-length")
    return "content-encoding" not in headers and ("etag" in headers or length is None or int(length) >= _SHORT)


def _retag(headers: MutableHeaders) -> None:
    tag = headers.get("etag", "")
    if tag.endswith(_PLAIN_TAG):
        headers["ETag"] = tag.removesuffix(_PLAIN_TAG) + _GZIP_TAG


def _takes_gzip(headers: Headers) -> bool:
    for part in headers.get("accept-encoding", "").split(","):
        name, _, parameter = part.strip().lower().partition(";")
        if name.strip() == "gzip":
            return not re.fullmatch(r"\s*q=0(\.0*)?\s*", parameter)
    return False
