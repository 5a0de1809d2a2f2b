"""The tables of a fleet's results: found in a folder, opened with DuckDB, and closed to everything else.

A connection sees views over the Parquet files and nothing more of the machine: no other file, no network, no extension,
no change of its own settings.
"""

from __future__ import annotations

import contextlib
import glob
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from danao.errors import (
    DanaoError,
    IncompleteFleet,
    MemoryExceeded,
    MissingExtra,
    NoFleet,
    Place,
    Text,
    UnreadableFile,
)
from danao.fleet.analysis.queries import query_named
from danao.heads import Question

if TYPE_CHECKING:
    import duckdb

TABLES = ("projects", "indicators", "requirements", "facets", "errors", "elements", "tallies")
FORMAT = "danao-fleet-1"
MEMORY = 4 << 30

_MANIFEST = "manifest.json"
_MOST_OF_A_MANIFEST = 1 << 28


@dataclass(frozen=True)
class Fleet:
    """A folder with the results of a fleet that was assessed to its end."""

    folder: Path

    def table(self, name: str) -> Path:
        """The file of a table."""
        return self.folder / f"{name}.parquet"


def fleet_in(folder: Path) -> Fleet:
    """The fleet in a folder.

    :raises NoFleet: the folder holds no results of a fleet, or results in another format.
    :raises IncompleteFleet: the run that writes them has not come to its end, or a table is missing.
    """
    manifest = _manifest(folder)
    if manifest.get("format") != FORMAT:
        raise _no_fleet(
            folder / _MANIFEST,
            Text(f"它的格式不是 {FORMAT}。", f"Its format is not {FORMAT}."),
        )
    fleet = Fleet(folder.resolve())
    if manifest.get("complete") is not True:
        raise _incomplete(folder, Text("这次运行没有完成。", "The run was not finished."))
    missing = [fleet.table(name).name for name in TABLES if not fleet.table(name).is_file()]
    if missing:
        raise _incomplete(folder, Text(f"缺少 {'、'.join(missing)}。", f"There is no {', '.join(missing)}."))
    return fleet


def _manifest(folder: Path) -> Mapping[str, Any]:
    path = folder / _MANIFEST
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(_MOST_OF_A_MANIFEST))
    except (OSError, ValueError, RecursionError) as fault:
        raise _no_fleet(path, Text("文件不在，或读不了。", "The file is not there, or cannot be read.")) from fault
    return found if isinstance(found, dict) else {}


def _no_fleet(path: Path, why: Text) -> NoFleet:
    return NoFleet(
        Text(f"这个目录里没有批量评估的结果。{why.zh}", f"The folder holds no results of a fleet. {why.en}"),
        place=Place(file=_shown(path)),
        fix=Text(
            "给出 danao fleet assess 的输出目录（-o 后面的那个）。",
            "Name the folder that 'danao fleet assess' wrote to, the one behind its -o.",
        ),
    )


def _incomplete(folder: Path, why: Text) -> IncompleteFleet:
    return IncompleteFleet(
        Text(f"批量评估的结果不完整。{why.zh}", f"The results of the fleet are incomplete. {why.en}"),
        place=Place(file=_shown(folder)),
        fix=Text(
            "用同样的参数加 --resume 再运行 danao fleet assess，直到完成。",
            "Run 'danao fleet assess' again as before with --resume until it is done.",
        ),
    )


def _shown(path: Path) -> str:
    """A path as it can be printed, whatever bytes it has."""
    return str(path).encode(errors="replace").decode()


