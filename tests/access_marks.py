"""What only the office may find in an answer about the description in which everything says something of its own."""

from __future__ import annotations

from danao.knowledge import Knowledge
from tests.accessing import HOME, assessed, reached, restricted, said_by
from tests.test_access import NEVER


def marks_of_access(knowledge: Knowledge, *nodes: str) -> set[str]:
    """The names of restricted things, and every text, number and day that only they say."""
    assessment = assessed(knowledge, restricted(*nodes))
    facts = list(assessment.description.facts)
    things = set().union(*(reached(facts, HOME + node) for node in nodes))
    return said_by(things, [*facts, *assessment.examination.facts]) | set(NEVER)
