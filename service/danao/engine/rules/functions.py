"""What compiled rules call: SPARQL's operators on terms in N-Triples syntax and on Python's numbers.

Numbers are ``int`` (xsd:integer) and ``Decimal`` (xsd:decimal), ``None`` is an error or an unbound variable. What is
not computed exactly as pyoxigraph does raises :class:`Beyond`: the rule is then run by pyoxigraph.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from decimal import ROUND_DOWN, Context, Decimal
from functools import lru_cache

from danao.statements import XSD, lexical, quoted, unescaped


class Beyond(Exception):
    """A value that compiled rules do not compute with."""


class Unsupported(Exception):
    """A query or a shape uses what is not compiled."""


Number = int | Decimal

_INTEGER, _DECIMAL = f"<{XSD}integer>", f"<{XSD}decimal>"
_DATE = f"<{XSD}date>"
_DIGITS = 18
# Decimals of a store have 18 digits after the point, and about 20 before it.
_PLACES = Decimal((0, (1,), -_DIGITS))
_LARGEST = 10**18
# So far from the largest that sums of a few never reach it.
_NUMERAL = re.compile(r"-?[0-9]{1,17}(?:\.[0-9]{1,18})?")
EXACT = Context(prec=60, rounding=ROUND_DOWN)
_MEMO = 65_536


# ---- Numbers and terms ----


@lru_cache(maxsize=_MEMO)
def number(term: str | None) -> Number | None:
    """The number that a term is, or nothing."""
    if term is None or term[0] != '"':
        return None
    text, _, kind = term[1:].rpartition('"')
    if kind == f"^^{_DECIMAL}" and _NUMERAL.fullmatch(text):
        return Decimal(text)
    if kind == f"^^{_INTEGER}" and _NUMERAL.fullmatch(text) and "." not in text:
        return int(text)
    if kind.startswith(f"^^<{XSD}") and kind != f"^^{_DATE}":
        # Floats, the kinds of integers, what is too large and what is no number: their arithmetic is not this one's.
        raise Beyond(term)
    return None


@lru_cache(maxsize=_MEMO)
def exact_number(term: str | None) -> Number | None:
    """The number that a term is; an unbound one is none, and any other term is beyond."""
    found = number(term)
    if found is None and term is not None:
        raise Beyond(term)
    return found


@lru_cache(maxsize=_MEMO)
def _literal(value: Number, kind: str) -> str:
    if not -_LARGEST < value < _LARGEST:
        raise Beyond(str(value))
    if kind == "int":
        return f'"{value}"^^{_INTEGER}'
    cut = EXACT.quantize(Decimal(value), _PLACES) if _too_fine(Decimal(value)) else value
    plain = format(cut, "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return f'"{"0" if plain in {"-0", ""} else plain}"^^{_DECIMAL}'


def _too_fine(value: Decimal) -> bool:
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent < -_DIGITS


def literal(value: Number | None) -> str | None:
    """A number as a term."""
    return None if value is None else _literal(value, type(value).__name__)


def boolean(value: bool | None) -> str | None:  # noqa: FBT001 - a truth value is what it is about
    """A truth value as a term."""
    return None if value is None else f'"{str(value).lower()}"^^<{XSD}boolean>'


def text_term(text: str | None) -> str | None:
    """A text as a term."""
    return None if text is None else quoted(text)


@lru_cache(maxsize=_MEMO)
def plain_text(term: str | None) -> str | None:
    """The text that a plain literal is; other literals are beyond, and nodes are none."""
    if term is None or term[0] != '"':
        return None
    if not term.endswith('"'):
        raise Beyond(term)
    return unescaped(term[1:-1])


def string(term: str | None) -> str | None:
    """STR of a term; of a blank node it is beyond."""
    if term is None:
        return None
    if term[0] == "_":
        raise Beyond(term)
    return term[1:-1] if term[0] == "<" else lexical(term)


def number_string(value: Number | None) -> str | None:
    """STR of a number."""
    return None if value is None else lexical(_literal(value, type(value).__name__))


# What may stand in any part of an IRI, and IRIs that surely are some.
_SIGN = r"[A-Za-z0-9._~!$&'()*+,;=:@/?\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef-]*"
_SAFE = rf"{_SIGN}(?:%[0-9A-Fa-f]{{2}}{_SIGN})*"
_PART = re.compile(_SAFE)
_IRI = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.-]*:(?://[A-Za-z0-9.-]*(?::[0-9]*)?(?:[/?]{_SAFE})?|(?!//){_SAFE})(?:#{_SAFE})?"
)


def iri(text: str | None) -> str | None:
    """The IRI of a text."""
    if text is None:
        return None
    if not _IRI.fullmatch(text):
        raise Beyond(text)
    return f"<{text}>"


def iri_text(term: str) -> str:
    """The characters of an IRI; any other term is beyond."""
    if term[0] != "<":
        raise Beyond(term)
    return term[1:-1]


class Cuts(dict[str, str]):
    """What is left of each IRI when a pattern in it is replaced; terms of a standard are asked for again and again."""

    def __init__(self, pattern: str, replacement: str) -> None:
        self._pattern, self._replacement = re.compile(pattern), replacement

    def __missing__(self, term: str) -> str:
        if len(self) > _MEMO:
            self.clear()
        text = self._pattern.sub(self._replacement, iri_text(term))
        if not _PART.fullmatch(text):
            raise Beyond(text)
        self[term] = text
        return text


# ---- Arithmetic ----


def plus(left: Number | None, right: Number | None) -> Number | None:
    """A sum."""
    return None if left is None or right is None else left + right


def minus(left: Number | None, right: Number | None) -> Number | None:
    """A difference."""
    return None if left is None or right is None else left - right


# What is multiplied by weights is most often 0 or 1.
@lru_cache(maxsize=_MEMO, typed=True)
def times(left: Number | None, right: Number | None) -> Number | None:
    """A product; one that is too large, or has more places than a store keeps, is beyond."""
    if left is None or right is None:
        return None
    product = left * right
    if not -_LARGEST < product < _LARGEST or (isinstance(product, Decimal) and _too_fine(product)):
        raise Beyond(str(product))
    return product


def divided(left: Number | None, right: Number | None) -> Decimal | None:
    """A quotient, cut after 18 places; one that pyoxigraph has no digits left for is beyond."""
    if left is None or right is None or right == 0:
        return None
    over, under = Decimal(left), EXACT.normalize(Decimal(right))
    exponent = under.as_tuple().exponent
    # It works with 38 digits: those of the dividend, 18 after the point, and as many as the divisor has there.
    if isinstance(exponent, int) and -exponent > (19 - over.adjusted() if over else 0):
        raise Beyond(f"{left} / {right}")
    return EXACT.quantize(EXACT.divide(over, under), _PLACES)


def negative(value: Number | None) -> Number | None:
    """The number with the other sign."""
    return None if value is None else -value


def floor(value: Number | None) -> Number | None:
    """FLOOR."""
    return value if value is None or isinstance(value, int) else value.to_integral_value(rounding="ROUND_FLOOR")


def ceiling(value: Number | None) -> Number | None:
    """CEIL."""
    return value if value is None or isinstance(value, int) else value.to_integral_value(rounding="ROUND_CEILING")


def rounded(value: Number | None) -> Number | None:
    """ROUND: to the nearest whole number, up from halves."""
    if value is None or isinstance(value, int):
        return value
    return value.to_integral_value(rounding="ROUND_HALF_DOWN" if value < 0 else "ROUND_HALF_UP")


def absolute(value: Number | None) -> Number | None:
    """ABS."""
    return None if value is None else max(value, -value)


def integer(value: Number | str | None) -> int | None:
    """xsd:integer() of a number, or of a text that is one."""
    if value is None:
        return None
    if isinstance(value, str):
        if re.fullmatch("[+-]?[0-9]{1,17}", value):
            return int(value)
        if re.search("[^0-9+-]", value):
            return None
        raise Beyond(value)
    return int(value)


def decimal(value: Number | None) -> Decimal | None:
    """xsd:decimal() of a number."""
    return None if value is None else Decimal(value)


def total(values: Iterable[Number | None]) -> Number:
    """SUM of numbers; with an error among them it is beyond."""
    found = list(values)
    if None in found:
        raise Beyond("an unbound value in a sum")
    return sum(value for value in found if value is not None)


def average(values: Iterable[Number | None]) -> Number:
    """AVG of numbers."""
    found = list(values)
    return divided(total(found), len(found)) if found else 0  # type: ignore[return-value]


def least(values: Iterable[Number | None]) -> Number:
    """MIN of numbers, errors left out; of none it is beyond."""
    found = [value for value in values if value is not None]
    if not found:
        raise Beyond("nothing to compare")
    return min(found)


def greatest(values: Iterable[Number | None]) -> Number:
    """MAX of numbers, errors left out; of none it is beyond."""
    found = [value for value in values if value is not None]
    if not found:
        raise Beyond("nothing to compare")
    return max(found)


# ---- Comparison ----


def same(left: str | None, right: str | None) -> bool | None:
    """``=`` of two terms."""
    if left is None or right is None:
        return None
    if left == right and not left.startswith('"NaN"'):
        return True
    if left[0] != '"' or right[0] != '"':
        return False
    one, two = number(left), number(right)
    if one is not None and two is not None:
        return one == two
    if left[-1] == right[-1] == '"' or _dates(left, right):
        return False
    raise Beyond(f"{left} = {right}")


def _dates(left: str, right: str) -> bool:
    """Whether both are dates without a time zone, whose text sorts as they do."""
    return _is_date(left) and _is_date(right)


_DATES = re.compile(rf'"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}"\^\^{_DATE}')


@lru_cache(maxsize=_MEMO)
def _is_date(term: str) -> bool:
    if not _DATES.fullmatch(term):
        return False
    try:
        dt.date.fromisoformat(term[1:11])
    except ValueError:
        return False
    return True


def different(left: str | None, right: str | None) -> bool | None:
    """``!=`` of two terms."""
    equal = same(left, right)
    return None if equal is None else not equal


def before(left: str | None, right: str | None) -> bool | None:
    """``<`` of two terms."""
    if left is None or right is None:
        return None
    if _dates(left, right):
        return left < right
    one, two = number(left), number(right)
    if one is not None and two is not None:
        return one < two
    if left[0] != '"' or right[0] != '"':
        return None
    raise Beyond(f"{left} < {right}")


def not_after(left: str | None, right: str | None) -> bool | None:
    """``<=`` of two terms."""
    after = before(right, left)
    return None if after is None else not after


def same_number(term: str | None, value: Number | None) -> bool | None:
    """``=`` of a term and a number."""
    if term is None or value is None:
        return None
    found = number(term)
    if found is None and term[0] == '"':
        raise Beyond(term)
    return found == value


def other_number(term: str | None, value: Number | None) -> bool | None:
    """``!=`` of a term and a number."""
    equal = same_number(term, value)
    return None if equal is None else not equal


def below(left: Number | None, right: Number | None) -> bool | None:
    """``<`` of numbers."""
    return None if left is None or right is None else left < right


def at_most(left: Number | None, right: Number | None) -> bool | None:
    """``<=`` of numbers."""
    return None if left is None or right is None else left <= right


def above(left: Number | None, right: Number | None) -> bool | None:
    """``>`` of numbers."""
    return None if left is None or right is None else left > right


def at_least(left: Number | None, right: Number | None) -> bool | None:
    """``>=`` of numbers."""
    return None if left is None or right is None else left >= right


def equal(left: Number | None, right: Number | None) -> bool | None:
    """``=`` of numbers."""
    return None if left is None or right is None else left == right


def unequal(left: Number | None, right: Number | None) -> bool | None:
    """``!=`` of numbers."""
    return None if left is None or right is None else left != right


# ---- Logic with errors ----


def both(*values: bool | None) -> bool | None:
    """``&&``."""
    if any(value is False for value in values):
        return False
    return None if None in values else True


def either(*values: bool | None) -> bool | None:
    """``||``."""
    if any(value is True for value in values):
        return True
    return None if None in values else False


def opposite(value: bool | None) -> bool | None:  # noqa: FBT001 - a truth value is what it is about
    """``!``."""
    return None if value is None else not value


# ---- Texts ----


def concatenated(*texts: str | None) -> str | None:
    """CONCAT."""
    return None if None in texts else "".join(texts)  # type: ignore[arg-type]


# What means the same in the patterns of XPath and of Python, and what does not although its signs do: groups of a kind,
# arithmetic of classes, braces that count nothing, what takes and gives nothing back.
_COMMON = re.compile(r"(?:[A-Za-z0-9 _/#:;,@%&=<>~^$.|()\[\]{}*+?-]|\\[Ssnrt.])*")
_OTHER = re.compile(r"\(\?|\[[^\]]*(?:\[|\$|&&|--|~~)|\[\^?\]|\{(?![0-9]+(?:,[0-9]*)?\})|[*+?}]\+")


def common_pattern(pattern: str) -> str:
    """A pattern for Python's ``re``, where it means the same.

    :raises Unsupported: it may mean something else.
    """
    if not _COMMON.fullmatch(pattern) or _OTHER.search(pattern):
        raise Unsupported(f"a pattern of another dialect: {pattern}")
    common = pattern.replace("$", r"\Z")
    try:
        re.compile(common)
    except re.error as fault:
        raise Unsupported(str(fault)) from fault
    return common


def cutting_pattern(pattern: str) -> str:
    """A pattern for REPLACE: one that also matches nothing is replaced in other places.

    :raises Unsupported: it may mean something else.
    """
    common = common_pattern(pattern)
    if re.search(common, ""):
        raise Unsupported(f"a pattern that matches nothing: {pattern}")
    return common


@lru_cache(maxsize=_MEMO)
def replaced(text: str | None, pattern: str, replacement: str) -> str | None:
    """REPLACE with a pattern that was checked when the rule was compiled."""
    return None if text is None else re.sub(pattern, replacement, text)


def matches(text: str | None, pattern: str) -> bool | None:
    """REGEX with a pattern that was checked when the rule was compiled."""
    return None if text is None else re.search(pattern, text) is not None


def substring(text: str | None, start: Number | None, length: Number | None = None) -> str | None:
    """SUBSTR: from a place counted from 1."""
    if text is None or start is None:
        return None
    if type(start) is not int or start < 1 or not (length is None or type(length) is int):
        raise Beyond("SUBSTR from no whole number, or from before the start")
    return text[start - 1 :] if length is None else text[start - 1 : start - 1 + max(0, length)]


@lru_cache(maxsize=_MEMO)
def sha1(text: str | None) -> str | None:
    """SHA1, in hexadecimal digits."""
    return None if text is None else hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def length(text: str | None) -> int | None:
    """STRLEN."""
    return None if text is None else len(text)


class Places(dict[str, int]):
    """How many signs of a text stand before a mark: none where it is empty, or not in it."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __missing__(self, mark: str) -> int:
        if len(self) > _MEMO:
            self.clear()
        place = self[mark] = max(self._text.find(mark), 0)
        return place


