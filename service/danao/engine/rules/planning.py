"""What a compiled query does next: what narrows comes before what opens."""

from __future__ import annotations

from typing import Any

from danao.engine.rules.algebra import Pattern, Union, Var
from danao.engine.rules.expressions import Env
from danao.engine.rules.trees import beside_predicates, given

# What has to wait, for whatever there is.
LAST = 10_000

# As wide as a pattern of new facts opens: they are few.
OF_NEW = 26
# And those of one predicate.
OF_ONE = 22
# What opens no more than this narrows more often than not.
FEW = 15


def breadth(part: Any, env: Env) -> int:  # noqa: ANN401, PLR0911 - one line for each kind
    """How many ways a part opens from what is known, roughly: none, a few, many, or a start of its own."""
    if isinstance(part, Pattern):
        subject, thing = (not isinstance(node, Var) or node in env for node in (part.subject, part.object))
        wide = 200 if isinstance(part.predicate, Var) and part.predicate not in env else 0
        if part.optional_step and not (subject or thing):
            return LAST - 2
        if subject and thing:
            return 0 + wide
        if subject:
            return 10 + wide
        if thing:
            return (20 if isinstance(part.object, Var) else 30) + wide
        return 100 + wide
    names = given(part)
    known = names & env.keys()
    if isinstance(part, Union):
        # To know a predicate does not narrow: its facts are as many as ever.
        return 25 if beside_predicates(part) & env.keys() else 100
    if known == names:
        return 0
    return FEW if known else 100
