"""Linked data: every form says the same, caching, who sees what, walking from link to link; and the first pages."""

from __future__ import annotations

import gc
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import rdflib
from pyoxigraph import RdfFormat, parse
from rdflib.compare import isomorphic
from starlette.testclient import TestClient

from danao.engine.interface import iri_of
from danao.knowledge import Knowledge, load_knowledge
from danao.namespaces import DANAO, DCAT, DCTERMS, EARL, OWL, RDFS, SKOS, VOID
from danao.registry.graphs import catalogue_of, public_view
from danao.registry.submit import Registry, publish, submit
from danao.store.lookups import READING
from danao.web.addresses import addresses_of
from danao.web.app import create_app
from danao.web.copies import knowledge_graph_of
from danao.web.readers import PUBLIC
from danao.web.service import Service
from tests.linked import HIDDEN, MEDIA_TYPES, OFFICE, assert_sound, client, filled, graph_of, links_of, read
from tests.registering import BASE, added, assessed, at, held, text_of
from tests.web import listening, serving

LIBRARIES = Path(__file__).parent / "standards" / "libraries"
BRAIN = f"{BASE}id/open/brain"
RDFS_LABEL = rdflib.URIRef(RDFS + "label")
XHTML_NEXT = rdflib.URIRef("http://www.w3.org/1999/xhtml/vocab#next")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Iterator[Service]:
    with filled(tmp_path_factory.mktemp("linked") / "registry", knowledge) as found:
        yield found


@pytest.fixture
def visitor(service: Service) -> TestClient:
    return client(service)


@pytest.fixture
def office(service: Service) -> TestClient:
    return client(service, OFFICE)


def one_of(graph: rdflib.Graph, predicate: str, thing: str) -> str:
    """The one subject that points to a thing."""
    (found,) = graph.subjects(rdflib.URIRef(predicate), rdflib.URIRef(thing))
    return str(found)


def published_assessment(visitor: TestClient) -> str:
    """The assessment of the open project that is current."""
    graph = graph_of(visitor, read(visitor, BRAIN, accept="text/turtle"))
    found = graph.subjects(rdflib.URIRef(DANAO + "of"), rdflib.URIRef(BRAIN))
    (assessment,) = {str(one) for one in found if re.fullmatch(r".*/assessment/[0-9a-f]+", str(one))}
    return assessment


def resources(visitor: TestClient) -> list[str]:
    """A resource of each kind: by the paths of their documents."""
    assessment = published_assessment(visitor).removeprefix(f"{BASE}id")
    return [
        "/doc/open/brain",
        "/doc/open/covenant",
        f"/doc{assessment}",
        f"/doc{assessment}/run",
        f"/doc{assessment}/outcome/Verified/6-1-5-consensus-rules",
        f"/doc{assessment}/score/SelfAssessed/6-1-5",
        "/doc/open/assessments",
        "/entry/2",
        "/def/std/6-1-5",
        "/def/req/6-1-5-consensus-rules",
        "/def/brain/TrustedDataSpace",
        "/def/danao/directPartOf",
        "/def/danao/",
        "/def/scheme/default",
        "/def/w3id.org/danao/shapes/2025/6-1-5-consensus-rules",
        "/def/earl/passed",
    ]


# ---- Identifiers and documents ----


@pytest.mark.parametrize("tail", ["brain", "brain.ttl", "brain.jsonld?page=1", "brain?lang=en&page=2"])
def test_a_thing_leads_to_its_document(visitor: TestClient, tail: str) -> None:
    answer = visitor.get(f"/id/open/{tail}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/doc/open/{tail}")


def test_every_form_says_the_same(visitor: TestClient) -> None:
    for path in resources(visitor):
        answers = {kind: visitor.get(f"{path}.{suffix}") for suffix, kind in MEDIA_TYPES.items()}
        assert {kind: answer.status_code for kind, answer in answers.items()} == dict.fromkeys(answers, 200), path
        turtle, *others = [_without_next(graph_of(visitor, answer)) for answer in answers.values()]
        assert len(turtle) > 5
        for other in others:
            assert isomorphic(turtle, other), path


def _without_next(graph: rdflib.Graph) -> rdflib.Graph:
    graph.remove((None, XHTML_NEXT, None))
    return graph


