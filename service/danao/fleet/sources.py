"""Where descriptions come from: files, folders, globs and containers, as one stream in one order."""

from __future__ import annotations

import glob
import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from danao.errors import DanaoError, Place, Text, UnreadableFile, UsageError
from danao.fleet.containers import Piece, container_kind
from danao.fleet.processes import command, environment
from danao.inputs import opened
from danao.limits import Limits
from danao.reading import FORMATS
from danao.sandbox import Bounds, memory_exceeded, time_exceeded, worker_died


@dataclass(frozen=True)
class Source:
    """One file of a run: where it is, what it is called in results, how many bytes it has."""

    path: Path
    name: str
    size: int


@dataclass(frozen=True)
class Item:
    """One description: number from 0, name, bytes or why there are none, syntax, how much of all was read (0..1)."""

    seq: int
    name: str
    data: bytes | None
    format: str | None
    reach: float
    error: DanaoError | None = None


def sources(arguments: Sequence[str]) -> Iterator[Source]:
    """The files that arguments name, in their order; those of a folder by their names, hidden ones left out.

    A file that is below a folder named as well comes once.

    :raises DanaoError: there is no such file or folder.
    """
    roots = [Path(path) for argument in arguments for path in _globbed(argument)]
    for number, root in enumerate(roots):
        if any(root == other or root.is_relative_to(other) for other in roots[:number]):
            continue
        if root.is_dir():
            yield from (source for source in _below(root) if not _named_before(source.path, roots[:number]))
        elif root.is_file():
            yield _source(root)
        else:
            raise _missing(root)


def total_size(arguments: Sequence[str]) -> tuple[int, int]:
    """How many files there are, and how many bytes they have.

    :raises DanaoError: there is no such file or folder, or nothing in them.
    """
    count = size = 0
    for source in sources(arguments):
        count, size = count + 1, size + source.size
    if not count:
        raise UsageError(
            Text("没有找到任何描述文件。", "There is no file of descriptions."),
            fix=Text(
                f"给出文件、目录或压缩包；目录中读取 {' '.join(sorted(FORMATS))} zip tar tgz parquet。",
                f"Name files or folders; of folders {' '.join(sorted(FORMATS))} zip tar tgz parquet are read.",
            ),
        )
    return count, size


def items(arguments: Sequence[str], limits: Limits) -> Generator[Item]:
    """Every description, one in memory at a time.

    :raises DanaoError: there is no such file or folder.
    """
    _, total = total_size(arguments)
    seq = before = 0
    for source in sources(arguments):
        for piece in _pieces(source, limits):
            reach = (before + source.size * piece.reach) / max(1, total)
            yield Item(seq, piece.name, piece.data, piece.format, reach, piece.error)
            seq += 1
        before += source.size


# ---- Files ----


def _globbed(argument: str) -> list[str]:
    if os.path.lexists(argument) or not glob.has_magic(argument):
        return [argument]
    found = sorted(glob.glob(argument, recursive=True))  # noqa: PTH207 - relative and absolute patterns alike
    if not found:
        raise _missing(Path(argument))
    return found


def _below(folder: Path) -> Iterator[Source]:
    """The files in a folder and those below it, without following links to folders."""
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries if not entry.name.startswith("."))
    for name in names:
        path = folder / name
        if path.is_dir():
            if not path.is_symlink():
                yield from _below(path)
        elif path.is_file() and (container_kind(path) or path.suffix.lower().removeprefix(".") in FORMATS):
            yield _source(path)


def _named_before(path: Path, roots: Iterable[Path]) -> bool:
    return any(path == root or path.is_relative_to(root) for root in roots)


def _source(path: Path) -> Source:
    return Source(path, _printable(os.fsencode(path).decode(errors="replace")), path.stat().st_size)


def _printable(name: str) -> str:
    """A name that a terminal shows and does not obey."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in name)


def _missing(path: Path) -> UnreadableFile:
    return UnreadableFile(
        Text("没有这个文件或目录。", "There is no such file or folder."),
        place=Place(file=str(path)),
        fix=Text("检查路径。", "Check the path."),
    )


# ---- Pieces ----


def _pieces(source: Source, limits: Limits) -> Iterator[Piece]:
    if container_kind(source.path):
        for piece in _unpacked(source, limits):
            yield Piece(_printable(piece.name), piece.data, piece.format, piece.reach, piece.error)
    else:
        yield _plain(source, limits)


def _plain(source: Source, limits: Limits) -> Piece:
    try:
        return Piece(source.name, opened(source.path, None, limits).data, None, 1)
    except UnreadableFile as error:
        return Piece(source.name, None, None, 1, error)


def _unpacked(source: Source, limits: Limits) -> Iterator[Piece]:
    """The pieces of a container, read by a process of its own; if that dies, the last one says so."""
    from danao.fleet.unpack import read_pieces

    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - our own program
            command("unpack", str(source.path.absolute()), source.name, json.dumps(asdict(limits))),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            env=environment(),
            process_group=0,
        )
        complete = False
        try:
            assert process.stdout is not None, "it is a pipe"  # noqa: S101 - a slip of ours
            for piece in _until_it_breaks(read_pieces(process.stdout)):
                complete = piece is None
                if piece is not None:
                    yield piece
            # It has closed its end: what it ends with is its own.
            process.wait()
        finally:
            process.kill()
            process.wait()
            if process.stdout:
                process.stdout.close()
    if not complete:
        yield Piece(source.name, None, None, 1, _verdict(process.returncode, source, limits))


def _verdict(code: int, source: Source, limits: Limits) -> DanaoError:
    """What a process died of that read a container."""
    place, bounds = Place(file=source.name), Bounds(limits.max_seconds, limits.max_memory)
    if code == -signal.SIGPROF:
        return time_exceeded(bounds, place)
    if code in (-signal.SIGABRT, -signal.SIGKILL):
        return memory_exceeded(bounds, place)
    return worker_died(signal.Signals(-code).name if code < 0 else f"exit code {code}", place)


def _until_it_breaks(found: Iterator[Piece | None]) -> Iterator[Piece | None]:
    import pyarrow as pa

    try:
        yield from found
    except (pa.ArrowInvalid, OSError):
        return
