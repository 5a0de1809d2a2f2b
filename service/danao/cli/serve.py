"""``danao serve``: the service over a registry."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import click

from danao.cli.declared import Option, command
from danao.cli.extras import needs
from danao.cli.options import (
    DEFAULT_BASE,
    Base,
    InLang,
    KnowledgeDir,
    Lang,
    LimitSettings,
    SchemeName,
    TimeZone,
    told,
)
from danao.cli.registry.options import FOLDER, Folder, base_in, cache, located
from danao.errors import Text, UsageError

if TYPE_CHECKING:
    from danao.store.server import Server

Digest = Annotated[
    str,
    Option("--digest", envvar="DANAO_DIGEST", help="摘要算法：sha256 或 sm3。 Digest algorithm: sha256 or sm3."),
]
_Host = Annotated[str, Option("--host", envvar="DANAO_HOST", help="监听的地址。 Address to listen at.")]
_Port = Annotated[
    int, Option("--port", envvar="DANAO_PORT", min=0, max=65535, help="监听的端口，0 为任一空闲的。 Port; 0 is any.")
]
_Closed = Annotated[bool, Option("--closed", envvar="DANAO_CLOSED", help="读取也需要令牌。 Reading takes a token too.")]
_Workers = Annotated[
    int,
    Option("--workers", envvar="DANAO_WORKERS", min=1, max=64, help="同时工作的进程数。 Processes that work at once."),
]
_Rate = Annotated[
    int,
    Option("--rate", envvar="DANAO_RATE", min=1, help="每个令牌或地址每分钟的请求数。 Requests a minute of each."),
]
_Proxies = Annotated[
    list[str] | None,
    Option("--proxy", envvar="DANAO_PROXIES", help="可信的反向代理地址，可重复。 Address of a proxy of yours."),
]

_Store = Annotated[
    str | None,
    Option(
        "--store",
        envvar="DANAO_STORE",
        help="另让一个 SPARQL 服务器跟上登记库；服务从目录里的存储回答。 A SPARQL server that is to follow.",
    ),
]


@command
@told
def serve(
    lang: InLang = Lang.zh,
    registry: Folder = FOLDER,
    host: _Host = "127.0.0.1",
    port: _Port = 8000,
    base: Base = DEFAULT_BASE,
    knowledge: KnowledgeDir = None,
    scheme: SchemeName = None,
    time_zone: TimeZone = "Asia/Shanghai",
    limits: LimitSettings = None,
    closed: _Closed = False,
    workers: _Workers = 2,
    rate: _Rate = 600,
    proxy: _Proxies = None,
    digest: Digest = "sha256",
    store: _Store = None,
) -> None:
    """网络服务：关联数据、SPARQL、API。 The service: linked data, SPARQL, an API over a registry."""
    needs("fastapi", "prometheus_client", "pyld", "python_multipart", "uvicorn", extra="web")
    from danao.inputs import now
    from danao.limits import limits_of
    from danao.registry.record import create_record, is_registry
    from danao.render import Renderer
    from danao.web.running import Address
    from danao.web.running import serve as run
    from danao.web.settings import Settings

    # A time zone that is none would be told with every write.
    now(time_zone)
    base = base_in(registry, base)
    settings = Settings(
        registry=registry,
        base=base,
        knowledge=knowledge,
        scheme=scheme,
        cache=cache(),
        time_zone=time_zone,
        limits=limits_of(limits or ()),
        workers=workers,
        rate=rate,
        closed=closed,
        proxies=frozenset(proxy or ()),
        digest=digest,
        store=_followed(base, store),
    )
    if not is_registry(registry):
        create_record(registry, settings.base)
    say, watch = Renderer(lang.value).say, click.get_current_context().obj
    parent = watch.parent if watch else os.getppid()
    run(settings, Address(host, port), parent, lambda url: say(f"服务在 {url} 运行。", f"The service answers at {url}"))


def _followed(base: str, store: str | None) -> Server | None:
    """The server that is to have all graphs as well.

    :raises UsageError: it is none, or cannot be asked as the environment says.
    :raises MissingExtra: what asks servers is not installed.
    """
    from danao.store.server import Server

    server = located(base, store, os.environ)
    if server is None:
        return None
    if not isinstance(server, Server):
        raise UsageError(
            Text(
                f"{store} 不是服务器的地址；服务自己的存储在登记库的目录里。",
                f"{store} is no address of a server; the service's own store is in the registry's folder.",
            ),
            fix=Text(
                "写成 http://主机:端口，或不写 --store，也不设 DANAO_STORE。",
                "Write it like http://host:port, or leave out --store and DANAO_STORE.",
            ),
        )
    needs("httpx2", extra="remote")
    return server
