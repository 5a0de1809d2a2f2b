"""What commands share: the options of reading, the forms of output, and errors told in the language asked for."""

from __future__ import annotations

import enum
import functools
import inspect
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import click
from click.exceptions import Exit

from danao.cli.declared import Argument, Option
from danao.errors import DanaoError, InputError, Text, UsageError

if TYPE_CHECKING:
    from danao.inputs import Options


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
    Argument(help="描述文件（ttl jsonld rdf nt nq trig），- 为标准输入。 Description files; - is standard input."),
]
File = Annotated[Path, Argument(help="描述文件，- 为标准输入。 Description file; - is standard input.")]
InLang = Annotated[Lang, Option("--lang", envvar="DANAO_LANG", help="界面语言。 Language of the output.")]
AsOutput = Annotated[Output, Option("--output", "-f", help="输出形式。 Form of the output.")]
KnowledgeDir = Annotated[
    Path | None,
    Option("--knowledge", envvar="DANAO_KNOWLEDGE", help="另一份标准的知识目录。 Folder of another standard."),
]
SchemeName = Annotated[
    str | None, Option("--scheme", envvar="DANAO_SCHEME", help="评分方案。 Name of the scoring scheme.")
]
_InputFormat = Annotated[
    str | None,
    Option("--format", help="输入格式，用于标准输入或无扩展名的文件。 Format of the input, for standard input."),
]
_EngineName = Annotated[
    str, Option("--engine", envvar="DANAO_ENGINE", help="引擎：fast 或 reference。 Engine: fast or reference.")
]
_ExaminationFiles = Annotated[
    list[Path] | None, Option("--examination", "-e", help="审查文件，可重复。 Examination file; may be repeated.")
]
_AsOf = Annotated[
    str | None,
    Option("--as-of", help="没有审查文件时的基准日 YYYY-MM-DD，默认今天。 Date without an examination; default today."),
]
TimeZone = Annotated[
    str, Option("--time-zone", envvar="DANAO_TIME_ZONE", help="“今天”所在时区。 Time zone of 'today'.")
]
Base = Annotated[
    str,
    Option("--base", envvar="DANAO_BASE", help="实例数据的地址前缀。 Address that instance data lives under."),
]

LimitSettings = Annotated[
    list[str] | None,
    Option(
        "--limit",
        envvar="DANAO_LIMITS",
        metavar="NAME=VALUE",
        help="输入的上限，可重复：bytes triples literal iri nesting seconds memory。 Limit on input; may be repeated.",
    ),
]

DEFAULT_BASE = "https://danao.example/"

# The fields of Options as options of a command: annotation and default.
_READING: Mapping[str, tuple[Any, Any]] = {
    "format": (_InputFormat, None),
    "examination": (_ExaminationFiles, None),
    "as_of": (_AsOf, None),
    "knowledge": (KnowledgeDir, None),
    "scheme": (SchemeName, None),
    "engine": (_EngineName, "fast"),
    "time_zone": (TimeZone, "Asia/Shanghai"),
    "base": (Base, DEFAULT_BASE),
    "limits": (LimitSettings, None),
}


def reading(command: Callable[..., None]) -> Callable[..., None]:
    """A command that takes the options of reading, gathered for its parameter ``options``."""
    signature = inspect.signature(command)
    # The class of the options is known to type checkers only, so that --help need not import it.
    hints = get_type_hints(command, localns={"Options": object}, include_extras=True)
    own = [
        parameter.replace(annotation=hints[name], kind=inspect.Parameter.KEYWORD_ONLY)
        for name, parameter in signature.parameters.items()
        if name != "options"
    ]
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
        for name, (annotation, default) in _READING.items()
    ]

    @functools.wraps(command)
    def run(**given: Any) -> None:  # noqa: ANN401 - whatever the command takes
        from danao.cache import cache_folder
        from danao.inputs import Options

        watch = click.get_current_context().obj
        unread: list[InputError] = []
        read = {name: given.pop(name) for name in _READING}
        options: Options = Options(**read, tell=unread.append, watch=watch, cache=cache_folder(os.environ))
        if watch:
            watch.lang = str(given["lang"])
        try:
            command(options=options, **given)
        except Exit:
            if not unread:
                raise
        finally:
            _tell(unread, str(given["lang"]))
        if unread:
            raise Exit(2)

    # What is read of a command: its own parameters, then the shared ones.
    run.__signature__ = signature.replace(parameters=[*own, *shared])  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in (*own, *shared)}
    return run


def _tell(unread: Sequence[InputError], lang: str) -> None:
    """Tell of the files that were left out."""
    if unread:
        from danao.render import print_error

        for error in unread:
            print_error(error, lang)


def told(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose errors are told in the language asked for, with exit code 2."""

    @functools.wraps(command)
    def run(**given: Any) -> None:  # noqa: ANN401 - whatever the command takes
        try:
            command(**given)
        except DanaoError as error:
            from danao.render import print_error

            print_error(error, str(given["lang"]))
            raise Exit(2) from error

    return run


def assigned(texts: Iterable[str], *, example: str) -> dict[str, str]:
    """Parameters written as name=value; one that a person could have meant is the ``example`` in the error.

    :raises UsageError: one is not of that form.
    """
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(
                Text(f"参数“{text}”不是 名=值 的形式。", f"The parameter '{text}' is not of the form name=value."),
                fix=Text(f"例如 --param {example}。", f"For example --param {example}."),
            )
        found[name.strip()] = value.strip()
    return found
