"""What is done with one batch: what is known is taken over, the rest is assessed, and each by the right examination."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from danao.fleet.batches import Entry, entry_with, table_of
from danao.fleet.examinations import Examinations
from danao.fleet.frames import SLICE
from danao.fleet.kept_steps import KeptSteps
from danao.fleet.local import Crew
from danao.fleet.parts import Kept
from danao.fleet.results import output_columns
from danao.fleet.rows import Rows


@dataclass(frozen=True)
class Done:
    """The results of a batch, what each was made from, and how many another run helped with.

    ``reused`` were taken over, ``continued`` went on from steps that it had kept.
    """

    results: Any
    entries: tuple[Entry, ...]
    reused: int
    continued: int


@dataclass(frozen=True)
class Work:
    """What the results of any batch of a run follow from."""

    crew: Crew
    examinations: Examinations
    kept: Kept | None
    fingerprint: str
    steps: KeptSteps | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def results(self, described: Iterable[Entry]) -> Done:
        """The results of a batch's descriptions, in their order. Several threads may ask at once.

        :raises DanaoError: nothing can be assessed at all.
        :raises CancelledError: the crew was closed meanwhile.
        """
        entries = {entry.item.seq: entry for entry in described}
        known = {seq: rows for seq, entry in entries.items() if (rows := self._known(entry)) is not None}
        tables = list(known.values())
        if fresh := [entry for seq, entry in entries.items() if seq not in known]:
            made, examined = self._assessed(fresh)
            tables.append(made)
            entries |= examined
        results = pa.concat_tables(tables).sort_by([("seq", "ascending"), ("part", "ascending")])
        reused = sum(1 for seq in known if entries[seq].item.error is None)
        went_on = pc.and_(results["continued"], pc.equal(results["part"], 0))
        return Done(results, tuple(entries.values()), reused, pc.sum(went_on).as_py() or 0)

    def _known(self, entry: Entry) -> Any:  # noqa: ANN401 - PyArrow has no types
        """The results that need no work: of what could not even be read, and of what another run assessed."""
        if entry.item.error is not None:
            rows = Rows()
            rows.add_error(entry.item.seq, entry.item.name, entry.item.error)
            return rows.table([()])
        if self.kept is None:
            return None
        with self._lock:
            found = self.kept.results(entry)
        return None if found is None else output_columns(found)

    def _assessed(self, entries: Sequence[Entry]) -> tuple[Any, Mapping[int, Entry]]:
        """Results, and those entries that turned out to be examined by something else."""
        by_seq = {entry.item.seq: entry for entry in entries}
        # A slice at a time: a whole batch as a table, as bytes and on its way would be there four times.
        slices = (entries[first : first + SLICE] for first in range(0, len(entries), SLICE))
        results = pa.concat_tables([self._made(some) for some in slices])
        missed = self._missed(results, by_seq)
        if not missed:
            return results, {}
        again = self._made(list(missed.values()))
        kept = results.filter(pc.invert(pc.is_in(results["seq"], value_set=pa.array(list(missed), pa.int64()))))
        return pa.concat_tables([kept, again]), missed

    def _made(self, entries: Sequence[Entry]) -> Any:  # noqa: ANN401 - PyArrow has no types
        """What the crew makes of entries and of what another run kept of them."""
        with self._lock:
            steps = [None if self.steps is None else self.steps.of(entry.made_from) for entry in entries]
        return self.crew.assess(table_of(entries, steps))

    def _missed(self, results: Any, entries: Mapping[int, Entry]) -> dict[int, Entry]:  # noqa: ANN401 - no types
        """Entries whose projects state an identifier in a way that only a parser sees, with their examinations."""
        found: dict[int, set[str]] = {}
        for seq, identifier in zip(results["seq"].to_pylist(), results["identifier"].to_pylist(), strict=True):
            if self.examinations.known(identifier):
                found.setdefault(seq, set()).add(identifier)
        missed: dict[int, Entry] = {}
        for seq, identifiers in found.items():
            given = entries[seq].examinations
            needed = self.examinations.given(identifiers)
            if any(one not in given for one in needed):
                missed[seq] = entry_with(entries[seq].item, needed, self.fingerprint)
        return missed
