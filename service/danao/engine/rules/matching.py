"""Source that matches: triple patterns against indexed facts, and rows of tables."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count

from danao.engine.rules.algebra import Pattern, Var
from danao.engine.rules.beyond import Unsupported
from danao.engine.rules.expressions import Env, Slot, read_again, term

Rows = Sequence[tuple[str | None, ...]]
Then = Callable[[Env], None]


@dataclass
class Text:
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


class Matcher:
    """Writes loops and tests; what comes within them is written by what it is given to do then.

    A pattern that is ``delta`` reads new facts. What is computed of ``keys`` is remembered by their terms.
    """

    def __init__(self, delta: Pattern | None, keys: set[Var]) -> None:
        self._delta = delta
        self._keys = keys
        self._names = count()
        self._indexes: dict[str, str] = {}
        # The predicates whose facts are looked at, with the objects if only those with some are, and whether any other
        # may be.
        self._read: dict[str, set[str] | None] = {}
        self._reads_all = False
        self._tables: dict[str, tuple[Rows, tuple[int, ...]]] = {}
        self._lacking: dict[str, set[Var]] = {}
        # Of a SELECT's rows, by their name: the columns that are kept as numbers, and numbers that are kept as terms.
        self._numbers: dict[str, set[Var]] = {}
        self._written: dict[str, set[Var]] = {}
        self._before: list[str] = []
        # SELECTs of different values of one variable: their rows are these values.
        self._bare: set[str] = set()
        # Facts of a predicate that is a variable, looked up where it is bound: the name they are kept under.
        self._looked: dict[str, str] = {}
        # Patterns whose predicate is being gone through: source of its facts, and of these the other way round.
        self._opened: dict[int, tuple[str, str]] = {}
        self._text = Text()
        # Names that are given a value in case it is looked at.
        self._spare: set[str] = set()
        # Whether it matters how often a solution is found.
        self._counting = False

    def _fresh(self, prefix: str) -> str:
        return f"{prefix}{next(self._names)}"

    # ---- Patterns ----

    def _pattern(self, part: Pattern, env: Env, then: Then) -> None:
        new = part is self._delta
        opened = self._opened.get(id(part)) if isinstance(part.predicate, Var) else None
        predicate = self._code(part.predicate, env)
        index = opened or self._index(predicate, bound=part.predicate in env, new=new, thing=part.object)
        self._matches(part, env, index, then)

    def _open(self, part: Pattern, env: Env, then: Then) -> None:
        """Go through all predicates; what their facts are looked at for comes when it narrows."""
        new = part is self._delta
        nodes = (part.subject, part.predicate, part.object)
        free = [node for node in nodes if isinstance(node, Var) and node not in env]
        if len(free) != len(set(free)):
            raise Unsupported("a variable twice in a pattern")
        self._reads_all = True
        name, facts = self._fresh("v"), self._fresh("f")
        self._opened[id(part)] = facts, f"{'DR' if new else 'R'}({name})"
        with self._text.block(f"for {name}, {facts} in {'D' if new else 'F'}.items():"):
            then({**env, Var(part.predicate): Slot(name)})

    def _look_up(self, part: Pattern, env: Env) -> None:
        """Look up the facts of a predicate that is bound now, once for all that comes below."""
        predicate = env.get(part.predicate) if isinstance(part.predicate, Var) else None
        if part is self._delta or id(part) in self._opened or predicate is None or predicate.nullable:
            return
        for code in self._index(self._code(part.predicate, env), bound=True, new=False, thing=part.object):
            if code not in self._looked and code not in self._looked.values():
                self._looked[code] = self._fresh("v")
                self._text.line(f"{self._looked[code]} = {code}")
                self._spare.add(self._looked[code])

    def _index(self, predicate: str, *, bound: bool, new: bool, thing: str) -> tuple[str, str]:
        """Source of a predicate's facts, and of the same the other way round."""
        facts, other = ("D", "DR") if new else ("F", "R")
        codes = f"{facts}.get({predicate}, EMPTY)", f"{other}({predicate})"
        if bound:
            self._reads_all = True
            return self._looked.get(codes[0], codes[0]), self._looked.get(codes[1], codes[1])
        self._reads(literal_eval(predicate), thing)
        forward, backward = (self._indexes.setdefault(code, f"i{len(self._indexes)}") for code in codes)
        return forward, backward

    def _reads(self, predicate: str, thing: str) -> None:
        """Note that facts are looked at: those with an object, or with any where that is a variable."""
        objects = self._read.setdefault(predicate, set())
        if isinstance(thing, Var):
            self._read[predicate] = None
        elif objects is not None:
            objects.add(thing)

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

    # ---- Tables ----

    def _join(self, name: str, rows: Rows | None, names: Sequence[Var], env: Env, then: Then) -> None:
        """Rows of a table that fit; without ``rows`` they are worked out by the query itself, under that name."""
        keys = tuple(place for place, variable in enumerate(names) if variable in env)
        loose = self._lacking.get(name, set()) if rows is None else unbound(rows, names)
        if loose & env.keys():
            raise Unsupported("a join on what may be unbound")
        if rows is None and name in self._bare:
            self._join_bare(name, names[0], env, then)
            return
        numbers = self._numbers.get(name, ()) if rows is None else ()
        slots = {
            variable: Slot(self._fresh("v"), "number" if variable in numbers else "term", variable in loose)
            for variable in names
            if variable not in env
        }
        written = self._written.get(name, set()) & slots.keys() if rows is None else ()
        again = {one: read_again(replace(slots[one], kind="number"), slots[one].code) for one in written}
        codes = [self._code(variable, env) for variable in names if variable in env]
        key = key_of(codes)
        table = self._looked_up(name, rows, keys)
        if keys and not slots and not self._counting:
            with self._text.block(f"if {key} in {table}:"):
                then(env)
            return
        target = "".join(f"{slots[variable].code if variable in slots else '_'}, " for variable in names)
        over = f"{table}.get({key}, ())" if keys else table
        with self._text.block(f"for {f'({target})' if target else '_'} in {over}:"):
            then({**env, **slots, **again})

    def _join_bare(self, name: str, variable: Var, env: Env, then: Then) -> None:
        """Different values of one variable."""
        if variable in env:
            with self._text.block(f"if {self._code(variable, env)} in {name}:"):
                then(env)
            return
        slot = Slot(self._fresh("v"), "term", variable in self._lacking[name])
        with self._text.block(f"for {slot.code} in {name}:"):
            then({**env, variable: slot})

    def _looked_up(self, name: str, rows: Rows | None, keys: tuple[int, ...]) -> str:
        if rows is not None:
            self._tables[name] = rows, keys
            return name
        if not keys:
            return name
        table = self._fresh("X")
        self._before.append(f"  {table} = indexed({name}, {keys!r})")
        return table


def key_of(codes: Sequence[str]) -> str:
    """Source of what a table is looked up by: one term alone, several as a tuple."""
    return codes[0] if len(codes) == 1 else f"({''.join(code + ', ' for code in codes)})"


def unbound(rows: Rows, names: Sequence[Var]) -> set[Var]:
    """The names that some row leaves unbound."""
    return {name for place, name in enumerate(names) if any(row[place] is None for row in rows)}
