"""Rules made ready for an engine: compiled once for a knowledge, kept as bytes, run against indexed facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import repeat
from types import CodeType, FunctionType
from typing import Any, cast

from danao.engine.rules import arithmetic, functions
from danao.statements import Statement

Rows = list[tuple[str | None, ...]]
# The objects of a subject, each once: a few in a tuple, which is small; many are the keys of a dictionary.
Ends = tuple[str, ...] | dict[str, None]
Links = dict[str, Ends]
# Triples of terms and of names of columns, which are numbers.
Template = tuple[tuple[str | int, str | int, str | int], ...]
_EMPTY: Links = {}


# So many facts at once are not put into an index one by one.
_MANY = 50
# More ends than this are not looked for one by one.
_FEW = 12


def put(links: Links, start: str, ends: Ends, end: str) -> None:
    """Add an end that is not among those of a start."""
    if isinstance(ends, dict):
        ends[end] = None
    elif len(ends) < _FEW:
        links[start] = (*ends, end)
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
                links[subject] = (thing,)
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
    """A query that is ready: run with facts it gives rows, a column for each name.

    ``loose`` are the columns that may be unbound, or a literal where the template has a subject.
    """

    columns: tuple[str, ...]
    template: Template
    loose: frozenset[int]
    _run: Callable[..., Rows]

    def rows(self, index: Index, new: Index | None = None) -> Rows:
        """The rows over an index of facts; one compiled for new facts reads some of them there.

        :raises Beyond: a value that is not computed here.
        """
        fresh = new or index
        with localcontext(arithmetic.EXACT):
            return self._run(index.forward, index.reverse, fresh.forward, fresh.reverse)

    def emit(self, rows: Rows, index: Index, new: list[Statement] | None = None) -> int:
        """Add what the template makes of rows; how many facts were not there before, which ``new`` is given."""
        if not rows:
            return 0
        columns = list(zip(*rows, strict=True))
        distinct: dict[int, bool] = {}
        number = 0
        for subject, predicate, thing in self.template:
            if isinstance(predicate, int):
                number += _any(index, _made((subject, predicate, thing), rows), new)
                continue
            starts = columns[subject] if isinstance(subject, int) else (subject,) * len(rows)
            ends = columns[thing] if isinstance(thing, int) else thing
            if isinstance(subject, int) and subject not in distinct:
                distinct[subject] = subject not in self.loose and len(set(starts)) == len(starts)
            fresh = isinstance(subject, int) and distinct[subject] and thing not in self.loose
            add = _all if fresh and index.forward.get(predicate, _EMPTY).keys().isdisjoint(starts) else _each
            number += add(index, predicate, starts, ends, new)
        return number

    def made(self, rows: Rows) -> Iterable[Statement]:
        """What the template makes of rows."""
        for triple in self.template:
            yield from _made(triple, rows)


def _made(triple: tuple[str | int, str | int, str | int], rows: Rows) -> Iterable[Statement]:
    """What one triple of a template makes of rows: nothing where something is unbound, or is no node."""
    subject, predicate, thing = triple
    for row in rows:
        one = row[subject] if isinstance(subject, int) else subject
        two = row[predicate] if isinstance(predicate, int) else predicate
        three = row[thing] if isinstance(thing, int) else thing
        if one is not None and two is not None and three is not None and one[0] != '"' and two[0] == "<":
            yield one, two, three


def _any(index: Index, statements: Iterable[Statement], new: list[Statement] | None) -> int:
    """Add statements of any predicates; how many were not there before."""
    fresh = [one for one in dict.fromkeys(statements) if one not in index]
    index.add(fresh)
    if new is not None:
        new += fresh
    return len(fresh)


# The objects of a column of subjects, or the one of all of them.
_Ends = Sequence[str | None] | str


def _each(index: Index, predicate: str, starts: Sequence[str | None], ends: _Ends, new: list[Statement] | None) -> int:
    """Add facts of one predicate, of which some may be there, or have something unbound; how many were not there."""
    links, backward = index.forward.setdefault(predicate, {}), index.backward.get(predicate)
    number = 0
    for start, end in zip(starts, repeat(ends) if isinstance(ends, str) else ends, strict=False):
        if start is None or end is None or start[0] == '"':
            continue
        known = links.get(start)
        if known is None:
            links[start] = (end,)
        elif end in known:
            continue
        else:
            put(links, start, known, end)
        number += 1
        if backward is not None:
            backward.setdefault(end, []).append(start)
        if new is not None:
            new.append((start, predicate, end))
    return number


def _all(index: Index, predicate: str, starts: Sequence[Any], ends: _Ends, new: list[Statement] | None) -> int:
    """Add facts of one predicate about different subjects that had none; how many they are."""
    links, backward = index.forward.setdefault(predicate, {}), index.backward.get(predicate)
    if isinstance(ends, str):
        links |= dict.fromkeys(starts, (ends,))
    else:
        links.update(zip(starts, cast("Iterable[tuple[str]]", zip(ends, strict=True)), strict=True))
    if backward is not None and isinstance(ends, str):
        backward.setdefault(ends, []).extend(starts)
    elif backward is not None and len(starts) > _MANY:
        # Made anew if anybody asks again.
        del index.backward[predicate]
    elif backward is not None:
        for start, end in zip(starts, ends, strict=True):
            backward.setdefault(end or "", []).append(start)
    if new is not None:
        things = repeat(ends) if isinstance(ends, str) else cast("Iterable[str]", ends)
        new += zip(starts, repeat(predicate), things, strict=False)
    return len(starts)


# A query as plain values: columns, template, loose columns, code of its function, tables, decimals, patterns with
# replacements, texts of signs.
Plain = tuple[
    tuple[str, ...],
    Template,
    tuple[int, ...],
    CodeType,
    Mapping[str, Any],
    Mapping[str, str],
    Mapping[str, tuple[str, str]],
    Mapping[str, str],
]


def ready(plain: Plain) -> Query:
    """A query from plain values."""
    columns, template, loose, code, tables, decimals, cuts, places = plain
    space: dict[str, Any] = {
        **vars(arithmetic),
        **vars(functions),
        "EMPTY": _EMPTY,
        "NOTHING": (None,),
        "RANKS": functions.Ranks(),
        "PARTS": functions.Parts(),
        **{name: Decimal(text) for name, text in decimals.items()},
        **{name: functions.Cuts(*pair) for name, pair in cuts.items()},
        **{name: functions.Places(text) for name, text in places.items()},
        **tables,
    }
    (run,) = (constant for constant in code.co_consts if isinstance(constant, CodeType))
    return Query(columns, template, frozenset(loose), FunctionType(run, space))
