"""Access: a table of kinds of things, each public, restricted itself and restricted by its owner, and searched for."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from functools import cache
from itertools import chain
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danao.access import Material, Publication, person_of, profile_digest, shows_restricted, split
from danao.access.profile import profile_of
from danao.canonical import digest_of
from danao.describe import read_descriptions
from danao.engine.interface import iri_of
from danao.errors import UsageError
from danao.examine import default_examination, read_examinations
from danao.knowledge import Knowledge, knowledge_of, load_knowledge
from danao.namespaces import CCCEV, DANAO, DCTERMS, DQV, EARL, PROV, RDF_TYPE, SH
from danao.pipeline import Assessment, assess
from danao.publish import assessment_graph
from danao.published import check_published
from danao.reading import Input
from danao.resources import FOLDERS, FRAMEWORK, data_root
from danao.sources import knowledge_files
from danao.statements import Facts, Statement, graph_of, statements_of
from tests.accessing import (
    DESCRIPTION,
    EXAMINATION,
    HOME,
    KINDS,
    SALT,
    assessed,
    found_in,
    hexes,
    material_of,
    public_graphs,
    public_text,
    published,
    reached,
    reported,
    restricted,
    said_by,
)
from tests.case import AROUND, AS_OF, actual_of, violations

# What may carry access rights here, by its name.
CARRIERS = (
    "brain",
    "report",
    "rules",
    "screens",
    "audit",
    "survey",
    "lab",
    "joint",
    "mill-a",
    "vendor",
    "cost",
    "freight",
)
NEVER = (
    "unlisted-of-brain-mark",
    "exclusion-justification-mark",
    "report-verdict-mark",
    "audit-verdict-mark",
    "report-verdict-node",
    "audit-verdict-node",
    "person-name-mark",
    "person-node",
    "作者姓名记号",
    "李四",
    "专家姓名记号",
)

# Kind of thing, what it says of itself, and what it is restricted by: itself or an owner.
TABLE = [
    ("project", "大脑标题记号", "brain"),
    ("cluster", "cluster-title-mark", "brain"),
    ("chain", "chain-title-mark", "brain"),
    ("segment", "board-title-mark", "brain"),
    ("enterprise", "mill-a-title-mark", "mill-a"),
    ("enterprise", "mill-a-title-mark", "brain"),
    ("credit code", "91371302EXWD000108", "mill-a"),
    ("organisation", "lab-title-mark", "lab"),
    ("organisation of a shared owner", "joint-title-mark", "rules"),
    ("organisation that issues", "lab-title-mark", "report"),
    ("working group", "group-node", "brain"),
    ("member of a working group", "joint-title-mark", "joint"),
    ("capability", "space-title-mark", "brain"),
    ("day of operation", "2025-03-17", "brain"),
    ("evidence", "report-title-mark", "report"),
    ("evidence of a record", "audit-title-mark", "cost"),
    ("evidence of a capability", "rules-title-mark", "brain"),
    ("day of issue", "2025-06-21", "report"),
    ("last day", "2027-06-19", "report"),
    ("file", "report-address-mark", "report"),
    ("place in a file", "report-locator-mark", "report"),
    ("checksum", "2e9cd9b3fa8c9c3ae277883f4f751ee8", "report"),
    ("metric record", "cost-node", "cost"),
    ("metric record", "cost-node", "brain"),
    ("baseline", "100.25", "cost"),
    ("actual", "93.75", "cost"),
    ("target", "91.5", "cost"),
    ("exclusion", "exclusion-node", "brain"),
    ("confirmed target", "90.125", "cost"),
]


@pytest.fixture(scope="module")
def publications(knowledge: Knowledge) -> dict[str, Publication]:
    """By the carrier that is restricted; ``none`` with none."""
    return {name: published(knowledge, restricted(f"{name}-node")) for name in CARRIERS} | {
        "none": published(knowledge)
    }


# ---- The table ----


@pytest.mark.parametrize(("kind", "mark", "by"), TABLE, ids=lambda value: value)
def test_a_thing_is_public_unless_it_or_an_owner_is_restricted(
    kind: str, mark: str, by: str, publications: dict[str, Publication]
) -> None:
    assert found_in(public_text(publications["none"]), [mark]) == {mark}, kind
    assert found_in(public_text(publications[by]), [mark]) == set(), kind


@pytest.mark.parametrize("by", [*CARRIERS, "none"])
def test_no_name_text_number_or_hash_of_what_is_restricted_becomes_public(
    by: str, knowledge: Knowledge, publications: dict[str, Publication]
) -> None:
    assessment = assessed(knowledge, restricted(f"{by}-node") if by != "none" else "")
    facts = assessment.description.facts
    things = reached(facts, HOME + f"{by}-node")
    marks = said_by(things, [*facts, *assessment.examination.facts]) if by != "none" else set()
    if by == "cost":
        marks |= {"cost-confirmed-node", "90.125"}
    text = public_text(publications[by])
    assert by == "none" or len(marks) > 1
    assert found_in(text, marks | set(NEVER)) == set()


@pytest.mark.parametrize("by", CARRIERS[1:])
def test_what_no_restricted_thing_owns_stays_public(
    by: str, knowledge: Knowledge, publications: dict[str, Publication]
) -> None:
    """But for groups that fall below three, and the texts of what was evidence of restricted things."""
    gone = {mark for _, mark, _ in TABLE} - found_in(public_text(publications[by]), {mark for _, mark, _ in TABLE})
    facts = assessed(knowledge).description.facts
    owned = said_by(reached(facts, HOME + f"{by}-node"), facts)
    allowed = {mark for mark in gone if any(mark in said for said in owned)}
    assert gone - allowed - ({"90.125"} if by == "cost" else set()) == set()


# ---- Restricted evidence ----


def about(graph: Facts, node: str) -> set[tuple[str, str]]:
    return {one[1:] for one in statements_of(graph) if one[0] == node}


def with_value(graph: Facts, predicate: str, value: str) -> list[str]:
    return sorted(one[0] for one in statements_of(graph) if one[1:] == (f"<{predicate}>", value))


def test_that_restricted_evidence_of_a_type_exists_is_public_and_nothing_else_of_it(
    publications: dict[str, Publication],
) -> None:
    graph = publications["report"].description.public
    (node,) = with_value(graph, DCTERMS + "accessRights", f"<{DANAO}Restricted>")
    req = "<https://w3id.org/danao/reading/2025/6-1-5-"
    assert about(graph, node) == {
        (f"<{RDF_TYPE}>", f"<{CCCEV}Evidence>"),
        (f"<{DCTERMS}accessRights>", f"<{DANAO}Restricted>"),
        (f"<{DCTERMS}conformsTo>", f"<{DANAO}TestReport>"),
        (f"<{CCCEV}supportsRequirement>", f"{req}third-party-data-providers>"),
        (f"<{CCCEV}supportsRequirement>", f"{req}trusted-certification>"),
    }
    claims = publications["report"].results.public
    counted = {
        one[0].split("/claim/")[1].split("/")[0]
        for one in statements_of(claims)
        if one[2] == node and "counting" in one[1]
    }
    offered = {
        one[0].split("/claim/")[1].split("/")[0]
        for one in statements_of(claims)
        if one[2] == node and "offers" in one[1]
    }
    assert offered == set(KINDS)
    assert counted == set(KINDS)


def test_why_restricted_evidence_does_not_count_is_not_public(publications: dict[str, Publication]) -> None:
    """It ran out: its last day is before the date of the examination."""
    expired = f"<{DANAO}EvidenceExpired>"
    assert expired in {one[2] for one in statements_of(publications["none"].results.public)}
    graph = publications["rules"].results.public
    assert expired not in {one[2] for one in statements_of(graph)}
    assert "expiredEvidence" not in public_text(publications["rules"])
    withheld = with_value(graph, DANAO + "reason", f"<{DANAO}ReasonWithheld>")
    assert any(node.endswith("/SelfAssessed/6-1-5-consensus-rules/result>") for node in withheld)
    unsaid = {one[0] for one in statements_of(graph) if one[1] == f"<{EARL}outcome>"} - {
        one[0] for one in statements_of(graph) if one[1] == f"<{DANAO}reason>"
    }
    assert unsaid == set()


# ---- Claims, outcomes, reports ----


def claims_of(graph: Facts, requirement: str) -> list[str]:
    subjects = with_value(graph, DANAO + "requirement", f"<https://w3id.org/danao/reading/2025/{requirement}>")
    return [node for node in subjects if "/claim/" in node]


def test_a_claim_through_a_restricted_record_tells_its_requirement_and_evidence_only(
    publications: dict[str, Publication],
) -> None:
    names = {
        by: {
            name.removeprefix(f"<{DANAO}")
            for claim in claims_of(graph, "6-4-6-procurement-cost")
            for name, _ in about(graph, claim)
        }
        for by, graph in ((by, publications[by].results.public) for by in ("none", "cost"))
    }
    sealed = {f"<{RDF_TYPE}>", "of>", "requirement>", "result>", "offersEvidence>", "countingEvidence>"}
    assert names["cost"] == sealed
    assert names["none"] - sealed >= {"via>", "attainment>", "countingActual>", "countingTarget>"}


def outcomes(graph: Facts) -> set[tuple[str, str]]:
    stated = {one[0]: one[2] for one in statements_of(graph) if one[1] == f"<{EARL}outcome>"}
    return {(re.sub("^.*/outcome/", "", node), value) for node, value in stated.items()}


@pytest.mark.parametrize("by", CARRIERS[1:])
def test_every_outcome_is_public_whatever_is_restricted(by: str, publications: dict[str, Publication]) -> None:
    every = outcomes(publications["none"].results.restricted)
    assert len(every) == 2 * 193
    assert outcomes(publications[by].results.public) == every


def test_results_of_shapes_are_public_where_nothing_restricted_bears_on_them(knowledge: Knowledge) -> None:
    """The portal's evidence says nowhere where it is, so that the shape of its requirement objects."""
    text = re.sub("    dcat:distribution .*\n", "", ALL_PUBLIC) + AROUND_IT
    for by, open_to_all in {"": True, restricted("lead-node"): False}.items():
        assessment = of_text(knowledge, text + by)
        results = split(material_of(assessment, reported(assessment)), knowledge, SALT).results.public
        findings = with_value(results, RDF_TYPE, f"<{SH}ValidationResult>")
        conforms = [one for one in statements_of(results) if one[1] == f"<{SH}conforms>"]
        unmet = [one for one in statements_of(results) if one[1] == f"<{DANAO}unmet>"]
        assert [bool(found) for found in (findings, conforms, unmet)] == [open_to_all] * 3


