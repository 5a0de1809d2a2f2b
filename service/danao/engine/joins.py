"""Joins of rdflib by a hash.

By itself it compares every solution of one side with every one of the other, and looks up what is optional for each
solution anew, twice where there is nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rdflib.plugins.sparql import CUSTOM_EVALS
from rdflib.plugins.sparql.evaluate import evalPart
from rdflib.plugins.sparql.operators import TrueFilter
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.plugins.sparql.sparql import FrozenDict, QueryContext
from rdflib.term import Identifier

_NAME = "https://w3id.org/danao/ns#hashJoin"
_Key = tuple[Identifier, ...]


def join_by_hash() -> None:
    """Let rdflib, in this process, join by hash; what a query finds stays the same."""
    CUSTOM_EVALS[_NAME] = _evaluated


def _evaluated(ctx: QueryContext, part: CompValue) -> Iterable[FrozenDict]:
    if part.name == "Join" and not part.lazy:
        return joined(*_sides(ctx, part))
    # What is looked for on behalf of one solution of something else is few: there, each solution is looked up.
    if part.name == "LeftJoin" and part.expr is TrueFilter and not ctx.solution():
        return left_joined(*_sides(ctx, part))
    # Asks rdflib to do it by itself.
    raise NotImplementedError


def _sides(ctx: QueryContext, part: CompValue) -> tuple[list[FrozenDict], list[FrozenDict]]:
    return list(evalPart(ctx, part.p1)), list(set(evalPart(ctx, part.p2)))


def joined(left: Sequence[FrozenDict], right: Sequence[FrozenDict]) -> Iterator[FrozenDict]:
    """Each two solutions that agree on what both bind, merged, in the order of the first ones."""
    for one, others in _agreeing(left, right):
        yield from map(one.merge, others)


def left_joined(left: Sequence[FrozenDict], right: Sequence[FrozenDict]) -> Iterator[FrozenDict]:
    """The same, and of those on the left as they are that agree with none on the right."""
    for one, others in _agreeing(left, right):
        yield from map(one.merge, others) if others else (one,)


def _agreeing(
    left: Sequence[FrozenDict], right: Sequence[FrozenDict]
) -> Iterator[tuple[FrozenDict, Sequence[FrozenDict]]]:
    shared = sorted(_always_bound(left) & _always_bound(right))
    found: dict[_Key, list[FrozenDict]] = {}
    for one in right:
        found.setdefault(_key(one, shared), []).append(one)
    for one in left:
        # What only some bind is still compared.
        yield one, [other for other in found.get(_key(one, shared), ()) if one.compatible(other)]


def _always_bound(solutions: Iterable[Mapping[Any, Identifier]]) -> set[Identifier]:
    bound = [set(one) for one in solutions]
    return set.intersection(*bound) if bound else set()


def _key(solution: Mapping[Any, Identifier], names: Sequence[Identifier]) -> _Key:
    return tuple(solution[name] for name in names)
