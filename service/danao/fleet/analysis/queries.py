"""Queries of the fleet: SQL files whose heads say what they ask, which parameters they take, what columns they give.

A head is made of lines like these; a blank line ends it::

    -- Title: 中文 | English
    -- Answers: 中文 | English
    -- Parameter $name (kind, required): 中文 | English
    -- Parameter $name (kind, default: value): 中文 | English
    -- Column name (kind): 中文 | English

Kinds of a parameter: ``term`` (an element, by its code), ``project`` (by its identifier), ``integer``, ``decimal``,
``text``. Kinds of a column: ``element``, ``project`` (its seq), ``value`` (of a facet), ``term`` (what the fleet's
elements may have a label of), ``integer``, ``decimal``, ``date``, ``string``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from danao.errors import KnowledgeError, Place, Text

PARAMETER_KINDS = ("term", "project", "integer", "decimal", "text")
COLUMN_KINDS = ("element", "project", "value", "term", "integer", "decimal", "date", "string")

_ENDING = ".sql"
_QUESTIONS = "questions"
_HEAD = re.compile(r"-- (?P<what>Title|Answers|Parameter|Column)\b(?P<rest>.*)")
_BOTH = re.compile(r"\s*:\s*(?P<zh>[^|]+?)\s*\|\s*(?P<en>[^|]+?)\s*")
_PARAMETER = re.compile(
    r" \$(?P<name>\w+) \((?P<kind>\w+)(?P<required>, required)?(?:, default: (?P<default>[^)]+))?\)"
)
_COLUMN = re.compile(r" (?P<name>\w+) \((?P<kind>\w+)\)")


@dataclass(frozen=True)
class Parameter:
    """A parameter of a query: its kind, and its value where none is given."""

    name: str
    kind: str
    required: bool
    default: str | None
    label: Text


@dataclass(frozen=True)
class Column:
    """A column of what a query gives."""

    name: str
    kind: str
    label: Text


@dataclass(frozen=True)
class Query:
    """A query: its name, what it asks, what a row of its answer means, parameters, columns, and the SQL."""

    name: str
    title: Text
    answers: Text
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    sql: str

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of a name."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)


def query_named(name: str) -> Query:
    """The query in a file below ``fleet/sql/``, by its path without the ending.

    :raises KnowledgeError: its head cannot be read.
    """
    file = f"{name}{_ENDING}"
    return read_query(name.rpartition("/")[2], file, (folder() / file).read_text(encoding="utf-8"))


def questions() -> list[Query]:
    """The questions that can be asked of a fleet's results, by name.

    :raises KnowledgeError: a head cannot be read.
    """
    names = sorted(path.stem for path in (folder() / _QUESTIONS).glob(f"*{_ENDING}"))
    return [query_named(f"{_QUESTIONS}/{name}") for name in names]


def folder() -> Path:
    """Where the SQL files are."""
    return Path(__file__).parents[1] / "sql"


def read_query(name: str, file: str, text: str) -> Query:
    """The query that a text states.

    :raises KnowledgeError: its head cannot be read; the line is told.
    """
    rests: dict[str, list[tuple[int, str]]] = {}
    for number, line in enumerate(text.partition("\n\n")[0].splitlines(), start=1):
        match = _HEAD.fullmatch(line)
        if match is None:
            raise _malformed(file, number)
        rests.setdefault(match["what"], []).append((number, match["rest"]))
    for what in ("Title", "Answers"):
        if len(rests.get(what, ())) != 1:
            raise _malformed(file, 1)
    return Query(
        name=name,
        title=_text(*rests["Title"][0], file),
        answers=_text(*rests["Answers"][0], file),
        parameters=tuple(_parameter(number, rest, file) for number, rest in rests.get("Parameter", ())),
        columns=tuple(_column(number, rest, file) for number, rest in rests.get("Column", ())),
        sql=text,
    )


def _text(number: int, rest: str, file: str) -> Text:
    match = _BOTH.fullmatch(rest)
    if match is None:
        raise _malformed(file, number)
    return Text(match["zh"], match["en"])


def _parameter(number: int, rest: str, file: str) -> Parameter:
    match = _PARAMETER.match(rest)
    if match is None or match["kind"] not in PARAMETER_KINDS:
        raise _malformed(file, number)
    label = _text(number, rest[match.end() :], file)
    return Parameter(match["name"], match["kind"], match["required"] is not None, match["default"], label)


def _column(number: int, rest: str, file: str) -> Column:
    match = _COLUMN.match(rest)
    if match is None or match["kind"] not in COLUMN_KINDS:
        raise _malformed(file, number)
    return Column(match["name"], match["kind"], _text(number, rest[match.end() :], file))


def _malformed(file: str, line: int) -> KnowledgeError:
    kinds = f"{', '.join(PARAMETER_KINDS)}; {', '.join(COLUMN_KINDS)}"
    return KnowledgeError(
        Text("SQL 文件的开头写得不对。", "The head of an SQL file cannot be read."),
        place=Place(file=file, line=line),
        fix=Text(
            "写成“-- Title: 中文 | English”“-- Answers: …”“-- Parameter $名 (类型): …”“-- Column 名 (类型): …”，"
            f"参数和列的类型：{kinds}。",
            "Write '-- Title: 中文 | English', '-- Answers: …', '-- Parameter $name (kind): …', "
            f"'-- Column name (kind): …'; kinds of parameters and columns: {kinds}.",
        ),
    )
