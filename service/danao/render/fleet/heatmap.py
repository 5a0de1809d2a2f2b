"""A heat map on a terminal and as a sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from rich.table import Table

from danao.errors import Text
from danao.render import Renderer, escape
from danao.render.fleet.sheets import Sheet, footnote, number, said, title, word

# Percent from which a sign and a colour hold; signs, so that a heat map tells without colours, and on any console.
_LEVELS = (
    (100, "#", "black on green"),
    (75, "+", "black on bright_green"),
    (50, "=", "black on yellow"),
    (25, "-", "black on bright_red"),
    (0, ".", "white on red"),
)
_NOTHING = ("0", "white on red")
# The longest identifier that is shown whole; of a longer one beginning and end, which tell it from others.
_NAMED, _BEGINNING, _END = 32, 19, 12
# What stands beside the elements and the identifiers: rank, points, and the gaps between.
BESIDE = 22
_GAP = 3


def heatmap_sheet(view: dict[str, Any], lang: str) -> Sheet:
    """A heat map, a row a project and a column an element; attainments from 0 to 1."""
    columns = [(f"element {element['iri']}", _coded(element)) for element in view["elements"]]
    heads = [
        ("rank", Text("名次", "rank")),
        ("identifier", Text("标识", "identifier")),
        ("title", Text("项目", "project")),
        ("points", Text("得分", "points")),
        *columns,
    ]
    rows = [
        {
            "rank": number(row["rank"], "integer"),
            "identifier": word(row["project"]["notation"]),
            "title": word(said(row["project"]["label"], lang)),
            "points": number(row["points"]),
            **{name: number(cell) for (name, _), cell in zip(columns, row["attainments"], strict=True)},
        }
        for row in view["rows"]
    ]
    return Sheet(heads, rows)


def _coded(element: Mapping[str, Any]) -> Text:
    code = element["notation"]
    return Text(**{lang: f"{code} {text}" if code else text for lang, text in element["label"].items()})


def show_heatmap(view: dict[str, Any], lang: str) -> None:
    """A heat map in as many tables as the terminal is too narrow for one."""
    renderer = Renderer(lang)
    title(renderer, view, Text("热力图", "heat map"))
    heads = [_short(element, number) for number, element in enumerate(view["elements"], start=1)]
    widest = max((len(head) for head in heads), default=0)
    named = max((cell_len(_clipped(row["project"]["notation"] or "")) for row in view["rows"]), default=0)
    room = max(1, (renderer.console.width - BESIDE - named) // (max(widest, 4) + _GAP))
    for first in range(0, len(heads) if view["rows"] else 0, room):
        renderer.console.print(_block(renderer, view, heads, range(first, min(first + room, len(heads)))))
    if not view["rows"]:
        renderer.say("没有符合的。", "Nothing found.")
    for head, element in zip(heads, view["elements"], strict=True):
        renderer.console.print(f"  {escape(head)} {renderer.text(element['label'])}")
    renderer.say(
        "达成度（%，舍去小数）：# 为 100，+ 为 75 起，= 为 50 起，- 为 25 起，. 不到 25，0 为没有，n/a 为不适用。",
        "Attainment in percent, rounded down: # is 100, + from 75, = from 50, - from 25, . below 25, 0 nothing, "
        "n/a inapplicable.",
    )
    footnote(renderer)


def _short(element: Mapping[str, Any], number: int) -> str:
    """The code of an element, or its number where the code would make a wide column."""
    code = element["notation"] or ""
    return code if 0 < len(code) <= 8 else f"({number})"  # noqa: PLR2004 - as many characters


def _block(renderer: Renderer, view: Mapping[str, Any], heads: Sequence[str], columns: range) -> Table:
    table = renderer.table(
        ("名次", "rank", "right"),
        ("标识", "identifier", "left"),
        ("得分", "points", "right"),
        *((heads[number], heads[number], "right") for number in columns),
    )
    for row in view["rows"]:
        table.add_row(
            str(row["rank"]),
            escape(_clipped(row["project"]["notation"] or "")),
            row["points"],
            *(tile(row["attainments"][number]) for number in columns),
        )
    return table


def _clipped(text: str) -> str:
    return text if len(text) <= _NAMED else f"{text[:_BEGINNING]}~{text[-_END:]}"


def tile(attainment: str | None) -> str:
    """A cell of a heat map: percent, a sign and a colour."""
    if attainment is None:
        return "[dim]n/a[/]"
    whole, _, rest = attainment.partition(".")
    percent = int(whole) * 100 + int(f"{rest:0<2}"[:2])
    if not any(digit not in "0." for digit in attainment):
        sign, style = _NOTHING
        return f"[{style}]{sign} [/]"
    sign, style = next((sign, style) for least, sign, style in _LEVELS if percent >= least)
    return f"[{style}]{percent}{sign}[/]"
