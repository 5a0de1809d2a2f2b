"""What takes long to find, kept for as long as it holds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


class Kept(Generic[T]):
    """One value for each kind of reader, made anew when what it depends on is another; by one thread at a time."""

    def __init__(self) -> None:
        self._making = threading.Lock()
        self._found: dict[str, tuple[str, T]] = {}

    def value(self, key: str, state: str, make: Callable[[], T]) -> T:
        """The value of a key in a state, made where it is not there yet."""
        found = self._found.get(key)
        if found is None or found[0] != state:
            with self._making:
                found = self._found.get(key)
                if found is None or found[0] != state:
                    found = self._found[key] = (state, make())
        return found[1]


class Unchanging(Generic[K, T]):
    """What never changes of things by their keys, made so many at once, and kept while a kind of reader sees them."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._turn = threading.Lock()
        self._found: dict[str, dict[K, T]] = {}

    def values(self, kind: str, wanted: Sequence[K], make: Callable[[Sequence[K]], Iterable[T]]) -> list[T]:
        """The values of some keys for a kind of reader; what was made before making fails is kept."""
        with self._turn:
            own = self._found.setdefault(kind, {})
            missing = [one for one in wanted if one not in own]
            for start in range(0, len(missing), self._at_once):
                some = missing[start : start + self._at_once]
                own.update(zip(some, make(some), strict=True))
            self._found[kind] = {one: own[one] for one in wanted}
            return list(self._found[kind].values())
