"""The report in a browser and on paper: it loads nothing, fits, can be read by everyone, and prints in full."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Page as Tab
from pypdf import PdfReader
from pypdfium2 import PdfDocument

from danao.exchange.page import page
from danao.knowledge import Knowledge, load_knowledge
from tests.system.validity import axe_findings, contrast_findings
from tests.test_report_page import FOLDERS, LIBRARIES, MADE

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
SHOWN = ("half-built", "half-built-en", "hostile", "mistakes", "library", "unreviewed")
# Width, height and how many pixels of the screen one of the page takes: a phone, a laptop, the same at 200 %, a desk.
SCREENS = ((360, 740, 3), (1366, 768, 1), (683, 384, 2), (1920, 1080, 1))
FAMILY = "Noto Sans CJK SC"
each_page = pytest.mark.parametrize("name", SHOWN)
each_theme = pytest.mark.parametrize("theme", ["light", "dark"])


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    assert path, "chromium is not installed: run make test-system"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def reports(knowledge: Knowledge, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The file of each report."""
    libraries = load_knowledge(LIBRARIES)
    folder = tmp_path_factory.mktemp("reports")
    for name in SHOWN:
        known = libraries if name in FOLDERS else knowledge
        html = page(MADE[name.removesuffix("-en")](known), known, "en" if name.endswith("-en") else "zh", within=90)
        (folder / f"{name}.html").write_bytes(html)
    return {name: folder / f"{name}.html" for name in SHOWN}


@dataclass(frozen=True)
class Visit:
    """A page in a tab, with what the browser said and asked for meanwhile."""

    tab: Tab
    said: list[str]
    asked: list[str]


def visit(browser: Browser, report: Path, screen: tuple[int, int, int], theme: Any, *, csp: bool = True) -> Visit:  # noqa: ANN401 - one of the browser's own words
    context = browser.new_context(
        viewport={"width": screen[0], "height": screen[1]},
        device_scale_factor=screen[2],
        color_scheme=theme,
        bypass_csp=not csp,
    )
    found = Visit(context.new_page(), [], [])
    found.tab.on("console", lambda message: found.said.append(message.text))
    found.tab.on("pageerror", lambda error: found.said.append(str(error)))
    found.tab.on("request", lambda request: found.asked.append(request.url))
    found.tab.goto(report.as_uri())
    return found


# ---- On a screen ----


@each_page
@each_theme
def test_a_page_fits_every_screen_and_asks_for_nothing(
    name: str, theme: str, browser: Browser, reports: Mapping[str, Path]
) -> None:
    for screen in SCREENS:
        found = visit(browser, reports[name], screen, theme)
        assert found.said == []
        assert [url for url in found.asked if url not in (reports[name].as_uri(), "data:,")] == []
        assert found.tab.evaluate("document.documentElement.scrollWidth") == screen[0]
        assert found.tab.evaluate(BEYOND) == []
        found.tab.context.close()


# What stands beyond the right edge, whether or not the page scrolls to it.
BEYOND = """
[...document.querySelectorAll("body *")]
  .filter(one => one.closest("svg") === null && !one.classList.contains("skip"))
  .filter(one => getComputedStyle(one).clipPath === "none" && one.closest("thead") === null)
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
  .map(one => one.outerHTML.slice(0, 80))
"""


# Looking through a page of 193 requirements takes a minute; small ones hold the same parts.
LOOKED_THROUGH = [
    *((name, theme, screen) for name in SHOWN[3:] for theme in ("light", "dark") for screen in SCREENS[:2]),
    ("half-built", "light", SCREENS[1]),
    ("half-built", "dark", SCREENS[0]),
]


@pytest.mark.parametrize(("name", "theme", "screen"), LOOKED_THROUGH)
def test_nothing_keeps_anyone_from_reading(
    name: str, theme: str, screen: tuple[int, int, int], browser: Browser, reports: Mapping[str, Path]
) -> None:
    found = visit(browser, reports[name], screen, theme, csp=False)
    # All that a theme changes is contrast.
    assert (axe_findings if theme == "light" else contrast_findings)(found.tab) == []
    found.tab.context.close()


@each_theme
def test_a_page_follows_the_theme_that_is_asked_for(theme: str, browser: Browser, reports: Mapping[str, Path]) -> None:
    found = visit(browser, reports["half-built"], SCREENS[1], theme)
    assert brightness(found.tab, "html") > 250 if theme == "light" else brightness(found.tab, "html") < 40
    # A dark theme never gets on paper.
    found.tab.emulate_media(media="print", color_scheme="dark")
    assert brightness(found.tab, "html") > 250
    found.tab.context.close()


