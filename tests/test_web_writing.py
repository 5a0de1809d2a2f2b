"""Submissions, examinations, publications by the API: who may, what becomes of them, that bad input harms nobody."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from danao.cli import app
from danao.knowledge import Knowledge
from danao.registry.again import inputs_of
from danao.registry.entries import SUBMISSION, all_entries
from danao.registry.holding import keep_knowledge
from danao.registry.record import create_record
from danao.resources import FRAMEWORK, data_root
from danao.web.audit import exported
from tests.registering import BASE, text_of
from tests.web import serving
from tests.writing import EXAMINATION, PDF, PROJECTS, Office, version

AUDIT, BRAIN = "<audit> a cccev:Evidence ;", "<brain> a brain:IndustrialBrain ;"
RESTRICTED = " dcterms:accessRights danao:Restricted ;"
PUBLICATION = f"{PROJECTS}/small/publication"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Path:
    """A registry without entries that has the files of the knowledge already, which are many to write."""
    record = create_record(tmp_path_factory.mktemp("empty") / "r", BASE)
    keep_knowledge(record, knowledge)
    return record.folder


@pytest.fixture
def office(empty: Path, tmp_path: Path) -> Iterator[Office]:
    shutil.copytree(empty, tmp_path / "r")
    with serving(tmp_path / "r", patience=60) as service:
        yield Office(service)


@pytest.fixture
def hasty(empty: Path, tmp_path: Path) -> Iterator[Office]:
    """A service that waits a second for the registry, and no more."""
    shutil.copytree(empty, tmp_path / "r")
    with serving(tmp_path / "r", patience=1) as service:
        yield Office(service)


@pytest.fixture(scope="module")
def settled(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A service with one version of a project, which nothing changes."""
    folder = tmp_path_factory.mktemp("settled") / "r"
    shutil.copytree(empty, folder)
    with serving(folder) as service:
        office = Office(service)
        assert office.submitted(version(1)).status_code == 201
        yield office
        assert service.record.length == 1


def is_settled(office: Office) -> bool:
    """Whether nothing was stored, and the next request is answered."""
    next_one = office.submitted(version(1))
    return (next_one.status_code, office.service.record.length) == (200, 1)


def told(answer: Any) -> tuple[int, str]:  # noqa: ANN401 - an answer
    """The status of a refusal, and its name."""
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["title"]


def last_audit(office: Office) -> dict[str, Any]:
    entry: dict[str, Any] = [json.loads(line) for line in exported(office.service.state)][-2]["entry"]
    return entry


# ---- Submitting ----


def test_a_version_is_registered_once_and_told_where(office: Office) -> None:
    answer = office.submitted(version(1))
    assert answer.status_code == 201
    document = answer.json()
    assert {name: document[name] for name in ("format", "identifier", "entry", "new")} == {
        "format": "danao-submission/1",
        "identifier": "small",
        "entry": 1,
        "new": True,
    }
    (entry,) = all_entries(office.service.record)
    assert answer.headers["Location"] == document["assessment"] == entry.one("assessment")
    assert answer.headers["Location"].startswith(f"{BASE}id/small/assessment/")
    assert document["digests"]["description"] == entry.one("descriptionDigest")
    assert (entry.one("submittedBy"), entry.one("generatedAtTime")[-6:]) == ("unit", "+08:00")
    again = office.submitted(version(1))
    assert (again.status_code, again.json()["new"], again.json()["entry"]) == (200, False, 1)
    assert "Location" not in again.headers
    assert office.service.record.length == 1
    assert {key: last_audit(office)[key] for key in ("who", "what", "project", "status")} == {
        "who": "unit",
        "what": "submit",
        "project": "small",
        "status": 200,
    }


