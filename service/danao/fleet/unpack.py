"""The process that reads a container for another one: ``python -m danao.fleet.unpack FILE NAME LIMITS``.

What is in a container may crash a library or take all memory; this process goes down alone. It writes its pieces on
standard output as a stream of Arrow batches, as fast as they are taken.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from danao.errors import DanaoError, Place
from danao.fleet.containers import Piece, pieces
from danao.limits import Limits
from danao.sandbox import Bounds, data_limit, memory_exceeded

# A batch of pieces is handed on when it holds so many, or so many bytes.
_MOST_PIECES = 64
_MOST_BYTES = 1 << 20


def main(file: str, name: str, limits: str) -> int:
    """Write the pieces of a file."""
    bounds = Limits(**json.loads(limits))
    _cap(bounds.max_memory)
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out:
        os.dup2(os.open(os.devnull, os.O_RDWR), sys.stdout.fileno())
        with pa.ipc.new_stream(out, piece_schema()) as writer:
            for batch in _batches(_until_it_fails(Path(file), name, bounds)):
                writer.write_batch(batch)
                out.flush()
    return 0


def piece_schema() -> Any:  # noqa: ANN401 - PyArrow has no types
    """The columns of pieces on their way; an ``error`` is JSON, the last piece of a whole container has no name."""
    texts = dict.fromkeys(("name", "format", "error"), pa.string())
    return pa.schema([*texts.items(), ("data", pa.binary()), ("reach", pa.float64())])


def read_pieces(stream: IO[bytes]) -> Iterator[Piece | None]:
    """The pieces that :func:`main` wrote; none as the last of a container that came to its end.

    :raises pyarrow.ArrowInvalid: it broke off.
    """
    from danao.errors import error_from_json

    for batch in pa.ipc.open_stream(stream):
        for row in range(batch.num_rows):
            given = {name: batch[name][row].as_py() for name in batch.schema.names}
            if given["name"] is None:
                yield None
            else:
                error = error_from_json(json.loads(given.pop("error"))) if given["error"] else None
                yield Piece(given["name"], given["data"], given["format"], given["reach"], error)


def _until_it_fails(file: Path, name: str, limits: Limits) -> Iterator[dict[str, Any]]:
    """The pieces as rows; a container that cannot be read to its end has a last one that says why."""
    try:
        _arm(limits)
        for piece in pieces(file, name, limits, partial(_arm, limits)):
            yield _row(piece)
    except DanaoError as error:
        yield _row(Piece(name, None, None, 1, error))
    except MemoryError:
        yield _row(Piece(name, None, None, 1, memory_exceeded(Bounds(0, limits.max_memory), Place(file=name))))
    yield dict.fromkeys(("name", "format", "error", "data", "reach"))


def _row(piece: Piece) -> dict[str, Any]:
    error = json.dumps(piece.error.as_json()) if piece.error else None
    return {"name": piece.name, "format": piece.format, "error": error, "data": piece.data, "reach": piece.reach}


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[Any]:
    held: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        held.append(row)
        size += len(row["data"] or b"")
        if len(held) >= _MOST_PIECES or size >= _MOST_BYTES:
            yield pa.RecordBatch.from_pylist(held, schema=piece_schema())
            held, size = [], 0
    if held:
        yield pa.RecordBatch.from_pylist(held, schema=piece_schema())


def _arm(limits: Limits) -> None:
    """As much computing as one description may take, until the next sign of life."""
    signal.setitimer(signal.ITIMER_PROF, limits.max_seconds)


def _cap(memory: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        most, hard = data_limit(memory), resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
