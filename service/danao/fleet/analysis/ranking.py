"""Ranking: competition ranks of the projects chosen, by the total or by one element."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from danao.fleet.analysis.elements import Element, Elements, text_of, value_of
from danao.fleet.analysis.queries import query_named
from danao.fleet.analysis.selection import Chosen

FORMAT = "danao-fleet-ranking"
COUNTS = {"passed": "passed", "cant_tell": "cantTell", "failed": "failed", "inapplicable": "inapplicable"}


def ranking(
    chosen: Chosen, *, by: str | None = None, top: int | None = None, name: str | None = None
) -> dict[str, Any]:
    """Ranks as plain data, ``danao-fleet-ranking/1``: equal points share a rank, and ranks after it are left out.

    ``top`` keeps ranks up to that one, with all that tie for it, and as many of what was not scored; ``name`` keeps
    projects whose identifier or title contain it, with the rank they have among all. What was not scored or not
    reviewed has no rank, and is counted.

    :raises UsageError: there is no element ``by``.
    """
    element = place(chosen, by=by, top=top, name=name)
    iri = None if by is None else element.iri
    rows = (
        chosen.tables.rows(query_named("ranked-totals"))
        if iri is None
        else chosen.tables.rows(query_named("ranked-scores"), element=iri)
    )
    (counted,) = chosen.tables.rows(query_named("ranked-count"), filtered=chosen.filtered)
    refused = chosen.tables.rows(query_named("refused"), filtered=chosen.filtered, most=top)
    facets = _facets(chosen)
    return {
        **chosen.head(FORMAT),
        "element": element.as_json(),
        "counts": {
            "chosen": counted["chosen"],
            "ranked": counted["placed"],
            "inapplicable": counted["chosen"] - counted["placed"],
            # A self-assessed result leaves nobody out.
            "notReviewed": counted["unreviewed"] if chosen.selection.result == "verified" else 0,
            "refused": counted["refused"],
        },
        "facets": [chosen.elements.facet(name) for name in _facet_names(facets)],
        "rows": [_row(row, facets.get(row["seq"], {}), chosen.elements) for row in rows],
        "refused": [_refused(row) for row in refused],
    }


def place(chosen: Chosen, *, by: str | None, top: int | None, name: str | None = None) -> Element:
    """The element ranked by, once the table ``ranked`` is there.

    :raises UsageError: there is no such element.
    """
    tables = chosen.tables
    element = chosen.elements.system if by is None else chosen.elements.named(by)
    if by is None:
        tables.run(query_named("placed-by-total"))
    else:
        tables.run(query_named("placed-by-element"), element=element.iri)
    tables.run(query_named("rank"), top=top)
    if name is not None:
        tables.run(query_named("rank-named"), name=name)
    return element


def _facets(chosen: Chosen) -> dict[int, dict[str, list[dict[str, Any]]]]:
    """Seq → facet → values."""
    found: dict[int, dict[str, list[dict[str, Any]]]] = {}
    for row in chosen.tables.rows(query_named("ranked-facets")):
        found.setdefault(row["seq"], {}).setdefault(row["facet"], []).append(value_of(row).as_json())
    return found


def _facet_names(facets: Mapping[int, Mapping[str, Any]]) -> list[str]:
    return sorted({name for of_project in facets.values() for name in of_project})


def _row(row: Mapping[str, Any], facets: Mapping[str, Any], elements: Elements) -> dict[str, Any]:
    return {
        "rank": row["rank"],
        "project": project_of(row),
        "points": written(row["points"]),
        "upperPoints": written(row["upper"]),
        "attainment": written(row["attainment"]),
        "band": elements.term(row["band"]),
        **{name: row[column] for column, name in COUNTS.items()},
        "facets": facets,
    }


def project_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """The project in a row, as a thing of JSON output."""
    title = text_of(row, "title", row["identifier"] or row["project"])
    return {"iri": row["project"], "label": title.as_json(), "notation": row["identifier"]}


def written(value: Decimal | None) -> str | None:
    """A decimal with the digits that are stored."""
    return None if value is None else f"{value:f}"


def _refused(row: Mapping[str, Any]) -> dict[str, Any]:
    title = text_of(row, "title", row["identifier"]) if row["title_zh"] or row["title_en"] else None
    message = text_of(row, "message") if row["message_zh"] or row["message_en"] else None
    return {
        "identifier": row["identifier"],
        "title": title.as_json() if title else None,
        "input": row["input"],
        "error": row["error"],
        "message": message.as_json() if message else None,
    }
