"""Rows put together: source of aggregates, row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from danao.engine.rules.algebra import Aggregate, Call, Group, Select, Var
from danao.engine.rules.beyond import Unsupported
from danao.engine.rules.expressions import Slot, term


@dataclass(frozen=True)
class Gathered:
    """Source of an aggregate: what it starts from, what a row does to it, and its value; each of a place ``{0}``."""

    start: str
    step: str
    value: str


def counted(aggregate: Aggregate, slot: Slot | None) -> Gathered:
    """A count of rows, or of those in which a value is bound."""
    if slot is None and aggregate.distinct:
        raise Unsupported("a count of different solutions")
    code = term(slot).code if slot else "()"
    if aggregate.distinct:
        return Gathered("set()", f"{{0}}.add({_braced(code)})", "len({0} - {{None}})")
    nullable = slot is not None and slot.nullable
    return Gathered("0", f"{{0}} += {f'({_braced(code)} is not None)' if nullable else 1}", "{0}")


def reduced(aggregate: Aggregate, slot: Slot) -> Gathered:
    """A sum, mean, least or greatest of numbers.

    :raises Unsupported: of anything else.
    """
    functions = {"SUM": "total", "AVG": "average", "MIN": "least", "MAX": "greatest"}
    if aggregate.name not in functions or aggregate.distinct or slot.kind != "number":
        raise Unsupported(f"{aggregate.name} of such values")
    if aggregate.name == "SUM" and not slot.nullable:
        return Gathered("0", f"{{0}} += {_braced(slot.code)}", "{0}")
    return Gathered("[]", f"{{0}}.append({_braced(slot.code)})", f"{functions[aggregate.name]}({{0}})")


def _braced(code: str) -> str:
    return code.replace("{", "{{").replace("}", "}}")


def without_aggregates(
    select: Select, aggregates: Sequence[Aggregate], values: Sequence[Slot], env: dict[Var, Slot]
) -> Select:
    """A SELECT over the rows put together: its aggregates are variables of the environment."""
    names = {}
    for place, (aggregate, slot) in enumerate(zip(aggregates, values, strict=True)):
        names[aggregate] = Var(f"={place}")
        env[names[aggregate]] = slot
    items = []
    for name, value in select.items:
        item = _replaced(value, names) if value is not None else None
        items.append((name, item))
    order = tuple((_replaced(value, dict[Any, Var]()), down) for value, down in select.order)
    if order:
        raise Unsupported("an order of rows put together")
    return Select(tuple(items), Group())


def _replaced(tree: Any, names: Mapping[Aggregate, Var]) -> Any:  # noqa: ANN401
    if isinstance(tree, Aggregate):
        return names[tree]
    if isinstance(tree, Call):
        return Call(tree.name, tuple(_replaced(arg, names) for arg in tree.args))
    return tree
