"""Work for a reader who may go away: it ends when nobody waits for its answer any more."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from danao.errors import DanaoError

# Seconds between looks at whether the client is there.
_LOOK = 1 / 4


class Interest:
    """That somebody waits for what a worker does. When it is lost, the worker is hung up on."""

    def __init__(self) -> None:
        self.lost = False
        self._connection: socket.socket | None = None
        self._turn = threading.Lock()

    @contextmanager
    def holding(self, connection: socket.socket) -> Iterator[None]:
        """While the worker at the other end of a connection works for whoever waits."""
        with self._turn:
            self._connection = connection
            self._hang_up()
        try:
            yield
        finally:
            with self._turn:
                self._connection = None

    def lose(self) -> None:
        """Say that nobody waits any more."""
        with self._turn:
            self.lost = True
            self._hang_up()

    def _hang_up(self) -> None:
        if self.lost and self._connection:
            # The other end may be gone already.
            with contextlib.suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)


async def while_waited_for(request: Request, work: Callable[[Interest], Response]) -> Response:
    """What work gives that is done in a thread, and ends when the client goes away.

    The body of the request has been read.

    :raises ClientDisconnect: it went away.
    """
    interest = Interest()
    watching = asyncio.create_task(_watch(request, interest))
    try:
        return await run_in_threadpool(work, interest)
    except DanaoError as fault:
        if interest.lost:
            raise ClientDisconnect from fault
        raise
    finally:
        watching.cancel()


async def _watch(request: Request, interest: Interest) -> None:
    while not interest.lost:
        await asyncio.sleep(_LOOK)
        if await request.is_disconnected():
            interest.lose()
