"""What SQL of a user's own gave, on a terminal and as a sheet."""

from __future__ import annotations

from typing import Any

from danao.errors import Text
from danao.render import Renderer
from danao.render.fleet.sheets import Cell, Sheet


def rows_sheet(view: dict[str, Any]) -> Sheet:
    """What a query of a user's gave; numbers are aligned."""
    heads = [(str(number), Text(one["name"], one["name"])) for number, one in enumerate(view["columns"])]
    kinds = [one["type"] for one in view["columns"]]
    rows = [
        {str(number): _value(value, kind) for number, (value, kind) in enumerate(zip(row, kinds, strict=True))}
        for row in view["rows"]
    ]
    return Sheet(heads, rows)


def _value(text: str | None, kind: str) -> Cell | None:
    return None if text is None else {"value": text, "type": "decimal" if _is_numeric(kind) else "string"}


def _is_numeric(kind: str) -> bool:
    return (
        kind.startswith(("DECIMAL", "HUGEINT", "UHUGEINT"))
        or kind.removeprefix("U").endswith("INT")
        or kind
        in {
            "INTEGER",
            "UINTEGER",
        }
    )


def show_sql(view: dict[str, Any], lang: str) -> None:
    """What a query of a user's gave, as a table."""
    renderer = Renderer(lang)
    sheet = rows_sheet(view)
    sheet.show(renderer, places=None)
    rows = len(view["rows"])
    if view["complete"]:
        renderer.say(f"{rows} 行。", f"{rows} rows.")
    else:
        renderer.say(f"只列出前 {rows} 行；要更多用 --rows。", f"Only the first {rows} rows; ask for more with --rows.")
