"""An attendant keeps one child process at work, sees what it dies of, and goes on with the rest in a fresh one."""

from __future__ import annotations

import contextlib
import json
import select
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc

from danao.errors import InputError, Place, WorkerDied, error_from_json
from danao.fleet import frames
from danao.fleet.processes import command, environment
from danao.fleet.rows import Rows
from danao.fleet.settings import UnitSettings
from danao.sandbox import memory_exceeded, time_exceeded, worker_died

# A child that was killed from outside died of nothing in its table: only what kills this often is to blame.
_TRIES = 3
# Computing is bounded by the child's own timer; one that does nothing for so many times as long is stuck.
_PATIENCE = 5
_START_SECONDS = 120
# Rows after which a child is replaced: memory that was used in small pieces and freed is not all used again, and creeps
# up with what a child has done. A start costs about as much as twenty rows.
_ROWS = 2_000


@dataclass
class _Attempt:
    """How far a child came with a table: what it handed over, the row it was on, and the error of its end."""

    bodies: list[bytes] = field(default_factory=list)
    row: int | None = None
    error: InputError | None = None
    certain: bool = False


class Attendant:
    """One child process, started when it is needed, and again when it died or has done so much that it is replaced.

    Only one thread at a time may use it; :meth:`close` may be called from another one.
    """

    def __init__(self, settings: UnitSettings) -> None:
        self.settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._received = frames.Received()
        self._pending: list[tuple[bytes, bytes]] = []
        self._rows = 0
        self._closed = False

    def introduction(self) -> Mapping[str, Any]:
        """What a fresh child says of itself: digest and files of the knowledge, the engine and its versions.

        :raises DanaoError: the child cannot load the knowledge.
        """
        return self._start()[1]

    def assess(self, table: Any) -> Any:  # noqa: ANN401 - PyArrow has no types
        """What :meth:`danao.fleet.unit.Unit.assess` gives for a table; rows that a child dies of are errors.

        :raises DanaoError: the child cannot load the knowledge, or dies of nothing in particular.
        :raises CancelledError: the attendant was closed meanwhile.
        """
        done: list[Any] = []
        strikes: Counter[int | None] = Counter()
        while table.num_rows:
            attempt = self._attempt(frames.ASSESS, table)
            done += [frames.unpacked(body) for body in attempt.bodies]
            if attempt.error is not None:
                seq = None if attempt.row is None else table["seq"][attempt.row].as_py()
                strikes[seq] += 1
                if attempt.certain or strikes[seq] >= _TRIES:
                    if seq is None:
                        raise attempt.error
                    done.append(_failed(table.slice(attempt.row, 1), attempt.error))
                    table = _without(table, seq, len(attempt.bodies))
                    continue
            table = table.slice(min(table.num_rows, len(attempt.bodies) * frames.SLICE))
        return pa.concat_tables(done).sort_by([("seq", "ascending"), ("part", "ascending")])

    def identifiers(self, table: Any) -> list[list[str | None]]:  # noqa: ANN401 - PyArrow has no types
        """Whom each file of examinations examines; nobody's is one for every project.

        :raises DanaoError: a file cannot be read or holds no examination.
        """
        for _ in range(_TRIES):
            attempt = self._attempt(frames.INDEX, table)
            if attempt.error is None or attempt.certain:
                break
        if attempt.error is not None:
            raise attempt.error
        found = [json.loads(body) for body in attempt.bodies]
        for one in found:
            if isinstance(one, dict):
                raise error_from_json(one)
        return found

    def close(self) -> None:
        """End the child, whatever it does."""
        self._closed = True
        if process := self._process:
            _end(process)

    # ---- One attempt ----

    def _attempt(self, kind: bytes, table: Any) -> _Attempt:  # noqa: ANN401 - PyArrow has no types
        attempt = _Attempt()
        process = self._running()
        self._rows += table.num_rows
        late = False
        try:
            frames.send(_number(process.stdin), kind, frames.packed(table))
            if self._followed(process, attempt, table):
                return attempt
        except BrokenPipeError:
            pass
        except TimeoutError:
            late = True
        self._verdict(attempt, process, table, late=late)
        return attempt

    def _followed(self, process: subprocess.Popen[bytes], attempt: _Attempt, table: Any) -> bool:  # noqa: ANN401
        """Whether the child came to the end of the table, or said what it failed at.

        :raises TimeoutError: it says nothing for too long.
        """
        while (message := self._next(process, self.settings.bounds.seconds * _PATIENCE)) is not None:
            kind, body = message
            if kind == frames.TABLE:
                attempt.bodies.append(body)
            elif kind == frames.ROW:
                attempt.row = int.from_bytes(body, "big")
            elif kind == frames.FAULT:
                told = json.loads(body)
                attempt.row, attempt.certain = told["row"], True
                attempt.error = worker_died(told["why"], _place(table, attempt.row))
                return True
            else:
                return True
        return False

    def _next(self, process: subprocess.Popen[bytes], seconds: int) -> tuple[bytes, bytes] | None:
        """The child's next message; none once it is over.

        :raises TimeoutError: there is none within the time.
        """
        deadline = time.monotonic() + seconds
        pipe = _number(process.stdout)
        poll = select.poll()
        poll.register(pipe, select.POLLIN)
        while not self._pending:
            if not poll.poll(max(0, deadline - time.monotonic()) * 1000):
                raise TimeoutError
            chunk = frames.read_chunk(pipe)
            if not chunk:
                return None
            self._pending += self._received.feed(chunk)
        return self._pending.pop(0)

    def _verdict(self, attempt: _Attempt, process: subprocess.Popen[bytes], table: Any, *, late: bool) -> None:  # noqa: ANN401
        """What the child died of; one that is late is ended."""
        if late:
            process.kill()
        code = process.wait()
        _end(process)
        place = _place(table, attempt.row)
        if late or code == -signal.SIGPROF:
            attempt.error, attempt.certain = time_exceeded(self.settings.bounds, place), True
        # Rust aborts where it gets no memory, and the system kills who takes too much of it.
        elif code in (-signal.SIGABRT, -signal.SIGKILL):
            attempt.error = memory_exceeded(self.settings.bounds, place)
        else:
            attempt.error = worker_died(_ending(code), place)

    # ---- The process ----

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None and self._rows < _ROWS:
            return self._process
        return self._start()[0]

    def _start(self) -> tuple[subprocess.Popen[bytes], Mapping[str, Any]]:
        if self._process is not None:
            _end(self._process)
        if self._closed:
            raise CancelledError
        with tempfile.TemporaryFile() as said:
            self._received, self._pending, self._rows = frames.Received(), [], 0
            self._process = process = _started(said)
            told = self._greeted(process)
            if told is None:
                _end(process)
                raise _not_started(process.returncode, said)
        return process, told

    def _greeted(self, process: subprocess.Popen[bytes]) -> Mapping[str, Any] | None:
        """What the child says first; none where it ended.

        :raises DanaoError: it cannot load the knowledge.
        """
        try:
            frames.send(_number(process.stdin), frames.SETTINGS, json.dumps(self.settings.as_json()).encode())
            message = self._next(process, _START_SECONDS)
        except (BrokenPipeError, TimeoutError):
            return None
        if message is None:
            return None
        kind, body = message
        told: dict[str, Any] = json.loads(body)
        if kind == frames.REFUSED:
            _end(process)
            raise error_from_json(told)
        return told


