"""The guard: whatever forges an outcome is refused by its name, and its honest twin is accepted."""

from __future__ import annotations

import dataclasses

import pytest

from danao.describe import read_descriptions
from danao.errors import Problem
from danao.examine import default_examination
from danao.knowledge import Knowledge
from danao.pipeline import Assessment, assess, check
from danao.reading import Input
from tests.case import AROUND, AS_OF
from tests.given import EXAMINATION, FULL, HOME, assessed, described, faults, points

NAMESPACES = """
@prefix dqv:    <http://www.w3.org/ns/dqv#> .
@prefix earl:   <http://www.w3.org/ns/earl#> .
@prefix owl:    <http://www.w3.org/2002/07/owl#> .
@prefix qb:     <http://purl.org/linked-data/cube#> .
@prefix rdfs:   <http://www.w3.org/2000/01/rdf-schema#> .
@prefix scheme: <https://w3id.org/danao/scheme/> .
@prefix sh:     <http://www.w3.org/ns/shacl#> .
@prefix shape:  <https://w3id.org/danao/shapes/2025/> .
@prefix skos:   <http://www.w3.org/2004/02/skos/core#> .
@prefix std:    <https://w3id.org/danao/standard/2025/> .
"""


def added(knowledge: Knowledge, statements: str) -> Assessment:
    """The assessment of the full description with statements added."""
    return assessed(knowledge, NAMESPACES + FULL + statements)


def fault(assessment: Assessment) -> Problem:
    """The one violation."""
    (problem,) = (problem for problem in assessment.problems if problem.severity == "violation")
    return problem


def expect_refused(assessment: Assessment, *names: str) -> None:
    assert faults(assessment) == list(names)
    assert assessment.violated
    assert set(assessment.graphs) == {"context", "inference"}
    assert assessment.tables == {}


def expect_unmoved(assessment: Assessment) -> None:
    assert faults(assessment) == []
    assert (points(assessment, "SelfAssessed"), points(assessment, "Verified")) == (6, 0)


def test_the_description_itself_is_accepted(knowledge: Knowledge) -> None:
    expect_unmoved(added(knowledge, ""))


# ---- Statements about the knowledge: what is added, and the term it is about ----

ABOUT_KNOWLEDGE = {
    "req:6-1-4-mobile-client danao:directPartOf std:6-1-5 .": "https://w3id.org/danao/reading/2025/6-1-4-mobile-client",
    "req:6-1-4-mobile-client danao:kind danao:Conditional .": "https://w3id.org/danao/reading/2025/6-1-4-mobile-client",
    "req:6-1-5-more a danao:Requirement .": "https://w3id.org/danao/reading/2025/6-1-5-more",
    "std:6-1-5 danao:weight 90 .": "https://w3id.org/danao/standard/2025/6-1-5",
    'std:6-1-5 dcterms:title "x" .': "https://w3id.org/danao/standard/2025/6-1-5",
    "std:6-1-5 <https://example.org/p> [ <https://example.org/q> 1 ] .": "https://w3id.org/danao/standard/2025/6-1-5",
    "shape:6-1-5-consensus-rules sh:deactivated true .": "https://w3id.org/danao/shapes/2025/6-1-5-consensus-rules",
    "shape:6-1-5-consensus-rules danao:checks req:6-1-5-more .": "https://w3id.org/danao/shapes/2025/6-1-5-consensus-rules",
    "danao:CapabilityTitle sh:deactivated true .": "https://w3id.org/danao/ns#CapabilityTitle",
    "danao:provides owl:inverseOf danao:evidence .": "https://w3id.org/danao/ns#provides",
    "danao:statedIn danao:statedIn danao:DescriptionGraph .": "https://w3id.org/danao/ns#statedIn",
    "brain:DataServiceProvider owl:equivalentClass danao:Enterprise .": "https://w3id.org/danao/brain#DataServiceProvider",
    "brain:DataAccess skos:exactMatch brain:DataUse .": "https://w3id.org/danao/brain#DataAccess",
    "scheme:default danao:convention scheme:free .": "https://w3id.org/danao/scheme/default",
    "danao:TestReport a cccev:Evidence .": "https://w3id.org/danao/ns#TestReport",
    "<https://w3id.org/danao/unit/percent> dcterms:title 'x' .": "https://w3id.org/danao/unit/percent",
    "<https://w3id.org/danao/code/gbt2260/371300> dcterms:title 'x' .": "https://w3id.org/danao/code/gbt2260/371300",
}


