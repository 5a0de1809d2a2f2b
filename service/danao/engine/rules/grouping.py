"""Rows put together: source of aggregates, row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from danao.engine.rules.algebra import Aggregate, Bind, Call, Group, Maybe, OfKnowledge, Pattern, Select, Var
from danao.engine.rules.beyond import Unsupported
from danao.engine.rules.expressions import Slot, term
from danao.engine.rules.trees import aggregates_in, mentioned


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


def _replaced(tree: Any, names: Mapping[Aggregate, Any]) -> Any:  # noqa: ANN401
    if isinstance(tree, Aggregate):
        return names[tree]
    if isinstance(tree, Call):
        return Call(tree.name, tuple(_replaced(arg, names) for arg in tree.args))
    return tree


# ---- Rows that are alike ----

# What their number is called: no variable of a query is.
_NUMBER = "=alike"


def counted_first(select: Select) -> Select:
    """The same SELECT with rows that are alike counted, so that what is summed up is computed once for all of them.

    So it is done where aggregates only look at values that are computed last, and these at what facts say of nodes:
    however many nodes there are, most of them have one of a few figures.
    """
    number = len(select.group.parts)
    while number and isinstance(select.group.parts[number - 1], Bind):
        number -= 1
    rest, last = Group(select.group.parts[:number]), select.group.parts[number:]
    aggregates = [one for _, value in select.items for one in aggregates_in(value)]
    weighed = {one: _weighed(one, rest) for one in aggregates}
    own = {part.var for part in last}
    if None in weighed.values() or not select.grouping or own & (mentioned(rest) | set(select.grouping)):
        return select
    seen = [mentioned(one.value) for one in last] + [mentioned(one) for one in aggregates if one.name != "COUNT"]
    looked = set[Var]().union(*seen) - own
    nodes, ends = _nodes_and_ends(rest)
    if not last or not looked <= ends - nodes:
        return select
    names = (*select.grouping, *sorted(looked - set(select.grouping)))
    items = (*((name, None) for name in names), (Var(_NUMBER), Aggregate("COUNT", distinct=False, arg=None)))
    alike = Select(items, rest, grouping=names)
    return replace(
        select,
        items=tuple((name, None if value is None else _replaced(value, weighed)) for name, value in select.items),
        group=Group((alike, *last)),
    )


def _weighed(aggregate: Aggregate, rest: Group) -> Aggregate | None:
    """An aggregate over rows that were counted; nothing where that does not give it."""
    if aggregate.distinct:
        return None
    if aggregate.name == "SUM":
        return replace(aggregate, arg=Call("SO_OFTEN", (Var(_NUMBER), aggregate.arg)))
    bound = set[Var]().union(*(mentioned(part) for part in rest.parts if isinstance(part, Pattern)))
    if aggregate.name == "COUNT" and (aggregate.arg is None or aggregate.arg in bound):
        return replace(aggregate, name="SUM", arg=Var(_NUMBER))
    return aggregate if aggregate.name in {"MIN", "MAX"} else None


def _nodes_and_ends(tree: Any) -> tuple[set[Var], set[Var]]:  # noqa: ANN401 - any part of a group
    """The variables that patterns start from, or that come from elsewhere, and those that patterns lead to."""
    if isinstance(tree, Pattern):
        return mentioned(tree) - {tree.object}, mentioned(tree) & {tree.object}
    if not isinstance(tree, Group | OfKnowledge | Maybe):
        return mentioned(tree), set()
    found = [_nodes_and_ends(part) for part in (tree.parts if isinstance(tree, Group) else (tree.group,))]
    return set[Var]().union(*(nodes for nodes, _ in found)), set[Var]().union(*(ends for _, ends in found))
