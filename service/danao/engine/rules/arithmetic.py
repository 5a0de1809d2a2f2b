"""Numbers of compiled rules: ``int`` (xsd:integer) and ``Decimal`` (xsd:decimal), ``None`` for an error or nothing.

What pyoxigraph may compute otherwise raises :class:`~danao.engine.rules.beyond.Beyond`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_DOWN, Context, Decimal
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


# The same numbers of points and shares come again and again.
@lru_cache(maxsize=MEMO, typed=True)
def literal(value: Number | None) -> str | None:
    """A number as a term."""
    return None if value is None else _literal(value)


def _literal(value: Number) -> str:
    if not -_LARGEST < value < _LARGEST:
        raise Beyond(str(value))
    if isinstance(value, int):
        return f'"{value}"^^{_INTEGER}'
    plain = format(value, "f")
    if len(plain.partition(".")[2]) > _DIGITS:
        plain = format(EXACT.quantize(value, _PLACES), "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return f'"{"0" if plain in {"-0", ""} else plain}"^^{_DECIMAL}'


def _too_fine(value: Decimal) -> bool:
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent < -_DIGITS


def within(value: Number | None) -> Number | None:
    """A number that a term could be, as the number of that term."""
    if value is None:
        return None
    if isinstance(value, int):
        if not -_LARGEST < value < _LARGEST:
            raise Beyond(str(value))
        return value
    if value.adjusted() >= _DIGITS:
        raise Beyond(str(value))
    return EXACT.normalize(value)


def number_string(value: Number | None) -> str | None:
    """STR of a number."""
    return None if value is None else lexical(_literal(value))


# ---- Arithmetic ----


def plus(left: Number | None, right: Number | None) -> Number | None:
    """A sum."""
    return None if left is None or right is None else left + right


def minus(left: Number | None, right: Number | None) -> Number | None:
    """A difference."""
    return None if left is None or right is None else left - right


# What is multiplied by weights is most often 0 or 1.
@lru_cache(maxsize=MEMO, typed=True)
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
    over = Decimal(left)
    # It works with 38 digits: those of the dividend, 18 after the point, and as many as the divisor has there.
    if _places(right) > (19 - over.adjusted() if over else 0):
        raise Beyond(f"{left} / {right}")
    return EXACT.quantize(EXACT.divide(over, right), _PLACES)


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
