"""Describing: which projects there are, what belongs to each, and an address and a digest that order cannot change."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from danao.canonical import canonical_bytes
from danao.describe import Description, read_descriptions
from danao.documents import Surroundings
from danao.errors import EmptyInput, NoProject, Problem, UnfitExamination
from danao.examine import default_examination, read_examinations
from danao.knowledge import Knowledge
from danao.pipeline import assess
from danao.reading import Input
from tests.case import AROUND, AS_OF
from tests.given import EXAMINATION, FULL, HOME, IDENTIFIER, PREFIXES, assessed, described, faults, points

OTHER = FULL.replace(f'"{IDENTIFIER}"', '"other"')
OTHER_HOME = f"{AROUND.base}id/other/"
SECOND = """
<second> a brain:IndustrialBrain ;
    dcterms:identifier "second" ;
    dcterms:title "第二个"@zh ;
    brain:serves <cluster> .
"""


def at_home(text: str, home: str = HOME) -> str:
    """The text with its relative IRIs made full ones at a project's address."""
    return f"@base <{home}> .\n" + text


def named(found: Description, name: str) -> list[Problem]:
    return [problem for problem in found.problems if problem.name == name]


def subjects(found: Description) -> set[str]:
    return {triple.subject.value for triple in found.facts if isinstance(triple.subject, NamedNode)}


# ---- Projects ----


def test_a_project_is_found_with_its_identifier_and_address(knowledge: Knowledge) -> None:
    (found,) = described(knowledge, FULL)
    assert (found.identifier, found.home, found.project, found.source) == (IDENTIFIER, HOME, HOME + "brain", "1.ttl")
    assert found.problems == ()
    assert found.digest.startswith("sha256:")


def test_projects_of_one_file_are_found_in_the_order_of_their_identifiers(knowledge: Knowledge) -> None:
    both = described(knowledge, SECOND.join([PREFIXES, FULL[FULL.index("<brain>") :]]))
    assert [found.identifier for found in both] == [IDENTIFIER, "second"]
    assert [faults(found) for found in both] == [[], []]


def test_projects_of_one_file_share_nodes_but_do_not_pass_each_other(knowledge: Knowledge) -> None:
    first, second = described(knowledge, FULL + SECOND + "<second> dcterms:relation <brain> .")
    assert HOME + "cluster" in subjects(first)
    assert subjects(second) == {f"{AROUND.base}id/second/{name}" for name in ("second", "cluster", "mill")}


def test_the_same_names_in_two_files_mean_different_nodes(knowledge: Knowledge) -> None:
    both = described(knowledge, OTHER, FULL)
    assert [(found.identifier, found.source, faults(found)) for found in both] == [
        (IDENTIFIER, "2.ttl", []),
        ("other", "1.ttl", []),
    ]
    assert both[0].facts == described(knowledge, FULL)[0].facts


@pytest.mark.parametrize("main_first", [True, False], ids=["main-first", "main-last"])
def test_files_without_a_project_add_to_the_one_project(knowledge: Knowledge, main_first: bool) -> None:  # noqa: FBT001
    start = FULL.index("<report> a")
    parts = [FULL[:start], PREFIXES + FULL[start:]]
    (found,) = described(knowledge, *(parts if main_first else reversed(parts)))
    (whole,) = described(knowledge, FULL)
    assert (found.digest, found.problems) == (whole.digest, ())


def test_a_file_without_a_project_is_common_to_several_projects(knowledge: Knowledge) -> None:
    place = "<https://example.org/place> dcterms:title '某地'@zh ."
    text = "<cluster> dcterms:spatial <https://example.org/place> ."
    both = described(knowledge, FULL + text, OTHER + text, PREFIXES + place)
    assert [faults(found) for found in both] == [[], []]
    assert all("https://example.org/place" in subjects(found) for found in both)


def test_no_project_says_which_class_is_looked_for(knowledge: Knowledge) -> None:
    with pytest.raises(NoProject) as caught:
        described(
            knowledge, FULL.replace("a brain:IndustrialBrain", "a brain:IndustrialCluster"), PREFIXES + "<a> <b> <c> ."
        )
    assert caught.value.place.file == "1.ttl, 2.ttl"
    assert caught.value.fix is not None
    assert "https://w3id.org/danao/brain#IndustrialBrain" in caught.value.fix.en


