"""Benchmarks run, report nothing where answers differ, and print the rows of docs/performance.md; no time is tested."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import count
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import docs.performance
from danao.knowledge import Knowledge
from tests.bench import assess, cold, fleet, fleet_analysis, load, processes, questions, registry, service, site
from tests.bench.probe import ORDER, STEPS, Probe
from tests.bench.report import MISS, PASS, Report, asked, commit, milliseconds, table, verdict
from tests.bench.samples import Sample, samples
from tests.bench.shapes import Graph
from tests.bench.timing import Times, alternating, exponent
from tests.pages import ROOT, code, tables, text_of
from tests.servers import InTurn, listening, says

PAGE = text_of(docs.performance.PAGE)
BENCHES: Mapping[str, Callable[[Sequence[str]], None]] = {
    "assess": assess.main,
    "cold": cold.main,
    "fleet": fleet.main,
    "fleet-analysis": fleet_analysis.main,
    "questions": questions.main,
    "registry": registry.main,
    "service": service.main,
    "site": site.main,
}
# Sections with a table, in the order of each report.
SECTIONS = {
    "assess": [
        *("Targets", "One description", "By size", "Collector of cycles", "Steps", "Rules and shapes"),
        *("SHACL alone", "Reference engine"),
    ],
    "cold": ["Targets", "Commands"],
    "fleet": ["Targets", "Sizes", "Workers"],
    "fleet-analysis": ["Results", "Analyses"],
    "questions": ["Corpus", "Questions"],
    "registry": ["Targets", "Submissions", "Looking", "The standard that we ship"],
    "service": ["Registry", "Load", "Answers", "Memory", "Processors"],
    "site": ["Registry", "Overview"],
}
# Takes a scheduler and two workers, and is measured with more than the smallest size.
LARGER = {("fleet", "Cluster")}
# Which rules are dear depends on the machine.
CHANGING = ("assess", "Rules and shapes")

each_bench = pytest.mark.parametrize("name", BENCHES)


# ---- Scripts run, and the page is theirs ----


def shape(section: str) -> tuple[list[str], set[str]]:
    """The columns of a section's table, and what its rows are called, whatever numbers they name."""
    (rows,) = tables(section + "\n")
    return list(rows[0]), {re.sub(r"\d[\d,]*", "N", next(iter(row.values()))) for row in rows}


@each_bench
def test_a_benchmark_prints_its_tables_and_the_page_has_the_same_rows(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    BENCHES[name](["--smallest", "--to", str(tmp_path)])
    text = text_of(tmp_path / f"{name}.md")
    assert capsys.readouterr().out == text + "\n"
    found = docs.performance.sections(text)
    assert list(found) == ["Machine", *SECTIONS[name]]
    assert commit() in found["Machine"]
    shown = docs.performance.blocks(PAGE)
    for section in SECTIONS[name]:
        columns, rows = shape(found[section])
        assert columns == shape(shown[name, section])[0], "run make bench-full"
        if (name, section) != CHANGING:
            assert rows == shape(shown[name, section])[1], "run make bench-full"


def test_the_page_shows_every_section_of_every_report() -> None:
    every = {(name, section) for name, sections in SECTIONS.items() for section in ("Machine", *sections)}
    assert set(docs.performance.blocks(PAGE)) == every | LARGER


def test_dear_rules_on_the_page_are_rules() -> None:
    (rows,) = tables(docs.performance.blocks(PAGE)[CHANGING])
    names = [code(row["rule or shapes"]) for row in rows]
    assert len(names) == 12
    files = [name for name in names if name.endswith(".rq")]
    assert files
    assert [name for name in files if not (ROOT / name).is_file()] == []


def test_the_page_is_filled_from_reports_and_a_missing_section_is_told(tmp_path: Path) -> None:
    page = "before\n<!-- one: First part -->\nold\n<!-- end -->\nafter\n"
    report = Report("one", "One")
    report.add("Other", "nothing")
    report.write(tmp_path)
    with pytest.raises(SystemExit, match="First part"):
        docs.performance.filled(page, tmp_path)
    report.add("First part", "new", "text")
    report.write(tmp_path)
    filled = "before\n<!-- one: First part -->\n\nnew\n\ntext\n\n<!-- end -->\nafter\n"
    assert docs.performance.filled(page, tmp_path) == filled
    assert docs.performance.filled(filled, tmp_path) == filled


# ---- What differs is not reported ----


@pytest.fixture(scope="module")
def bench(knowledge: Knowledge) -> assess.Bench:
    return assess.Bench(samples(1, 100, 400), knowledge)


def test_engines_of_shapes_that_differ_end_the_benchmark(bench: assess.Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    differing: Mapping[str, Callable[[Graph], object]] = {"ours": lambda _: [["a result"]], "other": lambda _: [[]]}
    monkeypatch.setattr(assess, "engines", lambda _: differing)
    with pytest.raises(SystemExit, match="differ"):
        bench.alone(1, 1)


def test_a_reference_that_scores_otherwise_ends_the_benchmark(
    bench: assess.Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = assess.Bench.assessed

    def otherwise(self: assess.Bench, sample: Sample, *given: Knowledge, examined: bool = False) -> object:
        # Where another knowledge is given, it is the reference engine's: it scores by an examination nobody gave.
        return plain(self, sample, examined=examined != bool(given))

    monkeypatch.setattr(assess.Bench, "assessed", otherwise)
    with pytest.raises(SystemExit, match="differ"):
        bench.by_reference(bench.knowledge, 1)


def test_a_cache_that_changes_what_is_printed_ends_the_benchmark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cold.Command, "__call__", lambda self, _=None: self.cache.encode())
    with pytest.raises(SystemExit, match="something else is printed"):
        cold.main(["--smallest", "--to", str(tmp_path)])
    assert list(tmp_path.iterdir()) == []


def test_a_fleet_with_other_points_ends_the_benchmark(tmp_path: Path) -> None:
    row = {"identifier": "a", "self_points": None, "verified_points": None}
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "projects.parquet")
    fleet._compare(fleet.Warm(1, {"a": None}), tmp_path)  # noqa: SLF001 - the rest takes a fleet
    with pytest.raises(SystemExit, match="a: the fleet came to other points"):
        fleet._compare(fleet.Warm(1, {"a": (Decimal(1), Decimal(0))}), tmp_path)  # noqa: SLF001


def test_an_analysis_with_other_figures_ends_the_benchmark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet_analysis, "ranks", lambda _: [])
    with pytest.raises(SystemExit, match="rank: pyarrow comes to other figures"):
        fleet_analysis.main(["--smallest", "--to", str(tmp_path)])
    assert list(tmp_path.iterdir()) == []


