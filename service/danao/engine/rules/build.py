"""From the texts of rules to compiled queries; needed only where no cache holds them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from danao.engine.rules.algebra import (
    Bind,
    Call,
    Construct,
    Exists,
    Group,
    Maybe,
    Pattern,
    Select,
    Union,
    Var,
    read,
)
from danao.engine.rules.beyond import Beyond, Unsupported
from danao.engine.rules.compiler import Compiled, compiled
from danao.engine.rules.functions import indexed
from danao.engine.rules.matching import Rows
from danao.engine.rules.program import Index, Plain, Template, ready
from danao.engine.rules.trees import patterns_of
from danao.statements import Statement


class Builder:
    """Compiles queries for one knowledge."""

    def __init__(self, knowledge: Iterable[Statement]) -> None:
        self._index = Index()
        self._index.add(knowledge)

    def query(self, text: str) -> Plain | None:
        """One query, or nothing where it cannot be compiled."""
        try:
            return self._plain(read(text), None, _title(text))
        except (Beyond, Unsupported):
            return None

    def fixpoint(self, text: str) -> tuple[Plain, ...] | None:
        """A rule that is run until nothing new follows: over all facts, then for each of its patterns over new ones."""
        try:
            tree = read(text)
            return tuple(self._plain(tree, delta, _title(text)) for delta in (None, *patterns_of(tree)))
        except (Beyond, Unsupported):
            return None

    def _plain(self, tree: Select | Construct, delta: Pattern | None, title: str) -> Plain:
        found = compiled(tree, self._solve, delta=delta)
        template = _template(tree, found.columns) if isinstance(tree, Construct) else ()
        loose = _loose(template, found, tree) if isinstance(tree, Construct) else ()
        try:
            code = compile(found.source, f"<{title}>", "exec", dont_inherit=True, optimize=1)
        except SyntaxError as fault:
            # More loops in one another than Python takes.
            raise Unsupported(str(fault)) from fault
        return tuple(map(str, found.columns)), template, loose, found.reads, code, *_constants(found)

    def _solve(self, group: Group, names: Sequence[Var]) -> Rows:
        """Rows of a group over the knowledge."""
        tree = Select(tuple((name, None) for name in names), group)
        found = compiled(tree, None)
        code = compile(found.source, "<knowledge>", "exec", dont_inherit=True)
        return ready(((), (), (), found.reads, code, *_constants(found))).rows(self._index)


def _title(text: str) -> str:
    """What a query is about, by which tracebacks and profiles name it."""
    return text.partition("\n")[0].removeprefix("# Title:").strip()


def _constants(found: Compiled) -> tuple[Any, Any, Any, Any]:
    """What the source of a query names: tables, decimals, patterns with replacements, texts of signs."""
    tables = {name: indexed(rows, keys) if keys else tuple(rows) for name, (rows, keys) in found.tables.items()}
    return tables, dict(found.decimals), dict(found.cuts), dict(found.places)


def _template(tree: Construct, columns: Sequence[Var]) -> Template:
    places = {name: place for place, name in enumerate(columns)}
    return tuple(
        tuple(places[node] if isinstance(node, Var) else str(node) for node in triple)  # type: ignore[misc]
        for triple in tree.template
    )


def _loose(template: Template, found: Compiled, tree: Construct) -> tuple[int, ...]:
    """The columns that may be unbound, and those that are subjects and may be literals."""
    nodes = _nodes(tree.group)
    unbound = {place for place, name in enumerate(found.columns) if name in found.lacking}
    subjects = {subject for subject, _, _ in template if isinstance(subject, int)}
    return tuple(sorted(unbound | {place for place in subjects if found.columns[place] not in nodes}))


def _nodes(tree: Any) -> set[Var]:  # noqa: ANN401
    """The variables that surely are no literals: subjects, and IRIs that are made."""
    if isinstance(tree, Pattern):
        return {Var(tree.subject)} if isinstance(tree.subject, Var) and not tree.optional_step else set()
    if isinstance(tree, Bind):
        return {tree.var} if isinstance(tree.value, Call) and tree.value.name == "IRI" else set()
    if isinstance(tree, Group):
        return set[Var]().union(*map(_nodes, tree.parts))
    if isinstance(tree, Union):
        return set.intersection(*map(_nodes, tree.groups))
    if isinstance(tree, Select):
        return _nodes(tree.group) & {name for name, _ in tree.items}
    group = getattr(tree, "group", None)
    return _nodes(group) if group and not isinstance(tree, Maybe | Exists) else set()
