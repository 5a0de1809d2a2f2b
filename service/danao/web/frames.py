"""Messages between the service and its worker processes: a header in JSON, then bytes.

JSON and bytes only: a worker that hostile input has taken over can send nothing that runs here.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_LENGTH = 8
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Message:
    """A header and the parts that follow it."""

    header: dict[str, Any]
    parts: Sequence[bytes] = ()


def send(connection: socket.socket, message: Message) -> None:
    """Send a message whole."""
    head = json.dumps({"header": message.header, "sizes": [len(part) for part in message.parts]}).encode()
    connection.sendall(len(head).to_bytes(_LENGTH, "big") + head)
    for part in message.parts:
        connection.sendall(part)


def receive(connection: socket.socket) -> Message | None:
    """The next message; none where the other end is gone, in the middle of one or before it.

    :raises TimeoutError: it does not come within the connection's time.
    """
    length = _exactly(connection, _LENGTH)
    head = length and _exactly(connection, int.from_bytes(length, "big"))
    if not head:
        return None
    told = json.loads(head)
    parts: list[bytes] = []
    for size in told["sizes"]:
        part = _exactly(connection, size)
        if part is None:
            return None
        parts.append(part)
    return Message(told["header"], parts)


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    found = bytearray()
    while len(found) < size:
        try:
            chunk = connection.recv(min(_CHUNK, size - len(found)))
        except ConnectionResetError:
            return None
        if not chunk:
            return None
        found += chunk
    return bytes(found)