def test_a_report_that_is_public_is_public_as_a_whole_and_fit_to_be_written(knowledge: Knowledge) -> None:
    assessment = of_text(knowledge, re.sub("    dcat:distribution .*\n", "", ALL_PUBLIC))
    graph = assessment_graph(assessment)
    material = Material(assessment.iri, assessment.description.facts, assessment.examination.facts, graph)
    publication = split(material, knowledge, SALT)
    report = {one for one in graph.statements if "/report>" in one[0] or "/unmet/" in one[0]}
    assert len(report) > 8
    assert report <= set(publication.results.public.statements)
    public = graph_of([one for side in public_graphs(publication) for one in statements_of(side)])
    assert check_published(public, "public", knowledge) == []


def test_a_message_that_is_not_the_shape_s_own_is_restricted(knowledge: Knowledge) -> None:
    assessment = of_text(knowledge, re.sub("    dcat:distribution .*\n", "", ALL_PUBLIC))
    added = [
        (one[0], one[1], '"planted-mark-1"@en') if one[1] == f"<{SH}resultMessage>" else one
        for one in statements_of(reported(assessment))
    ]
    publication = split(material_of(assessment, graph_of(added)), knowledge, SALT)
    assert found_in(public_text(publication), ["planted-mark-1"]) == set()


