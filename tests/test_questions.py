"""Questions over five small projects: answers derived by hand, equal on both engines; how heads and values are read.

``tests/questions/cases.txt`` has the answers with their derivation, ``tests/questions/projects/`` the projects.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from danao.corpus import Corpus
from danao.describe import read_descriptions
from danao.errors import KnowledgeError, UsageError
from danao.examine import default_examination, read_examinations
from danao.heads import Question
from danao.knowledge import Knowledge, load_knowledge
from danao.namespaces import XSD, local_name
from danao.pipeline import Assessment, assess
from danao.questions import Asked, answer, parameters_of, question_named, questions
from danao.reading import Input
from danao.statements import Term
from tests.case import AROUND, AS_OF, run_case
from tests.test_cli import Run, run
from tests.test_second_standard import CASES as LIBRARY_CASES
from tests.test_second_standard import LIBRARIES

FOLDER = Path(__file__).parent / "questions"
NAMES = ("alpha", "beta", "gamma", "delta", "epsilon")
HOMES = f"{AROUND.base}id/"
KINDS = {"SelfAssessed": "self", "Verified": "verified"}


@dataclass(frozen=True)
class Case:
    """A question, its parameters as a user writes them, and the rows expected."""

    question: str
    given: Mapping[str, str]
    rows: tuple[tuple[str, ...], ...]

    @property
    def name(self) -> str:
        return " ".join([self.question, *(f"{name}={value}" for name, value in self.given.items())])


def cases() -> Iterator[Case]:
    """The cases of the file; lines that begin with # are its derivations."""
    lines = (FOLDER / "cases.txt").read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if line and not line.startswith("#"))
    for block in text.removeprefix("? ").split("\n? "):
        head, *rows = block.splitlines()
        name, *parameters = head.split()
        given = dict(parameter.split("=") for parameter in parameters)
        yield Case(name, given, tuple(tuple(cell.strip() for cell in row.split("|")) for row in rows))


EACH = list(cases())
SHIPPED = questions(load_knowledge())


def source(name: str) -> Input:
    return Input(name, (FOLDER / "projects" / name).read_bytes())


@pytest.fixture(scope="module")
def assessments(knowledge: Knowledge) -> list[Assessment]:
    descriptions = read_descriptions([source(f"{name}.ttl") for name in NAMES], knowledge, AROUND)
    files = [source(f"{name}-examination.ttl") for name in ("alpha", "beta")]
    read = read_examinations(files, knowledge, AROUND)
    examined = {one.identifier: read.get(one.identifier) for one in descriptions}
    return [
        assess(one, examined[one.identifier] or default_examination(one.identifier, AS_OF, AROUND), knowledge)
        for one in descriptions
    ]


@pytest.fixture(scope="module")
def corpora(assessments: list[Assessment], knowledge: Knowledge, reference: Knowledge) -> Mapping[str, Corpus]:
    """The same assessments in a workspace of each engine."""
    return {"fast": Corpus(assessments, knowledge), "reference": Corpus(assessments, reference)}


@pytest.fixture(scope="module")
def corpus(corpora: Mapping[str, Corpus]) -> Corpus:
    return corpora["fast"]


def shown(term: Term | None) -> str:
    """A term as the cases write it."""
    if term is None:
        return "-"
    if isinstance(term, Literal):
        number = term.datatype.value in (XSD + "decimal", XSD + "integer")
        return f"{Decimal(term.value).normalize():f}" if number else term.value
    if term.value.startswith(HOMES):
        project, _, node = term.value.removeprefix(HOMES).partition("/")
        return {"brain": project}.get(node, "assessment" if node.startswith("assessment/") else f"{project}/{node}")
    name = local_name(term.value)
    return KINDS.get(name, name)


def rows_of(question: Question, given: Mapping[str, str], asked: Asked) -> tuple[tuple[str, ...], ...]:
    rows = asked.select(question.text, parameters_of(question, given, asked))
    return tuple(tuple(shown(row[column.name]) for column in question.columns) for row in rows)


# ---- The answers ----