def test_a_project_without_an_iri_is_none(knowledge: Knowledge) -> None:
    with pytest.raises(NoProject):
        described(knowledge, FULL.replace("<brain> a", "[] a"))


def test_no_file_at_all_holds_no_project(knowledge: Knowledge) -> None:
    with pytest.raises(NoProject):
        read_descriptions([], knowledge, AROUND)


def test_an_empty_file_beside_a_project_is_told(knowledge: Knowledge) -> None:
    with pytest.raises(EmptyInput) as caught:
        described(knowledge, FULL, PREFIXES)
    assert caught.value.place.file == "2.ttl"


# ---- Identifiers ----


@pytest.mark.parametrize(
    "identifiers",
    ["", '"a" , "b"', '""', '"-a"', '"a b"', '"a/b"', '"../a"', '"产业大脑"', '"a\\n"', f'"{"a" * 65}"', "<a>"],
    ids=[
        "missing",
        "two",
        "empty",
        "dash-first",
        "space",
        "slash",
        "climbing",
        "chinese",
        "line-break",
        "long",
        "node",
    ],
)
def test_an_identifier_that_is_none_is_a_violation(knowledge: Knowledge, identifiers: str) -> None:
    stated = f"dcterms:identifier {identifiers} ;" if identifiers else ""
    (found,) = described(knowledge, FULL.replace(f'dcterms:identifier "{IDENTIFIER}" ;', stated))
    (problem,) = named(found, "ProjectIdentifier")
    assert (problem.severity, problem.path) == ("violation", "http://purl.org/dc/terms/identifier")
    assert problem.place.file == "1.ttl"
    assert found.home == f"{AROUND.base}id/unidentified/"


@pytest.mark.parametrize("identifier", ["a", "A.b_c-9", "2025", "a" * 64])
def test_an_identifier_may_have_letters_digits_dots_dashes_and_underscores(
    knowledge: Knowledge, identifier: str
) -> None:
    (found,) = described(knowledge, FULL.replace(f'"{IDENTIFIER}"', f'"{identifier}"'))
    assert (found.identifier, found.home) == (identifier, f"{AROUND.base}id/{identifier}/")
    assert found.problems == ()


def test_projects_that_share_an_identifier_are_both_told(knowledge: Knowledge) -> None:
    both = described(knowledge, FULL, FULL)
    assert [(faults(found), named(found, "SharedIdentifier")[0].value) for found in both] == [
        (["SharedIdentifier"], IDENTIFIER)
    ] * 2


# ---- Addresses ----


def test_relative_iris_live_below_the_base_and_the_identifier(knowledge: Knowledge) -> None:
    around = Surroundings(base="http://brains.example/registry/")
    text = FULL + "<mill> dcterms:relation <a/b?c#d> , <./e> , <f/../g> , <#h> , <> ."
    (found,) = read_descriptions([Input("a.ttl", text.encode())], knowledge, around)
    home = f"http://brains.example/registry/id/{IDENTIFIER}/"
    assert found.home == home
    relation, mill = NamedNode("http://purl.org/dc/terms/relation"), NamedNode(home + "mill")
    assert {fact for fact in found.facts if fact.predicate == relation} == {
        Triple(mill, relation, NamedNode(home + name)) for name in ("a/b?c#d", "e", "g", "#h", "")
    }
    assert all(iri.startswith(home) for iri in subjects(found))
    assert found.problems == ()


def test_full_iris_at_the_projects_address_are_the_relative_ones(knowledge: Knowledge) -> None:
    (relative,), (full,) = described(knowledge, FULL), described(knowledge, at_home(FULL))
    assert (full.digest, full.project, full.problems) == (relative.digest, relative.project, ())


@pytest.mark.parametrize("address", ["../a.pdf", "/a.pdf", "../../a.pdf", "../0/../a.pdf"])
def test_an_address_that_climbs_out_of_the_project_is_refused(knowledge: Knowledge, address: str) -> None:
    (found,) = described(knowledge, FULL.replace("https://example.org/report.pdf", address))
    assert [(problem.name, problem.value) for problem in found.problems] == [("LostAddress", "a.pdf")]


