"""Statistics: how scores are distributed, and what the whole fleet lacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from danao.fleet.analysis.elements import REQUIREMENT, Element, text_of, value_of
from danao.fleet.analysis.names import projects_named
from danao.fleet.analysis.queries import query_named
from danao.fleet.analysis.ranking import written
from danao.fleet.analysis.selection import Chosen

FORMAT = "danao-fleet-statistics"
SPREAD = {
    "least": "least",
    "quarter": "quarter",
    "median": "median",
    "three_quarters": "threeQuarters",
    "most": "most",
    "mean": "mean",
}


def statistics(chosen: Chosen, *, level: str | None = None, top: int) -> dict[str, Any]:
    """Distributions as plain data, ``danao-fleet-statistics/1``; ``top`` is how many common gaps.

    Quartiles are values that occur (the first in order at which a quarter, half, three quarters of all are reached);
    means are exact decimals, rounded half up.

    :raises UsageError: there is no such level or element.
    """
    rows = chosen.tables.rows
    elements = chosen.elements.at(level, "dimension")
    (totals,) = rows(query_named("totals"))
    if chosen.filtered:
        chosen.tables.run(query_named("tally"))
    else:
        # Counted already, when the run came to its end.
        chosen.tables.run(query_named("tally-of-all"), result=chosen.selection.result)
    return {
        **chosen.head(FORMAT),
        "totals": {"projects": totals["projects"], **_spread(totals)},
        "histogram": [
            {"from": written(row["lower"]), "to": written(row["upper"]), "projects": row["projects"]}
            for row in rows(query_named("histogram"))
        ],
        "bands": [_band(row, chosen) for row in rows(query_named("bands"))],
        "elements": [_part(row, chosen) for row in _parts(chosen, elements)],
        "facets": _facets(chosen),
        "gaps": [_gap(row, chosen) for row in rows(query_named("common-gaps"), top=top)],
        "reasons": [_reason(row, chosen) for row in rows(query_named("reasons"))],
        "errors": [_error(row) for row in rows(query_named("errors"))],
    }


def _spread(row: Mapping[str, Any]) -> dict[str, str | None]:
    return {name: written(row[column]) for column, name in SPREAD.items()}


def _band(row: Mapping[str, Any], chosen: Chosen) -> dict[str, Any]:
    return {
        "band": chosen.elements.term(row["band"]),
        "projects": row["projects"],
        "least": written(row["least"]),
        "most": written(row["most"]),
    }


def _parts(chosen: Chosen, elements: list[Element]) -> list[dict[str, Any]]:
    """The rows of each element; those of requirements come from a table of their own."""
    found: list[dict[str, Any]] = []
    for query, wanted in (
        ("parts", [element.iri for element in elements if element.kind != REQUIREMENT]),
        ("parts-requirements", [element.iri for element in elements if element.kind == REQUIREMENT]),
    ):
        found += chosen.tables.rows(query_named(query), elements=wanted) if wanted else []
    return found


def _part(row: Mapping[str, Any], chosen: Chosen) -> dict[str, Any]:
    return {
        "element": chosen.elements.by_iri[row["element"]].as_json(),
        "projects": row["projects"],
        "weight": written(row["weight"]),
        **_spread(row),
        "medianAttainment": written(row["median_attainment"]),
        "meanAttainment": written(row["mean_attainment"]),
    }


def _facets(chosen: Chosen) -> list[dict[str, Any]]:
    """Each facet with its values, the one that most projects have first."""
    chosen.tables.run(query_named("facet-counts"))
    chosen.tables.run(query_named("facet-leaders"))
    rows = chosen.tables.rows(query_named("by-facet"))
    best = projects_named({row["best"] for row in rows if row["best"] is not None}, chosen.tables)
    return [
        {
            "facet": chosen.elements.facet(facet),
            "values": [
                {
                    "value": value_of(row).as_json(),
                    "projects": row["projects"],
                    "median": written(row["median"]),
                    "mean": written(row["mean"]),
                    "most": written(row["most"]),
                    "best": best.get(row["best"]),
                    "tied": row["tied"] or 0,
                }
                for row in rows
                if row["facet"] == facet
            ],
        }
        for facet in dict.fromkeys(row["facet"] for row in rows)
    ]


def _gap(row: Mapping[str, Any], chosen: Chosen) -> dict[str, Any]:
    return {
        "requirement": _requirement(row["requirement"], chosen),
        "projects": row["projects"],
        "failed": row["failed"],
        "cantTell": row["cant_tell"],
        "percent": written(row["share"]),
        "reason": chosen.elements.term(row["reason"]),
    }


def _requirement(iri: str, chosen: Chosen) -> dict[str, Any] | None:
    element = chosen.elements.by_iri.get(iri)
    return element.as_json() if element else chosen.elements.term(iri)


def _reason(row: Mapping[str, Any], chosen: Chosen) -> dict[str, Any]:
    return {
        "reason": chosen.elements.term(row["reason"]),
        "outcome": row["outcome"],
        "requirements": row["requirements"],
        "percent": written(row["share"]),
    }


def _error(row: Mapping[str, Any]) -> dict[str, Any]:
    message = text_of(row, "message")
    return {"error": row["error"], "inputs": row["inputs"], "example": row["input"], "message": message.as_json()}
