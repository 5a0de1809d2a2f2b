"""Versions, what is current, publications and withdrawals; both ways to a store; and that nothing wrong goes unseen."""

from __future__ import annotations

import hashlib
import json
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, Store

from danao.describe import Description
from danao.errors import DamagedRegistry, NothingPublic, NothingRegistered, RefusedSubmission, UnfitFile, UnknownProject
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, DCTERMS
from danao.registry.again import assessment_of, version_before, version_of
from danao.registry.archive import export_to, import_dump
from danao.registry.describing import self_description
from danao.registry.entries import all_entries, entry_at, public_graph
from danao.registry.evidence import evidence_files
from danao.registry.graphs import catalogue_of, derived_of, office_view, public_view
from danao.registry.rebuild import rebuild_store
from danao.registry.record import Record, facts_of
from danao.registry.submit import Registry, publish, submit, withdraw
from danao.registry.verify import verify_held, verify_record
from danao.registry.views import history, listing
from tests.registering import BASE, CACHE, added, assessed, at, contents, held, text_of

# A second version: the audit is gone, so the metric is in doubt.
WITHOUT_AUDIT = ("    danao:evidence <audit> .\n", "    danao:comment <audit> .\n")
SHARED = "https://example.org/organisation/board"
RESTRICTED = "\n<covenant> dcterms:accessRights danao:Restricted .\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "registry"


def later(identifier: str) -> str:
    return text_of(identifier, ('dcterms:title "示例木业链"@zh', 'dcterms:title "改名后的木业链"@zh'))


# ---- Versions ----


def test_what_is_there_already_changes_nothing(folder: Path, knowledge: Knowledge) -> None:
    with held(folder) as registry:
        first = added(registry, knowledge, text_of("a"), 1)
        before = contents(registry)
        again = added(registry, knowledge, text_of("a"), 2)
        assert (first.new, again.new) == (True, False)
        assert again.entry == first.entry
        assert registry.record.length == 1
        assert contents(registry) == before


def test_a_new_version_overwrites_no_other(folder: Path, knowledge: Knowledge) -> None:
    with held(folder) as registry:
        first = added(registry, knowledge, text_of("a"), 1).entry
        second = added(registry, knowledge, later("a"), 2).entry
        graphs = contents(registry)
        for entry in (first, second):
            for name in ("description", "examination", "assessment"):
                expected = facts_of(registry.record, entry.one(f"{name}Digest")).statements
                assert graphs[entry.one(name)] == set(expected)
        assert first.one("description") != second.one("description")
        assert [one["version"] for one in history(registry, "a")["entries"]] == [1, 2]


def test_the_view_shows_what_is_current_and_nothing_else(folder: Path, knowledge: Knowledge) -> None:
    with held(folder) as registry:
        added(registry, knowledge, text_of("a"), 1)
        added(registry, knowledge, text_of("b"), 2)
        current = [added(registry, knowledge, later("a"), 3).entry, entry_at(registry.record, 2)]
        expected = {
            one
            for entry in current
            for name in ("description", "examination", "assessment")
            for one in facts_of(registry.record, entry.one(f"{name}Digest")).statements
        }
        graphs = contents(registry)
        derived = [graphs[derived_of(entry)] for entry in current]
        assert expected.isdisjoint(set().union(*derived))
        assert graphs[office_view(BASE)] == expected.union(*derived)


def test_nothing_that_the_office_sees_stands_in_two_graphs(folder: Path, knowledge: Knowledge) -> None:
    with held(folder) as registry:
        for minute, text in enumerate((text_of("a"), text_of("b"), later("a"))):
            added(registry, knowledge, text, minute)
        publish(registry, "a", at(3))
        graphs = contents(registry)
        seen = {office_view(BASE): catalogue_of(BASE), public_view(BASE): f"{BASE}catalogue/public"}
        for view, catalogue in seen.items():
            assert graphs[view]
            assert graphs[view] & graphs[catalogue] == set()


def test_a_version_can_come_back(folder: Path, knowledge: Knowledge) -> None:
    with held(folder) as registry:
        added(registry, knowledge, text_of("a"), 1)
        before = contents(registry)
        added(registry, knowledge, later("a"), 2)
        third = added(registry, knowledge, text_of("a"), 3)
        assert third.new
        after = contents(registry)
        assert after[office_view(BASE)] == before[office_view(BASE)]
        assert version_of(registry, "a").number == 3


