"""What is published of 200 invented projects passes the checks; see ``tests/test_published_shapes.py`` for fewer."""

from __future__ import annotations

from danao.knowledge import Knowledge
from tests.many_published import check_many


def test_everything_published_of_200_projects_passes_and_errors_in_it_are_found(knowledge: Knowledge) -> None:
    check_many(200, knowledge)
