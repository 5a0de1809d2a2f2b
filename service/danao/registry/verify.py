"""Whether a registry is what was written to it, and what would be computed again from its inputs.

Objects are compared with their digests, entries with the chain, published statements with the checks of what is
published, and the store with the record. Each assessment is then computed again from its stored inputs, by the stored
knowledge, and compared bit for bit, as far as the software has the version that made it. So is what was published of
it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from danao import __version__
from danao.canonical import canonical_bytes
from danao.errors import DamagedRegistry, Text
from danao.namespaces import PROV, SOFTWARE
from danao.publish import assessment_graph
from danao.registry.again import assessment_of
from danao.registry.comparing import compare_store
from danao.registry.entries import PUBLICATION, SUBMISSION, Entry, public_graph, read_entry
from danao.registry.evidence import file_digests
from danao.registry.faults import Fault, Faults
from danao.registry.holding import Shelf
from danao.registry.public import public_of
from danao.registry.record import Record, facts_in, facts_of
from danao.registry.submit import opened, unknown
from danao.statements import Graph
from danao.store import Location
from danao.store.interface import Store

FORMAT = "danao-verification/1"


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
        look.faults.add(str(error.place), error.what)
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
        self.faults = Faults()
        self._found = Verified(faults=self.faults.found)
        self._entries: list[Entry] = []
        self._seen: set[str] = set()
        self._files: set[str] = set()
        # Submissions so far by their assessment, and the assessments that other versions of the software made.
        self._submitted: dict[str, Entry] = {}
        self._others: set[str] = set()

    def all(self, identifier: str | None) -> Verified:
        """Look at the log and at what its entries name, and where no project is asked for, at everything else."""
        self._entries = list(self._chain(identifier))
        self._found.entries = len(self._entries)
        for entry in self._entries:
            self._at(entry)
        if identifier is None:
            self._at_all_objects()
            with self.faults.at(""):
                _ = self._record.salt
            return self._found
        if not self._entries and not self._found.faults:
            raise unknown(identifier, {one.one("identifier") for one in self._chain(None)}, self._record.folder)
        self._found.objects, self._found.files = len(self._seen), len(self._files)
        return self._found

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
                self.faults.add(str(error.place), error.what)
                return
            with self.faults.at(f"log {line.number}"):
                entry = read_entry(self._record, line)
                self._seen.add(line.digest)
                if entry.one("previous") != before:
                    self.faults.add(f"log {line.number}", _BROKEN)
                if identifier in (None, entry.one("identifier")):
                    yield entry
            before = line.digest

    def _at(self, entry: Entry) -> None:
        """Look at one entry with what it names."""
        where = f"log {entry.number}"
        digests = [name for name in _DIGESTS if entry.one(name)]
        for name in digests:
            with self.faults.at(where):
                self._record.get(entry.one(name))
                self._seen.add(entry.one(name))
        if entry.kind == SUBMISSION:
            self._submitted[entry.one("assessment")] = entry
            self._at_submission(entry, where)
        elif entry.kind == PUBLICATION:
            with self.faults.at(where):
                self._publish_again(entry, where)

    def _at_submission(self, entry: Entry, where: str) -> None:
        with self.faults.at(where):
            for digest in file_digests(facts_of(self._record, entry.one("filesDigest"))):
                with self.faults.at(where):
                    self._record.file(digest)
                    self._files.add(digest)
        with self.faults.at(where):
            self._recompute(entry, where)

    def _recompute(self, entry: Entry, where: str) -> None:
        stored = facts_of(self._record, entry.one("assessmentDigest"))
        if _software(stored) != f"<{SOFTWARE}{__version__}>":
            self._found.other += 1
            self._others.add(entry.one("assessment"))
            return
        assessment = assessment_of(entry, self._shelf)
        self._found.recomputed += 1
        again = assessment_graph(assessment)
        if assessment.knowledge.digest != entry.one("knowledgeDigest"):
            self.faults.add(where, Text("知识的摘要与条目不符。", "The digest of the knowledge is not the entry's."))
        if canonical_bytes(again) != self._record.get(entry.one("assessmentDigest")):
            self.faults.add(f"{where} <{entry.one('assessment')}>", _differing(stored, again))

    def _publish_again(self, entry: Entry, where: str) -> None:
        """Compare a publication with what is public now of the submission before it that it is of."""
        assessment, name = entry.one("assessment"), entry.one("publicAssessment")
        if assessment in self._others:
            return
        if assessment not in self._submitted:
            self.faults.add(where, _UNKNOWN)
            return
        again = public_of(self._submitted[assessment], self._shelf)
        data = self._record.get(entry.one("publicDigest"))
        if (name, data) != (again.assessment, canonical_bytes(again.facts)):
            self.faults.add(f"{where} <{public_graph(name)}>", _differing(facts_in(data), again.facts))

    def at_store(self, store: Store, *, whole: bool) -> None:
        """Compare the store with the record, as far as entries were looked at; ``whole`` says that these were all."""
        compare_store(store, self._entries, self._shelf, self.faults, whole=whole)

    def _at_all_objects(self) -> None:
        """Look at objects and files that no entry named."""
        for digest in self._record.objects():
            self._found.objects += 1
            with self.faults.at("objects"):
                self._record.get(digest)
        for digest in self._record.files():
            self._found.files += 1
            with self.faults.at("files"):
                self._record.file(digest)


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
_UNKNOWN = Text("公布的评估没有登记过。", "It publishes an assessment that was not registered.")
_DIGESTS = (
    *("descriptionDigest", "examinationDigest", "listingDigest", "filesDigest", "assessmentDigest"),
    "publicDigest",
)


def _software(stored: Graph) -> str:
    """The software that an assessment is attributed to."""
    return next((one[2] for one in stored.statements if one[1] == f"<{PROV}wasAttributedTo>"), "")
