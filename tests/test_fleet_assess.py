"""Fleets: many descriptions come to the numbers that each has alone, whatever happens on the way."""

from __future__ import annotations

import csv
import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyoxigraph import RdfFormat, parse

from danao.canonical import digest_of
from danao.cli.extras import needs
from danao.errors import DamagedRun, DifferentRun, MissingExtra, OccupiedFolder, UnfitExamination, UnreadableFile
from danao.examine import default_examination
from danao.fleet import attendant
from danao.fleet.facets import Facets
from danao.fleet.local import assess_batches
from danao.fleet.processes import command
from danao.fleet.run import Interrupted
from danao.fleet.schema import TABLES, input_schema, output_schema, table_schemas, tally_schema
from danao.fleet.settings import UnitSettings
from danao.fleet.unit import Unit, assess_table
from danao.fleet.verify import changed_files, recomputed, sampled
from danao.knowledge import Knowledge
from danao.pipeline import Assessment, assess
from tests.case import AROUND, AS_OF
from tests.fleets import (
    SETTINGS,
    Told,
    examination,
    folder_of,
    limited,
    outputs,
    project,
    projects,
    ran,
    rows,
)
from tests.given import FULL, described
from tests.test_cli import EXAMPLES, SERVICE, run
from tests.test_hostile import everything_supports_everything

BROKEN = b"<a> <b>\n  oops"
DEADLY = everything_supports_everything(400, 6_000).encode()