class Tables:
    """A connection to the tables of a fleet."""

    def __init__(self, fleet: Fleet, connection: duckdb.DuckDBPyConnection) -> None:
        self.fleet = fleet
        self.connection = connection

    def run(self, query: Question, **given: object) -> None:
        """Let a query change what later ones see: views, macros and tables of this connection.

        :raises DanaoError: as :meth:`rows`.
        """
        with _mapped(self.fleet):
            self.connection.execute(query.text, given or None)

    def rows(self, query: Question, **given: object) -> list[dict[str, Any]]:
        """The rows that a query gives, by the names of its columns; decimals are ``Decimal``.

        :raises NoFleet: the tables lack a column.
        :raises UnreadableFile: a table cannot be read.
        :raises MemoryExceeded: the query needs more memory than it may have.
        """
        names = [column.name for column in query.columns]
        with _mapped(self.fleet):
            found = self.connection.execute(query.text, given or None).fetchall()
        return [dict(zip(names, row, strict=True)) for row in found]


@contextlib.contextmanager
def opened(fleet: Fleet, memory: int = MEMORY) -> Iterator[Tables]:
    """The tables of a fleet, for queries that may take so many bytes of memory; ``macros.sql`` is there.

    :raises MissingExtra: DuckDB is not installed.
    :raises UnreadableFile: a table is no Parquet.
    """
    with contextlib.closing(_connection(memory)) as connection:
        with _mapped(fleet):
            for name in TABLES:
                # DuckDB takes brackets and stars in a path for a pattern, as Python's glob does.
                connection.read_parquet(glob.escape(str(fleet.table(name)))).create_view(name)
            _close(connection, fleet)
        tables = Tables(fleet, connection)
        tables.run(query_named("tables/macros"))
        yield tables


def _connection(memory: int) -> duckdb.DuckDBPyConnection:
    try:
        import duckdb
    except ImportError as fault:
        raise MissingExtra(
            Text("没有安装 duckdb。", "Not installed: duckdb."),
            fix=Text("安装：pip install 'danao[fleet]'。", "Install it: pip install 'danao[fleet]'."),
        ) from fault
    return duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
            "memory_limit": f"{memory // 1024}KiB",
            # Nothing is spilled to disk, so nothing is written anywhere.
            "temp_directory": "",
        }
    )


def _close(connection: duckdb.DuckDBPyConnection, fleet: Fleet) -> None:
    """Leave the connection nothing but the tables; from here on it cannot be opened again."""
    files = [str(fleet.table(name)) for name in TABLES]
    # Looked up by their patterns, then opened by their names: both have to be allowed.
    paths = list(dict.fromkeys([*files, *map(glob.escape, files)]))
    connection.execute(query_named("tables/quiet").text)
    connection.execute(query_named("tables/allow").text, {"paths": paths})
    connection.execute(query_named("tables/close").text)
    connection.execute(query_named("tables/lock").text)


@contextlib.contextmanager
def _mapped(fleet: Fleet) -> Iterator[None]:
    """Errors of DuckDB as errors of ours."""
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as fault:
        raise out_of_memory(fleet) from fault
    except (duckdb.BinderException, duckdb.CatalogException) as fault:
        why = first_line(fault)
        raise _no_fleet(fleet.folder, Text(f"表中缺少需要的列：{why}", f"A column is missing: {why}")) from fault
    except duckdb.Error as fault:
        raise _damaged(fleet, fault) from fault


def out_of_memory(fleet: Fleet) -> DanaoError:
    """A query needs more memory than it may have."""
    return MemoryExceeded(
        Text("分析需要的内存超过上限，已中止。", "The analysis needs more memory than it may have and was stopped."),
        place=Place(file=_shown(fleet.folder)),
        fix=Text("少列一些行，或换内存更多的机器。", "Ask for fewer rows, or use a machine with more memory."),
    )


def _damaged(fleet: Fleet, fault: Exception) -> UnreadableFile:
    why = first_line(fault)
    return UnreadableFile(
        Text(f"批量评估的结果读不了：{why}", f"The results of the fleet cannot be read: {why}"),
        place=Place(file=_shown(fleet.folder)),
        fix=Text(
            "文件多半已损坏：用 danao fleet verify 检查，再重新评估。",
            "Most likely a file is damaged: check with 'danao fleet verify', and assess again.",
        ),
    )


def first_line(fault: Exception) -> str:
    """What an error of DuckDB says, without the picture below it."""
    return str(fault).partition("\n")[0].strip()
