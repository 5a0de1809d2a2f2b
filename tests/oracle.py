"""An oracle: scores worked out from outcomes in exact fractions, with nothing of ``rules/`` or ``service/``.

The tree, its weights and the directions of metrics are read from the ontology's Turtle; the conventions are those of
the default scheme: means to 10 places, points to 4, half up, and sums of points above.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Triple, parse

from danao.pipeline import Assessment

ONTOLOGY = Path(__file__).parents[1] / "ontology"
DANAO = "https://w3id.org/danao/ns#"
EARL = "http://www.w3.org/ns/earl#"
KINDS = ("SelfAssessed", "Verified")
MEAN_PLACES = 10
POINT_PLACES = 4


@dataclass(frozen=True)
class Bounded:
    """What is reached, and what is reached if every claim is proved."""

    reached: Fraction
    upper: Fraction

    def times(self, weight: Fraction) -> Bounded:
        return Bounded(weight * self.reached, weight * self.upper)

    def rounded(self, places: int) -> Bounded:
        return Bounded(rounded(self.reached, places), rounded(self.upper, places))


@dataclass(frozen=True)
class Score:
    """Of one element in one kind of result; nothing is attained by what is inapplicable, only weights give points."""

    attainment: Bounded | None
    points: Bounded | None


# By the kind of result and the element.
Scores = dict[tuple[str, str], Score]


def rounded(value: Fraction, places: int) -> Fraction:
    """Half up; no value is negative."""
    return Fraction(int(value * 10**places + Fraction(1, 2)), 10**places)


def total(values: Iterable[Bounded]) -> Bounded:
    listed = list(values)
    return Bounded(sum((v.reached for v in listed), Fraction()), sum((v.upper for v in listed), Fraction()))


# ---- Statements ----


class Statements:
    """Triples by subject and predicate."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._objects: dict[tuple[str, str], list[str]] = {}
        self._subjects: dict[tuple[str, str], list[str]] = {}
        for triple in triples:
            subject, predicate, thing = _text(triple.subject), triple.predicate.value, _text(triple.object)
            self._objects.setdefault((subject, predicate), []).append(thing)
            self._subjects.setdefault((predicate, thing), []).append(subject)

    def all(self, subject: str, name: str) -> list[str]:
        return self._objects.get((subject, _full(name)), [])

    def one(self, subject: str, name: str) -> str:
        (thing,) = self.all(subject, name)
        return thing

    def having(self, name: str, thing: str) -> list[str]:
        return self._subjects.get((_full(name), thing), [])


def _full(name: str) -> str:
    return name if ":" in name else DANAO + name


def _text(term: NamedNode | BlankNode | Literal | Triple) -> str:
    return str(term) if isinstance(term, Triple) else term.value


# ---- The tree ----


@dataclass(frozen=True)
class Tree:
    """Parts by the whole right above them, weights, and the sign of each metric's direction."""

    parts: Mapping[str, list[str]]
    weights: Mapping[str, Fraction]
    signs: Mapping[str, int]

    @property
    def elements(self) -> set[str]:
        return {*self.parts, *(part for parts in self.parts.values() for part in parts)}

    def weighted_parts(self, element: str) -> list[str]:
        return [part for part in self.parts.get(element, []) if part in self.weights]


@cache
def standard_tree() -> Tree:
    files = sorted((ONTOLOGY / "editions").rglob("*.ttl"))
    triples = [quad.triple for file in files for quad in parse(path=str(file))]
    stated = Statements(triples)
    parts: dict[str, list[str]] = {}
    for triple in triples:
        if triple.predicate.value == DANAO + "directPartOf":
            parts.setdefault(_text(triple.object), []).append(_text(triple.subject))
    weights = {_text(t.subject): Fraction(_text(t.object)) for t in triples if t.predicate.value == DANAO + "weight"}
    metrics = stated.having("kind", DANAO + "Metric")
    signs = {metric: 1 if stated.one(metric, "direction") == DANAO + "Up" else -1 for metric in metrics}
    return Tree(parts, weights, signs)


