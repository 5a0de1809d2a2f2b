"""Invented descriptions: the same bytes again, each of them fit for a check, and every mistake reported by its name."""

from __future__ import annotations

import datetime as dt
import io
import re
import subprocess
import sys
import tarfile
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, Quad, RdfFormat, parse

from danao.cli import app
from danao.describe import Description, read_descriptions
from danao.errors import InputError, MouldFault, SyntaxFault, UnreadableFile, UsageError, WrongEncoding
from danao.examine import default_examination, read_examinations
from danao.fleet.generate.caster import Caster, Plan
from danao.fleet.generate.casting import cast
from danao.fleet.generate.codes import credit_code
from danao.fleet.generate.draw import Draw
from danao.fleet.generate.figures import series
from danao.fleet.generate.frame import Frame
from danao.fleet.generate.mistakes import FILE_MISTAKES, MISTAKES, spoilt
from danao.fleet.generate.mould import load_mould
from danao.fleet.generate.run import Made, Order, make
from danao.fleet.generate.sinks import Item, form_of, opened
from danao.fleet.generate.variety import load_variety
from danao.knowledge import Knowledge, load_knowledge
from danao.pipeline import Assessment, assess, check
from danao.reading import Input
from danao.resources import data_root
from tests.case import AROUND
from tests.given import faults, points

EXAMPLES = data_root() / "examples"
LIBRARIES = Path(__file__).parent / "standards" / "libraries"
SERVICE = Path(__file__).parents[1] / "service"
AS_OF = "2025-12-31"
CLEAN = Order("https://danao.example/", mistakes=0, files=True, examinations=True)
BROKEN = replace(CLEAN, mistakes=1)
MANY = 300


@pytest.fixture(scope="module")
def caster(knowledge: Knowledge) -> Caster:
    return cast_in(knowledge, EXAMPLES / "mould.ttl", "1")


def cast_in(knowledge: Knowledge, mould: Path, seed: str, as_of: str | None = None) -> Caster:
    return Caster.of(
        load_mould(mould, knowledge.assessed_classes),
        Frame(knowledge),
        seed,
        dt.date.fromisoformat(as_of) if as_of else None,
    )


@pytest.fixture(scope="module")
def plans(caster: Caster) -> list[Plan]:
    return [caster.plan(number) for number in range(1, MANY + 1)]


def read(data: bytes, knowledge: Knowledge) -> Description:
    (found,) = read_descriptions([Input("project.ttl", data)], knowledge, AROUND)
    return found


def checked(data: bytes, knowledge: Knowledge) -> Assessment:
    description = read(data, knowledge)
    return check(description, default_examination(description.identifier, AS_OF, AROUND), knowledge)


def examined(made: Made, knowledge: Knowledge) -> Assessment:
    """The assessment of a project by its own examination."""
    assert made.examination
    (examination,) = read_examinations([Input("e.ttl", made.examination.data)], knowledge, AROUND).values()
    return assess(read(made.description.data, knowledge), examination, knowledge)


# ---- The same again ----


def test_equal_seeds_give_equal_bytes_and_others_do_not(caster: Caster, knowledge: Knowledge) -> None:
    again = cast_in(knowledge, EXAMPLES / "mould.ttl", "1")
    other = cast_in(knowledge, EXAMPLES / "mould.ttl", "2")
    for number in (1, 2, 999_999):
        assert make(caster, number, BROKEN) == make(again, number, BROKEN)
        assert make(caster, number, CLEAN) != make(other, number, CLEAN)


def test_a_project_does_not_depend_on_those_before_it(caster: Caster, knowledge: Knowledge) -> None:
    alone = make(cast_in(knowledge, EXAMPLES / "mould.ttl", "1"), 40, CLEAN)
    after_others = [make(caster, number, CLEAN) for number in range(1, 41)][-1]
    assert alone == after_others


def test_a_mistake_changes_nothing_else_of_a_project(caster: Caster) -> None:
    for number in range(1, 20):
        right, wrong = make(caster, number, CLEAN), make(caster, number, BROKEN)
        assert wrong.examination == right.examination
        lines, others = (set(one.description.body.splitlines()) for one in (right, wrong))
        # The block of a shared blank node and its two links are the largest change.
        assert len(others - lines) <= 6, wrong.mistake
        assert wrong.description.data != right.description.data