def test_what_another_project_says_of_a_shared_node_stays(folder: Path, knowledge: Knowledge) -> None:
    more = f"""
<cluster> brain:hasEnterprise <{SHARED}> .
<{SHARED}> a danao:Enterprise ; dcterms:title "共用企业"@zh .
"""

    def titles(registry: Registry) -> set[str]:
        view = contents(registry)[office_view(BASE)]
        return {thing for node, predicate, thing in view if (node, predicate) == (f"<{SHARED}>", f"<{DCTERMS}title>")}

    with held(folder) as registry:
        added(registry, knowledge, text_of("a", more=more), 1)
        added(registry, knowledge, text_of("b", more=more), 2)
        assert titles(registry) == {'"共用企业"@zh'}
        added(registry, knowledge, text_of("b"), 3)
        assert titles(registry) == {'"共用企业"@zh'}
        added(registry, knowledge, text_of("a"), 4)
        assert titles(registry) == set()
    assert verify_held(folder, None, cache=CACHE).faults == []


def test_totals_are_those_of_the_assessment(folder: Path, knowledge: Knowledge) -> None:
    with held(folder) as registry:
        added(registry, knowledge, text_of("a"), 1)
        (project,) = listing(registry)["projects"]
        # By hand: 6.1.5 has 12 requirements and 6 points, 2 of them passed; 6.4.6 has 4 points for one metric of three,
        # of which 6.5 of 8 was reached in the year that nobody examines for the self-assessed result.
        # Nobody reviewed it, so nothing verified is told of it.
        assert project["totals"] == {"SelfAssessed": {"points": "1.6094", "upperPoints": "1.6094"}}
        assert project["title"] == {"zh": "示例产业大脑", "en": "Example industrial brain"}
        assert (project["time"], project["by"], project["published"]) == (
            "2026-03-01T00:01:00+08:00",
            "lead unit",
            False,
        )
        (entry,) = history(registry, "a")["entries"]
        assert entry["totals"] == project["totals"]


def test_a_description_with_violations_is_not_registered(folder: Path, knowledge: Knowledge) -> None:
    text = text_of("a", ('dcterms:issued "2025-03-01"^^xsd:date', 'dcterms:issued "2025-03-01"'))
    with held(folder) as registry:
        with pytest.raises(RefusedSubmission):
            submit(registry, assessed(knowledge, text), at(1))
        assert registry.record.length == 0
        assert registry.store.graphs() == []


def test_entries_are_chained_and_say_who_and_when(folder: Path, knowledge: Knowledge) -> None:
    with held(folder) as registry:
        added(registry, knowledge, text_of("a"), 1)
        added(registry, knowledge, text_of("b"), 2)
        first, second = (entry_at(registry.record, number) for number in (1, 2))
    assert first.one("previous") == ""
    data = "".join(sorted(f"{s} {p} {o} .\n" for s, p, o in first.facts.statements)).encode()
    assert second.one("previous") == f"sha256:{hashlib.sha256(data).hexdigest()}" == first.digest
    assert second.one("generatedAtTime") == "2026-03-01T00:02:00+08:00"
    assert second.one("submittedBy") == "lead unit"


def test_the_clock_and_the_submitter_are_in_no_assessment(knowledge: Knowledge, tmp_path: Path) -> None:
    entries = []
    for number, name in enumerate(("one", "other")):
        with held(tmp_path / name) as registry:
            entries.append(submit(registry, assessed(knowledge, text_of("a")), at(number, f"somebody {number}")).entry)
    assert entries[0].digest != entries[1].digest
    assert entries[0].one("assessmentDigest") == entries[1].one("assessmentDigest")


