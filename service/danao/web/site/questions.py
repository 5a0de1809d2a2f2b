"""What pages say of the competency questions: by topic, the values that parameters may have, each as a query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from danao.engine.parameters import by_knowledge_of, fill
from danao.errors import Text
from danao.heads import Parameter, Question
from danao.knowledge import Knowledge
from danao.namespaces import RDF_TYPE, RDFS, local_name
from danao.questions import defaults_of, questions
from danao.registry.graphs import closure_graph
from danao.view import Standard, both
from danao.web.copies import knowledge_graph_of
from danao.web.site.concepts import code_of, means

# The folders of questions: those that any standard has, and those of the one in use.
_FOLDER = "questions"
_TOPICS: Mapping[str, Text] = {
    f"{_FOLDER}/domain": Text("这个领域的问题", "Questions of this field"),
    f"{_FOLDER}/framework": Text("评估的问题", "Questions about assessments"),
}
_BOOLEANS: Mapping[str, Text] = {"true": Text("是", "yes"), "false": Text("否", "no")}


def path_of_question(name: str) -> str:
    """The path of the page of a question."""
    return f"/questions/{name}"


def topics(knowledge: Knowledge) -> list[dict[str, Any]]:
    """The questions of each folder, those of the standard in use first."""
    named = {one.name: one for one in questions(knowledge)}
    return [
        {
            "id": folder.rpartition("/")[2],
            "name": both(name),
            "questions": [_listed(named[one]) for one in sorted(knowledge.rules[folder])],
        }
        for folder, name in _TOPICS.items()
        if knowledge.rules.get(folder)
    ]


def _listed(question: Question) -> dict[str, Any]:
    return question.as_json() | {"path": path_of_question(question.name)}


# ---- As a query ----


def as_query(question: Question, standard: Standard, base: str) -> str:
    """A question as the endpoint takes it: with the values that parameters have by themselves, of our knowledge."""
    filled = fill(question.text, defaults_of(question, standard))
    return by_knowledge_of(filled, closure_graph(knowledge_graph_of(base, standard.knowledge)))


# ---- Values of parameters ----


def choices_of(parameter: Parameter, standard: Standard) -> list[dict[str, Any]]:
    """What a parameter may be set to, in reading order; nothing where that is no list to choose from."""
    if parameter.kind == "boolean":
        return [{"value": value, "label": both(name)} for value, name in _BOOLEANS.items()]
    if parameter.of is None:
        return []
    knowledge, wanted = standard.knowledge, standard.element(parameter.of)
    classes = _below(wanted, knowledge)
    if parameter.kind == "term":
        column = knowledge.index.column(RDF_TYPE)
        classes = {iri for iri in column if not classes.isdisjoint(knowledge.values(iri, RDF_TYPE))}
    order = {iri: place for place, (iri, _) in enumerate(standard.walk())}
    ordered = sorted(classes, key=lambda iri: (order.get(iri, len(order)), knowledge.label(iri).zh))
    return [_choice(iri, standard) for iri in ordered]


def _below(top: str, knowledge: Knowledge) -> set[str]:
    """A class with all its subclasses."""
    found, stated = {top}, knowledge.index.column(RDFS + "subClassOf")
    while more := {
        iri for iri in stated if iri not in found and found.intersection(knowledge.values(iri, RDFS + "subClassOf"))
    }:
        found |= more
    return found


def _choice(iri: str, standard: Standard) -> dict[str, Any]:
    label = standard.knowledge.label(iri)
    code = code_of(iri, standard) if iri in standard.parts else ""
    said = Text(f"{code} {label.zh}", f"{code} {label.en}") if code else label
    name = local_name(iri)
    return {"value": name if means(name, iri, standard) else iri, "label": both(said)}