def test_an_address_below_the_project_is_accepted(knowledge: Knowledge) -> None:
    (found,) = described(knowledge, FULL.replace("https://example.org/report.pdf", "files/a.pdf"))
    assert found.problems == ()


# ---- Blank nodes ----

BLANK = """
<mill> dcterms:relation [ dcterms:title "甲"@zh ; dcterms:relation [ dcterms:extent 1 ] , [ dcterms:extent 2 ] ] ,
    [ dcterms:title "乙"@zh ] , [ dcterms:relation [ dcterms:extent 1 ] ] , [ ] .
<vendor> dcterms:relation [ dcterms:title "甲"@zh ] .
"""
LINES = sorted(
    (
        serialize(
            (quad.triple for quad in parse(FULL + BLANK, format=RdfFormat.TURTLE, base_iri=HOME)),
            format=RdfFormat.N_TRIPLES,
        )
        or b""
    )
    .decode()
    .splitlines()
)
LABELS = sorted({word for line in LINES for word in line.split() if word.startswith("_:")})


@given(st.permutations(LINES), st.permutations([f"_:n{number}" for number in range(len(LABELS))]))
def test_order_and_labels_of_blank_nodes_never_change_a_byte(
    knowledge: Knowledge, lines: Sequence[str], labels: Sequence[str]
) -> None:
    text = "\n".join(lines)
    for old, new in zip(LABELS, labels, strict=True):
        text = text.replace(old, new)
    (shuffled,) = read_descriptions([Input("1.nt", text.encode())], knowledge, AROUND)
    (found,) = described(knowledge, FULL + BLANK)
    assert canonical_bytes(shuffled.facts) == canonical_bytes(found.facts)
    assert (shuffled.digest, shuffled.project, shuffled.problems) == (found.digest, found.project, ())


def test_every_blank_node_gets_an_address_of_its_own(knowledge: Knowledge) -> None:
    (found,) = described(knowledge, FULL + BLANK)
    nodes = {thing.value for fact in found.facts for thing in fact if isinstance(thing, NamedNode)}
    assert len({iri for iri in nodes if iri.startswith(HOME + "genid/")}) == len(LABELS)
    assert not any("_:" in str(fact) for fact in found.facts)


def test_what_a_blank_node_says_and_where_it_hangs_tell_its_address(knowledge: Knowledge) -> None:
    texts = [
        "<mill> dcterms:relation [ dcterms:extent 1 ] .",
        "<mill> dcterms:relation [ dcterms:extent 2 ] .",
        "<mill> dcterms:source [ dcterms:extent 1 ] .",
        "<vendor> dcterms:relation [ dcterms:extent 1 ] .",
    ]
    addresses = [
        next(iri for iri in subjects(described(knowledge, FULL + text)[0]) if "/genid/" in iri) for text in texts
    ]
    assert len(set(addresses)) == len(texts)


@pytest.mark.parametrize(
    "text",
    [
        "<mill> dcterms:relation _:a . <vendor> dcterms:relation _:a .",
        "<mill> dcterms:relation _:a ; dcterms:source _:a .",
        "<mill> dcterms:relation _:a . _:a dcterms:relation _:a .",
        "<mill> dcterms:relation _:a . _:a dcterms:relation _:b . _:b dcterms:relation _:a .",
    ],
    ids=["two-owners", "two-predicates", "itself", "cycle"],
)
def test_a_blank_node_without_one_owner_is_refused(knowledge: Knowledge, text: str) -> None:
    (found,) = described(knowledge, FULL + text)
    assert faults(found) == ["SharedBlankNode"]
    assert faults(described(knowledge, FULL + text.replace("_:a", "<a>"))[0]) == []


def test_a_blank_node_that_nothing_points_to_is_left_out(knowledge: Knowledge) -> None:
    (found,) = described(knowledge, FULL + "[] dcterms:relation <mill> .")
    assert found.digest == described(knowledge, FULL)[0].digest


