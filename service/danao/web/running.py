"""The service as a process: alone over its registry, until it is told to end or whoever started it is gone."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from danao.errors import Place, RegistryBusy, Text, UsageError
from danao.web.app import create_app
from danao.web.connection import connections
from danao.web.log import log_to_stderr
from danao.web.service import start
from danao.web.settings import Settings

_LOCK = "service.lock"
_ENDINGS = (signal.SIGTERM, signal.SIGINT)
# Seconds that requests under way have when the service is told to end.
_GRACE = 20
_LOOK = 1
# Connections that may be open at once; no more than a process may have files.
_CONNECTIONS = 500
_QUEUE = 128


@dataclass(frozen=True)
class Address:
    """Where the service listens; port 0 is any that is free."""

    host: str
    port: int


def serve(settings: Settings, address: Address, parent: int, say: Callable[[str], None]) -> None:
    """Answer requests until a signal ends it, or ``parent`` is gone; ``say`` is told the address once it answers there.

    The registry is there.

    :raises UsageError: nothing can listen at the address.
    :raises RegistryBusy: another service runs over the registry.
    :raises DanaoError: the registry or the knowledge cannot be used.
    """
    with _listening(address) as listener, _alone(settings.registry), contextlib.closing(start(settings)) as service:
        # What is wrong with the store shows now, not at the first request.
        service.copies.latest()
        log_to_stderr()
        if service.follower:
            service.follower.start()
        server = uvicorn.Server(_config(create_app(service), settings))
        _end_with(parent)
        with _quiet_endings():
            say(_url(listener))
            server.run([listener])


def _config(app: FastAPI, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=connections(settings.grace),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=_CONNECTIONS,
        timeout_graceful_shutdown=_GRACE,
    )


@contextlib.contextmanager
def _listening(address: Address) -> Iterator[socket.socket]:
    try:
        family, kind, number, _, where = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, number)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.closing(listener):
            listener.bind(where)
            listener.listen(_QUEUE)
            yield listener
    except OSError as fault:
        raise UsageError(
            Text(
                f"不能监听 {address.host} 的端口 {address.port}：{fault.strerror}。",
                f"Nothing can listen at port {address.port} of {address.host}: {fault.strerror}.",
            ),
            fix=Text("用 --port 换一个端口，或停掉占用它的程序。", "Take another --port, or end what listens there."),
        ) from fault


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Be the only service over a registry: each takes what it finds of copies for its own."""
    with (folder / _LOCK).open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            raise RegistryBusy(
                Text("这个登记库已经有一个服务在运行。", "Another service runs over this registry."),
                place=Place(file=str(folder)),
                fix=Text("停掉它，或换一个登记库。", "End it, or take another registry."),
            ) from fault
        yield


@contextlib.contextmanager
def _quiet_endings() -> Iterator[None]:
    """Let a signal end the service and nothing else: the server raises it once more when it has ended."""
    kept = {number: signal.signal(number, lambda *_: None) for number in _ENDINGS}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def _end_with(parent: int) -> None:
    """End this process when the one that waits for it is gone, however that ended."""

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=look, daemon=True).start()
