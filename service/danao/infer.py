"""Inference: what follows from a description and an examination before anything is checked."""

from __future__ import annotations

from danao.engine.interface import Workspace
from danao.knowledge import Knowledge
from danao.statements import Facts, together


def infer(workspace: Workspace, knowledge: Knowledge) -> Facts:
    """Add what the axioms entail, then what the domain's and the framework's rules derive, claims included."""
    entailed = workspace.entail()
    derived = apply_rules(workspace, knowledge, "inference/domain", "inference/framework")
    return together((entailed, derived))


def apply_rules(workspace: Workspace, knowledge: Knowledge, *folders: str) -> Facts:
    """Apply the rules of folders once, in the order of their names; the facts they add."""
    rules = [rule for folder in folders for rule in knowledge.rules.get(folder, {}).values()]
    return together([workspace.construct(rule) for rule in rules])


def apply_until_stable(workspace: Workspace, knowledge: Knowledge, folder: str) -> Facts:
    """Apply the rules of a folder until they add nothing."""
    found: list[Facts] = []
    while new := apply_rules(workspace, knowledge, folder):
        found.append(new)
    return together(found)
