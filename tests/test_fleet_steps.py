"""Fleets go on from kept steps: another rule or weight costs the steps from its own, and gives what assessing would."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from danao import pipeline
from danao.errors import DamagedRun
from danao.fleet.manifest import FILE
from danao.fleet.schema import input_schema, steps_schema
from danao.fleet.settings import UnitSettings
from danao.fleet.unit import Unit
from danao.fleet.verify import changed_files, recomputed
from danao.resources import FRAMEWORK, data_root
from tests.case import AS_OF
from tests.fleets import SETTINGS, Told, examination, folder_of, outputs, project, projects, ran, rows
from tests.given import FULL
from tests.test_cli import EXAMPLES, run

KEEPING = replace(SETTINGS, keep_steps=True)
WEIGHTS = "ontology/editions/2025/weights.ttl"
BROKEN = b"<a> <b>\n  oops"
REFUSED = (EXAMPLES / "with-mistakes.ttl").read_bytes()

# ---- Other knowledge ----

# A file and what becomes of its text; what is kept of the projects of each row.
Change = tuple[str, Callable[[str], str]]
Kept = list[list[bytes] | None]


def _shifted(text: str) -> str:
    """One point of weight from the trusted data spaces to their neighbour: the whole stays what it was."""
    for code, weight in (("6-1-4", "7.0"), ("6-1-5", "5.0")):
        assert f"std:{code} danao:weight 6.0 ." in text
        text = text.replace(f"std:{code} danao:weight 6.0 .", f"std:{code} danao:weight {weight} .")
    return text


def _halved(text: str) -> str:
    assert text.count("?weight * ?attainment *") == 1
    return text.replace("?weight * ?attainment *", "?weight * ?attainment / 2 *")


def _commented(text: str) -> str:
    return text + "\n# Read again.\n"


def copied(folder: Path, *, own: bool, change: Change) -> Path:
    """A copy of the knowledge with one file changed; without the framework's files where it stands in a folder."""
    for name in ("ontology", "shapes", "rules"):
        shutil.copytree(data_root() / name, folder / name)
    for name in FRAMEWORK if own else ():
        shutil.rmtree(folder / name)
    name, changed = change
    (folder / name).write_text(changed((folder / name).read_text("utf-8")), encoding="utf-8")
    return folder


