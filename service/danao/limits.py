"""What one input may hold and cost at most, and how that is set."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from dataclasses import dataclass

from danao.errors import Text, UsageError

# More than any machine has, and nothing that a timer or an allocator would not take.
_MOST = 10**12
_MOST_SECONDS = 10**6


@dataclass(frozen=True)
class Limits:
    """What one input may hold: bytes, triples, characters of a literal and of an IRI, brackets within brackets.

    And what working on it may cost: seconds, and bytes of memory.
    """

    max_bytes: int = 20_000_000
    max_triples: int = 200_000
    max_literal: int = 1_000_000
    max_iri: int = 4_096
    max_nesting: int = 100
    max_seconds: int = 30
    max_memory: int = 1 << 30


def limit_names() -> list[str]:
    """The names that limits are set by."""
    return [field.name.removeprefix("max_") for field in dataclasses.fields(Limits)]


def limits_of(settings: Iterable[str]) -> Limits:
    """The limits with settings such as ``triples=500000``; of two for one name the later one holds.

    :raises UsageError: there is no such limit, or the value is none.
    """
    return Limits(**{f"max_{name}": value for name, value in map(_setting, settings)})


def _setting(text: str) -> tuple[str, int]:
    name, _, value = text.partition("=")
    if name not in limit_names():
        known = ", ".join(limit_names())
        raise UsageError(
            Text(f"没有名为“{name}”的上限。", f"There is no limit named '{name}'."),
            fix=Text(f"可用的上限：{known}。例如 seconds=60。", f"Limits: {known}. For example seconds=60."),
        )
    most = _MOST_SECONDS if name == "seconds" else _MOST
    # Not int() alone: it takes signs, spaces and digits of other scripts, and refuses very long ones.
    if not re.fullmatch("[0-9]{1,13}", value) or not 1 <= int(value) <= most:
        raise UsageError(
            Text(f"上限 {name} 的值“{value}”不是 1 到 {most} 的整数。", f"The limit {name} is no number: '{value}'."),
            fix=Text(
                f"写成 {name}=整数，不带单位，1 到 {most}。", f"Write {name}= and a whole number from 1 to {most}."
            ),
        )
    return name, int(value)
