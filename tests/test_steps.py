"""Going on from kept steps gives what assessing from the start gives, and takes no step that nothing has changed."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from danao import pipeline
from danao.engine.interface import Workspace
from danao.knowledge import Knowledge, load_knowledge
from danao.pipeline import Assessment
from danao.sources import knowledge_files
from danao.statements import Facts
from danao.steps import continued, kept
from tests.case import CASES, run_case
from tests.given import FULL, assessed

LIBRARIES = Path(__file__).parent / "standards" / "libraries"
LIBRARY_CASES = LIBRARIES / "cases"
CASE = LIBRARY_CASES / "nothing-is-reviewed"
STEPS = ("inference", "validation", "outcomes", "scores")

# File, what stands there, and what stands there instead; where nothing stood, it is added at the end.
Edit = tuple[str, str, str]
WEIGHTS = "ontology/editions/first/weights.ttl"
HEAVIER: Edit = (
    WEIGHTS,
    "pls:building-up danao:weight 10.0 .\npls:local-memory danao:weight 6.0 .",
    "pls:building-up danao:weight 13.0 .\npls:local-memory danao:weight 3.0 .",
)
PREFIX = "PREFIX danao: <https://w3id.org/danao/ns#> PREFIX lib: <https://example.org/library/ns#>\n"
HEAVY_RULE = (
    f"# Title: heavy\n{PREFIX}CONSTRUCT {{ ?library lib:contains ?element }} WHERE {{ ?library a lib:Library "
    "GRAPH danao:KnowledgeGraph { ?element danao:weight ?weight FILTER(?weight > 5) } }\n"
)
SIZE_RULE = HEAVY_RULE.replace("danao:weight", "lib:size")
SIZE = "danao:weight <http://www.w3.org/2000/01/rdf-schema#subPropertyOf> lib:size .\n"


def edited(*edits: Edit, folder: Path | None = LIBRARIES) -> Knowledge:
    """The knowledge with edits in its files, those of the framework too."""
    files = dict(knowledge_files(folder))
    for name, old, new in edits:
        text = files.get(name, b"").decode()
        assert old in text, f"{old} is not in {name}"
        files[name] = (text.replace(old, new, 1) if old else text + new).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("danao.knowledge.knowledge_files", lambda _folder: files)
        return load_knowledge(folder)


@pytest.fixture(scope="module")
def libraries() -> Knowledge:
    return edited()


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the steps that are taken when somebody goes on."""
    names: list[str] = []

    def noted(
        name: str, take: Callable[[Workspace, Knowledge], Facts], space: Workspace, knowledge: Knowledge
    ) -> Facts:
        names.append(name)
        return take(space, knowledge)

    steps: Mapping[str, Callable[[Workspace, Knowledge], Facts]] = pipeline._STEPS  # noqa: SLF001 - what is counted
    monkeypatch.setattr(pipeline, "_STEPS", {name: partial(noted, name, take) for name, take in steps.items()})
    return names


def same(one: Assessment | None, two: Assessment) -> None:
    assert one is not None
    assert one.iri == two.iri
    assert one.knowledge.digest == two.knowledge.digest
    assert one.problems == two.problems
    assert one.graphs == two.graphs
    assert one.tables == two.tables
    for name in ("project", "identifier", "home", "source", "facts", "digest"):
        assert getattr(one.description, name) == getattr(two.description, name), name
    for name in ("iri", "source", "facts", "digest"):
        assert getattr(one.examination, name) == getattr(two.examination, name), name


# ---- What has changed, and the first step that it decides ----

