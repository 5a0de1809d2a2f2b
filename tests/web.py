"""The service over a registry of the examples, for tests of what it answers."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.requests import Request

from danao.web.app import create_app
from danao.web.readers import Reader
from danao.web.service import Service, start
from danao.web.settings import Settings
from tests.registering import CACHE

BASE = "https://danao.example/"


@contextmanager
def serving(registry: Path, **settings: object) -> Iterator[Service]:
    """A service over a registry, closed afterwards."""
    # A test asks more in a second than a person in an hour.
    given = {"rate": 1_000_000, **settings}
    service = start(Settings(registry=registry, base=BASE, cache=CACHE, **given))  # type: ignore[arg-type]
    try:
        yield service
    finally:
        service.close()


def app_for(service: Service, reader: Reader) -> FastAPI:
    """The application, every request of which is a reader's."""
    app = create_app(service)

    @app.middleware("http")
    async def identify(request: Request, call_next):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        request.state.reader = reader
        return await call_next(request)

    return app


@contextmanager
def listening(app: FastAPI) -> Iterator[str]:
    """The address at which an application answers while it is needed."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)
