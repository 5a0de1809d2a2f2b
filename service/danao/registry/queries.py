"""The queries that a registry asks of its store's catalogue."""

from __future__ import annotations

from pyoxigraph import NamedNode

from danao.resources import rule
from danao.store.interface import Store


def query(name: str) -> str:
    """The text of a query of ``rules/registry``."""
    return rule(f"registry/{name}")


def counted(store: Store, name: str, **graphs: str) -> int:
    """The number that a query counts, of graphs by the names of its parameters."""
    (row,) = store.select(query(name), {key: NamedNode(iri) for key, iri in graphs.items()})
    return int(row["statements"].value)
