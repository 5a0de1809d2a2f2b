"""Settings of the service, read once from options and environment and passed down."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from danao.limits import Limits
from danao.store.server import Server

_MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Allowance:
    """What one piece of work for a reader may cost: seconds by the clock, and bytes of memory."""

    seconds: int
    memory: int


@dataclass(frozen=True)
class Settings:
    """What ``danao serve`` is told.

    ``registry`` is the folder of the registry, ``knowledge`` and ``scheme`` name the standard of the pages, ``cache``
    is where compiled knowledge is kept. ``limits`` hold for descriptions that are sent; ``work`` for computing on them,
    ``query`` for a reader's SPARQL of at most ``query_size`` bytes, which gives at most ``rows`` rows or triples in at
    most ``answer_size`` bytes. ``workers`` processes do such work at once, and work that finds none free within
    ``patience`` seconds is refused. ``body`` is the most that a request may send, in bytes; its head has ``grace``
    seconds to come, its body as long again and a second more for ``slowest`` bytes each. ``rate`` are the requests a
    minute of one token or address. With ``closed``, reading takes a token too. ``proxies`` are the addresses of proxies
    that are believed where a request comes from, ``digest`` is the algorithm of new digests. ``store`` is a server that
    is to have all graphs as well.
    """

    registry: Path
    base: str
    knowledge: Path | None = None
    scheme: str | None = None
    cache: Path | None = None
    time_zone: str = "Asia/Shanghai"
    limits: Limits = field(default_factory=Limits)
    work: Allowance = Allowance(seconds=60, memory=1024 * _MEBIBYTE)
    query: Allowance = Allowance(seconds=10, memory=512 * _MEBIBYTE)
    query_size: int = 1_000_000
    rows: int = 100_000
    answer_size: int = 50_000_000
    workers: int = 2
    patience: float = 10
    body: int = 60_000_000
    rate: int = 600
    grace: int = 10
    slowest: int = 10_000
    closed: bool = False
    proxies: frozenset[str] = frozenset()
    digest: str = "sha256"
    store: Server | None = None

    def for_workers(self) -> dict[str, Any]:
        """What a worker process is told of it, as JSON."""
        paths = {"registry": self.registry, "knowledge": self.knowledge, "cache": self.cache}
        told = {name: str(path.resolve()) if path else None for name, path in paths.items()}
        return told | {"scheme": self.scheme, "base": self.base, "time_zone": self.time_zone}
