"""Sessions of browsers: who signed in with a token, kept in a signed cookie; and the marks of our own forms.

A cookie names the token and when it was shown, and is signed with the key of the service; nothing is kept of it. It
ends after hours, with its token, and when the browser closes. What a cookie alone says changes nothing: requests that
are not for reading have to carry the mark of a form that this session was given.
"""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from starlette.datastructures import Headers
from starlette.responses import Response

from danao.errors import NotAllowed, Text
from danao.web.readers import Reader
from danao.web.service import Service
from danao.web.state import State
from danao.web.tokens import Token, token_numbered

COOKIE = "danao-session"
# What a script sends the mark of a form in.
MARK = "x-form-mark"
_SECONDS = 12 * 3600
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN = frozenset({"", "same-origin", "none"})


def session_of(service: Service, headers: Headers, now: float) -> tuple[str, Reader] | None:
    """The session that a request carries, and who signed in; none where it has ended or was never ours."""
    value = _cookie(headers)
    number, _, rest = value.partition(".")
    begun, _, signature = rest.partition(".")
    if not (
        number.isdecimal()
        and begun.isdecimal()
        and hmac.compare_digest(signature, _signed(service.state, number, begun))
    ):
        return None
    token = token_numbered(service.state, int(number), _moment(service, now))
    return (value, token.reader) if token and 0 <= now - int(begun) < _SECONDS else None


def _moment(service: Service, now: float) -> str:
    return dt.datetime.fromtimestamp(now, ZoneInfo(service.settings.time_zone)).isoformat()


def signed_in(service: Service, headers: Headers, method: str, now: float) -> Reader | None:
    """Who asks by a session: for reading, or with the mark of a form in a header."""
    session = session_of(service, headers, now)
    if session is None:
        return None
    value, reader = session
    marked = hmac.compare_digest(headers.get(MARK, ""), mark_of(service.state, value))
    return reader if method in _READING or marked else None


def _cookie(headers: Headers) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found and found.value.isascii() else ""


def _signed(state: State, *parts: str) -> str:
    return hmac.new(state.key, "\0".join(parts).encode(), "sha256").hexdigest()


# ---- Marks of forms ----


def mark_of(state: State, session: str) -> str:
    """The mark of the forms that a session is given; of those without one, the mark of all."""
    return _signed(state, "form", session, "")


def refuse_foreign(service: Service, headers: Headers, mark: str) -> None:
    """See that a form was sent from a page of ours, which its session was given.

    :raises NotAllowed: it was not.
    """
    origin, site = headers.get("origin", ""), headers.get("sec-fetch-site", "")
    at_home = not origin or urlsplit(origin).netloc == headers.get("host", "")
    right = hmac.compare_digest(mark.encode(), mark_of(service.state, _cookie(headers)).encode())
    if not (at_home and site in _OWN and right):
        raise NotAllowed(
            Text(
                "这个表单不是从本站的页面发出的，或者已经过期。",
                "This form was not sent from a page of this service, or is too old.",
            ),
            fix=Text("重新打开页面再试。", "Open the page anew and try again."),
        )


# ---- Beginning and ending ----


def begin(service: Service, token: Token, now: float, response: Response, root: str) -> None:
    """Let a browser keep a session of a token."""
    begun = str(int(now))
    value = f"{token.number}.{begun}.{_signed(service.state, str(token.number), begun)}"
    response.set_cookie(COOKIE, value, **_bounds(service, root))


def end(service: Service, response: Response, root: str) -> None:
    """Let a browser forget its session."""
    response.delete_cookie(COOKIE, **_bounds(service, root))


def _bounds(service: Service, root: str) -> Mapping[str, Any]:
    secure = service.base.startswith("https:")
    return {"path": f"{root}/", "httponly": True, "samesite": "strict", "secure": secure}
