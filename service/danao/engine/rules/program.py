"""Rules made ready for an engine: compiled once for a knowledge, kept as bytes, run against indexed facts."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import CodeType, FunctionType
from typing import Any

from danao.engine.rules import functions
from danao.statements import Statement

Rows = list[tuple[str | None, ...]]
# The objects of a subject, each once: a few in a list, which is small; many are the keys of a dictionary.
Ends = list[str] | dict[str, None]
Links = dict[str, Ends]
# Triples of terms and of names of columns, which are numbers.
Template = tuple[tuple[str | int, str | int, str | int], ...]
_EMPTY: Links = {}


# More ends than this are not looked for one by one.
_FEW = 12


def put(links: Links, start: str, ends: Ends, end: str) -> None:
    """Add an end that is not among those of a start."""
    if isinstance(ends, dict):
        ends[end] = None
    elif len(ends) < _FEW:
        ends.append(end)
    else:
        links[start] = dict.fromkeys((*ends, end))


class Index:
    """Facts by predicate and subject, and by predicate and object where somebody asked for it."""

    __slots__ = ("backward", "forward")

    def __init__(self) -> None:
        self.forward: dict[str, Links] = {}
        self.backward: dict[str, dict[str, list[str]]] = {}

    def add(self, statements: Iterable[Statement]) -> None:
        """Add statements."""
        forward, backward = self.forward, self.backward
        for subject, predicate, thing in statements:
            links = forward.get(predicate)
            if links is None:
                links = forward[predicate] = {}
            ends = links.get(subject)
            if ends is None:
                links[subject] = [thing]
            elif thing in ends:
                continue
            else:
                put(links, subject, ends, thing)
            if predicate in backward:
                backward[predicate].setdefault(thing, []).append(subject)

    def reverse(self, predicate: str) -> dict[str, list[str]]:
        """Object → subjects of a predicate."""
        found = self.backward.get(predicate)
        if found is None:
            links = self.forward.get(predicate)
            if links is None:
                return {}
            found = self.backward[predicate] = {}
            for subject, ends in links.items():
                for thing in ends:
                    starts = found.get(thing)
                    if starts is None:
                        found[thing] = [subject]
                    else:
                        starts.append(subject)
        return found

    def __contains__(self, statement: Statement) -> bool:
        subject, predicate, thing = statement
        return thing in self.forward.get(predicate, _EMPTY).get(subject, ())

    def statements(self) -> Iterable[Statement]:
        """Every fact."""
        for predicate, links in self.forward.items():
            for subject, ends in links.items():
                for thing in ends:
                    yield subject, predicate, thing


@dataclass(frozen=True)
class Query:
    """A query that is ready: run with facts it gives rows, a column for each name."""

    columns: tuple[str, ...]
    template: Template
    _run: Callable[..., Rows]
    _emit: Callable[..., int] | None

    def rows(self, index: Index, new: Index | None = None) -> Rows:
        """The rows over an index of facts; one compiled for new facts reads some of them there.

        :raises Beyond: a value that is not computed here.
        """
        fresh = new or index
        return self._run(index.forward, index.reverse, fresh.forward, fresh.reverse)

    def emit(self, rows: Rows, index: Index, new: list[Statement] | None = None) -> int:
        """Add what the template makes of rows; how many facts were not there before, which ``new`` is given."""
        return self._emit(rows, index.forward, index.backward, new) if self._emit else 0

    def made(self, rows: Rows) -> Iterable[Statement]:
        """What the template makes of rows."""
        for row in rows:
            for triple in self.template:
                made = tuple(row[node] if isinstance(node, int) else node for node in triple)
                if None not in made and made[0][0] != '"' and made[1][0] == "<":  # type: ignore[index]
                    yield made  # type: ignore[misc]


# A query as plain values: columns, template, code of its functions, tables, decimals, patterns with replacements.
Plain = tuple[
    tuple[str, ...],
    Template,
    CodeType,
    Mapping[str, tuple[Sequence[Any], tuple[int, ...]]],
    Mapping[str, str],
    Mapping[str, tuple[str, str]],
]


def ready(plain: Plain) -> Query:
    """A query from plain values."""
    columns, template, code, tables, decimals, cuts = plain
    space: dict[str, Any] = {
        **_FUNCTIONS,
        "EMPTY": _EMPTY,
        "put": put,
        "NOTHING": (None,),
        **{name: Decimal(text) for name, text in decimals.items()},
        **{name: functions.Cuts(*pair) for name, pair in cuts.items()},
        **{name: _looked_up(rows, keys) for name, (rows, keys) in tables.items()},
    }
    functions_of = {
        constant.co_name: FunctionType(constant, space) for constant in code.co_consts if isinstance(constant, CodeType)
    }
    return Query(columns, template, functions_of["query"], functions_of.get("emit"))


_FUNCTIONS = {name: value for name, value in vars(functions).items() if callable(value)}


def _looked_up(rows: Sequence[Any], keys: tuple[int, ...]) -> object:
    return functions.indexed(rows, keys) if keys else rows


def packed(queries: Mapping[str, Sequence[Plain]]) -> bytes:
    """Queries as bytes, for the Python that wrote them."""
    return marshal.dumps({name: tuple(one) for name, one in queries.items()})


def unpacked(data: bytes) -> dict[str, tuple[Plain, ...]]:
    """Queries from bytes of :func:`packed`, which must be trusted: they hold code."""
    found: dict[str, tuple[Plain, ...]] = marshal.loads(data)  # noqa: S302 - the cache checks whose bytes these are
    return found
