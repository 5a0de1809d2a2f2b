"""Outcomes: for every requirement and kind of result exactly one, with its reasons."""

from __future__ import annotations

from danao.engine.interface import Workspace
from danao.infer import apply_rules
from danao.knowledge import Knowledge
from danao.statements import Facts


def decide_outcomes(workspace: Workspace, knowledge: Knowledge) -> Facts:
    """Add the outcomes of all requirements; they start from the standard's list, never from a report alone."""
    return apply_rules(workspace, knowledge, "outcomes")
