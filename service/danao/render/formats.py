"""The formats of JSON output, as a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from danao.render import Renderer, escape


def show_schemas(schemas: Iterable[dict[str, Any]], lang: str) -> None:
    """Each format with the commands that write it and the address of its schema."""
    renderer = Renderer(lang)
    table = renderer.table(
        ("格式", "format", "left"), ("命令", "command", "left"), ("模式的地址", "address of its schema", "left")
    )
    for schema in schemas:
        table.add_row(*(escape(schema[name]) for name in ("title", "$comment", "$id")))
    renderer.console.print(table)
    renderer.say(
        "JSON 文档的 format 说明它是哪种格式；用 danao schema 格式 查看其 JSON Schema。",
        "The member 'format' of a document names its format; 'danao schema FORMAT' prints the JSON Schema.",
    )
