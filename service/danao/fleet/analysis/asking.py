"""Questions about a fleet: named queries with parameters, answered in the format of ``danao ask``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from danao import __version__
from danao.errors import Text, UsageError
from danao.fleet.analysis.elements import value_of
from danao.fleet.analysis.names import projects_named
from danao.fleet.analysis.queries import query_named, questions
from danao.fleet.analysis.selection import RESULTS, Chosen
from danao.heads import Column, Parameter, Question, check_parameters, ill_formed, listed, missing, named
from danao.namespaces import DANAO
from danao.view import EXPLANATION, both

_LISTING = Text("danao fleet ask 目录 --list", "danao fleet ask FOLDER --list")
_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,8}(\.[0-9]{1,4})?")


def question_named(name: str) -> Question:
    """The question of a name.

    :raises UsageError: there is none; the nearest are named.
    """
    return named(name, questions(), _LISTING)


def question_list() -> dict[str, Any]:
    """All questions with their parameters, ``danao-questions/1``."""
    return listed(questions())


def answer(question: Question, given: Mapping[str, str], chosen: Chosen) -> dict[str, Any]:
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
        **question.as_json(),
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


# ---- Parameters ----


def _values(question: Question, given: Mapping[str, str], chosen: Chosen) -> dict[str, Any]:
    check_parameters(given, question)
    return {one.name: _value(one, given.get(one.name, one.default), question, chosen) for one in question.parameters}


def _value(parameter: Parameter, text: str | None, question: Question, chosen: Chosen) -> Any:  # noqa: ANN401 - of any kind
    if text is None:
        if parameter.required:
            raise missing(parameter, question)
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
    raise ill_formed(parameter, text, example)


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


# ---- Cells ----


class _Cells:
    """Values of columns as cells: a thing with its label and code, or a value with its type."""

    def __init__(self, chosen: Chosen, question: Question, rows: list[dict[str, Any]]) -> None:
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
