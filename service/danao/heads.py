"""Heads of queries: comments that say what is asked, which parameters there are and what the columns mean.

Lines like these, after the comment sign of the query's language; a blank line ends them::

    Title: 中文 | English
    Answers: 中文 | English
    Parameter name (kind, required): 中文 | English
    Parameter name (kind, default: value): 中文 | English
    Column name: 中文 | English

A :class:`Form` says what is particular to a language.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from danao import __version__
from danao.errors import KnowledgeError, Place, Text, UsageError

_BOTH = re.compile(r"\s*:\s*(?P<zh>[^|]+?)\s*\|\s*(?P<en>[^|]+?)\s*")


@dataclass(frozen=True)
class Form:
    """How heads are written: the signs of comments, parameters and columns, and the kinds that may be named.

    Where there are no kinds of columns, columns name none. With ``classes`` a parameter may name the class that its
    values are of. ``unread`` is what is said of a head that cannot be read.
    """

    comment: str
    parameter: str
    column: str
    kinds: tuple[str, ...]
    column_kinds: tuple[str, ...]
    classes: bool
    unread: Text


@dataclass(frozen=True)
class Parameter:
    """A parameter of a question: its kind, the class its values are of, and its value where none is given."""

    name: str
    kind: str
    of: str | None
    required: bool
    default: str | None
    label: Text

    def as_json(self) -> dict[str, Any]:
        """The parameter as in JSON output."""
        return {
            "name": self.name,
            "label": self.label.as_json(),
            "kind": self.kind,
            "of": self.of,
            "required": self.required,
            "default": self.default,
        }


@dataclass(frozen=True)
class Column:
    """A column of an answer; its kind is empty where the form has none."""

    name: str
    kind: str
    label: Text

    def as_json(self) -> dict[str, Any]:
        """The column as in JSON output."""
        return {"name": self.name, "label": self.label.as_json()}


@dataclass(frozen=True)
class Question:
    """A query with its head: its name, what it asks, what a row of its answer means, parameters, columns, its text."""

    name: str
    title: Text
    answers: Text
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    text: str

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of a name."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)

    def as_json(self) -> dict[str, Any]:
        """What the question is called and what its columns mean, as in JSON output."""
        return {
            "question": self.name,
            "title": self.title.as_json(),
            "answers": self.answers.as_json(),
            "columns": [column.as_json() for column in self.columns],
        }


def listed(questions: Iterable[Question]) -> dict[str, Any]:
    """Questions with their parameters, ``danao-questions/1``."""
    return {
        "format": "danao-questions/1",
        "software": f"danao {__version__}",
        "questions": [
            question.as_json() | {"parameters": [parameter.as_json() for parameter in question.parameters]}
            for question in questions
        ],
    }


# ---- Reading ----


def read(name: str, file: str, text: str, form: Form) -> Question:
    """The question that a text states.

    :raises KnowledgeError: its head cannot be read; the file and the line are told.
    """
    return _Reader(file, form).question(name, text)


class _Reader:
    """The lines of one file's head → what they say."""

    def __init__(self, file: str, form: Form) -> None:
        self._file = file
        self._form = form
        comment, parameter, column = (re.escape(sign) for sign in (form.comment, form.parameter, form.column))
        of = r"(?: of (?P<of>[\w:-]+))?" if form.classes else ""
        kind = r" \((?P<kind>\w+)\)" if form.column_kinds else ""
        self._line = re.compile(rf"{comment} (?P<what>Title|Answers|Parameter|Column)\b(?P<rest>.*)")
        self._parameter_start = re.compile(
            rf" {parameter}(?P<name>\w+) \((?P<kind>\w+){of}"
            r"(?P<required>, required)?(?:, default: (?P<default>[^)]+))?\)"
        )
        self._column_start = re.compile(rf" {column}(?P<name>\w+){kind}")

    def question(self, name: str, text: str) -> Question:
        rests: dict[str, list[tuple[int, str]]] = {}
        for number, line in enumerate(text.partition("\n\n")[0].splitlines(), start=1):
            match = self._line.fullmatch(line)
            if match is None:
                raise self._malformed(number)
            rests.setdefault(match["what"], []).append((number, match["rest"]))
        for what in ("Title", "Answers"):
            if len(rests.get(what, ())) != 1:
                raise self._malformed(1)
        return Question(
            name=name,
            title=self._both(*rests["Title"][0]),
            answers=self._both(*rests["Answers"][0]),
            parameters=tuple(self._parameter(number, rest) for number, rest in rests.get("Parameter", ())),
            columns=tuple(self._column(number, rest) for number, rest in rests.get("Column", ())),
            text=text,
        )

    def _both(self, number: int, rest: str) -> Text:
        match = _BOTH.fullmatch(rest)
        if match is None:
            raise self._malformed(number)
        return Text(match["zh"], match["en"])

    def _parameter(self, number: int, rest: str) -> Parameter:
        match = self._parameter_start.match(rest)
        if match is None or match["kind"] not in self._form.kinds:
            raise self._malformed(number)
        return Parameter(
            name=match["name"],
            kind=match["kind"],
            of=match["of"] if self._form.classes else None,
            required=match["required"] is not None,
            default=match["default"],
            label=self._both(number, rest[match.end() :]),
        )

    def _column(self, number: int, rest: str) -> Column:
        match = self._column_start.match(rest)
        if match is None:
            raise self._malformed(number)
        kinds = self._form.column_kinds
        if kinds and match["kind"] not in kinds:
            raise self._malformed(number)
        return Column(match["name"], match["kind"] if kinds else "", self._both(number, rest[match.end() :]))

    def _malformed(self, line: int) -> KnowledgeError:
        return KnowledgeError(self._form.unread, place=Place(file=self._file, line=line), fix=_lines(self._form))