@pytest.mark.parametrize("name", ["brain", "covenant", "procurement-cost", "data-space", "cluster"])
def test_a_document_holds_all_that_the_store_states_of_its_resource(
    service: Service, visitor: TestClient, name: str
) -> None:
    iri = f"{BASE}id/open/{name}"
    graph = graph_of(visitor, visitor.get(f"/doc/open/{name}.nt"))
    view = rdflib.Graph()
    view.parse(data=_text(service, public_view(BASE)), format="nt")
    stated = set(view.predicate_objects(rdflib.URIRef(iri)))
    assert stated
    assert set(graph.predicate_objects(rdflib.URIRef(iri))) == stated


def _text(service: Service, graph: str) -> str:
    statements = service.copies.latest().store.facts(graph).statements
    return "".join(f"{subject} {predicate} {thing} .\n" for subject, predicate, thing in statements)


def test_what_a_document_speaks_of_has_its_names(visitor: TestClient) -> None:
    graph = graph_of(visitor, visitor.get("/doc/open/brain.ttl"))
    for name, label in (("cluster", "示例产业集群"), ("data-space", "示例可信数据空间")):
        titles = graph.objects(rdflib.URIRef(f"{BASE}id/open/{name}"), rdflib.URIRef(DCTERMS + "title"))
        assert rdflib.Literal(label, lang="zh") in set(titles)
    kind = rdflib.URIRef("https://w3id.org/danao/brain#IndustrialBrain")
    assert rdflib.Literal("产业大脑", lang="zh") in set(graph.objects(kind, None))


def test_all_pages_of_a_document_together_hold_everything_that_points_to_it(
    service: Service, visitor: TestClient
) -> None:
    pages, path = rdflib.Graph(), "/doc/open/brain.ttl"
    while path:
        graph = graph_of(visitor, visitor.get(path))
        pages += graph
        path = next((str(one).removeprefix(BASE.rstrip("/")) for one in graph.objects(None, XHTML_NEXT)), "")
    view = rdflib.Graph()
    view.parse(data=_text(service, public_view(BASE)), format="nt")
    expected = set(view.subject_predicates(rdflib.URIRef(BRAIN)))
    assert len(expected) > 700
    assert expected <= set(pages.subject_predicates(rdflib.URIRef(BRAIN)))
    assert visitor.get("/doc/open/brain.ttl?page=99").status_code == 404


def test_json_ld_is_one_tree_with_the_resource_at_its_root(visitor: TestClient) -> None:
    assessment = published_assessment(visitor)
    outcome = f"{assessment}/outcome/SelfAssessed/6-1-5-consensus-rules"
    tree = read(visitor, outcome, accept=MEDIA_TYPES["jsonld"]).json()
    assert tree["@context"] == f"{BASE}context.jsonld"
    assert (tree["@id"], tree["@type"]) == (outcome, "Assertion")
    assert tree["subject"]["title"]["zh"] == "示例产业大脑"
    assert tree["test"]["prefLabel"]["zh"] == "共识规则"
    assert tree["earl:result"]["outcome"]["label"]["zh"] == "通过"


# ---- Headers ----


def test_headers_say_what_this_is_and_what_else_there_is(visitor: TestClient) -> None:
    for path in resources(visitor):
        answer = visitor.get(path, headers={"accept": "text/turtle", "accept-language": "en"})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
        assert answer.headers["content-location"] == f"{path}.ttl"
        assert answer.headers["vary"] == "Accept, Accept-Language, Authorization, Cookie, Accept-Encoding"
        assert answer.headers["content-language"] == "zh, en"
        assert re.fullmatch(r'"[0-9a-f]{32}"', answer.headers["etag"])
        assert answer.headers["access-control-allow-origin"] == "*"
        assert visitor.get(answer.headers["content-location"]).content == answer.content
        alternates = re.findall(r'<([^>]+)>; rel="alternate"; type="([^"]+)"', answer.headers["link"])
        assert {kind for _, kind in alternates} == {"text/html", *MEDIA_TYPES.values()} - {"text/turtle"}
        for where, kind in alternates:
            assert visitor.get(where).headers["content-type"].partition(";")[0] == kind
        for where in re.findall(r'<([^>]+)>; rel="describedby"', answer.headers["link"]):
            assert visitor.get(where).status_code == 200


