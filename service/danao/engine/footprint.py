"""What a set of shapes can look at: it need not be given anything else; and what of the shapes is for people only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from danao.engine.rules.program import Index
from danao.namespaces import DANAO, OWL, RDF_FIRST, RDF_REST, RDF_TYPE, RDFS, SH
from danao.statements import joined, split

_TYPE, _SUBCLASS = f"<{RDF_TYPE}>", f"<{RDFS}subClassOf>"
_FIRST, _REST = f"<{RDF_FIRST}>", f"<{RDF_REST}>"
_PATH, _ALTERNATIVE = f"<{SH}path>", f"<{SH}alternativePath>"
_COMPARED = {f"<{SH}{name}>" for name in ("equals", "disjoint", "lessThan", "lessThanOrEquals")}
# Shapes within a shape, of the same node or of what its path leads to: one, or a list.
_WITHIN = {f"<{SH}{name}>" for name in ("property", "node", "not", "qualifiedValueShape")}
_LISTED = {f"<{SH}{name}>" for name in ("and", "or", "xone")}
_TARGET_CLASS = f"<{SH}targetClass>"
_TARGETS = {f"<{SH}{name}>" for name in ("targetSubjectsOf", "targetObjectsOf")}
_CLASSES = {f"<{SH}class>", _TARGET_CLASS}
# With these, anything may matter.
_UNBOUNDED = {f"<{SH}{name}>" for name in ("closed", "sparql", "target", "rule", "js", "targetNode")}
_FOR_PEOPLE = {f"<{SH}{name}>" for name in ("message", "name", "description", "order", "group")} | {
    f"<{DANAO}{name}>" for name in ("fix", "checks")
}


def lean(shapes: str) -> str:
    """Shapes, given as N-Triples, without what only people read: results come sooner without messages."""
    return joined(one for one in split(shapes) if one[1] not in _FOR_PEOPLE)


@dataclass(frozen=True)
class Footprint:
    """The facts that shapes can look at.

    All of some predicates; of members of a target class those predicates that its shapes start with; the members of
    the classes asked about. Where ``everything`` may matter, nothing is left out.
    """

    everything: bool
    predicates: tuple[str, ...] = ()
    starts: Mapping[str, tuple[str, ...]] | None = None
    classes: tuple[str, ...] = ()

    def text(self, index: Index) -> str:
        """The facts of an index that the shapes can look at, as N-Triples; some may stand there twice."""
        # Where facts say what is a subclass, members of any class may be looked at.
        if self.everything or index.forward.get(_SUBCLASS):
            return joined(index.statements())
        forward, types = index.forward, index.reverse(_TYPE)
        lines = [
            f"{subject} {predicate} {thing} .\n"
            for predicate in self.predicates
            for subject, things in forward.get(predicate, {}).items()
            for thing in things
        ]
        lines += [f"{subject} {_TYPE} {kind} .\n" for kind in self.classes for subject in types.get(kind, ())]
        lines += [
            f"{subject} {predicate} {thing} .\n"
            for kind, predicates in (self.starts or {}).items()
            if kind in types
            for predicate in predicates
            if (links := forward.get(predicate))
            for subject in types[kind]
            for thing in links.get(subject, ())
        ]
        return "".join(lines)


def footprint_of(shapes: str) -> Footprint:
    """The footprint of shapes, given as N-Triples."""
    graph = _Shapes(shapes)
    starts: dict[str, set[str]] = {}
    deep = set[str]()
    for shape, links in graph.links.items():
        near, far = graph.reach(shape)
        classes = [thing for predicate, thing in links if predicate == _TARGET_CLASS]
        others = {thing for predicate, thing in links if predicate in _TARGETS}
        deep |= others
        if classes or others or graph.is_class(shape):
            deep |= far
        if others or graph.is_class(shape):
            deep |= near
        for kind in classes:
            starts.setdefault(kind, set()).update(near)
    if graph.stated & _UNBOUNDED or _TYPE in deep.union(*starts.values()):
        return Footprint(everything=True)
    kinds = {thing for links in graph.links.values() for predicate, thing in links if predicate in _CLASSES}
    return Footprint(
        everything=False,
        predicates=tuple(sorted(deep)),
        starts={kind: left for kind, own in sorted(starts.items()) if (left := tuple(sorted(own - deep)))},
        classes=tuple(sorted(kinds | {shape for shape in graph.links if graph.is_class(shape)})),
    )


class _Shapes:
    """A graph of shapes, by subject."""

    def __init__(self, shapes: str) -> None:
        self.links: dict[str, list[tuple[str, str]]] = {}
        for subject, predicate, thing in split(shapes):
            self.links.setdefault(subject, []).append((predicate, thing))
        self.stated = {predicate for links in self.links.values() for predicate, _ in links}

    def is_class(self, shape: str) -> bool:
        """Whether a shape is a class too, and so looks at its members."""
        kinds = [thing for predicate, thing in self.links[shape] if predicate == _TYPE]
        return any(kind in {f"<{RDFS}Class>", f"<{OWL}Class>"} for kind in kinds)

    def reach(self, shape: str, seen: frozenset[str] = frozenset()) -> tuple[set[str], set[str]]:
        """The predicates that a shape follows from a node itself, and those that it follows further on."""
        near, far = set[str](), set[str]()
        links = self.links.get(shape, ()) if shape not in seen else ()
        follows = any(predicate == _PATH for predicate, _ in links)
        for predicate, thing in links:
            if predicate == _PATH:
                first, rest = self._path(thing)
                near, far = near | first, far | rest
            elif predicate in _COMPARED:
                near.add(thing)
            elif predicate in _WITHIN | _LISTED:
                for inner in self._items(thing) if predicate in _LISTED else (thing,):
                    first, rest = self.reach(inner, seen | {shape})
                    near, far = near | (set() if follows else first), far | rest | (first if follows else set())
        return near, far

    def _path(self, path: str) -> tuple[set[str], set[str]]:
        """The properties that a path may start with, and those that may come later."""
        if path[0] == "<":
            return {path}, set()
        steps = self._items(path)
        if steps:
            first, rest = self._path(steps[0])
            return first, rest.union(*(part for step in steps[1:] for part in self._path(step)))
        near, far = set[str](), set[str]()
        for predicate, thing in self.links.get(path, ()):
            inner = [self._path(step) for step in (self._items(thing) or [thing])]
            found = set[str]().union(*(part for pair in inner for part in pair))
            if predicate == _ALTERNATIVE:
                near |= set[str]().union(*(first for first, _ in inner))
                far |= set[str]().union(*(rest for _, rest in inner))
            else:
                far |= found
        return near, far

    def _items(self, node: str) -> list[str]:
        """The members of a list."""
        found: list[str] = []
        while links := dict(self.links.get(node, ())):
            if _FIRST not in links:
                break
            found.append(links[_FIRST])
            node = links.get(_REST, "")
        return found
