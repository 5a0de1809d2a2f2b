"""Competency questions: read from the knowledge, asked of many assessments at once, answered as plain data.

A question is a query with a head that says what it asks, which parameters it takes and what its columns are::

    # Title: 中文 | English
    # Answers: 中文 | English
    # Parameter ?name (kind of danao:Class, required): 中文 | English
    # Parameter ?name (kind, default: value): 中文 | English
    # Column ?name: 中文 | English

Kinds: ``term`` (a concept of the knowledge), ``class``, ``project``, ``date``, ``integer``, ``decimal``,
``boolean``, ``text``.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode

from danao import __version__
from danao.engine.interface import Workspace, iri_of
from danao.errors import Text, UsageError
from danao.heads import Form, Parameter, Question, check_parameters, ill_formed, listed, missing, named, read
from danao.infer import apply_rules, apply_until_stable
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, DCTERMS, OWL, RDF_TYPE, RDFS, XSD, local_name
from danao.pipeline import Assessment
from danao.statements import Facts, Graph, Term, graph_of, statements_of
from danao.view import EXPLANATION, Standard, both

_NUMBERS = {"integer": re.compile(r"[+-]?[0-9]{1,15}"), "decimal": re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,10})?")}
_BOOLEANS = {"true": "true", "false": "false", "是": "true", "否": "false"}
_FORM = Form(
    comment="#",
    parameter="?",
    column="?",
    kinds=("term", "class", "project", "date", "integer", "decimal", "boolean", "text"),
    column_kinds=(),
    classes=True,
    unread=Text("问题文件的开头写得不对。", "The head of a question cannot be read."),
)
_LISTING = Text("danao ask --list", "danao ask --list")


# ---- Reading questions ----


def questions(knowledge: Knowledge) -> list[Question]:
    """The questions of the framework and of the standard, by name.

    :raises KnowledgeError: a head cannot be read.
    """
    found = [
        read(name, f"rules/{folder}/{name}.rq", query, _FORM)
        for folder, queries in knowledge.rules.items()
        if folder.startswith("questions")
        for name, query in queries.items()
    ]
    return sorted(found, key=lambda question: question.name)


def question_named(name: str, knowledge: Knowledge) -> Question:
    """The question of a name.

    :raises UsageError: there is none; the nearest are named.
    """
    return named(name, questions(knowledge), _LISTING)


# ---- What is asked ----


class Corpus:
    """Assessments in one workspace: descriptions, examinations, what was derived, outcomes, scores, the knowledge.

    Of one that was not scored only its context is there: which project it is of. The rules of ``rules/corpus`` have
    added what only many assessments together tell.
    """

    def __init__(self, assessments: Iterable[Assessment], knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.assessments = list(assessments)
        self.workspace: Workspace = knowledge.engine.workspace()
        for assessment in self.assessments:
            self.workspace.add(assessment.graphs["context"] if assessment.violated else _facts(assessment))
        apply_rules(self.workspace, knowledge, "corpus/links", "corpus/organisations")
        apply_until_stable(self.workspace, knowledge, "corpus/contributions")

    @cached_property
    def standard(self) -> Standard:
        """The standard that the assessments are by."""
        return Standard(self.knowledge)

    @cached_property
    def projects(self) -> Mapping[str, str]:
        """Identifier → IRI of each project."""
        return {one.description.identifier: one.description.project for one in self.scored}

    @property
    def scored(self) -> list[Assessment]:
        """The assessments that have scores."""
        return [assessment for assessment in self.assessments if not assessment.violated]

    @cached_property
    def titles(self) -> Mapping[str, Text]:
        """IRI → title of everything that a description or an examination names."""
        found: dict[str, dict[str, str]] = {}
        title = NamedNode(DCTERMS + "title")
        for one in self.assessments:
            for triple in sorted((t for t in _stated(one) if t.predicate == title), key=str):
                if isinstance(triple.object, Literal):
                    found.setdefault(iri_of(triple.subject), {})[triple.object.language or ""] = triple.object.value
        return {iri: _titled(texts) for iri, texts in found.items()}


def _stated(assessment: Assessment) -> Facts:
    return assessment.description.facts | assessment.examination.facts


def _facts(assessment: Assessment) -> Graph:
    stated = statements_of(assessment.description.facts)
    graphs = (stated, *map(statements_of, (assessment.examination.facts, *assessment.graphs.values())))
    described, iri = f"<{DANAO}describedIn>", f"<{assessment.iri}>"
    found = dict.fromkeys(one for facts in graphs for one in facts)
    return graph_of([*found, *((subject, described, iri) for subject in dict.fromkeys(one[0] for one in stated))])


def _titled(texts: Mapping[str, str]) -> Text:
    fallback = next(iter(texts.values()))
    return Text(texts.get("zh", fallback), texts.get("en", fallback))


# ---- Asking ----


def answer(question: Question, given: Mapping[str, str], corpus: Corpus) -> dict[str, Any]:
    """The answer of a question, ``danao-answer/1``; values of parameters are as a user writes them.

    :raises UsageError: a parameter is unknown, missing, or its value fits no thing of its kind.
    """
    values = parameters_of(question, given, corpus)
    rows = corpus.workspace.select(question.text, values)
    cells = Cells(corpus)
    return {
        "format": "danao-answer/1",
        "software": f"danao {__version__}",
        "note": both(EXPLANATION),
        "knowledgeDigest": corpus.knowledge.digest,
        "projects": len(corpus.projects),
        **question.as_json(),
        "parameters": [
            {"name": one.name, "label": both(one.label), "value": cells.cell(values.get(one.name))}
            for one in question.parameters
        ],
        "rows": [{column.name: cells.cell(row[column.name]) for column in question.columns} for row in rows],
    }


def question_list(knowledge: Knowledge) -> dict[str, Any]:
    """All questions with their parameters, ``danao-questions/1``."""
    return listed(questions(knowledge))


def parameters_of(question: Question, given: Mapping[str, str], corpus: Corpus) -> dict[str, Term]:
    """The terms of a question's parameters: those given, and the defaults of the others.

    :raises UsageError: a parameter is unknown, missing, or its value fits no thing of its kind.
    """
    check_parameters(given, question)
    resolver = _Resolver(corpus)
    found: dict[str, Term] = {}
    for parameter in question.parameters:
        value = given.get(parameter.name)
        if value is not None:
            found[parameter.name] = resolver.value(parameter, value)
        elif parameter.required:
            raise missing(parameter, question)
        elif parameter.default is not None:
            found[parameter.name] = resolver.default(parameter, parameter.default)
    return found


class _Resolver:
    """Values as users write them → terms."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.knowledge = corpus.knowledge
        self.standard = corpus.standard

    def value(self, parameter: Parameter, text: str) -> Term:
        """The term of a value.

        :raises UsageError: it is none of the parameter's kind.
        """
        kind = parameter.kind
        if kind in ("term", "class"):
            return self._concept(parameter, text)
        if kind == "project":
            return self._project(text)
        if kind == "date":
            return self._date(parameter, text)
        if kind in _NUMBERS:
            return self._number(parameter, text)
        if kind == "boolean":
            return self._boolean(parameter, text)
        return Literal(text)

    def default(self, parameter: Parameter, text: str) -> Term:
        """The term of a default; that of a term may name the class that has one instance."""
        if parameter.kind != "term":
            return self.value(parameter, text)
        iri = self.standard.element(text)
        if OWL + "Class" in self.knowledge.values(iri, RDF_TYPE):
            return NamedNode(self.knowledge.instances(local_name(iri))[0])
        return NamedNode(iri)

    def _concept(self, parameter: Parameter, text: str) -> NamedNode:
        iri = self.standard.element(text)
        if parameter.of is not None:
            wanted = self.standard.element(parameter.of)
            classes = [iri] if parameter.kind == "class" else self.knowledge.values(iri, RDF_TYPE)
            if wanted not in self._above(classes):
                raise self._unfit(parameter, text, wanted)
        return NamedNode(iri)

    def _above(self, classes: Iterable[str]) -> set[str]:
        found: set[str] = set()
        todo = list(classes)
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo += self.knowledge.values(name, RDFS + "subClassOf")
        return found

    def _unfit(self, parameter: Parameter, text: str, wanted: str) -> UsageError:
        label = self.knowledge.label(wanted)
        return UsageError(
            Text(f"“{text}”不是{label.zh}。", f"'{text}' is no {label.en}."),
            fix=Text(
                f"参数 {parameter.name} 要一个{label.zh}：{parameter.label.zh}。",
                f"The parameter {parameter.name} takes a {label.en}: {parameter.label.en}.",
            ),
        )

    def _project(self, text: str) -> NamedNode:
        if text in self.corpus.projects:
            return NamedNode(self.corpus.projects[text])
        known = sorted(self.corpus.projects)
        near = difflib.get_close_matches(text, known, n=5) or known[:5]
        raise UsageError(
            Text(f"没有标识为“{text}”的已评估项目。", f"There is no assessed project '{text}'."),
            fix=Text(
                f"读入的 {len(known)} 个项目中有：{'、'.join(near)}。",
                f"Among the {len(known)} projects: {', '.join(near)}.",
            ),
        )

    def _date(self, parameter: Parameter, text: str) -> Literal:
        try:
            date = dt.date.fromisoformat(text)
        except ValueError as fault:
            raise ill_formed(parameter, text, "2026-06-30") from fault
        return Literal(date.isoformat(), datatype=NamedNode(XSD + "date"))

    def _number(self, parameter: Parameter, text: str) -> Literal:
        if not _NUMBERS[parameter.kind].fullmatch(text):
            raise ill_formed(parameter, text, "60" if parameter.kind == "integer" else "60.5")
        return Literal(text.removeprefix("+"), datatype=NamedNode(XSD + parameter.kind))

    def _boolean(self, parameter: Parameter, text: str) -> Literal:
        if text not in _BOOLEANS:
            raise ill_formed(parameter, text, "true")
        return Literal(_BOOLEANS[text], datatype=NamedNode(XSD + "boolean"))


# ---- Cells ----


class Cells:
    """Terms as cells: an IRI with its label and code, a value with its type."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self._things: dict[str, dict[str, Any]] = {}

    def cell(self, term: Term | None) -> dict[str, Any] | None:
        """One cell; none where nothing is bound."""
        if term is None:
            return None
        if isinstance(term, Literal):
            return {"value": term.value, "type": local_name(term.datatype.value)}
        if isinstance(term, BlankNode):
            return {"value": str(term), "type": "bnode"}
        if term.value not in self._things:
            self._things[term.value] = self._thing(term.value)
        return self._things[term.value]

    def _thing(self, iri: str) -> dict[str, Any]:
        if iri in self.corpus.knowledge.index:
            code = self.corpus.standard.notation(iri)
            return {"iri": iri, "label": both(self.corpus.knowledge.label(iri)), "notation": code}
        name = self.corpus.titles.get(iri) or Text(local_name(iri), local_name(iri))
        return {"iri": iri, "label": both(name), "notation": self._identifiers.get(iri)}

    @cached_property
    def _identifiers(self) -> Mapping[str, str]:
        return {one.description.project: one.description.identifier for one in self.corpus.assessments}
