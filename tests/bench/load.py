"""Clients that ask a service again and again: ``python -m tests.bench.load`` reads a plan and tells what it took.

They are a process of their own, whose work is told apart from that of the service. Standard input has a plan as JSON,
standard output gets what was found. A client keeps its connection, and asks in an order of its own.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any

_SECONDS = 120
_SEE_OTHER, _OK = 303, 200


@dataclass(frozen=True)
class Wanted:
    """What is asked for: of which kind it is, its path and media type; ``digest`` is that of its answer, where known.

    Of every round, ``times`` requests are of this kind.
    """

    kind: str
    path: str
    accept: str
    times: int = 1
    digest: str = ""


@dataclass(frozen=True)
class Plan:
    """Which clients ask what of which port of this machine, for how many seconds."""

    port: int
    seconds: float
    clients: int
    wanted: Sequence[Wanted]

    @property
    def round(self) -> int:
        """How many requests a round has."""
        return sum({one.kind: one.times for one in self.wanted}.values())

    def as_json(self) -> str:
        """The plan as a process is given it."""
        return json.dumps(asdict(self))


@dataclass
class Found:
    """Seconds of each request by kind, bytes of all answers, and the paths of those that were not as before."""

    seconds: float = 0
    times: dict[str, list[float]] = field(default_factory=dict)
    size: int = 0
    wrong: list[str] = field(default_factory=list)


def got(connection: HTTPConnection, wanted: Wanted) -> tuple[int, bytes]:
    """The status and the body of an answer; from a thing, a client goes on to its document."""
    path = wanted.path
    while True:
        connection.request("GET", path, headers={"Accept": wanted.accept, "Accept-Encoding": "identity"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != _SEE_OTHER:
            return answer.status, body
        path = answer.headers["Location"]


def digest_of(body: bytes) -> str:
    """What tells an answer from another."""
    return hashlib.sha256(body).hexdigest()


def connected(port: int) -> HTTPConnection:
    """A connection to a port of this machine, which is kept."""
    return HTTPConnection("127.0.0.1", port, timeout=_SECONDS)


def run(plan: Plan) -> Found:
    """What all clients found."""
    every, turn = Found(), threading.Lock()
    began = time.monotonic()

    def client(number: int) -> None:
        own = _asked(plan, number, began + plan.seconds)
        with turn:
            _add(every, own)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(plan.clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    every.seconds = time.monotonic() - began
    return every


def _add(every: Found, own: Found) -> None:
    for kind, times in own.times.items():
        every.times.setdefault(kind, []).extend(times)
    every.size += own.size
    every.wrong += own.wrong


def _asked(plan: Plan, number: int, until: float) -> Found:
    """What one client finds, in one round at least."""
    found, connection = Found(), connected(plan.port)
    for place, wanted in enumerate(_order(plan.wanted, number)):
        start = time.monotonic()
        if start >= until and place >= plan.round:
            break
        try:
            status, body = got(connection, wanted)
        except (OSError, HTTPException):
            connection = connected(plan.port)
            status, body = 0, b""
        found.times.setdefault(wanted.kind, []).append(time.monotonic() - start)
        found.size += len(body)
        if (status, digest_of(body)) != (_OK, wanted.digest):
            found.wrong.append(f"{wanted.path} ({status})")
    connection.close()
    return found


def _order(wanted: Sequence[Wanted], number: int) -> Iterator[Wanted]:
    """Round after round, each shuffled: every kind as often as it says, each time another request of it."""
    chance = random.Random(number)  # noqa: S311 - the same orders in every run
    kinds: dict[str, list[Wanted]] = {}
    for one in wanted:
        kinds.setdefault(one.kind, []).append(one)
    while True:
        turns = [chance.choice(own) for own in kinds.values() for _ in range(own[0].times)]
        chance.shuffle(turns)
        yield from turns


def main() -> None:
    """Read a plan, and tell what was found."""
    told: dict[str, Any] = json.load(sys.stdin)
    wanted = [Wanted(**one) for one in told.pop("wanted")]
    json.dump(asdict(run(Plan(**told, wanted=wanted))), sys.stdout)


if __name__ == "__main__":
    main()
