"""Knowledge from the cache is the knowledge of its files: the same as fresh, and never that of older files."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

import danao
from danao import compiled
from danao.errors import KnowledgeError, UsageError
from danao.index import Index, pack
from danao.knowledge import Knowledge, load_knowledge
from danao.namespaces import DANAO, RDF_TYPE, SKOS
from danao.sources import digest_of, knowledge_files, parsed
from tests.case import CASES
from tests.given import FULL, assessed, points

SERVICE = Path(danao.__file__).parents[1]
LIBRARIES = Path(__file__).parent / "standards" / "libraries"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that holds the shipped knowledge."""
    folder = tmp_path_factory.mktemp("home") / "danao"
    load_knowledge(cache=folder)
    return folder


@pytest.fixture(scope="module")
def kept(folder: Path) -> Knowledge:
    """The shipped knowledge out of the cache; it is not compiled again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("danao.knowledge.compile_knowledge", no_compiling)
        return load_knowledge(cache=folder)


def no_compiling(*_: object) -> compiled.Compiled:
    pytest.fail("it was compiled although it was kept")


# ---- The same as fresh ----


def test_what_is_kept_says_the_same_as_what_is_fresh(knowledge: Knowledge, kept: Knowledge) -> None:
    assert kept.digest == knowledge.digest
    assert kept.files == knowledge.files
    assert kept.scheme == knowledge.scheme
    assert kept.rules == knowledge.rules
    assert kept.namespaces == knowledge.namespaces
    assert kept.prefixes == knowledge.prefixes
    assert kept.assessed_classes == knowledge.assessed_classes
    assert list(kept.index) == list(knowledge.index)
    assert {iri: kept.label(iri) for iri in kept.index} == {iri: knowledge.label(iri) for iri in knowledge.index}


def test_the_triples_are_the_same_with_their_blank_nodes(knowledge: Knowledge, kept: Knowledge) -> None:
    assert kept.ontology == knowledge.ontology
    assert kept.shapes == knowledge.shapes
    assert any(isinstance(triple.object, BlankNode) for triple in kept.ontology)


def test_the_index_holds_every_statement_about_a_named_thing(kept: Knowledge) -> None:
    wanted = {
        (triple.subject.value, triple.predicate.value, triple.object)
        for triple in kept.ontology | kept.shapes
        if isinstance(triple.subject, NamedNode) and not isinstance(triple.object, BlankNode)
    }
    found = [
        (subject, predicate, thing)
        for subject, statements in kept.index.items()
        for predicate, things in statements.items()
        for thing in things
    ]
    assert len(found) == len(wanted)
    assert set(found) == wanted


def test_an_assessment_is_the_same(knowledge: Knowledge, kept: Knowledge) -> None:
    fresh, again = assessed(knowledge, FULL), assessed(kept, FULL)
    assert points(fresh, "SelfAssessed") > 0
    assert again.iri == fresh.iri
    assert again.graphs == fresh.graphs
    assert again.tables == fresh.tables


@pytest.mark.parametrize("form", ["table", "turtle"])
def test_a_command_prints_the_same_bytes_whether_it_compiles_starts_from_the_cache_or_has_none(
    tmp_path: Path, form: str
) -> None:
    command = ["assess", str(CASES / "6-1-5" / "description.ttl"), "--as-of", "2025-12-31", "-f", form]
    folder = tmp_path / "cache"
    outputs = [ran(command, setting) for setting in (str(folder), str(folder), "off")]
    assert outputs[0] != b""
    assert outputs[0] == outputs[1] == outputs[2]
    assert [entry.suffix for entry in folder.iterdir()].count(".kept") >= 1


def ran(command: list[str], cache: str) -> bytes:
    environment = os.environ | {"PYTHONPATH": str(SERVICE), "DANAO_CACHE": cache}
    done = subprocess.run([sys.executable, "-m", "danao", *command], env=environment, capture_output=True, check=True)
    return done.stdout


# ---- Never of other files ----


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A knowledge folder of one's own."""
    return shutil.copytree(LIBRARIES, tmp_path / "mine")


