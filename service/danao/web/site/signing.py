"""Signing in with a token, which a session then stands for, and signing out."""

from __future__ import annotations

import time
from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from danao.errors import NoToken
from danao.inputs import now
from danao.web.admitting import noted
from danao.web.asking import Asked
from danao.web.linked import READING, Seen
from danao.web.problems import status_of
from danao.web.readers import Scope
from danao.web.sessions import COOKIE, begin, end, mark_of, refuse_foreign, session_of
from danao.web.site.frame import Links, Place, page_answer
from danao.web.tokens import bearer_of

_SEE_OTHER = 303
_SCOPES = {
    Scope.submit: {"zh": "提交", "en": "submit"},
    Scope.assess: {"zh": "评审", "en": "assess"},
    Scope.admin: {"zh": "管理", "en": "administer"},
}
Mark = Annotated[str, Form(max_length=200)]


def signing_routes() -> APIRouter:
    """The routes of sessions."""
    router = APIRouter(include_in_schema=False)
    router.add_api_route("/sign-in", signing, methods=READING)
    router.add_api_route("/sign-in", sign_in, methods=["POST"])
    router.add_api_route("/sign-out", sign_out, methods=["POST"])
    return router


def signing(request: Request, seen: Seen) -> Response:
    """The form for a token; to who signed in, who they are and what they may do."""
    return page_answer(request, seen.lang, _page(request, seen))


def sign_in(
    request: Request, seen: Seen, mark: Mark = "", token: Annotated[str, Form(max_length=200)] = ""
) -> Response:
    """Begin a session with a token, and lead to the overview.

    :raises NotAllowed: the form is none of ours.
    """
    service = seen.service
    refuse_foreign(service, request.headers, mark)
    try:
        bearer = bearer_of(service.state, token.strip(), now(service.settings.time_zone))
    except NoToken as error:
        body = _page(request, seen, fault=error)
        return Response(body, status_of(error), {"Cache-Control": "no-store"}, "text/html; charset=utf-8")
    request.state.reader = bearer.reader
    noted(request, "sign in")
    return _led_home(request, seen, lambda response, root: begin(service, bearer, time.time(), response, root))


def sign_out(request: Request, seen: Seen, mark: Mark = "") -> Response:
    """End a session, and lead to the overview.

    :raises NotAllowed: the form is none of ours.
    """
    refuse_foreign(seen.service, request.headers, mark)
    return _led_home(request, seen, lambda response, root: end(seen.service, response, root))


def _led_home(request: Request, seen: Asked, change: Any) -> Response:  # noqa: ANN401 - of a response and the root
    links = Links(request, seen.lang)
    response = RedirectResponse(links.to("/"), _SEE_OTHER, {"Cache-Control": "no-store"})
    change(response, links.root)
    return response


def _page(request: Request, seen: Asked, fault: NoToken | None = None) -> bytes:
    service, reader = seen.service, seen.reader
    session = session_of(service, request.headers, time.time())
    shown = {
        "session": session is not None,
        "scopes": [_SCOPES[scope] for scope in sorted(reader.scopes)],
        "projects": None if reader.projects is None else sorted(reader.projects),
        "mark": mark_of(service.state, session[0] if session else request.cookies.get(COOKIE, "")),
        "fault": None if fault is None else {"what": fault.what.as_json(), "fix": (fault.fix or fault.what).as_json()},
    }
    return service.linking.frame.page("site/sign-in.html", request, Place(seen.lang), **shown)