# ---- One fleet of everything, looked at from all sides ----


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Examples, a description with mistakes and one that is none; half-built has an examination."""
    files = {name: (EXAMPLES / name).read_bytes() for name in ("early.ttl", "half-built.ttl", "with-mistakes.ttl")}
    papers = {"wood.ttl": (EXAMPLES / "half-built-examination.ttl").read_bytes(), "other.ttl": examination("absent")}
    root = tmp_path_factory.mktemp("fleet")
    folder_of(root / "in", files | {"broken.ttl": BROKEN, "deeper/small.ttl": (EXAMPLES / "small.ttl").read_bytes()})
    folder_of(root / "papers", papers)
    return root


@pytest.fixture(scope="module")
def out(fleet: Path) -> Path:
    ran(fleet / "in", out=fleet / "out", examinations=(str(fleet / "papers"),), jobs=2)
    return fleet / "out"


@pytest.fixture(scope="module")
def plain(fleet: Path, out: Path) -> dict[str, Any]:
    """What ``danao assess`` says of the same descriptions."""
    assert out
    names = [fleet / "in" / name for name in ("early.ttl", "half-built.ttl", "with-mistakes.ttl", "deeper/small.ttl")]
    paper = fleet / "papers" / "wood.ttl"
    said = run("assess", *map(str, names), "-e", str(paper), "--as-of", AS_OF, "-f", "json")
    return {one["project"]["identifier"]: one for one in said.json["assessments"]}


def test_the_tables_have_the_columns_that_are_promised(out: Path) -> None:
    for name in TABLES:
        assert pq.read_schema(out / f"{name}.parquet").equals(table_schemas()[name])


def test_descriptions_stand_in_the_order_of_their_names_and_are_numbered(fleet: Path, out: Path) -> None:
    names = [f"{fleet}/in/{name}" for name in ("broken.ttl", "deeper/small.ttl", "early.ttl", "half-built.ttl")]
    names.append(f"{fleet}/in/with-mistakes.ttl")
    assert [row["name"] for row in rows(out, "inputs")] == names
    assert [(row["seq"], row["input"]) for row in rows(out, "projects")] == list(enumerate(names))[1:]
    assert [(row["seq"], row["input"]) for row in rows(out, "errors")] == [(0, names[0]), (4, names[4])]


def test_projects_have_the_totals_that_they_have_alone(out: Path, plain: dict[str, Any]) -> None:
    for row in rows(out, "projects"):
        view = plain[row["identifier"]]
        assert row["project"] == view["project"]["iri"]
        assert (row["title_zh"], row["title_en"]) == tuple(view["project"]["title"].values())
        for name in ("description", "examination", "knowledge"):
            assert row[f"{name}_digest"] == view[f"{name}Digest"]
        assert row["status"] == ("scored" if view["scores"] else "refused")
        assert str(row["as_of"]) == AS_OF
        for kind, result in (("self", "SelfAssessed"), ("verified", "Verified")):
            total = view["scores"][0]["results"][result] if view["scores"] else {}
            assert as_float(row[f"{kind}_points"]) == total.get("points")
            assert as_float(row[f"{kind}_upper"]) == total.get("upperPoints")
            assert row[f"{kind}_cant_tell"] == total.get("cantTell")
            assert row[f"{kind}_band"] == view["bands"].get(result, {}).get("iri")


def as_float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def test_every_element_of_every_project_has_the_values_that_it_has_alone(out: Path, plain: dict[str, Any]) -> None:
    numbers = {row["seq"]: row["identifier"] for row in rows(out, "projects")}
    found = rows(out, "indicators") + rows(out, "requirements")
    compared = 0
    for row in found:
        element = row.get("element") or row["requirement"]
        (view,) = [one for one in plain[numbers[row["seq"]]]["scores"] if one["iri"] == element]
        for kind, result in (("self", "SelfAssessed"), ("verified", "Verified")):
            seen = view["results"][result]
            assert as_float(row[f"{kind}_attainment"]) == seen["attainment"]
            if "requirement" in row:
                assert row[f"{kind}_outcome"] == seen["outcome"]
                reasons = [reason["iri"].partition("#")[2] for reason in seen["reasons"]]
                assert row[f"{kind}_reasons"] == sorted(reasons)
            else:
                assert as_float(row[f"{kind}_upper_attainment"]) == seen["upperAttainment"]
                assert as_float(row[f"{kind}_points"]) == seen["points"]
                assert as_float(row[f"{kind}_weight"]) == seen["applicableWeight"]
                assert row[f"{kind}_inapplicable"] == seen["inapplicable"]
            compared += 1
    assert compared == 2 * sum(len(view["scores"] or ()) for view in plain.values())


def test_what_is_not_scored_says_why(out: Path, plain: dict[str, Any]) -> None:
    broken, mistaken = rows(out, "errors")
    assert (broken["error"], broken["line"], broken["identifier"], broken["problems"]) == ("SyntaxFault", 2, None, 1)
    view = plain["sd-canned-food-2025"]
    violations = [one for one in view["problems"] if one["severity"] == "violation"]
    assert mistaken["identifier"] == "sd-canned-food-2025"
    assert mistaken["problems"] == len(violations)
    assert mistaken["error"] == violations[0]["problem"]
    assert (mistaken["message_zh"], mistaken["fix_en"]) == (violations[0]["message"]["zh"], violations[0]["fix"]["en"])


def test_only_what_an_examination_decides_on_counts_as_reviewed(out: Path) -> None:
    reviewed = {row["identifier"]: row["reviewed"] for row in rows(out, "projects")}
    assert [name for name, is_reviewed in reviewed.items() if is_reviewed] == ["sd-wood-2025"]


def test_projects_can_be_grouped_by_city_and_industry(out: Path) -> None:
    numbers = {row["seq"]: row["identifier"] for row in rows(out, "projects")}
    found = {(numbers[row["seq"]], row["facet"], row["notation"], row["label_zh"]) for row in rows(out, "facets")}
    wood = {("sd-wood-2025", "city", "371300", "临沂市")}
    wood |= {("sd-wood-2025", "industry", "20", "木材加工和木、竹、藤、棕、草制品业")}
    assert {row for row in found if row[0] == "sd-wood-2025"} == wood
    assert ("sd-canned-food-2025", "city", "371000", "威海市") in found


def test_elements_are_told_in_reading_order(out: Path) -> None:
    everything = rows(out, "elements")
    assert [row["position"] for row in everything] == list(range(1, len(everything) + 1))
    found = [row for row in everything if row["kind"] not in {"band", "reason", "facet"}]
    assert found == everything[: len(found)]
    kinds = [row["kind"] for row in found]
    assert (kinds.count("system"), kinds.count("dimension"), kinds.count("indicator")) == (1, 4, 22)
    assert kinds.count("requirement") == 193
    assert sum(row["weight"] for row in found if row["kind"] == "indicator") == 100
    order = [row["notation"] for row in found]
    assert order.index("6.1.1") < order.index("6.1.2") < order.index("6.2") < order.index("6.4.8")
    assert found[0]["parent"] is None
    assert {row["parent"] for row in found[1:]} <= {row["element"] for row in found}


def test_bands_reasons_and_facets_have_their_labels_among_the_elements(out: Path) -> None:
    found = [row for row in rows(out, "elements") if row["kind"] in {"band", "reason", "facet"}]
    names = [(row["kind"], row["label_zh"], row["label_en"]) for row in found]
    assert names[:4] == [
        ("band", "优秀", "excellent"),
        ("band", "良好", "good"),
        ("band", "合格", "fair"),
        ("band", "待提升", "developing"),
    ]
    assert names[-2:] == [("facet", "设区的市", "City"), ("facet", "行业", "Industry")]
    assert [row["element"].rpartition("/")[2] for row in found[-2:]] == ["city", "industry"]
    bands = {row[f"{kind}_band"] for row in rows(out, "projects") for kind in ("self", "verified")} - {None}
    assert bands <= {row["element"] for row in found if row["kind"] == "band"}
    named = {row["element"].rpartition("#")[2] for row in found if row["kind"] == "reason"}
    seen = {one for row in rows(out, "requirements") for kind in ("self", "verified") for one in row[f"{kind}_reasons"]}
    assert seen
    assert seen <= named
    assert {row["facet"] for row in rows(out, "facets")} == {"city", "industry"}


def test_the_ranking_puts_verified_first_and_gives_each_its_rank(out: Path) -> None:
    with (out / "ranking.csv").open(encoding="utf-8-sig", newline="") as file:
        ranked = [(row["result"], row["rank"], row["identifier"], row["points"]) for row in csv.DictReader(file)]
    totals = {row["identifier"]: row["self_points"] for row in rows(out, "projects") if row["status"] == "scored"}
    order = sorted(totals, key=lambda name: -totals[name])
    (verified,) = [row["verified_points"] for row in rows(out, "projects") if row["reviewed"]]
    expected = [("self", str(rank), name, str(totals[name])) for rank, name in enumerate(order, start=1)]
    assert ranked == [("verified", "1", "sd-wood-2025", str(verified)), *expected]


def test_the_summary_counts_what_the_tables_hold(out: Path) -> None:
    told = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert (told["inputs"], told["scored"], told["refused"], told["unreadable"], told["reviewed"]) == (5, 3, 1, 1, 1)
    assert told["errors"] == {"SyntaxFault": 1, rows(out, "errors")[1]["error"]: 1}
    assert sum(band["projects"] for band in told["bands"]["self"]) == 3
    assert told["unmatched_examinations"] == ["absent"]


def test_tallies_are_those_of_the_requirements(out: Path) -> None:
    reviewed = {row["seq"] for row in rows(out, "projects") if row["reviewed"]}
    expected: Counter[tuple[str, ...]] = Counter()
    for row in rows(out, "requirements"):
        for result in ("self", "verified") if row["seq"] in reviewed else ("self",):
            expected[result, row["requirement"], row[f"{result}_outcome"], *row[f"{result}_reasons"]] += 1
    found = {
        (row["result"], row["requirement"], row["outcome"], *row["reasons"]): row["projects"]
        for row in rows(out, "tallies")
    }
    assert pq.read_schema(out / "tallies.parquet").equals(tally_schema())
    assert reviewed
    assert found == expected


def test_the_manifest_says_what_the_run_was_made_from(out: Path, knowledge: Knowledge) -> None:
    told = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert (told["format"], told["complete"], told["knowledge"]["digest"]) == ("danao-fleet-1", True, knowledge.digest)
    assert told["inputs"]["descriptions"] == 5
    assert told["settings"]["as_of"] == AS_OF
    assert told["software"]["engine"] == {"fast": knowledge.engine.versions}
    assert {name.removesuffix(".parquet") for name in told["outputs"]} >= set(TABLES)
    digests = {name: digest.removeprefix("sha256:") for name, digest in told["outputs"].items()}
    assert digests == {name: digest for name, digest in outputs(out).items() if name != "manifest.json"}


# ---- Verifying ----


def test_a_run_verifies_by_its_files_by_samples_and_as_a_whole(out: Path) -> None:
    assert changed_files(out) == []
    assert sampled(out, 3, 1) == (3, [])
    assert recomputed(out, 2, Told()) == []


def test_a_changed_result_is_found(out: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(out, tmp_path / "copy")
    (copy / "facets.parquet").unlink()
    (copy / "ranking.csv").write_bytes((copy / "ranking.csv").read_bytes().replace(b",1,", b",2,", 1))
    assert changed_files(copy) == ["facets.parquet", "ranking.csv"]
    shutil.copy(copy / "errors.parquet", copy / "facets.parquet")
    told = run("fleet", "verify", str(copy), "--lang", "en")
    assert (told.code, told.out) == (1, "digests of files: different: facets.parquet, ranking.csv\n")


def test_a_sample_finds_a_result_that_was_changed_with_its_manifest(out: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(out, tmp_path / "copy")
    table = pq.read_table(copy / "projects.parquet")
    changed = table.set_column(table.column_names.index("triples"), "triples", pa.array([1] * 4, pa.int32()))
    pq.write_table(changed, copy / "projects.parquet")
    count, different = sampled(copy, 5, 1)
    assert count == 5
    assert [Path(name).name for name in different] == ["small.ttl", "early.ttl", "half-built.ttl", "with-mistakes.ttl"]


def test_what_is_no_finished_run_cannot_be_verified(tmp_path: Path) -> None:
    with pytest.raises(DamagedRun):
        changed_files(tmp_path)
    (tmp_path / "manifest.json").write_text('{"format": "other"}')
    with pytest.raises(DamagedRun):
        changed_files(tmp_path)


# ---- Ended and resumed ----


@pytest.fixture(scope="module")
def six(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six projects, one of which is broken, with a run that nothing disturbed."""
    root = tmp_path_factory.mktemp("six")
    folder_of(root / "in", projects(6) | {"004.ttl": BROKEN})
    ran(root / "in", out=root / "out", batch=1)
    return root


