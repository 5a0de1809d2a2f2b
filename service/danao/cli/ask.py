"""``danao ask`` and ``danao query``."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from danao.cli.assess import exit_by, problems_to_stderr
from danao.cli.declared import Argument, Option, command
from danao.cli.options import InLang, Lang, assigned, reading, told
from danao.errors import Text, UsageError

if TYPE_CHECKING:
    from danao.corpus import Corpus
    from danao.inputs import Options
    from danao.pipeline import Assessment


class Answered(enum.StrEnum):
    """Forms of an answer."""

    table = "table"
    json = "json"
    csv = "csv"


class Queried(enum.StrEnum):
    """Forms of what a query gives: rows as the first three, triples as the last two."""

    table = "table"
    json = "json"
    csv = "csv"
    turtle = "turtle"
    jsonld = "jsonld"


@command
@told
@reading
def ask(
    options: Options,
    question: Annotated[str | None, Argument(help="问题的名称，见 --list。 Name of a question; see --list.")] = None,
    files: Annotated[
        list[Path] | None, Argument(help="描述文件，- 为标准输入。 Description files; - is standard input.")
    ] = None,
    param: Annotated[
        list[str] | None, Option("--param", "-p", help="问题的参数，名=值，可重复。 A parameter, name=value.")
    ] = None,
    listed: Annotated[bool, Option("--list", help="列出全部问题。 List all questions.")] = False,
    lang: InLang = Lang.zh,
    output: Annotated[Answered, Option("--output", "-f", help="输出形式。 Form of the output.")] = Answered.table,
) -> None:
    """向一批项目提问。 Ask a question about many projects."""
    from danao.output import print_json, print_text
    from danao.questions import answer, question_named
    from danao.render.questions import as_csv, show_answer

    if listed or question is None:
        _list(options, lang, output)
        return
    given = assigned(param or (), example="before=2026-06-30")
    corpus, unscored = _corpus(files or [], options, lang, question=question)
    view = answer(question_named(question, corpus.knowledge), given, corpus)
    if output is Answered.json:
        print_json(view)
    elif output is Answered.csv:
        print_text(as_csv([(column["name"], column["label"]) for column in view["columns"]], view["rows"], lang.value))
    else:
        show_answer(view, lang.value)
    exit_by(unscored)


@command
@told
@reading
def query(
    files: Annotated[
        list[Path],
        Argument(help="描述文件，最后一个是 SPARQL 查询文件。 Description files, then the file of the query."),
    ],
    options: Options,
    rows: Annotated[int, Option("--rows", min=1, help="最多给出几行或几个三元组。 Rows or triples at most.")] = 10_000,
    lang: InLang = Lang.zh,
    output: Annotated[Queried, Option("--output", "-f", help="输出形式。 Form of the output.")] = Queried.table,
) -> None:
    """对描述、推理所得和结果运行 SPARQL 查询。 Run a SPARQL query over descriptions, derived facts and results."""
    from danao.inputs import opened
    from danao.limits import limits_of
    from danao.querying import run_query, show_result
    from danao.sparql import read_query

    limits = limits_of(options.limits or ())
    text = read_query(opened(files[-1], None, limits), limits)
    corpus, unscored = _corpus(files[:-1], options, lang)
    result = run_query(text, corpus, limits, rows)
    show_result(result, corpus, lang.value, output.value)
    exit_by(unscored)


def _list(options: Options, lang: Lang, output: Answered) -> None:
    from danao.knowledge import load_knowledge
    from danao.output import print_json
    from danao.questions import question_list
    from danao.render.questions import show_questions

    view = question_list(load_knowledge(options.knowledge, scheme=options.scheme, cache=options.cache))
    if output is Answered.json:
        print_json(view)
    else:
        show_questions(view, lang.value)


def _corpus(
    files: list[Path], options: Options, lang: Lang, question: str | None = None
) -> tuple[Corpus, list[Assessment]]:
    """The assessed projects of files, and those that violations kept from being scored, whose problems are told.

    :raises UsageError: there is no file, or no such question.
    """
    from danao.corpus import Corpus
    from danao.inputs import assess_pairs, read_pairs
    from danao.questions import question_named
    from danao.view import Standard, assessment_view

    if not files:
        raise UsageError(
            Text("没有给出描述文件。", "No description file is given."),
            fix=Text("在后面写上描述文件，可以有多个。", "Name description files; there may be many."),
        )
    knowledge, pairs = read_pairs(files, options)
    if question is not None:
        # Before the work of assessing.
        question_named(question, knowledge)
    assessments = assess_pairs(pairs, knowledge, options)
    unscored = [assessment for assessment in assessments if assessment.violated]
    standard = Standard(knowledge)
    problems_to_stderr([assessment_view(assessment, standard) for assessment in unscored], lang)
    return Corpus(assessments, knowledge), unscored
