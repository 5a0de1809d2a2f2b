"""Projects side by side: the points of every element with a weight, and how they differ, as plain data."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from danao import __version__
from danao.errors import DifferentProjects, Place, Text
from danao.explain import exact
from danao.namespaces import DANAO
from danao.pipeline import Assessment
from danao.view import EXPLANATION, KINDS, Results, Standard, both, identity, origin

FORMAT = "danao-comparison/1"
_MEASURES = ("points", "upperPoints", "attainment", "upperAttainment")


@dataclass(frozen=True)
class Compared:
    """One of the assessments that are compared; ``rounded`` are the elements and kinds of result that are not exact."""

    assessment: Assessment
    rounded: Collection[tuple[str, str]]

    @cached_property
    def results(self) -> Results:
        """Its rows."""
        return Results(self.assessment)

    @cached_property
    def standard(self) -> Standard:
        """The standard that it was assessed by."""
        return Standard(self.assessment.knowledge)


def comparison(sides: Sequence[Compared], standard: Standard) -> dict[str, Any]:
    """The comparison of scored assessments, ``danao-comparison/1``; differences are to the first of them.

    Elements and weights are those of the first one's ``standard``. What another one's does not have has no value there.

    :raises DifferentProjects: they were assessed by different standards.
    """
    if len({side.standard.document for side in sides}) > 1:
        raise _different(sides)
    digests = [side.assessment.knowledge.digest for side in sides]
    return {
        "format": FORMAT,
        "software": f"danao {__version__}",
        "standard": {"iri": standard.document, "title": both(standard.knowledge.label(standard.document))},
        "note": both(EXPLANATION),
        "sameKnowledge": len(set(digests)) == 1,
        "projects": [_project(side) for side in sides],
        "elements": [
            _element(iri, depth, sides, standard)
            for iri, depth in standard.walk()
            if depth == 0 or standard.weight(iri) is not None
        ],
    }


def _project(side: Compared) -> dict[str, Any]:
    return origin(side.assessment) | {"rounded": bool(side.rounded)}


def _element(iri: str, depth: int, sides: Sequence[Compared], standard: Standard) -> dict[str, Any]:
    return {
        **identity(iri, standard),
        "depth": depth,
        "weight": exact(standard.weight(iri)),
        "results": {kind: _result(iri, kind, sides, standard) for kind in KINDS},
    }


def _result(iri: str, kind: str, sides: Sequence[Compared], standard: Standard) -> dict[str, Any]:
    values = [_values(iri, kind, side) for side in sides]
    points = [value["points"] if value else None for value in values]
    return {
        "label": both(standard.knowledge.label(DANAO + kind)),
        "values": values,
        "differences": [_difference(points[0], one) for one in points],
    }


def _values(iri: str, kind: str, side: Compared) -> dict[str, Any] | None:
    if not side.results.has(iri):
        return None
    row = side.results.score(iri, kind)
    return {name: exact(row.get(name)) for name in _MEASURES} | {"rounded": (iri, kind) in side.rounded}


def _difference(first: str | None, other: str | None) -> str | None:
    return None if first is None or other is None else exact(Decimal(other) - Decimal(first))


def _different(sides: Sequence[Compared]) -> DifferentProjects:
    names = [side.assessment.description.identifier for side in sides]
    return DifferentProjects(
        Text(
            f"这些项目不是按同一个标准评估的：{'、'.join(names)}。",
            f"These projects were not assessed by one standard: {', '.join(names)}.",
        ),
        place=Place(node=sides[0].assessment.description.project),
        fix=Text("只比较同一个标准的项目。", "Compare projects of one standard."),
    )
