"""Fleets made for tests: folders of descriptions, runs over them in this process, and what came out as plain rows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from danao.fleet.batches import Batch
from danao.fleet.run import OUTPUTS, Plan, run
from danao.fleet.settings import UnitSettings
from danao.fleet.work import Done
from danao.limits import Limits
from tests.case import AS_OF
from tests.given import EXAMINATION, FULL, IDENTIFIER

SETTINGS = UnitSettings(AS_OF)


def project(name: str) -> bytes:
    """The full description of a case under another identifier."""
    return FULL.replace(f'"{IDENTIFIER}"', f'"{name}"').encode()


def examination(name: str) -> bytes:
    """The examination of the case, of the project of another identifier."""
    return EXAMINATION.replace(f'"{IDENTIFIER}"', f'"{name}"').encode()


def folder_of(folder: Path, files: Mapping[str, bytes]) -> Path:
    """A folder that holds the files."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def projects(count: int) -> dict[str, bytes]:
    """So many descriptions of one project each."""
    return {f"{number:03d}.ttl": project(f"p-{number}") for number in range(count)}


@dataclass
class Told:
    """What a run told its listener."""

    stop_after: int | None = None
    batches: list[int] = field(default_factory=list)
    fresh: list[int] = field(default_factory=list)
    reused: int = 0
    continued: int = 0

    def begin(self, plan: Plan, files: int) -> None:
        pass

    def advance(self, batch: Batch, done: Done | None) -> None:
        self.batches.append(batch.number)
        if done is not None:
            self.fresh.append(batch.number)
            self.reused += done.reused
            self.continued += done.continued
        if len(self.fresh) == self.stop_after:
            raise KeyboardInterrupt

    def finish(self) -> None:
        pass


def plan(*inputs: Path, out: Path, settings: UnitSettings = SETTINGS, batch: int = 2, **more: Any) -> Plan:  # noqa: ANN401
    """A plan for one process, with small batches."""
    return Plan(tuple(map(str, inputs)), out, settings, batch=batch, **more)


def limited(**limits: int) -> UnitSettings:
    """Settings with some limits."""
    return UnitSettings(AS_OF, limits=Limits(**limits))


def ran(*inputs: Path, out: Path, listener: Told | None = None, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """The summary of a run."""
    return run(plan(*inputs, out=out, **more), listener or Told())


def rows(out: Path, table: str) -> list[dict[str, Any]]:
    """A table of a run."""
    found: list[dict[str, Any]] = pq.read_table(out / f"{table}.parquet").to_pylist()
    return found


def outputs(out: Path) -> dict[str, str]:
    """The digests of everything that a finished run wrote, its manifest among them, whatever the run says of them."""
    names = [name for name in (*OUTPUTS, "manifest.json") if (out / name).exists()]
    return {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in names}
