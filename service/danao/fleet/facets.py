"""The facets of many descriptions at once: each is given, of its own, the statements whose predicates it names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from danao.describe import Description
from danao.facets import facets_of
from danao.fleet.facts import chosen
from danao.fleet.rows import FacetRow
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, SKOS
from danao.statements import Statement, Term, graph_of, statements_of

# Nodes are told apart by the project that speaks of them: nobody changes another's facets.
_OWN = "urn:danao:row:"


class Facets:
    """The facets of a knowledge, ready to be asked of many descriptions at once."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._facets = facets_of(knowledge)
        self._predicates = {iri for facet in self._facets for iri in facet.terms}

    def of(self, descriptions: Sequence[Description | None]) -> list[list[FacetRow]]:
        """The facets of each description as rows, sorted; none where there is no description."""
        found: list[set[tuple[str, str]]] = [set() for _ in descriptions]
        if self._facets:
            workspace = self._knowledge.engine.workspace()
            workspace.add(graph_of(list(dict.fromkeys(self._stated(descriptions)))))
            for facet in self._facets:
                for row in workspace.select(facet.query):
                    number, value = _own(row["project"]), row["value"]
                    if number is not None and value is not None:
                        found[number[0]].add((facet.name, (_own(value) or (0, value.value))[1]))
        return [[self._row(facet, value) for facet, value in sorted(one)] for one in found]

    def _stated(self, descriptions: Sequence[Description | None]) -> Iterator[Statement]:
        known = tuple(f"<{space}" for space in self._knowledge.namespaces)
        for number, description in enumerate(descriptions):
            if description is not None:
                own = f"<{_OWN}{number}:"
                refused = set(statements_of(description.refused))
                yield f"<{_OWN}{number}>", f"<{DANAO}of>", own + f"{description.project}>"
                for statement in chosen(description.facts, self._predicates):
                    if statement not in refused:
                        subject, predicate, thing = statement
                        yield _moved(subject, own, known), predicate, _moved(thing, own, known)

    def _row(self, facet: str, value: str) -> FacetRow:
        label = self._knowledge.label(value)
        notation = next(iter(self._knowledge.values(value, SKOS + "notation")), None)
        return (facet, value, notation, label.zh, label.en)


def _moved(term: str, own: str, known: tuple[str, ...]) -> str:
    """A node under a name of its project's own; terms of the knowledge and literals stay as they are."""
    return own + term[1:] if term[0] == "<" and not term.startswith(known) else term


def _own(term: Term) -> tuple[int, str] | None:
    """Whose node it is and what it was called; nothing for a term of the knowledge or a literal."""
    if not term.value.startswith(_OWN):
        return None
    number, _, iri = term.value.removeprefix(_OWN).partition(":")
    return int(number), iri
