"""What the generator needs to know of a standard: where requirements belong, and how metrics are measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from danao.knowledge import Knowledge
from danao.namespaces import DANAO, SKOS


@dataclass(frozen=True)
class Bounds:
    """The range that the figures of a metric can have, as far as it has ends."""

    minimum: float | None
    maximum: float | None

    def held(self, value: float) -> float:
        """The value, or the end of the range that it is beyond."""
        low = value if self.minimum is None else max(value, self.minimum)
        return low if self.maximum is None else min(low, self.maximum)


@dataclass(frozen=True)
class Frame:
    """Questions about requirements, answered from the knowledge."""

    knowledge: Knowledge

    def is_requirement(self, iri: str) -> bool:
        return iri in self._requirements

    def element(self, requirement: str) -> str:
        """The element that a requirement is directly part of."""
        return next(iter(self.knowledge.values(requirement, DANAO + "directPartOf")), requirement)

    def branch(self, requirement: str) -> str:
        """The branch of the standard that a requirement is in: the last element below the whole."""
        chain = self.lineage(requirement)
        return chain[-2] if len(chain) > 1 else requirement

    def lineage(self, element: str) -> list[str]:
        """An element and all that it is part of, from itself to the whole."""
        chain = [element]
        while above := self.knowledge.values(chain[-1], DANAO + "directPartOf"):
            if above[0] in chain:
                break
            chain.append(above[0])
        return chain

    def heading(self, requirement: str) -> str:
        """The element of a requirement as a heading of a file: its notation and its Chinese label."""
        element = self.element(requirement)
        notation = next(iter(self.knowledge.values(element, SKOS + "notation")), "")
        return f"{notation} {self.knowledge.label(element).zh}".strip()

    def is_metric(self, requirement: str) -> bool:
        return DANAO + "Metric" in self.knowledge.values(requirement, DANAO + "kind")

    def is_conditional(self, requirement: str) -> bool:
        return DANAO + "Conditional" in self.knowledge.values(requirement, DANAO + "kind")

    def bounds(self, metric: str) -> Bounds:
        """The range of a metric's figures."""
        return Bounds(self._number(metric, "minimum"), self._number(metric, "maximum"))

    def _number(self, metric: str, name: str) -> float | None:
        return next((float(value) for value in self.knowledge.values(metric, DANAO + name)), None)

    def other_units(self, metric: str) -> list[str]:
        """The units of the knowledge that a metric is not measured in."""
        admitted = self.knowledge.values(metric, DANAO + "unit")
        return [unit for unit in self.knowledge.instances("Unit") if unit not in admitted]

    def unfit_types(self, requirement: str) -> list[str]:
        """The types of evidence that the scheme does not take for a requirement."""
        fitting = {kind for element in self.lineage(requirement) for kind in self._fitting.get(element, ())}
        return [kind for kind in self.knowledge.instances("EvidenceType") if fitting and kind not in fitting]

    @cached_property
    def _requirements(self) -> frozenset[str]:
        return frozenset(self.knowledge.instances("Requirement"))

    @cached_property
    def _fitting(self) -> Mapping[str, list[str]]:
        """Element → types of evidence that fit what is in it."""
        return {
            element: self.knowledge.values(convention, DANAO + "fittingType")
            for convention in self.knowledge.instances("FittingTypes")
            for element in self.knowledge.values(convention, DANAO + "forElement")
        }
