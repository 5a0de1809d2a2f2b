"""What a set of shapes can look at: it need not be given anything else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from danao.engine.rules.program import Index
from danao.namespaces import RDF_FIRST, RDF_TYPE, RDFS, SH
from danao.statements import split

_TYPE, _SUBCLASS = f"<{RDF_TYPE}>", f"<{RDFS}subClassOf>"
# Their objects are properties that the shapes follow or compare.
_FOLLOWED = {
    f"<{SH}{name}>"
    for name in (
        *("path", "inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"),
        *("equals", "disjoint", "lessThan", "lessThanOrEquals", "targetSubjectsOf", "targetObjectsOf"),
    )
} | {f"<{RDF_FIRST}>"}
_CLASSES = {f"<{SH}class>", f"<{SH}targetClass>"}
# With these, anything may matter.
_UNBOUNDED = {f"<{SH}{name}>" for name in ("closed", "sparql", "target", "rule", "js")}


@dataclass(frozen=True)
class Footprint:
    """The predicates that shapes follow, and the classes that they ask about; without predicates, everything."""

    predicates: tuple[str, ...] | None
    classes: tuple[str, ...]

    def text(self, index: Index) -> str:
        """The facts that the shapes can look at, as N-Triples."""
        if self.predicates is None:
            return "".join([f"{s} {p} {o} .\n" for s, p, o in index.statements()])
        lines = [
            f"{subject} {predicate} {thing} .\n"
            for predicate in self.predicates
            for subject, things in index.forward.get(predicate, {}).items()
            for thing in things
        ]
        types = index.reverse(_TYPE)
        lines += [f"{subject} {_TYPE} {kind} .\n" for kind in self.classes for subject in types.get(kind, ())]
        return "".join(lines)


def footprint_of(shapes: str) -> Footprint:
    """The footprint of shapes, given as N-Triples."""
    statements = split(shapes)
    if any(predicate in _UNBOUNDED for _, predicate, _ in statements):
        return Footprint(None, ())
    followed = _objects(statements, _FOLLOWED) | {_SUBCLASS}
    if _TYPE in followed:
        return Footprint(tuple(sorted(followed)), ())
    implicit = {subject for subject, predicate, thing in statements if predicate == _TYPE and thing.endswith("Class>")}
    return Footprint(tuple(sorted(followed)), tuple(sorted(_objects(statements, _CLASSES) | implicit)))


def _objects(statements: Iterable[tuple[str, str, str]], predicates: set[str]) -> set[str]:
    return {thing for _, predicate, thing in statements if predicate in predicates and thing[0] == "<"}
