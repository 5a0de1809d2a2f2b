"""Expressions of rules as Python source: what each gives, and whether it may be an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeVar

from danao.engine.rules.algebra import Call, Exists, Var
from danao.engine.rules.arithmetic import literal, number
from danao.engine.rules.beyond import Unsupported
from danao.engine.rules.functions import common_pattern, cutting_pattern
from danao.engine.rules.trees import asks, mentioned
from danao.statements import XSD, unescaped


@dataclass(frozen=True)
class Slot:
    """Source that gives a value: a ``term``, a ``number``, a ``text`` or a ``bool``; ``nullable`` if it may be none.

    ``iri`` if it surely is one, or surely a part of one; ``small`` if it is a whole number far from the largest, and
    ``place`` if it counts from 1. ``written`` is source of the same as a term, where that takes no computing.
    """

    code: str
    kind: str = "term"
    nullable: bool = False
    iri: bool = False
    small: bool = False
    place: bool = False
    written: str = ""


# No product of two of these is large.
SMALL = 10**6

Env = Mapping[Var, Slot]
Written = Callable[[Any], Slot]

_TO_TERM = {"number": "literal", "text": "text_term", "bool": "boolean"}


def term(slot: Slot) -> Slot:
    """The same as a term."""
    if slot.written:
        return Slot(slot.written, "term", slot.nullable)
    return slot if slot.kind == "term" else Slot(f"{_TO_TERM[slot.kind]}({slot.code})", "term", slot.nullable)


_TO_VALUE = {"number": "exact_number", "text": "plain_text"}


def read_again(slot: Slot, name: str) -> Slot:
    """What a slot gives, of the same as a term, which has a name."""
    if slot.kind not in _TO_VALUE:
        return replace(slot, code=name)
    return replace(slot, code=f"{_TO_VALUE[slot.kind]}({name})", written=name)


def _as_number(slot: Slot) -> Slot:
    if slot.kind == "number":
        return slot
    if slot.kind == "term":
        return Slot(f"number({slot.code})", "number", nullable=True)
    raise Unsupported("no number")


def _as_text(slot: Slot) -> Slot:
    if slot.kind == "text":
        return slot
    if slot.kind == "term":
        return Slot(f"plain_text({slot.code})", "text", nullable=True)
    raise Unsupported("no text")


def _as_bool(slot: Slot) -> Slot:
    if slot.kind != "bool":
        raise Unsupported("no truth value")
    return slot


_AS = {"number": _as_number, "text": _as_text, "bool": _as_bool, "term": term}

# Function of the language → kinds of its arguments (the last one for all that follow), kind of its value, our name.
_FUNCTIONS: Mapping[str, tuple[tuple[str, ...], str, str]] = {
    "CONCAT": (("text",), "text", "concatenated"),
    "SUBSTR": (("text", "number"), "text", "substring"),
    "STRBEFORE": (("text",), "text", "text_before"),
    "STRAFTER": (("text",), "text", "text_after"),
    "UCASE": (("text",), "text", "upper"),
    "LCASE": (("text",), "text", "lower"),
    "CONTAINS": (("text",), "bool", "contains"),
    "STRSTARTS": (("text",), "bool", "starts"),
    "STRENDS": (("text",), "bool", "ends"),
    "SHA1": (("text",), "text", "sha1"),
    "ROUND": (("number",), "number", "rounded"),
    "FLOOR": (("number",), "number", "floor"),
    "CEIL": (("number",), "number", "ceiling"),
    "ABS": (("number",), "number", "absolute"),
    "neg": (("number",), "number", "negative"),
    "/": (("number",), "number", "divided"),
    f"<{XSD}decimal>": (("number",), "number", "decimal"),
    "!": (("bool",), "bool", "opposite"),
    "&&": (("bool",), "bool", "both"),
    "||": (("bool",), "bool", "either"),
}
_MAY_FAIL = {"divided"}
_OPERATORS = {"+": "plus", "-": "minus", "*": "times"}
_ORDERS = {"<": "below", "<=": "at_most", ">": "above", ">=": "at_least", "=": "equal", "!=": "unequal"}
_SIGNS = {"=": "==", **{sign: sign for sign in ("!=", "<", "<=", ">", ">=")}}


class Expressions:
    """Writes expressions; ``exists`` writes a test of a group, ``fresh`` gives names that are not used yet.

    ``decimals``, ``cuts`` and ``places`` are the constants that the source names: decimals as text, patterns with
    replacements, texts in which the places of signs are asked for.
    """

    def __init__(self, exists: Callable[[Exists, Env], Slot], fresh: Callable[[str], str]) -> None:
        self._exists = exists
        self._fresh = fresh
        self.decimals: dict[str, str] = {}
        self.cuts: dict[str, tuple[str, str]] = {}
        self.places: dict[str, str] = {}
        # Sources of functions that look at nothing but their arguments, to remember what they give.
        self.functions: list[str] = []

    def remembered(self, tree: Any, env: Env) -> Slot | None:  # noqa: ANN401
        """A call that gives a number or text as such and as a term, where it is computed of terms alone."""
        names = sorted(mentioned(tree) & env.keys())
        # A single call costs no more than to look up what it gave.
        several = isinstance(tree, Call) and any(isinstance(arg, Call) for arg in tree.args)
        of_terms = all(env[name].kind == "term" or env[name].written for name in names)
        if not (several and names and of_terms) or asks(tree):
            return None
        inner = {name: read_again(env[name], self._fresh("a")) for name in names}
        value = self.write(tree, inner)
        if value.kind not in {"number", "text"} or value.written:
            return None
        name = self._fresh("m")
        head = f"def {name}({', '.join(term(slot).code for slot in inner.values())}):"
        both = f"value, {term(replace(value, code='value')).code}"
        self.functions.append(f"{head}\n  value = {value.code}\n  return {both}\n")
        return replace(value, code=f"{name}({', '.join(term(env[one]).code for one in names)})")

    def write(self, tree: Any, env: Env) -> Slot:  # noqa: ANN401, PLR0911 - one line for each form
        """The source of an expression."""
        if isinstance(tree, Var):
            return env.get(tree, Slot("None", "term", nullable=True))
        if isinstance(tree, str):
            return self._constant(tree)
        if isinstance(tree, Exists):
            return self._exists(tree, env)
        if not isinstance(tree, Call):
            raise Unsupported(type(tree).__name__)
        own = getattr(self, f"_{tree.name}", None)
        if own:
            found: Slot = own(tree.args, env)
            return found
        if tree.name in _ORDERS:
            return self._comparison(tree.name, *(self.write(arg, env) for arg in tree.args))
        if tree.name in _OPERATORS:
            return _arithmetic(tree.name, *(_as_number(self.write(arg, env)) for arg in tree.args))
        return self._function(tree, env)

    def condition(self, tree: Any, env: Env) -> str:  # noqa: ANN401
        """The source of a condition, in which an error is as good as false."""
        if isinstance(tree, Call) and tree.name in {"&&", "||"}:
            word = " and " if tree.name == "&&" else " or "
            return f"({word.join(self.condition(arg, env) for arg in tree.args)})"
        return _as_bool(self.write(tree, env)).code

    def _function(self, call: Call, env: Env) -> Slot:
        if call.name == f"<{XSD}integer>":
            return self._integer(self.write(call.args[0], env))
        if call.name not in _FUNCTIONS:
            raise Unsupported(call.name)
        kinds, kind, name = _FUNCTIONS[call.name]
        wanted = [*kinds, *(kinds[-1] for _ in call.args)]
        args = [_AS[want](self.write(arg, env)) for want, arg in zip(wanted, call.args, strict=False)]
        if name == "substring" and args[1].place and not args[0].nullable:
            return _slice(args)
        nullable = name in _MAY_FAIL or any(arg.nullable for arg in args)
        # The digits of SHA1 are signs of an IRI.
        return Slot(f"{name}({', '.join(arg.code for arg in args)})", kind, nullable, iri=name == "sha1")

    def _integer(self, slot: Slot) -> Slot:
        if slot.kind not in {"number", "text"}:
            raise Unsupported("xsd:integer() of a term")
        return Slot(f"integer({slot.code})", "number", slot.nullable or slot.kind == "text")

    def _comparison(self, sign: str, left: Slot, right: Slot) -> Slot:
        if sign in {"=", "!="} and {left.kind, right.kind} == {"number", "term"}:
            thing, value = (left, right) if left.kind == "term" else (right, left)
            name = "same_number" if sign == "=" else "other_number"
            return Slot(f"{name}({thing.code}, {value.code})", "bool", nullable=thing.nullable or value.nullable)
        if "number" in {left.kind, right.kind}:
            one, two = _as_number(left), _as_number(right)
            if one.nullable or two.nullable:
                return Slot(f"{_ORDERS[sign]}({one.code}, {two.code})", "bool", nullable=True)
            return Slot(f"({one.code} {_SIGNS[sign]} {two.code})", "bool")
        one, two = term(left), term(right)
        nullable = one.nullable or two.nullable
        if sign in {"=", "!="}:
            iris = [slot for slot in (one, two) if slot.code.startswith("'<")]
            if iris and not nullable:
                return Slot(f"({one.code} {_SIGNS[sign]} {two.code})", "bool")
            return Slot(f"{'same' if sign == '=' else 'different'}({one.code}, {two.code})", "bool", nullable=True)
        if sign in {">", ">="}:
            one, two = two, one
        name = "before" if sign in {"<", ">"} else "not_after"
        return Slot(f"{name}({one.code}, {two.code})", "bool", nullable=True)

    def _constant(self, text: str) -> Slot:
        value = number(text) if text[0] == '"' else None
        if isinstance(value, Decimal):
            return Slot(_named(self.decimals, str(value), "C"), "number", written=repr(literal(value)))
        if value is not None:
            small = abs(value) < SMALL
            return Slot(repr(value), "number", small=small, place=small and value > 0, written=repr(literal(value)))
        if text[0] == '"' and text.endswith('"'):
            return Slot(repr(unescaped(text[1:-1])), "text")
        return Slot(repr(text), iri=text[0] == "<")

    def _SO_OFTEN(self, args: Sequence[Any], env: Env) -> Slot:  # noqa: N802 - of no language
        """A number added to itself, as often as there are rows: of a sum only the whole may be too large."""
        often, value = (_as_number(self.write(arg, env)) for arg in args)
        if value.nullable:
            return Slot(f"times({often.code}, {value.code})", "number", nullable=True)
        return Slot(f"{often.code} * {value.code}", "number")

    # ---- IRIs ----

    def _IRI(self, args: Sequence[Any], env: Env) -> Slot:  # noqa: N802 - the language's names
        parts = args[0].args if isinstance(args[0], Call) and args[0].name == "CONCAT" else args
        pieces = [self._of_iri(part, env) for part in parts]
        # An IRI with a slash and more after it surely is one.
        if pieces[0].startswith("{") and all(pieces) and all(one[0] == "/" for one in pieces[1:2]):
            return Slot(f"f'<{''.join(pieces)}>'", iri=True)
        text = _as_text(self.write(args[0], env))
        return Slot(f"iri({text.code})", nullable=text.nullable, iri=True)

    def _of_iri(self, tree: Any, env: Env) -> str:  # noqa: ANN401
        """A part of an IRI, for an f-string: cut out of another one, or plain; empty where it may be anything."""
        if isinstance(tree, str) and not isinstance(tree, Var):
            plain = unescaped(tree[1:-1]) if tree.endswith('"') else ""
            return plain if _PLAIN.fullmatch(plain) else ""
        if isinstance(tree, Call) and tree.name == "STR":
            slot = self.write(tree.args[0], env)
            return "" if slot.kind != "term" or slot.nullable else f"{{{_iri_text(slot)}}}"
        if isinstance(tree, Call) and tree.name == "REPLACE":
            return self._cut(tree, env)
        slot = self.write(tree, env)
        if slot.kind != "text" or slot.nullable:
            return ""
        return f"{{{slot.code}}}" if slot.iri else f"{{PARTS[{slot.code}]}}"

    def _cut(self, tree: Call, env: Env) -> str:
        inner = tree.args[0]
        if not (isinstance(inner, Call) and inner.name == "STR"):
            return ""
        slot = self.write(inner.args[0], env)
        pattern, replacement = (_plain(arg) for arg in tree.args[1:])
        if slot.kind != "term" or slot.nullable or not re.fullmatch("[A-Za-z0-9/_.-]*", replacement):
            return ""
        return f"{{{_named(self.cuts, (cutting_pattern(pattern), replacement), 'M')}[{slot.code}]}}"

    # ---- Forms that do not look at all their arguments ----

    def _BOUND(self, args: Sequence[Any], env: Env) -> Slot:  # noqa: N802 - the language's names
        slot = env.get(args[0])
        if slot is None:
            return Slot("False", "bool")
        return Slot(f"({slot.code} is not None)" if slot.nullable else "True", "bool")

    def _IF(self, args: Sequence[Any], env: Env) -> Slot:  # noqa: N802
        test = _as_bool(self.write(args[0], env))
        one, two = _alike([self.write(arg, env) for arg in args[1:]])
        nullable = test.nullable or one.nullable or two.nullable
        if not test.nullable:
            both = one.written and two.written
            written = f"({one.written} if {test.code} else {two.written})" if both else ""
            return Slot(f"({one.code} if {test.code} else {two.code})", one.kind, nullable, written=written)
        name = self._fresh("t")
        code = f"(None if ({name} := {test.code}) is None else {one.code} if {name} else {two.code})"
        return Slot(code, one.kind, nullable)

    def _COALESCE(self, args: Sequence[Any], env: Env) -> Slot:  # noqa: N802
        slots = _alike([self.write(arg, env) for arg in args])
        found = slots[-1]
        for slot in reversed(slots[:-1]):
            name = self._fresh("t")
            code = f"({name} if ({name} := {slot.code}) is not None else {found.code})"
            found = slot if not slot.nullable else Slot(code, found.kind, found.nullable)
        return found

    def _STR(self, args: Sequence[Any], env: Env) -> Slot:  # noqa: N802
        slot = self.write(args[0], env)
        if slot.kind == "text":
            return slot
        if slot.kind == "bool":
            raise Unsupported("STR of a truth value")
        return Slot(f"{'number_string' if slot.kind == 'number' else 'string'}({slot.code})", "text", slot.nullable)

    def _STRLEN(self, args: Sequence[Any], env: Env) -> Slot:  # noqa: N802
        """The length of a text; before a sign in a given text it is the sign's place, of which there are few."""
        inner = args[0]
        if isinstance(inner, Call) and inner.name == "STRBEFORE" and isinstance(inner.args[0], str):
            mark = _as_text(self.write(inner.args[1], env))
            if not isinstance(inner.args[0], Var) and not mark.nullable:
                places = _named(self.places, _plain(inner.args[0]), "P")
                return Slot(f"{places}[{mark.code}]", "number", small=True)
        text = _as_text(self.write(inner, env))
        return Slot(f"length({text.code})", "number", text.nullable)

    def _REPLACE(self, args: Sequence[Any], env: Env) -> Slot:  # noqa: N802
        text = _as_text(self.write(args[0], env))
        pattern, replacement = (_plain(arg) for arg in args[1:])
        if "\\" in replacement or "$" in replacement:
            raise Unsupported("a replacement with groups")
        return Slot(f"replaced({text.code}, {cutting_pattern(pattern)!r}, {replacement!r})", "text", text.nullable)

    def _REGEX(self, args: Sequence[Any], env: Env) -> Slot:  # noqa: N802
        if len(args) > 2:  # noqa: PLR2004 - text and pattern
            raise Unsupported("flags of a pattern")
        text = _as_text(self.write(args[0], env))
        return Slot(f"matches({text.code}, {common_pattern(_plain(args[1]))!r})", "bool", text.nullable)

    def _ISIRI(self, args: Sequence[Any], env: Env) -> Slot:  # noqa: N802
        slot = term(self.write(args[0], env))
        if slot.nullable:
            raise Unsupported("isIRI of what may be unbound")
        return Slot(f"({slot.code}[0] == '<')", "bool")

    _ISURI = _ISIRI

    def _ISBLANK(self, args: Sequence[Any], env: Env) -> Slot:  # noqa: N802
        slot = term(self.write(args[0], env))
        if slot.nullable:
            raise Unsupported("isBlank of what may be unbound")
        return Slot(f"({slot.code}[0] == '_')", "bool")