AROUND_IT = """
<brain-node> brain:workingGroup <group-node> .
<group-node> a brain:WorkingGroup ;
    brain:organisingUnit <office-node> ;
    brain:leadUnit <lead-node> ;
    brain:jointUnit <joint-node> .
<lead-node> a danao:Organisation ; dcterms:title "lead-title-mark"@en .
<office-node> a danao:Organisation ; dcterms:title "office-title-mark"@en .
<joint-node> a danao:Organisation ; dcterms:title "joint-title-mark"@en .
"""


# ---- Names and digests ----


def test_the_assessment_has_a_salted_name_and_salted_digests_where_anything_is_restricted(knowledge: Knowledge) -> None:
    assessment = assessed(knowledge)
    publication = published(knowledge)
    assert publication.assessment != assessment.iri
    assert re.fullmatch(re.escape(HOME) + "assessment/[0-9a-f]{32}", publication.assessment)
    text = public_text(publication)
    secrets = {assessment.iri, assessment.description.digest[7:], assessment.examination.digest[7:]}
    assert found_in(text, secrets) == set()
    originals = "".join(map(str, chain.from_iterable(assessment.graphs.values())))
    derived = {one for one in hexes(originals + text) if one in {h[:16] for h in hexes(originals)}}
    assert derived & hexes(text) <= {assessment.knowledge.digest[7:23]} | plain_anonymous(publication)


def plain_anonymous(publication: Publication) -> set[str]:
    """Names of public blank nodes that say nothing but what is public."""
    return {match[:16] for match in re.findall("/genid/([0-9a-f]{32})", public_text(publication))}


def test_a_digest_of_the_public_says_what_it_is_of(knowledge: Knowledge) -> None:
    publication = published(knowledge)
    stated = {
        one[1]: one[2].strip('"')
        for one in statements_of(publication.results.public)
        if one[0] == f"<{publication.assessment}>"
    }
    assert stated[f"<{DANAO}descriptionDigest>"] == digest_of(publication.description.public)
    assert stated[f"<{DANAO}examinationDigest>"] == digest_of(publication.examination.public)
    assert re.fullmatch("hmacsha256:[0-9a-f]{64}", stated[f"<{DANAO}descriptionSeal>"])
    assert stated[f"<{DANAO}descriptionSeal>"] != stated[f"<{DANAO}examinationSeal>"]


def test_the_run_names_its_inputs_by_salted_digests(knowledge: Knowledge) -> None:
    publication = published(knowledge)
    used = [one[2] for one in statements_of(publication.results.public) if one[1] == f"<{PROV}used>"]
    assert len(used) == 2
    assert all(one.startswith(f"<{AROUND.base}graph/") for one in used)
    named = dict(one[::2] for one in statements_of(publication.results.public) if one[1] == f"<{DCTERMS}identifier>")
    seals = {one[2] for one in statements_of(publication.results.public) if one[1].endswith("Seal>")}
    assert {named[one] for one in used} == seals
    assert all(one.endswith(f"/{named[one].strip(chr(34)).partition(':')[2]}>") for one in used)