@pytest.mark.parametrize("case", EACH, ids=lambda case: case.name)
def test_a_question_has_the_answer_derived_by_hand(case: Case, corpus: Corpus) -> None:
    assert rows_of(question_named(case.question, corpus.knowledge), case.given, corpus) == case.rows


@pytest.mark.parametrize("case", EACH, ids=lambda case: case.name)
def test_a_question_has_the_same_answer_on_the_reference_engine(case: Case, corpora: Mapping[str, Corpus]) -> None:
    question = question_named(case.question, corpora["fast"].knowledge)
    values = parameters_of(question, case.given, corpora["fast"])
    fast, slow = (corpora[name].workspace.select(question.text, values) for name in ("fast", "reference"))
    assert slow == fast


# Parameters that have to be given, for questions that also take a place.
NEEDED = {"least": "0", "before": "2027-01-01", "type": "danao:Agreement"}
AREA = {"alpha": "370100", "beta": "370100", "gamma": "370200", "epsilon": "370200"}
# Their rows about one project depend on the others.
COMPARING = {"ranking", "indicators-one-project-has-full"}


@pytest.mark.parametrize("question", [one for one in SHIPPED if one.parameter("place")], ids=lambda one: one.name)
def test_a_place_keeps_the_projects_in_it_and_the_province_keeps_all(question: Question, corpus: Corpus) -> None:
    given = {one.name: NEEDED[one.name] for one in question.parameters if one.required}
    everywhere = rows_of(question, given, corpus)
    assert rows_of(question, given | {"place": "山东省"}, corpus) == everywhere
    names = [column.name for column in question.columns]
    if "project" in names and question.name not in COMPARING:
        project = names.index("project")
        for area in ("370100", "370200", "370300"):
            kept = tuple(row for row in everywhere if AREA[row[project]] == area)
            assert rows_of(question, given | {"place": area}, corpus) == kept
    else:
        assert rows_of(question, given | {"place": "370300"}, corpus) != everywhere


def test_every_question_has_a_case(knowledge: Knowledge) -> None:
    assert {case.question for case in EACH} == {question.name for question in questions(knowledge)}
    assert len(questions(knowledge)) >= 24


def test_every_question_has_a_case_with_rows(knowledge: Knowledge) -> None:
    assert {case.question for case in EACH if case.rows} == {question.name for question in questions(knowledge)}


# ---- Heads ----


@pytest.mark.parametrize("question", SHIPPED, ids=lambda question: question.name)
def test_a_head_declares_what_the_query_takes_and_gives(question: Question, corpus: Corpus) -> None:
    body = question.text.partition("\n\n")[2]
    rows = re.findall(r"VALUES \(([^)]*)\) \{ \((?:UNDEF ?)+\) \}", body)
    assert {name for row in rows for name in row.replace("?", "").split()} == {one.name for one in question.parameters}
    head = body[body.index("SELECT") : body.index("WHERE")]
    projected = re.findall(r"AS \?(\w+)\)|(?<![(\w])\?(\w+)(?![^(]*\))", head)
    assert [one or other for one, other in projected] == [column.name for column in question.columns]
    values = {
        one.name: parameters_of(replace(question, parameters=(one,)), {}, corpus)
        for one in question.parameters
        if one.default is not None
    }
    assert all(value.keys() == {name} for name, value in values.items())


HEADS = {
    "no title": "# Answers: 一 | one\n",
    "no english": "# Title: 一\n# Answers: 一 | one\n",
    "unknown kind": "# Title: 一 | one\n# Answers: 一 | one\n# Parameter ?a (colour): 一 | one\n",
    "no question mark": "# Title: 一 | one\n# Answers: 一 | one\n# Column a: 一 | one\n",
    "misspelt": "# Title: 一 | one\n# Answers: 一 | one\n# Paramter ?a (text): 一 | one\n",
    "two titles": "# Title: 一 | one\n# Title: 二 | two\n# Answers: 一 | one\n",
}


