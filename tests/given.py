"""Descriptions given as text: the full one of a case, with statements added to it."""

from __future__ import annotations

from danao.describe import Description, read_descriptions
from danao.examine import default_examination, read_examinations
from danao.knowledge import Knowledge
from danao.pipeline import Assessment, assess
from danao.reading import Input
from tests.case import AROUND, AS_OF, CASES, actual_of

FULL = (CASES / "6-1-5" / "description.ttl").read_text(encoding="utf-8")
EXAMINATION = (CASES / "6-1-5" / "examination.ttl").read_text(encoding="utf-8")
IDENTIFIER = "case-6-1-5"
HOME = f"{AROUND.base}id/{IDENTIFIER}/"
PREFIXES = (
    FULL[FULL.index("@prefix") : FULL.index("<brain>")] + "@prefix std: <https://w3id.org/danao/standard/2025/> .\n"
)


def described(knowledge: Knowledge, *texts: str) -> list[Description]:
    """The descriptions of Turtle files that are named by their number from 1."""
    files = [Input(f"{number}.ttl", text.encode()) for number, text in enumerate(texts, start=1)]
    return read_descriptions(files, knowledge, AROUND)


def assessed(knowledge: Knowledge, text: str, examination: str | None = None) -> Assessment:
    """The assessment of one description, examined by a file or on the date of the cases."""
    (description,) = described(knowledge, text)
    if examination is None:
        return assess(description, default_examination(description.identifier, AS_OF, AROUND), knowledge)
    (read,) = read_examinations([Input("examination.ttl", examination.encode())], knowledge, AROUND).values()
    return assess(description, read, knowledge)


def faults(found: Description | Assessment) -> list[str]:
    """The names of the violations, each as often as it occurs, sorted."""
    return sorted(problem.name for problem in found.problems if problem.severity == "violation")


def points(assessment: Assessment, kind: str) -> float:
    """The total of a kind of result."""
    return float(actual_of(assessment)[kind].points)
