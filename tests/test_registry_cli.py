"""The registry on the command line, as a user runs it: what is said, where, in both languages, with which exit code."""

from __future__ import annotations

import json
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from pyoxigraph import RdfFormat, parse

import danao
from danao.cli import app
from danao.cli.registry.options import located
from danao.errors import UsageError
from danao.formats.schemas import read_schema
from danao.registry.record import Record, create_record
from danao.store.server import Server
from tests.registering import BASE, text_of
from tests.test_cli import CHINESE

EXAMPLES = Path(danao.__file__).parents[2] / "examples"
MISTAKES = str(EXAMPLES / "with-mistakes.ttl")
DAY = ("--as-of", "2026-03-01")
COMMANDS = (
    *("add", "publish", "withdraw", "list", "show", "history", "diff", "catalogue"),
    *("verify", "export", "import", "backup", "restore", "rebuild", "migrate"),
)
# A project of which nothing may be public.
RESTRICTED = "\n<brain> dcterms:accessRights danao:Restricted .\n"


@dataclass(frozen=True)
class Run:
    """What a command gave back."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON is any
        return json.loads(self.out)


def ran(folder: Path, *words: str, lang: str = "en", **environment: str) -> Run:
    """A command on the registry ``kept`` in a folder, with files and folders that are there by their names."""
    named = [str(folder / word) if (folder / word).exists() or word.startswith("to-") else word for word in words]
    variables = {"DANAO_REGISTRY": str(folder / "kept"), "DANAO_LANG": lang, "DANAO_USER": "office"} | environment
    done = CliRunner().invoke(app, ("registry", *named), env=variables, catch_exceptions=False)
    return Run(done.exit_code, done.stdout, done.stderr)


def add_files(folder: Path) -> None:
    texts = {
        "a.ttl": text_of("a"),
        "a2.ttl": text_of("a", ('"示例板材厂"@zh', '"改名"@zh')),
        "b.ttl": text_of("b"),
        "secret.ttl": text_of("secret", more=RESTRICTED),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    for name in ("evidence", "wrong"):
        (folder / name).mkdir()
    (folder / "evidence" / "covenant.pdf").write_bytes(b"%PDF-1.7 covenant")
    (folder / "wrong" / "covenant.pdf").write_bytes(b"no pdf")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two versions of ``a``, the second published, and one of ``b``."""
    folder = tmp_path_factory.mktemp("filled")
    add_files(folder)
    assert ran(folder, "add", "a.ttl", *DAY).code == 0
    assert ran(folder, "add", "a2.ttl", "b.ttl", *DAY).code == 0
    assert ran(folder, "publish", "a").code == 0
    return folder


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    shutil.copytree(filled, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A folder with files and no registry."""
    add_files(tmp_path)
    return tmp_path


# ---- Adding ----


@pytest.mark.parametrize(
    ("lang", "first", "again"),
    [
        ("en", "a: registered, entry 1.\n", "a: unchanged, still entry 1.\n"),
        ("zh", "a：已登记，第 1 条。\n", "a：没有变化，仍是第 1 条。\n"),
    ],
)
def test_what_is_there_already_changes_nothing(empty: Path, lang: str, first: str, again: str) -> None:
    assert ran(empty, "add", "a.ttl", *DAY, lang=lang) == Run(0, first, "")
    assert ran(empty, "add", "a.ttl", *DAY, lang=lang) == Run(0, again, "")
    assert Record(empty / "kept").length == 1


def test_adding_can_publish_at_once(empty: Path) -> None:
    found = ran(empty, "add", "a.ttl", "--publish", *DAY)
    assert found.out == "a: registered, entry 1.\na: published, entry 2.\n"


def test_a_description_with_violations_does_not_keep_others_out(folder: Path) -> None:
    found = ran(folder, "add", MISTAKES, "a.ttl", *DAY)
    assert (found.code, found.out) == (1, "a: registered, entry 5.\n")
    assert "error ChainSegmentCycle" in found.err


def test_a_file_that_is_not_there_does_not_keep_others_out(folder: Path) -> None:
    found = ran(folder, "add", "nowhere.ttl", "a.ttl", *DAY)
    assert (found.code, found.out) == (2, "a: registered, entry 5.\n")
    assert "error UnreadableFile" in found.err


def test_a_wrong_evidence_file_keeps_out_its_project_only(folder: Path) -> None:
    other = text_of("c", ("https://files.example/covenant.pdf", "https://files.example/other.pdf"))
    (folder / "c.ttl").write_text(other, encoding="utf-8")
    found = ran(folder, "add", "a.ttl", "c.ttl", "--evidence", "wrong", *DAY)
    assert (found.code, found.out) == (2, "c: registered, entry 5, evidence files: 0.\n")
    assert found.err.startswith("error UnfitFile The content is no .pdf file.\n")
    assert "covenant.pdf" in found.err


def test_a_project_that_may_not_be_public_is_registered_and_others_are_published(folder: Path) -> None:
    found = ran(folder, "add", "secret.ttl", "b.ttl", "--publish", *DAY)
    assert found.code == 2
    assert found.out == "b: unchanged, still entry 3.\nb: published, entry 5.\nsecret: registered, entry 6.\n"
    assert found.err.startswith("error NothingPublic ")


def test_evidence_files_are_kept_and_counted(empty: Path) -> None:
    found = ran(empty, "add", "a.ttl", "--evidence", "evidence", *DAY)
    assert found.out == "a: registered, entry 1, evidence files: 1.\n"
    assert [len(list(Record(empty / "kept").files()))] == [1]
    assert ran(empty, "verify").out.startswith("Entries: 1, objects: ")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("a.ttl", "--evidence", "no-such-folder"), "UsageError There is no such folder of evidence files."),
        (("a.ttl", "--base", "example"), "UsageError The base 'example' should be"),
        (("nowhere.ttl",), "UnreadableFile"),
        (("a.ttl", "--registry", "evidence"), "OccupiedFolder"),
        (("a.ttl", "--registry", "a.ttl"), "OccupiedFolder"),
    ],
)
def test_a_mistake_makes_no_registry(empty: Path, words: tuple[str, ...], error: str) -> None:
    before = sorted(empty.rglob("*"))
    found = ran(empty, "add", *words, *DAY)
    assert (found.code, found.out) == (2, "")
    assert f"error {error}" in found.err
    assert "fix:" in found.err
    assert sorted(empty.rglob("*")) == before


def test_a_registry_keeps_its_base(empty: Path) -> None:
    assert ran(empty, "add", "a.ttl", "--base", "https://office.example/", *DAY).code == 0
    assert ran(empty, "add", "b.ttl", *DAY).code == 0
    listed = ran(empty, "list", "-f", "json").json
    assert [one["iri"] for one in listed["projects"]] == [f"https://office.example/id/{name}/brain" for name in "ab"]
    other = ran(empty, "add", "a.ttl", "--base", "https://other.example/", *DAY)
    assert other.code == 2
    assert other.err.startswith("error UsageError The base of the registry is https://office.example/.\n")


# ---- Looking ----


def test_projects_are_listed_with_their_points(filled: Path) -> None:
    found = ran(filled, "list")
    assert found.code == 0
    rows = [line.split() for line in found.out.splitlines() if "Example" in line]
    # Nothing is verified of what nobody reviewed.
    assert [(row[0], row[4], "yes" in row, "0.0000" in row, row[-1]) for row in rows] == [
        ("a", "1.6094", True, False, "office"),
        ("b", "1.6094", False, False, "office"),
    ]
    assert found.out.endswith("Projects: 2; entries of the log: 4.\n")


def test_the_history_of_a_project_is_told(folder: Path) -> None:
    assert ran(folder, "withdraw", "a", "--reason", "wrong mill").out == "a: taken back, publications: 1.\n"
    lines = ran(folder, "history", "a").out.splitlines()
    told = [line for line in lines if "office" in line]
    for line, part in zip(told, ("registered", "registered", "published", "taken back"), strict=True):
        assert part in line
    assert told[-1].rstrip().endswith("wrong mill")


def test_an_assessment_is_shown_in_every_form(filled: Path) -> None:
    assert "Example industrial brain  a\n" in ran(filled, "show", "a").out
    document = ran(filled, "show", "a", "--version", "1", "-f", "json").json
    assert document["format"] == "danao-assessment/1"
    iri = f"<{document['assessments'][0]['assessment']}>"
    quads = {
        str(quad.subject)
        for quad in parse(ran(filled, "show", "a", "--version", "1", "-f", "turtle").out, RdfFormat.TURTLE)
    }
    assert iri in quads
    linked = {
        str(quad.subject)
        for quad in parse(ran(filled, "show", "a", "--version", "1", "-f", "jsonld").out, RdfFormat.JSON_LD)
    }
    assert linked == quads


def test_what_changed_between_versions_is_told(filled: Path) -> None:
    found = ran(filled, "diff", "a", "--from", "1", "--version", "2")
    assert found.code == 0
    assert "different: facts" in found.out
    assert "改名" in found.out
    assert ran(filled, "diff", "a").out == found.out


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("list",), "danao-registry/1"),
        (("history", "a"), "danao-history/1"),
        (("verify", "--record-only"), "danao-verification/1"),
        (("verify", "b"), "danao-verification/1"),
        (("diff", "a"), "danao-difference/1"),
    ],
)
def test_json_is_of_its_schema_whatever_the_language(filled: Path, words: tuple[str, ...], name: str) -> None:
    chinese, english = (ran(filled, *words, "-f", "json", lang=lang) for lang in ("zh", "en"))
    assert chinese == english
    assert english.json["format"] == name
    assert [fault.message for fault in Draft202012Validator(read_schema(name)).iter_errors(english.json)] == []


UNKNOWN = {
    "show": ("show", "aa"),
    "history": ("history", "aa"),
    "diff": ("diff", "aa"),
    "publish": ("publish", "aa"),
    "withdraw": ("withdraw", "aa", "--reason", "r"),
    "verify": ("verify", "aa"),
    "verify the record": ("verify", "aa", "--record-only"),
    "version": ("show", "a", "--version", "3"),
    "no version before": ("diff", "b"),
}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("words", UNKNOWN.values(), ids=UNKNOWN)
def test_what_there_is_not_is_told_with_a_fix(filled: Path, words: tuple[str, ...], lang: str) -> None:
    found = ran(filled, *words, lang=lang)
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith(f"{'error' if lang == 'en' else '错误'} UnknownProject ")
    assert ("fix:" if lang == "en" else "改法：") in found.err
    assert (lang == "en") == (CHINESE.search(found.err) is None)


# ---- Publishing ----


def test_one_that_cannot_be_published_does_not_keep_others_back(folder: Path) -> None:
    found = ran(folder, "publish", "nowhere", "a", "b")
    assert (found.code, found.out) == (2, "a: published already, entry 4.\nb: published, entry 5.\n")
    assert found.err.startswith("error UnknownProject The registry has no project 'nowhere'.\n")


def test_all_are_published_where_none_is_named(folder: Path) -> None:
    assert ran(folder, "publish", lang="zh").out == "a：已经公布，第 4 条。\nb：已公布，第 5 条。\n"


def test_nothing_public_is_nothing_to_take_back(folder: Path) -> None:
    assert ran(folder, "withdraw", "b", "--reason", "r").out == "b: nothing of it is public.\n"
    assert Record(folder / "kept").length == 4


def test_a_reason_has_to_be_one(folder: Path) -> None:
    found = ran(folder, "withdraw", "a", "--reason", " ")
    assert found.code == 2
    assert found.err.startswith("error UsageError The reason is empty.\n")
    assert Record(folder / "kept").length == 4


def test_the_public_catalogue_tells_of_what_is_public_only(filled: Path) -> None:
    office, public = (ran(filled, "catalogue", *words).out for words in ((), ("--public",)))
    homes = [f"{BASE}id/{name}/assessment/" for name in "ab"]
    for text, there in ((office, [True, True]), (public, [True, False])):
        subjects = {str(quad.subject) for quad in parse(text, RdfFormat.TURTLE)}
        assert [any(home in subject for subject in subjects) for home in homes] == there


def test_there_is_a_public_catalogue_before_anything_is_public(folder: Path) -> None:
    assert ran(folder, "withdraw", "a", "--reason", "r").code == 0
    found = ran(folder, "catalogue", "--public")
    assert (found.code, found.err) == (0, "")
    assert "dcat:Catalog" in found.out
    assert "void:" not in found.out.replace("@prefix void:", "")


# ---- Verifying ----


def test_a_registry_as_it_was_written_verifies(filled: Path) -> None:
    found = ran(filled, "verify")
    assert (found.code, found.err) == (0, "")
    assert found.out.splitlines()[-1] == "All as it was written."
    # Three versions, one of them of b.
    assert "Entries: 4, " in found.out
    assert found.out.splitlines()[0].endswith("assessed again: 3.")
    assert ran(filled, "verify", "b").out.splitlines()[0].endswith("assessed again: 1.")


def test_a_tampered_object_is_named(folder: Path) -> None:
    digest = ran(folder, "show", "b", "-f", "json").json["assessments"][0]["descriptionDigest"].removeprefix("sha256:")
    path = folder / "kept" / "objects" / digest[:2] / digest[2:]
    path.write_bytes(b"other")
    for words in ((), ("b",), ("--record-only",)):
        found = ran(folder, "verify", *words)
        assert found.code == 1
        assert str(path) in found.out
        assert "restore a backup" in found.out
    faults = ran(folder, "verify", "-f", "json").json["faults"]
    assert len(faults) == len({json.dumps(fault) for fault in faults})
    # Of the other project nothing is wrong in the record.
    assert ran(folder, "verify", "a", "--record-only").code == 0


def test_a_salt_that_is_gone_is_named(folder: Path) -> None:
    (folder / "kept" / "salt").unlink()
    found = ran(folder, "verify", "--record-only")
    assert found.code == 1
    assert str(folder / "kept" / "salt") in found.out


# ---- Keeping ----


def test_a_dump_and_a_backup_give_the_same_registry(folder: Path) -> None:
    told = [
        ran(folder, "export", "to-dump.tar"),
        ran(folder, "import", "to-dump.tar", "--registry", "to-imported"),
        ran(folder, "import", "to-dump.tar"),
        ran(folder, "backup", "to-backup"),
        ran(folder, "backup", "to-backup", lang="zh"),
        ran(folder, "restore", "to-backup", "--registry", "to-restored"),
        ran(folder, "rebuild"),
        ran(folder, "migrate"),
    ]
    assert told == [
        Run(0, "Exported, entries: 4.\n", ""),
        Run(0, "Imported, new entries: 4 of 4.\n", ""),
        Run(0, "Imported, new entries: 0 of 4.\n", ""),
        Run(0, "Backed up, entries: 4.\n", ""),
        Run(0, "已备份，共 4 条。\n", ""),
        Run(0, "Restored, entries: 4.\n", ""),
        Run(0, "The store was made anew, entries: 4.\n", ""),
        Run(0, "The format is 1 already.\n", ""),
    ]
    listed = ran(folder, "list").out
    for name in ("to-imported", "to-restored"):
        assert ran(folder, "list", "--registry", name).out == listed
        assert ran(folder, "export", "to-again.tar", "--registry", name).code == 0
        assert (folder / "to-again.tar").read_bytes() == (folder / "to-dump.tar").read_bytes()


def test_nobody_else_can_read_what_holds_the_salt(folder: Path) -> None:
    ran(folder, "export", "to-dump.tar")
    ran(folder, "import", "to-dump.tar", "--registry", "to-imported")
    ran(folder, "backup", "to-backup")
    ran(folder, "restore", "to-backup", "--registry", "to-restored")
    for name in ("kept", "to-dump.tar", "to-imported", "to-backup", "to-restored"):
        assert stat.S_IMODE((folder / name).stat().st_mode) & 0o077 == 0, name


WRONG = {
    "dump into no folder": (("export", "no/such/folder.tar"), "UsageError A dump cannot be written here."),
    "dump that is none": (("import", "a.ttl", "--registry", "to-new"), "UnfitDump"),
    "dump that is not there": (("import", "nowhere.tar", "--registry", "to-new"), "UnfitDump"),
    "backup over something": (("backup", "evidence"), "OccupiedFolder"),
    "backup that is none": (("restore", "evidence", "--registry", "to-new"), "NoRegistry There is no backup here."),
    "restored over something": (("restore", "kept"), "OccupiedFolder"),
    "no registry": (("list", "--registry", "to-new"), "NoRegistry"),
    "a file for a registry": (("list", "--registry", "a.ttl"), "NoRegistry"),
    "no server": (("list", "--store", "http://127.0.0.1:9"), "StoreUnavailable"),
    "no address": (("list", "--store", "ftp://stores.example/"), "UsageError This is no address of a server."),
    "a password in an address": (("list", "--store", "http://a:hush@stores.example/"), "UsageError Credentials stand"),
}


@pytest.mark.parametrize(("words", "error"), WRONG.values(), ids=WRONG)
def test_what_goes_wrong_is_told_and_harms_nothing(filled: Path, words: tuple[str, ...], error: str) -> None:
    found = ran(filled, *words)
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith(f"error {error}")
    assert "fix:" in found.err
    assert "hush" not in found.err
    assert not (filled / "to-new").exists()
    assert Record(filled / "kept").length == 4


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"format": 9, "base": BASE}, "NewerRegistry The registry has format 9; this version knows formats up to 1."),
        ({"format": 0, "base": BASE}, "DamagedRegistry The settings of the registry are none."),
        ({"format": 1}, "DamagedRegistry The settings of the registry are none."),
        ({"format": 1, "base": BASE, "publisher": "office"}, "DamagedRegistry The settings of the registry are none."),
    ],
)
@pytest.mark.parametrize("command", ["list", "migrate", "verify"])
def test_another_format_is_told_of(tmp_path: Path, settings: dict[str, Any], error: str, command: str) -> None:
    create_record(tmp_path / "kept", BASE)
    (tmp_path / "kept" / "registry.json").write_text(json.dumps(settings), encoding="utf-8")
    found = ran(tmp_path, command)
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith(f"error {error}\n")


# ---- Where the store is ----


def test_credentials_come_from_the_environment_and_are_never_shown(tmp_path: Path) -> None:
    address = "http://stores.example/"
    given = {"DANAO_STORE_USER": "office", "DANAO_STORE_PASSWORD": "hush", "DANAO_STORE_TOKEN": ""}
    server = located(BASE, address, given)
    assert isinstance(server, Server)
    assert (server.user, server.password, server.token) == ("office", "hush", None)
    assert (server.query, server.update, server.graphs) == tuple(
        f"http://stores.example/{name}" for name in ("query", "update", "store")
    )
    # Nothing else on the server is listed or cleared.
    assert server.within == BASE
    assert "hush" not in repr(server)
    found = ran(tmp_path, "list", "--store", "http://127.0.0.1:9", **given)
    assert (found.code, "hush" in found.err + found.out) == (2, False)


def test_addresses_of_a_server_may_be_apart() -> None:
    apart = {"DANAO_STORE_UPDATE": "http://a.example/update", "DANAO_STORE_GRAPHS": "http://a.example/data"}
    server = located(BASE, "http://a.example/sparql", apart | {"DANAO_STORE_TOKEN": "hush"})
    assert isinstance(server, Server)
    assert (server.query, server.update, server.graphs) == ("http://a.example/sparql", *apart.values())
    assert server.token == "hush"  # noqa: S105 - none of anyone's
    with pytest.raises(UsageError, match="DANAO_STORE_UPDATE and DANAO_STORE_GRAPHS go together"):
        located(BASE, "http://a.example/sparql", {"DANAO_STORE_UPDATE": "http://a.example/update"})


def test_without_an_address_the_store_is_in_the_folder() -> None:
    assert located(BASE, None, {"DANAO_STORE_USER": "office"}) is None


# ---- Help ----


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_in_both_languages(command: str) -> None:
    done = CliRunner().invoke(app, ("registry", command, "--help"), catch_exceptions=False)
    assert done.exit_code == 0
    assert f"registry {command} " in done.output
    assert CHINESE.search(done.output)
    assert "--registry" in done.output
