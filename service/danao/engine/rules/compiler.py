"""Queries as Python source: nested loops over indexed facts, joined with tables that the knowledge gave beforehand.

A compiled query is a function of the facts (predicate → subject → objects) and of a function that gives a predicate's
facts the other way round (object → subjects). It returns rows of terms.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
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
    aggregates_in,
    given,
    mentioned,
)
from danao.engine.rules.expressions import SMALL, Env, Expressions, Slot, term
from danao.engine.rules.functions import Unsupported, number

Rows = Sequence[tuple[str | None, ...]]
Then = Callable[[Env], None]
# Solves a group over the knowledge alone: its rows for these variables.
Solver = Callable[[Group, Sequence[Var]], Rows]

# More rows than this are not kept as a table of the knowledge.
_MOST_ROWS = 300_000


@dataclass(frozen=True)
class Compiled:
    """A query as source, the names of its columns, those that may be unbound, and the tables it joins with, by name.

    A table's rows come with the places that they are looked up by: none for a plain table. ``decimals``,
    ``cuts`` and ``places`` are the constants of :class:`~danao.engine.rules.expressions.Expressions`.
    """

    source: str
    columns: tuple[Var, ...]
    lacking: frozenset[Var]
    tables: Mapping[str, tuple[Rows, tuple[int, ...]]]
    decimals: Mapping[str, str]
    cuts: Mapping[str, tuple[str, str]]
    places: Mapping[str, str]


@dataclass
class _Text:
    """Lines of Python that are being written."""

    lines: list[str] = field(default_factory=list)
    depth: int = 1

    def line(self, text: str) -> None:
        self.lines.append("  " * self.depth + text)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        self.line(head)
        self.depth += 1
        yield
        self.depth -= 1


def compiled(query: Select | Construct, solve: Solver | None, *, delta: Pattern | None = None) -> Compiled:
    """Compile a query; the pattern ``delta`` of it reads new facts only.

    Without a solver the query is one over the knowledge itself.

    :raises Unsupported: it uses what is not compiled.
    """
    return _Compiler(solve, delta, uses(query)).compile(query)


def columns_of(query: Select | Construct) -> tuple[Var, ...]:
    """The variables that a compiled query gives rows of."""
    if isinstance(query, Select):
        return tuple(name for name, _ in query.items)
    return tuple(sorted({node for triple in query.template for node in triple if isinstance(node, Var)}))


class _Compiler:
    """Compiles one query."""

    def __init__(self, solve: Solver | None, delta: Pattern | None, mentions: Counter[Var]) -> None:
        self._solve = solve
        self._delta = delta
        self._mentions = mentions
        self._names = count()
        self._indexes: dict[str, str] = {}
        self._tables: dict[str, tuple[Rows, tuple[int, ...]]] = {}
        self._lacking: dict[str, set[Var]] = {}
        self._before: list[str] = []
        self._text = _Text()
        self._counting = False
        # The names of a grouping, until all of them are bound, and what is written then.
        self._early: tuple[Sequence[Var], Then] | None = None
        self._expressions = Expressions(self._exists, self._fresh)

    def compile(self, query: Select | Construct) -> Compiled:
        columns = columns_of(query)
        select = query if isinstance(query, Select) else Select(tuple((name, None) for name in columns), query.group)
        self._counting = isinstance(query, Select)
        rows = self._select(select)
        body = "\n".join([*self._before, f"  return {rows}", ""])
        named = set(re.findall(r"\bi[0-9]+\b", body))
        head = [f"  {name} = {code}\n" for code, name in self._indexes.items() if name in named]
        source = f"def query(F, R, D, DR):\n{''.join(head)}{body}"
        constants = self._expressions.decimals, self._expressions.cuts, self._expressions.places
        return Compiled(source, columns, frozenset(self._lacking[rows]), self._tables, *constants)

    def _fresh(self, prefix: str) -> str:
        return f"{prefix}{next(self._names)}"

    # ---- Selects ----

    def _select(self, select: Select) -> str:
        """Write a SELECT before everything else; the name of its rows."""
        outer, self._text = self._text, _Text()
        early, self._early = self._early, None
        # How often a solution is found matters to what is counted, and no more where each counts once.
        counting, self._counting = self._counting, (self._counting and not select.distinct) or select.aggregated
        rows = self._fresh("S")
        self._text.line(f"{rows} = []")
        if select.aggregated:
            self._grouped(select, rows)
        else:
            self._group(select.group, {}, lambda env: self._give(select, env, rows))
        self._arranged(select, rows)
        self._before += self._text.lines
        self._text, self._counting, self._early = outer, counting, early
        return rows

    def _give(self, select: Select, env: Env, rows: str) -> None:
        slots: list[Slot] = []
        for name, value in select.items:
            slots.append(self._expressions.write(name if value is None else value, env))
            if value is not None and self._mentions[name] > 1:
                # What is given may be looked at by what is given later, and by the order.
                code = self._fresh("v")
                self._text.line(f"{code} = {slots[-1].code}")
                slots[-1] = replace(slots[-1], code=code)
                env = {**env, name: slots[-1]}
        keys = [self._expressions.write(value, env) for value, _ in select.order]
        codes = [term(slot).code for slot in (*keys, *slots)]
        loose = {name for (name, _), slot in zip(select.items, slots, strict=True) if slot.nullable}
        self._lacking.setdefault(rows, set()).update(loose)
        self._text.line(f"{rows}.append(({''.join(code + ', ' for code in codes)}))")

    def _arranged(self, select: Select, rows: str) -> None:
        if select.distinct and select.order:
            raise Unsupported("DISTINCT in an order")
        if select.distinct:
            self._text.line(f"{rows} = list(dict.fromkeys({rows}))")
        if select.order and not any(down for _, down in select.order):
            ranks = "".join(f"RANKS[row[{place}]], " for place in range(len(select.order)))
            self._text.line(f"{rows}.sort(key=lambda row: ({ranks}))")
        elif select.order:
            for place in range(len(select.order) - 1, -1, -1):
                down = select.order[place][1]
                self._text.line(f"{rows}.sort(key=lambda row: RANKS[row[{place}]], reverse={down})")
        if select.order:
            self._text.line(f"{rows} = [row[{len(select.order)}:] for row in {rows}]")

    def _grouped(self, select: Select, rows: str) -> None:
        """Rows put together by the grouping variables."""
        aggregates = [one for _, value in select.items for one in aggregates_in(value)]
        found, key, kept = self._fresh("g"), self._fresh("k"), self._fresh("l")
        names = select.grouping or ()
        gathered: list[_Gathered] = []
        loose: set[Var] = set()
        self._text.line(f"{found} = {{}}")

        def look_up(env: Env) -> None:
            slots = [term(self._expressions.write(name, env)) for name in names]
            self._text.line(f"{key} = ({''.join(slot.code + ', ' for slot in slots)})")
            self._text.line(f"{kept} = {found}.get({key})")
            loose.update(name for name, slot in zip(names, slots, strict=True) if slot.nullable)

        def gather(env: Env) -> None:
            found_here = [self._gathered(one, env) for one in aggregates]
            if gathered and any(one.start != other.start for one, other in zip(gathered, found_here, strict=True)):
                raise Unsupported("alternatives put together in several ways")
            gathered[:] = found_here
            if self._early is not None:
                look_up(env)
            with self._text.block(f"if {kept} is None:"):
                self._text.line(f"{kept} = {found}[{key}] = [{', '.join(one.start for one in gathered)}]")
            for place, one in enumerate(gathered):
                self._text.line(one.step.format(f"{kept}[{place}]"))

        # A group is looked up once for all rows below the loop that binds the last of its names.
        outer, self._early = self._early, (names, look_up)
        if any(isinstance(part, Union) for part in select.group.parts):
            self._early = ((Var(""),), look_up)
        self._group(select.group, {}, gather)
        self._early = outer
        if not select.grouping:
            with self._text.block(f"if not {found}:"):
                self._text.line(f"{found}[()] = [{', '.join(one.start for one in gathered)}]")
        env: dict[Var, Slot] = {name: Slot(self._fresh("v"), "term", name in loose) for name in select.grouping or ()}
        with self._text.block(
            f"for ({''.join(f'{slot.code}, ' for slot in env.values())}), {kept} in {found}.items():"
        ):
            values = [Slot(one.value.format(f"{kept}[{place}]"), "number") for place, one in enumerate(gathered)]
            self._give(_without_aggregates(select, aggregates, values, env), env, rows)

    def _gathered(self, aggregate: Aggregate, env: Env) -> _Gathered:
        if aggregate.name == "COUNT":
            return _counted(aggregate, None if aggregate.arg is None else self._expressions.write(aggregate.arg, env))
        slot = self._expressions.write(aggregate.arg, env)
        if slot.kind == "term":
            slot = Slot(f"exact_number({slot.code})", "number", nullable=True)
        return _reduced(aggregate, slot)

    # ---- Groups ----

    def _group(self, group: Group, env: Env, then: Then) -> None:
        parts = [one for part in group.parts for one in self._plain(part)]
        self._steps(list(enumerate(parts)), env, then)

    def _plain(self, part: Any) -> list[Any]:  # noqa: ANN401 - any part of a group
        """A part as parts: a group within a group joins it, where its conditions look at nothing else."""
        if isinstance(part, Union) and len(part.groups) == 1:
            own = uses(part.groups[0])
            _refuse_sight(part.groups[0], {name for name, times in self._mentions.items() if times > own[name]})
            return [one for inner in part.groups[0].parts for one in self._plain(inner)]
        if isinstance(part, OfKnowledge) and self._solve is None:
            return [one for inner in part.group.parts for one in self._plain(inner)]
        return list(components(part.group)) if isinstance(part, OfKnowledge) else [part]

    def _steps(self, todo: list[tuple[int, Any]], env: Env, then: Then) -> None:
        if self._early is not None and env.keys() >= set(self._early[0]):
            early, self._early = self._early, None
            early[1](env)
        if not todo:
            then(env)
            return
        chosen = min(todo, key=lambda one: self._cost(one, todo, env))
        rest = [one for one in todo if one is not chosen]
        if isinstance(chosen[1], Union) and not rest:
            self._last_union(chosen[1], env, then)
        else:
            self._write(chosen[1], env, lambda inner: self._steps(rest, inner, then))

    def _cost(self, one: tuple[int, Any], todo: list[tuple[int, Any]], env: Env) -> tuple[float, int]:
        """What to do next: what narrows, before what follows a link, before what starts somewhere else."""
        place, part = one
        others = [other for other in todo if other is not one]
        if isinstance(part, Filter):
            waits = mentioned(part) & set[Var]().union(*(given(other) for _, other in others))
            return (1000 if waits else -1), place
        earlier = [(at, other) for at, other in others if at < place and not isinstance(other, Filter)]
        if isinstance(part, Bind):
            waits = mentioned(part.value) & set[Var]().union(*(given(other) for _, other in earlier))
            return (1000 if waits else -0.5), place
        if isinstance(part, Maybe):
            return (1000 if earlier else 0.5), place
        if any(self._holds_up(other, part) for _, other in earlier):
            return 1000, place
        if isinstance(part, Union) and _not_in_all(part) & set[Var]().union(*(given(other) for _, other in others)):
            return 999, place
        breadth = _breadth(part, env)
        return (min(breadth, _OF_NEW) if _holds(part, self._delta) else breadth), place

    def _holds_up(self, earlier: Any, part: Any) -> bool:  # noqa: ANN401
        """Whether an earlier part must be done first: what may be left unbound by it, or is bound to a value."""
        if isinstance(earlier, Bind):
            return earlier.var in mentioned(part) or bool(mentioned(earlier.value) & given(part))
        return isinstance(earlier, Maybe)

    def _write(self, part: Any, env: Env, then: Then) -> None:  # noqa: ANN401
        if isinstance(part, Pattern):
            self._pattern(part, env, then)
        elif isinstance(part, Filter):
            with self._text.block(f"if {self._expressions.condition(part.condition, env)}:"):
                then(env)
        elif isinstance(part, Bind):
            self._bind(part, env, then)
        elif isinstance(part, Maybe):
            self._maybe(part, env, then)
        elif isinstance(part, Union):
            self._union(part, env, then)
        elif isinstance(part, Values):
            self._values(part, env, then)
        elif isinstance(part, OfKnowledge):
            self._of_knowledge(part.group, env, then)
        elif isinstance(part, Select):
            self._subselect(part, env, then)
        else:
            raise Unsupported(type(part).__name__)

    def _subselect(self, part: Select, env: Env, then: Then) -> None:
        names = [name for name, _ in part.items]
        if self._solve is not None and not patterns_of(part):
            rows = self._solve(Group((part,)), names)
            self._join(self._fresh("T"), rows if self._counting else list(dict.fromkeys(rows)), names, env, then)
        else:
            self._join(self._select(part), None, names, env, then)

    def _values(self, part: Values, env: Env, then: Then) -> None:
        """Rows of the query; whole numbers among them are kept as such."""
        rows = [tuple(None if node is None else _whole(node) for node in row) for row in part.rows]
        if env.keys() & set(part.names) or not all(isinstance(value, int) for row in rows for value in row):
            self._join(self._fresh("T"), part.rows, part.names, env, then)
            return
        names = [self._fresh("v") for _ in part.names]
        with self._text.block(f"for ({''.join(f'{name}, ' for name in names)}) in {rows!r}:"):
            small = all(abs(value) < SMALL for row in rows for value in row if value is not None)
            slots = [Slot(name, "number", small=small) for name in names]
            then({**env, **dict(zip(part.names, slots, strict=True))})

    def _bind(self, part: Bind, env: Env, then: Then) -> None:
        if part.var in env:
            raise Unsupported("a variable bound twice")
        slot = self._expressions.write(part.value, env)
        name = self._fresh("v")
        self._text.line(f"{name} = {slot.code}")
        then({**env, part.var: replace(slot, code=name)})

    # ---- Patterns ----

    def _pattern(self, part: Pattern, env: Env, then: Then) -> None:
        new = part is self._delta
        nodes = (part.subject, part.predicate, part.object)
        free = [node for node in nodes if isinstance(node, Var) and node not in env]
        if len(free) != len(set(free)) and part.predicate in free:
            raise Unsupported("a variable twice in a pattern")
        if part.predicate in free:
            name, facts = self._fresh("v"), self._fresh("f")
            with self._text.block(f"for {name}, {facts} in {'D' if new else 'F'}.items():"):
                inner = {**env, Var(part.predicate): Slot(name)}
                self._matches(part, inner, (facts, f"{'DR' if new else 'R'}({name})"), then)
            return
        predicate = self._code(part.predicate, env)
        self._matches(part, env, self._index(predicate, bound=part.predicate in env, new=new), then)

    def _index(self, predicate: str, *, bound: bool, new: bool) -> tuple[str, str]:
        """Source of a predicate's facts, and of the same the other way round."""
        facts, other = ("D", "DR") if new else ("F", "R")
        codes = f"{facts}.get({predicate}, EMPTY)", f"{other}({predicate})"
        if bound:
            return codes
        forward, backward = (self._indexes.setdefault(code, f"i{len(self._indexes)}") for code in codes)
        return forward, backward

    def _matches(self, part: Pattern, env: Env, index: tuple[str, str], then: Then) -> None:
        facts, other = index
        subject, thing = (self._known(node, env) for node in (part.subject, part.object))
        text = self._text
        if part.optional_step:
            self._optional_step(part, env, index, then)
        elif subject and thing:
            with text.block(f"if {thing} in {facts}.get({subject}, ()):"):
                then(env)
        elif subject:
            self._loop(part.object, f"{facts}.get({subject}, ())", env, then)
        elif thing:
            self._loop(part.subject, f"{other}.get({thing}, ())", env, then)
        elif part.subject == part.object:
            name = self._fresh("v")
            with text.block(f"for {name}, {name}s in {facts}.items():"), text.block(f"if {name} in {name}s:"):
                then({**env, Var(part.subject): Slot(name)})
        else:
            one, two = self._fresh("v"), self._fresh("v")
            with text.block(f"for {one}, {one}s in {facts}.items():"), text.block(f"for {two} in {one}s:"):
                then({**env, Var(part.subject): Slot(one), Var(part.object): Slot(two)})

    def _optional_step(self, part: Pattern, env: Env, index: tuple[str, str], then: Then) -> None:
        if self._solve is not None or not (isinstance(part.subject, Var) and isinstance(part.object, Var)):
            raise Unsupported("a path of no length from what may be in no fact")
        subject, thing = (self._known(node, env) for node in (part.subject, part.object))
        if subject and thing:
            with self._text.block(f"if {subject} == {thing} or {thing} in {index[0]}.get({subject}, ()):"):
                then(env)
        elif subject:
            self._loop(part.object, f"dict.fromkeys(({subject}, *{index[0]}.get({subject}, ())))", env, then)
        elif thing:
            self._loop(part.subject, f"dict.fromkeys(({thing}, *{index[1]}.get({thing}, ())))", env, then)
        else:
            raise Unsupported("a path of no length from nowhere")

    def _loop(self, node: str, over: str, env: Env, then: Then) -> None:
        name = self._fresh("v")
        with self._text.block(f"for {name} in {over}:"):
            then({**env, Var(node): Slot(name)})

    def _known(self, node: str, env: Env) -> str | None:
        return None if isinstance(node, Var) and node not in env else self._code(node, env)

    def _code(self, node: str, env: Env) -> str:
        if not isinstance(node, Var):
            return repr(node)
        slot = term(env[node])
        if slot.nullable:
            raise Unsupported("a join on what may be unbound")
        return slot.code

    # ---- Alternatives ----

    def _last_union(self, part: Union, env: Env, then: Then) -> None:
        """Alternatives after which nothing is left but what ``then`` writes: it is written for each of them."""
        for group in self._alternatives(part, env):
            self._group(group, env, then)

    def _alternatives(self, part: Union, env: Env) -> tuple[Group, ...]:
        """The groups of a union; where one reads new facts, the others are of no interest."""
        for group in part.groups:
            _refuse_sight(group, env.keys())
        return tuple(group for group in part.groups if _holds(group, self._delta)) or part.groups

    def _union(self, part: Union, env: Env, then: Then) -> None:
        part = Union(self._alternatives(part, env))
        names = sorted(given(part) - env.keys())
        self._collected(part.groups, names, env, then, otherwise=False)

    def _maybe(self, part: Maybe, env: Env, then: Then) -> None:
        _refuse_sight(Group(tuple(p for p in part.group.parts if not isinstance(p, Filter))), env.keys())
        names = sorted(given(part) - env.keys())
        over = self._single(part.group, env)
        if self._maybe_known(part.group, env, then):
            return
        if over and len(names) == 1:
            name = self._fresh("v")
            with self._text.block(f"for {name} in {over} or NOTHING:"):
                then({**env, names[0]: Slot(name, nullable=True)})
            return
        self._collected((part.group,), names, env, then, otherwise=True)

    def _maybe_known(self, group: Group, env: Env, then: Then) -> bool:
        """Write an optional group that is only a lookup in the knowledge."""
        part = group.parts[0] if len(group.parts) == 1 else None
        if not isinstance(part, OfKnowledge) or self._solve is None or len(list(components(part.group))) != 1:
            return False
        names = [name for name in sorted(given(part)) if self._counting or self._mentions[name] > 1]
        rows = self._solve(part.group, names)
        keys = tuple(place for place, name in enumerate(names) if name in env)
        if not keys or _unbound(rows, names):
            return False
        table = self._fresh("T")
        self._tables[table] = rows if self._counting else list(dict.fromkeys(rows)), keys
        slots = {name: Slot(self._fresh("v"), nullable=True) for name in names if name not in env}
        target = "".join(f"{slots[name].code if name in slots else '_'}, " for name in names)
        key = _key([self._code(names[place], env) for place in keys])
        with self._text.block(f"for ({target}) in {table}.get({key}) or (({'None, ' * len(names)}), ):"):
            then({**env, **slots})
        return True

    def _single(self, group: Group, env: Env) -> str:
        """Source of what one link leads to, for a group that is only that link."""
        part = group.parts[0] if len(group.parts) == 1 else None
        if not isinstance(part, Pattern) or part.optional_step or part is self._delta:
            return ""
        if isinstance(part.predicate, Var) or part.subject == part.object:
            return ""
        forward, backward = self._index(repr(part.predicate), bound=False, new=False)
        subject, thing = (self._known(node, env) for node in (part.subject, part.object))
        if subject and not thing:
            return f"{forward}.get({subject})"
        return f"{backward}.get({thing})" if thing and not subject else ""

    def _collected(
        self, groups: Sequence[Group], names: Sequence[Var], env: Env, then: Then, *, otherwise: bool
    ) -> None:
        """Solutions of groups one after the other, in a list that the rest goes through."""
        rows = self._fresh("u")
        self._text.line(f"{rows} = []")
        loose = set(names) if otherwise else set[Var]()
        early, self._early = self._early, None
        for group in groups:
            self._group(group, env, lambda inner: loose.update(self._collect(rows, names, inner)))
        self._early = early
        slots = {name: Slot(self._fresh("v"), "term", name in loose) for name in names}
        target = "".join(f"{slot.code}, " for slot in slots.values())
        over = f"{rows} or (({'None, ' * len(names)}), )" if otherwise else rows
        with self._text.block(f"for {f'({target})' if target else '_'} in {over}:"):
            then({**env, **slots})

    def _collect(self, rows: str, names: Sequence[Var], env: Env) -> set[Var]:
        """Write a row; the names that may be unbound in it."""
        codes = (term(env[name]).code if name in env else "None" for name in names)
        self._text.line(f"{rows}.append(({''.join(code + ', ' for code in codes)}))")
        return {name for name in names if name not in env or env[name].nullable}

    # ---- Tables ----

    def _of_knowledge(self, group: Group, env: Env, then: Then) -> None:
        if self._solve is None:
            raise Unsupported("knowledge within knowledge")
        _refuse_outlook(group, env)
        names = [name for name in sorted(given(group)) if self._counting or self._mentions[name] > 1]
        rows = self._solve(group, names)
        rows = rows if self._counting else list(dict.fromkeys(rows))
        if len(rows) > _MOST_ROWS:
            raise Unsupported("a table of the knowledge that is too long")
        self._join(self._fresh("T"), rows, names, env, then)

    def _join(self, name: str, rows: Rows | None, names: Sequence[Var], env: Env, then: Then) -> None:
        """Rows of a table that fit; without ``rows`` they are worked out by the query itself, under that name."""
        keys = tuple(place for place, variable in enumerate(names) if variable in env)
        loose = self._lacking.get(name, set()) if rows is None else _unbound(rows, names)
        if loose & env.keys():
            raise Unsupported("a join on what may be unbound")
        slots = {
            variable: Slot(self._fresh("v"), "term", variable in loose) for variable in names if variable not in env
        }
        codes = [self._code(variable, env) for variable in names if variable in env]
        key = _key(codes)
        table = self._looked_up(name, rows, keys)
        if keys and not slots and not self._counting:
            with self._text.block(f"if {key} in {table}:"):
                then(env)
            return
        target = "".join(f"{slots[variable].code if variable in slots else '_'}, " for variable in names)
        over = f"{table}.get({key}, ())" if keys else table
        with self._text.block(f"for {f'({target})' if target else '_'} in {over}:"):
            then({**env, **slots})

    def _looked_up(self, name: str, rows: Rows | None, keys: tuple[int, ...]) -> str:
        if rows is not None:
            self._tables[name] = rows, keys
            return name
        if not keys:
            return name
        table = self._fresh("X")
        self._before.append(f"  {table} = indexed({name}, {keys!r})")
        return table

    # ---- Conditions ----

    def _exists(self, tree: Exists, env: Env) -> Slot:
        """A function of the variables that the group looks at, which says whether it has a solution."""
        if test := self._simple_test(tree.group, env):
            return Slot(test if tree.positive else f"(not {test})", "bool")
        seen = sorted(mentioned(tree.group) & env.keys())
        inner = {name: Slot(self._fresh("a"), env[name].kind, env[name].nullable) for name in seen}
        outer, self._text = self._text, _Text()
        counting, self._counting = self._counting, False
        early, self._early = self._early, None
        name = self._fresh("x")
        with self._text.block(f"def {name}({', '.join(slot.code for slot in inner.values())}):"):
            self._group(tree.group, inner, lambda _: self._text.line("return True"))
            self._text.line("return False")
        self._before += self._text.lines
        self._text, self._counting, self._early = outer, counting, early
        call = f"{name}({', '.join(env[variable].code for variable in seen)})"
        return Slot(call if tree.positive else f"(not {call})", "bool")

    def _simple_test(self, group: Group, env: Env) -> str:  # noqa: PLR0911 - one line for each form
        """Source of a test of one link, where that is all there is to a group."""
        part = group.parts[0] if len(group.parts) == 1 else None
        if isinstance(part, OfKnowledge) and self._solve is not None and len(list(components(part.group))) == 1:
            _refuse_outlook(part.group, env)
            names = sorted(given(part) & env.keys())
            if not names or any(env[name].nullable for name in names):
                return ""
            rows = list(dict.fromkeys(self._solve(part.group, names)))
            if _unbound(rows, names):
                return ""
            table = self._fresh("T")
            self._tables[table] = rows, tuple(range(len(names)))
            return f"({_key([self._code(name, env) for name in names])} in {table})"
        if not isinstance(part, Pattern) or part.optional_step or isinstance(part.predicate, Var):
            return ""
        forward, backward = self._index(repr(part.predicate), bound=False, new=False)
        subject, thing = (self._known(node, env) for node in (part.subject, part.object))
        if subject and thing:
            return f"({thing} in {forward}.get({subject}, ()))"
        if subject:
            return f"({subject} in {forward})"
        return f"({thing} in {backward})" if thing else ""