def test_processes_with_other_hash_seeds_write_the_same_archive(tmp_path: Path) -> None:
    for seed in ("1", "2"):
        command = ["fleet", "generate", "-n", "12", "--mistakes", "0.5", "-o", str(tmp_path / f"{seed}.zip")]
        environment = {"PYTHONPATH": str(SERVICE), "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-m", "danao", *command], env=environment, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()


# ---- Fit for a check ----


@pytest.fixture(scope="module")
def assessments(caster: Caster, plans: list[Plan], knowledge: Knowledge) -> list[Assessment]:
    """Of ten projects by maturity, from the least to the most, by their own examinations."""
    ordered = [plan.number for plan in sorted(plans, key=lambda plan: plan.maturity)]
    middle = ordered[MANY // 2 - 2 : MANY // 2 + 2]
    return [examined(make(caster, number, CLEAN), knowledge) for number in (*ordered[:3], *middle, *ordered[-3:])]


def test_projects_of_all_levels_have_no_violation_nor_their_examinations(assessments: list[Assessment]) -> None:
    assert [faults(found) for found in assessments] == [[]] * 10
    told = {problem.name for found in assessments for problem in found.problems}
    # Paper that cannot be looked at, and projects that have next to nothing, are told of; nothing else is.
    assert told <= {"EvidenceWithoutAddress", "ProjectWithoutCapability"}


def test_maturity_shows_in_the_score(assessments: list[Assessment]) -> None:
    own, verified = ([points(found, kind) for found in assessments] for kind in ("SelfAssessed", "Verified"))
    assert max(own[:3]) < 25
    assert min(own[3:7]) > 20
    assert max(own[3:7]) < 85 < min(own[7:])
    # Rejected and unread evidence counts for less, yet something is verified in each.
    assert all(0 < less <= more for less, more in zip(verified[3:], own[3:], strict=True))


def test_what_is_not_examined_is_fit_as_well(caster: Caster, knowledge: Knowledge) -> None:
    found = [checked(make(caster, number, CLEAN).description.data, knowledge) for number in range(1, 11)]
    assert [faults(one) for one in found] == [[]] * 10


def test_the_mould_is_a_valid_description_of_everything(knowledge: Knowledge) -> None:
    description = read((EXAMPLES / "mould.ttl").read_bytes(), knowledge)
    found = assess(description, default_examination(description.identifier, AS_OF, AROUND), knowledge)
    assert found.problems == ()
    assert points(found, "SelfAssessed") == 100


def test_dates_and_years_move_with_the_day(knowledge: Knowledge) -> None:
    later = cast_in(knowledge, EXAMPLES / "mould.ttl", "1", "2027-06-30")
    made = make(later, 3, CLEAN)
    years = {int(year) for year in re.findall(r"danao:year (\d+)", made.description.body)}
    # The mould is written for the end of 2025 and starts in 2022; the last full year before mid-2027 is 2026.
    assert min(years) >= 2023
    assert max(years) == 2026
    days = {dt.date.fromisoformat(day) for day in re.findall(r'issued "(\d{4}-\d{2}-\d{2})"', made.description.body)}
    assert dt.date(2026, 6, 30) < max(days) <= dt.date(2027, 6, 30) + dt.timedelta(days=45)
    assert made.examination
    assert 'danao:asOf "2027-06-30"^^xsd:date ;\n    danao:examinedYear 2026' in made.examination.body


# ---- Mistakes ----


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_reported_by_its_name(name: str, caster: Caster, knowledge: Knowledge) -> None:
    reported = 0
    for number in range(1, 31):
        made = cast(caster, number)
        if MISTAKES[name](made, caster, Draw(f"{number}", caster.mould.variety.chance)):
            assert name in faults(checked(f"{caster.mould.header}\n{made.body()}".encode(), knowledge)), number
            reported += 1
        if reported == 3:
            return
    pytest.fail("hardly any project has room for it")


@pytest.mark.parametrize("name", FILE_MISTAKES)
def test_a_mistake_of_files_is_reported_by_its_name(name: str, caster: Caster, knowledge: Knowledge) -> None:
    for number in range(1, 6):
        text = make(caster, number, CLEAN).description.data.decode()
        with pytest.raises(InputError) as told:
            read(spoilt(text, name, Draw(str(number), {})), knowledge)
        assert told.value.name == name


def test_every_kind_of_mistake_occurs_and_about_as_many_as_asked_for(caster: Caster) -> None:
    kinds = Counter(make(caster, number, BROKEN).mistake for number in range(1, MANY + 1))
    assert set(kinds) == MISTAKES.keys() | FILE_MISTAKES.keys()
    some = replace(CLEAN, mistakes=0.1)
    wrong = [bool(make(caster, number, some).mistake) for number in range(1, MANY + 1)]
    # Of 300 draws at 0.1: mean 30, standard deviation 5.2; within four of these.
    assert 9 <= sum(wrong) <= 51


def test_where_all_stand_in_one_file_no_mistake_is_one_of_files(caster: Caster) -> None:
    order = replace(BROKEN, files=False)
    kinds = {make(caster, number, order).mistake for number in range(1, MANY + 1)}
    assert kinds == MISTAKES.keys()


# ---- Plausible ----


def test_industries_and_cities_are_skewed_and_go_together(plans: list[Plan]) -> None:
    pairs = [(plan.words["industry.key"], plan.words["city.short"]) for plan in plans]
    industries, cities = (Counter(part) for part in zip(*pairs, strict=True))
    assert len(industries) >= 35
    # Five industries with a share of 5 each, seven with a share of 1: 25 to 7.
    often = ("tyre", "wood-panel", "vegetable", "chemical", "pharma")
    seldom = ("silk", "textile-machine", "peony", "toy", "rope-net", "elevator", "crane")
    assert sum(industries[key] for key in often) > 2 * sum(industries[key] for key in seldom)
    assert len(cities) >= 14
    # The mould's file knows these at home in one city only.
    assert {city for industry, city in pairs if industry == "fishing-tackle"} <= {"威海"}


def test_few_lead_and_most_are_in_the_middle(plans: list[Plan]) -> None:
    built = [len(plan.provides) for plan in plans]
    # The mould has 27 capabilities.
    assert max(built) == 27
    beginners, leaders = sum(count <= 8 for count in built), sum(count >= 25 for count in built)
    assert 0.08 * MANY < beginners < 0.35 * MANY
    assert 0.05 * MANY < leaders < 0.3 * MANY


def test_capabilities_of_one_branch_go_together(plans: list[Plan]) -> None:
    both = sum({"data-platform", "data-space"} <= plan.provides.keys() for plan in plans)
    platform, space = (sum(name in plan.provides for plan in plans) for name in ("data-platform", "data-space"))
    # Were they independent, the product of their shares would have both.
    assert both > 1.15 * platform * space / MANY


def test_some_evidence_has_ended_and_some_ends_soon(plans: list[Plan]) -> None:
    today = dt.date.fromisoformat(AS_OF).toordinal()
    left = [proof.until - today for plan in plans for proof in plan.proofs.values() if proof.until is not None]
    ended, soon = sum(days < 0 for days in left), sum(0 <= days <= 90 for days in left)
    assert 0.05 < ended / len(left) < 0.25
    assert 0.1 < soon / len(left) < 0.35
    unissued = [proof.issued > today for plan in plans for proof in plan.proofs.values()]
    assert 0.002 < sum(unissued) / len(unissued) < 0.05


def test_evidence_that_is_unfit_is_of_a_type_that_the_scheme_refuses(plans: list[Plan], knowledge: Knowledge) -> None:
    unfit = {proof.kind for plan in plans for proof in plan.proofs.values() if proof.kind}
    known = set(knowledge.instances("EvidenceType"))
    fitting = {"OfficialStatistics", "AuditReport", "OfficialDocument", "Certificate", "TestReport", "Register"}
    fitting |= {"FinancialRecord"}
    assert unfit <= known
    assert {kind.rpartition("#")[2] for kind in unfit} & fitting == set()
    assert len(unfit) > 1


def test_figures_go_back_and_beyond_their_targets_at_times(caster: Caster, plans: list[Plan]) -> None:
    gone = [progress(caster, plan, name) for plan in plans for name in plan.records]
    told = [part for part in gone if part is not None]
    backwards, beyond = sum(part < 0 for part in told), sum(part >= 1 for part in told)
    assert 0.01 < backwards / len(told) < 0.1
    assert 0.1 < beyond / len(told) < 0.45


def progress(caster: Caster, plan: Plan, name: str) -> float | None:
    """How much of the way to its target a record went; nothing where there is no way."""
    found = plan.records[name]
    if not found.target or not found.actuals or found.target[1] == found.baseline[1]:
        return None
    assert found.baseline[0] == caster.measures[name].baseline.year
    start = float(found.baseline[1])
    return (float(found.actuals[-1][1]) - start) / (float(found.target[1]) - start)


def test_percentages_stay_within_their_range_and_counts_are_whole(caster: Caster, plans: list[Plan]) -> None:
    for plan in plans:
        for name, found in plan.records.items():
            values = [value for _, value in (found.baseline, *found.actuals, *([found.target] if found.target else []))]
            most = caster.measures[name].bounds.maximum
            assert all(0 <= float(value) <= (most or float("inf")) for value in values), name
            if not caster.measures[name].decimals:
                assert all(value.endswith(".0") for value in values), name


def test_a_series_can_be_worked_out_by_hand(caster: Caster) -> None:
    calm = caster.mould.variety.figures.model_copy(
        update={"ambition": 0.0, "attained": (0.5, 0.0), "luck": 0.0, "unsteady": 0.0}
    )
    measured = replace(caster.measures["procurement-cost"], spread=0.0)
    found = series(Draw("any", {"target": (99, 0), "current": (99, 0), "setback": (-99, 0)}), measured, calm, 0, 1)
    # The mould goes from 100.0 in 2022 to 92.0 in 2025; half the way is 96.0, whatever year the first figure is of.
    assert found.baseline == (2023, "100.0")
    assert found.target == (2026, "92.0")
    assert found.actuals[-1] == (2026, "96.0")


def test_what_need_not_be_is_left_out_with_a_reason_at_times(plans: list[Plan], knowledge: Knowledge) -> None:
    excluded = [requirement for plan in plans for requirement in plan.excluded]
    assert excluded
    frame = Frame(knowledge)
    assert all(frame.is_conditional(requirement) for requirement in excluded)
    assert all(not plan.claimed & plan.excluded.keys() for plan in plans)


def test_bodies_are_shared_between_projects_by_name_and_code(caster: Caster) -> None:
    found = [cast(caster, number).blocks for number in range(1, 61)]
    labs = [tuple(str(part) for part in blocks["lab"]) for blocks in found if "lab" in blocks]
    assert 1 < len(set(labs)) <= 14 < len(labs)
    makers = [str(blocks["maker-1"]) for blocks in found if "maker-1" in blocks]
    assert len(set(makers)) == len(makers)


def test_credit_codes_have_both_check_characters() -> None:
    # By hand: E X 0 0 0 0 1 2 are 14 33 0 0 0 0 1 2; 14·3 + 33·7 + 1·4 + 2·2 = 281 = 25·11 + 6, and 11 − 6 = 5.
    # 9 1 3 7 0 1 0 0 E X 0 0 0 0 1 2 5 count 9 1 3 7 0 1 0 0 14 29 0 0 0 0 1 2 5 (U 27, W 28, X 29):
    # 9·1 + 1·3 + 3·9 + 7·27 + 1·26 + 14·20 + 29·29 + 1·10 + 2·30 + 5·28 = 1585 = 51·31 + 4, and 31 − 4 = 27, a U.
    assert credit_code("91", "370100", "X", 33) == "91370100EX0000125U"


def test_people_can_read_it(caster: Caster) -> None:
    made = make(caster, 3, CLEAN).description
    text = made.data.decode()
    assert "{" not in text.replace("{ ", "")
    assert max(len(line) for line in text.splitlines() if '"' not in line) <= 120
    assert re.search(r'dcterms:title "[^"]*产业大脑（虚构示例 000003）"@zh', text)
    assert "# ---- 6.4.6 企业经营成本下降 ----" in text


# ---- Another standard ----


@pytest.fixture(scope="module")
def libraries() -> Knowledge:
    return load_knowledge(LIBRARIES)


def test_a_description_of_another_standard_is_a_mould_as_it_is(libraries: Knowledge) -> None:
    caster = cast_in(libraries, LIBRARIES / "cases" / "description.ttl", "1")
    made = [make(caster, number, CLEAN) for number in range(1, 31)]
    found = [examined(one, libraries) for one in made]
    assert [faults(one) for one in found] == [[]] * 30
    totals = [points(one, "SelfAssessed") for one in found]
    # The whole weighs 40.
    assert min(totals) < 20
    assert 30 < max(totals) <= 40
    assert {one.description.identifier for one in made} == {f"project-{number:06d}" for number in range(1, 31)}


def test_a_mould_of_another_standard_varies_by_the_file_beside_it(libraries: Knowledge, tmp_path: Path) -> None:
    text = (LIBRARIES / "cases" / "description.ttl").read_text(encoding="utf-8")
    mould = tmp_path / "library.ttl"
    mould.write_text(text.replace("案例市", "{town.zh}").replace("Case City", "{town.en}"), encoding="utf-8")
    mould.with_suffix(".toml").write_text(
        """
        identifier = "library-{town.key}-{number}"
        mistakes = 0.5
        [[choices.town]]
        key = "north"
        share = 1
        zh = "北城"
        en = "Northtown"
        [[choices.town]]
        key = "south"
        share = 9
        zh = "南城"
        en = "Southtown"
        """,
        encoding="utf-8",
    )
    caster = cast_in(libraries, mould, "1")
    made = [make(caster, number, CLEAN).description for number in range(1, 41)]
    towns = Counter(item.identifier.split("-")[1] for item in made)
    assert towns["south"] > towns["north"] > 0
    assert all(("南城图书馆" in item.body) == ("-south-" in item.identifier) for item in made)
    assert caster.mould.variety.mistakes == 0.5


def test_mistakes_of_another_standard_are_reported_as_well(libraries: Knowledge) -> None:
    caster = cast_in(libraries, LIBRARIES / "cases" / "description.ttl", "1")
    order = replace(BROKEN, files=False)
    for made in (make(caster, number, order) for number in range(1, 61)):
        if made.mistake:
            assert made.mistake in faults(checked(made.description.data, libraries)), made.mistake


# ---- Forms of output ----


def graphs(quads: Sequence[Quad]) -> dict[str, str]:
    """Each graph's content, whatever its blank nodes are called."""
    found: dict[str, Dataset] = {}
    for quad in quads:
        assert isinstance(quad.graph_name, NamedNode)
        plain = Quad(quad.subject, quad.predicate, quad.object)
        found.setdefault(quad.graph_name.value, Dataset()).add(plain)
    for dataset in found.values():
        dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return {name: "\n".join(sorted(map(str, dataset))) for name, dataset in found.items()}


def of_file(data: bytes, home: str) -> list[Quad]:
    graph = NamedNode(home)
    return [Quad(q.subject, q.predicate, q.object, graph) for q in parse(data, RdfFormat.TURTLE, base_iri=home)]


def test_all_forms_hold_the_same(caster: Caster, tmp_path: Path) -> None:
    items = [make(caster, number, CLEAN).description for number in range(1, 6)]
    for form in ("", ".zip", ".tar.gz", ".parquet", ".trig", ".nq"):
        with opened(tmp_path / f"out{form}", form, force=False) as sink:
            for item in items:
                sink.put(item)
    expected = {item.path: item.data for item in items}
    folder = tmp_path / "out"
    assert {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.ttl")} == expected
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == expected
    with tarfile.open(tmp_path / "out.tar.gz") as packed:
        members = {m.name: packed.extractfile(m) for m in packed.getmembers()}
        assert {name: file.read() for name, file in members.items() if file} == expected
    rows = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert {row["name"]: row["data"] for row in rows} == expected
    assert {row["format"] for row in rows} == {"ttl"}
    files = graphs([quad for item in items for quad in of_file(item.data, item.home)])
    assert graphs(list(parse((tmp_path / "out.trig").read_bytes(), RdfFormat.TRIG))) == files
    assert graphs(list(parse((tmp_path / "out.nq").read_bytes(), RdfFormat.N_QUADS))) == files
    assert list(files) == [f"https://danao.example/id/{item.identifier}/" for item in items]


def test_n_quads_are_the_same_bytes_again(caster: Caster, tmp_path: Path) -> None:
    for name in ("a", "b"):
        with opened(tmp_path / f"{name}.nq", ".nq", force=False) as sink:
            sink.put(make(caster, 7, CLEAN).description)
    assert (tmp_path / "a.nq").read_bytes() == (tmp_path / "b.nq").read_bytes()
    assert b"_:p7b0 " in (tmp_path / "a.nq").read_bytes()


def test_a_run_that_ends_early_leaves_no_half_file(caster: Caster, tmp_path: Path) -> None:
    item = make(caster, 1, CLEAN).description
    for form in (".zip", ".tar.gz", ".parquet", ".trig", ".nq"):
        with pytest.raises(KeyboardInterrupt):
            interrupted(tmp_path / f"out{form}", form, item)
    assert list(tmp_path.iterdir()) == []


def interrupted(target: Path, form: str, item: Item) -> None:
    with opened(target, form, force=False) as sink:
        sink.put(item)
        raise KeyboardInterrupt


def test_what_is_there_is_not_overwritten_unless_forced(caster: Caster, tmp_path: Path) -> None:
    item = make(caster, 1, CLEAN).description
    for target, form in ((tmp_path / "out", ""), (tmp_path / "out.nq", ".nq")):
        with opened(target, form, force=False) as sink:
            sink.put(item)
        with pytest.raises(UsageError, match="already"), opened(target, form, force=False):
            pass
        with opened(target, form, force=True) as sink:
            sink.put(item)


@pytest.mark.parametrize(
    ("name", "form"),
    [("a", ""), ("a.trig", ".trig"), ("A.NQ", ".nq"), ("a.tar.gz", ".tar.gz"), ("a.tgz", ".tgz"), ("-", ".trig")],
)
def test_the_form_is_told_by_the_ending(name: str, form: str) -> None:
    assert form_of(Path(name), None) == form


def test_unknown_forms_are_refused() -> None:
    with pytest.raises(UsageError, match=r"no form of output '\.csv'"):
        form_of(Path("a.csv"), None)
    with pytest.raises(UsageError, match="no form of output 'ttl'"):
        form_of(Path("-"), "ttl")


# ---- Moulds that are none ----

MOULD = (EXAMPLES / "mould.ttl").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("<a> <b> .", SyntaxFault, "syntax error"),
        ("", MouldFault, "this one holds 0"),
        (MOULD.replace("（虚构示例 {number}）", "{nobody}"), MouldFault, r"Nothing gives .*\{nobody\}"),
        (MOULD.replace("danao:provides req:6-3-2", "danao:provides req:6-9-9"), MouldFault, "which requirements"),
        (
            MOULD.replace("danao:metric   req:6-4-1-main-revenue", "danao:metric req:6-1-1-compute"),
            MouldFault,
            "metric",
        ),
    ],
)
def test_a_mould_that_is_none_is_told(
    text: str, error: type[InputError], message: str, knowledge: Knowledge, tmp_path: Path
) -> None:
    mould = tmp_path / "mould.ttl"
    mould.write_text(text, encoding="utf-8")
    mould.with_suffix(".toml").write_bytes((EXAMPLES / "mould.toml").read_bytes())
    with pytest.raises(error, match=message):
        cast_in(knowledge, mould, "1")


