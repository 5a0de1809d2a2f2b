"""A store on a server that follows the registry: what is registered is there for those who ask that server.

The service answers from its own copies and never waits for the server. A thread looks whether the log has grown, and
lets a worker apply what is new; while the server cannot be reached, it is tried again ever less often.
"""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import threading
from collections.abc import Sequence
from typing import Any

from danao.errors import DanaoError, RegistryBusy
from danao.registry.index import catch_up, position, store_of
from danao.registry.record import Record
from danao.store.server import Server
from danao.web.frames import Message
from danao.web.log import log
from danao.web.pool import Pool, Work
from danao.web.settings import Allowance
from danao.web.waiting import Interest
from danao.web.worker import Worker

# Seconds between looks at the log, between looks at a server that has everything, and at most between tries.
_LOOK, _AGAIN, _LONGEST = 1, 60, 60
# Seconds for which the registry is held at a time: who writes waits no longer, however much the server lacks.
_HELD = 2
# A server that hangs in the middle of a change holds up who writes; trying again is for the thread.
_PATIENCE = {"connect_seconds": 5, "read_seconds": 30, "seconds": 60, "tries": 1}
_SECONDS, _MEMORY = 180, 1 << 31


class Follower:
    """Lets the store on a server follow the log; ``entries`` are those it is known to have."""

    def __init__(self, record: Record, pool: Pool, server: Server) -> None:
        self._record, self._pool = record, pool
        self._server = dataclasses.asdict(dataclasses.replace(server, within=record.base)) | _PATIENCE
        self.entries = 0
        self._told: tuple[str, int] | None = None
        self._ended, self._interest = threading.Event(), Interest()
        self._thread = threading.Thread(target=self._follow, name="following", daemon=True)

    def start(self) -> None:
        """Begin; what is wrong with the server is told by the log."""
        self._thread.start()

    def close(self) -> None:
        """End it, in the middle of a change if need be: the change is made again by who follows next."""
        self._ended.set()
        self._interest.lose()
        if self._thread.is_alive():
            self._thread.join()
        self._pool.close()

    def _follow(self) -> None:
        pause, looked = _LOOK, 0
        while not self._ended.wait(pause):
            looked += pause
            if self.entries == self._record.length and looked < _AGAIN:
                continue
            pause, looked = self._step(pause), 0

    def _step(self, pause: int) -> int:
        """Let the server follow as far as it gets in one turn; seconds until the next look."""
        try:
            work = Work("danao.web.following:follow", {"server": self._server, "wait": _HELD})
            self.entries = self._pool.run(work, Allowance(_SECONDS, _MEMORY), self._interest).header["number"]
        except RegistryBusy:
            return _LOOK
        # Where the process that forks workers is gone, the service says so to whoever asks anything.
        except (DanaoError, OSError) as fault:
            if self._ended.is_set():
                return 0
            self._tell(type(fault).__name__, logging.WARNING)
            return min(2 * pause, _LONGEST)
        if self.entries == self._record.length:
            self._tell("followed", logging.INFO)
        return _LOOK

    def _tell(self, what: str, level: int) -> None:
        """Log what has become of the server, once for each state that it is in."""
        if self._told != (what, self.entries):
            self._told = what, self.entries
            log({"event": "store", "state": what, "entries": self.entries, "of": self._record.length}, level)


# ---- In a worker ----


def follow(worker: Worker, arguments: dict[str, Any], _parts: Sequence[bytes]) -> Message:
    """Apply entries to the store on a server for a while; the last entry that it then has."""
    record = worker.shelf.record
    with contextlib.closing(store_of(record, Server(**arguments["server"]))) as store:
        # Asked before the registry is held: a server that cannot be reached holds nobody up.
        number, _ = position(store, record.base)
        if number != record.length:
            with record.locked(arguments["wait"]):
                number = catch_up(worker.shelf, store, _HELD)
    return Message({"number": number})
