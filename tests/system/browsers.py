"""The browsers that pages are looked at in: Debian's Chromium, and Chromium 90, the oldest that they must work in.

Both are driven by Playwright. Chromium 90 comes from npm (``make test-system``) and lacks one function that scripts of
Playwright's own call; it is given to those alone, so that pages get nothing that this browser does not have.
"""

from __future__ import annotations

import fcntl
import shutil
import tarfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import brotli
from playwright.sync_api import Browser, Playwright, Request, sync_playwright
from playwright.sync_api import Page as Tab

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache"
MODERN, FLOOR = "modern", "floor"
BROWSERS = (MODERN, FLOOR)
# Width, height and how many pixels of the screen one of the page takes: a phone, a laptop, the same at 200 %.
PHONE, LAPTOP, ZOOMED = SCREENS = ((360, 740, 3), (1366, 768, 1), (683, 384, 2))

_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
# How long to wait for something to be there, in milliseconds.
_PATIENCE = 240_000
# Addresses that are asked of no host: what is in the page, and the parts of the browser's own viewer of PDF.
_NO_HOST = ("data:", "blob:", "chrome:", "chrome-extension:")
# The failure of a request whose page was left for another one.
_LEFT = "net::ERR_ABORTED"
# What Chromium 105 brought and Playwright asks of an element; exact enough for it to wait until one is shown.
_LACKING = """
Element.prototype.checkVisibility ||= function () {
  for (let one = this; one; one = one.parentElement) if (getComputedStyle(one).display === "none") return false;
  return getComputedStyle(this).visibility === "visible";
};
"""


@contextmanager
def launched(name: str) -> Iterator[Browser]:
    """One of ``BROWSERS``, closed afterwards. Only one may run at a time."""
    with sync_playwright() as playwright:
        browser = _launch(playwright, _executable(name))
        try:
            yield browser
        finally:
            browser.close()


def _launch(playwright: Playwright, executable: Path) -> Browser:
    return playwright.chromium.launch(executable_path=executable, args=list(_FLAGS))


def _executable(name: str) -> Path:
    return _floor() if name == FLOOR else _modern()


def _modern() -> Path:
    path = shutil.which("chromium")
    assert path, "chromium is not installed: run make test-system"
    return Path(path)


def _floor() -> Path:
    """Chromium 90, unpacked once."""
    packed = HERE / "node_modules" / "chrome-aws-lambda" / "bin"
    assert packed.is_dir(), "chrome-aws-lambda is not installed: run make test-system"
    folder = CACHE / "chromium-90"
    CACHE.mkdir(exist_ok=True)
    # Whoever comes first unpacks it, of tests in several processes.
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "chromium").is_file():
            _unpack(packed, folder)
    return folder / "chromium"


def _unpack(packed: Path, folder: Path) -> None:
    """The libraries first, the browser last and at once, so that a half-unpacked one is never taken for whole."""
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=BytesIO(_expanded(packed / "swiftshader.tar.br"))) as archive:
        for member in archive:
            # The libraries stand beside one another. Debian's Python knows no filter of members yet.
            if (file := archive.extractfile(member)) is not None:
                (folder / Path(member.name).name).write_bytes(file.read())
    part = folder / "chromium.part"
    part.write_bytes(_expanded(packed / "chromium.br"))
    part.chmod(0o755)
    part.rename(folder / "chromium")


def _expanded(path: Path) -> bytes:
    whole: bytes = brotli.decompress(path.read_bytes())
    return whole


# ---- Visits ----


@dataclass(frozen=True)
class Visit:
    """A tab, with what its pages said, asked for and did not get.

    ``home`` is the address that they may ask; ``said`` are errors and warnings of the console, violations of the
    policy among them, and errors that no script caught. What a page was still waiting for when its reader went on to
    another one did not fail.
    """

    tab: Tab
    home: str
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def abroad(self) -> list[str]:
        """What was asked of other hosts."""
        return [url for url in self.asked if not url.startswith((f"{self.home}/", *_NO_HOST))]

    @property
    def faults(self) -> list[str]:
        """Everything that a page must not do; none of a good one."""
        return [*self.said, *(f"asked {url}" for url in self.abroad), *(f"failed {one}" for one in self.failed)]

    def go(self, path: str) -> Tab:
        """Open a page below the home and wait until it has loaded."""
        self.tab.goto(self.home + path)
        return self.tab


@contextmanager
def visiting(  # noqa: PLR0913 - as many things differ from visitor to visitor
    browser: Browser,
    home: str,
    *,
    screen: tuple[int, int, int] = LAPTOP,
    theme: Any = "light",  # noqa: ANN401 - one of the browser's own words
    language: str = "zh-CN",
    scripts: bool = True,
    policy: bool = True,
    motion: Any = "no-preference",  # noqa: ANN401 - one of the browser's own words
    headers: Mapping[str, str] | None = None,
) -> Iterator[Visit]:
    """A new visitor without a past: the size of the window, the theme and language asked for, with or without scripts.

    ``policy=False`` sets the content security policy aside, which tools that are put into a page may need. Without
    scripts, Playwright cannot tell in Chromium 90 whether something is visible; ask for its ``bounding_box``.
    """
    context = browser.new_context(
        viewport={"width": screen[0], "height": screen[1]},
        device_scale_factor=screen[2],
        color_scheme=theme,
        locale=language,
        java_script_enabled=scripts,
        bypass_csp=not policy,
        reduced_motion=motion,
        extra_http_headers=dict(headers or {}),
    )
    try:
        context.set_default_timeout(_PATIENCE)
        tab = context.new_page()
        _complete(tab)
        visit = Visit(tab, home.rstrip("/"))
        _listen(visit)
        yield visit
    finally:
        context.close()


def _complete(tab: Tab) -> None:
    """Give what is lacking to the world of Playwright's own scripts, which pages do not see."""
    session = tab.context.new_cdp_session(tab)
    worlds: set[str] = set()
    session.on("Runtime.executionContextCreated", lambda event: worlds.add(event["context"]["name"]))
    session.send("Runtime.enable")
    session.send("Page.enable")
    for world in worlds - {""}:
        session.send("Page.addScriptToEvaluateOnNewDocument", {"source": _LACKING, "worldName": world})
    session.send("Runtime.disable")


def _listen(visit: Visit) -> None:
    tab = visit.tab
    tab.on("console", lambda said: visit.said.append(said.text) if said.type in {"error", "warning"} else None)
    tab.on("pageerror", lambda error: visit.said.append(str(error)))
    tab.on("request", lambda request: visit.asked.append(request.url))
    tab.on("requestfailed", lambda request: visit.failed.extend(_failures(request)))
    tab.on("response", lambda got: visit.failed.append(f"{got.status} {got.url}") if got.status >= 400 else None)


def too_wide(tab: Tab) -> list[tuple[int, int, int]]:
    """The screens that the open page is wider than; its window is made as large as each, one after the other."""
    found = []
    for width, height, scale in SCREENS:
        tab.set_viewport_size({"width": width, "height": height})
        if tab.evaluate("document.documentElement.scrollWidth") > width:
            found.append((width, height, scale))
    return found


def _failures(request: Request) -> list[str]:
    """How a request failed, with its address; nothing where its page was left."""
    return [] if request.failure == _LEFT else [f"{request.failure} {request.url}"]


def until(tab: Tab, holds: Callable[[], object]) -> None:
    """Wait until something holds, while the browser goes on.

    Playwright's own ``wait_for_function`` needs ``eval`` in the page, which the policy refuses.
    """
    end = time.monotonic() + _PATIENCE / 1000
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        tab.wait_for_timeout(50)
