"""Casting: what each project takes from the mould. Everything that no project changes is worked out once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from danao.errors import Text
from danao.fleet.generate.draw import Draw
from danao.fleet.generate.figures import Measure, Series, measure, series
from danao.fleet.generate.frame import Frame
from danao.fleet.generate.mould import PROVIDES, Mould, title_templates
from danao.fleet.generate.proofs import Calendar, Paper, Proof, papers, prove
from danao.fleet.generate.turtle import Statements
from danao.fleet.generate.variety import Template, template, years
from danao.fleet.generate.words import Words
from danao.namespaces import DANAO

_NUMBER_DIGITS = 6
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True)
class Plan:
    """What one project has of the mould, before it is written down.

    ``provides`` is capability → requirements, ``records`` record → figures, ``proofs`` evidence → what became of it,
    ``excluded`` requirement → reason in Chinese and English, ``gone`` the nodes that it lacks, ``bodies`` the numbers
    of the shared bodies it has.
    """

    number: int
    identifier: str
    words: Words
    maturity: float
    provides: Mapping[str, tuple[str, ...]]
    records: Mapping[str, Series]
    proofs: Mapping[str, Proof]
    excluded: Mapping[str, tuple[str, str]]
    gone: frozenset[str]
    bodies: Mapping[str, int]

    @property
    def claimed(self) -> frozenset[str]:
        """The requirements that capabilities provide."""
        return frozenset(requirement for provided in self.provides.values() for requirement in provided)


@dataclass(frozen=True)
class Caster:
    """A mould, ready to cast for a standard, a seed and a day."""

    mould: Mould
    frame: Frame
    seed: str
    as_of: dt.date

    @classmethod
    def of(cls, mould: Mould, frame: Frame, seed: str, as_of: dt.date | None) -> Caster:
        """A caster for a day; without one, that of the mould.

        :raises MouldFault: the mould does not fit the standard.
        """
        made = cls(mould, frame, seed, as_of or mould.variety.written_for)
        # What is wrong with a mould is told before anything is written.
        _ = made.provided, made.measures
        return made

    @cached_property
    def provided(self) -> Mapping[str, tuple[str, ...]]:
        """Capability → requirements, as in the mould.

        :raises MouldFault: a capability provides what is no requirement, or nothing.
        """
        found = {name: self.mould.part(name).iris(PROVIDES) for name in self.mould.capabilities}
        for name, provided in found.items():
            if not provided or not all(self.frame.is_requirement(one) for one in provided):
                raise self.mould.fault(
                    Text(
                        "模具中的能力应当写明它提供的要求。",
                        "A capability of a mould says which requirements it provides.",
                    ),
                    name,
                )
        return found

    @cached_property
    def measures(self) -> Mapping[str, Measure]:
        """Record → what the mould says of it."""
        return {name: measure(self.mould, name, self.frame) for name in self.mould.records}

    @cached_property
    def papers(self) -> list[Paper]:
        return papers(self.mould, self.frame)

    @cached_property
    def bodies(self) -> tuple[str, ...]:
        """The nodes with a credit code."""
        return tuple(name for name, block in self.mould.blocks.items() if block.values(DANAO + "creditCode"))

    @cached_property
    def made(self) -> dict[tuple[str, int], Statements]:
        """What is said of shared bodies, by node and number, as far as a project has met them."""
        return {}

    def words_of(self, node: str, number: int) -> Words:
        """The words of the body of a number among those that a node of the mould stands for."""
        draw = Draw(f"{self.seed}/{node}/{number}", self.mould.variety.chance)
        fixed, _ = self.mould.variety.choose(draw)
        return Words(fixed | years(self.year), self.mould.variety.lists, draw)

    @cached_property
    def division(self) -> Template:
        """What gives the place in a credit code; nothing, where it stays as in the mould."""
        setting = self.mould.variety.credit_code
        return template(setting.division if setting else "")

    @cached_property
    def kin(self) -> Mapping[str, tuple[str, str]]:
        """Capability or record → the branch and the element that it belongs to, by its first requirement."""
        firsts = {name: provided[0] for name, provided in self.provided.items()}
        firsts |= {name: one.metric for name, one in self.measures.items()}
        return {name: (self.frame.branch(first), self.frame.element(first)) for name, first in firsts.items()}

    @cached_property
    def headings(self) -> Mapping[str, str]:
        """Capability or record → the element that it belongs to, as a heading."""
        firsts = {name: provided[0] for name, provided in self.provided.items()}
        firsts |= {name: one.metric for name, one in self.measures.items()}
        return {name: self.frame.heading(first) for name, first in firsts.items()}

    @cached_property
    def reasons(self) -> Mapping[str, tuple[list[str], list[str]]]:
        """Requirement that may be left out → reasons in Chinese and English."""
        common = self.mould.variety.texts.reason
        own = {reason.requirement: reason for reason in self.mould.variety.reason}
        claimed = [one for provided in self.provided.values() for one in provided if self.frame.is_conditional(one)]
        return {one: (own.get(one, common).zh, own.get(one, common).en) for one in claimed}

    @cached_property
    def titles(self) -> Mapping[str, list[Template]]:
        """Node → its other titles, as literals."""
        return {name: title_templates(self.mould, name) for name in self.mould.variety.titles}

    @property
    def later(self) -> int:
        """How many years later than in the mould the last full year is."""
        last, written = (day + dt.timedelta(days=1) for day in (self.as_of, self.mould.variety.written_for))
        return last.year - written.year

    @property
    def year(self) -> int:
        """The last full year: the one that figures and titles are of."""
        return (self.as_of + dt.timedelta(days=1)).year - 1

    def plan(self, number: int) -> Plan:
        """What the project of a number has; the same whatever other projects there are."""
        variety = self.mould.variety
        draw = Draw(f"{self.seed}/{number}", variety.chance)
        fixed, strength = variety.choose(draw)
        level = variety.level[draw.weighed([level.share for level in variety.level])]
        maturity = level.mean + draw.stray(level.spread) + strength
        fixed |= years(self.year) | {"number": f"{number:0{_NUMBER_DIGITS}d}"}
        words = Words(fixed, variety.lists, draw)
        fixed["identifier"] = self._identified(words)
        gone = frozenset(name for name, chance in variety.absent.items() if draw.within(chance))
        leanings = self._leanings(draw, maturity)
        provides = self._provides(draw, leanings)
        records = self._records(draw, leanings)
        claimed = {one for provided in provides.values() for one in provided}
        claimed |= {self.measures[name].metric for name in records}
        proofs = self._proofs(draw, claimed, maturity)
        return Plan(
            number=number,
            identifier=fixed["identifier"],
            words=words,
            maturity=maturity,
            provides=provides,
            records=records,
            proofs=proofs,
            excluded=self._excluded(draw, claimed, maturity),
            gone=gone | (self.mould.blocks.keys() & {paper.name for paper in self.papers} - proofs.keys()),
            bodies={name: draw.skewed(count) for name, count in variety.shared.items()},
        )

    @cached_property
    def _identifier(self) -> Template:
        return template(self.mould.variety.identifier)

    def _identified(self, words: Words) -> str:
        """The identifier of a project, which files are named by as well."""
        identifier = words.filled(self._identifier)
        if _IDENTIFIER.fullmatch(identifier):
            return identifier
        raise self.mould.fault(
            Text(
                f"“{identifier}”不能作项目标识：1 至 64 个字母、数字、点、下划线或横线。",
                f"'{identifier}' is no identifier of a project: 1 to 64 letters, digits, dots, underscores and dashes.",
            )
        )

    def _leanings(self, draw: Draw, maturity: float) -> dict[str, float]:
        """Capability or record → maturity there: those of one branch, and of one element, stray together."""
        kinship, difficulty = self.mould.variety.kinship, self.mould.variety.difficulty
        branches = {branch: draw.stray(kinship.branch) for branch, _ in self.kin.values()}
        elements = {element: draw.stray(kinship.element) for _, element in self.kin.values()}
        return {
            name: maturity + branches[branch] + elements[element] - difficulty.get(name, 0)
            for name, (branch, element) in self.kin.items()
        }

    def _provides(self, draw: Draw, leanings: Mapping[str, float]) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for name, provided in self.provided.items():
            leaning = leanings[name]
            if draw.happens("capability", leaning):
                some = tuple(one for one in provided if draw.happens("provided", leaning))
                found[name] = some or provided[:1]
        return found

    def _records(self, draw: Draw, leanings: Mapping[str, float]) -> dict[str, Series]:
        figures = self.mould.variety.figures
        return {
            name: series(draw, one, figures, leanings[name], self.later)
            for name, one in self.measures.items()
            if draw.happens("record", leanings[name])
        }

    def _proofs(self, draw: Draw, claimed: set[str], maturity: float) -> dict[str, Proof]:
        calendar = Calendar(self.mould.variety.dates, self.as_of.toordinal())
        found = {paper.name: prove(draw, paper, claimed, calendar, maturity) for paper in self.papers}
        return {name: proof for name, proof in found.items() if proof}

    def _excluded(self, draw: Draw, claimed: set[str], maturity: float) -> dict[str, tuple[str, str]]:
        found: dict[str, tuple[str, str]] = {}
        for requirement, (chinese, english) in self.reasons.items():
            if requirement not in claimed and draw.happens("excluded", maturity):
                place = draw.whole(0, len(chinese) - 1)
                found[requirement] = (chinese[place], english[min(place, len(english) - 1)])
        return found
