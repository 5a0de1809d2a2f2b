"""Faults of a registry, listed as they are met."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from danao.errors import DanaoError, Text


@dataclass(frozen=True)
class Fault:
    """Something that is not what it should be: where, and what is wrong."""

    where: str
    what: Text


@dataclass(frozen=True)
class Faults:
    """Faults in the order in which they were met, each once."""

    found: list[Fault] = field(default_factory=list)

    def add(self, where: str, what: Text) -> None:
        """Note a fault."""
        fault = Fault(where.strip(), what)
        if fault not in self.found:
            self.found.append(fault)

    @contextmanager
    def at(self, where: str) -> Iterator[None]:
        """Errors that are met here are faults."""
        try:
            yield
        except DanaoError as error:
            self.add(f"{where} {error.place}", error.what)
