"""Several registered projects beside one another: their points, and their ranks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from danao.errors import BadRequest, Text
from danao.registry.ranking import ranking
from danao.web.api.describing import documented
from danao.web.api.finding import find, kept
from danao.web.api.forms import answered, as_json, refuse_but_json
from danao.web.api.parameters import AskedBy, ResultKind
from danao.web.api.working import made
from danao.web.asking import Asked
from danao.web.lasting import Answer

routes = APIRouter(default_response_class=Response, tags=["projects"])
COMPARISON, RANKING = "danao-comparison/1", "danao-ranking/1"


@routes.get("/compare", **documented("compareProjects", COMPARISON, 404, 406, 422))
def compare(
    request: Request,
    asked: AskedBy,
    project: Annotated[
        list[str],
        Query(
            min_length=2,
            max_length=6,
            examples=[["sd-wood-2025", "small"]],
            description="要比较的项目标识，2 到 6 个。 Identifiers of 2 to 6 projects; differences are to the first.",
        ),
    ],
) -> Response:
    """比较几个项目的得分。 Projects side by side: totals, dimensions, elements with weights."""
    refuse_but_json(request)
    return answered(request, comparison_told(asked, project))


def comparison_told(asked: Asked, identifiers: Sequence[str]) -> Answer:
    """Projects side by side as the reader sees each, ``danao-comparison/1``; differences are to the first.

    :raises BadRequest: a project is named twice.
    :raises UnknownProject: there is one that the reader may not see, or none.
    :raises DifferentProjects: they were assessed by different standards.
    """
    if len(set(identifiers)) < len(identifiers):
        raise BadRequest(
            Text("同一个项目给出了两次。", "A project is named twice."),
            fix=Text("每个项目只写一次。", "Name each project once."),
        )
    found = [find(asked, identifier).as_json() for identifier in identifiers]
    return made(asked, "compared", {"found": found})


@routes.get("/ranking", **documented("rankProjects", RANKING, 406, 409))
def rank(
    request: Request,
    asked: AskedBy,
    result: Annotated[ResultKind, Query(description="按哪种结果。 By which result.")] = "Verified",
) -> Response:
    """给项目排名；同分同名次。 Ranks by the total; equal points share one. To who sees all, by exact points."""
    refuse_but_json(request)
    public = not asked.reader.sees_everything
    key = f"ranking {result} {public} {asked.copy.folder.name}"
    return answered(request, asked.service.answers.of(key, lambda: _ranked(asked, result, public=public)))


def _ranked(asked: Asked, result: str, *, public: bool) -> Answer:
    return as_json(ranking(kept(asked), result, asked.service.knowledge, public=public))
