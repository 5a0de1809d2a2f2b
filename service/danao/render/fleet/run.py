"""What came of a fleet, on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from danao.errors import Text
from danao.render import Renderer, escape
from danao.render.fleet.sheets import Cell, Sheet, number, word

_RESULTS = {"self": Text("自评", "self-assessed"), "verified": Text("核定", "verified")}


def show_summary(summary: dict[str, Any], lang: str) -> None:
    """Figures of a run: how many came to what, and why others did not."""
    renderer = Renderer(lang)
    day = _day(summary)
    renderer.say(
        f"{summary['inputs']} 份描述：计分 {summary['scored']}，拒收 {summary['refused']}，"
        f"读不了 {summary['unreadable']}；经审查 {summary['reviewed']}{day.zh}",
        f"{summary['inputs']} descriptions: {summary['scored']} scored, {summary['refused']} refused, "
        f"{summary['unreadable']} unreadable; {summary['reviewed']} reviewed{day.en}",
    )
    if summary["errors"]:
        table = renderer.table(("错误", "error", "left"), ("项数", "descriptions", "right"))
        for name, count in summary["errors"].items():
            table.add_row(escape(name), f"{count:,}")
        renderer.console.print(table)
    if left := summary["unmatched_examinations"]:
        shown = ", ".join(left[:5])
        renderer.say(
            f"有 {len(left)} 份审查没有对应的项目：{shown}", f"{len(left)} examinations are of no project: {shown}"
        )


def _day(summary: dict[str, Any]) -> Text:
    """The date of what was not reviewed; an examination has one of its own."""
    date, reviewed = summary["as_of"], summary["reviewed"]
    if reviewed and reviewed == summary["scored"]:
        return Text("", "")
    return Text(f"；{'其余的' * bool(reviewed)}基准日 {date}", f"; {'the others ' * bool(reviewed)}as of {date}")


def show_ranking(rows: Iterator[dict[str, Any]], result: str, lang: str, top: int) -> None:
    """The first of a ranking, and by which kind of result."""
    renderer = Renderer(lang)
    kind = _RESULTS[result]
    renderer.say(f"按{kind.zh}排名", f"ranking by the {kind.en} result")
    heads = [
        ("rank", Text("名次", "rank")),
        ("identifier", Text("标识", "identifier")),
        ("title", Text("项目", "project")),
        ("points", Text("得分", "points")),
        ("upper", Text("主张上限", "upper bound")),
        ("band", Text("等级", "band")),
    ]
    Sheet(heads, [_ranked(row, lang) for row in islice(rows, top)]).show(renderer, spare=["title"])


def _ranked(row: dict[str, Any], lang: str) -> dict[str, Cell | None]:
    language = "en" if lang == "en" else "zh"
    return {
        "rank": number(row["rank"], "integer"),
        "identifier": word(row["identifier"]),
        "title": word(row[f"title_{language}"]),
        "points": number(row["points"]),
        "upper": number(row["upper"]),
        "band": word(row[f"band_{language}"]),
    }
