"""Queries that users write, over a store."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, QueryBoolean, QuerySolutions, QueryTriples, Store

from danao.engine.interface import Answer
from danao.sparql import pieces_of

_AT = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
# The parser takes as many characters as a keyword has before it says that they are none, and tells where they end. No
# keyword is so long.
_REACH = 20
# Of longer texts it is told where the parser says.
_LONGEST = 100_000
# What of it is shown.
_SHOWN = 40

Name: TypeAlias = NamedNode | BlankNode | DefaultGraph


@dataclass(frozen=True)
class View:
    """What a query sees of a store: the graphs that make its default graph, and those it may name; none means all.

    ``base`` is what addresses of the query are resolved against. Graphs that a query names itself are not looked at.
    Graphs that are ``apart`` have no triple in common; of others, a triple in two of them would count twice.
    """

    base: str
    default: Sequence[str]
    named: Collection[str] | None
    apart: bool = True

    def ask(self, store: Store, text: str) -> QuerySolutions | QueryBoolean | QueryTriples:
        """What pyoxigraph gives for a query."""
        named: list[NamedNode | BlankNode] | None = None
        if self.named is not None:
            named = [NamedNode(graph) for graph in self.named]
        default: list[Name] = [NamedNode(graph) for graph in self.default]
        if self.apart or len(default) == 1:
            return store.query(text, base_iri=self.base, default_graph=default, named_graphs=named)
        merged = self._merged(store, default, named or ())
        return merged.query(text, base_iri=self.base, default_graph=DefaultGraph(), named_graphs=named)

    @staticmethod
    def _merged(store: Store, default: Iterable[Name], named: Iterable[Name]) -> Store:
        """The graphs in memory, those of the default graph as one."""
        merged = Store()
        for graph in default:
            quads = store.quads_for_pattern(None, None, None, graph)
            merged.extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
        for graph in named:
            merged.extend(store.quads_for_pattern(None, None, None, graph))
        return merged


def answer_of(store: Store, text: str, most: int, view: View | None = None) -> Answer:
    """What a query gives, at most so many rows or triples; of what a view shows, or of the whole store.

    :raises SyntaxError: it is no query.
    """
    try:
        found = view.ask(store, text) if view else store.query(text)
    except SyntaxError as fault:
        raise _placed(text, fault) from fault
    if isinstance(found, QueryBoolean):
        return Answer(holds=bool(found))
    if not isinstance(found, QuerySolutions):
        triples = tuple(islice(found, most + 1))
        return Answer(complete=len(triples) <= most, triples=triples[:most])
    names = tuple(variable.value for variable in found.variables)
    rows = [{name: solution[name] for name in names} for solution in islice(found, most + 1)]
    return Answer(complete=len(rows) <= most, names=names, rows=tuple(rows[:most]))


# ---- Where an error is ----


def _placed(text: str, fault: SyntaxError) -> SyntaxError:
    """An error of the parser with the place where what cannot be read begins, and not where the parser gave up."""
    end = _offset(text, fault)
    if end is None or len(text) > _LONGEST:
        return fault
    near = (piece for piece in pieces_of(text) if end - _REACH < piece[1] and piece[0] < end)
    found = next(((start, stop) for start, stop in near if not _goes_on(text[:stop])), None)
    if found is None:
        return fault
    begin, stop = found
    line, column = text.count("\n", 0, begin) + 1, begin - text.rfind("\n", 0, begin)
    return SyntaxError(f"error at {line}:{column}: unexpected '{text[begin:stop][:_SHOWN]}'")


def _goes_on(beginning: str) -> bool:
    """Whether a query can begin so: then the parser looks for more behind blanks."""
    text = f"{beginning}\n{' ' * 2 * _REACH}"
    try:
        Store().query(text)
    except SyntaxError as fault:
        end = _offset(text, fault)
        return end is None or end > len(beginning) + _REACH
    return True


def _offset(text: str, fault: SyntaxError) -> int | None:
    """The number of characters before the place that an error names."""
    match = _AT.fullmatch(str(fault))
    if match is None:
        return None
    before = text.split("\n")[: int(match[1]) - 1]
    return sum(map(len, before)) + len(before) + int(match[2]) - 1
