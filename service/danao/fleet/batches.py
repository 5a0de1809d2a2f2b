"""Batches: so many descriptions in a row, each with its digests and with the examinations that may be of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from danao.fleet.examinations import Examinations
from danao.fleet.schema import input_schema
from danao.fleet.sources import Item

# A batch ends when it holds so many bytes, however few descriptions these are.
_MOST_BYTES = 16 << 20


@dataclass(frozen=True)
class Entry:
    """One description of a batch: what was read, the examinations that go with it, and digests of both.

    ``made_from`` covers names and bytes; ``key`` the settings of the run as well, and is equal where the rows of the
    result are.
    """

    item: Item
    examinations: Sequence[dict[str, Any]]
    digest: str
    examination: str | None
    made_from: str
    key: str

    @property
    def size(self) -> int:
        return len(self.item.data or b"")


@dataclass(frozen=True)
class Batch:
    """Descriptions that are worked on together and whose results are written together."""

    number: int
    entries: Sequence[Entry]

    @property
    def digest(self) -> str:
        """What identifies the results of the batch."""
        return hashlib.sha256("".join(entry.key for entry in self.entries).encode()).hexdigest()

    @property
    def reach(self) -> float:
        """How much of the whole run's bytes were read when this batch was full (0..1)."""
        return self.entries[-1].item.reach


def batches(found: Iterable[Item], examinations: Examinations, fingerprint: str, most: int) -> Iterator[Batch]:
    """Batches of at most so many descriptions. The same descriptions always make the same batches."""
    held: list[Entry] = []
    size = number = 0
    for item in found:
        held.append(entry_of(item, examinations, fingerprint))
        size += held[-1].size
        if len(held) >= most or size >= _MOST_BYTES:
            yield Batch(number, held)
            held, size, number = [], 0, number + 1
    if held:
        yield Batch(number, held)


def entry_of(item: Item, examinations: Examinations, fingerprint: str) -> Entry:
    """A description with what it is examined by, as far as can be told before it is parsed."""
    return entry_with(item, examinations.given(examinations.candidates(item.data or b"")), fingerprint)


def entry_with(item: Item, given: Sequence[dict[str, Any]], fingerprint: str) -> Entry:
    """A description with certain examinations."""
    digest = _digest(item.data or b"")
    examination = _digest(*(one["data"] for one in given)) if given else None
    why = item.error.name if item.error else ""
    told = [item.name, item.format or "", why, digest, *(one["name"] for one in given), examination or ""]
    return Entry(item, given, digest, examination, _joined_digest(told), _joined_digest([fingerprint, *told]))


def table_of(entries: Sequence[Entry], steps: Iterable[list[bytes] | None]) -> Any:  # noqa: ANN401 - no types
    """Entries as the unit's input, each with what is kept of its projects."""
    rows = [
        {
            "seq": entry.item.seq,
            "name": entry.item.name,
            "data": entry.item.data,
            "format": entry.item.format,
            "examinations": entry.examinations,
            "steps": own,
        }
        for entry, own in zip(entries, steps, strict=True)
    ]
    return pa.Table.from_pylist(rows, schema=input_schema())


def _joined_digest(told: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(told).encode()).hexdigest()


def _digest(*pieces: bytes) -> str:
    whole = hashlib.sha256()
    for piece in pieces:
        whole.update(piece)
    return f"sha256:{whole.hexdigest()}"
