"""Numbers of a column, written with as many places as the longest has, so that their points stand below one another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_NUMBER = re.compile(r"[-−+]?[0-9]+(?:\.([0-9]+))?")


def aligned(column: Sequence[str | None]) -> list[str | None]:
    """The texts of a column with zeros after those of their numbers that have fewer places; other texts as they are."""
    places = places_in(column)
    return [None if text is None else with_places(text, places) for text in column]


def places_in(texts: Iterable[str | None]) -> int:
    """The places of the number that has most of them."""
    return max((len(found[1] or "") for text in texts if text and (found := _NUMBER.fullmatch(text))), default=0)


def with_places(text: str, places: int) -> str:
    """A number with at least so many places, and a minus sign where it has a hyphen; another text as it is."""
    found = _NUMBER.fullmatch(text)
    if not found:
        return text
    lacking = places - len(found[1] or "")
    point = "." if lacking > 0 and not found[1] else ""
    return f"{text}{point}{'0' * lacking}".replace("-", "−")
