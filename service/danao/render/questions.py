"""Questions and answers on a terminal and as CSV. Everything shown is computed elsewhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from danao.errors import Text
from danao.render import Renderer, escape

_NUMBERS = frozenset({"integer", "decimal", "double"})
# A spreadsheet would take a text that begins with one of these for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


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
    show_rows(renderer, heads, view["rows"])
    renderer.say(
        f"{len(view['rows'])} 行，来自 {view['projects']} 个已评估的项目。{view['answers']['zh']}。",
        f"{len(view['rows'])} rows from {view['projects']} assessed projects. {view['answers']['en']}.",
    )
    renderer.say(
        "条款由标准给出；要求的拆分是解读；得分是评分方案的约定。",
        "Clauses are the standard's; requirements are our reading; points are conventions of the scheme.",
    )


def show_rows(
    renderer: Renderer, heads: Sequence[tuple[str, dict[str, str]]], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Rows of cells as a table; columns of numbers are aligned right."""
    if not rows:
        renderer.say("没有符合的。", "Nothing found.")
        return
    table = renderer.table(
        *((label["zh"], label["en"], "right" if _is_number(name, rows) else "left") for name, label in heads)
    )
    places = {name: _places(name, rows) for name, _ in heads if _is_number(name, rows)}
    for row in rows:
        shown = ((plain(row[name], renderer.lang), places.get(name, 0)) for name, _ in heads)
        table.add_row(*(escape(_padded(text, most) if most else text) for text, most in shown))
    renderer.console.print(table)


def _is_number(name: str, rows: Iterable[Mapping[str, Any]]) -> bool:
    cells = [row[name] for row in rows if row[name] is not None]
    return bool(cells) and all(cell.get("type") in _NUMBERS for cell in cells)


def _places(name: str, rows: Iterable[Mapping[str, Any]]) -> int:
    """The most places after the point that a column has."""
    return max(len(row[name]["value"].partition(".")[2]) for row in rows if row[name] is not None)


def _padded(text: str, places: int) -> str:
    """A number with so many places, so that points stand below each other."""
    whole, _, rest = text.partition(".")
    return f"{whole}.{rest:0<{places}}" if whole else text


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