@pytest.mark.parametrize("fault", HEADS)
def test_a_malformed_head_is_told_with_its_file(fault: str, knowledge: Knowledge) -> None:
    wrong = HEADS[fault] + "\nSELECT ?a WHERE { ?a ?b ?c } ORDER BY ?a\n"
    broken = replace(knowledge, rules={"questions/domain": {"mine": wrong}})
    with pytest.raises(KnowledgeError) as caught:
        questions(broken)
    assert caught.value.place.file == "rules/questions/domain/mine.rq"


# ---- Values ----


def test_values_become_terms_of_their_kind(corpus: Corpus) -> None:
    question = question_named("expiring-evidence", corpus.knowledge)
    given = {"before": "2026-06-30", "project": "beta", "place": "青岛市", "result": "self-assessed"}
    found = parameters_of(question, given, corpus)
    assert found["before"] == Literal("2026-06-30", datatype=NamedNode(XSD + "date"))
    assert found["project"] == NamedNode(f"{HOMES}beta/brain")
    assert found["place"] == NamedNode("https://w3id.org/danao/code/gbt2260/370200")
    assert [shown(found[name]) for name in ("place", "result")] == ["370200", "self"]


WRONG = {
    "unknown parameter": ("ranking", {"colour": "red"}, "element, place, result"),
    "missing parameter": ("projects-at-or-above", {}, "least"),
    "no number": ("projects-at-or-above", {"least": "many"}, "60.5"),
    "no integer": ("projects-evidencing-both", {"first": "6.1", "second": "6.2", "least": "1.5"}, "60"),
    "no date": ("expiring-evidence", {"before": "2026-02-30"}, "2026-06-30"),
    "no project": ("points-by-part", {"project": "alpa"}, "alpha"),
    "not scored": ("points-by-part", {"project": "delta"}, "beta"),
    "no kind of result": ("ranking", {"result": "6.1.5"}, "result"),
    "no type of evidence": ("evidence-of-type", {"type": "6.1.5"}, "type"),
    "no class of element": ("unevidenced-indicators", {"level": "brain:TrustedDataSpace"}, "level"),
    "no truth": ("requests-for-exclusion", {"approved": "perhaps"}, "true"),
    "no concept": ("ranking", {"element": "6.1.55"}, "6.1.5"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_value_that_fits_nothing_is_told_with_what_would(fault: str, corpus: Corpus) -> None:
    name, given, hint = WRONG[fault]
    with pytest.raises(UsageError) as caught:
        parameters_of(question_named(name, corpus.knowledge), given, corpus)
    assert hint in f"{caught.value.what.en} {caught.value.fix.en if caught.value.fix else ''}"


def test_an_unknown_question_names_the_nearest(knowledge: Knowledge) -> None:
    with pytest.raises(UsageError) as caught:
        question_named("rankings", knowledge)
    assert caught.value.fix is not None
    assert "ranking" in caught.value.fix.en


def test_an_answer_has_labels_codes_and_exact_numbers(corpus: Corpus) -> None:
    view = answer(question_named("ranking", corpus.knowledge), {"element": "6.1.5", "result": "self"}, corpus)
    assert view["format"] == "danao-answer/1"
    first = view["rows"][0]
    assert first["rank"] == {"value": "1", "type": "integer"}
    assert first["project"] == {
        "iri": f"{HOMES}alpha/brain",
        "label": {"zh": "甲", "en": "Alpha"},
        "notation": "alpha",
    }
    assert first["result"]["label"] == {"zh": "自评", "en": "self-assessed"}
    assert first["points"]["value"] == "1"


# ---- The command ----

PROJECTS = FOLDER / "projects"
FILES = tuple(f"{name}.ttl" for name in NAMES)
EXAMINED = ("-e", "alpha-examination.ttl", "-e", "beta-examination.ttl", "--as-of", AS_OF)


def asked(*arguments: str) -> Run:
    return run("ask", *arguments, cwd=PROJECTS)


def test_an_answer_is_a_table_that_tells_which_result_and_how_many_projects() -> None:
    found = asked("ranking", *FILES, *EXAMINED, "-p", "element=6.1.5", "--param", "result=self", "--lang", "en")
    # Delta's violation is told beside the answer, and by the exit code.
    assert found.code == 1
    assert "OverstepsSide" in found.err
    lines = [line.split() for line in found.out.splitlines() if " self self-assessed " in line]
    assert lines == [
        ["1", "alpha", "Alpha", "self", "self-assessed", "1.0", "1.0"],
        ["1", "beta", "Beta", "self", "self-assessed", "1.0", "1.0"],
        ["3", "epsilon", "Epsilon", "self", "self-assessed", "0.5", "0.5"],
        ["3", "gamma", "Gamma", "self", "self-assessed", "0.5", "1.0"],
    ]
    assert "4 rows from 4 assessed projects." in found.out


def test_an_answer_as_csv_has_a_mark_for_spreadsheets_and_the_iri_beside_each_thing() -> None:
    found = asked("rejected-evidence", "alpha.ttl", *EXAMINED[:2], "-f", "csv", "--lang", "en")
    assert found.code == 0
    assert found.out.startswith("\N{ZERO WIDTH NO-BREAK SPACE}project,project IRI,evidence,evidence IRI,")
    (row,) = csv.DictReader(io.StringIO(found.out.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")))
    assert (row["project"], row["evidence IRI"]) == ("alpha Alpha", f"{HOMES}alpha/loans")


def test_an_answer_as_json_holds_both_languages_and_the_parameters_as_understood() -> None:
    view = asked("requests-for-exclusion", "beta.ttl", *EXAMINED[2:4], "-f", "json", "-p", "approved=是").json
    assert view["title"].keys() == {"zh", "en"}
    assert [(one["name"], one["value"]) for one in view["parameters"] if one["value"]] == [
        ("approved", {"value": "true", "type": "boolean"})
    ]
    assert [row["approved"]["value"] for row in view["rows"]] == ["true"]


def test_the_list_has_every_question_with_its_parameters(knowledge: Knowledge) -> None:
    view = asked("--list", "-f", "json").json
    assert [one["question"] for one in view["questions"]] == [question.name for question in questions(knowledge)]
    assert {"name", "kind", "required", "default"} <= view["questions"][0]["parameters"][0].keys()
    listed = asked("--list", "--lang", "en").out
    assert all(f"{question.name}  {question.title.en}" in listed for question in questions(knowledge))


@pytest.mark.parametrize("arguments", [("rankings", "alpha.ttl"), ("ranking",), ("ranking", "alpha.ttl", "-p", "red")])
def test_a_wrong_use_ends_with_2(arguments: tuple[str, ...]) -> None:
    found = asked(*arguments, "--as-of", AS_OF, "--lang", "en")
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith("error UsageError ")


# ---- Another standard ----


@pytest.fixture(scope="module")
def libraries() -> Corpus:
    knowledge = load_knowledge(LIBRARIES)
    return Corpus([run_case(LIBRARY_CASES / "everything-is-evidenced", knowledge)], knowledge)


def test_the_framework_s_questions_answer_for_another_standard(libraries: Corpus) -> None:
    for question in questions(libraries.knowledge):
        needed = {
            "before": "2026-06-30",
            "first": "access",
            "second": "reading",
            "least": "30",
            "type": "pls:ReaderSurvey",
        }
        projects = {one.name: "case-library" for one in question.parameters if one.kind == "project" and one.required}
        given = {one.name: needed[one.name] for one in question.parameters if one.required and one.kind != "project"}
        assert answer(question, given | projects, libraries)["question"] == question.name


def test_another_standard_s_total_and_survey_are_found(libraries: Corpus) -> None:
    ranked = answer(question_named("ranking", libraries.knowledge), {"result": "verified"}, libraries)["rows"]
    assert [(row["rank"]["value"], row["points"]["value"]) for row in ranked] == [("1", "40")]
    given = {"type": "pls:ReaderSurvey", "result": "verified"}
    found = answer(question_named("evidence-of-type", libraries.knowledge), given, libraries)["rows"]
    # It backs three of the five parts below a whole of 10 points, four of them below a part that counts as one.
    assert [(row["requirements"]["value"], row["issued"]["value"]) for row in found] == [("3", "2025-09-30")]
