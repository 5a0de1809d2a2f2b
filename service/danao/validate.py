"""Validation: is the description usable, and which claims lack something their clause names."""

from __future__ import annotations

from danao.describe import Description
from danao.engine.interface import ShapeResult, Workspace
from danao.errors import Place, Problem, Text
from danao.examine import Examination
from danao.knowledge import Knowledge
from danao.names import shown
from danao.namespaces import DANAO, SH, local_name
from danao.statements import Facts, graph_of, statements_of

_SEVERITIES = {"violation": "violation", "warning": "warning", "info": "warning"}


def check_description(
    workspace: Workspace, description: Description, examination: Examination, knowledge: Knowledge
) -> tuple[Problem, ...]:
    """The problems that the description shapes find in both sides' statements, violations first."""
    examined = {one[0][1:-1] for one in statements_of(examination.facts)}
    problems = {
        _problem(result, examination.source if result.focus in examined else description.source, knowledge)
        for result in workspace.validate("description")
    }
    return tuple(sorted(problems, key=lambda p: (p.severity != "violation", p.name, p.place.node or "", p.value or "")))


def _problem(result: ShapeResult, file: str | None, knowledge: Knowledge) -> Problem:
    message = knowledge.text(result.shape, SH + "message") or Text(result.shape, result.shape)
    return Problem(
        name=local_name(result.shape),
        severity=_SEVERITIES[result.severity],
        place=Place(file=file, node=result.focus),
        what=message,
        fix=knowledge.text(result.shape, DANAO + "fix"),
        path=next(iter(knowledge.values(result.shape, SH + "path")), None),
        value=None if result.value is None else shown(result.value),
    )


def check_claims(workspace: Workspace, _knowledge: Knowledge) -> Facts:
    """Add, for each claim, the shapes it does not satisfy; a claim without any is proved."""
    found = workspace.validate("claims")
    facts = graph_of(list(dict.fromkeys((f"<{one.focus}>", f"<{DANAO}unmet>", f"<{one.shape}>") for one in found)))
    workspace.add(facts)
    return facts
