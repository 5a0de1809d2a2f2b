"""Questions asked of a registry: the answers derived by hand, from the office's view; of the public, from what it sees.

``tests/questions/cases.txt`` has the answers with their derivation. What is public is closed here by owlrl, as a
yardstick for what the public's view has to answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import cast

import pytest
from pyoxigraph import QuerySolutions, Store

from danao.canonical import canonical_bytes
from danao.corpus import Corpus
from danao.engine.interface import Row, Workspace
from danao.errors import NothingRegistered
from danao.infer import apply_rules, apply_until_stable
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, RDF_TYPE
from danao.pipeline import Assessment
from danao.questions import answer, parameters_of, question_named, questions
from danao.registry.asking import Shown
from danao.registry.entries import SUBMISSION, Entry, all_entries, standing
from danao.registry.graphs import derived_of, office_view, public_view, stated_by
from danao.registry.ordering import in_order, without_order
from danao.registry.rebuild import rebuild_store
from danao.registry.record import facts_of
from danao.registry.submit import Registry, publish, submit, withdraw
from danao.registry.verify import verify_held
from danao.statements import Statement, graph_of
from danao.store.interface import Change
from tests import accessing
from tests.registering import BASE, CACHE, added, at, contents, held, text_of
from tests.test_questions import EACH, Case, assessments, rows_of

# A fixture of another module.
__all__ = ["assessments"]

# Of what the hand-derived answers rest on, the public sees no verdicts, and no links to fewer than three enterprises.
WITHHELD = {
    "rejected-evidence",
    "connected-upstream-enterprises",
    "enterprises-in-several-chains",
    "organisations-in-several-projects",
    "segments-without-connected-enterprise",
    "unconnected-cluster-enterprises",
    "why-claims-are-unproved",
}
# Nobody submits what could not be scored.
SUBMITTED = [case for case in EACH if case.question != "projects-that-could-not-be-scored"]


@pytest.fixture(scope="module")
def registry(assessments: list[Assessment], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """The projects of the cases that can be scored, all of them published."""
    with held(tmp_path_factory.mktemp("asked") / "registry") as registry:
        for minute, one in enumerate(one for one in assessments if not one.violated):
            submit(registry, one, at(minute))
            publish(registry, one.description.identifier, at(minute))
        yield registry


@pytest.fixture(scope="module")
def office(registry: Registry, knowledge: Knowledge) -> Shown:
    return Shown(registry.store, (office_view(BASE),), knowledge, BASE)


@pytest.fixture(scope="module")
def everyone(registry: Registry, knowledge: Knowledge) -> Shown:
    return Shown(registry.store, (public_view(BASE),), knowledge, BASE)


# ---- The office ----


@pytest.mark.parametrize("case", SUBMITTED, ids=lambda case: case.name)
def test_the_office_has_the_answer_derived_by_hand(case: Case, office: Shown) -> None:
    assert rows_of(question_named(case.question, office.knowledge), case.given, office) == case.rows


def test_an_answer_is_that_of_the_same_assessments_in_memory(office: Shown, assessments: list[Assessment]) -> None:
    """With titles, identifiers, the number of projects, and all."""
    corpus = Corpus([one for one in assessments if not one.violated], office.knowledge)
    for case in SUBMITTED:
        question = question_named(case.question, office.knowledge)
        assert answer(question, case.given, office) == answer(question, case.given, corpus), case.name


# ---- In order ----

ORDERED = """SELECT ?a ?b WHERE { VALUES (?a ?b) {
  (3 <urn:b>) (20 <urn:b>) (3.5 <urn:a>) ("x" <urn:a>) (<urn:c> "2026-01-02") (UNDEF <urn:z>) (3 <urn:a>) ("B" <urn:B>)
} }
ORDER BY """


def rows_in(store: Store, query: str) -> list[Row]:
    solutions = cast("QuerySolutions", store.query(query))
    return [{name: row[name] for name in ("a", "b")} for row in solutions]


@pytest.mark.parametrize("by", ["?a ?b", "DESC(?a) ?b", "?b ?a", "DESC(?b) DESC(?a)"])
def test_rows_are_put_in_the_order_that_a_store_gives_them(by: str) -> None:
    query = f"{ORDERED}{by}\n"
    text, keys = without_order(query)
    assert "ORDER" not in text
    assert [f"DESC(?{name})" if descending else f"?{name}" for name, descending in keys] == by.split()
    rows = [
        [{"a": row["a"], "b": row["b"]} for row in cast("QuerySolutions", Store().query(one))] for one in (query, text)
    ]
    assert rows[0] != rows[1]
    assert in_order(list(rows[1]), keys) == rows[0]


def test_a_query_that_orders_by_something_else_is_left_as_it_is() -> None:
    query = "SELECT ?a WHERE { ?a ?b ?c } ORDER BY STR(?a)\nLIMIT 1"
    assert without_order(query) == (query, ())


# ---- Everyone ----


def publications(registry: Registry) -> list[Entry]:
    return list(standing(all_entries(registry.record)).published.values())


@pytest.mark.parametrize("case", SUBMITTED, ids=lambda case: case.name)
def test_everyone_has_the_answer_derived_by_hand_where_it_rests_on_what_is_public(case: Case, everyone: Shown) -> None:
    rows = rows_of(question_named(case.question, everyone.knowledge), case.given, everyone)
    assert (rows == case.rows) or case.question in WITHHELD


def inputs_of(public: Sequence[Statement], entry: Entry) -> list[Statement]:
    """What is public of a description and an examination."""
    made = (f"<{entry.one('publicAssessment')}", f"<{BASE}graph/", "<https://w3id.org/danao/software/")
    return [one for one in public if not one[0].startswith(made)]


@pytest.fixture(scope="module")
def yardstick(registry: Registry, knowledge: Knowledge, reference: Knowledge) -> Workspace:
    """What is public with what follows: by owlrl, over what is public of the inputs, and by the rules of a corpus."""
    workspace, closed = knowledge.engine.workspace(), reference.engine.workspace()
    for entry in publications(registry):
        public = facts_of(registry.record, entry.one("publicDigest"))
        closed.add(graph_of(inputs_of(public.statements, entry)))
        workspace.add(public)
        own = facts_of(registry.record, registry_entry(registry, entry).one("descriptionDigest")).statements
        described = {one[0] for one in public.statements} & {one[0] for one in own}
        of = f"<{entry.one('publicAssessment')}>"
        workspace.add(graph_of([(node, f"<{DANAO}describedIn>", of) for node in described]))
    workspace.add(closed.entail())
    apply_rules(workspace, knowledge, "corpus/links")
    apply_until_stable(workspace, knowledge, "corpus/contributions")
    return workspace


def registry_entry(registry: Registry, publication: Entry) -> Entry:
    """The submission that a publication is of."""
    return standing(all_entries(registry.record)).current[publication.one("identifier")]


# Values of parameters that have to be given.
GIVEN = {
    "type": "danao:Agreement",
    "before": "2027-01-01",
    "first": "alpha",
    "second": "beta",
    "least": "1",
}


def test_everyone_has_every_answer_that_follows_from_what_is_public(everyone: Shown, yardstick: Workspace) -> None:
    answered = 0
    for question in questions(everyone.knowledge):
        given = {one.name: GIVEN[one.name] for one in question.parameters if one.required}
        if question.name == "projects-evidencing-both":
            given = {"first": "6.1.5", "second": "6.3.2"}
        values = parameters_of(question, given, everyone)
        expected = yardstick.select(question.text, values)
        assert everyone.select(question.text, values) == [dict(row) for row in expected], question.name
        answered += bool(expected)
    assert answered > 20


MARKED = ("report-node", "cost-node", "joint-node", "mill-a-node")


def test_nothing_that_is_restricted_is_in_what_follows_from_what_is_public(
    tmp_path: Path, knowledge: Knowledge
) -> None:
    assessment = accessing.assessed(knowledge, accessing.restricted(*MARKED))
    things = accessing.reached(assessment.description.facts, *(accessing.HOME + name for name in MARKED))
    marks = accessing.said_by(things - {accessing.HOME + "brain-node"}, assessment.description.facts)
    assert {"report-title-mark", "joint-title-mark", "mill-a-title-mark"} <= marks
    with held(tmp_path / "registry") as registry:
        submit(registry, assessment, at(1))
        publish(registry, "access", at(2))
        (entry,) = publications(registry)
        derived, view = (
            canonical_bytes(registry.store.facts(graph)).decode() for graph in (derived_of(entry), public_view(BASE))
        )
    assert len(derived.splitlines()) > 100
    assert accessing.found_in(derived, marks) == set()
    assert accessing.found_in(view, marks) == set()


BRAIN = "https://w3id.org/danao/brain#"

# ---- What follows goes with what it follows from ----

LATER = ('dcterms:title "示例木业链"@zh', 'dcterms:title "改名后的木业链"@zh')


def expected_views(registry: Registry) -> Mapping[str, set[Statement]]:
    """What the graphs that each view points to hold together."""
    graphs = contents(registry)
    found: dict[str, set[Statement]] = {}
    for entry in standing(all_entries(registry.record)).viewed:
        view = office_view(BASE) if entry.kind == SUBMISSION else public_view(BASE)
        for graph in (*stated_by(entry), derived_of(entry)):
            found.setdefault(view, set()).update(graphs[graph])
    return found


def derived_in(registry: Registry) -> set[str]:
    return {graph for graph in registry.store.graphs() if graph.endswith("/derived")}


def test_of_what_is_no_longer_shown_nothing_that_follows_stays(tmp_path: Path, knowledge: Knowledge) -> None:
    with held(tmp_path / "registry") as registry:
        first = added(registry, knowledge, text_of("a"), 1).entry
        assert derived_in(registry) == {derived_of(first)}
        shown = publish(registry, "a", at(2)).entry
        assert derived_in(registry) == {derived_of(first), derived_of(shown)}
        second = added(registry, knowledge, text_of("a", LATER), 3).entry
        assert derived_in(registry) == {derived_of(second), derived_of(shown)}
        again = publish(registry, "a", at(4)).entry
        assert derived_in(registry) == {derived_of(second), derived_of(again)}
        assert {view: contents(registry)[view] for view in expected_views(registry)} == expected_views(registry)
        withdraw(registry, "a", at(5), "申诉")
        assert derived_in(registry) == {derived_of(second)}
        assert public_view(BASE) not in registry.store.graphs()
        assert contents(registry)[office_view(BASE)] == expected_views(registry)[office_view(BASE)]
    assert verify_held(tmp_path / "registry", None, cache=CACHE).faults == []


BOARD = "https://example.org/organisation/board"
NAMING = f'\n<cluster> brain:hasEnterprise <{BOARD}> .\n<{BOARD}> a danao:Enterprise ; dcterms:title "共用企业"@zh .\n'


def test_what_follows_of_a_shared_node_stays_as_long_as_it_does_for_one(tmp_path: Path, knowledge: Knowledge) -> None:
    def kinds(registry: Registry) -> set[str]:
        view = contents(registry)[office_view(BASE)]
        return {thing for node, name, thing in view if (node, name) == (f"<{BOARD}>", f"<{RDF_TYPE}>")}

    with held(tmp_path / "registry") as registry:
        added(registry, knowledge, text_of("a", more=NAMING), 1)
        entailed = kinds(registry) - {f"<{DANAO}Enterprise>"}
        assert f"<{DANAO}Organisation>" in entailed
        added(registry, knowledge, text_of("b", more=NAMING), 2)
        added(registry, knowledge, text_of("a"), 3)
        assert entailed < kinds(registry)
        added(registry, knowledge, text_of("b"), 4)
        assert kinds(registry) == set()


def test_what_follows_of_another_project_s_node_goes_with_the_link_to_it(tmp_path: Path, knowledge: Knowledge) -> None:
    link = f"\n<data-space> brain:directlyUpstreamOf <{BASE}id/a/data-space> .\n"
    follows = (f"<{BASE}id/a/data-space>", f"<{BRAIN}downstreamOf>", f"<{BASE}id/b/data-space>")
    with held(tmp_path / "registry") as registry:
        added(registry, knowledge, text_of("a"), 1)
        added(registry, knowledge, text_of("b", more=link), 2)
        assert follows in contents(registry)[office_view(BASE)]
    assert verify_held(tmp_path / "registry", None, cache=CACHE).faults == []
    with held(tmp_path / "registry") as registry:
        added(registry, knowledge, text_of("b"), 3)
        assert follows not in contents(registry)[office_view(BASE)]


def test_what_follows_is_compared_with_the_record(tmp_path: Path, knowledge: Knowledge) -> None:
    with held(tmp_path / "registry") as registry:
        entry = added(registry, knowledge, text_of("a"), 1).entry
        (_, score, *_) = sorted(registry.store.facts(derived_of(entry)).statements)
        registry.store.apply(Change(remove={derived_of(entry): graph_of([score])}))
    (fault,) = verify_held(tmp_path / "registry", None, cache=CACHE).faults
    assert derived_of(entry) in fault.where


def test_questions_by_a_knowledge_that_is_not_held_are_refused(tmp_path: Path, knowledge: Knowledge) -> None:
    with held(tmp_path / "registry") as registry, pytest.raises(NothingRegistered) as caught:
        Shown(registry.store, (office_view(BASE),), knowledge, BASE)
    assert caught.value.place.node == knowledge.digest


def test_a_store_made_anew_gives_the_same_answers(tmp_path: Path, knowledge: Knowledge) -> None:
    def ranking(registry: Registry) -> object:
        shown = Shown(registry.store, (office_view(BASE),), knowledge, BASE)
        return answer(question_named("evidence-behind-points", knowledge), {}, shown)

    folder = tmp_path / "registry"
    with held(folder) as registry:
        for minute, name in enumerate("ab"):
            added(registry, knowledge, text_of(name), minute)
        before = ranking(registry)
        record = registry.record
    rebuild_store(record, None, CACHE)
    with held(folder) as registry:
        assert ranking(registry) == before
