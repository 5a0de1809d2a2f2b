"""What all pages of a project have: who asks for which version, the frame around it, tabs, forms."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from danao.errors import BadRequest, Text
from danao.web.api.finding import Found, find
from danao.web.api.projects import project_of
from danao.web.api.working import made
from danao.web.asking import Asked
from danao.web.forms import FORMS
from danao.web.projects import kinds_of
from danao.web.site.frame import Links, Other, Place, page_answer
from danao.web.site.tables import whole_sight

_MOST_VERSION = 9


@dataclass(frozen=True)
class Page:
    """A page about a version of a project: who asks for it, and what all pages of the project have."""

    request: Request
    seen: Asked
    identifier: str

    @cached_property
    def version(self) -> int | None:
        """The version that is asked for; the current one where none is."""
        return number_of(self.request, "version")

    @cached_property
    def found(self) -> Found:
        """The entry that the page is about.

        :raises UnknownProject: there is none that the reader may see.
        """
        return find(self.seen, self.identifier, self.version)

    @cached_property
    def links(self) -> Links:
        """Addresses."""
        return Links(self.request, self.seen.lang)

    @cached_property
    def project(self) -> dict[str, Any]:
        """What is told of the project."""
        return project_of(self.seen, self.identifier)

    @property
    def default(self) -> tuple[str, ...]:
        """The graphs that show what the reader may see of the project."""
        return whole_sight(self.seen).default if self.found.whole else self.seen.sight.default

    def made(self, job: str, **arguments: object) -> Any:  # noqa: ANN401 - JSON is any
        """What a worker tells of the entry."""
        return json.loads(made(self.seen, job, {"found": self.found.as_json(), **arguments}).body)

    def restricted(self) -> frozenset[str]:
        """The IRIs of the things that this reader sees and the public does not."""
        return frozenset(self.made("sealed")["things"])

    def to(self, part: str = "", /, **query: object) -> str:
        """The address of a page of the project, of the same version."""
        return self.links.to(f"/projects/{self.identifier}{part}", version=self.version, **query)

    def shown(self, template: str, **shown: object) -> Response:
        """A page from a template."""
        service = self.seen.service
        framed = {
            "project": self.project,
            "title": self.project["title"],
            "whole": self.found.whole,
            "version": self.version,
            "kinds": kinds_of(service.knowledge),
            "to": self.to,
            "path_of": service.linking.addresses.path,
            "tabs": list(self._tabs()),
        }
        forms = list(self._forms())
        html = service.linking.frame.page(template, self.request, Place(self.seen.lang, forms=forms), **framed | shown)
        return page_answer(self.request, self.seen.lang, html)

    def _tabs(self) -> Iterator[dict[str, Any]]:
        here = self.request.url.path.rstrip("/")
        for part, name, for_whole in _TABS:
            if self.found.whole or not for_whole:
                href = self.to(part)
                yield {
                    "name": name.in_language(self.seen.lang),
                    "href": href,
                    "current": here.endswith(f"{self.identifier}{part}"),
                }

    def _forms(self) -> Iterator[Other]:
        """The linked-data forms of the project's own document, which is about what is current."""
        path = self.seen.service.linking.addresses.path(self.project["iri"])
        for form in FORMS:
            if not form.is_page:
                yield Other(
                    form.name.in_language(self.seen.lang), f"{self.links.root}{path}.{form.suffix}", form.media_type
                )


_TABS = (
    ("", Text("结果", "Results"), False),
    ("/evidence", Text("证据", "Evidence"), False),
    ("/gaps", Text("缺口", "Gaps"), True),
    ("/history", Text("历史", "History"), False),
)


def number_of(request: Request, name: str) -> int | None:
    """A whole number above 0 that an address gives, none where it gives none.

    :raises BadRequest: it is no such number.
    """
    text = request.query_params.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_VERSION and int(text)):
        raise BadRequest(
            Text(f"参数 {name} 不对。", f"The parameter {name} is wrong."),
            fix=Text("写大于 0 的整数。", "Give a whole number above 0."),
        )
    return int(text)