@pytest.mark.parametrize("statement", ABOUT_KNOWLEDGE)
def test_a_statement_about_the_knowledge_is_refused_wherever_it_stands(knowledge: Knowledge, statement: str) -> None:
    assessment = added(knowledge, statement)
    expect_refused(assessment, "KnowledgeStatement")
    assert fault(assessment).place.node == ABOUT_KNOWLEDGE[statement]


@pytest.mark.parametrize("statement", sorted({text.split()[0] for text in ABOUT_KNOWLEDGE} - {"req:6-1-5-more"}))
def test_pointing_to_a_term_of_the_knowledge_is_accepted(knowledge: Knowledge, statement: str) -> None:
    expect_unmoved(added(knowledge, f"<brain> dcterms:relation {statement} ."))


@pytest.mark.parametrize("ending", ["nq", "trig"])
def test_a_named_graph_makes_no_statement_the_knowledges(knowledge: Knowledge, ending: str) -> None:
    graph, triple = (
        "<https://w3id.org/danao/ns#KnowledgeGraph>",
        "<https://w3id.org/danao/standard/2025/6-1-5> <https://w3id.org/danao/ns#weight> 90 .",
    )
    quad = triple.replace("90 .", f'"90"^^<http://www.w3.org/2001/XMLSchema#integer> {graph} .')
    forged = Input(f"more.{ending}", (quad if ending == "nq" else f"{graph} {{ {triple} }}").encode())
    (found,) = read_descriptions([Input("1.ttl", FULL.encode()), forged], knowledge, AROUND)
    expect_refused(assess(found, default_examination(found.identifier, AS_OF, AROUND), knowledge), "KnowledgeStatement")


# ---- Vocabularies of ontologies, shapes and results: what is added, the term refused, an honest way to say it ----

VOCABULARY = [
    (
        "<data-space> owl:sameAs <twin> .",
        "http://www.w3.org/2002/07/owl#sameAs",
        "<data-space> dcterms:relation <twin> .",
    ),
    ("<vendor> a owl:Class .", "http://www.w3.org/2002/07/owl#Class", "<vendor> a danao:Organisation ."),
    (
        "<data-space> rdfs:subClassOf danao:Capability .",
        "http://www.w3.org/2000/01/rdf-schema#subClassOf",
        "<data-space> a danao:Capability .",
    ),
    (
        "<offers> rdfs:subPropertyOf danao:provides . <brain> <offers> <offers> .",
        "http://www.w3.org/2000/01/rdf-schema#subPropertyOf",
        "<brain> <offers> <offers> .",
    ),
    (
        '<vendor> rdfs:label "甲"@zh .',
        "http://www.w3.org/2000/01/rdf-schema#label",
        '<vendor> dcterms:alternative "甲"@zh .',
    ),
    (
        "<data-space> sh:targetClass danao:Claim .",
        "http://www.w3.org/ns/shacl#targetClass",
        "<data-space> dcterms:relation danao:Claim .",
    ),
    ("<vendor> a sh:NodeShape .", "http://www.w3.org/ns/shacl#NodeShape", "<vendor> dcterms:relation sh:NodeShape ."),
    (
        "<data-space> earl:outcome earl:passed .",
        "http://www.w3.org/ns/earl#outcome",
        "<data-space> dcterms:relation earl:passed .",
    ),
    (
        "<vendor> a earl:Assertion .",
        "http://www.w3.org/ns/earl#Assertion",
        "<vendor> dcterms:relation earl:Assertion .",
    ),
    (
        "<brain> dqv:hasQualityMeasurement <vendor> .",
        "http://www.w3.org/ns/dqv#hasQualityMeasurement",
        "<brain> dcterms:relation <vendor> .",
    ),
    ("<vendor> a dqv:QualityMeasurement .", "http://www.w3.org/ns/dqv#QualityMeasurement", "<vendor> a skos:Concept ."),
    (
        "<vendor> qb:dataSet <brain> .",
        "http://purl.org/linked-data/cube#dataSet",
        "<vendor> dcterms:isPartOf <brain> .",
    ),
    (
        "<vendor> a qb:Observation .",
        "http://purl.org/linked-data/cube#Observation",
        "<vendor> dcterms:relation qb:Observation .",
    ),
]


