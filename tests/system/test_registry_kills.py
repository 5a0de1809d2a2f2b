"""Registries whose process is killed: at many random moments, and once late in a long run."""

from __future__ import annotations

import os
from pathlib import Path

from danao.cache import cache_folder
from danao.registry.record import Record
from danao.registry.verify import verify_held
from tests.killing import check_whole, killed, main, survived
from tests.registering import held

# Submissions of the long run, and the seconds after which it is killed.
MANY, LATE = 100, 30


def test_nothing_acknowledged_is_lost_at_fifty_random_moments(tmp_path: Path) -> None:
    folder = tmp_path / "registry"
    acknowledged = survived(folder, moments=50, seed=20261129, longest=2.0, each=6)
    length = Record(folder).length
    assert 0 < len(acknowledged) <= length
    found = verify_held(folder, None, cache=cache_folder(os.environ))
    assert (found.faults, found.recomputed) == ([], length)


def test_a_long_run_that_is_killed_late_goes_on_to_its_end(tmp_path: Path) -> None:
    folder = tmp_path / "registry"
    acknowledged = dict(killed(folder, 0, MANY, LATE))
    assert acknowledged
    check_whole(folder, acknowledged)
    before = list(Record(folder).lines())
    assert len(before) >= len(acknowledged)
    assert verify_held(folder, None, cache=cache_folder(os.environ)).faults == []
    # What is left, and the last ones again, which changes nothing but what is current.
    main(folder, len(before), max(1, MANY - len(before)))
    with held(folder) as registry:
        assert list(registry.record.lines())[: len(before)] == before
    assert verify_held(folder, None, cache=cache_folder(os.environ)).faults == []
