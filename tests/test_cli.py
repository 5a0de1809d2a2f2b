"""The command line, as a process of its own: exit codes, streams, languages, forms of output, encodings."""

from __future__ import annotations

import functools
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import rdflib
from pyoxigraph import RdfFormat, parse

import danao
from tests.case import CASES
from tests.given import FULL, HOME, IDENTIFIER

CASE = CASES / "6-1-5"
EXAMPLES = Path(danao.__file__).parents[2] / "examples"
SERVICE = Path(danao.__file__).parents[1]
OTHER = FULL.replace(f'"{IDENTIFIER}"', '"other"')
WRONG = FULL.replace(f'"{IDENTIFIER}"', '"wrong"') + "<brain> danao:points 100.0 .\n"
# Chinese characters and punctuation; quotation marks are English ones as well.
CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")


@dataclass(frozen=True)
class Run:
    """What a process gave back."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON is any
        return json.loads(self.out)


def run(*arguments: str, cwd: Path = CASE, stdin: str = "", encoding: str = "utf-8", **variables: str) -> Run:
    """Run ``danao`` with nothing set but what is given; its output is read in the encoding it writes."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DANAO_", "COLUMNS"))}
    environment = kept | {"PYTHONPATH": str(SERVICE), "PYTHONIOENCODING": encoding} | variables
    command = [sys.executable, "-m", "danao", *arguments]
    done = subprocess.run(command, cwd=cwd, env=environment, input=stdin.encode(), capture_output=True, check=False)
    return Run(done.returncode, done.stdout.decode(encoding), done.stderr.decode(encoding))


@functools.cache
def ran(*arguments: str) -> Run:
    """A run in the folder of the case, once for all tests."""
    return run(*arguments)


ASSESS = ("assess", "description.ttl", "--as-of", "2025-12-31")
EXPLAIN = ("explain", "description.ttl", "6.1.5", "--as-of", "2025-12-31")
CHECK = ("check", "description.ttl", "--as-of", "2025-12-31")
MISTAKES = str(EXAMPLES / "with-mistakes.ttl")


# ---- Exit codes and streams ----


@pytest.mark.parametrize("command", [ASSESS, EXPLAIN, CHECK, ("standard",), ("standard", "6.1.5"), ("--version",)])
def test_what_goes_well_ends_with_0(command: tuple[str, ...]) -> None:
    found = ran(*command)
    assert found.code == 0
    assert found.out


@pytest.mark.parametrize("command", [("assess",), ("check",), ("explain", "6.1.5")])
def test_a_description_with_violations_ends_with_1(command: tuple[str, ...]) -> None:
    found = run(command[0], MISTAKES, *command[1:])
    assert found.code == 1
    assert "Traceback" not in found.err
    problems = found.out if command[0] == "check" else found.err
    assert "ChainSegmentCycle" in problems


