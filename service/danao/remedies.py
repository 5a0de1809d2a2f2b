"""What would close the gap of a requirement, and whose turn it is: the project's side or the examiner's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from danao.errors import Text
from danao.explain import exact
from danao.namespaces import DANAO, DCTERMS, SH, SKOS, local_name
from danao.pipeline import Assessment
from danao.view import KINDS, Facts, Results, Standard, both

_SELF, _VERIFIED = KINDS
_NOT_CLAIMED = Text("描述没有主张这一项。", "The description does not claim it.")
# What the examiner does where a claim lacks only what the examination decides, by the path of the shape.
_REVIEW, _CONFIRM, _NAME_YEAR = (DANAO + f"counting{name}" for name in ("Evidence", "Target", "Actual"))
_YEAR = Text(
    "写明审查年度（danao:examinedYear），实际值才能计入核定。",
    "Name the examined year (danao:examinedYear), so that the actual counts in the verified result.",
)


@dataclass
class _Claim:
    """A claim: what it goes through, the shapes it does not satisfy, its evidence with reasons to set it aside."""

    iri: str
    via: str
    attainment: str | None
    unmet: list[str] = field(default_factory=list)
    evidence: dict[str, list[str]] = field(default_factory=dict)


class Remedies:
    """Looks up the claims of one assessment, the nearest to passing first."""

    def __init__(self, assessment: Assessment, standard: Standard) -> None:
        self._standard = standard
        self._knowledge = standard.knowledge
        self._project = assessment.description.project
        self._results = Results(assessment)
        self._facts = Facts(assessment)
        self._figures = {row["claim"].value: row for row in assessment.tables["figures"]}
        self._exclusions = {
            row["requirement"].value: row["exclusion"].value
            for row in assessment.tables["outcomes"]
            if row["exclusion"] is not None
        }
        self._claims = _claims(assessment)

    def of(self, requirement: str, gaps: Iterable[str]) -> dict[str, Any]:
        """What to do about a requirement that has gaps in these kinds of result, each task with its message."""
        kinds = list(gaps)
        nearest = self._nearest(requirement)
        own = nearest.get(_SELF)
        return {
            "byProject": self._own(requirement, kinds, nearest),
            "byExaminer": self._examiner(requirement, nearest) if _VERIFIED in kinds else [],
            "claimedThrough": None if own is None else self._titled(own.via),
            "setAside": [] if own is None else self._set_aside(own),
        }

    def _nearest(self, requirement: str) -> Mapping[str, _Claim]:
        """The claims through the one capability or record that lacks least."""
        through: dict[str, dict[str, _Claim]] = {}
        for kind in KINDS:
            for claim in self._claims.get((requirement, kind), ()):
                through.setdefault(claim.via, {})[kind] = claim
        return min(
            through.values(),
            key=lambda own: ([len(own[kind].unmet) for kind in KINDS], own[_SELF].via),
            default={},
        )

    # ---- The project's side ----

    def _own(self, requirement: str, kinds: Sequence[str], nearest: Mapping[str, _Claim]) -> list[dict[str, Any]]:
        if self._results.outcome(requirement, _SELF) == "failed":
            return [_task("claim", self._not_claimed(requirement))]
        tasks = []
        if _SELF in kinds and nearest:
            tasks += [_task("show", self._message(shape), shape=shape) for shape in nearest[_SELF].unmet]
        short = [kind for kind in kinds if self._results.outcome(requirement, kind) == "passed"]
        return tasks + [_task("reachTarget", self._below_target(requirement, kind), result=kind) for kind in short]

    def _not_claimed(self, requirement: str) -> Text:
        """That it is not claimed, and what the clause asks for in our words."""
        definition = self._knowledge.text(requirement, SKOS + "definition") or Text("", "")
        return Text(f"{_NOT_CLAIMED.zh}{definition.zh}", f"{_NOT_CLAIMED.en} {definition.en}")

    def _message(self, shape: str) -> Text:
        return self._knowledge.text(shape, SH + "message") or Text(shape, shape)

    def _below_target(self, requirement: str, kind: str) -> Text:
        """The figures of the claim that earns most."""
        claims = self._claims.get((requirement, kind), [])
        best = max(claims, key=lambda claim: (Decimal(claim.attainment or 0), claim.via))
        row = self._figures[best.iri]
        baseline, actual, target = (exact(row[name]) or "-" for name in ("baseline", "actual", "target"))
        name = self._knowledge.label(DANAO + kind)
        return Text(
            f"实际值 {actual} 未达{name.zh}所取的目标 {target}（基期 {baseline}）。",
            f"The actual {actual} stays short of the target {target} of the {name.en} result (baseline {baseline}).",
        )

    def _set_aside(self, claim: _Claim) -> list[dict[str, Any]]:
        """Evidence that counts for nothing, and why."""
        return [
            {**self._titled(evidence), "reasons": [self._labelled(reason) for reason in reasons]}
            for evidence, reasons in claim.evidence.items()
            if reasons
        ]

    # ---- The examiner ----

    def _examiner(self, requirement: str, nearest: Mapping[str, _Claim]) -> list[dict[str, Any]]:
        """What only the examination lacks: a claim that the self-assessment holds proved in that part."""
        if not nearest:
            return self._exclusion(requirement)
        own, verified = nearest[_SELF], nearest[_VERIFIED]
        missing = [shape for shape in verified.unmet if shape not in own.unmet]
        tasks = {_REVIEW: self._review, _CONFIRM: self._confirm, _NAME_YEAR: self._name_year}
        paths = {path: shape for shape in missing for path in self._knowledge.values(shape, SH + "path")}
        return [task(verified, paths[path]) for path, task in tasks.items() if path in paths]

    def _review(self, claim: _Claim, shape: str) -> dict[str, Any]:
        unreviewed = [self._titled(one) for one, reasons in claim.evidence.items() if len(reasons) == 1]
        titles = [self._facts.title(piece["iri"]) for piece in unreviewed]
        text = Text(
            f"审查证据{'、'.join(f'“{title.zh}”' for title in titles)}，决定是否采信。",
            f"Review the evidence {', '.join(f'“{title.en}”' for title in titles)} and accept or reject it.",
        )
        return _task("reviewEvidence", text, shape=shape, evidence=unreviewed)

    def _confirm(self, claim: _Claim, shape: str) -> dict[str, Any]:
        declared = next((thing.value for thing in self._facts.objects(claim.iri, DANAO + "claimedTarget")), "")
        value = exact(self._facts.value(declared, DANAO + "value"))
        year = self._facts.value(declared, DANAO + "year")
        text = Text(
            f"确认审查年度的目标（项目申报：{year} 年 {value}）。",
            f"Confirm the target of the examined year (declared: {value} in {year}).",
        )
        return _task("confirmTarget", text, shape=shape, record=self._titled(claim.via))

    def _name_year(self, claim: _Claim, shape: str) -> dict[str, Any]:
        return _task("nameYear", _YEAR, shape=shape, record=self._titled(claim.via))

    def _exclusion(self, requirement: str) -> list[dict[str, Any]]:
        exclusion = self._exclusions.get(requirement)
        if exclusion is None:
            return []
        reason = self._facts.value(exclusion, DANAO + "justification") or ""
        text = Text(
            f"决定是否批准不适用申请：{reason}",
            f"Decide on the application that it does not apply: {reason}",
        )
        return [_task("decideExclusion", text, exclusion=exclusion)]

    # ---- What evidence would do, and what realises it ----

    def evidence(self, elements: Sequence[str]) -> dict[str, Any]:
        """The types that the scheme's conventions hold fit for a requirement, given with what it is part of."""
        conventions = [
            convention
            for convention in self._knowledge.instances("FittingTypes")
            if not set(elements).isdisjoint(self._knowledge.values(convention, DANAO + "forElement"))
        ]
        types = {kind for one in conventions for kind in self._knowledge.values(one, DANAO + "fittingType")}
        return {
            "types": [self._labelled(kind) for kind in sorted(types)],
            "conventions": [self._labelled(convention) for convention in conventions],
        }

    def realisation(self, elements: Sequence[str]) -> dict[str, Any]:
        """The classes of capability that realise a requirement or the nearest element above, and the project's own."""
        realised = next((element for element in elements if self._standard.realised_by(element)), None)
        classes = [] if realised is None else self._standard.realised_by(realised)
        return {
            "realisedBy": [self._labelled(name) for name in classes],
            "ownCapabilities": [
                self._titled(capability.value)
                for capability in self._facts.objects(self._project, DANAO + "hasCapability")
                if realised in [thing.value for thing in self._facts.objects(capability.value, DANAO + "realises")]
            ],
        }

    def _titled(self, iri: str) -> dict[str, Any]:
        """A node by its title; a record by its metric's label."""
        metric = self._facts.value(iri, DANAO + "metric")
        plain = metric is not None and not self._facts.objects(iri, DCTERMS + "title")
        return {"iri": iri, "title": both(self._knowledge.label(metric or "") if plain else self._facts.title(iri))}

    def _labelled(self, iri: str) -> dict[str, Any]:
        return {"iri": iri, "label": both(self._knowledge.label(iri))}


def _task(name: str, message: Text, **more: object) -> dict[str, Any]:
    return {"task": name, "message": both(message), **more}


def _claims(assessment: Assessment) -> dict[tuple[str, str], list[_Claim]]:
    """The claims by requirement and kind of result."""
    claims: dict[str, _Claim] = {}
    found: dict[tuple[str, str], list[_Claim]] = {}
    for row in assessment.tables["claims"]:
        claim = claims.get(row["claim"].value)
        if claim is None:
            claim = _Claim(row["claim"].value, row["via"].value, exact(row["attainment"]))
            claims[claim.iri] = claim
            found.setdefault((row["requirement"].value, local_name(row["result"].value)), []).append(claim)
        if row["unmet"] is not None:
            claim.unmet.append(row["unmet"].value)
    for row in assessment.tables["evidence"]:
        reasons = claims[row["claim"].value].evidence.setdefault(row["evidence"].value, [])
        if row["reason"] is not None:
            reasons.append(row["reason"].value)
    return found
