"""Tokens on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from danao.errors import Text
from danao.render import Renderer, escape
from danao.web.tokens import Token

_HOLDS, _REVOKED, _EXPIRED = Text("有效", "holds"), Text("已撤销", "revoked"), Text("已过期", "expired")
_ALL = Text("全部", "all")


def show_tokens(found: Sequence[Token], now: str, lang: str) -> None:
    """Whose tokens there are, and what they allow."""
    renderer = Renderer(lang)
    table = renderer.table(
        ("号", "number", "right"),
        ("名称", "name", "left"),
        ("范围", "scopes", "left"),
        ("项目", "projects", "left"),
        ("到期", "expires", "left"),
        ("状态", "state", "left"),
    )
    for token in found:
        projects = _ALL.in_language(lang) if token.projects is None else ", ".join(sorted(token.projects))
        cells = (token.name, " ".join(sorted(token.scopes)), projects, token.expires)
        table.add_row(str(token.number), *map(escape, cells), _state(token, now).in_language(lang))
    renderer.console.print(table)
    renderer.say(f"令牌 {len(found)} 个。", f"Tokens: {len(found)}.")


def _state(token: Token, now: str) -> Text:
    if token.revoked:
        return _REVOKED
    return _HOLDS if token.holds(now) else _EXPIRED
