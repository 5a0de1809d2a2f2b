"""The projects that a reader sees, and a page of them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import Query

from danao.registry.public_views import published
from danao.registry.views import listing
from danao.web.api.finding import kept
from danao.web.api.forms import as_json
from danao.web.asking import Asked
from danao.web.lasting import Answer

Member = Mapping[str, Any]


# What projects are ordered by; in descending order with a sign before it. Totals are those of a kind of result.
Sort = Literal["identifier", "-identifier", "time", "-time", "SelfAssessed", "-SelfAssessed", "Verified", "-Verified"]


@dataclass(frozen=True)
class Wanted:
    """Which projects: some text in identifier or title, whether they are published; in which order; which page."""

    q: Annotated[str | None, Query(max_length=200, description="标识或标题中的文字。 Text in identifier or title.")] = (
        None
    )
    published: Annotated[bool | None, Query(description="是否已公布。 Whether they are published.")] = None
    sort: Annotated[Sort, Query(description="排序。 The order; descending with a sign.")] = "identifier"
    page: Annotated[int, Query(ge=1, le=1_000_000, description="第几页。 Which page.")] = 1
    size: Annotated[int, Query(ge=1, le=200, description="每页几项。 Projects on a page.")] = 50


def seen_projects(asked: Asked) -> list[Member]:
    """The projects that a reader sees, by identifier, as in ``danao-registry/1``: each as they see it."""
    if asked.reader.sees_everything:
        return _members(asked, "office")
    found = {member["identifier"]: member for member in _members(asked, "public")}
    if not asked.reader.is_public:
        found |= {one["identifier"]: one for one in _members(asked, "office") if asked.reader.sees(one["identifier"])}
    return [found[identifier] for identifier in sorted(found)]


def _members(asked: Asked, view: str) -> list[Member]:
    """The projects that a view shows; worked out once for each copy of the store."""
    key = f"projects {view} {asked.copy.folder.name}"
    answer = asked.service.answers.of(key, lambda: _listed(asked, view))
    found: list[Member] = json.loads(answer.body)["projects"]
    return found


def _listed(asked: Asked, view: str) -> Answer:
    registry = kept(asked)
    projects = listing(registry)["projects"] if view == "office" else published(registry)
    return as_json({"projects": projects})


def chosen(members: Sequence[Member], wanted: Wanted) -> list[Member]:
    """The projects that are wanted, in the order that is wanted."""
    text = (wanted.q or "").strip().casefold()
    found = [one for one in members if wanted.published in (None, one["published"]) and text in _said(one)]
    name = wanted.sort.removeprefix("-")
    down = wanted.sort.startswith("-")
    with_value = [one for one in found if _value(one, name) is not None]
    without = [one for one in found if _value(one, name) is None]
    # Of equal ones the first by identifier stands first, in either order.
    return sorted(with_value, key=lambda one: _value(one, name), reverse=down) + without


def _said(member: Member) -> str:
    title = member["title"] or {}
    return "\n".join([member["identifier"], *title.values()]).casefold()


def _value(member: Member, name: str) -> Any:  # noqa: ANN401 - of whatever kind, compared with its like
    if name == "time":
        return dt.datetime.fromisoformat(member["time"])
    if name == "identifier":
        return member["identifier"]
    points = member["totals"].get(name)
    return None if points is None else Decimal(points["points"])


def links(path: str, query: Mapping[str, str], page: int, pages: int) -> str:
    """The ``Link`` header of a page among pages (RFC 8288)."""
    others = {"first": 1, "prev": page - 1, "next": page + 1, "last": pages}
    found = [
        f'<{path}?{urlencode({**query, "page": number})}>; rel="{name}"'
        for name, number in others.items()
        if 1 <= number <= pages
    ]
    return ", ".join(found)