def _iri_text(slot: Slot) -> str:
    """Source of the characters of an IRI; a name is looked at where it stands, which takes less than a call."""
    name, plain = slot.code, f"{slot.code}[1:-1]"
    if slot.iri:
        return plain
    return f'{plain} if {name}[0] == "<" else iri_text({name})' if name.isidentifier() else f"iri_text({name})"


def _slice(args: Sequence[Slot]) -> Slot:
    """SUBSTR from a place that is known to be one, and for a length that is known."""
    text, start, *rest = args
    first = str(int(start.code) - 1) if start.code.isdigit() else f"{start.code} - 1"
    # A part of a hash is as good as the whole.
    if not rest:
        return Slot(f"{text.code}[{first}:]", "text", iri=text.iri)
    if not (rest[0].place and rest[0].code.isdigit()):
        names = ", ".join(arg.code for arg in args)
        return Slot(f"substring({names})", "text", rest[0].nullable)
    last = (
        str(int(first) + int(rest[0].code))
        if first.isdigit()
        else f"{start.code} + {int(rest[0].code) - 1}".removesuffix(" + 0")
    )
    return Slot(f"{text.code}[{first}:{last}]", "text", iri=text.iri)


_Constant = TypeVar("_Constant")


def _named(names: dict[str, _Constant], value: _Constant, prefix: str) -> str:
    """The name of a constant."""
    found = next((name for name, other in names.items() if other == value), f"{prefix}{len(names)}")
    names[found] = value
    return found


# What may stand in an IRI as it is, and in an f-string.
_PLAIN = re.compile("[A-Za-z0-9/_.-]*")


def _arithmetic(sign: str, left: Slot, right: Slot) -> Slot:
    if left.nullable or right.nullable or (sign == "*" and not (left.small and right.small)):
        nullable = left.nullable or right.nullable
        return Slot(f"{_OPERATORS[sign]}({left.code}, {right.code})", "number", nullable)
    return Slot(f"({left.code} {sign} {right.code})", "number")


def _alike(slots: Sequence[Slot]) -> list[Slot]:
    """Alternatives as values of one kind."""
    kinds = {slot.kind for slot in slots}
    if len(kinds) == 1:
        return list(slots)
    if kinds == {"number", "term"}:
        return [s if s.kind == "number" else Slot(f"exact_number({s.code})", "number", s.nullable) for s in slots]
    return [term(slot) for slot in slots]


def _plain(arg: Any) -> str:  # noqa: ANN401
    if isinstance(arg, Var) or not isinstance(arg, str) or not arg.endswith('"'):
        raise Unsupported("a pattern that is no plain text")
    return unescaped(arg[1:-1])
