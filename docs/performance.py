"""Tables of docs/performance.md from the reports of ``make bench-full``: ``python docs/performance.py`` writes them.

A block of the page begins with the report and the section that it shows, ``<!-- assess: Steps -->``.
"""
# ruff: noqa: INP001 - docs/ holds pages, it is no package

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE, REPORTS = ROOT / "docs" / "performance.md", ROOT / "build" / "bench"
_BLOCK = re.compile(r"<!-- ([a-z-]+): ([^>]+) -->\n(.*?)<!-- end -->", re.DOTALL)


def blocks(page: str) -> dict[tuple[str, str], str]:
    """What stands in each block of the page, by report and section."""
    return {(report, section): body for report, section, body in _BLOCK.findall(page)}


def sections(report: str) -> dict[str, str]:
    """The sections of a report by their headings."""
    parts = (part.split("\n", 1) for part in re.split(r"^## ", report, flags=re.MULTILINE)[1:])
    return {heading: body.strip() for heading, body in parts}


def filled(page: str, folder: Path) -> str:
    """The page with what the reports in a folder say.

    :raises SystemExit: a report or a section is missing.
    """
    return _BLOCK.sub(lambda block: _block(block[1], block[2], folder), page)


def _block(report: str, section: str, folder: Path) -> str:
    path = folder / f"{report}.md"
    found = sections(path.read_text(encoding="utf-8")) if path.exists() else {}
    if section not in found:
        sys.exit(f"{path} has no section '{section}'; run make bench-full")
    return f"<!-- {report}: {section} -->\n\n{found[section]}\n\n<!-- end -->"


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), REPORTS), encoding="utf-8", newline="\n")
