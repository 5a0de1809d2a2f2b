"""What the public sees of an assessment: outcomes and points, and what rests on public statements alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from danao.access.names import PublicNames
from danao.access.points import PublicPoints, Score, public_points, tree_of
from danao.access.profile import Profile
from danao.access.stated import TYPE, Sight, plainly
from danao.namespaces import DANAO, DCTERMS, DQV, EARL, QB, SH, SOFTWARE, XSD, local_name
from danao.statements import Statement, canonical_literal, lexical, quoted

_CLAIM, _SCORE = f"<{DANAO}Claim>", f"<{DANAO}Score>"
_FINDING, _REPORT, _SOFTWARE = f"<{SH}ValidationResult>", f"<{SH}ValidationReport>", f"<{SOFTWARE}"
_MEASUREMENTS = (f"<{DQV}QualityMeasurement>", f"<{QB}Observation>")
_VALUE, _MEASURES = f"<{DQV}value>", f"<{DQV}isMeasurementOf>"
_OFFERS, _COUNTS = f"<{DANAO}offersEvidence>", f"<{DANAO}countingEvidence>"
_VIA, _UNMET, _REQUIREMENT, _KIND = (f"<{DANAO}{name}>" for name in ("via", "unmet", "requirement", "result"))
_ELEMENT, _STANDING = f"<{DANAO}element>", f"<{DANAO}standing>"
_POINTS, _UPPER, _ROUNDED = (f"<{DANAO}{name}>" for name in ("points", "upperPoints", "roundedTo"))
_REASON, _EXCLUSION, _OF_CLAIM = (f"<{DANAO}{name}>" for name in ("reason", "exclusion", "claim"))
_RESULT = f"<{EARL}result>"
_FOCUS, _SHAPE, _MESSAGE = (f"<{SH}{name}>" for name in ("focusNode", "sourceShape", "resultMessage"))
_WITHHELD, _IDENTIFIER = f"<{DANAO}ReasonWithheld>", f"<{DCTERMS}identifier>"
# All that is told of a claim through what is restricted.
_OF_SEALED = {TYPE, f"<{DANAO}of>", _REQUIREMENT, _KIND, _OFFERS, _COUNTS}
# The numbers of a score that a restricted metric is behind, and that tell nothing of it.
_PLAIN_NUMBERS = {
    f"<{DANAO}{name}>"
    for name in (
        *("applicableWeight", "requirementCount", "passedCount", "cantTellCount", "failedCount"),
        "inapplicableCount",
    )
}
_WHOLE = f'"1"^^<{XSD}integer>'
_NUMBERS = tuple(f"^^<{XSD}{name}>" for name in ("decimal", "integer"))


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
        self._found: dict[tuple[str, str], list[str]] = {}
        self._of_kind: dict[str, list[str]] = {}
        self._by_subject: dict[str, list[Statement]] = {}
        for one in statements:
            subject, name, thing = one
            if subject.startswith((self._start, _SOFTWARE)) or names.is_graph(subject):
                self._by_subject.setdefault(subject, []).append(one)
                self._found.setdefault((subject, name), []).append(thing)
                if name == TYPE:
                    self._of_kind.setdefault(thing, []).append(subject)

    def seen(self) -> Seen:
        """What the public sees."""
        public = [made for one in self._statements if (made := self._seen(one)) is not None]
        rounded = {element for _, element in self._points}
        return Seen([*public, *self._roundings(), *self._withheld_reasons(public)], frozenset(rounded))

    def _values(self, node: str, predicate: str) -> Sequence[str]:
        return self._found.get((node, predicate), ())

    def _value(self, node: str, predicate: str) -> str:
        return next(iter(self._values(node, predicate)), "")

    # ---- Things of an assessment ----

    @cached_property
    def _visible(self) -> frozenset[str]:
        """The things of the assessment that may be public, each by its class."""
        kinds = [kind for kind in self._of_kind if self._profile.admits((kind,))]
        found = {node for kind in kinds for node in self._of_kind[kind]}
        findings = self._of_kind.get(_FINDING, ())
        # A report that leaves results out would say something that is not so.
        whole = all(self._is_open_finding(node) for node in findings)
        hidden = set() if whole else {*findings, *self._of_kind.get(_REPORT, ())}
        hidden |= {node for node in self._measurements if self._measured(node) is None}
        return frozenset(found - hidden)

    @cached_property
    def _measurements(self) -> Collection[str]:
        return {node for kind in _MEASUREMENTS for node in self._of_kind.get(kind, ())}

    def _is_open_finding(self, node: str) -> bool:
        """A result of a shape: of a claim that nothing restricted bears on, in the shape's own words."""
        focus, shape = self._value(node, _FOCUS), self._value(node, _SHAPE)
        known = self._profile.knowledge.index.column(SH + "message").get(shape[1:-1], ())
        own = {value[0] for value in known if not isinstance(value, str)}
        said = self._values(node, _MESSAGE)
        return focus in self._claims and focus not in self._touched and all(lexical(text) in own for text in said)

    # ---- Claims ----

    @cached_property
    def _claims(self) -> frozenset[str]:
        return frozenset(self._of_kind.get(_CLAIM, ()))

    @cached_property
    def _sealed(self) -> frozenset[str]:
        """Claims through what is restricted."""
        return frozenset(claim for claim in self._claims if self._is_sealed(claim))

    def _is_sealed(self, claim: str) -> bool:
        via = self._value(claim, _VIA)
        open_record = via in self._sight.open_records or not self._is_metric(self._value(claim, _REQUIREMENT))
        return via not in self._sight.shown or not open_record

    def _is_metric(self, requirement: str) -> bool:
        return DANAO + "Metric" in self._profile.knowledge.values(requirement[1:-1], DANAO + "kind")

    @cached_property
    def _touched(self) -> frozenset[str]:
        """Claims that what is restricted may bear on: why they are not proved is not told."""
        if self._sight.surrounded:
            return self._claims
        impure = self._sight.impure
        return self._sealed | {
            claim
            for claim in self._claims
            if self._value(claim, _VIA) in impure or not impure.isdisjoint(self._values(claim, _OFFERS))
        }

    # ---- Statements ----

    def _seen(self, one: Statement) -> Statement | None:
        """A statement as the public sees it; none where it does not."""
        subject, name, thing = one
        if subject not in self._visible or name not in self._profile.of_results:
            return None
        if subject in self._sealed and name not in _OF_SEALED:
            return None
        if name in self._conditions and not self._conditions[name](subject, thing):
            return None
        if thing[0] == '"':
            number = None if name in self._profile.people else self._number(subject, name, thing)
            return None if number is None else (self._names[subject], name, number)
        if name == TYPE or self._fitting[thing] or (name in {_OFFERS, _COUNTS} and self._names[thing] != thing):
            return self._names[subject], name, self._names[thing]
        return None

    @cached_property
    def _conditions(self) -> Mapping[str, Callable[[str, str], bool]]:
        """What has to hold of the ends of a statement beside what holds of all, by its property."""
        return {
            TYPE: lambda _, kind: self._profile.admits((kind,)),
            _UNMET: lambda claim, _: claim not in self._touched,
            _REASON: self._is_open_reason,
        }

    @cached_property
    def _fitting(self) -> _Judged:
        """Whether a term may be the value of a public statement."""
        return _Judged(self._fits)

    def _fits(self, thing: str) -> bool:
        if thing in self._by_subject:
            return thing in self._visible or thing.startswith(_SOFTWARE)
        return thing in self._sight.shown or self._profile.knows(thing) or self._names.is_graph(thing)

    def _is_open_reason(self, result: str, reason: str) -> bool:
        """A reason is public if it says no more than the outcome, or what it rests on is public throughout."""
        if reason in self._profile.reasons:
            return True
        assertions = self._asserting.get(result, ())
        claims = [claim for one in assertions for claim in self._values(one, _OF_CLAIM)]
        exclusions = [exclusion for one in assertions for exclusion in self._values(one, _EXCLUSION)]
        if not claims:
            return bool(exclusions) and self._sight.shown.issuperset(exclusions)
        if reason in self._profile.refusals:
            return self._sealed.isdisjoint(claims) and all(map(self._has_open_evidence, claims))
        return self._touched.isdisjoint(claims)

    def _has_open_evidence(self, claim: str) -> bool:
        return self._sight.open_evidence.issuperset(self._values(claim, _OFFERS))

    @cached_property
    def _asserting(self) -> Mapping[str, list[str]]:
        """The assertions of each result."""
        found: dict[str, list[str]] = {}
        for (subject, name), things in self._found.items():
            for thing in things if name == _RESULT else ():
                found.setdefault(thing, []).append(subject)
        return found

    @cached_property
    def _quoting(self) -> frozenset[str]:
        """Literals that quote what is restricted."""
        literals = {one[2] for one in self._statements if one[2][0] == '"' and one[2][-1] != ">"}
        said = {one: plainly(lexical(one)) for one in literals}
        everything = "\n".join(said.values())
        texts = [text for text in self._sight.texts if text in everything]
        return frozenset(
            one for one, text in said.items() if self._names.quotes(one) or any(piece in text for piece in texts)
        )

    # ---- Numbers ----

    def _number(self, subject: str, name: str, literal: str) -> str | None:
        """The literal that the public sees in the place of one."""
        if name == _IDENTIFIER and (sealed := self._names.sealed(literal[1:-1])) != literal[1:-1]:
            return f'"{sealed}"'
        if subject not in self._rough or name in _PLAIN_NUMBERS:
            return None if literal in self._quoting else literal
        return self._measured(subject) if name == _VALUE else _told(self._rough[subject], name)

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
        for node in self._of_kind.get(_SCORE, ()):
            numbers = {
                local_name(name[1:-1]): Decimal(lexical(thing))
                for _, name, thing in self._by_subject[node]
                if thing.endswith(_NUMBERS) and name not in _PLAIN_NUMBERS
            }
            score = Score(node, self._value(node, _STANDING) or None, numbers)
            found.setdefault(self._value(node, _KIND), {})[self._value(node, _ELEMENT)] = score
        return found

    @cached_property
    def _rough(self) -> Mapping[str, PublicPoints | None]:
        """Scores and measurements that a restricted metric is behind, each with what is told in their place."""
        if not self._points:
            return {}
        known = {element for _, element in self._points}
        places = {node: self._value(node, _KIND) for node in self._of_kind.get(_SCORE, ())}
        # Of a metric that names no kind of result it cannot be told what it gives away.
        places |= {node: self._metric_of(node)[0] for node in self._measurements}
        return {
            node: self._points.get((kind, element))
            for node, kind in places.items()
            if (element := self._value(node, _ELEMENT)) in known
        }

    def _metric_of(self, measurement: str) -> tuple[str, str]:
        """The kind of result and the property of scores that a measurement takes."""
        metric = self._value(measurement, _MEASURES)[1:-1]
        values = self._profile.knowledge.values
        kind, measured = (next(iter(values(metric, DANAO + name)), "") for name in ("result", "scoreProperty"))
        return f"<{kind}>", f"<{measured}>"

    def _measured(self, measurement: str) -> str | None:
        """The value that the public sees of a measurement; none where it sees none."""
        if measurement not in self._rough:
            return self._value(measurement, _VALUE) or None
        return _told(self._rough[measurement], self._metric_of(measurement)[1])

    def _roundings(self) -> Iterator[Statement]:
        for node in self._of_kind.get(_SCORE, ()):
            points = self._rough.get(node)
            if points and points.rounded and node in self._visible:
                yield self._names[node], _ROUNDED, _WHOLE

    def _withheld_reasons(self, public: Sequence[Statement]) -> Iterator[Statement]:
        """That there is a reason, of results all of whose reasons are withheld."""
        given = {one[0] for one in public if one[1] == _REASON}
        for result in self._asserting:
            name = self._names[result]
            if result in self._visible and name not in given and self._values(result, _REASON):
                yield name, _REASON, _WITHHELD


class _Judged(dict[str, bool]):
    """Whether a term may be seen; each is judged once."""

    def __init__(self, judge: Callable[[str], bool]) -> None:
        self._judge = judge

    def __missing__(self, term: str) -> bool:
        judged = self[term] = self._judge(term)
        return judged


def _told(points: PublicPoints | None, name: str) -> str | None:
    """The literal of points or upper points; nothing else is told of a score that a restricted metric is behind."""
    if points is None or name not in {_POINTS, _UPPER}:
        return None
    number = points.points if name == _POINTS else points.upper
    return canonical_literal(f"{quoted(f'{number:f}')}^^<{XSD}decimal>")
