"""Shapes as checks over indexed facts: the part of SHACL Core that our shapes are written in.

Shapes that use anything else raise :class:`Unsupported`, and a SHACL engine takes the whole set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from danao.engine.constraints import (
    alternatives,
    at_least,
    at_most,
    backward,
    combined,
    conforming,
    count_of,
    datatype,
    disjoint,
    fitting,
    forward,
    has_value,
    language_in,
    less,
    less_than,
    less_than_or_equals,
    matching,
    more_than,
    node_kind,
    qualified,
    sequence,
    unique_languages,
)
from danao.engine.interface import ShapeResult
from danao.engine.rules.beyond import Beyond, Unsupported
from danao.engine.rules.program import Index
from danao.engine.shape import Constraint, Offence, Path, Shape, Test
from danao.namespaces import OWL, RDF_FIRST, RDF_REST, RDF_TYPE, RDFS, SH
from danao.statements import lexical, split

_TYPE = f"<{RDF_TYPE}>"
_SUBCLASS = f"<{RDFS}subClassOf>"
_CLASS_KINDS = {f"<{RDFS}Class>", f"<{OWL}Class>"}
_SUBJECTS_OF, _OBJECTS_OF = f"<{SH}targetSubjectsOf>", f"<{SH}targetObjectsOf>"
_LISTED = ("and", "or", "xone")
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


def links_or_none(shapes: str) -> Links | None:
    """The same, or nothing where they take a SHACL engine."""
    try:
        return links_of(shapes)
    except Unsupported:
        return None


class Checks:
    """The checks of shapes; each is made when something is there to be checked.

    :raises Unsupported: when one is made of what is not checked here; never for what :func:`links_of` gave.
    """

    def __init__(self, links: Links) -> None:
        self._links = links
        self._shapes: dict[str, Shape] = {}
        # Shapes by the one class whose members they look at, and those that look at others.
        self._of_class: dict[str, list[str]] = {}
        self._targets: list[tuple[str, Sequence[str], Sequence[str], Sequence[str]]] = []
        for node, own in links.items():
            classes, subjects, objects = self._classes(node), own.get(_SUBJECTS_OF, ()), own.get(_OBJECTS_OF, ())
            if len(classes) == 1 and not (subjects or objects):
                self._of_class.setdefault(classes[0], []).append(node)
            elif classes or subjects or objects:
                self._targets.append((node, classes, subjects, objects))

    def results(self, index: Index) -> list[ShapeResult]:
        """All results over an index of facts.

        :raises Beyond: a comparison that is not made here.
        """
        if _SUBCLASS in index.forward:
            raise Beyond(_SUBCLASS)
        types = index.reverse(_TYPE)
        found: list[Offence] = []
        for kind in self._of_class.keys() & types.keys():
            for node in self._of_class[kind]:
                self.shape(node).find(index, types[kind], found)
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
        shape.least = max(map(count_of, self._values(node, "minCount")), default=0)
        shape.most = min(map(count_of, self._values(node, "maxCount")), default=None)
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
            return forward(node)
        if steps := self._items(node):
            return sequence([self._path(step) for step in steps])
        if inverse := self._values(node, "inversePath"):
            if inverse[0][0] == "<":
                return backward(inverse[0])
        elif choice := self._values(node, "alternativePath"):
            return alternatives([self._path(step) for step in self._items(choice[0])])
        raise Unsupported("a path")

    # ---- Constraints ----

    def _tests(self, node: str) -> Iterator[Test]:
        for name, make in _OF_VALUES.items():
            for value in self._values(node, name):
                yield make(value)
        for pattern in self._values(node, "pattern"):
            yield matching(lexical(pattern), "".join(map(lexical, self._values(node, "flags"))))
        for members in self._values(node, "in"):
            yield frozenset(self._items(members)).__contains__
        for members in self._values(node, "languageIn"):
            yield language_in([lexical(item).lower() for item in self._items(members)])
        for inner in self._values(node, "not"):
            if (shape := self.shape(inner)).is_plain:
                yield lambda value, shape=shape: not shape.is_sound(value)  # type: ignore[misc]
        for name, shapes in self._combined(node):
            if all(shape.is_plain for shape in shapes):
                yield fitting(name, shapes)

    def _constraints(self, node: str) -> Iterator[Constraint]:
        for name, make in _OF_PAIRS.items():
            for value in self._values(node, name):
                yield make(value)
        if any(value.startswith('"true"') for value in self._values(node, "uniqueLang")):
            yield unique_languages
        for inner in self._values(node, "node"):
            yield conforming(self.shape(inner), wanted=True)
        for inner in self._values(node, "not"):
            if not (shape := self.shape(inner)).is_plain:
                yield conforming(shape, wanted=False)
        for name, shapes in self._combined(node):
            if not all(shape.is_plain for shape in shapes):
                yield combined(name, shapes)

    def _combined(self, node: str) -> Iterator[tuple[str, Sequence[Shape]]]:
        """The lists of shapes that values are compared with."""
        for name in _LISTED:
            for members in self._values(node, name):
                yield name, [self.shape(item) for item in self._items(members)]

    def _wanting(self, node: str) -> Iterator[Constraint]:
        for value in self._values(node, "hasValue"):
            yield has_value(value)
        counts = {name: self._values(node, f"qualified{name}Count") for name in ("Min", "Max")}
        for inner in self._values(node, "qualifiedValueShape"):
            least, most = (count_of(counts[name][0]) if counts[name] else None for name in ("Min", "Max"))
            yield qualified(self.shape(inner), least, most)


_OF_VALUES: Mapping[str, Callable[[str], Test]] = {
    "nodeKind": node_kind,
    "datatype": datatype,
    "minInclusive": at_least,
    "maxInclusive": at_most,
    "minExclusive": more_than,
    "maxExclusive": less,
}
_OF_PAIRS: Mapping[str, Callable[[str], Constraint]] = {
    "lessThan": less_than,
    "lessThanOrEquals": less_than_or_equals,
    "disjoint": disjoint,
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
