"""Who sees what of a project, by every way out of the service, at every stage from its submission to its withdrawal.

Marks are words that nothing but one statement of one version says, so whoever finds one has seen that statement.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from urllib.parse import quote

from starlette.testclient import TestClient

from danao.knowledge import Knowledge
from danao.registry.submit import publish, withdraw
from danao.web.readers import PUBLIC, Reader, Scope
from danao.web.service import Service
from tests.registering import added, at, held, text_of
from tests.web import BASE, app_for, serving

OWN, OTHER = "own", "other"
READERS = {
    "the public": PUBLIC,
    "its submitter": Reader("lead", frozenset({Scope.submit}), frozenset({OWN}), "1"),
    "another submitter": Reader("another", frozenset({Scope.submit}), frozenset({OTHER}), "2"),
    "its assessor": Reader("assessor", frozenset({Scope.assess}), frozenset({OWN}), "3"),
    "the office": Reader("office", frozenset({Scope.admin}), None, "4"),
}
INSIDERS = {"its submitter", "its assessor", "the office"}
# What the first version says: of its chain, of evidence that is restricted, and of its cluster.
OPEN, HIDDEN, LATER, SECOND = "公开字样甲", "受限字样乙", "后限字样丙", "二版字样丁"
MARKS = (OPEN, HIDDEN, LATER, SECOND)
ANY = "|".join(MARKS)
FIRST = (
    ('dcterms:title "示例木业链"@zh', f'dcterms:title "{OPEN}"@zh'),
    ('dcterms:title "数据空间公约"@zh', f'dcterms:title "{HIDDEN}"@zh'),
    ('dcterms:title "示例产业集群"@zh', f'dcterms:title "{LATER}"@zh'),
)
HIDE = "<covenant> dcterms:accessRights danao:Restricted .\n"
AGAIN = (*FIRST, (f'dcterms:title "{OPEN}"@zh', f'dcterms:title "{SECOND}"@zh'))


@dataclass(frozen=True)
class Stage:
    """A stage: what is done, and the marks that outsiders may find afterwards; insiders may find all that were made."""

    made: frozenset[str]
    outside: frozenset[str]


def stages(folder: Path, knowledge: Knowledge) -> Iterator[tuple[str, Stage]]:
    """Go from stage to stage; each is there while it is looked at."""
    first = frozenset({OPEN, HIDDEN, LATER})
    with held(folder) as registry:
        added(registry, knowledge, text_of(OTHER), 1)
        publish(registry, OTHER, at(2))
        added(registry, knowledge, text_of(OWN, *FIRST, more=HIDE), 3)
    yield "submitted", Stage(first, frozenset())
    with held(folder) as registry:
        publish(registry, OWN, at(4))
    yield "published", Stage(first, frozenset({OPEN, LATER}))
    with held(folder) as registry:
        added(registry, knowledge, text_of(OWN, *AGAIN, more=HIDE), 5)
    yield "a second version submitted", Stage(first | {SECOND}, frozenset({OPEN, LATER}))
    with held(folder) as registry:
        publish(registry, OWN, at(6))
    # What was published of the first version stays at its own address.
    yield "the second version published", Stage(first | {SECOND}, frozenset({OPEN, LATER, SECOND}))
    with held(folder) as registry:
        withdraw(registry, OWN, at(7), "材料有误")
    yield "taken back", Stage(first | {SECOND}, frozenset())


# ---- Ways out ----


@dataclass(frozen=True)
class Way:
    """A request, of one of the kinds of ways by which something is told."""

    kind: str
    path: str
    headers: Mapping[str, str]


def told(client: TestClient, ways: Iterable[Way]) -> dict[str, set[str]]:
    """The marks that a reader gets by each kind of way."""
    found: dict[str, set[str]] = {}
    for way in ways:
        answer = client.get(way.path, headers=way.headers)
        most = 200 if way.kind == "SPARQL" else 499
        assert answer.status_code <= most, (way.path, answer.status_code, answer.text[:300])
        said = json.loads(f'"{answer.text}"') if answer.text.startswith("\\u") else answer.text
        found.setdefault(way.kind, set()).update(mark for mark in MARKS if mark in said)
    return found


def asked(service: Service) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """All requests: of every node, question and document, and every graph that holds a mark: no other can tell one."""
    graphs = marked(service)
    for path in pages():
        yield "page", path, {"Accept": "text/html"}
    for node in nodes(service):
        yield "document", f"/doc/{quote(node)}.ttl", {}
    for name in ("brain", "chain", "cluster", "covenant"):
        yield "page", f"/doc/{OWN}/{name}", {"Accept": "text/html"}
    for path in ("/catalogue.ttl", "/catalogue/public.ttl", "/void.ttl", "/.well-known/void"):
        yield "document", path, {"Accept": "text/turtle"}
    yield "dump", "/dumps/all.nq", {}
    for graph in ("default", *(f"graph={quote(graph, safe='')}" for graph in graphs)):
        yield "graph store", f"/graphs?{graph}", {"Accept": "text/turtle"}
    for query, more in queries(graphs):
        yield "SPARQL", f"/sparql?query={quote(query)}{more}", {"Accept": "*/*"}
    for path in exports():
        yield "export", path, {}
    yield from by_api()
    yield from by_questions(service)
    for path in ("/nothing", f"/doc/{OWN}/nothing", f"/api/projects/{OWN}/explain/nothing", "/sparql?query=nothing"):
        yield "error", path, {}


def pages() -> Iterator[str]:
    yield from ("/", "/?lang=en", "/def/", "/catalogue", "/catalogue/public", "/void", "/sparql", "/questions", "/api")
    for part in ("", "/history", "/evidence", "/gaps", "/why/6.1.5", "/difference?from=1&to=2"):
        yield f"/projects/{OWN}{part}"
    yield f"/compare?project={OTHER}&project={OWN}"


def exports() -> Iterator[str]:
    """What is made to be taken along: the report to print, the data of the heat map, the audit log."""
    yield from (f"/projects/{OWN}/report", "/heat.json", "/heat-all.json", "/api/audit")


def marked(service: Service) -> list[str]:
    """The graphs in which a mark stands, in whatever text."""
    store = service.copies.latest().store
    rows = store.select(f"SELECT DISTINCT ?g {{ GRAPH ?g {{ ?s ?p ?o FILTER REGEX(STR(?o), '{ANY}') }} }} ORDER BY ?g")
    return [row["g"].value for row in rows]


def nodes(service: Service) -> list[str]:
    """Paths of what a description describes, and of some of what its assessments hold."""
    store, home = service.copies.latest().store, f"{BASE}id/{OWN}/"
    rows = store.select(
        f"SELECT DISTINCT ?s {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?s), '{home}')) }} ORDER BY STR(?s)"
    )
    own = [row["s"].value for row in rows]
    described = [one for one in own if "/assessment/" not in one]
    results = [one for one in own if "/assessment/" in one]
    chosen = {one.rpartition("/")[0].count("/"): one for one in results}
    short = [one for one in results if one.count("/") <= home.count("/") + 2]
    return [one.removeprefix(f"{BASE}id/") for one in (*described, *short, *chosen.values())]


def queries(graphs: list[str]) -> Iterator[tuple[str, str]]:
    """Queries that each see everything in another way; those that count or ask say nothing that can be found."""
    froms = " ".join(f"FROM <{graph}>" for graph in graphs)
    naming = " ".join(f"FROM NAMED <{graph}>" for graph in graphs)
    wanted = "".join(f"&default-graph-uri={quote(graph, safe='')}" for graph in graphs)
    some = f"?s ?p ?o FILTER REGEX(STR(?o), '{ANY}')"
    yield f"SELECT * WHERE {{ {some} }}", ""
    yield f"SELECT * WHERE {{ GRAPH ?g {{ {some} }} }}", ""
    yield f"SELECT * {froms} WHERE {{ {some} }}", ""
    yield f"SELECT * {naming} WHERE {{ GRAPH ?g {{ {some} }} }}", ""
    yield f"SELECT * WHERE {{ {some} }}", wanted
    yield "CONSTRUCT { ?s ?p ?o } WHERE { ?s <http://purl.org/dc/terms/title> ?t ; ?p ?o }", ""
    yield f"DESCRIBE <{BASE}id/{OWN}/chain> <{BASE}id/{OWN}/covenant> <{BASE}id/{OWN}/cluster>", ""


def by_api() -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """Every document of the API about a project, and about all."""
    paths = ("", "/assessment", "/assessment?version=1", "/gaps", "/history", "/diff", "/explain/6.1.5")
    for path in (*(f"/{OWN}{path}" for path in paths), ""):
        yield "API", f"/api/projects{path}", {"Accept": "*/*"}
    yield "API", f"/api/projects/{OWN}/assessment", {"Accept": "text/turtle"}
    yield "API", f"/api/compare?project={OTHER}&project={OWN}", {}
    for result in ("SelfAssessed", "Verified"):
        yield "API", f"/api/ranking?result={result}", {}


def by_questions(service: Service) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """Every question, with parameters that fit."""
    office = TestClient(app_for(service, READERS["the office"]))
    for question in office.get("/questions.json").json()["questions"]:
        given = "&".join(
            f"{one['name']}={VALUES.get(one['kind'], '')}" for one in question["parameters"] if one["required"]
        )
        yield "question", f"/questions/{question['question']}.csv?{given}", {}


VALUES = {"project": OWN, "date": "2027-06-30", "integer": "1", "decimal": "1", "text": OWN, "term": "6.1.5"}


# ---- The test ----


def test_marks_are_found_by_who_may_see_them_and_by_nobody_else(knowledge: Knowledge, tmp_path: Path) -> None:
    folder = tmp_path / "registry"
    steps = stages(folder, knowledge)
    first = next(steps)
    with serving(folder) as service:
        clients = {who: TestClient(app_for(service, reader), base_url=BASE) for who, reader in READERS.items()}
        for name, stage in chain([first], steps):
            ways = [Way(*one) for one in asked(service)]
            for who, client in clients.items():
                found = told(client, ways)
                may = stage.made if who in INSIDERS else stage.outside
                assert set().union(*found.values()) <= may, (who, name, found)
                for kind in KINDS:
                    assert found[kind] >= may - LEFT.get(kind, frozenset()), (who, name, kind, found[kind])


# Kinds of ways by which each mark is found, where it may be; questions and the API do not tell titles of everything,
# and what an earlier version said is in its own graph.
KINDS = ("document", "dump", "graph store", "SPARQL", "page")
LEFT = {kind: frozenset({OPEN}) for kind in ("document", "page")}
