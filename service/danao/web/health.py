"""Whether the service is there, whether it can work, and what it counts: for those who run it."""

from __future__ import annotations

import ipaddress
import tempfile
from collections.abc import Callable

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from danao.errors import DanaoError, NotAllowed, Text
from danao.web.observing import Metrics
from danao.web.readers import PUBLIC, Scope
from danao.web.service import Service

router = APIRouter()
_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@router.get("/healthz", include_in_schema=False)
def health() -> JSONResponse:
    """Whether requests are answered."""
    return _fresh({"status": "ok"})


@router.get("/readyz", include_in_schema=False)
def readiness(request: Request) -> JSONResponse:
    """Whether what requests need is there: the knowledge, a copy of the store, a disk that can be written to."""
    service: Service = request.app.state.service
    checks: dict[str, Callable[[], object]] = {
        "knowledge": lambda: service.standard,
        "copy": service.copies.latest,
        "disk": lambda: _written(service),
    }
    found = {name: _holds(check) for name, check in checks.items()}
    return _fresh({"status": "ok" if all(found.values()) else "failing", "checks": found}, all(found.values()))


def _holds(check: Callable[[], object]) -> bool:
    try:
        check()
    except (DanaoError, OSError):
        return False
    return True


def _written(service: Service) -> None:
    with tempfile.TemporaryFile(dir=service.record.folder) as file:
        file.write(b"ready")
        file.flush()


def _fresh(body: dict[str, object], holds: bool = True) -> JSONResponse:  # noqa: FBT001, FBT002 - what is told
    return JSONResponse(body, 200 if holds else 503, {"Cache-Control": "no-store"})


@router.get("/metrics", include_in_schema=False)
def metrics(request: Request) -> Response:
    """What Prometheus is told; only from this machine itself, or with a token to administer.

    :raises NotAllowed: it comes from elsewhere.
    """
    reader = getattr(request.state, "reader", PUBLIC)
    if not _is_local(request) and Scope.admin not in reader.scopes:
        raise NotAllowed(
            Text("指标只供本机和管理员读取。", "Metrics are for this machine and administrators."),
            fix=Text("从本机读取，或带上 admin 令牌。", "Read them from the machine itself, or with a token admin."),
        )
    found: Metrics = request.app.state.metrics
    return Response(found.text(), 200, {"Cache-Control": "no-store"}, _METRICS_TYPE)


def _is_local(request: Request) -> bool:
    """Whether a request comes from this machine, and not by a proxy on it."""
    if {"x-forwarded-for", "forwarded", "via"} & set(request.headers):
        return False
    try:
        return ipaddress.ip_address(request.client.host if request.client else "").is_loopback
    except ValueError:
        return False
