"""Constraints of SHACL Core, and the paths they look along, as functions over indexed facts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterator, Sequence

from danao.engine.rules.arithmetic import number
from danao.engine.rules.beyond import Beyond, Unsupported
from danao.engine.rules.functions import before, common_pattern, not_after
from danao.engine.rules.program import Index
from danao.engine.shape import Constraint, Path, Shape, Test
from danao.namespaces import RDF, SH, XSD
from danao.statements import lexical


def forward(predicate: str) -> Path:
    """Along a property."""

    def follow(index: Index, node: str) -> Sequence[str]:
        links = index.forward.get(predicate)
        return tuple(links.get(node, ())) if links else ()

    return follow


def backward(predicate: str) -> Path:
    """Against a property."""
    return lambda index, node: index.reverse(predicate).get(node, ())


def sequence(steps: Sequence[Path]) -> Path:
    """Steps one after the other."""

    def follow(index: Index, node: str) -> Sequence[str]:
        nodes: Sequence[str] = (node,)
        for step in steps:
            if len(nodes) == 1:
                nodes = step(index, nodes[0])
            else:
                nodes = list(dict.fromkeys(end for start in nodes for end in step(index, start)))
        return nodes

    return follow


def alternatives(steps: Sequence[Path]) -> Path:
    """Any of several paths."""
    return lambda index, node: list(dict.fromkeys(end for step in steps for end in step(index, node)))


# ---- Numbers of values ----


def count_of(term: str) -> int:
    """A number of values.

    :raises Unsupported: it is none.
    """
    value = number(term)
    if not isinstance(value, int):
        raise Unsupported("a count that is no whole number")
    return value


def qualified(shape: Shape, least: int | None, most: int | None) -> Constraint:
    """So many values that conform to a shape."""

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


def node_kind(kind: str) -> Test:
    """Values of a kind of node."""
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


def datatype(kind: str) -> Test:
    """Literals of a datatype.

    :raises Unsupported: its lexical forms are not known here.
    """
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


def matching(pattern: str, flags: str) -> Test:
    """Values whose text matches a pattern.

    :raises Unsupported: it may mean something else to others.
    """
    if flags not in {"", "i"}:
        raise Unsupported(f"flags {flags}")
    compiled = re.compile(common_pattern(pattern), re.IGNORECASE if flags else 0)
    return lambda value: value[0] != "_" and compiled.search(lexical(value)) is not None


def language_in(ranges: Sequence[str]) -> Test:
    """Texts in one of some languages."""

    def fits(value: str) -> bool:
        language = value.rpartition('"@')[2].lower() if value[0] == '"' and value[-1] not in '">' else ""
        return any(language == one or (language and language.startswith(f"{one}-")) for one in ranges)

    return fits


def at_least(bound: str) -> Test:
    """Values not below a bound."""
    return lambda value: not_after(bound, value) is True


def at_most(bound: str) -> Test:
    """Values not above a bound."""
    return lambda value: not_after(value, bound) is True


def more_than(bound: str) -> Test:
    """Values above a bound."""
    return lambda value: before(bound, value) is True


def less(bound: str) -> Test:
    """Values below a bound."""
    return lambda value: before(value, bound) is True


def conforming(shape: Shape, *, wanted: bool) -> Constraint:
    """Values that conform to a shape, or do not."""
    return lambda index, _focus, values: [value for value in values if shape.conforms(index, value) is not wanted]


def combined(name: str, shapes: Sequence[Shape]) -> Constraint:
    """Values that conform to all, some or exactly one of some shapes."""
    enough = _enough(name, len(shapes))

    def check(index: Index, _focus: str, values: Sequence[str]) -> Sequence[str]:
        return [value for value in values if not enough(sum(shape.conforms(index, value) for shape in shapes))]

    return check


def fitting(name: str, shapes: Sequence[Shape]) -> Test:
    """The same of shapes that look at a value alone."""
    enough = _enough(name, len(shapes))
    return lambda value: enough(sum(shape.is_sound(value) for shape in shapes))


def _enough(name: str, number: int) -> Callable[[int], bool]:
    """Whether so many of a number of shapes are as many as are asked for."""
    return {
        "and": lambda fitting: fitting == number,
        "or": lambda fitting: fitting > 0,
        "xone": lambda fitting: fitting == 1,
    }[name]


# ---- Values together ----


def has_value(term: str) -> Constraint:
    """A value that has to be among those of a node."""
    return lambda _index, _focus, values: () if term in values else (None,)


def unique_languages(_index: Index, _focus: str, values: Sequence[str]) -> Sequence[None]:
    """No more than one text a language."""
    if len(values) == 1:
        return ()
    languages = [value.rpartition('"@')[2].lower() for value in values if value[0] == '"' and value[-1] not in '">']
    return [None for language in set(languages) if languages.count(language) > 1]


def less_than(predicate: str) -> Constraint:
    """Values below each of what another property leads to."""
    return lambda index, focus, values: [
        value for value in values for other in _others(index, focus, predicate) if before(value, other) is not True
    ]


def less_than_or_equals(predicate: str) -> Constraint:
    """Values not above any of what another property leads to."""
    return lambda index, focus, values: [
        value for value in values for other in _others(index, focus, predicate) if not_after(value, other) is not True
    ]


def disjoint(predicate: str) -> Constraint:
    """Values that are none of what another property leads to."""
    return lambda index, focus, values: [value for value in values if value in _others(index, focus, predicate)]


def _others(index: Index, focus: str, predicate: str) -> Collection[str]:
    """What another property of a node leads to."""
    return index.forward.get(predicate, {}).get(focus, ())
