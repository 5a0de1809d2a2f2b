"""Pages of projects by another standard: of another depth, without facets and without a chain."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from danao.knowledge import load_knowledge
from danao.registry.submit import submit
from danao.view import Standard
from danao.web.readers import Reader, Scope
from tests.registering import assessed, at, held
from tests.sites import by_id, captioned, classed, page, text_of
from tests.web import BASE, app_for, serving

LIBRARIES = Path(__file__).parent / "standards" / "libraries"
DESCRIPTION = (LIBRARIES / "cases" / "description.ttl").read_text(encoding="utf-8")
NAME = "case-library"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("libraries") / "registry"
    with held(folder) as registry:
        submit(registry, assessed(load_knowledge(LIBRARIES), DESCRIPTION), at(0))
    with serving(folder, knowledge=LIBRARIES) as service:
        yield TestClient(app_for(service, Reader("office", frozenset({Scope.admin}))), base_url=BASE)


def test_the_overview_has_its_elements_and_no_facet(office: TestClient) -> None:
    standard = Standard(load_knowledge(LIBRARIES))
    tree = page(office, "/")
    (row,) = captioned(tree, "table-caption")
    tops = [iri for iri, depth in standard.walk() if depth == 1]
    assert all(any(standard.notation(iri) in head for head in row) for iri in tops)
    assert not [one for one in tree.iter("select") if one.attrib.get("name") in {"city", "industry"}]
    leaves = [
        standard.notation(iri)
        for iri, depth in standard.walk()
        if depth and standard.weight(iri) is not None
        if all(standard.weight(part) is None for part in standard.parts.get(iri, ()))
    ]
    assert [one["code"] for one in office.get("/heat-all.json").json()["columns"]] == leaves


def test_a_project_has_the_tree_of_its_standard_and_no_chain(office: TestClient) -> None:
    standard = Standard(load_knowledge(LIBRARIES))
    tree = page(office, f"/projects/{NAME}")
    shown = [text_of(one) for one in classed(by_id(tree, "tree"), "notation")]
    assert shown == [standard.notation(iri) for iri, depth in standard.walk() if depth]
    assert classed(tree, "chain") == []
    for part in ("/evidence", "/gaps", "/history"):
        page(office, f"/projects/{NAME}{part}")


def test_every_element_of_it_is_explained(office: TestClient) -> None:
    tree = page(office, f"/projects/{NAME}")
    whys = {one.attrib["href"] for one in tree.iter("a") if "/why/" in one.attrib["href"]}
    assert whys
    for one in sorted(whys):
        page(office, one)
