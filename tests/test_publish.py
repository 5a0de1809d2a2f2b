"""What an assessment looks like as linked data: all statements of a few nodes by hand, and what holds of all nodes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from danao import __version__
from danao.access.publication import Material
from danao.canonical import canonical_bytes
from danao.corpus import Corpus
from danao.describe import read_descriptions
from danao.engine.fast import FastEngine
from danao.errors import UnscoredAssessment
from danao.examine import default_examination, read_examinations
from danao.formats.context import context_of
from danao.knowledge import Knowledge, load_knowledge
from danao.namespaces import DANAO, DQV, EARL, OWL, PUBLIC, QB, RDF_TYPE, RDFS, SH, SKOS, SOFTWARE, XSD, local_name
from danao.pipeline import Assessment, assess
from danao.publish import asked_facts, assessment_graph, published_knowledge
from danao.publisher import publisher_of
from danao.questions import parameters_of, questions
from danao.reading import Input
from tests.case import AROUND, AS_OF, CASES, run_case
from tests.given import FULL, assessed, faults
from tests.given_published import LIBRARIES, turtle
from tests.pages import blocks

FOLDER = Path(__file__).parent / "published"
DOCS = Path(__file__).parents[1] / "docs"
EXAMPLES = DOCS.parent / "examples"
GOLDEN = Path(__file__).parent / "golden"


def read(folder: Path, name: str, knowledge: Knowledge) -> Assessment:
    """The assessment of a description with its examination, if there is one."""
    files = [folder / f"{one}.ttl" for one in (name, f"{name}-examination")]
    inputs = [Input(path.name, path.read_bytes()) for path in files if path.exists()]
    (description,) = read_descriptions(inputs[:1], knowledge, AROUND)
    if not inputs[1:]:
        return assess(description, default_examination(description.identifier, AS_OF, AROUND), knowledge)
    (examination,) = read_examinations(inputs[1:], knowledge, AROUND).values()
    return assess(description, examination, knowledge)


@pytest.fixture(scope="module")
def one(knowledge: Knowledge) -> Assessment:
    return read(DOCS, "one-capability", knowledge)


@pytest.fixture(scope="module")
def graph(one: Assessment) -> frozenset[Triple]:
    return frozenset(assessment_graph(one))


# ---- By hand ----


def test_every_statement_of_some_nodes_is_what_the_recommendations_ask_for(
    one: Assessment, graph: frozenset[Triple]
) -> None:
    digests = {
        "‹a›": one.iri,
        "‹version›": __version__,
        "‹description›": one.description.digest.partition(":")[2],
        "‹examination›": one.examination.digest.partition(":")[2],
        "‹knowledge›": one.knowledge.digest.partition(":")[2],
    }
    expected = turtle(FOLDER / "one-capability.ttl", digests)
    nodes = {triple.subject for triple in expected}
    assert {triple for triple in graph if triple.subject in nodes} == expected


def test_the_report_names_each_result_and_does_not_conform(one: Assessment, graph: frozenset[Triple]) -> None:
    report = NamedNode(f"{one.iri}/report")
    said = {(t.predicate.value, t.object) for t in graph if t.subject == report}
    unmet = [t for t in graph if t.predicate.value == DANAO + "unmet"]
    results = {thing for predicate, thing in said if predicate == SH + "result"}
    assert len(results) == len(unmet) > 1
    assert results == {t.subject for t in graph if t.object == NamedNode(SH + "ValidationResult")}
    assert (SH + "conforms", Literal("false", datatype=NamedNode(XSD + "boolean"))) in said
    assert len(said) == len(results) + 3


def test_a_report_without_results_conforms(knowledge: Knowledge) -> None:
    empty = run_case(GOLDEN / "empty", knowledge)
    graph = assessment_graph(empty)
    assert not [t for t in graph if t.predicate.value in (DANAO + "unmet", SH + "result")]
    conforms = [t.object for t in graph if t.predicate.value == SH + "conforms"]
    assert conforms == [Literal("true", datatype=NamedNode(XSD + "boolean"))]


# ---- Of all of them ----


def test_there_is_one_assertion_for_each_requirement_and_kind_of_result(
    graph: frozenset[Triple], knowledge: Knowledge
) -> None:
    assertions = {t.subject for t in graph if t.object == NamedNode(EARL + "Assertion")}
    tests = Counter(t.object.value for t in graph if t.predicate.value == EARL + "test")  # type: ignore[union-attr]
    assert tests == Counter(knowledge.instances("Requirement") * 2)
    assert len(assertions) == 2 * len(knowledge.instances("Requirement"))


MEASURES = ("attainment", "upperAttainment", "points", "upperPoints")


def test_each_value_of_an_element_with_parts_or_of_a_metric_is_measured_once(
    one: Assessment, graph: frozenset[Triple]
) -> None:
    knowledge = one.knowledge
    wholes = {iri for name in knowledge.index for iri in knowledge.values(name, DANAO + "directPartOf")}
    metrics = {name for name in knowledge.index if DANAO + "Metric" in knowledge.values(name, DANAO + "kind")}
    wanted = {
        (row["element"].value, local_name(row["result"].value) + measure[0].upper() + measure[1:]): row[measure].value
        for row in one.tables["scores"]
        if row["element"].value in wholes | metrics
        for measure in MEASURES
        if row[measure] is not None
    }
    assert len(wanted) > 300
    found: dict[object, dict[str, str]] = {}
    for t in graph:
        if isinstance(t.subject, NamedNode) and "/measurement/" in t.subject.value:
            found.setdefault(t.subject, {})[t.predicate.value] = getattr(t.object, "value", "")
    measured = {
        (said[DANAO + "element"], local_name(said[DQV + "isMeasurementOf"])): said[DQV + "value"]
        for said in found.values()
    }
    assert len(found) == len(measured)
    assert {key: Decimal(value) for key, value in measured.items()} == {
        key: Decimal(value) for key, value in wanted.items()
    }


def test_claims_outcomes_and_scores_are_those_of_the_assessment(one: Assessment, graph: frozenset[Triple]) -> None:
    for name in ("context", "validation", "outcomes", "scores"):
        assert one.graphs[name] <= graph
    claims = {t.subject for t in one.graphs["inference"] if t.object == NamedNode(DANAO + "Claim")}
    about = {t for t in one.graphs["inference"] if t.subject in claims}
    left = about - graph
    assert claims
    assert {t.predicate.value for t in left} == {RDF_TYPE}
    # That an assessment is an entity is stated as well.
    assert {t.subject for t in graph & one.graphs["inference"]} == claims | {NamedNode(one.iri)}


def test_nothing_tells_when_or_by_whom_and_nothing_is_blank(graph: frozenset[Triple]) -> None:
    assert [t for t in graph if not isinstance(t.subject, NamedNode) or str(t.object).startswith("_:")] == []
    kinds = {t.object.datatype.value for t in graph if isinstance(t.object, Literal)}
    assert kinds == {XSD + name for name in ("string", "decimal", "integer", "boolean")}
    texts = {
        t.object.value for t in graph if isinstance(t.object, Literal) and t.object.datatype.value == XSD + "string"
    }
    assert [text for text in texts if not re.fullmatch("sha256:[0-9a-f]{64}", text)] == []


def test_the_graph_is_in_canonical_order(one: Assessment) -> None:
    lines = "".join(f"{s} {p} {o} .\n" for s, p, o in assessment_graph(one).statements)
    assert lines.encode() == canonical_bytes(assessment_graph(one))


@pytest.mark.parametrize("folder", [None, LIBRARIES], ids=["ours", "libraries"])
def test_both_engines_give_the_same_bytes(folder: Path | None, knowledge: Knowledge, reference: Knowledge) -> None:
    engines = (
        (knowledge, reference) if folder is None else [load_knowledge(folder, engine=e) for e in ("fast", "reference")]
    )
    case = (
        CASES / "6-1-5" / "evidence-has-expired" if folder is None else LIBRARIES / "cases" / "some-things-are-missing"
    )
    fast, slow = (canonical_bytes(assessment_graph(run_case(case, one))) for one in engines)
    assert fast == slow
    assert len(fast.splitlines()) > 500


def test_rules_left_to_the_store_give_the_same_bytes(one: Assessment) -> None:
    publisher = publisher_of(one.knowledge)
    workspace = publisher.engine.workspace()
    workspace._compiled = {}  # type: ignore[attr-defined]  # noqa: SLF001 - as in a process that has compiled nothing yet
    for name in ("context", "validation", "outcomes", "scores"):
        workspace.add(one.graphs[name])
    made = [t for rule in publisher.rules("publishing") for t in workspace.construct(rule)]
    assert frozenset(made) <= frozenset(assessment_graph(one))
    assert len(made) > 2_000


@pytest.mark.parametrize("folder", [None, LIBRARIES], ids=["ours", "libraries"])
def test_every_rule_of_publishing_is_compiled(folder: Path | None) -> None:
    publisher = publisher_of(load_knowledge(folder))
    compiled = cast("FastEngine", publisher.engine).compiled
    names = [name for name, text in publisher.knowledge.rules["publishing"].items() if text not in compiled]
    assert names == []


def test_what_has_violations_is_not_published(knowledge: Knowledge) -> None:
    assessment = assessed(knowledge, FULL + "<brain> danao:provides 1 .")
    assert faults(assessment)
    with pytest.raises(UnscoredAssessment) as caught:
        assessment_graph(assessment)
    assert caught.value.place.node == assessment.description.project


# ---- What questions ask ----

VALUES = {
    "type": "danao:Agreement",
    "before": "2027-01-01",
    "first": "sd-wood-2025",
    "second": "sd-tyre-2025",
    "least": "1",
}


def test_questions_get_the_same_answers_from_what_is_published(knowledge: Knowledge) -> None:
    """Of two projects whose graphs stand together in one view, with their inputs and what else is asked."""
    both = [read(EXAMPLES, "half-built", knowledge), read(EXAMPLES, "strong", knowledge)]
    corpus, view = Corpus(both, knowledge), knowledge.engine.workspace()
    for one in both:
        material = Material(one.iri, one.description.facts, one.examination.facts, assessment_graph(one))
        derived = asked_facts(material, knowledge, public=False)
        for facts in (material.description, material.examination, material.results, derived):
            view.add(facts)
    asked = answered = 0
    for question in questions(knowledge):
        given = {p.name: VALUES[p.name] for p in question.parameters if p.required}
        if question.name == "projects-evidencing-both":
            given = {"first": "6.1", "second": "6.2"}
        values = parameters_of(question, given, corpus)
        rows = corpus.workspace.select(question.text, values)
        assert [dict(row) for row in view.select(question.text, values)] == [dict(row) for row in rows], question.name
        asked, answered = asked + 1, answered + bool(rows)
    assert asked == len(questions(knowledge))
    assert answered > 20


# ---- The knowledge ----


def test_the_knowledge_is_published_with_a_code_list_of_all_elements(knowledge: Knowledge) -> None:
    found = frozenset(published_knowledge(knowledge))
    assert knowledge.ontology <= found
    assert knowledge.shapes <= found
    (code_list,) = {t.object for t in found if t.predicate.value == QB + "codeList"}
    assert code_list == NamedNode("https://w3id.org/danao/standard/2025/document/elements")
    inside = {t.subject for t in found if t.predicate.value == SKOS + "inScheme" and t.object == code_list}
    assert len(inside) == 1 + 4 + 22 + 16 + 193
    assert inside <= {
        t.subject for t in found if t.predicate.value == RDF_TYPE and t.object == NamedNode(SKOS + "Concept")
    }


# ---- Nobody states any of this ----


def terms(knowledge: Knowledge) -> Iterable[str]:
    """The terms of the publishing module that somebody may state, by their names."""
    module = "https://w3id.org/danao/publishing"
    return sorted(iri for iri in knowledge.index if module in knowledge.values(iri, RDFS + "isDefinedBy"))


def test_no_description_and_no_examination_states_a_term_of_publishing(knowledge: Knowledge) -> None:
    properties = {OWL + name for name in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")}
    stated = [
        (
            iri,
            f"<brain> <{iri}> <brain> ."
            if properties.intersection(knowledge.values(iri, RDF_TYPE))
            else f"<brain> a <{iri}> .",
        )
        for iri in terms(knowledge)
    ]
    assert len(stated) > 25
    for iri, text in stated:
        found = assessed(knowledge, FULL + text)
        assert [p.value for p in found.problems if p.severity == "violation" and p.value == iri], iri


def test_words_of_the_log_go_by_prefixed_names_where_theirs_are_taken(knowledge: Knowledge) -> None:
    names = context_of(knowledge).names
    assert names["http://purl.org/dc/terms/description"] == "description"
    assert names[DANAO + "description"] == "danao:description"
    assert names[DANAO + "submittedBy"] == "submittedBy"


# ---- docs/publishing.md ----


@pytest.mark.parametrize("block", blocks(DOCS / "publishing.md", "turtle"), ids=lambda block: block.split()[0])
def test_what_the_page_traces_is_published(block: str, one: Assessment, graph: frozenset[Triple]) -> None:
    sides = {name: getattr(one, name).digest.partition(":")[2] for name in ("description", "examination", "knowledge")}
    named = {f"<§{name}>": f"<{AROUND.base}graph/{name}/{digits}>" for name, digits in sides.items()}
    named |= {"<§software>": f"<{SOFTWARE}{__version__}>", "<…/": f"<{one.iri}/", "<…>": f"<{one.iri}>"}
    spaces = {**PUBLIC, **one.knowledge.prefixes, "shape": "https://w3id.org/danao/shapes/2025/"}
    text = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in spaces.items()) + block
    for short, full in named.items():
        text = text.replace(short, full)
    shown = {quad.triple for quad in parse(text.encode(), format=RdfFormat.TURTLE, base_iri=one.description.home)}
    assert shown
    assert {str(triple) for triple in shown if triple not in graph} == set()
