"""What docs/scores.md and docs/model.md work by hand: the arithmetic is right, and danao says the same."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pytest
from pyoxigraph import RdfFormat, Triple, parse

from danao.describe import read_descriptions
from danao.examine import read_examinations
from danao.knowledge import Knowledge
from danao.namespaces import CCCEV, DANAO, EARL, RDFS, SH, XSD
from danao.pipeline import Assessment, assess
from danao.reading import Input
from danao.view import KINDS, Results, Standard
from tests.case import AROUND
from tests.pages import ROOT, blocks, code, tables, text_of

DOCS = ROOT / "docs"
SCORES, MODEL = DOCS / "scores.md", DOCS / "model.md"
MEASURES = {"attainment": "attainment", "bound": "upperAttainment", "points": "points", "upper": "upperPoints"}
RESULTS = {"self-assessed": "SelfAssessed", "verified": "Verified"}
OUTCOMES = {"passed": "passed", "cannot tell": "cantTell", "not provided": "failed", "not applicable": "inapplicable"}
LINE = re.compile(r"(\d\S*(?: \w\))?)\s+(\w+)\s+(.+?) ([=→]) ([\d.]+)")


def assessed(name: str, knowledge: Knowledge) -> Assessment:
    """The assessment of a description in docs/ with its examination."""
    files = [Input(f"{name}{end}.ttl", (DOCS / f"{name}{end}.ttl").read_bytes()) for end in ("", "-examination")]
    (description,) = read_descriptions(files[:1], knowledge, AROUND)
    (examination,) = read_examinations(files[1:], knowledge, AROUND).values()
    return assess(description, examination, knowledge)


# ---- docs/scores.md ----


@dataclass(frozen=True)
class Line:
    """A line of hand-worked arithmetic: of which result, element and measure, and what it comes to."""

    kind: str
    element: str
    measure: str
    expression: str
    rounds: bool
    value: str


def lines() -> Iterator[Line]:
    for block in blocks(SCORES, "text"):
        kind = ""
        for text in filter(None, block.splitlines()):
            found = LINE.fullmatch(text)
            if found:
                yield Line(kind, found[1], MEASURES[found[2]], found[3], found[4] == "→", found[5])
            else:
                kind = RESULTS[text.split()[0]]


LINES = list(lines())


@pytest.fixture(scope="module")
def worked(knowledge: Knowledge) -> Assessment:
    return assessed("worked", knowledge)


def test_the_page_works_every_level_in_both_results() -> None:
    for kind in KINDS:
        assert {line.element for line in LINES if line.kind == kind} >= {"6", "6.1", "6.1.4", "6.2.2", "6.2.2 a)"}
        assert {line.measure for line in LINES if line.kind == kind} == set(MEASURES.values())


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.kind} {line.element} {line.measure}")
def test_the_arithmetic_of_a_line_is_right(line: Line) -> None:
    value = evaluated(line.expression)
    if line.rounds:
        places = len(line.value.partition(".")[2])
        value = Fraction(int(value * 10**places + Fraction(1, 2)), 10**places)
    assert value == Fraction(line.value)


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.kind} {line.element} {line.measure}")
def test_danao_says_what_a_line_comes_to(line: Line, worked: Assessment) -> None:
    score = Results(worked).score(Standard(worked.knowledge).element(line.element), line.kind)
    assert Decimal(score[line.measure].value) == Decimal(line.value)


def test_the_outcomes_of_the_tables_are_those_that_danao_finds(worked: Assessment) -> None:
    found, standard = Results(worked), Standard(worked.knowledge)
    rows = [row for table in tables(text_of(SCORES)) for row in table if code(row.get("requirement", ""))]
    assert len(rows) == 6 + 6 + 4
    for row in rows:
        requirement = standard.element(code(row["requirement"]))
        for column, kind in RESULTS.items():
            assert found.outcome(requirement, kind) == OUTCOMES[row[column]], row


def test_every_convention_of_the_default_scheme_is_in_the_page(knowledge: Knowledge) -> None:
    named = {part for word in re.findall(r"`([a-z-]+)`", text_of(SCORES)) for part in [word.removeprefix("-")]}
    conventions = [iri.rpartition("/default-")[2] for iri in knowledge.values(knowledge.scheme, DANAO + "convention")]
    assert [name for name in conventions if name not in named and name.removeprefix("band-") not in named] == []


def evaluated(expression: str) -> Fraction:
    """A hand-worked expression in exact arithmetic."""
    written = expression.replace("×", "*").replace("÷", "/").replace("−", "-")
    return _value(ast.parse(re.sub(r"[\d.]+", lambda number: f"'{number[0]}'", written), mode="eval").body)


def _value(node: ast.expr) -> Fraction:
    match node:
        case ast.Constant(value=str(number)):
            return Fraction(number)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _value(left) + _value(right)
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return _value(left) - _value(right)
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return _value(left) * _value(right)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return _value(left) / _value(right)
    raise ValueError(ast.dump(node))


# ---- docs/model.md ----


def traced() -> list[str]:
    """The Turtle of the section that traces one example."""
    (section,) = (part for part in text_of(MODEL).split("\n## ") if part.startswith("One example, traced"))
    return re.findall(r"^```turtle\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", traced(), ids=lambda block: block.split()[0])
def test_what_the_page_on_the_model_traces_is_what_danao_states(block: str, knowledge: Knowledge) -> None:
    assessment = assessed("one-capability", knowledge)
    facts = assessment.description.facts | knowledge.ontology | knowledge.shapes
    stated = frozenset(facts).union(*assessment.graphs.values())
    shown = turtle(block, assessment)
    assert shown
    assert {str(triple) for triple in shown if triple not in stated} == set()


def turtle(block: str, assessment: Assessment) -> set[Triple]:
    """The triples of a block with the prefixes of the knowledge; ``<…/`` is the assessment's address."""
    spaces = dict(assessment.knowledge.prefixes) | {
        "cccev": CCCEV,
        "earl": EARL,
        "rdfs": RDFS,
        "sh": SH,
        "xsd": XSD,
        "shape": "https://w3id.org/danao/shapes/2025/",
    }
    head = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in spaces.items())
    text = head + block.replace("<…/", f"<{assessment.iri}/")
    quads = parse(text.encode(), format=RdfFormat.TURTLE, base_iri=assessment.description.home)
    return {quad.triple for quad in quads}
