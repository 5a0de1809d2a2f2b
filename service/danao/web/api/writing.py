"""Writing by the API: submissions, examinations, publications; and the evidence files that came with them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query
from starlette.requests import Request
from starlette.responses import Response

from danao import __version__
from danao.errors import BadRequest, NotAllowed, NoToken, Place, RefusedSubmission, Text
from danao.inputs import now
from danao.web.admitting import noted
from danao.web.api.describing import writes
from danao.web.api.finding import find
from danao.web.api.forms import JSON
from danao.web.api.parameters import AskedBy, Identifier
from danao.web.api.uploads import MULTIPART, SYNTAXES, Sent, Upload, examined, submitted
from danao.web.asking import Asked
from danao.web.pool import Work
from danao.web.problems import problem_response
from danao.web.readers import Scope
from danao.web.repeating import HEADER, once, repeated

routes = APIRouter(default_response_class=Response, tags=["writing"])

SUBMISSION, PUBLICATION = "danao-submission/1", "danao-publication/1"
SOFTWARE = f"danao {__version__}"
_JOBS = "danao.web.api.submitting"
_LONGEST_REASON = 1000
_FILES = {"type": "array", "items": {"type": "string", "format": "binary"}}
_SUBMITTED: dict[str, Any] = {
    "required": True,
    "description": "一份描述；或表单：description、examination 与 evidence 文件。 A description; or a form with files.",
    "content": {
        **{media: {"schema": {"type": "string"}} for media in SYNTAXES},
        MULTIPART: {
            "schema": {
                "type": "object",
                "properties": {
                    "description": _FILES | {"minItems": 1, "maxItems": 1},
                    "examination": _FILES | {"maxItems": 1},
                    "evidence": _FILES,
                },
                "required": ["description"],
                "additionalProperties": False,
            }
        },
    },
}
_EXAMINED: dict[str, Any] = {
    "required": True,
    "description": "一份审查。 An examination.",
    "content": {media: {"schema": {"type": "string"}} for media in SYNTAXES},
}
Key = Annotated[
    str | None,
    Header(
        alias=HEADER,
        description="同一个键的同一请求只做一次。 A request that comes again with the same key is done once.",
    ),
]
_ENTRY = "所看的版本是第几条；此后有新版本则拒绝。 The entry that was looked at; refused if it is not the current one."
SeenEntry = Annotated[
    int,
    Query(ge=1, description=_ENTRY),
]
MaybeEntry = Annotated[
    int | None,
    Query(ge=1, description=_ENTRY),
]
Reason = Annotated[
    str,
    Query(min_length=1, max_length=_LONGEST_REASON, description="理由，公众可见。 The reason, which the public sees."),
]


@dataclass(frozen=True)
class Looked:
    """What whoever examines has looked at: a version of a project by the number of its entry."""

    identifier: Identifier
    entry: SeenEntry


@routes.post("/projects", openapi_extra={"requestBody": _SUBMITTED}, **writes("submitVersion", SUBMISSION))
def submit(
    request: Request, asked: AskedBy, upload: Annotated[Upload, Depends(submitted)], key: Key = None
) -> Response:
    """提交一个项目的新版本。 Submit a version of a project: a description, or a form with evidence files."""
    noted(request, "submit")
    _refuse_without(Scope.submit, asked)
    if upload.examinations:
        _refuse_without(Scope.assess, asked)
    named = [
        *(("description", one) for one in upload.descriptions),
        *(("examination", one) for one in upload.examinations),
        *(("evidence", one) for one in upload.evidence),
    ]
    files = [[field, one.name, one.syntax] for field, one in named]
    change = Change("submitted", {"files": files, "allowed": _allowed(asked)}, [one for _, one in named])
    return _once(request, asked, key, change)


@routes.post(
    "/projects/{identifier}/examinations",
    openapi_extra={"requestBody": _EXAMINED},
    **writes("examineVersion", SUBMISSION),
)
def examine(
    request: Request,
    asked: AskedBy,
    looked: Annotated[Looked, Depends()],
    sent: Annotated[Sent, Depends(examined)],
    key: Key = None,
) -> Response:
    """审查当前版本，得出新的版本。 Examine the current version: the same description with another examination."""
    noted(request, "examine", looked.identifier)
    _refuse(asked, Scope.assess, looked.identifier)
    arguments = {"identifier": looked.identifier, "entry": looked.entry, "files": [[sent.name, sent.syntax]]}
    return _once(request, asked, key, Change("examined", arguments, [sent]))


@routes.put("/projects/{identifier}/publication", **writes("publishProject", PUBLICATION))
def publish(request: Request, asked: AskedBy, identifier: Identifier, entry: MaybeEntry = None) -> Response:
    """公布当前的评估，范围由访问权限决定。 Let the public see the current assessment, as access rights allow."""
    noted(request, "publish", identifier)
    _refuse(asked, Scope.admin, identifier)
    told = carried_out(asked, Change("published", {"identifier": identifier, "entry": entry}))["told"]
    location = {"Location": told["entries"][0]["graph"]} if told["new"] else {}
    return _answer({"format": PUBLICATION, "identifier": identifier, **told}, location, new=told["new"])


@routes.delete("/projects/{identifier}/publication", **writes("withdrawProject", PUBLICATION))
def withdraw(request: Request, asked: AskedBy, identifier: Identifier, reason: Reason) -> Response:
    """撤回已公布的全部评估，留下理由。 Take back all that the public sees of a project; the reason stays."""
    noted(request, "withdraw", identifier)
    _refuse(asked, Scope.admin, identifier)
    if not reason.strip():
        raise BadRequest(
            Text("理由是空的。", "The reason is empty."),
            fix=Text("写明理由，公众可见。", "State it; the public sees it."),
        )
    arguments = {"identifier": identifier, "entry": None, "reason": reason.strip()}
    told = carried_out(asked, Change("taken_back", arguments))["told"]
    return _answer({"format": PUBLICATION, "identifier": identifier, **told}, {})


# ---- Who may ----


def _refuse_without(scope: Scope, asked: Asked) -> None:
    """See that a reader may do something to some project.

    :raises NoToken: nobody knows who they are.
    :raises NotAllowed: they may not.
    """
    reader = asked.reader
    if reader.is_public:
        raise NoToken(
            Text("这需要令牌。", "This takes a token."),
            fix=Text("带上 Authorization: Bearer 令牌。", "Send Authorization: Bearer TOKEN."),
        )
    if not {scope, Scope.admin} & reader.scopes:
        raise NotAllowed(
            Text(f"这个令牌没有 {scope} 的范围。", f"This token does not have the scope {scope}."),
            fix=Text("向主管单位申请。", "Ask the office for one."),
        )


def _refuse(asked: Asked, scope: Scope, identifier: str) -> None:
    """See that a reader may do something to a project.

    :raises NoToken: nobody knows who they are.
    :raises UnknownProject: there is none that they may see.
    :raises NotAllowed: they may not.
    """
    if asked.reader.is_public or asked.reader.may(scope, identifier):
        _refuse_without(scope, asked)
        return
    find(asked, identifier)
    _refuse_without(scope, asked)
    raise NotAllowed(
        Text(f"这个令牌不管项目“{identifier}”。", f"This token is not for the project '{identifier}'."),
        fix=Text("换用为它生成的令牌。", "Use the token that was made for it."),
    )


def _allowed(asked: Asked) -> list[str] | None:
    """The identifiers that a reader may submit; none where all."""
    reader = asked.reader
    if Scope.admin in reader.scopes:
        return None
    return sorted(reader.projects or ())


# ---- What is done ----


@dataclass(frozen=True)
class Change:
    """A job that changes the registry, what it is told, and what was sent for it."""

    job: str
    arguments: Mapping[str, Any]
    sent: Sequence[Sent] = ()


def _once(request: Request, asked: Asked, key: str | None, change: Change) -> Response:
    """The answer to a request that registers something, given again where it comes again."""

    def answer() -> Response:
        found = carried_out(asked, change)
        return _refused(request, asked, found) if "problems" in found else _registered(request, found["told"])

    if key is None:
        return answer()
    target = f"{request.method} {request.url.path}?{request.url.query}"
    state = asked.service.state
    which = repeated(asked.reader.token or "", key, [target.encode(), *_parts(change)], state.algorithm)
    return once(state, which, now(asked.service.settings.time_zone), answer)


def _parts(change: Change) -> Iterable[bytes]:
    yield json.dumps(change.arguments["files"]).encode()
    yield from (one.data for one in change.sent)


def carried_out(asked: Asked, change: Change) -> Mapping[str, Any]:
    """Have something done to the registry; what is read next is the copy that was made of it."""
    service, settings = asked.service, asked.service.settings
    folder = service.copies.ahead()
    written = {"when": now(settings.time_zone), "who": asked.reader.name}
    around = {"folder": str(folder), "wait": settings.patience, "limits": dataclasses.asdict(settings.limits)}
    place = Place(file=", ".join(one.name for one in change.sent)) if change.sent else None
    arguments = {**change.arguments, **around, "written": written}
    work = Work(f"{_JOBS}:{change.job}", arguments, [one.data for one in change.sent], place)
    found = service.work.run(work, settings.work).header
    if found.get("number") is not None:
        service.copies.adopt(folder, found["number"])
    return found


def _registered(request: Request, told: Mapping[str, Any]) -> Response:
    """The answer to a submission or an examination."""
    _note_project(request, told["identifier"])
    headers = {"Location": told["assessment"]} if told["new"] else {}
    return _answer({"format": SUBMISSION, **told}, headers, new=told["new"])


def _answer(told: Mapping[str, Any], headers: Mapping[str, str], *, new: bool = False) -> Response:
    body = json.dumps({**told, "software": SOFTWARE}, ensure_ascii=False)
    return Response(body, 201 if new else 200, {**headers, "Cache-Control": "no-store"}, JSON)


def _note_project(request: Request, identifier: str) -> None:
    """Let the audit log tell of a project that only what was sent names."""
    noted(request, request.state.act[0], identifier)


def _refused(request: Request, asked: Asked, found: Mapping[str, Any]) -> Response:
    _note_project(request, found["identifier"])
    error = RefusedSubmission(
        Text("描述有违例，不予登记。", "The description has violations and is not registered."),
        fix=Text("改正列出的问题后再提交。", "Mend the problems that are listed, and submit it again."),
    )
    more = {"problems": found["problems"]}
    return problem_response(error, asked.lang, request.url.path, asked.service.base, more)
