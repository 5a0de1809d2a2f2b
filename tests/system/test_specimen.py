"""The parts of pages in both browsers: all is drawn, nothing is said, nothing is asked of other hosts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab
from pypdfium2 import PdfDocument

from tests.specimen import serving
from tests.system.browsers import BROWSERS, FLOOR, LAPTOP, MODERN, PHONE, SCREENS, Visit, launched, until, visiting
from tests.system.validity import axe_findings, html_errors_of

only_modern = pytest.mark.parametrize("browser", [MODERN], indirect=True)
each_theme = pytest.mark.parametrize("theme", ["light", "dark"])


@pytest.fixture(scope="module", params=BROWSERS)
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    with launched(request.param) as browser:
        yield browser


@pytest.fixture(scope="module")
def home() -> Iterator[str]:
    with serving() as server:
        yield server.address


@pytest.fixture
def visit(browser: Browser, home: str) -> Iterator[Visit]:
    with visiting(browser, home) as visit:
        yield visit


def drawn(visit: Visit) -> Tab:
    """The specimen, once everything that is drawn has been."""
    tab = visit.go("/")
    tab.wait_for_selector("#lines svg")
    tab.wait_for_selector("#heat canvas")
    tab.wait_for_selector("#chain canvas")
    return tab


def test_each_browser_is_the_one_that_is_meant(browser: Browser, request: pytest.FixtureRequest) -> None:
    number = int(browser.version.partition(".")[0])
    assert number == 90 if request.node.callspec.params["browser"] == FLOOR else number > 120


def test_what_fails_is_told_and_what_was_left_behind_is_not(visit: Visit) -> None:
    tab = visit.go("/")
    tab.route("**/never", lambda _: None)
    tab.route("**/refused", lambda route: route.abort("connectionrefused"))
    tab.evaluate("void fetch('/never')")
    tab.goto(f"{visit.home}/sparql.html")
    assert f"{visit.home}/never" in visit.asked
    assert visit.failed == []
    tab.evaluate("fetch('/refused').catch(() => null)")
    assert visit.failed == [f"net::ERR_CONNECTION_REFUSED {visit.home}/refused"]


def test_everything_is_drawn_without_a_word(visit: Visit) -> None:
    tab = drawn(visit)
    assert tab.locator("#radar-dimensions svg path").count() > 10
    assert "项目6" in (tab.locator("#radar-compare .key").text_content() or "")
    assert visit.faults == []


def test_what_points_at_a_chart_is_told_in_words(visit: Visit) -> None:
    tab = drawn(visit)
    tab.locator("#bars .plot").hover(position={"x": 300, "y": 60})
    tab.wait_for_selector("#bars .tip")
    assert "核定 82.1" in " ".join(tab.locator("#bars .tip").inner_text().split())
    assert visit.faults == []


def test_a_fragment_is_fetched_by_htmx_under_the_policy(visit: Visit) -> None:
    tab = drawn(visit)
    tab.evaluate("htmx.ajax('GET', '/fragment', {target: '.lede', swap: 'innerHTML'})")
    tab.wait_for_selector("#fetched")
    assert visit.faults == []


def test_a_chart_that_htmx_brings_is_drawn(visit: Visit) -> None:
    tab = drawn(visit)
    tab.evaluate("document.querySelector('#lines').classList.add('old')")
    tab.evaluate("htmx.ajax('GET', '/', {target: '#lines', select: '#lines', swap: 'outerHTML'})")
    tab.wait_for_selector("#lines:not(.old) svg")
    assert visit.faults == []


# ---- The keyboard ----


def test_a_heat_map_is_walked_by_keys(visit: Visit) -> None:
    tab = drawn(visit)
    tab.focus("#heat .plot")
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        tab.keyboard.press(key)
    # The first key shows the first cell; two go on from there.
    assert tab.locator("#heat-out").inner_text().startswith("示例项目 2 · 1.2 第 2 项 · ")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/#p2")
    assert visit.faults == []


def test_a_chain_is_walked_by_keys(visit: Visit) -> None:
    tab = drawn(visit)
    tab.focus("#chain .plot")
    said = []
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowLeft"):
        tab.keyboard.press(key)
        said.append(tab.locator("#chain-out").inner_text().partition(" · ")[0])
    assert said[0] == "原木供应"
    assert said[1] in {"人造板制造", "单板加工"}
    assert said[2] == "家具制造"
    assert said[3] in {"人造板制造", "单板加工"}
    assert visit.faults == []


def test_the_first_key_leads_to_the_content(visit: Visit) -> None:
    tab = drawn(visit)
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "content"


def test_on_a_phone_the_chain_runs_downwards(browser: Browser, home: str) -> None:
    with visiting(browser, home, screen=PHONE) as visit:
        tab = drawn(visit)
        tab.focus("#chain .plot")
        for key in ("ArrowDown", "ArrowDown", "ArrowDown"):
            tab.keyboard.press(key)
        assert tab.locator("#chain-out").inner_text().startswith("家具制造")


# ---- Trees ----


def test_a_tree_opens_closes_and_remembers(visit: Visit) -> None:
    tab = drawn(visit)
    opened = "[...document.querySelectorAll('#tree details:not(.why)')].filter(one => one.open).map(one => one.id)"
    assert tab.evaluate(opened) == ["d1", "i11"]
    tab.click("[data-tree=open]")
    assert tab.evaluate(opened) == ["d1", "i11", "i12", "d2"]
    tab.click("[data-tree=close]")
    tab.click("#d2 > summary")
    until(tab, lambda: "d2" in tab.evaluate("sessionStorage.getItem('danao-tree / tree') || ''"))
    tab.reload()
    assert tab.evaluate(opened) == ["d2"]
    tab.goto(f"{visit.home}/#r1")
    assert tab.evaluate(opened) == ["d1", "i11", "d2"]
    assert visit.faults == []


# ---- Themes ----


def ground(tab: Tab) -> str:
    return str(tab.evaluate("getComputedStyle(document.documentElement).backgroundColor"))


def test_the_theme_that_a_reader_chose_stays_and_is_there_at_once(visit: Visit) -> None:
    tab = drawn(visit)
    light = ground(tab)
    tab.select_option("[data-choice=theme]", "dark")
    dark = ground(tab)
    assert (light, dark) == ("rgb(255, 255, 255)", "rgb(19, 23, 28)")
    tab.reload(wait_until="commit")
    tab.wait_for_selector("body", state="attached")
    assert ground(tab) == dark
    tab.wait_for_load_state()
    tab.select_option("[data-choice=theme]", "")
    assert ground(tab) == light


@each_theme
def test_a_page_fits_every_screen_in_both_themes(browser: Browser, home: str, theme: str) -> None:
    for screen in SCREENS:
        with visiting(browser, home, screen=screen, theme=theme) as visit:
            tab = drawn(visit)
            assert tab.evaluate("document.documentElement.scrollWidth") <= screen[0]
            assert visit.faults == []


def test_nothing_moves_while_a_page_is_drawn(visit: Visit) -> None:
    tab = drawn(visit)
    tab.wait_for_timeout(200)
    moved = tab.evaluate(
        "new Promise(done => new PerformanceObserver(list => done(list.getEntries().map(one => one.value)))"
        ".observe({type: 'layout-shift', buffered: true}) || setTimeout(() => done([]), 300))"
    )
    assert sum(moved) < 0.01


def test_without_scripts_the_tables_stand_and_no_empty_place(browser: Browser, home: str) -> None:
    with visiting(browser, home, scripts=False) as visit:
        tab = visit.go("/")
        place = {name: tab.locator(name).bounding_box() for name in (*HIDDEN, *SHOWN)}
        assert [name for name in HIDDEN if place[name] is not None] == []
        assert [name for name in SHOWN if place[name] is None] == []
        assert visit.faults == []


HIDDEN = ("#lines .plot", "#chain .plot", "#heat .plot", "[data-choice=theme]", "[data-tree=open]")
SHOWN = ("#lines summary", "#chain .segments", "#i11 .requirement >> nth=0")


# ---- Paper ----


def test_on_paper_everything_is_open_and_dark_on_light(browser: Browser, home: str, tmp_path: Path) -> None:
    with visiting(browser, home, theme="dark") as visit:
        tab = drawn(visit)
        tab.pdf(path=str(tmp_path / "page.pdf"), prefer_css_page_size=True)
        assert visit.faults == []
        # What was closed before is closed again.
        assert not tab.locator("#d2").get_attribute("open")
    with PdfDocument(tmp_path / "page.pdf") as sheets:
        text = "".join(sheet.get_textpage().get_text_range() for sheet in sheets)
        corner = bytes(sheets[0].render().buffer[:3])
        assert {(round(sheet.get_width()), round(sheet.get_height())) for sheet in sheets} == {(595, 842)}
    assert "收起的内容，打印时展开。" in text
    assert "全部展开" not in text
    assert corner == b"\xff\xff\xff"


# ---- The editor ----


def test_the_editor_asks_our_endpoint_only(visit: Visit) -> None:
    tab = visit.go("/sparql.html#query=SELECT%20*%20WHERE%20%7B%7D&endpoint=https%3A%2F%2Felsewhere.example%2Fsparql")
    tab.wait_for_selector(".yasr table td >> text=71.25")
    tab.click("[data-query]")
    assert "LIMIT 5" in tab.locator(".tabPanel.active .CodeMirror-code").inner_text()
    assert f"{visit.home}/sparql" in visit.asked
    assert visit.faults == []


# ---- Everyone ----


@only_modern
@each_theme
@pytest.mark.parametrize("screen", [PHONE, LAPTOP])
def test_nothing_keeps_anyone_from_reading(
    theme: str, screen: tuple[int, int, int], home: str, browser: Browser
) -> None:
    with visiting(browser, home, screen=screen, theme=theme, policy=False) as visit:
        assert axe_findings(drawn(visit)) == []


@only_modern
@each_theme
def test_nothing_keeps_anyone_from_asking(theme: str, home: str, browser: Browser) -> None:
    with visiting(browser, home, theme=theme, policy=False) as visit:
        tab = visit.go("/sparql.html#query=ASK%20%7B%7D")
        tab.wait_for_selector(".yasr table td >> text=71.25")
        assert axe_findings(tab) == []


def test_the_pages_are_valid(home: str) -> None:
    pages = {path: urlopen(home + path).read().decode() for path in ("/", "/sparql.html")}  # noqa: S310 - our own
    assert html_errors_of(pages) == {path: [] for path in pages}
