"""The few statements of a description or an examination that a fleet's tables need."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pyoxigraph import Triple


def chosen(facts: Iterable[Triple], predicates: Collection[str]) -> list[Triple]:
    """The statements whose predicate is one of some, by their IRIs."""
    return [triple for triple in facts if triple.predicate.value in predicates]
