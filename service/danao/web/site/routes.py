"""The routes of pages for people that are no documents of linked data."""

from __future__ import annotations

from fastapi import APIRouter

from danao.web.site.compare import compare_routes
from danao.web.site.errors import errors_routes
from danao.web.site.first import first_routes
from danao.web.site.ontology import ontology_routes
from danao.web.site.overview import heat_routes
from danao.web.site.project import project_routes
from danao.web.site.rules import rules_routes
from danao.web.site.signing import signing_routes
from danao.web.site.standard import standard_routes


def site_routes() -> APIRouter:
    """All routes of the site."""
    router = APIRouter(include_in_schema=False)
    pages = (
        signing_routes,
        first_routes,
        heat_routes,
        project_routes,
        compare_routes,
        standard_routes,
        rules_routes,
        ontology_routes,
        errors_routes,
    )
    for routes in pages:
        router.include_router(routes())
    return router
