"""Descriptions that are sent to be checked or assessed; nothing of them is kept."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from danao.errors import Place
from danao.web.api.describing import documented
from danao.web.api.forms import form_of
from danao.web.api.parameters import AskedBy
from danao.web.api.uploads import MULTIPART, SYNTAXES, Upload, uploaded
from danao.web.api.working import done
from danao.web.asking import Asked

routes = APIRouter(default_response_class=Response, tags=["stateless"])

Uploaded = Annotated[Upload, Depends(uploaded)]
AsOf = Annotated[
    str | None,
    Query(
        max_length=40,
        description="基准日，默认今天；审查文件写明的优先。 The date on which evidence is judged, today by itself; "
        "an examination's own comes first.",
        examples=["2026-03-01"],
    ),
]
Scheme = Annotated[
    str | None,
    Query(max_length=100, description="评分方案的名称。 The name of a scoring scheme.", examples=["default"]),
]
_FILES = {"type": "array", "items": {"type": "string", "format": "binary"}}
_BODY: dict[str, Any] = {
    "required": True,
    "description": "一份描述；或表单：description 与 examination 文件。 A description; or a form with files.",
    "content": {
        **{media: {"schema": {"type": "string"}} for media in SYNTAXES},
        MULTIPART: {
            "schema": {
                "type": "object",
                "properties": {"description": _FILES | {"minItems": 1}, "examination": _FILES},
                "required": ["description"],
                "additionalProperties": False,
            }
        },
    },
}
_STATUSES = (406, 408, 413, 415, 422)


@dataclass(frozen=True)
class Sought:
    """What is sought of descriptions: the media type of the answer, the date, the name of a scheme."""

    form: str
    as_of: str | None
    scheme: str | None


@routes.post(
    "/validate",
    openapi_extra={"requestBody": _BODY},
    **documented("validate", "danao-assessment/1", *_STATUSES, rdf=True, cached=False),
)
def validate(request: Request, asked: AskedBy, upload: Uploaded, as_of: AsOf = None, scheme: Scheme = None) -> Response:
    """检查描述，列出每个问题；不保存。 Check descriptions and list every problem; nothing is kept."""
    return _computed("validated", Sought(form_of(request), as_of, scheme), asked, upload)


@routes.post(
    "/assess",
    openapi_extra={"requestBody": _BODY},
    **documented("assess", "danao-assessment/1", *_STATUSES, rdf=True, cached=False),
)
def assess(request: Request, asked: AskedBy, upload: Uploaded, as_of: AsOf = None, scheme: Scheme = None) -> Response:
    """评估描述，给出两种结果；不保存。 Assess descriptions, both results; nothing is kept."""
    return _computed("assessed", Sought(form_of(request), as_of, scheme), asked, upload)


def _computed(job: str, sought: Sought, asked: Asked, upload: Upload) -> Response:
    arguments = {
        **dataclasses.asdict(sought),
        "files": [[one.name, one.syntax] for one in upload.files],
        "descriptions": len(upload.descriptions),
        "limits": dataclasses.asdict(asked.service.settings.limits),
    }
    place = Place(file=", ".join(one.name for one in upload.files))
    answer = done(asked, job, arguments, [one.data for one in upload.files], place)
    return Response(answer.body, headers={"Cache-Control": "no-store", "Vary": "Accept"}, media_type=answer.media_type)
