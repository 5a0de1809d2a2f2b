"""Competition ranks: equal points share a rank, and as many ranks after it are left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def competition_ranks(points: Iterable[object]) -> Iterator[int]:
    """The rank of each of some points that are in descending order, from 1."""
    rank, before = 0, None
    for number, one in enumerate(points, start=1):
        if one != before:
            rank, before = number, one
        yield rank
