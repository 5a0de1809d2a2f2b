"""The queries that a registry asks of its store's catalogue."""

from __future__ import annotations

from pyoxigraph import NamedNode

from danao.resources import data_root
from danao.store.interface import Store


def query(name: str) -> str:
    """The text of a query of ``rules/registry``."""
    return (data_root() / "rules" / "registry" / f"{name}.rq").read_text(encoding="utf-8")


def counted(store: Store, name: str, **graphs: str) -> int:
    """The number that a query counts, of graphs by the names of its parameters."""
    (row,) = store.select(query(name), {key: NamedNode(iri) for key, iri in graphs.items()})
    return int(row["statements"].value)
