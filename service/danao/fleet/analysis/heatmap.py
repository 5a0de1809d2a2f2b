"""Heat map: attainment of ranked projects in the elements of a level."""

from __future__ import annotations

from typing import Any

from danao.fleet.analysis.elements import REQUIREMENT, Element
from danao.fleet.analysis.queries import query_named
from danao.fleet.analysis.ranking import place, project_of, written
from danao.fleet.analysis.selection import Chosen

FORMAT = "danao-fleet-heatmap"


def heatmap(chosen: Chosen, *, level: str | None = None, top: int | None = None) -> dict[str, Any]:
    """Projects by rank × elements of a level (or the parts of one element), ``danao-fleet-heatmap/1``.

    A cell is an attainment from 0 to 1 as a decimal with the digits stored, null where it is inapplicable.

    :raises UsageError: there is no such level or element.
    """
    elements = chosen.elements.at(level, "indicator")
    place(chosen, by=None, top=top)
    cells = _cells(chosen, elements)
    projects = chosen.tables.rows(query_named("ranked-totals"))
    return {
        **chosen.head(FORMAT),
        "elements": [element.as_json() for element in elements],
        "rows": [
            {
                "rank": row["rank"],
                "project": project_of(row),
                "points": written(row["points"]),
                "attainments": [cells.get((row["seq"], element.iri)) for element in elements],
            }
            for row in projects
        ],
    }


def _cells(chosen: Chosen, elements: list[Element]) -> dict[tuple[int, str], str | None]:
    """(seq, element) → attainment."""
    found: dict[tuple[int, str], str | None] = {}
    for query, wanted in (
        ("cells", [element.iri for element in elements if element.kind != REQUIREMENT]),
        ("cells-requirements", [element.iri for element in elements if element.kind == REQUIREMENT]),
    ):
        rows = chosen.tables.rows(query_named(query), elements=wanted) if wanted else []
        found |= {(row["seq"], row["element"]): written(row["attainment"]) for row in rows}
    return found
