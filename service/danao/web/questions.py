"""``/questions``: the competency questions, asked of what the reader sees, as JSON, CSV and pages."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from danao.errors import BadRequest, NotFound, Text, UsageError
from danao.heads import Parameter, Question
from danao.questions import answer, question_list, question_named, questions
from danao.registry.asking import Shown
from danao.render.questions import as_csv, plain
from danao.view import Standard
from danao.web.answers import Variant, answered
from danao.web.api.listing import seen_projects
from danao.web.asking import Asked
from danao.web.forms import HTML, Form, form_of
from danao.web.frames import Message
from danao.web.linked import READING, Seen
from danao.web.linking import nothing_here
from danao.web.pool import Work
from danao.web.site.highlighting import highlighted
from danao.web.site.numbers import aligned
from danao.web.site.questions import choices_of, path_of_question, topics
from danao.web.worker import Worker

PATH = "/questions"
JSON = Form("json", "application/json", Text("JSON", "JSON"))
CSV = Form("csv", "text/csv", Text("CSV", "CSV"))
_LISTED, _ANSWERED = (HTML, JSON), (HTML, JSON, CSV)
# Parameters of addresses that are no question's.
_OTHERS = ("lang", "_mediatype")
_JOB = "danao.web.questions:ask"
# Kinds of parameters whose values browsers know how to take; projects that a list shows.
_INPUTS: Mapping[str, str] = {"date": "date", "integer": "number"}
_MOST_PROJECTS = 100


def question_routes() -> APIRouter:
    """The list of questions, and each of them."""
    router = APIRouter(include_in_schema=False)
    for path in (PATH, f"{PATH}.{{suffix}}"):
        router.add_api_route(path, listed, methods=READING)
    router.add_api_route(f"{PATH}/{{name}}", asked, methods=READING)
    return router


def listed(request: Request, seen: Seen, suffix: str = "") -> Response:
    """What can be asked."""
    form = _form(suffix, _LISTED) if suffix else form_of(request, _LISTED)
    variant = Variant(PATH, form, seen.lang, private=False, forms=_LISTED)
    linking, said = seen.service.linking, question_list(seen.service.knowledge)
    validators = linking.state(seen.sight).validators(PATH, form.suffix, seen.lang, str(request.url.query))

    def body() -> bytes:
        if form is JSON:
            return _json(said)
        return linking.pages.page("site/questions.html", request, variant, topics=topics(seen.service.knowledge))

    return answered(request, variant, validators, body)


def asked(request: Request, seen: Seen, name: str) -> Response:
    """The answer of a question; for people, without an answer as long as a parameter is missing that it takes."""
    stem, dot, suffix = name.rpartition(".")
    question = _question(stem if dot else name, seen)
    form = _form(suffix, _ANSWERED) if dot else form_of(request, _ANSWERED)
    given = _given(request)
    path = path_of_question(question.name)
    private = not seen.reader.is_public
    # Without its parameters there is no answer, in any form.
    forms = (HTML,) if form is HTML and _waits(question, given) else _ANSWERED
    variant = Variant(path, form, seen.lang, private, forms=forms, chosen=urlencode(given))
    validators = seen.service.linking.state(seen.sight).validators(path, form.suffix, seen.lang, str(request.url.query))

    def body() -> bytes:
        if form is HTML:
            return _page(request, variant, seen, question, given)
        view = _answer(seen, question, given)
        return _json(view) if form is JSON else _csv(view, seen.lang)

    return answered(request, variant, validators, body)


# ---- What is asked ----


def _question(name: str, seen: Asked) -> Question:
    knowledge = seen.service.knowledge
    if name not in {one.name for one in questions(knowledge)}:
        raise NotFound(
            Text("没有这个问题。", "There is no such question."),
            fix=Text("问题列在 /questions。", "Questions are listed at /questions."),
        )
    return question_named(name, knowledge)


def _form(suffix: str, forms: Sequence[Form]) -> Form:
    form = next((one for one in forms if one.suffix == suffix), None)
    if form is None:
        raise nothing_here()
    return form


def _given(request: Request) -> dict[str, str]:
    """The parameters as they are written, those that were left empty in a form left out."""
    given = [(name, value) for name, value in request.query_params.multi_items() if value and name not in _OTHERS]
    twice = [name for name, count in Counter(name for name, _ in given).items() if count > 1]
    if twice:
        raise BadRequest(
            Text(f"参数 {twice[0]} 写了不止一次。", f"The parameter {twice[0]} is given more than once."),
            fix=Text("每个参数写一次。", "Give each parameter once."),
        )
    return dict(given)


def _answer(seen: Asked, question: Question, given: Mapping[str, str]) -> dict[str, Any]:
    """``danao-answer/1``, of what the reader sees.

    :raises UsageError: a parameter is unknown, missing, or its value fits no thing of its kind.
    """
    sight, service = seen.sight, seen.service
    arguments = {"folder": str(sight.copy.folder), "shown": sight.shown, "base": service.base}
    work = Work(_JOB, arguments | {"question": question.name, "given": dict(given)})
    found: dict[str, Any] = service.queries.run(work, service.settings.query).header["answer"]
    return found


def ask(worker: Worker, arguments: dict[str, Any], _parts: Sequence[bytes]) -> Message:
    """In a worker: the answer of a question, of what some graphs of a copy show."""
    shown = Shown(worker.copy(arguments["folder"]), arguments["shown"], worker.knowledge, arguments["base"])
    question = question_named(arguments["question"], worker.knowledge)
    return Message({"answer": answer(question, arguments["given"], shown)})


# ---- How it is told ----


def _json(view: dict[str, Any]) -> bytes:
    return (json.dumps(view, ensure_ascii=False, indent=2) + "\n").encode()


def _csv(view: dict[str, Any], lang: str) -> bytes:
    return as_csv([(column["name"], column["label"]) for column in view["columns"]], view["rows"], lang).encode()


def _page(request: Request, variant: Variant, seen: Asked, question: Question, given: Mapping[str, str]) -> bytes:
    view = None if _waits(question, given) else _answer(seen, question, given)
    numeric = _numeric(view) if view else []
    return seen.service.linking.pages.page(
        "site/question.html",
        request,
        variant,
        question=question.as_json(),
        numeric=numeric,
        source=highlighted(question.text, "sparql"),
        fields=[_field(one, given, seen) for one in question.parameters],
        rows=_rows(view, numeric, seen) if view else None,
        projects=view["projects"] if view else 0,
        chosen_lang=request.query_params.get("lang", ""),
    )


def _waits(question: Question, given: Mapping[str, str]) -> bool:
    """Whether a page is to ask for parameters before there is an answer."""
    return not given and any(one.required for one in question.parameters)


def _field(parameter: Parameter, given: Mapping[str, str], seen: Asked) -> dict[str, Any]:
    """A parameter as a field of a form, with what it may be set to where that is a list; ``by_itself`` if it is not."""
    value, standard = given.get(parameter.name, ""), seen.service.standard
    choices = _projects(seen) if parameter.kind == "project" else choices_of(parameter, standard)
    chosen = [one for one in choices if _is_same(one["value"], value, standard)]
    by_itself = [one["label"] for one in choices if _is_same(one["value"], parameter.default or "", standard)]
    return parameter.as_json() | {
        "value": chosen[0]["value"] if chosen else value,
        # What was written and is no choice stays to be mended.
        "choices": choices if chosen or not value else [],
        "by_itself": by_itself[0] if by_itself else None,
        "input": _INPUTS.get(parameter.kind, "text"),
    }


def _projects(seen: Asked) -> list[dict[str, Any]]:
    """The projects to choose from; nothing where they are too many for a list."""
    members = seen_projects(seen)
    if len(members) > _MOST_PROJECTS:
        return []
    return [{"value": one["identifier"], "label": _called(one)} for one in members]


def _called(member: Mapping[str, Any]) -> dict[str, str]:
    name = member["identifier"]
    return {lang: f"{title} ({name})" for lang, title in (member["title"] or {"zh": name, "en": name}).items()}


def _is_same(choice: str, value: str, standard: Standard) -> bool:
    """Whether a value as a user writes it means a choice."""
    try:
        return choice == value or (bool(value) and standard.element(value) == standard.element(choice))
    except UsageError:
        return False


def _numeric(view: Mapping[str, Any]) -> list[bool]:
    """Of each column, whether it has numbers."""
    return [any(_is_number(row[column["name"]]) for row in view["rows"]) for column in view["columns"]]


def _is_number(cell: Mapping[str, Any] | None) -> bool:
    return cell is not None and cell.get("type") in ("integer", "decimal", "double")


def _rows(view: Mapping[str, Any], numeric: Sequence[bool], seen: Asked) -> list[tuple[dict[str, Any], ...]]:
    """The rows of an answer as cells; those of each column stand below one another."""
    pairs = zip(view["columns"], numeric, strict=True)
    columns = [_column([row[one["name"]] for row in view["rows"]], number, seen) for one, number in pairs]
    return list(zip(*columns, strict=True))


def _column(cells: Sequence[dict[str, Any] | None], number: bool, seen: Asked) -> list[dict[str, Any]]:  # noqa: FBT001 - of a pair
    """The cells of a column: a text, and the path of the document of a thing that has one here."""
    texts = [plain(cell, seen.lang) for cell in cells]
    addresses = seen.service.linking.addresses
    paths = [addresses.path(cell["iri"]) if cell and "iri" in cell else None for cell in cells]
    shown = aligned(texts) if number else texts
    return [{"text": text, "path": path} for text, path in zip(shown, paths, strict=True)]
