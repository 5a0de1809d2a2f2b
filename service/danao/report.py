"""Report: the tables that pages, files and the command line show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from danao.engine.interface import Row, Workspace
from danao.knowledge import Knowledge


class Tables(Mapping[str, list[Row]]):
    """The rows of every report query, by the query's name, in the query's order; each is asked when it is looked at."""

    def __init__(self, workspace: Workspace, queries: Mapping[str, str]) -> None:
        self._workspace, self._queries = workspace, queries
        self._rows: dict[str, list[Row]] = {}

    def __getitem__(self, name: str) -> list[Row]:
        if name not in self._rows:
            self._rows[name] = self._workspace.select(self._queries[name])
        return self._rows[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._queries)

    def __len__(self) -> int:
        return len(self._queries)


def tables(workspace: Workspace, knowledge: Knowledge) -> Tables:
    """The tables of an assessment, whose facts are all in the workspace."""
    return Tables(workspace, knowledge.rules["report"])
