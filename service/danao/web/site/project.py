"""A project: its totals, its tree of results with reasons, its evidence, gaps and history, as the reader may see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from danao.errors import Text
from danao.web.answers import VARY
from danao.web.api.finding import find_whole
from danao.web.api.forms import JSON
from danao.web.api.working import made
from danao.web.forms import FORMS, HTML
from danao.web.linked import READING, Seen
from danao.web.site.chains import chain_of
from danao.web.site.changes import difference, gaps, history
from danao.web.site.project_page import Page, number_of
from danao.web.site.reasons import DUE, evidence, why
from danao.web.site.tables import table_of
from danao.web.site.tree import Tree


def project_routes() -> APIRouter:
    """The routes of the pages of a project."""
    router = APIRouter(include_in_schema=False)
    pages: Mapping[str, Callable[..., Response]] = {
        "": results,
        "/why/{code}": why,
        "/report": report,
        "/evidence": evidence,
        "/gaps": gaps,
        "/history": history,
        "/difference": difference,
    }
    for part, page in pages.items():
        router.add_api_route(f"/projects/{{identifier}}{part}", page, methods=READING)
    return router


def results(request: Request, seen: Seen, identifier: str) -> Response:
    """Totals, charts, the tree of results, the chain.

    :raises UnknownProject: there is no such project or version that the reader may see.
    """
    page = Page(request, seen, identifier)
    (view,) = page.made("assessment", form=JSON)["assessments"]
    scores = view["scores"] or []
    tree = Tree(page, scores)
    current = page.version is None
    totals = tree.totals(table_of(seen).projects.get(identifier) if current else None, view["bands"])
    return page.shown(
        "site/project.html",
        view=view,
        totals=totals,
        counts=tree.counts(),
        charts=tree.charts([one["kind"] for one in totals if one["reviewed"]]),
        tree=tree.nodes(),
        chain=chain_of(seen, page.project["iri"], page.default) if current else None,
        downloads=list(_downloads(page, view["assessment"])),
        warnings=[one for one in view["problems"] if one["severity"] != "violation"],
        violations=[one for one in view["problems"] if one["severity"] == "violation"],
    )


def _downloads(page: Page, assessment: str) -> Iterator[dict[str, str]]:
    """Documents about the assessment that the page shows: of the API, and in each form of linked data."""
    place = f"{page.links.root}/api/projects/{page.identifier}"
    query = f"?version={page.version}" if page.version else ""
    if page.found.whole:
        yield {
            "name": Text("报告（打印用）", "Report to print").in_language(page.seen.lang),
            "href": page.to("/report"),
        }
    yield {"name": "JSON", "href": f"{place}/assessment{query}"}
    linking = page.seen.service.linking
    # Of what is no longer shown there is no document.
    if linking.library.is_known(assessment, page.seen.sight):
        path = linking.addresses.path(assessment)
        for form in FORMS:
            if not form.is_page:
                yield {"name": form.name.in_language(page.seen.lang), "href": f"{page.links.root}{path}.{form.suffix}"}


def report(request: Request, seen: Seen, identifier: str) -> Response:
    """The report as one file to print, for whoever sees the whole.

    :raises NotAllowed: the reader sees what is public only.
    """
    found = find_whole(seen, identifier, number_of(request, "version"))
    answer = made(seen, "printed", {"found": found.as_json(), "lang": seen.lang, "within": DUE})
    headers = {
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f'attachment; filename="{identifier}-{seen.lang}.html"',
        "Vary": VARY,
    }
    return Response(answer.body, headers=headers, media_type=HTML.content_type)
