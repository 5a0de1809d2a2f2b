"""Rules made ready for an engine: compiled once for a knowledge, kept as bytes, run against indexed facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal, getcontext, setcontext
from functools import lru_cache
from itertools import repeat
from types import CodeType, FunctionType
from typing import Any, cast

from danao.engine.rules import arithmetic, functions
from danao.statements import Statement

# So many values of each function of terms are remembered: as many as one description has of it, and those that all
# have. With more, a process would only remember those of descriptions that it is done with.
_REMEMBERED = 1_024

Rows = list[tuple[str | None, ...]]
# The objects of a subject, each once: a few in a tuple, which is small; many are the keys of a dictionary.
Ends = tuple[str, ...] | dict[str, None]
Links = dict[str, Ends]
# The subjects of an object, each once.
Starts = defaultdict[str, list[str]]
# The predicates whose facts are read: all of them, or those with some objects.
Reads = Mapping[str, Collection[str] | None]
# Triples of terms and of names of columns, which are numbers.
Template = tuple[tuple[str | int, str | int, str | int], ...]
# The objects of a column of subjects, or the one of all of them.
_Ends = Sequence[str | None] | str
_EMPTY: Links = {}
_NONE: AbstractSet[Any] = frozenset()


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
        self.forward: defaultdict[str, Links] = defaultdict(dict)
        self.backward: dict[str, Starts] = {}
        # Facts that nothing has looked at yet, by predicate: columns of subjects, no two the same, and of objects.
        self.waiting: dict[str, list[tuple[AbstractSet[str], Sequence[Any], _Ends]]] = {}

    def settled(self, reads: Reads | None = None) -> Index:
        """The index itself, with the facts that are read, or all, where they are looked for."""
        waiting = self.waiting
        for predicate in list(waiting) if reads is None else waiting.keys() & reads.keys():
            objects = None if reads is None else reads[predicate]
            left = []
            for entry in waiting.pop(predicate):
                _, starts, ends = entry
                if objects is not None and isinstance(ends, str) and ends not in objects:
                    left.append(entry)
                else:
                    _all(self, predicate, starts, ends, None)
            if left:
                waiting[predicate] = left
        return self

    def add(self, statements: Iterable[Statement], new: list[Statement] | None = None) -> int:
        """Add statements; how many were not there before, which ``new`` is given."""
        if self.waiting:
            statements = list(statements)
            self.settled(dict.fromkeys(one[1] for one in statements))
        forward, backward, number = self.forward, self.backward, 0
        for subject, predicate, thing in statements:
            links = forward[predicate]
            ends = links.get(subject)
            if ends is None:
                links[subject] = (thing,)
            elif thing in ends:
                continue
            else:
                put(links, subject, ends, thing)
            number += 1
            if predicate in backward:
                backward[predicate][thing].append(subject)
            if new is not None:
                new.append((subject, predicate, thing))
        return number

    def reverse(self, predicate: str) -> Mapping[str, list[str]]:
        """Object → subjects of a predicate, of the facts that are settled."""
        found = self.backward.get(predicate)
        if found is None:
            links = self.forward.get(predicate)
            if links is None:
                return {}
            found = self.backward[predicate] = defaultdict(list)
            for subject, ends in links.items():
                for thing in ends:
                    found[thing].append(subject)
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
    facts it looks at, if not all.
    """

    columns: tuple[str, ...]
    template: Template
    loose: frozenset[int]
    reads: Reads | None
    _run: Callable[..., Rows]

    def rows(self, index: Index, new: Index | None = None) -> Rows:
        """The rows over an index of facts; one compiled for new facts reads some of them there.

        :raises Beyond: a value that is not computed here.
        """
        if index.waiting:
            index.settled(self.reads)
        fresh = new or index
        # Not a copy of the context, which takes longer than many a rule.
        around = getcontext()
        setcontext(arithmetic.EXACT)
        try:
            return self._run(index.forward, index.reverse, fresh.forward, fresh.reverse)
        finally:
            setcontext(around)

    def emit(self, rows: Rows, index: Index, new: list[Statement] | None = None) -> int:
        """Add what the template makes of rows; how many facts were not there before, which ``new`` is given."""
        if not rows:
            return 0
        columns = list(zip(*rows, strict=True))
        # The subjects of a column, where all are there and none may be a literal.
        subjects: dict[int, AbstractSet[str]] = {}
        number = 0
        for subject, predicate, thing in self.template:
            if isinstance(predicate, int):
                triple = subject, predicate, thing
                number += index.add(self._plain(triple, columns) or _made(triple, rows), new)
                continue
            starts: Sequence[Any]
            ends: _Ends = columns[thing] if isinstance(thing, int) else thing
            if not isinstance(subject, int):
                starts, own = (subject,) * len(rows), _NONE
            else:
                starts = columns[subject]
                if subject not in subjects:
                    subjects[subject] = frozenset(starts) if subject not in self.loose else _NONE
                own = subjects[subject] if thing not in self.loose or None not in ends else _NONE
            if own and len(own) < len(starts):
                starts, ends = _each_once(starts, ends)
            if len(own) < len(starts):
                index.settled({predicate: None})
                number += _each(index, predicate, starts, ends, new)
            elif new is None and _is_new(index, predicate, own):
                number += _later(index, predicate, own, starts, ends)
            else:
                index.settled({predicate: None})
                add = _all if _is_new(index, predicate, own) else _each
                number += add(index, predicate, starts, ends, new)
        return number

    def _plain(self, triple: tuple[str | int, int, str | int], columns: Sequence[Sequence[Any]]) -> Any:  # noqa: ANN401
        """What one triple of a template makes of columns, where nothing in these may be lacking or be no node."""
        if self.loose.intersection(triple) or any(one[0] != "<" for one in set(columns[triple[1]])):
            return None
        return zip(*(columns[one] if isinstance(one, int) else repeat(one) for one in triple), strict=False)

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
    links, backward = index.forward[predicate], index.backward.get(predicate)
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
            backward[end].append(start)
        if new is not None:
            new.append((start, predicate, end))
    return number


