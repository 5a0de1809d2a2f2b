"""What every request passes through: it is observed, admitted, bounded, its answer compressed, and open to others."""

from __future__ import annotations

from fastapi import FastAPI

from danao.web.admitting import Admitted
from danao.web.bounding import Bounded
from danao.web.compressing import Compressed
from danao.web.observing import Metrics, Observed
from danao.web.service import Service
from danao.web.sharing import Preflights, Sharing


def add_middleware(app: FastAPI, service: Service) -> None:
    """Let every request of an application pass through what they all need."""
    app.state.metrics = Metrics(service)
    # What is added later stands further out.
    app.add_middleware(Compressed)
    app.add_middleware(Bounded, service=service)
    app.add_middleware(Admitted, service=service)
    app.add_middleware(Preflights)
    app.add_middleware(Observed, service=service, metrics=app.state.metrics)
    # Outermost, so that an apology for a fault can be read from other origins too.
    app.add_middleware(Sharing)
