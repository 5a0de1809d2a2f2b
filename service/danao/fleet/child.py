"""The process that works on descriptions for another one: ``python -m danao.fleet.child``.

It reads its settings and tables from standard input and says on standard output which row it starts on, so that
whoever started it knows what it died of. Computing too long ends it by the system's timer, allocations fail beyond
the memory allowed; what is read is read with no file and no socket to be had.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import pyarrow as pa

from danao.cache import cache_folder
from danao.contexts import Loader
from danao.errors import DanaoError
from danao.fleet import frames
from danao.fleet.elements import band_labels, element_rows
from danao.fleet.settings import settings_from_json
from danao.fleet.unit import Unit
from danao.limits import Limits
from danao.reading import Input, preloaded, read_triples
from danao.sandbox import Bounds, data_limit
from danao.statements import Graph

# A child whose memory grew by so much over what it began with is not kept.
_GROWN = 1 << 29
# Memory that an engine may need to make itself ready.
_WARMING = 1 << 28
# What is told of an error without a name of ours, which may quote the input.
_LONGEST = 500


def main() -> int:
    """Serve until standard input ends; 0 then, 1 where the knowledge cannot be loaded."""
    orders, answers = _pipes()
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    messages = _messages(orders)
    try:
        _, body = next(messages)
        unit = Unit(settings_from_json(json.loads(body)), reader=_sealed, cache=cache_folder(os.environ))
    except DanaoError as error:
        frames.send(answers, frames.REFUSED, json.dumps(error.as_json()).encode())
        return 1
    preloaded()
    # What was loaded stays, and looking for cycles in it again and again took a sixth of the time.
    gc.freeze()
    gc.disable()
    most = data_limit(_GROWN)
    frames.send(answers, frames.READY, json.dumps(_introduction(unit)).encode())
    for kind, body in messages:
        _serve(unit, kind, frames.unpacked(body), answers)
        if data_limit(0) > most:
            gc.collect()
            if data_limit(0) > most:
                return 0
    return 0


def _introduction(unit: Unit) -> dict[str, Any]:
    knowledge = unit.knowledge
    engine = knowledge.engine
    return {
        "digest": knowledge.digest,
        "files": dict(knowledge.files),
        "engine": {engine.name: engine.versions},
        "elements": element_rows(knowledge),
        "bands": band_labels(knowledge),
    }


def _pipes() -> tuple[int, int]:
    """Ends of the pipes under numbers of their own: what a library prints goes nowhere."""
    orders, answers = os.dup(sys.stdin.fileno()), os.dup(sys.stdout.fileno())
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, sys.stdin.fileno())
    os.dup2(nothing, sys.stdout.fileno())
    return orders, answers


def _messages(orders: int) -> Iterator[tuple[bytes, bytes]]:
    received = frames.Received()
    while chunk := frames.read_chunk(orders):
        yield from received.feed(chunk)


class _Rows:
    """Says which row is started on, and bounds what it may cost."""

    def __init__(self, unit: Unit, answers: int) -> None:
        self.last = 0
        bounds = unit.settings.bounds
        # What is made ready once is no cost of the description that happens to come first.
        self._bounds = bounds if unit.is_warm else replace(bounds, memory=bounds.memory + _WARMING)
        self._answers = answers

    def start(self, first: int, row: int) -> None:
        """Start on a row of a slice that begins with row ``first`` of the table."""
        self.last = first + row
        frames.send(self._answers, frames.ROW, self.last.to_bytes(8, "big"))
        _arm(self._bounds)


def _serve(unit: Unit, kind: bytes, table: Any, answers: int) -> None:  # noqa: ANN401 - PyArrow has no types
    """Work through a table; a row that fails without a name of ours ends that, and is named."""
    rows = _Rows(unit, answers)
    work = _index if kind == frames.INDEX else _assess
    try:
        with _at_ease():
            work(unit, table, rows, answers)
    except BrokenPipeError:
        raise
    except BaseException as fault:  # noqa: BLE001 - the edge of a process; a panic of Rust is no Exception
        told = {"row": rows.last, "why": f"{type(fault).__name__}: {fault}"[:_LONGEST]}
        frames.send(answers, frames.FAULT, json.dumps(told).encode())
    else:
        frames.send(answers, frames.DONE)


def _assess(unit: Unit, table: Any, rows: _Rows, answers: int) -> None:  # noqa: ANN401 - PyArrow has no types
    for first in range(0, table.num_rows, frames.SLICE):
        done = unit.assess(table.slice(first, frames.SLICE), partial(rows.start, first))
        frames.send(answers, frames.TABLE, frames.packed(done))
        gc.collect(1)


def _index(unit: Unit, table: Any, rows: _Rows, answers: int) -> None:  # noqa: ANN401 - PyArrow has no types
    for row in range(table.num_rows):
        rows.start(0, row)
        try:
            found: Any = unit.identifiers(table.slice(row, 1))[0]
        except DanaoError as error:
            found = error.as_json()
        frames.send(answers, frames.TABLE, json.dumps(found).encode())


# ---- Bounds ----


def _sealed(source: Input, base: str, limits: Limits, load: Loader) -> Graph:
    """The triples of an input, read by a process that can open nothing meanwhile."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        return read_triples(source, base, limits, load)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _arm(bounds: Bounds) -> None:
    """As much computing and memory as one row may take, from now on."""
    # Computing is counted, not the clock: what a row costs does not depend on what else the machine does.
    signal.setitimer(signal.ITIMER_PROF, bounds.seconds)
    _limit_memory(bounds.memory)


@contextmanager
def _at_ease() -> Iterator[None]:
    """No bounds after a table: whoever waits for the next one computes nothing."""
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        _limit_memory(None)


def _limit_memory(more: int | None) -> None:
    if sys.platform != "linux":
        return
    import resource

    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    most = hard if more is None else data_limit(more)
    resource.setrlimit(resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    sys.exit(main())
