"""Questions about a fleet: named queries with parameters, answered in the format of ``danao ask``."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from danao import __version__
from danao.errors import Text, UsageError
from danao.fleet.analysis.elements import value_of
from danao.fleet.analysis.names import projects_named
from danao.fleet.analysis.queries import Column, Parameter, Query, query_named, questions
from danao.fleet.analysis.selection import RESULTS, Chosen
from danao.namespaces import DANAO
from danao.view import EXPLANATION, both

_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,8}(\.[0-9]{1,4})?")


def question_named(name: str) -> Query:
    """The question of a name.

    :raises UsageError: there is none; the nearest are named.
    """
    known = {question.name: question for question in questions()}
    if name in known:
        return known[name]
    near = ", ".join(difflib.get_close_matches(name, known, n=3))
    raise UsageError(
        Text(f"没有名为“{name}”的问题。", f"There is no question named '{name}'."),
        fix=Text(
            f"{f'相近的有：{near}。' if near else ''}用 danao fleet ask 目录 --list 查看全部问题。",
            f"{f'Near: {near}. ' if near else ''}See all questions with 'danao fleet ask FOLDER --list'.",
        ),
    )


def question_list() -> dict[str, Any]:
    """All questions with their parameters, ``danao-questions/1``."""
    return {
        "format": "danao-questions/1",
        "software": f"danao {__version__}",
        "questions": [
            _head(question) | {"parameters": [_described(parameter) for parameter in question.parameters]}
            for question in questions()
        ],
    }


def answer(question: Query, given: Mapping[str, str], chosen: Chosen) -> dict[str, Any]:
    """The answer of a question as plain data, ``danao-answer/1``.

    :raises UsageError: a parameter is unknown, missing or ill-formed.
    """
    values = _values(question, given, chosen)
    rows = chosen.tables.rows(question, **values)
    cells = _Cells(chosen, question, rows)
    return {
        "format": "danao-answer/1",
        "software": f"danao {__version__}",
        "note": both(EXPLANATION),
        "knowledgeDigest": chosen.overview["knowledge"],
        "projects": chosen.tables.rows(query_named("totals"))[0]["projects"],
        **_head(question),
        "parameters": [
            *_selected(chosen),
            *(
                {"name": one.name, "label": both(one.label), "value": cells.parameter(one, values[one.name])}
                for one in question.parameters
            ),
        ],
        "rows": [{column.name: cells.cell(column, row[column.name]) for column in question.columns} for row in rows],
    }


def _selected(chosen: Chosen) -> list[dict[str, Any]]:
    """What holds for every question: the kind of result, and the projects chosen."""
    label = {"zh": "结果", "en": "result"}
    found = [{"name": "result", "label": label, "value": _result(chosen.selection.result)}]
    where = {"zh": "只看这些项目", "en": "only these projects"}
    return found + [{"name": "where", "label": where, "value": value.as_json()} for value in chosen.values]


def _result(name: str) -> dict[str, Any]:
    """One of the two results as a thing of JSON output."""
    label = {"self": Text("自评", "self-assessed"), "verified": Text("核定", "verified")}[name]
    return {"iri": DANAO + RESULTS[name], "label": label.as_json(), "notation": name}


def _head(question: Query) -> dict[str, Any]:
    return {
        "question": question.name,
        "title": both(question.title),
        "answers": both(question.answers),
        "columns": [{"name": column.name, "label": both(column.label)} for column in question.columns],
    }


def _described(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "label": both(parameter.label),
        "kind": parameter.kind,
        "of": None,
        "required": parameter.required,
        "default": parameter.default,
    }


# ---- Parameters ----


def _values(question: Query, given: Mapping[str, str], chosen: Chosen) -> dict[str, Any]:
    for name in given:
        if question.parameter(name) is None:
            raise _no_parameter(name, question)
    return {one.name: _value(one, given.get(one.name, one.default), question, chosen) for one in question.parameters}


def _value(parameter: Parameter, text: str | None, question: Query, chosen: Chosen) -> Any:  # noqa: ANN401 - of any kind
    if text is None:
        if parameter.required:
            raise _missing(parameter, question)
        return None
    kinds: Mapping[str, Callable[[], Any]] = {
        "term": lambda: chosen.elements.named(text).iri,
        "project": lambda: _project(text, chosen),
        "integer": lambda: int(_formed(parameter, text, _INTEGER, "10")),
        "decimal": lambda: _formed(parameter, text, _DECIMAL, "2.5"),
        "text": lambda: text,
    }
    return kinds[parameter.kind]()


def _formed(parameter: Parameter, text: str, form: re.Pattern[str], example: str) -> str:
    if form.fullmatch(text):
        return text
    raise UsageError(
        Text(f"参数 {parameter.name} 的值“{text}”写得不对。", f"The value '{text}' of {parameter.name} is ill-formed."),
        fix=Text(f"{parameter.label.zh}，写成 {example} 的形式。", f"{parameter.label.en}; write it like {example}."),
    )


def _project(identifier: str, chosen: Chosen) -> int:
    rows = chosen.tables.rows(query_named("project-of"), identifier=identifier)
    found = next((int(row["seq"]) for row in rows if row["identifier"] == identifier), None)
    if found is None:
        near = [row["identifier"] for row in rows]
        raise UsageError(
            Text(f"没有标识为“{identifier}”的已计分项目。", f"There is no scored project '{identifier}'."),
            fix=Text(f"相近的有：{'、'.join(near) or '无'}。", f"Near: {', '.join(near) or 'none'}."),
        )
    return found


def _no_parameter(name: str, question: Query) -> UsageError:
    known = [parameter.name for parameter in question.parameters]
    return UsageError(
        Text(f"问题“{question.name}”没有参数“{name}”。", f"The question '{question.name}' has no parameter '{name}'."),
        fix=Text(f"它的参数：{'、'.join(known) or '无'}。", f"Its parameters: {', '.join(known) or 'none'}."),
    )


def _missing(parameter: Parameter, question: Query) -> UsageError:
    return UsageError(
        Text(
            f"问题“{question.name}”还需要参数 {parameter.name}：{parameter.label.zh}。",
            f"The question '{question.name}' also needs {parameter.name}: {parameter.label.en}.",
        ),
        fix=Text(f"写 --param {parameter.name}=值。", f"Write --param {parameter.name}=VALUE."),
    )


# ---- Cells ----


class _Cells:
    """Values of columns as cells: a thing with its label and code, or a value with its type."""

    def __init__(self, chosen: Chosen, question: Query, rows: list[dict[str, Any]]) -> None:
        self._chosen = chosen
        names = [column.name for column in question.columns if column.kind == "project"]
        seqs = {row[name] for row in rows for name in names if row[name] is not None}
        self._projects = projects_named(seqs, chosen.tables)

    def cell(self, column: Column, value: Any) -> dict[str, Any] | None:  # noqa: ANN401 - of any kind
        """One cell; none where there is no value."""
        if value is None:
            return None
        things: Mapping[str, Callable[[], dict[str, Any] | None]] = {
            "element": lambda: self._element(value),
            "term": lambda: self._chosen.elements.term(value),
            "project": lambda: self._projects[value],
            "value": lambda: self._facet_values[value],
        }
        return things[column.kind]() if column.kind in things else _literal(column.kind, value)

    def parameter(self, parameter: Parameter, value: Any) -> dict[str, Any] | None:  # noqa: ANN401 - of any kind
        """The value of a parameter as a cell."""
        if value is None:
            return None
        if parameter.kind == "term":
            return self._element(value)
        if parameter.kind == "project":
            return projects_named({value}, self._chosen.tables)[value]
        return _literal("string" if parameter.kind == "text" else parameter.kind, value)

    def _element(self, iri: str) -> dict[str, Any] | None:
        element = self._chosen.elements.by_iri.get(iri)
        return element.as_json() if element else self._chosen.elements.term(iri)

    @cached_property
    def _facet_values(self) -> Mapping[str, dict[str, Any]]:
        rows = self._chosen.tables.rows(query_named("facet-values"))
        return {row["value"]: value_of(row).as_json() for row in rows}


def _literal(kind: str, value: Any) -> dict[str, Any]:  # noqa: ANN401 - of any kind
    return {"value": f"{value:f}" if kind == "decimal" and not isinstance(value, str) else str(value), "type": kind}
