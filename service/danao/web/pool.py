"""Work that is done for readers in worker processes, which little can harm: so many at once, each with its bounds."""

from __future__ import annotations

import contextlib
import json
import logging
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from danao.errors import Busy, Place, Text, error_from_json
from danao.sandbox import Bounds, memory_exceeded, time_exceeded, worker_died
from danao.web import frames
from danao.web.frames import Message
from danao.web.log import log
from danao.web.settings import Allowance, Settings
from danao.web.waiting import Interest
from danao.web.worker import FORK, WAIT

_NUMBER = 4
# What a worker that its timer did not end may still take.
_GRACE = 5
_START_SECONDS = 120
_LESS = Text(
    "少要一些，或把所发送的分成几次；上限由运行服务的人规定。",
    "Ask for less, or send it in parts; whoever runs the service sets the limits.",
)


@dataclass(frozen=True)
class Work:
    """A job by the name of its function, what it is given, the place its errors name, what to do if it is too much."""

    job: str
    arguments: dict[str, Any]
    parts: Sequence[bytes] = ()
    place: Place | None = None
    fix: Text = _LESS


class Starter:
    """The process that forks workers; it is started with the service and ends with it."""

    def __init__(self, settings: Settings) -> None:
        ours, theirs = socket.socketpair()
        told = json.dumps(settings.for_workers())
        self._control, self._turn = ours, threading.Lock()
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "danao.web.worker", str(theirs.fileno()), told],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            # An interrupt from the keyboard is the service's to handle.
            process_group=0,
        )
        theirs.close()
        ours.settimeout(_START_SECONDS)
        if ours.recv(1) != b"R":
            ending = f"exit code {self._process.wait()}"
            raise worker_died(ending, None)

    def fork(self) -> tuple[int, socket.socket]:
        """A new worker: its process, and the connection to it."""
        ours, theirs = socket.socketpair()
        with theirs, self._turn:
            socket.send_fds(self._control, [FORK + bytes(_NUMBER)], [theirs.fileno()])
            return int.from_bytes(self._control.recv(_NUMBER), "big"), ours

    def ending(self, worker: int) -> int:
        """How a worker ended: its exit code, or the number of a signal below zero. One that is still there is ended."""
        with self._turn:
            self._control.sendall(WAIT + worker.to_bytes(_NUMBER, "big"))
            return int.from_bytes(self._control.recv(_NUMBER), "big", signed=True)

    def close(self) -> None:
        """End it; workers end when the service lets go of them."""
        self._control.close()
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Pool:
    """At most so many workers, each doing one job at a time; they stay for the next job."""

    def __init__(self, starter: Starter, settings: Settings) -> None:
        self._starter = starter
        self._patience = settings.patience
        self._free = threading.BoundedSemaphore(settings.workers)
        self._idle: list[tuple[int, socket.socket]] = []

    def run(self, work: Work, allowance: Allowance, interest: Interest | None = None) -> Message:
        """The answer of a job; where ``interest`` in it is lost, it ends, and whatever is raised nobody is told.

        :raises Busy: no worker was free in time.
        :raises TimeExceeded: it took too long.
        :raises MemoryExceeded: it took too much memory.
        :raises WorkerDied: it crashed.
        :raises DanaoError: as the job raised it.
        """
        with self._turn():
            process, connection = self._idle.pop() if self._idle else self._starter.fork()
            began = time.monotonic()
            interest = interest or Interest()
            with interest.holding(connection):
                answer = _asked(connection, work, allowance)
            if answer is None or answer.header["last"] or interest.lost:
                connection.close()
                code = self._starter.ending(process)
            else:
                self._idle.append((process, connection))
        if answer is None:
            raise _death(code, time.monotonic() - began, allowance, work)
        return _told(answer, allowance, work)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._free.acquire(timeout=self._patience):
            raise Busy(
                Text("服务正忙，没有空闲的处理进程。", "The service is busy: no process was free to work on this."),
                fix=Text("过一会儿再试。", "Try again in a while."),
            )
        try:
            yield
        finally:
            self._free.release()

    def close(self) -> None:
        """Let go of the workers."""
        for process, connection in self._idle:
            connection.close()
            self._starter.ending(process)
        self._idle.clear()


def _asked(connection: socket.socket, work: Work, allowance: Allowance) -> Message | None:
    """What a worker answers; nothing where it dies of it."""
    bounds = {"seconds": allowance.seconds, "memory": allowance.memory}
    connection.settimeout(allowance.seconds + _GRACE)
    with contextlib.suppress(BrokenPipeError, TimeoutError):
        frames.send(connection, Message({"job": work.job, "arguments": work.arguments, **bounds}, work.parts))
        return frames.receive(connection)
    return None


def _death(code: int, seconds: float, allowance: Allowance, work: Work) -> Exception:
    bounds = Bounds(allowance.seconds, allowance.memory)
    if code == -signal.SIGALRM or seconds >= allowance.seconds:
        return time_exceeded(bounds, work.place, work.fix)
    # Rust aborts where it gets no memory, and the system kills who takes too much of it.
    if code in (-signal.SIGABRT, -signal.SIGKILL):
        return memory_exceeded(bounds, work.place, work.fix)
    return worker_died(signal.Signals(-code).name if code < 0 else f"exit code {code}", work.place)


def _told(answer: Message, allowance: Allowance, work: Work) -> Message:
    header = answer.header
    if "error" in header:
        raise error_from_json(header["error"])
    if "memory" in header:
        raise memory_exceeded(Bounds(allowance.seconds, allowance.memory), work.place, work.fix)
    if "fault" in header:
        # Where it was stands in the log; what it says may quote what was sent, or name paths.
        log({"event": "fault", **header["fault"]}, logging.ERROR)
        raise worker_died(header["fault"]["kind"], work.place)
    return Message(header["done"], answer.parts)
