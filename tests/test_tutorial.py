"""The pages that say how to bring a standard and how to add an indicator, done word by word in an empty folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from danao.describe import read_descriptions
from danao.errors import DanaoError
from danao.examine import read_examinations
from danao.knowledge import Knowledge, load_knowledge
from danao.pipeline import Assessment, assess, check
from danao.reading import Input
from danao.view import KINDS, Results, Standard
from tests.case import AROUND, actual_of, case_folders, expected_of, run_case, violations
from tests.pages import ROOT, code, missing, relative, runs_of, tables, text_of

BRING = ROOT / "docs" / "bring-a-standard.md"
ADD = ROOT / "docs" / "add-an-indicator.md"

# A file to write, lines to add to one, lines to replace in one, or commands.
_STEP = re.compile(
    r"(?:^(Add to |Change )?`([^`\n]+)`:\n\n)?^```(turtle|diff|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Step:
    """One fenced block of a page: what to do with it, and the file it is for."""

    kind: str
    file: str
    body: str


def steps(page: Path) -> Iterator[Step]:
    for adds, file, language, body in _STEP.findall(text_of(page)):
        if language == "console" or file:
            yield Step("add" if adds == "Add to " else language, file, body)


def do(page: Path, folder: Path) -> None:
    """Everything a page says, in its order."""
    for step in steps(page):
        path = folder / step.file
        if step.kind == "console":
            follow(step.body, folder, relative(page))
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if step.kind == "turtle":
            assert not path.exists(), path
            path.write_text(step.body, encoding="utf-8")
        else:
            before = path.read_text(encoding="utf-8")
            path.write_text(before + step.body if step.kind == "add" else patched(before, step.body), encoding="utf-8")


def follow(block: str, folder: Path, page: str) -> None:
    """The commands of a block: ours with the output shown, others as they are."""
    for run in runs_of(block, page):
        if run.words[0] == "danao":
            assert missing(run, folder) == [], run.line
        else:
            subprocess.run(run.line, shell=True, cwd=folder, env=os.environ | {"DANAO": str(ROOT)}, check=True)  # noqa: S602


def patched(text: str, difference: str) -> str:
    """The text with lines marked ``-`` replaced by those marked ``+`` that follow them."""
    for old, new in re.findall(r"((?:^-.*\n)+)((?:^\+.*\n)*)", difference, re.MULTILINE):
        before, after = (re.sub(r"^.", "", lines, flags=re.MULTILINE) for lines in (old, new))
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text


def assessment_of(knowledge: Knowledge, folder: Path, name: str) -> Assessment:
    files = [Input(f"{name}{end}.ttl", (folder / f"{name}{end}.ttl").read_bytes()) for end in ("", "-examination")]
    (description,) = read_descriptions(files[:1], knowledge, AROUND)
    (examination,) = read_examinations(files[1:], knowledge, AROUND).values()
    return assess(description, examination, knowledge)


# ---- Bring a standard ----


@pytest.fixture(scope="module")
def garden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder after everything that the page says was done in it."""
    folder = tmp_path_factory.mktemp("garden")
    do(BRING, folder)
    return folder


@pytest.fixture(scope="module")
def rose_lane(garden: Path) -> Assessment:
    return assessment_of(load_knowledge(garden / "garden"), garden, "rose-lane")


def test_a_newcomer_who_follows_the_page_gets_a_standard_that_works(rose_lane: Assessment) -> None:
    assert rose_lane.problems == ()
    assert {kind: score(rose_lane, "0", kind) for kind in KINDS} == {
        "SelfAssessed": (Decimal("66.25"), Decimal(90)),
        "Verified": (Decimal("36.25"), Decimal("87.5")),
    }


def test_the_figures_of_its_table_are_right(rose_lane: Assessment) -> None:
    (by_hand,) = (table for table in tables(text_of(BRING)) if "self-assessed" in table[0])
    assert len(by_hand) == 7
    for row in by_hand:
        name = row["element"].split(" ")[0].replace("total", "0")
        element = f"{name} {row['element'].split(' ')[1]}" if re.match(r"\S+ \w\)", row["element"]) else name
        for kind, (mean, points) in zip(KINDS, paired(row), strict=True):
            found = Results(rose_lane).score(Standard(rose_lane.knowledge).element(element), kind)
            if mean:
                assert Decimal(mean.rpartition("= ")[2]) == Decimal(found["attainment"].value), row
            if points:
                assert Decimal(points) == Decimal(found["points"].value), row


