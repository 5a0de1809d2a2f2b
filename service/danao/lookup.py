"""``danao standard``: the tree of elements, and one concept with all that is known of it."""

from __future__ import annotations

from typing import Any

from pyoxigraph import NamedNode, Triple

from danao.explain import Shapes
from danao.knowledge import Knowledge
from danao.namespaces import DANAO
from danao.output import print_json, print_triples
from danao.render import Renderer
from danao.view import EXPLANATION, Standard, as_number, both, identity, wording


def show_tree(knowledge: Knowledge, lang: str, form: str) -> None:
    """All elements in reading order, to stdout."""
    if form == "json":
        print_json(tree(knowledge))
    elif form == "table":
        found = tree(knowledge)
        Renderer(lang).tree(found["standard"]["title"], found["elements"])
    else:
        print_triples(tree_triples(knowledge), knowledge, form)


def show_concept(code: str, knowledge: Knowledge, lang: str, form: str) -> None:
    """One concept by its code, to stdout.

    :raises UsageError: no concept has that code.
    """
    iri = Standard(knowledge).element(code)
    if form == "json":
        print_json(concept_document(iri, knowledge))
    elif form == "table":
        Renderer(lang).concept(concept(iri, Standard(knowledge), Shapes(knowledge)))
    else:
        print_triples(concept_triples(iri, knowledge), knowledge, form)


def tree(knowledge: Knowledge) -> dict[str, Any]:
    """All elements in reading order as plain data, ``danao-standard/1``."""
    standard, shapes = Standard(knowledge), Shapes(knowledge)
    return {
        "format": "danao-standard/1",
        "standard": {"iri": standard.document, "title": both(knowledge.label(standard.document))},
        "note": both(EXPLANATION),
        "elements": [concept(iri, standard, shapes) | {"depth": depth} for iri, depth in standard.walk()],
    }


def tree_triples(knowledge: Knowledge) -> set[Triple]:
    """What is stated of all elements."""
    return {triple for iri, _ in Standard(knowledge).walk() for triple in concept_triples(iri, knowledge)}


def concept_document(iri: str, knowledge: Knowledge) -> dict[str, Any]:
    """One concept as plain data, ``danao-concept/1``."""
    return {"format": "danao-concept/1"} | concept(iri, Standard(knowledge), Shapes(knowledge))


def concept(iri: str, standard: Standard, shapes: Shapes) -> dict[str, Any]:
    """What is known of a concept of the standard, as plain data."""
    knowledge = standard.knowledge

    def labelled(name: str) -> list[dict[str, Any]]:
        return [{"iri": v, "label": both(knowledge.label(v))} for v in knowledge.values(iri, DANAO + name)]

    weight = standard.weight(iri)
    return {
        **identity(iri, standard),
        **wording(iri, standard),
        "weight": None if weight is None else as_number(weight),
        "kind": labelled("kind"),
        "unit": labelled("unit"),
        "direction": labelled("direction"),
        "realisedBy": [{"iri": name, "label": both(knowledge.label(name))} for name in standard.realised_by(iri)],
        "shape": shapes.of(iri),
        "parts": [
            {"iri": part, "notation": standard.notation(part), "label": both(knowledge.label(part))}
            for part in standard.parts.get(iri, ())
        ],
    }


def concept_triples(iri: str, knowledge: Knowledge) -> set[Triple]:
    """What is stated of a concept."""
    return {
        Triple(NamedNode(iri), NamedNode(predicate), value)
        for predicate, values in knowledge.index[iri].items()
        for value in values
    }
