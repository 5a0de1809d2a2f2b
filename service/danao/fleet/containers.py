"""Files that hold many descriptions: zip, tar, Parquet, N-Quads and TriG, each read as a stream of pieces.

What is inside them is opaque here and may be hostile: nothing is written under a name from inside, no archive within
an archive is opened, no piece is longer than the limit and one byte, and whatever is read in one go has a bound.
"""

from __future__ import annotations

import gzip
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from danao.errors import DanaoError, InputError, Place, RefusedContent, Text, TooLarge, UnreadableFile
from danao.fleet.quads import graphs
from danao.limits import Limits
from danao.reading import FORMATS


@dataclass(frozen=True)
class Piece:
    """One description in a container: its name, its bytes or why there are none, its syntax, how far that is (0..1)."""

    name: str
    data: bytes | None
    format: str | None
    reach: float
    error: DanaoError | None = None


Alive = Callable[[], object]
_Reader = Callable[[Path, str, Limits, Alive], Iterator[Piece]]
# A zip's list of contents is read in one go, and takes ten times as much memory.
_MOST_LISTED = 16 << 20
_CHUNK = 1 << 20


def container_kind(path: Path) -> str | None:
    """Which kind of container a file is by its name; none for a plain description."""
    name = path.name.lower()
    return next((ending for ending in _readers() if name.endswith(f".{ending}")), None)


def pieces(path: Path, name: str, limits: Limits, alive: Alive = tuple) -> Iterator[Piece]:
    """The descriptions in a container, in its own order; ``name`` is what the container is called in messages.

    ``alive`` is called now and then while it is read, and each time soon after the last where nothing is wrong.

    :raises DanaoError: the container cannot be read, or not to its end.
    """
    kind = container_kind(path)
    assert kind is not None, "only containers have pieces"  # noqa: S101 - a slip of ours
    try:
        yield from _readers()[kind](path, name, limits, alive)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, tarfile.TarError, struct.error) as fault:
        raise _damaged(name, fault) from fault


def _readers() -> dict[str, _Reader]:
    tars = dict.fromkeys(("tar", "tar.gz", "tgz"), _tar)
    datasets = dict.fromkeys(("nq", "nquads", "trig", "nq.gz", "nquads.gz", "trig.gz"), _dataset)
    return {"zip": _zip, **tars, "parquet": _parquet, **datasets}


def _dataset(path: Path, name: str, limits: Limits, alive: Alive) -> Iterator[Piece]:
    for graph, data, reach in graphs(path, limits, alive):
        # The file itself names what stands in no graph.
        yield Piece(f"{name} <{graph}>" if graph else name, data, "nq", reach)


# ---- Archives ----


def _zip(path: Path, name: str, limits: Limits, alive: Alive) -> Iterator[Piece]:
    with path.open("rb") as file:
        _refuse_long_list(file, name)
        with zipfile.ZipFile(file) as archive:
            members = [member for member in archive.infolist() if _is_description(member.filename)]
            for number, member in enumerate(members, start=1):
                alive()
                yield _zipped(archive, member, name, number / len(members), limits)


def _zipped(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, reach: float, limits: Limits) -> Piece:
    full = f"{name}/{member.filename}"
    try:
        _refuse_escaping(member.filename, full)
        with archive.open(member) as file:
            return Piece(full, _beginning(file, limits.max_bytes), None, reach)
    except InputError as error:
        return Piece(full, None, None, reach, error)
    # An encrypted member is a RuntimeError, an unknown compression a NotImplementedError, which is one too.
    except (OSError, EOFError, RuntimeError, zlib.error, zipfile.BadZipFile) as fault:
        return Piece(full, None, None, reach, _damaged(full, fault))


def _refuse_long_list(file: IO[bytes], name: str) -> None:
    """Look at the end of a zip for the size of its list of contents."""
    size = file.seek(0, 2)
    file.seek(max(0, size - (1 << 16) - 22))
    end = file.read()
    found = end.rfind(b"PK\x05\x06")
    listed = int.from_bytes(end[found + 12 : found + 16], "little") if found >= 0 else 0
    wide = end.rfind(b"PK\x06\x06")
    if wide >= 0:
        listed = max(0 if listed == (1 << 32) - 1 else listed, int.from_bytes(end[wide + 40 : wide + 48], "little"))
    file.seek(0)
    if listed > _MOST_LISTED:
        raise TooLarge(
            Text("压缩包的文件目录太长。", "The archive's list of contents is too long."),
            place=Place(file=name),
            fix=Text("拆成几个压缩包，或用 tar、Parquet。", "Split it, or use tar or Parquet."),
        )


