"""Projects by the number that the tables join on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from danao.fleet.analysis.queries import query_named
from danao.fleet.analysis.ranking import project_of
from danao.fleet.analysis.tables import Tables


def projects_named(seqs: Collection[int], tables: Tables) -> Mapping[int, dict[str, Any]]:
    """Seq → project, as a thing of JSON output."""
    if not seqs:
        return {}
    rows = tables.rows(query_named("projects-named"), seqs=sorted(seqs))
    return {row["seq"]: project_of(row) for row in rows}