def test_a_registry_with_other_digests_ends_the_benchmark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digests = count()
    monkeypatch.setattr(registry, "_digests", lambda _: next(digests))
    with pytest.raises(SystemExit, match="has other digests than alone"):
        registry.main(["--smallest", "--to", str(tmp_path)])
    assert list(tmp_path.iterdir()) == []


def test_a_registry_that_shows_too_few_ends_the_benchmark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "published", lambda _: [])
    with pytest.raises(SystemExit, match=r"Of 4 projects, \[4, 0, 4, 4\] are shown"):
        registry.main(["--smallest", "--to", str(tmp_path)])
    assert list(tmp_path.iterdir()) == []


def test_every_block_of_a_growing_registry_is_a_like_mixture() -> None:
    plan = registry.Plan((4, 8), projects=2, versions=2)
    found = [(plan.identifier(number), plan.version(number)) for number in range(8)]
    first = [("kiosk-0", 1), ("kiosk-1", 1), ("kiosk-0", 2), ("kiosk-1", 2)]
    assert found == first + [(f"kiosk-{int(name[-1]) + 2}", version) for name, version in first]
    assert plan.last(8) == ["kiosk-2", "kiosk-3"]


def test_a_service_that_answers_otherwise_under_load_ends_the_benchmark() -> None:
    wanted = load.Wanted("page", "/page", "text/html")
    with listening(InTurn([says(200, b"a"), says(200, b"a"), says(200, b"b"), says(500, b"a")])) as server:
        known = service.answered(server.server_port, wanted)
        plan = load.Plan(server.server_port, 0, 1, [dataclasses.replace(known, times=3)])
        found = load.run(plan)
    assert found.wrong == ["/page (200)", "/page (500)"]
    assert [len(times) for times in found.times.values()] == [3]
    service.refuse_wrong(load.Found())
    with pytest.raises(SystemExit, match=r"2 answers are others than before the load: /page \(200\), /page \(500\)"):
        service.refuse_wrong(found)


def test_a_service_that_does_not_answer_ends_the_benchmark() -> None:
    with listening(says(404, b"nothing")) as server, pytest.raises(SystemExit, match="/page is answered with 404"):
        service.answered(server.server_port, load.Wanted("page", "/page", "text/html"))


