"""The results of a fleet of ten projects by a small standard that is nobody's, with figures that can be done by hand.

The whole S has two dimensions A (6 points) and B (4). A has the indicators A.1 (4) and A.2 (2), B has B.1 (4). A.1 has
a scenario x with the requirements r1 and r2; r3 is A.2's, r4 and r5 are B.1's. Attainment is the mean of what passes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

NS = "https://example.org/s/"
POINTS, SHARE = pa.decimal128(12, 4), pa.decimal128(14, 10)
TEXT, COUNT = pa.string(), pa.int32()
OUTCOMES = {"P": "passed", "C": "cantTell", "F": "failed", "I": "inapplicable"}
COUNTS = {"P": "passed", "C": "cant_tell", "F": "failed", "I": "inapplicable"}

# Element, label, kind, parent, weight; in reading order.
ELEMENTS: Sequence[tuple[str, str, str, str | None, int | None]] = (
    ("S", "体系|system", "system", None, None),
    ("A", "甲|part A", "dimension", "S", 6),
    ("A.1", "甲一|first of A", "indicator", "A", 4),
    ("x", "场景|scene", "scenario", "A.1", None),
    ("r1", "要求一|first", "requirement", "x", None),
    ("r2", "要求二|second", "requirement", "x", None),
    ("A.2", "甲二|second of A", "indicator", "A", 2),
    ("r3", "要求三|third", "requirement", "A.2", None),
    ("B", "乙|part B", "dimension", "S", 4),
    ("B.1", "乙一|first of B", "indicator", "B", 4),
    ("r4", "要求四|fourth", "requirement", "B.1", None),
    ("r5", "要求五|fifth", "requirement", "B.1", None),
    ("band-good", "好|good", "band", None, None),
    ("EvidenceMissing", "没有证据|evidence missing", "reason", None, None),
    ("city", "城市|city", "facet", None, None),
)
REQUIREMENTS = ("r1", "r2", "r3", "r4", "r5")
INDICATORS = {"A.1": (4, ("r1", "r2")), "A.2": (2, ("r3",)), "B.1": (4, ("r4", "r5"))}
WHOLES = {
    "S": ("A.1", "A.2", "B.1"),
    "A": ("A.1", "A.2"),
    "A.1": ("A.1",),
    "A.2": ("A.2",),
    "B": ("B.1",),
    "B.1": ("B.1",),
}


@dataclass(frozen=True)
class Project:
    """A project: outcomes of r1 to r5 by their letters, for each result; facets; reasons of what is in doubt.

    One that is not scored is ``told`` of among the errors.
    """

    seq: int
    identifier: str
    own: str = "FFFFF"
    verified: str = "FFFFF"
    reviewed: bool = True
    scored: bool = True
    told: bool = True
    city: str | None = None
    industries: tuple[str, ...] = ()
    reasons: Mapping[str, tuple[str, ...]] | None = None
    title_zh: str | None = None
    title_en: str | None = None


MISSING, EXPIRED = ("EvidenceMissing",), ("Expired",)
PROJECTS = (
    Project(1, "a-01", "PPPPP", "PPPPC", city="jn", industries=("wood",), reasons={"r5": MISSING}),
    Project(2, "a-02", "PPPPF", "PPPPF", city="qd", industries=("wood", "tyre")),
    Project(3, "a-03", "PFPPF", "PFPPF", city="jn", industries=("tyre",)),
    Project(4, "a-04", "PPICC", "PPICC", city="qd", reasons={"r4": EXPIRED, "r5": EXPIRED}),
    Project(5, "a-05", "FFFFF", "FFFFF", city="jn"),
    Project(6, "a-06", "PPPPP", "CCCCC", reviewed=False),
    Project(7, "a-07", "CPPFF", "CCPFF", city="qd", reasons={"r1": MISSING, "r2": (*MISSING, *EXPIRED)}),
    Project(8, "a-08", scored=False, city="jn"),
    Project(9, "a-09", scored=False),
    Project(10, "a-10", "PFFPI", "PFFCI", city="qd", industries=("silk",), reasons={"r4": MISSING}),
)
LABELS = {"jn": "济南市|Jinan", "qd": "青岛市|Qingdao", "wood": "木材|wood", "tyre": "轮胎|tyres", "silk": "丝绸|silk"}
# The sequence of an input that could not be read at all.
UNREAD = 11


def write_fleet(folder: Path, projects: Iterable[Project] = PROJECTS, **manifest: object) -> Path:
    """The results in a folder; ``manifest`` overrides members of the manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    known = list(projects)
    _write(folder, "elements", _elements(), _ELEMENTS)
    _write(folder, "projects", [_project(one) for one in known], _PROJECTS)
    scored = [one for one in known if one.scored]
    _write(folder, "indicators", [row for one in scored for row in _scores(one)], _INDICATORS)
    _write(folder, "requirements", [row for one in scored for row in _outcomes(one)], _REQUIREMENTS)
    _write(folder, "tallies", _tallies(scored), _TALLIES)
    _write(folder, "facets", [row for one in known for row in _facets(one)], _FACETS)
    refused = [one for one in known if one.told and not one.scored]
    _write(folder, "errors", [_error(one) for one in refused] + ([_unread()] if refused else []), _ERRORS)
    stated = {"format": "danao-fleet-1", "complete": True} | manifest
    (folder / "manifest.json").write_text(json.dumps(stated), encoding="utf-8")
    return folder