ALL_PUBLIC = (
    DESCRIPTION[: DESCRIPTION.index("<brain-node>")]
    + """
<brain-node> a brain:IndustrialBrain ;
    dcterms:identifier "access" ;
    dcterms:title "公开的大脑"@zh ;
    brain:serves <cluster-node> ;
    brain:coversChain <chain-node> ;
    danao:hasCapability <portal-node> .
<cluster-node> a brain:IndustrialCluster ;
    dcterms:title "cluster"@en ;
    brain:hasEnterprise <a-node> , <b-node> , <c-node> .
<a-node> a danao:Enterprise ; dcterms:title "first"@en .
<b-node> a danao:Enterprise ; dcterms:title "second"@en .
<c-node> a danao:Enterprise ; dcterms:title "third"@en .
<chain-node> a brain:IndustrialChain ;
    dcterms:title "chain"@en ;
    brain:hasSegment <board-node> , <door-node> .
<board-node> a brain:ChainSegment ; dcterms:title "boards"@en ; brain:directlyUpstreamOf <door-node> .
<door-node> a brain:ChainSegment ; dcterms:title "doors"@en .
<portal-node> a brain:ServicePortal ;
    dcterms:title "portal"@en ;
    schema:url <https://portal.example/> ;
    danao:provides req:6-1-4-cockpit ;
    danao:evidence <screens-node> .
<screens-node> a cccev:Evidence ;
    dcterms:title "screens"@en ;
    dcterms:issued "2025-11-20"^^xsd:date ;
    dcat:distribution [ dcat:downloadURL <https://files.example/a.png> ] ;
    cccev:supportsRequirement req:6-1-4-cockpit .
"""
)


def simple(knowledge: Knowledge) -> Assessment:
    return of_text(knowledge, ALL_PUBLIC)


def test_names_and_digests_stay_as_they_are_where_nothing_is_restricted(knowledge: Knowledge) -> None:
    assessment = simple(knowledge)
    publication = split(material_of(assessment), knowledge, SALT)
    assert list(publication.description.restricted) == list(publication.examination.restricted) == []
    assert publication.assessment == assessment.iri
    assert publication.description.public == assessment.description.facts
    assert list(publication.results.replaced) == []
    assert assessment.description.digest in public_text(publication)
    assert "Seal>" not in public_text(publication)


def test_a_name_that_is_a_hash_of_something_restricted_is_replaced(knowledge: Knowledge) -> None:
    secret = ALL_PUBLIC.replace("[ dcat:downloadURL", '[ ex:note "file-note-mark" ; dcat:downloadURL')
    (plain, noted) = (
        split(material_of(one), knowledge, SALT) for one in (simple(knowledge), of_text(knowledge, secret))
    )
    files = [
        next(one[0] for one in statements_of(p.description.public) if "downloadURL" in one[1]) for p in (plain, noted)
    ]
    hashed = next(
        one[0] for one in statements_of(of_text(knowledge, secret).description.facts) if "downloadURL" in one[1]
    )
    assert files[0] in {one[0] for one in statements_of(simple(knowledge).description.facts)}
    assert files[1].startswith(f"<{HOME}genid/")
    assert files[1] != hashed
    assert hashed not in public_text(noted)


def of_text(knowledge: Knowledge, text: str) -> Assessment:
    (read,) = read_descriptions([Input("a.ttl", text.encode())], knowledge, AROUND)
    assessment = assess(read, default_examination(read.identifier, AS_OF, AROUND), knowledge)
    assert violations(assessment.problems) == []
    return assessment


def test_another_salt_gives_other_names_and_the_same_salt_the_same(knowledge: Knowledge) -> None:
    material = material_of(assessed(knowledge, restricted("report-node")))
    first, again, other = (split(material, knowledge, salt) for salt in (SALT, SALT, SALT + b"!"))
    assert public_text(first) == public_text(again)
    assert first.assessment != other.assessment
    assert hexes(public_text(first)) & hexes(public_text(other)) <= {knowledge.digest[7:23]} | plain_anonymous(first)


def test_a_salt_that_can_be_tried_out_is_refused(knowledge: Knowledge) -> None:
    with pytest.raises(UsageError):
        split(material_of(simple(knowledge)), knowledge, b"fifteen bytes!!")


# ---- People ----


def test_people_appear_as_pseudonyms_that_are_the_same_everywhere(publications: dict[str, Publication]) -> None:
    people = [
        {one[2] for one in statements_of(graph) if one[1] == f"<{DCTERMS}creator>"}
        for graph in (publications["none"].description.public, publications["none"].examination.public)
    ]
    assert [len(found) for found in people] == [3, 1]
    assert all(re.fullmatch(f"<{AROUND.base}person/[0-9a-f]{{32}}>", one) for found in people for one in found)
    again = {one[2] for one in statements_of(publications["lab"].description.public) if one[1] == f"<{DCTERMS}creator>"}
    assert again == people[0]


def test_the_name_of_a_person_in_a_result_is_not_public(knowledge: Knowledge) -> None:
    assessment = assessed(knowledge)
    named = [
        (f"<{assessment.iri}>", f"<{DCTERMS}creator>", thing) for thing in ('"planted-mark-1"', "<urn:planted-mark-1>")
    ]
    publication = split(material_of(assessment, graph_of(named)), knowledge, SALT)
    assert found_in(public_text(publication), ["planted-mark-1"]) == set()


def test_a_person_of_a_name_has_that_pseudonym(publications: dict[str, Publication]) -> None:
    stated = {one[2] for one in statements_of(publications["none"].examination.public)}
    assert f"<{person_of('专家姓名记号', AROUND.base, SALT)}>" in stated
    assert person_of("专家姓名记号", AROUND.base, SALT + b"!") != person_of("专家姓名记号", AROUND.base, SALT)


# ---- Fail closed ----

