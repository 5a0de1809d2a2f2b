"""Whether pages are valid HTML and can be used by everyone."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Page as Tab

_CHECKER = Path(__file__).parent / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
# Which language a page is written in is a guess from its letters, and no rule of HTML.
_OPTIONS = ("--format", "json", "--stdout", "--exit-zero-always", "--no-langdetect")
# WCAG 2.2 AA, and what its authors hold to be good besides.
_ALL = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# All that a theme changes.
_CONTRAST = {"type": "rule", "values": ["color-contrast"]}


def html_errors(text: str) -> list[str]:
    """What the W3C's checker finds wrong in a page, errors and warnings: line, message and the place."""
    return html_errors_of({"page": text})["page"]


def html_errors_of(pages: Mapping[str, str]) -> dict[str, list[str]]:
    """The same for many pages by name, which takes hardly longer than for one."""
    assert _CHECKER.is_file(), "vnu-jar is not installed: run make test-system"
    with TemporaryDirectory() as folder:
        paths = [Path(folder, f"{number}.html") for number in range(len(pages))]
        for path, text in zip(paths, pages.values(), strict=True):
            path.write_text(text, encoding="utf-8")
        found = _checked(paths)
    return {name: found.get(path.name, []) for name, path in zip(pages, paths, strict=True)}


def _checked(paths: list[Path]) -> dict[str, list[str]]:
    """What is wrong by the names of files."""
    done = subprocess.run(
        ["java", "-Xss4m", "-jar", _CHECKER, *_OPTIONS, *paths],
        capture_output=True,
        check=True,
        timeout=300,
    )
    found: dict[str, list[str]] = {}
    for one in json.loads(done.stdout)["messages"]:
        found.setdefault(Path(one.get("url", "")).name, []).append(_told(one))
    return found


def _told(message: Mapping[str, Any]) -> str:
    return f"{message.get('lastLine', '?')}: {message['message']} {message.get('extract', '').strip()}".strip()


def axe_findings(tab: Tab) -> list[tuple[str, str]]:
    """What keeps people from using the page that is open, as axe-core finds it: rule and element; none of a good one.

    The tab must have been opened with ``policy=False``.
    """
    result = _looked_through(tab, _ALL)
    assert len(result["passes"]) > 10, "axe-core looked at nothing"
    return _found(result)


def contrast_findings(tab: Tab) -> list[tuple[str, str]]:
    """What cannot be read for lack of contrast, which is all that differs between themes; as above."""
    result = _looked_through(tab, _CONTRAST)
    assert len(result["passes"][0]["nodes"]) > 10, "axe-core looked at nothing"
    return _found(result)


def _looked_through(tab: Tab, only: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON is any
    tab.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    return tab.evaluate(f"axe.run({{runOnly: {json.dumps(only)}}})")


def _found(result: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - JSON is any
    return [(one["id"], node["html"]) for one in result["violations"] for node in one["nodes"]]