@pytest.mark.parametrize("kind", ["text/html", *MEDIA_TYPES.values()])
def test_the_form_may_be_asked_for_in_the_address(visitor: TestClient, kind: str) -> None:
    answer = visitor.get("/doc/open/brain", params={"_mediatype": kind}, headers={"accept": "image/png"})
    assert answer.headers["content-type"].partition(";")[0] == kind
    # As people write it.
    assert visitor.get(f"/doc/open/brain?_mediatype={kind}").headers["etag"]


def test_what_is_not_to_be_had_says_what_is(visitor: TestClient) -> None:
    answer = visitor.get("/doc/open/brain", headers={"accept": "image/png"})
    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["title"] == "NotAcceptable"
    assert all(kind in told["fix"]["zh"] for kind in ("text/html", *MEDIA_TYPES.values()))


def test_a_page_is_in_the_language_that_is_asked_for(visitor: TestClient) -> None:
    chinese = visitor.get("/doc/open/brain.html")
    english = visitor.get("/doc/open/brain.html", headers={"accept-language": "en-GB, zh;q=0.5"})
    assert (chinese.headers["content-language"], english.headers["content-language"]) == ("zh", "en")
    assert "<h1>示例产业大脑</h1>" in chinese.text
    assert "<h1>Example industrial brain</h1>" in english.text
    assert chinese.headers["etag"] != english.headers["etag"]
    assert english.headers["content-location"] == "/doc/open/brain.html?lang=en"
    # Not the same bytes: who asks by the address keeps the language in the links of the page.
    assert visitor.get("/doc/open/brain.html?lang=en").headers["content-language"] == "en"


def test_head_says_what_get_would(visitor: TestClient) -> None:
    for path in (
        "/",
        "/def/",
        "/doc/open/brain",
        "/def/std/6-1-5.ttl",
        "/catalogue/public.nt",
        "/void",
        "/id/open/brain",
    ):
        got, told = visitor.get(path), visitor.head(path)
        assert told.status_code == got.status_code
        own = {"content-length", "x-request-id"}
        assert {k: v for k, v in got.headers.items() if k not in own}.items() <= told.headers.items()


def test_other_origins_may_read_and_ask_before(visitor: TestClient) -> None:
    origin = {"origin": "https://elsewhere.example"}
    asked = origin | {"access-control-request-method": "GET", "access-control-request-headers": "accept, if-none-match"}
    answer = visitor.options("/doc/open/brain", headers=asked)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert {"GET", "HEAD"} <= set(answer.headers["access-control-allow-methods"].split(", "))
    allowed = answer.headers["access-control-allow-headers"].lower()
    assert {"accept", "if-none-match", "authorization"} <= set(allowed.split(", "))
    for path in ("/doc/open/brain", "/doc/nothing", "/id/open/brain"):
        answer = visitor.get(path, headers=origin)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "ETag" in answer.headers["access-control-expose-headers"]
        assert "access-control-allow-credentials" not in answer.headers


# ---- Conditional requests ----


def test_what_has_not_changed_is_not_sent_again(visitor: TestClient) -> None:
    first = visitor.get("/doc/open/brain.ttl")
    tag, when = first.headers["etag"], first.headers["last-modified"]
    before = format_datetime(parsedate_to_datetime(when) - timedelta(seconds=1), usegmt=True)
    cases = [
        ({"if-none-match": tag}, 304),
        ({"if-none-match": f'"other", W/{tag}'}, 304),
        ({"if-none-match": "*"}, 304),
        ({"if-none-match": '"other"'}, 200),
        ({"if-none-match": tag.strip('"')}, 200),
        ({"if-modified-since": when}, 304),
        ({"if-modified-since": before}, 200),
        ({"if-modified-since": "yesterday"}, 200),
        # The tag has the say over the date.
        ({"if-none-match": '"other"', "if-modified-since": when}, 200),
        ({"if-none-match": tag, "if-modified-since": before}, 304),
        # For another state than the one that is there.
        ({"if-match": tag}, 200),
        ({"if-match": "*"}, 200),
        ({"if-match": f"W/{tag}"}, 412),
        ({"if-match": '"other"'}, 412),
        ({"if-unmodified-since": when}, 200),
        ({"if-unmodified-since": before}, 412),
        ({"if-match": tag, "if-unmodified-since": before}, 200),
    ]
    for headers, status in cases:
        answer = visitor.get("/doc/open/brain.ttl", headers=headers)
        assert answer.status_code == status, headers
        if status == 304:
            assert answer.content == b""
            assert answer.headers["etag"] == tag
            assert {"vary", "content-location", "cache-control"} <= set(answer.headers)