def test_a_mould_that_cannot_be_read_is_told(knowledge: Knowledge, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        cast_in(knowledge, tmp_path / "none.ttl", "1")
    (tmp_path / "gbk.ttl").write_bytes(MOULD.encode("gb18030"))
    with pytest.raises(WrongEncoding):
        cast_in(knowledge, tmp_path / "gbk.ttl", "1")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mistakes = ", "no valid TOML"),
        ("mistakes = 2", "mistakes"),
        ("mistaken = 0.1", "mistaken"),
        ("[chance]\ncapability = [1]", "chance.capability"),
        ("[[choices.city]]\nshare = -1", "share"),
        ("[words]\nbrand = []", "brand"),
        ('identifier = "same"', "identifier"),
        ("[dates]\nsoon = [0, 99999999]", "dates.soon"),
        ("[figures]\nspread = 1e300", "figures.spread"),
    ],
)
def test_a_file_on_what_varies_that_is_wrong_is_told(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "mould.toml").write_text(text, encoding="utf-8")
    with pytest.raises(MouldFault, match=message):
        load_variety(tmp_path / "mould.toml")


def test_words_that_would_break_an_address_are_refused(knowledge: Knowledge, tmp_path: Path) -> None:
    (tmp_path / "mould.ttl").write_text(MOULD, encoding="utf-8")
    variety = (EXAMPLES / "mould.toml").read_text(encoding="utf-8")
    (tmp_path / "mould.toml").write_text(re.sub(r'code = "\d+"', 'code = "1> <x"', variety), encoding="utf-8")
    caster = cast_in(knowledge, tmp_path / "mould.ttl", "1")
    with pytest.raises(MouldFault, match="no address"):
        cast(caster, 1)


