"""``/api``: the OpenAPI as a page for people, made here and with nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import groupby
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from danao.web.answers import Variant, answered
from danao.web.api.describing import halves
from danao.web.api.openapi import document_of, operations
from danao.web.api.parameters import AskedBy
from danao.web.forms import HTML

_TAGS: Mapping[str, dict[str, str]] = {
    "stateless": {"zh": "检查与评估，不保存", "en": "Check and assess, keeping nothing"},
    "projects": {"zh": "项目", "en": "Projects"},
    "writing": {"zh": "提交与公布", "en": "Submit and publish"},
    "questions": {"zh": "能力问题", "en": "Competency questions"},
    "standard": {"zh": "标准", "en": "The standard"},
    "administration": {"zh": "管理", "en": "Administration"},
}

# Where a parameter stands.
_PLACES: Mapping[str, dict[str, str]] = {
    "path": {"zh": "路径", "en": "path"},
    "query": {"zh": "查询", "en": "query"},
    "header": {"zh": "标头", "en": "header"},
}


def page_routes() -> APIRouter:
    """The routes of the page."""
    routes = APIRouter(include_in_schema=False)
    for path in ("/api", "/api.html"):
        routes.add_api_route(path, get_page, methods=["GET", "HEAD"])
    return routes


def get_page(request: Request, asked: AskedBy) -> Response:
    """Every operation with its parameters, statuses and documents."""
    answer, linking = document_of(request), asked.service.linking
    variant = Variant("/api", HTML, asked.lang, private=False, forms=(HTML,))
    tag = sha256(f"{answer.etag} {asked.lang} {request.url.query}".encode()).hexdigest()[:32]
    shown = {"groups": list(_groups(request)), "places": _PLACES}
    return answered(
        request,
        variant,
        linking.state(asked.sight).validators("api", tag),
        lambda: linking.pages.page("api.html", request, variant, **shown),
    )


def _groups(request: Request) -> Iterator[dict[str, Any]]:
    """The operations by tag, in the order of the routes."""
    found = list(operations(document_of(request).value))
    order = list(_TAGS)
    found.sort(key=lambda pair: order.index(pair[2]["tags"][0]))
    for tag, own in groupby(found, key=lambda pair: pair[2]["tags"][0]):
        yield {"tag": tag, "label": _TAGS[tag], "operations": [_operation(*one) for one in own]}


def _operation(path: str, method: str, told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": told["operationId"],
        "method": method.upper(),
        "path": path,
        "text": halves(told["description"]).as_json(),
        "body": sorted(told.get("requestBody", {}).get("content", ())),
        "parameters": [_parameter(one) for one in told.get("parameters", ())],
        "answers": [_answer(status, one) for status, one in sorted(told["responses"].items())],
    }


def _parameter(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": told["name"],
        "place": told["in"],
        "required": told["required"],
        "text": halves(told["description"]).as_json(),
    }


def _answer(status: str, told: Mapping[str, Any]) -> dict[str, Any]:
    text = told["description"]
    return {"status": status, "text": halves(text).as_json(), "forms": sorted(told.get("content", ()))}
