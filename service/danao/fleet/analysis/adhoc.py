"""Users' own SQL over a fleet's results: one query that only reads, in a process with little time and memory.

Three walls stand behind each other. The statement is looked at before it runs: one query that reads, of tables and of
functions that make rows out of nothing. The connection can reach no file but the tables, no network, no extension, and
none of its own settings. The process can write no file, and ends when its time or memory is used up.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from danao.errors import DanaoError, Place, QueryFault, RefusedContent, Text, TooLarge
from danao.fleet.analysis.queries import query_named
from danao.fleet.analysis.selection import Chosen, Selection
from danao.fleet.analysis.tables import TABLES, Fleet, Tables, first_line, fleet_in, opened, out_of_memory
from danao.limits import Limits
from danao.sandbox import Bounds, confined

if TYPE_CHECKING:
    import duckdb

FORMAT = "danao-fleet-rows"
# Functions in the place of a table: those that read nothing from anywhere.
_TABLE_FUNCTIONS = frozenset({"range", "generate_series", "unnest", "repeat"})
# Of its process a query gets the half for itself; reading files and writing the answer takes some.
_SHARE = 2


def ask_sql(folder: Path, sql: str, name: str, limits: Limits, most: int) -> dict[str, Any]:
    """What a query gives, at most so many rows, ``danao-fleet-rows/1``; ``complete`` says whether nothing is left out.

    The query sees the tables of the results as they are. ``name`` is where it comes from, for errors.

    :raises RefusedContent: it is no single query that reads, or reads something else than the tables.
    :raises QueryFault: it cannot be parsed, names what there is not, or cannot be computed.
    :raises TimeExceeded: the time of the limits is up.
    :raises MemoryExceeded: the memory of the limits is used up.
    """
    work = _Work(fleet_in(folder), sql, Place(file=name), limits.max_memory, most)
    bounds = Bounds(limits.max_seconds, limits.max_memory)
    found: dict[str, Any] = json.loads(confined(work.run, bounds, place=work.place))
    return found


class _Work:
    """What is done in the child process."""

    def __init__(self, fleet: Fleet, sql: str, place: Place, memory: int, most: int) -> None:
        self.place = place
        self._fleet = fleet
        self._sql = sql
        self._memory = memory
        self._most = most

    def run(self) -> bytes:
        """The answer as JSON."""
        _write_nothing()
        with opened(self._fleet, self._memory // _SHARE) as tables:
            (overview,) = tables.rows(query_named("overview"))
            head = Chosen(tables, Selection("self"), overview, ()).head(FORMAT)
            kept = ("format", "software", "knowledgeDigest", "asOf", "projects")
            return json.dumps({name: head[name] for name in kept} | self._answer(tables)).encode()

    def _answer(self, tables: Tables) -> dict[str, Any]:
        import duckdb

        try:
            self._look_at(tables.connection)
            result = tables.connection.execute(self._sql)
            columns = [{"name": column[0], "type": str(column[1])} for column in result.description or ()]
            found = result.fetchmany(self._most + 1)
        except duckdb.OutOfMemoryException as fault:
            raise out_of_memory(tables.fleet) from fault
        except duckdb.PermissionException as fault:
            raise self._refused(Text("它要读别的文件", "it reads other files")) from fault
        except duckdb.Error as fault:
            raise self._fault(first_line(fault)) from fault
        return {
            "columns": columns,
            "rows": [[_text(value) for value in row] for row in found[: self._most]],
            "complete": len(found) <= self._most,
        }

    # ---- Looking at the statement ----

    def _look_at(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Let only one statement through, and only one that reads.

        :raises DanaoError: it is another.
        """
        import duckdb

        statements = connection.extract_statements(self._sql)
        if len(statements) != 1:
            raise self._refused(
                Text(f"它有 {len(statements)} 条语句，应当只有一条", f"it holds {len(statements)} statements, not one")
            )
        kind = statements[0].type.name
        if statements[0].type is not duckdb.StatementType.SELECT:
            raise self._refused(Text(f"它是 {kind} 语句，不是查询", f"the statement is {kind}, no query"))
        for function in _table_functions(self._tree(connection)):
            if function not in _TABLE_FUNCTIONS:
                raise self._refused(Text(f"它用了表函数 {function}", f"it uses the table function {function}"))

    def _tree(self, connection: duckdb.DuckDBPyConnection) -> Any:  # noqa: ANN401 - JSON is any
        """The statement, parsed."""
        row = connection.execute(query_named("tables/parse").text, {"text": self._sql}).fetchone()
        try:
            tree = json.loads(row[0] if row else "{}")
        except RecursionError as fault:
            raise self._too_deep() from fault
        if tree.get("error"):
            raise self._refused(Text("它不是普通的查询", "it is no plain query"))
        return tree

    # ---- Errors ----

    def _refused(self, why: Text) -> DanaoError:
        allowed = ", ".join(TABLES)
        return RefusedContent(
            Text(f"这条 SQL 不予执行：{why.zh}。", f"The SQL is refused: {why.en}."),
            place=self.place,
            fix=Text(
                f"写一条只读的查询，只用这些表：{allowed}。",
                f"Write one query that only reads, of these tables: {allowed}.",
            ),
        )

    def _fault(self, why: str) -> DanaoError:
        return QueryFault(
            Text(f"这条 SQL 执行不了：{why}", f"The SQL cannot be run: {why}"),
            place=self.place,
            fix=Text(
                "按提示改正；用 describe projects 这样的查询看一个表有哪些列。",
                "Mend what the message names; a query such as 'describe projects' shows the columns of a table.",
            ),
        )

    def _too_deep(self) -> DanaoError:
        return TooLarge(
            Text("这条 SQL 嵌套得太深。", "The SQL is nested too deep."),
            place=self.place,
            fix=Text("把查询写得平一些。", "Write the query flatter."),
        )


def _table_functions(tree: Any) -> Iterator[str]:  # noqa: ANN401 - JSON is any
    """The names of all functions that stand in the place of a table."""
    todo = [tree]
    while todo:
        part = todo.pop()
        if isinstance(part, dict):
            if part.get("type") == "TABLE_FUNCTION":
                yield str(part["function"].get("function_name", "")).casefold()
            todo += part.values()
        elif isinstance(part, list):
            todo += part


def _write_nothing() -> None:
    """Take from this process the right to write to a file: none may become longer than nothing."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _text(value: Any) -> str | None:  # noqa: ANN401 - whatever a column holds
    """A value as text with all its digits; lists and structures as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | list | tuple | dict):
        return json.dumps(_inner(value), ensure_ascii=False)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def _inner(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    """A value inside of JSON."""
    if isinstance(value, bool | int):
        return value
    if isinstance(value, list | tuple):
        return [_inner(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _inner(item) for key, item in value.items()}
    return _text(value)