def test_each_form_language_and_reader_has_a_tag_of_its_own(visitor: TestClient, office: TestClient) -> None:
    paths = [f"/doc/open/brain.{suffix}" for suffix in MEDIA_TYPES]
    paths += ["/doc/open/brain.html?lang=zh", "/doc/open/brain.html?lang=en", "/doc/open/brain.ttl?page=2"]
    answers = [asking.get(path) for asking in (visitor, office) for path in paths]
    tags = [answer.headers["etag"] for answer in answers]
    assert len(set(tags)) == len(tags)
    assert {answer.headers["cache-control"] for answer in answers} == {"no-cache", "private, no-cache"}


def test_a_change_that_the_public_does_not_see_does_not_show(service: Service, knowledge: Knowledge) -> None:
    visitor, office = client(service), client(service, OFFICE)

    def states() -> list[tuple[str, str]]:
        answers = [asking.get("/doc/part/brain.ttl") for asking in (visitor, office)]
        return [(answer.headers["etag"], answer.headers["last-modified"]) for answer in answers]

    def state_after(step: Callable[[Registry], object]) -> list[tuple[str, str]]:
        with held(service.record.folder) as registry:
            step(registry)
        return states()

    first = states()
    second = state_after(lambda registry: added(registry, knowledge, text_of("later"), 30))
    assert second[0] == first[0]
    assert second[1][0] != first[1][0]
    third = state_after(lambda registry: publish(registry, "later", at(31)))
    assert third[0][0] != first[0][0]
    assert parsedate_to_datetime(third[0][1]) <= datetime.now(UTC)


# ---- Who sees what ----


def test_what_one_may_not_see_is_as_if_it_were_not_there(visitor: TestClient, office: TestClient) -> None:
    names = ("draft/brain", "draft/cluster", "gone/brain", "part/covenant.ttl", "draft/assessments")
    unknown = visitor.get("/doc/nobody/brain")
    for name in names:
        hidden = visitor.get(f"/doc/{name}")
        assert office.get(f"/doc/{name}").status_code == 200, name
        if name != "part/covenant.ttl":
            assert hidden.status_code == 404
            assert _apart(hidden) == _apart(unknown)
    title = "数据空间公约"
    assert title in office.get("/doc/part/covenant.ttl").text
    assert title not in visitor.get("/doc/part/covenant.ttl").text


def _apart(answer: object) -> tuple[dict[str, str], dict[str, str]]:
    """An answer without what repeats the question."""
    told = answer.json() | {"instance": ""}  # type: ignore[attr-defined]
    return told, dict(answer.headers) | {"content-length": "", "x-request-id": ""}  # type: ignore[attr-defined]


def test_what_was_taken_back_leaves_a_mark_in_the_catalogue(visitor: TestClient) -> None:
    catalogue = graph_of(visitor, visitor.get("/catalogue/public.ttl"))
    withdrawn = rdflib.URIRef("http://publications.europa.eu/resource/authority/dataset-status/WITHDRAWN")
    (dataset,) = catalogue.subjects(rdflib.URIRef("http://www.w3.org/ns/adms#status"), withdrawn)
    answer = read(visitor, str(dataset), accept="text/turtle")
    assert answer.status_code == 200
    graph = graph_of(visitor, answer)
    assert (dataset, None, withdrawn) in graph
    # Nothing but the mark.
    assert "示例产业大脑" not in answer.text
    assert visitor.get("/doc/gone/brain").status_code == 404