@pytest.mark.parametrize("identifier", ["../{number}", "{number}/x", "a" * 60 + "{number}", "大脑{number}"])
def test_an_identifier_that_is_none_is_refused(identifier: str, libraries: Knowledge, tmp_path: Path) -> None:
    mould = tmp_path / "mould.ttl"
    mould.write_bytes((LIBRARIES / "cases" / "description.ttl").read_bytes())
    mould.with_suffix(".toml").write_text(f'identifier = "{identifier}"', encoding="utf-8")
    with pytest.raises(MouldFault, match="no identifier"):
        make(cast_in(libraries, mould, "1"), 1, CLEAN)


def test_quotation_marks_in_words_break_no_literal(knowledge: Knowledge, tmp_path: Path) -> None:
    (tmp_path / "mould.ttl").write_text(MOULD, encoding="utf-8")
    variety = (EXAMPLES / "mould.toml").read_text(encoding="utf-8")
    (tmp_path / "mould.toml").write_text(re.sub(r'short = "(..)"', r"""short = '\1"\\'""", variety), encoding="utf-8")
    made = make(cast_in(knowledge, tmp_path / "mould.ttl", "1"), 1, CLEAN)
    assert faults(checked(made.description.data, knowledge)) == []


# ---- The command ----


def run(*arguments: str) -> tuple[int, str, bytes]:
    done = CliRunner().invoke(app, ["fleet", "generate", "--lang", "en", *arguments])
    return done.exit_code, done.stderr, done.stdout_bytes


