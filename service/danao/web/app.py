"""The application: a factory around a service, which is started before and closed after it."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from danao import __version__
from danao.web import health
from danao.web.api import api_routes
from danao.web.api.openapi import openapi_routes
from danao.web.api.page import page_routes
from danao.web.faults import add_handlers
from danao.web.gsp import gsp_routes
from danao.web.home import home_routes
from danao.web.linked import linked_routes
from danao.web.middleware import add_middleware
from danao.web.questions import question_routes
from danao.web.service import Service
from danao.web.site.routes import site_routes
from danao.web.sparql import sparql_routes
from danao.web.void import void_routes


def create_app(service: Service) -> FastAPI:
    """The application of a service."""
    app = FastAPI(title="danao", version=__version__, openapi_url=None, docs_url=None, redoc_url=None)
    app.state.service = service
    add_handlers(app)
    add_middleware(app, service)
    # The first pages stand before what is below them.
    first = (
        health.router,
        home_routes(),
        site_routes(),
        void_routes(),
        api_routes(),
        openapi_routes(),
        sparql_routes(),
        gsp_routes(),
    )
    for router in (*first, question_routes(), page_routes(), linked_routes()):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    return app