def test_earlier_publications_stay_at_their_address(visitor: TestClient) -> None:
    catalogue = graph_of(visitor, visitor.get("/catalogue/public.ttl"))
    series = rdflib.URIRef(f"{BASE}id/open/assessments")
    datasets = set(catalogue.subjects(rdflib.URIRef(DCAT + "inSeries"), series))
    earlier = {one for one in datasets if not set(catalogue.objects(one, rdflib.URIRef(DCAT + "prev")))}
    (dataset,) = earlier
    assessment = str(dataset).removesuffix("/public")
    assert assessment != published_assessment(visitor)
    outcome = f"{assessment}/outcome/Verified/6-1-5-consensus-rules"
    graph = graph_of(visitor, read(visitor, outcome, accept="text/turtle"))
    assert (rdflib.URIRef(outcome), rdflib.URIRef(EARL + "subject"), rdflib.URIRef(BRAIN)) in graph


# ---- Catalogues, graphs, dumps, statistics ----


def test_each_distribution_of_the_catalogue_is_what_it_says(service: Service, visitor: TestClient) -> None:
    catalogue = graph_of(visitor, visitor.get("/catalogue/public.ttl"))
    distributions = list(catalogue.subject_objects(rdflib.URIRef(DCAT + "distribution")))
    datasets = sorted({str(dataset) for dataset, _ in distributions})
    assert len(distributions) == 5 * len(datasets) >= 15
    for dataset, distribution in distributions:
        answer = read(visitor, str(distribution))
        (media_type,) = catalogue.objects(distribution, rdflib.URIRef(DCAT + "mediaType"))
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == str(media_type).partition("media-types/")[2]
        if answer.headers["content-type"] == "application/n-triples":
            lines = sorted(answer.text.splitlines(keepends=True))
            (digest,) = catalogue.objects(dataset, rdflib.URIRef(DCTERMS + "identifier"))
            assert f"sha256:{sha256(''.join(lines).encode()).hexdigest()}" == str(digest)
        elif str(dataset) == datasets[0] and "html" not in answer.headers["content-type"]:
            expected = rdflib.Graph()
            expected.parse(data=_text(service, str(dataset)), format="nt")
            assert set(graph_of(visitor, answer)) == set(expected)


def test_each_service_of_the_catalogue_is_described_where_it_says(visitor: TestClient) -> None:
    catalogue = graph_of(visitor, visitor.get("/catalogue/public.ttl"))
    places = {
        str(service): str(place)
        for service, place in catalogue.subject_objects(rdflib.URIRef(DCAT + "endpointDescription"))
    }
    assert set(places) == {f"{BASE}sparql", f"{BASE}api"}
    assert {service: visitor.get(place).status_code for service, place in places.items()} == dict.fromkeys(places, 200)
    assert visitor.get(places[f"{BASE}api"]).json()["openapi"].startswith("3.1")


def test_the_office_s_catalogue_leads_the_public_to_theirs(visitor: TestClient, office: TestClient) -> None:
    answer = visitor.get("/catalogue.ttl?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/catalogue/public.ttl?x=1")
    graph = graph_of(office, office.get("/catalogue.ttl"))
    assert (rdflib.URIRef(catalogue_of(BASE)), None, None) in graph


def test_dumps_hold_all_graphs_of_a_reader_and_nothing_else(
    service: Service, visitor: TestClient, office: TestClient
) -> None:
    seen = service.sights.of(PUBLIC, service.copies.latest())
    for suffix, kind in (("nq", RdfFormat.N_QUADS), ("trig", RdfFormat.TRIG)):
        answer = visitor.get(f"/dumps/all.{suffix}")
        sizes = Counter(iri_of(quad.graph_name) for quad in parse(answer.content, format=kind))
        store = service.copies.latest().store
        assert sizes == {name: len(store.facts(name)) for name in seen.named or ()}
        assert "draft" not in answer.text
        assert visitor.get(f"/dumps/all.{suffix}", headers={"if-none-match": answer.headers["etag"]}).status_code == 304
        assert visitor.head(f"/dumps/all.{suffix}").headers["etag"] == answer.headers["etag"]
    assert "id/draft/brain" in office.get("/dumps/all.nq").text
    assert visitor.get("/dumps/all.csv").status_code == 404