def project(seq: int, identifier: str, **changes: Any) -> Project:  # noqa: ANN401 - fields of any type
    return replace(Project(seq, identifier), **changes)


def _write(folder: Path, name: str, rows: list[dict[str, Any]], schema: pa.Schema) -> None:
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / f"{name}.parquet")


def _both(label: str) -> tuple[str, str]:
    zh, _, en = label.partition("|")
    return zh, en


def _elements() -> list[dict[str, Any]]:
    return [
        {
            "element": NS + name,
            "notation": name if kind not in {"band", "reason", "facet"} else None,
            "label_zh": _both(label)[0],
            "label_en": _both(label)[1],
            "kind": kind,
            "parent": None if parent is None else NS + parent,
            "position": number,
            "weight": None if weight is None else Decimal(weight),
        }
        for number, (name, label, kind, parent, weight) in enumerate(ELEMENTS)
    ]


def _share(letters: str, counted: str) -> Fraction | None:
    applicable = [letter for letter in letters if letter != "I"]
    return Fraction(sum(letter in counted for letter in applicable), len(applicable)) if applicable else None


def _decimal(value: Fraction | None, places: int) -> Decimal | None:
    if value is None:
        return None
    return (Decimal(value.numerator) / value.denominator).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _letters(letters: str, requirements: Iterable[str]) -> str:
    return "".join(letters[REQUIREMENTS.index(name)] for name in requirements)


def _measured(letters: str, indicators: Iterable[str], counted: str) -> tuple[Fraction | None, Fraction]:
    """Points of the indicators, none where all are inapplicable; and the weight that applies."""
    pairs = [(INDICATORS[name][0], _share(_letters(letters, INDICATORS[name][1]), counted)) for name in indicators]
    applicable = [(weight, share) for weight, share in pairs if share is not None]
    if not applicable:
        return None, Fraction(0)
    return sum((weight * share for weight, share in applicable), Fraction(0)), Fraction(sum(w for w, _ in applicable))


def _score(letters: str, element: str) -> dict[str, Any]:
    """The columns of one result of one element, without their prefix."""
    requirements = ("r1", "r2") if element == "x" else [r for name in WHOLES[element] for r in INDICATORS[name][1]]
    below = _letters(letters, requirements)
    counts = {name: below.count(letter) for letter, name in COUNTS.items()}
    if element == "x":
        shares = {"attainment": _share(below, "P"), "upper_attainment": _share(below, "PC")}
        return {name: _decimal(share, 10) for name, share in shares.items()} | counts
    points, weight = _measured(letters, WHOLES[element], "P")
    upper, _ = _measured(letters, WHOLES[element], "PC")
    return {
        "points": _decimal(points, 4),
        "upper": _decimal(upper, 4),
        "weight": _decimal(weight, 4) if points is not None else None,
        "attainment": None if points is None else _decimal(points / weight, 10),
        "upper_attainment": None if upper is None else _decimal(upper / weight, 10),
        **counts,
    }


