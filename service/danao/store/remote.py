"""The store on a server: SPARQL 1.1 Query, Update and Graph Store Protocol."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from urllib.parse import urlencode

from pyoxigraph import NamedNode

from danao.engine.interface import Row
from danao.engine.parameters import fill
from danao.errors import StoreFault, Text
from danao.statements import Facts, Graph, Term, graph_of, joined, statements_of
from danao.store.answers import ROWS, TRIPLES, graph_in, refuse_page, rows_of
from danao.store.faults import not_empty
from danao.store.interface import Change
from danao.store.refusals import part_only, refused
from danao.store.server import Server
from danao.store.updates import STAGED, Updates, request_of, sparql, staged_by, staged_name
from danao.store.wire import Reply, Request, Wire

_FORM = "application/x-www-form-urlencoded"
_UPDATE = "application/sparql-update"
_NOT_FOUND = 404
_MISSING = (_NOT_FOUND,)
# So many graphs are dropped by one update.
_AT_ONCE = 100


class RemoteStore:
    """Named graphs on a server, which keeps no promise but those of its protocols.

    A change puts graphs first, one request each, and does everything else in one update. Both may be made again
    without harm, so both are tried again where an answer was lost. Others must not change the same graphs meanwhile.
    An update is one step where the server makes it one: oxigraph does, Virtuoso only each operation of it.
    """

    def __init__(self, server: Server, sleep: Callable[[float], None] = time.sleep) -> None:
        self._server = server
        self._wire = Wire(server, sleep)
        self._updates = Updates()
        self._staging = staged_by(server.within)

    # ---- Changing ----

    def apply(self, change: Change) -> None:
        for graph, facts in change.put.items():
            self._put(graph, facts)
        staged = dict(self._staged(change))
        for graph, facts in staged.values():
            self._put(graph, facts)
        operations = list(self._operations(change, {key: graph for key, (graph, _) in staged.items()}))
        if operations:
            self._update(request_of(operations))
        # Not in the same update: made again after a lost answer, it would find nothing to move on. What stays behind
        # is seen by nobody.
        if staged:
            with suppress(StoreFault):
                self._drop(graph for graph, _ in staged.values())

    def _operations(self, change: Change, staged: Mapping[tuple[str, str], str]) -> Iterator[str]:
        """Everything but what is put; what is staged comes from its graph."""
        yield from map(self._updates.drop, change.drop)
        for graph, facts in change.remove.items():
            if name := staged.get(("remove", graph)):
                yield self._updates.remove_staged(graph, name)
            elif facts:
                yield self._updates.remove(graph, statements_of(facts))
        for graph, facts in change.add.items():
            if name := staged.get(("add", graph)):
                yield self._updates.add_staged(graph, name)
            elif facts:
                yield self._updates.add(graph, statements_of(facts))

    def _staged(self, change: Change) -> Iterator[tuple[tuple[str, str], tuple[str, Facts]]]:
        """What is too much for one request, the largest first, with the names of the graphs in which it waits."""
        parts = [(("remove", graph), facts) for graph, facts in change.remove.items()]
        parts += [(("add", graph), facts) for graph, facts in change.add.items()]
        left = sum(len(facts) for _, facts in parts)
        for (way, graph), facts in sorted(parts, key=lambda part: len(part[1]), reverse=True):
            if left <= self._server.inline:
                return
            left -= len(facts)
            yield (way, graph), (staged_name(self._staging, f"{way} {graph}", statements_of(facts)), facts)

    def load(self, graphs: Iterable[tuple[str, Facts]]) -> None:
        if self.graphs():
            raise not_empty(self._server.place)
        for graph, facts in graphs:
            self._put(graph, facts)

    def clear(self) -> None:
        self._drop(graph for graph in self._names() if self._is_ours(graph) or graph.startswith(self._staging))

    def _drop(self, graphs: Iterable[str]) -> None:
        operations = [self._updates.drop(graph) for graph in graphs]
        for start in range(0, len(operations), _AT_ONCE):
            self._update(request_of(operations[start : start + _AT_ONCE]))

    def _put(self, graph: str, facts: Facts) -> None:
        NamedNode(graph)
        what = Text(f"写入图 {graph} ", f"Putting the graph {graph}")
        body = joined(statements_of(facts)).encode()
        headers = {"Content-Type": TRIPLES}
        refuse_page(self._wire.ask(Request(what, "PUT", self._server.graphs, body, headers, graph=graph)))

    def _update(self, text: str) -> None:
        headers = {"Content-Type": _UPDATE, "Accept": f"{ROWS}, */*;q=0.1"}
        what = Text("更新", "An update")
        refuse_page(self._wire.ask(Request(what, "POST", self._server.update, text.encode(), headers)))

    # ---- Asking ----

    def facts(self, graph: str) -> Graph:
        what = Text(f"读取图 {graph} ", f"Getting the graph {graph}")
        request = Request(what, "GET", self._server.graphs, headers={"Accept": TRIPLES}, graph=graph, allowed=_MISSING)
        reply = self._wire.ask(request)
        found = graph_of(()) if reply.status == _NOT_FOUND else graph_in(reply)
        # Virtuoso leaves statements out of a large graph and says nothing. And nothing may be at the address at all.
        (row,) = self.select(sparql("count.rq"), default=[graph])
        if int(row["count"].value) == len(found):
            return found
        raise refused(reply.asked, reply.status, reply.body) if reply.status == _NOT_FOUND else part_only(reply.asked)

    def graphs(self) -> list[str]:
        return [graph for graph in self._names() if self._is_ours(graph)]

    def _names(self) -> list[str]:
        return sorted(row["graph"].value for row in self.select(sparql("graphs.rq")))

    def _is_ours(self, graph: str) -> bool:
        return graph.startswith(self._server.within) and not graph.startswith(STAGED)

    def select(
        self,
        query: str,
        parameters: Mapping[str, Term] | None = None,
        *,
        default: Sequence[str] = (),
        named: Sequence[str] = (),
    ) -> list[Row]:
        return rows_of(self._query(fill(query, parameters or {}), default, named, ROWS))

    def construct(
        self,
        query: str,
        parameters: Mapping[str, Term] | None = None,
        *,
        default: Sequence[str] = (),
        named: Sequence[str] = (),
    ) -> Graph:
        return graph_in(self._query(fill(query, parameters or {}), default, named, TRIPLES))

    def _query(self, query: str, default: Sequence[str], named: Sequence[str], kind: str) -> Reply:
        graphs = [("default-graph-uri", graph) for graph in default] + [("named-graph-uri", graph) for graph in named]
        body = urlencode([("query", query), *graphs]).encode()
        headers = {"Content-Type": _FORM, "Accept": kind}
        what = Text("查询", "A query")
        return self._wire.ask(Request(what, "POST", self._server.query, body, headers, is_query=True))

    def close(self) -> None:
        self._wire.close()
