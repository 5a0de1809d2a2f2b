"""Questions asked of a registry: of what its office's or its public view shows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

from pyoxigraph import NamedNode

from danao.engine.interface import Row
from danao.engine.parameters import by_knowledge_of, for_each
from danao.errors import NothingRegistered, Place, Text
from danao.knowledge import Knowledge
from danao.questions import titled
from danao.registry.entries import digest_graph
from danao.registry.graphs import closure_graph
from danao.registry.ordering import in_order, without_order
from danao.registry.queries import counted, query
from danao.statements import Term
from danao.store.interface import Store
from danao.view import Standard


class Shown:
    """The assessments that graphs of a store show, such as a view, as :func:`danao.questions.answer` asks of them.

    ``knowledge`` is one that the store holds. Which projects there are is remembered: take another one after the store
    has changed.

    :raises NothingRegistered: the store does not hold the knowledge.
    """

    def __init__(self, store: Store, graphs: Sequence[str], knowledge: Knowledge, base: str) -> None:
        self.knowledge = knowledge
        self._store = store
        self._graphs = graphs
        self._closure = closure_graph(digest_graph(base, "knowledge", knowledge.digest))
        if not counted(store, "size", graph=self._closure):
            raise _not_held(knowledge)

    @cached_property
    def standard(self) -> Standard:
        """The standard that the assessments are by."""
        return Standard(self.knowledge)

    @cached_property
    def projects(self) -> Mapping[str, str]:
        """Identifier → IRI of each project."""
        rows = self._store.select(query("projects"), default=self._graphs)
        return {row["identifier"].value: row["project"].value for row in rows}

    @cached_property
    def identifiers(self) -> Mapping[str, str]:
        """IRI → identifier of each project."""
        return {iri: identifier for identifier, iri in self.projects.items()}

    def titles(self, iris: Collection[str]) -> Mapping[str, Text]:
        """IRI → title of those of some things that the view names."""
        text = for_each(query("named"), "thing", map(NamedNode, sorted(iris)))
        found: dict[str, dict[str, str]] = {}
        for row in self._store.select(text, default=self._graphs) if iris else ():
            found.setdefault(row["thing"].value, {})[row["title"].language or ""] = row["title"].value
        return {iri: titled(texts) for iri, texts in found.items()}

    def select(self, question: str, values: Mapping[str, Term]) -> list[Row]:
        """Rows of a question; values fill its leading ``VALUES … (UNDEF)`` row."""
        text, keys = without_order(by_knowledge_of(question, self._closure))
        return in_order(self._store.select(text, values, default=self._graphs, named=(self._closure,)), keys)


def _not_held(knowledge: Knowledge) -> NothingRegistered:
    return NothingRegistered(
        Text("登记库里没有按这一知识评估的内容。", "The registry holds nothing that was assessed by this knowledge."),
        place=Place(node=knowledge.digest),
        fix=Text(
            "先按它登记一份描述，或按登记时所用的知识提问。",
            "Register a description by it, or ask by the knowledge that projects were registered with.",
        ),
    )
