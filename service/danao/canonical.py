"""The canonical form of a graph: stable IRIs for blank nodes, normalised literals, sorted lines, a digest."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from pyoxigraph import Triple

from danao.errors import Place, Problem, Text
from danao.statements import Facts, Graph, Statement, canonical_literal, canonical_term, graph_of, joined, statements_of

_MAX_DEPTH = 100


def digest_of(facts: Iterable[Triple]) -> str:
    """``sha256:`` and the hexadecimal digest of the canonical bytes."""
    return _digest(canonical_bytes(facts))


def canonical_bytes(facts: Iterable[Triple]) -> bytes:
    """Sorted N-Triples, one fact a line: what a digest is taken of."""
    # Terms end where no other goes on, so that statements are in the order of their lines.
    return joined(sorted(statements_of(facts))).encode()


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def canonical(facts: Facts) -> tuple[Graph, str]:
    """The facts in the order of their lines, literals in the form that a store gives them, and their digest."""
    return _ordered(statements_of(facts), _Terms("", ""))[:2]


@dataclass(frozen=True)
class Settled:
    """Canonical facts, their digest, all their terms, and a problem where something has no stable address."""

    facts: Graph
    digest: str
    terms: Collection[str]
    problems: Sequence[Problem]


def settle(facts: Facts, old: str, home: str, file: str) -> Settled:
    """The facts of a node that lives at ``home``, with stable addresses.

    IRIs below ``old`` are moved there. Blank nodes get IRIs there too: the hash of the owner, the predicate and what
    the node says. They must hang in trees; one that is shared, cyclic or too deep has no such address, a problem.
    """
    terms = _Terms(old, home)
    statements = statements_of(facts)
    blank = [one for one in statements if one[2][0] == "_" or one[0][0] == "_"]
    problems: list[Problem] = []
    if blank:
        owners, inside = _trees(blank)
        if fault := _treeless(owners, inside):
            problems.append(_shared_blank_node(terms[fault], file))
            statements = [one for one in statements if one[0][0] != "_" and one[2][0] != "_"]
        else:
            terms.update(_Names(owners, inside, home, terms).all())
    ordered, digest, used = _ordered(statements, terms)
    return Settled(ordered, digest, [*used, *terms.values()], problems)


def _ordered(statements: Sequence[Statement], terms: _Terms) -> tuple[Graph, str, Collection[str]]:
    """Statements with their terms renamed, in the order of their lines, the digest of these, and the terms."""
    forms = terms.all(set(chain.from_iterable(statements)))
    found = [(forms[one], forms[two], forms[three]) for one, two, three in statements]
    if len(set(forms.values())) < len(forms):
        # Two terms became one, and so may have two statements.
        found = list(dict.fromkeys(found))
    found.sort()
    return graph_of(found), _digest(joined(found).encode()), forms.values()


class _Terms(dict[str, str]):
    """Each term in its canonical form: literals normalised, IRIs below ``old`` moved below ``new``."""

    def __init__(self, old: str, new: str) -> None:
        self._old, self._new = f"<{old}", f"<{new}"

    def __missing__(self, term: str) -> str:
        form = term
        if term[0] == '"':
            form = canonical_term(term)
        elif self._old != "<" and term.startswith(self._old):
            form = self._new + term[len(self._old) :]
        self[term] = form
        return form

    def all(self, terms: Collection[str]) -> dict[str, str]:
        """The forms of these terms: most have no other than their own."""
        old, length = self._old, len(self._old)
        forms = dict(zip(terms, terms, strict=True))
        forms.update({term: canonical_literal(term) for term in terms if term[0] == '"' and term[-1] != '"'})
        if old != "<":
            forms.update({term: self._new + term[length:] for term in terms if term.startswith(old)})
        forms.update({term: form for term, form in self.items() if term in forms})
        return forms


def moved(facts: Facts, old: str, new: str) -> Graph:
    """The facts with every IRI below ``old`` moved below ``new``."""
    start, end = f"<{old}", f"<{new}"

    def place(term: str) -> str:
        return end + term[len(start) :] if term.startswith(start) else term

    return graph_of([(place(one), place(two), place(three)) for one, two, three in statements_of(facts)])


def rebased(iri: str, old: str, new: str) -> str:
    """An IRI moved from below ``old`` to below ``new``."""
    return new + iri[len(old) :] if iri.startswith(old) else iri


_Owners = Mapping[str, Sequence[Statement]]


def _trees(blank: Iterable[Statement]) -> tuple[_Owners, _Owners]:
    """The statements that point to each blank node, and those that it makes."""
    owners: dict[str, list[Statement]] = {}
    inside: dict[str, list[Statement]] = {}
    for one in blank:
        if one[2][0] == "_":
            owners.setdefault(one[2], []).append(one)
        if one[0][0] == "_":
            inside.setdefault(one[0], []).append(one)
    return owners, inside


def _treeless(owners: _Owners, inside: _Owners) -> str | None:
    """A node that owns a blank node which does not hang in a tree."""
    shared = sorted({one[0] for found in owners.values() if len(found) > 1 for one in found})
    deep = sorted(node for node in inside if _depth(node, owners) > _MAX_DEPTH)
    return next(iter((*shared, *deep)), None)


def _depth(node: str, owners: _Owners) -> int:
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

    def __init__(self, owners: _Owners, inside: _Owners, home: str, terms: _Terms) -> None:
        self._owners = owners
        self._inside = inside
        self._home = home
        self._terms = terms
        self._names: dict[str, str] = {}

    def all(self) -> dict[str, str]:
        """The name of each blank node."""
        return {node: self._of(node) for node in self._owners}

    def _of(self, term: str) -> str:
        if term[0] != "_":
            return self._moved(term)
        if term not in self._names:
            subject, predicate, _ = self._owners[term][0]
            key = f"{self._of(subject)} {self._terms[predicate]} {self._content(term)}"
            self._names[term] = f"<{self._home}genid/{hashlib.sha256(key.encode()).hexdigest()[:32]}>"
        return self._names[term]

    def _moved(self, term: str) -> str:
        # Literals stay as they were written, as they always did: names of nodes are part of what is kept.
        return term if term[0] == '"' else self._terms[term]

    def _content(self, node: str) -> str:
        lines = [
            f"{self._terms[predicate]} {self._content(thing) if thing[0] == '_' else self._moved(thing)}"
            for _, predicate, thing in self._inside.get(node, ())
        ]
        return "[" + " ; ".join(sorted(lines)) + "]"
