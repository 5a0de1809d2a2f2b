"""A report as one HTML file that needs nothing else: no script, no style sheet, no image, no address is fetched.

The bytes depend on the assessment and the language only.
"""

from __future__ import annotations

import base64
import hashlib
from decimal import Decimal
from pathlib import Path
from typing import Any

from danao.exchange.charts import Axis, Radar, radar
from danao.exchange.contents import contents
from danao.exchange.environment import environment, visible
from danao.knowledge import Knowledge
from danao.pipeline import Assessment
from danao.render import OUTCOMES
from danao.view import KINDS


def page(assessment: Assessment, knowledge: Knowledge, lang: str, *, within: int) -> bytes:
    """The report of one assessment in one language, ``zh`` or ``en``, with what expires ``within`` so many days.

    Where the description has violations, it lists them with their fixes, and holds no score.
    """
    shown = contents(assessment, knowledge, within)
    made = environment(Path(__file__).parent / "templates", lang)
    made.globals["outcomes"] = {name: text.in_language(lang) for name, text in OUTCOMES.items()}
    style = made.get_template("style.css").render(shown)
    scored = shown["scored"]
    html = made.get_template("report.html" if scored else "refused.html").render(
        shown,
        lang=lang,
        style=style,
        policy=_policy(style),
        radars={kind: _radar(scored["whole"]["parts"], kind, lang) for kind in KINDS} if scored else {},
    )
    return html.encode()


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
