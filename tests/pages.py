"""What stands in the pages of the documentation: fenced blocks, tables, commands with the output shown."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

_EXIT = re.compile(r"\s+# exit code (\d)$")
_CODE = re.compile(r"`([^`]+)`")


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(path: Path, language: str) -> list[str]:
    """The contents of a page's fenced blocks of a language."""
    return [body for found, body in FENCE.findall(text_of(path)) if found == language]


def tables(text: str) -> list[list[dict[str, str]]]:
    """The tables of a text, each row by the names of its columns."""
    found = []
    for lines in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE):
        head, _, *rows = ([cell.strip() for cell in line[1:-1].split("|")] for line in lines.splitlines())
        found.append([dict(zip(head, row, strict=True)) for row in rows])
    return found


def code(cell: str) -> str:
    """What a cell of a table names in code type."""
    found = _CODE.search(cell)
    return found[1] if found else ""


# ---- Commands ----


@dataclass(frozen=True)
class Run:
    """A command as a page shows it: its line, the exit code it states, the lines of output shown below it."""

    page: str
    line: str
    code: int
    shown: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        return shlex.split(self.line)


def runs(path: Path) -> list[Run]:
    """The commands of a page's console blocks."""
    return [run for block in blocks(path, "console") for run in runs_of(block, relative(path))]


def runs_of(block: str, page: str) -> list[Run]:
    """The commands of one console block."""
    found: list[Run] = []
    for chunk in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        line, *shown = chunk.splitlines()
        stated = _EXIT.search(line)
        found.append(Run(page, _EXIT.sub("", line), int(stated[1]) if stated else 0, tuple(shown)))
    return found


def missing(run: Run, folder: Path) -> list[str]:
    """Run a command of ours in a folder: the lines shown that its output does not have, up to spaces.

    ``…`` alone is none; in a line it stands for what differs from run to run, such as times.
    """
    done = subprocess.run(
        [sys.executable, "-m", "danao", *run.words[1:]],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("DANAO_")} | {"PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == run.code, done.stderr
    given = {_squeezed(line) for line in (done.stdout + done.stderr).splitlines()}
    return [line for line in run.shown if line != "…" and not _stands(_squeezed(line), given | {""})]


def _stands(line: str, given: set[str]) -> bool:
    """Whether a line is among those given."""
    if "…" not in line or line in given:
        return line in given
    pattern = re.compile(".+".join(map(re.escape, line.split("…"))))
    return any(map(pattern.fullmatch, given))


def _squeezed(line: str) -> str:
    return " ".join(line.split())