def test_memory_that_grows_is_not_level() -> None:
    seconds = [float(number) for number in range(1, 601)]
    level = processes.Watched(seconds, [1e9 + 1e6 * (number % 2) for number in range(600)])
    assert PASS in service.memory(level, 600)[1]
    grown = processes.Watched(seconds, [1e9 + 1e9 * number / 3000 for number in range(600)])
    (rows,) = tables(service.memory(grown, 600)[1] + "\n")
    # A tenth of 1 GB within the second half, whose mean is 1.1498 GB.
    assert (rows[0]["measured"], rows[0][""]) == ("8.7 %", MISS)
    # The first minute has the numbers 0 to 59, the last one 540 to 599.
    assert [row["measured"] for row in rows[1:]] == ["1,010", "1,190", "1,200"]


# ---- Times ----


def test_an_exponent_is_the_slope_of_logarithms() -> None:
    assert exponent({1: 5.0, 10: 50.0, 100: 500.0}) == pytest.approx(1)
    assert exponent({1: 2.0, 10: 2.0, 100: 2.0}) == pytest.approx(0)
    # 1, 4 and 4: by hand, the slope of 0, log 4, log 4 over 0, log 2, log 4 is 1.
    assert exponent({1: 1.0, 2: 4.0, 4: 4.0}) == pytest.approx(1)


def test_medians_tails_and_ratios_of_times() -> None:
    times, floor = Times([[4.0, 2.0, 9.0], [5.0, 7.0, 6.0]], [[1.0], [3.0]]), Times([[2.0], [1.0]], [[1.0], [1.0]])
    assert times.medians == [4.0, 6.0]
    assert times.median == 5.0
    assert times.spread == "4,000 – 6,000"
    # Of 2 4 5 6 7 9: half are three, and 95 of a hundred take all six.
    assert [times.percentile(percent) for percent in (1, 50, 51, 95)] == [2.0, 5.0, 6.0, 9.0]
    # 4 ÷ 2 and 6 ÷ 1, and their middle.
    assert times.ratio(floor) == 4.0
    assert times.computing_ratio(floor) == 2.0


def test_works_take_turns() -> None:
    done: list[str] = []
    works: Mapping[str, Callable[[int], object]] = {
        "a": lambda number: done.append(f"a{number}"),
        "b": lambda number: done.append(f"b{number}"),
    }
    times = alternating(works, [1, 2], runs=2)
    assert done == ["a1", "b1", *["a1", "b1", "a2", "b2"] * 2]
    assert [len(run) for run in times["a"].clock] == [2, 2]
    done.clear()
    alternating(works, [1], runs=1, rounds=2, warm=True)
    assert done == ["a1", "b1", "a1", "b1"]


def test_steps_and_rules_of_an_assessment_are_clocked(bench: assess.Bench) -> None:
    probe = Probe(bench.knowledge, assess.AS_OF)
    probe.watch(bench.samples[0])
    (steps,), (parts,) = probe.steps, probe.parts
    assert set(steps) == set(ORDER)
    assert all(steps[name] > 0 for name in STEPS.values())
    rules = bench.knowledge.rules
    every = {f"rules/{folder}/{name}.rq" for folder in ("outcomes", "report") for name in rules[folder]}
    assert every <= set(parts)
    assert {"shapes: description", "shapes: claims"} <= set(parts)


# ---- Reports ----


def test_bounds_are_allowed_themselves() -> None:
    assert [verdict(value, most=2) for value in (1.9, 2, 2.1)] == [PASS, PASS, MISS]
    assert [verdict(value, least=2) for value in (1.9, 2, 2.1)] == [MISS, PASS, PASS]


def test_milliseconds_have_three_digits() -> None:
    seconds = (0.0001234, 0.01234, 0.1234, 12.34)
    assert [milliseconds(one) for one in seconds] == ["0.12", "12.3", "123", "12,340"]


def test_a_table_and_a_report_in_markdown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = Report("some", "Some")
    report.add("Part", "words", table(("a", "b"), [("x", "1")]))
    report.write(tmp_path / "new")
    text = "# Some\n\n## Part\n\nwords\n\n| a | b |\n| --- | ---: |\n| x | 1 |\n"
    assert text_of(tmp_path / "new" / "some.md") == text
    assert capsys.readouterr().out == text + "\n"


def test_sizes_are_asked_for() -> None:
    sizes = [asked(None, given).pick("s", "u", "f") for given in ([], ["--full"], ["--smallest"])]
    assert sizes == ["u", "f", "s"]


def test_samples_are_the_same_each_time_and_within_bounds(bench: assess.Bench) -> None:
    found = samples(2, 100, 400)
    assert found[:1] == list(bench.samples)
    assert all(100 <= one.triples <= 400 for one in found)
    assert found[0].identifier != found[1].identifier
