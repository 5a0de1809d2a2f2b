"""The ranking of the projects of a registry by a total, as the office or the public sees it, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from pyoxigraph import NamedNode

from danao import __version__
from danao.engine.interface import Row
from danao.errors import NothingReviewed, Text
from danao.explain import exact
from danao.knowledge import Knowledge
from danao.namespaces import local_name
from danao.ranks import competition_ranks
from danao.registry.graphs import catalogue_of, office_view, public_view
from danao.registry.queries import query
from danao.registry.submit import Registry
from danao.registry.views import title_in, titles_of
from danao.view import EXPLANATION, both

FORMAT = "danao-ranking/1"


def ranking(registry: Registry, result: str, knowledge: Knowledge, *, public: bool) -> dict[str, Any]:
    """Projects by their points in a kind of result, ``danao-ranking/1``; what was not reviewed has no verified rank.

    To the public, points are those it sees, also rounded ones. ``knowledge`` has the labels of bands.

    :raises NothingReviewed: verified results are asked for, and no project was reviewed.
    """
    base = registry.record.base
    view = public_view(base) if public else office_view(base)
    terms = {"view": NamedNode(view), "catalogue": NamedNode(catalogue_of(base))}
    rows = registry.store.select(query("ranked"), terms)
    titles = titles_of(registry.store.select(query("shown-titles"), default=(view,)))
    own = [row for row in rows if local_name(row["result"].value) == result]
    ranked = [row for row in own if result != "Verified" or _is_reviewed(row)]
    if own and not ranked:
        raise _nothing_reviewed()
    ranked.sort(key=lambda row: (-Decimal(row["points"].value), row["identifier"].value))
    return {
        "format": FORMAT,
        "software": f"danao {__version__}",
        "note": both(EXPLANATION),
        "result": result,
        "seen": "public" if public else "office",
        "counts": {"ranked": len(ranked), "notReviewed": len(own) - len(ranked)},
        "rows": _placed(ranked, titles, knowledge),
    }


def _is_reviewed(row: Row) -> bool:
    return bool(row["reviewed"].value == "true")


def _placed(rows: Sequence[Row], titles: dict[str, dict[str, str]], knowledge: Knowledge) -> list[dict[str, Any]]:
    ranks = competition_ranks(Decimal(row["points"].value) for row in rows)
    return [
        {
            "rank": rank,
            "identifier": row["identifier"].value,
            "iri": row["project"].value,
            "title": title_in(titles, row["project"].value),
            "assessment": row["assessment"].value,
            "points": exact(row["points"]),
            "upperPoints": exact(row["upperPoints"]),
            "roundedTo": None if row["roundedTo"] is None else int(row["roundedTo"].value),
            "band": None if row["band"] is None else _band(row["band"].value, knowledge),
        }
        for rank, row in zip(ranks, rows, strict=True)
    ]


def _band(iri: str, knowledge: Knowledge) -> dict[str, Any]:
    return {"iri": iri, "label": both(knowledge.label(iri))}


def _nothing_reviewed() -> NothingReviewed:
    return NothingReviewed(
        Text("没有一个项目经过审查，没有核定可比。", "No project was reviewed, so there is no verified result."),
        fix=Text("看自评的排名。", "Ask for the ranking by the self-assessed result."),
    )
