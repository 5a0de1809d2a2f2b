"""Shapes as checks over indexed facts: the part of SHACL Core that our shapes are written in.

Shapes that use anything else raise :class:`Unsupported`, and a SHACL engine takes the whole set.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from danao.engine.interface import ShapeResult
from danao.engine.rules.functions import Beyond, Unsupported, before, common_pattern, not_after, number
from danao.engine.rules.program import Index
from danao.namespaces import OWL, RDF, RDF_FIRST, RDF_REST, RDF_TYPE, RDFS, SH, XSD
from danao.statements import lexical, split

_TYPE = f"<{RDF_TYPE}>"
_SUBCLASS = f"<{RDFS}subClassOf>"
_CLASS_KINDS = {f"<{RDFS}Class>", f"<{OWL}Class>"}
_SUBJECTS_OF, _OBJECTS_OF = f"<{SH}targetSubjectsOf>", f"<{SH}targetObjectsOf>"
_LISTED = ("and", "or", "xone")
# The nodes that a path leads to from a node, each once.
Path = Callable[[Index, str], Sequence[str]]
# What offends among the values of a node: each value, or nothing at all where it is their number or lack.
Constraint = Callable[[Index, str, Sequence[str]], Iterable[str | None]]
Test = Callable[[str], bool]
Offence = tuple[str, "Shape", str | None]

# Values of shapes are remembered as sound, as long as they are few.
_MEMO = 20_000


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


# A graph of shapes as plain values: subject → predicate → objects.
Links = Mapping[str, Mapping[str, Sequence[str]]]


def links_of(shapes: str) -> Links:
    """Shapes, given as N-Triples, as plain values.

    :raises Unsupported: they use what is not checked here.
    """
    links: dict[str, dict[str, list[str]]] = {}
    for subject, predicate, thing in split(shapes):
        links.setdefault(subject, {}).setdefault(predicate, []).append(thing)
    stated = {predicate for own in links.values() for predicate in own}
    if unknown := [one for one in stated if one.startswith(f"<{SH}") and one[len(SH) + 1 : -1] not in _KNOWN]:
        raise Unsupported(unknown[0])
    checks = Checks(links)
    for node in links:
        checks.shape(node)
    return links


class Checks:
    """The checks of shapes; each is made when something is there to be checked.

    :raises Unsupported: when one is made of what is not checked here; never for what :func:`links_of` gave.
    """

    def __init__(self, links: Links) -> None:
        self._links = links
        self._shapes: dict[str, Shape] = {}
        self._targets = [
            (node, classes, own.get(_SUBJECTS_OF, ()), own.get(_OBJECTS_OF, ()))
            for node, own in links.items()
            if (classes := self._classes(node)) or _SUBJECTS_OF in own or _OBJECTS_OF in own
        ]

    def results(self, index: Index) -> list[ShapeResult]:
        """All results over an index of facts.

        :raises Beyond: a comparison that is not made here.
        """
        if _SUBCLASS in index.forward:
            raise Beyond(_SUBCLASS)
        types = index.reverse(_TYPE)
        found: list[Offence] = []
        for node, classes, subjects, objects in self._targets:
            nodes: dict[str, None] = {}
            for kind in classes:
                nodes.update(dict.fromkeys(types.get(kind, ())))
            for predicate in subjects:
                nodes.update(dict.fromkeys(index.forward.get(predicate, ())))
            for predicate in objects:
                nodes.update(dict.fromkeys(index.reverse(predicate)))
            if nodes:
                self.shape(node).find(index, nodes, found)
        return [
            ShapeResult(node if node[0] == "_" else lexical(node), at.iri, at.severity, value)
            for node, at, value in dict.fromkeys(found)
        ]

    def _classes(self, node: str) -> Sequence[str]:
        """The classes whose members a shape looks at: a shape that is a class looks at its own."""
        classes = self._values(node, "targetClass")
        is_class = not _CLASS_KINDS.isdisjoint(self._links[node].get(_TYPE, ()))
        return [*classes, node] if is_class else classes

    # ---- Making shapes ----

    def shape(self, node: str) -> Shape:
        """The shape of a node of the graph."""
        if node in self._shapes:
            return self._shapes[node]
        severities = self._values(node, "severity") or [f"<{SH}Violation>"]
        if len(severities) > 1:
            raise Unsupported(node)
        severity = severities[0]
        shape = Shape(iri=node[1:-1] if node[0] == "<" else node, severity=severity[1:-1].rpartition("#")[2].lower())
        # Known before its parts are made, which may name it again.
        self._shapes[node] = shape
        for path in self._values(node, "path"):
            if path[0] == "<":
                shape.predicate = path
            else:
                shape.path = self._path(path)
        shape.least = max(map(_count, self._values(node, "minCount")), default=0)
        shape.most = min(map(_count, self._values(node, "maxCount")), default=None)
        shape.tests += self._tests(node)
        shape.classes += self._values(node, "class")
        shape.constraints += self._constraints(node)
        shape.wanting += self._wanting(node)
        shape.properties += [self.shape(inner) for inner in self._values(node, "property")]
        return shape

    def _values(self, node: str, name: str) -> Sequence[str]:
        return self._links.get(node, {}).get(f"<{SH}{name}>", ())

    def _items(self, node: str) -> list[str]:
        """The members of a list."""
        found: list[str] = []
        while f"<{RDF_FIRST}>" in self._links.get(node, {}):
            found += self._links[node][f"<{RDF_FIRST}>"]
            (node,) = self._links[node][f"<{RDF_REST}>"]
        return found

    # ---- Paths ----

    def _path(self, node: str) -> Path:
        if node[0] == "<":
            return _forward(node)
        if steps := self._items(node):
            return _sequence([self._path(step) for step in steps])
        if inverse := self._values(node, "inversePath"):
            if inverse[0][0] == "<":
                return _backward(inverse[0])
        elif alternatives := self._values(node, "alternativePath"):
            return _alternatives([self._path(step) for step in self._items(alternatives[0])])
        raise Unsupported("a path")

    # ---- Constraints ----

    def _tests(self, node: str) -> Iterator[Test]:
        for name, make in _OF_VALUES.items():
            for value in self._values(node, name):
                yield make(value)
        for pattern in self._values(node, "pattern"):
            yield _pattern(lexical(pattern), "".join(map(lexical, self._values(node, "flags"))))
        for members in self._values(node, "in"):
            yield frozenset(self._items(members)).__contains__
        for members in self._values(node, "languageIn"):
            yield _language_in([lexical(item).lower() for item in self._items(members)])
        for inner in self._values(node, "not"):
            if (shape := self.shape(inner)).is_plain:
                yield lambda value, shape=shape: not shape.is_sound(value)  # type: ignore[misc]

    def _constraints(self, node: str) -> Iterator[Constraint]:
        for name, make in _OF_PAIRS.items():
            for value in self._values(node, name):
                yield make(value)
        if any(value.startswith('"true"') for value in self._values(node, "uniqueLang")):
            yield _unique_languages
        for inner in self._values(node, "node"):
            yield _conforming(self.shape(inner), wanted=True)
        for inner in self._values(node, "not"):
            if not (shape := self.shape(inner)).is_plain:
                yield _conforming(shape, wanted=False)
        for name in _LISTED:
            for members in self._values(node, name):
                yield _combined(name, [self.shape(item) for item in self._items(members)])

    def _wanting(self, node: str) -> Iterator[Constraint]:
        for value in self._values(node, "hasValue"):
            yield _has_value(value)
        counts = {name: self._values(node, f"qualified{name}Count") for name in ("Min", "Max")}
        for inner in self._values(node, "qualifiedValueShape"):
            least, most = (_count(counts[name][0]) if counts[name] else None for name in ("Min", "Max"))
            yield _qualified(self.shape(inner), least, most)


def _forward(predicate: str) -> Path:
    def follow(index: Index, node: str) -> Sequence[str]:
        links = index.forward.get(predicate)
        return tuple(links.get(node, ())) if links else ()

    return follow


def _backward(predicate: str) -> Path:
    return lambda index, node: index.reverse(predicate).get(node, ())


def _sequence(steps: Sequence[Path]) -> Path:
    def follow(index: Index, node: str) -> Sequence[str]:
        nodes: Sequence[str] = (node,)
        for step in steps:
            nodes = list(dict.fromkeys(end for start in nodes for end in step(index, start)))
        return nodes

    return follow


def _alternatives(steps: Sequence[Path]) -> Path:
    return lambda index, node: list(dict.fromkeys(end for step in steps for end in step(index, node)))


# ---- Numbers of values ----


def _count(term: str) -> int:
    value = number(term)
    if not isinstance(value, int):
        raise Unsupported("a count that is no whole number")
    return value


def _qualified(shape: Shape, least: int | None, most: int | None) -> Constraint:
    def check(index: Index, _focus: str, values: Sequence[str]) -> Iterator[None]:
        fitting = sum(shape.conforms(index, value) for value in values)
        if least is not None and fitting < least:
            yield None
        if most is not None and fitting > most:
            yield None

    return check


# ---- Values one by one ----


_KINDS = {"IRI": "<", "BlankNode": "_", "Literal": '"', "BlankNodeOrIRI": "<_", "BlankNodeOrLiteral": '_"'}
_KINDS["IRIOrLiteral"] = '<"'


def _node_kind(kind: str) -> Test:
    signs = _KINDS[kind[1:-1].removeprefix(SH)]
    return lambda value: value[0] in signs


# Canonical literals: the guard refused those that are not of their datatype.
_LEXICAL = {
    f"<{XSD}integer>": re.compile("-?[0-9]+"),
    f"<{XSD}decimal>": re.compile(r"-?[0-9]+(\.[0-9]+)?"),
    f"<{XSD}boolean>": re.compile("true|false"),
    f"<{XSD}anyURI>": re.compile(".*", re.DOTALL),
}


def is_date(value: str) -> bool:
    """Whether a term is a date that exists, without a time zone; of others it is not told here."""
    if not value.endswith(f'"^^<{XSD}date>'):
        return False
    text = lexical(value)
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise Beyond(value)
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _datatype(kind: str) -> Test:
    if kind == f"<{XSD}string>":
        return lambda value: value[0] == '"' and value[-1] == '"'
    if kind == f"<{RDF}langString>":
        return lambda value: value[0] == '"' and value[-1] not in '">'
    if kind == f"<{XSD}date>":
        return is_date
    if kind not in _LEXICAL:
        raise Unsupported(kind)
    ending, form = f'"^^{kind}', _LEXICAL[kind]
    return lambda value: value[0] == '"' and value.endswith(ending) and form.fullmatch(lexical(value)) is not None


def _pattern(pattern: str, flags: str) -> Test:
    if flags not in {"", "i"}:
        raise Unsupported(f"flags {flags}")
    compiled = re.compile(common_pattern(pattern), re.IGNORECASE if flags else 0)
    return lambda value: value[0] != "_" and compiled.search(lexical(value)) is not None


def _language_in(ranges: Sequence[str]) -> Test:
    def fits(value: str) -> bool:
        language = value.rpartition('"@')[2].lower() if value[0] == '"' and value[-1] not in '">' else ""
        return any(language == one or (language and language.startswith(f"{one}-")) for one in ranges)

    return fits


def _at_least(bound: str) -> Test:
    return lambda value: not_after(bound, value) is True


def _at_most(bound: str) -> Test:
    return lambda value: not_after(value, bound) is True


def _above(bound: str) -> Test:
    return lambda value: before(bound, value) is True


def _below(bound: str) -> Test:
    return lambda value: before(value, bound) is True


def _conforming(shape: Shape, *, wanted: bool) -> Constraint:
    return lambda index, _focus, values: [value for value in values if shape.conforms(index, value) is not wanted]


def _combined(name: str, shapes: Sequence[Shape]) -> Constraint:
    enough: Callable[[int], bool] = {
        "and": lambda fitting: fitting == len(shapes),
        "or": lambda fitting: fitting > 0,
        "xone": lambda fitting: fitting == 1,
    }[name]

    def check(index: Index, _focus: str, values: Sequence[str]) -> Sequence[str]:
        return [value for value in values if not enough(sum(shape.conforms(index, value) for shape in shapes))]

    return check


# ---- Values together ----


def _has_value(term: str) -> Constraint:
    return lambda _index, _focus, values: () if term in values else (None,)


def _unique_languages(_index: Index, _focus: str, values: Sequence[str]) -> Iterator[None]:
    languages = [value.rpartition('"@')[2].lower() for value in values if value[0] == '"' and value[-1] not in '">']
    for language in dict.fromkeys(languages):
        if languages.count(language) > 1:
            yield None


def _less_than(predicate: str) -> Constraint:
    return lambda index, focus, values: [
        value for value in values for other in _others(index, focus, predicate) if before(value, other) is not True
    ]


def _less_than_or_equals(predicate: str) -> Constraint:
    return lambda index, focus, values: [
        value for value in values for other in _others(index, focus, predicate) if not_after(value, other) is not True
    ]


def _disjoint(predicate: str) -> Constraint:
    return lambda index, focus, values: [value for value in values if value in _others(index, focus, predicate)]


def _others(index: Index, focus: str, predicate: str) -> Collection[str]:
    """What another property of a node leads to."""
    return index.forward.get(predicate, {}).get(focus, ())


_OF_VALUES: Mapping[str, Callable[[str], Test]] = {
    "nodeKind": _node_kind,
    "datatype": _datatype,
    "minInclusive": _at_least,
    "maxInclusive": _at_most,
    "minExclusive": _above,
    "maxExclusive": _below,
}
_OF_PAIRS: Mapping[str, Callable[[str], Constraint]] = {
    "lessThan": _less_than,
    "lessThanOrEquals": _less_than_or_equals,
    "disjoint": _disjoint,
}
_KNOWN = {
    *(
        "inversePath",
        "alternativePath",
        "path",
        "property",
        "severity",
        "targetClass",
        "targetSubjectsOf",
        "targetObjectsOf",
        "node",
        "not",
        *_LISTED,
    ),
    *(
        "minCount",
        "maxCount",
        "class",
        "hasValue",
        "uniqueLang",
        "pattern",
        "flags",
        "in",
        "languageIn",
        "qualifiedValueShape",
        "qualifiedMinCount",
        "qualifiedMaxCount",
    ),
    *_OF_VALUES,
    *_OF_PAIRS,
    # For people only.
    *("message", "name", "description", "order", "group"),
}