def _prefixed(one: Project, element: str, names: Iterable[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for result, letters in (("self", one.own), ("verified", one.verified)):
        score = _score(letters, element)
        found |= {f"{result}_{name}": score.get(name) for name in names}
    return found


_TOTALS = ("points", "upper", *COUNTS.values())
_SCORES = ("points", "upper", "weight", "attainment", "upper_attainment", *COUNTS.values())


def _project(one: Project) -> dict[str, Any]:
    row = {
        "seq": one.seq,
        "input": f"{one.identifier}.ttl",
        "project": f"https://example.org/id/{one.identifier}/project",
        "identifier": one.identifier,
        "title_zh": one.title_zh or f"项目{one.seq}",
        "title_en": one.title_en or f"project {one.seq}",
        "status": "scored" if one.scored else "refused",
        "reviewed": one.scored and one.reviewed,
        "description_digest": f"sha256:{one.seq:064}",
        "examination_digest": f"sha256:{one.seq:064}",
        "knowledge_digest": f"sha256:{7:064}",
        "as_of": date(2025, 12, 31),
        "triples": 1000 + one.seq,
    }
    if not one.scored:
        return row
    totals = _prefixed(one, "S", _TOTALS)
    bands = {
        f"{result}_band": f"{NS}band-{'good' if (totals[f'{result}_points'] or 0) >= 6 else 'poor'}"
        for result in ("self", "verified")
    }
    return row | totals | bands


def _scores(one: Project) -> list[dict[str, Any]]:
    wholes = [name for name, _, kind, _, _ in ELEMENTS if kind in {"system", "dimension", "indicator", "scenario"}]
    return [{"seq": one.seq, "element": NS + name, **_prefixed(one, name, _SCORES)} for name in wholes]


def _outcomes(one: Project) -> list[dict[str, Any]]:
    found = []
    for number, name in enumerate(REQUIREMENTS):
        row: dict[str, Any] = {"seq": one.seq, "requirement": NS + name}
        for result, letters in (("self", one.own), ("verified", one.verified)):
            letter = letters[number]
            doubts = list((one.reasons or {}).get(name, ("EvidenceMissing",)))
            row[f"{result}_outcome"] = OUTCOMES[letter]
            row[f"{result}_reasons"] = {"C": doubts, "F": ["NotProvided"]}.get(letter, [])
            row[f"{result}_attainment"] = {"P": Decimal(1), "I": None}.get(letter, Decimal(0))
        found.append(row)
    return found


def _tallies(scored: Sequence[Project]) -> list[dict[str, Any]]:
    counted: Counter[tuple[str, str, str, tuple[str, ...]]] = Counter()
    for one in scored:
        for row in _outcomes(one):
            for result in ("self", "verified") if one.reviewed else ("self",):
                counted[result, row["requirement"], row[f"{result}_outcome"], tuple(row[f"{result}_reasons"])] += 1
    names = ("result", "requirement", "outcome", "reasons")
    return [dict(zip(names, key, strict=True)) | {"projects": number} for key, number in sorted(counted.items())]


def _facets(one: Project) -> list[dict[str, Any]]:
    pairs = [("city", one.city)] if one.city else []
    return [
        {
            "seq": one.seq,
            "facet": facet,
            "value": f"https://example.org/code/{value}",
            "notation": value,
            "label_zh": _both(LABELS.get(value, value))[0],
            "label_en": _both(LABELS.get(value, value))[1] or value,
        }
        for facet, value in [*pairs, *(("industry", industry) for industry in one.industries)]
    ]


def _error(one: Project) -> dict[str, Any]:
    return {
        "seq": one.seq,
        "input": f"{one.identifier}.ttl",
        "identifier": one.identifier,
        "error": "UnknownTerm",
        "message_zh": "没有这个词。",
        "message_en": "No such term.",
        "fix_zh": "改词。",
        "fix_en": "Mend the term.",
        "file": f"{one.identifier}.ttl",
        "problems": 2,
    }


def _unread() -> dict[str, Any]:
    return {
        "seq": UNREAD,
        "input": "broken.ttl",
        "error": "SyntaxFault",
        "message_zh": "语法错误。",
        "message_en": "A syntax fault.",
        "file": "broken.ttl",
        "line": 3,
        "column": 5,
        "problems": 1,
    }


def _of(results: Iterable[str], kinds: Mapping[str, pa.DataType]) -> list[tuple[str, pa.DataType]]:
    return [(f"{result}_{name}", kind) for result in results for name, kind in kinds.items()]


_RESULTS = ("self", "verified")
_COUNTED = dict.fromkeys(COUNTS.values(), COUNT)
_ELEMENTS = pa.schema(
    [
        *((name, TEXT) for name in ("element", "notation", "label_zh", "label_en", "kind", "parent")),
        ("position", COUNT),
        ("weight", POINTS),
    ]
)
_PROJECTS = pa.schema(
    [
        ("seq", pa.int64()),
        *((name, TEXT) for name in ("input", "project", "identifier", "title_zh", "title_en", "status")),
        ("reviewed", pa.bool_()),
        *((f"{name}_digest", TEXT) for name in ("description", "examination", "knowledge")),
        ("as_of", pa.date32()),
        ("triples", COUNT),
        *_of(_RESULTS, {"points": POINTS, "upper": POINTS, "band": TEXT} | _COUNTED),
    ]
)
_INDICATORS = pa.schema(
    [
        ("seq", pa.int64()),
        ("element", TEXT),
        *_of(
            _RESULTS,
            dict.fromkeys(("points", "upper", "weight"), POINTS)
            | dict.fromkeys(("attainment", "upper_attainment"), SHARE)
            | _COUNTED,
        ),
    ]
)
_TALLIES = pa.schema(
    [
        *((name, TEXT) for name in ("result", "requirement", "outcome")),
        ("reasons", pa.list_(TEXT)),
        ("projects", pa.int64()),
    ]
)
_REQUIREMENTS = pa.schema(
    [
        ("seq", pa.int64()),
        ("requirement", TEXT),
        *_of(_RESULTS, {"outcome": TEXT, "reasons": pa.list_(TEXT), "attainment": SHARE}),
    ]
)
_FACETS = pa.schema(
    [("seq", pa.int64()), *((name, TEXT) for name in ("facet", "value", "notation", "label_zh", "label_en"))]
)
_ERRORS = pa.schema(
    [
        ("seq", pa.int64()),
        *((name, TEXT) for name in ("input", "identifier", "error", "message_zh", "message_en", "fix_zh", "fix_en")),
        ("file", TEXT),
        ("line", COUNT),
        ("column", COUNT),
        ("node", TEXT),
        ("problems", COUNT),
    ]
)
