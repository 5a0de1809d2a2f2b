"""The style sheets: colours can be read, both ways to the dark theme agree, no rule needs a newer browser."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

STATIC = files("danao") / "web" / "static"
# Those that every page loads, and those of single pages, of which it loads one.
COMMON = ("tokens", "frame", "parts", "print")
OWN = ("model", "overview", "reference", "sparql")
NAMES = (*COMMON, *OWN)
SHEETS = {name: (STATIC / "css" / f"{name}.css").read_text(encoding="utf-8") for name in NAMES}
ALL = "\n".join(SHEETS.values())
SCRIPTS = "\n".join(one.read_text(encoding="utf-8") for one in (STATIC / "js").iterdir())

_BLOCK = re.compile(r"(:root[^{]*)\{([^}]*)\}")
_TOKEN = re.compile(r"--([\w-]+):\s*([^;]+);")
BLOCKS = {selector.strip(): dict(_TOKEN.findall(body)) for selector, body in _BLOCK.findall(SHEETS["tokens"])}
LIGHT = BLOCKS[":root"]
SYSTEM_DARK = BLOCKS[':root:not([data-theme="light"])']
CHOSEN_DARK = BLOCKS[':root[data-theme="dark"]']
THEMES = {"light": LIGHT, "dark": LIGHT | SYSTEM_DARK}
each_theme = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)

GROUNDS = ("paper", "wash", "notice", "alarm")
INKS = ("ink", "soft", "link", "passed", "cannot", "failed", "apart")
# What is seen without being read: borders of things to press, marks in charts, the ring of the focus.
SHAPES = ("strong", "focus", "self", "verified")
SERIES = tuple(f"series-{number}" for number in range(1, 7))


def light_of(colour: str) -> float:
    """The relative luminance of a colour, as WCAG 2.2 defines it."""
    digits = colour.removeprefix("#")
    full = digits if len(digits) == 6 else "".join(letter * 2 for letter in digits)
    parts = [int(full[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((light_of(one), light_of(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_contrast_of_known_pairs_is_computed_as_known() -> None:
    assert contrast("#fff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@each_theme
def test_every_ink_can_be_read_on_every_ground(theme: dict[str, str]) -> None:
    faint = {(i, g): contrast(theme[i], theme[g]) for i in INKS for g in GROUNDS if contrast(theme[i], theme[g]) < 4.5}
    assert faint == {}


@each_theme
def test_shapes_and_series_stand_out_from_every_ground(theme: dict[str, str]) -> None:
    marks = (*SHAPES, *SERIES)
    faint = {(m, g): contrast(theme[m], theme[g]) for m in marks for g in GROUNDS if contrast(theme[m], theme[g]) < 3}
    assert faint == {}


@each_theme
def test_what_is_written_on_colour_can_be_read(theme: dict[str, str]) -> None:
    pairs = [("paper", "verified"), ("paper", "link")]
    pairs += [("heat-ink-low" if step < 8 else "heat-ink-high", f"heat-{step}") for step in range(11)]
    assert {
        pair: contrast(theme[pair[0]], theme[pair[1]])
        for pair in pairs
        if contrast(theme[pair[0]], theme[pair[1]]) < 4.5
    } == {}


@each_theme
def test_more_of_a_share_stands_out_more(theme: dict[str, str]) -> None:
    steps = [contrast(theme[f"heat-{step}"], theme["paper"]) for step in range(11)]
    assert steps == sorted(steps)
    assert steps[10] > 9


def test_both_ways_to_the_dark_theme_give_the_same_colours() -> None:
    assert SYSTEM_DARK == CHOSEN_DARK
    coloured = {name for name, value in LIGHT.items() if value.startswith("#")}
    assert set(SYSTEM_DARK) == coloured


def test_colours_are_named_in_one_place() -> None:
    for name in NAMES[1:]:
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)", SHEETS[name].replace("#hatch", "")) == []


def test_every_token_used_is_there_and_every_token_is_used() -> None:
    by_scripts = set(re.findall(r"""(?:var\(--|colour\(")([\w-]+)""", SCRIPTS)) | {f"heat-{step}" for step in range(11)}
    used = set(re.findall(r"var\(--([\w-]+)\)", ALL)) | by_scripts
    assert used == set(LIGHT)


# What came after Chromium 90 and would take a rule away there; what is merely ignored, such as text-wrap, is fine.
NEWER = (
    *(":has(", "@container", "color-mix(", "@layer", "@scope", "@starting-style", "light-dark(", "oklch(", "oklab("),
    *("dvh", "svh", "lvh", "cqi", "cqw", "subgrid", ":user-invalid", "@media (width", "anchor(", "&:", "& ", "&."),
    *(":popover-open", "translate:", "rotate:", "scale:", "mask:", "inert", "(scripting"),
)


def test_no_style_needs_more_than_chromium_90() -> None:
    assert [word for word in NEWER if word in ALL] == []
    assert ALL.count("{") == ALL.count("}")


# Functions and syntax that came after Chromium 90.
NEWER_SCRIPT = (
    ".at(",
    "structuredClone",
    "Object.hasOwn",
    ".findLast",
    ".toSorted",
    ".replaceAll(/",
    "randomUUID",
    ".groupBy",
)


def test_no_script_needs_more_than_chromium_90() -> None:
    assert [word for word in NEWER_SCRIPT if word in SCRIPTS] == []


def test_nothing_is_fetched_from_elsewhere_and_little_from_here() -> None:
    assert re.findall(r"https?:|@import|url\((?!#hatch\))", ALL) == []
    assert re.findall(r"https?:[^\"]+", SCRIPTS) == ["http://www.w3.org/2000/svg"]
    assert sum(len(SHEETS[name].encode()) for name in COMMON) < 37_000
    assert max(len(SHEETS[name].encode()) for name in OWN) < 5_000
    assert len(SCRIPTS.encode()) < 40_000


def test_scripts_write_no_html_and_no_inline_style() -> None:
    assert (
        re.findall(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|setAttribute\(\"style", SCRIPTS
        )
        == []
    )