def test_versions_are_found_by_their_number(folder: Path, knowledge: Knowledge) -> None:
    with held(folder) as registry:
        added(registry, knowledge, text_of("a"), 1)
        added(registry, knowledge, text_of("b"), 2)
        added(registry, knowledge, later("a"), 3)
        assert [version_of(registry, "a", number).number for number in (1, 2)] == [1, 3]
        assert version_before(registry, version_of(registry, "a")).number == 1
        with pytest.raises(UnknownProject):
            version_of(registry, "a", 3)
        with pytest.raises(UnknownProject):
            version_before(registry, version_of(registry, "b"))
        with pytest.raises(UnknownProject) as caught:
            version_of(registry, "aa")
        assert caught.value.fix is not None
        assert "a" in caught.value.fix.en


def test_an_assessment_is_computed_again_from_the_record(folder: Path, knowledge: Knowledge) -> None:
    expected = assessed(knowledge, text_of("a"))
    with held(folder) as registry:
        entry = submit(registry, expected, at(1)).entry
        again = assessment_of(entry, registry.shelf)
    assert (again.iri, again.knowledge.digest) == (expected.iri, expected.knowledge.digest)
    assert {name: set(facts) for name, facts in again.graphs.items()} == {
        name: set(facts) for name, facts in expected.graphs.items()
    }


# ---- Publishing ----


def test_nothing_is_public_before_it_is_published(folder: Path, knowledge: Knowledge) -> None:
    with held(folder) as registry:
        added(registry, knowledge, text_of("a"), 1)
        assert public_view(BASE) not in registry.store.graphs()
        published = publish(registry, "a", at(2))
        assert published.new
        assert not publish(registry, "a", at(3)).new
        public = contents(registry)[public_view(BASE)]
        stated = set(facts_of(registry.record, published.entry.one("publicDigest")).statements)
        assert public == stated | contents(registry)[derived_of(published.entry)]
        added(registry, knowledge, later("a"), 4)
        assert contents(registry)[public_view(BASE)] == public
        assert not any("改名后的木业链" in thing for _, _, thing in public)
        publish(registry, "a", at(5))
        assert any("改名后的木业链" in thing for _, _, thing in contents(registry)[public_view(BASE)])


def test_a_withdrawal_leaves_a_tombstone(folder: Path, knowledge: Knowledge) -> None:
    with held(folder) as registry:
        added(registry, knowledge, text_of("a"), 1)
        first = publish(registry, "a", at(2)).entry
        added(registry, knowledge, later("a"), 3)
        publish(registry, "a", at(4))
        gone = withdraw(registry, "a", at(5), "申诉")
        assert len(gone) == 2
        graphs = contents(registry)
        assert public_view(BASE) not in graphs
        assert not any(name.endswith("/public") for name in graphs if "/assessment/" in name)
        kinds = [one["kind"] for one in history(registry, "a")["entries"]]
        assert kinds == ["Submission", "Publication", "Submission", "Publication", "Withdrawal", "Withdrawal"]
        assert history(registry, "a")["entries"][-1]["justification"] == "申诉"
        assert withdraw(registry, "a", at(6), "申诉") == []
        # What was public stays in the record: a tombstone says what it is of.
        assert registry.record.has(first.one("publicDigest"))


def test_restricting_later_takes_back_what_showed_it(folder: Path, knowledge: Knowledge) -> None:
    restricted = text_of("a", more=RESTRICTED)
    with held(folder) as registry:
        added(registry, knowledge, text_of("a"), 1)
        first = publish(registry, "a", at(2)).entry
        added(registry, knowledge, restricted, 3)
        # At once, and before the version that restricts it: whatever happens in between, nothing of it is seen.
        assert f"{first.one('publicAssessment')}/public" not in registry.store.graphs()
        assert public_view(BASE) not in registry.store.graphs()
        publish(registry, "a", at(4))
        kinds = [one["kind"] for one in history(registry, "a")["entries"]]
        assert kinds == ["Submission", "Publication", "Withdrawal", "Submission", "Publication"]
        assert not any("数据空间公约" in thing for _, _, thing in contents(registry)[public_view(BASE)])
    assert verify_held(folder, None, cache=CACHE).faults == []


def test_nothing_of_a_restricted_project_is_published(folder: Path, knowledge: Knowledge) -> None:
    with held(folder) as registry:
        added(registry, knowledge, text_of("a", more="\n<brain> dcterms:accessRights danao:Restricted .\n"), 1)
        with pytest.raises(NothingPublic):
            publish(registry, "a", at(2))
        assert registry.record.length == 1