def _lines(form: Form) -> Text:
    """How the lines of a head are to be written."""
    comment, parameter, column = form.comment, form.parameter, form.column
    if form.column_kinds:
        names = Text("名 (类型)", "name (kind)")
        both = f"{', '.join(form.kinds)}; {', '.join(form.column_kinds)}"
        kinds = Text(f"参数和列的类型：{both}", f"kinds of parameters and columns: {both}")
    else:
        names = Text("名", "name")
        kinds = Text(f"类型是 {'、'.join(form.kinds)}", f"kinds are {', '.join(form.kinds)}")
    return Text(
        f"写成“{comment} Title: 中文 | English”“{comment} Answers: …”“{comment} Parameter {parameter}名 (类型): …”"
        f"“{comment} Column {column}{names.zh}: …”，{kinds.zh}。",
        f"Write '{comment} Title: 中文 | English', '{comment} Answers: …', "
        f"'{comment} Parameter {parameter}name (kind): …', '{comment} Column {column}{names.en}: …'; {kinds.en}.",
    )


# ---- What is asked for ----


def named(name: str, questions: Iterable[Question], listing: Text) -> Question:
    """The question of a name; ``listing`` is the command that lists them all.

    :raises UsageError: there is none; the nearest are named.
    """
    known = {question.name: question for question in questions}
    if name in known:
        return known[name]
    near = ", ".join(difflib.get_close_matches(name, known, n=3))
    raise UsageError(
        Text(f"没有名为“{name}”的问题。", f"There is no question named '{name}'."),
        fix=Text(
            f"{f'相近的有：{near}。' if near else ''}用 {listing.zh} 查看全部问题。",
            f"{f'Near: {near}. ' if near else ''}See all questions with '{listing.en}'.",
        ),
    )


def check_parameters(names: Iterable[str], question: Question) -> None:
    """Whether a question has parameters of these names.

    :raises UsageError: it has none of one of them.
    """
    for name in names:
        if question.parameter(name) is None:
            raise _no_parameter(name, question)


def _no_parameter(name: str, question: Question) -> UsageError:
    known = [parameter.name for parameter in question.parameters]
    return UsageError(
        Text(f"问题“{question.name}”没有参数“{name}”。", f"The question '{question.name}' has no parameter '{name}'."),
        fix=Text(f"它的参数：{'、'.join(known) or '无'}。", f"Its parameters: {', '.join(known) or 'none'}."),
    )


def missing(parameter: Parameter, question: Question) -> UsageError:
    """A parameter is required and not given."""
    return UsageError(
        Text(
            f"问题“{question.name}”还需要参数 {parameter.name}：{parameter.label.zh}。",
            f"The question '{question.name}' also needs {parameter.name}: {parameter.label.en}.",
        ),
        fix=Text(f"写 --param {parameter.name}=值。", f"Write --param {parameter.name}=VALUE."),
    )


def ill_formed(parameter: Parameter, text: str, example: str) -> UsageError:
    """The value given for a parameter is not written as its kind is."""
    return UsageError(
        Text(f"参数 {parameter.name} 的值“{text}”写得不对。", f"The value '{text}' of {parameter.name} is ill-formed."),
        fix=Text(f"{parameter.label.zh}，写成 {example} 的形式。", f"{parameter.label.en}; write it like {example}."),
    )
