"""Inference: what follows from a description and an examination before anything is checked."""

from __future__ import annotations

from danao.engine.interface import Facts, Workspace
from danao.knowledge import Knowledge


def infer(workspace: Workspace, knowledge: Knowledge) -> Facts:
    """Add what the axioms entail, then what the domain's and the framework's rules derive, claims included."""
    entailed = workspace.entail()
    derived = apply_rules(workspace, knowledge, "inference/domain", "inference/framework")
    return entailed | derived


def apply_rules(workspace: Workspace, knowledge: Knowledge, *folders: str) -> Facts:
    """Apply the rules of folders once, in the order of their names; the facts they add."""
    rules = [rule for folder in folders for rule in knowledge.rules.get(folder, {}).values()]
    return frozenset().union(*(workspace.construct(rule) for rule in rules))


def apply_until_stable(workspace: Workspace, knowledge: Knowledge, folder: str) -> Facts:
    """Apply the rules of a folder until they add nothing."""
    found: Facts = frozenset()
    while new := apply_rules(workspace, knowledge, folder):
        found |= new
    return found