@pytest.mark.parametrize("path", ["/dumps/all.nq", "/dumps/all.trig", "/graphs?default"])
def test_a_dump_ends_where_its_client_goes_away(service: Service, path: str, capfd: pytest.CaptureFixture[str]) -> None:
    with listening(create_app(service)) as address:
        where = urlsplit(address)
        for _ in range(3):
            with socket.create_connection((str(where.hostname), where.port)) as leaving:
                leaving.sendall(f"GET {path} HTTP/1.1\r\nHost: {where.netloc}\r\n\r\n".encode())
                assert leaving.recv(100).startswith(b"HTTP/1.1 200")
        until = time.monotonic() + 20
        while any(one.name == READING for one in threading.enumerate()):
            assert time.monotonic() < until
            time.sleep(1 / 10)
        gc.collect()
        assert client(service).get("/healthz").status_code == 200
    assert "Traceback" not in capfd.readouterr().err


def test_statistics_are_the_numbers_that_are_there(service: Service, visitor: TestClient) -> None:
    answer = visitor.get("/.well-known/void", headers={"accept": "text/turtle"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/void")
    graph = graph_of(visitor, read(visitor, "/void", accept="text/turtle"))
    dataset = rdflib.URIRef(f"{BASE}void")
    (triples,) = graph.objects(dataset, rdflib.URIRef(VOID + "triples"))
    assert int(str(triples)) == len(service.copies.latest().store.facts(public_view(BASE)))
    dumps = [str(one) for one in graph.objects(dataset, rdflib.URIRef(VOID + "dataDump"))]
    assert {visitor.head(one).status_code for one in dumps} == {200}
    assert len(dumps) == 2
    assert set(graph.objects(dataset, rdflib.URIRef(VOID + "sparqlEndpoint"))) == {rdflib.URIRef(f"{BASE}sparql")}


# ---- Terms ----


def test_every_term_has_a_document_here(knowledge: Knowledge) -> None:
    addresses = addresses_of(BASE, knowledge)
    lost = [iri for iri in knowledge.index if iri not in addresses.iris(addresses.path(iri) or "/def/")]
    assert lost == []
    assert len({addresses.path(iri) for iri in knowledge.index}) == len(knowledge.index)


def test_every_version_of_an_ontology_leads_to_it(visitor: TestClient, knowledge: Knowledge) -> None:
    addresses = addresses_of(BASE, knowledge)
    column = knowledge.index.column(OWL + "versionIRI")
    assert len(column) > 20
    for ontology in column:
        (version,) = knowledge.values(ontology, OWL + "versionIRI")
        answer = visitor.get(f"{addresses.path(version)}.ttl")
        assert (answer.status_code, answer.headers["location"]) == (303, f"{addresses.path(ontology)}.ttl")
        graph = graph_of(visitor, visitor.get(answer.headers["location"]))
        assert (rdflib.URIRef(ontology), rdflib.URIRef(OWL + "versionIRI"), rdflib.URIRef(version)) in graph


def test_a_term_s_document_says_what_the_ontology_says(visitor: TestClient, knowledge: Knowledge) -> None:
    term = "https://w3id.org/danao/brain#TrustedDataSpace"
    graph = graph_of(visitor, visitor.get("/def/brain/TrustedDataSpace.ttl"))
    expected = {iri_of(triple.object) for triple in knowledge.ontology if iri_of(triple.subject) == term}
    named = {str(one) for one in graph.objects(rdflib.URIRef(term)) if not isinstance(one, rdflib.BNode)}
    assert {one for one in expected if "://" in one} <= named
    # Which indicator its members serve stands behind a node without an address.
    assert rdflib.URIRef("https://w3id.org/danao/standard/2025/6-1-5") in set(
        graph.objects(None, rdflib.URIRef(OWL + "hasValue"))
    )


def test_all_of_the_knowledge_is_one_document(service: Service, visitor: TestClient) -> None:
    graph = graph_of(visitor, visitor.get("/def/", headers={"accept": "application/n-triples"}))
    known = service.copies.latest().store.facts(knowledge_graph_of(BASE, service.knowledge))
    assert len(graph) == len(known)


# ---- Walking ----


def test_four_hops_lead_from_a_project_to_the_text_of_the_clause_behind_an_outcome(visitor: TestClient) -> None:
    requirement = "https://w3id.org/danao/reading/2025/6-1-5-consensus-rules"
    test, subject, see = (rdflib.URIRef(one) for one in (EARL + "test", EARL + "subject", RDFS + "seeAlso"))
    pages = [walk(visitor, BRAIN)]
    while not set(pages[-1].subjects(test, rdflib.URIRef(requirement))):
        pages.append(walk(visitor, str(next(pages[-1].objects(None, XHTML_NEXT)))))
    outcome = next(pages[-1].subjects(test, rdflib.URIRef(requirement)))
    assert (outcome, subject, rdflib.URIRef(BRAIN)) in pages[-1]
    second = walk(visitor, str(outcome))
    (where,) = second.objects(rdflib.URIRef(requirement), see)
    third = walk(visitor, str(where))
    (clause,) = third.objects(rdflib.URIRef(requirement), rdflib.URIRef(DANAO + "directPartOf"))
    (where,) = third.objects(clause, see)
    fourth = walk(visitor, str(where))
    definitions = list(fourth.objects(clause, rdflib.URIRef(SKOS + "definition")))
    assert {one.language for one in definitions if isinstance(one, rdflib.Literal)} == {"zh", "en"}


def walk(visitor: TestClient, address: str) -> rdflib.Graph:
    """One hop: what a client gets that asks for Turtle at an address of this host, and of no other."""
    assert address.startswith(BASE)
    answer = read(visitor, address, accept="text/turtle")
    assert answer.status_code == 200, address
    return graph_of(visitor, answer)


def crawl(asking: TestClient, start: str = BASE, *, forms: int = 1, languages: bool = False) -> dict[str, int]:
    """Every address that can be reached from one over the links of pages, with its status.

    Of addresses that end in the suffix of a form for machines one in so many is visited, of languages the first unless
    all are asked for. One page in ten is looked at closely, which takes longer than making it.
    """
    found: dict[str, int] = {}
    waiting = [start]
    while waiting:
        address = waiting.pop() if languages else re.sub(r"\?lang=\w+$", "", waiting.pop())
        is_page = not re.search(r"\.(ttl|jsonld|nt|rdf|trig|nq)(\?|$)", address)
        skipped = not is_page and sha256(address.encode()).digest()[0] % forms
        if address in found or not address.startswith(BASE) or skipped:
            continue
        answer = asking.get(address) if is_page else asking.head(address)
        found[address] = answer.status_code
        if answer.is_redirect:
            waiting.append(f"{BASE}{answer.headers['location'].removeprefix('/')}")
        elif answer.headers["content-type"].startswith("text/html"):
            waiting.extend(links_of(answer.text, address))
            if not sha256(address.encode()).digest()[1] % 10:
                assert_sound(answer.text)
    return found


# ---- Odd addresses and odd names ----


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/doc/%2e%2e/%2e%2e/etc/passwd", 400),
        ("/doc/open/%00", 400),
        ("/doc/open/%0a", 400),
        ("/doc/open/%", 400),
        ("/doc/open/%zz", 400),
        ("/doc/open/%ff%fe", 400),
        ("/doc/open/%e2%80%ae", 400),
        (f"/doc/open/{'x' * 5000}", 400),
        ("/id/open/%00", 400),
        ("/doc/open/brain?page=0", 400),
        ("/doc/open/brain?page=1e9", 400),
        ("/doc/open/brain?page=٣", 400),
        ("/doc/open/..%2fbrain", 404),
        ("/doc/open//brain", 404),
        ("/doc/open/brain/", 404),
        ("/doc/open/brain.exe", 404),
        ("/doc/", 404),
        ("/doc/open/%E6%9C%A8", 404),
        # Composed and decomposed: another name.
        ("/doc/open/e%CC%81", 404),
        ("/doc/https://w3id.org/danao/ns", 404),
        ("/def/https://w3id.org/danao/ns", 404),
        ("/def/example.org/x", 404),
        ("/def/danao/no-such-term", 404),
        ("/entry/9999", 404),
        ("/graph/description/0", 404),
        ("/index.php", 404),
        ("/static/%2e%2e/app.py", 404),
    ],
)
def test_odd_addresses_are_refused_or_lead_to_nothing(visitor: TestClient, path: str, status: int) -> None:
    answer = visitor.get(path)
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert "service/danao" not in answer.text


