"""Whether a registry is what was written to it, and what would be computed again from its inputs.

Objects are compared with their digests, entries with the chain, published statements with the checks of what is
published, and the store with the record. Each assessment is then computed again from its stored inputs, by the stored
knowledge, and compared bit for bit, as far as the software has the version that made it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from danao import __version__
from danao.canonical import canonical_bytes
from danao.errors import DamagedRegistry, DanaoError, Text
from danao.namespaces import PROV, SOFTWARE
from danao.publish import assessment_graph
from danao.registry.again import assessment_of
from danao.registry.entries import SUBMISSION, Entry, read_entry
from danao.registry.evidence import file_digests
from danao.registry.holding import Shelf
from danao.registry.index import (
    catalogue_facts,
    knowledge_graph,
    office_view,
    position,
    public_view,
    published_graph,
    standing,
    submitted_graphs,
)
from danao.registry.queries import counted
from danao.registry.record import Record, facts_of
from danao.registry.submit import opened, unknown
from danao.statements import Graph, Statement
from danao.store import Location
from danao.store.interface import Store

FORMAT = "danao-verification/1"


@dataclass(frozen=True)
class Fault:
    """Something that is not what it should be: where, and what is wrong."""

    where: str
    what: Text


@dataclass
class Verified:
    """What was looked at, and what is wrong; ``other`` are assessments by other versions, which are not recomputed."""

    entries: int = 0
    objects: int = 0
    files: int = 0
    recomputed: int = 0
    other: int = 0
    faults: list[Fault] = field(default_factory=list)


def verify_record(record: Record, identifier: str | None = None, cache: Path | None = None) -> Verified:
    """Look at the record, at everything in it or at the entries of one project; faults are listed, never raised.

    :raises UnknownProject: there is none of the identifier.
    """
    return _Look(record, cache).all(identifier)


def verify_held(
    folder: Path, address: Location | None, identifier: str | None = None, cache: Path | None = None
) -> Verified:
    """Look at the record and at its store as well.

    :raises NoRegistry: there is none.
    :raises UnknownProject: there is none of the identifier.
    :raises DanaoError: the store cannot be opened or reached.
    """
    record = Record(folder)
    look = _Look(record, cache)
    found = look.all(identifier)
    try:
        with opened(record, address, cache) as registry:
            look.at_store(registry.store, whole=identifier is None)
    except DamagedRegistry as error:
        found.faults.append(Fault(str(error.place), error.what))
    return found


def verification(found: Verified) -> dict[str, Any]:
    """What was found, ``danao-verification/1``."""
    counts = {name: getattr(found, name) for name in ("entries", "objects", "files", "recomputed", "other")}
    faults = [{"where": fault.where, "what": fault.what.as_json()} for fault in found.faults]
    return {"format": FORMAT, "software": f"danao {__version__}", **counts, "faults": faults}


class _Look:
    """One verification under way; what several entries share is looked at once."""

    def __init__(self, record: Record, cache: Path | None) -> None:
        self._record = record
        self._shelf = Shelf(record, cache)
        self._found = Verified()
        self._entries: list[Entry] = []
        self._seen: set[str] = set()
        self._files: set[str] = set()

    def all(self, identifier: str | None) -> Verified:
        """Look at the log and at what its entries name, and where no project is asked for, at everything else."""
        self._entries = list(self._chain(identifier))
        self._found.entries = len(self._entries)
        for entry in self._entries:
            self._at(entry)
        if identifier is None:
            self._at_all_objects()
            with self._place(""):
                _ = self._record.salt
            return self._found
        if not self._entries and not self._found.faults:
            raise unknown(identifier, {one.one("identifier") for one in self._chain(None)}, self._record.folder)
        self._found.objects, self._found.files = len(self._seen), len(self._files)
        return self._found

    @contextmanager
    def _place(self, where: str) -> Iterator[None]:
        """Faults that are met here are listed."""
        try:
            yield
        except DanaoError as error:
            self._fault(f"{where} {error.place}", error.what)

    def _fault(self, where: str, what: Text) -> None:
        fault = Fault(where.strip(), what)
        if fault not in self._found.faults:
            self._found.faults.append(fault)

    def _chain(self, identifier: str | None) -> Iterator[Entry]:
        """The entries that are there and in their place in the chain."""
        before = ""
        lines = self._record.lines()
        while True:
            try:
                line = next(lines)
            except StopIteration:
                return
            except DamagedRegistry as error:
                # What stands after a line that is none cannot be told.
                self._fault(str(error.place), error.what)
                return
            with self._place(f"log {line.number}"):
                entry = read_entry(self._record, line)
                self._seen.add(line.digest)
                if entry.one("previous") != before:
                    self._fault(f"log {line.number}", _BROKEN)
                if identifier in (None, entry.one("identifier")):
                    yield entry
            before = line.digest

    def _at(self, entry: Entry) -> None:
        """Look at one entry with what it names."""
        where = f"log {entry.number}"
        digests = [name for name in _DIGESTS if entry.one(name)]
        for name in digests:
            with self._place(where):
                self._record.get(entry.one(name))
                self._seen.add(entry.one(name))
        if entry.kind == SUBMISSION:
            self._at_submission(entry, where)

    def _at_submission(self, entry: Entry, where: str) -> None:
        with self._place(where):
            for digest in file_digests(facts_of(self._record, entry.one("filesDigest"))):
                with self._place(where):
                    self._record.file(digest)
                    self._files.add(digest)
        with self._place(where):
            self._recompute(entry, where)

    def _recompute(self, entry: Entry, where: str) -> None:
        stored = facts_of(self._record, entry.one("assessmentDigest"))
        if _software(stored) != f"<{SOFTWARE}{__version__}>":
            self._found.other += 1
            return
        assessment = assessment_of(entry, self._shelf)
        self._found.recomputed += 1
        again = assessment_graph(assessment)
        if assessment.knowledge.digest != entry.one("knowledgeDigest"):
            self._fault(where, Text("知识的摘要与条目不符。", "The digest of the knowledge is not the entry's."))
        if canonical_bytes(again) != self._record.get(entry.one("assessmentDigest")):
            self._fault(f"{where} <{entry.one('assessment')}>", _differing(stored, again))

    def _at_all_objects(self) -> None:
        """Look at objects and files that no entry named."""
        for digest in self._record.objects():
            self._found.objects += 1
            with self._place("objects"):
                self._record.get(digest)
        for digest in self._record.files():
            self._found.files += 1
            with self._place("files"):
                self._record.file(digest)

    def at_store(self, store: Store, *, whole: bool) -> None:
        """Compare the graphs of entries in the store with the record, and if they are all, what the catalogue says."""
        entries = self._entries
        last = position(store, self._record.base)
        if whole and entries and last != (entries[-1].number, entries[-1].digest):
            self._fault(f"log {last[0]}", _AHEAD)
        submissions = [entry for entry in entries if entry.kind == SUBMISSION]
        for entry in (*submissions, *standing(entries).shown.values()):
            with self._place(f"log {entry.number}"):
                for name, facts in self._graphs(entry).items():
                    self._compare(store, name, facts.statements)
        if whole:
            with self._place("catalogue"):
                for name, said in catalogue_facts(self._shelf, entries).items():
                    self._compare(store, name, said)
            for view, shown in self._views(entries):
                with self._place(f"<{view}>"):
                    self._at_view(store, view, shown)

    def _views(self, entries: Sequence[Entry]) -> Iterator[tuple[str, list[dict[str, Graph]]]]:
        now, record = standing(entries), self._record
        yield office_view(record.base), [submitted_graphs(one, record) for one in now.current.values()]
        yield public_view(record.base), [published_graph(one, record) for one in now.published.values()]

    def _at_view(self, store: Store, view: str, shown: Iterable[Mapping[str, Graph]]) -> None:
        """A view shows the graphs of each project that are current, and nothing else."""
        size, outside = 0, set[Statement]()
        for graphs in shown:
            statements = {one for graph in graphs.values() for one in graph.statements}
            own = {one for one in statements if one[0].startswith(f"<{self._record.base}id/")}
            size += len(own)
            outside |= statements - own
            missing = sum(counted(store, "missing", graph=graph, view=view) for graph in graphs)
            if missing:
                self._fault(f"<{view}>", _other_graph(missing, 0))
        more = counted(store, "size", graph=view) - size - len(outside)
        if more:
            self._fault(f"<{view}>", _other_graph(max(-more, 0), max(more, 0)))

    def _graphs(self, entry: Entry) -> dict[str, Graph]:
        if entry.kind != SUBMISSION:
            return published_graph(entry, self._record)
        graphs, knowledge = submitted_graphs(entry, self._record), entry.one("knowledge")
        if knowledge not in self._seen:
            self._seen.add(knowledge)
            graphs[knowledge] = knowledge_graph(self._shelf, entry.one("listingDigest"))
        return graphs

    def _compare(self, store: Store, graph: str, expected: Collection[Statement]) -> None:
        found, wanted = (Counter(map(_unnamed, side)) for side in (store.facts(graph).statements, set(expected)))
        if found != wanted:
            self._fault(f"<{graph}>", _other_graph((wanted - found).total(), (found - wanted).total()))


def _unnamed(statement: Statement) -> Statement:
    """A statement whose blank nodes, which only the knowledge has, go without the names that a store gives them."""
    subject, predicate, thing = statement
    return "_" if subject[0] == "_" else subject, predicate, "_" if thing[0] == "_" else thing


_AHEAD = Text("存储与日志到的位置不同。", "The store is not as far as the log.")


def _other_graph(missing: int, more: int) -> Text:
    return Text(
        f"存储里的图与记录不符：缺 {missing} 条陈述，多 {more} 条。",
        f"The graph in the store is not the record's: {missing} statements are missing, {more} are too many.",
    )


def _differing(stored: Graph, again: Graph) -> Text:
    before, after = set(stored.statements), set(again.statements)
    lost, more = sorted(before - after)[:1], sorted(after - before)[:1]
    example = " ".join(next(iter(lost or more), ()))
    return Text(
        f"重新计算的结果不同：{len(before - after)} 条陈述不再得出，{len(after - before)} 条是新的；例如 {example}",
        f"Computed again it comes out otherwise: {len(before - after)} statements no longer follow, "
        f"{len(after - before)} are new; for example {example}",
    )


_BROKEN = Text(
    "条目没有接在前一条之后：有条目被改、被删或被换了位置。",
    "The entry does not follow the one before: an entry was changed, removed or moved.",
)
_DIGESTS = (
    *("descriptionDigest", "examinationDigest", "listingDigest", "filesDigest", "assessmentDigest"),
    "publicDigest",
)


def _software(stored: Graph) -> str:
    """The software that an assessment is attributed to."""
    return next((one[2] for one in stored.statements if one[1] == f"<{PROV}wasAttributedTo>"), "")
