"""The record of a registry: what was submitted and decided, as objects named by their digests, and the log of entries.

::

    registry.json     format number and the address that instance data lives under
    objects/ab/cd…    canonical bytes named by their SHA-256, compressed; never changed, never removed
    files/ab/cd…      evidence files named by their SHA-256, as they came
    log               a line for each entry, appended: its number and the digest of its object
    salt              what public names are salted with; only the office has it
    lock              held by the process that works on the registry

Stores are indexes of this, and can be made from it at any time. An entry counts once its line in the log is written
to disk; a line that a power cut left half is none.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any, NoReturn

from danao.catalogue import Deployment
from danao.errors import (
    DamagedRegistry,
    NewerRegistry,
    NoRegistry,
    OccupiedFolder,
    Place,
    RegistryBusy,
    RegistryFull,
    Text,
    UnreadableFile,
)
from danao.statements import Graph, graph_of, split

FORMAT = 1
SETTINGS, LOG, SALT = "registry.json", "log", "salt"
_LOCK = "lock"
_NUMBER, _HEX = 12, 64
# Number, blank, digest, end of line: entries are found by their number without reading others.
_LINE = _NUMBER + _HEX + 2
_DIGEST = re.compile("sha256:([0-9a-f]{64})")
_SALT_BYTES = 32
# No object is larger when it is unpacked.
_LARGEST = 1 << 28
_HALF = ".half"
_LOOK = 1 / 20


@dataclass(frozen=True)
class Line:
    """A line of the log: the number of an entry, from 1, and the digest of its object."""

    number: int
    digest: str

    def __str__(self) -> str:
        return f"{self.number:0{_NUMBER}d} {_hex(self.digest)}"


class Record:
    """A registry's folder.

    :raises NoRegistry: there is none.
    :raises NewerRegistry: a later version of danao wrote it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        settings = _settings(folder)
        self.base: str = settings["base"]
        self.format: int = settings["format"]
        named = settings.get("publisher") or {}
        name = Text(named.get("zh") or self.base, named.get("en") or named.get("zh") or self.base)
        self.deployment = Deployment(self.base, named.get("iri") or self.base, name, settings.get("licence"))

    # ---- Objects ----

    def put(self, data: bytes) -> str:
        """Keep bytes for good; their digest, ``sha256:`` and 64 digits.

        :raises RegistryFull: there is no room.
        """
        digest = hashlib.sha256(data).hexdigest()
        self._keep(self._object(digest), lambda: zlib.compress(data, level=3))
        return f"sha256:{digest}"

    def get(self, digest: str) -> bytes:
        """The bytes of a digest.

        :raises DamagedRegistry: they are not there, or others.
        """
        name = _hex(digest)
        path = self._object(name)
        try:
            data = unpacked(path.read_bytes())
        except (OSError, ValueError) as fault:
            raise damaged(path, _MISSING if isinstance(fault, OSError) else _CHANGED) from fault
        if hashlib.sha256(data).hexdigest() != name:
            raise damaged(path, _CHANGED)
        return data

    def has(self, digest: str) -> bool:
        """Whether something is there under a digest."""
        return self._object(_hex(digest)).is_file()

    def objects(self) -> Iterator[str]:
        """The digests of all objects, in no order."""
        return _names(self.folder / "objects")

    def _object(self, digest: str) -> Path:
        return self.folder / "objects" / digest[:2] / digest[2:]

    # ---- Files ----

    def put_file(self, data: bytes) -> str:
        """Keep an evidence file for good; its digest.

        :raises RegistryFull: there is no room.
        """
        digest = hashlib.sha256(data).hexdigest()
        self._keep(self._file(digest), lambda: data)
        return f"sha256:{digest}"

    def file(self, digest: str) -> bytes:
        """An evidence file.

        :raises DamagedRegistry: it is not there, or another.
        """
        path = self._file(_hex(digest))
        try:
            data = path.read_bytes()
        except OSError as fault:
            raise damaged(path, _MISSING) from fault
        if hashlib.sha256(data).hexdigest() != _hex(digest):
            raise damaged(path, _CHANGED)
        return data

    def file_path(self, digest: str) -> Path:
        """Where an evidence file is.

        :raises DamagedRegistry: it is not there.
        """
        path = self._file(_hex(digest))
        if not path.is_file():
            raise damaged(path, _MISSING)
        return path

    def files(self) -> Iterator[str]:
        """The digests of all evidence files, in no order."""
        return _names(self.folder / "files")

    def _file(self, digest: str) -> Path:
        return self.folder / "files" / digest[:2] / digest[2:]

    def _keep(self, path: Path, content: Callable[[], bytes]) -> None:
        """Write a file in one step, unless it is there; it is on disk when this returns."""
        if path.is_file():
            return
        half = path.with_name(f"{path.name}.{os.getpid()}{_HALF}")
        try:
            if not path.parent.is_dir():
                path.parent.mkdir(parents=True, exist_ok=True)
                sync_folder(path.parent.parent)
            with half.open("wb") as file:
                file.write(content())
                file.flush()
                os.fsync(file.fileno())
            half.rename(path)
            sync_folder(path.parent)
        except OSError as fault:
            with contextlib.suppress(OSError):
                half.unlink()
            raise_full(fault, path)

    # ---- The log ----

    @property
    def length(self) -> int:
        """How many entries there are."""
        try:
            return (self.folder / LOG).stat().st_size // _LINE
        except FileNotFoundError:
            return 0

    def lines(self, start: int = 1) -> Iterator[Line]:
        """The lines of the log from a number on.

        :raises DamagedRegistry: one is none.
        """
        path = self.folder / LOG
        if not path.exists():
            return
        with path.open("rb") as log:
            log.seek((start - 1) * _LINE)
            for number in range(start, self.length + 1):
                yield _line(log.read(_LINE), number, path)

    def line(self, number: int) -> Line:
        """The line of an entry.

        :raises DamagedRegistry: it is none.
        """
        for line in self.lines(number):
            return line
        raise damaged(self.folder / LOG, _MISSING)

    def append(self, digest: str) -> Line:
        """Let an entry count. Its object is there already; when this returns, it is on disk for good.

        :raises RegistryFull: there is no room; the log is what it was.
        """
        path = self.folder / LOG
        number = self.length + 1
        line = f"{Line(number, digest)}\n".encode()
        before = (number - 1) * _LINE
        try:
            with path.open("r+b" if path.exists() else "w+b", buffering=0) as log:
                # What a power cut left half.
                log.truncate(before)
                log.seek(before)
                try:
                    _write_all(log, line)
                    os.fsync(log.fileno())
                except OSError:
                    with contextlib.suppress(OSError):
                        log.truncate(before)
                    raise
            if number == 1:
                sync_folder(self.folder)
        except OSError as fault:
            raise_full(fault, path)
        return Line(number, digest)

    # ---- Salt and lock ----

    @property
    def salt(self) -> bytes:
        """What public names are salted with.

        :raises DamagedRegistry: it is gone.
        """
        path = self.folder / SALT
        try:
            return bytes.fromhex(path.read_text(encoding="ascii"))
        except (OSError, ValueError) as fault:
            raise damaged(path, _MISSING if isinstance(fault, OSError) else _CHANGED) from fault

    @contextlib.contextmanager
    def locked(self, wait: float = 60) -> Iterator[None]:
        """Hold the registry: one process at a time works on it; others wait for so many seconds.

        :raises RegistryBusy: it is still held.
        """
        deadline = time.monotonic() + wait
        with (self.folder / _LOCK).open("a+b") as file:
            while not _held(file.fileno()):
                if time.monotonic() > deadline:
                    raise RegistryBusy(
                        Text(
                            f"另一个进程正在使用登记库，等了 {wait:.0f} 秒。",
                            f"Another process has been working on the registry for {wait:.0f} seconds.",
                        ),
                        place=Place(file=str(self.folder)),
                        fix=Text("等它结束后重试。", "Try again when it has finished."),
                    )
                time.sleep(_LOOK)
            yield


