"""Evidence as a report lists it: each piece once, numbered, and how it stands for each requirement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyoxigraph import Literal, NamedNode

from danao.engine.interface import iri_of
from danao.errors import Text
from danao.knowledge import Knowledge
from danao.namespaces import CCCEV, DANAO, DCAT, DCTERMS, RDF_TYPE, SPDX, local_name
from danao.pipeline import Assessment
from danao.view import KINDS, Facts, both

_ADDRESSES = (DCAT + "downloadURL", DCAT + "accessURL")
# Other schemes may do something where they are followed.
_FOLLOWED = ("http://", "https://")


class Evidence:
    """All evidence of a description, numbered by the first element it supports in reading order.

    ``anchors`` holds the elements in that order, each with the name by which a link finds it.
    """

    def __init__(self, assessment: Assessment, knowledge: Knowledge, facts: Facts, anchors: Mapping[str, str]) -> None:
        self.assessment, self.knowledge, self.facts, self.anchors = assessment, knowledge, facts, anchors
        self.numbers = {iri: number for number, iri in enumerate(self._in_reading_order(), start=1)}
        self.standings = _standings(assessment)
        self._verdicts = self._decided()

    def listed(self) -> list[dict[str, Any]]:
        """Each piece with its files and what it supports."""
        return [self._listed(iri) for iri in self.numbers]

    def _listed(self, iri: str) -> dict[str, Any]:
        supports = [self._support(iri, element) for element in self._of(iri)]
        return self.piece(iri) | {"files": self._files(iri), "supports": supports}

    def piece(self, iri: str) -> dict[str, Any]:
        """What a piece is: number, title, type, issuer and dates."""
        kind = self.facts.value(iri, DCTERMS + "conformsTo")
        issuer = self.facts.value(iri, DCTERMS + "publisher")
        dates = {"issued": DCTERMS + "issued", "validFrom": DANAO + "validFrom", "validUntil": DANAO + "validUntil"}
        return {
            "iri": iri,
            "number": self.numbers[iri],
            "title": both(self.facts.title(iri)),
            "type": both(self.knowledge.label(kind)) if kind else None,
            "issuer": both(self.facts.title(issuer)) if issuer else None,
            **{name: self.facts.value(iri, predicate) for name, predicate in dates.items()},
        }

    def verdict(self, iri: str, requirement: str) -> dict[str, Any] | None:
        """What the examination decided about a piece for a requirement, and why; None where it did not."""
        return self._verdicts.get((iri, requirement))

    def _in_reading_order(self) -> list[str]:
        kind = NamedNode(CCCEV + "Evidence")
        facts = self.assessment.description.facts
        found = {iri_of(t.subject) for t in facts if t.predicate.value == RDF_TYPE and t.object == kind}
        found |= {row["evidence"].value for row in self.assessment.tables["evidence"]}
        places = {iri: place for place, iri in enumerate(self.anchors)}
        return sorted(found, key=lambda iri: (min((places[one] for one in self._of(iri)), default=len(places)), iri))

    def _of(self, iri: str) -> list[str]:
        """The elements that a piece supports, in reading order."""
        supported = {thing.value for thing in self.facts.objects(iri, CCCEV + "supportsRequirement")}
        return [element for element in self.anchors if element in supported]

    def _support(self, iri: str, requirement: str) -> dict[str, Any]:
        return {
            "anchor": self.anchors[requirement],
            "label": both(self.knowledge.label(requirement)),
            "standings": grouped(
                {
                    kind: self.standings[iri, requirement, kind]
                    for kind in KINDS
                    if (iri, requirement, kind) in self.standings
                }
            ),
        }

    def _files(self, iri: str) -> list[dict[str, Any]]:
        """Where a piece can be looked at; an address that is not followed is shown only."""
        return [
            {
                "address": address.value,
                "followed": address.value.lower().startswith(_FOLLOWED),
                "locator": self.facts.value(file.value, DANAO + "locator"),
                "checksum": self._checksum(file.value),
            }
            for file in self.facts.objects(iri, DCAT + "distribution")
            for predicate in _ADDRESSES
            for address in self.facts.objects(file.value, predicate)
        ]

    def _checksum(self, file: str) -> str | None:
        node = self.facts.value(file, SPDX + "checksum")
        return self.facts.value(node, SPDX + "checksumValue") if node else None

    def _decided(self) -> dict[tuple[str, str], dict[str, Any]]:
        facts = self.facts
        decided = {}
        for verdict in facts.objects(self.assessment.examination.iri, DANAO + "verdict"):
            decision = facts.value(verdict.value, DANAO + "decision") or ""
            shown = {
                "decision": both(self.knowledge.label(decision)),
                "accepted": local_name(decision) == "Accepted",
                "why": both(said(verdict.value, DANAO + "justification", facts)),
            }
            for piece in facts.objects(verdict.value, DANAO + "onEvidence"):
                for requirement in facts.objects(verdict.value, DANAO + "requirement"):
                    decided[piece.value, requirement.value] = shown
        return decided


def _standings(assessment: Assessment) -> dict[tuple[str, str, str], bool]:
    """Whether a piece counts, by its IRI, requirement and kind of result: all claims of these agree on it."""
    claims = {
        row["claim"].value: (row["requirement"].value, local_name(row["result"].value))
        for row in assessment.tables["claims"]
    }
    return {
        (row["evidence"].value, *claims[row["claim"].value]): row["reason"] is None
        for row in assessment.tables["evidence"]
        # Of a public assessment, a claim may be withheld whose evidence is not.
        if row["claim"].value in claims
    }


def grouped(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Values by kind of result, each value once with the kinds that share it."""
    found: list[dict[str, Any]] = []
    for kind, value in values.items():
        same = next((group for group in found if group["value"] == value), None)
        if same is None:
            found.append({"kinds": [kind], "value": value})
        else:
            same["kinds"].append(kind)
    return found


def said(subject: str, predicate: str, facts: Facts) -> Text | None:
    """The text of a property; a missing language falls back to the other."""
    texts = {thing.language: thing.value for thing in facts.objects(subject, predicate) if isinstance(thing, Literal)}
    if not texts:
        return None
    fallback = next(iter(texts.values()))
    return Text(texts.get("zh", fallback), texts.get("en", fallback))
