"""Templates of pages, in which nothing from outside can do harm or deceive."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

_SHARED = Path(__file__).parent / "shared"
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LATIN = re.compile(r"[A-Za-z]{2}")
# What is not seen, or changes the order in which its neighbours are seen: controls, formats, fillers, non-characters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u0600-\u0605\u061c\u06dd\u070f\u08e2\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u2800\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def visible(text: str) -> str:
    """Text in which nothing is hidden: a character that cannot be seen, or turns others around, is named instead."""
    return _UNSEEN.sub(lambda found: f"⟦U+{ord(found.group()):04X}⟧", text)


def environment(folder: Path, lang: str) -> Environment:
    """Templates of a folder in one language: everything is escaped, nothing that is hidden or undefined is printed.

    What reports and pages share is there for all. ``t`` takes a text in Chinese and English, ``plain`` and ``say`` are
    filters for texts by language.
    """
    # Slow to import, and needed by one command only.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader([folder, _SHARED]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finished,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["t"] = lambda zh, en: en if lang == "en" else zh
    made.filters["plain"] = lambda texts: texts[lang]
    made.filters["say"] = _speaker(lang)
    return made


def _finished(value: object) -> object:
    """What a template prints: text in which nothing is hidden, or a whole number; anything else is its mistake."""
    if hasattr(value, "__html__") or type(value) is int:
        return value
    if isinstance(value, str):
        return visible(value)
    # An undefined value tells what is missing.
    str(value)
    message = f"a template prints {value!r}"
    raise TypeError(message)


def _speaker(lang: str) -> Callable[[Mapping[str, str] | str], object]:
    """Says a text in the page's language, or as it is, and marks one that is in the other."""
    from markupsafe import Markup

    def say(said: Mapping[str, str] | str) -> object:
        text = visible(said if isinstance(said, str) else said[lang])
        if lang == "en" and _HAN.search(text):
            return Markup('<span lang="zh-CN">{}</span>').format(text)
        # A string is a code or an address, and in no language unless it is Chinese.
        if lang == "zh" and not isinstance(said, str) and _LATIN.search(text) and not _HAN.search(text):
            return Markup('<span lang="en">{}</span>').format(text)
        return text

    return say
