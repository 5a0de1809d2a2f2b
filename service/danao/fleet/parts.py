"""Parts: the results of one batch each, in a file that is there whole or not at all. Resuming and re-use read them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from danao.fleet.batches import Batch, Entry
from danao.fleet.schema import part_schema

FOLDER = "parts"
_DIGEST = b"danao-batch"
# What a description died of may have been the machine's fault: it is not taken over from another run.
_NOT_FOR_LONG = ("TimeExceeded", "MemoryExceeded", "WorkerDied")


def part_path(out: Path, number: int) -> Path:
    """Where the results of a batch are."""
    return out / FOLDER / f"{number:06d}.arrow"


def write_part(out: Path, batch: Batch, results: Any, entries: Sequence[Entry]) -> None:  # noqa: ANN401 - no types
    """Write the results of a batch: what was made, what each was made from, and the digest of the batch."""
    by_seq = {entry.item.seq: entry for entry in entries}
    entries = [by_seq[seq] for seq in results["seq"].to_pylist()]
    more = {
        "bytes": [entry.size for entry in entries],
        "digest": [entry.digest for entry in entries],
        "examination": [entry.examination for entry in entries],
        "made_from": [entry.made_from for entry in entries],
        "key": [entry.key for entry in entries],
    }
    schema = part_schema().with_metadata({_DIGEST: batch.digest.encode()})
    table = pa.Table.from_arrays(
        [pa.array(more[field.name], field.type) if field.name in more else results[field.name] for field in schema],
        schema=schema,
    )
    path = part_path(out, batch.number)
    path.parent.mkdir(exist_ok=True)
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with written_whole(path) as file, pa.ipc.new_file(file, schema, options=options) as writer:
        writer.write_table(table.combine_chunks())


class written_whole:  # noqa: N801 - used like a function
    """A file that takes its name when it is written and safe on disk; before, the name is nobody's or the old one's."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._temporary = path.with_name(f".{path.name}.writing")

    def __enter__(self) -> Any:  # noqa: ANN401 - a binary file
        self._file = self._temporary.open("wb")
        return self._file

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._file.flush()
            os.fsync(self._file.fileno())
        self._file.close()
        if kind is None:
            self._temporary.replace(self._path)
            sync_folder(self._path.parent)
        else:
            self._temporary.unlink()


def is_unfinished(path: Path) -> bool:
    """Whether a file is what is left of one that was never finished."""
    return path.name.startswith(".") and path.suffix == ".writing"


def sync_folder(folder: Path) -> None:
    """Make the names in a folder safe on disk."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def part_digest(out: Path, number: int) -> str | None:
    """The digest of the batch that a part was made from; none where there is no part, or no readable one."""
    try:
        with pa.OSFile(str(part_path(out, number))) as file, pa.ipc.open_file(file) as reader:
            found: bytes = (reader.schema.metadata or {}).get(_DIGEST, b"")
            return found.decode() or None
    except (OSError, pa.ArrowInvalid):
        return None


def read_part(path: Path, columns: Sequence[str] | None = None) -> Any:  # noqa: ANN401 - PyArrow has no types
    """A part, or some columns of it."""
    names = part_schema().names
    fields = None if columns is None else [names.index(column) for column in columns]
    with pa.OSFile(str(path)) as file:
        return pa.ipc.open_file(file, options=pa.ipc.IpcReadOptions(included_fields=fields)).read_all()


def part_paths(out: Path) -> list[Path]:
    """The parts of a run in their order."""
    return sorted((out / FOLDER).glob("[0-9]*.arrow"))


class Kept:
    """Results of an earlier run by the key of what they were made from.

    ``with_steps`` leaves out those of which it kept no steps.
    """

    def __init__(self, out: Path, *, with_steps: bool = False) -> None:
        self._with_steps = with_steps
        self._paths = part_paths(out)
        self._places: dict[bytes, tuple[int, int]] = {}
        self._last: tuple[int, Any] = (-1, None)
        for number, path in enumerate(self._paths):
            for row, (key, fleeting) in enumerate(_keys(path)):
                if not fleeting:
                    self._places.setdefault(bytes.fromhex(key), (number, row))

    def __len__(self) -> int:
        return len(self._places)

    def results(self, entry: Entry) -> Any:  # noqa: ANN401 - PyArrow has no types
        """The results of an equal description, numbered as this one; none where there are none."""
        place = self._places.get(bytes.fromhex(entry.key))
        if place is None:
            return None
        number, row = place
        if self._last[0] != number:
            self._last = (number, read_part(self._paths[number]))
        rows = self._last[1].slice(row)
        # All projects of one description stand together.
        other = pc.index(pc.equal(rows["key"], entry.key), value=False).as_py()
        found = rows if other < 0 else rows.slice(0, other)
        found = found.set_column(0, "seq", pa.array([entry.item.seq] * found.num_rows, pa.int64()))
        return self._fitting(found)

    def _fitting(self, found: Any) -> Any:  # noqa: ANN401 - PyArrow has no types
        """Results as this run has them; none where they lack steps that it keeps."""
        if not self._with_steps:
            nothing = pa.nulls(found.num_rows, pa.binary())
            return found.set_column(found.schema.get_field_index("steps"), "steps", nothing)
        is_lacking = found["steps"].null_count and pc.all(pc.equal(found["status"], "scored")).as_py()
        return None if is_lacking else found


def _keys(path: Path) -> Iterator[tuple[str, bool]]:
    # What another version wrote in another form is of no use.
    with pa.OSFile(str(path)) as file:
        if pa.ipc.open_file(file).schema.names != part_schema().names:
            return
    table = read_part(path, ["errors", "key"])
    for key, errors in zip(table["key"].to_pylist(), table["errors"].to_pylist(), strict=True):
        yield key, bool(errors) and errors[0]["error"] in _NOT_FOR_LONG