def edited(path: Path, old: str, new: str) -> None:
    """Edit a file behind the back of whoever looks at its size and time."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    assert len(old) == len(new)
    before = path.stat()
    path.write_text(text.replace(old, new), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def test_an_edited_rule_is_noticed_even_with_the_size_and_time_of_the_old_one(mine: Path, tmp_path: Path) -> None:
    before = load_knowledge(mine, cache=tmp_path / "cache")
    rule = next(iter(sorted((mine / "rules").rglob("*.rq"))))
    first = rule.read_text(encoding="utf-8").splitlines()[0]
    edited(rule, first, first[:-1] + ("!" if first[-1] != "!" else "?"))
    after = load_knowledge(mine, cache=tmp_path / "cache")
    assert after.rules != before.rules
    assert after.digest != before.digest
    assert after.digest == load_knowledge(mine).digest


def test_an_edited_label_is_noticed_though_it_decides_nothing(mine: Path, tmp_path: Path) -> None:
    before = load_knowledge(mine, cache=tmp_path / "cache")
    iri = before.instances("Requirement")[0]
    label = before.label(iri).en
    (path,) = (p for p in (mine / "ontology").rglob("*.ttl") if f'"{label}"@en' in p.read_text(encoding="utf-8"))
    edited(path, f'"{label}"@en', f'"{label[:-1]}~"@en')
    assert load_knowledge(mine, cache=tmp_path / "cache").label(iri).en == label[:-1] + "~"


def test_a_file_that_comes_goes_or_changes_its_name_is_noticed(mine: Path, tmp_path: Path) -> None:
    digests = [load_knowledge(mine, cache=tmp_path / "cache").digest]
    note = mine / "ontology" / "note.ttl"
    note.write_text("", encoding="utf-8")
    digests.append(load_knowledge(mine, cache=tmp_path / "cache").digest)
    note.rename(note.with_name("other.ttl"))
    digests.append(load_knowledge(mine, cache=tmp_path / "cache").digest)
    note.with_name("other.ttl").unlink()
    digests.append(load_knowledge(mine, cache=tmp_path / "cache").digest)
    assert digests[0] == digests[3]
    assert len(set(digests)) == 3


def test_each_scheme_and_each_standard_is_kept_apart(folder: Path, knowledge: Knowledge) -> None:
    selected = load_knowledge(scheme="selected-scenarios", cache=folder)
    libraries = load_knowledge(LIBRARIES, cache=folder)
    default = load_knowledge(scheme="default", cache=folder)
    assert len({selected.digest, libraries.digest, default.digest}) == 3
    assert default.digest == knowledge.digest
    assert load_knowledge(scheme="selected-scenarios", cache=folder).scheme == selected.scheme != default.scheme


def test_what_is_refused_is_refused_each_time_and_not_kept(mine: Path, tmp_path: Path) -> None:
    (mine / "ontology" / "broken.ttl").write_text("<a> <b> .", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(KnowledgeError, match="syntax error") as caught:
            load_knowledge(mine, cache=tmp_path / "cache")
        assert caught.value.place.file == "ontology/broken.ttl"
        with pytest.raises(UsageError, match="'nosuch'"):
            load_knowledge(scheme="nosuch", cache=tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_damaged_entry_is_compiled_again(mine: Path, tmp_path: Path) -> None:
    whole = load_knowledge(mine, cache=tmp_path / "cache")
    (entry,) = (tmp_path / "cache").iterdir()
    entry.write_bytes(entry.read_bytes()[:-100])
    assert load_knowledge(mine, cache=tmp_path / "cache").compiled == whole.compiled


def test_a_file_that_cannot_be_read_is_named(mine: Path) -> None:
    (mine / "ontology" / "gone.ttl").symlink_to(mine / "nowhere")
    with pytest.raises(KnowledgeError, match="cannot be read") as caught:
        load_knowledge(mine)
    assert caught.value.place.file == f"{mine}/ontology/gone.ttl"


# ---- Files, blank nodes and the index ----


def test_the_digest_of_files_tells_a_name_from_a_content_and_one_file_from_two() -> None:
    files = [{"a": b"bc"}, {"ab": b"c"}, {"a": b"b", "c": b""}, {"a": b"", "bc": b""}, {}]
    assert len({digest_of(one) for one in files}) == len(files)


def test_only_ttl_and_rq_files_of_the_three_folders_count_and_no_checks_of_our_own(mine: Path) -> None:
    before = knowledge_files(mine)
    for name in ("README.ttl", "ontology/notes.txt", "ontology/ttl", "ontology/.ttl", "shapes/self/check.ttl"):
        (mine / name).parent.mkdir(exist_ok=True)
        (mine / name).write_text("nothing", encoding="utf-8")
    assert knowledge_files(mine) == before
    assert {name.partition("/")[0] for name in before} == {"ontology", "shapes", "rules"}
    assert {name.rpartition(".")[2] for name in before} == {"ttl", "rq"}
    assert not any(name.startswith("shapes/self/") for name in knowledge_files(None))
    assert list(before) == sorted(before)


def test_blank_nodes_are_named_by_file_and_place() -> None:
    text = b"[] <http://e/p> [ <http://e/q> _:x ] . _:x <http://e/p> 1 ."
    name = hashlib.sha256(b"ontology/a.ttl").hexdigest()[:8]
    one, again, other = parsed("ontology/a.ttl", text), parsed("ontology/a.ttl", text), parsed("ontology/b.ttl", text)
    assert one == again
    nodes = {node for triple in one for node in (triple.subject, triple.object) if isinstance(node, BlankNode)}
    assert nodes == {BlankNode(f"n{name}x{number}") for number in range(3)}
    assert len(one) == len(other) == 3
    assert set(one).isdisjoint(other)


TERMS = """
<http://e/b> <http://e/p> "one" , "two"@zh , "three"@en , 4 , 4.50 , <http://e/a> , [] , "x"@ar--rtl .
<http://e/a> <http://e/p2> "" ; <http://e/p> true . [] <http://e/p> <http://e/never> .
"""


def test_every_kind_of_term_comes_out_of_an_index_as_it_went_in() -> None:
    triples = [quad.triple for quad in parse(TERMS, format=RdfFormat.TURTLE)]
    index = Index(*pack(triples))
    assert list(index) == ["http://e/a", "http://e/b"]
    # Sorted as written: "<http://e/p2>" stands before "<http://e/p>".
    assert [list(index[name]) for name in index] == [["http://e/p2", "http://e/p"], ["http://e/p"]]
    wanted = sorted((t.object for t in triples if t.subject == NamedNode("http://e/b")), key=str)
    assert index["http://e/b"]["http://e/p"] == [term for term in wanted if not isinstance(term, BlankNode)]
    assert len(index["http://e/b"]["http://e/p"]) == 7
    assert index["http://e/a"]["http://e/p2"] == [Literal("")]


def test_an_index_of_what_is_not_there_is_as_a_dictionary_s() -> None:
    index = Index(*pack([Triple(NamedNode("http://e/a"), NamedNode("http://e/p"), Literal("x"))]))
    assert "http://e/x" not in index
    assert "http://e/q" not in index["http://e/a"]
    assert index.get("http://e/x", {}) == {}
    assert index["http://e/a"].get("http://e/q", []) == []
    assert index.column("http://e/q") == {}
    with pytest.raises(KeyError):
        index["http://e/x"]
    with pytest.raises(KeyError):
        index["http://e/a"]["http://e/q"]


def test_a_column_is_not_unpacked_before_it_is_asked_for() -> None:
    subjects, columns = pack([Triple(NamedNode("http://e/a"), NamedNode("http://e/p"), Literal("x"))])
    index = Index(subjects, columns | {"http://e/damaged": b"no marshal"})
    assert index.column("http://e/p") == {"http://e/a": [("x", None, "http://www.w3.org/2001/XMLSchema#string")]}
    with pytest.raises((ValueError, EOFError, TypeError)):
        index.column("http://e/damaged")


def test_compiled_knowledge_comes_back_from_bytes_as_it_was(knowledge: Knowledge) -> None:
    assert compiled.from_bytes(knowledge.compiled.as_bytes()) == knowledge.compiled


def test_the_labels_of_requirements_are_known_without_a_word_of_prose(kept: Knowledge) -> None:
    requirement = kept.instances("Requirement")[0]
    assert DANAO + "Requirement" in kept.values(requirement, RDF_TYPE)
    assert kept.text(requirement, SKOS + "prefLabel") == kept.label(requirement)
