"""What never changes, because what it is made of never does: kept as long as there is room for it."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

_MOST_BYTES = 64 << 20
_SHARE = 8
T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """What is sent: its bytes and their media type."""

    body: bytes
    media_type: str

    @cached_property
    def value(self) -> Any:  # noqa: ANN401 - JSON is any
        """The plain data of an answer in JSON."""
        return json.loads(self.body)

    @cached_property
    def etag(self) -> str:
        """The entity tag of these bytes, the same whenever they are."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'


class Lasting(Generic[T]):
    """Values by a key that names all they depend on; those that were not asked for the longest go first.

    ``weigh`` says how much room a value takes of ``room``; one that takes more than an eighth of that is not kept:
    it would push out too many others.
    """

    def __init__(self, room: int, weigh: Callable[[T], int]) -> None:
        self._room, self._weigh = room, weigh
        self._kept: OrderedDict[str, T] = OrderedDict()
        self._taken = 0
        self._turn = threading.Lock()

    def of(self, key: str, make: Callable[[], T]) -> T:
        """The value of a key, made where it is not kept."""
        with self._turn:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        if self._weigh(made) <= self._room // _SHARE:
            self._keep(key, made)
        return made

    def _keep(self, key: str, value: T) -> None:
        with self._turn:
            if key in self._kept:
                self._taken -= self._weigh(self._kept.pop(key))
            self._taken += self._weigh(value)
            self._kept[key] = value
            while self._taken > self._room:
                self._taken -= self._weigh(self._kept.popitem(last=False)[1])


def answers() -> Lasting[Answer]:
    """Answers, by their bytes."""
    return Lasting(_MOST_BYTES, lambda answer: len(answer.body))
