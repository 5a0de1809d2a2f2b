"""Which projects, and which of the two results: what every analysis begins with."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from danao import __version__
from danao.errors import NothingReviewed, Place, Text, UsageError
from danao.fleet.analysis.elements import Elements, Value, chosen_values
from danao.fleet.analysis.queries import query_named
from danao.fleet.analysis.tables import Tables, fleet_in, opened
from danao.heads import Question

# How a result is called on the command line and in the tables → in JSON output.
RESULTS = {"self": "SelfAssessed", "verified": "Verified"}


@dataclass(frozen=True)
class Selection:
    """What is asked for: ``self`` or ``verified``, and values of facets.

    Of several values of one facet a project has one, of several facets it has each.
    """

    result: str
    where: tuple[tuple[str, str], ...] = ()


def conditions_of(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Conditions such as ``city=济南市`` in two parts.

    :raises UsageError: one is not of that form.
    """
    found = [tuple(part.strip() for part in text.partition("=")) for text in texts]
    for facet, equals, value in found:
        if not (facet and equals and value):
            raise UsageError(
                Text("条件不是 分面=取值 的形式。", "A condition is not of the form facet=value."),
                fix=Text("例如 --where city=济南市。", "For example --where city=Jinan."),
            )
    return tuple((facet, value) for facet, _, value in found)


@dataclass(frozen=True)
class Chosen:
    """The tables with the views of a selection: totals, scores and outcomes of one result, of the projects chosen."""

    tables: Tables
    selection: Selection
    overview: dict[str, Any]
    values: tuple[Value, ...]

    @property
    def filtered(self) -> bool:
        """Whether only some values of facets are chosen."""
        return bool(self.values)

    @cached_property
    def elements(self) -> Elements:
        """The elements that the results name."""
        return Elements(self.tables)

    def head(self, name: str) -> dict[str, Any]:
        """What every document begins with: its format, what was chosen, and from how many."""
        return {
            "format": f"{name}/1",
            "software": f"danao {__version__}",
            "knowledgeDigest": self.overview["knowledge"],
            "asOf": {"first": _day(self.overview["first_date"]), "last": _day(self.overview["last_date"])},
            "result": RESULTS[self.selection.result],
            "where": [{"facet": value.facet, "value": value.as_json()} for value in self.values],
            "projects": {
                "described": self.overview["projects"],
                "scored": self.overview["scored"],
                "reviewed": self.overview["reviewed"],
                "refused": self.overview["refused"],
                "unread": self.overview["unread"],
            },
        }


def _day(date: Any) -> str | None:  # noqa: ANN401 - a date or nothing
    return date.isoformat() if date else None


@contextlib.contextmanager
def chosen(folder: Path, selection: Selection) -> Iterator[Chosen]:
    """The fleet in a folder, opened for a selection.

    :raises DanaoError: the folder holds no complete results, or the selection names what there is not.
    :raises NothingReviewed: verified results are asked for, and no project was reviewed.
    """
    with opened(fleet_in(folder)) as tables:
        yield choose(tables, selection)


def choose(tables: Tables, selection: Selection) -> Chosen:
    """The views of a selection, made in the connection.

    :raises DanaoError: as :func:`chosen`.
    """
    (overview,) = tables.rows(query_named("overview"))
    if selection.result == "verified" and overview["scored"] and not overview["reviewed"]:
        raise nothing_reviewed(tables.fleet.folder)
    values = chosen_values(selection.where, tables)
    tables.run(
        query_named("tables/matching"),
        facets=[value.facet for value in values],
        values=[value.iri for value in values],
    )
    verified = selection.result == "verified"
    tables.run(_of_result("tables/chosen", selection), verified=verified, filtered=bool(values))
    tables.run(query_named("tables/of-chosen" if values or verified else "tables/of-all"))
    tables.run(_of_result("tables/of-result", selection))
    return Chosen(tables, selection, overview, tuple(values))


def _of_result(name: str, selection: Selection) -> Question:
    """A query whose columns are those of one kind of result."""
    query = query_named(name)
    return replace(query, text=query.text.replace("{result}", selection.result))


def nothing_reviewed(folder: Path) -> NothingReviewed:
    """Verified results are asked for, of a run in which no project was reviewed."""
    return NothingReviewed(
        Text("没有一个项目经过审查，没有核定可比。", "No project was reviewed, so there is no verified result."),
        place=Place(file=str(folder).encode(errors="replace").decode()),
        fix=Text(
            "看自评用 --result self；要核定，评估时用 --examination 给出审查。",
            "For the self-assessed result use --result self; for the verified one assess with --examination.",
        ),
    )
