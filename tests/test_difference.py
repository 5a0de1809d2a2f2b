"""``danao diff``: every change by hand for one cause and for several, and laws that hold for any pair."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from danao.describe import read_descriptions
from danao.difference import difference, differences
from danao.difference.causes import differing, mixed, split
from danao.errors import DifferentProjects
from danao.examine import default_examination, on_date, read_examinations
from danao.knowledge import Knowledge, load_knowledge
from danao.namespaces import CCCEV, DANAO, local_name
from danao.pipeline import Assessment, assess
from danao.reading import Input
from danao.resources import FOLDERS, FRAMEWORK, data_root
from tests.case import AROUND, AS_OF, description_of, expected_of, root_of
from tests.given import EXAMINATION, FULL, HOME
from tests.test_cli import CHINESE, run
from tests.test_properties import Project, links, our, parsed, shipped, triple, typed, without_strangers
from tests.test_properties import assessed as assessed_project
from tests.test_second_standard import CASES as LIBRARY_CASES
from tests.test_second_standard import LIBRARIES

EXAMPLES = data_root() / "examples"
HALF_BUILT = (EXAMPLES / "half-built.ttl").read_text(encoding="utf-8")
HALF_BUILT_EXAMINATION = (EXAMPLES / "half-built-examination.ttl").read_text(encoding="utf-8")
CAUSES = ("date", "knowledge", "examination", "evidence", "facts")
KINDS = ("SelfAssessed", "Verified")
MEASURES = ("points", "upperPoints")
Difference = Mapping[str, Any]


# ---- Pairs, given as texts ----


def assessed(
    text: str, knowledge: Knowledge, examination: str | None = None, as_of: str = AS_OF, name: str = "a.ttl"
) -> Assessment:
    """The assessment of one description, examined by a text or on a date."""
    (description,) = read_descriptions([Input(name, text.encode())], knowledge, AROUND)
    if examination is None:
        return assess(description, default_examination(description.identifier, as_of, AROUND), knowledge)
    (read,) = read_examinations([Input("e.ttl", examination.encode())], knowledge, AROUND).values()
    return assess(description, read, knowledge)


def changed(text: str, *changes: tuple[str, str]) -> str:
    """A text with each old part replaced by its new one, which must be there."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def without(text: str, start: str, end: str) -> str:
    """A text without what stands from one place to another."""
    return text[: text.index(start)] + text[text.index(end) :]


def effects(view: Difference, kind: str = "SelfAssessed", measure: str = "points") -> dict[str, str]:
    """What each step adds to the total, where it adds something."""
    return {step: change for step, change in view["total"][kind][measure]["by"].items() if change != "0"}


def differ(view: Difference) -> list[str]:
    return [one["cause"] for one in view["causes"] if one["differs"]]


def moved(view: Difference, kind: str) -> dict[str, tuple[str | None, str | None, list[str]]]:
    """Requirement → outcome before and after, and the steps that moved it."""
    return {
        local_name(one["iri"]): (
            (one["results"][kind]["before"] or {}).get("outcome"),
            (one["results"][kind]["after"] or {}).get("outcome"),
            [by["step"] for by in one["results"][kind]["by"]],
        )
        for one in view["requirements"]
        if kind in one["results"]
    }


def nodes(view: Difference, cause: str) -> dict[str, str]:
    """The nodes whose statements of a cause differ, with the side they stand on."""
    return {local_name(node["iri"]): node["side"] for node in view["changes"][cause]}


# ---- The date alone ----


def test_evidence_that_expires_between_two_dates_is_the_date_s_doing(knowledge: Knowledge) -> None:
    # The report backs 11 of the 12 requirements of an indicator of weight 6 up to 2027-06-19.
    before, after = assessed(FULL, knowledge), assessed(FULL, knowledge, as_of="2027-06-20")
    view = difference(before, after)
    assert differ(view) == ["date"]
    assert effects(view) == {"date": "-5.5"}
    assert effects(view, measure="upperPoints") == {}
    assert effects(view, "Verified") == {}
    assert list(moved(view, "SelfAssessed").values()) == [("passed", "cantTell", ["date"])] * 11
    assert nodes(view, "date") == {"2027-06-20": "both"}
    assert [view["changes"][cause] for cause in CAUSES[1:]] == [None, [], [], []]


def test_what_was_missing_on_both_sides_is_not_told_as_new(knowledge: Knowledge) -> None:
    unconnected = changed(FULL, ("<mill> , <vendor> ,", "<mill> ,"))
    view = difference(assessed(unconnected, knowledge), assessed(unconnected, knowledge, as_of="2027-06-20"))
    results = {local_name(one["iri"]): one["results"]["SelfAssessed"] for one in view["requirements"]}
    party = results["6-1-5-third-party-data-providers"]
    assert [party[side]["outcome"] for side in ("before", "after")] == ["cantTell", "cantTell"]
    assert [local_name(one["shape"]) for one in party["unmet"]["after"]] == [
        "6-1-5-third-party-data-providers-evidence"
    ]
    assert party["unmet"]["before"] == []
    assert len(results) == 11


def test_the_day_evidence_ends_it_still_counts(knowledge: Knowledge) -> None:
    view = difference(assessed(FULL, knowledge), assessed(FULL, knowledge, as_of="2027-06-19"))
    assert differ(view) == ["date"]
    assert effects(view) == {}
    assert view["requirements"] == []


def test_the_same_examination_on_another_date_changes_the_date_alone(knowledge: Knowledge) -> None:
    later = EXAMINATION.replace(AS_OF, "2027-06-20").replace("<examination>", "<examination-2027>")
    before, after = assessed(FULL, knowledge, EXAMINATION), assessed(FULL, knowledge, later)
    view = difference(before, after)
    assert differ(view) == ["date"]
    assert effects(view, "Verified") == effects(view) == {"date": "-5.5"}


