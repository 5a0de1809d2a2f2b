"""Statements as plain text: tuples of terms in N-Triples syntax, which Python compares, hashes and cuts fastest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse, serialize

Term = NamedNode | Literal | BlankNode
# Subject, predicate and object, each as N-Triples writes it: ``<iri>``, ``_:node``, ``"text"@zh``.
Statement = tuple[str, str, str]
# So many terms and what was made of them are remembered: those of a standard and of the description at hand. With more,
# a process that works on thousands of descriptions would only remember those it is done with.
MEMO = 8_192

# Facts of a graph, whichever form they are kept in.
Facts = AbstractSet[Triple]


class Graph(AbstractSet[Triple]):
    """An immutable set of triples that is kept as statements, and made into triples only where somebody looks.

    ``make`` gives the statements, each once, when they are first asked for; ``size`` is their number where it is known.
    """

    __slots__ = ("_make", "_size", "_statements", "_triples")

    def __init__(self, make: Callable[[], Sequence[Statement]], size: int | None = None) -> None:
        self._make: Callable[[], Sequence[Statement]] | None = make
        self._size = size
        self._statements: Sequence[Statement] = ()
        self._triples: frozenset[Triple] | None = None

    @property
    def statements(self) -> Sequence[Statement]:
        """The statements, each once."""
        if self._make is not None:
            self._statements, self._make = self._make(), None
        return self._statements

    @property
    def triples(self) -> frozenset[Triple]:
        """The same as triples."""
        if self._triples is None:
            self._triples = frozenset(triples_of(self.statements))
        return self._triples

    def __contains__(self, triple: object) -> bool:
        return triple in self.triples

    def __iter__(self) -> Iterator[Triple]:
        return iter(self.triples)

    def __len__(self) -> int:
        return len(self.statements) if self._size is None else self._size

    def __hash__(self) -> int:
        return hash(self.triples)

    def __reduce__(self) -> tuple[type[Graph], tuple[_Kept]]:
        return Graph, (_Kept(tuple(self.statements)),)

    @classmethod
    def _from_iterable(cls, triples: Iterable[Triple]) -> frozenset[Triple]:  # type: ignore[override]
        return frozenset(triples)


class _Kept:
    """Gives the statements it was made of."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self._statements = statements

    def __call__(self) -> Sequence[Statement]:
        return self._statements


def together(graphs: Iterable[Facts]) -> Facts:
    """Graphs that have nothing in common as one."""
    found = [graph for graph in graphs if graph]
    kept = [graph for graph in found if isinstance(graph, Graph)]
    if len(kept) < len(found):
        return frozenset[Triple]().union(*found)
    return Graph(lambda: [one for graph in kept for one in graph.statements], sum(map(len, kept)))


def graph_of(statements: Sequence[Statement]) -> Graph:
    """Statements, each once, as a graph."""
    return Graph(_Kept(statements))


def statements_of(facts: Iterable[Triple]) -> Sequence[Statement]:
    """Facts as statements, each once."""
    if isinstance(facts, Graph):
        return facts.statements
    return split((serialize(facts, format=RdfFormat.N_TRIPLES) or b"").decode())


def split(text: str) -> list[Statement]:
    """The statements of N-Triples text as pyoxigraph writes it, each once."""
    # No text within a line has the end of one.
    lines = dict.fromkeys(text.split(" .\n"))
    lines.pop("", None)
    return [tuple(line.split(" ", 2)) for line in lines]  # type: ignore[misc]


def joined(statements: Iterable[Statement]) -> str:
    """Statements as N-Triples text, a line each."""
    return " .\n".join([*map(" ".join, statements), ""])


def triples_of(statements: Iterable[Statement]) -> list[Triple]:
    """Statements as pyoxigraph's triples."""
    return [quad.triple for quad in parse(joined(statements), format=RdfFormat.N_TRIPLES)]


@lru_cache(maxsize=MEMO)
def term_of(text: str) -> Term:
    """A term of a statement as pyoxigraph's."""
    if text[0] == "<":
        return NamedNode(text[1:-1])
    if text[0] == "_":
        return BlankNode(text[2:])
    value, _, kind = text[1:].rpartition('"')
    value = unescaped(value)
    if kind.startswith("@"):
        return Literal(value, language=kind[1:])
    return Literal(value, datatype=NamedNode(kind[3:-1])) if kind else Literal(value)


@lru_cache(maxsize=MEMO)
def lexical(text: str) -> str:
    """The IRI of a named node, and the characters of a literal."""
    return text[1:-1] if text[0] == "<" else unescaped(text[1 : text.rindex('"')])


_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_SIGNS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


def unescaped(text: str) -> str:
    """The characters that a literal's text stands for."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda match: _SIGNS[match[3]] if match[3] else chr(int(match[1] or match[2], 16)), text)


def quoted(text: str) -> str:
    """A plain literal of these characters, as pyoxigraph writes it."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return str(Literal(text))


# ---- Canonical literals ----

XSD = "http://www.w3.org/2001/XMLSchema#"
_DAYS = "(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31"
_CANONICAL = re.compile(
    rf'"(?:-?[1-9][0-9]{{0,17}}|0)"\^\^<{XSD}integer>'
    rf'|"(?:-?(?:[1-9][0-9]{{0,14}}(?:\.[0-9]{{0,14}}[1-9])?|0\.[0-9]{{0,14}}[1-9])|0)"\^\^<{XSD}decimal>'
    rf'|"(?:true|false)"\^\^<{XSD}boolean>'
    rf'|"[12][0-9]{{3}}-(?:{_DAYS})"\^\^<{XSD}date>'
    rf'|"[^"\\]*+(?:\\.[^"\\]*+)*+"(?:@[a-z]+(?:-[a-z0-9]+)*|\^\^<{XSD}anyURI>)?',
    re.DOTALL,
)


def canonical_term(term: str) -> str:
    """A term in its canonical form: only literals of a datatype or language have others."""
    return canonical_literal(term) if term[0] == '"' and term[-1] != '"' else term


@lru_cache(maxsize=MEMO)
def canonical_literal(text: str) -> str:
    """A literal in the form that a store gives it, whichever syntax it came in."""
    if _CANONICAL.fullmatch(text):
        return text
    node, store = NamedNode("urn:x"), Store()
    store.add(Quad(node, node, term_of(text)))
    return str(next(iter(store)).object)
