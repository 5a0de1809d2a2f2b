"""``/openapi.json``: the routes of the API, the questions, the JSON Schemas of our formats, the statuses that occur."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import Response

from danao import __version__
from danao.formats.schemas import read_schema, schema_names
from danao.questions import questions
from danao.resources import data_root
from danao.view import Standard
from danao.web.api.describing import component_of, halves
from danao.web.api.forms import answered, as_json
from danao.web.api.questioning import question_paths
from danao.web.lasting import Answer
from danao.web.service import Service

_COMPONENTS, _DEFINITIONS = "#/components/schemas/", "#/$defs/"
_PREFIX = "/api/"
_TEXT = {
    "type": "object",
    "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
    "required": ["zh", "en"],
    "additionalProperties": False,
}
# RFC 9457, with members of our own.
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "出了什么错（RFC 9457）。 What went wrong.",
    "properties": {
        "type": {"type": "string", "description": "错误的说明页。 The page of the error."},
        "title": {"type": "string", "description": "错误的名称。 Its name.", "pattern": "^[A-Z][A-Za-z]+$"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "错在哪里。 What is wrong, in the language asked for."},
        "instance": {"type": "string", "description": "请求的路径。 The path that was asked for."},
        "message": {**_TEXT, "description": "两种语言。 In both languages."},
        "fix": {**_TEXT, "description": "怎么改。 What to do about it."},
        "where": {
            "type": "object",
            "description": "在哪里。 Where it is: the part that was sent, line and column, node.",
            "properties": {
                "file": {"type": "string"},
                "line": {"type": "integer", "minimum": 1},
                "column": {"type": "integer", "minimum": 1},
                "node": {"type": "string"},
            },
            "additionalProperties": False,
        },
        "problems": {
            "type": "array",
            "description": "描述的每个问题，同 danao-assessment/1。 Every problem of a description that is refused.",
            "items": {"type": "object"},
        },
    },
    "required": ["type", "title", "status", "detail", "instance", "message"],
}
_ABOUT = (
    "已登记项目的文档、能力问题与不保存的评估。每个人只看到有权看的内容；错误都是 RFC 9457 的 problem details，"
    "名称见 errors.md。 "
    "Documents about registered projects, competency questions, and assessments of which nothing is kept. Everyone "
    "sees what they may see; "
    "errors are problem details (RFC 9457) with the names of errors.md."
)
_BEARER = {"type": "http", "scheme": "bearer", "description": "令牌，由 danao token 签发。 Made by danao token."}


def openapi_routes() -> APIRouter:
    """The route of the document."""
    routes = APIRouter(default_response_class=Response)
    routes.add_api_route("/openapi.json", get_document, methods=["GET", "HEAD"], include_in_schema=False)
    return routes


def get_document(request: Request) -> Response:
    """The OpenAPI of the service."""
    return answered(request, document_of(request))


def document_of(request: Request) -> Answer:
    """The document of the application that a request is made to, made once."""
    service: Service = request.app.state.service
    return service.answers.of("openapi", lambda: as_json(openapi_of(request.app)))


def openapi_of(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of the routes of the API in an application, and of the questions it answers."""
    found = get_openapi(
        title="danao API",
        version=__version__,
        description=_ABOUT,
        routes=app.routes,
        servers=[{"url": "/"}],
        separate_input_output_schemas=False,
    )
    found["paths"] = {path: item for path, item in found["paths"].items() if path.startswith(_PREFIX)}
    service: Service = app.state.service
    found["paths"] |= question_paths(questions(service.knowledge))
    for _, _, operation in operations(found):
        _mend(operation, service.standard)
    named = {component_of(name): name for name in schema_names()}
    used = {reference.removeprefix(_COMPONENTS) for reference in references(found["paths"])}
    schemas = {"Problem": PROBLEM}
    for component in sorted(used & named.keys()):
        schemas |= _components(named[component], component)
    found["components"] = {"schemas": schemas, "securitySchemes": {"bearer": _BEARER}}
    # Reading what is public takes no token.
    found["security"] = [{}, {"bearer": []}]
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every operation of a document with its path and method."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def _mend(operation: dict[str, Any], standard: Standard) -> None:
    """Put right what FastAPI says by itself, and add what only the knowledge has: the code of an element, an example.

    Parameters that are wrong are answered by us; summaries are the first sentence of what is said of an operation.
    """
    responses = operation["responses"]
    if any("HTTPValidationError" in reference for reference in references(responses.get("422", {}))):
        del responses["422"]
    operation["summary"] = halves(operation["description"]).zh
    for parameter in operation.get("parameters", ()):
        if parameter["name"] == "code":
            parameter["example"] = standard.notation(standard.roots[0])
    turtle = operation.get("requestBody", {}).get("content", {}).get("text/turtle")
    if turtle is not None:
        turtle["example"] = (data_root() / "examples" / "small.ttl").read_text(encoding="utf-8")


def _components(name: str, component: str) -> dict[str, Any]:
    """The schema of a format as components: itself, and each of its definitions under a name of its own."""
    schema = {key: part for key, part in read_schema(name).items() if key not in {"$schema", "$id", "$comment"}}
    parts = {component: schema, **{f"{component}.{key}": part for key, part in schema.pop("$defs").items()}}
    return {key: _moved(part, component) for key, part in parts.items()}


def _moved(part: Any, component: str) -> Any:  # noqa: ANN401 - JSON is any
    if isinstance(part, list):
        return [_moved(item, component) for item in part]
    if not isinstance(part, dict):
        return part
    return {
        key: f"{_COMPONENTS}{component}.{value.removeprefix(_DEFINITIONS)}"
        if key == "$ref"
        else _moved(value, component)
        for key, value in part.items()
    }


def references(part: object) -> Iterator[str]:
    """Everything that a part of a document refers to."""
    if isinstance(part, list):
        for item in part:
            yield from references(item)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key == "$ref" and isinstance(value, str):
                yield value
            else:
                yield from references(value)
