"""Documents: one input file each, its triples, and what can be reached in them from a node."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import NoReturn, TypeVar

from danao.contexts import Loader
from danao.errors import InputError, Place
from danao.formats.context import named_context
from danao.knowledge import Knowledge
from danao.limits import Limits
from danao.reading import Input, preloaded, read_text, read_triples
from danao.sandbox import Bounds, confined
from danao.statements import Facts, Graph, Statement, graph_of, split, statements_of

# Relative IRIs are parsed under this, and moved to a project's own address once its identifier is known.
RELATIVE = "http://relative.invalid/"


# How an input becomes triples: in this process, or in one of its own.
Reader = Callable[[Input, str, Limits, Loader], Graph]
_Thing = TypeVar("_Thing")
_Read = TypeVar("_Read")


def stop(error: InputError) -> NoReturn:
    """One input that cannot be read ends the run."""
    raise error


@dataclass(frozen=True)
class Surroundings:
    """What reading needs besides the input: the address that instance data lives under, limits, and how it is done.

    ``tell`` is given the error of each input that cannot be read while others can.
    """

    base: str = "https://danao.example/"
    limits: Limits = field(default_factory=Limits)
    reader: Reader = read_triples
    tell: Callable[[InputError], None] = stop


@dataclass(frozen=True)
class Document:
    """One file: its name, the address its relative IRIs were parsed under, its triples."""

    name: str
    base: str
    triples: Facts

    @cached_property
    def by_subject(self) -> Mapping[str, list[Statement]]:
        """The statements of each node."""
        return by_subject(self.triples)


def by_subject(facts: Facts) -> Mapping[str, list[Statement]]:
    """The statements of each node."""
    found: defaultdict[str, list[Statement]] = defaultdict(list)
    for statement in statements_of(facts):
        found[statement[0]].append(statement)
    return dict(found)


def read_document(source: Input, number: int, knowledge: Knowledge, around: Surroundings) -> Document:
    """Read the input of a number; JSON-LD may name the context of the knowledge.

    :raises InputError: the input cannot be read.
    """
    base = f"{RELATIVE}{number}/"
    load = partial(named_context, knowledge=knowledge)
    return Document(source.name, base, around.reader(source, base, around.limits, load))


def read_in_worker(source: Input, base: str, limits: Limits, load: Loader) -> Graph:
    """:func:`~danao.reading.read_triples` in a child process that has little memory and little time.

    :raises InputError: as there, or because the process broke its bounds.
    """
    preloaded()

    def work() -> bytes:
        return read_text(source, base, limits, load).encode()

    bounds = Bounds(limits.max_seconds, limits.max_memory, sealed=True)
    written = confined(work, bounds, place=Place(file=source.name))
    return graph_of(split(written.decode()))


def each_readable(
    read: Callable[[_Thing], _Read], things: Iterable[_Thing], tell: Callable[[InputError], None]
) -> list[_Read]:
    """What can be read of several things; the errors of the others are told.

    :raises InputError: nothing can be read.
    """
    found: list[_Read] = []
    errors: list[InputError] = []
    for thing in things:
        try:
            found.append(read(thing))
        except InputError as error:
            errors.append(error)
    # None of them stays: it and this frame would keep each other, and with them all that whoever called holds.
    while len(errors) > (0 if found else 1):
        tell(errors.pop(0))
    if errors:
        raise errors.pop()
    return found


def reachable(
    start: str, stated: Mapping[str, Sequence[Statement]], knowledge: Knowledge, apart: Collection[str] = ()
) -> Graph:
    """What can be reached from a node without passing one of those ``apart`` or leaving for the knowledge.

    Nodes are IRIs.
    """
    closed = tuple(f"<{space}" for space in knowledge.namespaces)
    seen = {f"<{start}>", *(f"<{node}>" for node in apart)}
    todo = [f"<{start}>"]
    found: list[Statement] = []
    while todo:
        own = stated.get(todo.pop(), ())
        found += own
        for _, _, thing in own:
            # Of most things nothing is stated: texts, figures, terms of the knowledge.
            if thing in stated and thing not in seen and not thing.startswith(closed):
                seen.add(thing)
                todo.append(thing)
    return graph_of(found)


def is_knowledge(term: str, knowledge: Knowledge) -> bool:
    """Whether a term of a statement is one of the knowledge's vocabularies."""
    return term[0] == "<" and term.startswith(knowledge.namespaces, 1)


def about_knowledge(document: Document, knowledge: Knowledge) -> list[Statement]:
    """What a document states about the knowledge's own terms: reachable or not, it is refused."""
    closed = tuple(f"<{space}" for space in knowledge.namespaces)
    return [one for subject, own in document.by_subject.items() if subject.startswith(closed) for one in own]
