"""The canonical form of a graph: stable IRIs for blank nodes, normalised literals, sorted lines, a digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pyoxigraph import Triple

from danao.errors import Place, Problem, Text
from danao.statements import Facts, Graph, Statement, canonical_literal, graph_of, statements_of

_MAX_DEPTH = 100


def digest_of(facts: Iterable[Triple]) -> str:
    """``sha256:`` and the hexadecimal digest of the canonical bytes."""
    return _digest(_lines(statements_of(facts)))


def canonical_bytes(facts: Iterable[Triple]) -> bytes:
    """Sorted N-Triples, one fact a line: what a digest is taken of."""
    return "".join(sorted(_lines(statements_of(facts)))).encode()


def _lines(statements: Iterable[Statement]) -> list[str]:
    return [f"{subject} {predicate} {thing} .\n" for subject, predicate, thing in statements]


def _digest(lines: Iterable[str]) -> str:
    return f"sha256:{hashlib.sha256(''.join(sorted(lines)).encode()).hexdigest()}"


def canonical(facts: Facts) -> tuple[Graph, str]:
    """The facts in the order of their lines, literals as a store gives them whichever syntax they came in; the digest."""
    forms = _Canonical()
    found = dict.fromkeys([(one[0], one[1], forms[one[2]]) for one in statements_of(facts)])
    statements = list(found)
    lines = _lines(statements)
    order = sorted(range(len(lines)), key=lines.__getitem__)
    return graph_of([statements[place] for place in order]), _digest(lines)


class _Canonical(dict[str, str]):
    """Each term in its canonical form."""

    def __missing__(self, term: str) -> str:
        form = self[term] = canonical_literal(term) if term[0] == '"' else term
        return form


def moved(facts: Facts, old: str, new: str) -> Graph:
    """The facts with every IRI below ``old`` moved below ``new``."""
    terms = _Moved(f"<{old}", f"<{new}")
    return graph_of([(terms[one], terms[two], terms[three]) for one, two, three in statements_of(facts)])


class _Moved(dict[str, str]):
    """Each term at its new address."""

    def __init__(self, old: str, new: str) -> None:
        self._old, self._new = old, new

    def __missing__(self, term: str) -> str:
        place = self._new + term[len(self._old) :] if term.startswith(self._old) else term
        self[term] = place
        return place


def rebased(iri: str, old: str, new: str) -> str:
    """An IRI moved from below ``old`` to below ``new``."""
    return new + iri[len(old) :] if iri.startswith(old) else iri


def skolemised(facts: Facts, home: str, file: str) -> tuple[Facts, list[Problem]]:
    """Every blank node as an IRI below ``home``: the hash of its owner, the predicate and what it says.

    Blank nodes must hang in trees; one that is shared, cyclic or too deep has no such address and is a problem.
    """
    statements = statements_of(facts)
    blank = [one for one in statements if one[0][0] == "_" or one[2][0] == "_"]
    if not blank:
        return facts, []
    owners: dict[str, list[Statement]] = {}
    inside: dict[str, list[Statement]] = {}
    for one in blank:
        if one[2][0] == "_":
            owners.setdefault(one[2], []).append(one)
        if one[0][0] == "_":
            inside.setdefault(one[0], []).append(one)
    shared = sorted({one[0] for found in owners.values() if len(found) > 1 for one in found})
    deep = sorted(node for node in inside if _depth(node, owners) > _MAX_DEPTH)
    rest = [one for one in statements if one[0][0] != "_" and one[2][0] != "_"]
    if shared or deep:
        return graph_of(rest), [_shared_blank_node([*shared, *deep][0], file)]
    names = _Names(owners, inside, home)
    return graph_of(list(dict.fromkeys([*rest, *names.named(blank)]))), []


def _depth(node: str, owners: Mapping[str, Sequence[Statement]]) -> int:
    """How many blank nodes hang above one, counted no further than matters."""
    depth = 0
    above: str | None = node
    while above is not None and above[0] == "_" and depth <= _MAX_DEPTH:
        above = owners[above][0][0] if above in owners else None
        depth += 1
    return depth


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
        self, owners: Mapping[str, Sequence[Statement]], inside: Mapping[str, Sequence[Statement]], home: str
    ) -> None:
        self._owners = owners
        self._inside = inside
        self._home = home
        self._names: dict[str, str] = {}

    def named(self, statements: Iterable[Statement]) -> Iterator[Statement]:
        """The statements with names in place of blank nodes."""
        return ((self.of(subject), predicate, self.of(thing)) for subject, predicate, thing in statements)

    def of(self, term: str) -> str:
        """The name of a blank node; any other term is its own."""
        if term[0] != "_":
            return term
        if term not in self._names:
            subject, predicate, _ = self._owners[term][0]
            key = f"{self.of(subject)} {predicate} {self._content(term)}"
            self._names[term] = f"<{self._home}{hashlib.sha256(key.encode()).hexdigest()[:32]}>"
        return self._names[term]

    def _content(self, node: str) -> str:
        lines = (
            f"{predicate} {self._content(thing) if thing[0] == '_' else thing}"
            for _, predicate, thing in self._inside.get(node, ())
        )
        return "[" + " ; ".join(sorted(lines)) + "]"
