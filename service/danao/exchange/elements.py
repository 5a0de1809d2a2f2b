"""The elements of a standard as a report shows them: scores, arithmetic, requirements with claims and evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

from danao.engine.interface import Row
from danao.exchange.charts import Bar, bar
from danao.exchange.evidence import Evidence, grouped, said
from danao.exchange.outlook import Outlook
from danao.explain import exact
from danao.namespaces import DANAO, DCTERMS
from danao.pipeline import Assessment
from danao.view import KINDS, Facts, Results, Standard, both

COUNTED = ("passed", "cantTell", "failed", "inapplicable")
# Headings go down to the sixth; the first two are the page's and the section's.
_DEEPEST = 6
# The others say themselves why.
_REASONED = ("cantTell", "inapplicable")


class Elements:
    """Makes the view of an element, and of everything below it, from its explanation."""

    def __init__(
        self,
        assessment: Assessment,
        standard: Standard,
        facts: Facts,
        evidence: Evidence,
        outlook: Outlook,
    ) -> None:
        self.standard, self.facts, self.evidence, self.outlook = standard, facts, evidence, outlook
        self.anchors = evidence.anchors
        self.results = Results(assessment)
        self.home = assessment.description.home
        self.exclusions = {
            row["requirement"].value: row["exclusion"].value
            for row in assessment.tables["outcomes"]
            if row["exclusion"] is not None
        }

    def element(self, node: dict[str, Any], depth: int = 0) -> dict[str, Any]:
        """An element: what it is, its results, how they come about, and its parts."""
        iri = node["iri"]
        names = ("iri", "notation", "label", "namedBy", "listedExample", "clause", "definition", "example")
        parts = [self.element(part, depth + 1) for part in node.get("parts", ())]
        return {
            **{name: node[name] for name in names},
            "anchor": self.anchors[iri],
            "level": min(depth + 2, _DEEPEST),
            "depth": depth,
            "weight": exact(self.standard.weight(iri)),
            "summed": self._is_summed(iri),
            "results": {kind: self._result(iri, kind) for kind in KINDS},
            "sums": {kind: _sum(one) for kind, one in node["arithmetic"].items()} if parts else None,
            "requirement": None if parts else self._requirement(node),
            "parts": parts,
        }

    # ---- Results ----

    def _result(self, iri: str, kind: str) -> dict[str, Any]:
        row = self.results.score(iri, kind)
        counted = row.get("passed") is not None
        return {
            "outcome": self.results.outcome(iri, kind),
            "points": _fixed(row, "points"),
            "upperPoints": _fixed(row, "upperPoints"),
            "applicableWeight": exact(row.get("applicableWeight")),
            "attainment": exact(row.get("attainment")),
            "upperAttainment": exact(row.get("upperAttainment")),
            "share": _percent(row, "attainment"),
            "upperShare": _percent(row, "upperAttainment"),
            "counts": {name: exact(row.get(name)) for name in COUNTED} if counted else None,
            "bar": self._bar(iri, row),
        }

    def _bar(self, iri: str, row: Row) -> Bar | None:
        """On the scale of the heaviest element that is not a sum; what is a sum fills a bar of its own."""
        weight, points, bound = self.standard.weight(iri), row.get("points"), row.get("upperPoints")
        if weight is None or points is None or bound is None:
            return None
        longest = weight if self._is_summed(iri) else self._heaviest
        return bar(Decimal(points.value), Decimal(bound.value), weight, longest)

    @cached_property
    def _heaviest(self) -> Decimal:
        weights = {iri: self.standard.weight(iri) for iri in self.anchors}
        return max((w for iri, w in weights.items() if w is not None and not self._is_summed(iri)), default=Decimal())

    def _is_summed(self, iri: str) -> bool:
        """Whether an element's points are the sum of its parts' points."""
        return any(self.standard.weight(part) is not None for part in self.standard.parts.get(iri, ()))

    # ---- One requirement ----

    def _requirement(self, node: dict[str, Any]) -> dict[str, Any]:
        iri = node["iri"]
        exclusion = self.exclusions.get(iri)
        outcomes = node["outcomes"]
        reasons = {kind: one["reasons"] for kind, one in outcomes.items() if one["outcome"] in _REASONED}
        return {
            "reasons": grouped(reasons),
            "exclusion": both(said(exclusion, DANAO + "justification", self.facts)) if exclusion else None,
            "claims": [self._claim(iri, claims) for claims in _by_bearer(outcomes)],
            "gap": self.outlook.of(iri),
        }

    def _claim(self, requirement: str, claims: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        """What is claimed through one bearer, both results in one: they differ in what counts only."""
        some = next(iter(claims.values()))
        via = some["via"]["iri"]
        return {
            "via": some["via"]["title"],
            "titled": bool(self.facts.objects(via, DCTERMS + "title")),
            "node": via.replace(self.home, ""),
            "triples": [self._spoken(triple["text"]) for triple in some["triples"]],
            "unmet": _unmet(claims),
            "evidence": self._supporting(requirement, claims),
            "figures": _figures(claims),
        }

    def _spoken(self, text: Mapping[str, str]) -> dict[str, str]:
        return {lang: words.replace(self.home, "") for lang, words in text.items()}

    def _supporting(self, requirement: str, claims: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for kind, claim in claims.items():
            for piece in claim["evidence"]:
                standing = {"counts": piece["counts"], "reasons": piece["reasons"]}
                found.setdefault(piece["iri"], {})[kind] = standing
        return [
            self.evidence.piece(iri)
            | {"standings": grouped(found[iri]), "verdict": self.evidence.verdict(iri, requirement)}
            for iri in sorted(found, key=self.evidence.numbers.__getitem__)
        ]


def anchors(standard: Standard, root: str) -> dict[str, str]:
    """Element IRI → a name to link to, from its notation and unlike any other; in reading order."""
    names: dict[str, str] = {}
    for iri, _ in standard.walk(root):
        name = "e-" + re.sub(r"\W+", "-", standard.notation(iri)).strip("-")
        while name in names.values():
            name += "-"
        names[iri] = name
    return names


# ---- Claims of both results in one ----


def _by_bearer(outcomes: Mapping[str, dict[str, Any]]) -> list[dict[str, dict[str, Any]]]:
    """Claims by what they are made through, then by kind of result."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for kind, outcome in outcomes.items():
        for claim in outcome["claims"]:
            found.setdefault(claim["via"]["iri"], {})[kind] = claim
    return list(found.values())


