"""Work on what comes from outside, done in a child process that has little memory and little time.

The child is a fork: it has what its parent had loaded, and hands back bytes. Whatever happens in it, the parent goes
on. Memory is limited where there is Linux's ``/proc``; forking needs a Unix.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from danao.errors import DanaoError, MemoryExceeded, Place, Text, TimeExceeded, WorkerDied, error_from_json

# A message of the child: what it is, how many bytes follow, the bytes.
_RESULT, _ERROR, _MEMORY, _FAULT = b"R", b"E", b"M", b"F"
_HEAD = 9
_CHUNK = 1 << 20
_MEBIBYTE = 1 << 20
# The child's end of the pipe, right above standard input, output and error.
_PIPE = 3
# The place of data and stack in /proc/self/statm.
_DATA = 5
_ENDINGS = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGALRM})
# What is told of an error without a name of ours, which may quote the input.
_LONGEST = 500


@dataclass(frozen=True)
class Bounds:
    """What a piece of work may use: seconds by the clock, and bytes of memory on top of what its parent has.

    Its result may be as large as the memory. One that is ``sealed`` can open neither files nor sockets, nor import
    what was not imported before.
    """

    seconds: int
    memory: int
    sealed: bool = False


def confined(work: Callable[[], bytes], bounds: Bounds, *, place: Place | None = None) -> bytes:
    """What the work returns in a child process of its own; the process is gone afterwards, whatever happened.

    ``place`` is where the input is, for the errors raised here.

    :raises DanaoError: as the work raised it.
    :raises TimeExceeded: the time is up.
    :raises MemoryExceeded: the memory is used up, or the result is larger than it.
    :raises WorkerDied: the child crashed, or the work raised something without a name of ours.
    """
    deadline = time.monotonic() + bounds.seconds
    caps = _caps(bounds)
    reader, writer = os.pipe()
    # An interrupt waits until there is somebody to end the child, and the child has left the parent's handlers.
    interruptible = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
    try:
        child = _forked(work, bounds, caps, writer, place)
        try:
            signal.pthread_sigmask(signal.SIG_SETMASK, interruptible)
            message = _received(reader, deadline, bounds, place)
        finally:
            status = _ended(child)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, interruptible)
        os.close(reader)
    return _told(message, status, bounds, place)


def _forked(
    work: Callable[[], bytes], bounds: Bounds, caps: Mapping[int, int], writer: int, place: Place | None
) -> int:
    try:
        child = os.fork()
    except OSError as fault:
        raise worker_died(str(fault), place) from fault
    else:
        if not child:
            _be_the_child(work, bounds, caps, writer)
        return child
    finally:
        os.close(writer)


def _caps(bounds: Bounds) -> dict[int, int]:
    """Limits of the system for the child, by their numbers."""
    import resource

    caps = {resource.RLIMIT_CORE: 0}
    if sys.platform == "linux":
        caps[resource.RLIMIT_DATA] = data_limit(bounds.memory)
    if bounds.sealed:
        caps[resource.RLIMIT_NOFILE] = 0
    return caps


def data_limit(more: int) -> int:
    """The data that this process may have for it to take so many bytes more.

    Of the address space this counts what is written to and nobody else's, the stack apart: a stack that may not grow
    is a crash, an allocation that fails is not.
    """
    import resource

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[_DATA])
    return pages * resource.getpagesize() + more


# ---- The parent ----


def _received(reader: int, deadline: float, bounds: Bounds, place: Place | None) -> bytearray:
    """Everything that the child writes until it closes its end."""
    message = bytearray()
    poll = select.poll()
    poll.register(reader, select.POLLIN)
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise time_exceeded(bounds, place)
        chunk = os.read(reader, _CHUNK)
        if not chunk:
            return message
        message += chunk
        if len(message) > bounds.memory + _HEAD:
            raise memory_exceeded(bounds, place)


def _ended(child: int) -> int:
    """The status of a child that is over now, if it was not before."""
    # It is no zombie of ours yet, so the number cannot be another's. One that is exiting keeps its status.
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def _told(message: bytearray, status: int, bounds: Bounds, place: Place | None) -> bytes:
    head = message[:_HEAD]
    del message[:_HEAD]
    if len(head) < _HEAD or len(message) != int.from_bytes(head[1:], "big"):
        # Rust aborts where it gets no memory, and the system kills who takes too much of it.
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGABRT, signal.SIGKILL):
            raise memory_exceeded(bounds, place)
        raise worker_died(_ending(status), place)
    kind = bytes(head[:1])
    if kind == _ERROR:
        raise error_from_json(json.loads(message))
    if kind == _MEMORY:
        raise memory_exceeded(bounds, place)
    if kind == _FAULT:
        raise worker_died(message.decode(errors="replace"), place)
    return bytes(message)


def _ending(status: int) -> str:
    if os.WIFSIGNALED(status):
        return signal.Signals(os.WTERMSIG(status)).name
    return f"exit code {os.waitstatus_to_exitcode(status)}"


_MORE_TIME = Text("拆分输入，或用 --limit seconds=… 放宽。", "Split the input, or allow more with --limit seconds=….")
_MORE_MEMORY = Text("拆分输入，或用 --limit memory=… 放宽。", "Split the input, or allow more with --limit memory=….")


def time_exceeded(bounds: Bounds, place: Place | None, fix: Text = _MORE_TIME) -> TimeExceeded:
    """Work took longer than its bounds allow; ``fix`` where they are not set on the command line."""
    return TimeExceeded(
        Text(f"处理超过 {bounds.seconds} 秒，已中止。", f"It took more than {bounds.seconds} seconds and was stopped."),
        place=place,
        fix=fix,
    )


def memory_exceeded(bounds: Bounds, place: Place | None, fix: Text = _MORE_MEMORY) -> MemoryExceeded:
    """Work needs more memory than its bounds allow; ``fix`` where they are not set on the command line."""
    size = bounds.memory // _MEBIBYTE
    return MemoryExceeded(
        Text(f"处理需要的内存超过 {size} MiB，已中止。", f"It needs more than {size} MiB of memory and was stopped."),
        place=place,
        fix=fix,
    )


def worker_died(why: str, place: Place | None) -> WorkerDied:
    """Work ended by a signal or an error without a name of ours."""
    return WorkerDied(
        Text(f"处理输入的进程意外终止（{why}）。", f"The process that worked on the input ended unexpectedly ({why})."),
        place=place,
        fix=Text(
            "多半是输入触发了解析库的缺陷：简化输入后重试，并报告这个文件。",
            "Most likely the input met a defect of a library: simplify it and try again, and report the file.",
        ),
    )


# ---- The child ----


def _be_the_child(work: Callable[[], bytes], bounds: Bounds, caps: Mapping[int, int], writer: int) -> NoReturn:
    """Work, tell, and be gone: no handler, buffer or clean-up of the parent's runs twice."""
    try:
        pipe = _leave_the_parent(bounds, writer)
        for what, most in caps.items():
            _cap(what, most)
        kind, body = _outcome(work)
        _write(pipe, kind + len(body).to_bytes(_HEAD - 1, "big"))
        _write(pipe, body)
    finally:
        os._exit(1)


