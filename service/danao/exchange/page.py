"""A report as one HTML file that needs nothing else: no script, no style sheet, no image, no address is fetched.

The bytes depend on the assessment and the language only.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from danao.exchange.charts import Axis, Radar, radar
from danao.exchange.contents import contents
from danao.knowledge import Knowledge
from danao.pipeline import Assessment
from danao.render import OUTCOMES
from danao.view import KINDS

if TYPE_CHECKING:
    from jinja2 import Environment

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LATIN = re.compile(r"[A-Za-z]{2}")
# What is not seen, or changes the order in which its neighbours are seen: controls, formats, fillers, non-characters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u0600-\u0605\u061c\u06dd\u070f\u08e2\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u2800\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def page(assessment: Assessment, knowledge: Knowledge, lang: str, *, within: int) -> bytes:
    """The report of one assessment in one language, ``zh`` or ``en``, with what expires ``within`` so many days.

    Where the description has violations, it lists them with their fixes, and holds no score.
    """
    shown = contents(assessment, knowledge, within)
    environment = _environment(lang)
    style = environment.get_template("style.css").render(shown)
    scored = shown["scored"]
    html = environment.get_template("report.html" if scored else "refused.html").render(
        shown,
        lang=lang,
        style=style,
        policy=_policy(style),
        radars={kind: _radar(scored["whole"]["parts"], kind, lang) for kind in KINDS} if scored else {},
    )
    return html.encode()


def visible(text: str) -> str:
    """Text in which nothing is hidden: a character that cannot be seen, or turns others around, is named instead."""
    return _UNSEEN.sub(lambda found: f"⟦U+{ord(found.group()):04X}⟧", text)


def _policy(style: str) -> str:
    """What a browser may load for this page: its one style, by digest, and pictures that are part of it."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"


def _radar(tops: list[dict[str, Any]], kind: str, lang: str) -> Radar | None:
    """The topmost elements in one result, points over the upper bound; what is inapplicable in it has no spoke."""
    shown = [top for top in tops if top["results"][kind]["attainment"] is not None]
    return radar(
        [Axis(visible(top["label"][lang]), visible(top["notation"]), top["results"][kind]["share"]) for top in shown],
        {
            name: [Decimal(top["results"][kind][measure]) for top in shown]
            for name, measure in (("bound", "upperAttainment"), ("points", "attainment"))
        },
    )


def _environment(lang: str) -> Environment:
    # Slow to import, and needed by one command only.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finished,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["t"] = lambda zh, en: en if lang == "en" else zh
    environment.globals["outcomes"] = {name: text.in_language(lang) for name, text in OUTCOMES.items()}
    environment.filters["plain"] = lambda texts: texts[lang]
    environment.filters["say"] = _speaker(lang)
    return environment


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