def text_before(text: str | None, mark: str | None) -> str | None:
    """STRBEFORE."""
    if text is None or mark is None:
        return None
    head, found, _ = text.partition(mark) if mark else ("", "", "")
    return head if found else ""


def text_after(text: str | None, mark: str | None) -> str | None:
    """STRAFTER."""
    if text is None or mark is None:
        return None
    return text.partition(mark)[2] if mark else text


def upper(text: str | None) -> str | None:
    """UCASE."""
    return None if text is None else text.upper()


def lower(text: str | None) -> str | None:
    """LCASE."""
    return None if text is None else text.lower()


def contains(text: str | None, part: str | None) -> bool | None:
    """CONTAINS."""
    return None if text is None or part is None else part in text


def starts(text: str | None, part: str | None) -> bool | None:
    """STRSTARTS."""
    return None if text is None or part is None else text.startswith(part)


def ends(text: str | None, part: str | None) -> bool | None:
    """STRENDS."""
    return None if text is None or part is None else text.endswith(part)


# ---- Order ----


class Ranks(dict[str | None, tuple[int, str]]):
    """Where ORDER BY puts a term: unbound, then IRIs; the order of literals is beyond."""

    def __missing__(self, term: str | None) -> tuple[int, str]:
        if term is None:
            return 0, ""
        if term[0] != "<":
            raise Beyond(term)
        if len(self) > _MEMO:
            self.clear()
        place = self[term] = (1, term[1:-1])
        return place


def indexed(
    rows: Iterable[tuple[str | None, ...]], keys: tuple[int, ...]
) -> dict[object, list[tuple[str | None, ...]]]:
    """Rows by the terms at some of their places, one term alone or several as a tuple; an unbound one is beyond."""
    found: dict[object, list[tuple[str | None, ...]]] = {}
    for row in rows:
        key = row[keys[0]] if len(keys) == 1 else tuple(row[place] for place in keys)
        if any(row[place] is None for place in keys):
            raise Beyond("an unbound variable joins")
        found.setdefault(key, []).append(row)
    return found
