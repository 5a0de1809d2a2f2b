"""Registries whose process is killed: at many random moments, and in the middle of a thousand submissions."""

from __future__ import annotations

from pathlib import Path

from danao.registry.record import Record
from danao.registry.verify import verify_held
from tests.killing import ABOUT, check_whole, killed, main, survived
from tests.registering import CACHE, held

MANY = 1000


def test_nothing_acknowledged_is_lost_at_fifty_random_moments(tmp_path: Path) -> None:
    folder = tmp_path / "registry"
    acknowledged = survived(folder, moments=50, seed=20261129)
    length = Record(folder).length
    # At each moment one submission may count that nobody was told of, and one made ready.
    assert 0 < len(acknowledged) <= length <= len(acknowledged) + 2 * 50
    found = verify_held(folder, None, cache=CACHE)
    assert (found.faults, found.recomputed) == ([], length)


def test_killed_in_the_middle_of_a_thousand_submissions_it_goes_on_to_its_end(tmp_path: Path) -> None:
    folder = tmp_path / "registry"
    acknowledged = killed(folder, 0, MANY, MANY // 2, ABOUT / 2)
    check_whole(folder, acknowledged)
    before = list(Record(folder).lines())
    assert MANY // 2 <= len(acknowledged) <= len(before) < MANY
    main(folder, len(before), MANY - len(before))
    with held(folder) as registry:
        after = list(registry.record.lines())
    assert (after[: len(before)], len(after)) == (before, MANY)
    # Every object and graph of the thousand; to compute them all again takes as long as the thousand did.
    check_whole(folder, acknowledged)