def _each_once(starts: Sequence[Any], ends: _Ends) -> tuple[Sequence[Any], _Ends]:
    """The same facts, none of them twice."""
    if isinstance(ends, str):
        return tuple(dict.fromkeys(starts)), ends
    found: tuple[Sequence[Any], Sequence[Any]] = tuple(zip(*dict.fromkeys(zip(starts, ends, strict=True)), strict=True))  # type: ignore[assignment]
    return found


def _is_new(index: Index, predicate: str, own: AbstractSet[str]) -> bool:
    """Whether no settled fact of a predicate is about any of some subjects."""
    return index.forward.get(predicate, _EMPTY).keys().isdisjoint(own)


def _later(index: Index, predicate: str, own: AbstractSet[str], starts: Sequence[Any], ends: _Ends) -> int:
    """Add facts about different subjects of which no facts are settled; how many were not there."""
    waiting = index.waiting.setdefault(predicate, [])
    if all(own.isdisjoint(others) for others, _, _ in waiting):
        waiting.append((own, starts, ends))
        return len(starts)
    index.settled({predicate: None})
    return _each(index, predicate, starts, ends, None)


def _all(index: Index, predicate: str, starts: Sequence[Any], ends: _Ends, new: list[Statement] | None) -> int:
    """Add facts of one predicate about different subjects that had none; how many they are."""
    links, backward = index.forward[predicate], index.backward.get(predicate)
    if isinstance(ends, str):
        links |= dict.fromkeys(starts, (ends,))
    else:
        links.update(zip(starts, cast("Iterable[tuple[str]]", zip(ends, strict=True)), strict=True))
    if backward is not None and isinstance(ends, str):
        backward[ends].extend(starts)
    elif backward is not None and 2 * len(starts) > len(links):
        # Made anew if anybody asks again.
        del index.backward[predicate]
    elif backward is not None:
        for start, end in zip(starts, ends, strict=True):
            backward[end or ""].append(start)
    if new is not None:
        things = repeat(ends) if isinstance(ends, str) else cast("Iterable[str]", ends)
        new += zip(starts, repeat(predicate), things, strict=False)
    return len(starts)


# A query as plain values: columns, template, loose columns, facts that it reads, code of its function, tables,
# decimals, patterns with replacements, texts of signs.
Plain = tuple[
    tuple[str, ...],
    Template,
    tuple[int, ...],
    Reads | None,
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
    codes = (constant for constant in code.co_consts if isinstance(constant, CodeType))
    found = {one.co_name: FunctionType(one, space) for one in codes}
    run = found.pop("query")
    space |= {name: lru_cache(maxsize=_REMEMBERED)(function) for name, function in found.items()}
    return Query(columns, template, frozenset(loose), reads, run)
