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
    Unsupported,
    Var,
    read,
)
from danao.engine.rules.compiler import Compiled, Rows, compiled, patterns_of
from danao.engine.rules.program import Index, Plain, Template, ready
from danao.statements import Statement


class Builder:
    """Compiles queries for one knowledge."""

    def __init__(self, knowledge: Iterable[Statement]) -> None:
        self._index = Index()
        self._index.add(knowledge)

    def query(self, text: str) -> Plain | None:
        """One query, or nothing where it cannot be compiled."""
        try:
            tree = read(text)
            return self._plain(tree, None)
        except Unsupported:
            return None

    def fixpoint(self, text: str) -> tuple[Plain, ...] | None:
        """A rule that is run until nothing new follows: over all facts, then for each of its patterns over new ones."""
        try:
            tree = read(text)
            return tuple(self._plain(tree, delta) for delta in (None, *patterns_of(tree)))
        except Unsupported:
            return None

    def _plain(self, tree: Select | Construct, delta: Pattern | None) -> Plain:
        found = compiled(tree, self._solve, delta=delta)
        template = _template(tree, found.columns) if isinstance(tree, Construct) else ()
        source = found.source + (_emission(template, found, tree) if isinstance(tree, Construct) else "")
        try:
            code = compile(source, "<rule>", "exec", dont_inherit=True, optimize=1)
        except SyntaxError as fault:
            # More loops in one another than Python takes.
            raise Unsupported(str(fault)) from fault
        return tuple(map(str, found.columns)), template, code, *_constants(found)

    def _solve(self, group: Group, names: Sequence[Var]) -> Rows:
        """Rows of a group over the knowledge."""
        tree = Select(tuple((name, None) for name in names), group)
        found = compiled(tree, None)
        code = compile(found.source, "<knowledge>", "exec", dont_inherit=True)
        return ready(((), (), code, *_constants(found))).rows(self._index)


def _constants(found: Compiled) -> tuple[Any, Any, Any]:
    """What the source of a query names: tables, decimals, patterns with replacements."""
    tables = {name: (tuple(rows), keys) for name, (rows, keys) in found.tables.items()}
    return tables, dict(found.decimals), dict(found.cuts)


def _template(tree: Construct, columns: Sequence[Var]) -> Template:
    places = {name: place for place, name in enumerate(columns)}
    return tuple(
        tuple(places[node] if isinstance(node, Var) else str(node) for node in triple)  # type: ignore[misc]
        for triple in tree.template
    )


def _emission(template: Template, found: Compiled, tree: Construct) -> str:
    """Source of the function that adds what a template makes of rows to an index."""
    names = [f"v{place}" for place in range(len(found.columns))]
    nodes = _nodes(tree.group)
    predicates = sorted({predicate for _, predicate, _ in template if isinstance(predicate, str)})
    lines = ["def emit(rows, F, B, new):", "  n = 0"]
    for number, predicate in enumerate(predicates):
        lines += [f"  f{number} = F.setdefault({predicate!r}, {{}})", f"  b{number} = B.get({predicate!r})"]
    lines += [f"  for ({''.join(name + ', ' for name in names)}) in rows:" if names else "  for _ in rows:"]
    for subject, predicate, thing in template:
        codes = [names[node] if isinstance(node, int) else repr(node) for node in (subject, predicate, thing)]
        tests = [f"{names[node]} is not None" for node in (subject, predicate, thing) if _loose(node, found)]
        if isinstance(subject, int) and found.columns[subject] not in nodes:
            tests.append(f"{codes[0]}[0] != '\"'")
        if isinstance(predicate, int):
            number = -1
            tests.append(f"{codes[1]}[0] == '<'")
        else:
            number = predicates.index(predicate)
        lines += _addition(codes, number, tests)
    return "\n".join([*lines, "  return n", ""])


def _addition(codes: Sequence[str], number: int, tests: Sequence[str]) -> list[str]:
    subject, predicate, thing = codes
    pad = "    "
    lines = []
    if tests:
        lines.append(f"{pad}if {' and '.join(tests)}:")
        pad += "  "
    facts, other = (f"f{number}", f"b{number}") if number >= 0 else ("f", "b")
    if number < 0:
        lines += [f"{pad}f = F.setdefault({predicate}, {{}})", f"{pad}b = B.get({predicate})"]
    noted = (
        "n += 1",
        f"if {other} is not None: {other}.setdefault({thing}, []).append({subject})",
        f"if new is not None: new.append(({subject}, {predicate}, {thing}))",
    )
    return [
        *lines,
        f"{pad}x = {facts}.get({subject})",
        f"{pad}if x is None:",
        f"{pad}  {facts}[{subject}] = [{thing}]",
        *(f"{pad}  {line}" for line in noted),
        f"{pad}elif {thing} not in x:",
        f"{pad}  put({facts}, {subject}, x, {thing})",
        *(f"{pad}  {line}" for line in noted),
    ]


def _loose(node: str | int, found: Compiled) -> bool:
    return isinstance(node, int) and found.columns[node] in found.lacking


def _nodes(tree: Any) -> set[Var]:  # noqa: ANN401
    """The variables that surely are no literals: subjects, and IRIs that are made."""
    if isinstance(tree, Pattern):
        return {Var(tree.subject)} if isinstance(tree.subject, Var) else set()
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
