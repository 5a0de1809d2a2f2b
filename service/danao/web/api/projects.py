"""Documents about registered projects, each as the reader sees it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from danao import __version__
from danao.describe import IDENTIFIER
from danao.errors import Text, UnknownProject
from danao.registry.public_views import public_history
from danao.registry.views import history
from danao.web.api.describing import documented
from danao.web.api.finding import Found, find, find_whole, kept, submissions, unknown
from danao.web.api.forms import answered, as_json, form_of, refuse_but_json
from danao.web.api.listing import Wanted, chosen, links, seen_projects
from danao.web.api.parameters import AskedBy, Code, Identifier, Points, ResultKind, Version
from danao.web.api.working import made
from danao.web.asking import Asked

routes = APIRouter(default_response_class=Response, tags=["projects"])
LIST_FORMAT, PROJECT_FORMAT = "danao-projects/1", "danao-project/1"


@routes.get("/projects", **documented("listProjects", LIST_FORMAT, 406))
def list_projects(request: Request, asked: AskedBy, wanted: Annotated[Wanted, Depends()]) -> Response:
    """列出看得到的项目。 List the projects that the reader sees, a page at a time."""
    refuse_but_json(request)
    found = chosen(seen_projects(asked), wanted)
    pages = max(1, -(-len(found) // wanted.size))
    value = {
        "format": LIST_FORMAT,
        "software": f"danao {__version__}",
        "base": asked.service.base,
        "total": len(found),
        "page": wanted.page,
        "pages": pages,
        "projects": found[(wanted.page - 1) * wanted.size :][: wanted.size],
    }
    link = links(f"{asked.service.base}api/projects", dict(request.query_params), wanted.page, pages)
    return answered(request, as_json(value), {"Link": link})


@routes.get("/projects/{identifier}", **documented("getProject", PROJECT_FORMAT, 404, 406, 422))
def get_project(request: Request, asked: AskedBy, identifier: Identifier) -> Response:
    """一个项目：现状、总分、看得到多少。 A project: what is current, its totals, how much of it is seen."""
    refuse_but_json(request)
    return answered(request, as_json(project_of(asked, identifier)))


def project_of(asked: Asked, identifier: str) -> dict[str, Any]:
    """What is told of a project, ``danao-project/1``.

    :raises UnknownProject: there is none that the reader may see.
    """
    found = find(asked, identifier)
    member = next((one for one in seen_projects(asked) if one["identifier"] == identifier), None)
    if member is None:
        raise unknown(identifier)
    return _project(asked, member, found)


def _project(asked: Asked, member: Any, found: Found) -> dict[str, Any]:  # noqa: ANN401 - JSON is any
    withheld = None if found.whole else json.loads(made(asked, "withheld", {"found": found.as_json()}).body)
    place = f"{asked.service.base}api/projects/{member['identifier']}"
    return {
        "format": PROJECT_FORMAT,
        "software": f"danao {__version__}",
        **member,
        "seen": "office" if found.whole else "public",
        "withheld": withheld,
        "links": {name: f"{place}/{name}" for name in ("assessment", "history", *(_OF_WHOLE if found.whole else ()))},
    }


_OF_WHOLE = ("gaps", "diff")


@routes.get(
    "/projects/{identifier}/assessment", **documented("getAssessment", "danao-assessment/1", 404, 406, 422, rdf=True)
)
def get_assessment(request: Request, asked: AskedBy, identifier: Identifier, version: Version = None) -> Response:
    """一个版本的评估，两种结果。 The assessment of a version, both results; as RDF, its graph."""
    form = form_of(request)
    found = find(asked, identifier, version)
    return answered(request, made(asked, "assessment", {"found": found.as_json(), "form": form}))


@routes.get(
    "/projects/{identifier}/explain/{code:path}", **documented("explainElement", "danao-explanation/1", 404, 406, 422)
)
def explain_element(
    request: Request, asked: AskedBy, identifier: Identifier, code: Code, version: Version = None
) -> Response:
    """一个要素为什么是这个得分。 Why an element scores what it does, down to claims and evidence."""
    refuse_but_json(request)
    found = find(asked, identifier, version)
    return answered(request, made(asked, "explained", {"found": found.as_json(), "code": code}))


@dataclass(frozen=True)
class WantedGaps:
    """What is asked of gaps: the kind of result that orders them, a total to reach, days in which evidence expires."""

    result: Annotated[ResultKind, Query(description="按哪种结果排序。 The result that orders.")] = "SelfAssessed"
    target: Points = None
    within: Annotated[
        int, Query(ge=0, le=36_500, description="多少天内到期的证据。 Evidence that expires in days.")
    ] = 90

    def as_json(self) -> dict[str, Any]:
        """What a worker is told."""
        target = None if self.target is None else f"{self.target:f}"
        return {"result": self.result, "target": target, "within": self.within}


@routes.get("/projects/{identifier}/gaps", **documented("listGaps", "danao-gaps/1", 403, 404, 406, 422))
def list_gaps(
    request: Request,
    asked: AskedBy,
    identifier: Identifier,
    wanted: Annotated[WantedGaps, Depends()],
    version: Version = None,
) -> Response:
    """缺什么，补上值多少分。 What is missing, by what closing it gains; for who sees the whole project."""
    refuse_but_json(request)
    found = find_whole(asked, identifier, version)
    return answered(request, made(asked, "missing", {"found": found.as_json(), **wanted.as_json()}))


@routes.get("/projects/{identifier}/history", **documented("getHistory", "danao-history/1", 404, 406))
def get_history(request: Request, asked: AskedBy, identifier: Identifier) -> Response:
    """一个项目的版本、公布与撤回。 Versions, publications and withdrawals; to the public the last two."""
    refuse_but_json(request)
    return answered(request, as_json(history_of(asked, identifier)))


def history_of(asked: Asked, identifier: str) -> dict[str, Any]:
    """What the log says of a project, ``danao-history/1``, as the reader may see it.

    :raises UnknownProject: there is none that they may see.
    """
    if not IDENTIFIER.fullmatch(identifier):
        raise unknown(identifier)
    registry = kept(asked)
    if asked.reader.sees(identifier):
        try:
            return history(registry, identifier)
        except UnknownProject as error:
            raise unknown(identifier) from error
    told = public_history(registry, identifier)
    if told is None:
        raise unknown(identifier)
    return told


@routes.get("/projects/{identifier}/diff", **documented("getDifference", "danao-difference/1", 403, 404, 406, 422))
def get_difference(
    request: Request,
    asked: AskedBy,
    identifier: Identifier,
    version: Version = None,
    before: Annotated[
        int | None,
        Query(
            alias="from",
            ge=1,
            le=1_000_000_000,
            description="与第几版比较，默认前一版。 Which version to start from; the one before by itself.",
        ),
    ] = None,
) -> Response:
    """两个版本之间得分为什么变化。 Why the score changed between versions; for who sees the whole project."""
    refuse_but_json(request)
    earlier, later = sides_of(asked, identifier, before, version)
    return answered(request, made(asked, "changed", {"before": earlier.as_json(), "after": later.as_json()}))


def sides_of(asked: Asked, identifier: str, before: int | None, version: int | None) -> tuple[Found, Found]:
    """The two versions of a difference: the current one and the one before it, where others are not asked for.

    :raises UnknownProject: there is no such version, or none before the first.
    :raises NotAllowed: the reader sees what is public of it only.
    """
    later = find_whole(asked, identifier, version)
    return (_before(asked, identifier, later) if before is None else find_whole(asked, identifier, before)), later


def _before(asked: Asked, identifier: str, later: Found) -> Found:
    numbers = [entry.number for entry in submissions(asked, identifier)]
    place = numbers.index(later.entry.number)
    if not place:
        raise UnknownProject(
            Text(f"{identifier} 没有更早的版本。", f"{identifier} has no earlier version."),
            fix=Text("登记新的版本后再比较。", "Register another version first."),
        )
    return find_whole(asked, identifier, place)