def paired(row: dict[str, str]) -> list[tuple[str, str]]:
    return [(row["self-assessed"], row["points, self-assessed"]), (row["verified"], row["points, verified"])]


def score(assessment: Assessment, element: str, kind: str) -> tuple[Decimal, Decimal]:
    found = Results(assessment).score(Standard(assessment.knowledge).element(element), kind)
    return Decimal(found["points"].value), Decimal(found["upperPoints"].value)


def test_the_new_standard_is_equal_on_the_reference_engine(garden: Path, rose_lane: Assessment) -> None:
    slow = assessment_of(load_knowledge(garden / "garden", engine="reference"), garden, "rose-lane")
    assert slow.problems == rose_lane.problems
    assert slow.graphs == rose_lane.graphs
    assert slow.tables == rose_lane.tables


(MISTAKES,) = (table for table in tables(text_of(BRING)) if "danao says" in table[0])


@pytest.mark.parametrize("row", MISTAKES, ids=lambda row: f"{row['in']} {row['instead of']} {row['stands']}")
def test_a_mistake_gives_what_the_page_says(row: dict[str, str], garden: Path, tmp_path: Path) -> None:
    shutil.copytree(garden, tmp_path, dirs_exist_ok=True)
    (path,) = (path for path in tmp_path.rglob("*.ttl") if path.as_posix().endswith("/" + code(row["in"])))
    before = path.read_text(encoding="utf-8")
    assert code(row["instead of"]) in before
    path.write_text(before.replace(code(row["instead of"]), code(row["stands"]), 1), encoding="utf-8")
    name, _, text = row["danao says"].replace("`", "").partition(" ")
    assert (name, True) in [(found, said.startswith(text.rstrip("…"))) for found, said in told(tmp_path)]


def told(folder: Path) -> list[tuple[str, str]]:
    """The errors and violations of the description in a folder, by name and sentence."""
    try:
        knowledge = load_knowledge(folder / "garden")
        file = Input("rose-lane.ttl", (folder / "rose-lane.ttl").read_bytes())
        (description,) = read_descriptions([file], knowledge, AROUND)
        read = read_examinations(
            [Input("e.ttl", (folder / "rose-lane-examination.ttl").read_bytes())], knowledge, AROUND
        )
    except DanaoError as error:
        return [(type(error).__name__, error.what.en)]
    problems = check(description, read[description.identifier], knowledge).problems
    return [(one.name, one.what.en) for one in problems if one.severity == "violation"]


# ---- Add an indicator ----


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder after everything that the page says was done in it."""
    folder = tmp_path_factory.mktemp("mine")
    do(ADD, folder)
    return folder


def test_the_cases_of_the_added_indicator_give_what_they_expect(mine: Path) -> None:
    knowledge = load_knowledge(mine / "mine")
    folders = case_folders(mine / "cases")
    assert len(folders) == 3
    for folder in folders:
        assessment = run_case(folder, knowledge)
        assert violations(assessment.problems) == []
        assert actual_of(assessment) == expected_of(folder), folder.name


def test_the_weights_of_the_copy_still_add_up(mine: Path, knowledge: Knowledge) -> None:
    before, after = (weights(one) for one in (knowledge, load_knowledge(mine / "mine")))
    changed = {name: (before.get(name, 0), weight) for name, weight in after.items() if before.get(name) != weight}
    assert changed == {"6.3.4": (4, 3), "6.3.5": (4, 3), "6.3.6": (0, 2)}


def weights(knowledge: Knowledge) -> dict[str, Decimal | int]:
    standard = Standard(knowledge)
    return {
        standard.notation(iri): weight for iri, _ in standard.walk() if (weight := standard.weight(iri)) is not None
    }
