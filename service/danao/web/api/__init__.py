"""The REST API: documents about what is registered, as the reader may see it, and assessments of what is not."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.routing import APIRoute

from danao.web.api import auditing, comparing, files, projects, standard, stateless, writing

PREFIX = "/api"


def api_routes() -> APIRouter:
    """All routes of the API."""
    routes = APIRouter(prefix=PREFIX)
    for module in (stateless, projects, writing, files, comparing, standard, auditing):
        routes.include_router(module.routes)
        for route in _read(module.routes):
            # What is read is asked for without its body too, and that needs no description of its own.
            routes.add_api_route(route.path, route.endpoint, methods=["HEAD"], include_in_schema=False)
    return routes


def _read(router: APIRouter) -> Iterator[APIRoute]:
    return (route for route in router.routes if isinstance(route, APIRoute) and "GET" in (route.methods or ()))