# ---- From outcomes to scores ----


def expected_scores(assessment: Assessment) -> Scores:
    """The score of every element in both kinds of result, from the outcomes and the figures that were given."""
    tree, given = standard_tree(), _Given.of(assessment)
    found: Scores = {}
    for kind in KINDS:
        attained: dict[str, Bounded | None] = {}
        for element in tree.elements:
            _attain(element, kind, tree, given, attained)
        for element in tree.elements:
            found[kind, element] = Score(attained[element], _points(element, tree, attained))
    return found


def _attain(element: str, kind: str, tree: Tree, given: _Given, attained: dict[str, Bounded | None]) -> Bounded | None:
    if element not in attained:
        parts = tree.parts.get(element)
        if parts is None:
            attained[element] = _requirement(element, kind, tree, given)
        else:
            shares = [(tree.weights.get(p, Fraction(1)), _attain(p, kind, tree, given, attained)) for p in parts]
            attained[element] = _mean([(weight, part) for weight, part in shares if part is not None])
    return attained[element]


def _mean(shares: list[tuple[Fraction, Bounded]]) -> Bounded | None:
    if not shares:
        return None
    whole = sum((weight for weight, _ in shares), Fraction())
    return total(part.times(weight / whole) for weight, part in shares).rounded(MEAN_PLACES)


def _points(element: str, tree: Tree, attained: Mapping[str, Bounded | None]) -> Bounded | None:
    reached = attained[element]
    if reached is None or element not in tree.weights:
        return None
    parts = tree.weighted_parts(element)
    if not parts:
        return reached.times(tree.weights[element]).rounded(POINT_PLACES)
    return total(points for part in parts if (points := _points(part, tree, attained)) is not None)


def _requirement(requirement: str, kind: str, tree: Tree, given: _Given) -> Bounded | None:
    outcome = given.outcome(requirement, kind)
    if outcome == "inapplicable":
        return None
    if outcome == "failed":
        return Bounded(Fraction(0), Fraction(0))
    if requirement not in tree.signs:
        return Bounded(Fraction(outcome == "passed"), Fraction(1))
    figures = _Figures.of(given.record(requirement), kind, given)
    best = figures.attainment(tree.signs[requirement], claimed=False)
    upper = figures.attainment(tree.signs[requirement], claimed=True)
    reached = best if outcome == "passed" and best is not None else Fraction(0)
    return Bounded(reached, Fraction(1) if upper is None else upper)


# ---- What was given: outcomes, descriptions, examinations ----


@dataclass(frozen=True)
class _Given:
    """The outcomes of an assessment, what was described and what was examined."""

    outcomes: Mapping[tuple[str, str], str]
    described: Statements
    examined: Statements
    year: int
    examined_year: int | None

    @classmethod
    def of(cls, assessment: Assessment) -> _Given:
        examined, examination = Statements(assessment.examination.facts), assessment.examination.iri
        years = [int(year) for year in examined.all(examination, "examinedYear")]
        return cls(
            _outcomes(Statements(assessment.graphs["outcomes"])),
            Statements(assessment.description.facts),
            examined,
            int(examined.one(examination, "asOf")[:4]),
            years[0] if years else None,
        )

    def outcome(self, requirement: str, kind: str) -> str:
        return self.outcomes[kind, requirement]

    def record(self, metric: str) -> str:
        """The one record of a metric; which of several counts, outcomes alone do not tell."""
        (record,) = self.described.having("metric", metric)
        return record

    def confirmed(self, record: str) -> list[Fraction]:
        targets = self.examined.having("onRecord", record)
        due = [target for target in targets if int(self.examined.one(target, "year")) == self.examined_year]
        return [Fraction(self.examined.one(target, "value")) for target in due]


def _outcomes(decided: Statements) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for kind in KINDS:
        for assertion in decided.having("result", DANAO + kind):
            result = decided.one(assertion, EARL + "result")
            outcome = decided.one(result, EARL + "outcome").removeprefix(EARL)
            requirement = decided.one(assertion, EARL + "test")
            assert (kind, requirement) not in found, f"{requirement} has two outcomes"
            found[kind, requirement] = outcome
    return found


