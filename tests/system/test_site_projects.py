"""Overview, projects, signing in and the first run, as people go through them in both browsers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from danao.knowledge import Knowledge
from danao.registry.evidence import evidence_sent
from danao.registry.submit import submit
from danao.web.app import create_app
from danao.web.readers import Scope
from danao.web.service import Service
from danao.web.tokens import Wanted, make_token
from tests.api import READERS, copied_registry
from tests.registering import assessed, at, held, text_of
from tests.system.browsers import BROWSERS, LAPTOP, MODERN, PHONE, Visit, launched, too_wide, until, visiting
from tests.system.validity import axe_findings, contrast_findings, html_errors_of
from tests.web import app_for, listening, serving

PAGES = (
    "/",
    "/?lang=en&result=SelfAssessed",
    "/heat",
    "/projects/sd-wood-2025",
    "/projects/sd-wood-2025/why/6-1-2-governance",
    "/projects/sd-wood-2025/why/6-1-2?lang=en",
    "/projects/sd-wood-2025/evidence",
    "/projects/small/history",
    "/sign-in",
    "/projects/nobody",
)
OFFICES = ("/projects/hidden-one", "/projects/sd-wood-2025/gaps", "/projects/small/difference", "/sign-in")
only_modern = pytest.mark.parametrize("browser", [MODERN], indirect=True)


@pytest.fixture(scope="module", params=BROWSERS)
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    with launched(request.param) as browser:
        yield browser


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Iterator[Service]:
    with serving(copied_registry(tmp_path_factory, knowledge)) as service:
        yield service


@pytest.fixture(scope="module")
def home(service: Service) -> Iterator[str]:
    with listening(create_app(service)) as address:
        yield address


@pytest.fixture(scope="module")
def secret(service: Service) -> str:
    return make_token(service.state, Wanted("主管单位", frozenset({Scope.admin})), "2026-11-30T00:00:00+08:00")[1]


@pytest.fixture
def visit(browser: Browser, home: str) -> Iterator[Visit]:
    with visiting(browser, home) as visit:
        yield visit


def sign_in(visit: Visit, secret: str) -> None:
    tab = visit.go("/sign-in")
    tab.fill("#token", secret)
    tab.click("main .button.primary")
    tab.wait_for_url(f"{visit.home}/")


# ---- Journeys ----


def test_projects_are_filtered_sorted_and_opened(visit: Visit) -> None:
    tab = visit.go("/")
    tab.wait_for_selector(".plot.heat canvas")
    tab.select_option("#result", "SelfAssessed")
    tab.wait_for_url("**result=SelfAssessed**")
    tab.wait_for_selector("#projects td.num")
    tab.fill("#q", "wood")
    tab.press("#q", "Enter")
    tab.wait_for_url("**q=wood**")
    expect(tab.locator("#projects .projects tbody tr")).to_have_count(1)
    tab.wait_for_selector(".plot.heat canvas")
    tab.click("#projects .projects tbody th a")
    tab.wait_for_selector("#chart-indicators svg")
    assert visit.faults == []


def test_a_reason_is_opened_in_its_place(visit: Visit) -> None:
    tab = visit.go("/projects/sd-wood-2025")
    tab.wait_for_selector(".plot.graph canvas")
    tab.click("text=全部展开")
    first = tab.locator(".requirement details.why").first
    first.locator("summary").click()
    first.locator(".math").first.wait_for()
    assert visit.faults == []


@only_modern
def test_evidence_is_opened_at_the_page_that_is_cited(browser: Browser, tmp_path: Path, knowledge: Knowledge) -> None:
    assessment = assessed(knowledge, text_of("small"))
    with held(tmp_path / "registry") as registry:
        files = evidence_sent(assessment.description, {"audit.pdf": pages_of(browser, 5)})
        submit(registry, assessment, at(1), files)
    with (
        serving(tmp_path / "registry") as service,
        listening(app_for(service, READERS["office"])) as home,
        visiting(browser, home) as visit,
    ):
        tab = visit.go("/projects/small/why/6-4-6-procurement-cost")
        tab.set_viewport_size({"width": 1366, "height": 768})
        tab.click("text=打开文件 >> nth=0")
        # Beside the requirement, in the browser's own viewer, which reads the page from the address.
        until(tab, lambda: any(frame.url.startswith("chrome-extension:") for frame in tab.frames))
        assert str(tab.locator("#beside iframe").get_attribute("src")).endswith("#page=4")
        why, beside = (tab.locator(name).bounding_box() for name in ("#why-head", "#beside"))
        assert why is not None
        assert beside is not None
        assert why["x"] + why["width"] <= beside["x"]
        tab.keyboard.press("Escape")
        expect(tab.locator("#beside")).to_be_hidden()
        # Without room for both, in a tab of its own.
        tab.set_viewport_size({"width": 720, "height": 900})
        with tab.expect_popup() as opened:
            tab.click("text=打开文件 >> nth=0")
        until(tab, lambda: any(frame.url.startswith("chrome-extension:") for frame in opened.value.frames))
        assert opened.value.url.endswith("#page=4")
        assert visit.faults == []


def pages_of(browser: Browser, number: int) -> bytes:
    """A PDF of so many pages."""
    tab = browser.new_page()
    try:
        tab.set_content("".join(f"<h1 style='break-after: page'>{one}</h1>" for one in range(1, number + 1)))
        made: bytes = tab.pdf()
        return made
    finally:
        tab.close()


def test_the_heat_map_is_read_by_keys(visit: Visit) -> None:
    tab = visit.go("/heat")
    tab.wait_for_selector(".plot.heat canvas")
    tab.focus(".plot.heat")
    tab.keyboard.press("ArrowDown")
    assert "·" in tab.locator("#heat-out").inner_text()
    assert visit.faults == []


def test_signing_in_shows_what_is_not_published_until_one_signs_out(visit: Visit, secret: str) -> None:
    assert "hidden-one" not in visit.go("/").content()
    sign_in(visit, secret)
    assert visit.tab.locator(".access.unpublished").count() == 3
    visit.go("/projects/small/history").click("main .button.primary")
    visit.tab.wait_for_selector("table.diff")
    visit.go("/sign-in").click("main .button.primary")
    visit.tab.wait_for_url(f"{visit.home}/")
    assert "hidden-one" not in visit.tab.content()
    assert visit.faults == []


def test_the_first_run_is_one_click(browser: Browser, tmp_path: Path) -> None:
    with (
        serving(tmp_path / "registry") as service,
        listening(create_app(service)) as home,
        visiting(browser, home) as visit,
    ):
        tab = visit.go("/")
        tab.click("main .button.primary")
        tab.wait_for_selector("#projects .projects")
        assert tab.locator("#projects .projects tbody tr").count() == 4
        assert visit.faults == []


def test_pages_serve_without_scripts(browser: Browser, home: str) -> None:
    with visiting(browser, home, scripts=False) as visit:
        for path in PAGES[:-1]:
            tab = visit.go(path)
            assert tab.locator("h1").bounding_box()
        assert visit.faults == []


# ---- How pages are ----


def looked_through(visit: Visit, paths: tuple[str, ...]) -> dict[str, str]:
    """The pages at some paths as they were sent, after axe-core found nothing on any of them."""
    found = {}
    for path in paths:
        tab = visit.go(path)
        tab.wait_for_load_state("networkidle")
        assert axe_findings(tab) == [], path
        answer = tab.request.get(visit.home + path, headers={"Accept": "text/html"})
        found[path] = answer.text()
    return found


@only_modern
def test_pages_are_valid_and_open_to_all(browser: Browser, home: str) -> None:
    with visiting(browser, home, policy=False) as visit:
        pages = looked_through(visit, PAGES)
    assert {path: errors for path, errors in html_errors_of(pages).items() if errors} == {}


@only_modern
def test_pages_of_the_office_are_valid_and_open_to_all(browser: Browser, home: str, secret: str) -> None:
    with visiting(browser, home, policy=False) as visit:
        sign_in(visit, secret)
        pages = looked_through(visit, OFFICES)
    assert {path: errors for path, errors in html_errors_of(pages).items() if errors} == {}


@only_modern
def test_no_page_is_wider_than_its_screen(browser: Browser, home: str) -> None:
    with visiting(browser, home) as visit:
        wide = {path: too_wide(visit.go(path)) for path in PAGES}
    assert {path: screens for path, screens in wide.items() if screens} == {}


@only_modern
@pytest.mark.parametrize("screen", [LAPTOP, PHONE])
def test_the_dark_theme_has_contrast_too(browser: Browser, home: str, screen: tuple[int, int, int]) -> None:
    with visiting(browser, home, policy=False, theme="dark", screen=screen) as visit:
        for path in ("/", "/projects/sd-wood-2025"):
            tab = visit.go(path)
            tab.wait_for_load_state("networkidle")
            assert contrast_findings(tab) == []
