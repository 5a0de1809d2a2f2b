"""What the tree of a query is about: its variables, its patterns, and what may be left unbound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from danao.engine.rules.algebra import (
    Aggregate,
    Bind,
    Call,
    Construct,
    Exists,
    Filter,
    Group,
    Maybe,
    OfKnowledge,
    Pattern,
    Select,
    Union,
    Values,
    Var,
)
from danao.engine.rules.beyond import Unsupported


def aggregates_in(tree: Any) -> list[Aggregate]:  # noqa: ANN401 - any part of a tree
    """The aggregates of an expression."""
    if isinstance(tree, Aggregate):
        return [tree]
    return [one for arg in tree.args for one in aggregates_in(arg)] if isinstance(tree, Call) else []


def asks(tree: Any) -> bool:  # noqa: ANN401
    """Whether an expression asks what exists."""
    return isinstance(tree, Exists) or (isinstance(tree, Call) and any(map(asks, tree.args)))


def computed_of(tree: Any) -> set[Var]:  # noqa: ANN401
    """The variables that values are computed of."""
    own = mentioned(tree.value) if isinstance(tree, Bind) else set[Var]()
    return own.union(*map(computed_of, () if isinstance(tree, OfKnowledge) else _within(tree)))


def is_aggregated(select: Select) -> bool:
    """Whether the rows of a SELECT are put together."""
    return select.grouping is not None or any(aggregates_in(value) for _, value in select.items)


def is_of_objects(select: Select) -> bool:
    """Whether a SELECT gives what any fact leads to, and its conditions look at nothing else."""
    pattern, *filters = select.group.parts or (None,)
    (name, value), *others = select.items
    if not isinstance(pattern, Pattern) or others or value or select.order or name != pattern.object:
        return False
    is_any = len(mentioned(pattern)) == 3 and not pattern.optional_step  # noqa: PLR2004 - all that a pattern has
    return is_any and all(
        isinstance(one, Filter) and not asks(one.condition) and mentioned(one) == {name} for one in filters
    )


def mentioned(tree: Any) -> set[Var]:  # noqa: ANN401, C901, PLR0911 - one line for each kind of part
    """The variables that a part of a tree names; of a SELECT those it gives."""
    if isinstance(tree, Var):
        return {tree}
    if isinstance(tree, Pattern):
        return {node for node in (tree.subject, tree.predicate, tree.object) if isinstance(node, Var)}
    if isinstance(tree, Call):
        return _all(tree.args)
    if isinstance(tree, Select):
        return {name for name, _ in tree.items}
    if isinstance(tree, Exists | Maybe | OfKnowledge):
        return mentioned(tree.group)
    if isinstance(tree, Bind):
        return {tree.var} | mentioned(tree.value)
    if isinstance(tree, Filter):
        return mentioned(tree.condition)
    if isinstance(tree, Aggregate):
        return mentioned(tree.arg)
    if isinstance(tree, Values):
        return set(tree.names)
    if isinstance(tree, Union):
        return _all(tree.groups)
    return _all(tree.parts) if isinstance(tree, Group) else set()


def beside_predicates(tree: Any) -> set[Var]:  # noqa: ANN401
    """The variables that a part names other than as a predicate."""
    if isinstance(tree, Pattern):
        return {node for node in (tree.subject, tree.object) if isinstance(node, Var)}
    if isinstance(tree, Group | Union | OfKnowledge | Maybe):
        return set[Var]().union(*map(beside_predicates, _within(tree)))
    return mentioned(tree)


def given(tree: Any) -> set[Var]:  # noqa: ANN401
    """The variables that a part may give a value."""
    if isinstance(tree, Filter):
        return set()
    if isinstance(tree, Bind):
        return {tree.var}
    if isinstance(tree, Maybe | OfKnowledge):
        return given(tree.group)
    if isinstance(tree, Union):
        return set[Var]().union(*map(given, tree.groups))
    if isinstance(tree, Group):
        return set[Var]().union(*map(given, tree.parts))
    return mentioned(tree)


def _all(parts: Iterable[Any]) -> set[Var]:
    return set[Var]().union(*map(mentioned, parts))


def columns_of(query: Select | Construct) -> tuple[Var, ...]:
    """The variables that a compiled query gives rows of."""
    if isinstance(query, Select):
        return tuple(name for name, _ in query.items)
    return tuple(sorted({node for triple in query.template for node in triple if isinstance(node, Var)}))


def components(group: Group) -> Iterator[OfKnowledge]:
    """A group of the knowledge as groups that share no variable."""
    left = [part for part in group.parts if not isinstance(part, Filter)]
    filters = [part for part in group.parts if isinstance(part, Filter)]
    found: list[tuple[set[Var], list[Any]]] = []
    while left:
        own = [left.pop(0)]
        names = mentioned(own[0])
        while more := [part for part in left if mentioned(part) & names]:
            own += more
            left = [part for part in left if part not in more]
            names |= mentioned(Group(tuple(more)))
        found.append((names, own))
    homes = [next((own for names, own in found if mentioned(one) <= names), None) for one in filters]
    if None in homes or any(isinstance(part, Maybe | Bind) for part in group.parts):
        yield OfKnowledge(group)
        return
    for one, home in zip(filters, homes, strict=True):
        home.append(one)  # type: ignore[union-attr]
    for _, own in found:
        yield OfKnowledge(Group(tuple(own)))


def patterns_of(tree: Any) -> list[Pattern]:  # noqa: ANN401
    """The patterns over facts, in the order of the text."""
    if isinstance(tree, Pattern):
        return [tree]
    return [] if isinstance(tree, OfKnowledge) else [one for part in _within(tree) for one in patterns_of(part)]


def _within(tree: Any) -> Sequence[Any]:  # noqa: ANN401, PLR0911 - one line for each kind
    """The parts directly within a part."""
    if isinstance(tree, Group):
        return tree.parts
    if isinstance(tree, Union):
        return tree.groups
    if isinstance(tree, Exists | Maybe | OfKnowledge | Construct):
        return (tree.group,)
    if isinstance(tree, Select):
        return (tree.group, *(value for _, value in tree.items), *(value for value, _ in tree.order))
    if isinstance(tree, Filter):
        return (tree.condition,)
    if isinstance(tree, Bind):
        return (tree.value,)
    if isinstance(tree, Aggregate):
        return (tree.arg,)
    return tree.args if isinstance(tree, Call) else ()


def uses(tree: Any) -> Counter[Var]:  # noqa: ANN401
    """In how many parts a variable is named; a group of the knowledge is one part."""
    found: Counter[Var] = Counter()
    if isinstance(tree, OfKnowledge):
        for part in components(tree.group):
            found.update(mentioned(part))
        return found
    if isinstance(tree, Select | Construct):
        found.update(columns_of(tree))
    if isinstance(tree, Select):
        found.update(tree.grouping or ())
    if isinstance(tree, Var | Pattern | Values):
        found.update(mentioned(tree))
    if isinstance(tree, Bind):
        found[tree.var] += 1
    for part in _within(tree):
        found += uses(part)
    return found


def holds(tree: Any, pattern: Pattern | None) -> bool:  # noqa: ANN401
    """Whether a pattern is a part of a tree, itself and not one like it."""
    return pattern is not None and any(one is pattern for one in patterns_of(tree))


def refuse_sight(group: Group, outside: Any) -> None:  # noqa: ANN401 - a set of variables
    """Refuse conditions, values and options in a group that look at variables of the group around it.

    The language evaluates groups from the inside, where those are unbound.
    """
    own = given(group)
    for place, part in enumerate(group.parts):
        if isinstance(part, Maybe):
            earlier = Group(group.parts[:place])
            if any(not _surely(name, earlier) for name in mentioned(part) & set(outside)):
                raise Unsupported("an option that looks out of its group")
        looked = mentioned(part.condition) if isinstance(part, Filter) else set()
        looked |= mentioned(part.value) if isinstance(part, Bind) else set()
        if (looked - own) & set(outside):
            raise Unsupported("a condition that looks out of its group")


def refuse_outlook(group: Group, env: Mapping[Var, Any]) -> None:
    """Refuse a group of the knowledge with conditions that look at facts: what exists is asked for each of these."""
    if (mentioned(group) - given(group)) & env.keys():
        raise Unsupported("knowledge that looks at facts")


def _surely(name: Var, group: Group) -> bool:
    """Whether every solution of a group binds a variable."""
    return any(
        name in given(part)
        and (not isinstance(part, Maybe | Union) or (isinstance(part, Union) and _in_all(name, part)))
        for part in group.parts
    )


def not_in_all(union: Union) -> set[Var]:
    """The variables that some alternative binds and some does not."""
    return {name for name in given(union) if not _in_all(name, union)}


def _in_all(name: Var, union: Union) -> bool:
    return all(_surely(name, group) for group in union.groups)
