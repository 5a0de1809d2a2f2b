"""Joins of rdflib by a hash: it compares every solution of one side with every one of the other by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rdflib.plugins.sparql import CUSTOM_EVALS
from rdflib.plugins.sparql.evaluate import evalPart
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.plugins.sparql.sparql import FrozenDict, QueryContext
from rdflib.term import Identifier

_NAME = "https://w3id.org/danao/ns#hashJoin"
_Key = tuple[Identifier, ...]


def join_by_hash() -> None:
    """Let rdflib, in this process, join by hash; what a query finds stays the same."""
    CUSTOM_EVALS[_NAME] = _evaluated


def _evaluated(ctx: QueryContext, part: CompValue) -> Iterable[FrozenDict]:
    if part.name != "Join" or part.lazy:
        # Asks rdflib to do it by itself.
        raise NotImplementedError
    return joined(list(evalPart(ctx, part.p1)), list(set(evalPart(ctx, part.p2))))


def joined(left: Sequence[FrozenDict], right: Sequence[FrozenDict]) -> Iterator[FrozenDict]:
    """Each two solutions that agree on what both bind, merged, in the order of the first ones."""
    shared = sorted(_always_bound(left) & _always_bound(right))
    found: dict[_Key, list[FrozenDict]] = {}
    for one in right:
        found.setdefault(_key(one, shared), []).append(one)
    for one in left:
        # What only some bind is still compared.
        yield from (one.merge(other) for other in found.get(_key(one, shared), ()) if one.compatible(other))


def _always_bound(solutions: Iterable[Mapping[Any, Identifier]]) -> set[Identifier]:
    bound = [set(one) for one in solutions]
    return set.intersection(*bound) if bound else set()


def _key(solution: Mapping[Any, Identifier], names: Sequence[Identifier]) -> _Key:
    return tuple(solution[name] for name in names)