def test_what_is_submitted_is_read_from_a_copy_that_is_there_already(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.service.copies.latest()
    assert office.submitted(version(1)).status_code == 201
    monkeypatch.setattr(office.service.copies, "_take", None)
    assert office.service.copies.latest().number == 1


def test_the_command_line_and_the_service_see_what_the_other_does(office: Office, tmp_path: Path) -> None:
    office.submitted(version(1))
    file = tmp_path / "other.ttl"
    file.write_bytes(version(2, "other"))
    words = ["registry", "add", str(file), "--registry", str(office.service.record.folder), "--by", "cli"]
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert office.service.copies.latest().number == 2
    again = office.submitted(version(2, "other"))
    assert (again.status_code, again.json()["entry"]) == (200, 2)
    listed = CliRunner().invoke(app, ["registry", "list", "-f", "json", *words[3:5]], catch_exceptions=False)
    assert {one["identifier"]: one["by"] for one in json.loads(listed.output)["projects"]} == {
        "small": "unit",
        "other": "cli",
    }


@pytest.mark.parametrize(
    ("who", "status", "name"),
    [("", 401, "NoToken"), ("stranger", 403, "NotAllowed"), ("panel", 403, "NotAllowed")],
)
def test_who_may_not_submit_a_project_does_not(settled: Office, who: str, status: int, name: str) -> None:
    assert told(settled.submitted(version(1), who)) == (status, name)
    assert is_settled(settled)


def test_whose_a_project_is_is_told_to_nobody_else(settled: Office) -> None:
    there = settled.submitted(version(2), "stranger").json()
    absent = settled.submitted(version(2, "nothing"), "stranger").json()
    assert json.dumps(there).replace("small", "nothing") == json.dumps(absent)


def test_the_office_submits_any_project(office: Office) -> None:
    assert office.submitted(version(1, "stranger"), "office").status_code == 201


def test_a_description_with_violations_is_refused_with_every_problem(settled: Office) -> None:
    data = text_of("small", ('dcterms:identifier "small"', 'dcterms:identifier "small" ; brain:serve <x>')).encode()
    answer = settled.submitted(data)
    assert told(answer) == (422, "RefusedSubmission")
    problems = answer.json()["problems"]
    assert {problem["problem"] for problem in problems if problem["severity"] == "violation"} == {"UnknownTerm"}
    assert problems[0]["fix"]["en"]
    assert (last_audit(settled)["project"], last_audit(settled)["status"]) == ("small", 422)
    assert is_settled(settled)


def test_a_file_of_two_projects_is_refused(settled: Office) -> None:
    two = text_of("small", more='<https://e.example/other> a brain:IndustrialBrain ; dcterms:identifier "other" .')
    answer = settled.submitted(two.encode())
    assert told(answer) == (400, "BadRequest")
    assert "2 projects" in answer.json()["message"]["en"]
    assert is_settled(settled)


# ---- Evidence ----


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def test_evidence_files_stay_with_later_versions_and_are_given_as_they_came(office: Office) -> None:
    sent = office.sent(description=[("a.ttl", version(1))], evidence=[("covenant.pdf", PDF)])
    assert sent.status_code == 201, sent.text
    path = f"{PROJECTS}/small/evidence/{digest(PDF)}"
    assert office.submitted(version(2)).json()["digests"]["files"] == sent.json()["digests"]["files"]
    found = office.asked("GET", path, "unit")
    assert (found.status_code, found.content) == (200, PDF)
    assert found.headers["Content-Type"] == "application/pdf"
    # Browsers show a PDF in a viewer of their own, at the page that the fragment of its address names.
    assert found.headers["Content-Disposition"] == 'inline; filename="covenant.pdf"'
    assert found.headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert "script-src" not in found.headers["Content-Security-Policy"]
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    part = office.asked("GET", path, "unit", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"%PDF")
    for other in ("bytes=4-2", "bytes=9999-", "lines=1-2"):
        assert office.asked("GET", path, "unit", headers={"Range": other}).status_code == 200
    assert last_audit(office)["what"] == "read evidence"
    bare = path.replace("sha256:", "")
    assert office.asked("GET", bare, "unit").content == PDF
    # Until it is published, nobody else sees it, or that it is there.
    for who in ("", "stranger", "narrow panel"):
        assert told(office.asked("GET", path, who)) == (404, "NotFound")
    # Nor then, unless the public profile lists danao:fileDigest.
    office.asked("PUT", PUBLICATION, "office")
    assert told(office.asked("GET", path)) == (404, "NotFound")
    assert office.asked("GET", path, "panel").content == PDF


def with_public_files(folder: Path) -> Path:
    """The shipped knowledge with a profile by which evidence files may be public."""
    for name in ("ontology", "shapes", "rules"):
        shutil.copytree(data_root() / name, folder / name)
    for name in FRAMEWORK:
        shutil.rmtree(folder / name)
    profile = folder / "ontology" / "access" / "domain" / "profile.ttl"
    text = profile.read_text(encoding="utf-8")
    kind = "a owl:Ontology , danao:PublicProfile ;"
    assert kind in text
    profile.write_text(text.replace(kind, f"{kind} danao:publicProperty danao:fileDigest ;"), encoding="utf-8")
    return folder


def test_a_profile_may_let_the_public_have_files_of_evidence_that_is_not_restricted(tmp_path: Path) -> None:
    with serving(tmp_path / "r", knowledge=with_public_files(tmp_path / "k")) as service:
        office = Office(service)
        text = text_of("small", (AUDIT, AUDIT + RESTRICTED))
        files = [("covenant.pdf", PDF), ("audit.pdf", PDF + bytes(3_000_000))]
        office.sent(description=[("a.ttl", text.encode())], evidence=files)
        covenant, audit = (f"{PROJECTS}/small/evidence/{digest(data)}" for _, data in files)
        assert office.asked("PUT", PUBLICATION, "office").status_code == 201
        assert office.asked("GET", covenant).content == PDF
        assert told(office.asked("GET", audit)) == (404, "NotFound")
        assert office.asked("GET", audit, "unit").status_code == 200
        assert told(office.asked("GET", covenant.replace("/small/", "/other/"))) == (404, "NotFound")
        office.asked("DELETE", f"{PUBLICATION}?reason=error", "office")
        assert told(office.asked("GET", covenant)) == (404, "NotFound")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("covenant.pdf", b"<html>", "no .pdf file"),
        ("other.pdf", PDF, "No distribution"),
        ("covenant.exe", PDF, "'.exe'"),
        ("../../covenant.exe", PDF, "'.exe'"),
    ],
)
def test_files_that_do_not_fit_are_refused_and_nothing_is_kept(
    settled: Office, name: str, data: bytes, said: str
) -> None:
    answer = settled.sent(description=[("a.ttl", version(1))], evidence=[(name, data)])
    assert told(answer) == (422, "UnfitFile")
    assert said in answer.json()["message"]["en"]
    assert is_settled(settled)
    assert not list(settled.service.record.files())


