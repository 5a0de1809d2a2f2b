"""What the service itself keeps, in one SQLite file of the registry's folder: tokens, answers, the audit log.

``service.sqlite`` is for its owner only. Any number of processes may use it: the service, and commands beside it.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from danao.errors import DamagedRegistry, DanaoError, NewerRegistry, Place, RegistryBusy, RegistryFull, Text
from danao.web.digests import DEFAULT, algorithm_of

FILE = "service.sqlite"
FORMAT = 1
# Seconds that a writer waits for another process.
_PATIENCE = 10
_KEY_BYTES = 32

Row = Mapping[str, Any]


class State:
    """The file, opened; it is made where there is none. ``algorithm`` is by which new digests are taken.

    :raises UsageError: there is no such algorithm.
    :raises NewerRegistry: a later version of the software wrote the file.
    :raises DamagedRegistry: it is no such file.
    :raises RegistryFull: it cannot be written.
    """

    def __init__(self, folder: Path, algorithm: str = DEFAULT) -> None:
        self.algorithm = algorithm_of(algorithm)
        self._path = folder / FILE
        self._writing, self._reading = threading.Lock(), threading.Lock()
        with self._mapped():
            # SQLite gives its other files the mode of the first.
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
            # Who reads never waits for who writes.
            self._writer, self._reader = self._connected(), self._connected()
            self._prepare()

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, _PATIENCE, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        return connection

    def _prepare(self) -> None:
        (found,) = self._writer.execute("PRAGMA user_version").fetchone()
        if found > FORMAT:
            self.close()
            raise _newer(self._path, found)
        self._writer.execute("PRAGMA journal_mode = WAL")
        # What an answer says is done is on the disk.
        self._writer.execute("PRAGMA synchronous = FULL")
        if found < FORMAT:
            self._writer.executescript(statement("schema"))
            self._writer.execute(statement("add-secret"), {"name": "signing", "value": secrets.token_bytes(_KEY_BYTES)})

    @cached_property
    def key(self) -> bytes:
        """What the service signs with."""
        (found,) = self.rows("secret", name="signing")
        key: bytes = found["value"]
        return key

    def rows(self, name: str, /, **values: object) -> list[Row]:
        """What a question in ``sql/`` finds.

        :raises DanaoError: the file cannot be read.
        """
        with self._reading, self._mapped():
            return [dict(row) for row in self._reader.execute(statement(name), values)]

    @contextmanager
    def changing(self) -> Iterator[Changes]:
        """Change something in one step that is on the disk afterwards, or not done at all; nobody else does meanwhile.

        :raises RegistryBusy: another process is changing something for too long.
        :raises RegistryFull: there is no room.
        """
        with self._writing, self._mapped():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield Changes(self._writer)
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close the file."""
        self._writer.close()
        self._reader.close()

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        """Errors of SQLite and of the system as ours."""
        try:
            yield
        except (sqlite3.Error, OSError) as fault:
            raise _fault_of(fault, self._path) from fault


class Changes:
    """One step of changes, as it is being made."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, name: str, /, **values: object) -> list[Row]:
        """What a question in ``sql/`` finds, with what was changed so far."""
        return [dict(row) for row in self._connection.execute(statement(name), values)]

    def run(self, name: str, /, **values: object) -> tuple[int, int]:
        """Make a change of ``sql/``: how many rows it touched, and the number of the last one that it added."""
        done = self._connection.execute(statement(name), values)
        return done.rowcount, done.lastrowid or 0


def statement(name: str) -> str:
    """The text of a file of ``web/sql``."""
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def _newer(path: Path, found: int) -> NewerRegistry:
    return NewerRegistry(
        Text(
            f"服务文件的格式是 {found}，本版只认识到 {FORMAT}。",
            f"The file of the service has format {found}; this version knows formats up to {FORMAT}.",
        ),
        place=Place(file=str(path)),
        fix=Text("换用写它的 danao 版本或更新的版本。", "Use the version of danao that wrote it, or a later one."),
    )


_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR}
# The lowest byte of SQLite's extended codes is the code itself.
_CODE = 0xFF


def _fault_of(fault: sqlite3.Error | OSError, path: Path) -> DanaoError:
    code = None if isinstance(fault, OSError) else getattr(fault, "sqlite_errorcode", 0) & _CODE
    place = Place(file=str(path))
    if code in _BUSY:
        return RegistryBusy(
            Text("另一个进程正在写服务文件。", "Another process is writing to the file of the service."),
            place=place,
            fix=Text("等它结束后重试。", "Try again when it has finished."),
        )
    if code is None or code in _FULL:
        return RegistryFull(
            Text(f"服务文件读写不了：{fault}。", f"The file of the service cannot be read or written: {fault}."),
            place=place,
            fix=Text("腾出空间或改正权限后重试。", "Make room or mend permissions, and try again."),
        )
    return DamagedRegistry(
        Text(f"服务文件不成立：{fault}。", f"The file of the service is none: {fault}."),
        place=place,
        fix=Text(
            "从备份恢复这个文件，或把它移走（令牌随之失效）。",
            "Restore the file from a backup, or move it away, and its tokens with it.",
        ),
    )