def _tar(path: Path, name: str, limits: Limits, alive: Alive) -> Iterator[Piece]:
    size = max(1, path.stat().st_size)
    with (
        path.open("rb") as raw,
        gzip.GzipFile(fileobj=raw) if path.name.endswith("gz") else raw as plain,
        tarfile.open(fileobj=cast("IO[bytes]", _Bounded(plain, limits.max_bytes)), mode="r:") as archive,
    ):
        while member := archive.next():
            # The library keeps every header that it has seen.
            archive.members = []  # type: ignore[attr-defined]
            alive()
            if member.isfile() and _is_description(member.name):
                yield _tarred(archive, member, name, raw.tell() / size, limits)


def _tarred(archive: tarfile.TarFile, member: tarfile.TarInfo, name: str, reach: float, limits: Limits) -> Piece:
    full = f"{name}/{member.name}"
    try:
        _refuse_escaping(member.name, full)
    except InputError as error:
        return Piece(full, None, None, reach, error)
    file = archive.extractfile(member)
    return Piece(full, _beginning(file, limits.max_bytes) if file else b"", None, reach)


class _Bounded:
    """A file that is read in bounded pieces: a header of a tar may claim to be as long as it likes."""

    def __init__(self, file: Any, most: int) -> None:  # noqa: ANN401 - whatever reads, seeks and tells
        self._file = file
        self._most = most + _CHUNK
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int) -> bytes:
        if size > self._most:
            raise tarfile.ReadError(size)
        found: bytes = self._file.read(size)
        return found


def _is_description(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix.lower().removeprefix(".") in FORMATS and not path.name.startswith(".")


def _refuse_escaping(name: str, full: str) -> None:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        raise RefusedContent(
            Text("压缩包里的文件名指向压缩包之外。", "The archive holds a name that leads out of it."),
            place=Place(file=full),
            fix=Text("重新打包，用相对的文件名，不含 ..。", "Pack it again with relative names without '..'."),
        )


def _beginning(file: IO[bytes], most: int) -> bytes:
    """The bytes of a file, or one more than allowed of a larger one."""
    found = bytearray()
    while len(found) <= most and (chunk := file.read(min(_CHUNK, most + 1 - len(found)))):
        found += chunk
    return bytes(found)


# ---- Parquet ----


def _parquet(path: Path, name: str, limits: Limits, alive: Alive) -> Iterator[Piece]:
    """One description a row: its text in ``data``, its syntax in ``format``, what it is called in ``name``."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path, buffer_size=_CHUNK, pre_buffer=False)
        columns = [column for column in ("name", "format", "data") if column in file.schema_arrow.names]
        if "data" not in columns:
            raise _no_data(name)
        for piece in _parquet_rows(file, columns, name, limits):
            alive()
            yield piece
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as fault:
        raise _damaged(name, fault) from fault


def _parquet_rows(file: Any, columns: list[str], name: str, limits: Limits) -> Iterator[Piece]:  # noqa: ANN401
    total, number = max(1, file.metadata.num_rows), 0
    for batch in file.iter_batches(batch_size=16, columns=columns, use_threads=False):
        for row in range(batch.num_rows):
            values = {column: batch[column][row].as_py() for column in columns}
            number += 1
            called = values.get("name") or str(number)
            data = values["data"] or b""
            written = data.encode() if isinstance(data, str) else bytes(data)
            syntax = values.get("format") or (None if _is_description(called) else "ttl")
            yield Piece(f"{name}/{called}", written[: limits.max_bytes + 1], syntax, number / total)


def _no_data(name: str) -> RefusedContent:
    return RefusedContent(
        Text("Parquet 文件里没有 data 列。", "The Parquet file has no column 'data'."),
        place=Place(file=name),
        fix=Text(
            "每行一份描述：正文放在 data 列，语法放在 format 列，名称放在 name 列。",
            "One description a row: its text in 'data', its syntax in 'format', what it is called in 'name'.",
        ),
    )


def _damaged(name: str, fault: Exception) -> UnreadableFile:
    return UnreadableFile(
        Text(f"文件损坏或读不了：{fault}。", f"The file is damaged or cannot be read: {fault}."),
        place=Place(file=name),
        fix=Text("重新下载或重新打包。", "Fetch it or pack it again."),
    )
