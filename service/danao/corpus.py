"""Many assessments in one workspace, for questions and queries over all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from danao.engine.interface import Row, Workspace, iri_of
from danao.errors import Text
from danao.infer import apply_rules, apply_until_stable
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, DCTERMS
from danao.pipeline import Assessment
from danao.questions import titled
from danao.statements import Facts, Graph, Term, graph_of, statements_of
from danao.view import Standard


class Corpus:
    """Assessments in one workspace: descriptions, examinations, what was derived, outcomes, scores, the knowledge.

    Of one that was not scored only its context is there: which project it is of. The rules of ``rules/corpus`` have
    added what questions ask of all.
    """

    def __init__(self, assessments: Iterable[Assessment], knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.assessments = list(assessments)
        self.workspace: Workspace = knowledge.engine.workspace()
        for assessment in self.assessments:
            self.workspace.add(assessment.graphs["context"] if assessment.violated else _facts(assessment))
        apply_rules(self.workspace, knowledge, "corpus/links")
        apply_until_stable(self.workspace, knowledge, "corpus/contributions")

    @cached_property
    def standard(self) -> Standard:
        """The standard that the assessments are by."""
        return Standard(self.knowledge)

    @cached_property
    def projects(self) -> Mapping[str, str]:
        """Identifier → IRI of each project that has scores."""
        return {one.description.identifier: one.description.project for one in self.scored}

    @cached_property
    def identifiers(self) -> Mapping[str, str]:
        """IRI → identifier of each project."""
        return {one.description.project: one.description.identifier for one in self.assessments}

    @property
    def scored(self) -> list[Assessment]:
        """The assessments that have scores."""
        return [assessment for assessment in self.assessments if not assessment.violated]

    def titles(self, iris: Collection[str]) -> Mapping[str, Text]:
        """IRI → title of those of some things that descriptions or examinations name."""
        return {iri: self._titles[iri] for iri in iris if iri in self._titles}

    @cached_property
    def _titles(self) -> Mapping[str, Text]:
        found: dict[str, dict[str, str]] = {}
        title = NamedNode(DCTERMS + "title")
        for one in self.assessments:
            for triple in sorted((t for t in _stated(one) if t.predicate == title), key=str):
                if isinstance(triple.object, Literal):
                    found.setdefault(iri_of(triple.subject), {})[triple.object.language or ""] = triple.object.value
        return {iri: titled(texts) for iri, texts in found.items()}

    def select(self, query: str, values: Mapping[str, Term]) -> list[Row]:
        """Rows of a question; values fill its leading ``VALUES … (UNDEF)`` row."""
        return self.workspace.select(query, values)


def _stated(assessment: Assessment) -> Facts:
    return assessment.description.facts | assessment.examination.facts


def _facts(assessment: Assessment) -> Graph:
    stated = statements_of(assessment.description.facts)
    graphs = (stated, *map(statements_of, (assessment.examination.facts, *assessment.graphs.values())))
    described, iri = f"<{DANAO}describedIn>", f"<{assessment.iri}>"
    found = dict.fromkeys(one for facts in graphs for one in facts)
    return graph_of([*found, *((subject, described, iri) for subject in dict.fromkeys(one[0] for one in stated))])
