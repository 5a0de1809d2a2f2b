"""The manifest of a run: what it was made from and with, and the digest of every file that came out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from danao import __version__
from danao.errors import DamagedRun, DifferentRun, Place, Text
from danao.fleet.parts import written_whole

FILE = "manifest.json"
FORMAT = "danao-fleet-1"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """What a run is. Everything but ``complete``, ``inputs`` and ``outputs`` is known, and fixed, when it begins.

    ``arguments`` are the inputs and examinations as they were named, ``settings`` what decides its results,
    ``inputs`` how many descriptions there were and the digest of theirs, ``outputs`` the digest of each file.
    """

    arguments: Mapping[str, Any]
    settings: Mapping[str, Any]
    knowledge: Mapping[str, Any]
    software: Mapping[str, Any]
    complete: bool = False
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"format": FORMAT, **{name: getattr(self, name) for name in self.__dataclass_fields__}}


def software(engine: Mapping[str, Any]) -> dict[str, Any]:
    """The versions of what results depend on."""
    return {"danao": __version__, "pyarrow": version("pyarrow"), "engine": dict(engine)}


def write_manifest(out: Path, manifest: Manifest) -> None:
    """Write the manifest into a folder."""
    with written_whole(out / FILE) as file:
        file.write((json.dumps(manifest.as_json(), ensure_ascii=False, indent=2) + "\n").encode())


def read_manifest(out: Path) -> Manifest:
    """The manifest in a folder.

    :raises DamagedRun: there is none, or it is no manifest of a run.
    """
    try:
        value = json.loads((out / FILE).read_text(encoding="utf-8"))
        if value.pop("format") != FORMAT:
            raise _no_run(out)
        return Manifest(**value)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise _no_run(out) from fault


def refuse_different(manifest: Manifest, earlier: Manifest) -> None:
    """A run goes on only as it began.

    :raises DifferentRun: it would not; the first thing that differs is named.
    """
    for name in ("arguments", "settings", "knowledge", "software"):
        before, now = json.loads(json.dumps([getattr(earlier, name), getattr(manifest, name)]))
        for key in sorted({*before, *now}):
            if before.get(key) != now.get(key):
                what = f"{name}.{key}"
                raise different_run(what, _shown(before.get(key)), _shown(now.get(key)))


def different_run(what: str, before: str, now: str) -> DifferentRun:
    """A run that cannot go on because something is not what it was."""
    return DifferentRun(
        Text(
            f"与开始时不同：{what} 原为 {before}，现为 {now}。", f"It began otherwise: {what} was {before}, is {now}."
        ),
        fix=Text(
            "用开始时的参数接着运行；或换一个输出目录，用 --reuse 沿用不变的结果；或用 --force 从头开始。",
            "Go on with what it began with; or take another folder and --reuse what did not change; or --force anew.",
        ),
    )


_LONGEST = 120


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def digest_of_file(path: Path) -> str:
    """``sha256:`` and the hexadecimal digest of a file's bytes."""
    whole = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            whole.update(chunk)
    return f"sha256:{whole.hexdigest()}"


def _no_run(out: Path) -> DamagedRun:
    return DamagedRun(
        Text("这里没有批量评估的结果。", "This is no folder of results of a fleet."),
        place=Place(file=str(out / FILE)),
        fix=Text("给出 danao fleet assess 的输出目录。", "Name a folder that 'danao fleet assess' wrote."),
    )
