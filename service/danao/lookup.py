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
    standard, shapes = Standard(knowledge), Shapes(knowledge)
    if form == "json":
        print_json(
            {
                "format": "danao-standard/1",
                "standard": {"iri": standard.document, "title": both(knowledge.label(standard.document))},
                "note": both(EXPLANATION),
                "elements": [concept(iri, standard, shapes) | {"depth": depth} for iri, depth in standard.walk()],
            }
        )
    elif form == "table":
        Renderer(lang).tree(
            both(knowledge.label(standard.document)),
            [concept(iri, standard, shapes) | {"depth": depth} for iri, depth in standard.walk()],
        )
    else:
        print_triples((t for iri, _ in standard.walk() for t in _block(iri, knowledge)), knowledge, form)


def show_concept(code: str, knowledge: Knowledge, lang: str, form: str) -> None:
    """One concept by its code, to stdout.

    :raises UsageError: no concept has that code.
    """
    standard, shapes = Standard(knowledge), Shapes(knowledge)
    iri = standard.element(code)
    if form == "json":
        print_json({"format": "danao-concept/1"} | concept(iri, standard, shapes))
    elif form == "table":
        Renderer(lang).concept(concept(iri, standard, shapes))
    else:
        print_triples(_block(iri, knowledge), knowledge, form)


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


def _block(iri: str, knowledge: Knowledge) -> set[Triple]:
    return {
        Triple(NamedNode(iri), NamedNode(predicate), value)
        for predicate, values in knowledge.index[iri].items()
        for value in values
    }
