"""Scores: outcomes times weights, from the requirements up to the total."""

from __future__ import annotations

from danao.engine.interface import Workspace
from danao.infer import apply_rules, apply_until_stable
from danao.knowledge import Knowledge
from danao.statements import Facts, together


def score_outcomes(workspace: Workspace, knowledge: Knowledge) -> Facts:
    """Add a score for every element of the standard in each kind of result: attainment rolled up, points, counts."""
    requirements = apply_rules(workspace, knowledge, "scoring/outcomes")
    wholes = apply_until_stable(workspace, knowledge, "scoring/roll-up")
    return together((requirements, wholes, apply_rules(workspace, knowledge, "scoring/points")))
