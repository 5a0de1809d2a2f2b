"""Registries as files: a dump that another registry takes over, and a backup from which one is restored.

A dump is a tar of the record: settings, salt, objects, evidence files, log; equal registries give equal bytes. A backup
is a registry itself, in another folder. Whatever comes in is compared with its digests before any of it counts.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from danao.errors import DivergedRegistry, NoRegistry, OccupiedFolder, Place, Text, UnfitDump, UsageError
from danao.registry.record import (
    LOG,
    SALT,
    SETTINGS,
    Record,
    is_registry,
    raise_full,
    refuse_occupied,
    sync_folder,
    unpacked,
    write_whole,
)

_CONTENT = re.compile("(objects|files)/([0-9a-f]{2})/([0-9a-f]{62})")
# No member of a dump is larger.
_LARGEST = 1 << 28


# ---- Dumps ----


def export(record: Record, file: IO[bytes]) -> int:
    """Write the record as a tar; how many entries are in it."""
    lines = list(record.lines())
    with tarfile.open(fileobj=file, mode="w|", format=tarfile.USTAR_FORMAT) as tar:
        for name in (SETTINGS, SALT):
            _add(tar, name, (record.folder / name).read_bytes())
        for name in _contents(record):
            _add(tar, name, (record.folder / name).read_bytes())
        # Last, so that a dump that was cut off has none.
        _add(tar, LOG, "".join(f"{line}\n" for line in lines).encode())
    return len(lines)


def export_to(record: Record, path: Path) -> int:
    """Write a dump to a file, whole or not at all; how many entries are in it.

    Only who writes it can read it, since the salt is in it.

    :raises UsageError: there is no such folder.
    :raises RegistryFull: it cannot be written.
    """
    if not path.absolute().parent.is_dir() or path.is_dir():
        raise UsageError(
            Text("转储不能写在这里。", "A dump cannot be written here."),
            place=Place(file=str(path)),
            fix=Text("给出已有目录中的一个文件名。", "Name a file in a folder that is there."),
        )
    half = path.with_name(f"{path.name}.half")
    try:
        with record.locked(), open(half, "wb", opener=_private) as file:
            count = export(record, file)
            file.flush()
            os.fsync(file.fileno())
        half.rename(path)
    except OSError as fault:
        half.unlink(missing_ok=True)
        raise_full(fault, path)
    return count


def _private(name: str, flags: int) -> int:
    """Open a file that only its owner may read."""
    return os.open(name, flags, 0o600)


def _contents(record: Record) -> Iterator[str]:
    """Objects and files by their names in the folder, sorted."""
    for kind, digests in (("objects", record.objects()), ("files", record.files())):
        for digest in sorted(one.removeprefix("sha256:") for one in digests):
            yield f"{kind}/{digest[:2]}/{digest[2:]}"


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))


def import_dump(path: Path, folder: Path) -> tuple[int, int]:
    """Take over a dump into a registry, or as a new one; how many entries that added, and how many there are then.

    :raises UnfitDump: it is no whole dump of a registry.
    :raises DivergedRegistry: the registry here has entries that the dump does not have, so neither goes on from the
        other.
    """
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=_parent(folder)) as scratch:
        dumped = _unpacked_dump(path, Path(scratch) / "dump")
        if not is_registry(folder):
            refuse_occupied(folder)
            dumped.folder.rename(folder)
            sync_folder(folder.parent)
            return Record(folder).length, Record(folder).length
        return _forwarded(Record(folder), dumped, path)


def _parent(folder: Path) -> Path:
    try:
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise_full(fault, folder)
    return folder.absolute().parent


def _unpacked_dump(path: Path, folder: Path) -> Record:
    """A dump as a record in a folder of its own, everything in it compared with its digests."""
    seen: set[str] = set()
    folder.mkdir(mode=0o700)
    try:
        with tarfile.open(path, mode="r|*") as tar:
            for member in tar:
                _take(member, tar, folder, path)
                seen.add(member.name)
    except (tarfile.TarError, EOFError, zlib.error) as fault:
        raise _unfit(path, str(fault)) from fault
    except OSError as fault:
        if not path.is_file():
            raise _unfit(path, fault.strerror or str(fault)) from fault
        raise_full(fault, folder)
    if missing := {SETTINGS, SALT, LOG} - seen:
        raise _unfit(path, ", ".join(sorted(missing)))
    for name in ("objects", "files"):
        (folder / name).mkdir(exist_ok=True)
    record = Record(folder)
    for line in record.lines():
        record.get(line.digest)
    return record


def _take(member: tarfile.TarInfo, tar: tarfile.TarFile, folder: Path, path: Path) -> None:
    """Write one member where it belongs; anything that no dump has is refused."""
    match = _CONTENT.fullmatch(member.name)
    if not member.isreg() or member.size > _LARGEST or not (match or member.name in {SETTINGS, SALT, LOG}):
        raise _unfit(path, member.name)
    source = tar.extractfile(member)
    data = source.read() if source else b""
    if match:
        try:
            content = unpacked(data) if match[1] == "objects" else data
        except ValueError as fault:
            raise _unfit(path, member.name) from fault
        if hashlib.sha256(content).hexdigest() != match[2] + match[3]:
            raise _unfit(path, member.name)
    target = folder / member.name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch(mode=0o600)
    target.write_bytes(data)


def _forwarded(record: Record, dumped: Record, path: Path) -> tuple[int, int]:
    """Add to a record the entries that a dump has after those of the record."""
    with record.locked():
        lines = list(dumped.lines())
        own = list(record.lines())
        if (record.base, record.salt) != (dumped.base, dumped.salt) or lines[: len(own)] != own[: len(lines)]:
            raise DivergedRegistry(
                Text(
                    "转储和这里的登记库各有对方没有的条目。",
                    "The dump and the registry here do not go on from one another.",
                ),
                place=Place(file=str(path)),
                fix=Text("导入到一个新的目录。", "Import it into a new folder."),
            )
        new = lines[len(own) :]
        if new:
            for name in _contents(dumped):
                _copy(dumped.folder / name, record.folder / name)
        for line in new:
            record.append(line.digest)
        return len(new), max(len(own), len(lines))


def _unfit(path: Path, why: str) -> UnfitDump:
    return UnfitDump(
        Text(f"这不是登记库的完整转储：{why}。", f"This is no whole dump of a registry: {why}."),
        place=Place(file=str(path)),
        fix=Text("用 danao registry export 重新导出。", "Export it anew with 'danao registry export'."),
    )


# ---- Backups ----


def back_up(record: Record, folder: Path) -> int:
    """Make or renew a backup in a folder; how many entries it has.

    :raises OccupiedFolder: the folder holds something else, or the backup of another registry.
    :raises RegistryFull: it cannot be written.
    """
    lines = list(record.lines())
    if is_registry(folder):
        if list(Record(folder).lines()) != lines[: Record(folder).length]:
            raise OccupiedFolder(
                Text("目录里是另一个登记库的备份。", "The folder holds the backup of another registry."),
                place=Place(file=str(folder)),
                fix=Text("换一个目录。", "Name another folder."),
            )
    else:
        _parent(folder)
        refuse_occupied(folder)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        for name in ("objects", "files"):
            (folder / name).mkdir(exist_ok=True)
        for name in (*_contents(record), SALT):
            _copy(record.folder / name, folder / name)
        write_whole(folder / LOG, "".join(f"{line}\n" for line in lines).encode())
        write_whole(folder / SETTINGS, (record.folder / SETTINGS).read_bytes())
    except OSError as fault:
        raise_full(fault, folder)
    return len(lines)


def restore(backup: Path, folder: Path) -> Record:
    """A registry from a backup, in a new folder; everything was compared with its digests.

    :raises NoRegistry: there is no backup.
    :raises DamagedRegistry: something of the backup is not what it was.
    """
    if not is_registry(backup):
        raise NoRegistry(
            Text("这里没有备份。", "There is no backup here."),
            place=Place(file=str(backup)),
            fix=Text(
                "给出 danao registry backup 写入的目录。", "Name the folder that 'danao registry backup' wrote to."
            ),
        )
    record = Record(backup)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=_parent(folder)) as scratch:
        refuse_occupied(folder)
        copy = Path(scratch) / "copy"
        back_up(record, copy)
        copied = Record(copy)
        for line in copied.lines():
            copied.get(line.digest)
        for digest in copied.objects():
            copied.get(digest)
        for digest in copied.files():
            copied.file(digest)
        copy.rename(folder)
        sync_folder(folder.parent)
    return Record(folder)


def _copy(source: Path, target: Path) -> None:
    """A file that never changes, in another folder too. No link: what damages the one must not damage the other."""
    if not target.exists():
        target.parent.mkdir(exist_ok=True)
        write_whole(target, source.read_bytes())