def test_a_file_that_has_another_checksum_now_does_not_stay(office: Office) -> None:
    office.sent(description=[("a.ttl", version(1))], evidence=[("covenant.pdf", PDF)])
    spdx = "@prefix spdx: <http://spdx.org/rdf/terms#> .\n"
    address = "dcat:downloadURL <https://files.example/covenant.pdf>"
    stated = (
        f"{address} ; spdx:checksum [ spdx:algorithm spdx:checksumAlgorithm_sha256 ; "
        f'spdx:checksumValue "{"0" * 64}"^^xsd:hexBinary ]'
    )
    answer = office.submitted((spdx + text_of("small", (address, stated))).encode())
    assert answer.status_code == 201, answer.text
    empty = "sha256:" + hashlib.sha256(b"").hexdigest()
    assert answer.json()["digests"]["files"] == empty


# ---- Examining ----


def test_an_examination_makes_a_version_of_the_current_description(office: Office) -> None:
    first = office.sent(description=[("a.ttl", version(1))], evidence=[("covenant.pdf", PDF)]).json()
    answer = office.examined(1)
    assert (answer.status_code, answer.json()["entry"]) == (201, 2)
    second = answer.json()
    assert second["digests"] | {"examination": ""} == first["digests"] | {"examination": ""}
    entry = all_entries(office.service.record)[1]
    assert (entry.one("submittedBy"), entry.kind) == ("panel", SUBMISSION)
    examination = inputs_of(entry, office.service.record)[1]
    assert any("Accepted" in str(one.object) for one in examination.facts)
    # The same description again does not undo what was decided; another one does, and says so in its digests.
    again = office.submitted(version(1))
    assert (again.status_code, again.json()["entry"]) == (200, 2)
    assert office.submitted(version(2)).json()["entry"] == 3


def test_a_decision_about_a_version_that_is_not_current_is_refused(office: Office) -> None:
    office.submitted(version(1))
    office.submitted(version(2))
    assert told(office.examined(1)) == (409, "OutOfDate")
    assert told(office.asked("PUT", f"{PUBLICATION}?entry=1", "office")) == (409, "OutOfDate")
    assert office.service.record.length == 2