@pytest.mark.parametrize("path", ["/id/danao/Requirement", "/doc/danao/Requirement", "/doc/danao/Requirement.ttl"])
def test_a_term_is_found_where_things_are_too(visitor: TestClient, path: str) -> None:
    answer = visitor.get(path, headers={"Accept": "text/turtle"}, follow_redirects=True)
    assert answer.status_code == 200
    assert answer.url.path == f"/def/danao/Requirement{'.ttl' if path.endswith('.ttl') else ''}"
    told = rdflib.Graph().parse(data=answer.text, format="turtle")
    assert told.value(rdflib.URIRef(f"{DANAO}Requirement"), RDFS_LABEL)


def test_names_in_other_scripts_are_found_and_titles_run_nothing(office: TestClient) -> None:
    iri = f"{BASE}id/open/木业%20厂"
    answer = read(office, iri, accept="text/html")
    assert answer.status_code == 200
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in answer.text
    assert "<script>" not in answer.text
    assert rdflib.URIRef(iri) in set(graph_of(office, read(office, iri, accept="text/turtle")).subjects())


# ---- Pages ----


def test_the_first_page_shows_each_project_with_both_totals(visitor: TestClient, office: TestClient) -> None:
    page = visitor.get("/").text
    assert [name for name in ("open", "part", "gone", "draft") if f"/projects/{name}" in page] == ["open", "part"]
    assert "自评" in page
    assert "核定" in page
    assert "/projects/draft" in office.get("/").text
    assert "self-assessed" in visitor.get("/", headers={"accept-language": "en"}).text


