"""What the results of a project rest on: why an element scores what it does, and the evidence."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from pyoxigraph import Literal
from starlette.requests import Request
from starlette.responses import Response

from danao.namespaces import local_name
from danao.registry.evidence import file_type
from danao.resources import rule
from danao.view import KINDS
from danao.web.api.files import SHOWN, name_at
from danao.web.linked import Seen
from danao.web.site.project_page import Page
from danao.web.site.tree import Tree

# Evidence that expires within so many days of the examination is told to be due.
DUE = 90
# The first page that a place in a file names, in Chinese or English.
_PAGE = re.compile(r"第\s*([0-9]+)\s*(?:[-–—~至到]\s*[0-9]+\s*)?页|\bp(?:ages?|p?\.)\s*([0-9]+)", re.IGNORECASE)


def why(request: Request, seen: Seen, identifier: str, code: str) -> Response:
    """Why an element scores what it does: a page, or for a script the part of it that is new.

    :raises NotFound: there is no such element.
    """
    page = Page(request, seen, identifier)
    (told,) = page.made("explained", code=code)["explanations"]
    element = told["element"]
    addresses = seen.service.linking.addresses
    shown = {
        "element": element,
        "name": element["label"],
        "code": local_name(element["iri"]),
        "shape": element.get("shape") and addresses.path(element["shape"]),
        "files": _files(page),
        "anchor": Tree(page, ()).anchors.get(element["iri"], ""),
        "order": KINDS[::-1],
        "restricted": page.restricted(),
    }
    fragment = request.headers.get("hx-request") == "true"
    return page.shown("site/why-part.html" if fragment else "site/why.html", **shown)


def _files(page: Page) -> Mapping[str, list[dict[str, Any]]]:
    """The files that the registry keeps of evidence, by its IRI: where each is opened, at the page that is cited.

    ``shown`` where browsers show its kind, so that it can stand beside a requirement.
    """
    home = f"{page.seen.service.base}id/{page.identifier}/"
    rows = page.seen.sight.copy.store.select(rule("overview/files"), {"home": Literal(home)}, default=page.default)
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        locator = row["locator"].value if row["locator"] is not None else ""
        digest = row["digest"].value.removeprefix("sha256:")
        where = f"/api/projects/{page.identifier}/evidence/{digest}"
        name = name_at(row["address"].value) if row["address"] is not None else ""
        href = f"{page.links.root}{where}{page_part(locator)}"
        found.setdefault(row["evidence"].value, []).append(
            {"href": href, "locator": locator, "shown": file_type(name) in SHOWN}
        )
    return found


def page_part(locator: str) -> str:
    """The fragment by which viewers open a file at the page that a place in it names; nothing where it names none."""
    found = _PAGE.search(locator)
    return f"#page={found[1] or found[2]}" if found else ""


# ---- Evidence ----


def evidence(request: Request, seen: Seen, identifier: str) -> Response:
    """All evidence: type, issuer, dates, what it supports, what expires soon.

    :raises UnknownProject: there is no such project or version that the reader may see.
    """
    page = Page(request, seen, identifier)
    told = page.made("evidenced")
    today = dt.date.fromisoformat(told["asOf"])
    files = _files(page)
    pieces = [
        one | {"due": _due(one["validUntil"], today), "kept": files.get(one["iri"], [])} for one in told["evidence"]
    ]
    counts = {sort: sum(one["due"] == sort for one in pieces) for sort in ("soon", "past")}
    return page.shown(
        "site/evidence.html",
        pieces=pieces,
        as_of=told["asOf"],
        within=DUE,
        due=counts,
        restricted=page.restricted(),
    )


def _due(until: str | None, today: dt.date) -> str:
    """Whether something expires soon, or has expired; seen from the date of the examination."""
    if until is None:
        return ""
    days = (dt.date.fromisoformat(until) - today).days
    return "past" if days < 0 else "soon" if days <= DUE else ""
