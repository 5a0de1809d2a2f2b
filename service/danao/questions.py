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
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from danao import __version__
from danao.engine.interface import Workspace, iri_of
from danao.errors import KnowledgeError, Place, Text, UsageError
from danao.infer import apply_rules, apply_until_stable
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, DCTERMS, OWL, RDF_TYPE, RDFS, XSD, local_name
from danao.pipeline import Assessment
from danao.statements import Facts, Term
from danao.view import EXPLANATION, Standard, both

KINDS = ("term", "class", "project", "date", "integer", "decimal", "boolean", "text")

_NUMBERS = {"integer": re.compile(r"[+-]?[0-9]{1,15}"), "decimal": re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,10})?")}
_BOOLEANS = {"true": "true", "false": "false", "是": "true", "否": "false"}
_HEAD = re.compile(r"# (?P<what>Title|Answers|Parameter|Column)\b(?P<rest>.*)")
_BOTH = re.compile(r"\s*:\s*(?P<zh>[^|]+?)\s*\|\s*(?P<en>[^|]+?)\s*")
_PARAMETER = re.compile(
    r" \?(?P<name>\w+) \((?P<kind>\w+)(?: of (?P<of>[\w:-]+))?"
    r"(?P<required>, required)?(?:, default: (?P<default>[^)]+))?\)"
)
_COLUMN = re.compile(r" \?(?P<name>\w+)")


@dataclass(frozen=True)
class Parameter:
    """A parameter of a question: its kind, the class its values are of, and its value where none is given."""

    name: str
    kind: str
    of: str | None
    required: bool
    default: str | None
    label: Text


@dataclass(frozen=True)
class Column:
    """A column of an answer."""

    name: str
    label: Text


@dataclass(frozen=True)
class Question:
    """A question: its name, what it asks, what a row of its answer means, parameters, columns, and the query."""

    name: str
    title: Text
    answers: Text
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    query: str

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of a name."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)


# ---- Reading questions ----


def questions(knowledge: Knowledge) -> list[Question]:
    """The questions of the framework and of the standard, by name.

    :raises KnowledgeError: a head cannot be read.
    """
    found = [
        _question(name, f"rules/{folder}/{name}.rq", query)
        for folder, queries in knowledge.rules.items()
        if folder.startswith("questions")
        for name, query in queries.items()
    ]
    return sorted(found, key=lambda question: question.name)


def question_named(name: str, knowledge: Knowledge) -> Question:
    """The question of a name.

    :raises UsageError: there is none; the nearest are named.
    """
    known = {question.name: question for question in questions(knowledge)}
    if name in known:
        return known[name]
    near = ", ".join(difflib.get_close_matches(name, known, n=3))
    raise UsageError(
        Text(f"没有名为“{name}”的问题。", f"There is no question named '{name}'."),
        fix=Text(
            f"{f'相近的有：{near}。' if near else ''}用 danao ask --list 查看全部问题。",
            f"{f'Near: {near}. ' if near else ''}See all questions with 'danao ask --list'.",
        ),
    )


def _question(name: str, file: str, query: str) -> Question:
    rests: dict[str, list[tuple[int, str]]] = {}
    for number, line in enumerate(query.partition("\n\n")[0].splitlines(), start=1):
        match = _HEAD.fullmatch(line)
        if match is None:
            raise _malformed(file, number)
        rests.setdefault(match["what"], []).append((number, match["rest"]))
    for what in ("Title", "Answers"):
        if len(rests.get(what, ())) != 1:
            raise _malformed(file, 1)
    return Question(
        name=name,
        title=_text(*rests["Title"][0], file),
        answers=_text(*rests["Answers"][0], file),
        parameters=tuple(_parameter(number, rest, file) for number, rest in rests.get("Parameter", ())),
        columns=tuple(_column(number, rest, file) for number, rest in rests.get("Column", ())),
        query=query,
    )


def _text(number: int, rest: str, file: str) -> Text:
    match = _BOTH.fullmatch(rest)
    if match is None:
        raise _malformed(file, number)
    return Text(match["zh"], match["en"])


def _parameter(number: int, rest: str, file: str) -> Parameter:
    match = _PARAMETER.match(rest)
    if match is None or match["kind"] not in KINDS:
        raise _malformed(file, number)
    label = _text(number, rest[match.end() :], file)
    return Parameter(match["name"], match["kind"], match["of"], match["required"] is not None, match["default"], label)


def _column(number: int, rest: str, file: str) -> Column:
    match = _COLUMN.match(rest)
    if match is None:
        raise _malformed(file, number)
    return Column(match["name"], _text(number, rest[match.end() :], file))


def _malformed(file: str, line: int) -> KnowledgeError:
    return KnowledgeError(
        Text("问题文件的开头写得不对。", "The head of a question cannot be read."),
        place=Place(file=file, line=line),
        fix=Text(
            "写成“# Title: 中文 | English”“# Answers: …”“# Parameter ?名 (类型): …”“# Column ?名: …”，"
            f"类型是 {'、'.join(KINDS)}。",
            "Write '# Title: 中文 | English', '# Answers: …', '# Parameter ?name (kind): …', '# Column ?name: …'; "
            f"kinds are {', '.join(KINDS)}.",
        ),
    )


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
        apply_rules(self.workspace, knowledge, "corpus/links")
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


