"""From formats of earlier versions to that of this one, a step for each number."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from danao.registry.record import FORMAT, SETTINGS, Record, write_whole

# What turns the record in a folder from a format into the next one. Format 1 is the first.
STEPS: Mapping[int, Callable[[Path], None]] = {}


def migrate_record(
    folder: Path, steps: Mapping[int, Callable[[Path], None]] = STEPS, last: int = FORMAT
) -> tuple[int, int]:
    """Bring a record to the format of this version; the formats before and after.

    The number is written after each step: one that was cut off is taken again.

    :raises NoRegistry: there is none.
    :raises NewerRegistry: a later version of danao wrote it.
    """
    record = Record(folder)
    with record.locked():
        for number in range(record.format, last):
            steps[number](folder)
            settings = json.loads((folder / SETTINGS).read_bytes()) | {"format": number + 1}
            write_whole(folder / SETTINGS, json.dumps(settings, indent=2, ensure_ascii=False).encode() + b"\n")
    return record.format, last
