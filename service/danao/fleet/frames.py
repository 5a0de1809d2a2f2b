"""What a fleet's processes say to each other over pipes: a kind, a length, and that many bytes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

# To the child: its settings, then tables to assess, or of examinations to say whom they examine.
SETTINGS, ASSESS, INDEX = b"C", b"A", b"I"
# From the child: it is ready; it starts on a row; some rows are done; all are; it cannot start; a row failed.
READY, ROW, TABLE, DONE, REFUSED, FAULT = b"R", b"S", b"T", b"D", b"X", b"F"
# How many rows a child works on before it hands over their results.
SLICE = 50

_HEAD = 9
_CHUNK = 1 << 20


def frame(kind: bytes, body: bytes | memoryview = b"") -> list[bytes | memoryview]:
    """A message in two pieces, so that a large body is not copied."""
    return [kind + len(body).to_bytes(_HEAD - 1, "big"), body]


def send(pipe: int, kind: bytes, body: bytes | memoryview = b"") -> None:
    """Write a message to the end.

    :raises BrokenPipeError: nobody reads any more.
    """
    for piece in frame(kind, body):
        rest = memoryview(piece)
        while rest:
            rest = rest[os.write(pipe, rest) :]


class Received:
    """Messages put together from whatever bytes came in."""

    def __init__(self) -> None:
        self._data = bytearray()

    def feed(self, chunk: bytes) -> Iterator[tuple[bytes, bytes]]:
        """The messages that are complete now: kind and body."""
        self._data += chunk
        while len(self._data) >= _HEAD:
            end = _HEAD + int.from_bytes(self._data[1:_HEAD], "big")
            if len(self._data) < end:
                return
            kind, body = bytes(self._data[:1]), bytes(self._data[_HEAD:end])
            del self._data[:end]
            yield kind, body


def read_chunk(pipe: int) -> bytes:
    """What is there to read; nothing once the other side is gone."""
    return os.read(pipe, _CHUNK)


def packed(table: Any) -> memoryview:  # noqa: ANN401 - PyArrow has no types
    """A table as bytes of an Arrow stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return memoryview(sink.getvalue())


def unpacked(data: bytes) -> Any:  # noqa: ANN401 - PyArrow has no types
    """The table that :func:`packed` was given."""
    return pa.ipc.open_stream(data).read_all()