REFUSED = {
    "SyntaxFault": ("assess", "-", "--format", "ttl"),
    "UnreadableFile": ("assess", "no-such-file.ttl"),
    "UnknownFormat": ("assess", "-"),
    "NoProject": ("check", "examination.ttl"),
    "UnfitExamination": ("assess", "description.ttl", "--examination", "description.ttl"),
    "KnowledgeError": ("assess", "description.ttl", "--knowledge", "everything-is-evidenced"),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_cannot_be_read_ends_with_2_and_is_told_on_stderr(name: str, lang: str) -> None:
    found = run(*REFUSED[name], "--lang", lang, stdin="<a> <b> x .")
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith(f"{'error' if lang == 'en' else '错误'} {name} ")
    assert ("fix:" if lang == "en" else "改法：") in found.err
    assert (lang == "en") == (CHINESE.search(found.err) is None)


USAGE = {
    "date": (*ASSESS[:2], "--as-of", "2025-02-30"),
    "date-in-words": (*ASSESS[:2], "--as-of", "today"),
    "base-without-slash": (*ASSESS, "--base", "https://a.example"),
    "base-relative": (*ASSESS, "--base", "a/"),
    "base-with-space": (*ASSESS, "--base", "https://a b.example/"),
    "base-without-name": (*ASSESS, "--base", "://"),
    "scheme": (*ASSESS, "--scheme", "no-such-scheme"),
    "engine": (*ASSESS, "--engine", "no-such-engine"),
    "time-zone": (*ASSESS[:2], "--time-zone", "Mars/Olympus"),
    "time-zone-folder": (*ASSESS[:2], "--time-zone", "America"),
    "time-zone-climbing": (*ASSESS[:2], "--time-zone", "../../etc/passwd"),
}


@pytest.mark.parametrize("name", USAGE)
def test_wrong_usage_ends_with_2_and_says_what_would_be_right(name: str) -> None:
    found = ran(*USAGE[name], "--lang", "en")
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith("error UsageError ")
    wrong = USAGE[name][-1]
    assert f"'{wrong}'" in found.err
    assert "    fix:" in found.err


@pytest.mark.parametrize(
    "command", [("assess",), ("no-such-command",), (*ASSESS, "--lang", "fr"), (*ASSESS, "--output", "pdf"), ()]
)
def test_a_command_line_that_is_none_ends_with_2(command: tuple[str, ...]) -> None:
    found = ran(*command)
    assert found.code == 2
    assert "Usage:" in found.out + found.err


def test_results_go_to_stdout_and_all_else_to_stderr() -> None:
    found = ran(*ASSESS, "--output", "json")
    assert found.json["format"] == "danao-assessment/1"
    assert found.err.startswith("提醒 IndustrialBrainWithoutChain ")
    assert "IndustrialBrainWithoutChain" not in ran(*ASSESS).out
    assert ran(*ASSESS).err == found.err


def test_the_problems_are_what_check_is_asked_for() -> None:
    assert "IndustrialBrainWithoutChain" in ran(*CHECK).out
    assert ran(*CHECK).err == ""


# ---- Languages ----


@pytest.mark.parametrize("command", [ASSESS, EXPLAIN, CHECK, ("standard",), ("standard", "6.1.5"), ("check", MISTAKES)])
def test_in_english_only_the_data_are_chinese(command: tuple[str, ...]) -> None:
    found = ran(*command, "--lang", "en")
    data = "" if command[0] == "standard" else FULL + Path(MISTAKES).read_text(encoding="utf-8")
    assert [text for text in CHINESE.findall(found.out + found.err) if text not in data] == []


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (ASSESS, ["自评", "核定", "合计", "可信数据空间", "提醒"]),
        (EXPLAIN, ["条款", "统一可信认证体系", "证据", "通过"]),
        (CHECK, ["0 个错误，1 个提醒。"]),
        (("standard",), ["权重", "可信数据空间"]),
        (("standard", "6.1.5"), ["可信数据空间", "常见证据"]),
    ],
)
def test_chinese_is_the_default(command: tuple[str, ...], words: list[str]) -> None:
    found = ran(*command)
    assert [word for word in words if word not in found.out + found.err] == []
    assert ran(*command, "--lang", "zh") == found


def test_the_language_may_come_from_the_environment() -> None:
    assert run(*ASSESS, DANAO_LANG="en") == ran(*ASSESS, "--lang", "en")
    assert run("check", "no-such-file.ttl", DANAO_LANG="en").err.startswith("error UnreadableFile ")


# ---- Forms of output ----


def total(found: Run, number: int = 0) -> tuple[float, float, float, float]:
    """Points and upper points, self-assessed and verified."""
    root = found.json["assessments"][number]["scores"][0]
    assert root["depth"] == 0
    own, verified = root["results"]["SelfAssessed"], root["results"]["Verified"]
    return own["points"], own["upperPoints"], verified["points"], verified["upperPoints"]


def test_json_has_the_totals_and_the_table_shows_them() -> None:
    examined = (*ASSESS[:2], "--examination", "examination.ttl")
    assert total(ran(*ASSESS, "--output", "json")) == (6, 6, 0, 6)
    assert total(ran(*examined, "--output", "json")) == (6, 6, 6, 6)
    (row,) = (line for line in ran(*examined).out.splitlines() if "合计" in line)
    assert re.findall(r"[0-9]+\.[0-9]{4}", row) == ["6.0000"] * 4


