"""What a command computes, it computes in a child of the process that the user started, which only waits.

No engine can be stopped in the middle of a query, and a description of a few thousand statements can be made to take
hours. So the child carries a timer and a cap on its memory that the system enforces, and says beforehand what it works
on. When it dies, its parent knows at what, and starts over without that.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from danao.errors import InputError, Place
from danao.sandbox import Bounds, data_limit, memory_exceeded, time_exceeded, worker_died

# Room for what a child says it works on.
_ROOM = 1 << 16
_HEAD = 4
# What a user or the system ends a command with: passed on, and no fault of any input.
_PASSED_ON = (signal.SIGTERM, signal.SIGHUP)
_BY_HAND = (signal.SIGINT, *_PASSED_ON, signal.SIGQUIT, signal.SIGPIPE)


@dataclass
class Watch:
    """What parent and child both know: what the child works on, and what it shall leave out, by its key.

    ``lang`` is the language that the child was asked to speak, ``parent`` the process that waits.
    """

    left_out: dict[str, InputError] = field(default_factory=dict)
    lang: str = "zh"
    parent: int = field(default_factory=os.getpid)
    _rest: Bounds = field(default_factory=lambda: Bounds(seconds=0, memory=0))
    _board: mmap.mmap = field(default_factory=lambda: mmap.mmap(-1, _ROOM))

    @contextlib.contextmanager
    def step(self, key: str, place: Place, bounds: Bounds) -> Iterator[None]:
        """Work on one thing, within its bounds.

        :raises InputError: the thing is left out, or needs too much memory.
        """
        if key in self.left_out:
            raise self.left_out[key]
        self._note(key, place, bounds)
        try:
            with _silence():
                _arm(bounds)
                with _sealed(bounds):
                    yield
        except MemoryError as fault:
            raise memory_exceeded(bounds, place) from fault
        finally:
            self.rest(self._rest)

    def rest(self, bounds: Bounds) -> None:
        """Do whatever else there is to do between steps and after them, within bounds."""
        self._rest = bounds
        self._note(None, Place(), bounds)
        _arm(bounds)

    def _note(self, key: str | None, place: Place, bounds: Bounds) -> None:
        what = {"key": key, "place": place.as_json(), "lang": self.lang}
        note = what | {"seconds": bounds.seconds, "memory": bounds.memory}
        data = json.dumps(note).encode()[: _ROOM - _HEAD]
        self._board[: _HEAD + len(data)] = len(data).to_bytes(_HEAD, "big") + data

    def noted(self) -> dict[str, Any]:
        """What the child said last, and nothing if it had not come to that."""
        size = int.from_bytes(self._board[:_HEAD], "big")
        return json.loads(self._board[_HEAD : _HEAD + size]) if size else {}


def watched(program: Callable[[Watch], int], tell: Callable[[InputError, str], None]) -> int:
    """The exit code of a program that runs in a child process, until it has run to its end.

    A thing that the child dies of is left out in the next run; if it dies of nothing in particular, ``tell`` is given
    the error and the language. In the child this returns as well: once, with the program's own code.
    """
    watch = Watch()
    while True:
        ending = _run(lambda: program(watch))
        if ending >= 0:
            return ending
        if -ending in _BY_HAND:
            return 128 - ending
        note = watch.noted()
        key, error = note.get("key"), _verdict(note, -ending)
        if key is None or key in watch.left_out:
            tell(error, note.get("lang", watch.lang))
            return 2
        watch.left_out[key] = error


def _run(program: Callable[[], int]) -> int:
    """How the program ended in a child: its exit code, or the number of a signal below zero."""
    # No signal is lost between the fork and the handlers of the one who waits.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, *_PASSED_ON})
    sys.stdout.flush()
    child = os.fork()
    if not child:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        return program()
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, *_PASSED_ON)}
    for number in _PASSED_ON:
        signal.signal(number, lambda got, _frame: os.kill(child, got))
    # An interrupt from the keyboard reaches the child as well, which ends by it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    try:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def _verdict(note: dict[str, Any], number: int) -> InputError:
    """What a child died of, by what it had noted."""
    place = Place(**note["place"]) if note else Place()
    bounds = Bounds(note["seconds"], note["memory"]) if note else Bounds(0, 0)
    if number == signal.SIGPROF:
        return time_exceeded(bounds, place)
    # Rust aborts where it gets no memory, and the system kills who takes too much of it.
    if number in (signal.SIGABRT, signal.SIGKILL):
        return memory_exceeded(bounds, place)
    return worker_died(signal.Signals(number).name, place)


def _arm(bounds: Bounds) -> None:
    """Let the system end this process when it has computed too long; allocations fail beyond the memory."""
    # Computing is counted, not the clock: waiting for standard input or for a worker is no fault of this process.
    signal.setitimer(signal.ITIMER_PROF, bounds.seconds)
    if sys.platform == "linux":
        import resource

        _soften(resource.RLIMIT_DATA, data_limit(bounds.memory))


@contextlib.contextmanager
def _sealed(bounds: Bounds) -> Iterator[None]:
    """Open nothing meanwhile, neither files nor sockets, where the bounds say so."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if bounds.sealed:
        _soften(resource.RLIMIT_NOFILE, 0)
    try:
        yield
    finally:
        _soften(resource.RLIMIT_NOFILE, before)


def _soften(what: int, most: int) -> None:
    """Set a limit of the system that can be set again."""
    import resource

    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Keep what Rust says of its end from the terminal: the parent says it better."""
    try:
        kept = os.dup(2)
    except OSError:
        # There is no such stream.
        yield
        return
    with Path(os.devnull).open("wb") as nothing:
        os.dup2(nothing.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
