"""What the OpenAPI says of a route: the schema of its answer, every status that it may have, what it takes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from danao.errors import Text
from danao.web.api.forms import FORMS, JSON
from danao.web.problems import MEDIA_TYPE

_PROBLEM = {"schema": {"$ref": "#/components/schemas/Problem"}}
# A parameter may be wrong, a token too; there may be too many requests, a fault, no process free.
_ALWAYS = (400, 401, 429, 500, 503)
_REASONS = {
    304: "与已有的相同。 The same as the one that was given before.",
    400: "请求有误。 The request cannot be made sense of.",
    401: "令牌不对，或需要令牌。 The token is wrong, or one is needed.",
    403: "不允许。 Not allowed to this reader.",
    404: "没有，或看不到。 There is none, or none that the reader may see.",
    406: "没有所要的格式。 Not to be had in the media types asked for.",
    412: "已经变了。 It is for another state of the document.",
    408: "太慢。 It came too slowly.",
    409: "与现状不符。 It does not go with how things are.",
    413: "太大。 Too large.",
    415: "看不出格式。 The format cannot be told, or is not read.",
    422: "内容用不了。 What was sent cannot be used, or takes too much time or memory.",
    429: "请求太多。 Too many requests.",
    500: "服务出错。 A fault of the service.",
    503: "正忙。 Busy; try again.",
    507: "没有空间。 There is no room to write.",
}
_HEADERS = {
    "ETag": {"description": "内容的标签。 The tag of these bytes.", "schema": {"type": "string"}},
    "Cache-Control": {"description": "每次都要确认。 Used again only after asking.", "schema": {"type": "string"}},
}


def documented(
    operation: str, document: str, *statuses: int, rdf: bool = False, cached: bool = True, others: Iterable[str] = ()
) -> dict[str, Any]:
    """What a route's decorator is told: its name, the format of its documents, the statuses it may have besides 200.

    ``rdf`` if it has them as RDF too, ``cached`` if they have a tag by which they are asked for again; ``others`` are
    further media types of theirs.
    """
    forms = (*(FORMS if rdf else (JSON,)), *others)
    content = {form: {"schema": schema_for(document) if form == JSON else {"type": "string"}} for form in forms}
    told = {"description": f"`{document}`", "content": content} | ({"headers": _HEADERS} if cached else {})
    own = {412, *statuses} if cached else {*statuses}
    problems = {status: problem_of(status) for status in sorted({*_ALWAYS, *own})}
    same = {304: {"description": _REASONS[304]}} if cached else {}
    return {"operation_id": operation, "responses": {200: told, **same, **problems}}


_CREATED = {"Location": {"description": "新内容的 IRI。 The IRI of what is new.", "schema": {"type": "string"}}}
# What is written takes a token, and room; it may have been overtaken.
_WRITING = (403, 404, 408, 409, 413, 415, 422, 507)


def writes(operation: str, document: str) -> dict[str, Any]:
    """What the decorator of a route is told that writes: 201 where something is new, 200 where nothing is."""
    content = {JSON: {"schema": schema_for(document)}}
    same = {"description": f"`{document}`", "content": content}
    problems = {status: problem_of(status) for status in sorted({*_ALWAYS, *_WRITING})}
    return {"operation_id": operation, "responses": {200: same, 201: {**same, "headers": _CREATED}, **problems}}


def gives(operation: str, media_types: Iterable[str], *statuses: int, parts: bool = False) -> dict[str, Any]:
    """What the decorator of a route is told that gives something else than a document of a format.

    ``parts`` if a part of it may be asked for.
    """
    told = {
        "description": "内容本身。 The thing itself.",
        "content": {one: {"schema": {"type": "string"}} for one in media_types},
    }
    problems = {status: problem_of(status) for status in sorted({*_ALWAYS, *statuses})}
    part = {206: {**told, "description": "所要的部分。 The part that was asked for."}} if parts else {}
    return {"operation_id": operation, "responses": {200: told, **part, **problems}}


def halves(text: str) -> Text:
    """A text of the OpenAPI in its two languages: Chinese comes first, up to its full stop; some have one text only."""
    zh, stop, en = text.partition("。 ")
    return Text(f"{zh}。", en) if stop else Text(text, text)


def schema_for(document: str) -> dict[str, str]:
    """A reference to the schema of a format."""
    return {"$ref": f"#/components/schemas/{component_of(document)}"}


def component_of(document: str) -> str:
    """The name of a format among the components: without a slash."""
    return document.replace("/", "-")


def problem_of(status: int) -> dict[str, Any]:
    """An answer that says what went wrong."""
    return {"description": _REASONS[status], "content": {MEDIA_TYPE: _PROBLEM}}