@pytest.mark.parametrize(("forgery", "term", "twin"), VOCABULARY)
def test_vocabularies_of_knowledge_and_results_are_refused(
    knowledge: Knowledge, forgery: str, term: str, twin: str
) -> None:
    assessment = added(knowledge, forgery)
    expect_refused(assessment, "RefusedVocabulary")
    assert fault(assessment).value == term
    expect_unmoved(added(knowledge, twin))


# ---- Terms that rules derive, that the knowledge states, or that only an examiner may use ----

OVERSTEPPING = [
    "<data-space> danao:countingEvidence <report>",
    "<data-space> danao:offersEvidence <report>",
    "<data-space> danao:via <data-space>",
    "<data-space> danao:of <brain>",
    "<data-space> danao:result danao:Verified",
    "<data-space> danao:realises std:6-1-1",
    "<data-space> danao:partOf std:6-1-1",
    "<brain> danao:claims req:6-1-4-mobile-client",
    "<brain> danao:addresses std:6-2-1",
    "<brain> danao:element std:6-1",
    "<brain> danao:attainment 1.0",
    "<brain> danao:upperAttainment 1.0",
    "<brain> danao:points 100.0",
    "<brain> danao:applicableWeight 1.0",
    "<brain> danao:passedCount 193",
    "<brain> danao:standing earl:passed",
    "<brain> danao:reason danao:Evidenced",
    "<brain> danao:scheme scheme:default",
    "<brain> danao:examination <examination>",
    '<brain> danao:descriptionDigest "sha256:0"',
    "<data-space> a danao:Claim",
    "<data-space> a danao:Score",
    "<data-space> a danao:Assessment",
    "<vendor> a brain:ServedEnterprise",
    "<vendor> a brain:UpstreamSupplier",
    "<vendor> brain:inCluster <cluster>",
    "<brain> brain:coversSegment <segment>",
    "<vendor> brain:upstreamOf <mill>",
    "<brain> danao:weight 100",
    "<data-space> danao:directPartOf std:6-1",
    "<data-space> danao:kind danao:Conditional",
    "<data-space> danao:direction danao:Up",
    "<data-space> danao:checks req:6-1-5-consensus-rules",
    "<data-space> danao:refusal danao:EvidenceExpired",
    "<data-space> danao:fittingType danao:Agreement",
    "<data-space> a danao:Requirement",
    "<data-space> a danao:ResultKind",
    "<data-space> a danao:EvidenceType",
    "<data-space> a danao:IndicatorSystem",
    "<brain> a danao:Examination",
    "<brain> a danao:Verdict",
    "<brain> a danao:ConfirmedTarget",
    '<brain> danao:asOf "2025-12-31"^^xsd:date',
    "<brain> danao:examinedYear 2025",
    '<brain> danao:examines "case-6-1-5"',
    "<brain> danao:verdict <verdict>",
    "<brain> danao:onEvidence <report>",
    "<brain> danao:decision danao:Accepted",
    "<brain> danao:confirms <target>",
    "<brain> danao:onRecord <record>",
    "<brain> danao:approves <exclusion>",
]


@pytest.mark.parametrize("statement", OVERSTEPPING)
def test_a_term_of_another_side_is_refused(knowledge: Knowledge, statement: str) -> None:
    subject, predicate, thing = statement.split(maxsplit=2)
    assessment = added(knowledge, statement + " .")
    expect_refused(assessment, "OverstepsSide")
    problem = fault(assessment)
    prefix, name = (thing if predicate == "a" else predicate).split(":", maxsplit=1)
    assert problem.value == knowledge.prefixes[prefix] + name
    assert problem.place.node == HOME + subject.strip("<>")
    expect_unmoved(added(knowledge, f"{subject} dcterms:relation {thing} ."))


def test_an_examination_that_no_project_leads_to_is_not_applied(knowledge: Knowledge) -> None:
    assessment = added(knowledge, EXAMINATION)
    expect_unmoved(assessment)
    assert [problem.name for problem in assessment.problems if problem.name == "UnreachableNodes"] == [
        "UnreachableNodes"
    ]


