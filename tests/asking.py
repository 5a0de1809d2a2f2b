"""A service over two small projects, one of them published with some of it restricted, and requests to its endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from httpx2 import Response
from starlette.testclient import TestClient

from danao.knowledge import Knowledge
from danao.registry.entries import public_graph
from danao.registry.submit import publish
from danao.web.readers import PUBLIC, Reader, Scope
from danao.web.service import Service
from tests.registering import BASE, added, at, held, text_of
from tests.web import app_for, serving

OFFICE = Reader("office", frozenset({Scope.admin}))
ASSESSOR = Reader("assessor", frozenset({Scope.assess}))
UNSEEN = "只给办公室看的审计报告"
# What of the project "shown" nobody but the office sees, and of "hidden" nothing.
RESTRICTED = (
    ('dcterms:title "采购成本专项审计报告"@zh', f'dcterms:accessRights danao:Restricted ; dcterms:title "{UNSEEN}"@zh'),
)


@dataclass(frozen=True)
class Asker:
    """A service as one reader asks it; ``graph`` is that of the publication, ``secret`` the graph of a description."""

    service: Service
    client: TestClient
    graph: str
    secret: str

    def rows(self, query: str, **parameters: str) -> list[dict[str, str]]:
        """Rows of a query by their values."""
        answer = self.get(query, **parameters)
        assert answer.status_code == 200, answer.text
        bindings = answer.json()["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in bindings]

    def get(self, query: str, accept: str = "application/sparql-results+json", **parameters: str) -> Response:
        """The answer of a query by GET."""
        given = {"query": query, **{name.replace("_", "-"): value for name, value in parameters.items()}}
        return self.client.get("/sparql", params=given, headers={"Accept": accept})

    def post(
        self, body: bytes | str, media_type: str | None, address: str = "/sparql", accept: str = "*/*"
    ) -> Response:
        """The answer of whatever is sent."""
        headers = {"Accept": accept} | ({"Content-Type": media_type} if media_type else {})
        return self.client.post(address, content=body, headers=headers)


@dataclass(frozen=True)
class Registered:
    """A registry in a folder, with its graphs of interest."""

    folder: Path
    graph: str
    secret: str

    @contextmanager
    def serving(self, **settings: object) -> Iterator[Service]:
        """A service over it."""
        with serving(self.folder, **settings) as service:
            yield service

    def asker(self, service: Service, reader: Reader = PUBLIC) -> Asker:
        """The service as a reader asks it."""
        client = TestClient(app_for(service, reader), base_url=BASE.rstrip("/"))
        return Asker(service, client, self.graph, self.secret)


def registered(folder: Path, knowledge: Knowledge) -> Registered:
    """A registry with a project that is published but for what is restricted, and one that is not."""
    with held(folder) as registry:
        shown = added(registry, knowledge, text_of("shown", *RESTRICTED), 1).entry
        added(registry, knowledge, text_of("hidden"), 2)
        told = publish(registry, "shown", at(3)).entry
    return Registered(folder, public_graph(told.one("publicAssessment")), shown.one("description"))
