"""Questions and answers on a terminal and as CSV. Everything shown is computed elsewhere."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import gt
from typing import Any

from rich.cells import cell_len

from danao.errors import Text
from danao.render import Renderer, escape

_NUMBERS = frozenset({"integer", "decimal", "double"})
# A spreadsheet would take a text that begins with one of these for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Places after the point of what is computed with more, where a person looks at it.
PLACES = 4
# Names and codes, which are not broken up to this length; text that breaks anywhere gets this much room at least.
_UNBROKEN = re.compile(r"[!-~]+")
_LONGEST = 32
_NARROW = 16
# What stands between two columns.
_GAP = 3


ASK = Text(
    "提问：danao ask 问题 描述文件… --param 参数=值 [--examination 审查文件]；带 [ ] 的参数可以不写。",
    "Ask: danao ask QUESTION FILES… --param NAME=VALUE [--examination FILE]; parameters in [ ] may be left out.",
)


def show_questions(view: dict[str, Any], lang: str, usage: Text = ASK) -> None:
    """All questions, each with its parameters, and how one is asked."""
    renderer = Renderer(lang)
    for question in view["questions"]:
        renderer.console.print(f"[bold]{question['question']}[/]  {renderer.text(question['title'])}")
        for parameter in question["parameters"]:
            renderer.console.print(f"    {escape(_usage(parameter))}  [dim]{renderer.text(parameter['label'])}[/]")
    renderer.say(usage.zh, usage.en)


def _usage(parameter: dict[str, Any]) -> str:
    kind = parameter["kind"] + (f" of {parameter['of']}" if parameter["of"] else "")
    usage = f"{parameter['name']}={kind}"
    return usage if parameter["required"] else f"[{usage}]"


def show_answer(view: dict[str, Any], lang: str) -> None:
    """An answer as a table."""
    renderer = Renderer(lang)
    renderer.console.print(f"[bold]{renderer.text(view['title'])}[/]  {escape(view['question'])}")
    for parameter in view["parameters"]:
        if parameter["value"] is not None:
            shown = plain(parameter["value"], lang)
            renderer.console.print(f"  [dim]{renderer.text(parameter['label'])}[/] {escape(shown)}")
    heads = [(column["name"], column["label"]) for column in view["columns"]]
    show_rows(renderer, heads, view["rows"], places=PLACES)
    renderer.say(
        f"{len(view['rows'])} 行，来自 {view['projects']} 个已评估的项目。{view['answers']['zh']}。",
        f"{len(view['rows'])} rows from {view['projects']} assessed projects. {view['answers']['en']}.",
    )
    renderer.say(
        "条款由标准给出；要求的拆分是解读；得分是评分方案的约定。",
        "Clauses are the standard's; requirements are our reading; points are conventions of the scheme.",
    )


@dataclass(frozen=True)
class _Column:
    """A column of a table: its name and head, and a text for each row."""

    name: str
    head: str
    texts: Sequence[str]
    is_number: bool

    @property
    def unbroken(self) -> int:
        """How wide its longest name, code or number is."""
        words = (word for text in (self.head, *self.texts) for word in _UNBROKEN.findall(text))
        return min(max(map(len, words), default=0), _LONGEST)

    @property
    def natural(self) -> int:
        """How wide it is where there is room."""
        return max(cell_len(text) for text in (self.head, *self.texts))

    @property
    def least(self) -> int:
        """How much room it needs to be read."""
        widest = max(map(cell_len, self.texts))
        return max(self.unbroken, widest if self.is_number else min(widest, _NARROW))


def show_rows(
    renderer: Renderer,
    heads: Sequence[tuple[str, dict[str, str]]],
    rows: Sequence[Mapping[str, Any]],
    *,
    places: int | None = None,
    spare: Sequence[str] = (),
) -> None:
    """Rows of cells as a table; columns of numbers are aligned right.

    Of a number at most so many ``places`` are shown, the rest is cut off. Where the terminal is too narrow for all
    columns, those named ``spare`` are left out one by one, in that order, and named below the table.
    """
    if not rows:
        renderer.say("没有符合的。", "Nothing found.")
        return
    every = [_column(name, renderer.text(label), rows, renderer.lang, places) for name, label in heads]
    kept = _fitting(every, spare, renderer.console.width)
    table = renderer.table(*((one.head, one.head, "right" if one.is_number else "left") for one in kept))
    for shown, room in zip(table.columns, _widths(kept, renderer.console.width), strict=True):
        shown.width = room
    for texts in zip(*(one.texts for one in kept), strict=True):
        table.add_row(*map(escape, texts))
    renderer.console.print(table)
    if left := [one.head for one in every if one not in kept]:
        renderer.say(
            f"这里不够宽，没有列出：{'、'.join(left)}。加宽终端，或看 CSV。",
            f"Not shown for want of width: {', '.join(left)}. A wider terminal shows them, and so does CSV.",
        )


def _fitting(columns: Sequence[_Column], spare: Sequence[str], width: int) -> list[_Column]:
    """The columns that there is room for."""
    kept = list(columns)
    for name in spare:
        if sum(one.least + _GAP for one in kept) > width:
            kept = [one for one in kept if one.name != name]
    return kept


def _widths(columns: Sequence[_Column], width: int) -> list[int]:
    """The widths of columns: where there is too little room, the widest give way, down to the least they need."""
    found = [one.natural for one in columns]
    least = [one.least for one in columns]
    while sum(found) + _GAP * len(found) > width and any(map(gt, found, least)):
        _, widest = max((room, number) for number, room in enumerate(found) if room > least[number])
        found[widest] -= 1
    return found


def _column(name: str, head: str, rows: Sequence[Mapping[str, Any]], lang: str, most: int | None) -> _Column:
    is_number = _is_number(name, rows)
    texts = [plain(row[name], lang) for row in rows]
    if is_number:
        places = _places(name, rows)
        texts = [_with_places(text, places if most is None else min(places, most)) for text in texts]
    return _Column(name, head, texts, is_number)


def _is_number(name: str, rows: Iterable[Mapping[str, Any]]) -> bool:
    cells = [row[name] for row in rows if row[name] is not None]
    return bool(cells) and all(cell.get("type") in _NUMBERS for cell in cells)


def _places(name: str, rows: Iterable[Mapping[str, Any]]) -> int:
    """The most places after the point that a column has."""
    return max(len(row[name]["value"].partition(".")[2]) for row in rows if row[name] is not None)


def _with_places(text: str, places: int) -> str:
    """A number with so many places, so that points stand below each other."""
    whole, _, rest = text.partition(".")
    return f"{whole}.{rest[:places]:0<{places}}" if whole and places else text


def plain(cell: dict[str, Any] | None, lang: str) -> str:
    """A cell as text: the code and label of a thing, or a value."""
    if cell is None:
        return ""
    if "value" in cell:
        return str(cell["value"])
    label = cell["label"].get(lang) or cell["label"]["zh"]
    code = cell["notation"]
    return label if code in (None, "", label) else f"{code} {label}"


def as_csv(heads: Sequence[tuple[str, dict[str, str]]], rows: Iterable[Mapping[str, Any]], lang: str) -> str:
    """Rows of cells as CSV for a spreadsheet; what has an IRI gets a second column for it."""
    rows = list(rows)
    things = {name for name, _ in heads if any(row[name] is not None and "iri" in row[name] for row in rows)}
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(list(_head(heads, things, lang)))
    for row in rows:
        writer.writerow(list(_line(row, heads, things, lang)))
    # By its mark a spreadsheet knows the encoding.
    return "\N{ZERO WIDTH NO-BREAK SPACE}" + text.getvalue()


def _head(heads: Sequence[tuple[str, dict[str, str]]], things: set[str], lang: str) -> Iterator[str]:
    for name, label in heads:
        yield label.get(lang) or label["zh"]
        if name in things:
            yield f"{label.get(lang) or label['zh']} IRI"


def _line(
    row: Mapping[str, Any], heads: Sequence[tuple[str, dict[str, str]]], things: set[str], lang: str
) -> Iterator[str]:
    for name, _ in heads:
        cell = row[name]
        yield _harmless(plain(cell, lang), cell)
        if name in things:
            yield "" if cell is None else cell.get("iri", "")


def _harmless(text: str, cell: dict[str, Any] | None) -> str:
    is_number = cell is not None and cell.get("type") in _NUMBERS
    return f"'{text}" if text.startswith(_FORMULA) and not is_number else text
