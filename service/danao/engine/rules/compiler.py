"""Queries as Python source: nested loops over indexed facts, joined with tables that the knowledge gave beforehand.

A compiled query is a function of the facts (predicate → subject → objects) and of a function that gives a predicate's
facts the other way round (object → subjects). It returns rows of terms.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from danao.engine.rules.algebra import (
    Aggregate,
    Bind,
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
from danao.engine.rules.arithmetic import number
from danao.engine.rules.beyond import Unsupported
from danao.engine.rules.expressions import SMALL, Env, Expressions, Slot, term
from danao.engine.rules.grouping import Gathered, counted, counted_first, reduced, without_aggregates
from danao.engine.rules.matching import Matcher, Rows, Text, Then, key_of, unbound
from danao.engine.rules.planning import FEW, LAST, OF_NEW, OF_ONE, breadth
from danao.engine.rules.program import Reads
from danao.engine.rules.trees import (
    aggregates_in,
    columns_of,
    components,
    computed_of,
    given,
    holds,
    is_aggregated,
    is_of_objects,
    mentioned,
    not_in_all,
    patterns_of,
    refuse_outlook,
    refuse_sight,
    uses,
)

# Solves a group over the knowledge alone: its rows for these variables.
Solver = Callable[[Group, Sequence[Var]], Rows]

# More rows than this are not kept as a table of the knowledge.
_MOST_ROWS = 300_000


@dataclass(frozen=True)
class Compiled:
    """A query as source, its columns, those that may be unbound, what it reads, and the tables it joins with, by name.

    It reads the facts of some predicates, where they are looked for by an object those with this one, or all facts.

    A table's rows come with the places that they are looked up by: none for a plain table. ``decimals``,
    ``cuts`` and ``places`` are the constants of :class:`~danao.engine.rules.expressions.Expressions`.
    """

    source: str
    columns: tuple[Var, ...]
    lacking: frozenset[Var]
    reads: Reads | None
    tables: Mapping[str, tuple[Rows, tuple[int, ...]]]
    decimals: Mapping[str, str]
    cuts: Mapping[str, tuple[str, str]]
    places: Mapping[str, str]


def compiled(query: Select | Construct, solve: Solver | None, *, delta: Pattern | None = None) -> Compiled:
    """Compile a query; the pattern ``delta`` of it reads new facts only.

    Without a solver the query is one over the knowledge itself.

    :raises Unsupported: it uses what is not compiled.
    """
    return _Compiler(solve, delta, query).compile(query)


class _Compiler(Matcher):
    """Compiles one query."""

    def __init__(self, solve: Solver | None, delta: Pattern | None, query: Select | Construct) -> None:
        super().__init__(delta, computed_of(query))
        self._solve = solve
        self._mentions = uses(query)
        # The names of a grouping, until all of them are bound, and what is written then.
        self._early: tuple[Sequence[Var], Then] | None = None
        self._expressions = Expressions(self._exists, self._fresh)

    def compile(self, query: Select | Construct) -> Compiled:
        columns = columns_of(query)
        select = query if isinstance(query, Select) else Select(tuple((name, None) for name in columns), query.group)
        self._counting = isinstance(query, Select)
        rows = self._select(select)
        body = self._without_spare("\n".join([*self._before, f"  return {self._listed(select, rows)}", ""]))
        named = set(re.findall(r"\bi[0-9]+\b", body))
        head = [f"  {name} = {code}\n" for code, name in self._indexes.items() if name in named]
        source = f"{''.join(self._expressions.functions)}def query(F, R, D, DR):\n{''.join(head)}{body}"
        constants = self._expressions.decimals, self._expressions.cuts, self._expressions.places
        reads = (
            None
            if self._reads_all
            else {one: found and tuple(sorted(found)) for one, found in sorted(self._read.items())}
        )
        return Compiled(source, columns, frozenset(self._lacking[rows]), reads, self._tables, *constants)

    def _without_spare(self, body: str) -> str:
        """The source without the values that nothing looks at."""
        used = Counter(re.findall(r"\bv[0-9]+\b", body))
        for name in self._spare:
            if used[name] == 1:
                body = re.sub(rf"^ *{name} = .*\n", "", body, flags=re.MULTILINE)
        return re.sub(
            r"for (v[0-9]+), ([a-z0-9]+) in (.*)\.items\(\):",
            lambda loop: f"for {loop[2]} in {loop[3]}.values():" if used[loop[1]] == 1 else loop[0],
            body,
        )

    def _listed(self, select: Select, rows: str) -> str:
        """Source of the rows of a SELECT as a list of tuples."""
        if rows in self._bare:
            return f"[(value,) for value in {rows}]"
        return f"list({rows})" if select.distinct else rows

    def _kept(self, slot: Slot) -> Slot:
        """A value under a name."""
        name = self._fresh("v")
        self._text.line(f"{name} = {slot.code}")
        if not slot.written:
            return replace(slot, code=name)
        other = self._fresh("v")
        self._text.line(f"{other} = {slot.written}")
        self._spare |= {name, other}
        return replace(slot, code=name, written=other)

    # ---- Selects ----

    def _select(self, select: Select, numbers: Collection[Var] = ()) -> str:
        """Write a SELECT before everything else; the name of its rows. ``numbers`` may be kept as such."""
        outer, self._text = self._text, Text()
        early, self._early = self._early, None
        # How often a solution is found matters to what is counted, and no more where each counts once.
        counting, self._counting = self._counting, (self._counting and not select.distinct) or is_aggregated(select)
        rows = self._fresh("S")
        self._text.line(f"{rows} = {'{}' if select.distinct else '[]'}")
        if select.distinct and len(select.items) == 1:
            self._bare.add(rows)
        if is_aggregated(select):
            self._numbers[rows] = set(numbers) if not select.distinct else set()
            self._grouped(select, rows)
        elif self._delta is None and rows in self._bare and is_of_objects(select):
            self._objects(select, rows)
        else:
            self._group(select.group, {}, lambda env: self._give(select, env, rows))
        self._arranged(select, rows)
        self._before += self._text.lines
        self._text, self._counting, self._early = outer, counting, early
        return rows

    def _objects(self, select: Select, rows: str) -> None:
        """All different objects of facts, each looked at once."""
        env = {select.items[0][0]: Slot("one")}
        conditions = (self._expressions.condition(part.condition, env) for part in select.group.parts[1:])
        tests = "".join(f" if {code}" for code in conditions)
        self._text.line(f"{rows} = {{one: None for one in objects_of(F){tests}}}")
        self._lacking[rows], self._reads_all = set(), True

    def _give(self, select: Select, env: Env, rows: str) -> None:
        slots: list[Slot] = []
        for name, value in select.items:
            slots.append(self._expressions.write(name if value is None else value, env))
            if value is not None and self._mentions[name] > 1:
                # What is given may be looked at by what is given later, and by the order.
                slots[-1] = self._kept(slots[-1])
                env = {**env, name: slots[-1]}
        keys = [self._expressions.write(value, env) for value, _ in select.order]
        numbers = self._numbers.get(rows, set())
        numbers &= {name for (name, _), slot in zip(select.items, slots, strict=True) if slot.kind == "number"}
        self._written[rows] = {
            name
            for (name, _), slot in zip(select.items, slots, strict=True)
            if name in numbers & self._keys and not slot.small
        }
        numbers -= self._written[rows]
        columns = (
            term(s).code if n not in numbers else s.code if s.small else f"within({s.code})"
            for (n, _), s in zip(select.items, slots, strict=True)
        )
        codes = [*(term(slot).code for slot in keys), *columns]
        loose = {name for (name, _), slot in zip(select.items, slots, strict=True) if slot.nullable}
        self._lacking.setdefault(rows, set()).update(loose)
        row = f"({''.join(code + ', ' for code in codes)})"
        if select.distinct:
            self._text.line(f"{rows}[{codes[0] if rows in self._bare else row}] = None")
        else:
            self._text.line(f"{rows}.append({row})")

    def _arranged(self, select: Select, rows: str) -> None:
        if select.distinct and select.order:
            raise Unsupported("DISTINCT in an order")
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
        select = counted_first(select)
        aggregates = [one for _, value in select.items for one in aggregates_in(value)]
        found, key, kept = self._fresh("g"), self._fresh("k"), self._fresh("l")
        names = select.grouping or ()
        gathered: list[Gathered] = []
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
            values = [
                Slot(one.value.format(f"{kept}[{place}]"), "number", small=aggregates[place].name == "COUNT")
                for place, one in enumerate(gathered)
            ]
            self._give(without_aggregates(select, aggregates, values, env), env, rows)

    def _gathered(self, aggregate: Aggregate, env: Env) -> Gathered:
        if aggregate.name == "COUNT":
            return counted(aggregate, None if aggregate.arg is None else self._expressions.write(aggregate.arg, env))
        slot = self._expressions.write(aggregate.arg, env)
        if slot.kind == "term":
            slot = Slot(f"exact_number({slot.code})", "number", nullable=True)
        return reduced(aggregate, slot)

    # ---- Groups ----

    def _group(self, group: Group, env: Env, then: Then) -> None:
        parts = [one for part in group.parts for one in self._plain(part)]
        self._steps(list(enumerate(parts)), env, then)

    def _plain(self, part: Any) -> list[Any]:  # noqa: ANN401 - any part of a group
        """A part as parts: a group within a group joins it, where its conditions look at nothing else."""
        new = [one for one in part.groups if holds(one, self._delta)] if isinstance(part, Union) else []
        if len(new) == 1 and all(isinstance(inner, Pattern | OfKnowledge) for inner in new[0].parts):
            # The other alternatives are of no interest.
            return [one for inner in new[0].parts for one in self._plain(inner)]
        if isinstance(part, Union) and len(part.groups) == 1:
            own = uses(part.groups[0])
            refuse_sight(part.groups[0], {name for name, times in self._mentions.items() if times > own[name]})
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
        if self._cost(chosen, todo, env)[0] > FEW:
            for pattern in (pattern for _, part in todo for pattern in patterns_of(part)):
                self._look_up(pattern, env)
        rest = [one for one in todo if one is not chosen]
        if isinstance(chosen[1], Pattern) and isinstance(chosen[1].predicate, Var) and chosen[1].predicate not in env:
            self._open(chosen[1], env, lambda inner: self._steps(todo, inner, then))
        elif isinstance(chosen[1], Union) and not rest:
            self._last_union(chosen[1], env, then)
        else:
            self._write(chosen[1], env, lambda inner: self._steps(rest, inner, then))

    def _cost(self, one: tuple[int, Any], todo: list[tuple[int, Any]], env: Env) -> tuple[int, int]:
        """What to do next: what narrows, before what follows a link, before what starts somewhere else."""
        place, part = one
        others = [other for other in todo if other is not one]
        if isinstance(part, Filter):
            sure = {name for name, slot in env.items() if not slot.nullable}
            waits = (mentioned(part) - sure) & set[Var]().union(*(given(other) for _, other in others))
            return (LAST if waits else -10), place
        earlier = [(at, other) for at, other in others if at < place and not isinstance(other, Filter)]
        if isinstance(part, Bind):
            waits = mentioned(part.value) & set[Var]().union(*(given(other) for _, other in earlier))
            return (LAST if waits else -5), place
        if isinstance(part, Maybe):
            return (LAST if earlier else 5), place
        if any(self._holds_up(other, part) for _, other in earlier):
            return LAST, place
        if isinstance(part, Union) and not_in_all(part) & set[Var]().union(*(given(other) for _, other in others)):
            return LAST - 1, place
        new = OF_ONE if part is self._delta and id(part) in self._opened else OF_NEW
        return (min(breadth(part, env), new) if holds(part, self._delta) else breadth(part, env)), place

    def _holds_up(self, earlier: Any, part: Any) -> bool:  # noqa: ANN401
        """Whether an earlier part must be done first: what may be left unbound by it, or is bound to a value."""
        if isinstance(earlier, Bind):
            return earlier.var in mentioned(part) or bool(mentioned(earlier.value) & given(part))
        return isinstance(earlier, Maybe)

    def _write(self, part: Any, env: Env, then: Then) -> None:  # noqa: ANN401
        if isinstance(part, Pattern):
            ends = (part.subject, part.object)
            if part.optional_step and (self._solve is not None or not all(isinstance(node, Var) for node in ends)):
                raise Unsupported("a path of no length from what may be in no fact")
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
            self._join(self._select(part, set(names) - env.keys()), None, names, env, then)

    def _values(self, part: Values, env: Env, then: Then) -> None:
        """Rows of the query; whole numbers among them are kept as such."""
        rows = [tuple(None if node is None else _whole(node) for node in row) for row in part.rows]
        if env.keys() & set(part.names) or not all(isinstance(value, int) for row in rows for value in row):
            self._join(self._fresh("T"), part.rows, part.names, env, then)
            return
        names = [self._fresh("v") for _ in part.names]
        with self._text.block(f"for ({''.join(f'{name}, ' for name in names)}) in {rows!r}:"):
            values = [value for row in rows for value in row if value is not None]
            small = all(abs(value) < SMALL for value in values)
            slots = [Slot(name, "number", small=small, place=small and min(values, default=0) > 0) for name in names]
            then({**env, **dict(zip(part.names, slots, strict=True))})

    def _bind(self, part: Bind, env: Env, then: Then) -> None:
        if part.var in env:
            raise Unsupported("a variable bound twice")
        slot = self._expressions.remembered(part.value, env)
        if slot:
            one, two = self._fresh("v"), self._fresh("v")
            self._text.line(f"{one}, {two} = {slot.code}")
            slot = replace(slot, code=one, written=two)
        then({**env, part.var: slot or self._kept(self._expressions.write(part.value, env))})

    # ---- Alternatives ----

    def _last_union(self, part: Union, env: Env, then: Then) -> None:
        """Alternatives after which nothing is left but what ``then`` writes: it is written for each of them."""
        for group in self._alternatives(part, env):
            self._group(group, env, then)

    def _alternatives(self, part: Union, env: Env) -> tuple[Group, ...]:
        """The groups of a union; where one reads new facts, the others are of no interest."""
        for group in part.groups:
            refuse_sight(group, env.keys())
        return tuple(group for group in part.groups if holds(group, self._delta)) or part.groups

    def _union(self, part: Union, env: Env, then: Then) -> None:
        part = Union(self._alternatives(part, env))
        names = sorted(given(part) - env.keys())
        self._collected(part.groups, names, env, then, otherwise=False)

    def _maybe(self, part: Maybe, env: Env, then: Then) -> None:
        refuse_sight(Group(tuple(p for p in part.group.parts if not isinstance(p, Filter))), env.keys())
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
        if not keys or unbound(rows, names):
            return False
        table = self._fresh("T")
        self._tables[table] = rows if self._counting else list(dict.fromkeys(rows)), keys
        slots = {name: Slot(self._fresh("v"), nullable=True) for name in names if name not in env}
        target = "".join(f"{slots[name].code if name in slots else '_'}, " for name in names)
        key = key_of([self._code(names[place], env) for place in keys])
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
        forward, backward = self._index(repr(part.predicate), bound=False, new=False, thing=part.object)
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
        refuse_outlook(group, env)
        names = [name for name in sorted(given(group)) if self._counting or self._mentions[name] > 1]
        rows = self._solve(group, names)
        rows = rows if self._counting else list(dict.fromkeys(rows))
        if len(rows) > _MOST_ROWS:
            raise Unsupported("a table of the knowledge that is too long")
        self._join(self._fresh("T"), rows, names, env, then)

    # ---- Conditions ----

    def _exists(self, tree: Exists, env: Env) -> Slot:
        """A function of the variables that the group looks at, which says whether it has a solution."""
        if test := self._simple_test(tree.group, env):
            return Slot(test if tree.positive else f"(not {test})", "bool")
        seen = sorted(mentioned(tree.group) & env.keys())
        inner = {name: Slot(self._fresh("a"), env[name].kind, env[name].nullable) for name in seen}
        outer, self._text = self._text, Text()
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
            refuse_outlook(part.group, env)
            names = sorted(given(part) & env.keys())
            if not names or any(env[name].nullable for name in names):
                return ""
            rows = list(dict.fromkeys(self._solve(part.group, names)))
            if unbound(rows, names):
                return ""
            table = self._fresh("T")
            self._tables[table] = rows, tuple(range(len(names)))
            return f"({key_of([self._code(name, env) for name in names])} in {table})"
        if not isinstance(part, Pattern) or part.optional_step or isinstance(part.predicate, Var):
            return ""
        forward, backward = self._index(repr(part.predicate), bound=False, new=False, thing=part.object)
        subject, thing = (self._known(node, env) for node in (part.subject, part.object))
        if subject and thing:
            return f"({thing} in {forward}.get({subject}, ()))"
        if subject:
            return f"({subject} in {forward})"
        return f"({thing} in {backward})" if thing else ""


def _whole(node: str) -> int | None:
    value = number(node)
    return value if isinstance(value, int) else None
