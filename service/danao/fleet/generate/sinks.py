"""Where descriptions go: a folder of files, an archive, a table, or one file of graphs; each whole or not at all."""

from __future__ import annotations

import contextlib
import gzip
import io
import re
import sys
import tarfile
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import RdfFormat, parse, serialize

from danao.errors import Place, Text, UsageError
from danao.fleet.generate.turtle import base

# Rows of a table that are held in memory, and how many files stand in one folder.
_ROWS = 500
_IN_FOLDER = 1000
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644
# Blank nodes in N-Quads: subjects, and objects before the graph.
_BLANK = re.compile(rb'(?m)^_:[^\s"]+|(?<= )_:[^\s"]+(?= <[^<>"\s]*> \.$)')


@dataclass(frozen=True)
class Item:
    """One file of a project: its name without an ending, what its relative IRIs are relative to, and its graph.

    ``data`` is the file in Turtle, ``header`` and ``body`` the same in two parts, before a mistake of files is made.
    """

    number: int
    identifier: str
    home: str
    graph: str
    header: str
    body: str
    data: bytes

    @property
    def path(self) -> str:
        """Where the file stands: so many in one folder."""
        return f"{(self.number - 1) // _IN_FOLDER:04d}/{self.identifier}.ttl"


class Sink(ABC):
    """Takes items one after the other."""

    @abstractmethod
    def put(self, item: Item) -> None:
        """Take one item."""


class Folder(Sink):
    """One file an item, in subfolders."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: Path | None = None

    def put(self, item: Item) -> None:
        target = self._folder / item.path
        if target.parent != self._made:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._made = target.parent
        with _whole(target) as file:
            file.write(item.data)


class Trig(Sink):
    """One graph an item."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._begun = False

    def put(self, item: Item) -> None:
        header = "" if self._begun else item.header
        self._begun = True
        self._file.write(f"{header}\n{base(item.home)}<{item.graph}> {{\n{item.body}}}\n".encode())


class NQuads(Sink):
    """One graph an item, a line a triple; blank nodes are named by the item's number."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def put(self, item: Item) -> None:
        text = f"{item.header}{base(item.home)}<{item.graph}> {{\n{item.body}}}\n"
        lines = serialize(parse(text, format=RdfFormat.TRIG), format=RdfFormat.N_QUADS) or b""
        names: dict[bytes, bytes] = {}

        def named(found: re.Match[bytes]) -> bytes:
            return names.setdefault(found[0], b"_:p%db%d" % (item.number, len(names)))

        self._file.write(_BLANK.sub(named, lines))


class Zip(Sink):
    """One member an item."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file

    def put(self, item: Item) -> None:
        member = zipfile.ZipInfo(item.path, _FIRST_DAY)
        member.compress_type = zipfile.ZIP_DEFLATED
        member.external_attr = _READABLE << 16
        self._file.writestr(member, item.data, compresslevel=1)


class Tar(Sink):
    """One member an item."""

    def __init__(self, file: tarfile.TarFile) -> None:
        self._file = file

    def put(self, item: Item) -> None:
        member = tarfile.TarInfo(item.path)
        member.size = len(item.data)
        self._file.addfile(member, io.BytesIO(item.data))


class Parquet(Sink):
    """One row an item: its name, its bytes, and the format that these are in."""

    def __init__(self, file: BinaryIO) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._schema = pa.schema({"name": pa.string(), "data": pa.binary(), "format": pa.string()})
        self._table = pa.Table
        self._file = pq.ParquetWriter(file, self._schema, compression="zstd")
        self._rows: list[dict[str, object]] = []

    def put(self, item: Item) -> None:
        self._rows.append({"name": item.path, "data": item.data, "format": "ttl"})
        if len(self._rows) == _ROWS:
            self.flush()

    def flush(self) -> None:
        """Write the rows that are held."""
        if self._rows:
            self._file.write_table(self._table.from_pylist(self._rows, schema=self._schema))
            self._rows = []

    def close(self) -> None:
        """End the table."""
        self.flush()
        self._file.close()


Opener = Callable[[BinaryIO], "contextlib.AbstractContextManager[Sink]"]


@contextlib.contextmanager
def _trig(file: BinaryIO) -> Iterator[Sink]:
    yield Trig(file)


@contextlib.contextmanager
def _nquads(file: BinaryIO) -> Iterator[Sink]:
    yield NQuads(file)