def _leave_the_parent(bounds: Bounds, writer: int) -> int:
    """Let go of all that is the parent's but the pipe to it."""
    for ending in _ENDINGS:
        signal.signal(ending, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDINGS)
    # Should the parent be killed, nobody else ends a child that does not end.
    signal.alarm(bounds.seconds + 1)
    pipe = os.dup2(writer, _PIPE)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(_PIPE):
        os.dup2(nothing, stream)
    for number in [int(path.name) for path in Path("/dev/fd").iterdir()]:
        if number > pipe:
            # The listing's own is closed by now.
            with contextlib.suppress(OSError):
                os.close(number)
    return pipe


def leave_no_core() -> None:
    """Let this process, and those it forks, write no memory to the disk when they crash."""
    import resource

    _cap(resource.RLIMIT_CORE, 0)


def _cap(what: int, most: int) -> None:
    import resource

    allowed = resource.getrlimit(what)[1]
    most = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
    resource.setrlimit(what, (most, most))


def _outcome(work: Callable[[], bytes]) -> tuple[bytes, bytes]:
    try:
        return _RESULT, work()
    except DanaoError as error:
        return _ERROR, json.dumps(error.as_json()).encode()
    except MemoryError:
        return _MEMORY, b""
    except BaseException as fault:  # noqa: BLE001 - the edge of a process; a panic of Rust is no Exception
        return _FAULT, f"{type(fault).__name__}: {fault}"[:_LONGEST].encode(errors="replace")


def _write(pipe: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(pipe, rest) :]