# ---- The unit ----


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The steps that were taken without the start."""
    names: list[str] = []

    def noted(name: str, take: Callable[..., Any]) -> Callable[..., Any]:
        def step(*given: object) -> object:
            names.append(name)
            return take(*given)

        return step

    steps = vars(pipeline)["_STEPS"]
    for name, take in list(steps.items()):
        monkeypatch.setitem(steps, name, noted(name, take))
    return names


@pytest.fixture
def change(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[Change], None]:
    """Changes a file of the package, as far as this process sees."""

    def changed(what: Change) -> None:
        root = copied(tmp_path, own=False, change=what)
        monkeypatch.setattr("danao.sources.data_root", lambda: root)

    return changed


def table_of(files: Mapping[str, bytes], steps: Kept | None = None) -> Any:  # noqa: ANN401
    given = [{"seq": number, "name": name, "data": data} for number, (name, data) in enumerate(files.items())]
    return pa.Table.from_pylist(
        [row | {"steps": own} for row, own in zip(given, steps or [None] * len(given), strict=True)],
        schema=input_schema(),
    )


@pytest.fixture(scope="module")
def full() -> Kept:
    """What is kept of the full description."""
    kept = Unit(KEEPING).assess(table_of({"1.ttl": FULL.encode()}))["steps"]
    return [kept.to_pylist()]


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        # All of 6.1.5 is evidenced: its weight, or half of it.
        ((WEIGHTS, _shifted), (["scores"], 5)),
        (("rules/scoring/points/10-points.rq", _halved), (["scores"], 3)),
        (("rules/outcomes/40-failed.rq", _commented), (["outcomes", "scores"], 6)),
        (("shapes/indicators/6-1-5.ttl", _commented), (["validation", "outcomes", "scores"], 6)),
        (("rules/questions/domain/projects-by-industry.rq", _commented), ([], 6)),
    ],
    ids=["a weight", "a rule of scoring", "a rule of outcomes", "a shape", "what decides nothing"],
)
def test_a_change_costs_the_steps_from_its_own_and_gives_what_assessing_gives(
    full: Kept, taken: list[str], change: Callable[[Change], None], what: Change, expected: tuple[list[str], int]
) -> None:
    change(what)
    asked = replace(KEEPING, nquads=True)
    unit = Unit(asked, assessor=_never)
    found = unit.assess(table_of({"1.ttl": FULL.encode()}, full))
    steps, points = expected
    assert taken == steps
    assert found["continued"].to_pylist() == [True]
    assert found["self_points"].to_pylist() == [Decimal(points)]
    whole = Unit(asked).assess(table_of({"1.ttl": FULL.encode()}))
    assert whole["continued"].to_pylist() == [False]
    assert found.drop_columns("continued").equals(whole.drop_columns("continued"))


def _never(*_: object) -> pipeline.Assessment:
    pytest.fail("it was assessed from the start")


@pytest.mark.parametrize("name", ["rules/inference/framework/40-expired.rq", "shapes/description/framework"])
def test_where_the_first_step_changed_it_is_assessed_from_the_start(
    full: Kept, taken: list[str], change: Callable[[Change], None], name: str
) -> None:
    file = min((data_root() / name).glob("*.ttl"), default=data_root() / name).relative_to(data_root())
    change((file.as_posix(), _commented))
    found = Unit(SETTINGS).assess(table_of({"1.ttl": FULL.encode()}, full))
    assert taken == []
    assert found["continued"].to_pylist() == [False]
    assert found["self_points"].to_pylist() == [Decimal(6)]


@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: b"\0" + data, lambda _: b""])
def test_damaged_steps_are_not_gone_on_from(full: Kept, damage: Callable[[bytes], bytes]) -> None:
    assert full[0] is not None
    found = Unit(SETTINGS).assess(table_of({"1.ttl": FULL.encode()}, [[damage(full[0][0])]]))
    assert found["continued"].to_pylist() == [False]
    assert found["status"].to_pylist() == ["scored"]


def test_steps_are_kept_where_asked_for_and_every_project_of_a_description_is_scored() -> None:
    files = {"a.ttl": project("a"), "two.ttl": _several(project("a"), project("b")), "bad.ttl": REFUSED}
    files |= {"mixed.ttl": _several(project("a"), _without_title(project("b"))), "broken.ttl": BROKEN}
    found = Unit(KEEPING).assess(table_of(files))
    kept = [data is not None for data in found["steps"].to_pylist()]
    assert list(zip(found["seq"].to_pylist(), found["status"].to_pylist(), kept, strict=True)) == [
        *((0, "scored", True), (1, "scored", True), (1, "scored", True), (2, "refused", False)),
        *((3, "scored", False), (3, "refused", False), (4, "unreadable", False)),
    ]
    assert Unit(SETTINGS).assess(table_of(files))["steps"].null_count == len(kept)


def _several(*descriptions: bytes) -> bytes:
    """Descriptions in one file, the nodes of each its own."""
    return b"".join(b"@base <https://%d.invalid/> .\n%s" % one for one in enumerate(descriptions))


def _without_title(data: bytes) -> bytes:
    title = '    dcterms:title "案例产业大脑"@zh ;\n'.encode()
    assert title in data
    return data.replace(title, b"")


# ---- Runs ----


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every kind of description, assessed with steps kept; and ``other``, a folder of knowledge with other weights."""
    root = tmp_path_factory.mktemp("fleet")
    files = projects(3) | {"bad.ttl": REFUSED, "broken.ttl": BROKEN, "two.ttl": _several(project("a"), project("b"))}
    folder_of(root / "in", files | {"twin-1.ttl": project("twin"), "twin-2.ttl": project("twin")})
    # The project of the first is found by its text, that of the second by a parser only.
    hidden = project("p-2").replace(b'"p-2"', rb'"p\u002D2"')
    folder_of(root / "in", {"002.ttl": hidden})
    folder_of(root / "papers", {"1.ttl": examination("p-1"), "2.ttl": examination("p-2")})
    copied(root / "other", own=True, change=(WEIGHTS, _shifted))
    ran(root / "in", out=root / "kept", examinations=(str(root / "papers"),), settings=KEEPING)
    return root


def again(fleet: Path, out: Path, settings: UnitSettings = KEEPING, reuse: str | None = "kept", **more: Any) -> Told:  # noqa: ANN401
    """What a run over the fleet told, by default with what was kept of the first."""
    told = Told()
    old = None if reuse is None else fleet / reuse
    ran(
        fleet / "in",
        out=out,
        examinations=(str(fleet / "papers"),),
        settings=settings,
        reuse=old,
        listener=told,
        **more,
    )
    return told


def test_kept_steps_stand_in_a_table_that_is_joined_as_the_others_are(fleet: Path) -> None:
    assert pq.read_schema(fleet / "kept" / "steps.parquet").equals(steps_schema())
    numbers = {row["seq"]: row["identifier"] for row in rows(fleet / "kept", "projects") if row["status"] == "scored"}
    kept = {row["seq"]: row for row in rows(fleet / "kept", "steps")}
    # Twins are refused for the run's sake; alone each is scored.
    assert sorted(numbers.values()) == ["a", "b", "p-0", "p-1", "p-2"]
    assert {seq for seq in kept if seq not in numbers} == {
        row["seq"] for row in rows(fleet / "kept", "projects") if row["identifier"] == "twin"
    }
    assert [kept[seq]["part"] for seq, name in sorted(numbers.items()) if name in "ab"] == [0, 1]
    assert changed_files(fleet / "kept") == []


