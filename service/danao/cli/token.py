"""``danao token make``, ``list``, ``revoke``."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from danao.cli.declared import Argument, Commands, Option, command
from danao.cli.options import InLang, Lang, TimeZone, told
from danao.cli.registry.options import FOLDER, By, Folder, login
from danao.cli.serve import Digest

if TYPE_CHECKING:
    from danao.web.state import State

token = Commands(
    dict.fromkeys(("make", "list", "revoke"), "danao.cli.token"),
    name="token",
    help="令牌：谁可以经服务提交、审查、管理。 Tokens: who may submit, assess, administer by the service.",
)


class Allows(enum.StrEnum):
    """What a token lets its bearer do."""

    submit = "submit"
    assess = "assess"
    admin = "admin"


@contextmanager
def kept(registry: Path, digest: str = "sha256") -> Iterator[State]:
    """What the service of a registry keeps.

    :raises NoRegistry: there is no registry in the folder.
    """
    from danao.registry.record import Record
    from danao.web.state import State

    state = State(Record(registry).folder, digest)
    try:
        yield state
    finally:
        state.close()


def _note(state: State, what: str, number: int, by: str | None, now: str) -> None:
    from danao.web.audit import Act, note
    from danao.web.readers import Reader

    note(state, Act(f"{what} {number}", Reader(by or login())), now)


@command
@told
def make(
    name: Annotated[str, Argument(help="令牌是谁的。 Whose token it is.")],
    scope: Annotated[
        list[Allows], Option("--scope", help="范围，可重复：submit assess admin。 What it allows; may be repeated.")
    ],
    lang: InLang = Lang.zh,
    project: Annotated[
        list[str] | None,
        Option("--project", help="项目标识，可重复；不写为全部。 Identifier of a project; default: all."),
    ] = None,
    days: Annotated[int, Option("--days", min=1, help="有效天数。 Days that it holds.")] = 90,
    registry: Folder = FOLDER,
    by: By = None,
    time_zone: TimeZone = "Asia/Shanghai",
    digest: Digest = "sha256",
) -> None:
    """生成令牌，只显示这一次。 Make a token, which is shown this once."""
    from danao.inputs import now
    from danao.output import print_text
    from danao.render import Renderer
    from danao.web.readers import Scope
    from danao.web.tokens import Wanted, make_token

    wanted = Wanted(name, frozenset(Scope(one.value) for one in scope), frozenset(project) if project else None, days)
    time = now(time_zone)
    with kept(registry, digest) as state:
        made, secret = make_token(state, wanted, time)
        _note(state, "make token", made.number, by, time)
    print_text(secret + "\n")
    Renderer(lang.value, stderr=True).say(
        f"第 {made.number} 号令牌，有效至 {made.expires}。请保存好，不会再显示。",
        f"Token {made.number}, until {made.expires}. Keep it: it is not shown again.",
    )


@command
@told
def list_(lang: InLang = Lang.zh, registry: Folder = FOLDER, time_zone: TimeZone = "Asia/Shanghai") -> None:
    """列出令牌：是谁的、范围、项目、期限；不显示令牌本身。 List tokens, never what they are."""
    from danao.inputs import now
    from danao.render.tokens import show_tokens
    from danao.web.tokens import tokens

    with kept(registry) as state:
        show_tokens(tokens(state), now(time_zone), lang.value)


@command
@told
def revoke(
    number: Annotated[int, Argument(help="令牌的编号。 Number of the token.")],
    lang: InLang = Lang.zh,
    registry: Folder = FOLDER,
    by: By = None,
    time_zone: TimeZone = "Asia/Shanghai",
) -> None:
    """撤销令牌，立即生效。 Revoke a token, at once."""
    from danao.inputs import now
    from danao.render import Renderer
    from danao.web.tokens import revoke_token

    time = now(time_zone)
    with kept(registry) as state:
        gone = revoke_token(state, number, time)
        _note(state, "revoke token", number, by, time)
    Renderer(lang.value).say(f"第 {number} 号令牌（{gone.name}）已撤销。", f"Token {number} ({gone.name}) is revoked.")
