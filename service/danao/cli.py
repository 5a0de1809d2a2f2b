"""The command line. Libraries are imported inside the commands, so that ``danao --help`` answers at once."""

from __future__ import annotations

import enum
import functools
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec

import typer

from danao import __version__
from danao.errors import DanaoError, Place, Text, UnfitExamination, UnreadableFile, UsageError

if TYPE_CHECKING:
    from danao.describe import Description
    from danao.documents import Surroundings
    from danao.examine import Examination
    from danao.knowledge import Knowledge
    from danao.pipeline import Assessment
    from danao.reading import Input

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
    from danao.pipeline import check as check_one

    loaded, around = _knowledge(knowledge, scheme, engine), _around(base)
    pairs = _pairs(files, format, examination, as_of, time_zone, loaded, around)
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
    loaded, assessments = _assessed(files, format, examination, as_of, time_zone, knowledge, scheme, engine, base)
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
    loaded, assessments = _assessed([file], format, examination, as_of, time_zone, knowledge, scheme, engine, base)
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
    from danao.lookup import show_concept, show_tree

    loaded = _knowledge(knowledge, scheme, "fast")
    if code is None:
        show_tree(loaded, lang.value, output.value)
    else:
        show_concept(code, loaded, lang.value, output.value)


# ---- What the commands share ----


def _knowledge(folder: Path | None, scheme: str | None, engine: str) -> Knowledge:
    from danao.knowledge import load_knowledge

    return load_knowledge(folder, scheme=scheme, engine=engine)


def _around(base: str) -> Surroundings:
    from danao.documents import Surroundings

    if not base.endswith("/") or not _is_absolute(base):
        raise UsageError(
            Text(
                f"地址前缀“{base}”应是以 / 结尾的绝对 IRI。",
                f"The base '{base}' should be an absolute IRI that ends in /.",
            ),
            fix=Text("例如 https://danao.example/。", "For example https://danao.example/."),
        )
    return Surroundings(base=base)


def _is_absolute(iri: str) -> bool:
    from pyoxigraph import NamedNode

    try:
        return "://" in NamedNode(iri).value
    except ValueError:
        return False


def _assessed(
    files: Sequence[Path],
    format: str | None,
    examination: Sequence[Path] | None,
    as_of: str | None,
    time_zone: str,
    knowledge: Path | None,
    scheme: str | None,
    engine: str,
    base: str,
) -> tuple[Knowledge, list[Assessment]]:
    from danao.pipeline import assess as assess_one

    loaded, around = _knowledge(knowledge, scheme, engine), _around(base)
    pairs = _pairs(files, format, examination, as_of, time_zone, loaded, around)
    return loaded, [assess_one(description, exam, loaded) for description, exam in pairs]


def _pairs(
    files: Sequence[Path],
    format: str | None,
    examination: Sequence[Path] | None,
    as_of: str | None,
    time_zone: str,
    knowledge: Knowledge,
    around: Surroundings,
) -> list[tuple[Description, Examination]]:
    """Each description with its examination: its own, one for all, or one that holds only the date."""
    from danao.describe import read_descriptions
    from danao.examine import default_examination, read_examinations

    descriptions = read_descriptions([_input(path, format) for path in files], knowledge, around)
    read = read_examinations([_input(path, None) for path in examination or ()], knowledge, around)
    _refuse_unmatched(read, descriptions)
    date = _date(as_of, time_zone)
    found = []
    for description in descriptions:
        own = read.get(description.identifier) or read.get(None)
        found.append((description, own or default_examination(description.identifier, date, around)))
    return found


def _refuse_unmatched(read: Mapping[str | None, Examination], descriptions: Sequence[Description]) -> None:
    known = {description.identifier for description in descriptions}
    for identifier, examination in read.items():
        if identifier is not None and identifier not in known:
            raise UnfitExamination(
                Text(f"没有标识为“{identifier}”的项目可以审查。", f"There is no project '{identifier}' to examine."),
                place=Place(file=examination.source),
                fix=Text(
                    f"描述中的标识：{'、'.join(sorted(known))}。",
                    f"Identifiers in the input: {', '.join(sorted(known))}.",
                ),
            )


def _input(path: Path, format: str | None) -> Input:
    from danao.reading import Input

    if str(path) == "-":
        return Input("-", sys.stdin.buffer.read(), format)
    try:
        return Input(str(path), path.read_bytes(), format)
    except OSError as fault:
        raise UnreadableFile(
            Text(f"无法读取文件：{fault.strerror}。", f"The file cannot be read: {fault.strerror}."),
            place=Place(file=str(path)),
            fix=Text("检查路径和权限。", "Check the path and its permissions."),
        ) from fault


def _date(as_of: str | None, time_zone: str) -> str:
    """The date given, or today in the time zone."""
    import datetime as dt

    if as_of is None:
        return _today(time_zone)
    try:
        return dt.date.fromisoformat(as_of).isoformat()
    except ValueError as fault:
        raise UsageError(
            Text(f"基准日“{as_of}”不是日期。", f"'{as_of}' is no date."),
            fix=Text("写成 2025-12-31 的形式。", "Write it as 2025-12-31."),
        ) from fault


def _today(time_zone: str) -> str:
    """The only place where the clock is read."""
    import datetime as dt
    import zoneinfo

    try:
        return dt.datetime.now(zoneinfo.ZoneInfo(time_zone)).date().isoformat()
    # A name of a folder or with ".." is no key that is not found.
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise UsageError(
            Text(f"没有时区“{time_zone}”。", f"There is no time zone '{time_zone}'."),
            fix=Text("例如 Asia/Shanghai。", "For example Asia/Shanghai."),
        ) from fault


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