def test_an_examination_that_a_project_leads_to_is_refused(knowledge: Knowledge) -> None:
    assessment = added(knowledge, EXAMINATION + "<brain> dcterms:relation <examination> .")
    assert set(faults(assessment)) == {"OverstepsSide"}
    assert assessment.tables == {}


# ---- Types ----


@pytest.mark.parametrize(
    "name", ["req:6-1-5-consensus-rules", "std:6-1-5", "danao:provides", "danao:Verified", "brain:DataUse"]
)
def test_what_is_no_class_is_no_type(knowledge: Knowledge, name: str) -> None:
    expect_refused(added(knowledge, f"<data-space> a {name} ."), "NotAClass")


@pytest.mark.parametrize("name", ["danao:Capability", "danao:Platform", "brain:DataPlatform"])
def test_a_capability_may_have_several_classes(knowledge: Knowledge, name: str) -> None:
    expect_unmoved(added(knowledge, f"<data-space> a {name} ."))


# ---- Unknown terms ----

UNKNOWN = {
    "<brain> danao:hasCapabilty <data-space>": "danao:hasCapability",
    "<data-space> danao:evidences <report>": "danao:evidence",
    "<data-space> a brain:TrustedDataspace": "brain:TrustedDataSpace",
    "<data-space> danao:provides req:6-1-5-value-creations": "req:6-1-5-value-creation",
    "<data-space> danao:provides std:6-1-5-value-creation": "req:6-1-5-value-creation",
    "<data-space> brain:verifiesStage brain:DataAcess": "brain:DataAccess",
    "<report> dcterms:conformsTo danao:Certificates": "danao:Certificate",
}


@pytest.mark.parametrize("statement", UNKNOWN)
def test_an_unknown_term_is_refused_with_the_nearest_known_one(knowledge: Knowledge, statement: str) -> None:
    prefix, name = UNKNOWN[statement].split(":")
    assessment = added(knowledge, statement + " .")
    assert "UnknownTerm" in faults(assessment)
    assert assessment.tables == {}
    (problem,) = (problem for problem in assessment.problems if problem.name == "UnknownTerm")
    assert problem.fix is not None
    assert problem.fix.en == f"Did you mean {knowledge.prefixes[prefix]}{name}?"


def test_a_term_like_no_other_is_refused_with_the_way_to_look_terms_up(knowledge: Knowledge) -> None:
    problem = fault(added(knowledge, "<brain> danao:zzzzzzzzzz <data-space> ."))
    assert problem.name == "UnknownTerm"
    assert problem.fix is not None
    assert "danao standard" in problem.fix.en


# ---- Literals: the property, a literal that is none of its kind, the fault, an honest value ----

SINCE = "<data-space> danao:inOperationSince"
DAY = '"2025-03-01"^^xsd:date'
LITERALS = [
    ("<brain> danao:hasCapability", '"data-space"', "LiteralForNode", "<data-space>"),
    ("<data-space> danao:provides", '"req:6-1-5-value-creation"', "LiteralForNode", "req:6-1-5-value-creation"),
    ("<data-space> danao:evidence", '"https://example.org/a.pdf"^^xsd:anyURI', "LiteralForNode", "<rules>"),
    ("<data-space> brain:connects", '"案例木业公司"@zh', "LiteralForNode", "<mill>"),
    (SINCE, '"2025-02-29"^^xsd:date', "IllTypedLiteral", '"2024-02-29"^^xsd:date'),
    (SINCE, '"2025-3-1"^^xsd:date', "IllTypedLiteral", DAY),
    (SINCE, '"2025-03-01Z"^^xsd:date', "IllTypedLiteral", DAY),
    (SINCE, '"2025-03-01+08:00"^^xsd:date', "IllTypedLiteral", DAY),
    (SINCE, '"20250301"^^xsd:date', "IllTypedLiteral", DAY),
    (SINCE, '" 2025-03-01"^^xsd:date', "IllTypedLiteral", DAY),
    (SINCE, '"二〇二五年"^^xsd:date', "IllTypedLiteral", DAY),
    (SINCE, '"2025-03-01"', "CapabilityInOperationSince", DAY),
    (SINCE, '"2025-03-01T00:00:00"^^xsd:dateTime', "CapabilityInOperationSince", DAY),
    ("<mill> dcterms:extent", '"1e3"^^xsd:decimal', "IllTypedLiteral", '"1000"^^xsd:decimal'),
    ("<mill> dcterms:extent", '"1,000"^^xsd:decimal', "IllTypedLiteral", '"+.5"^^xsd:decimal'),
    ("<mill> dcterms:extent", '"INF"^^xsd:decimal', "IllTypedLiteral", "-1.50"),
    ("<mill> dcterms:extent", '"1.0"^^xsd:integer', "IllTypedLiteral", '"+01"^^xsd:integer'),
    ("<mill> dcterms:extent", '"２０２５"^^xsd:integer', "IllTypedLiteral", "2025"),
]


