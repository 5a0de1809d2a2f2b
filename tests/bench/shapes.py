"""SHACL alone: the same graphs and shapes in every engine installed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module

from danao.engine.checks import Checks, links_of
from danao.engine.footprint import Footprint, footprint_of, lean
from danao.engine.interface import ShapeResult, Workspace, in_order
from danao.engine.rules.program import Index
from danao.engine.shapes import CompiledShapes, ShaclShapes, TurboShapes
from danao.knowledge import Knowledge
from danao.pipeline import Assessment
from danao.statements import joined, split, statements_of

# What came before a step that validates; both sets of shapes look at the same.
_BEFORE = ("context", "inference")
Results = list[list[ShapeResult]]


@dataclass(frozen=True)
class Graph:
    """What shapes look at: as text, and indexed as the path has it when it comes to them."""

    text: str
    index: Index

    @classmethod
    def of(cls, assessment: Assessment) -> Graph:
        """The graph that the shapes of an assessment looked at."""
        sides = (assessment.description.facts, assessment.examination.facts)
        graphs = (*sides, *(assessment.graphs[name] for name in _BEFORE))
        text = joined(dict.fromkeys(one for facts in graphs for one in statements_of(facts)))
        return cls(text, _indexed(text))


def _indexed(text: str) -> Index:
    index = Index()
    index.add(split(text))
    return index


def engines(knowledge: Knowledge) -> dict[str, Callable[[Graph], Results]]:
    """Engines by what the report calls them, ours first; each gives the results of every set of shapes."""
    sets = list(knowledge.compiled.shapes.values())
    checks = [Checks(links_of(text)) for text in sets]
    found: dict[str, Callable[[Graph], Results]] = {
        "danao's checks, over facts indexed already": lambda graph: _checked(checks, graph.index),
        "danao's checks, from N-Triples": lambda graph: _checked(checks, _indexed(graph.text)),
    }
    for module, kind in (("shacl", ShaclShapes), ("pyshacl_turbo", TurboShapes)):
        if _installed(module):
            found[f"{kind.name}, from N-Triples"] = partial(_validated, list(map(kind, sets)))
            compiled: list[tuple[CompiledShapes, Footprint]] = [(kind(lean(text)), footprint_of(text)) for text in sets]
            found[f"{kind.name}, stripped shapes, what they can look at"] = partial(_on_footprints, compiled)
    return found


def _installed(module: str) -> bool:
    try:
        import_module(module)
    except ImportError:
        return False
    return True


def _checked(checks: list[Checks], index: Index) -> Results:
    return [in_order(one.results(index)) for one in checks]


def _validated(shapes: list[CompiledShapes], graph: Graph) -> Results:
    return [one.validate(graph.text) for one in shapes]


def _on_footprints(shapes: list[tuple[CompiledShapes, Footprint]], graph: Graph) -> Results:
    return [one.validate(footprint.text(graph.index)) for one, footprint in shapes]


def in_workspace(assessment: Assessment, reference: Knowledge) -> Workspace:
    """A workspace of the reference engine that holds the same graph."""
    workspace = reference.engine.workspace()
    sides = (assessment.description.facts, assessment.examination.facts)
    for facts in (*sides, *(assessment.graphs[name] for name in _BEFORE)):
        workspace.add(facts)
    return workspace
