"""What a unit of work is told besides its descriptions; plain values, so that any engine can send them."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from danao.limits import Limits
from danao.sandbox import Bounds

# What the reference engine is compared with is a hundred times faster.
_SLOWER = 10


@dataclass(frozen=True)
class UnitSettings:
    """How each description is assessed: the date where no examination states one (``YYYY-MM-DD``), the base, limits.

    ``knowledge`` is a folder that every process of the run sees under that name, ``nquads`` asks for the graphs of
    each assessment beside its rows, ``keep_steps`` for what a run with other rules or weights goes on from.
    ``digest`` is that of the knowledge where it is known already: a process that finds other knowledge refuses to
    work.
    """

    as_of: str
    base: str = "https://danao.example/"
    limits: Limits = field(default_factory=Limits)
    knowledge: str | None = None
    scheme: str | None = None
    engine: str = "fast"
    nquads: bool = False
    keep_steps: bool = False
    digest: str | None = None

    @property
    def folder(self) -> Path | None:
        return None if self.knowledge is None else Path(self.knowledge)

    @property
    def bounds(self) -> Bounds:
        """What working on one description may cost."""
        slower = _SLOWER if self.engine == "reference" else 1
        return Bounds(self.limits.max_seconds * slower, self.limits.max_memory)

    def as_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    @property
    def fingerprint(self) -> str:
        """The digest of everything here that may change a row; where the knowledge lies and what is kept do not."""
        told = self.as_json()
        del told["knowledge"], told["keep_steps"]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def settings_from_json(value: Mapping[str, Any]) -> UnitSettings:
    """The settings that :meth:`UnitSettings.as_json` was taken of."""
    return UnitSettings(**{**value, "limits": Limits(**value["limits"])})
