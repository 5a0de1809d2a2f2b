"""What the OpenAPI says of the competency questions: an operation for each, made of its head."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from danao.errors import Text
from danao.heads import Parameter, Question
from danao.web.api.describing import documented
from danao.web.questions import CSV, JSON, PATH

_LISTED, _ANSWERED = "danao-questions/1", "danao-answer/1"
_LIST = Text("可以提的问题，连同各自的参数。", "The questions that can be asked, with their parameters.")
_FORM = Text("答案的格式。", "The form of the answer.")
# Kinds of parameters whose values have a form; those of the others are texts: codes, identifiers, titles.
_KINDS: Mapping[str, dict[str, Any]] = {
    "date": {"type": "string", "format": "date"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "boolean": {"type": "string", "enum": ["true", "false", "是", "否"]},
}
_LEFT_EMPTY = {"type": "string", "maxLength": 0}


def question_paths(questions: Iterable[Question]) -> dict[str, Any]:
    """The path items of the list of questions, and of each question below it."""
    listed = _operation("listQuestions", _LISTED, _LIST)
    return {f"{PATH}.{JSON.suffix}": {"get": listed}} | {
        f"{PATH}/{question.name}.{{form}}": {"get": _asked(question)} for question in questions
    }


def _asked(question: Question) -> dict[str, Any]:
    name = "".join(part.capitalize() for part in question.name.split("-"))
    title, rows = question.title, question.answers
    text = Text(f"{title.zh}：{rows.zh}。", f"{title.en}: {rows.en}.")
    parameters = [_form(), *map(_parameter, question.parameters)]
    return _operation(f"ask{name}", _ANSWERED, text, 404, 422, others=(CSV.media_type,)) | {"parameters": parameters}


def _operation(name: str, document: str, text: Text, *statuses: int, others: tuple[str, ...] = ()) -> dict[str, Any]:
    told = documented(name, document, *statuses, others=others)
    return {
        "tags": ["questions"],
        "description": f"{text.zh} {text.en}",
        "operationId": told["operation_id"],
        "responses": {str(status): answer for status, answer in told["responses"].items()},
    }


def _form() -> dict[str, Any]:
    schema = {"type": "string", "enum": [JSON.suffix, CSV.suffix]}
    return {"name": "form", "in": "path", "required": True, "description": f"{_FORM.zh} {_FORM.en}", "schema": schema}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    """A parameter of a question as one of the query; one that is left empty counts as not given."""
    schema = _KINDS.get(parameter.kind)
    if parameter.required:
        schema = schema or {"type": "string", "minLength": 1}
    else:
        schema = {"anyOf": [schema, _LEFT_EMPTY]} if schema else {"type": "string"}
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": f"{parameter.label.zh}。 {parameter.label.en}.",
        "schema": schema,
    }
