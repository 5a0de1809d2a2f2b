"""The evidence behind the weighted elements of several projects, side by side, from their explanations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from danao.view import Standard, identity
from danao.web.site.concepts import path_of_concept

# Requirement IRI → pieces of evidence of one project, as ``danao-explanation/1`` tells of them.
Pieces = Mapping[str, Sequence[Mapping[str, Any]]]


def evidence_of(explained: Mapping[str, Any], result: str) -> dict[str, list[dict[str, Any]]]:
    """The evidence that claims of each requirement offer in a kind of result, of the explanation of an element."""
    return {
        requirement["iri"]: _pieces(requirement["outcomes"][result]["claims"])
        for requirement in _requirements(explained)
    }


def _requirements(explained: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for part in explained.get("parts", ()):
        yield from _requirements(part)
    if "outcomes" in explained:
        yield explained


def _pieces(claims: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each piece once; it counts where it counts for one of the claims."""
    found: dict[str, dict[str, Any]] = {}
    for claim in claims:
        for piece in claim["evidence"]:
            kept = found.setdefault(piece["iri"], dict(piece))
            kept["counts"] = kept["counts"] or piece["counts"]
    return list(found.values())


def rows_of(projects: Sequence[Pieces], standard: Standard) -> list[dict[str, Any]]:
    """A row for each smallest element with a weight: what each project shows for the requirements below it."""
    weighted = [iri for iri, _ in standard.walk() if standard.weight(iri) is not None]
    whole = {part for iri in weighted for part in standard.parts.get(iri, ())}.intersection(weighted)
    smallest = [iri for iri in weighted if whole.isdisjoint(standard.parts.get(iri, ()))]
    return [_row(iri, projects, standard) for iri in smallest]


def _row(iri: str, projects: Sequence[Pieces], standard: Standard) -> dict[str, Any]:
    below = [one for one, _ in standard.walk(iri)]
    return {
        **identity(iri, standard),
        "path": path_of_concept(iri, standard),
        "cells": [_cell(below, pieces) for pieces in projects],
    }


def _cell(below: Sequence[str], pieces: Pieces) -> list[dict[str, Any]]:
    """The pieces of one project below an element, each once; those that count first, then by title."""
    found: dict[str, dict[str, Any]] = {}
    for requirement in below:
        for piece in pieces.get(requirement, ()):
            kept = found.setdefault(piece["iri"], dict(piece))
            kept["counts"] = kept["counts"] or piece["counts"]
    return sorted(found.values(), key=lambda piece: (not piece["counts"], piece["title"]["zh"]))