def brightness(tab: Tab, selector: str) -> float:
    colour = tab.evaluate(f"getComputedStyle(document.querySelector('{selector}')).backgroundColor")
    return sum(int(part) for part in re.findall(r"\d+", colour)[:3]) / 3


def test_the_first_key_leads_to_the_content(browser: Browser, reports: Mapping[str, Path]) -> None:
    found = visit(browser, reports["half-built"], SCREENS[1], "light")
    found.tab.keyboard.press("Tab")
    assert found.tab.evaluate("document.activeElement.className") == "skip"
    assert found.tab.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    found.tab.keyboard.press("Enter")
    assert found.tab.evaluate("document.activeElement.id") == "content"
    found.tab.context.close()


def test_chinese_and_latin_are_set_in_one_family(browser: Browser, reports: Mapping[str, Path]) -> None:
    found = visit(browser, reports["half-built"], SCREENS[1], "light")
    assert families(found.tab, "h1") == families(found.tab, "#elements") == {FAMILY}
    assert families(found.tab, ".definition") == families(found.tab, ".figure .points") == {FAMILY}
    found.tab.context.close()


def families(tab: Tab, selector: str) -> set[str]:
    """The fonts that an element's glyphs are really taken from."""
    session = tab.context.new_cdp_session(tab)
    for domain in ("DOM", "CSS"):
        session.send(f"{domain}.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    return {font["familyName"] for font in session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]}


# ---- On paper ----


@dataclass(frozen=True)
class Print:
    """A page as printed: the text of each sheet without spaces, and its size in points."""

    file: Path
    texts: list[str]
    sizes: set[tuple[int, int]]


@pytest.fixture(scope="module")
def printed(browser: Browser, reports: Mapping[str, Path]) -> Mapping[str, Print]:
    found = {}
    for name, report in reports.items():
        file = report.with_suffix(".pdf")
        tab = visit(browser, report, SCREENS[1], "dark").tab
        tab.pdf(path=str(file), prefer_css_page_size=True)
        tab.context.close()
        with PdfDocument(file) as sheets:
            texts = [re.sub(r"\s+", "", sheet.get_textpage().get_text_range()) for sheet in sheets]
            sizes = {(round(sheet.get_width()), round(sheet.get_height())) for sheet in sheets}
        found[name] = Print(file, texts, sizes)
    return found


@each_page
def test_every_sheet_is_a4_and_says_which_of_how_many_it_is(name: str, printed: Mapping[str, Print]) -> None:
    sheets = printed[name].texts
    number = len(sheets)
    assert number > {"mistakes": 1, "library": 10, "unreviewed": 10}.get(name, 30)
    assert printed[name].sizes == {(595, 842)}
    for place, text in enumerate(sheets, start=1):
        mark = f"page{place}of{number}" if name.endswith("-en") else f"第{place}页，共{number}页"
        assert mark in text
        # Something stands on the sheet besides its margins.
        assert len(text) > len(mark) + 20


def test_every_requirement_gets_on_paper(printed: Mapping[str, Print], reports: Mapping[str, Path]) -> None:
    text = "".join(printed["half-built"].texts)
    codes = re.findall(r'<span class="notation">[^<]*<code>([^<]+)</code>', reports["half-built"].read_text("utf-8"))
    assert len(codes) == 193
    assert [code for code in codes if code.replace(" ", "") not in text] == []


def test_the_head_of_a_table_stands_on_each_of_its_sheets(printed: Mapping[str, Print]) -> None:
    listed = [text for text in printed["half-built"].texts if text.count("https://example.org/") > 2]
    assert len(listed) > 3
    assert [text[:40] for text in listed if "签发单位签发到期支持的要求" not in text] == []


def test_all_fonts_are_in_the_file(printed: Mapping[str, Print]) -> None:
    fonts = [font for sheet in PdfReader(printed["half-built"].file).pages for font in fonts_of(sheet)]
    assert fonts
    assert [str(font.get("/BaseFont")) for font in fonts if not is_embedded(font)] == []
    assert "示例木业产业大脑" in printed["half-built"].texts[0]


def fonts_of(sheet: Any) -> Iterator[Any]:  # noqa: ANN401 - objects of a PDF
    for font in sheet["/Resources"].get("/Font", {}).values():
        kept = font.get_object()
        yield from (one.get_object() for one in kept.get("/DescendantFonts", [kept]))


def is_embedded(font: Any) -> bool:  # noqa: ANN401 - objects of a PDF
    """Whether its glyphs are in the file: drawn one by one (Type 3), or as a font program."""
    if font["/Subtype"] == "/Type3":
        return bool(font["/CharProcs"])
    described = font["/FontDescriptor"].get_object()
    return any(name in described for name in ("/FontFile", "/FontFile2", "/FontFile3"))