def test_who_submits_does_not_examine(office: Office) -> None:
    parts = {"description": [("a.ttl", version(1))], "examination": [("b.ttl", EXAMINATION.encode())]}
    assert told(office.sent("unit", **parts)) == (403, "NotAllowed")
    office.submitted(version(1))
    assert told(office.examined(1, "unit")) == (403, "NotAllowed")
    assert office.service.record.length == 1
    assert office.sent("office", **parts).json()["entry"] == 2


def test_who_may_not_see_a_project_is_told_as_if_it_were_not_there(office: Office) -> None:
    office.submitted(version(1))
    for who in ("stranger", "narrow panel"):
        there = office.examined(1, who)
        absent = office.examined(1, who, identifier="nothing")
        assert told(there) == told(absent) == (404, "UnknownProject")
        assert there.text.replace("small", "nothing") == absent.text
    assert told(office.examined(1, "")) == told(office.examined(1, "", identifier="nothing")) == (401, "NoToken")
    absent = office.examined(1, identifier="smal", text=EXAMINATION.replace("small", "smal"))
    assert told(absent) == (404, "UnknownProject")
    assert "small" not in absent.text
    office.asked("PUT", PUBLICATION, "office")
    assert told(office.examined(1, "stranger")) == (403, "NotAllowed")


@pytest.mark.parametrize(
    ("text", "status", "name"),
    [
        (EXAMINATION.replace('"small"', '"other"'), 422, "UnfitExamination"),
        (EXAMINATION.replace("a danao:Examination", "a danao:Verdict"), 422, "UnfitExamination"),
        (EXAMINATION.replace("danao:Accepted", "req:6-1-5-consensus-rules"), 422, "RefusedSubmission"),
        ("<", 400, "SyntaxFault"),
    ],
)
def test_an_examination_that_does_not_fit_is_refused(settled: Office, text: str, status: int, name: str) -> None:
    assert told(settled.examined(1, text=text)) == (status, name)
    assert is_settled(settled)


# ---- Publishing ----


def test_the_office_publishes_and_takes_back(office: Office) -> None:
    office.submitted(version(1))
    for who, status in (("", 401), ("unit", 403), ("panel", 403), ("stranger", 404)):
        assert office.asked("PUT", PUBLICATION, who).status_code == status
    first = office.asked("PUT", PUBLICATION, "office")
    assert (first.status_code, first.json()["format"], first.json()["new"]) == (201, "danao-publication/1", True)
    (public,) = first.json()["entries"]
    assert first.headers["Location"] == public["graph"] == f"{public['assessment']}/public"
    assert office.asked("PUT", PUBLICATION, "office").status_code == 200
    for path, status in ((PUBLICATION, 400), (f"{PUBLICATION}?reason=%20", 400)):
        assert office.asked("DELETE", path, "office").status_code in {status, 422}
    gone = office.asked("DELETE", f"{PUBLICATION}?reason=an%20error", "office")
    assert (gone.status_code, [one["graph"] for one in gone.json()["entries"]]) == (200, [public["graph"]])
    assert all_entries(office.service.record)[-1].one("justification") == "an error"
    nothing = office.asked("DELETE", f"{PUBLICATION}?reason=again", "office")
    assert (nothing.status_code, nothing.json()["entries"]) == (200, [])
    assert told(office.asked("PUT", PUBLICATION.replace("small", "none"), "office")) == (404, "UnknownProject")
    assert last_audit(office)["what"] == "publish"


def test_a_project_that_is_restricted_as_a_whole_is_not_published(office: Office) -> None:
    whole = (BRAIN, BRAIN + RESTRICTED)
    assert office.submitted(text_of("small", whole).encode()).status_code == 201
    assert told(office.asked("PUT", PUBLICATION, "office")) == (409, "NothingPublic")


# ---- Once ----


def test_a_request_that_comes_again_with_its_key_is_answered_again(office: Office) -> None:
    head = {"Idempotency-Key": "k-1"}
    first = office.submitted(version(1), **head)
    office.submitted(version(2))
    again = office.submitted(version(1), **head)
    assert (again.status_code, again.text) == (first.status_code, first.text) == (201, first.text)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert office.service.record.length == 2
    assert told(office.submitted(version(3), **head)) == (409, "KeyInUse")
    # Keys are each token's own, and what went wrong may be tried again.
    assert office.submitted(version(1, "stranger"), "stranger", **head).status_code == 201
    assert told(office.submitted(b"<", **{"Idempotency-Key": "k-2"})) == (400, "SyntaxFault")
    assert office.submitted(version(4), **{"Idempotency-Key": "k-2"}).status_code == 201
    assert told(office.submitted(version(5), **{"Idempotency-Key": "k" * 201})) == (400, "BadRequest")