def test_json_tells_what_was_applied_to_what() -> None:
    view = ran(*ASSESS, "--output", "json").json
    (assessment,) = view["assessments"]
    assert view["scheme"]["iri"] == "https://w3id.org/danao/scheme/default"
    assert (assessment["project"]["iri"], assessment["project"]["identifier"]) == (HOME + "brain", IDENTIFIER)
    assert assessment["examination"]["asOf"] == "2025-12-31"
    digests = [assessment[name + "Digest"] for name in ("description", "examination", "knowledge")]
    assert digests[2] == view["knowledgeDigest"]
    assert all(re.fullmatch("sha256:[0-9a-f]{64}", digest) for digest in digests)
    assert len(set(digests)) == 3


# rdflib 7.6 warns about its own JSON-LD parser.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("command", [ASSESS, EXPLAIN, CHECK, ("standard",), ("standard", "6.1.5")])
def test_turtle_and_json_ld_say_the_same_to_both_parsers(command: tuple[str, ...]) -> None:
    turtle, json_ld = (ran(*command, "--output", form).out for form in ("turtle", "jsonld"))
    triples = {quad.triple for quad in parse(turtle, format=RdfFormat.TURTLE)}
    assert len(triples) > 5
    assert {quad.triple for quad in parse(json_ld, format=RdfFormat.JSON_LD)} == triples
    assert len(rdflib.Graph().parse(data=turtle, format="turtle")) == len(triples)
    assert len(rdflib.Graph().parse(data=json_ld, format="json-ld")) == len(triples)


def test_the_same_input_gives_the_same_bytes() -> None:
    for form in ("json", "turtle", "jsonld"):
        assert run(*ASSESS, "--output", form, PYTHONHASHSEED="1").out == ran(*ASSESS, "--output", form).out


def test_the_reference_engine_gives_the_same_json() -> None:
    examined = ("assess", "description.ttl", "--examination", "examination.ttl", "--output", "json")
    found = ran(*examined, "--engine", "reference")
    assert found == ran(*examined)
    assert found.code == 0


# ---- Explaining and looking up ----


def test_an_explanation_goes_from_the_clause_to_the_points() -> None:
    found = ran(*EXPLAIN).out
    claim = [
        "统一可信认证体系",
        "6-1-5-trusted-certification",
        "自评 通过",
        "可信数据空间测评报告",
        "核定 存疑",
        "不计入",
    ]
    steps = ["6.1.5 可信数据空间", "条款 6.1.5", *claim, "达成度 = (1 + 1", "得分 = 6 × 1 = 6"]
    assert re.search(".*?".join(map(re.escape, steps)), found, re.DOTALL)


@pytest.mark.parametrize(
    ("code", "iri"),
    [
        ("6.1.5", "https://w3id.org/danao/standard/2025/6-1-5"),
        ("6-1-5", "https://w3id.org/danao/standard/2025/6-1-5"),
        ("6.1.5/VALUE-CREATION", "https://w3id.org/danao/reading/2025/6-1-5-value-creation"),
        ("https://w3id.org/danao/standard/2025/6-2-2-a", "https://w3id.org/danao/standard/2025/6-2-2-a"),
        ("6.2.2 a)", "https://w3id.org/danao/standard/2025/6-2-2-a"),
        ("3.1", "https://w3id.org/danao/standard/2025/3-1"),
    ],
)
def test_a_concept_is_found_by_code_name_or_iri(code: str, iri: str) -> None:
    assert ran("standard", code, "--output", "json").json["iri"] == iri


def test_the_standard_has_its_22_indicators_with_weights_of_100() -> None:
    elements = ran("standard", "--output", "json").json["elements"]
    assert sum(element["weight"] or 0 for element in elements if element["depth"] == 2) == 100
    assert sum(element["weight"] is not None and element["depth"] == 2 for element in elements) == 22


@pytest.mark.parametrize("command", [("standard",), ("explain", "description.ttl")])
def test_an_unknown_code_ends_with_2_and_names_the_nearest(command: tuple[str, ...]) -> None:
    found = ran(*command, "6.1.55", "--lang", "en")
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith("error UsageError The standard has no '6.1.55'.")
    assert "Near: 6.1.5" in found.err


