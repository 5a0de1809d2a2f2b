"""How many requests somebody may make: a bucket for each, which fills again as time passes."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from dataclasses import dataclass

_MINUTE = 60
# Buckets that are kept: those of who asked last.
_MOST = 20_000
# What one customer of a provider has to ask from.
_NETWORK = 64


@dataclass
class _Bucket:
    left: float
    seen: float


class Rates:
    """So many requests a minute of each, all of them at once where nothing was asked for a minute."""

    def __init__(self, per_minute: int, most: int = _MOST) -> None:
        self._per_minute, self._most = per_minute, most
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait(self, who: str, clock: float) -> float:
        """Take one of somebody's requests: 0, or the seconds until there is one to take. ``clock`` is in seconds."""
        bucket = self._bucket(who, clock)
        filled = bucket.left + (clock - bucket.seen) * self._per_minute / _MINUTE
        bucket.left, bucket.seen = min(filled, self._per_minute), clock
        if bucket.left < 1:
            return (1 - bucket.left) * _MINUTE / self._per_minute
        bucket.left -= 1
        return 0

    def _bucket(self, who: str, clock: float) -> _Bucket:
        found = self._buckets.setdefault(who, _Bucket(self._per_minute, clock))
        self._buckets.move_to_end(who)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return found

    def __len__(self) -> int:
        return len(self._buckets)


def network_of(address: str) -> str:
    """What the requests of an address are counted by: itself, or the network of an IPv6 address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:  # noqa: PLR2004 - as the protocol counts
        return address
    return str(ipaddress.ip_network((found, _NETWORK), strict=False))