def test_the_command_writes_descriptions_and_examinations(tmp_path: Path) -> None:
    out, examinations = tmp_path / "out", tmp_path / "examinations"
    code, told, _ = run(
        "-n", "3", "--seed", "x", "--mistakes", "1", "-o", str(out), "--examinations", str(examinations)
    )
    assert code == 0
    assert "3 invented projects, 3 of them with one mistake" in told
    names = [sorted(path.relative_to(folder) for path in folder.rglob("*.ttl")) for folder in (out, examinations)]
    assert names[0] == names[1]
    assert len(names[0]) == 3


def test_the_command_writes_graphs_to_standard_output() -> None:
    code, _, out = run("-n", "2", "-o", "-", "--format", "nq", "--base", "https://danao.sd.example/")
    assert code == 0
    found = {quad.graph_name.value for quad in parse(io.BytesIO(out), RdfFormat.N_QUADS)}
    assert len(found) == 2
    assert all(name.startswith("https://danao.sd.example/id/sd-") for name in found)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-o", "-", "--as-of", "2025-02-30"), "is no date"),
        (("-o", "-", "--as-of", "0001-01-01"), "is no date"),
        (("-o", "-", "--base", "example"), "no absolute IRI"),
        (("-o", "a.nq", "--examinations", "a.nq"), "different places"),
        (("-o", "a.nq", "--format", "trig"), "standard output"),
        (("-o", "-", "--knowledge", str(LIBRARIES)), "mould of its own"),
    ],
)
def test_wrong_use_is_told(
    arguments: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, told, _ = run("-n", "1", *arguments)
    assert code == 2
    assert message in " ".join(told.split())
    assert list(tmp_path.iterdir()) == []
