"""The graphs of a registry: what they are called, and what those of an entry and of its knowledge hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from danao.access.publication import Material
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, RDF_TYPE
from danao.publish import asked_facts, published_knowledge
from danao.registry.entries import EMPTY, SUBMISSION, Entry, named, public_graph
from danao.registry.holding import Shelf
from danao.registry.record import Record, facts_of
from danao.statements import Graph, Statement, canonical_term, graph_of, split

_SUBMITTED = ("description", "examination", "files", "assessment")
_EXAMINATION = (f"<{RDF_TYPE}>", f"<{DANAO}Examination>")


# ---- Names ----


def catalogue_of(base: str) -> str:
    """The graph of the catalogue that the office reads."""
    return f"{base}catalogue"


def office_view(base: str) -> str:
    """The graph of what is current, for the office."""
    return f"{base}view/office"


def public_view(base: str) -> str:
    """The graph of what is current, for everyone."""
    return f"{base}view/public"


def derived_graph(graph: str) -> str:
    """The graph of what follows from an assessment, or from what is public of it, with its inputs."""
    return f"{graph}/derived"


def closure_graph(knowledge: str) -> str:
    """The graph of what rules and questions see of a knowledge whose own graph holds it as it was shipped."""
    return f"{knowledge}/closure"


def derived_of(entry: Entry) -> str:
    """The graph of what follows from what an entry states."""
    if entry.kind == SUBMISSION:
        return derived_graph(entry.one("assessment"))
    return derived_graph(public_graph(entry.one("publicAssessment")))


def stated_by(entry: Entry) -> dict[str, str]:
    """The graphs that an entry states for good, each with the digest of what it holds.

    Of a submission these are description, examination, which file is whose, and assessment.
    """
    if entry.kind != SUBMISSION:
        return {public_graph(entry.one("publicAssessment")): entry.one("publicDigest")}
    digests = {entry.one(name): entry.one(f"{name}Digest") for name in _SUBMITTED}
    # An object without statements is a graph that is not there.
    return {graph: digest for graph, digest in digests.items() if digest != EMPTY}


# ---- What they hold ----


def stated_graphs(entry: Entry, record: Record) -> dict[str, Graph]:
    """What an entry states for good, by its graphs."""
    return {graph: facts_of(record, digest) for graph, digest in stated_by(entry).items()}


def lasting_graphs(entry: Entry, shelf: Shelf, seen: set[str]) -> Iterator[tuple[str, Graph]]:
    """The graphs that an entry leaves in a store for good: what it states, its knowledge. None of a name seen before.

    :raises DamagedRegistry: one of them is not what it was.
    :raises KnowledgeError: this version of the software cannot use the knowledge of the entry.
    """
    for graph, digest in stated_by(entry).items():
        if graph not in seen:
            seen.add(graph)
            yield graph, facts_of(shelf.record, digest)
    if entry.kind == SUBMISSION and entry.one("knowledge") not in seen:
        seen.add(entry.one("knowledge"))
        knowledge = shelf.knowledge(entry.one("listingDigest"))
        yield from knowledge_graphs(entry.one("knowledge"), knowledge).items()


def shown_graphs(entry: Entry, shelf: Shelf) -> dict[str, Graph]:
    """What a view shows of an entry, by its graphs: what it states, and what follows from that.

    What follows is there only as long as it is shown. For the public, it follows from what is public alone.

    :raises KnowledgeError: this version of the software cannot use the knowledge of the entry.
    """
    graphs = stated_graphs(entry, shelf.record)
    knowledge = shelf.knowledge(entry.one("listingDigest"))
    derived = asked_facts(_material(entry, graphs), knowledge, public=entry.kind != SUBMISSION)
    return {**graphs, derived_of(entry): derived}


def _material(entry: Entry, graphs: Mapping[str, Graph]) -> Material:
    """What an entry states, by where it comes from."""
    if entry.kind == SUBMISSION:
        sides = (graphs.get(entry.one(name), graph_of([])) for name in ("description", "examination", "assessment"))
        return Material(entry.one("assessment"), *sides)
    (public,) = (graph.statements for graph in graphs.values())
    return _public_material(public, named(entry.one("of")), entry.one("publicAssessment"))


def _public_material(public: Sequence[Statement], project: str, assessment: str) -> Material:
    """What is public, apart again: what leads from the project, what else leads from its examination, and the rest."""
    by_subject: dict[str, list[Statement]] = {}
    for one in public:
        by_subject.setdefault(one[0], []).append(one)
    described = _led_to([project], by_subject)
    examined = _led_to([one[0] for one in public if one[1:] == _EXAMINATION], by_subject) - described
    sides = (described, examined, by_subject.keys() - described - examined)
    # In the order in which they were stated.
    return Material(assessment, *(graph_of([one for one in public if one[0] in nodes]) for nodes in sides))


def _led_to(roots: Iterable[str], by_subject: Mapping[str, Sequence[Statement]]) -> set[str]:
    """Nodes that something is said of and that others lead to, beginning with some."""
    found, todo = set(roots), list(roots)
    while todo:
        new = {one[2] for one in by_subject.get(todo.pop(), ()) if one[2] in by_subject} - found
        found |= new
        todo += new
    return found


def knowledge_graphs(graph: str, knowledge: Knowledge) -> dict[str, Graph]:
    """A knowledge whose graph has a name: ontology and shapes as they were shipped, and what questions see of them."""
    closed = split(knowledge.compiled.closed.decode())
    shipped = published_knowledge(knowledge).statements
    return {graph: _canonical(shipped), closure_graph(graph): _canonical(closed)}


def _canonical(statements: Iterable[Statement]) -> Graph:
    return graph_of(
        list(dict.fromkeys((subject, predicate, canonical_term(thing)) for subject, predicate, thing in statements))
    )
