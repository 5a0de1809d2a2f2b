"""Changes as SPARQL 1.1 Update, put together from the files in ``store/sparql/``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from danao.statements import Facts, Statement, joined, statements_of
from danao.store.interface import Change, has_blank_nodes

# Graphs in which a server keeps what is too much for one request, until the request that moves it on.
STAGED = "urn:danao:staged:"
_OWNER = 16


def sparql(name: str) -> str:
    """The text of a file in ``store/sparql/``."""
    return (Path(__file__).parent / "sparql" / name).read_text(encoding="utf-8")


class Updates:
    """Operations on one graph each."""

    def __init__(self) -> None:
        names = ("drop", "remove", "add", "remove-staged", "add-staged")
        self._texts = {name: sparql(f"{name}.ru") for name in names}

    def drop(self, graph: str) -> str:
        """Let a graph go, if there is one of that name."""
        return self._filled("drop", graph)

    def remove(self, graph: str, statements: Iterable[Statement]) -> str:
        """Take statements out of a graph."""
        return self._filled("remove", graph, statements=joined(statements))

    def add(self, graph: str, statements: Iterable[Statement]) -> str:
        """Bring statements into a graph."""
        return self._filled("add", graph, statements=joined(statements))

    def remove_staged(self, graph: str, staged: str) -> str:
        """Take out of a graph what another one holds."""
        return self._filled("remove-staged", graph, staged=staged)

    def add_staged(self, graph: str, staged: str) -> str:
        """Bring into a graph what another one holds."""
        return self._filled("add-staged", graph, staged=staged)

    def of(self, change: Change) -> Iterator[str]:
        """A whole change, in its order."""
        yield from map(self.drop, (*change.drop, *change.put))
        yield from (self.remove(graph, found) for graph, found in _filled_graphs(change.remove.items()))
        come = [*change.put.items(), *change.add.items()]
        for number, (graph, found) in enumerate(_filled_graphs(come)):
            yield self.add(graph, apart(found, number))

    def _filled(self, name: str, graph: str, *, staged: str = "", statements: str = "") -> str:
        # Statements last: what they say is left as it is.
        text = self._texts[name].replace("%graph%", graph).replace("%staged%", staged)
        return text.replace("%statements%", statements)


def _filled_graphs(graphs: Iterable[tuple[str, Facts]]) -> Iterator[tuple[str, Sequence[Statement]]]:
    """Graphs that hold something, as statements."""
    yield from ((graph, statements_of(facts)) for graph, facts in graphs if facts)


def request_of(operations: Iterable[str]) -> str:
    """Operations as one request."""
    return ";\n".join(operations)


def staged_by(within: str) -> str:
    """What the names of staged graphs begin with, of those whose other graphs' names begin with ``within``."""
    return f"{STAGED}{hashlib.sha256(within.encode()).hexdigest()[:_OWNER]}:"


def staged_name(owner: str, graph: str, statements: Iterable[Statement]) -> str:
    """The graph in which statements wait that are on their way to or from a graph: the same for the same statements."""
    text = f"{graph}\n{joined(statements)}"
    return owner + hashlib.sha256(text.encode()).hexdigest()


def apart(statements: Sequence[Statement], number: int) -> Sequence[Statement]:
    """Statements whose blank nodes have labels that no graph of another number has."""
    if not has_blank_nodes(statements):
        return statements

    def named(term: str) -> str:
        return f"_:g{number}x{term[2:]}" if term[0] == "_" else term

    return [(named(subject), predicate, named(thing)) for subject, predicate, thing in statements]