def test_a_request_that_is_still_worked_on_is_not_begun_again(hasty: Office) -> None:
    head = {"Idempotency-Key": "k"}
    with hasty.service.record.locked(), ThreadPoolExecutor() as pool:
        first = pool.submit(hasty.submitted, version(1), **head)
        deadline = time.monotonic() + 4
        while not hasty.service.state.rows("answer", token="1", key="k") and time.monotonic() < deadline:  # noqa: S106
            time.sleep(1 / 50)
        assert told(hasty.submitted(version(1), **head)) == (409, "KeyInUse")
        assert told(first.result()) == (503, "RegistryBusy")
    assert hasty.submitted(version(1), **head).status_code == 201


# ---- At once, and killed ----


def test_versions_that_come_at_once_are_all_registered(office: Office) -> None:
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(office.submitted, [version(number) for number in (1, 2, 3, 3, 4)]))
    # The same version twice is one, unless another came in between.
    entries = {answer.json()["entry"] for answer in answers}
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert entries == set(range(1, len(entries) + 1))
    assert office.service.copies.latest().number == office.service.record.length == len(entries)
    assert len(entries) in {4, 5}


def test_a_worker_that_is_killed_in_the_middle_is_told_and_replaced(office: Office) -> None:
    office.submitted(version(1))
    ((worker, _),) = office.service.work._idle  # noqa: SLF001 - whom to kill

    def kill() -> None:
        time.sleep(1 / 4)
        os.kill(worker, signal.SIGKILL)

    with office.service.record.locked():
        threading.Thread(target=kill).start()
        answer = office.submitted(version(2))
    assert told(answer)[0] == 422
    assert answer.json()["title"] in {"MemoryExceeded", "WorkerDied"}
    assert office.submitted(version(2)).json()["entry"] == 2


def test_a_registry_that_is_held_for_long_is_busy_and_nothing_is_lost(hasty: Office) -> None:
    with hasty.service.record.locked():
        answer = hasty.submitted(version(1))
    assert told(answer) == (503, "RegistryBusy")
    assert answer.headers["Retry-After"] == "5"
    assert str(hasty.service.record.folder) not in answer.text
    assert hasty.submitted(version(1)).status_code == 201


# ---- Bad input ----

