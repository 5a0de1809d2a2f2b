"""A registry in each state that a project may be in, served; and clients that follow links."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin

import html5lib
import rdflib
from starlette.testclient import TestClient

from danao.knowledge import Knowledge
from danao.registry.submit import publish, withdraw
from danao.web.readers import PUBLIC, Reader, Scope
from danao.web.service import Service
from tests.registering import added, at, held, text_of
from tests.web import BASE, app_for, serving

OFFICE = Reader("office", frozenset({Scope.admin}))
LATER = ('dcterms:title "示例木业链"@zh', 'dcterms:title "改名后的木业链"@zh')
HIDDEN = "<covenant> dcterms:accessRights danao:Restricted .\n"
# A title that would run, a link that would run, and names that are no plain ASCII.
HOSTILE = """
<木业 厂> a danao:Enterprise ; dcterms:title "<script>alert(1)</script>{{ 7*7 }}"@zh .
<cluster> brain:hasEnterprise <木业%20厂> .
""".replace("<木业 厂>", "<木业%20厂>")
MEDIA_TYPES = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "trig": "application/trig",
}
_PARSERS = {"application/ld+json": "json-ld", "application/rdf+xml": "xml"}


def fill(folder: Path, knowledge: Knowledge) -> None:
    """Projects: published twice, published in part, submitted only, published and taken back."""
    with held(folder) as registry:
        added(registry, knowledge, text_of("open", more=HOSTILE), 1)
        publish(registry, "open", at(2))
        added(registry, knowledge, text_of("open", LATER, more=HOSTILE), 3)
        publish(registry, "open", at(4))
        added(registry, knowledge, text_of("part", more=HIDDEN), 5)
        publish(registry, "part", at(6))
        added(registry, knowledge, text_of("gone"), 7)
        publish(registry, "gone", at(8))
        withdraw(registry, "gone", at(9), "材料有误")
        added(registry, knowledge, text_of("draft"), 10)


@contextmanager
def filled(folder: Path, knowledge: Knowledge) -> Iterator[Service]:
    """A service over such a registry."""
    fill(folder, knowledge)
    with serving(folder) as service:
        yield service


def client(service: Service, reader: Reader = PUBLIC, **headers: str) -> TestClient:
    """A client as which a reader asks; redirects are not followed, and nothing is compressed unless it asks."""
    headers = {"Accept-Encoding": "identity"} | headers
    return TestClient(app_for(service, reader), base_url=BASE, headers=headers, follow_redirects=False)


def read(asking: TestClient, path: str, **headers: str) -> Any:  # noqa: ANN401 - a response
    """The answer at a path or address, over redirects within the service."""
    answer = asking.get(path, headers=headers)
    while answer.is_redirect:
        where = urljoin(f"{BASE}{path.removeprefix(BASE).removeprefix('/')}", answer.headers["location"])
        assert where.startswith(BASE), "nobody leads us to another host"
        answer = asking.get(where, headers=headers)
    return answer


def graph_of(asking: TestClient, answer: Any) -> rdflib.Graph:  # noqa: ANN401 - a response
    """What an answer states, parsed by another library than the service's."""
    kind = answer.headers["content-type"].partition(";")[0]
    data = answer.text
    if kind == MEDIA_TYPES["jsonld"]:
        data = _with_context(asking, data)
    dataset, found = rdflib.Dataset(default_union=True), rdflib.Graph()
    with warnings.catch_warnings():
        # rdflib's own parser of JSON-LD uses what rdflib advises against.
        warnings.simplefilter("ignore", DeprecationWarning)
        dataset.parse(data=data, format=_PARSERS.get(kind, kind))
    for subject, predicate, thing in dataset.triples((None, None, None)):
        found.add((subject, predicate, _plain(thing)))
    return found


def _plain(thing: rdflib.term.Node) -> rdflib.term.Node:
    """A term; rdflib tells texts with and without their datatype apart, which are one."""
    is_text = isinstance(thing, rdflib.Literal) and thing.datatype == rdflib.XSD.string
    return rdflib.Literal(str(thing)) if is_text else thing


def _with_context(asking: TestClient, data: str) -> str:
    """JSON-LD with the context that it names put in, as a client that fetches it has it."""
    document = json.loads(data)
    if isinstance(document, dict) and isinstance(document.get("@context"), str):
        document["@context"] = asking.get(document["@context"]).json()["@context"]
    return json.dumps(document)


class _Links(HTMLParser):
    """Collects the addresses that a page links to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        wanted = {"use": None, "script": "src"}.get(tag, "href")
        self.found.extend(value or "" for name, value in attrs if name == wanted)


def links_of(page: str, base: str) -> set[str]:
    """The addresses that a page links to, without fragments."""
    parser = _Links()
    parser.feed(page)
    targets = [target for target in parser.found if target != "data:,"]
    assert not [target for target in targets if re.match(r"\s*(javascript|data|vbscript):", target, re.IGNORECASE)]
    return {urldefrag(urljoin(base, target)).url for target in targets}


def assert_sound(page: str) -> None:
    """A page is good HTML, and nothing in it runs or styles that is not in a file of its own."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    elements = list(tree.iter())
    tags = {element.tag for element in elements if isinstance(element.tag, str)}
    assert not tags & {"style", "object", "embed", "img"}
    # A frame is empty until somebody opens a file of evidence in it.
    assert not [one for one in elements if one.tag == "iframe" and set(one.attrib) != {"title"}]
    assert not [one for one in elements if one.tag == "script" and ("src" not in one.attrib or one.text)]
    attributes = {str(name) for element in elements for name in element.attrib}
    assert not {name for name in attributes if name == "style" or name.startswith("on")}
