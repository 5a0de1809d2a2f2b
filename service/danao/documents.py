"""Documents: one input file each, its triples, and what can be reached in them from a node."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import partial

from pyoxigraph import BlankNode, NamedNode, Triple

from danao.formats.context import named_context
from danao.knowledge import Knowledge
from danao.reading import Input, Limits, read_triples

# Relative IRIs are parsed under this, and moved to a project's own address once its identifier is known.
RELATIVE = "http://relative.invalid/"


@dataclass(frozen=True)
class Surroundings:
    """What reading needs besides the input: the address that instance data lives under, and limits."""

    base: str = "https://danao.example/"
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Document:
    """One file: its name, the address its relative IRIs were parsed under, its triples."""

    name: str
    base: str
    triples: frozenset[Triple]


def read_document(source: Input, number: int, knowledge: Knowledge, around: Surroundings) -> Document:
    """Read the input of a number; JSON-LD may name the context of the knowledge.

    :raises InputError: the input cannot be read.
    """
    base = f"{RELATIVE}{number}/"
    load = partial(named_context, knowledge=knowledge)
    return Document(source.name, base, read_triples(source, base, around.limits, load))


def reachable(
    start: NamedNode, triples: Iterable[Triple], knowledge: Knowledge, apart: Collection[NamedNode] = ()
) -> frozenset[Triple]:
    """What can be reached from a node without passing one of those ``apart`` or leaving for the knowledge."""
    by_subject: dict[object, list[Triple]] = {}
    for triple in triples:
        by_subject.setdefault(triple.subject, []).append(triple)
    seen: set[object] = {start}
    todo: list[object] = [start]
    found: set[Triple] = set()
    while todo:
        for triple in by_subject.get(todo.pop(), ()):
            found.add(triple)
            thing = triple.object
            if (
                isinstance(thing, NamedNode | BlankNode)
                and thing not in seen
                and thing not in apart
                and not is_knowledge(thing, knowledge)
            ):
                seen.add(thing)
                todo.append(thing)
    return frozenset(found)


def is_knowledge(node: object, knowledge: Knowledge) -> bool:
    """Whether a node is a term of the knowledge's vocabularies."""
    return isinstance(node, NamedNode) and node.value.startswith(knowledge.namespaces)


def about_knowledge(document: Document, knowledge: Knowledge) -> frozenset[Triple]:
    """What a document states about the knowledge's own terms: reachable or not, it is refused."""
    return frozenset(triple for triple in document.triples if is_knowledge(triple.subject, knowledge))
