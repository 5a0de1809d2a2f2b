"""Why a score is what it is: clause → shape → claim → triples and evidence → outcome → points, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode

from danao.closing import find_gaps
from danao.engine.interface import Row, iri_of
from danao.errors import Text
from danao.knowledge import Knowledge
from danao.namespaces import CCCEV, DANAO, DCTERMS, RDF_FIRST, RDF_REST, SH, local_name
from danao.pipeline import Assessment
from danao.statements import Term
from danao.view import KINDS, Facts, Results, Standard, applied, both, identity, origin, wording

FORMAT = "danao-explanation/1"


def explanation(assessment: Assessment, element: str, standard: Standard) -> dict[str, Any]:
    """The explanation of one element and everything below it, in both kinds of result."""
    return _Explainer(assessment, standard).element(element)


def explanations_document(assessments: Iterable[Assessment], element: str, standard: Standard) -> dict[str, Any]:
    """The JSON output of a run: what was applied, then the explanation of one element in each scored project."""
    explained = [origin(one) | {"element": explanation(one, element, standard)} for one in assessments]
    return {"format": FORMAT, **applied(standard.knowledge), "explanations": explained}


class _Explainer:
    def __init__(self, assessment: Assessment, standard: Standard) -> None:
        self.assessment = assessment
        self.standard = standard
        self.knowledge = standard.knowledge
        self.results = Results(assessment)
        self.facts = Facts(assessment)
        self.shapes = Shapes(self.knowledge)

    def element(self, iri: str) -> dict[str, Any]:
        view = identity(iri, self.standard) | wording(iri, self.standard)
        if self.standard.is_requirement(iri):
            return view | self._requirement(iri)
        parts = self.standard.parts[iri]
        arithmetic = {kind: self._arithmetic(iri, kind) for kind in KINDS}
        return view | {"arithmetic": arithmetic, "parts": [self.element(part) for part in parts]}

    # ---- One requirement ----

    def _requirement(self, iri: str) -> dict[str, Any]:
        return {
            "shape": self.shapes.of(iri),
            "outcomes": {kind: self._outcome(iri, kind) for kind in KINDS},
        }

    def _outcome(self, iri: str, kind: str) -> dict[str, Any]:
        reasons = self.results.reasons(iri, kind)
        claims: dict[str, list[Row]] = {}
        for row in self.assessment.tables["claims"]:
            if row["requirement"].value == iri and local_name(row["result"].value) == kind:
                claims.setdefault(row["claim"].value, []).append(row)
        return {
            "outcome": self.results.outcome(iri, kind),
            "reasons": [{"iri": reason, "label": both(self.knowledge.label(reason))} for reason in reasons],
            "attainment": exact(self.results.score(iri, kind).get("attainment")),
            "gain": exact(self._gains.get((iri, kind))),
            "claims": [self._claim(claim, rows, iri) for claim, rows in claims.items()],
        }

    @cached_property
    def _gains(self) -> Mapping[tuple[str, str], Decimal]:
        """What closing its gap alone adds to the total, by requirement and kind of result."""
        return {(gap.requirement, gap.kind): gap.gain for gap in find_gaps(self.assessment)}

    def _claim(self, claim: str, rows: list[Row], requirement: str) -> dict[str, Any]:
        via = rows[0]["via"].value
        unmet = [row["unmet"].value for row in rows if row["unmet"] is not None]
        return {
            "claim": claim,
            "via": {"iri": via, "title": both(self.facts.title(via))},
            "unmet": [{"shape": shape, "message": both(self.knowledge.text(shape, SH + "message"))} for shape in unmet],
            "triples": self._deciding(via, requirement),
            "evidence": self._evidence(claim),
            "figures": self._figures(claim, rows[0]),
        }

    def _deciding(self, via: str, requirement: str) -> list[dict[str, Any]]:
        """The triples by which the claim stands, and those that the shape's paths walk from it."""
        project = self.assessment.description.project
        found = [
            (subject, predicate, thing)
            for subject, predicate in (
                (project, DANAO + "hasCapability"),
                (project, DANAO + "reports"),
                (via, DANAO + "provides"),
                (via, DANAO + "metric"),
            )
            for thing in self.facts.objects(subject, predicate)
            if thing.value in (via, requirement)
        ]
        starts = {DANAO + "via": via, DANAO + "of": project}
        for path in self.shapes.paths(requirement):
            if path[0] in starts and len(path) > 1:
                found += self._walked(starts[path[0]], path[1:])
        return [self._triple(*triple) for triple in dict.fromkeys(found)]

    def _walked(self, start: str, path: list[str]) -> list[tuple[str, str, Term]]:
        step, *rest = path
        found = []
        for thing in self.facts.objects(start, step):
            found.append((start, step, thing))
            if rest and isinstance(thing, NamedNode):
                found += self._walked(thing.value, rest)
        return found

    def _triple(self, subject: str, predicate: str, thing: Term) -> dict[str, Any]:
        ends = (
            shown(NamedNode(subject), self.facts, self.knowledge),
            self.knowledge.label(predicate),
            shown(thing, self.facts, self.knowledge),
        )
        return {
            "subject": subject,
            "predicate": predicate,
            "object": thing.value,
            "text": {"zh": " ".join(end.zh for end in ends), "en": " ".join(end.en for end in ends)},
        }

    def _evidence(self, claim: str) -> list[dict[str, Any]]:
        found: dict[str, list[str]] = {}
        for row in self.assessment.tables["evidence"]:
            if row["claim"].value == claim:
                reasons = found.setdefault(row["evidence"].value, [])
                if row["reason"] is not None:
                    reasons.append(row["reason"].value)
        return [self._piece(evidence, reasons) for evidence, reasons in found.items()]

    def _piece(self, evidence: str, reasons: list[str]) -> dict[str, Any]:
        kind = self.facts.value(evidence, DCTERMS + "conformsTo")
        return {
            "iri": evidence,
            "title": both(self.facts.title(evidence)),
            "type": both(self.knowledge.label(kind)) if kind else None,
            "issued": self.facts.value(evidence, DCTERMS + "issued"),
            "validUntil": self.facts.value(evidence, DANAO + "validUntil"),
            "supports": [thing.value for thing in self.facts.objects(evidence, CCCEV + "supportsRequirement")],
            "counts": not reasons,
            "reasons": [{"iri": reason, "label": both(self.knowledge.label(reason))} for reason in reasons],
        }

    def _figures(self, claim: str, row: Row) -> dict[str, Any] | None:
        for figures in self.assessment.tables["figures"]:
            if figures["claim"].value == claim:
                shown: dict[str, Any] = {
                    name: exact(figures.get(name)) for name in figures if name not in ("claim", "unit")
                }
                unit = figures.get("unit")
                shown["unit"] = both(self.knowledge.label(unit.value)) if unit is not None else None
                return shown | {"attainment": exact(row.get("attainment"))}
        return None

    # ---- Arithmetic ----

    def _arithmetic(self, iri: str, kind: str) -> dict[str, Any]:
        """The terms of a mean or a sum, and what they come to."""
        parts = self.standard.parts[iri]
        score = self.results.score(iri, kind)
        weight = self.standard.weight(iri)
        weighted = any(self.standard.weight(part) is not None for part in parts)
        return {
            "operation": "sum" if weighted else "mean",
            "terms": [self._term(part, kind) for part in parts],
            "divisor": exact(score.get("divisor")),
            "weight": exact(weight),
            "attainment": exact(score.get("attainment")),
            "upperAttainment": exact(score.get("upperAttainment")),
            "points": exact(score.get("points")),
            "upperPoints": exact(score.get("upperPoints")),
        }

    def _term(self, part: str, kind: str) -> dict[str, Any]:
        score = self.results.score(part, kind)
        weight = self.standard.weight(part)
        return {
            "notation": self.standard.notation(part),
            "label": both(self.knowledge.label(part)),
            "outcome": self.results.outcome(part, kind),
            "weight": exact(weight),
            "attainment": exact(score.get("attainment")),
            "points": exact(score.get("points")),
        }


