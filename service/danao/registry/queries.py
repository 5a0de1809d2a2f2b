"""The queries that a registry asks of its store's catalogue."""

from __future__ import annotations

from danao.resources import data_root


def query(name: str) -> str:
    """The text of a query of ``rules/registry``."""
    return (data_root() / "rules" / "registry" / f"{name}.rq").read_text(encoding="utf-8")