@contextlib.contextmanager
def _zip(file: BinaryIO) -> Iterator[Sink]:
    with zipfile.ZipFile(file, "w") as archive:
        yield Zip(archive)


@contextlib.contextmanager
def _tar(file: BinaryIO) -> Iterator[Sink]:
    # Neither a file name nor a time in the head of the stream.
    with (
        gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=1, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as archive,
    ):
        yield Tar(archive)


@contextlib.contextmanager
def _parquet(file: BinaryIO) -> Iterator[Sink]:
    try:
        sink = Parquet(file)
    except ImportError as fault:
        raise UsageError(
            Text("写 Parquet 需要 pyarrow。", "Parquet needs pyarrow."),
            fix=Text(
                "安装 danao[fleet]，或换一种输出形式。", "Install danao[fleet], or choose another form of output."
            ),
        ) from fault
    try:
        yield sink
    finally:
        # Closed before its file is, even where that is given up.
        sink.close()


# Forms by the ending of the file.
ENDINGS: Mapping[str, Opener] = {
    ".trig": _trig,
    ".nq": _nquads,
    ".zip": _zip,
    ".tar.gz": _tar,
    ".tgz": _tar,
    ".parquet": _parquet,
}
# One file holds all descriptions of these, so that no description can be broken by itself.
TOGETHER = frozenset({".trig", ".nq"})
STDOUT = "-"


def form_of(target: Path, asked: str | None) -> str:
    """The ending that says in which form a target is written; none for a folder.

    :raises UsageError: there is no such form.
    """
    if str(target) == STDOUT:
        ending = "." + (asked or "trig").removeprefix(".")
        if ending not in TOGETHER:
            raise _no_form(asked or "")
        return ending
    if asked:
        raise UsageError(
            Text("--format 只用于标准输出。", "--format is for standard output only."),
            fix=Text("文件的形式由结尾决定。", "The form of a file follows from its ending."),
        )
    name = target.name.lower()
    found = next((ending for ending in ENDINGS if name.endswith(ending)), "")
    if not found and target.suffix and not target.is_dir():
        raise _no_form(target.suffix)
    return found


def _no_form(name: str) -> UsageError:
    known = " ".join(ending.removeprefix(".") for ending in ENDINGS)
    return UsageError(
        Text(f"没有“{name}”这种输出形式。", f"There is no form of output '{name}'."),
        fix=Text(
            f"用目录，或以这些结尾的文件：{known}。", f"Name a folder, or a file with one of these endings: {known}."
        ),
    )


@contextlib.contextmanager
def opened(target: Path, form: str, *, force: bool) -> Iterator[Sink]:
    """A sink that writes to a target in a form; a file appears under its name when it is complete.

    :raises UsageError: there is something already, or it cannot be written.
    """
    if str(target) == STDOUT:
        with ENDINGS[form or ".trig"](sys.stdout.buffer) as sink:
            yield sink
        sys.stdout.buffer.flush()
        return
    _refuse_taken(target, force=force)
    try:
        if not form:
            target.mkdir(parents=True, exist_ok=True)
            yield Folder(target)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        with _whole(target) as file, ENDINGS[form](file) as sink:
            yield sink
    except OSError as fault:
        raise UsageError(
            Text(f"无法写入：{fault.strerror}。", f"It cannot be written: {fault.strerror}."),
            place=Place(file=str(target)),
            fix=Text("检查路径、权限和磁盘空间。", "Check the path, its permissions and the space left."),
        ) from fault


def _refuse_taken(target: Path, *, force: bool) -> None:
    taken = any(target.iterdir()) if target.is_dir() else target.is_file() and target.stat().st_size > 0
    if taken and not force:
        raise UsageError(
            Text("那里已经有内容，不会覆盖。", "There is something already, and it is not overwritten."),
            place=Place(file=str(target)),
            fix=Text("换一个地方，或加 --force。", "Name another place, or add --force."),
        )


@contextlib.contextmanager
def _whole(target: Path) -> Iterator[BinaryIO]:
    """A file that gets its name once it is complete, and leaves nothing behind if it never is."""
    part = target.with_name(f".{target.name}.part")
    complete = False
    try:
        with part.open("wb") as file:
            yield file
        part.replace(target)
        complete = True
    finally:
        if not complete:
            part.unlink(missing_ok=True)