def _started(said: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own program
        command("child"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=said,
        env=environment(),
        # An interrupt from the keyboard is its attendant's to handle.
        process_group=0,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream:
            with contextlib.suppress(OSError):
                stream.close()


def _number(stream: IO[bytes] | None) -> int:
    return -1 if stream is None else stream.fileno()


def _not_started(code: int, said: IO[bytes]) -> WorkerDied:
    said.seek(0)
    lines = said.read().decode(errors="replace").strip().splitlines()
    return worker_died(": ".join([_ending(code), *lines[-1:]]), None)


def _ending(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _place(table: Any, row: int | None) -> Place:  # noqa: ANN401 - PyArrow has no types
    return Place(file=None if row is None else table["name"][row].as_py())


def _failed(row: Any, error: InputError) -> Any:  # noqa: ANN401 - PyArrow has no types
    """The result of a row that nothing came of."""
    rows = Rows()
    rows.add_error(row["seq"][0].as_py(), row["name"][0].as_py(), error)
    return rows.table([()])


def _without(table: Any, seq: int, slices: int) -> Any:  # noqa: ANN401 - PyArrow has no types
    """What is left of a table after so many slices of it, without one row."""
    left = table.slice(min(table.num_rows, slices * frames.SLICE))
    return left.filter(pc.not_equal(left["seq"], seq))