def _facts(assessment: Assessment) -> Iterator[Triple]:
    yield from _stated(assessment)
    for graph in assessment.graphs.values():
        yield from graph
    described, iri = NamedNode(DANAO + "describedIn"), NamedNode(assessment.iri)
    for subject in {triple.subject for triple in assessment.description.facts}:
        yield Triple(subject, described, iri)


def _titled(texts: Mapping[str, str]) -> Text:
    fallback = next(iter(texts.values()))
    return Text(texts.get("zh", fallback), texts.get("en", fallback))


# ---- Asking ----


def answer(question: Question, given: Mapping[str, str], corpus: Corpus) -> dict[str, Any]:
    """The answer of a question, ``danao-answer/1``; values of parameters are as a user writes them.

    :raises UsageError: a parameter is unknown, missing, or its value fits no thing of its kind.
    """
    values = parameters_of(question, given, corpus)
    rows = corpus.workspace.select(question.query, values)
    cells = Cells(corpus)
    return {
        "format": "danao-answer/1",
        "software": f"danao {__version__}",
        "note": both(EXPLANATION),
        "knowledgeDigest": corpus.knowledge.digest,
        "projects": len(corpus.projects),
        **question_head(question),
        "parameters": [
            {"name": one.name, "label": both(one.label), "value": cells.cell(values.get(one.name))}
            for one in question.parameters
        ],
        "rows": [{column.name: cells.cell(row[column.name]) for column in question.columns} for row in rows],
    }


def question_list(knowledge: Knowledge) -> dict[str, Any]:
    """All questions with their parameters, ``danao-questions/1``."""
    return {
        "format": "danao-questions/1",
        "software": f"danao {__version__}",
        "questions": [
            question_head(question) | {"parameters": [_described(one) for one in question.parameters]}
            for question in questions(knowledge)
        ],
    }


def question_head(question: Question) -> dict[str, Any]:
    """What a question is called and what its columns mean."""
    return {
        "question": question.name,
        "title": both(question.title),
        "answers": both(question.answers),
        "columns": [{"name": column.name, "label": both(column.label)} for column in question.columns],
    }


def _described(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "label": both(parameter.label),
        "kind": parameter.kind,
        "of": parameter.of,
        "required": parameter.required,
        "default": parameter.default,
    }


def parameters_of(question: Question, given: Mapping[str, str], corpus: Corpus) -> dict[str, Term]:
    """The terms of a question's parameters: those given, and the defaults of the others.

    :raises UsageError: a parameter is unknown, missing, or its value fits no thing of its kind.
    """
    for name in given:
        if question.parameter(name) is None:
            raise _no_parameter(name, question)
    resolver = _Resolver(corpus)
    found: dict[str, Term] = {}
    for parameter in question.parameters:
        value = given.get(parameter.name)
        if value is not None:
            found[parameter.name] = resolver.value(parameter, value)
        elif parameter.required:
            raise _missing(parameter, question)
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
            raise _ill_formed(parameter, text, "2026-06-30") from fault
        return Literal(date.isoformat(), datatype=NamedNode(XSD + "date"))

    def _number(self, parameter: Parameter, text: str) -> Literal:
        if not _NUMBERS[parameter.kind].fullmatch(text):
            raise _ill_formed(parameter, text, "60" if parameter.kind == "integer" else "60.5")
        return Literal(text.removeprefix("+"), datatype=NamedNode(XSD + parameter.kind))

    def _boolean(self, parameter: Parameter, text: str) -> Literal:
        if text not in _BOOLEANS:
            raise _ill_formed(parameter, text, "true")
        return Literal(_BOOLEANS[text], datatype=NamedNode(XSD + "boolean"))


def _ill_formed(parameter: Parameter, text: str, example: str) -> UsageError:
    return UsageError(
        Text(f"参数 {parameter.name} 的值“{text}”写得不对。", f"The value '{text}' of {parameter.name} is ill-formed."),
        fix=Text(f"{parameter.label.zh}，写成 {example} 的形式。", f"{parameter.label.en}; write it like {example}."),
    )


def _no_parameter(name: str, question: Question) -> UsageError:
    known = [parameter.name for parameter in question.parameters]
    return UsageError(
        Text(f"问题“{question.name}”没有参数“{name}”。", f"The question '{question.name}' has no parameter '{name}'."),
        fix=Text(f"它的参数：{'、'.join(known) or '无'}。", f"Its parameters: {', '.join(known) or 'none'}."),
    )


def _missing(parameter: Parameter, question: Question) -> UsageError:
    return UsageError(
        Text(
            f"问题“{question.name}”还需要参数 {parameter.name}：{parameter.label.zh}。",
            f"The question '{question.name}' also needs {parameter.name}: {parameter.label.en}.",
        ),
        fix=Text(f"写 --param {parameter.name}=值。", f"Write --param {parameter.name}=VALUE."),
    )


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