@pytest.mark.parametrize(("subject", "literal", "name", "twin"), LITERALS)
def test_a_literal_that_is_none_of_its_kind_is_refused(
    knowledge: Knowledge, subject: str, literal: str, name: str, twin: str
) -> None:
    expect_refused(added(knowledge, f"{subject} {literal} ."), name)
    expect_unmoved(added(knowledge, f"{subject} {twin} ."))


RECORD = """
<brain> danao:reports <cost> .
<cost> a danao:MetricRecord ;
    danao:metric req:6-4-6-procurement-cost ;
    danao:unit <https://w3id.org/danao/unit/index> ;
    danao:baseline [ danao:year 2023 ; danao:value 100.0 ] ;
    danao:actual [ danao:year 2025 ; danao:value FIGURE ] ;
    danao:target [ danao:year 2025 ; danao:value 92.0 ] .
"""


@pytest.mark.parametrize("figure", ["93.5e0", '"93.5"^^xsd:float', '"93.5"', '"93.5"@zh', "true"])
def test_a_figure_is_a_decimal_or_an_integer(knowledge: Knowledge, figure: str) -> None:
    expect_refused(added(knowledge, RECORD.replace("FIGURE", figure)), "FigureValue")
    for twin in ("93.5", "93", '"93.50"^^xsd:decimal'):
        expect_unmoved(added(knowledge, RECORD.replace("FIGURE", twin)))


# ---- Nodes of others ----


@pytest.mark.parametrize("kind", ["assessment", "examination"])
def test_a_statement_about_a_node_that_we_mint_is_refused(knowledge: Knowledge, kind: str) -> None:
    name = f"<{kind}/0123456789abcdef/claim/Verified/6-1-5-value-creation/0>"
    assessment = added(knowledge, f'<brain> dcterms:relation {name} . {name} dcterms:title "x" .')
    expect_refused(assessment, "ReservedNode")
    assert fault(assessment).place.node == HOME + name.strip("<>")
    expect_unmoved(added(knowledge, f"<brain> dcterms:relation {name} ."))


def test_a_statement_about_another_projects_node_is_refused(knowledge: Knowledge) -> None:
    theirs = f"<{AROUND.base}id/other/report>"
    assessment = added(knowledge, f'<report> dcterms:relation {theirs} . {theirs} dcterms:title "x" .')
    expect_refused(assessment, "ForeignNode")
    expect_unmoved(added(knowledge, f"<report> dcterms:relation {theirs} ."))


def test_another_projects_capability_is_not_claimed(knowledge: Knowledge) -> None:
    theirs = FULL.replace('"case-6-1-5"', '"other"') + f"<brain> danao:hasCapability <{HOME}data-space> ."
    own, other = (
        assess(found, default_examination(found.identifier, AS_OF, AROUND), knowledge)
        for found in described(knowledge, FULL, theirs)
    )
    expect_unmoved(own)
    expect_refused(other, "ProjectCapability", "SharedCapability")


def test_a_requirement_of_another_clause_is_not_claimed_by_a_capability(knowledge: Knowledge) -> None:
    expect_refused(
        added(knowledge, "<data-space> danao:provides req:6-1-4-mobile-client ."), "CapabilityForeignRequirement"
    )


@pytest.mark.parametrize("whole", ["std:6-1-5", "std:6-1", "danao:Feature"])
def test_only_requirements_are_claimed_and_evidenced(knowledge: Knowledge, whole: str) -> None:
    expect_refused(added(knowledge, f"<data-space> danao:provides {whole} ."), "CapabilityRequirement")
    expect_refused(added(knowledge, f"<report> cccev:supportsRequirement {whole} ."), "EvidenceRequirement")


