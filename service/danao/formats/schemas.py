"""The JSON Schemas of what is written as JSON: one for each format, complete in itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from danao.errors import Text, UsageError

_ENDING = ".schema.json"
_SHARED = "shared"
_DEFINITIONS = "#/$defs/"


def schema_names() -> list[str]:
    """The formats, as their documents name themselves under ``format``, sorted."""
    found = (path.name.removesuffix(_ENDING) for path in _folder().glob(f"*{_ENDING}"))
    return sorted("/".join(name.rsplit("-", 1)) for name in found if name != _SHARED)


def read_schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a format, with the shared definitions that it needs.

    :raises UsageError: there is no such format.
    """
    known = schema_names()
    if name not in known:
        raise UsageError(
            Text(f"没有名为“{name}”的格式。", f"There is no format named '{name}'."),
            fix=Text(f"现有的格式：{'、'.join(known)}。", f"Formats: {', '.join(known)}."),
        )
    own = _read(name.replace("/", "-"))
    shared = _read(_SHARED)["$defs"]
    own["$defs"] = {**_needed(own, shared), **own.get("$defs", {})}
    return own


def _read(name: str) -> dict[str, Any]:
    text = (_folder() / f"{name}{_ENDING}").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text.replace(f'"{_SHARED}{_ENDING}{_DEFINITIONS}', f'"{_DEFINITIONS}'))
    return schema


def _folder() -> Path:
    return Path(__file__).parent


def _needed(schema: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    """The shared definitions that a schema refers to, or that one of them refers to."""
    found: set[str] = set()
    todo = [schema]
    while todo:
        new = {name for name in _references(todo.pop()) if name in shared} - found
        found |= new
        todo += [shared[name] for name in new]
    return {name: shared[name] for name in shared if name in found}


def _references(part: object) -> Iterator[str]:
    """The names of the definitions that a part of a schema refers to."""
    if isinstance(part, list):
        for item in part:
            yield from _references(item)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key == "$ref":
                yield value.removeprefix(_DEFINITIONS)
            else:
                yield from _references(value)