# ---- Starting ----

HEAVY = ("rdflib", "pyoxigraph", "shacl", "pyshacl_turbo", "owlrl", "pyshacl")


@pytest.mark.parametrize("command", [("--help",), ("assess", "--help"), ()])
def test_help_loads_no_library_of_the_engines(command: tuple[str, ...]) -> None:
    report = run(*command, PYTHONPROFILEIMPORTTIME="1").err
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in report.splitlines()}
    assert "click" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_a_command_that_finds_compiled_knowledge_loads_no_engine_but_that_of_terms(tmp_path: Path) -> None:
    cache = str(tmp_path / "cache")
    first = run(*ASSESS, DANAO_CACHE=cache)
    found = run(*ASSESS, PYTHONPROFILEIMPORTTIME="1", DANAO_CACHE=cache)
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in found.err.splitlines()}
    assert loaded.intersection(HEAVY) == {"pyoxigraph"}
    assert found.out == first.out


# ---- Encodings, names and terminals ----


@pytest.mark.parametrize("encoding", ["gbk", "ascii"])
@pytest.mark.parametrize("command", [ASSESS, EXPLAIN, CHECK, ("standard",), ("standard", "6.1.5"), ("check", MISTAKES)])
def test_a_console_of_another_encoding_gets_what_it_can_show(command: tuple[str, ...], encoding: str) -> None:
    found, plain = run(*command, encoding=encoding), ran(*command)
    assert found.code == plain.code
    assert "Traceback" not in found.err
    shown = ran(*command).out.encode(encoding, errors="replace").decode(encoding)
    assert re.findall("[A-Za-z0-9.]+", found.out) == re.findall("[A-Za-z0-9.]+", shown)


@pytest.mark.parametrize("form", ["json", "turtle", "jsonld"])
def test_what_machines_read_is_utf_8_on_any_console(form: str) -> None:
    command = [sys.executable, "-m", "danao", *ASSESS, "--output", form]
    environment = os.environ | {"PYTHONPATH": str(SERVICE), "PYTHONIOENCODING": "gbk"}
    done = subprocess.run(command, cwd=CASE, env=environment, capture_output=True, check=True)
    assert done.stdout.decode() == ran(*ASSESS, "--output", form).out


@pytest.mark.parametrize("name", ["C:\\资料 2025\\坏 文件.ttl", "[red]a[bold].ttl", "b\\[c].ttl", ":100:.ttl"])
def test_a_file_is_named_as_it_is_with_line_and_column(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("\n" * 99 + "<a> <b> x .\n", encoding="utf-8")
    for command in ("check", "assess"):
        assert f"file: {name}:100:9\n" in run(command, name, "--lang", "en", cwd=tmp_path).err


# What a terminal obeys: C0 but for line ends and tabs, DEL, C1, and what turns the direction of text.
OBEYED = {*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)} - {9, 10}
TITLE = "案例\\u001B]0;x\\u0007\\u009B31m\\u202E大脑\\u2066[bold]:smile:\\n错误 行"