# ---- Evidence files ----


def described(knowledge: Knowledge, text: str) -> Description:
    return assessed(knowledge, text).description


def test_evidence_files_are_found_by_the_names_in_their_addresses(knowledge: Knowledge, tmp_path: Path) -> None:
    (tmp_path / "covenant.pdf").write_bytes(b"%PDF-1.7 covenant")
    (tmp_path / "other.pdf").write_bytes(b"%PDF-1.7 other")
    found = evidence_files(described(knowledge, text_of("a")), [tmp_path])
    assert list(found.values()) == [b"%PDF-1.7 covenant"]
    assert next(iter(found)).startswith(f"{BASE}id/a/")


def test_evidence_files_are_kept_by_digest_and_make_a_version(folder: Path, knowledge: Knowledge) -> None:
    name = f"{BASE}id/a/covenant-file"
    with held(folder) as registry:
        added(registry, knowledge, text_of("a"), 1)
        second = added(registry, knowledge, text_of("a"), 2, {name: b"%PDF-1.7"})
        assert second.new
        assert not added(registry, knowledge, text_of("a"), 3, {name: b"%PDF-1.7"}).new
        assert added(registry, knowledge, text_of("a"), 4, {name: b"%PDF-1.8"}).new
        digest = f"sha256:{hashlib.sha256(b'%PDF-1.7').hexdigest()}"
        assert registry.record.file(digest) == b"%PDF-1.7"
        held_in = contents(registry)[second.entry.one("files")]
        assert held_in == {(f"<{name}>", f"<{DANAO}fileDigest>", f'"{digest}"')}


