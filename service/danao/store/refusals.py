"""What a server may do instead of answering, told with its address, what was asked, why, and the way out."""

from __future__ import annotations

from dataclasses import dataclass

from danao.errors import (
    Place,
    QueryFault,
    StoreAnswer,
    StoreFault,
    StoreFull,
    StoreRefused,
    StoreUnavailable,
    Text,
)

_LONGEST = 300


@dataclass(frozen=True)
class Asked:
    """What was asked of which address, and what nobody may see."""

    what: Text
    address: str
    secrets: tuple[str, ...] = ()

    def fault(self, kind: type[StoreFault], why: Text, fix: Text) -> StoreFault:
        """An error of this request."""
        what = Text(f"{self.what.zh}没有成功：{why.zh}", f"{self.what.en} failed: {why.en}")
        return kind(what, place=Place(file=self.address), fix=fix)

    def quoted(self, said: bytes | str) -> str:
        """What a server or a library said, cut short, on one line and without secrets."""
        text = said.decode(errors="replace") if isinstance(said, bytes) else said
        for secret in self.secrets:
            text = text.replace(secret, "•••")
        line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
        return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


# ---- No answer ----


def unreachable(asked: Asked, said: str) -> StoreFault:
    """No connection, or one that broke."""
    return asked.fault(
        StoreUnavailable,
        Text(f"连不上服务器，或连接断了：{asked.quoted(said)}", f"no connection, or it broke: {asked.quoted(said)}"),
        Text(
            "看服务器是否在运行、地址和端口是否正确；之后重试，重做同一步不会有害。",
            "See that the server runs and that address and port are right; then try again. Twice does no harm.",
        ),
    )


def slow(asked: Asked, seconds: int) -> StoreFault:
    """No answer in time."""
    return asked.fault(
        StoreUnavailable,
        Text(f"{seconds} 秒内没有答完。", f"no whole answer within {seconds} seconds."),
        Text(
            "等服务器空闲些再试，或把等待的秒数设得更长；重做同一步不会有害。",
            "Try again when the server is less busy, or allow more seconds. Doing a step twice does no harm.",
        ),
    )


def busy(asked: Asked, status: int, body: bytes) -> StoreFault:
    """It cannot now, and could not at any other try."""
    said = asked.quoted(body)
    return asked.fault(
        StoreUnavailable,
        Text(
            f"服务器一再说现在不行（{status}）：{said}", f"the server kept saying that it cannot now ({status}): {said}"
        ),
        Text("等一会儿再试；重做同一步不会有害。", "Try again in a while. Doing a step twice does no harm."),
    )


# ---- A refusal ----


def elsewhere(asked: Asked, status: int, target: str) -> StoreFault:
    """It sends us to another address."""
    return asked.fault(
        StoreRefused,
        Text(
            f"服务器要转到 {target}（{status}），不会带着凭据跟过去。",
            f"the server redirects to {target} ({status}), where no credentials are taken.",
        ),
        Text("把设置改成服务器真正的地址。", "Set the address to where the server really is."),
    )


def stranger(asked: Asked, status: int) -> StoreFault:
    """It does not know who asks, or does not let them."""
    return asked.fault(
        StoreRefused,
        Text(f"服务器不接受所给的身份，或其权限不够（{status}）。", f"the server does not accept who asks ({status})."),
        Text(
            "检查用户名和密码或令牌、认证方式，以及该用户能否读写。",
            "See to the user and password or the token, the way of authentication, and the rights to read and write.",
        ),
    )


def wrong_query(asked: Asked, body: bytes) -> QueryFault:
    """It says that a query is none."""
    said = asked.quoted(body)
    return QueryFault(
        Text(f"服务器说查询写得不对：{said}", f"The server says that the query is wrong: {said}"),
        place=Place(file=asked.address),
        fix=Text("按提示的位置改正。", "Mend it where the message says."),
    )


def full(asked: Asked, body: bytes) -> StoreFault:
    """It has no room."""
    said = asked.quoted(body)
    return asked.fault(
        StoreFull,
        Text(f"服务器没有空间了：{said}", f"the server has no room: {said}"),
        Text("在服务器上腾出空间后重试。", "Make room on the server and try again."),
    )


def refused(asked: Asked, status: int, body: bytes) -> StoreFault:
    """It answers with any other error."""
    said = asked.quoted(body)
    return asked.fault(
        StoreRefused,
        Text(f"服务器答复错误 {status}：{said}", f"the server answers with error {status}: {said}"),
        Text(
            "看地址是否是服务器的查询、更新或图存储地址，以及服务器的日志。",
            "See that the address is that of queries, updates or the graph store, and look at the server's log.",
        ),
    )


# ---- An answer that is none ----


def rubbish(asked: Asked, kind: str, body: bytes, why: str) -> StoreFault:
    """Not what was asked for."""
    said, means = asked.quoted(body), asked.quoted(why)
    return asked.fault(
        StoreAnswer,
        Text(
            f"服务器的答复读不懂，或没有写完（类型 {kind or '未注明'}；{means}）：{said}",
            f"the answer makes no sense, or is not whole (type {kind or 'unknown'}; {means}): {said}",
        ),
        Text(
            "看地址是否是 SPARQL 服务器的，中间有没有登录页或代理；再看服务器的日志。",
            "See that a SPARQL server is at the address, and no sign-in page or proxy before it; look at its log.",
        ),
    )


def cut_off(asked: Asked, why: Text) -> StoreFault:
    """A part of the answer only."""
    return asked.fault(
        StoreAnswer,
        why,
        Text(
            "放宽服务器对结果行数和时间的限制，或放宽这里对答复大小的限制。",
            "Raise the server's limits of rows and time, or the limit here of an answer's size.",
        ),
    )


def part_only(asked: Asked) -> StoreFault:
    """It says itself, or its other answers do, that something was left out."""
    return cut_off(asked, Text("服务器只给了一部分。", "the server gave a part only."))


def too_long(asked: Asked, most: int) -> StoreFault:
    """More than is read."""
    return cut_off(asked, Text(f"答复超过 {most} 字节。", f"the answer has more than {most} bytes."))
