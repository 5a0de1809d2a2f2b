"""The requirements that moved between two assessments: from which outcome to which, by which cause, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from danao.difference.chain import Step
from danao.explain import exact, explanation
from danao.pipeline import Assessment
from danao.view import KINDS, Results, Standard, both, identity

_Claims = Sequence[Mapping[str, Any]]


def moves(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """The requirements whose outcome, its reasons or its attainment is changed by a step, in reading order."""
    states = [steps[0].before, *(step.after for step in steps)]
    standings = [_standings(state) for state in states]
    before, after = _Why(states[0]), _Why(states[-1])
    found = []
    for requirement in {**after.outcomes, **before.outcomes}:
        results = {}
        for kind in KINDS:
            trail = [one.get((requirement, kind)) for one in standings]
            moved = [(step, new) for step, old, new in zip(steps, trail, trail[1:], strict=False) if old != new]
            if moved:
                results[kind] = {
                    "before": trail[0],
                    "after": trail[-1],
                    "by": [{"step": step.name, "to": new} for step, new in moved],
                    **_differences(before.of(requirement, kind), after.of(requirement, kind)),
                }
        if results:
            side = after if requirement in after.outcomes else before
            found.append({**identity(requirement, side.standard), "results": results})
    return found


def _standings(state: Assessment) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Outcome, reasons and attainment of each requirement in each kind of result."""
    results, standard = Results(state), Standard(state.knowledge)
    return {
        (requirement, kind): {
            "outcome": results.outcome(requirement, kind),
            "reasons": [
                {"iri": reason, "label": both(state.knowledge.label(reason))}
                for reason in results.reasons(requirement, kind)
            ],
            "attainment": exact(results.score(requirement, kind).get("attainment")),
            "upperAttainment": exact(results.score(requirement, kind).get("upperAttainment")),
        }
        for requirement, _ in standard.walk()
        if standard.is_requirement(requirement)
        for kind in KINDS
    }


class _Why:
    """What stands behind the outcomes of an assessment, as it is explained."""

    def __init__(self, assessment: Assessment) -> None:
        self.standard = Standard(assessment.knowledge)
        (root, *_) = self.standard.roots
        self.outcomes = dict(_leaves(explanation(assessment, root, self.standard)))

    def of(self, requirement: str, kind: str) -> _Claims:
        """The claims of a requirement."""
        claims: _Claims = self.outcomes.get(requirement, {}).get(kind, {}).get("claims", [])
        return claims


def _leaves(view: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    if "parts" not in view:
        return [(view["iri"], view["outcomes"])]
    return [leaf for part in view["parts"] for leaf in _leaves(part)]


def _differences(before: _Claims, after: _Claims) -> dict[str, Any]:
    """What stands behind one outcome and not behind the other: evidence, shapes that are not satisfied, figures."""
    old, new = _pieces(before), _pieces(after)
    unmet, will_be = _unmet(before), _unmet(after)
    figures = [[claim["figures"] for claim in claims if claim["figures"]] for claims in (before, after)]
    return {
        "evidence": [
            {
                "iri": iri,
                "title": (new.get(iri) or old[iri])["title"],
                "before": _standing(old, iri),
                "after": _standing(new, iri),
            }
            for iri in sorted({*old, *new})
            if _standing(old, iri) != _standing(new, iri)
        ],
        "unmet": {
            "before": [text for shape, text in unmet.items() if shape not in will_be],
            "after": [text for shape, text in will_be.items() if shape not in unmet],
        },
        "figures": {"before": figures[0], "after": figures[1]} if figures[0] != figures[1] else None,
    }


def _pieces(claims: _Claims) -> dict[str, Mapping[str, Any]]:
    """Evidence behind claims by IRI; what counts for one of them counts."""
    pieces = [piece for claim in claims for piece in claim["evidence"]]
    return {piece["iri"]: piece for piece in sorted(pieces, key=lambda one: one["counts"])}


def _standing(pieces: Mapping[str, Mapping[str, Any]], iri: str) -> dict[str, Any] | None:
    """How a piece of evidence stands, and until when it holds; nothing where it is not offered."""
    return {name: pieces[iri][name] for name in ("counts", "reasons", "validUntil")} if iri in pieces else None


def _unmet(claims: _Claims) -> dict[str, dict[str, Any]]:
    return {unmet["shape"]: unmet for claim in claims for unmet in claim["unmet"]}
