"""Entries of the log: a version submitted, an assessment published, a publication taken back. Statements, chained.

An entry names the one before it by digest, so that none can be changed, left out or put elsewhere unseen. The clock and
the submitter stand here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from danao.canonical import canonical_bytes
from danao.errors import Text
from danao.namespaces import DANAO, DCTERMS, PROV, RDF_TYPE, XSD, local_name
from danao.registry.record import Line, Record, damaged, facts_of
from danao.statements import Graph, graph_of, lexical, quoted

# The digest of an object without statements.
EMPTY = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
KINDS = SUBMISSION, PUBLICATION, WITHDRAWAL = "Submission", "Publication", "Withdrawal"


@dataclass(frozen=True)
class Entry:
    """An entry: its number and digest in the log, its IRI, and what it states."""

    number: int
    digest: str
    iri: str
    facts: Graph

    @cached_property
    def _values(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        for _, predicate, thing in self.facts.statements:
            found.setdefault(local_name(predicate[1:-1]), []).append(lexical(thing))
        return found

    def one(self, name: str) -> str:
        """The value of a property by its local name, as text; empty where there is none."""
        return next(iter(self._values.get(name, ())), "")

    @property
    def kind(self) -> str:
        """Which kind of entry it is."""
        return local_name(self.one("type"))


@dataclass(frozen=True)
class Written:
    """When and by whom an entry is written: an xsd:dateTime with its zone, and a name."""

    when: str
    who: str


def entry_iri(base: str, number: int) -> str:
    """The IRI of the entry of a number."""
    return f"{base}entry/{number}"


def digest_graph(base: str, sort: str, digest: str) -> str:
    """The IRI of the graph that holds an input: ``description``, ``examination`` or ``knowledge``."""
    return f"{base}graph/{sort}/{digest.removeprefix('sha256:')}"


def series_of(base: str, identifier: str) -> str:
    """The IRI of the series of a project's assessments."""
    return f"{base}id/{identifier}/assessments"


def public_graph(assessment: str) -> str:
    """The IRI of the graph of what the public sees of an assessment."""
    return f"{assessment}/public"


def entry_bytes(record: Record, kind: str, written: Written, stated: Mapping[str, str]) -> bytes:
    """The canonical bytes of the next entry. ``stated`` gives terms of statements by the IRI of their property."""
    number = record.length + 1
    iri = f"<{entry_iri(record.base, number)}>"
    shared = {
        RDF_TYPE: f"<{DANAO}{kind}>",
        DANAO + "number": f'"{number}"^^<{XSD}integer>',
        PROV + "generatedAtTime": f'"{written.when}"^^<{XSD}dateTime>',
        DANAO + "submittedBy": quoted(written.who),
    }
    if number > 1:
        shared[DANAO + "previous"] = quoted(record.line(number - 1).digest)
    return canonical_bytes(graph_of([(iri, f"<{name}>", thing) for name, thing in {**shared, **stated}.items()]))


def named(iri: str) -> str:
    """An IRI as a term."""
    return f"<{iri}>"


def about(project: str, identifier: str) -> dict[str, str]:
    """What entries say of the project that they are about."""
    return {DANAO + "of": named(project), DCTERMS + "identifier": quoted(identifier)}


def read_entry(record: Record, line: Line) -> Entry:
    """The entry of a line of the log.

    :raises DamagedRegistry: its object is not there, or is no such entry.
    """
    facts = facts_of(record, line.digest)
    entry = Entry(line.number, line.digest, entry_iri(record.base, line.number), facts)
    subjects = {one[0] for one in facts.statements}
    if subjects != {named(entry.iri)} or entry.one("number") != str(line.number):
        raise damaged(
            record.folder / "log",
            Text(f"第 {line.number} 行指向别的条目。", f"Line {line.number} points to another entry."),
        )
    return entry


def entry_at(record: Record, number: int) -> Entry:
    """The entry of a number.

    :raises DamagedRegistry: it is not there.
    """
    return read_entry(record, record.line(number))


def all_entries(record: Record) -> list[Entry]:
    """All entries in the order of the log.

    :raises DamagedRegistry: one is not there.
    """
    return [read_entry(record, line) for line in record.lines()]


@dataclass(frozen=True)
class Standing:
    """What is so after some entries: submissions that are current and publications that are, by identifier.

    ``shown`` are the publications that were not taken back, by the public name of their assessment.
    """

    current: Mapping[str, Entry]
    published: Mapping[str, Entry]
    shown: Mapping[str, Entry]

    @property
    def viewed(self) -> list[Entry]:
        """The entries that the views show: of each project the current submission, and its publication."""
        return [*self.current.values(), *self.published.values()]


def standing(entries: Iterable[Entry]) -> Standing:
    """What is so after all of these entries."""
    current: dict[str, Entry] = {}
    published: dict[str, Entry] = {}
    shown: dict[str, Entry] = {}
    for entry in entries:
        identifier, name = entry.one("identifier"), entry.one("publicAssessment")
        # What is published again stands last.
        shown.pop(name, None)
        if entry.kind == SUBMISSION:
            current[identifier] = entry
        elif entry.kind == PUBLICATION:
            published[identifier] = shown[name] = entry
        elif identifier in published and published[identifier].one("publicAssessment") == name:
            del published[identifier]
    return Standing(current, published, shown)


def lasting(entries: Sequence[Entry]) -> list[Entry]:
    """The entries whose graphs are in a store after all of these: submissions, and publications not taken back."""
    submissions = [entry for entry in entries if entry.kind == SUBMISSION]
    return [*submissions, *standing(entries).shown.values()]
