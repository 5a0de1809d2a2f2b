"""The table of the projects that a reader sees: gathered once for each copy of the store, and asked by the overview.

What is told of single assessments is kept from copy to copy, so a submission costs what its own assessment takes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from danao.view import KINDS
from danao.web.asking import Asked
from danao.web.pool import Work
from danao.web.readers import PUBLIC, Reader, Scope
from danao.web.sights import Sight

_TABLE, _DETAILS = "danao.web.site.gathering:table", "danao.web.site.gathering:details"
# Requirements that the overview names as lacking most.
_FOREMOST = 12
# What is told of an assessment: its ``year``, ``shares``, and requirements ``passed`` and ``apart``, as gathered.
Detail = Mapping[str, Any]
_OFFICE = Reader("", frozenset({Scope.admin}))


@dataclass(frozen=True)
class Total:
    """A total of one kind of result: exact points and bound, rank and band where it has them.

    ``reviewed`` is false of a verified total where nobody reviewed anything; ``earlier`` are the points of earlier
    versions, the first one first.
    """

    points: Decimal
    bound: Decimal
    rank: int | None
    reviewed: bool
    rounded: bool
    band: Mapping[str, str] | None
    earlier: Sequence[Decimal]

    @property
    def change(self) -> Decimal | None:
        """How many points more than the version before."""
        return self.points - self.earlier[-1] if self.earlier else None


@dataclass(frozen=True)
class Project:
    """A project as a reader sees it; ``whole`` where they see all of it.

    ``shares`` are attainments from 0 to 100 by kind of result, in the order of the table's elements; none where the
    project has no result of the kind.
    """

    identifier: str
    title: Mapping[str, str]
    time: str
    published: bool
    whole: bool
    year: str
    facets: Mapping[str, Sequence[str]]
    totals: Mapping[str, Total]
    shares: Mapping[str, Sequence[float | None]]

    def has(self, kind: str) -> bool:
        """Whether it has a kind of result: nothing is verified of what nobody reviewed."""
        return kind in self.totals and self.totals[kind].reviewed

    @property
    def said(self) -> str:
        """What a search looks in."""
        return "\n".join([self.identifier, *self.title.values()]).casefold()


@dataclass(frozen=True)
class Table:
    """Projects by identifier, and what their values are about, as :mod:`danao.web.site.gathering` tells it.

    The labels of ``facets`` may be of values that no project here has.
    """

    projects: Mapping[str, Project]
    elements: Sequence[Mapping[str, Any]]
    facets: Sequence[Mapping[str, Any]]
    lacking: Mapping[str, Sequence[Mapping[str, Any]]]

    @property
    def reviewed(self) -> bool:
        """Whether anything in it was reviewed, so that verified results tell something."""
        return any(one.has(KINDS[-1]) for one in self.projects.values())


def table_of(asked: Asked) -> Table:
    """The table that a reader sees: of projects of their own as the office does, else what is public."""
    if asked.reader.sees_everything:
        return _kept(asked, _OFFICE)
    public = _kept(asked, PUBLIC)
    if asked.reader.is_public:
        return public
    office = _kept(asked, _OFFICE)
    own = {name: office.projects[name] for name in asked.reader.own(office.projects)}
    projects = dict(sorted({**public.projects, **_ranked(own, public)}.items()))
    return Table(projects, public.elements, office.facets, public.lacking)


def _ranked(own: Mapping[str, Project], public: Table) -> dict[str, Project]:
    """Projects of a reader's own, with the ranks that the public sees."""
    return {name: _with_ranks(one, public.projects.get(name)) for name, one in own.items()}


def _with_ranks(project: Project, shown: Project | None) -> Project:
    ranks = {kind: total.rank for kind, total in shown.totals.items()} if shown else {}
    totals = {kind: replace(one, rank=ranks.get(kind)) for kind, one in project.totals.items()}
    return replace(project, totals=totals)


def whole_sight(asked: Asked) -> Sight:
    """What the office sees of the copy that a reader is answered from; for what they may see as a whole."""
    return asked.service.sights.of(_OFFICE, asked.sight.copy)


def _kept(asked: Asked, reader: Reader) -> Table:
    """The table of the office or the public, gathered where the copy has none yet."""
    service, copy = asked.service, asked.sight.copy
    sight = service.sights.of(reader, copy)
    found: Table = service.tables.value(sight.key, copy.folder.name, lambda: _gathered(asked, sight))
    return found


def _gathered(asked: Asked, sight: Sight) -> Table:
    told = _told(asked, sight, _TABLE)
    requirements, members = told.pop("requirements"), told.pop("projects")

    def made(some: Sequence[tuple[int, str]]) -> Iterable[Detail]:
        assessments = [assessment for _, assessment in some]
        found = _told(asked, sight, _DETAILS, assessments=assessments)
        return [found[assessment] for assessment in assessments]

    # Of an entry, nobody is ever shown anything else.
    shown = [(one["entry"], one["assessment"]) for one in members]
    details = asked.service.details.values(sight.key, shown, made)
    pairs = [(_project(one, own, whole=sight.key == "office"), own) for one, own in zip(members, details, strict=True)]
    lacking = {kind: list(_lacking(kind, [own for one, own in pairs if one.has(kind)], requirements)) for kind in KINDS}
    return Table({one.identifier: one for one, _ in pairs}, **told, lacking=lacking)


def _told(asked: Asked, sight: Sight, job: str, **more: object) -> Any:  # noqa: ANN401 - as the job says
    arguments = {"folder": str(sight.copy.folder.resolve()), "view": sight.key, "graph": sight.default[0], **more}
    return json.loads(asked.service.work.run(Work(job, arguments), asked.service.settings.work).parts[0])


def _lacking(
    kind: str, details: Sequence[Detail], requirements: Sequence[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """The requirements that most projects do not pass, of equal ones the first in reading order."""
    passed, apart = (Counter(place for own in details for place in own[name][kind]) for name in ("passed", "apart"))
    missing = {place: len(details) - passed[place] - apart[place] for place in range(len(requirements))}
    for place in sorted(missing, key=lambda place: -missing[place])[:_FOREMOST]:
        if missing[place]:
            yield {**requirements[place], "missing": missing[place], "projects": len(details) - apart[place]}


def _project(told: Mapping[str, Any], detail: Detail, *, whole: bool) -> Project:
    names = ("identifier", "time", "published", "facets")
    totals = {kind: _total(one) for kind, one in told["totals"].items()}
    title = told["title"] or dict.fromkeys(("zh", "en"), told["identifier"])
    own = {name: told[name] for name in names} | {name: detail[name] for name in ("year", "shares")}
    found = Project(**own, totals=totals, whole=whole, title=title)
    blank = {kind: [None] * len(shares) for kind, shares in found.shares.items() if not found.has(kind)}
    return replace(found, shares={**found.shares, **blank})


def _total(told: Mapping[str, Any]) -> Total:
    return Total(
        Decimal(told["points"]),
        Decimal(told["upperPoints"]),
        told["rank"],
        told["reviewed"],
        told["roundedTo"] is not None,
        told["band"],
        tuple(map(Decimal, told["earlier"])),
    )
