"""Report: the tables that pages, files and the command line show."""

from __future__ import annotations

from collections.abc import Mapping

from danao.engine.interface import Row, Workspace
from danao.knowledge import Knowledge


def tables(workspace: Workspace, knowledge: Knowledge) -> Mapping[str, list[Row]]:
    """The rows of every report query, by the query's name, in the query's order."""
    return {name: workspace.select(query) for name, query in knowledge.rules["report"].items()}