CHANGES: Mapping[str, tuple[Edit, str]] = {
    "a weight": (HEAVIER, "scores"),
    "a scoring rule": (("rules/scoring/points/10-points.rq", "100", "10"), "scores"),
    "a rule of attainment": (
        ("rules/scoring/outcomes/20-requirements.rq", "earl:failed, 0.0, 1.0", "earl:failed, 0.0, 0.5"),
        "scores",
    ),
    "a rule of outcomes": (
        ("rules/outcomes/20-cannot-tell.rq", "outcome earl:cantTell", "outcome earl:failed"),
        "outcomes",
    ),
    "a shape of claims": (("shapes/indicators/reading.ttl", "sh:minCount 1", "sh:minCount 2"), "validation"),
    "a rule of inference": (
        ("rules/inference/domain/10-outside-partners.rq", "?library lib:hasBranch", "?partner lib:hasBranch"),
        "inference",
    ),
    "a rule of entailment": (("rules/entailment/cax-sco.rq", "# Title:", "# Title: "), "inference"),
    "a shape of descriptions": (
        ("shapes/description/domain/Library.ttl", "sh:minCount 1", "sh:minCount 0"),
        "inference",
    ),
    "a label": (("ontology/editions/first/indicators.ttl", "公共图书馆服务", "图书馆服务"), "inference"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_going_on_is_the_same_as_assessing_from_the_start(name: str, libraries: Knowledge, taken: list[str]) -> None:
    edit, first = CHANGES[name]
    changed = edited(edit)
    known = STEPS[: STEPS.index(first)]
    assert [step for step in STEPS if changed.steps[step] == libraries.steps[step]] == list(known)
    found = continued(kept(run_case(CASE, libraries)), changed)
    if first == "inference":
        assert found is None
    else:
        assert taken == list(STEPS[len(known) :])
        same(found, run_case(CASE, changed))


@pytest.mark.parametrize("name", ["a weight", "a rule of outcomes", "a shape of claims"])
def test_the_changes_are_ones_that_matter(name: str, libraries: Knowledge) -> None:
    """Else going on with the old graphs would do as well."""
    edit, first = CHANGES[name]
    before, after = run_case(CASE, libraries), run_case(CASE, edited(edit))
    moved = [frozenset(one.graphs[first]) for one in (before, after)]
    assert {str(one).replace(before.iri, "") for one in moved[0]} != {
        str(one).replace(after.iri, "") for one in moved[1]
    }


def test_without_a_change_no_step_is_taken(libraries: Knowledge, taken: list[str]) -> None:
    first = run_case(CASE, libraries)
    same(continued(kept(first), libraries), first)
    assert taken == []


def test_ours_goes_on_with_another_weight(knowledge: Knowledge, taken: list[str]) -> None:
    weights = "ontology/editions/2025/weights.ttl"
    old, new = (
        f"std:6-1-4 danao:weight {one} .\nstd:6-1-5 danao:weight {two} ." for one, two in ((6.0, 6.0), (5.0, 7.0))
    )
    changed = edited((weights, old, new), folder=None)
    folder = next(path for path in sorted((CASES / "6-1-5").iterdir()) if (path / "expected.ttl").exists())
    same(continued(kept(run_case(folder, knowledge)), changed), run_case(folder, changed))
    assert taken == ["scores"]


def test_what_was_gone_on_with_can_be_kept_again(libraries: Knowledge) -> None:
    heavier = edited(HEAVIER)
    found = continued(kept(run_case(CASE, libraries)), heavier)
    assert found is not None
    assert kept(found) == kept(run_case(CASE, heavier))
    same(continued(kept(found), libraries), run_case(CASE, libraries))


# ---- Weights that are not weights only ----


def test_a_file_of_weights_that_says_something_else_decides_the_first_step(libraries: Knowledge) -> None:
    more: Edit = (WEIGHTS, "", 'pls:reading danao:clause "C"@en .\n')
    one, two = edited(more), edited(more, HEAVIER)
    assert one.steps["inference"] != libraries.steps["inference"]
    assert one.steps["inference"] != two.steps["inference"]
    assert continued(kept(run_case(CASE, one)), two) is None


@pytest.mark.parametrize(
    "edits",
    [
        [("rules/inference/domain/40-heavy.rq", "", HEAVY_RULE)],
        [("rules/inference/domain/40-size.rq", "", SIZE_RULE), ("ontology/domain/library.ttl", "", SIZE)],
    ],
    ids=["a rule that looks at weights", "a rule that looks at what follows from weights"],
)
def test_where_inference_looks_at_weights_a_weight_decides_the_first_step(edits: list[Edit]) -> None:
    one, two = edited(*edits), edited(*edits, HEAVIER)
    before, after = (len(run_case(CASE, knowledge).graphs["inference"]) for knowledge in (one, two))
    assert after == before - 1  # local memory is no longer heavy
    assert one.steps["inference"] != two.steps["inference"]
    assert continued(kept(run_case(CASE, one)), two) is None


# ---- What is kept ----


def test_equal_assessments_give_equal_bytes(libraries: Knowledge) -> None:
    assert kept(run_case(CASE, libraries)) == kept(run_case(CASE, libraries))
    assert kept(run_case(CASE, libraries)) != kept(run_case(CASE.parent / "everything-is-evidenced", libraries))


def test_a_refused_description_stays_refused(knowledge: Knowledge) -> None:
    refused = assessed(
        knowledge, FULL.replace('dcterms:identifier "case-6-1-5"', 'dcterms:identifier "case-6-1-5", "x"')
    )
    assert refused.violated
    found = continued(kept(refused), knowledge)
    same(found, refused)
    assert found is not None
    assert found.graphs.keys() == {"context", "inference"}


@pytest.mark.parametrize("source", ["木业.ttl", "\udcff.ttl", 'a "quoted"\n\1.ttl', ""])
def test_any_name_of_a_file_is_kept(source: str, libraries: Knowledge) -> None:
    first = run_case(CASE, libraries)
    named = replace(first, description=replace(first.description, source=source))
    same(continued(kept(named), libraries), named)


def test_characters_that_stand_for_something_are_kept(knowledge: Knowledge) -> None:
    odd = FULL.replace(
        "<brain> a brain:IndustrialBrain ;", '<brain> a brain:IndustrialBrain ; dcterms:description "\\u0001\\n" ;'
    )
    first = assessed(knowledge, odd)
    assert "\\u0001" in "".join(map(str, first.description.facts))
    same(continued(kept(first), knowledge), first)


@pytest.mark.parametrize("cut", [0, 1, 100, -1, -5])
def test_bytes_that_are_cut_off_are_assessed_from_the_start(cut: int, libraries: Knowledge) -> None:
    assert continued(kept(run_case(CASE, libraries))[:cut], libraries) is None


@pytest.mark.parametrize("place", [0, 2, 50, 1000, -1, -3])
def test_damaged_bytes_are_assessed_from_the_start(place: int, libraries: Knowledge) -> None:
    data = bytearray(kept(run_case(CASE, libraries)))
    data[place] ^= 0x55
    assert continued(bytes(data), libraries) is None


@pytest.mark.parametrize("text", [b"", b"no JSON\n", b"\xff\n", b"null\n", b"[]\n", b'{"format": 0}\n', b"{}\n"])
def test_what_is_no_kept_assessment_is_none(text: bytes, libraries: Knowledge) -> None:
    assert continued(zlib.compress(text), libraries) is None
