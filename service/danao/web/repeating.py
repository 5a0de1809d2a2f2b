"""Requests that may come twice: with an ``Idempotency-Key``, the second is given the answer of the first."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from starlette.responses import Response

from danao.errors import BadRequest, KeyInUse, Text
from danao.web.digests import digest
from danao.web.state import State

HEADER = "Idempotency-Key"
_LONGEST = 200
_DAYS = 7
_SUCCESSES = range(200, 300)


@dataclass(frozen=True)
class Repeated:
    """A request by its key, whose it is by the number of a token, and the digest of what it sends."""

    token: str
    key: str
    request: str


def repeated(token: str, key: str, parts: Iterable[bytes], algorithm: str) -> Repeated:
    """A request that sends some parts, in their order; ``algorithm`` is by which they are digested.

    :raises BadRequest: the key is empty, too long, or not of printable characters.
    """
    if not key or len(key) > _LONGEST or not (key.isascii() and key.isprintable()):
        raise BadRequest(
            Text(f"{HEADER} 不成立。", f"The {HEADER} is none."),
            fix=Text(f"1 到 {_LONGEST} 个可见字符。", f"From 1 to {_LONGEST} printable characters."),
        )
    taken = " ".join(digest(part, algorithm) for part in parts)
    return Repeated(token, key, digest(taken.encode(), algorithm))


def once(state: State, request: Repeated, now: str, answer: Callable[[], Response]) -> Response:
    """The answer of a request, or the one that it had before. What went wrong may be tried again.

    :raises KeyInUse: the key was used for another request, or that is still being worked on.
    """
    which = {"token": request.token, "key": request.key}
    with state.changing() as changes:
        begins, _ = changes.run("begin-answer", **which, request=request.request, began=_instant(now))
        (known,) = changes.rows("answer", **which)
    if not begins:
        return _again(request, known["request"], known["answer"])
    try:
        found = answer()
        if found.status_code in _SUCCESSES:
            with state.changing() as changes:
                changes.run("keep-answer", **which, answer=_written(found))
    finally:
        with state.changing() as changes:
            changes.run("forget-answer", **which)
    return found


def forget(state: State, now: str) -> None:
    """Forget answers that are a week old, and requests that the service did not come to an end with."""
    before = dt.datetime.fromisoformat(now) - dt.timedelta(days=_DAYS)
    with state.changing() as changes:
        changes.run("forget-answers", before=_instant(before.isoformat()))


def _instant(time: str) -> str:
    """A time in UTC, so that texts compare as times."""
    return dt.datetime.fromisoformat(time).astimezone(dt.UTC).isoformat(timespec="seconds")


def _again(request: Repeated, known: str, kept: str | None) -> Response:
    if known != request.request:
        raise KeyInUse(
            Text(f"这个 {HEADER} 用于过另一个请求。", f"This {HEADER} was used for another request."),
            fix=Text("新的请求用新的键。", "Take a new key for a new request."),
        )
    if kept is None:
        raise KeyInUse(
            Text("同一个请求还在处理。", "The same request is still being worked on."),
            fix=Text("过一会儿再试。", "Try again in a while."),
        )
    told = json.loads(kept)
    return Response(told["body"], told["status"], told["headers"] | {"Idempotent-Replayed": "true"})


def _written(response: Response) -> str:
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    body = bytes(response.body).decode()
    return json.dumps({"status": response.status_code, "headers": headers, "body": body}, ensure_ascii=False)
