"""Errors as answers: problem details (RFC 9457) with the names of :mod:`danao.errors`, and pages that say the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from danao import errors
from danao.errors import DanaoError
from danao.web.forms import HTML
from danao.web.negotiation import language_of, quality
from danao.web.site.frame import Place

MEDIA_TYPE = "application/problem+json"
# The path below the base at which every name has a part of the page.
ERRORS = "errors"

# The status of an error and of all below it that have none of their own.
_STATUS: Mapping[type[DanaoError], int] = {
    errors.DanaoError: 500,
    errors.UsageError: 400,
    errors.UnknownProject: 404,
    errors.NothingRegistered: 404,
    errors.NothingPublic: 409,
    errors.NothingReviewed: 409,
    errors.InputError: 422,
    errors.UnknownFormat: 415,
    errors.TooLarge: 413,
    errors.SyntaxFault: 400,
    errors.WrongEncoding: 400,
    errors.QueryFault: 400,
    errors.RefusedContent: 400,
    errors.RegistryBusy: 503,
    errors.RegistryFull: 507,
    errors.StoreFault: 503,
    errors.BadRequest: 400,
    errors.WrongMethod: 405,
    errors.WrongMediaType: 415,
    errors.ReadOnly: 403,
    errors.LongAnswer: 422,
    errors.NoToken: 401,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.NotAcceptable: 406,
    errors.PreconditionFailed: 412,
    errors.OutOfDate: 409,
    errors.KeyInUse: 409,
    errors.TooSlow: 408,
    errors.TooMany: 429,
    errors.Busy: 503,
}
# Seconds after which it is worth trying again.
_RETRY = {429: "60", 503: "5"}
# Where signing in may help.
_FOR_OTHERS = (401, 403, 404)


def status_of(error: DanaoError) -> int:
    """The HTTP status of an error."""
    return next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)


def problem(error: DanaoError, lang: str, instance: str, base: str) -> dict[str, Any]:
    """Problem details: ``type`` is the error's page, ``title`` its name, ``detail`` what is wrong.

    ``message`` and ``fix`` are in both languages; ``where`` is the line, column, node or part of what was sent.
    """
    place = {name: value for name, value in error.place.as_json().items() if value is not None}
    # A path tells about the machine, and no reader can do anything with it.
    if "/" in str(place.get("file", "")):
        del place["file"]
    fix = {"fix": error.fix.as_json()} if error.fix else {}
    return {
        "type": page_of_error(error.name, base),
        "title": error.name,
        "status": status_of(error),
        "detail": error.what.in_language(lang),
        "instance": instance,
        "message": error.what.as_json(),
        **fix,
        **({"where": place} if place else {}),
    }


def page_of_error(name: str, base: str) -> str:
    """The address of what the name of an error means."""
    return f"{base}{ERRORS}#{name.lower()}"


def problem_response(
    error: DanaoError, lang: str, instance: str, base: str, more: Mapping[str, Any] | None = None
) -> Response:
    """The answer to a request that went wrong; ``more`` are further members of its own."""
    body = {**problem(error, lang, instance, base), **(more or {})}
    status: int = body["status"]
    headers = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Language"}
    if status in _RETRY:
        headers["Retry-After"] = _RETRY[status]
    if status == 401:  # noqa: PLR2004 - as RFC 9110 counts
        headers["WWW-Authenticate"] = 'Bearer realm="danao"'
    return Response(json.dumps(body, ensure_ascii=False), status, headers, MEDIA_TYPE)


# What the OpenAPI describes lies below it.
_API = "/api/"


def problem_answer(error: DanaoError, scope: Scope, base: str) -> Response:
    """The answer to a request that goes wrong, wherever that is: a page for a browser, problem details for all else."""
    request = Request(scope)
    response = problem_response(error, language_of(request), request.url.path, base)
    return _as_page(request, response) if _is_for_people(request) else response


def _is_for_people(request: Request) -> bool:
    """Whether a page is wanted more than problem details, which are for who does not say, and all that the API has."""
    root: str = request.scope.get("root_path", "")
    if request.url.path.removeprefix(root).startswith(_API):
        return False
    accept = ", ".join(request.headers.getlist("accept"))
    return quality(accept, HTML.media_type) > max(quality(accept, kind) for kind in (MEDIA_TYPE, "application/json"))


def _as_page(request: Request, response: Response) -> Response:
    """Problem details as a page that says the same, with the same status and headers."""
    told, lang = json.loads(bytes(response.body)), language_of(request)
    frame = request.app.state.service.linking.frame
    shown = {"told": told, "sign_in": response.status_code in _FOR_OTHERS}
    body = frame.page("site/problem.html", request, Place(lang), **shown)
    dropped = {"content-length", "content-type"}
    headers = {name: value for name, value in response.headers.items() if name not in dropped}
    return Response(body, response.status_code, {**headers, "Content-Language": lang}, HTML.content_type)
