"""What tables of a fleet share: sheets of cells, the lines above and below them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from danao.errors import Text
from danao.render import Renderer, escape
from danao.render.questions import PLACES, as_csv, show_rows

Cell = dict[str, Any]
# Of a long list on a terminal, its beginning.
FEW = 20
_KINDS = {"SelfAssessed": Text("自评", "self-assessed"), "Verified": Text("核定", "verified")}


@dataclass(frozen=True)
class Sheet:
    """Rows of cells under heads of (name, label)."""

    heads: Sequence[tuple[str, Text]]
    rows: Sequence[Mapping[str, Cell | None]]

    def as_csv(self, lang: str) -> str:
        """The sheet as CSV for a spreadsheet."""
        return as_csv(self._heads(), self.rows, lang)

    def show(
        self,
        renderer: Renderer,
        most: int | None = None,
        *,
        places: int | None = PLACES,
        spare: Sequence[str] = (),
    ) -> None:
        """The sheet as a table, at most so many rows of it; see :func:`show_rows`."""
        show_rows(renderer, self._heads(), self.rows[:most], places=places, spare=spare)

    def _heads(self) -> list[tuple[str, dict[str, str]]]:
        return [(name, label.as_json()) for name, label in self.heads]


def number(value: object, kind: str = "decimal") -> Cell | None:
    """A number as a cell, with the digits it has."""
    return None if value is None else {"value": str(value), "type": kind}


def word(value: str | None) -> Cell | None:
    """A text as a cell."""
    return None if value is None else {"value": value, "type": "string"}


def said(text: Mapping[str, str], lang: str) -> str:
    """A text of JSON output in one language."""
    return text.get(lang) or text["zh"]


def title(renderer: Renderer, view: Mapping[str, Any], what: Text) -> None:
    """What is shown, of which result, date and projects."""
    projects = view["projects"]
    result = _KINDS[view["result"]].in_language(renderer.lang)
    dates = [date for date in dict.fromkeys((view["asOf"]["first"], view["asOf"]["last"])) if date]
    day = " – ".join(dates) or ("none" if renderer.lang == "en" else "无")
    renderer.console.print(
        f"[bold]{escape(result)} {what.in_language(renderer.lang)}[/]  "
        f"{'as of' if renderer.lang == 'en' else '基准日'} {escape(day)}"
    )
    renderer.say(
        f"{projects['described']} 个项目：{projects['scored']} 个已计分，其中 {projects['reviewed']} 个经过审查；"
        f"{projects['refused']} 个未计分；另有 {projects['unread']} 份输入读不了。",
        f"{projects['described']} projects: {projects['scored']} scored, {projects['reviewed']} of them reviewed; "
        f"{projects['refused']} refused; {projects['unread']} more inputs could not be read.",
    )
    for condition in view["where"]:
        value = condition["value"]
        renderer.console.print(
            f"  [dim]{escape(condition['facet'])}[/] {escape(value['notation'] or '')} {renderer.text(value['label'])}"
        )


def footnote(renderer: Renderer) -> None:
    """What is the standard's, and what is convention."""
    renderer.say(
        "指标和权重由标准给出；要求的拆分是解读；得分和等级是评分方案的约定。",
        "Indicators and weights are the standard's; requirements are our reading; points and bands are conventions.",
    )