def test_nothing_changed_is_told_as_nothing(knowledge: Knowledge) -> None:
    view = difference(assessed(FULL, knowledge, EXAMINATION), assessed(FULL, knowledge, EXAMINATION))
    assert differ(view) == []
    assert view["requirements"] == []
    assert view["changes"] == {"knowledge": None, "date": [], "examination": [], "evidence": [], "facts": []}
    assert {change for kind in KINDS for change in view["total"][kind]["points"]["by"].values()} == {"0"}
    assert view["total"]["SelfAssessed"]["points"]["before"] == "6"


# ---- Evidence alone ----

OLD_RULES = 'danao:validUntil "2025-06-30"^^xsd:date ;\n    dcat:distribution <rules-file>'
EXPIRED = changed(FULL, ("dcat:distribution <rules-file>", OLD_RULES))
REPLACED = changed(
    EXPIRED,
    ("<report> , <rules>", "<report> , <new-rules>"),
    ("<rules> a", "<new-rules> a"),
    ("2025-06-30", "2026-06-30"),
)
NEW_VERDICT = changed(EXAMINATION, ("<rules-verdict>", "<new-verdict>"), ("<rules> ;", "<new-rules> ;"))


def test_evidence_that_is_replaced_counts_for_the_evidence(knowledge: Knowledge) -> None:
    view = difference(assessed(EXPIRED, knowledge), assessed(REPLACED, knowledge))
    assert differ(view) == ["evidence"]
    assert effects(view) == {"evidence": "0.5"}
    assert moved(view, "SelfAssessed") == {"6-1-5-consensus-rules": ("cantTell", "passed", ["evidence"])}
    assert nodes(view, "evidence") == {"data-space": "both", "rules": "before", "new-rules": "after"}
    (requirement,) = view["requirements"]
    pieces = {local_name(one["iri"]): one for one in requirement["results"]["SelfAssessed"]["evidence"]}
    assert [local_name(reason["iri"]) for reason in pieces["rules"]["before"]["reasons"]] == ["EvidenceExpired"]
    assert pieces["rules"]["after"] is pieces["new-rules"]["before"] is None
    assert pieces["new-rules"]["after"] == {"counts": True, "reasons": [], "validUntil": "2026-06-30"}


def test_the_verdict_on_a_new_piece_of_evidence_comes_with_the_evidence(knowledge: Knowledge) -> None:
    view = difference(assessed(EXPIRED, knowledge, EXAMINATION), assessed(REPLACED, knowledge, NEW_VERDICT))
    assert differ(view) == ["evidence"]
    assert effects(view, "Verified") == effects(view) == {"evidence": "0.5"}
    assert {"rules-verdict": "before", "new-verdict": "after"}.items() <= nodes(view, "evidence").items()


def test_evidence_nobody_reviewed_yet_counts_in_the_self_assessment_only(knowledge: Knowledge) -> None:
    dropped = changed(EXAMINATION, ("<report-verdict> , <rules-verdict>", "<report-verdict>"))
    view = difference(assessed(EXPIRED, knowledge, EXAMINATION), assessed(REPLACED, knowledge, dropped))
    assert differ(view) == ["evidence"]
    assert effects(view) == {"evidence": "0.5"}
    assert effects(view, "Verified") == {}


def test_another_address_of_the_same_evidence_is_evidence_and_moves_nothing(knowledge: Knowledge) -> None:
    view = difference(assessed(FULL, knowledge), assessed(changed(FULL, ("report.pdf", "report-2.pdf")), knowledge))
    assert (differ(view), effects(view), view["requirements"]) == (["evidence"], {}, [])
    (file,) = view["changes"]["evidence"]
    assert file["title"] == {"zh": "可信数据空间测评报告：文件", "en": "可信数据空间测评报告: file"}
    (statement,) = file["statements"]
    assert [statement[side] for side in ("before", "after")] == [
        [{"term": f"<{address}>", "text": {"zh": address, "en": address}}]
        for address in ("https://example.org/report.pdf", "https://example.org/report-2.pdf")
    ]


# ---- The examination alone ----


def test_a_piece_that_is_rejected_counts_for_the_examination(knowledge: Knowledge) -> None:
    head, tail = EXAMINATION.split("<rules-verdict> a")
    rejected = f"{head}<rules-verdict> a{tail.replace('danao:Accepted', 'danao:Rejected')}"
    view = difference(assessed(FULL, knowledge, EXAMINATION), assessed(FULL, knowledge, rejected))
    assert differ(view) == ["examination"]
    assert effects(view) == effects(view, "Verified") == {"examination": "-0.5"}
    assert effects(view, measure="upperPoints") == {}
    assert moved(view, "Verified") == {"6-1-5-consensus-rules": ("passed", "cantTell", ["examination"])}
    (node,) = view["changes"]["examination"]
    assert (node["title"]["zh"], node["type"]["label"]["zh"]) == ("数据空间公约", "证据结论")
    (statement,) = node["statements"]
    assert [statement[side][0]["text"]["en"] for side in ("before", "after")] == ["accepted", "rejected"]


def test_the_first_examination_moves_the_verified_result_alone(knowledge: Knowledge) -> None:
    view = difference(assessed(FULL, knowledge), assessed(FULL, knowledge, EXAMINATION))
    assert differ(view) == ["examination"]
    assert effects(view) == {}
    assert effects(view, "Verified") == {"examination": "6"}


def test_a_harder_target_that_is_confirmed_counts_for_the_examination(knowledge: Knowledge) -> None:
    # (93.5 - 100) / (91 - 100) = 6.5 / 9 = 0.7222222222; with 0.48, 0 and 0 that is a mean of 0.3005555556, and 0.9017
    # of 3 points instead of 0.9694. The bound, with 0.8 for marketing: 0.5005555556, and 1.5017 instead of 1.5694.
    harder = changed(HALF_BUILT_EXAMINATION, ("danao:value 92.0", "danao:value 91.0"))
    before = assessed(HALF_BUILT, knowledge, HALF_BUILT_EXAMINATION)
    view = difference(before, assessed(HALF_BUILT, knowledge, harder))
    assert differ(view) == ["examination"]
    assert effects(view) == {}
    assert effects(view, "Verified") == effects(view, "Verified", "upperPoints") == {"examination": "-0.0677"}
    assert points_of(view, "6-4-6", "Verified") == ("0.9694", "0.9017", {"examination": "-0.0677"})
    (requirement,) = view["requirements"]
    figures = requirement["results"]["Verified"]["figures"]
    assert [figures[side][0]["target"] for side in ("before", "after")] == ["92", "91"]