@pytest.mark.parametrize("command", ["check", "assess", "explain"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_terminal_does_not_obey_what_a_description_says(command: str, lang: str, tmp_path: Path) -> None:
    # As a title it is a violation; in the file's name and in a syntax error it is told as well.
    (tmp_path / "a.ttl").write_text(FULL.replace("案例产业大脑", TITLE), encoding="utf-8")
    (tmp_path / "\u202eb\x1b[2J.ttl").write_text("<a> <b> \x1b[2J\u202e .", encoding="utf-8")
    for file in ("a.ttl", "\u202eb\x1b[2J.ttl"):
        arguments = (command, file, *(["6.1.5"] if command == "explain" else []), "--lang", lang)
        found = run(*arguments, cwd=tmp_path)
        assert found.code in (1, 2)
        assert {ord(sign) for sign in found.out + found.err} & OBEYED == set()
    shown = run("check", "a.ttl", "--lang", lang, cwd=tmp_path)
    assert "案例\ufffd]0;x\ufffd\ufffd31m\ufffd大脑\ufffd[bold]:smile: 错误 行" in shown.out
    assert "ControlCharacter" in shown.out


def test_a_title_that_is_no_text_is_a_violation_and_no_accident(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(FULL.replace('"案例产业大脑"@zh', "<title>"), encoding="utf-8")
    found = run("assess", "a.ttl", cwd=tmp_path)
    assert found.code == 1
    assert "ProjectTitleLanguage" in found.err


def test_a_requirement_with_a_weight_of_its_own_shows_its_outcome() -> None:
    """In the standard of libraries requirement A/1 weighs 5; a whole such as A shows how many have each outcome."""
    folder = CASES.parent / "standards" / "libraries"
    found = run(*ASSESS, "--lang", "en", "--knowledge", str(folder), cwd=folder / "cases")
    assert found.code == 0
    rows = [line.split("  ") for line in found.out.splitlines()]
    cells = {row[0]: row[1:] for row in ([cell.strip() for cell in cells if cell.strip()] for cells in rows) if row}
    assert cells["A/1"] == ["open at weekends", "5", "5.0000", "5.0000", "0.0000", "5.0000", "passed", "cannot tell"]
    assert cells["A"] == ["access", "12", "12.0000", "12.0000", "0.0000", "12.0000", "3/0/0/0", "0/3/0/0"]


# ---- Inputs ----


@pytest.mark.parametrize("form", ["ttl", ".ttl", "turtle", "trig"])
def test_standard_input_is_read_in_the_format_named(form: str) -> None:
    command = ("assess", "-", "--format", form, "--as-of", "2025-12-31", "--output", "json")
    found = run(*command, stdin=FULL)
    assert found.code == 0
    expected = ran(*ASSESS, "--output", "json").json["assessments"][0]["project"]
    assert found.json["assessments"][0]["project"] == expected | {"source": "-"}


def written(folder: Path, *texts: str) -> list[str]:
    names = [f"{number}.ttl" for number in range(1, len(texts) + 1)]
    for name, text in zip(names, texts, strict=True):
        (folder / name).write_text(text, encoding="utf-8")
    return names


def test_several_files_give_several_assessments(tmp_path: Path) -> None:
    found = run("assess", *written(tmp_path, OTHER, FULL), "--output", "json", cwd=tmp_path)
    assert found.code == 0
    assert [view["project"]["identifier"] for view in found.json["assessments"]] == [IDENTIFIER, "other"]
    assert [total(found, number) for number in (0, 1)] == [(6, 6, 0, 6)] * 2


def test_a_violation_in_one_project_does_not_stop_the_others(tmp_path: Path) -> None:
    names = written(tmp_path, FULL, WRONG)
    found = run("assess", *names, "--output", "json", cwd=tmp_path)
    assert found.code == 1
    good, bad = found.json["assessments"]
    assert (good["project"]["identifier"], bad["project"]["identifier"]) == (IDENTIFIER, "wrong")
    assert total(found) == (6, 6, 0, 6)
    assert bad["scores"] is None
    assert "OverstepsSide" in found.err
    shown = run("explain", names[1], "6.1.5", cwd=tmp_path)
    assert (shown.code, shown.out) == (1, "")
    table = run("assess", *names, cwd=tmp_path)
    assert (table.code, table.out.count("合计"), table.out.count("未计分")) == (1, 1, 1)


def test_files_that_cannot_be_read_are_told_and_the_others_assessed(tmp_path: Path) -> None:
    names = written(tmp_path, "<a> <b> x .", FULL, "<a> <b> .", WRONG)
    found = run("assess", "gone.ttl", *names, "--output", "json", "--lang", "en", cwd=tmp_path)
    assert found.code == 2
    assert re.findall(r"error (\w+)|file: (\S+)", found.err)[-6:] == [
        *(("UnreadableFile", ""), ("", "gone.ttl")),
        *(("SyntaxFault", ""), ("", "1.ttl:1:9")),
        *(("SyntaxFault", ""), ("", "3.ttl:1:9")),
    ]
    good, wrong = found.json["assessments"]
    assert (good["project"]["identifier"], wrong["project"]["identifier"]) == (IDENTIFIER, "wrong")
    assert good["scores"] is not None
    assert wrong["scores"] is None
    (warning,) = [problem for problem in good["problems"] if problem["problem"] == "UnreadInput"]
    assert (warning["severity"], warning["value"]) == ("warning", "gone.ttl, 1.ttl, 3.ttl")


def test_what_a_file_that_cannot_be_read_adds_is_no_part_of_the_facts(tmp_path: Path) -> None:
    names = written(tmp_path, FULL, "<a> <b> .")
    alone = run("assess", names[0], "--output", "json", cwd=tmp_path).json["assessments"][0]
    beside = run("assess", *names, "--output", "json", cwd=tmp_path).json["assessments"][0]
    assert {name for name in alone if alone[name] != beside[name]} == {"problems"}


def test_where_no_file_can_be_read_nothing_is_shown(tmp_path: Path) -> None:
    names = written(tmp_path, "<a> <b> x .", "<a> <b> .")
    for files in (names, names[:1], ["gone.ttl", names[0]]):
        found = run("assess", *files, "--output", "json", cwd=tmp_path)
        assert (found.code, found.out) == (2, "")
        assert [name for name in files if name in found.err] == list(files)


def test_an_examination_of_a_project_that_could_not_be_read_stops_no_other(tmp_path: Path) -> None:
    names = written(tmp_path, OTHER, FULL + "<a> <b> x .")
    found = run("assess", *names, "-e", str(CASE / "examination.ttl"), "--lang", "en", "-f", "json", cwd=tmp_path)
    assert found.code == 2
    assert [one["project"]["identifier"] for one in found.json["assessments"]] == ["other"]
    assert "UnfitExamination" not in found.err


def test_an_examination_that_cannot_be_read_stops_all(tmp_path: Path) -> None:
    names = written(tmp_path, FULL, "<a> <b> x .")
    found = run("assess", names[0], "-e", names[1], cwd=tmp_path)
    assert (found.code, found.out) == (2, "")
    assert "2.ttl:1:9" in found.err


def test_an_examination_of_no_project_in_the_input_is_told(tmp_path: Path) -> None:
    names = written(tmp_path, OTHER)
    found = run("assess", *names, "-e", str(CASE / "examination.ttl"), "--lang", "en", cwd=tmp_path)
    assert (found.code, found.out) == (2, "")
    assert f"UnfitExamination There is no project '{IDENTIFIER}' to examine." in found.err
    assert "Identifiers in the input: other." in found.err


def test_each_project_gets_its_own_examination(tmp_path: Path) -> None:
    names = written(tmp_path, FULL, OTHER)
    command = ("assess", *names, "-e", str(CASE / "examination.ttl"), "--as-of", "2025-12-30", "--output", "json")
    found = run(*command, cwd=tmp_path)
    assert [total(found, number)[2] for number in (0, 1)] == [6, 0]
    assert [view["examination"]["asOf"] for view in found.json["assessments"]] == ["2025-12-31", "2025-12-30"]


@pytest.mark.parametrize("given", ["option", "variable"])
def test_instance_data_live_below_the_base(given: str) -> None:
    base = "http://brains.example/2025/"
    found = (
        run(*CHECK, "--output", "json", "--base", base)
        if given == "option"
        else run(*CHECK, "--output", "json", DANAO_BASE=base)
    )
    assert found.json["assessments"][0]["project"]["iri"] == f"{base}id/{IDENTIFIER}/brain"


def test_another_scheme_may_be_named() -> None:
    view = ran(*CHECK, "--output", "json", "--scheme", "selected-scenarios").json
    assert view["scheme"]["iri"] == "https://w3id.org/danao/scheme/selected-scenarios"
    assert view["knowledgeDigest"] != ran(*CHECK, "--output", "json").json["knowledgeDigest"]


def test_today_depends_on_the_time_zone() -> None:
    """The first and the last zone of the earth never share a date."""
    first, last = (
        run(*CHECK[:2], "--output", "json", DANAO_TIME_ZONE=zone).json["assessments"][0]["examination"]["asOf"]
        for zone in ("Pacific/Kiritimati", "Etc/GMT+12")
    )
    assert re.fullmatch("20[0-9]{2}-[0-9]{2}-[0-9]{2}", last)
    assert first > last
