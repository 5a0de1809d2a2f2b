"""The canonical form of a graph: stable IRIs for blank nodes, normalised literals, sorted lines, a digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, cast

from pyoxigraph import BlankNode, NamedNode, Quad, Store, Triple

from danao.errors import Place, Problem, Text

_MAX_DEPTH = 100
_Term = TypeVar("_Term")


def digest_of(facts: Iterable[Triple]) -> str:
    """``sha256:`` and the hexadecimal digest of the canonical bytes."""
    return f"sha256:{hashlib.sha256(canonical_bytes(facts)).hexdigest()}"


def canonical_bytes(facts: Iterable[Triple]) -> bytes:
    """Sorted N-Triples, one fact a line: what a digest is taken of."""
    return "".join(sorted(f"{triple} .\n" for triple in facts)).encode()


def canonical(facts: Iterable[Triple]) -> frozenset[Triple]:
    """The facts with literals in the form that a store gives them, whichever syntax they came in."""
    store = Store()
    store.extend(Quad(t.subject, t.predicate, t.object) for t in facts)
    return frozenset(quad.triple for quad in store)


def moved(triples: Iterable[Triple], old: str, new: str) -> frozenset[Triple]:
    """The triples with every IRI below ``old`` moved below ``new``."""
    return frozenset(
        Triple(rebased(t.subject, old, new), rebased(t.predicate, old, new), rebased(t.object, old, new))
        for t in triples
    )


def rebased(term: _Term, old: str, new: str) -> _Term:
    """A term with its IRI moved from below ``old`` to below ``new``."""
    if isinstance(term, NamedNode) and term.value.startswith(old):
        return cast("_Term", NamedNode(new + term.value[len(old) :]))
    return term


def skolemised(triples: frozenset[Triple], home: str, file: str) -> tuple[frozenset[Triple], list[Problem]]:
    """Every blank node as an IRI below ``home``: the hash of its owner, the predicate and what it says.

    Blank nodes must hang in trees; one that is shared, cyclic or too deep has no such address and is a problem.
    """
    owners: dict[BlankNode, list[Triple]] = {}
    inside: dict[BlankNode, list[Triple]] = {}
    for triple in triples:
        if isinstance(triple.object, BlankNode):
            owners.setdefault(triple.object, []).append(triple)
        if isinstance(triple.subject, BlankNode):
            inside.setdefault(triple.subject, []).append(triple)
    shared = sorted({str(t.subject) for ts in owners.values() if len(ts) > 1 for t in ts})
    deep = sorted(str(node) for node in inside if _depth(node, owners) > _MAX_DEPTH)
    if shared or deep:
        return frozenset(t for t in triples if not _is_blank(t)), [_shared_blank_node([*shared, *deep][0], file)]
    names = _Names(owners, inside, home)
    return frozenset(Triple(names.of(t.subject), t.predicate, names.of(t.object)) for t in triples), []


def _depth(node: BlankNode, owners: Mapping[BlankNode, list[Triple]]) -> int:
    """How many blank nodes hang above one, counted no further than matters."""
    depth = 0
    above: object = node
    while isinstance(above, BlankNode) and depth <= _MAX_DEPTH:
        above = owners[above][0].subject if above in owners else None
        depth += 1
    return depth


def _is_blank(triple: Triple) -> bool:
    return isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)


def _shared_blank_node(owner: str, file: str) -> Problem:
    return Problem(
        name="SharedBlankNode",
        severity="violation",
        place=Place(file=file, node=owner.strip("<>")),
        what=Text(
            "一个匿名结点被多处引用、成环或嵌套过深，无法给它稳定的地址。",
            "A blank node is used in several places, in a cycle or nested too deep, so that it has no stable address.",
        ),
        fix=Text("给这个结点一个 IRI。", "Give the node an IRI."),
    )


class _Names:
    """IRIs of blank nodes, computed once each. Their owners lead to an IRI: reachability saw to that."""

    def __init__(
        self, owners: Mapping[BlankNode, list[Triple]], inside: Mapping[BlankNode, list[Triple]], home: str
    ) -> None:
        self._owners = owners
        self._inside = inside
        self._home = home
        self._names: dict[BlankNode, NamedNode] = {}

    def of(self, term: Any) -> Any:  # noqa: ANN401 - any term, and any but a blank node comes back as it is
        if not isinstance(term, BlankNode):
            return term
        if term not in self._names:
            owner = self._owners[term][0]
            key = f"{self.of(owner.subject)} {owner.predicate} {self._content(term)}"
            self._names[term] = NamedNode(self._home + hashlib.sha256(key.encode()).hexdigest()[:32])
        return self._names[term]

    def _content(self, node: BlankNode) -> str:
        lines = (
            f"{t.predicate} {self._content(t.object) if isinstance(t.object, BlankNode) else t.object}"
            for t in self._inside.get(node, ())
        )
        return "[" + " ; ".join(sorted(lines)) + "]"
