"""``danao serve``: the service over a registry."""

from __future__ import annotations

import os
from typing import Annotated

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
from danao.cli.registry.options import FOLDER, Folder, base_in, cache
from danao.errors import Text, UsageError

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
) -> None:
    """网络服务：关联数据、SPARQL、API。 The service: linked data, SPARQL, an API over a registry."""
    needs("fastapi", "prometheus_client", "pyld", "python_multipart", "uvicorn", extra="web")
    from danao.inputs import now
    from danao.limits import limits_of
    from danao.registry.record import create_record, is_registry
    from danao.render import Renderer
    from danao.settings import Settings
    from danao.web.running import Address
    from danao.web.running import serve as run

    _refuse_other_stores(os.environ.get("DANAO_STORE"))
    # A time zone that is none would be told with every write.
    now(time_zone)
    settings = Settings(
        registry=registry,
        base=base_in(registry, base),
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
    )
    if not is_registry(registry):
        create_record(registry, settings.base)
    say, watch = Renderer(lang.value).say, click.get_current_context().obj
    parent = watch.parent if watch else os.getppid()
    run(settings, Address(host, port), parent, lambda url: say(f"服务在 {url} 运行。", f"The service answers at {url}"))


def _refuse_other_stores(store: str | None) -> None:
    if store:
        raise UsageError(
            Text(
                "DANAO_STORE 指定了另一个存储；服务只从登记库目录里的嵌入式存储回答。",
                "DANAO_STORE names another store; the service answers from the embedded one in the registry's folder.",
            ),
            fix=Text("启动服务时不设 DANAO_STORE。", "Leave DANAO_STORE unset for the service."),
        )
