"""What an earlier run kept of the steps of its assessments, found by what these were made from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from danao.errors import DamagedRun, Place, Text
from danao.fleet.manifest import Manifest, read_manifest
from danao.fleet.results import STEPS

# What decides the steps besides descriptions, examinations and knowledge: of the last they know themselves.
_DECIDING = ("as_of", "base", "limits", "engine")


class KeptSteps:
    """The table of kept steps of a finished run: a group of its rows is in memory at a time.

    :raises DamagedRun: it is not what the run wrote.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._places: dict[bytes, tuple[int, int, int]] = {}
        self._last: tuple[int, Any] = (-1, None)
        with self._mapped():
            self._file = pq.ParquetFile(path)
            for group in range(self._file.num_row_groups):
                keys = self._file.read_row_group(group, columns=["made_from", "part"]).to_pydict()
                self._index(group, keys["made_from"], keys["part"])

    def _index(self, group: int, made_from: list[str], parts: list[int]) -> None:
        """Note where the projects of each description stand: together, in one group, numbered from 0."""
        starts = [row for row, part in enumerate(parts) if part == 0]
        for row, end in pairwise([*starts, len(parts)]):
            self._places[bytes.fromhex(made_from[row])] = (group, row, end - row)

    def of(self, made_from: str) -> list[bytes] | None:
        """What is kept of each project of a description; none where nothing is.

        :raises DamagedRun: the table is not what the run wrote.
        """
        place = self._places.get(bytes.fromhex(made_from))
        if place is None:
            return None
        group, row, count = place
        if self._last[0] != group:
            with self._mapped():
                self._last = (group, self._file.read_row_group(group, columns=["steps"])["steps"])
        found: list[bytes] = self._last[1].slice(row, count).to_pylist()
        return found

    def close(self) -> None:
        self._file.close()

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        try:
            yield
        except (pa.ArrowException, OSError, KeyError) as fault:
            raise _damaged(self._path) from fault


@contextmanager
def kept_steps(folder: Path | None, manifest: Manifest) -> Iterator[KeptSteps | None]:
    """What an earlier run in a folder kept for one as the manifest says.

    None where it kept nothing, did not come to its end, or had other settings or versions.

    :raises DamagedRun: the table is not what the run wrote.
    """
    if folder is None or not (folder / STEPS).exists() or not _is_alike(read_manifest(folder), manifest):
        yield None
        return
    with closing(KeptSteps(folder / STEPS)) as steps:
        yield steps


def _is_alike(earlier: Manifest, manifest: Manifest) -> bool:
    return earlier.complete and _deciding(earlier) == _deciding(manifest)


def _deciding(manifest: Manifest) -> Any:  # noqa: ANN401 - plain values, as JSON has them
    settings = [manifest.settings[name] for name in _DECIDING]
    return json.loads(json.dumps([*settings, manifest.software["danao"], manifest.software["engine"]]))


def _damaged(path: Path) -> DamagedRun:
    return DamagedRun(
        Text("保留的步骤不是当时写出的。", "The kept steps are not what the run wrote."),
        place=Place(file=str(path)),
        fix=Text("删去该文件，从头评估；或换一个目录。", "Delete the file, to assess anew; or name another folder."),
    )
