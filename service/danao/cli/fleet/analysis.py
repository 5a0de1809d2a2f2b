"""``danao fleet rank``, ``heatmap``, ``stats`` and ``ask``: what the results of a fleet tell."""

from __future__ import annotations

import enum
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import click

from danao.cli.declared import Argument, Option, command
from danao.cli.options import InLang, Lang, assigned, told
from danao.errors import Text

if TYPE_CHECKING:
    from danao.fleet.analysis.selection import Selection
    from danao.render.fleet.sheets import Sheet
    from danao.watch import Watch

# Rows of a table where nobody says how many; JSON and CSV have all.
_SHOWN = 50
# What an analysis may compute and take, whatever the files hold.
_SECONDS = 600
_SPACE = 8 << 30


class Result(enum.StrEnum):
    """Which of the two results."""

    self = "self"
    verified = "verified"


class Form(enum.StrEnum):
    """Forms of output."""

    table = "table"
    json = "json"
    csv = "csv"


_Folder = Annotated[
    Path, Argument(metavar="OUT", help="批量评估的输出目录。 Folder that 'danao fleet assess' wrote to.")
]
_Result = Annotated[Result, Option("--result", help="自评 self 或核定 verified。 Self-assessed or verified result.")]
_Where = Annotated[
    list[str] | None,
    Option(
        "--where",
        metavar="FACET=VALUE",
        help="只看这些项目，如 city=济南市，可重复。 Only projects with this value of a facet; may be repeated.",
    ),
]
_Top = Annotated[
    int | None,
    Option("--top", min=0, help="名次到第几，0 为全部；表格默认 50。 Ranks up to this one; 0 for all, 50 in tables."),
]
_Form = Annotated[Form, Option("--output", "-f", help="输出形式。 Form of the output.")]


@command
@told
def rank(
    folder: _Folder,
    result: _Result = Result.verified,
    by: Annotated[
        str | None, Option("--by", help="按哪个要素排，默认合计。 Code of an element; the total where unset.")
    ] = None,
    where: _Where = None,
    top: _Top = None,
    name: Annotated[str | None, Option("--name", help="标识或标题中含有的文字。 Text in identifier or title.")] = None,
    lang: InLang = Lang.zh,
    output: _Form = Form.table,
) -> None:
    """给批量评估的项目排名。 Rank the projects of a fleet."""
    _bounded(click.get_current_context().obj, lang)
    from danao.fleet.analysis.ranking import ranking
    from danao.fleet.analysis.selection import chosen
    from danao.render.fleet.ranking import ranking_sheet, show_ranking

    with chosen(folder, _selection(result, where)) as projects:
        view = ranking(projects, by=by, top=_most(top, output), name=name)
    if output is Form.table:
        show_ranking(view, lang.value, by_element=by is not None)
    else:
        _print(view, output, lang, lambda: ranking_sheet(view, lang.value))


@command
@told
def heatmap(
    folder: _Folder,
    result: _Result = Result.verified,
    level: Annotated[
        str | None,
        Option(
            "--level",
            help="层次（dimension indicator scenario），或取其下级的要素编号；默认 indicator。 "
            "A level, or the code of a whole; default indicator.",
        ),
    ] = None,
    where: _Where = None,
    top: _Top = None,
    lang: InLang = Lang.zh,
    output: _Form = Form.table,
) -> None:
    """项目 × 要素的达成度。 Attainment of projects in elements."""
    _bounded(click.get_current_context().obj, lang)
    from danao.fleet.analysis.heatmap import heatmap as mapped
    from danao.fleet.analysis.selection import chosen
    from danao.render.fleet.heatmap import heatmap_sheet, show_heatmap

    with chosen(folder, _selection(result, where)) as projects:
        view = mapped(projects, level=level, top=_most(top, output))
    if output is Form.table:
        show_heatmap(view, lang.value)
    else:
        _print(view, output, lang, lambda: heatmap_sheet(view, lang.value))


@command
@told
def stats(
    folder: _Folder,
    result: _Result = Result.verified,
    level: Annotated[
        str | None,
        Option(
            "--level",
            help="统计哪一层要素，或取其下级的要素编号；默认 dimension。 "
            "A level, or the code of a whole; default dimension.",
        ),
    ] = None,
    where: _Where = None,
    top: Annotated[int, Option("--top", min=1, help="列出几项短板。 How many common gaps.")] = 20,
    lang: InLang = Lang.zh,
    output: _Form = Form.table,
) -> None:
    """得分的分布与普遍的短板。 How scores are distributed, and what the whole fleet lacks."""
    _bounded(click.get_current_context().obj, lang)
    from danao.fleet.analysis.selection import chosen
    from danao.fleet.analysis.statistics import statistics
    from danao.output import print_json, print_text
    from danao.render.fleet.statistics import show_statistics, statistics_csv

    with chosen(folder, _selection(result, where)) as projects:
        view = statistics(projects, level=level, top=top)
    if output is Form.json:
        print_json(view)
    elif output is Form.csv:
        print_text(statistics_csv(view, lang.value))
    else:
        show_statistics(view, lang.value)


