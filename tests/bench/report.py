"""What all benchmarks share: how they are asked for, where and with what they ran, and a report in Markdown."""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "bench"
PASS, MISS = "PASS", "**MISS**"
_Size = TypeVar("_Size")


# ---- How a benchmark is asked for ----


@dataclass(frozen=True)
class Asked:
    """How much is measured: ``smallest`` only shows that the script works; and the folder that the report goes to."""

    full: bool
    smallest: bool
    folder: Path

    def pick(self, smallest: _Size, usual: _Size, full: _Size) -> _Size:
        """What goes with the size asked for."""
        return smallest if self.smallest else full if self.full else usual


def asked(about: str | None, arguments: Sequence[str] | None = None) -> Asked:
    """The options of a benchmark; ``arguments`` are those of the process unless they are given."""
    parser = argparse.ArgumentParser(description=about)
    sizes = parser.add_mutually_exclusive_group()
    sizes.add_argument("--full", action="store_true", help="all sizes, and every description on the reference engine")
    sizes.add_argument("--smallest", action="store_true", help="only to see that it works: no time means anything")
    parser.add_argument("--to", type=Path, default=FOLDER, help="the folder of the report; default: build/bench")
    given = parser.parse_args(arguments)
    return Asked(given.full, given.smallest, given.to)


def report_in_a_folder(
    about: str | None, measured: Callable[[Path, Asked], Report], arguments: Sequence[str] | None
) -> None:
    """Write and print what is measured in a folder that is there as long as that takes."""
    size = asked(about, arguments)
    with tempfile.TemporaryDirectory() as folder:
        report = measured(Path(folder), size)
    report.write(size.folder)


# ---- Where it ran ----


def machine(*libraries: str) -> str:
    """The machine, its load, the versions and the commit, a line of a list each."""
    load = " ".join(f"{figure:.2f}" for figure in os.getloadavg())
    lines = (
        f"{platform.system()} {platform.release().partition('-')[0]}, {platform.machine()}, {_processor()}",
        f"{len(os.sched_getaffinity(0))} cores, load {load}",
        f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in libraries),
        f"commit {commit()}",
    )
    return "\n".join(f"- {line}" for line in lines)


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor()
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1] if found else platform.processor()


def commit() -> str:
    """The commit that is measured, and whether files differ from it; of no repository it is unknown."""
    short, changed = _git("rev-parse", "--short", "HEAD"), _git("status", "--porcelain", "--untracked-files=no")
    return f"{short or 'unknown'}{', with changes' if changed else ''}"


def _git(*words: str) -> str:
    try:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip()


# ---- What it says ----


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table: the first column to the left, the others to the right."""
    lines = [columns, ["---", *("---:" for _ in columns[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def verdict(value: float, *, most: float | None = None, least: float | None = None) -> str:
    """PASS, or MISS where a value lies outside what is allowed; bounds are allowed themselves."""
    return PASS if (most is None or value <= most) and (least is None or value >= least) else MISS


def milliseconds(seconds: float) -> str:
    """Seconds as milliseconds, in three digits or all before the point."""
    shown = seconds * 1000
    return f"{shown:,.{0 if shown >= 100 else 1 if shown >= 10 else 2}f}"


@dataclass
class Report:
    """A report: its title, and sections with a heading each, in their order."""

    name: str
    title: str
    sections: list[tuple[str, str]] = field(default_factory=list)

    def add(self, heading: str, *parts: str) -> None:
        """Add a section of paragraphs and tables."""
        self.sections.append((heading, "\n\n".join(parts)))

    @property
    def text(self) -> str:
        """The report in Markdown."""
        return f"# {self.title}\n" + "".join(f"\n## {heading}\n\n{body}\n" for heading, body in self.sections)

    def write(self, folder: Path) -> None:
        """Write it into a folder, and print it."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self.name}.md").write_text(self.text, encoding="utf-8", newline="\n")
        print(self.text)