def _unmet(claims: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """What the shapes miss, each once, with the results that it is missing in."""
    found: dict[str, dict[str, Any]] = {}
    for kind, claim in claims.items():
        for unmet in claim["unmet"]:
            found.setdefault(unmet["shape"], {"message": unmet["message"], "kinds": []})["kinds"].append(kind)
    return list(found.values())


def _figures(claims: Mapping[str, dict[str, Any]]) -> dict[str, Any] | None:
    shown = {kind: claim["figures"] for kind, claim in claims.items() if claim["figures"]}
    if not shown:
        return None
    unit = next((figures["unit"] for figures in shown.values() if figures["unit"]), None)
    return {"unit": unit, "rows": {kind: figures | _quotient(figures) for kind, figures in shown.items()}}


def _quotient(figures: Mapping[str, Any]) -> dict[str, Any]:
    """How an attainment is reached: a quotient in numbers, or by holding a target that is the baseline."""
    parts = [figures[name] for name in ("actual", "baseline", "target")]
    if figures["attainment"] is None or None in parts:
        return {"quotient": None, "held": False}
    actual, baseline, target = (f"(−{part[1:]})" if part.startswith("-") else part for part in parts)
    held = figures["target"] == figures["baseline"]
    return {"quotient": f"({actual} − {baseline}) ÷ ({target} − {baseline})", "held": held}


# ---- Arithmetic ----


def _sum(arithmetic: Mapping[str, Any]) -> dict[str, Any]:
    """The terms of a sum or mean, and whether its result is the exact one."""
    operation = arithmetic["operation"]
    applicable = [term for term in arithmetic["terms"] if term["attainment"] is not None]
    terms = [term["points" if operation == "sum" else "attainment"] for term in applicable]
    total = sum(map(Decimal, terms), Decimal())
    reached, divisor, weight = arithmetic["attainment"], arithmetic["divisor"], arithmetic["weight"]
    return {
        **arithmetic,
        "terms": terms,
        "total": exact(total),
        "left": len(arithmetic["terms"]) - len(terms),
        "capped": bool(terms) and total > Decimal(divisor),
        "exact": bool(terms) and Decimal(reached) * Decimal(divisor) == total,
        "exactPoints": bool(terms and weight) and Decimal(weight) * Decimal(reached) == Decimal(arithmetic["points"]),
    }


# ---- Numbers as they are written ----


def _fixed(row: Row, name: str) -> str | None:
    """Points, with the four places they are rounded to."""
    term = row.get(name)
    return None if term is None else f"{Decimal(term.value):.4f}"


def _percent(row: Row, name: str) -> str | None:
    term = row.get(name)
    if term is None:
        return None
    tenths = (Decimal(term.value) * 1000).to_integral_value(ROUND_HALF_UP)
    return f"{tenths / 10:.1f}%"
