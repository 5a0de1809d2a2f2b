"""Screenshots of each page: ``python -m tests.system.screenshots`` writes those of the docs, in Chinese and English.

With ``--every`` each page is shown whole, on a phone, a tablet and a laptop, in both themes, and printed, for whoever
looks through them after a change of style.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from danao.knowledge import Knowledge, load_knowledge
from danao.registry.entries import Written
from danao.registry.submit import publish, submit
from danao.web.app import create_app
from tests.api import READERS
from tests.registering import assessed, held
from tests.system.browsers import LAPTOP, MODERN, Visit, launched, visiting
from tests.web import app_for, listening, serving

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "screenshots"
EXAMPLES = ROOT / "examples"
LANGUAGES = ("zh", "en")
# File → page, as the office sees it.
PAGES = {
    "overview": "/",
    "heat": "/heat",
    "project": "/projects/sd-wood-2025",
    "why": "/projects/sd-wood-2025/why/6-1-2",
    "evidence": "/projects/sd-wood-2025/evidence",
    "gaps": "/projects/sd-wood-2025/gaps",
    "history": "/projects/sd-wood-2025/history",
    "difference": "/projects/sd-wood-2025/difference",
    "compare": "/compare?project=sd-wood-2025&project=sd-tyre-2025&project=sd-silk-2025",
    "compare-evidence": "/compare?project=sd-wood-2025&project=sd-tyre-2025&view=evidence",
    "standard": "/standard",
    "indicator": "/standard/6-1-5",
    "requirement": "/standard/6-1-5-consensus-rules",
    "rules": "/rules",
    "rule": "/rules/outcomes/10-passed",
    "ontology": "/ontology",
    "vocabulary": "/ontology/brain",
    "questions": "/questions",
    "question": "/questions/ranking",
    "sparql": "/sparql",
    "api": "/api",
    "catalogue": "/catalogue",
    "document": "/doc/sd-wood-2025/brain",
    "problem": "/projects/nobody",
}
# As anybody sees it: of a registry with projects, of one without.
PUBLIC_PAGES = {"public-project": "/projects/sd-wood-2025", "sign-in": "/sign-in"}
FIRST_PAGES = {"first-run": "/"}
# Those that the docs show.
SHOWN = (
    *("first-run", "overview", "heat", "project", "why", "evidence", "gaps", "history", "difference", "compare"),
    *("compare-evidence", "standard", "indicator", "ontology", "vocabulary", "question", "sparql", "sign-in"),
)
# Milliseconds that the first page of a service may take.
_PATIENCE = 120_000
_SCREENS = {"phone": (360, 740, 1), "tablet": (768, 1024, 1), "laptop": LAPTOP}


@dataclass(frozen=True)
class Look:
    """How a page is looked at; ``every`` with what is below the window, and on paper."""

    name: str
    lang: str
    screen: tuple[int, int, int] = LAPTOP
    theme: str = "light"
    every: bool = False


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", action="store_true", help="all pages, whole, of all widths, in both themes, printed")
    parser.add_argument("--only", nargs="*", help="the names of pages; all of them where none is given")
    parser.add_argument("--to", type=Path, default=DOCS, help="the folder of the pictures; default: docs/screenshots")
    given = parser.parse_args(arguments)
    looks = [look for lang in LANGUAGES for look in (_looks(lang) if given.every else [Look("", lang)])]
    wanted = given.only or (None if given.every else SHOWN)
    with _homes(load_knowledge()) as homes, launched(MODERN) as browser:
        for home, pages in homes:
            named = {name: path for name, path in pages.items() if wanted is None or name in wanted}
            for look in looks:
                _taken(browser, home, named, look, given.to / look.lang)


def _looks(lang: str) -> Iterator[Look]:
    for name, screen in _SCREENS.items():
        for theme in ("light", "dark"):
            yield Look(f"-{name}-{theme}", lang, screen, theme, every=True)


def _taken(browser: Browser, home: str, pages: Mapping[str, str], look: Look, folder: Path) -> None:
    """Pictures of the pages of a home."""
    folder.mkdir(parents=True, exist_ok=True)
    with visiting(browser, home, screen=look.screen, theme=look.theme) as visit:
        visit.tab.set_default_timeout(_PATIENCE)
        for name, path in pages.items():
            tab = _settled(visit, f"{path}{'&' if '?' in path else '?'}lang={look.lang}")
            tab.screenshot(path=folder / f"{name}{look.name}.png", full_page=look.every)
            if look.every:
                tab.pdf(path=folder / f"{name}{look.name}.pdf", prefer_css_page_size=True)


def _settled(visit: Visit, path: str) -> Tab:
    tab = visit.go(path)
    tab.wait_for_load_state("networkidle")
    return tab


@contextmanager
def _homes(knowledge: Knowledge) -> Iterator[list[tuple[str, dict[str, str]]]]:
    """Addresses with the pages that are looked at there."""
    with TemporaryDirectory() as folder, ExitStack() as open_:
        _register(Path(folder) / "registry", knowledge)
        service = open_.enter_context(serving(Path(folder) / "registry"))
        empty = open_.enter_context(serving(Path(folder) / "empty"))
        yield [
            (open_.enter_context(listening(app_for(service, READERS["office"]))), PAGES),
            (open_.enter_context(listening(create_app(service))), PUBLIC_PAGES),
            (open_.enter_context(listening(create_app(empty))), FIRST_PAGES),
        ]


def _register(folder: Path, knowledge: Knowledge) -> None:
    """The examples; one of them was examined later, and one is not published."""
    names = ("strong", "half-built", "early", "small")
    submitted = {name: assessed(knowledge, _text(name)) for name in names}
    with held(folder) as registry:
        for month, one in enumerate(submitted.values(), start=1):
            submit(registry, one, Written(f"2026-0{month}-05T09:30:00+08:00", "lead unit"))
        examined = assessed(knowledge, _text("half-built"), _text("half-built-examination"))
        submit(registry, examined, Written("2026-06-10T14:00:00+08:00", "expert panel"))
        for hour, name in enumerate(("strong", "half-built", "small"), start=14):
            identifier = submitted[name].description.identifier
            publish(registry, identifier, Written(f"2026-06-11T{hour}:00:00+08:00", "office"))


def _text(name: str) -> str:
    return (EXAMPLES / f"{name}.ttl").read_text(encoding="utf-8")


if __name__ == "__main__":
    main()
