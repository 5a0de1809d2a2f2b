"""Which projects of a table a reader wants to see: filters, a search, an order, a page; all from the address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from starlette.datastructures import QueryParams

from danao.errors import BadRequest, Text
from danao.view import KINDS
from danao.web.site.tables import Project, Table

SIZE = 50
_LONGEST = 200
STATUSES = ("published", "unpublished", "examined")
# What can be ordered by, and whether the largest stands first where the address does not say.
_ORDERS: Mapping[str, tuple[Callable[[Project, str], Any], bool]] = {
    "identifier": (lambda one, _: one.identifier, False),
    "title": (lambda one, _: one.title["zh"], False),
    "year": (lambda one, _: one.year or None, True),
    "time": (lambda one, _: one.time, True),
}
# The numbers of a total that can be ordered by, the largest first.
_NUMBERS = ("points", "bound", "change")
ORDERS = (*_ORDERS, *_NUMBERS)


def _total(project: Project, kind: str, name: str) -> Decimal | None:
    total = project.totals.get(kind)
    found: Decimal | None = getattr(total, name) if total else None
    return found


@dataclass(frozen=True)
class Wanted:
    """What a reader wants to see; ``kind`` is the result that orders and draws, ``facets`` are codes by name."""

    text: str
    facets: Mapping[str, str]
    year: str
    status: str
    kind: str
    order: str
    down: bool
    page: int

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.text or self.facets or self.year or self.status)


def wanted(query: QueryParams, table: Table) -> Wanted:
    """What an address asks for; what it leaves empty it does not ask for.

    :raises BadRequest: a parameter is not what it should be.
    """
    order = query.get("sort") or "-points"
    return Wanted(
        text=_short("q", query),
        facets={one["name"]: code for one in table.facets if (code := _short(one["name"], query))},
        year=_short("year", query),
        status=_one_of("status", query, STATUSES),
        kind=_one_of("result", query, KINDS) or KINDS[-1 if table.reviewed else 0],
        order=_known("sort", order.removeprefix("-"), ORDERS),
        down=order.startswith("-"),
        page=_number("page", query),
    )


def _short(name: str, query: QueryParams) -> str:
    text = query.get(name, "").strip()
    if len(text) > _LONGEST:
        raise _wrong(name, Text(f"不超过 {_LONGEST} 个字符。", f"Give at most {_LONGEST} characters."))
    return text


def _one_of(name: str, query: QueryParams, values: Sequence[str]) -> str:
    text = query.get(name, "")
    return _known(name, text, values) if text else ""


def _known(name: str, text: str, values: Sequence[str]) -> str:
    if text not in values:
        raise _wrong(name, Text(f"可用的值：{'、'.join(values)}。", f"It takes {', '.join(values)}."))
    return text


def _number(name: str, query: QueryParams) -> int:
    text = query.get(name) or "1"
    if not (text.isascii() and text.isdigit() and len(text) <= len("999999") and int(text)):
        raise _wrong(name, Text("写大于 0 的整数。", "Give a whole number above 0."))
    return int(text)


def _wrong(name: str, fix: Text) -> BadRequest:
    return BadRequest(Text(f"参数 {name} 不对。", f"The parameter {name} is wrong."), fix=fix)


def chosen(table: Table, want: Wanted) -> list[Project]:
    """The projects that are wanted, in the order that is wanted; what has no value stands last."""
    found = [one for one in table.projects.values() if _fits(one, want)]
    with_value = [one for one in found if _value(one, want) is not None]
    without = [one for one in found if _value(one, want) is None]
    # Of equal ones the first by identifier stands first, in either order.
    return sorted(with_value, key=lambda one: _value(one, want), reverse=want.down) + without


def _value(project: Project, want: Wanted) -> Any:  # noqa: ANN401 - of whatever kind, compared with its like
    """What a project is ordered by."""
    if want.order in _NUMBERS:
        return _total(project, want.kind, want.order)
    return _ORDERS[want.order][0](project, want.kind)


def _fits(project: Project, want: Wanted) -> bool:
    return (
        (not want.text or want.text.casefold() in project.said)
        and want.year in ("", project.year)
        and (not want.status or want.status in _statuses(project))
        and all(code in project.facets.get(name, ()) for name, code in want.facets.items())
    )


def _statuses(project: Project) -> list[str]:
    return ["published" if project.published else "unpublished", *(["examined"] if project.has(KINDS[-1]) else [])]


def sorting(order: str, want: Wanted) -> str:
    """The value of ``sort`` that a head of a column leads to: the other way round where it orders already."""
    if order == want.order:
        return order if want.down else f"-{order}"
    return f"-{order}" if order in _NUMBERS or _ORDERS[order][1] else order


def occurring(table: Table, name: str) -> Mapping[str, int]:
    """How many projects of a table have each code of a facet."""
    return Counter(code for one in table.projects.values() for code in one.facets.get(name, ()))
