"""A crew on this machine: so many attendants, each with a child process that stays from batch to batch."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from typing import Any, Protocol

from danao.fleet.attendant import Attendant
from danao.fleet.settings import UnitSettings


class Crew(Protocol):
    """Who works on tables, several at a time; ``hands`` is how many keep it busy."""

    hands: int

    def assess(self, table: Any) -> Any:  # noqa: ANN401 - PyArrow has no types
        """What :meth:`danao.fleet.unit.Unit.assess` gives for a table. Threads may call it at once.

        :raises DanaoError: nothing can be assessed at all.
        :raises CancelledError: the crew was closed meanwhile.
        """

    def close(self) -> None:
        """Stop at once; what is worked on is lost."""


class LocalCrew:
    """Attendants for as many threads as call at once."""

    def __init__(self, settings: UnitSettings, hands: int, *idle: Attendant) -> None:
        self.hands = hands
        self._settings = settings
        self._idle: queue.SimpleQueue[Attendant] = queue.SimpleQueue()
        self._all: list[Attendant] = list(idle)
        for attendant in idle:
            self._idle.put(attendant)
        self._lock = threading.Lock()
        self._closed = False

    def assess(self, table: Any) -> Any:  # noqa: ANN401 - PyArrow has no types
        attendant = self._attendant()
        try:
            return attendant.assess(table)
        finally:
            self._idle.put(attendant)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            attendants = list(self._all)
        for attendant in attendants:
            attendant.close()

    def _attendant(self) -> Attendant:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            with self._lock:
                if self._closed:
                    raise CancelledError from None
                self._all.append(Attendant(self._settings))
                return self._all[-1]


def assess_batches(found: Iterable[Any], settings: UnitSettings) -> Iterator[Any]:
    """Record batches of descriptions in, of results out, in a child process that may die of them.

    For engines that map Arrow batches, such as Spark's ``mapInArrow``.

    :raises DanaoError: the knowledge cannot be loaded.
    """
    import pyarrow as pa

    attendant = Attendant(settings)
    try:
        for batch in found:
            yield from attendant.assess(pa.Table.from_batches([batch])).combine_chunks().to_batches()
    finally:
        attendant.close()