def _breadth(part: Any, env: Env) -> float:  # noqa: ANN401, PLR0911 - one line for each kind
    """How many ways a part opens from what is known: none, a few, many, or a start of its own."""
    if isinstance(part, Pattern):
        subject, thing = (not isinstance(node, Var) or node in env for node in (part.subject, part.object))
        wide = 20 if isinstance(part.predicate, Var) and part.predicate not in env else 0
        if part.optional_step and not (subject or thing):
            return 900
        if subject and thing:
            return 0 + wide
        if subject:
            return 1 + wide
        if thing:
            return (2 if isinstance(part.object, Var) else 3) + wide
        return 10 + wide
    names = given(part)
    known = names & env.keys()
    if isinstance(part, Union):
        return 2.5 if mentioned(part) & env.keys() else 10
    if known == names:
        return 0
    return 1.5 if known else 10


# As wide as a pattern of new facts opens: they are few.
_OF_NEW = 2.6


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


def _holds(tree: Any, pattern: Pattern | None) -> bool:  # noqa: ANN401
    return pattern is not None and any(one is pattern for one in patterns_of(tree))


def _refuse_sight(group: Group, outside: Any) -> None:  # noqa: ANN401 - a set of variables
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


def _refuse_outlook(group: Group, env: Env) -> None:
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


