"""Statistics on a terminal and as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from danao.errors import Text
from danao.render import OUTCOMES, Renderer, escape
from danao.render.fleet.sheets import FEW, Cell, Sheet, footnote, number, title, word

# Characters of the longest bar.
_BAR = 40

_SPREAD = (
    ("least", Text("最低", "lowest")),
    ("quarter", Text("下四分位", "lower quartile")),
    ("median", Text("中位", "median")),
    ("threeQuarters", Text("上四分位", "upper quartile")),
    ("most", Text("最高", "highest")),
    ("mean", Text("平均", "mean")),
)
_PROJECTS = ("projects", Text("项目数", "projects"))


def _spread(row: Mapping[str, Any]) -> dict[str, Cell | None]:
    return {name: number(row[name]) for name, _ in _SPREAD}


def statistics_sheets(view: dict[str, Any]) -> Iterator[tuple[Text, Sheet]]:
    """The parts of a statistics document, each with its title."""
    yield Text("总分", "totals"), Sheet([_PROJECTS, *_SPREAD], [_counted(view["totals"]) | _spread(view["totals"])])
    yield Text("总分的分布", "distribution of totals"), _histogram(view["histogram"])
    yield Text("等级", "bands"), _bands(view["bands"])
    yield Text("各要素", "elements"), _elements(view["elements"])
    for facet in view["facets"]:
        yield Text(**facet["facet"]["label"]), _facet(facet["values"])
    yield Text("普遍的短板", "common gaps"), _gaps(view["gaps"])
    yield Text("没有通过的理由", "reasons why requirements did not pass"), _reasons(view["reasons"])
    yield Text("未计分的原因", "why inputs were not scored"), _errors(view["errors"])


def _counted(row: Mapping[str, Any]) -> dict[str, Cell | None]:
    return {"projects": number(row["projects"], "integer")}


def _histogram(bins: Sequence[Mapping[str, Any]]) -> Sheet:
    most = max((one["projects"] for one in bins), default=0) or 1
    heads = [("from", Text("从", "from")), ("to", Text("到", "to")), _PROJECTS, ("bar", Text("", ""))]
    rows = [
        {"from": number(one["from"]), "to": number(one["to"]), **_counted(one)}
        | {"bar": word("#" * -(-one["projects"] * _BAR // most))}
        for one in bins
    ]
    return Sheet(heads, rows)


def _bands(bands: Sequence[Mapping[str, Any]]) -> Sheet:
    heads = [("band", Text("等级", "band")), _PROJECTS, _SPREAD[0], _SPREAD[4]]
    rows = [
        {"band": one["band"], **_counted(one), "least": number(one["least"]), "most": number(one["most"])}
        for one in bands
    ]
    return Sheet(heads, rows)


def _elements(parts: Sequence[Mapping[str, Any]]) -> Sheet:
    heads = [
        ("element", Text("要素", "element")),
        _PROJECTS,
        ("weight", Text("权重", "weight")),
        *_SPREAD,
        ("medianAttainment", Text("达成度中位", "median attainment")),
        ("meanAttainment", Text("达成度平均", "mean attainment")),
    ]
    shares = ("weight", "medianAttainment", "meanAttainment")
    rows = [
        {"element": one["element"], **_counted(one), **_spread(one), **{name: number(one[name]) for name in shares}}
        for one in parts
    ]
    return Sheet(heads, rows)


def _facet(values: Sequence[Mapping[str, Any]]) -> Sheet:
    heads = [
        ("value", Text("取值", "value")),
        _PROJECTS,
        *(_SPREAD[2], _SPREAD[5], _SPREAD[4]),
        ("best", Text("最高的项目", "best project")),
        ("tied", Text("并列", "tied")),
    ]
    rows = [
        {
            "value": one["value"],
            **_counted(one),
            **{name: number(one[name]) for name in ("median", "mean", "most")},
            "best": one["best"],
            "tied": number(one["tied"], "integer"),
        }
        for one in values
    ]
    return Sheet(heads, rows)


def _gaps(gaps: Sequence[Mapping[str, Any]]) -> Sheet:
    heads = [
        ("requirement", Text("要求", "requirement")),
        ("projects", Text("适用的项目", "projects it applies to")),
        ("failed", OUTCOMES["failed"]),
        ("cantTell", OUTCOMES["cantTell"]),
        ("percent", Text("占比 %", "share %")),
        ("reason", Text("存疑最常见的理由", "most frequent reason of doubt")),
    ]
    rows = [
        {
            "requirement": one["requirement"],
            **{name: number(one[name], "integer") for name in ("projects", "failed", "cantTell")},
            "percent": number(one["percent"]),
            "reason": one["reason"],
        }
        for one in gaps
    ]
    return Sheet(heads, rows)


def _reasons(reasons: Sequence[Mapping[str, Any]]) -> Sheet:
    heads = [
        ("reason", Text("理由", "reason")),
        ("outcome", Text("结论", "outcome")),
        ("requirements", Text("次数", "times")),
        ("percent", Text("占比 %", "share %")),
    ]
    rows = [
        {
            "reason": one["reason"],
            "outcome": {"label": OUTCOMES[one["outcome"]].as_json(), "notation": None},
            "requirements": number(one["requirements"], "integer"),
            "percent": number(one["percent"]),
        }
        for one in reasons
    ]
    return Sheet(heads, rows)


def _errors(errors: Sequence[Mapping[str, Any]]) -> Sheet:
    heads = [
        ("error", Text("错误", "error")),
        ("inputs", Text("输入数", "inputs")),
        ("example", Text("例如", "for example")),
        ("message", Text("说明", "message")),
    ]
    rows = [
        {
            "error": word(one["error"]),
            "inputs": number(one["inputs"], "integer"),
            "example": word(one["example"]),
            "message": {"label": one["message"], "notation": None},
        }
        for one in errors
    ]
    return Sheet(heads, rows)


def show_statistics(view: dict[str, Any], lang: str) -> None:
    """Statistics as tables; of a long list its beginning."""
    renderer = Renderer(lang)
    title(renderer, view, Text("统计", "statistics"))
    for name, sheet in statistics_sheets(view):
        if not sheet.rows:
            continue
        renderer.console.print(f"[bold]{escape(name.in_language(lang))}[/]")
        sheet.show(renderer, FEW)
        if len(sheet.rows) > FEW:
            renderer.say(f"…另有 {len(sheet.rows) - FEW} 行。", f"… and {len(sheet.rows) - FEW} more rows.")
    renderer.say(
        "四分位取实际出现的值；平均值四舍五入；不适用的不计。",
        "A quartile is a value that occurs; means are rounded half up; what is inapplicable is left out.",
    )
    footnote(renderer)


def statistics_csv(view: dict[str, Any], lang: str) -> str:
    """Statistics as CSV: the parts below each other, each under a line with its title, a blank line between."""
    mark = "\N{ZERO WIDTH NO-BREAK SPACE}"
    parts = [
        f"{name.in_language(lang)}\r\n{sheet.as_csv(lang).removeprefix(mark)}"
        for name, sheet in statistics_sheets(view)
    ]
    return mark + "\r\n".join(parts)