def test_a_run_goes_on_where_it_was_ended_and_gives_the_same_bytes(six: Path, tmp_path: Path) -> None:
    with pytest.raises(Interrupted):
        ran(six / "in", out=tmp_path, batch=1, listener=Told(stop_after=2))
    assert not json.loads((tmp_path / "manifest.json").read_text())["complete"]
    told = Told()
    ran(six / "in", out=tmp_path, batch=1, resume=True, listener=told)
    assert told.batches == [0, 1, 2, 3, 4, 5]
    assert told.fresh == [2, 3, 4, 5]
    assert outputs(tmp_path) == outputs(six / "out")


def test_a_finished_run_goes_on_to_the_same_end(six: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(six / "out", tmp_path / "copy")
    told = Told()
    ran(six / "in", out=copy, batch=1, resume=True, listener=told)
    assert told.fresh == []
    assert outputs(copy) == outputs(six / "out")


def started(six: Path, out: Path, *more: str) -> subprocess.Popen[bytes]:
    """A run as a user starts it, in a process group of its own as a shell gives it."""
    command = [sys.executable, "-m", "danao", "fleet", "assess", str(six / "in"), "-o", str(out), "--batch", "1"]
    return subprocess.Popen(
        [*command, "--jobs", "1", "--as-of", AS_OF, "--lang", "en", *more],
        env=os.environ | {"PYTHONPATH": str(SERVICE)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        process_group=0,
    )


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_an_interrupt_from_the_keyboard_leaves_a_run_that_can_go_on(six: Path, tmp_path: Path) -> None:
    process = started(six, tmp_path / "out")
    wait_for(tmp_path / "out" / "parts" / "000001.arrow")
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"--resume" in err
    assert b"Traceback" not in err + out
    ran(six / "in", out=tmp_path / "out", batch=1, resume=True)
    assert outputs(tmp_path / "out") == outputs(six / "out")


@pytest.mark.parametrize("whole", [False, True], ids=["its watcher only", "all of it"])
def test_a_run_that_was_killed_goes_on_to_the_same_bytes(six: Path, tmp_path: Path, *, whole: bool) -> None:
    process = started(six, tmp_path / "out")
    wait_for(tmp_path / "out" / "parts" / "000001.arrow")
    if whole:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate(timeout=30)
    (tmp_path / "out" / "parts" / ".000002.arrow.writing").write_bytes(b"half")
    resumed = started(six, tmp_path / "out", "--resume")
    out, err = resumed.communicate(timeout=90)
    assert resumed.returncode == 0, err
    assert out.startswith(b"6 descriptions: 5 scored, 0 refused, 1 unreadable")
    assert outputs(tmp_path / "out") == outputs(six / "out")


def test_a_child_that_is_killed_changes_nothing(six: Path, tmp_path: Path) -> None:
    process = started(six, tmp_path / "out")
    wait_for(tmp_path / "out" / "parts" / "000000.arrow")
    killed = [pid for pid in descendants(process.pid) if b"danao.fleet.child" in command_of(pid)]
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    _, err = process.communicate(timeout=90)
    assert len(killed) == 1
    assert process.returncode == 0, err
    assert outputs(tmp_path / "out") == outputs(six / "out")


def test_a_child_that_did_its_share_is_replaced_and_changes_nothing(
    six: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = list[str]()

    def counted(name: str) -> list[str]:
        commands.append(name)
        return command(name)

    monkeypatch.setattr(attendant, "command", counted)
    monkeypatch.setattr(attendant, "_ROWS", 4)
    ran(six / "in", out=tmp_path / "out", batch=1)
    # One that introduces itself and serves four descriptions, and one for the last two.
    assert commands == ["child", "child"]
    assert outputs(tmp_path / "out") == outputs(six / "out")


def descendants(pid: int) -> Iterator[int]:
    """The processes below one."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield int(child)
            yield from descendants(int(child))


def command_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def test_a_run_goes_on_with_nothing_else(six: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(six / "out", tmp_path / "out")
    changed: dict[str, dict[str, Any]] = {
        "settings.as_of": {"settings": UnitSettings("2026-01-01")},
        "settings.batch": {"batch": 3},
        "settings.limits": {"settings": limited(max_triples=7)},
        "settings.scheme": {"settings": replace(SETTINGS, scheme="default")},
    }
    for name, more in changed.items():
        given = {"batch": 1, **more}
        with pytest.raises(DifferentRun) as raised:
            ran(six / "in", out=copy, resume=True, **given)
        assert name in raised.value.what.en
    inputs = shutil.copytree(six / "in", tmp_path / "in")
    with pytest.raises(DifferentRun):
        ran(inputs, out=copy, batch=1, resume=True)


def test_a_run_does_not_go_on_with_a_description_that_was_changed(tmp_path: Path) -> None:
    inputs = folder_of(tmp_path / "in", projects(2))
    ran(inputs, out=tmp_path / "out", batch=1)
    (inputs / "001.ttl").write_bytes(project("p-1").replace(b"2027-06-19", b"2027-06-18"))
    with pytest.raises(DifferentRun) as raised:
        ran(inputs, out=tmp_path / "out", batch=1, resume=True)
    assert "001.ttl" in raised.value.what.en


def test_a_folder_that_holds_something_is_left_alone(six: Path, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(OccupiedFolder):
        ran(six / "in", out=tmp_path)
    with pytest.raises(OccupiedFolder):
        ran(six / "in", out=tmp_path / "note.txt")


def test_force_discards_a_run_and_nothing_else(tmp_path: Path) -> None:
    inputs = folder_of(tmp_path / "in", projects(1))
    ran(inputs, out=tmp_path / "out", settings=replace(SETTINGS, nquads=True))
    (tmp_path / "out" / "note.txt").write_text("mine")
    ran(inputs, out=tmp_path / "out", force=True)
    assert (tmp_path / "out" / "note.txt").read_text() == "mine"
    assert not (tmp_path / "out" / "assessments.nq.gz").exists()
    assert changed_files(tmp_path / "out") == []


# ---- Equal descriptions are not assessed again ----


def test_what_did_not_change_is_taken_over_and_gives_the_same_bytes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    here, first, second, whole = Path("in"), Path("first"), Path("second"), Path("whole")
    folder_of(here, projects(4) | {"004.ttl": BROKEN})
    ran(here, out=first)
    folder_of(here, {"002.ttl": project("p-2").replace(b"2027-06-19", b"2024-06-19"), "0015.ttl": project("new")})
    told = Told()
    ran(here, out=second, reuse=first, listener=told)
    assert told.reused == 4
    ran(here, out=whole)
    assert outputs(second) == outputs(whole)


def test_another_date_or_examination_is_assessed_anew(tmp_path: Path) -> None:
    inputs, papers = folder_of(tmp_path / "in", projects(2)), tmp_path / "papers"
    folder_of(papers, {"1.ttl": examination("p-1")})
    ran(inputs, out=tmp_path / "a", examinations=(str(papers),))
    told = Told()
    ran(inputs, out=tmp_path / "b", settings=UnitSettings("2026-01-01"), reuse=tmp_path / "a", listener=told)
    assert told.reused == 0
    folder_of(papers, {"1.ttl": examination("p-1") + b"# read again\n"})
    ran(inputs, out=tmp_path / "c", examinations=(str(papers),), reuse=tmp_path / "a", listener=told)
    assert told.reused == 1


# ---- Examinations ----


def test_each_project_has_its_own_examination_whatever_its_file_is_called(tmp_path: Path) -> None:
    # The second states its identifier so that only a parser can read it.
    hidden = project("p-1").replace(b'"p-1"', rb'"p\u002D1"')
    inputs = folder_of(tmp_path / "in", {"0.ttl": project("p-0"), "1.ttl": hidden, "2.ttl": project("p-2")})
    papers = folder_of(tmp_path / "papers", {"x.ttl": examination("p-1"), "y/z.ttl": examination("p-2")})
    ran(inputs, out=tmp_path / "out", examinations=(str(papers),))
    found = {row["identifier"]: row for row in rows(tmp_path / "out", "projects")}
    assert {name: row["reviewed"] for name, row in found.items()} == {"p-0": False, "p-1": True, "p-2": True}
    assert found["p-1"]["verified_points"] == found["p-2"]["verified_points"] > 0
    assert [bool(row["examination"]) for row in rows(tmp_path / "out", "inputs")] == [False, True, True]


def test_one_examination_may_be_for_every_project(tmp_path: Path) -> None:
    text = b"@prefix danao: <https://w3id.org/danao/ns#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    paper = text + b'<all> a danao:Examination ; danao:asOf "2030-01-31"^^xsd:date .'
    inputs = folder_of(tmp_path / "in", projects(2))
    folder_of(tmp_path, {"paper.ttl": paper})
    ran(inputs, out=tmp_path / "out", examinations=(str(tmp_path / "paper.ttl"),))
    assert [str(row["as_of"]) for row in rows(tmp_path / "out", "projects")] == ["2030-01-31"] * 2
    # It decides nothing.
    assert [row["reviewed"] for row in rows(tmp_path / "out", "projects")] == [False, False]


def test_two_examinations_of_one_project_stop_the_run_before_it_begins(tmp_path: Path) -> None:
    inputs = folder_of(tmp_path / "in", projects(1))
    papers = folder_of(tmp_path / "papers", {"a.ttl": examination("p-0"), "b.ttl": examination("p-0")})
    with pytest.raises(UnfitExamination) as raised:
        ran(inputs, out=tmp_path / "out", examinations=(str(papers),))
    assert "a.ttl" in raised.value.what.en
    assert not (tmp_path / "out" / "parts").exists()


# ---- Projects that are not alone ----


def test_projects_with_one_identifier_are_both_refused(tmp_path: Path) -> None:
    inputs = folder_of(tmp_path / "in", {"a.ttl": project("x"), "b.ttl": project("y"), "c.ttl": project("x")})
    told = ran(inputs, out=tmp_path / "out", batch=1)
    assert (told["scored"], told["refused"], told["errors"]) == (1, 2, {"SharedIdentifier": 2})
    found = rows(tmp_path / "out", "projects")
    assert [(row["status"], row["self_points"] is None) for row in found] == [
        ("refused", True),
        ("scored", False),
        ("refused", True),
    ]
    assert {row["seq"] for table in ("indicators", "requirements") for row in rows(tmp_path / "out", table)} == {1}
    assert sampled(tmp_path / "out", 3, 1) == (3, [])


def test_several_projects_of_one_file_have_a_row_each(tmp_path: Path) -> None:
    two = project("b") + project("a").replace(b"<brain>", b"<other>").replace(b"<data-space>", b"<space>")
    inputs = folder_of(tmp_path / "in", {"1.ttl": two, "2.ttl": project("c")})
    ran(inputs, out=tmp_path / "out", batch=1)
    found = [(row["seq"], row["identifier"], Path(row["input"]).name) for row in rows(tmp_path / "out", "projects")]
    assert found == [(0, "a", "1.ttl"), (1, "b", "1.ttl"), (2, "c", "2.ttl")]
    assert [(row["seq"], row["rows"]) for row in rows(tmp_path / "out", "inputs")] == [(0, 2), (2, 1)]
    assert sampled(tmp_path / "out", 2, 1) == (2, [])


def test_nobody_changes_the_facets_of_another(knowledge: Knowledge) -> None:
    place = "https://w3id.org/danao/code/gbt2260/"
    shared = "<brain> brain:serves <http://x/cluster> . <http://x/cluster> a brain:IndustrialCluster ; dcterms:spatial "
    texts = [FULL.replace("case-6-1-5", name) for name in ("one", "two")]
    both = [text + f"{shared} <{place}{code}> .\n" for text, code in zip(texts, ("370100", "370200"), strict=True)]
    found = Facets(knowledge).of([described(knowledge, text)[0] for text in both])
    cities = [{row[2] for row in facets if row[0] == "city"} for facets in found]
    own = {row[2] for row in Facets(knowledge).of(described(knowledge, FULL))[0] if row[0] == "city"}
    assert cities == [own | {"370100"}, own | {"370200"}]


def test_a_title_is_no_formula_of_a_spreadsheet(tmp_path: Path) -> None:
    title = project("p").replace(b"dcterms:title", b'dcterms:title "=1+1"@en , ', 1)
    ran(folder_of(tmp_path / "in", {"1.ttl": title}), out=tmp_path / "out")
    assert b"'=1+1" in (tmp_path / "out" / "ranking.csv").read_bytes()
    assert rows(tmp_path / "out", "projects")[0]["title_en"] == "=1+1"


# ---- Deadly descriptions ----


def test_a_description_that_takes_too_long_takes_only_itself_down(tmp_path: Path) -> None:
    files = {"0.ttl": project("a"), "1.ttl": DEADLY, "2.ttl": project("b")}
    told = ran(folder_of(tmp_path / "in", files), out=tmp_path / "out", settings=limited(max_seconds=2), batch=3)
    assert (told["scored"], told["unreadable"], told["errors"]) == (2, 1, {"TimeExceeded": 1})
    (error,) = rows(tmp_path / "out", "errors")
    assert (error["seq"], Path(error["file"]).name) == (1, "1.ttl")
    assert "2 seconds" in error["message_en"]


SLIPS = {
    # More than the limit and less than the machine would give without one.
    "bytearray(1 << 32)": ("MemoryExceeded", "1024 MiB"),
    "raise ZeroDivisionError('a slip')": ("WorkerDied", "ZeroDivisionError: a slip"),
    "os.kill(os.getpid(), signal.SIGSEGV)": ("WorkerDied", "SIGSEGV"),
    "os.abort()": ("MemoryExceeded", "1024 MiB"),
}
# What a child runs before anything else: it has a slip in the assessment of one project.
SLIP = """
import os, signal
import danao.pipeline as pipeline
real = pipeline.assess
def assess(description, examination, knowledge):
    if description.identifier == "p-1":
        {}
    return real(description, examination, knowledge)
pipeline.assess = assess
"""


@pytest.mark.parametrize("slip", SLIPS)
def test_what_a_child_dies_of_again_and_again_is_one_row(
    slip: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder_of(tmp_path, {"site/sitecustomize.py": SLIP.format(slip).encode()})
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    told = ran(folder_of(tmp_path / "in", projects(3)), out=tmp_path / "out", batch=3)
    name, why = SLIPS[slip]
    assert (told["scored"], told["errors"]) == (2, {name: 1})
    (error,) = rows(tmp_path / "out", "errors")
    assert (error["seq"], Path(error["file"]).name) == (1, "001.ttl")
    assert why in error["message_en"]


# ---- The unit of work ----


def table_of(*files: bytes) -> Any:  # noqa: ANN401 - PyArrow has no types
    given = [{"seq": number, "name": f"{number}.ttl", "data": data} for number, data in enumerate(files)]
    return pa.Table.from_pylist(given, schema=input_schema())


def test_the_unit_of_work_is_a_function_from_a_table_to_a_table() -> None:
    table = table_of(project("a"), BROKEN)
    results = assess_table(table, SETTINGS)
    assert results.schema.equals(output_schema())
    assert results.select(["seq", "part", "identifier", "status"]).to_pylist() == [
        {"seq": 0, "part": 0, "identifier": "a", "status": "scored"},
        {"seq": 1, "part": 0, "identifier": None, "status": "unreadable"},
    ]


def test_engines_that_map_batches_run_it_in_a_process_that_may_die() -> None:
    table = table_of(project("a"), DEADLY, project("b"))
    batches = list(assess_batches(table.to_batches(max_chunksize=2), limited(max_seconds=2)))
    results = pa.Table.from_batches(batches)
    assert results["status"].to_pylist() == ["scored", "unreadable", "scored"]


def test_what_is_kept_of_steps_may_stand_in_for_them(knowledge: Knowledge) -> None:
    seen: list[str] = []

    def kept(description: Any, examined: Any, known: Knowledge) -> Assessment:  # noqa: ANN401
        seen.append(description.identifier)
        return assess(description, examined, known)

    Unit(SETTINGS, assessor=kept).assess(table_of(project("a")))
    assert seen == ["a"]
    assert knowledge.digest


# ---- Graphs ----


def test_the_graphs_of_each_assessment_come_in_named_graphs(tmp_path: Path, knowledge: Knowledge) -> None:
    settings = replace(SETTINGS, nquads=True)
    ran(
        folder_of(tmp_path / "in", {"1.ttl": FULL.encode(), "2.ttl": project("b")}),
        out=tmp_path / "out",
        settings=settings,
    )
    data = gzip.decompress((tmp_path / "out" / "assessments.nq.gz").read_bytes())
    graphs: dict[str, set[Any]] = {}
    for quad in parse(data, format=RdfFormat.N_QUADS):
        graphs.setdefault(quad.graph_name.value, set()).add(quad.triple)
    (description,) = described(knowledge, FULL)
    found = assess(description, default_examination(description.identifier, AS_OF, AROUND), knowledge)
    decided = found.graphs["context"] | found.graphs["outcomes"] | found.graphs["scores"]
    assert graphs[found.iri] == decided
    assert graphs[f"urn:{description.digest}"] == description.facts
    assert digest_of(graphs[f"urn:{description.digest}"]) == description.digest
    assert len(graphs) == 8


# ---- The command ----


def test_what_is_missing_is_told_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        ran(tmp_path / "absent", out=tmp_path / "out")
    (tmp_path / "in").mkdir()
    told = run("fleet", "assess", str(tmp_path / "in"), "-o", str(tmp_path / "out"), "--lang", "en")
    assert told.code == 2
    assert "There is no file of descriptions." in told.err
    assert not (tmp_path / "out").exists()


def test_a_format_is_told_by_endings_only(tmp_path: Path) -> None:
    told = run("fleet", "assess", str(EXAMPLES), "-o", str(tmp_path / "out"), "--format", "ttl", "--lang", "en")
    assert told.code == 2
    assert "Leave out --format" in told.err


def test_another_standard_runs_by_its_folder(tmp_path: Path) -> None:
    folder = Path(__file__).parent / "standards" / "libraries"
    described = next(iter(sorted(folder.rglob("description.ttl"))))
    told = ran(described, out=tmp_path / "out", settings=replace(SETTINGS, knowledge=str(folder)))
    assert told["scored"] == 1
    assert [row["kind"] for row in rows(tmp_path / "out", "elements")].count("system") == 1
    assert rows(tmp_path / "out", "facets") == []


def test_errors_are_no_failure_unless_asked_to_be(tmp_path: Path) -> None:
    folder_of(tmp_path / "in", {"1.ttl": project("a"), "2.ttl": BROKEN})
    arguments = ("fleet", "assess", "in", "-o", "out", "--as-of", AS_OF, "--jobs", "1", "--lang", "en")
    told = run(*arguments, cwd=tmp_path)
    assert told.code == 0, told.err
    assert told.out.startswith("2 descriptions: 1 scored, 0 refused, 1 unreadable; 0 reviewed; as of 2025-12-31\n")
    assert "ranking by the self-assessed result" in told.out
    assert "with errors" in told.err
    assert run(*arguments, "--resume", "--strict", cwd=tmp_path).code == 1


def test_a_verified_ranking_is_refused_where_nothing_was_reviewed(tmp_path: Path) -> None:
    folder_of(tmp_path / "in", {"1.ttl": project("a")})
    folder_of(tmp_path / "exams", {"1.ttl": examination("another")})
    arguments = ("fleet", "assess", "in", "-o", "out", "--as-of", AS_OF, "--jobs", "1", "--lang", "en")
    told = run(*arguments, "--result", "verified", cwd=tmp_path)
    assert (told.code, told.out) == (2, "")
    assert told.err.startswith("error NothingReviewed ")
    # Before anything was computed; what is only found out at the end leaves the results there.
    assert not (tmp_path / "out").exists()
    told = run(*arguments, "--result", "verified", "-e", "exams", cwd=tmp_path)
    assert told.code == 2
    assert "error NothingReviewed " in told.err
    assert "ranking" not in told.out
    assert len(rows(tmp_path / "out", "projects")) == 1


def test_the_ranking_shown_is_the_verified_one_where_anything_was_reviewed(tmp_path: Path) -> None:
    folder_of(tmp_path / "in", {"1.ttl": project("a"), "2.ttl": project("b")})
    folder_of(tmp_path / "exams", {"1.ttl": examination("b")})
    arguments = ("fleet", "assess", "in", "-e", "exams", "-o", "out", "--as-of", AS_OF, "--jobs", "1", "--lang", "en")
    told = run(*arguments, cwd=tmp_path)
    assert told.code == 0, told.err
    assert told.out.startswith("2 descriptions: 2 scored, 0 refused, 0 unreadable; 1 reviewed; the others as of ")
    assert "ranking by the verified result" in told.out
    assert [line.split()[:2] for line in told.out.splitlines() if line.split()[:1] == ["1"]] == [["1", "b"]]
    told = run(*arguments, "--resume", "--result", "self", cwd=tmp_path)
    assert "ranking by the self-assessed result" in told.out
    assert [line.split()[:2] for line in told.out.splitlines() if line.split()[:1] == ["1"]] == [["1", "a"], ["1", "b"]]


def test_a_standard_without_dimensions_is_analysed_by_the_parts_of_its_whole(tmp_path: Path) -> None:
    folder = Path(__file__).parent / "standards" / "libraries"
    settings = replace(SETTINGS, knowledge=str(folder))
    ran(folder / "cases" / "description.ttl", out=tmp_path / "out", settings=settings)
    # The whole has four parts; B and D have two each, and all eight are indicators.
    told = run("fleet", "stats", "out", "--result", "self", "-f", "json", cwd=tmp_path)
    assert [one["element"]["notation"] for one in told.json["elements"]] == ["A", "B", "C", "D"]
    told = run("fleet", "heatmap", "out", "--result", "self", "-f", "json", cwd=tmp_path)
    assert [one["notation"] for one in told.json["elements"]] == ["A", "B", "B.1", "B.2", "C", "D", "D.1", "D.2"]


def test_a_run_goes_on_with_its_own_date(tmp_path: Path) -> None:
    folder_of(tmp_path / "in", projects(1))
    assert run("fleet", "assess", "in", "-o", "out", "--as-of", "2020-02-29", cwd=tmp_path).code == 0
    told = run("fleet", "assess", "in", "-o", "out", "--resume", cwd=tmp_path)
    assert told.code == 0, told.err
    assert "2020-02-29" in told.out


def test_a_library_that_is_not_installed_is_named_with_its_extra() -> None:
    needs("pyarrow", extra="fleet")
    with pytest.raises(MissingExtra) as raised:
        needs("pyarrow", "no_such_library_here", extra="fleet")
    assert raised.value.what.en == "Not installed: no_such_library_here."
    assert raised.value.fix is not None
    assert "danao[fleet]" in raised.value.fix.en