@dataclass(frozen=True)
class _Figures:
    """The figures of a metric record that are claimed, and those that count in one kind of result."""

    baseline: Fraction | None
    claimed: tuple[Fraction | None, Fraction | None]
    counting: tuple[Fraction | None, Fraction | None]

    @classmethod
    def of(cls, record: str, kind: str, given: _Given) -> _Figures:
        actuals, targets = (_by_year(record, name, given.described) for name in ("actual", "target"))
        last = given.examined_year or given.year
        reached = [year for year in actuals if year <= last and given.examined_year in (None, year)]
        year = max(reached, default=last)
        due = [target for target in targets if target >= year]
        claimed = (actuals[year] if reached else None, targets[min(due)] if due else None)
        confirmed = given.confirmed(record)
        verified = (claimed[0] if given.examined_year else None, confirmed[0] if confirmed else None)
        baselines = list(_by_year(record, "baseline", given.described).values())
        return cls(baselines[0] if baselines else None, claimed, claimed if kind == "SelfAssessed" else verified)

    def attainment(self, sign: int, *, claimed: bool) -> Fraction | None:
        """Where the actual stands between baseline and target; with the claimed figures wherever none count."""
        pairs = zip(self.counting, self.claimed, strict=True)
        actual, target = (own if own is not None or not claimed else other for own, other in pairs)
        if self.baseline is None or actual is None or target is None:
            return None
        way, gone = sign * (target - self.baseline), sign * (actual - self.baseline)
        share = gone / way if way > 0 else Fraction(gone >= way)
        return rounded(min(max(share, Fraction(0)), Fraction(1)), MEAN_PLACES)


def _by_year(record: str, name: str, described: Statements) -> dict[int, Fraction]:
    figures = described.all(record, name)
    return {int(described.one(figure, "year")): Fraction(described.one(figure, "value")) for figure in figures}


# ---- What the engine says, in the same form ----


def actual_scores(assessment: Assessment) -> Scores:
    """The report's table of scores, exactly."""
    return {
        (row["result"].value.removeprefix(DANAO), row["element"].value): Score(
            _bounded(row["attainment"], row["upperAttainment"]), _bounded(row["points"], row["upperPoints"])
        )
        for row in assessment.tables["scores"]
    }


def _bounded(reached: Literal | None, upper: Literal | None) -> Bounded | None:
    if reached is None or upper is None:
        assert reached is upper
        return None
    return Bounded(Fraction(Decimal(reached.value)), Fraction(Decimal(upper.value)))


# ---- Arithmetic written out by hand ----


def worked_out(text: str) -> Fraction:
    """What an expression comes to: decimals, ``+ − × /``, brackets, ``min``, ``round`` and ``mean`` to 10 places."""
    return _value(ast.parse(text.replace("×", "*").replace("−", "-"), mode="eval").body)


def _value(node: ast.expr) -> Fraction:
    match node:
        case ast.Constant(value=int() | float() as number):
            return Fraction(str(number))
        case ast.BinOp(left=left, op=sign, right=right):
            return _combined(sign, _value(left), _value(right))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _called(name, [_value(argument) for argument in arguments])
    message = f"no arithmetic: {ast.unparse(node)}"
    raise ValueError(message)


def _combined(sign: ast.operator, left: Fraction, right: Fraction) -> Fraction:
    match sign:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.Div():
            return left / right
    message = f"no sign of arithmetic: {sign}"
    raise ValueError(message)


def _called(name: str, values: list[Fraction]) -> Fraction:
    match name, values:
        case "round", [value, places]:
            return rounded(value, int(places))
        case "mean", _:
            return rounded(sum(values, Fraction()) / len(values), MEAN_PLACES)
        case "min", _:
            return min(values)
    message = f"no function of arithmetic: {name}"
    raise ValueError(message)