def chain(length: int) -> bytes:
    """The full description with a chain of blank nodes, in N-Triples, where no bracket shows how deep it is."""
    facts = serialize(
        (quad.triple for quad in parse(FULL, format=RdfFormat.TURTLE, base_iri=HOME)), format=RdfFormat.N_TRIPLES
    )
    nodes = [f"<{HOME}mill>", *(f"_:n{number}" for number in range(length)), f"<{HOME}vendor>"]
    links = [f"{one} <http://purl.org/dc/terms/relation> {next_one} .\n" for one, next_one in pairwise(nodes)]
    return (facts or b"") + "".join(links).encode()


def test_a_chain_of_a_hundred_blank_nodes_is_read_and_longer_ones_are_refused(knowledge: Knowledge) -> None:
    def found_in(length: int) -> list[str]:
        return faults(read_descriptions([Input("1.nt", chain(length))], knowledge, AROUND)[0])

    assert found_in(100) == []
    assert found_in(101) == ["SharedBlankNode"]
    assert found_in(5_000) == ["SharedBlankNode"]


# ---- What belongs to whom ----


def test_projects_of_one_file_that_claim_one_capability_are_both_told(knowledge: Knowledge) -> None:
    both = described(knowledge, FULL + SECOND + "<second> danao:hasCapability <data-space> .")
    assert [(faults(found), named(found, "SharedCapability")[0].value) for found in both] == [
        (["SharedCapability"], "data-space")
    ] * 2


@pytest.mark.parametrize("claim", ["danao:hasCapability", "danao:reports", "danao:notApplicable"])
def test_projects_of_two_files_that_claim_one_thing_are_both_told(knowledge: Knowledge, claim: str) -> None:
    text = f"<brain> {claim} <https://example.org/shared> ."
    both = described(knowledge, FULL + text, OTHER + text)
    assert [faults(found) for found in both] == [["SharedCapability"]] * 2


def test_claiming_what_is_at_another_projects_address_harms_only_the_claimant(knowledge: Knowledge) -> None:
    theirs = OTHER + f"<brain> danao:hasCapability <{HOME}data-space> ."
    own, other = described(knowledge, FULL, theirs)
    assert faults(own) == []
    assert (faults(other), named(other, "SharedCapability")[0].value) == (["SharedCapability"], HOME + "data-space")


def test_a_statement_about_another_projects_node_is_a_violation(knowledge: Knowledge) -> None:
    text = FULL + f"<mill> dcterms:relation <{OTHER_HOME}mill> ."
    assert faults(described(knowledge, text)[0]) == []
    (found,) = described(knowledge, text + f"<{OTHER_HOME}mill> dcterms:title '甲'@zh .")
    (problem,) = found.problems
    assert (problem.name, problem.place.node, problem.place.file) == ("ForeignNode", OTHER_HOME + "mill", "1.ttl")


@pytest.mark.parametrize("victim", [FULL, at_home(FULL)], ids=["relative", "full"])
@pytest.mark.parametrize("address", ["http://relative.invalid/0/report", HOME + "report"])
def test_another_projects_file_adds_nothing_to_a_description(knowledge: Knowledge, victim: str, address: str) -> None:
    alone = described(knowledge, victim)[0]
    harm = f'<{address}> dcterms:issued "2020-01-01"^^xsd:date ; cccev:supportsRequirement req:6-1-4-mobile-client .'
    own, _ = described(knowledge, victim, OTHER + harm)
    assert own == alone


def test_another_files_relative_names_cannot_be_reached(knowledge: Knowledge) -> None:
    _, other = described(knowledge, FULL, OTHER + "<mill> dcterms:relation <http://relative.invalid/0/report> .")
    assert [(problem.name, problem.value) for problem in other.problems] == [("LostAddress", "report")]


def test_nodes_that_no_project_leads_to_are_left_out_with_a_warning(knowledge: Knowledge) -> None:
    (whole,) = described(knowledge, FULL)
    (found,) = described(
        knowledge, FULL + "<lost> dcterms:title 'a' ; dcterms:relation <mill> , <other-lost> . <other-lost> a <b> ."
    )
    (problem,) = found.problems
    assert (problem.name, problem.severity, problem.value) == ("UnreachableNodes", "warning", "lost, other-lost")
    assert found.digest == whole.digest


