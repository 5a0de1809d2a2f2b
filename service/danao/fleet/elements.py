"""The elements of the standard as rows, so that results can be read without the knowledge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

from danao.fleet.rows import array_of
from danao.fleet.schema import element_schema
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, RDF_TYPE
from danao.view import Standard

# What an element is, by the framework's class; of several the first.
_KINDS = {
    "Requirement": "requirement",
    "Scenario": "scenario",
    "Indicator": "indicator",
    "Dimension": "dimension",
    "IndicatorSystem": "system",
}


def element_rows(knowledge: Knowledge) -> list[dict[str, Any]]:
    """One row an element in reading order; ``position`` counts from 1 in that order, weights are text."""
    standard = Standard(knowledge)
    parents = {part: parent for parent, parts in standard.parts.items() for part in parts}
    every = dict.fromkeys(iri for iri, _ in standard.walk())
    return [
        {
            "element": iri,
            "notation": standard.notation(iri),
            "label_zh": knowledge.label(iri).zh,
            "label_en": knowledge.label(iri).en,
            "kind": _kind(iri, knowledge),
            "parent": parents.get(iri),
            "position": position,
            "weight": next(iter(knowledge.values(iri, DANAO + "weight")), None),
        }
        for position, iri in enumerate(every, start=1)
    ]


def band_labels(knowledge: Knowledge) -> dict[str, dict[str, str]]:
    """The bands of the scheme by IRI, the highest first, with their labels."""
    limits = {iri: Decimal(knowledge.values(iri, DANAO + "lowerLimit")[0]) for iri in knowledge.instances("Band")}
    ordered = sorted(limits, key=lambda iri: (-limits[iri], iri))
    return {iri: knowledge.label(iri).as_json() for iri in ordered}


def element_table(rows: Sequence[Mapping[str, Any]]) -> Any:  # noqa: ANN401 - PyArrow has no types
    """Rows of elements as a table."""
    schema = element_schema()
    return pa.Table.from_arrays([array_of([row[f.name] for row in rows], f.type) for f in schema], schema=schema)


def _kind(iri: str, knowledge: Knowledge) -> str:
    stated = knowledge.values(iri, RDF_TYPE)
    return next((kind for name, kind in _KINDS.items() if DANAO + name in stated), "element")
