"""The catalogue of a registry: what an entry adds to it, statement by statement, and numbers that were counted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from danao.catalogue import catalogue_entry, catalogue_head, service_description, statistics
from danao.errors import Text
from danao.knowledge import Knowledge, load_knowledge
from danao.namespaces import DCAT, DCTERMS, RDF_TYPE, VOID, XSD, local_name
from danao.pipeline import Assessment
from danao.publish import assessment_graph
from danao.statements import graph_of, statements_of
from tests.case import run_case
from tests.given_published import BASE, LIBRARIES, OFFICE, publication, selecting, submission, turtle, withdrawal

FOLDER = Path(__file__).parent / "published"


@pytest.fixture(scope="module")
def libraries() -> Knowledge:
    return load_knowledge(LIBRARIES)


@pytest.fixture(scope="module")
def library(libraries: Knowledge) -> Assessment:
    return run_case(LIBRARIES / "cases" / "some-things-are-missing", libraries)


def by_hand(name: str, assessment: Assessment) -> set[Triple]:
    return turtle(FOLDER / f"{name}.ttl", {"‹a›": assessment.iri, "‹home›": assessment.description.home})


# ---- Entries ----


def test_a_submission_adds_its_dataset_to_the_office_s_catalogue(library: Assessment) -> None:
    added = catalogue_entry(submission(library), OFFICE, library.knowledge, public=False)
    assert set(added) == by_hand("submission", library)


def test_a_withdrawal_leaves_a_mark(library: Assessment) -> None:
    added = catalogue_entry(withdrawal(library), OFFICE, library.knowledge, public=True)
    assert set(added) == by_hand("withdrawal", library)


def test_a_publication_says_nothing_of_who_submitted_or_of_what_is_not_public(library: Assessment) -> None:
    added = catalogue_entry(publication(library), OFFICE, library.knowledge, public=True)
    dataset = NamedNode(f"{library.iri}/public")
    assert Triple(NamedNode(f"{BASE}catalogue/public"), NamedNode(DCAT + "dataset"), dataset) in added
    assert {local_name(t.object.value) for t in added if t.predicate.value == DCTERMS + "accessRights"} == {"PUBLIC"}  # type: ignore[union-attr]
    assert "李雷" not in str(sorted(map(str, added)))
    assert not [t for t in added if t.subject == NamedNode(library.iri) or t.object == NamedNode(library.iri)]


def test_titles_of_the_project_are_used_where_the_entry_comes_with_them(library: Assessment) -> None:
    title = (f"<{library.description.project}>", f"<{DCTERMS}title>", '"城市图书馆"@zh')
    entry = graph_of([*statements_of(submission(library)), title])
    titles = titles_of(entry, library)
    assert titles == {"城市图书馆：第 1 号评估", f"{library.description.identifier}: assessment 1"}


def titles_of(entry: object, assessment: Assessment) -> set[str]:
    added = catalogue_entry(entry, OFFICE, assessment.knowledge, public=False)  # type: ignore[arg-type]
    wanted = NamedNode(assessment.iri), NamedNode(DCTERMS + "title")
    return {t.object.value for t in added if (t.subject, t.predicate) == wanted and isinstance(t.object, Literal)}


def test_a_series_is_read_by_what_came_before(library: Assessment) -> None:
    before = f"{library.description.home}assessment/before"
    added = catalogue_entry(submission(library, 2), OFFICE, library.knowledge, public=False, previous=before)
    assert Triple(NamedNode(library.iri), NamedNode(DCAT + "prev"), NamedNode(before)) in added


def test_a_licence_is_stated_where_it_is_known(library: Assessment) -> None:
    head = catalogue_head(OFFICE, library.knowledge, public=False)
    assert [t.object.value for t in head if t.predicate.value == DCTERMS + "license"] == [OFFICE.licence]  # type: ignore[union-attr]
    assert OFFICE.publisher_name == Text("评估办公室", "Office of assessments")


# ---- Statistics ----


def test_statistics_are_what_is_counted_by_hand(library: Assessment) -> None:
    graph = assessment_graph(library)
    void = statistics(f"{BASE}view", "urn:g", selecting({"urn:g": graph}), library.knowledge, space=BASE)
    said = {t.predicate.value: getattr(t.object, "value", "") for t in void if t.subject == NamedNode(f"{BASE}view")}
    statements = statements_of(graph)
    assert int(said[VOID + "triples"]) == len(statements)
    assert int(said[VOID + "distinctSubjects"]) == len({one[0] for one in statements})
    assert int(said[VOID + "distinctObjects"]) == len({one[2] for one in statements})
    assert int(said[VOID + "entities"]) == len({one[0] for one in statements if one[0].startswith(f"<{BASE}")})
    assert said[VOID + "exampleResource"] == library.iri
    kind = f"<{RDF_TYPE}>"
    assert parts(void, "class", "entities") == Counter(one[2][1:-1] for one in statements if one[1] == kind)
    assert parts(void, "property", "triples") == Counter(one[1][1:-1] for one in statements)
    spaces = {t.object.value for t in void if t.predicate.value == VOID + "vocabulary"}  # type: ignore[union-attr]
    assert {"https://w3id.org/danao/ns#", "http://www.w3.org/ns/prov#", "http://www.w3.org/ns/dqv#"} <= spaces
    assert len(spaces) == 8


def parts(void: object, name: str, number: str) -> Counter[str]:
    """Class or property → the number of its partition."""
    stated = list(void)  # type: ignore[call-overload]
    of = {t.subject: t.object.value for t in stated if t.predicate.value == VOID + name}
    numbers = {t.subject: int(t.object.value) for t in stated if t.predicate.value == VOID + number and t.subject in of}
    return Counter({of[part]: count for part, count in numbers.items()})


# ---- The service ----


def test_a_service_names_its_graphs(libraries: Knowledge) -> None:
    graphs = [f"{BASE}graph/b", f"{BASE}graph/a"]
    described = service_description(f"{BASE}sparql", f"{BASE}view/public", graphs, libraries)
    names = {t.object.value for t in described if local_name(t.predicate.value) == "name"}  # type: ignore[union-attr]
    assert names == set(graphs)
    assert XSD not in str(sorted(map(str, described)))
