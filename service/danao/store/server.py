"""Where a SPARQL 1.1 server is, who asks it, and how long and how much."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

from danao.errors import Place, Text, UsageError

_SCHEMES = ("http", "https")


@dataclass(frozen=True)
class Server:
    """The three addresses of a server: of its queries, its updates and its Graph Store Protocol.

    It is asked with a user and a password (Basic, or Digest with ``digest``) or with a bearer token, or without; none
    of these is ever shown. ``within`` is what the names of all graphs begin with, where a server has others besides:
    those are neither listed nor cleared.

    Whole seconds: ``connect_seconds`` to reach it, ``read_seconds`` for the next part of an answer, ``seconds`` for
    one answer with all tries. ``most_bytes`` of an answer are read. A change of more statements than ``inline`` goes
    by way of graphs of its own (``urn:danao:staged:…``), since servers limit the text of an update.

    :raises UsageError: an address is none, or credentials are in it, or there are two kinds of them.
    """

    query: str
    update: str
    graphs: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    digest: bool = False
    within: str = ""
    connect_seconds: int = 5
    read_seconds: int = 60
    seconds: int = 300
    tries: int = 5
    most_bytes: int = 1 << 28
    inline: int = 2_000

    def __post_init__(self) -> None:
        for address in (self.query, self.update, self.graphs):
            _check(address)
        if (self.user is None) != (self.password is None):
            raise _usage(Text("用户名和密码要一起给出。", "A user and a password go together."), self.place)
        if self.token is not None and self.user is not None:
            raise _usage(Text("用户名和令牌只能给一种。", "Either a user or a token, not both."), self.place)
        if any(not secret.isprintable() for secret in self.secrets):
            raise _usage(
                Text("用户名、密码或令牌里有控制字符。", "Control characters in the user, password or token."),
                self.place,
            )

    @classmethod
    def at(cls, base: str, **rest: Any) -> Server:  # noqa: ANN401 - what the class takes
        """The server whose addresses are ``query``, ``update`` and ``store`` below one, as oxigraph's are.

        :raises UsageError: as above.
        """
        _check(base)
        root = base.rstrip("/")
        return cls(query=f"{root}/query", update=f"{root}/update", graphs=f"{root}/store", **rest)

    @property
    def place(self) -> str:
        """The address of queries as it is shown."""
        return shown(self.query)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be seen."""
        return tuple(secret for secret in (self.password, self.token) if secret)


def shown(address: str) -> str:
    """An address without credentials, and without what follows its path."""
    parts = _split(address)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")


def _check(address: str) -> None:
    parts = _split(address)
    if "@" in parts.netloc:
        raise _usage(
            Text(
                "地址里有用户名或密码，会被记进日志。", "Credentials stand in the address, where they would be logged."
            ),
            shown(address),
            Text("从地址中删去，另用设置给出。", "Take them out and give them as settings of their own."),
        )
    if parts.scheme not in _SCHEMES or not parts.hostname or not address.isprintable() or " " in address:
        raise _usage(
            Text("这不是服务器的地址。", "This is no address of a server."),
            shown(address),
            Text("写成 http://主机:端口/路径。", "Write it like http://host:port/path."),
        )


def _usage(what: Text, place: str, fix: Text | None = None) -> UsageError:
    return UsageError(what, place=Place(file=place), fix=fix)