def test_the_standard_s_page_lists_every_element(visitor: TestClient, knowledge: Knowledge) -> None:
    links = links_of(visitor.get("/def/").text, f"{BASE}def/")
    addresses = addresses_of(BASE, knowledge)
    elements = [iri for iri in knowledge.index if knowledge.values(iri, DANAO + "directPartOf")]
    assert len(elements) > 200
    assert {addresses.document(iri) for iri in elements} <= links


def test_pages_are_sound(visitor: TestClient) -> None:
    for path in ("/", "/def/", "/catalogue/public", "/void", *resources(visitor)):
        for lang in ("zh", "en"):
            assert_sound(visitor.get(path, params={"lang": lang, "_mediatype": "text/html"}).text)


def test_pages_hold_nothing_of_what_others_may_not_see(visitor: TestClient) -> None:
    for path in ("/doc/part/brain.html", "/doc/part/data-space.html", "/catalogue/public.html", "/", "/void.html"):
        text = visitor.get(path).text
        assert "数据空间公约" not in text
        assert "draft" not in text


# ---- Another standard ----


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("libraries") / "registry"
    knowledge = load_knowledge(LIBRARIES)
    text = (LIBRARIES / "cases" / "description.ttl").read_text(encoding="utf-8")
    with held(folder) as registry:
        submit(registry, assessed(knowledge, text), at(1))
    with serving(folder, knowledge=LIBRARIES) as service:
        yield service


def test_every_link_of_a_small_registry_leads_somewhere(library: Service, capsys: pytest.CaptureFixture[str]) -> None:
    found = crawl(client(library, OFFICE), forms=20)
    with capsys.disabled():
        print(f"\n{len(found)} addresses of another standard's registry visited")
    assert {address: status for address, status in found.items() if status not in {200, 303}} == {}
    assert len(found) > 500


def test_another_standard_is_served_by_the_same_code(library: Service) -> None:
    office = client(library, OFFICE)
    page = office.get("/").text
    assert library.knowledge.label(library.standard.document).zh in page
    root = library.standard.roots[0]
    graph = walk(office, library.linking.addresses.document(root) or "")
    assert rdflib.URIRef(root) in set(graph.subjects())


def test_hidden_is_what_the_registry_says_it_is() -> None:
    # The fixture restricts what the tests above look for.
    assert "covenant" in HIDDEN
