"""What a standard names, for pages: its elements and everything else that has a clause, by kind, each with a path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from danao.errors import UsageError
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, RDF_TYPE, local_name
from danao.view import Standard, both, identity, wording

Order = list[tuple[int, int, str]]

PATH = "/standard"
# A code that only machines use.
_KEY = re.compile("[a-z][a-z0-9-]*")
# What is said of a concept besides what it is.
_ASIDE = DANAO + "ListedExample"


def path_of_concept(iri: str, standard: Standard) -> str:
    """The path of the page of a concept: by its local name, or by its IRI where that means another one."""
    name = local_name(iri)
    return f"{PATH}/{quote(name if means(name, iri, standard) else iri, safe='')}"


def means(name: str, iri: str, standard: Standard) -> bool:
    """Whether a name leads to a concept."""
    try:
        return bool(name) and standard.element(name) == iri
    except UsageError:
        return False


def kind_of(iri: str, knowledge: Knowledge) -> str | None:
    """The class that says what a concept is; none for what our vocabularies have no class for."""
    kinds = (kind for kind in knowledge.values(iri, RDF_TYPE) if kind != _ASIDE)
    return next((kind for kind in kinds if kind.startswith(knowledge.namespaces)), None)


def named(iri: str, standard: Standard) -> dict[str, Any]:
    """A concept by its code and label, with the path of its page and the kind that it is of."""
    kind = kind_of(iri, standard.knowledge)
    return {
        **identity(iri, standard),
        "code": code_of(iri, standard),
        "path": path_of_concept(iri, standard),
        "kind": None if kind is None else {"iri": kind, "label": both(standard.knowledge.label(kind))},
        "mark": mark_of(iri, standard),
    }


def code_of(iri: str, standard: Standard) -> str:
    """The code by which people know a concept; nothing for one that has a key for machines only."""
    notation = standard.notation(iri)
    return "" if standard.is_requirement(iri) or _KEY.fullmatch(notation) else notation


def mark_of(iri: str, standard: Standard) -> str:
    """The class of the sign that says who names a concept: the standard, or our reading of it."""
    return "by-reading" if standard.is_requirement(iri) else "by-standard"


def others(standard: Standard) -> list[str]:
    """What the text of a standard names and is no element: terms, abbreviations, references; in its order."""
    knowledge = standard.knowledge
    elements = {iri for iri, _ in standard.walk()}
    stated = (iri for iri in knowledge.index.column(DANAO + "clause") if iri not in elements)
    kinds = {iri: kind for iri in stated if (kind := kind_of(iri, knowledge))}
    first: dict[str, Order] = {}
    for iri, kind in kinds.items():
        clause = _in_order(knowledge.values(iri, DANAO + "clause")[0])
        first[kind] = min(first.get(kind, clause), clause)
    return sorted(kinds, key=lambda iri: (first[kinds[iri]], kinds[iri], _in_order(standard.notation(iri)), iri))


def _in_order(notation: str) -> Order:
    """Numbers by value, so that 10 stands after 9; words after numbers."""
    return [(0, int(piece), "") if piece.isdigit() else (1, 0, piece) for piece in notation.split(".")]


def chapters(standard: Standard) -> list[dict[str, Any]]:
    """What the text names besides elements, by kind."""
    found: dict[str, list[dict[str, Any]]] = {}
    for iri in others(standard):
        shown = named(iri, standard)
        found.setdefault(shown["kind"]["iri"], []).append(shown | wording(iri, standard))
    return [{"kind": told[0]["kind"], "id": local_name(kind), "members": told} for kind, told in found.items()]


def above(iri: str, standard: Standard) -> list[str]:
    """What a concept is a part of, the largest first."""
    wholes = standard.knowledge.values(iri, DANAO + "directPartOf")
    return [*above(wholes[0], standard), wholes[0]] if wholes else []


# ---- The tree ----


def branches(elements: Iterable[Mapping[str, Any]], standard: Standard) -> list[dict[str, Any]]:
    """The elements of ``danao-standard/1``, which stand in reading order with their depth, as a tree."""
    roots: list[dict[str, Any]] = []
    open_ones: list[dict[str, Any]] = []
    for element in elements:
        node = {**element, **named(element["iri"], standard), "weight": _number(element["weight"]), "parts": []}
        del open_ones[element["depth"] :]
        (open_ones[-1]["parts"] if open_ones else roots).append(node)
        open_ones.append(node)
    return roots


def _number(value: float | None) -> str:
    return "" if value is None else str(value)


# ---- Finding ----


def found(text: str, kind: str, standard: Standard) -> list[dict[str, Any]]:
    """The concepts of a kind, or of any, that have a text in names, definition or example; those named so first."""
    wanted = text.strip().casefold()
    told = [shown for shown in _all(standard) if kind in ("", shown["kind"]["iri"]) and wanted in _said(shown)]
    return sorted(told, key=lambda shown: wanted not in _called(shown))


def _all(standard: Standard) -> Iterator[dict[str, Any]]:
    for iri in [*(iri for iri, _ in standard.walk()), *others(standard)]:
        yield named(iri, standard) | wording(iri, standard)


def _called(shown: Mapping[str, Any]) -> str:
    return "\n".join([shown["notation"], *shown["label"].values()]).casefold()


def _said(shown: Mapping[str, Any]) -> str:
    texts = [text for name in ("definition", "example") for text in (shown[name] or {}).values()]
    return "\n".join([_called(shown), *texts]).casefold()


def kinds(standard: Standard) -> list[dict[str, Any]]:
    """The kinds of what a standard names, in the order in which they first come."""
    told = {shown["kind"]["iri"]: shown["kind"] for shown in _all(standard)}
    return list(told.values())
