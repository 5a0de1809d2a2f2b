"""What processes of a service take while it is asked: memory now and then, and time of the processor."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_RESIDENT = 1
# Behind the name, which may have anything in it: user and system time, and those of children that have ended.
_TIMES = slice(11, 15)
WORKERS, SERVICE = "workers", "service"


def role(process: int) -> str:
    """Whether a process is one of the workers, with the process that forks them, or the service itself."""
    try:
        words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return SERVICE
    return WORKERS if b"danao.web.worker" in words else SERVICE


def resident(process: int) -> int:
    """Bytes of a process that are in memory, those that it shares with others too; none of one that is gone."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[_RESIDENT]) * _PAGE
    except OSError:
        return 0


def computed(process: int) -> float:
    """Seconds that a process has computed, with those of its children that have ended."""
    try:
        told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(int(ticks) for ticks in told[_TIMES]) / _TICK


def by_role(processes: Iterable[int], of: Callable[[int], float]) -> dict[str, float]:
    """The sum over the processes of each role."""
    found = {SERVICE: 0.0, WORKERS: 0.0}
    for process in processes:
        found[role(process)] += of(process)
    return found


@dataclass
class Watched:
    """Bytes in memory of all processes, by seconds since the beginning."""

    seconds: list[float] = field(default_factory=list)
    sizes: list[float] = field(default_factory=list)


@contextmanager
def watching(processes: Callable[[], Iterable[int]], every: float) -> Iterator[Watched]:
    """Look at the memory of processes every so many seconds."""
    found, ended, began = Watched(), threading.Event(), time.monotonic()

    def look() -> None:
        while not ended.wait(every):
            size = sum(resident(one) for one in processes())
            found.seconds.append(time.monotonic() - began)
            found.sizes.append(size)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()
