"""Cases: a folder under ``tests/cases/<code>/`` whose name is a sentence.

``tests/cases/<code>/description.ttl`` evidences everything its clause asks for. A case changes it by the triples of
its ``remove.ttl`` and ``add.ttl``, or brings a ``description.ttl`` of its own. ``examination.ttl`` in the case or
above it is the examination; without one the date is 2025-12-31. ``expected.ttl`` states the whole result: what is not
listed there has failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, RdfFormat, Store, Triple, parse, serialize

from danao.describe import read_descriptions
from danao.documents import Surroundings
from danao.engine.interface import iri_of
from danao.errors import Problem
from danao.examine import default_examination, read_examinations
from danao.knowledge import Knowledge
from danao.namespaces import local_name
from danao.pipeline import Assessment, assess
from danao.reading import Input

CASES = Path(__file__).parent / "cases"
CASE = "https://w3id.org/danao/tests#"
AROUND = Surroundings()
AS_OF = "2025-12-31"
BASE = "http://case.invalid/"


@dataclass(frozen=True)
class Expected:
    """The whole result of one kind: outcomes other than failed with their reasons, and the total."""

    outcomes: dict[str, tuple[str, frozenset[str]]]
    points: Decimal
    upper_points: Decimal


def case_folders(root: Path = CASES) -> list[Path]:
    return sorted(path.parent for path in root.rglob("expected.ttl"))


def case_name(folder: Path) -> str:
    return folder.relative_to(CASES).as_posix()


def run_case(folder: Path, knowledge: Knowledge) -> Assessment:
    source = Input("description.ttl", description_of(folder))
    (description,) = read_descriptions([source], knowledge, AROUND)
    file = next((f / "examination.ttl" for f in (folder, folder.parent) if (f / "examination.ttl").exists()), None)
    if file is None:
        return assess(description, default_examination(description.identifier, AS_OF, AROUND), knowledge)
    (examination,) = read_examinations([Input(file.name, file.read_bytes())], knowledge, AROUND).values()
    return assess(description, examination, knowledge)


def description_of(folder: Path) -> bytes:
    own = folder / "description.ttl"
    if own.exists():
        return own.read_bytes()
    facts = _triples(folder.parent / "description.ttl")
    removed = _triples(folder / "remove.ttl")
    assert removed <= facts, f"{folder}: remove.ttl names triples that are not there: {removed - facts}"
    changed = (facts - removed) | _triples(folder / "add.ttl")
    return (serialize(changed, format=RdfFormat.TURTLE) or b"").replace(BASE.encode(), b"")


def _triples(path: Path) -> set[Triple]:
    if not path.exists():
        return set()
    return {quad.triple for quad in parse(path.read_bytes(), format=RdfFormat.TURTLE, base_iri=BASE)}


def expected_of(folder: Path) -> dict[str, Expected]:
    """By the local name of the kind of result."""
    store = Store()
    store.load((folder / "expected.ttl").read_bytes(), format=RdfFormat.TURTLE, base_iri=BASE)
    results = store.quads_for_pattern(None, NamedNode(CASE + "result"), None)
    return {local_name(iri_of(quad.object)): _expected(quad.subject, store, folder) for quad in results}


def _expected(node: object, store: Store, folder: Path) -> Expected:
    outcomes = [
        _outcome(outcome, thing, store)
        for outcome in ("passed", "cantTell", "inapplicable")
        for thing in _values(node, outcome, store)
    ]
    assert len(outcomes) == len({name for name, _ in outcomes}), f"{folder}: a requirement stands twice"
    ((points,), (upper,)) = _values(node, "points", store), _values(node, "upperPoints", store)
    return Expected(dict(outcomes), Decimal(points.value), Decimal(upper.value))


def _outcome(outcome: str, thing: Any, store: Store) -> tuple[str, tuple[str, frozenset[str]]]:  # noqa: ANN401
    """A requirement alone, or a blank node with a requirement and its reasons."""
    if isinstance(thing, NamedNode):
        return local_name(thing.value), (outcome, frozenset())
    (requirement,) = _values(thing, "requirement", store)
    reasons = frozenset(local_name(reason.value) for reason in _values(thing, "reason", store))
    return local_name(requirement.value), (outcome, reasons)


def _values(node: Any, name: str, store: Store) -> list[Any]:  # noqa: ANN401
    return [quad.object for quad in store.quads_for_pattern(node, NamedNode(CASE + name), None)]


def actual_of(assessment: Assessment) -> dict[str, Expected]:
    """The result in the same form; reasons only of what cannot be told, as expectations state them."""
    found = {}
    for kind in ("SelfAssessed", "Verified"):
        rows = [row for row in assessment.tables["outcomes"] if row["result"].value.endswith("#" + kind)]
        outcomes: dict[str, tuple[str, frozenset[str]]] = {}
        for row in rows:
            name, outcome = local_name(row["requirement"].value), local_name(row["outcome"].value)
            if outcome != "failed":
                known = outcomes.get(name, (outcome, frozenset()))[1]
                reason = {local_name(row["reason"].value)} if outcome == "cantTell" else set()
                outcomes[name] = (outcome, known | reason)
        total = next(
            row
            for row in assessment.tables["scores"]
            if row["result"].value.endswith("#" + kind) and row["element"].value == root_of(assessment.knowledge)
        )
        found[kind] = Expected(outcomes, Decimal(total["points"].value), Decimal(total["upperPoints"].value))
    return found


def root_of(knowledge: Knowledge) -> str:
    (root,) = knowledge.instances("IndicatorSystem")
    return root


def violations(problems: tuple[Problem, ...]) -> list[str]:
    return [f"{one.name} {one.place} {one.what.en}" for one in problems if one.severity == "violation"]
