"""What came of a fleet, on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from danao.errors import Text
from danao.render import Renderer, escape

_RESULTS = {"self": Text("自评", "self-assessed"), "verified": Text("核定", "verified")}


def show_summary(summary: dict[str, Any], lang: str) -> None:
    """Figures of a run: how many came to what, and why others did not."""
    renderer = Renderer(lang)
    renderer.say(
        f"{summary['inputs']} 份描述：计分 {summary['scored']}，拒收 {summary['refused']}，"
        f"读不了 {summary['unreadable']}；经审查 {summary['reviewed']}；基准日 {summary['as_of']}",
        f"{summary['inputs']} descriptions: {summary['scored']} scored, {summary['refused']} refused, "
        f"{summary['unreadable']} unreadable; {summary['reviewed']} reviewed; as of {summary['as_of']}",
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


def show_ranking(rows: Iterator[dict[str, Any]], summary: dict[str, Any], result: str, lang: str, top: int) -> None:
    """The first of a ranking, and by which kind of result; nothing is verified where nobody reviewed."""
    renderer = Renderer(lang)
    kind = _RESULTS[result]
    if result == "verified" and not summary["reviewed"]:
        renderer.say("没有任何项目经过审查，不按核定排名。", "No project was reviewed; there is no verified ranking.")
        return
    renderer.say(f"按{kind.zh}排名", f"ranking by the {kind.en} result")
    table = renderer.table(
        ("名次", "rank", "right"),
        ("项目", "project", "left"),
        ("名称", "title", "left"),
        ("得分", "points", "right"),
        ("主张上限", "upper bound", "right"),
        ("等级", "band", "left"),
    )
    for row in islice(rows, top):
        name, band = (row[f"{column}_{'en' if lang == 'en' else 'zh'}"] or "" for column in ("title", "band"))
        values = (str(row["rank"]), row["identifier"], name, row["points"], row["upper"], band)
        table.add_row(*(escape(value) for value in values))
    renderer.console.print(table)
