"""Connections that end when their client is too slow: uvicorn's own, with a time for heads, and for who reads."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

# So many times as long as for a head, who reads an answer may take for what lies in the buffers.
_READING = 6


class Connection(H11Protocol):
    """A connection whose client has ``seconds`` for the head of a request, and a few times that to go on reading.

    After an answer, it has the same time for what it still sends of a body that was not asked for.
    """

    seconds = 10
    _due: asyncio.TimerHandle | None = None
    _stuck: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait(self.seconds)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_answering():
            _cancel(self._due)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self._is_answering():
            self._wait(self.seconds + self.timeout_keep_alive)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stuck = self.loop.call_later(_READING * self.seconds, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        _cancel(self._stuck)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        _cancel(self._due)
        _cancel(self._stuck)

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _wait(self, seconds: int) -> None:
        _cancel(self._due)
        self._due = self.loop.call_later(seconds, self.transport.abort)


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer:
        timer.cancel()


def connections(seconds: int) -> type[Connection]:
    """Connections whose clients have so many seconds for a head."""
    return type("BoundConnection", (Connection,), {"seconds": seconds})