def test_with_other_weights_a_run_goes_on_and_gives_the_bytes_of_a_whole_one(fleet: Path, tmp_path: Path) -> None:
    other = replace(KEEPING, knowledge=str(fleet / "other"), nquads=True)
    told = again(fleet, tmp_path / "on", other)
    # Of eight the refused and the broken one have nothing to go on from.
    assert (told.reused, told.continued) == (0, 6)
    assert again(fleet, tmp_path / "whole", other, reuse=None).continued == 0
    assert outputs(tmp_path / "on") == outputs(tmp_path / "whole")
    assert {"steps.parquet", "assessments.nq.gz"} < set(outputs(tmp_path / "on"))
    scored = [row for row in rows(tmp_path / "on", "projects") if row["status"] == "scored"]
    assert [row["self_points"] for row in scored] == [Decimal(5)] * 5
    assert [row["reviewed"] for row in scored] == [False, True, True, False, False]


def test_what_is_equal_is_taken_over_with_its_steps(fleet: Path, tmp_path: Path) -> None:
    told = again(fleet, tmp_path / "out")
    # That the third has an examination is seen when it is parsed; then its steps are found.
    assert (told.reused, told.continued) == (7, 1)
    assert outputs(tmp_path / "out") == outputs(fleet / "kept")


def test_a_run_that_keeps_no_steps_takes_over_from_one_that_does_and_not_the_other_way(
    fleet: Path, tmp_path: Path
) -> None:
    told = again(fleet, tmp_path / "plain", SETTINGS)
    assert (told.reused, told.continued) == (7, 1)
    assert not (tmp_path / "plain" / "steps.parquet").exists()
    told = Told()
    papers = (str(fleet / "papers"),)
    ran(
        fleet / "in",
        out=tmp_path / "out",
        examinations=papers,
        settings=KEEPING,
        reuse=tmp_path / "plain",
        listener=told,
    )
    # Only of the refused and the broken one there is nothing to keep.
    assert (told.reused, told.continued) == (2, 0)
    assert outputs(tmp_path / "out") == outputs(fleet / "kept")


def test_another_date_description_or_version_is_assessed_from_the_start(fleet: Path, tmp_path: Path) -> None:
    other = replace(KEEPING, knowledge=str(fleet / "other"))
    assert again(fleet, tmp_path / "date", replace(other, as_of="2025-12-30")).continued == 0
    inputs = shutil.copytree(fleet / "in", tmp_path / "fleet" / "in")
    (inputs / "000.ttl").write_bytes(project("p-0") + b"# Read again.\n")
    kept = shutil.copytree(fleet / "kept", tmp_path / "fleet" / "kept")
    shutil.copytree(fleet / "papers", tmp_path / "fleet" / "papers")
    manifest = json.loads((kept / FILE).read_text("utf-8"))
    manifest["software"]["danao"] = "0.0.0"
    (kept / FILE).write_text(json.dumps(manifest), encoding="utf-8")
    assert again(tmp_path / "fleet", tmp_path / "version", other).continued == 0


def test_a_description_that_changed_is_the_only_one_that_begins_anew(
    fleet: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Names in results are as they were given.
    files = projects(3)
    folder_of(tmp_path / "in", files)
    monkeypatch.chdir(tmp_path)
    ran(Path("in"), out=Path("first"), settings=KEEPING)
    folder_of(tmp_path / "in", {"001.ttl": files["001.ttl"] + b"# Read again.\n"})
    told = Told()
    other = replace(SETTINGS, knowledge=str(fleet / "other"))
    ran(Path("in"), out=Path("second"), settings=other, reuse=Path("first"), listener=told)
    assert (told.reused, told.continued) == (0, 2)
    assert not Path("second/steps.parquet").exists()


def test_a_table_of_steps_that_is_damaged_is_named(fleet: Path, tmp_path: Path) -> None:
    kept = shutil.copytree(fleet / "kept", tmp_path / "kept")
    (kept / "steps.parquet").write_bytes(b"PAR1 and nothing more")
    with pytest.raises(DamagedRun) as caught:
        ran(fleet / "in", out=tmp_path / "out", settings=KEEPING, reuse=kept)
    assert caught.value.place.file == str(kept / "steps.parquet")


def test_a_run_with_kept_steps_can_be_verified(tmp_path: Path) -> None:
    ran(folder_of(tmp_path / "in", projects(1)), out=tmp_path / "out", settings=KEEPING)
    assert recomputed(tmp_path / "out", 1, Told()) == []


def test_the_command_says_how_many_went_on_from_kept_steps(fleet: Path, tmp_path: Path) -> None:
    folder_of(tmp_path / "in", projects(2))
    shared = ("fleet", "assess", "in", "--as-of", AS_OF, "--jobs", "1", "--top", "0", "--lang", "en")
    assert run(*shared, "-o", "first", "--keep-steps", cwd=tmp_path).code == 0
    done = run(*shared, "-o", "second", "--reuse", "first", "--knowledge", str(fleet / "other"), cwd=tmp_path)
    assert done.code == 0
    assert "2 continued from kept steps" in done.err