def facts_of(record: Record, digest: str) -> Graph:
    """The statements of an object.

    :raises DamagedRegistry: it is not there.
    """
    return facts_in(record.get(digest))


def facts_in(data: bytes) -> Graph:
    """The statements of canonical bytes."""
    return graph_of(split(data.decode()))


def create_record(folder: Path, base: str) -> Record:
    """A new registry whose instance data lives under a base IRI.

    :raises OccupiedFolder: the folder holds something already.
    :raises RegistryFull: it cannot be written.
    """
    refuse_occupied(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in ("objects", "files"):
            (folder / name).mkdir()
        with os.fdopen(os.open(folder / SALT, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(os.urandom(_SALT_BYTES).hex())
        # Last, so that a folder without it is no registry.
        write_whole(folder / SETTINGS, json.dumps({"format": FORMAT, "base": base}, indent=2).encode() + b"\n")
    except OSError as fault:
        raise_full(fault, folder)
    return Record(folder)


def refuse_occupied(folder: Path) -> None:
    """See that there is nothing in a folder.

    :raises OccupiedFolder: there is.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OccupiedFolder(
            Text("目录里已有别的内容。", "The folder holds something already."),
            place=Place(file=str(folder)),
            fix=Text("换一个空的目录。", "Name a folder that is empty or not there."),
        )


def is_registry(folder: Path) -> bool:
    """Whether a folder holds a registry."""
    return (folder / SETTINGS).is_file()


def write_whole(path: Path, data: bytes) -> None:
    """Replace a file in one step."""
    half = path.with_name(f"{path.name}{_HALF}")
    with half.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    half.rename(path)
    sync_folder(path.parent)


def _write_all(file: FileIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on disk."""
    place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


def raise_full(fault: OSError, path: Path) -> NoReturn:
    """A file of the registry cannot be written.

    :raises RegistryFull: always.
    """
    raise RegistryFull(
        Text(f"登记库写不进去：{fault.strerror}。", f"The registry cannot be written to: {fault.strerror}."),
        place=Place(file=str(path)),
        fix=Text(
            "腾出空间或改正权限后重试；已登记的内容没有受影响。",
            "Make room or mend permissions, and try again; what was registered is as it was.",
        ),
    ) from fault


_MISSING = Text("登记库缺少内容。", "Something of the registry is missing.")
_CHANGED = Text("登记库的内容与其摘要不符。", "Something of the registry is not what its digest says.")
_UNSET = Text("登记库的设置不成立。", "The settings of the registry are none.")


def damaged(path: Path, what: Text) -> DamagedRegistry:
    """Something of a registry is not what was written."""
    return DamagedRegistry(
        what,
        place=Place(file=str(path)),
        fix=Text(
            "用 danao registry verify 查明范围，从备份恢复（danao registry restore）。",
            "See what is affected by 'danao registry verify', and restore a backup by 'danao registry restore'.",
        ),
    )


def _settings(folder: Path) -> dict[str, Any]:
    path = folder / SETTINGS
    try:
        settings = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError) as fault:
        raise NoRegistry(
            Text("这里没有登记库。", "There is no registry here."),
            place=Place(file=str(folder)),
            fix=Text(
                "用 --registry 指定目录；danao registry add 会新建一个。",
                "Name its folder with --registry; 'danao registry add' makes a new one.",
            ),
        ) from fault
    except OSError as fault:
        raise UnreadableFile(
            Text(f"登记库读不了：{fault.strerror}。", f"The registry cannot be read: {fault.strerror}."),
            place=Place(file=str(path)),
            fix=Text("检查权限。", "Check its permissions."),
        ) from fault
    except ValueError as fault:
        raise damaged(path, _UNSET) from fault
    if not isinstance(settings, dict) or not _sound(settings):
        raise damaged(path, _UNSET)
    if settings["format"] > FORMAT:
        raise NewerRegistry(
            Text(
                f"登记库的格式是 {settings['format']}，本版只认识到 {FORMAT}。",
                f"The registry has format {settings['format']}; this version knows formats up to {FORMAT}.",
            ),
            place=Place(file=str(path)),
            fix=Text("换用写它的 danao 版本或更新的版本。", "Use the version of danao that wrote it, or a later one."),
        )
    return settings


def _sound(settings: Mapping[str, object]) -> bool:
    """Whether settings have what is needed, and nothing of another kind than it should be."""
    publisher, number = settings.get("publisher", {}), settings.get("format")
    texts = [settings.get("base"), settings.get("licence") or ""]
    texts += publisher.values() if isinstance(publisher, dict) else [None]
    return isinstance(number, int) and number > 0 and all(isinstance(one, str) for one in texts)


def _hex(digest: str) -> str:
    match = _DIGEST.fullmatch(digest)
    if not match:
        raise ValueError(digest)
    return match[1]


def unpacked(data: bytes) -> bytes:
    """The bytes of an object.

    :raises ValueError: they are none, or too many.
    """
    unpacker = zlib.decompressobj()
    try:
        found = unpacker.decompress(data, _LARGEST)
    except zlib.error as fault:
        raise ValueError(str(fault)) from fault
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError(len(data))
    return found


def _line(data: bytes, number: int, path: Path) -> Line:
    match = re.fullmatch(rb"([0-9]{12}) ([0-9a-f]{64})\n", data)
    if not match or int(match[1]) != number:
        raise damaged(path, Text(f"日志第 {number} 行不对。", f"Line {number} of the log is wrong."))
    return Line(number, f"sha256:{match[2].decode()}")


def _held(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _names(folder: Path) -> Iterator[str]:
    for first in sorted(folder.iterdir()) if folder.is_dir() else ():
        for path in first.iterdir():
            if not path.name.endswith(_HALF):
                yield f"sha256:{first.name}{path.name}"
