"""What a request may send, and how slowly: bodies are counted as they come, and who sends too slowly is ended."""

from __future__ import annotations

import asyncio
import time

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from danao.errors import Busy, DanaoError, Text, TooLarge, TooSlow
from danao.web.problems import problem_answer
from danao.web.service import Service

# So many of the largest requests may be on their way at once.
_AT_ONCE = 4


class Bounded:
    """Middleware: a request sends no more than ``settings.body`` bytes, and at least ``settings.slowest`` a second.

    What is too large is refused as soon as that shows, whatever its head says of its length.
    """

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app, self._service = app, service
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(self, receive, send, scope)
        try:
            body.refuse_declared()
        except DanaoError as error:
            await problem_answer(error, scope, self._service.base)(scope, receive, send)
            return
        try:
            await self._app(scope, body.receive, body.send)
        except DanaoError:
            if not body.answered:
                raise
        finally:
            self._held -= body.received

    @property
    def service(self) -> Service:
        """The service."""
        return self._service

    def hold(self, size: int) -> None:
        """Count what a request has sent.

        :raises Busy: so much is on its way that there is no room for more.
        """
        if self._held + size > _AT_ONCE * self._service.settings.body:
            raise Busy(
                Text("同时上传的内容太多。", "Too much is being sent at once."),
                fix=Text("过一会儿再试。", "Try again in a while."),
            )
        self._held += size


class _Body:
    """The body of a request as it comes; once it went wrong, that is the answer, whatever the application says."""

    def __init__(self, bounds: Bounded, receive: Receive, send: Send, scope: Scope) -> None:
        self._bounds, self._receive, self._send, self._scope = bounds, receive, send, scope
        self._settings = bounds.service.settings
        self._began = time.monotonic()
        self._whole = self._started = self.answered = False
        self._error: DanaoError | None = None
        self.received = 0

    def refuse_declared(self) -> None:
        """See that the length that the head states is allowed.

        :raises TooLarge: it is not.
        """
        stated = Headers(scope=self._scope).get("content-length", "")
        # One that is no number does not come through the server.
        if stated.isdecimal() and int(stated) > self._settings.body:
            raise self._too_large()

    async def receive(self) -> Message:
        """The next message from the client.

        :raises TooLarge: the body is larger than allowed.
        :raises TooSlow: it comes too slowly.
        :raises Busy: too much is being sent at once.
        """
        if self._whole:
            return await self._receive()
        if self._error:
            raise self._error
        try:
            return await self._next()
        except DanaoError as error:
            self._error = error
            raise

    async def _next(self) -> Message:
        try:
            async with asyncio.timeout(self._left()):
                message = await self._receive()
        except TimeoutError as fault:
            raise self._too_slow() from fault
        size = len(message.get("body", b""))
        if self.received + size > self._settings.body:
            raise self._too_large()
        self._bounds.hold(size)
        self.received += size
        self._whole = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    def _left(self) -> float:
        """Seconds that the next part of the body may take."""
        until = self._began + self._settings.grace + self.received / self._settings.slowest
        return max(until - time.monotonic(), 0)

    async def send(self, message: Message) -> None:
        """Send a message of the answer, or in place of all of them what went wrong with the body."""
        if self.answered:
            return
        if self._error and not self._started:
            self.answered = True
            answer = problem_answer(self._error, self._scope, self._bounds.service.base)
            if isinstance(self._error, TooSlow):
                # What is still to come would come as slowly.
                answer.headers["Connection"] = "close"
            await answer(self._scope, self._receive, self._send)
            return
        self._started = True
        await self._send(message)

    def _too_large(self) -> TooLarge:
        most = self._settings.body
        return TooLarge(
            Text(f"请求超过 {most} 字节。", f"The request has more than {most} bytes."),
            fix=Text("证据文件可以分几次提交。", "Evidence files can be sent in several requests."),
        )

    def _too_slow(self) -> TooSlow:
        return TooSlow(
            Text("请求发送得太慢。", "The request comes too slowly."),
            fix=Text(
                f"平均每秒至少 {self._settings.slowest} 字节。",
                f"It takes {self._settings.slowest} bytes a second on the average.",
            ),
        )
