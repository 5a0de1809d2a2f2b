"""What is published passes ``shapes/self/published``, and an error planted in any of it is found.

``tests/published/plants/<kind>/<check>.ru`` plants an error in a graph of a kind that this check reports, and no other
but those its head names; ``<check>--<variant>.ru`` plants it in another way. ``tests/published/cube`` holds the
integrity constraints of Data Cube as the recommendation writes them, an opinion that owes nothing to our own checks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest
from pyoxigraph import Quad, QueryBoolean, Store, Triple

from danao.engine.fast import FastEngine
from danao.errors import UnfitGraph
from danao.knowledge import Knowledge, load_knowledge
from danao.namespaces import SH, local_name
from danao.pipeline import Assessment
from danao.published import KINDS, check_published, refuse_unfit
from danao.publisher import publisher_of
from danao.sources import parsed
from danao.statements import Facts
from tests.case import run_case
from tests.given_published import LIBRARIES, published
from tests.many_published import check_many

FOLDER = Path(__file__).parent / "published"
PLANTS = sorted((FOLDER / "plants").rglob("*.ru"))
CONSTRAINTS = sorted((FOLDER / "cube").glob("*.rq"))
CHECKS = Path(__file__).parents[1] / "shapes" / "self" / "published"


@pytest.fixture(scope="module")
def libraries() -> Knowledge:
    return load_knowledge(LIBRARIES)


@pytest.fixture(scope="module")
def library(libraries: Knowledge) -> Assessment:
    return run_case(LIBRARIES / "cases" / "some-things-are-missing", libraries)


@pytest.fixture(scope="module")
def graphs(library: Assessment) -> Mapping[str, Facts]:
    return published(library)


def found(facts: Facts, kind: str, knowledge: Knowledge) -> set[str]:
    return {local_name(result.shape) for result in check_published(facts, kind, knowledge)}


# ---- The checks ----


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_published_passes(kind: str, graphs: Mapping[str, Facts], libraries: Knowledge) -> None:
    assert len(graphs[kind]) > 0
    assert check_published(graphs[kind], kind, libraries) == []


@pytest.mark.parametrize("plant", PLANTS, ids=lambda path: f"{path.parent.name}: {path.stem}")
def test_planted_error_is_found(plant: Path, graphs: Mapping[str, Facts], libraries: Knowledge) -> None:
    kind, update = plant.parent.name, plant.read_text(encoding="utf-8")
    planted = updated(graphs[kind], update)
    assert planted != graphs[kind]
    also = re.findall(r"(?m)^# Also: (\S+)$", update)
    assert found(planted, kind, libraries) == {plant.stem.split("--")[0], *also}


def updated(facts: Facts, update: str) -> frozenset[Triple]:
    store = stored(facts)
    store.update(update)
    return frozenset(quad.triple for quad in store)


def stored(*graphs: Facts) -> Store:
    store = Store()
    for facts in graphs:
        store.extend(Quad(t.subject, t.predicate, t.object) for t in facts)
    return store


def test_every_check_has_a_planted_error_of_its_kind() -> None:
    planted = {(plant.parent.name, plant.stem.split("--")[0]) for plant in PLANTS}
    assert planted == {
        (path.relative_to(CHECKS).parts[0] if path.parent != CHECKS else "assessment", name)
        for path in CHECKS.rglob("*.*")
        for name in names(path)
    }


def names(path: Path) -> list[str]:
    """The checks in a file: its shapes that have a message, or the query that it is."""
    if path.suffix == ".rq":
        return [path.stem]
    said = {str(t.subject) for t in parsed(path.name, path.read_bytes()) if t.predicate.value == SH + "message"}
    return [local_name(shape.strip("<>")) for shape in sorted(said)]


def test_no_name_of_a_check_is_used_twice() -> None:
    found = [name for path in CHECKS.rglob("*.*") for name in names(path)]
    assert sorted(found) == sorted(set(found))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_published_passes_on_the_reference_engine(kind: str, graphs: Mapping[str, Facts]) -> None:
    knowledge = load_knowledge(LIBRARIES, engine="reference")
    assert check_published(graphs[kind], kind, knowledge) == []


def test_the_reference_engine_finds_what_the_fast_one_finds(graphs: Mapping[str, Facts], libraries: Knowledge) -> None:
    reference = load_knowledge(LIBRARIES, engine="reference")
    for name in ("observation-value", "duplicate-observations", "run-time", "requirements-not-asserted"):
        planted = updated(graphs["assessment"], (FOLDER / "plants" / "assessment" / f"{name}.ru").read_text("utf-8"))
        fast = check_published(planted, "assessment", libraries)
        assert fast
        assert check_published(planted, "assessment", reference) == fast


def test_checks_of_assessments_are_compiled(libraries: Knowledge, knowledge: Knowledge) -> None:
    for one in (libraries, knowledge):
        publisher = publisher_of(one)
        engine = cast("FastEngine", publisher.engine)
        folders = KINDS["assessment"]
        assert [name for name in folders if name in publisher.checks.shapes and engine.checks[name] is None] == []
        queries = {name: text for folder in folders for name, text in publisher.checks.queries.get(folder, {}).items()}
        assert [name for name, text in queries.items() if text not in engine.compiled] == []


# ---- What does not pass is not written ----


def test_a_graph_that_breaks_a_rule_is_refused_by_name(graphs: Mapping[str, Facts], libraries: Knowledge) -> None:
    refuse_unfit(graphs["assessment"], "assessment", libraries, "https://danao.example/a")
    plant = (FOLDER / "plants" / "assessment" / "observation-value.ru").read_text("utf-8")
    with pytest.raises(UnfitGraph) as caught:
        refuse_unfit(updated(graphs["assessment"], plant), "assessment", libraries, "https://danao.example/a")
    assert "observation-value" in caught.value.what.en
    assert "https://danao.example/a" in caught.value.what.zh
    assert "/measurement/" in (caught.value.place.node or "")
    assert caught.value.fix is not None


@pytest.mark.parametrize("kind", KINDS)
def test_every_check_says_what_is_wrong_and_what_to_do_in_both_languages(kind: str, libraries: Knowledge) -> None:
    checks = publisher_of(libraries).checks
    for plant in (one for one in PLANTS if one.parent.name == kind):
        what, fix = checks.words(f"https://w3id.org/danao/shapes/self/{plant.stem.split('--')[0]}")
        assert all((what.zh, what.en, fix.zh, fix.en))


# ---- The recommendation's own constraints ----


@pytest.fixture(scope="module")
def cube(graphs: Mapping[str, Facts]) -> Store:
    """The cube of an assessment with its structure and code list, normalized as the recommendation says."""
    return normalized(graphs["assessment"], graphs["knowledge"])


def normalized(*parts: Facts) -> Store:
    store = stored(*parts)
    store.update((FOLDER / "cube" / "normalize.ru").read_text(encoding="utf-8"))
    return store


def violated(store: Store, constraint: Path) -> bool:
    return bool(cast("QueryBoolean", store.query(constraint.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("constraint", CONSTRAINTS, ids=lambda path: path.stem)
def test_the_cube_satisfies_the_recommendation_s_constraint(constraint: Path, cube: Store) -> None:
    assert not violated(cube, constraint)


@pytest.mark.parametrize(
    ("constraint", "kind", "plant"),
    [
        ("ic-01", "assessment", "observation-data-set"),
        ("ic-01", "assessment", "observation-data-set--two"),
        ("ic-02", "assessment", "data-set-structure--none"),
        ("ic-03", "knowledge", "structures-without-measure"),
        ("ic-04", "knowledge", "dimension-range"),
        ("ic-05", "knowledge", "dimensions-without-code-list"),
        ("ic-06", "knowledge", "parts-not-checked"),
        ("ic-11", "assessment", "observation-element"),
        ("ic-11", "assessment", "observation-metric"),
        ("ic-12", "assessment", "duplicate-observations"),
        ("ic-14", "assessment", "observation-value"),
        ("ic-19", "assessment", "codes-beyond-the-list"),
    ],
)
def test_the_recommendation_finds_what_our_checks_find(
    constraint: str, kind: str, plant: str, graphs: Mapping[str, Facts]
) -> None:
    update = (FOLDER / "plants" / kind / f"{plant}.ru").read_text(encoding="utf-8")
    parts = {
        name: updated(graphs[name], update) if name == kind else graphs[name] for name in ("assessment", "knowledge")
    }
    if plant == "structures-without-measure":
        parts[kind] = updated(
            parts[kind], "DELETE WHERE { <https://w3id.org/danao/ns#ValueComponent> ?property ?value }"
        )
    assert violated(normalized(*parts.values()), FOLDER / "cube" / f"{constraint}.rq")


# ---- Many projects ----


def test_everything_published_of_20_projects_passes_and_errors_in_it_are_found(knowledge: Knowledge) -> None:
    """``tests/system/test_published_fleet.py`` does so with 200."""
    check_many(20, knowledge)
