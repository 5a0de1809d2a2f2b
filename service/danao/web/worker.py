"""Worker processes: ``python -m danao.web.worker`` loads the knowledge once and forks a worker whenever it is asked.

It has one thread and no store open, so forking is safe, and a worker that was ended is replaced at once. A worker does
one job after another. The system's timer ends a job that takes too long, whatever library it is in, and allocations
beyond its memory fail.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import socket
import sys
import traceback
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from danao.errors import DanaoError
from danao.knowledge import Knowledge, load_knowledge
from danao.reading import preloaded
from danao.registry.holding import Shelf
from danao.registry.record import Record
from danao.sandbox import data_limit, leave_no_core
from danao.store.embedded import EmbeddedStore
from danao.web import frames
from danao.web.frames import Message

# What the starter is asked for.
FORK, WAIT = b"F", b"W"
_NUMBER = 4
# A worker whose memory grew by so much over what it began with is not kept.
_GROWN = 1 << 28
_COPIES = 3
_JOBS = "danao.web."


@dataclass
class Worker:
    """What a worker keeps from job to job: the knowledge, that of entries of the registry, copies of the store."""

    registry: Path
    base: str
    knowledge: Knowledge
    time_zone: str
    cache: Path | None
    folder: Path | None
    _schemes: dict[str, Knowledge] = field(default_factory=dict)
    _copies: OrderedDict[str, EmbeddedStore] = field(default_factory=OrderedDict)

    @cached_property
    def shelf(self) -> Shelf:
        """The record with the knowledge of its entries."""
        return Shelf(Record(self.registry), self.cache, self.knowledge)

    def knowledge_with(self, scheme: str | None) -> Knowledge:
        """The knowledge with a scoring scheme, the service's own where none is asked for.

        :raises UsageError: there is no scheme of that name.
        """
        if scheme is None:
            return self.knowledge
        if scheme not in self._schemes:
            self._schemes[scheme] = load_knowledge(self.folder, scheme=scheme, cache=self.cache)
        return self._schemes[scheme]

    def copy(self, folder: str) -> EmbeddedStore:
        """A copy of the store, read-only; the last few stay open."""
        if folder not in self._copies:
            self._copies[folder] = EmbeddedStore(Path(folder), frozen=True)
            while len(self._copies) > _COPIES:
                self._copies.popitem(last=False)[1].close()
        self._copies.move_to_end(folder)
        return self._copies[folder]


class Job(Protocol):
    """A function of a module below ``danao.web`` that workers run; arguments and results are JSON and bytes."""

    def __call__(self, worker: Worker, arguments: dict[str, Any], parts: Sequence[bytes]) -> Message:
        """The answer of a job.

        :raises DanaoError: told to whoever asked.
        """


def main() -> int:
    """Fork workers until whoever started this is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    leave_no_core()
    control = socket.socket(fileno=int(sys.argv[1]))
    worker = _worker(json.loads(sys.argv[2]))
    preloaded()
    gc.freeze()
    control.sendall(b"R")
    while True:
        order, files, _, _ = socket.recv_fds(control, 1 + _NUMBER, 1)
        if not order:
            return 0
        if order[:1] == FORK:
            control.sendall(_forked(worker, files[0], control).to_bytes(_NUMBER, "big"))
        else:
            control.sendall(_ended(int.from_bytes(order[1:], "big")).to_bytes(_NUMBER, "big", signed=True))


def _worker(told: dict[str, Any]) -> Worker:
    cache = Path(told["cache"]) if told["cache"] else None
    folder = Path(told["knowledge"]) if told["knowledge"] else None
    knowledge = load_knowledge(folder, scheme=told["scheme"], cache=cache)
    _ = knowledge.engine
    return Worker(Path(told["registry"]), told["base"], knowledge, told["time_zone"], cache, folder)


def _forked(worker: Worker, connection: int, control: socket.socket) -> int:
    child = os.fork()
    if child:
        os.close(connection)
        return child
    try:
        control.close()
        _serve(worker, socket.socket(fileno=connection))
    finally:
        os._exit(0)


def _ended(child: int) -> int:
    """How a worker ended: its exit code, or the number of a signal below zero; one that is still there is ended."""
    try:
        os.kill(child, signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    except (ChildProcessError, ProcessLookupError):
        return 0


# ---- In a worker ----


def _serve(worker: Worker, connection: socket.socket) -> None:
    """Do jobs until the service hangs up, or so much memory was taken that a fresh worker is better."""
    most = data_limit(_GROWN)
    while (message := frames.receive(connection)) is not None:
        answer = _done(worker, message)
        answer.header["last"] = data_limit(0) > most
        frames.send(connection, answer)
        if answer.header["last"]:
            return


def _done(worker: Worker, message: Message) -> Message:
    """The answer of a job, within its bounds."""
    header = message.header
    try:
        _arm(header["seconds"], header["memory"])
        found = _job(header["job"])(worker, header["arguments"], message.parts)
        return Message({"done": found.header}, found.parts)
    except DanaoError as error:
        return Message({"error": error.as_json()})
    except MemoryError:
        return Message({"memory": True})
    except BaseException as fault:  # noqa: BLE001 - the edge of a process; a panic of Rust is no Exception
        return Message({"fault": fault_of(fault)})
    finally:
        _arm(0, None)


def fault_of(fault: BaseException) -> dict[str, Any]:
    """What is told of an error without a name of ours: its kind, and where in the code; never its words."""
    frames = traceback.extract_tb(fault.__traceback__)
    where = [f"{frame.name} in {frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames]
    return {"kind": type(fault).__name__, "where": where}


def _job(name: str) -> Job:
    module, _, function = name.partition(":")
    if not module.startswith(_JOBS):
        raise ValueError(name)
    found: Job = getattr(importlib.import_module(module), function)
    return found


def _arm(seconds: float, memory: int | None) -> None:
    """Let the system end this process after so many seconds; allocations fail beyond so many bytes more."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    if sys.platform == "linux":
        import resource

        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (hard if memory is None else data_limit(memory), hard))


if __name__ == "__main__":
    sys.exit(main())
