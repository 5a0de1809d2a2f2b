"""Rules made ready for an engine: compiled once for a knowledge, kept as bytes, run against indexed facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
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
# The objects of a column of subjects, or the one of all of them.
_Ends = Sequence[str | None] | str
_EMPTY: Links = {}
_NONE: AbstractSet[Any] = frozenset()


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

    __slots__ = ("backward", "forward", "waiting")

    def __init__(self) -> None:
        self.forward: dict[str, Links] = {}
        self.backward: dict[str, dict[str, list[str]]] = {}
        # Facts that nothing has looked at yet, by predicate: columns of subjects, no two the same, and of objects.
        self.waiting: dict[str, list[tuple[AbstractSet[str], Sequence[Any], _Ends]]] = {}

    def settled(self, predicates: Iterable[str] | None = None) -> Index:
        """The index itself, with the facts of some predicates, or of all, where they are looked for."""
        waiting = self.waiting
        for predicate in list(waiting) if predicates is None else waiting.keys() & predicates:
            for _, starts, ends in waiting.pop(predicate):
                _all(self, predicate, starts, ends, None)
        return self

    def add(self, statements: Iterable[Statement], new: list[Statement] | None = None) -> int:
        """Add statements; how many were not there before, which ``new`` is given."""
        if self.waiting:
            self.settled()
        forward, backward, number = self.forward, self.backward, 0
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
            number += 1
            if predicate in backward:
                backward[predicate].setdefault(thing, []).append(subject)
            if new is not None:
                new.append((subject, predicate, thing))
        return number

    def reverse(self, predicate: str) -> dict[str, list[str]]:
        """Object → subjects of a predicate."""
        if predicate in self.waiting:
            self.settled((predicate,))
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

    def statements(self) -> Iterable[Statement]:
        """Every fact."""
        self.settled()
        for predicate, links in self.forward.items():
            for subject, ends in links.items():
                for thing in ends:
                    yield subject, predicate, thing


@dataclass(frozen=True)
class Query:
    """A query that is ready: run with facts it gives rows, a column for each name.

    ``loose`` are the columns that may be unbound, or a literal where the template has a subject; ``reads`` are the
    predicates whose facts it looks at, if not all.
    """

    columns: tuple[str, ...]
    template: Template
    loose: frozenset[int]
    reads: tuple[str, ...] | None
    _run: Callable[..., Rows]

    def rows(self, index: Index, new: Index | None = None) -> Rows:
        """The rows over an index of facts; one compiled for new facts reads some of them there.

        :raises Beyond: a value that is not computed here.
        """
        if index.waiting:
            index.settled(self.reads)
        fresh = new or index
        with localcontext(arithmetic.EXACT):
            return self._run(index.forward, index.reverse, fresh.forward, fresh.reverse)

    def emit(self, rows: Rows, index: Index, new: list[Statement] | None = None) -> int:
        """Add what the template makes of rows; how many facts were not there before, which ``new`` is given."""
        if not rows:
            return 0
        columns = list(zip(*rows, strict=True))
        # The subjects of a column, where all are there and no two the same.
        different: dict[int, AbstractSet[str]] = {}
        number = 0
        for subject, predicate, thing in self.template:
            if isinstance(predicate, int):
                number += index.add(_made((subject, predicate, thing), rows), new)
                continue
            if not isinstance(subject, int):
                starts, own = (subject,) * len(rows), _NONE
            else:
                starts = columns[subject]
                if subject not in different:
                    found = frozenset(starts) if subject not in self.loose else _NONE
                    different[subject] = found if len(found) == len(starts) else _NONE
                own = different[subject]
            ends = columns[thing] if isinstance(thing, int) else thing
            if not own or thing in self.loose:
                index.settled((predicate,))
                number += _each(index, predicate, starts, ends, new)
            elif new is None and predicate not in index.forward:
                number += _later(index, predicate, own, starts, ends)
            else:
                index.settled((predicate,))
                add = _all if index.forward.get(predicate, _EMPTY).keys().isdisjoint(own) else _each
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


def _later(index: Index, predicate: str, own: AbstractSet[str], starts: Sequence[Any], ends: _Ends) -> int:
    """Add facts of a predicate that nothing has looked at, about different subjects; how many were not there."""
    waiting = index.waiting.setdefault(predicate, [])
    if all(own.isdisjoint(others) for others, _, _ in waiting):
        waiting.append((own, starts, ends))
        return len(starts)
    index.settled((predicate,))
    return _each(index, predicate, starts, ends, None)


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


# A query as plain values: columns, template, loose columns, predicates that it reads, code of its function, tables,
# decimals, patterns with replacements, texts of signs.
Plain = tuple[
    tuple[str, ...],
    Template,
    tuple[int, ...],
    tuple[str, ...] | None,
    CodeType,
    Mapping[str, Any],
    Mapping[str, str],
    Mapping[str, tuple[str, str]],
    Mapping[str, str],
]


def ready(plain: Plain) -> Query:
    """A query from plain values."""
    columns, template, loose, reads, code, tables, decimals, cuts, places = plain
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
    return Query(columns, template, frozenset(loose), reads, FunctionType(run, space))
