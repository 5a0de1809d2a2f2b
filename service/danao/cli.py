"""The command line. Libraries are imported inside the commands, so that ``danao --help`` answers at once."""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec

import typer

from danao import __version__
from danao.errors import DanaoError

if TYPE_CHECKING:
    from danao.inputs import Request
    from danao.knowledge import Knowledge
    from danao.pipeline import Assessment

app = typer.Typer(
    name="danao",
    help="把标准做成可执行的知识：描述 → 推理 → 校验 → 计分 → 解释。 A standard as executable knowledge.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class Lang(enum.StrEnum):
    """Languages of the interface."""

    zh = "zh"
    en = "en"


class Output(enum.StrEnum):
    """Forms of output."""

    table = "table"
    json = "json"
    turtle = "turtle"
    jsonld = "jsonld"


Files = Annotated[
    list[Path],
    typer.Argument(
        help="描述文件（ttl jsonld rdf nt nq trig），- 为标准输入。 Description files; - is standard input."
    ),
]
InLang = Annotated[Lang, typer.Option("--lang", envvar="DANAO_LANG", help="界面语言。 Language of the output.")]
AsOutput = Annotated[Output, typer.Option("--output", "-f", help="输出形式。 Form of the output.")]
InputFormat = Annotated[
    str | None,
    typer.Option("--format", help="输入格式，用于标准输入或无扩展名的文件。 Format of the input, for standard input."),
]
KnowledgeDir = Annotated[
    Path | None,
    typer.Option("--knowledge", envvar="DANAO_KNOWLEDGE", help="另一份标准的知识目录。 Folder of another standard."),
]
SchemeName = Annotated[
    str | None, typer.Option("--scheme", envvar="DANAO_SCHEME", help="评分方案。 Name of the scoring scheme.")
]
EngineName = Annotated[
    str, typer.Option("--engine", envvar="DANAO_ENGINE", help="引擎：fast 或 reference。 Engine: fast or reference.")
]
ExaminationFiles = Annotated[
    list[Path] | None, typer.Option("--examination", "-e", help="审查文件，可重复。 Examination file; may be repeated.")
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of", help="没有审查文件时的基准日 YYYY-MM-DD，默认今天。 Date without an examination; default today."
    ),
]
TimeZone = Annotated[
    str, typer.Option("--time-zone", envvar="DANAO_TIME_ZONE", help="“今天”所在时区。 Time zone of 'today'.")
]
Base = Annotated[
    str,
    typer.Option("--base", envvar="DANAO_BASE", help="实例数据的地址前缀。 Address that instance data lives under."),
]

BASE = "https://danao.example/"
TIME_ZONE = "Asia/Shanghai"

Options = ParamSpec("Options")


def _told(command: Callable[Options, None]) -> Callable[Options, None]:
    """A command whose errors are told in the language asked for, with exit code 2."""

    @functools.wraps(command)
    def run(*arguments: Options.args, **options: Options.kwargs) -> None:
        try:
            command(*arguments, **options)
        except DanaoError as error:
            from danao.render import print_error

            print_error(error, str(options["lang"]))
            raise typer.Exit(2) from error

    return run


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", help="版本与所用引擎。 Version and engines in use.")] = False,
) -> None:
    """Danao."""
    if show:
        from importlib.metadata import version as installed

        typer.echo(f"danao {__version__}")
        for engine, libraries in (("fast", ("pyoxigraph", "shacl")), ("reference", ("rdflib", "owlrl", "pyshacl"))):
            typer.echo(f"{engine}: " + ", ".join(f"{name} {installed(name)}" for name in libraries))
        raise typer.Exit


@app.command()
@_told
def check(
    files: Files,
    lang: InLang = Lang.zh,
    output: AsOutput = Output.table,
    format: InputFormat = None,
    examination: ExaminationFiles = None,
    as_of: AsOf = None,
    knowledge: KnowledgeDir = None,
    scheme: SchemeName = None,
    engine: EngineName = "fast",
    time_zone: TimeZone = TIME_ZONE,
    base: Base = BASE,
) -> None:
    """检查描述是否可用，列出每个问题和改法。 Check whether descriptions are usable."""
    from danao.inputs import Request, read_request
    from danao.pipeline import check as check_one

    request = Request(files, format, examination, as_of, time_zone, knowledge, scheme, engine, base)
    loaded, pairs = read_request(request)
    assessments = [check_one(description, exam, loaded) for description, exam in pairs]
    _show_checks(assessments, loaded, lang, output)
    _exit(assessments)