# ---- Evidence and decisions that are none ----

UNEVIDENCED = FULL.replace(" ;\n    danao:evidence <report> , <rules> .", " .")
NAMELESS = """
<HOLDER> danao:evidence <nameless> .
<nameless> cccev:supportsRequirement req:6-1-5-consensus-rules ;
    danao:validUntil "2020-01-01" ;
    dcat:distribution [ dcat:downloadURL <https://example.org/a> ] .
"""


def test_without_evidence_nothing_counts(knowledge: Knowledge) -> None:
    assessment = assessed(knowledge, UNEVIDENCED)
    assert (faults(assessment), points(assessment, "SelfAssessed")) == ([], 0)


@pytest.mark.parametrize("holder", ["data-space", "brain", "mill", "cluster"])
def test_what_is_offered_as_evidence_is_evidence_whoever_holds_it(knowledge: Knowledge, holder: str) -> None:
    """Without its class it would need no date of issue, and an end that is no date would never come."""
    forged = UNEVIDENCED + NAMELESS.replace("HOLDER", holder)
    expect_refused(assessed(knowledge, forged), "AttachedEvidence")
    ended = forged.replace('"2020-01-01"', '"2020-01-01"^^xsd:date')
    twin = assessed(
        knowledge,
        ended + '<nameless> a cccev:Evidence ; dcterms:title "甲"@zh ; dcterms:issued "2019-01-01"^^xsd:date .',
    )
    assert (faults(twin), points(twin, "SelfAssessed")) == ([], 0)


def test_a_description_adds_nothing_to_what_the_examiner_says(knowledge: Knowledge) -> None:
    narrow = EXAMINATION.replace(
        "req:6-1-5-resource-interaction , req:6-1-5-value-creation ,", "req:6-1-5-resource-interaction ,"
    )
    honest = assessed(knowledge, FULL, narrow)
    assert (faults(honest), points(honest, "Verified")) == ([], 5.5)
    wider = "<report> dcterms:relation <report-verdict> . <report-verdict> danao:requirement req:6-1-5-value-creation ."
    expect_refused(assessed(knowledge, FULL + wider, narrow), "ExaminersNode")
    expect_unmoved(assessed(knowledge, FULL + wider))


EXCLUSION = """
<brain> danao:notApplicable <NAME> .
<NAME> a danao:Exclusion ; danao:requirement req:6-1-4-mobile-client ; danao:justification "没有移动用户"@zh .
"""


def test_a_requirement_is_excluded_once_or_it_would_have_two_outcomes(knowledge: Knowledge) -> None:
    approving = EXAMINATION + "<examination> danao:approves <first> ."
    once = FULL + EXCLUSION.replace("NAME", "first")
    assert faults(assessed(knowledge, once, approving)) == []
    twice = assessed(knowledge, once + EXCLUSION.replace("NAME", "second"), approving)
    assert twice.violated
    assert twice.tables == {}


# ---- What is refused is derived from by nobody ----


def test_refused_statements_reach_no_rule_even_where_a_check_goes_on(knowledge: Knowledge) -> None:
    (honest,) = described(knowledge, FULL)
    (forged,) = described(
        knowledge, NAMESPACES + FULL + "<vendor> a brain:ServedEnterprise . std:6-1-5 danao:weight 90 ."
    )
    examination = default_examination(honest.identifier, AS_OF, AROUND)
    same_name = dataclasses.replace(forged, digest=honest.digest)
    assert check(same_name, examination, knowledge).graphs == check(honest, examination, knowledge).graphs


def test_the_reference_engine_refuses_the_same(knowledge: Knowledge, reference: Knowledge) -> None:
    forged = """
        <data-space> danao:countingEvidence <report> ; owl:sameAs <rules> ; danao:provides "x" .
        std:6-1-5 danao:weight 90 .
    """
    fast, slow = added(knowledge, forged), added(reference, forged)
    assert slow.problems == fast.problems
    expect_refused(slow, "KnowledgeStatement", "LiteralForNode", "OverstepsSide", "RefusedVocabulary")
