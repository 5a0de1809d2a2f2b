"""A ranking on a terminal and as a sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from danao.errors import Text
from danao.render import OUTCOMES, Renderer, escape
from danao.render.fleet.sheets import FEW, Cell, Sheet, footnote, number, said, title, word

# How the columns of facets begin.
_FACET = "facet "


def ranking_sheet(view: dict[str, Any], lang: str) -> Sheet:
    """A ranking, a row a project; a column for each facet."""
    facets = [(_FACET + facet["name"], Text(**facet["label"])) for facet in view["facets"]]
    by_attainment = any(row["attainment"] is not None for row in view["rows"])
    heads = [
        ("rank", Text("名次", "rank")),
        ("identifier", Text("标识", "identifier")),
        ("title", Text("项目", "project")),
        *facets,
        ("points", Text("得分", "points")),
        ("upper", Text("主张上限", "upper bound")),
        *([("attainment", Text("达成度", "attainment"))] if by_attainment else []),
        ("band", Text("等级", "band")),
        *((name, OUTCOMES[name]) for name in OUTCOMES),
    ]
    return Sheet(heads, [_ranked(row, view, lang) for row in view["rows"]])


def _ranked(row: Mapping[str, Any], view: Mapping[str, Any], lang: str) -> dict[str, Cell | None]:
    joint = "、" if lang == "zh" else ", "
    facets = {
        _FACET + facet["name"]: word(
            joint.join(said(value["label"], lang) for value in row["facets"].get(facet["name"], ()))
        )
        for facet in view["facets"]
    }
    return {
        "rank": number(row["rank"], "integer"),
        "identifier": word(row["project"]["notation"]),
        "title": word(said(row["project"]["label"], lang)),
        **facets,
        "points": number(row["points"]),
        "upper": number(row["upperPoints"]),
        "attainment": number(row["attainment"]),
        "band": word(said(row["band"]["label"], lang)) if row["band"] else None,
        **{name: number(row[name], "integer") for name in OUTCOMES},
    }


def show_ranking(view: dict[str, Any], lang: str, *, by_element: bool) -> None:
    """A ranking as a table, by an element or else the total; then who has no rank, and why."""
    renderer = Renderer(lang)
    title(renderer, view, Text("排名", "ranking"))
    if by_element:
        element = _coded(view["element"])
        renderer.say(f"按要素排：{element.zh}", f"by element: {element.en}")
    sheet = ranking_sheet(view, lang)
    facets = [name for name, _ in sheet.heads if name.startswith(_FACET)]
    _narrow(sheet).show(renderer, spare=[*reversed(facets), "outcomes", "title"])
    if sheet.rows:
        renderer.say(
            "结论数：通过 / 存疑 / 未提供 / 不适用的要求数。",
            "Outcomes: requirements passed / cannot tell / not provided / not applicable.",
        )
    counts = view["counts"]
    renderer.say(
        f"{counts['ranked']} 个项目有名次，列出 {len(view['rows'])} 个；同分同名次，其后空出相应的名次。",
        f"{counts['ranked']} projects have a rank, {len(view['rows'])} are shown; equal points share a rank, and as "
        "many ranks after it are left out.",
    )
    _left_out(renderer, counts)
    _refused(renderer, view["refused"], counts["refused"])
    footnote(renderer)


def _coded(element: Mapping[str, Any]) -> Text:
    code = element["notation"] or ""
    return Text(**{lang: f"{code} {label}".strip() for lang, label in element["label"].items()})


def _narrow(sheet: Sheet) -> Sheet:
    """A ranking for a terminal: the numbers of outcomes in one column, and none for bands where there are none."""
    without = {*OUTCOMES, *([] if any(row["band"] for row in sheet.rows) else ["band"])}
    heads = [head for head in sheet.heads if head[0] not in without]
    rows = [{**row, "outcomes": word("/".join(_shown(row[name]) for name in OUTCOMES))} for row in sheet.rows]
    return Sheet([*heads, ("outcomes", Text("结论数", "outcomes"))], rows)


def _shown(cell: Cell | None) -> str:
    return "-" if cell is None else str(cell["value"])


def _left_out(renderer: Renderer, counts: Mapping[str, int]) -> None:
    if counts["notReviewed"]:
        renderer.say(
            f"{counts['notReviewed']} 个项目没有经过审查，没有核定，不排名。",
            f"{counts['notReviewed']} projects were not reviewed; they have no verified result and no rank.",
        )
    if counts["inapplicable"]:
        renderer.say(
            f"{counts['inapplicable']} 个项目在这里全部不适用，不排名。",
            f"{counts['inapplicable']} projects have no rank, because it is wholly inapplicable to them.",
        )


def _refused(renderer: Renderer, refused: Sequence[Mapping[str, Any]], count: int) -> None:
    if not count:
        return
    renderer.say(f"{count} 份没有计分，没有名次：", f"{count} were not scored and have no rank:")
    for row in refused[:FEW]:
        parts = (
            escape(row["identifier"] or ""),
            renderer.text(row["title"]),
            f"[dim]{escape(row['input'] or '')}[/]",
            escape(row["error"] or ""),
            renderer.text(row["message"]),
        )
        renderer.console.print("  " + " ".join(part for part in parts if part))
    if count > len(refused[:FEW]):
        renderer.say(f"  …另有 {count - len(refused[:FEW])} 份。", f"  … and {count - len(refused[:FEW])} more.")