def test_a_common_file_that_no_project_leads_to_is_told_of_every_project(knowledge: Knowledge) -> None:
    both = described(knowledge, FULL, OTHER, PREFIXES + "<lost> dcterms:title 'a' .")
    assert [[(problem.name, problem.value) for problem in found.problems] for found in both] == [
        [("UnreachableNodes", "lost")]
    ] * 2


# ---- Examinations ----


def test_the_default_examination_holds_a_date_and_nothing_else(knowledge: Knowledge) -> None:
    (description,) = described(knowledge, FULL)
    examination = default_examination(description.identifier, AS_OF, AROUND)
    assert (examination.iri, examination.source, len(examination.facts)) == (f"{HOME}examination/{AS_OF}", None, 2)
    assessment = assess(description, examination, knowledge)
    assert faults(assessment) == []
    assert (points(assessment, "SelfAssessed"), points(assessment, "Verified")) == (6, 0)


def examinations(knowledge: Knowledge, *texts: str) -> dict[str | None, str]:
    """The IRIs of examinations by the identifiers they are found under."""
    files = [Input(f"e{number}.ttl", text.encode()) for number, text in enumerate(texts, start=1)]
    return {name: examination.iri for name, examination in read_examinations(files, knowledge, AROUND).items()}


def test_examinations_are_found_by_the_identifiers_they_name(knowledge: Knowledge) -> None:
    one_for_all = EXAMINATION.replace(f'danao:examines "{IDENTIFIER}" ;', "")
    other = EXAMINATION.replace(f'"{IDENTIFIER}"', '"other"')
    assert examinations(knowledge, other, EXAMINATION, one_for_all) == {
        "other": OTHER_HOME + "examination",
        IDENTIFIER: HOME + "examination",
        None: f"{AROUND.base}id/-/examination",
    }


def test_one_file_may_hold_several_examinations(knowledge: Knowledge) -> None:
    text = EXAMINATION + '<next> a danao:Examination ; danao:examines "other" ; danao:asOf "2025-12-31"^^xsd:date .'
    assert examinations(knowledge, text) == {IDENTIFIER: HOME + "examination", "other": OTHER_HOME + "next"}


UNFIT = {
    "a-description": FULL,
    "a-blank-examination": EXAMINATION.replace("<examination> a", "[] a"),
    "no-identifier": EXAMINATION.replace(f'"{IDENTIFIER}"', '"no identifier"'),
    "two-of-one-project": EXAMINATION + f'<next> a danao:Examination ; danao:examines "{IDENTIFIER}" .',
}


@pytest.mark.parametrize("name", UNFIT)
def test_a_file_that_is_no_fitting_examination_is_told(knowledge: Knowledge, name: str) -> None:
    with pytest.raises(UnfitExamination) as caught:
        examinations(knowledge, UNFIT[name])
    assert caught.value.place.file == "e1.ttl"


def test_two_files_with_examinations_of_one_project_are_told(knowledge: Knowledge) -> None:
    with pytest.raises(UnfitExamination) as caught:
        examinations(knowledge, EXAMINATION, EXAMINATION)
    assert caught.value.place.file == "e2.ttl"


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("std:6-1-5 danao:weight 90 .", "KnowledgeStatement"),
        ("<report-verdict> danao:hasCapability <x> .", "OverstepsSide"),
        ("<report-verdict> danao:countingEvidence <x> .", "OverstepsSide"),
        ("<report-verdict> danao:reason danao:Evidenced .", "OverstepsSide"),
        ("<report-verdict> danao:requirement req:6-1-5-no-such-thing .", "UnknownTerm"),
        (
            "<report-verdict> danao:onRecord [ danao:year 2025 ] , _:a . <rules-verdict> danao:onRecord _:a .",
            "SharedBlankNode",
        ),
    ],
)
def test_an_examination_that_oversteps_its_side_is_not_applied(knowledge: Knowledge, statement: str, name: str) -> None:
    prefix = "@prefix std: <https://w3id.org/danao/standard/2025/> .\n"
    assessment = assessed(knowledge, FULL, prefix + EXAMINATION + statement)
    assert name in faults(assessment)
    assert {problem.place.file for problem in assessment.problems if problem.name == name} == {"examination.ttl"}
    assert assessment.tables == {}
