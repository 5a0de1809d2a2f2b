"""Every case, on both engines: the whole expected result, and equal graphs of every step."""

from __future__ import annotations

from pathlib import Path

import pytest

from danao.knowledge import Knowledge
from tests.case import actual_of, case_folders, case_name, expected_of, run_case, violations


@pytest.mark.parametrize("folder", case_folders(), ids=case_name)
def test_case_gives_the_whole_expected_result(folder: Path, knowledge: Knowledge) -> None:
    assessment = run_case(folder, knowledge)
    assert violations(assessment.problems) == []
    assert actual_of(assessment) == expected_of(folder)


@pytest.mark.parametrize("folder", case_folders(), ids=case_name)
def test_case_is_equal_on_the_reference_engine(folder: Path, knowledge: Knowledge, reference: Knowledge) -> None:
    fast, slow = run_case(folder, knowledge), run_case(folder, reference)
    assert slow.graphs == fast.graphs
    assert slow.tables == fast.tables