CHECKSUM = "spdx:checksum [ spdx:algorithm spdx:checksumAlgorithm_sha256 ; spdx:checksumValue"
PREFIX = "@prefix spdx: <http://spdx.org/rdf/terms#> .\n"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("covenant.pdf", b"PK\x03\x04"),
        ("covenant.pdf", b""),
        ("covenant.exe", b"MZ"),
        ("covenant.txt", b"\xff\xfe"),
        ("covenant.csv", b"a\0b"),
        ("covenant", b"%PDF-1.7"),
    ],
)
def test_a_file_of_another_type_is_refused(knowledge: Knowledge, tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    text = text_of("a", ("https://files.example/covenant.pdf", f"https://files.example/{name}"))
    with pytest.raises(UnfitFile) as caught:
        evidence_files(described(knowledge, text), [tmp_path])
    assert caught.value.place.file == str(tmp_path / name)


def test_a_file_that_is_too_large_is_refused_unread(knowledge: Knowledge, tmp_path: Path) -> None:
    with (tmp_path / "covenant.pdf").open("wb") as file:
        file.truncate(50_000_001)
    with pytest.raises(UnfitFile, match="50000001"):
        evidence_files(described(knowledge, text_of("a")), [tmp_path])


def test_a_file_that_is_not_the_one_of_its_checksum_is_refused(knowledge: Knowledge, tmp_path: Path) -> None:
    data = b"%PDF-1.7"
    (tmp_path / "covenant.pdf").write_bytes(data)
    for checksum, fits in ((hashlib.sha256(data).hexdigest().upper(), True), ("0" * 64, False)):
        stated = f'<https://files.example/covenant.pdf> ; {CHECKSUM} "{checksum}" ] ]'
        change = ("<https://files.example/covenant.pdf> ]", stated)
        description = described(knowledge, PREFIX + text_of("a", change))
        if fits:
            assert len(evidence_files(description, [tmp_path])) == 1
        else:
            with pytest.raises(UnfitFile):
                evidence_files(description, [tmp_path])


@pytest.mark.parametrize(
    "address", ["https://files.example/%2e%2e%2fsecret.pdf", "https://files.example/..", "file:///etc/passwd"]
)
def test_an_address_leads_to_no_file_outside_the_folder(knowledge: Knowledge, tmp_path: Path, address: str) -> None:
    (tmp_path / "secret.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "inside").mkdir()
    text = text_of("a", ("https://files.example/covenant.pdf", address))
    assert evidence_files(described(knowledge, text), [tmp_path / "inside"]) == {}


# ---- Stores ----


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry with two projects, three versions, an evidence file, a publication and one that was taken back."""
    from danao.knowledge import load_knowledge

    folder = tmp_path_factory.mktemp("filled") / "registry"
    knowledge = load_knowledge()
    with held(folder) as registry:
        added(registry, knowledge, text_of("a"), 1, {f"{BASE}id/a/covenant-file": b"%PDF-1.7"})
        added(registry, knowledge, text_of("b"), 2)
        publish(registry, "a", at(3))
        added(registry, knowledge, later("a"), 4)
        publish(registry, "b", at(5))
        withdraw(registry, "b", at(6), "申诉")
    return folder


@pytest.fixture
def copied(filled: Path, tmp_path: Path) -> Path:
    shutil.copytree(filled, tmp_path / "copied")
    return tmp_path / "copied"


def test_a_store_made_anew_is_the_same(copied: Path) -> None:
    with held(copied) as registry:
        before = contents(registry)
    assert rebuild_store(Record(copied), None, CACHE) == 6
    with held(copied) as registry:
        assert contents(registry) == before
    assert verify_held(copied, None, cache=CACHE).faults == []


def test_a_store_that_is_gone_is_made_again(copied: Path) -> None:
    with held(copied) as registry:
        before = contents(registry)
    shutil.rmtree(copied / "store")
    with held(copied) as registry:
        assert contents(registry) == before


def test_a_dump_gives_the_same_content_and_digests(copied: Path, tmp_path: Path) -> None:
    export_to(Record(copied), tmp_path / "a.tar")
    import_dump(tmp_path / "a.tar", tmp_path / "other")
    with held(copied) as one, held(tmp_path / "other") as other:
        assert contents(one) == contents(other)
        assert list(one.record.lines()) == list(other.record.lines())
    assert verify_held(tmp_path / "other", None, cache=CACHE).faults == []


def test_a_store_that_is_ahead_of_its_record_is_refused(copied: Path) -> None:
    log = copied / "log"
    log.write_bytes(log.read_bytes()[:-78])
    with pytest.raises(DamagedRegistry), held(copied):
        pass
    (fault,) = verify_held(copied, None, cache=CACHE).faults
    assert "6" in fault.what.en


# ---- Verification ----


def test_a_registry_as_it_was_written_verifies(copied: Path) -> None:
    found = verify_held(copied, None, cache=CACHE)
    assert found.faults == []
    assert (found.entries, found.files, found.recomputed, found.other) == (6, 1, 3, 0)
    assert found.objects == len([path for path in (copied / "objects").rglob("*") if path.is_file()])
    assert verify_record(Record(copied), cache=CACHE).faults == []


def test_one_project_verifies_alone(copied: Path) -> None:
    found = verify_held(copied, None, "a", CACHE)
    assert (found.faults, found.entries, found.recomputed) == ([], 3, 2)


def path_of(folder: Path, digest: str) -> Path:
    digits = digest.removeprefix("sha256:")
    return folder / "objects" / digits[:2] / digits[2:]


def rewritten(folder: Path, digest: str, change: Callable[[bytes], bytes]) -> None:
    """Other content under the digest of an object."""
    path = path_of(folder, digest)
    path.write_bytes(zlib.compress(change(zlib.decompress(path.read_bytes()))))


def forged(folder: Path, number: int, changes: dict[str, bytes]) -> None:
    """An entry and its line in the log written anew, so that every digest fits but those that later entries name."""
    record = Record(folder)
    old = record.line(number).digest
    data = record.get(old)
    for name, content in changes.items():
        data = data.replace(entry_at(record, number).one(name).encode(), record.put(content).encode())
    log = folder / "log"
    log.write_bytes(log.read_bytes().replace(old[7:].encode(), record.put(data)[7:].encode()))


def test_a_tampered_score_is_named(copied: Path) -> None:
    entry = entry_at(Record(copied), 1)
    rewritten(copied, entry.one("assessmentDigest"), lambda data: data.replace(b'"1.6094"', b'"9.6094"'))
    where = [fault.where for fault in verify_record(Record(copied), cache=CACHE).faults]
    assert any(str(path_of(copied, entry.one("assessmentDigest"))) in one for one in where)


def test_a_score_that_was_tampered_with_all_digests_put_right_is_named(copied: Path) -> None:
    entry = entry_at(Record(copied), 4)
    data = Record(copied).get(entry.one("assessmentDigest"))
    forged(copied, 4, {"assessmentDigest": data.replace(b'"1.6094"', b'"9.6094"')})
    faults = verify_record(Record(copied), cache=CACHE).faults
    assert any(entry.one("assessment") in fault.where and "9.6094" in fault.what.en for fault in faults)
    # The entry after it names the one that was there.
    assert any("log 5" in fault.where for fault in faults)


def test_a_publication_that_was_tampered_with_all_digests_put_right_is_named(copied: Path) -> None:
    entry = entry_at(Record(copied), 3)
    data = Record(copied).get(entry.one("publicDigest"))
    assert b'"1.6094"' in data
    forged(copied, 3, {"publicDigest": data.replace(b'"1.6094"', b'"9.6094"')})
    faults = verify_record(Record(copied), cache=CACHE).faults
    graph = public_graph(entry.one("publicAssessment"))
    assert any(graph in fault.where and "9.6094" in fault.what.en for fault in faults)


def test_a_publication_of_what_was_not_registered_is_named(copied: Path) -> None:
    forged(copied, 3, {"assessment": b""})
    assert any("not registered" in fault.what.en for fault in verify_record(Record(copied), cache=CACHE).faults)


def test_a_changed_salt_is_named_by_what_was_published_with_another(folder: Path, knowledge: Knowledge) -> None:
    with held(folder) as registry:
        added(registry, knowledge, text_of("a", more=RESTRICTED), 1)
        entry = publish(registry, "a", at(2)).entry
    (folder / "salt").write_text("00" * 32, encoding="ascii")
    faults = verify_record(Record(folder), cache=CACHE).faults
    assert [fault.where for fault in faults] == [f"log 2 <{public_graph(entry.one('publicAssessment'))}>"]


def test_a_tampered_evidence_file_is_named(copied: Path) -> None:
    (path,) = (path for path in (copied / "files").rglob("*") if path.is_file())
    path.write_bytes(b"%PDF-1.8")
    assert any(str(path) in fault.where for fault in verify_record(Record(copied), cache=CACHE).faults)


def test_a_tampered_rule_is_named(copied: Path) -> None:
    record = Record(copied)
    listing = record.get(entry_at(record, 1).one("listingDigest")).decode()
    digest = next(line.split("\0")[1] for line in listing.splitlines() if line.startswith("rules/scoring/points/"))
    rewritten(copied, f"sha256:{digest}", lambda data: data.replace(b"*", b"+"))
    faults = verify_record(Record(copied), cache=CACHE).faults
    assert any(str(path_of(copied, f"sha256:{digest}")) in fault.where for fault in faults)


@pytest.mark.parametrize("sort", ["descriptionDigest", "examinationDigest", "publicDigest"])
def test_a_tampered_input_or_publication_is_named(copied: Path, sort: str) -> None:
    entry = entry_at(Record(copied), 3 if sort == "publicDigest" else 1)
    rewritten(copied, entry.one(sort), lambda data: data[:-40])
    faults = verify_record(Record(copied), cache=CACHE).faults
    assert any(str(path_of(copied, entry.one(sort))) in fault.where for fault in faults)


def test_a_line_of_the_log_that_points_elsewhere_is_named(copied: Path) -> None:
    log = copied / "log"
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join([lines[0], lines[1][:13] + lines[0][13:], *lines[2:]]))
    faults = verify_record(Record(copied), cache=CACHE).faults
    assert any("Line 2" in fault.what.en for fault in faults)


def tampered(folder: Path, change: Callable[[Store], None]) -> None:
    """The store's files changed behind the registry's back."""
    store = Store(str(folder / "store" / "data"))
    change(store)
    store.flush()
    del store


def test_a_tampered_pointer_is_named(copied: Path) -> None:
    catalogue = NamedNode(catalogue_of(BASE))
    series, pointer = NamedNode(f"{BASE}id/a/assessments"), NamedNode(f"{DANAO}currentEntry")

    def change(store: Store) -> None:
        (old,) = store.quads_for_pattern(series, pointer, None, catalogue)
        store.remove(old)
        store.add(Quad(series, pointer, NamedNode(f"{BASE}entry/1"), catalogue))

    tampered(copied, change)
    assert any(catalogue.value in fault.where for fault in verify_held(copied, None, cache=CACHE).faults)


@pytest.mark.parametrize("where", ["assessment", "description", "view/office", "view/public"])
def test_a_graph_that_was_tampered_with_in_the_store_is_named(copied: Path, where: str) -> None:
    entry = entry_at(Record(copied), 1)
    graph = NamedNode(entry.one(where) if "/" not in where else f"{BASE}{where}")

    def change(store: Store) -> None:
        store.remove(next(iter(store.quads_for_pattern(None, None, None, graph))))

    tampered(copied, change)
    assert any(graph.value in fault.where for fault in verify_held(copied, None, cache=CACHE).faults)
    rebuild_store(Record(copied), None, CACHE)
    assert verify_held(copied, None, cache=CACHE).faults == []


def test_what_does_not_belong_in_a_view_is_named(copied: Path) -> None:
    node, view = NamedNode("https://example.org/x"), NamedNode(public_view(BASE))
    tampered(copied, lambda store: store.add(Quad(node, node, node, view)))
    assert any(view.value in fault.where for fault in verify_held(copied, None, cache=CACHE).faults)


def test_a_fixture_of_an_earlier_day_verifies(tmp_path: Path) -> None:
    """Kept in the repository since the first release of registries: whatever changes later, it verifies."""
    dump = Path(__file__).parent / "registry" / "first.tar"
    import_dump(dump, tmp_path / "first")
    with held(tmp_path / "first"):
        pass
    found = verify_held(tmp_path / "first", None, cache=CACHE)
    assert found.faults == []
    assert found.recomputed + found.other == 4


def test_json_of_the_settings_is_readable(filled: Path) -> None:
    assert json.loads((filled / "registry.json").read_text()) == {"format": 1, "base": BASE}
    assert filled.stat().st_mode & 0o077 == 0


# ---- What it says of itself ----


@pytest.mark.parametrize("public", [False, True])
def test_statistics_are_those_of_the_view(copied: Path, *, public: bool) -> None:
    void = "http://rdfs.org/ns/void#"
    with held(copied) as registry:
        said = self_description(registry, public=public).statements
        view = registry.store.facts(public_view(BASE) if public else office_view(BASE)).statements
    told = {one[1]: one[2] for one in said if one[0] == f"<{BASE}void>"}

    def number(count: int) -> str:
        return f'"{count}"^^<http://www.w3.org/2001/XMLSchema#integer>'

    assert told[f"<{void}triples>"] == number(len(view))
    assert told[f"<{void}distinctSubjects>"] == number(len({one[0] for one in view}))
    assert told[f"<{void}distinctObjects>"] == number(len({one[2] for one in view}))
    assert told[f"<{void}properties>"] == number(len({one[1] for one in view}))
    assert told[f"<{void}sparqlEndpoint>"] == f"<{BASE}sparql>"


def test_the_public_catalogue_names_what_is_public_and_nothing_else(copied: Path) -> None:
    with held(copied) as registry:
        public = self_description(registry, public=True).statements
        office = self_description(registry, public=False).statements
        (shown,) = (entry for entry in all_entries(registry.record) if entry.number == 3)
    dataset = ("<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", "<http://www.w3.org/ns/dcat#Dataset>")
    assert {one[0] for one in public if one[1:] == dataset} == {f"<{shown.one('publicAssessment')}/public>"}
    assert len({one[0] for one in office if one[1:] == dataset}) == 3
    text = "\n".join(" ".join(one) for one in public)
    hidden = {entry.one(name) for entry in all_entries(Record(copied)) for name in ("assessment", "descriptionDigest")}
    assert not [one for one in hidden if one and one in text]
    # The tombstone of what was taken back says why.
    assert "申诉" in text


def test_an_empty_registry_has_nothing_to_say(folder: Path) -> None:
    with held(folder) as registry, pytest.raises(NothingRegistered):
        self_description(registry, public=True)
