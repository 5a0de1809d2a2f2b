"""Comparing, the standard, questions and queries, in both browsers: no error, no violation, nothing of other hosts.

Then every page as everyone uses it: found good by axe-core in both themes, valid HTML, and as wide as its screen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from unicodedata import normalize
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab
from pypdfium2 import PdfDocument

from danao.knowledge import Knowledge
from tests.api import READERS, copied_registry
from tests.system.browsers import BROWSERS, MODERN, PHONE, Visit, launched, too_wide, visiting
from tests.system.validity import axe_findings, contrast_findings, html_errors_of
from tests.web import app_for, listening, serving

PAGES = (
    "/compare",
    "/compare?project=sd-wood-2025&project=access&project=small",
    "/compare?project=sd-wood-2025&project=access&view=evidence",
    "/standard",
    "/standard?find=%E6%95%B0%E6%8D%AE",
    "/standard/6-1-5",
    "/standard/6-1-5-consensus-rules",
    "/standard/3-1",
    "/rules",
    "/rules/outcomes/10-passed",
    "/ontology",
    "/ontology/brain",
    "/questions",
    "/questions/ranking",
    "/questions/evidence-of-type",
    "/sparql",
    "/doc/sd-wood-2025/brain",
    "/def/std/6-1-5",
    "/def/",
    "/catalogue",
    "/api",
)
only_modern = pytest.mark.parametrize("browser", [MODERN], indirect=True)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Iterator[str]:
    """The service as the office uses it."""
    registry = copied_registry(tmp_path_factory, knowledge)
    with serving(registry) as service, listening(app_for(service, READERS["office"])) as address:
        yield address


@pytest.fixture(scope="module", params=BROWSERS)
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    with launched(request.param) as browser:
        yield browser


@pytest.fixture
def visit(browser: Browser, home: str) -> Iterator[Visit]:
    with visiting(browser, home) as visit:
        yield visit
        assert visit.faults == []


# ---- Journeys ----


def test_projects_are_compared(visit: Visit) -> None:
    tab = visit.go("/compare")
    for name in ("sd-wood-2025", "access"):
        tab.click(f".actions a:has-text('{name}')")
        tab.wait_for_url(f"**project={name}")
    tab.wait_for_selector("#radar-2 + .plot svg path", state="attached")
    assert tab.locator("[aria-labelledby=points] tbody tr").count() == 27
    tab.click(".tabs a[href*='view=evidence']")
    tab.wait_for_selector("[aria-labelledby=evidence] table")
    tab.click("a[aria-label^='去掉'] >> nth=0")
    tab.wait_for_url("**/compare?project=access")


def test_the_history_of_a_project_leads_to_a_difference(visit: Visit) -> None:
    tab = visit.go("/projects/small/history")
    tab.wait_for_selector(".plot.lines svg path", state="attached")
    assert tab.locator("main table").count() > 0
    tab.select_option("#from", "1")
    tab.click("form.filters button")
    tab.wait_for_url(re.compile(r"/projects/small/difference\?from=1&to=3$"))
    assert "改名后的木业链" in tab.inner_text("main")


def test_a_question_is_asked(visit: Visit) -> None:
    tab = visit.go("/questions")
    tab.click("a[href='/questions/evidence-of-type']")
    tab.select_option("select[name=type]", "Agreement")
    tab.click("form.filters button")
    tab.wait_for_selector("[aria-labelledby=answer] table")
    assert tab.locator("[aria-labelledby=answer] tbody tr").count() > 1
    assert "type=Agreement" in tab.url


def test_a_query_is_taken_from_a_question_and_run(visit: Visit) -> None:
    tab = visit.go("/sparql")
    tab.wait_for_selector(".yasqe .CodeMirror-code")
    tab.click("li:has(a[href='/questions/ranking']) button")
    tab.click(".yasqe_queryButton")
    tab.wait_for_selector(".yasr table tbody td")
    assert f"{visit.home}/sparql" in visit.asked


def test_the_standard_is_searched_down_to_a_shape_and_a_class(visit: Visit) -> None:
    tab = visit.go("/standard")
    tab.fill("#find", "共识规则")
    tab.press("#find", "Enter")
    tab.wait_for_selector("#results")
    tab.click("a[href='/standard/6-1-5-consensus-rules']")
    tab.click("summary:has-text('SHACL')")
    tab.wait_for_selector(".highlight pre", state="visible")
    tab.click(".crumbs a[href='/standard/6-1-5']")
    tab.click("dl.facts a[href='/def/brain/TrustedDataSpace']")
    tab.click("main a[href='/ontology/brain#TrustedDataSpace']")
    tab.wait_for_selector("#TrustedDataSpace h3", state="visible")


def test_a_box_of_the_model_leads_to_its_class(visit: Visit) -> None:
    tab = visit.go("/ontology")
    tab.click(".model a[href='/ontology/danao#Claim']")
    tab.wait_for_url("**/ontology/danao#Claim")


def test_a_project_is_printed_open(visit: Visit, tmp_path: Path) -> None:
    tab = visit.go("/projects/sd-wood-2025")
    tab.wait_for_selector(".plot.radar svg path", state="attached")
    tab.pdf(path=str(tmp_path / "page.pdf"), prefer_css_page_size=True)
    with PdfDocument(tmp_path / "page.pdf") as sheets:
        # Older printing names some characters by the radicals that look like them.
        text = normalize("NFKC", "".join(sheet.get_textpage().get_text_range() for sheet in sheets))
    assert "示例木业产业大脑" in text
    assert "共识规则" in text
    assert "全部展开" not in text


def test_the_language_stays_from_page_to_page(visit: Visit) -> None:
    tab = visit.go("/standard")
    tab.click("a[hreflang=en]")
    tab.wait_for_url("**/standard?lang=en")
    tab.click(".site-nav a:has-text('Ontology')")
    tab.wait_for_url("**/ontology?lang=en")
    assert tab.inner_text("h1") == "Ontology documentation"


# ---- Every page ----


def settled(visit: Visit, path: str) -> Tab:
    tab = visit.go(path)
    tab.wait_for_load_state("networkidle")
    return tab


def test_every_page_fits_every_screen_without_a_word(browser: Browser, home: str) -> None:
    with visiting(browser, home) as visit:
        wide = {path: too_wide(settled(visit, path)) for path in PAGES}
        assert {path: screens for path, screens in wide.items() if screens} == {}
        assert visit.faults == []


@only_modern
def test_nothing_keeps_anyone_from_using_a_page(browser: Browser, home: str) -> None:
    with visiting(browser, home, policy=False) as visit:
        found = {path: axe_findings(settled(visit, path)) for path in PAGES}
    assert {path: said for path, said in found.items() if said} == {}


@only_modern
def test_the_dark_theme_has_contrast_too(browser: Browser, home: str) -> None:
    with visiting(browser, home, theme="dark", policy=False) as visit:
        found = {path: contrast_findings(settled(visit, path)) for path in PAGES}
    assert {path: said for path, said in found.items() if said} == {}


@only_modern
def test_nothing_keeps_anyone_from_using_a_page_on_a_phone(browser: Browser, home: str) -> None:
    with visiting(browser, home, screen=PHONE, policy=False) as visit:
        found = {path: axe_findings(settled(visit, path)) for path in PAGES[1::3]}
    assert {path: said for path, said in found.items() if said} == {}


def test_every_page_works_without_scripts(browser: Browser, home: str) -> None:
    with visiting(browser, home, scripts=False) as visit:
        for path in (
            "/compare?project=small&project=access",
            "/sparql",
            "/standard",
            "/ontology",
            "/questions/ranking",
        ):
            visit.go(path)
        assert visit.faults == []


def test_every_page_is_valid(home: str) -> None:
    pages = {path: _read(home + path) for path in PAGES}
    assert html_errors_of(pages) == {path: [] for path in PAGES}


def _read(address: str) -> str:
    with urlopen(Request(address, headers={"Accept": "text/html"})) as answer:  # noqa: S310 - our own
        text: str = answer.read().decode()
    return text
