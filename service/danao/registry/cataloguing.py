"""What catalogues say of entries: the office's of every version submitted, the public's of what was published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from danao.catalogue import catalogue_entry, catalogue_head
from danao.namespaces import DANAO, DCTERMS
from danao.registry.entries import PUBLICATION, SUBMISSION, WITHDRAWAL, Entry, named, public_graph
from danao.registry.holding import Shelf
from danao.registry.record import Record, facts_of
from danao.statements import Statement, graph_of

_TITLE = f"<{DCTERMS}title>"


@dataclass(frozen=True)
class Described:
    """What a catalogue says because of an entry: of its dataset, and of what is around it, such as the series.

    What is around it is said as long as the entry is the one that the view shows of its project.
    """

    catalogue: str
    own: Sequence[Statement]
    around: Sequence[Statement]


def described(entry: Entry, shelf: Shelf) -> Described:
    """What the catalogue of an entry says because of it."""
    deployment = shelf.record.deployment
    public = entry.kind != SUBMISSION
    dataset = public_graph(entry.one("publicAssessment")) if public else entry.one("assessment")
    facts = [*_told(entry), *_titles(entry, shelf.record)]
    knowledge = shelf.knowledge(entry.one("listingDigest"))
    previous = entry.one("replaces") or None
    made = catalogue_entry(graph_of(facts), deployment, knowledge, public=public, previous=previous).statements
    own = [one for one in made if any(_speaks_of(term, dataset, entry.iri) for term in (one[0], one[2]))]
    around = [one for one in made if one not in set(own)]
    return Described(deployment.catalogue(public=public), own, around)


def _speaks_of(term: str, dataset: str, entry: str) -> bool:
    return term == named(entry) or term.startswith(f"<{dataset}")


def _told(entry: Entry) -> list[Statement]:
    """What an entry says; to the public, of its assessment under the public's name and nothing else."""
    if entry.kind == SUBMISSION:
        return list(entry.facts.statements)
    office, public = named(entry.one("assessment")), named(entry.one("publicAssessment"))
    hidden = {f"<{DANAO}{name}>" for name in ("publicAssessment", "previous", "listingDigest", "submittedBy")}
    return [
        (one, two, public if three == office else three)
        for one, two, three in entry.facts.statements
        if two not in hidden
    ]


def _titles(entry: Entry, record: Record) -> list[Statement]:
    """The titles of a project, as the catalogue's readers see them."""
    digest = {SUBMISSION: "descriptionDigest", PUBLICATION: "publicDigest"}.get(entry.kind)
    if digest is None:
        return []
    project = named(entry.one("of"))
    return [one for one in facts_of(record, entry.one(digest)).statements if one[:2] == (project, _TITLE)]


def heads(entry: Entry, shelf: Shelf) -> dict[str, Sequence[Statement]]:
    """What both catalogues say before they have any entry, by their graphs; made once for a knowledge."""
    deployment, knowledge = shelf.record.deployment, shelf.knowledge(entry.one("listingDigest"))
    key = f"heads of the catalogues of {deployment}"
    if key not in knowledge.notes:
        knowledge.notes[key] = {
            deployment.catalogue(public=public): catalogue_head(deployment, knowledge, public=public).statements
            for public in (False, True)
        }
    found: dict[str, Sequence[Statement]] = knowledge.notes[key]
    return found


def catalogues(shelf: Shelf, entries: Sequence[Entry], shown: Iterable[Entry]) -> Mapping[str, set[Statement]]:
    """What both catalogues say after all entries, by their graphs; ``shown`` are those that the views show."""
    found: dict[str, set[Statement]] = {}
    if entries:
        found = {graph: set(head) for graph, head in heads(entries[0], shelf).items()}
    standing: dict[tuple[bool, str], Entry] = {}
    for entry in entries:
        # A publication takes the place of a tombstone, and the other way round.
        standing[entry.kind == SUBMISSION, entry.one("publicAssessment") or entry.one("assessment")] = entry
    pointed = {entry.number for entry in shown}
    for entry in standing.values():
        said = described(entry, shelf)
        with_around = entry.kind == WITHDRAWAL or entry.number in pointed
        found[said.catalogue].update(said.own, said.around if with_around else ())
    return found
