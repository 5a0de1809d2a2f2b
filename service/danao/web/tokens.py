"""Tokens: who may do what to which projects, until when. Only their digests are kept."""

from __future__ import annotations

import datetime as dt
import hmac
import json
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from danao.describe import IDENTIFIER
from danao.errors import NotFound, NoToken, Text, UsageError
from danao.web.digests import available, digest
from danao.web.readers import Reader, Scope
from danao.web.state import Row, State

DAYS, MOST_DAYS = 90, 3660
_PREFIX = "danao_"
_BYTES = 32
# 256 bits as printable characters.
_FORM = re.compile(f"{_PREFIX}[A-Za-z0-9_-]{{43}}")
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Wanted:
    """What a token shall be: whose it is, its scopes, the identifiers of its projects, and how many days it holds.

    Without projects it is for all of them.
    """

    name: str
    scopes: frozenset[Scope]
    projects: frozenset[str] | None = None
    days: int = DAYS


@dataclass(frozen=True)
class Token:
    """A token as it is kept; times are xsd:dateTime."""

    number: int
    name: str
    scopes: frozenset[Scope]
    projects: frozenset[str] | None
    made: str
    expires: str
    revoked: str | None

    @property
    def reader(self) -> Reader:
        """Who bears it."""
        return Reader(self.name, self.scopes, self.projects, str(self.number))

    def holds(self, now: str) -> bool:
        """Whether it is neither revoked nor expired at a time."""
        return not self.revoked and dt.datetime.fromisoformat(now) < dt.datetime.fromisoformat(self.expires)

    def as_json(self) -> dict[str, Any]:
        """What is told of it."""
        projects = None if self.projects is None else sorted(self.projects)
        told = {"number": self.number, "name": self.name, "scopes": sorted(self.scopes), "projects": projects}
        return told | {"made": self.made, "expires": self.expires, "revoked": self.revoked}


def make_token(state: State, wanted: Wanted, now: str) -> tuple[Token, str]:
    """A new token, and its secret, which nobody can be told again.

    :raises UsageError: there can be no such token.
    """
    _refuse_unfit(wanted)
    secret = _PREFIX + secrets.token_urlsafe(_BYTES)
    expires = (dt.datetime.fromisoformat(now) + dt.timedelta(days=wanted.days)).isoformat()
    stated = {
        "name": wanted.name,
        "scopes": json.dumps(sorted(wanted.scopes)),
        "projects": None if wanted.projects is None else json.dumps(sorted(wanted.projects)),
        "made": now,
        "expires": expires,
    }
    with state.changing() as changes:
        _, number = changes.run("add-token", digest=digest(secret.encode(), state.algorithm), **stated)
    return Token(number, wanted.name, wanted.scopes, wanted.projects, now, expires, None), secret


def tokens(state: State) -> list[Token]:
    """All tokens, in the order in which they were made."""
    return [_token(row) for row in state.rows("tokens")]


def revoke_token(state: State, number: int, now: str) -> Token:
    """A token that holds no more.

    :raises NotFound: there is none of the number.
    """
    with state.changing() as changes:
        changes.run("revoke-token", number=number, revoked=now)
    for token in tokens(state):
        if token.number == number:
            return token
    raise NotFound(
        Text(f"没有第 {number} 号令牌。", f"There is no token {number}."),
        fix=Text("用 danao token list 查看全部。", "See all with 'danao token list'."),
    )


def bearer_of(state: State, secret: str, now: str) -> Token:
    """The token of a secret.

    :raises NoToken: it is none, or holds no more.
    """
    if not _FORM.fullmatch(secret):
        raise _refused(
            Text("所给的不是本服务的令牌，或太弱。", "What was given is no token of this service, or too weak a one."),
            Text(
                "令牌以 danao_ 开头，有 256 位，由 danao token make 生成。",
                "Tokens begin with danao_ and have 256 bits.",
            ),
        )
    for algorithm in available():
        taken = digest(secret.encode(), algorithm)
        for row in state.rows("token-by-digest", digest=taken):
            if hmac.compare_digest(row["digest"], taken):
                return _holding(_token(row), now)
    raise _refused(Text("没有这个令牌。", "There is no such token."), _ASK)


def token_numbered(state: State, number: int, now: str) -> Token | None:
    """The token of a number, if it holds."""
    found = [_token(row) for row in state.rows("token-by-number", number=number)]
    return next((token for token in found if token.holds(now)), None)


_ASK = Text("向主管单位要一个新的令牌。", "Ask the office for a new one.")


def _holding(token: Token, now: str) -> Token:
    if token.revoked:
        raise _refused(Text("令牌已撤销。", "The token was revoked."), _ASK)
    if not token.holds(now):
        raise _refused(Text(f"令牌已于 {token.expires} 过期。", f"The token expired at {token.expires}."), _ASK)
    return token


def _refused(what: Text, fix: Text) -> NoToken:
    return NoToken(what, fix=fix)


def _token(row: Row) -> Token:
    scopes = frozenset(map(Scope, json.loads(row["scopes"])))
    projects = None if row["projects"] is None else frozenset(json.loads(row["projects"]))
    return Token(row["number"], row["name"], scopes, projects, row["made"], row["expires"], row["revoked"])


# ---- What a token may be ----


def _refuse_unfit(wanted: Wanted) -> None:
    for is_wrong, what, fix in (*_about_name(wanted), *_about_scopes(wanted)):
        if is_wrong:
            raise UsageError(what, fix=fix)
    _refuse_no_identifiers(wanted.projects or ())


_Rule = tuple[bool, Text, Text]


def _about_name(wanted: Wanted) -> tuple[_Rule, ...]:
    name = wanted.name
    unfit = not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable()
    return (
        (
            unfit,
            Text("令牌要写明是谁的。", "A token has to say whose it is."),
            Text("给出单位或人的名称，一行以内。", "Give the name of an organisation or a person, one line of it."),
        ),
        (
            not 1 <= wanted.days <= MOST_DAYS,
            Text(f"令牌不能有效 {wanted.days} 天。", f"A token cannot hold for {wanted.days} days."),
            Text(f"1 到 {MOST_DAYS} 天。", f"From 1 to {MOST_DAYS} days."),
        ),
    )


def _about_scopes(wanted: Wanted) -> tuple[_Rule, ...]:
    scopes, bound = wanted.scopes, wanted.projects is not None
    return (
        (
            not scopes or (bound and not wanted.projects),
            Text("令牌什么都不能做。", "The token could do nothing."),
            Text("至少给出一个范围，例如 submit。", "Give at least one scope, such as submit."),
        ),
        (
            Scope.submit in scopes and not bound,
            Text("submit 令牌要写明项目。", "A token to submit has to name its projects."),
            Text("用 --project 写明标识，可重复。", "Name their identifiers with --project."),
        ),
        (
            Scope.admin in scopes and (bound or len(scopes) > 1),
            Text("admin 令牌对全部项目有效，什么都能做。", "A token to administer is for all projects and everything."),
            Text("不写 --project 和其他范围。", "Leave out --project and other scopes."),
        ),
    )


def _refuse_no_identifiers(projects: Collection[str]) -> None:
    for project in projects:
        if not IDENTIFIER.fullmatch(project):
            raise UsageError(
                Text(f"“{project}”不是项目标识。", f"'{project}' is no identifier of a project."),
                fix=Text("由字母、数字、点、横线组成。", "Letters, digits, dots and dashes."),
            )