TYPES = {
    "text/turtle": b"<a> <b> ",
    "application/ld+json": b'{"@id": ',
    "application/rdf+xml": b"<rdf:RDF>",
    "application/n-triples": b"<a> <b> <c> .",
    "application/n-quads": b"nothing",
    "application/trig": b"{ <a> }",
}
BOMB = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="http://e/">&b;
</rdf:Description></rdf:RDF>"""
CYCLE = text_of("small", more="<chain> brain:hasSegment _:a . _:a brain:hasPart _:b . _:b brain:hasPart _:a .").encode()


@pytest.mark.parametrize("media_type", TYPES)
def test_malformed_rdf_is_told_in_every_syntax(settled: Office, media_type: str) -> None:
    answer = settled.submitted(TYPES[media_type], **{"Content-Type": media_type})
    assert told(answer) == (400, "SyntaxFault")
    assert "line" in answer.json()["where"]
    assert is_settled(settled)


@pytest.mark.parametrize(
    ("media_type", "data", "status", "names"),
    [
        ("application/rdf+xml", BOMB, 400, {"RefusedContent"}),
        ("text/turtle", CYCLE, 422, {"RefusedSubmission"}),
        ("application/ld+json", b'{"http://e/p": ' * 3000 + b'"x"' + b"}" * 3000, 413, {"TooLarge"}),
        ("text/turtle", b"[ <http://e/p> " * 3000 + b"1" + b"]" * 3000 + b" .", 413, {"TooLarge"}),
        ("application/rdf+xml", version(1), 400, {"SyntaxFault"}),
        ("application/ld+json", version(1), 400, {"SyntaxFault"}),
        ("text/turtle", "示例".encode("gb18030"), 400, {"WrongEncoding"}),
        ("text/turtle", b"", 422, {"EmptyInput"}),
        ("text/turtle", b"<http://e/a> <http://e/b> <http://e/c> .", 422, {"NoProject"}),
        ("text/html", version(1), 415, {"UnknownFormat"}),
        ("", version(1), 415, {"UnknownFormat"}),
        ("multipart/form-data", version(1), 400, {"BadRequest", "HTTPException"}),
    ],
)
def test_input_that_is_meant_to_harm_is_answered_by_name_and_so_is_the_next(
    settled: Office, media_type: str, data: bytes, status: int, names: set[str]
) -> None:
    answer = settled.submitted(data, **{"Content-Type": media_type})
    assert answer.status_code == status, answer.text
    assert answer.json().get("title", "HTTPException") in names
    assert is_settled(settled)


def test_a_remote_context_is_refused_and_nobody_is_asked_for_it(settled: Office) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(1)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/context.jsonld"
        data = json.dumps({"@context": address, "@id": "http://e/"}).encode()
        assert told(settled.submitted(data, **{"Content-Type": "application/ld+json"})) == (400, "RefusedContent")
        with pytest.raises(TimeoutError):
            server.accept()


def test_more_triples_than_allowed_are_refused(tmp_path: Path) -> None:
    from danao.limits import Limits

    with serving(tmp_path / "r", limits=Limits(max_triples=10)) as service:
        office = Office(service)
        assert told(office.submitted(version(1))) == (413, "TooLarge")


def test_a_form_with_other_fields_or_no_description_is_refused(settled: Office) -> None:
    assert told(settled.sent(evidence=[("covenant.pdf", PDF)])) == (400, "BadRequest")
    assert told(settled.sent(description=[("a.ttl", version(1))], other=[("x", b"")])) == (400, "BadRequest")
    assert told(settled.sent(description=[("a.ttl", version(1)), ("b.ttl", version(2))])) == (400, "BadRequest")
    twice = [("covenant.pdf", PDF), ("covenant.pdf", PDF + b".")]
    assert told(settled.sent(description=[("a.ttl", version(1))], evidence=twice)) == (422, "UnfitFile")


# ---- The audit log by the API ----


def test_the_audit_log_is_for_administrators(office: Office, tmp_path: Path) -> None:
    office.submitted(version(1))
    assert office.asked("GET", "/api/audit").status_code == 401
    for who in ("unit", "panel"):
        assert told(office.asked("GET", "/api/audit", who)) == (403, "NotAllowed")
    answer = office.asked("GET", "/api/audit", "office")
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    lines = answer.text.splitlines()
    assert json.loads(lines[0])["entry"]["what"] == "submit"
    assert all(head["Authorization"][7:] not in answer.text for head in office.heads.values())
    file = tmp_path / "audit.jsonl"
    file.write_text(answer.text, encoding="utf-8")
    words = ["audit", "verify", str(file), "--registry", str(office.service.record.folder), "--lang", "en"]
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.output.strip() == f"Entries: {len(lines) - 1}. All as it was written."
    assert len(office.asked("GET", "/api/audit?from=2", "office").text.splitlines()) > 1


def test_a_token_made_and_revoked_on_the_command_line_holds_at_once(office: Office) -> None:
    where = ["--registry", str(office.service.record.folder), "--lang", "en"]
    made = CliRunner().invoke(
        app,
        ["token", "make", "Another unit", "--scope", "submit", "--project", "third", *where],
        catch_exceptions=False,
    )
    secret = made.stdout.strip()
    office.heads["third"] = {"Authorization": f"Bearer {secret}"}
    assert office.submitted(version(1, "third"), "third").status_code == 201
    listed = CliRunner().invoke(app, ["token", "list", *where], catch_exceptions=False)
    assert "Another unit" in listed.output
    assert secret not in listed.output
    CliRunner().invoke(app, ["token", "revoke", "6", *where], catch_exceptions=False)
    assert told(office.submitted(version(2, "third"), "third")) == (401, "NoToken")
    acts = [json.loads(line).get("entry", {}).get("what") for line in exported(office.service.state)]
    assert {"make token 6", "revoke token 6"} <= set(acts)