EVIDENCE_OF = """
<space-node> danao:evidence <{0}> .
<{0}> a cccev:Evidence{1} ; dcterms:title "planted-mark-1" ; dcterms:issued "2025-01-01"^^xsd:date .
"""
AN_ENTITY = "<http://www.w3.org/ns/prov#Entity>"
SECRET_REPORT = restricted("report-node")
UNKNOWN = {
    "an unknown property": '<space-node> ex:anything "planted-mark-1" .',
    "an unknown class": EVIDENCE_OF.format("x-node", " , ex:Contract"),
    "an unknown class alone": '<brain-node> brain:serves <x-node> . <x-node> a ex:A ; dcterms:title "planted-mark-1" .',
    "no class": '<brain-node> ex:likes <x-node> . <x-node> dcterms:title "planted-mark-1" .',
    "a class of results": f'<brain-node> brain:serves <x> . <x> a {AN_ENTITY} ; dcterms:title "planted-mark-1" .',
    "an address in place of a thing": "<space-node> brain:drawsOn <https://planted-mark-1.example/> .",
    "a person with a name": '<brain-node> dcterms:contributor "planted-mark-1" .',
    "a quoted title": SECRET_REPORT + '<space-node> dcterms:description "REPORT-title-mark, planted-mark-1" .',
    "a quoted person": '<space-node> dcterms:description "作者姓名记号 planted-mark-1" .',
    "a quoted number": restricted("cost-node")
    + '<space-node> dcterms:description "93.75 (no), 100.25 planted-mark-1" .',
    "a title quoted in an address": (
        SECRET_REPORT + "<portal-node> schema:url <https://planted-mark-1.example/report-title-mark> ."
    ),
    "a thing named after a title": SECRET_REPORT + EVIDENCE_OF.format("of-report%2Dtitle-mark", ""),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_no_profile_admits_is_restricted(name: str, knowledge: Knowledge) -> None:
    assessment = of_text_examined(knowledge, DESCRIPTION + UNKNOWN[name])
    publication = split(material_of(assessment), knowledge, SALT)
    assert len(publication.description.public)
    assert found_in(public_text(publication), ["planted-mark-1"]) == set()


def of_text_examined(knowledge: Knowledge, text: str) -> Assessment:
    """Unlike the others, it may hold what a shape objects to: publishing does not rely on shapes."""
    (read,) = read_descriptions([Input("a.ttl", text.encode())], knowledge, AROUND)
    (examination,) = read_examinations([Input("e.ttl", EXAMINATION.encode())], knowledge, AROUND).values()
    return assess(read, examination, knowledge)


def test_a_text_that_is_in_the_address_of_the_whole_project_hides_no_other_thing(knowledge: Knowledge) -> None:
    text = DESCRIPTION.replace('"report-title-mark"@en', '"danao.example/id/access"') + SECRET_REPORT
    assert found_in(public_text(published(knowledge, description=text)), ["lead-title-mark"]) == {"lead-title-mark"}


def test_a_confirmed_target_of_a_record_that_nobody_knows_is_restricted(knowledge: Knowledge) -> None:
    material = material_of(assessed(knowledge))
    moved = [
        (one[0], one[1], f"<{HOME}gone-node>") if one[1] == f"<{DANAO}onRecord>" else one
        for one in statements_of(material.examination)
    ]
    publication = split(replace(material, examination=graph_of(moved)), knowledge, SALT)
    assert found_in(public_text(publication), ["90.125", "cost-confirmed-node"]) == set()


def test_a_level_of_access_that_nobody_knows_restricts(knowledge: Knowledge) -> None:
    for level in ('"public"', "<https://vocabulary.example/Open>", "danao:Public , danao:Restricted"):
        assessment = of_text_examined(knowledge, DESCRIPTION + f"<lab-node> dcterms:accessRights {level} .")
        publication = split(material_of(assessment), knowledge, SALT)
        assert found_in(public_text(publication), ["lab-title-mark"]) == set()


def test_the_office_can_restrict_in_the_examination(knowledge: Knowledge) -> None:
    assessment = assessed(knowledge)
    stated = (f"<{HOME}report-node>", f"<{DCTERMS}accessRights>", f"<{DANAO}Restricted>")

    material = material_of(assessment)
    examined = graph_of([*statements_of(material.examination), stated])
    publication = split(replace(material, examination=examined), knowledge, SALT)
    assert found_in(public_text(publication), ["report-title-mark"]) == set()


def test_a_restricted_project_is_not_public_at_all(publications: dict[str, Publication]) -> None:
    assert publications["brain"].is_empty
    assert public_text(publications["brain"]) == ""
    assert not publications["lab"].is_empty


# ---- Groups ----


def joined(publication: Publication, name: str) -> int:
    return sum(one[1].endswith(f"#{name}>") for one in statements_of(publication.description.public))


def test_fewer_than_three_enterprises_are_not_shown_together(
    knowledge: Knowledge, publications: dict[str, Publication]
) -> None:
    """Three mills are connected; demand of two is pooled; four operate in one segment, one in the other."""
    found = publications["none"]
    assert [joined(found, name) for name in ("connects", "poolsDemandOf", "operatesIn", "hasEnterprise")] == [
        4,
        0,
        4,
        4,
    ]
    found = publications["mill-a"]
    assert [joined(found, name) for name in ("connects", "operatesIn", "hasEnterprise")] == [1, 3, 3]
    found = published(knowledge, restricted("mill-a-node", "mill-b-node"))
    assert [joined(found, name) for name in ("connects", "operatesIn", "hasEnterprise")] == [1, 0, 0]
    assert found_in(public_text(found), ["mill-c-title-mark", "mill-d-title-mark"]) == set()


def test_enterprises_with_one_credit_code_are_one(knowledge: Knowledge) -> None:
    code = '<mill-b-node> danao:creditCode "91371302EXWD000108" .'
    assert joined(published(knowledge, code), "connects") == 1


def test_a_class_of_too_few_enterprises_is_told_as_enterprise(knowledge: Knowledge) -> None:
    text = DESCRIPTION
    for number, mill in enumerate("abc", start=1):
        text = text.replace(f"<mill-{mill}-node> a danao:Enterprise", f"<mill-{mill}-node> a brain:SmartFactory")
        graph = published(knowledge, description=text).description.public
        kinds = [
            kind for _, kind in about(graph, f"<{HOME}mill-a-node>") if kind.endswith(("Enterprise>", "SmartFactory>"))
        ]
        assert kinds == [f"<{DANAO}Enterprise>" if number < 3 else "<https://w3id.org/danao/brain#SmartFactory>"]


COUNT = """
<brain-node> danao:reports <factories-node> .
<factories-node> a danao:MetricRecord ;
    danao:metric req:6-4-5-smart-factories ; danao:unit unit:factories ;
    danao:baseline [ danao:year 2023 ; danao:value {} ] ;
    danao:actual [ danao:year 2025 ; danao:value {} ] ;
    danao:target [ danao:year 2025 ; danao:value {} ] .
"""


@pytest.mark.parametrize(
    ("figures", "shown"), [((3, 17, 19), True), ((2, 17, 19), False), ((0, 17, 19), False), ((4, 2, 19), False)]
)
def test_figures_of_a_metric_that_counts_fewer_than_three_enterprises_are_restricted(
    figures: tuple[int, int, int],
    shown: bool,  # noqa: FBT001
    knowledge: Knowledge,
) -> None:
    publication = published(knowledge, COUNT.format(*figures))
    figures_of = [one for one in statements_of(publication.description.public) if one[1] == f"<{DANAO}value>"]
    assert ("17" in {one[2].split('"')[1] for one in figures_of}) == shown
    assert ("https://w3id.org/danao/standard/2025/6-4-5" in publication.rounded) == (not shown)
    assert found_in(public_text(publication), ["factories-node"])


# ---- Laws ----

some_carriers = st.sets(st.sampled_from(CARRIERS[1:]), max_size=4)


@cache
def known_publication(names: frozenset[str]) -> Publication:
    return published(loaded(), restricted(*(f"{name}-node" for name in sorted(names))))


@cache
def loaded() -> Knowledge:
    return load_knowledge()


@settings(max_examples=25)
@given(some_carriers, some_carriers)
def test_restricting_more_never_publishes_more(fewer: set[str], more: set[str]) -> None:
    little, much = (known_publication(frozenset(names)) for names in (fewer, fewer | more))
    for side in ("description", "examination"):
        less, all_of_it = (set(statements_of(getattr(one, side).public)) for one in (much, little))
        replaced = set(statements_of(getattr(much, side).replaced))
        assert {plainly(one) for one in less - replaced} <= {plainly(one) for one in all_of_it}
    assert without_numbers(much.results.public) <= without_numbers(little.results.public)


def plainly(one: Statement) -> str:
    """Without what hangs on hashes: names of assessments, claims and anonymous things."""
    return re.sub("[0-9a-f]{16,}", "-", " ".join(one))


def without_numbers(graph: Facts) -> set[str]:
    """Results without rounded numbers, stand-ins for evidence and digests."""
    rough = (
        "points>",
        "upperPoints>",
        "roundedTo>",
        "value>",
        "Digest>",
        "Seal>",
        "offersEvidence>",
        "countingEvidence>",
    )
    kept = [one for one in statements_of(graph) if not one[2].endswith("#ReasonWithheld>")]
    return {plainly(one) for one in kept if not one[1].endswith(rough)}


@settings(max_examples=25)
@given(some_carriers)
def test_no_public_statement_speaks_of_a_restricted_thing_and_none_is_lost(names: set[str]) -> None:
    publication = known_publication(frozenset(names))
    facts = assessed(loaded()).description.facts
    things = {f"<{thing}>" for thing in publication.things}
    assert things >= {f"<{thing}>" for name in names for thing in reached(facts, HOME + f"{name}-node")}
    for graph in public_graphs(publication):
        assert not things & {term for one in statements_of(graph) for term in one}


@pytest.mark.parametrize("by", [*CARRIERS, "none"])
def test_public_and_restricted_statements_cover_everything(by: str, knowledge: Knowledge) -> None:
    assessment = assessed(knowledge, restricted(f"{by}-node") if by != "none" else "")
    material = material_of(assessment, reported(assessment))
    publication = split(material, knowledge, SALT)
    for side in ("description", "examination", "results"):
        part, made = set(statements_of(getattr(material, side))), getattr(publication, side)
        public, rest, replaced = (
            set(statements_of(getattr(made, name))) for name in ("public", "restricted", "replaced")
        )
        assert (public - replaced) | rest == part
        assert not (public - replaced) & rest
        assert not replaced & part


@pytest.mark.parametrize("by", CARRIERS)
def test_access_rights_change_no_outcome_and_no_score(by: str, knowledge: Knowledge) -> None:
    plain, marked = assessed(knowledge), assessed(knowledge, restricted(f"{by}-node"))
    assert actual_of(marked) == actual_of(plain)
    numbers = [
        sorted(plainly(one) for one in statements_of(assessment.graphs["scores"])) for assessment in (plain, marked)
    ]
    assert numbers[0] == numbers[1]


EXAMPLES = data_root() / "examples"
NAMED = re.compile(
    r"^<([\w-]+)> a (?:cccev:Evidence|danao:MetricRecord|danao:Organisation|danao:Enterprise)\b", re.MULTILINE
)


@pytest.mark.parametrize("seed", range(6))
def test_nothing_that_is_restricted_in_an_example_becomes_public(seed: int, knowledge: Knowledge) -> None:
    """Any twelve things of descriptions of realistic size, with all that they own."""
    text = (EXAMPLES / "half-built.ttl").read_text(encoding="utf-8")
    examination = (EXAMPLES / "half-built-examination.ttl").read_text(encoding="utf-8")
    chosen = Random(seed).sample(NAMED.findall(text), 12)  # noqa: S311 - which things is no secret
    assessment = assessed(knowledge, restricted(*chosen), description=text, examination=examination)
    facts = [*assessment.description.facts, *assessment.examination.facts]
    things = reached(facts, *(assessment.description.home + name for name in chosen))
    others = "".join(str(fact) for fact in facts if iri_of(fact.subject) not in things)
    marks = {mark for mark in said_by(things, facts) if len(mark) > 5 and mark not in others}
    publication = split(material_of(assessment, reported(assessment)), knowledge, SALT)
    assert len(marks) > 12
    assert len(publication.description.public) > 900
    assert found_in(public_text(publication), marks) == set()


# ---- Older publications ----


@pytest.mark.parametrize("by", CARRIERS)
def test_an_older_publication_that_shows_what_is_restricted_now_is_told(
    by: str, publications: dict[str, Publication]
) -> None:
    older = public_graphs(publications["none"])
    assert shows_restricted(older, publications[by])
    assert not shows_restricted(public_graphs(publications[by]), publications[by])
    assert not shows_restricted(older, publications["none"])


def test_an_older_publication_is_told_by_its_texts_where_the_thing_has_another_name_now(
    knowledge: Knowledge, publications: dict[str, Publication]
) -> None:
    renamed = DESCRIPTION.replace("<lab-node>", "<laboratory-node>")
    newer = published(knowledge, restricted("laboratory-node"), description=renamed)
    assert shows_restricted(public_graphs(publications["none"]), newer)


def test_an_older_publication_is_told_by_exact_points_that_are_rounded_now(
    publications: dict[str, Publication],
) -> None:
    (scores,) = (publications["none"].results.public,)
    only_scores = [one for one in statements_of(scores) if "/score/" in one[0]]

    assert shows_restricted([graph_of(only_scores)], publications["cost"])
    assert not shows_restricted([graph_of(only_scores)], publications["lab"])


# ---- Measurements ----

METRICS = "".join(
    f"""
danao:{kind}{name} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dqv#Metric> ;
    danao:result danao:{kind} ; danao:scoreProperty danao:{name.lower()} .
"""
    for kind in KINDS
    for name in ("Points", "Attainment")
)


@pytest.fixture(scope="module")
def measuring(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    """The shipped standard, with metrics that say which number of a score they take."""
    folder = tmp_path_factory.mktemp("measuring")
    for name in FOLDERS:
        shutil.copytree(data_root() / name, folder / name)
    for name in (*FRAMEWORK, "shapes/self"):
        shutil.rmtree(folder / name)
    metrics = folder / "ontology" / "domain" / "metrics.ttl"
    metrics.write_text(f"@prefix danao: <{DANAO}> .\n{METRICS}", encoding="utf-8")
    return load_knowledge(folder)


def measurements(graph: Facts, kind: str) -> dict[str, str]:
    """Element and number measured → value, of a kind of result."""
    values = {one[0]: one[2].split('"')[1] for one in statements_of(graph) if one[1] == f"<{DQV}value>"}
    start = re.compile(f".*/measurement/{kind}")
    return {start.sub("", node).rstrip(">"): value for node, value in values.items() if start.match(node)}


@pytest.mark.parametrize("kind", KINDS)
def test_measurements_are_as_rounded_as_the_scores_that_they_take(kind: str, measuring: Knowledge) -> None:
    exact, rough = (
        measurements(published(measuring, added).results.public, kind) for added in ("", restricted("cost-node"))
    )
    hidden = {f"attainment/{element}" for element in ("6", "6-4", "6-4-6", "6-4-6-procurement-cost")}
    assert exact.keys() - rough.keys() == hidden
    assert {name for name in rough if rough[name] != exact[name]} == {
        f"points/{name}" for name in ("6", "6-4", "6-4-6")
    }
    scores = published(measuring, restricted("cost-node")).results.public
    (score,) = (
        one[0] for one in statements_of(scores) if one[0].endswith(f"/score/{kind}/6-4-6>") and "points" in one[1]
    )
    told = [value.split('"')[1] for name, value in about(scores, score) if name == f"<{DANAO}points>"]
    assert [rough["points/6-4-6"]] == told


def test_of_a_metric_that_says_nothing_of_what_it_takes_nothing_rounded_is_told() -> None:
    said = "ontology/framework/publishing.ttl"
    silent = knowledge_of({name: data for name, data in knowledge_files(None).items() if name != said})
    found = measurements(published(silent, restricted("cost-node")).results.public, "Verified")
    assert {name.partition("/")[2] for name in found} & {"6", "6-4", "6-4-6", "6-4-6-procurement-cost"} == set()
    assert "points/6-1" in found


# ---- Another standard ----


def test_of_a_standard_without_a_profile_nothing_is_public_and_with_its_own_what_that_lists(tmp_path: Path) -> None:
    libraries = Path(__file__).parent / "standards" / "libraries"
    text = (libraries / "cases" / "description.ttl").read_text(encoding="utf-8")
    assert split(material_of(of_text(load_knowledge(libraries), text)), load_knowledge(libraries), SALT).is_empty
    own = shutil.copytree(libraries, tmp_path / "own")
    (own / "ontology" / "access").mkdir()
    (own / "ontology" / "access" / "profile.ttl").write_text(
        "@prefix danao: <https://w3id.org/danao/ns#> . @prefix lib: <https://example.org/library/ns#> .\n"
        "lib:profile a danao:PublicProfile ; danao:publicClass lib:Library , lib:CityLibrary .",
        encoding="utf-8",
    )
    knowledge = load_knowledge(own)
    assert knowledge.digest == load_knowledge(libraries).digest
    publication = split(material_of(of_text(knowledge, text)), knowledge, SALT)
    kinds = {one[2] for one in statements_of(publication.description.public) if one[1] == f"<{RDF_TYPE}>"}
    assert kinds & {"<https://example.org/library/ns#Library>", "<https://example.org/library/ns#CityLibrary>"}
    assert len(outcomes(publication.results.public)) > 0


LEFT_OUT = {
    "brain#revenue",
    "ns#justification",
    "ns#Project",
    "ns#Verdict",
    "ns#verdict",
    "ns#onEvidence",
    "ns#decision",
}


def test_every_term_that_may_be_stated_is_listed_or_left_out_on_purpose(knowledge: Knowledge) -> None:
    """So that nobody adds a term without asking who may see it."""
    sides = {DANAO + "DescriptionGraph", DANAO + "ExaminationGraph"}
    stated = {name for name in knowledge.index if sides.intersection(knowledge.values(name, DANAO + "statedIn"))}
    profile = profile_of(knowledge)
    listed = {term[1:-1] for term in profile.classes | profile.properties}
    assert {name.removeprefix("https://w3id.org/danao/") for name in stated - listed} == LEFT_OUT
    assert {name for name in listed if name.startswith(knowledge.namespaces)} <= stated


def test_the_digest_of_the_profile_is_told_apart_from_that_of_the_knowledge(knowledge: Knowledge) -> None:
    libraries = load_knowledge(Path(__file__).parent / "standards" / "libraries")
    assert len({profile_digest(knowledge), profile_digest(libraries), knowledge.digest}) == 3
    assert profile_digest(knowledge).startswith("sha256:")


def test_what_decides_nothing_is_no_part_of_the_digest(knowledge: Knowledge) -> None:
    assert not [name for name in knowledge.files if name.startswith("ontology/access/")]
    assert [name for name in knowledge.sources if name.startswith("ontology/access/")]
    assert b"/danao/access/" not in knowledge.compiled.closed


# ---- What descriptions may state ----

MISUSED = {
    '<lab-node> dcterms:accessRights "restricted" .': ["AccessLevelKnown"],
    "<lab-node> dcterms:accessRights <https://vocabulary.example/Secret> .": ["AccessLevelKnown"],
    "<lab-node> dcterms:accessRights danao:Accepted .": ["AccessLevelKnown"],
    "<lab-node> dcterms:accessRights danao:Secret .": ["UnknownTerm"],
    "<lab-node> dcterms:accessRights danao:Public , danao:Restricted .": ["AccessLevelOnce"],
    "<space-node> dcterms:accessRights danao:Restricted .": ["AccessCarrier"],
    "<chain-node> dcterms:accessRights danao:Public .": ["AccessCarrier"],
    "<exclusion-node> dcterms:accessRights danao:Restricted .": ["AccessCarrier"],
}


@pytest.mark.parametrize("statement", MISUSED)
@pytest.mark.parametrize("engine", ["knowledge", "reference"])
def test_access_rights_are_refused_by_name_where_nobody_would_heed_them(
    statement: str, engine: str, request: pytest.FixtureRequest
) -> None:
    assessment = of_text_examined(request.getfixturevalue(engine), DESCRIPTION + statement)
    named = {problem.name for problem in assessment.problems if problem.severity == "violation"}
    assert sorted(named) == MISUSED[statement]