@app.command()
@_told
def assess(
    files: Files,
    lang: InLang = Lang.zh,
    output: AsOutput = Output.table,
    format: InputFormat = None,
    examination: ExaminationFiles = None,
    as_of: AsOf = None,
    knowledge: KnowledgeDir = None,
    scheme: SchemeName = None,
    engine: EngineName = "fast",
    time_zone: TimeZone = TIME_ZONE,
    base: Base = BASE,
) -> None:
    """评估描述，给出自评与核定两种结果。 Assess descriptions, self-assessed and verified."""
    from danao.inputs import Request

    request = Request(files, format, examination, as_of, time_zone, knowledge, scheme, engine, base)
    loaded, assessments = _assessed(request)
    _show_assessments(assessments, loaded, lang, output)
    _exit(assessments)


@app.command()
@_told
def explain(
    file: Annotated[Path, typer.Argument(help="描述文件，- 为标准输入。 Description file; - is standard input.")],
    code: Annotated[str, typer.Argument(help="条款号，例如指标的编号。 Code of an element, such as an indicator's.")],
    lang: InLang = Lang.zh,
    output: AsOutput = Output.table,
    format: InputFormat = None,
    examination: ExaminationFiles = None,
    as_of: AsOf = None,
    knowledge: KnowledgeDir = None,
    scheme: SchemeName = None,
    engine: EngineName = "fast",
    time_zone: TimeZone = TIME_ZONE,
    base: Base = BASE,
) -> None:
    """解释一个指标的得分：条款、形状、主张、证据、结论、算式。 Explain the score of one element."""
    from danao.inputs import Request

    request = Request([file], format, examination, as_of, time_zone, knowledge, scheme, engine, base)
    loaded, assessments = _assessed(request)
    _show_explanations(assessments, loaded, code, lang, output)
    _exit(assessments)


@app.command()
@_told
def standard(
    code: Annotated[
        str | None, typer.Argument(help="条款号、术语号或要求。 Code of a clause, term or requirement.")
    ] = None,
    lang: InLang = Lang.zh,
    output: AsOutput = Output.table,
    knowledge: KnowledgeDir = None,
    scheme: SchemeName = None,
) -> None:
    """查阅标准：指标、权重、要求、术语。 Look into the standard."""
    from danao.knowledge import load_knowledge
    from danao.lookup import show_concept, show_tree

    loaded = load_knowledge(knowledge, scheme=scheme)
    if code is None:
        show_tree(loaded, lang.value, output.value)
    else:
        show_concept(code, loaded, lang.value, output.value)


# ---- What the commands share ----


def _assessed(request: Request) -> tuple[Knowledge, list[Assessment]]:
    from danao.inputs import read_request
    from danao.pipeline import assess as assess_one

    knowledge, pairs = read_request(request)
    return knowledge, [assess_one(description, examination, knowledge) for description, examination in pairs]


def _exit(assessments: Sequence[Assessment]) -> None:
    if any(assessment.violated for assessment in assessments):
        raise typer.Exit(1)


# ---- Output ----


def _show_checks(assessments: Sequence[Assessment], knowledge: Knowledge, lang: Lang, output: Output) -> None:
    from danao.output import print_json, problems_as_rdf
    from danao.render import Renderer
    from danao.view import document

    if output is Output.json:
        print_json(document(assessments, knowledge))
    elif output is not Output.table:
        problems_as_rdf(assessments, knowledge, output.value)
    else:
        renderer = Renderer(lang.value)
        for view in document(assessments, knowledge)["assessments"]:
            renderer.checked(view)


def _show_assessments(assessments: Sequence[Assessment], knowledge: Knowledge, lang: Lang, output: Output) -> None:
    from danao.output import as_rdf, print_json
    from danao.render import Renderer
    from danao.view import document

    run = document(assessments, knowledge)
    _problems_to_stderr(run["assessments"], lang)
    if output is Output.json:
        print_json(run)
    elif output is not Output.table:
        as_rdf(assessments, knowledge, output.value)
    else:
        for view in run["assessments"]:
            Renderer(lang.value).assessment(view, run)


def _problems_to_stderr(views: Sequence[dict[str, Any]], lang: Lang) -> None:
    from danao.render import Renderer

    for view in views:
        Renderer(lang.value, stderr=True).problems(view["problems"])


def _show_explanations(
    assessments: Sequence[Assessment], knowledge: Knowledge, code: str, lang: Lang, output: Output
) -> None:
    from danao.explain import explanation
    from danao.output import as_rdf, print_json
    from danao.render import Renderer
    from danao.view import Standard, assessment_view

    standard = Standard(knowledge)
    element = standard.scored_element(code)
    views = [assessment_view(assessment, standard) for assessment in assessments]
    _problems_to_stderr(views, lang)
    scored = [assessment for assessment in assessments if not assessment.violated]
    explanations = [explanation(assessment, element, standard) for assessment in scored]
    if output is Output.json:
        print_json({"format": "danao-explanation/1", "explanations": explanations})
    elif output is not Output.table:
        as_rdf(scored, knowledge, output.value, below=element)
    else:
        for assessment, view in zip(scored, explanations, strict=True):
            Renderer(lang.value).explanation(view, assessment.description.identifier)