def shown(thing: Term, facts: Facts, knowledge: Knowledge) -> Text:
    """A title, a figure as value and year, the label of a term, or a literal as it is."""
    if isinstance(thing, Literal):
        return Text(thing.value, thing.value)
    iri = thing.value
    if iri in knowledge.index:
        return knowledge.label(iri)
    value, year = facts.value(iri, DANAO + "value"), facts.value(iri, DANAO + "year")
    if value is not None:
        return Text(f"{value}（{year}）", f"{value} ({year})")
    return facts.title(iri) if facts.objects(iri, DCTERMS + "title") else Text(iri, iri)


def exact(term: object) -> str | None:
    """A number as it is written: exact, without a trailing zero."""
    if term is None:
        return None
    value = str(getattr(term, "value", term))
    return f"{Decimal(value).normalize():f}"


class Shapes:
    """The shapes of requirements, and the predicates that their paths walk."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._checks = {
            requirement: shape for shape in knowledge.index for requirement in knowledge.values(shape, DANAO + "checks")
        }
        self._lists: dict[BlankNode, dict[str, Any]] = {}
        self._heads: dict[str, BlankNode] = {}
        for triple in knowledge.shapes:
            if isinstance(triple.subject, BlankNode):
                self._lists.setdefault(triple.subject, {})[triple.predicate.value] = triple.object
            elif triple.predicate.value == SH + "path" and isinstance(triple.object, BlankNode):
                self._heads[iri_of(triple.subject)] = triple.object

    def of(self, requirement: str) -> str | None:
        """The IRI of the node shape that checks a requirement."""
        return self._checks.get(requirement)

    def paths(self, requirement: str) -> list[list[str]]:
        """The paths of a requirement's property shapes, as lists of predicate IRIs."""
        shape = self.of(requirement)
        properties = self._knowledge.values(shape, SH + "property") if shape else []
        return [self._members(self._heads[name]) for name in properties if name in self._heads]

    def _members(self, node: object) -> list[str]:
        members = []
        while isinstance(node, BlankNode):
            cell = self._lists.get(node, {})
            if isinstance(cell.get(RDF_FIRST), NamedNode):
                members.append(cell[RDF_FIRST].value)
            node = cell.get(RDF_REST)
        return members