@command
@told
def ask(
    folder: Annotated[Path | None, Argument(metavar="OUT", help="批量评估的输出目录。 Folder of the results.")] = None,
    question: Annotated[str | None, Argument(help="问题的名称，见 --list。 Name of a question; see --list.")] = None,
    param: Annotated[
        list[str] | None, Option("--param", "-p", help="问题的参数，名=值，可重复。 A parameter, name=value.")
    ] = None,
    listed: Annotated[bool, Option("--list", help="列出全部问题。 List all questions.")] = False,
    sql: Annotated[
        Path | None, Option("--sql", help="自己的 SQL 查询文件，- 为标准输入。 A file with SQL of your own.")
    ] = None,
    rows: Annotated[int, Option("--rows", min=1, help="SQL 最多给出几行。 Rows of SQL at most.")] = 10_000,
    limit: Annotated[
        list[str] | None,
        Option("--limit", metavar="NAME=VALUE", help="SQL 的上限：seconds memory bytes。 Limits of SQL."),
    ] = None,
    result: _Result = Result.verified,
    where: _Where = None,
    lang: InLang = Lang.zh,
    output: _Form = Form.table,
) -> None:
    """向批量评估的结果提问。 Ask a question about the results of a fleet."""
    _bounded(click.get_current_context().obj, lang)
    if listed or folder is None or (question is None and sql is None):
        _list(lang, output)
    elif sql is not None:
        _ask_sql(folder, sql, rows, limit or [], lang, output)
    elif question is not None:
        _ask(folder, question, param or [], _selection(result, where), lang, output)


def _ask(folder: Path, question: str, param: list[str], selection: Selection, lang: Lang, output: Form) -> None:
    from danao.fleet.analysis.asking import answer, question_named
    from danao.fleet.analysis.selection import chosen
    from danao.output import print_json, print_text
    from danao.render.questions import as_csv, show_answer

    asked = question_named(question)
    with chosen(folder, selection) as projects:
        view = answer(asked, assigned(param, example="limit=60"), projects)
    if output is Form.json:
        print_json(view)
    elif output is Form.csv:
        print_text(as_csv([(one["name"], one["label"]) for one in view["columns"]], view["rows"], lang.value))
    else:
        show_answer(view, lang.value)


def _ask_sql(folder: Path, file: Path, rows: int, limit: list[str], lang: Lang, output: Form) -> None:
    from danao.fleet.analysis.adhoc import ask_sql
    from danao.inputs import opened
    from danao.limits import limits_of
    from danao.reading import decoded
    from danao.render.fleet.rows import rows_sheet, show_sql

    limits = limits_of(limit)
    source = opened(file, None, limits)
    view = ask_sql(folder, decoded(source, limits), source.name, limits, rows)
    if output is Form.table:
        show_sql(view, lang.value)
    else:
        _print(view, output, lang, lambda: rows_sheet(view))


def _list(lang: Lang, output: Form) -> None:
    from danao.fleet.analysis.asking import question_list
    from danao.output import print_json
    from danao.render.questions import show_questions

    view = question_list()
    if output is Form.json:
        print_json(view)
        return
    usage = Text(
        "提问：danao fleet ask 目录 问题 --param 参数=值 [--result self] [--where 分面=取值]；带 [ ] 的参数可以不写。",
        "Ask: danao fleet ask FOLDER QUESTION --param NAME=VALUE [--result self] [--where FACET=VALUE]; parameters in "
        "[ ] may be left out.",
    )
    show_questions(view, lang.value, usage)


def _selection(result: Result, where: list[str] | None) -> Selection:
    from danao.fleet.analysis.selection import Selection, conditions_of

    return Selection(result.value, conditions_of(where or ()))


def _most(top: int | None, output: Form) -> int | None:
    """The last rank that is shown; none where all are."""
    if top is None:
        return _SHOWN if output is Form.table else None
    return top or None


def _print(view: dict[str, Any], output: Form, lang: Lang, sheet: Callable[[], Sheet]) -> None:
    from danao.output import print_json, print_text

    if output is Form.json:
        print_json(view)
    else:
        print_text(sheet().as_csv(lang.value))


def _bounded(watch: Watch | None, lang: Lang) -> None:
    """Let the process that waits end this one when it computes too long; damaged files can make it."""
    if watch:
        from danao.sandbox import Bounds

        watch.lang = lang.value
        watch.rest(Bounds(_SECONDS, _SPACE))
