"""The first run: a registry without any project offers to load the examples, which are submitted and published.

Whoever signed in to administer may do so; anybody at the machine itself may while the registry is empty and no token
was made, since then nobody could sign in.
"""

from __future__ import annotations

import ipaddress
import time
from dataclasses import replace
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from danao.errors import NotAllowed, Text
from danao.resources import data_root
from danao.web.admitting import noted
from danao.web.api.uploads import Sent
from danao.web.api.writing import Change, carried_out
from danao.web.asking import Asked
from danao.web.linked import Seen
from danao.web.readers import Reader, Scope
from danao.web.sessions import COOKIE, mark_of, refuse_foreign, session_of
from danao.web.site.frame import Links
from danao.web.site.signing import Mark
from danao.web.tokens import tokens

_EXAMPLES = ("half-built", "early", "strong", "small")
_SEE_OTHER = 303
# What a proxy adds, which then is all that comes from this machine.
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


def first_routes() -> APIRouter:
    """The route that loads the examples."""
    router = APIRouter(include_in_schema=False)
    router.add_api_route("/examples", load, methods=["POST"])
    return router


def first_mark(request: Request, seen: Asked) -> str | None:
    """The mark of the form that loads the examples; none to whom it is not offered."""
    if _loader(request, seen) is None:
        return None
    return mark_of(seen.service.state, request.cookies.get(COOKIE, ""))


def load(request: Request, seen: Seen, mark: Mark = "") -> Response:
    """Submit and publish the examples, one after the other, and lead to the overview.

    :raises NotAllowed: the form is none of ours, whoever sends it may not, or there are projects already.
    """
    refuse_foreign(seen.service, request.headers, mark)
    loader = _loader(request, seen)
    if loader is None:
        raise NotAllowed(
            Text(
                "登记处已有项目，或者您不能装入示例。",
                "The registry has projects already, or you may not load examples.",
            ),
            fix=Text(
                "用管理令牌登录，或用接口提交项目。",
                "Sign in with a token to administer, or submit projects by the API.",
            ),
        )
    noted(request, "load examples")
    acting = replace(seen, reader=loader)
    for name in _EXAMPLES:
        told = carried_out(acting, _submission(name))["told"]
        carried_out(acting, Change("published", {"identifier": told["identifier"], "entry": None}))
    return RedirectResponse(Links(request, seen.lang).to("/"), _SEE_OTHER, {"Cache-Control": "no-store"})


def _loader(request: Request, seen: Asked) -> Reader | None:
    """Who loads the examples, if whoever asks may; another standard has none."""
    service = seen.service
    if service.record.length or service.settings.knowledge is not None:
        return None
    session = session_of(service, request.headers, time.time())
    if session:
        return session[1] if Scope.admin in session[1].scopes else None
    first = _is_at_the_machine(request) and not tokens(service.state)
    return Reader("first run", frozenset({Scope.admin})) if first else None


def _is_at_the_machine(request: Request) -> bool:
    """Whether a request comes from this machine, was not passed on, and is for an address of this machine."""
    passed_on = any(name in request.headers for name in _FORWARDED)
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    return not passed_on and _is_loopback(request.state.address) and (host == "localhost" or _is_loopback(host))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _submission(name: str) -> Change:
    """The submission of an example, with its examination where it has one."""
    folder = data_root() / "examples"
    paths = {"description": folder / f"{name}.ttl", "examination": folder / f"{name}-examination.ttl"}
    sent = {field: Sent(path.name, None, path.read_bytes()) for field, path in paths.items() if path.exists()}
    files = [[field, one.name, one.syntax] for field, one in sent.items()]
    return Change("submitted", {"files": files, "allowed": None}, list(sent.values()))
