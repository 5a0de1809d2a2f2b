"""Numbers of compiled rules: ``int`` (xsd:integer) and ``Decimal`` (xsd:decimal), ``None`` for an error or nothing.

What pyoxigraph may compute otherwise raises :class:`~danao.engine.rules.beyond.Beyond`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from danao.engine.rules.beyond import Beyond
from danao.statements import MEMO, XSD, lexical

Number = int | Decimal

_INTEGER, _DECIMAL = f"<{XSD}integer>", f"<{XSD}decimal>"
_DIGITS = 18
# Decimals of a store have 18 digits after the point, and about 20 before it.
_PLACES = Decimal((0, (1,), -_DIGITS))
_LARGEST = 10**18
# So far from the largest that sums of a few never reach it.
_NUMERAL = re.compile(r"-?[0-9]{1,17}(?:\.[0-9]{1,18})?")
EXACT = Context(prec=60, rounding=ROUND_DOWN)
# Names of their own: looking one up in a context, or naming a way to round, takes as long as what it does.
_quotient, _at_places, _normal = EXACT.divide, EXACT.quantize, EXACT.normalize
_downward, _upward, _half_up, _half_down = (
    Context(prec=60, rounding=way).to_integral_value
    for way in (ROUND_FLOOR, ROUND_CEILING, ROUND_HALF_UP, ROUND_HALF_DOWN)
)
DATE = f"<{XSD}date>"


# ---- Numbers and terms ----


@lru_cache(maxsize=MEMO)
def number(term: str | None) -> Number | None:
    """The number that a term is, or nothing."""
    if term is None or term[0] != '"':
        return None
    text, _, kind = term[1:].rpartition('"')
    if kind == f"^^{_DECIMAL}" and _NUMERAL.fullmatch(text):
        return Decimal(text)
    if kind == f"^^{_INTEGER}" and _NUMERAL.fullmatch(text) and "." not in text:
        return int(text)
    if kind.startswith(f"^^<{XSD}") and kind != f"^^{DATE}":
        # Floats, the kinds of integers, what is too large and what is no number: their arithmetic is not this one's.
        raise Beyond(term)
    return None


@lru_cache(maxsize=MEMO)
def exact_number(term: str | None) -> Number | None:
    """The number that a term is; an unbound one is none, and any other term is beyond."""
    found = number(term)
    if found is None and term is not None:
        raise Beyond(term)
    return found


def literal(value: Number | None) -> str | None:
    """A number as a term."""
    if value is None:
        return None
    if isinstance(value, int):
        return _whole(value)
    # No cache: the hash of a decimal takes longer than its text.
    if value.adjusted() >= _DIGITS:
        raise Beyond(str(value))
    plain = str(value) if value else "0"
    if "E" in plain:
        plain = format(value, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return f'"{plain}"^^{_DECIMAL}'


@lru_cache(maxsize=MEMO)
def _whole(value: int) -> str:
    return f'"{within(value)}"^^{_INTEGER}'


def _too_fine(value: Decimal) -> bool:
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent < -_DIGITS


def within(value: Number | None) -> Number | None:
    """A number that a term could be, as the number of that term; one that is too large is beyond."""
    if value is None:
        return None
    if isinstance(value, int):
        if not -_LARGEST < value < _LARGEST:
            raise Beyond(str(value))
        return value
    if value.adjusted() >= _DIGITS:
        raise Beyond(str(value))
    return _normal(value)


def number_string(value: Number | None) -> str | None:
    """STR of a number."""
    text = literal(value)
    return None if text is None else lexical(text)


# ---- Arithmetic ----


def plus(left: Number | None, right: Number | None) -> Number | None:
    """A sum."""
    return None if left is None or right is None else left + right


def minus(left: Number | None, right: Number | None) -> Number | None:
    """A difference."""
    return None if left is None or right is None else left - right


def times(left: Number | None, right: Number | None) -> Number | None:
    """A product; one that is too large, or has more places than a store keeps, is beyond."""
    if left is None or right is None:
        return None
    if not (isinstance(left, int) or isinstance(right, int)):
        return _product(left, right)
    # A whole number adds no places.
    product = left * right
    return within(product) if isinstance(product, int) or product.adjusted() >= _DIGITS else product


# What is multiplied by weights is most often 0 or 1.
@lru_cache(maxsize=MEMO)
def _product(left: Decimal, right: Decimal) -> Decimal:
    product = left * right
    if product.adjusted() >= _DIGITS or _too_fine(product):
        raise Beyond(str(product))
    return product


def divided(left: Number | None, right: Number | None) -> Decimal | None:
    """A quotient, cut after 18 places; one that pyoxigraph has no digits left for is beyond."""
    if left is None or right is None or right == 0:
        return None
    over = Decimal(left)
    # It works with 38 digits: those of the dividend, 18 after the point, and as many as the divisor has there, which
    # are no more than 18.
    most = _DIGITS + 1 - over.adjusted() if over else 0
    if most < _DIGITS and _places(right) > most:
        raise Beyond(f"{left} / {right}")
    return _at_places(_quotient(over, right), _PLACES)


@lru_cache(maxsize=MEMO)
def _places(value: Number) -> int:
    """The digits after the point; a number that ends in zeros before it has less than none."""
    exponent = EXACT.normalize(Decimal(value)).as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def negative(value: Number | None) -> Number | None:
    """The number with the other sign."""
    return None if value is None else -value


def floor(value: Number | None) -> Number | None:
    """FLOOR."""
    return value if value is None or isinstance(value, int) else _downward(value)


def ceiling(value: Number | None) -> Number | None:
    """CEIL."""
    return value if value is None or isinstance(value, int) else _upward(value)


def rounded(value: Number | None) -> Number | None:
    """ROUND: to the nearest whole number, up from halves."""
    if value is None or isinstance(value, int):
        return value
    return _half_down(value) if value.is_signed() else _half_up(value)


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