def _not_in_all(union: Union) -> set[Var]:
    """The variables that some alternative binds and some does not."""
    return {name for name in given(union) if not _in_all(name, union)}


def _in_all(name: Var, union: Union) -> bool:
    return all(_surely(name, group) for group in union.groups)


def _whole(node: str) -> int | None:
    value = number(node)
    return value if isinstance(value, int) else None


def _key(codes: Sequence[str]) -> str:
    """Source of what a table is looked up by: one term alone, several as a tuple."""
    return codes[0] if len(codes) == 1 else f"({''.join(code + ', ' for code in codes)})"


def _unbound(rows: Rows, names: Sequence[Var]) -> set[Var]:
    return {name for place, name in enumerate(names) if any(row[place] is None for row in rows)}


@dataclass(frozen=True)
class _Gathered:
    """Source of an aggregate: what it starts from, what a row does to it, and its value; each of a place ``{0}``."""

    start: str
    step: str
    value: str


def _counted(aggregate: Aggregate, slot: Slot | None) -> _Gathered:
    if slot is None and aggregate.distinct:
        raise Unsupported("a count of different solutions")
    code = term(slot).code if slot else "()"
    if aggregate.distinct:
        return _Gathered("set()", f"{{0}}.add({_braced(code)})", "len({0} - {{None}})")
    nullable = slot is not None and slot.nullable
    return _Gathered("0", f"{{0}} += {f'({_braced(code)} is not None)' if nullable else 1}", "{0}")


def _reduced(aggregate: Aggregate, slot: Slot) -> _Gathered:
    functions = {"SUM": "total", "AVG": "average", "MIN": "least", "MAX": "greatest"}
    if aggregate.name not in functions or aggregate.distinct or slot.kind != "number":
        raise Unsupported(f"{aggregate.name} of such values")
    if aggregate.name == "SUM" and not slot.nullable:
        return _Gathered("0", f"{{0}} += {_braced(slot.code)}", "{0}")
    return _Gathered("[]", f"{{0}}.append({_braced(slot.code)})", f"{functions[aggregate.name]}({{0}})")


def _braced(code: str) -> str:
    return code.replace("{", "{{").replace("}", "}}")


def _without_aggregates(
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
