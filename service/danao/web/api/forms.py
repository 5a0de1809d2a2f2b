"""The forms that documents are asked for in, and answers with what HTTP says of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from danao.web.answers import kept, unchanged
from danao.web.forms import JSON_LD, TURTLE
from danao.web.freshness import Validators, is_unchanged
from danao.web.lasting import Answer
from danao.web.negotiation import negotiated
from danao.web.readers import PUBLIC

JSON = "application/json"
# Media type → what the form is called in Python.
FORMS: Mapping[str, str] = {JSON: "json", TURTLE.media_type: "turtle", JSON_LD.media_type: "jsonld"}


def form_of(request: Request) -> str:
    """The media type that a request prefers of those that documents have.

    :raises NotAcceptable: it takes none of them.
    """
    return negotiated(", ".join(request.headers.getlist("accept")), list(FORMS))


def refuse_but_json(request: Request) -> None:
    """See that a request takes JSON, which is all there is.

    :raises NotAcceptable: it does not.
    """
    negotiated(", ".join(request.headers.getlist("accept")), [JSON])


def as_json(value: Mapping[str, Any]) -> Answer:
    """An answer of plain data."""
    return Answer(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), JSON)


def answered(request: Request, answer: Answer, headers: Mapping[str, str] | None = None) -> Response:
    """The answer, or that whoever asks has it already.

    :raises PreconditionFailed: the request is for another state of it.
    """
    validators, reader = Validators(answer.etag), getattr(request.state, "reader", PUBLIC)
    told = {
        "Cache-Control": kept(private=not reader.is_public),
        "Vary": "Accept, Authorization, Cookie",
        **validators.headers(),
        **(headers or {}),
    }
    if is_unchanged(request.headers, validators):
        return unchanged(told, answer.media_type)
    return Response(answer.body, headers=told, media_type=answer.media_type)
