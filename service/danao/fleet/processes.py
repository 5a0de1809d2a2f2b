"""How the programs of a fleet are started: each runs the code of whoever starts it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import danao

# Arrow's own allocator would keep what the system could have back, and threads would take others' cores.
_SETTINGS = {"ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "1"}


def settle() -> None:
    """Let this process use memory as those that it starts do; Arrow looks at that when it is first imported."""
    os.environ.update(_SETTINGS)


def command(module: str, *arguments: str) -> list[str]:
    """The command that runs a module of ours; the folder it is started in gives it no modules."""
    return [sys.executable, "-P", "-m", f"danao.fleet.{module}", *arguments]


def environment() -> Mapping[str, str]:
    """The environment of a program of ours."""
    paths = [str(Path(danao.__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, **_SETTINGS, "PYTHONPATH": os.pathsep.join(paths)}
