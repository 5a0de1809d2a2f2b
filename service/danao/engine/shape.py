"""A shape that looks at indexed facts: tests of single values, counts, and constraints on all values together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from danao.engine.rules.program import Index
from danao.namespaces import RDF_TYPE

_TYPE = f"<{RDF_TYPE}>"
# The nodes that a path leads to from a node, each once.
Path = Callable[[Index, str], Sequence[str]]
# What offends among the values of a node: each value, or nothing at all where it is their number or lack.
Constraint = Callable[[Index, str, Sequence[str]], Iterable[str | None]]
Test = Callable[[str], bool]
Offence = tuple[str, "Shape", str | None]

# So many values are remembered as sound, for each of some hundred shapes.
_MEMO = 2_000


class _Sound(dict[str, bool]):
    """Whether a value passes all tests that look at nothing else; dates and units come again and again."""

    def __init__(self, tests: Sequence[Test]) -> None:
        self._tests = tests

    def __missing__(self, value: str) -> bool:
        if len(self) > _MEMO:
            self.clear()
        sound = self[value] = all(test(value) for test in self._tests)
        return sound


@dataclass(eq=False)
class Shape:
    """A shape: what is wrong with a node, or with what its path leads to from there.

    ``tests`` look at a value alone, ``classes`` at its types, ``constraints`` at all values; of these the ones in
    ``wanting`` may miss something where there is no value.
    """

    iri: str
    severity: str
    predicate: str | None = None
    path: Path | None = None
    least: int = 0
    most: int | None = None
    tests: list[Test] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    wanting: list[Constraint] = field(default_factory=list)
    properties: list[Shape] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._sound = _Sound(self.tests)

    @property
    def is_plain(self) -> bool:
        """Whether it looks at a value alone."""
        further = (self.predicate, self.path, self.least, self.most, self.classes, self.constraints, self.wanting)
        return not (any(further) or self.properties)

    def is_sound(self, value: str) -> bool:
        """Whether a value passes the tests."""
        return self._sound[value]

    def find(self, index: Index, nodes: Collection[str], found: list[Offence]) -> None:
        """Add what is wrong with nodes."""
        if self.predicate is not None:
            self._along(index, nodes, found)
        elif self.path is not None:
            for node in nodes:
                self._at(index, node, self.path(index, node), found)
        else:
            if self.tests or self.classes or self.constraints or self.wanting:
                for node in nodes:
                    self._at(index, node, (node,), found)
            for shape in self.properties:
                shape.find(index, nodes, found)

    def _along(self, index: Index, nodes: Collection[str], found: list[Offence]) -> None:
        """What is wrong with what a property leads to: most shapes are no more than this, and most nodes are right."""
        links = index.forward.get(self.predicate or "", {})
        least, most, classes = self.least, self.most, self.classes
        sound = self._sound if self.tests else None
        types = index.forward.get(_TYPE, {})
        rest, wanting = bool(self.constraints or self.properties), bool(self.wanting)
        if not (least or wanting) and len(links) < len(nodes):
            # There is nothing to look at in nodes without a value.
            nodes = links.keys() & nodes
        for node in nodes:
            values = links.get(node)
            if values is None:
                if least or wanting:
                    self._at(index, node, (), found)
                continue
            suspect = rest or wanting or not least <= len(values) or (most is not None and len(values) > most)
            for value in values:
                if sound is not None and not sound[value]:
                    suspect = True
                for kind in classes:
                    if kind not in types.get(value, ()):
                        suspect = True
            if suspect:
                self._at(index, node, values, found)

    def _at(self, index: Index, node: str, values: Collection[str], found: list[Offence]) -> None:
        """What is wrong with the values of a node."""
        number = len(values)
        if number < self.least or (self.most is not None and number > self.most):
            found.append((node, self, None))
        for value in values:
            if not self._sound[value]:
                found += [(node, self, value) for test in self.tests if not test(value)]
            for kind in self.classes:
                if kind not in index.forward.get(_TYPE, {}).get(value, ()):
                    found.append((node, self, value))
        for constraint in (*self.constraints, *self.wanting) if values else self.wanting:
            found += [(node, self, value) for value in constraint(index, node, tuple(values))]
        if self.properties and values and (self.path or self.predicate):
            for shape in self.properties:
                shape.find(index, values, found)

    def conforms(self, index: Index, node: str) -> bool:
        """Whether there is nothing wrong."""
        found: list[Offence] = []
        self.find(index, (node,), found)
        return not found
