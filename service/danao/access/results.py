"""What the public sees of an assessment: outcomes and points, and what rests on public statements alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from danao.access.names import PublicNames
from danao.access.points import PublicPoints, Score, public_points, tree_of
from danao.access.profile import Profile
from danao.access.stated import TYPE, Sight
from danao.namespaces import DANAO, DQV, EARL, QB, SH, SOFTWARE, XSD, local_name
from danao.statements import Statement, canonical_literal, lexical, quoted


def _ours(name: str) -> str:
    return f"<{DANAO}{name}>"


_CLAIM, _SCORE = _ours("Claim"), _ours("Score")
_FINDING, _SOFTWARE = f"<{SH}ValidationResult>", f"<{SOFTWARE}"
_MEASUREMENTS = {f"<{DQV}QualityMeasurement>", f"<{QB}Observation>"}
_VALUE, _MEASURES = f"<{DQV}value>", f"<{DQV}isMeasurementOf>"
_OFFERS, _COUNTS = _ours("offersEvidence"), _ours("countingEvidence")
_VIA, _UNMET, _REQUIREMENT, _KIND = _ours("via"), _ours("unmet"), _ours("requirement"), _ours("result")
_ELEMENT, _STANDING = _ours("element"), _ours("standing")
_POINTS, _UPPER, _ROUNDED = _ours("points"), _ours("upperPoints"), _ours("roundedTo")
_REASON, _EXCLUSION = _ours("reason"), _ours("exclusion")
_FOCUS, _SHAPE, _MESSAGE, _CONFORMS = (
    f"<{SH}{name}>" for name in ("focusNode", "sourceShape", "resultMessage", "conforms")
)
# All that is told of a claim through what is restricted.
_OF_SEALED = {TYPE, _ours("of"), _REQUIREMENT, _KIND, _OFFERS, _COUNTS}
# The numbers of a score that a restricted metric is behind, and that tell nothing of it.
_PLAIN_NUMBERS = {
    _ours(name)
    for name in (
        "applicableWeight",
        "requirementCount",
        "passedCount",
        "cantTellCount",
        "failedCount",
        "inapplicableCount",
    )
}
_WHOLE = f'"1"^^<{XSD}integer>'


@dataclass(frozen=True)
class Seen:
    """What the public sees of an assessment; ``rounded`` are the elements whose numbers are not exact."""

    public: Sequence[Statement]
    rounded: frozenset[str]


class Results:
    """The statements of an assessment's graph, judged by what the public sees of what was stated."""

    def __init__(
        self, statements: Sequence[Statement], assessment: str, sight: Sight, profile: Profile, names: PublicNames
    ) -> None:
        self._statements = statements
        self._start = f"<{assessment}"
        self._sight = sight
        self._profile = profile
        self._names = names
        self._by_subject: dict[str, list[Statement]] = {}
        for one in statements:
            self._by_subject.setdefault(one[0], []).append(one)
        self._kinds = {node: frozenset(self._values(node, TYPE)) for node in self._by_subject}

    def seen(self) -> Seen:
        """What the public sees."""
        visible = {node for node in self._by_subject if self._is_visible(node)}
        public = [
            public
            for one in self._statements
            if one[0] in visible and self._is_open(one, visible) and (public := self._public(one)) is not None
        ]
        rounded = {element for _, element in self._points}
        return Seen([*public, *self._roundings(visible)], frozenset(rounded))

    # ---- Things of an assessment ----

    def _values(self, node: str, predicate: str) -> list[str]:
        return [one[2] for one in self._by_subject.get(node, ()) if one[1] == predicate]

    def _value(self, node: str, predicate: str) -> str:
        return next(iter(self._values(node, predicate)), "")

    def _of_kind(self, kind: str) -> Iterator[str]:
        return (node for node, kinds in self._kinds.items() if kind in kinds)

    def _is_visible(self, node: str) -> bool:
        kinds = self._kinds[node]
        ours = node.startswith(self._start) or self._names.is_graph(node) or node.startswith(_SOFTWARE)
        if not ours or not self._profile.admits(kinds):
            return False
        if _FINDING in kinds:
            return self._is_open_finding(node)
        return kinds.isdisjoint(_MEASUREMENTS) or self._measured(node) is not None

    # ---- Claims ----

    @cached_property
    def _sealed(self) -> frozenset[str]:
        """Claims through what is restricted."""
        sight = self._sight
        return frozenset(
            claim
            for claim in self._of_kind(_CLAIM)
            for via in [self._value(claim, _VIA)]
            if via not in sight.shown
            or (self._is_metric(self._value(claim, _REQUIREMENT)) and via not in sight.open_records)
        )

    @cached_property
    def _touched(self) -> frozenset[str]:
        """Claims that what is restricted may bear on: why they are not proved is not told."""
        impure = self._sight.impure
        return frozenset(
            claim
            for claim in self._of_kind(_CLAIM)
            if self._sight.surrounded
            or claim in self._sealed
            or self._value(claim, _VIA) in impure
            or not impure.isdisjoint(self._values(claim, _OFFERS))
        )

    def _is_metric(self, requirement: str) -> bool:
        return DANAO + "Metric" in self._profile.knowledge.values(requirement[1:-1], DANAO + "kind")

    # ---- Statements ----

    def _is_open(self, one: Statement, visible: Collection[str]) -> bool:
        """Whether a statement of a visible thing may be public, with its terms as the public sees them."""
        subject, name, thing = one
        kinds = self._kinds[subject]
        if name not in self._profile.result_properties and name not in self._profile.people:
            return False
        if name == TYPE:
            return self._profile.admits((thing,))
        if _CLAIM in kinds and not self._is_open_in_claim(one):
            return False
        if name == _REASON and not self._is_open_reason(subject, thing):
            return False
        if name == _CONFORMS and any(finding not in visible for finding in self._values(subject, f"<{SH}result>")):
            return False
        if subject in self._rough and thing[0] == '"':
            return name in _PLAIN_NUMBERS or name in {_POINTS, _UPPER, _VALUE}
        if thing[0] == '"':
            return thing not in self._quoting
        return self._fits(name, thing, visible)

    def _fits(self, name: str, thing: str, visible: Collection[str]) -> bool:
        if thing in self._by_subject and thing.startswith(self._start):
            return thing in visible
        if thing in self._sight.shown or self._profile.knows(thing) or self._names.is_graph(thing):
            return True
        return name in {_OFFERS, _COUNTS} and self._names[thing] != thing

    def _is_open_in_claim(self, one: Statement) -> bool:
        claim, name, _ = one
        if claim in self._sealed:
            return name in _OF_SEALED
        return name != _UNMET or claim not in self._touched

    def _is_open_reason(self, result: str, reason: str) -> bool:
        """A reason is public if it says no more than the outcome, or what it rests on is public throughout."""
        if reason in self._profile.reasons:
            return True
        assertions = self._asserting.get(result, ())
        claims = [claim for one in assertions for claim in self._values(one, _ours("claim"))]
        exclusions = [exclusion for one in assertions for exclusion in self._values(one, _EXCLUSION)]
        return (
            bool(claims or exclusions) and self._touched.isdisjoint(claims) and self._sight.shown.issuperset(exclusions)
        )

    @cached_property
    def _asserting(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for subject, name, thing in self._statements:
            if name == f"<{EARL}result>":
                found.setdefault(thing, []).append(subject)
        return found

    def _is_open_finding(self, node: str) -> bool:
        """A result of a shape: of a claim that nothing restricted bears on, in the shape's own words."""
        focus, shape = self._value(node, _FOCUS), self._value(node, _SHAPE)
        known = self._profile.knowledge.index.column(_MESSAGE_OF_SHAPE).get(shape[1:-1], ())
        own = {value[0] for value in known if not isinstance(value, str)}
        return (
            _CLAIM in self._kinds.get(focus, ())
            and focus not in self._touched
            and all(lexical(text) in own for text in self._values(node, _MESSAGE))
        )

    @cached_property
    def _quoting(self) -> frozenset[str]:
        """Literals that quote what is restricted."""
        literals = {one[2] for one in self._statements if one[2][0] == '"' and one[2][-1] != ">"}
        everything = "\n".join(literals)
        texts = [text for text in self._sight.texts if text in everything]
        return frozenset(
            one for one in literals if self._names.quotes(one) or any(text in lexical(one) for text in texts)
        )

    # ---- Numbers ----

    @cached_property
    def _points(self) -> Mapping[tuple[str, str], PublicPoints | None]:
        """What the public sees of points behind which a restricted metric stands, by kind of result and element."""
        sealed = {self._value(claim, _REQUIREMENT) for claim in self._sealed}
        metrics = {requirement for requirement in sealed if self._is_metric(requirement)}
        if not metrics:
            return {}
        tree = tree_of(self._profile.knowledge)
        return {
            (kind, element): points
            for kind, scores in self._scores.items()
            for element, points in public_points(scores, metrics, tree).items()
        }

    @cached_property
    def _scores(self) -> Mapping[str, Mapping[str, Score]]:
        """The scores of each kind of result, by element."""
        found: dict[str, dict[str, Score]] = {}
        for node in self._of_kind(_SCORE):
            numbers = {
                local_name(name[1:-1]): Decimal(lexical(thing))
                for _, name, thing in self._by_subject[node]
                if thing.endswith(_DECIMALS)
            }
            score = Score(node, self._value(node, _STANDING) or None, numbers)
            found.setdefault(self._value(node, _KIND), {})[self._value(node, _ELEMENT)] = score
        return found

    @cached_property
    def _rough(self) -> Mapping[str, PublicPoints | None]:
        """What the public sees of points in the place of each score and measurement that a restricted metric is behind."""
        if not self._points:
            return {}
        places = {node: (self._value(node, _KIND), self._value(node, _ELEMENT)) for node in self._of_kind(_SCORE)}
        for node, kinds in self._kinds.items():
            if not kinds.isdisjoint(_MEASUREMENTS):
                places[node] = (self._metric_of(node)[0], self._value(node, _ELEMENT))
        known = {element for _, element in self._points}
        # Of a metric that names no kind of result it cannot be told what it gives away.
        return {node: self._points.get(place) for node, place in places.items() if place[1] in known}

    def _metric_of(self, measurement: str) -> tuple[str, str]:
        """The kind of result and the property of scores that a measurement takes."""
        metric = self._value(measurement, _MEASURES)[1:-1]
        kind, measured = (
            next(iter(self._profile.knowledge.values(metric, DANAO + name)), "") for name in ("result", "scoreProperty")
        )
        return f"<{kind}>", f"<{measured}>"

    def _measured(self, measurement: str) -> str | None:
        """The value that the public sees of a measurement; none where it sees none."""
        if measurement not in self._rough:
            return self._value(measurement, _VALUE) or None
        # A metric that says nothing of the score it takes might be of anything.
        return self._number(self._rough[measurement], self._metric_of(measurement)[1])

    def _number(self, points: PublicPoints | None, name: str) -> str | None:
        if points is None or name not in {_POINTS, _UPPER}:
            return None
        return _decimal(points.points if name == _POINTS else points.upper)

    def _public(self, one: Statement) -> Statement | None:
        """A statement as the public sees it."""
        subject, name, thing = one
        if name in {_POINTS, _UPPER, _VALUE} and subject in self._rough:
            number = self._measured(subject) if name == _VALUE else self._number(self._rough[subject], name)
            return None if number is None else (self._names[subject], name, number)
        return self._names[subject], name, self._names[thing]

    def _roundings(self, visible: Collection[str]) -> Iterator[Statement]:
        for node, points in self._rough.items():
            if points and points.rounded and node in visible and _SCORE in self._kinds[node]:
                yield self._names[node], _ROUNDED, _WHOLE


_MESSAGE_OF_SHAPE = _MESSAGE[1:-1]
_DECIMALS = tuple(f"^^<{XSD}{name}>" for name in ("decimal", "integer"))


def _decimal(number: Decimal) -> str:
    return canonical_literal(f"{quoted(f'{number:f}')}^^<{XSD}decimal>")
