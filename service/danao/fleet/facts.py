"""What a fleet's tables need of a description: some of its statements."""

from __future__ import annotations

from collections.abc import Collection

from danao.statements import Facts, Statement, statements_of


def chosen(facts: Facts, predicates: Collection[str]) -> list[Statement]:
    """The statements whose predicate is one of some, by their IRIs."""
    wanted = {f"<{iri}>" for iri in predicates}
    return [statement for statement in statements_of(facts) if statement[1] in wanted]
