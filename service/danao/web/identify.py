"""Who asks: the bearer of a token, from the head of a request (RFC 6750)."""

from __future__ import annotations

from starlette.datastructures import Headers

from danao.errors import BadRequest, NoToken, Text
from danao.inputs import now
from danao.web.readers import Reader
from danao.web.service import Service
from danao.web.tokens import bearer_of

_HEADER = "authorization"


def identified(service: Service, headers: Headers) -> Reader | None:
    """The bearer of the token that a request carries; none where it carries none.

    :raises BadRequest: it carries two.
    :raises NoToken: it carries something else, or a token that is wrong, revoked or expired.
    """
    given = headers.getlist(_HEADER)
    if not given:
        return None
    if len(given) > 1:
        raise BadRequest(
            Text("有两个 Authorization 标头。", "There are two headers Authorization."),
            fix=Text("只给一个。", "Give one."),
        )
    scheme, _, secret = given[0].partition(" ")
    if scheme.lower() != "bearer":
        raise NoToken(
            Text("Authorization 标头里不是令牌。", "The header Authorization holds no token."),
            fix=Text("写成 Authorization: Bearer 令牌。", "Write it as Authorization: Bearer TOKEN."),
        )
    return bearer_of(service.state, secret.strip(), now(service.settings.time_zone)).reader


def refuse_unidentified(service: Service, reader: Reader) -> None:
    """See that the public may read.

    :raises NoToken: reading takes a token here.
    """
    if service.settings.closed and reader.is_public:
        raise NoToken(
            Text("读取也需要令牌。", "Reading takes a token here."),
            fix=Text("带上 Authorization: Bearer 令牌。", "Send Authorization: Bearer TOKEN."),
        )
