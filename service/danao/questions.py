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

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol

from pyoxigraph import BlankNode, Literal, NamedNode

from danao import __version__
from danao.engine.interface import Row
from danao.errors import Text, UsageError
from danao.heads import Form, Parameter, Question, check_parameters, ill_formed, listed, missing, named, read
from danao.inputs import day
from danao.knowledge import Knowledge
from danao.namespaces import OWL, RDF_TYPE, RDFS, XSD, local_name
from danao.statements import Term
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


class Asked(Protocol):
    """Assessments that questions are asked of, and the knowledge they are asked by."""

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge that the assessments are by."""

    @property
    def standard(self) -> Standard:
        """Its standard."""

    @property
    def projects(self) -> Mapping[str, str]:
        """Identifier → IRI of each project that has scores."""

    @property
    def identifiers(self) -> Mapping[str, str]:
        """IRI → identifier of each project."""

    def titles(self, iris: Collection[str]) -> Mapping[str, Text]:
        """IRI → title of those of some things that descriptions or examinations name."""

    def select(self, query: str, values: Mapping[str, Term]) -> list[Row]:
        """Rows of a question; values fill its leading ``VALUES … (UNDEF)`` row."""


def titled(texts: Mapping[str, str]) -> Text:
    """A title in the languages of the interface, from texts by language: a missing one falls back to another."""
    fallback = next(iter(texts.values()))
    return Text(texts.get("zh", fallback), texts.get("en", fallback))


# ---- Asking ----


def answer(question: Question, given: Mapping[str, str], asked: Asked) -> dict[str, Any]:
    """The answer of a question, ``danao-answer/1``; values of parameters are as a user writes them.

    :raises UsageError: a parameter is unknown, missing, or its value fits no thing of its kind.
    """
    values = parameters_of(question, given, asked)
    rows = asked.select(question.text, values)
    cells = Cells(asked, [*values.values(), *(row[column.name] for row in rows for column in question.columns)])
    return {
        "format": "danao-answer/1",
        "software": f"danao {__version__}",
        "note": both(EXPLANATION),
        "knowledgeDigest": asked.knowledge.digest,
        "projects": len(asked.projects),
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


def parameters_of(question: Question, given: Mapping[str, str], asked: Asked) -> dict[str, Term]:
    """The terms of a question's parameters: those given, and the defaults of the others.

    :raises UsageError: a parameter is unknown, missing, or its value fits no thing of its kind.
    """
    check_parameters(given, question)
    resolver = _Resolver(asked.standard, asked.projects)
    found = defaults_of(question, asked.standard)
    for parameter in question.parameters:
        value = given.get(parameter.name)
        if value is not None:
            found[parameter.name] = resolver.value(parameter, value)
        elif parameter.required:
            raise missing(parameter, question)
    return found


def defaults_of(question: Question, standard: Standard) -> dict[str, Term]:
    """The terms of those parameters that have a value where none is given."""
    resolver = _Resolver(standard, {})
    return {one.name: resolver.default(one, one.default) for one in question.parameters if one.default is not None}


class _Resolver:
    """Values as users write them → terms."""

    def __init__(self, standard: Standard, projects: Mapping[str, str]) -> None:
        self.projects = projects
        self.knowledge = standard.knowledge
        self.standard = standard

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
        if text in self.projects:
            return NamedNode(self.projects[text])
        known = sorted(self.projects)
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
            date = day(text)
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
    """Terms as cells: an IRI with its label and code, a value with its type. ``terms`` are those to be shown."""

    def __init__(self, asked: Asked, terms: Iterable[Term | None]) -> None:
        self.asked = asked
        self._things: dict[str, dict[str, Any]] = {}
        named = {term.value for term in terms if isinstance(term, NamedNode)}
        self._titles = asked.titles([iri for iri in named if iri not in asked.knowledge.index])

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
        if iri in self.asked.knowledge.index:
            code = self.asked.standard.notation(iri)
            return {"iri": iri, "label": both(self.asked.knowledge.label(iri)), "notation": code}
        name = self._titles.get(iri) or Text(local_name(iri), local_name(iri))
        return {"iri": iri, "label": both(name), "notation": self.asked.identifiers.get(iri)}
