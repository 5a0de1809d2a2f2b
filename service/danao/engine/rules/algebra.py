"""SPARQL text as a tree of our own: the part of the language that rules are compiled from.

What is not modelled here raises :class:`Unsupported`; such a query is run by pyoxigraph instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pyoxigraph
from pyparsing import ParseException
from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
from rdflib.plugins.sparql.algebra import translatePath, translatePName, translatePrologue, traverse
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.plugins.sparql.sparql import Prologue
from rdflib.term import BNode, Identifier, Literal, URIRef, Variable

from danao.engine.rules.beyond import Unsupported
from danao.namespaces import KNOWLEDGE_GRAPH
from danao.statements import canonical_literal


class Var(str):
    """The name of a variable."""

    __slots__ = ()


# A variable, or a term as N-Triples writes it.
Node = str


@dataclass(frozen=True)
class Call:
    """An expression: an operator or a function with its arguments."""

    name: str
    args: tuple[Any, ...]


@dataclass(frozen=True)
class Exists:
    """Whether a group has a solution; ``positive`` or not."""

    group: Group
    positive: bool


@dataclass(frozen=True)
class Aggregate:
    """A function over the rows of a group."""

    name: str
    distinct: bool
    arg: Any


Expression = Node | Call | Exists | Aggregate


@dataclass(frozen=True)
class Pattern:
    """A triple pattern over the facts or over the knowledge."""

    subject: Node
    predicate: Node
    object: Node
    optional_step: bool = False


@dataclass(frozen=True)
class Bind:
    """A variable that is given a value."""

    var: Var
    value: Expression


@dataclass(frozen=True)
class Filter:
    """A condition."""

    condition: Expression


@dataclass(frozen=True)
class Maybe:
    """An OPTIONAL group."""

    group: Group


@dataclass(frozen=True)
class Union:
    """Alternatives."""

    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Values:
    """Rows given in the query; ``None`` is UNDEF."""

    names: tuple[Var, ...]
    rows: tuple[tuple[Node | None, ...], ...]


@dataclass(frozen=True)
class OfKnowledge:
    """A group that is matched against the knowledge."""

    group: Group


@dataclass(frozen=True)
class Group:
    """A group of operations, in the order of the text."""

    parts: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Select:
    """A SELECT: what it gives by name, its group, its grouping and order.

    ``items`` pairs each name with an expression, or ``None`` for a variable of the group.
    """

    items: tuple[tuple[Var, Expression | None], ...]
    group: Group
    distinct: bool = False
    grouping: tuple[Var, ...] | None = None
    order: tuple[tuple[Expression, bool], ...] = ()


@dataclass(frozen=True)
class Construct:
    """A CONSTRUCT: its template and its group."""

    template: tuple[tuple[Node, Node, Node], ...]
    group: Group


def read(text: str) -> Select | Construct:
    """The tree of a query.

    :raises Unsupported: it uses what is not compiled.
    """
    try:
        parsed = parseQuery(text)
    except ParseException as fault:
        raise Unsupported(str(fault)) from fault
    prologue = translatePrologue(parsed[0], None)
    query = traverse(parsed[1], visitPost=lambda node: _named(node, prologue))
    query = traverse(query, visitPost=translatePath)
    reader = _Reader()
    if query.name == "ConstructQuery" and query.template and not query.limitoffset:
        return Construct(tuple(reader.triples(query.template)), reader.group(query.where))
    if query.name == "SelectQuery":
        return reader.select(query)
    raise Unsupported(query.name)


def _named(node: Any, prologue: Prologue) -> Any:  # noqa: ANN401 - any part of rdflib's tree
    """A node of the tree, or the IRI that it is short for."""
    if isinstance(node, CompValue) and node.name == "pname":
        space = prologue.namespace_manager.store.namespace(node.prefix or "")
        if space is None:
            raise Unsupported(f"a prefix without a namespace: {node.prefix}")
    return translatePName(node, prologue)


def _literal(term: Literal) -> str:
    """A literal as a store writes it."""
    if term.language:
        return canonical_literal(str(pyoxigraph.Literal(str(term), language=term.language)))
    kind = pyoxigraph.NamedNode(term.datatype) if term.datatype else None
    return canonical_literal(str(pyoxigraph.Literal(str(term), datatype=kind)))


@dataclass
class _Reader:
    """Walks the parse tree of one query."""

    fresh: Iterator[int] = field(default_factory=count)

    def select(self, query: CompValue) -> Select:
        if query.limitoffset or query.having or query.valuesClause or not query.projection:
            raise Unsupported("modifiers")
        items = tuple(self.item(one) for one in query.projection)
        grouping = query.groupby and tuple(self.grouped(one) for one in query.groupby.condition)
        order = query.orderby and tuple(self.ordered(one) for one in query.orderby.condition)
        return Select(items, self.group(query.where), query.modifier == "DISTINCT", grouping or None, order or ())

    def item(self, item: CompValue) -> tuple[Var, Expression | None]:
        if item.var:
            return Var(item.var), None
        return Var(item.evar), self.expression(item.expr)

    def grouped(self, condition: Any) -> Var:  # noqa: ANN401 - rdflib's tree is untyped
        if not isinstance(condition, Variable):
            raise Unsupported("grouping by an expression")
        return Var(condition)

    def ordered(self, condition: CompValue) -> tuple[Expression, bool]:
        return self.expression(condition.expr), condition.order == "DESC"

    def group(self, group: CompValue) -> Group:
        if group.name == "SubSelect":
            return Group((self.select(group),))
        return Group(tuple(part for one in group.part or () for part in self.part(one)))

    def part(self, part: CompValue) -> Iterator[Any]:
        read = getattr(self, f"_{part.name}", None)
        if read is None:
            raise Unsupported(part.name)
        yield from read(part)

    def _TriplesBlock(self, part: CompValue) -> Iterator[Any]:  # noqa: N802 - rdflib's names
        for subject, predicate, thing in self.flat(part.triples):
            yield from self.path(self.node(subject), predicate, self.node(thing))

    def _Filter(self, part: CompValue) -> Iterator[Filter]:  # noqa: N802
        for condition in self.conjuncts(part.expr):
            yield Filter(condition)

    def _Bind(self, part: CompValue) -> Iterator[Bind]:  # noqa: N802
        yield Bind(Var(part.var), self.expression(part.expr))

    def _OptionalGraphPattern(self, part: CompValue) -> Iterator[Maybe]:  # noqa: N802
        yield Maybe(self.group(part.graph))

    def _GroupOrUnionGraphPattern(self, part: CompValue) -> Iterator[Any]:  # noqa: N802
        groups = tuple(self.group(one) for one in part.graph)
        yield groups[0].parts[0] if len(groups) == 1 and _is_select(groups[0]) else Union(groups)

    def _GraphGraphPattern(self, part: CompValue) -> Iterator[OfKnowledge]:  # noqa: N802
        if part.term != URIRef(KNOWLEDGE_GRAPH):
            raise Unsupported("another graph")
        yield OfKnowledge(self.group(part.graph))

    def _InlineData(self, part: CompValue) -> Iterator[Values]:  # noqa: N802
        names = part.var if isinstance(part.var, list) else [part.var]
        rows = [one if isinstance(one, list) else [one] for one in part.value]
        nodes = (tuple(self.node(term) if isinstance(term, Identifier) else None for term in row) for row in rows)
        yield Values(tuple(Var(name) for name in names), tuple(nodes))

    # ---- Triples ----

    def flat(self, blocks: Iterable[Any]) -> Iterator[tuple[Any, Any, Any]]:
        for block in blocks:
            terms = list(block)
            for start in range(0, len(terms), 3):
                yield terms[start], terms[start + 1], terms[start + 2]

    def triples(self, blocks: Iterable[Any]) -> Iterator[tuple[Node, Node, Node]]:
        for triple in self.flat(blocks):
            if any(isinstance(term, BNode) for term in triple):
                raise Unsupported("blank nodes in a template")
            yield self.node(triple[0]), self.node(triple[1]), self.node(triple[2])

    def path(self, subject: Node, path: Any, thing: Node) -> Iterator[Any]:  # noqa: ANN401
        if isinstance(path, URIRef | Variable):
            yield Pattern(subject, self.node(path), thing)
        elif isinstance(path, InvPath):
            yield from self.path(thing, path.arg, subject)
        elif isinstance(path, AlternativePath):
            yield Union(tuple(Group(tuple(self.path(subject, one, thing))) for one in path.args))
        elif isinstance(path, SequencePath):
            steps = [subject, *(Var(f".{next(self.fresh)}") for _ in path.args[1:]), thing]
            for number, one in enumerate(path.args):
                yield from self.path(steps[number], one, steps[number + 1])
        elif isinstance(path, MulPath) and path.mod == "?" and isinstance(path.path, URIRef):
            yield Pattern(subject, self.node(path.path), thing, optional_step=True)
        else:
            raise Unsupported("a path")

    def node(self, term: Any) -> Node:  # noqa: ANN401
        if isinstance(term, Variable):
            return Var(term)
        if isinstance(term, URIRef):
            return f"<{term}>"
        if isinstance(term, Literal):
            return _literal(term)
        if isinstance(term, BNode):
            return Var(f"_{term}")
        raise Unsupported(type(term).__name__)

    # ---- Expressions ----

    def conjuncts(self, expr: Any) -> Iterator[Expression]:  # noqa: ANN401
        found = self.expression(expr)
        if isinstance(found, Call) and found.name == "&&":
            yield from found.args
        else:
            yield found

    def expression(self, expr: Any) -> Expression:  # noqa: ANN401, PLR0911 - one line for each form
        if not isinstance(expr, CompValue):
            return self.node(expr)
        if expr.name in _CHAINS:
            return self.chain(expr)
        if expr.name == "RelationalExpression":
            return self.relation(expr)
        if expr.name in {"UnaryNot", "UnaryMinus"}:
            return Call("!" if expr.name == "UnaryNot" else "neg", (self.expression(expr.expr),))
        if expr.name in {"Builtin_EXISTS", "Builtin_NOTEXISTS"}:
            return Exists(self.group(expr.graph), positive=expr.name == "Builtin_EXISTS")
        if expr.name.startswith("Aggregate_"):
            starred = expr.vars == "*"
            arg = None if starred else self.expression(expr.vars)
            return Aggregate(expr.name.removeprefix("Aggregate_").upper(), bool(expr.distinct), arg)
        if expr.name == "Function":
            return Call(f"<{expr.iri}>", tuple(self.expression(one) for one in expr.expr))
        if expr.name.startswith("Builtin_"):
            return Call(expr.name.removeprefix("Builtin_").upper(), tuple(self.arguments(expr)))
        raise Unsupported(expr.name)

    def chain(self, expr: CompValue) -> Expression:
        """Operands joined by operators of one rank, from the left."""
        found = self.expression(expr.expr)
        others = expr.other or ()
        if expr.name in _LOGIC:
            return Call(_LOGIC[expr.name], (found, *map(self.expression, others))) if others else found
        for sign, other in zip(expr.op or (), others, strict=True):
            found = Call(str(sign), (found, self.expression(other)))
        return found

    def relation(self, expr: CompValue) -> Expression:
        left = self.expression(expr.expr)
        if not expr.op:
            return left
        if expr.op in {"IN", "NOT IN"}:
            raise Unsupported(expr.op)
        return Call(str(expr.op), (left, self.expression(expr.other)))

    def arguments(self, expr: CompValue) -> Iterator[Expression]:
        for name in _ARGUMENTS:
            # Not get(): rdflib gives the name itself where there is no value.
            value = getattr(expr, name)
            for one in value if isinstance(value, list) else () if value is None else (value,):
                yield self.expression(one)


_LOGIC = {"ConditionalOrExpression": "||", "ConditionalAndExpression": "&&"}
_CHAINS = {*_LOGIC, "AdditiveExpression", "MultiplicativeExpression"}
# What rdflib names the arguments of functions, in the order of the language.
_ARGUMENTS = ("arg", "text", "arg1", "arg2", "arg3", "pattern", "replacement", "start", "length", "flags")


def _is_select(group: Group) -> bool:
    return len(group.parts) == 1 and isinstance(group.parts[0], Select)
