"""What is done to a registry: versions submitted, assessments published and taken back. Each is one entry."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from danao.access.publication import Material, shows_restricted
from danao.canonical import canonical_bytes
from danao.errors import (
    DanaoError,
    Place,
    QueryFault,
    RefusedSubmission,
    StoreBehind,
    StoreFault,
    Text,
    UnknownProject,
)
from danao.namespaces import DANAO, local_name
from danao.pipeline import Assessment
from danao.publish import assessment_graph
from danao.published import refuse_unfit
from danao.registry.cataloguing import described, heads
from danao.registry.entries import (
    KINDS,
    PUBLICATION,
    SUBMISSION,
    WITHDRAWAL,
    Entry,
    Written,
    about,
    digest_graph,
    entry_at,
    entry_bytes,
    entry_iri,
    named,
    public_graph,
    standing,
)
from danao.registry.evidence import File, keep_files, stated_files
from danao.registry.graphs import catalogue_of
from danao.registry.holding import Shelf, keep_knowledge
from danao.registry.index import catch_up, change_of, store_of
from danao.registry.public import public_part, publication_of
from danao.registry.queries import query
from danao.registry.record import Record, facts_in, facts_of
from danao.statements import Graph, graph_of, quoted, term_of
from danao.store import Location
from danao.store.interface import Store


@dataclass(frozen=True)
class Registry:
    """A record with its store, held by this process, and the knowledge of its entries."""

    shelf: Shelf
    store: Store

    @property
    def record(self) -> Record:
        """What is kept."""
        return self.shelf.record


@contextmanager
def opened(
    record: Record, address: Location | None, cache: Path | None = None, *, shelf: Shelf | None = None, wait: float = 60
) -> Iterator[Registry]:
    """A registry with its store caught up; nobody else works on it meanwhile.

    Who opens one again and again gives the ``shelf``, and so the knowledge that was loaded before.

    :raises RegistryBusy: another process holds it for more than so many seconds.
    :raises DanaoError: the store cannot be opened or reached, or is ahead of the record.
    """
    with record.locked(wait):
        store = store_of(record, address)
        try:
            shelf = shelf or Shelf(record, cache)
            catch_up(shelf, store)
            yield Registry(shelf, store)
        finally:
            store.close()


def current(registry: Registry, identifier: str) -> Entry | None:
    """The submission that is current of a project."""
    parameters = {"identifier": term_of(quoted(identifier))}
    for row in registry.store.select(query("current"), parameters, default=(catalogue_of(registry.record.base),)):
        return entry_at(registry.record, int(row["number"].value))
    return None


def known(registry: Registry, identifier: str) -> Entry:
    """The submission that is current of a project.

    :raises UnknownProject: there is none of the identifier.
    """
    entry = current(registry, identifier)
    if entry is None:
        raise unknown(identifier, identifiers(registry), registry.record.folder)
    return entry


def unknown(identifier: str, among: Iterable[str], folder: Path) -> UnknownProject:
    """There is no project of an identifier among those of a registry."""
    near = difflib.get_close_matches(identifier, among, n=3)
    return UnknownProject(
        Text(f"登记库里没有标识为“{identifier}”的项目。", f"The registry has no project '{identifier}'."),
        place=Place(file=str(folder)),
        fix=Text(
            f"相近的标识：{'、'.join(near)}。" if near else "用 danao registry list 查看全部。",
            f"Identifiers like it: {', '.join(near)}." if near else "See all with 'danao registry list'.",
        ),
    )


def identifiers(registry: Registry) -> list[str]:
    """The identifiers of all projects, sorted."""
    rows = registry.store.select(query("current"), default=(catalogue_of(registry.record.base),))
    return [row["identifier"].value for row in rows]


def entries_of(registry: Registry, identifier: str, kinds: Collection[str] = KINDS) -> list[Entry]:
    """The entries of a project of some kinds, in the order of the log."""
    parameters = {"identifier": term_of(quoted(identifier))}
    rows = registry.store.select(query("history"), parameters, default=(catalogue_of(registry.record.base),))
    numbers = [int(row["number"].value) for row in rows if local_name(row["kind"].value) in kinds]
    return [entry_at(registry.record, number) for number in numbers]


@dataclass(frozen=True)
class Submitted:
    """What became of a submission: its entry, and whether it is new."""

    entry: Entry
    new: bool


def submit(
    registry: Registry, assessment: Assessment, written: Written, files: Mapping[str, File] | None = None
) -> Submitted:
    """Register a version of a project with its assessment; nothing happens if it is current already.

    ``files`` gives evidence files by the IRI of their distribution, or the digests of those that the record has.

    :raises RefusedSubmission: the description has violations.
    :raises StoreBehind: it is registered, but the store could not be written.
    :raises DanaoError: the record cannot be written, or the store cannot be reached: then nothing is.
    """
    if assessment.violated:
        raise _refused(assessment)
    _follow(registry)
    record, description = registry.record, assessment.description
    stated = about(description.project, description.identifier) | _stated(assessment, registry.shelf, files or {})
    before = current(registry, description.identifier)
    if before and all(quoted(before.one(local_name(name))) == stated[name] for name in _DECIDING if name in stated):
        return Submitted(before, new=False)
    record.put(canonical_bytes(description.facts))
    record.put(canonical_bytes(assessment.examination.facts))
    graph = assessment_graph(assessment)
    refuse_unfit(graph, "assessment", assessment.knowledge, assessment.iri)
    stated[DANAO + "assessmentDigest"] = quoted(record.put(canonical_bytes(graph)))
    _take_back_restricted(registry, assessment, graph, files or {}, written)
    if before:
        stated[DANAO + "replaces"] = named(before.one("assessment"))
    return Submitted(_enter(registry, SUBMISSION, written, stated), new=True)


# A version with the same digests of these is the same.
_DECIDING = tuple(DANAO + name for name in ("descriptionDigest", "examinationDigest", "listingDigest", "filesDigest"))


def _take_back_restricted(
    registry: Registry, assessment: Assessment, graph: Graph, files: Mapping[str, File], written: Written
) -> None:
    """Take back publications of a project that show what the version to be registered restricts.

    Before it is registered: whatever happens in between, nothing restricted is seen.
    """
    shown = _shown(registry, assessment.description.identifier)
    if not shown:
        return
    sides = assessment.description.facts, assessment.examination.facts
    material = Material(assessment.iri, *sides, graph)
    publication = publication_of(material, stated_files(files), assessment.knowledge, registry.record.salt)
    for earlier in shown:
        if shows_restricted([facts_of(registry.record, earlier.one("publicDigest"))], publication):
            _withdraw(registry, earlier, written, _RESTRICTED)


def _stated(assessment: Assessment, shelf: Shelf, files: Mapping[str, File]) -> dict[str, str]:
    """What the entry of a submission says of its inputs, which are kept: all but description and examination."""
    record = shelf.record
    listing = keep_knowledge(record, assessment.knowledge)
    shelf.remember(listing, assessment.knowledge)
    held = keep_files(record, files)
    graphs = {
        "description": assessment.description.digest,
        "examination": assessment.examination.digest,
        "knowledge": assessment.knowledge.digest,
        "files": held,
    }
    stated = {DANAO + name: named(digest_graph(record.base, name, digest)) for name, digest in graphs.items()}
    digests = graphs | {"listing": listing}
    stated |= {f"{DANAO}{name}Digest": quoted(digest) for name, digest in digests.items()}
    return stated | {DANAO + "assessment": named(assessment.iri)}


def _enter(registry: Registry, kind: str, written: Written, stated: Mapping[str, str]) -> Entry:
    """Write an entry, let it count, and apply it to the store.

    :raises UnfitGraph: the entry, or what a catalogue would say because of it, is not fit to be published.
    :raises StoreBehind: it counts, but the store could not be written.
    """
    record, shelf = registry.record, registry.shelf
    data = entry_bytes(record, kind, written, stated)
    entry = Entry(record.length + 1, record.put(data), entry_iri(record.base, record.length + 1), facts_in(data))
    knowledge = shelf.knowledge(entry.one("listingDigest"))
    refuse_unfit(entry.facts, "entry", knowledge, entry.iri)
    said = described(entry, shelf)
    catalogue = graph_of(sorted({*said.own, *said.around, *heads(entry, shelf)[said.catalogue]}))
    refuse_unfit(catalogue, "catalogue", knowledge, said.catalogue)
    change = change_of(entry, said, shelf, registry.store)
    record.append(entry.digest)
    try:
        registry.store.apply(change)
    except (StoreFault, QueryFault) as fault:
        raise _behind(entry, fault) from fault
    return entry


def _behind(entry: Entry, fault: DanaoError) -> StoreBehind:
    return StoreBehind(
        Text(
            f"第 {entry.number} 条已经登记，但存储还没有跟上：{fault.what.zh}",
            f"Entry {entry.number} is registered, but its store has not followed: {fault.what.en}",
        ),
        place=fault.place,
        fix=Text(
            "处理好存储；下一次操作登记库时，存储会先跟上。不必重新提交。",
            "See to the store: whatever is done with the registry next lets it follow first. No need to submit again.",
        ),
    )


def _follow(registry: Registry) -> None:
    """See, before anything is written, that the store can be reached and has every entry: it may have failed before."""
    catch_up(registry.shelf, registry.store)


def _refused(assessment: Assessment) -> RefusedSubmission:
    return RefusedSubmission(
        Text("描述有违例，不予登记。", "The description has violations and is not registered."),
        place=Place(file=assessment.description.source, node=assessment.description.project),
        fix=Text("用 danao check 查看并改正。", "See them with 'danao check', and mend them."),
    )


# ---- Publishing ----

# Why a publication was taken back that nobody asked to take back.
_RESTRICTED = "其中有内容后来限制公开。 Something in it was restricted later."


def publish(registry: Registry, identifier: str, written: Written) -> Submitted:
    """Let the public see the current assessment of a project; nothing happens if it does already.

    What it shows is decided now.

    :raises UnknownProject: there is none of the identifier.
    :raises StoreBehind: it is in the log, but the store could not be written.
    :raises DanaoError: the record cannot be written, or the store cannot be reached: then nothing is.
    """
    _follow(registry)
    entry, record = known(registry, identifier), registry.record
    public = public_part(entry, registry.shelf)
    digest = record.put(canonical_bytes(public.facts))
    shown = _shown(registry, identifier)
    if shown and (shown[-1].one("publicAssessment"), shown[-1].one("publicDigest")) == (public.assessment, digest):
        return Submitted(shown[-1], new=False)
    stated = _about_publication(entry, public.assessment) | {DANAO + "publicDigest": quoted(digest)}
    if shown:
        stated[DANAO + "replaces"] = named(public_graph(shown[-1].one("publicAssessment")))
    return Submitted(_enter(registry, PUBLICATION, written, stated), new=True)


def withdraw(registry: Registry, identifier: str, written: Written, reason: str) -> list[Entry]:
    """Take back everything that the public sees of a project; tombstones with the reason stay.

    :raises UnknownProject: there is none of the identifier.
    :raises StoreBehind: an entry is in the log, but the store could not be written.
    :raises DanaoError: the record cannot be written, or the store cannot be reached: then nothing is.
    """
    _follow(registry)
    known(registry, identifier)
    return [_withdraw(registry, entry, written, reason) for entry in _shown(registry, identifier)]


def _withdraw(registry: Registry, publication: Entry, written: Written, reason: str) -> Entry:
    stated = _about_publication(publication, publication.one("publicAssessment"))
    why = {DANAO + "withdraws": named(publication.iri), DANAO + "justification": quoted(reason)}
    return _enter(registry, WITHDRAWAL, written, stated | why)


def _about_publication(entry: Entry, public: str) -> dict[str, str]:
    named_so = {DANAO + "assessment": named(entry.one("assessment")), DANAO + "publicAssessment": named(public)}
    listing = {DANAO + "listingDigest": quoted(entry.one("listingDigest"))}
    return about(entry.one("of"), entry.one("identifier")) | named_so | listing


def _shown(registry: Registry, identifier: str) -> list[Entry]:
    """The publications of a project that were not taken back, in the order of the log."""
    return list(standing(entries_of(registry, identifier, (PUBLICATION, WITHDRAWAL))).shown.values())
