"""The elements of the standard, and the terms that results name, as rows: results can be read without the knowledge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

from danao.errors import Text
from danao.facets import facets_of
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
# Facets have names only; an address that ends in the name makes one row of each.
_FACET = "urn:danao:facet/"


def element_rows(knowledge: Knowledge) -> list[dict[str, Any]]:
    """One row an element in reading order, then the terms with a label: bands, reasons and facets.

    ``position`` counts from 1 in that order, weights are text.
    """
    standard = Standard(knowledge)
    parents = {part: parent for parent, parts in standard.parts.items() for part in parts}
    every = dict.fromkeys(iri for iri, _ in standard.walk())
    rows = [_element_row(iri, parents.get(iri), standard) for iri in every]
    rows += [_row(iri, kind, label) for iri, kind, label in _terms(knowledge)]
    return [row | {"position": position} for position, row in enumerate(rows, start=1)]


def _element_row(iri: str, parent: str | None, standard: Standard) -> dict[str, Any]:
    knowledge = standard.knowledge
    weight = next(iter(knowledge.values(iri, DANAO + "weight")), None)
    stated = {"notation": standard.notation(iri), "parent": parent, "weight": weight}
    return _row(iri, _kind(iri, knowledge), knowledge.label(iri)) | stated


def _row(iri: str, kind: str, label: Text) -> dict[str, Any]:
    row = {"element": iri, "kind": kind, "label_zh": label.zh, "label_en": label.en}
    return row | dict.fromkeys(("notation", "parent", "weight"))


def _terms(knowledge: Knowledge) -> Iterator[tuple[str, str, Text]]:
    """What tables name beside elements: IRI, kind, label."""
    for kind, iris in (("band", band_labels(knowledge)), ("reason", knowledge.instances("Reason"))):
        yield from ((iri, kind, knowledge.label(iri)) for iri in iris)
    yield from ((_FACET + facet.name, "facet", facet.title) for facet in facets_of(knowledge))


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