def points_of(view: Difference, name: str, kind: str) -> tuple[str | None, str | None, dict[str, str]]:
    """The points of an element before and after, and what each step added, where it added something."""
    (cell,) = (one["results"][kind]["points"] for one in view["elements"] if local_name(one["iri"]) == name)
    return cell["before"], cell["after"], {step: change for step, change in cell["by"].items() if change != "0"}


# ---- Facts alone ----

BARE = without(changed(FULL, (" ;\n    danao:hasCapability <data-space>", "")), "<data-space> a", "<report> a")
NOTHING_CLAIMED = without(BARE, "<report> a", "<rules> a")
NOTHING_CLAIMED = NOTHING_CLAIMED[: NOTHING_CLAIMED.index("<rules> a")]
DATED = EXAMINATION[: EXAMINATION.index(" ;\n    danao:verdict")] + " .\n"


def test_a_new_capability_comes_with_its_evidence_and_the_verdicts_on_it(knowledge: Knowledge) -> None:
    before, after = assessed(NOTHING_CLAIMED, knowledge, DATED), assessed(FULL, knowledge, EXAMINATION)
    view = difference(before, after)
    assert differ(view) == ["facts"]
    for kind in KINDS:
        assert effects(view, kind) == effects(view, kind, "upperPoints") == {"facts": "6"}
        assert list(moved(view, kind).values()) == [("failed", "passed", ["facts"])] * 12
    assert {"report": "after", "report-verdict": "after", "brain": "both"}.items() <= nodes(view, "facts").items()


def test_a_capability_goes_with_its_evidence(knowledge: Knowledge) -> None:
    view = difference(assessed(FULL, knowledge, EXAMINATION), assessed(NOTHING_CLAIMED, knowledge, DATED))
    assert differ(view) == ["facts"]
    assert effects(view, "Verified") == effects(view, "SelfAssessed") == {"facts": "-6"}


def test_a_new_capability_that_points_to_evidence_there_already_is_a_fact_alone(knowledge: Knowledge) -> None:
    # One of six requirements of an indicator of weight 6; the rules were said to show it before anything claimed it.
    before = changed(
        FULL, ("Requirement req:6-1-5-consensus-rules", "Requirement req:6-1-5-consensus-rules , req:6-1-4-cockpit")
    )
    portal = """<brain> danao:hasCapability <portal> .
<portal> a brain:ServicePortal ; dcterms:title "门户"@zh ;
    danao:provides req:6-1-4-cockpit ; danao:evidence <rules> ."""
    view = difference(assessed(before, knowledge), assessed(f"{before}{portal}", knowledge))
    assert differ(view) == ["facts"]
    assert effects(view) == {"facts": "1"}


def test_a_party_that_also_signs_evidence_belongs_to_the_facts(knowledge: Knowledge) -> None:
    before = changed(
        FULL, ("dcat:distribution <report-file>", "dcterms:publisher <vendor> ; dcat:distribution <report-file>")
    )
    after = changed(before, ("<mill> , <vendor> ,", "<mill> ,"), ("案例数据公司", "案例数据有限公司"))
    view = difference(assessed(before, knowledge), assessed(after, knowledge))
    assert differ(view) == ["facts"]
    assert nodes(view, "facts") == {"vendor": "both", "data-space": "both"}
    assert effects(view) == {"facts": "-0.5"}


def test_a_state_between_holds_nothing_that_its_project_does_not_lead_to(knowledge: Knowledge) -> None:
    # Signed first, connected later: with the evidence replaced and the facts not yet, nothing leads to the vendor.
    connected = "<mill> , <vendor> ,"
    signed = changed(
        FULL,
        (connected, "<mill> ,"),
        ("dcat:distribution <report-file>", "dcterms:publisher <vendor> ; dcat:distribution <report-file>"),
    )
    sides = split(assessed(signed, knowledge), assessed(FULL, knowledge))
    assert differing(*sides) == ["evidence", "facts"]
    state = mixed(*sides, {"evidence"})
    assert NamedNode(f"{HOME}vendor") not in {fact.subject for fact in state.description.facts}
    assert state.description.digest == assessed(changed(FULL, (connected, "<mill> ,")), knowledge).description.digest


def test_a_party_that_is_no_longer_connected_is_a_fact(knowledge: Knowledge) -> None:
    view = difference(
        assessed(FULL, knowledge), assessed(changed(FULL, ("<mill> , <vendor> ,", "<mill> ,")), knowledge)
    )
    assert differ(view) == ["facts"]
    assert effects(view) == {"facts": "-0.5"}
    assert moved(view, "SelfAssessed") == {
        "6-1-5-third-party-data-providers": ("passed", "cantTell", ["facts"]),
    }
    (requirement,) = view["requirements"]
    behind = requirement["results"]["SelfAssessed"]
    assert (len(behind["unmet"]["before"]), len(behind["unmet"]["after"])) == (0, 1)
    assert (behind["evidence"], behind["figures"]) == ([], None)


# ---- Knowledge alone ----


def test_another_scheme_counts_for_the_knowledge(knowledge: Knowledge) -> None:
    # The sums of the scenarios by three instead of their number, from tests/golden/half-built/by-hand.tsv:
    # 5 * (1 + 0.5714285714) / 3 = 2.6190, 5 * (0.8333333333 + 0.2222222222 + 0.6) / 3 = 2.7593, 5 * 0.6 / 3 = 1.
    selected = load_knowledge(scheme="selected-scenarios")
    before = assessed(HALF_BUILT, knowledge, HALF_BUILT_EXAMINATION)
    view = difference(before, assessed(HALF_BUILT, selected, HALF_BUILT_EXAMINATION))
    assert differ(view) == ["knowledge"]
    assert points_of(view, "6-2-1", "Verified") == ("1.5714", "2.619", {"knowledge": "1.0476"})
    assert points_of(view, "6-2-2", "Verified") == ("1.3796", "2.7593", {"knowledge": "1.3797"})
    assert points_of(view, "6-2-3", "Verified") == ("0.6", "1", {"knowledge": "0.4"})
    assert effects(view) == effects(view, "Verified") == {"knowledge": "2.8273"}
    assert view["requirements"] == []
    words = view["changes"]["knowledge"]
    assert [(one["side"], local_name(one["iri"])) for one in words["conventions"]] == [
        ("after", "selected-scenarios-three-scenarios")
    ]
    assert [(one["file"], bool(one["before"]), bool(one["after"])) for one in words["files"]] == [
        ("ontology/schemes/default.ttl", True, False),
        ("ontology/schemes/selected-scenarios.ttl", False, True),
    ]
    assert (words["reweighted"], words["elements"]) == ([], [])


def copied(folder: Path, change: Callable[[str], str]) -> Knowledge:
    """The same standard in a folder of its own, each text changed."""
    for path in (path for name in FOLDERS for path in (data_root() / name).rglob("*.*")):
        name = path.relative_to(data_root()).as_posix()
        if not name.startswith(FRAMEWORK) and not name.startswith("shapes/self"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    return load_knowledge(folder)


def heavier(text: str) -> str:
    """A point moved from the fourth platform to the fifth."""
    return text.replace("std:6-1-5 danao:weight 6.0", "std:6-1-5 danao:weight 7.0").replace(
        "std:6-1-4 danao:weight 6.0", "std:6-1-4 danao:weight 5.0"
    )


@pytest.fixture(scope="module")
def reweighted(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    return copied(tmp_path_factory.mktemp("reweighted"), heavier)


def test_other_weights_count_for_the_knowledge(knowledge: Knowledge, reweighted: Knowledge) -> None:
    view = difference(assessed(FULL, knowledge), assessed(FULL, reweighted))
    assert differ(view) == ["knowledge"]
    assert effects(view) == effects(view, measure="upperPoints") == {"knowledge": "1"}
    words = view["changes"]["knowledge"]
    assert [(local_name(one["iri"]), one["before"], one["after"]) for one in words["reweighted"]] == [
        ("6-1-4", "6", "5"),
        ("6-1-5", "6", "7"),
    ]
    assert [one["file"] for one in words["files"]] == ["ontology/editions/2025/weights.ttl"]
    weights = {local_name(one["iri"]): one["weight"] for one in view["elements"]}
    assert weights["6-1-5"] == {"before": "6", "after": "7"}


def renamed(text: str) -> str:
    """Another edition: a requirement goes by another name."""
    return text.replace("6-1-5-value-creation", "6-1-5-value-gain").replace("6.1.5/value-creation", "6.1.5/value-gain")


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    return copied(tmp_path_factory.mktemp("edition"), renamed)


# ---- Several causes, and states in between that cannot be ----


def test_evidence_renewed_after_it_expired_cancels_the_date_and_depends_on_the_order(knowledge: Knowledge) -> None:
    renewed = changed(FULL, ('danao:validUntil "2027-06-19"', 'danao:validUntil "2029-06-19"'))
    view = difference(assessed(FULL, knowledge), assessed(renewed, knowledge, as_of="2027-06-20"))
    assert differ(view) == ["date", "evidence"]
    assert effects(view) == {"date": "-5.5", "evidence": "5.5"}
    total = view["total"]["SelfAssessed"]["points"]
    assert total["change"] == "0"
    assert set(total["opposite"].values()) == {"0"}
    assert list(moved(view, "SelfAssessed").values()) == [("passed", "passed", ["date", "evidence"])] * 11


def test_causes_that_have_nothing_to_do_with_each_other_are_divided_alike_in_either_order(
    knowledge: Knowledge, reweighted: Knowledge
) -> None:
    # 0.5 for the new rules, at any date; the other indicator's exclusion of a party is worth 0.5 as well.
    text = changed(REPLACED, ("<mill> , <vendor> ,", "<mill> ,"))
    view = difference(assessed(EXPIRED, knowledge), assessed(text, knowledge))
    assert effects(view) == {"evidence": "0.5", "facts": "-0.5"}
    assert view["total"]["SelfAssessed"]["points"]["by"] == view["total"]["SelfAssessed"]["points"]["opposite"]
    # With other weights the first is worth 0.5 and the rest 7/12 each: 5.5 -> 77/12 = 6.4167, then 7, then 77/12.
    heavy = difference(assessed(EXPIRED, knowledge), assessed(text, reweighted))
    assert effects(heavy) == {"knowledge": "0.9167", "evidence": "0.5833", "facts": "-0.5833"}
    # Evidence first under the old weights: 5.5 -> 5 -> 5.5 -> 77/12.
    opposite = heavy["total"]["SelfAssessed"]["points"]["opposite"]
    assert {step: change for step, change in opposite.items() if change != "0"} == {
        "facts": "-0.5",
        "evidence": "0.5",
        "knowledge": "0.9167",
    }


def test_causes_go_together_where_one_without_the_other_is_no_usable_description(
    knowledge: Knowledge, edition: Knowledge
) -> None:
    # The new edition does not know the old name, which facts and evidence use; the new text claims one thing less.
    text = changed(
        renamed(FULL),
        (
            "req:6-1-5-value-gain , req:6-1-5-trusted-data-flow ;\n    danao:evidence",
            "req:6-1-5-trusted-data-flow ;\n    danao:evidence",
        ),
    )
    view = difference(assessed(FULL, knowledge), assessed(text, edition, as_of="2026-01-01"))
    assert differ(view) == ["date", "knowledge", "evidence", "facts"]
    assert effects(view) == effects(view, measure="upperPoints") == {"knowledge+evidence+facts": "-0.5"}
    (together,) = [step for step in view["steps"] if len(step["causes"]) > 1]
    assert {problem["problem"] for problem in together["obstacles"]} == {"UnknownTerm"}
    assert together["label"] == {"zh": "知识 + 证据 + 事实", "en": "knowledge + evidence + facts"}
    assert moved(view, "SelfAssessed") == {
        "6-1-5-value-creation": ("passed", None, ["knowledge+evidence+facts"]),
        "6-1-5-value-gain": (None, "failed", ["knowledge+evidence+facts"]),
    }
    elements = view["changes"]["knowledge"]["elements"]
    assert [(local_name(one["iri"]), one["side"]) for one in elements] == [
        ("6-1-5-value-creation", "before"),
        ("6-1-5-value-gain", "after"),
    ]


def test_an_approval_of_what_was_no_exclusion_before_goes_with_the_facts(knowledge: Knowledge) -> None:
    waiver = """<brain> danao:notApplicable <waiver> .
<waiver> a danao:Exclusion ; danao:requirement req:6-1-4-mobile-client ; danao:justification "无需求"@zh ."""
    enterprise = '<waiver> a danao:Enterprise ; dcterms:title "甲"@zh . <cluster> brain:hasEnterprise <waiver> .'
    approved = EXAMINATION + "<examination> danao:approves <waiver> ."
    before = assessed(f"{FULL}{enterprise}", knowledge, EXAMINATION)
    view = difference(before, assessed(f"{FULL}{waiver}", knowledge, approved))
    assert [step["step"] for step in view["steps"] if step["differs"]] == ["examination+facts"]
    (together,) = [step for step in view["steps"] if step["differs"]]
    assert {problem["problem"] for problem in together["obstacles"]} == {"ExaminationApproves"}
    assert moved(view, "Verified") == {"6-1-4-mobile-client": ("failed", "inapplicable", ["examination+facts"])}


# ---- What cannot be compared ----


def test_a_side_with_violations_has_no_scores_but_its_changes_are_told(knowledge: Knowledge) -> None:
    wrong = changed(FULL, ("brain:TrustedDataSpace", "brain:TrustedDataSpase"))
    for pair in ((FULL, wrong), (wrong, FULL)):
        view = difference(*(assessed(text, knowledge) for text in pair))
        assert [view[name] for name in ("steps", "total", "elements", "requirements")] == [None] * 4
        (node,) = view["changes"]["facts"]
        assert local_name(node["iri"]) == "data-space"
        problems = [problem["problem"] for side in ("before", "after") for problem in view[side]["problems"]]
        assert "UnknownTerm" in problems


def test_a_verdict_about_itself_is_told_like_any_other(knowledge: Knowledge) -> None:
    circular = changed(EXAMINATION, ("danao:onEvidence <rules>", "danao:onEvidence <rules-verdict>"))
    view = difference(assessed(FULL, knowledge, EXAMINATION), assessed(FULL, knowledge, circular))
    assert "rules-verdict" in nodes(view, "examination")


OTHER = changed(FULL, ('"case-6-1-5"', '"other"'))
THIRD = changed(FULL, ('"case-6-1-5"', '"third"'))


def test_two_projects_are_no_two_states_of_one(knowledge: Knowledge) -> None:
    one, other = assessed(FULL, knowledge), assessed(OTHER, knowledge)
    with pytest.raises(DifferentProjects, match="case-6-1-5; other"):
        difference(one, other)
    with pytest.raises(DifferentProjects) as caught:
        differences([one], [other])
    assert caught.value.fix is not None
    assert "danao ask points-that-differ" in caught.value.fix.en


def test_projects_of_several_are_paired_by_their_identifier(knowledge: Knowledge) -> None:
    before = [assessed(text, knowledge) for text in (FULL, OTHER)]
    after = [assessed(text, knowledge, as_of="2027-06-20") for text in (THIRD, FULL)]
    view = differences(before, after)
    assert [one["project"]["identifier"] for one in view["differences"]] == ["case-6-1-5"]
    assert effects(view["differences"][0]) == {"date": "-5.5"}
    assert [[one["identifier"] for one in view[side]] for side in ("onlyBefore", "onlyAfter")] == [["other"], ["third"]]


# ---- Another standard ----


@pytest.fixture(scope="module")
def libraries() -> Knowledge:
    return load_knowledge(LIBRARIES)


@pytest.mark.parametrize(
    ("case", "causes"),
    [
        ("closed-at-weekends-and-without-a-school", ["facts"]),
        ("the-local-collection-covers-one-field", ["facts"]),
        ("no-mobile-library-is-needed-and-that-is-approved", ["facts"]),
        ("nothing-is-reviewed", ["examination"]),
    ],
)
def test_the_cases_of_another_standard_differ_by_what_is_expected_of_them(
    case: str, causes: list[str], libraries: Knowledge
) -> None:
    folders = [LIBRARY_CASES / "everything-is-evidenced", LIBRARY_CASES / case]
    view = difference(*(library(folder, libraries) for folder in folders))
    assert differ(view) == causes
    expected = [expected_of(folder) for folder in folders]
    for kind in KINDS:
        points, upper = (view["total"][kind][measure] for measure in MEASURES)
        assert Decimal(points["change"]) == expected[1][kind].points - expected[0][kind].points
        assert Decimal(upper["change"]) == expected[1][kind].upper_points - expected[0][kind].upper_points
    assert_sums(view)


def library(folder: Path, libraries: Knowledge) -> Assessment:
    own = next(one / "examination.ttl" for one in (folder, LIBRARY_CASES) if (one / "examination.ttl").exists())
    return assessed(description_of(folder).decode(), libraries, own.read_text(encoding="utf-8"))


def test_a_knowledge_that_assesses_other_things_goes_with_the_facts(knowledge: Knowledge, libraries: Knowledge) -> None:
    text = (LIBRARY_CASES / "description.ttl").read_text(encoding="utf-8")
    other = changed(text, ('"case-library"', '"case-6-1-5"'))
    view = difference(assessed(FULL, knowledge), assessed(other, libraries))
    # From 6 of 100 points of one standard to all 40 of the other.
    assert effects(view) == {"knowledge+facts": "34"}
    (together,) = [step for step in view["steps"] if step["differs"]]
    assert "NoProject" in {problem["problem"] for problem in together["obstacles"]}
    assert {one["side"] for one in view["elements"]} == {"before", "after"}
    assert_sums(view)


# ---- Laws ----


def assert_sums(view: Difference) -> None:
    """Causes add up to each change, in either order, and the elements whose points are their own to the total."""
    for kind in KINDS:
        for measure in MEASURES:
            lines = {one["iri"]: one["results"][kind][measure] for one in view["elements"]}
            own = [one["results"][kind][measure] for one in view["elements"] if one["operation"] == "mean"]
            total = view["total"][kind][measure]
            for cell in (total, *lines.values()):
                change = Decimal(cell["after"] or 0) - Decimal(cell["before"] or 0)
                assert Decimal(cell["change"]) == change
                assert added(cell["by"].values()) == added(cell["opposite"].values()) == change
            for step, change in total["by"].items():
                assert added(cell["by"][step] for cell in own) == Decimal(change)


def added(changes: Iterable[str]) -> Decimal:
    return sum(map(Decimal, changes), Decimal())


class World:
    """What pairs are made of. No dataclass: when a law is broken, hypothesis prints what its test was given."""

    def __init__(self, knowledges: Sequence[Knowledge]) -> None:
        self.knowledges = knowledges
        golden = Path(__file__).parent / "golden" / "full"
        empty = Project("golden-full", frozenset())
        facts, examined = (
            parsed((golden / name).read_bytes(), empty.home) for name in ("description.ttl", "examination.ttl")
        )
        self.projects = {"half-built": shipped("half-built"), "full": Project(empty.identifier, facts, examined)}

    def __repr__(self) -> str:
        return "World()"


@pytest.fixture(scope="module")
def world(knowledge: Knowledge, reweighted: Knowledge) -> World:
    return World([knowledge, load_knowledge(scheme="selected-scenarios"), reweighted])


# What can be left out as a fact without making a description unusable.
FACTS = tuple(DANAO + name for name in ("hasCapability", "reports", "provides", "actual", "inOperationSince"))
DATES = ("2026-06-30", "2026-12-31", "2027-03-31", "2028-01-01")


def fewer_facts(project: Project, random: Random) -> Project:
    return project.but(fact for fact in links(project.facts, *FACTS) if random.random() < 0.15)


def other_evidence(project: Project, random: Random) -> Project:
    """Some pieces detached, some for fewer requirements, some with another last day."""
    detached = links(project.facts, DANAO + "evidence", CCCEV + "supportsRequirement")
    ends = [fact for fact in links(project.facts, DANAO + "validUntil") if random.random() < 0.4]
    moved_ends = [triple(subject_of(fact), DANAO + "validUntil", typed(random.choice(DATES), "date")) for fact in ends]
    return project.but([*ends, *(fact for fact in detached if random.random() < 0.1)], moved_ends)


def subject_of(fact: Triple) -> NamedNode:
    assert isinstance(fact.subject, NamedNode)
    return fact.subject


def other_decisions(project: Project, random: Random) -> Project:
    """Some verdicts turned around or withdrawn, some targets no longer confirmed, some exclusions not approved."""
    turned = [fact for fact in links(project.examined, DANAO + "decision") if random.random() < 0.2]
    dropped = links(project.examined, *(DANAO + name for name in ("verdict", "confirms", "approves")))
    removed = {*turned, *(fact for fact in dropped if random.random() < 0.1)}
    new = {triple(subject_of(fact), DANAO + "decision", our("Rejected")) for fact in turned}
    return replace(project, examined=(project.examined - removed) | new)


def other_date(project: Project, random: Random) -> Project:
    (old,) = links(project.examined, DANAO + "asOf")
    new = triple(subject_of(old), DANAO + "asOf", typed(random.choice(DATES), "date"))
    return replace(project, examined=(project.examined - {old}) | {new})


CHANGES: Mapping[str, Callable[[Project, Random], Project]] = {
    "date": other_date,
    "examination": other_decisions,
    "evidence": other_evidence,
    "facts": fewer_facts,
}


def examinable(project: Project) -> Project:
    """The project with what its examination says of nodes that are still there."""
    excluded = {fact.object for fact in links(project.facts, DANAO + "notApplicable")}
    approved = {fact for fact in links(project.examined, DANAO + "approves") if fact.object not in excluded}
    return replace(project, examined=frozenset(without_strangers(set(project.examined - approved), project)))


@st.composite
def pairs(draw: st.DrawFn, project: Project, world: World) -> tuple[Assessment, Assessment, frozenset[str]]:
    """Two states of a project in either direction, and the causes in which they may differ."""
    causes = draw(st.frozensets(st.sampled_from(CAUSES), min_size=1))
    random = draw(st.randoms(use_true_random=True))
    start = fewer_facts(other_evidence(project, random), random) if draw(st.booleans()) else project
    end = start
    for cause in sorted(causes - {"knowledge"}):
        end = CHANGES[cause](end, random)
    knowledge = draw(st.sampled_from(world.knowledges))
    other = draw(st.sampled_from(world.knowledges)) if "knowledge" in causes else knowledge
    one = assessed_project(examinable(start), knowledge)
    two = assessed_project(examinable(end), other)
    assume(not (one.violated or two.violated))
    return (two, one, causes) if draw(st.booleans()) else (one, two, causes)


Scores = dict[tuple[str, str, str], Decimal]


def plain(assessment: Assessment) -> Scores:
    """The points of an assessment as it says itself, the total by no name."""
    root = root_of(assessment.knowledge)
    return {
        ("" if row["element"].value == root else row["element"].value, local_name(row["result"].value), measure): (
            Decimal(row[measure].value)
        )
        for row in assessment.tables["scores"]
        for measure in MEASURES
        if row[measure] is not None
    }


def cells(view: Difference) -> Iterator[tuple[tuple[str, str, str], Mapping[str, Any]]]:
    lines = {"": view["total"], **{one["iri"]: one["results"] for one in view["elements"]}}
    for element, results in lines.items():
        for kind in KINDS:
            for measure in MEASURES:
                yield (element, kind, measure), results[kind][measure]


def assert_ends(view: Difference, before: Assessment, after: Assessment) -> None:
    """Both ends are the plain assessments."""
    for side, assessment in (("before", before), ("after", after)):
        shown = {key: Decimal(cell[side]) for key, cell in cells(view) if cell[side] is not None}
        assert shown == plain(assessment)


def assert_effect(view: Difference, step: str, before: Assessment, after: Assessment) -> None:
    """A step adds the difference of two plain assessments."""
    old, new = plain(before), plain(after)
    for key, cell in cells(view):
        assert Decimal(cell["by"][step]) == new.get(key, Decimal()) - old.get(key, Decimal())


def assert_first_steps(view: Difference, before: Assessment, after: Assessment) -> None:
    """The date, then the knowledge: what they add by assessing the earlier description with nothing else changed."""
    (as_of,) = {fact.object for fact in after.examination.facts if fact.predicate.value == DANAO + "asOf"}
    assert isinstance(as_of, Literal)
    dated = assess(before.description, on_date(before.examination, as_of.value), before.knowledge)
    assert_effect(view, "date", before, dated)
    known = assess(before.description, on_date(before.examination, as_of.value), after.knowledge)
    assert_effect(view, "knowledge", dated, known)


def tries(number: int) -> settings:
    # Without shrinking: a try takes seconds, and what is random here does not get simpler.
    phases = (Phase.explicit, Phase.reuse, Phase.generate)
    return settings(max_examples=number, deadline=None, phases=phases, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("name", ["half-built", "full"])
@tries(3)
@given(data=st.data())
def test_causes_add_up_exactly_to_the_change_of_any_pair(name: str, data: st.DataObject, world: World) -> None:
    before, after, causes = data.draw(pairs(world.projects[name], world))
    view = difference(before, after)
    assert_ends(view, before, after)
    assert_sums(view)
    assert_first_steps(view, before, after)
    assert set(differ(view)) <= causes
    still = [step["step"] for step in view["steps"] if not causes.intersection(step["causes"])]
    assert {cell["by"][step] for _, cell in cells(view) for step in still} <= {"0"}


@tries(1)
@given(data=st.data())
def test_the_way_back_in_the_opposite_order_undoes_each_step(data: st.DataObject, world: World) -> None:
    before, after, causes = data.draw(pairs(world.projects["half-built"], world))
    assume(len(causes) > 1)
    there, back = dict(cells(difference(before, after))), dict(cells(difference(after, before)))
    assert there.keys() == back.keys()
    for key, cell in there.items():
        undone = {step: -Decimal(change) for step, change in back[key]["opposite"].items()}
        assert {step: Decimal(change) for step, change in cell["by"].items()} == undone


def test_a_difference_costs_an_assessment_for_each_state_between_and_none_where_one_cause_differs(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []
    random = Random(0)  # noqa: S311 - the same pair each time

    def counting(*given: Any) -> Assessment:  # noqa: ANN401 - what assess is given
        made = assess(*given)
        counted.append(made.iri)
        return made

    monkeypatch.setattr("danao.difference.causes.assess", counting)
    start = world.projects["half-built"]
    before = assessed_project(start, world.knowledges[0])
    alone = assessed_project(other_date(start, random), world.knowledges[0])
    several = examinable(fewer_facts(other_evidence(start, random), random))
    after_several = assessed_project(several, world.knowledges[1])
    for after, causes in ((before, 0), (alone, 1), (after_several, 3)):
        counted.clear()
        assert len(differ(difference(before, after))) == causes
        # Both orders, without the ends.
        assert len(counted) == len(set(counted)) == 2 * max(causes - 1, 0)


# ---- The command ----


def folder_of(tmp_path: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (tmp_path / f"{name}.ttl").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_date_alone_is_asked_for_with_two_dates(tmp_path: Path) -> None:
    cwd = folder_of(tmp_path, a=FULL)
    found = run("diff", "a.ttl", "a.ttl", "--as-of", AS_OF, "--as-of-b", "2027-06-20", "-f", "json", cwd=cwd)
    assert found.code == 0
    # Told once, although both sides are the same file.
    assert found.err.count("IndustrialBrainWithoutChain") == 1
    assert found.json["format"] == "danao-difference/1"
    (view,) = found.json["differences"]
    assert effects(view) == {"date": "-5.5"}
    assert [view[side]["examination"]["asOf"] for side in ("before", "after")] == [AS_OF, "2027-06-20"]


def test_the_date_of_b_stands_in_place_of_that_in_the_examination(tmp_path: Path) -> None:
    cwd = folder_of(tmp_path, a=FULL, e=EXAMINATION)
    found = run("diff", "a.ttl", "a.ttl", "-e", "e.ttl", "--as-of-b", "2027-06-20", "-f", "json", cwd=cwd)
    assert effects(found.json["differences"][0], "Verified") == {"date": "-5.5"}


def test_each_option_of_b_is_that_of_a_where_it_is_not_given(tmp_path: Path) -> None:
    copied(tmp_path / "heavier", heavier)
    cwd = folder_of(tmp_path, a=EXPIRED, b=REPLACED, e=EXAMINATION, f=NEW_VERDICT)
    base = ("diff", "a.ttl", "b.ttl", "-e", "e.ttl", "-f", "json")
    options = {
        ("--examination-b", "f.ttl"): ({"evidence": "0.5"}, {"evidence": "0.5"}),
        ("--scheme-b", "selected-scenarios"): ({"evidence": "0.5"}, {}),
        ("--knowledge-b", "heavier"): (
            {"knowledge": "0.9167", "evidence": "0.5833"},
            {"knowledge": "0.9167"},
        ),
    }
    for given_options, expected in options.items():
        found = run(*base, *given_options, cwd=cwd)
        assert found.code == 0, found.err
        (view,) = found.json["differences"]
        assert tuple(effects(view, kind) for kind in KINDS) == expected
        assert ("knowledge" in differ(view)) == (given_options[:1] in (("--scheme-b",), ("--knowledge-b",)))


def test_an_examination_may_be_of_a_project_on_one_side_only(tmp_path: Path) -> None:
    second = without(OTHER, "@prefix", "<brain>").replace("<", "<other-").replace("<other-https:", "<https:")
    both = f"{FULL}{second}"
    other_examination = changed(EXAMINATION, ('"case-6-1-5"', '"other"'))
    cwd = folder_of(tmp_path, a=both, b=FULL, e=EXAMINATION, f=other_examination)
    found = run("diff", "a.ttl", "b.ttl", "-e", "e.ttl", "-e", "f.ttl", "-f", "json", cwd=cwd)
    assert found.code == 0, found.err
    assert [one["identifier"] for one in found.json["onlyBefore"]] == ["other"]
    unknown = run("diff", "b.ttl", "b.ttl", "-e", "f.ttl", cwd=cwd)
    assert unknown.code == 2
    assert "UnfitExamination" in unknown.err


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_different_projects_end_with_2_and_a_hint(lang: str, tmp_path: Path) -> None:
    found = run("diff", "a.ttl", "b.ttl", "--lang", lang, cwd=folder_of(tmp_path, a=FULL, b=OTHER))
    assert (found.code, found.out) == (2, "")
    assert "DifferentProjects" in found.err
    assert "danao ask points-that-differ" in found.err


def test_violations_on_one_side_end_with_1_and_what_changed_is_shown(tmp_path: Path) -> None:
    wrong = changed(FULL, ("brain:TrustedDataSpace", "brain:TrustedDataSpase"))
    cwd = folder_of(tmp_path, a=FULL, b=wrong)
    found = run("diff", "a.ttl", "b.ttl", "--as-of", AS_OF, "--lang", "en", cwd=cwd)
    assert found.code == 1
    assert "UnknownTerm" in found.err
    assert "has violations and was not scored" in found.out
    assert "type: trusted data space → https://w3id.org/danao/brain#TrustedDataSpase" in found.out
    assert "total" not in found.out


ONE = (data_root() / "docs" / "one-capability.ttl").read_text(encoding="utf-8")
ONE_EXAMINATION = (data_root() / "docs" / "one-capability-examination.ttl").read_text(encoding="utf-8")


def test_the_table_shows_signs_the_total_what_moved_and_what_changed(tmp_path: Path) -> None:
    withdrawn = changed(ONE_EXAMINATION, ("danao:Accepted", "danao:Rejected"))
    cwd = folder_of(tmp_path, a=ONE, e=ONE_EXAMINATION, f=withdrawn)
    texts = {
        lang: run("diff", "a.ttl", "a.ttl", "-e", "e.ttl", "--examination-b", "f.ttl", "--lang", lang, cwd=cwd).out
        for lang in ("zh", "en")
    }
    lines = {lang: [" ".join(line.split()) for line in text.splitlines()] for lang, text in texts.items()}
    # Two of twelve requirements of 6 points, then one; verified one, then none.
    assert "6.1.5 trusted data space 1.0000 −0.5000 0.5000 −0.5000 ·" in lines["en"]
    assert "total 1.0000 −0.5000 0.5000 −0.5000 ·" in lines["en"]
    assert "合计 0.5000 −0.5000 0.0000 −0.5000 ·" in lines["zh"]
    assert "different: examination · the same: date, knowledge, evidence, facts" in lines["en"]
    assert "self-assessed, verified passed → cannot tell (evidence rejected) · examination" in lines["en"]
    assert "decision: accepted → rejected" in lines["en"]
    assert "决定：采信 → 不采信" in lines["zh"]
    assert CHINESE.search(texts["en"]) is None


def test_a_list_is_cut_off_and_says_so(tmp_path: Path) -> None:
    cwd = folder_of(tmp_path, a=FULL)
    base = ("diff", "a.ttl", "a.ttl", "--as-of", AS_OF, "--as-of-b", "2027-06-20", "--lang", "en")
    short, whole = (run(*base, "--top", top, cwd=cwd).out for top in ("3", "0"))
    assert "… and 8 more" in short
    assert (short.count("6.1.5/"), whole.count("6.1.5/")) == (3, 11)
    assert "more" not in whole


def test_where_nothing_differs_the_totals_are_shown_unchanged(tmp_path: Path) -> None:
    found = run("diff", "a.ttl", "a.ttl", "--as-of", AS_OF, "--lang", "en", cwd=folder_of(tmp_path, a=FULL))
    assert found.code == 0
    assert "self-assessed: 6.0000, unchanged." in found.out
    assert "different: nothing" in found.out


def test_what_several_causes_do_together_is_marked(tmp_path: Path) -> None:
    renewed = changed(FULL, ('danao:validUntil "2027-06-19"', 'danao:validUntil "2029-06-19"'))
    cwd = folder_of(tmp_path, a=FULL, b=renewed)
    found = run("diff", "a.ttl", "b.ttl", "--as-of", AS_OF, "--as-of-b", "2027-06-20", "--lang", "en", cwd=cwd)
    assert "total 6.0000 −5.5000* +5.5000* 6.0000 · ·" in " ".join(found.out.split())
    assert "* several causes together" in found.out
    assert "an order that is a convention" in found.out


def test_a_console_without_the_long_minus_shows_the_short_one(tmp_path: Path) -> None:
    cwd = folder_of(tmp_path, a=FULL)
    dates = ("--as-of", AS_OF, "--as-of-b", "2027-06-20")
    found = run("diff", "a.ttl", "a.ttl", *dates, cwd=cwd, encoding="gbk")
    assert "-5.5000" in found.out
    assert "?" not in found.out


def test_text_from_outside_is_shown_as_it_is(tmp_path: Path) -> None:
    cwd = folder_of(tmp_path, a=FULL, b=changed(FULL, ("数据空间公约", "[red]公约[/red]\\u001b[31m")))
    found = run("diff", "a.ttl", "b.ttl", "--as-of", AS_OF, cwd=cwd)
    # A control character is a violation; what was changed is shown all the same.
    assert found.code == 1
    assert "[red]公约[/red]" in found.out
    assert "\x1b" not in found.out
