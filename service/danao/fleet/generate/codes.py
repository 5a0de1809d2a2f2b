"""Unified social credit codes (GB 32100-2015) of invented bodies: valid in form, nobody's in fact."""

from __future__ import annotations

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# GB 11714: 0–9 and A–Z count 0–35.
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION, _WHOLE = 11, 31
# Marks the codes of examples; six characters follow.
_EXAMPLE = "E"
_FREE = 6


def credit_code(kind: str, division: str, series: str, number: int) -> str:
    """The code of the body of a number in a series (one character): kind (2), division (6), organisation (9), check."""
    organisation = f"{_EXAMPLE}{series}{_written(number)}"
    code = f"{kind}{division}{organisation}{_organisation_check(organisation)}"
    return code + check_character(code)


def check_character(code: str) -> str:
    """The last character of a code, by the seventeen before it."""
    total = sum(_ALPHABET.index(sign) * weight for sign, weight in zip(code, _WEIGHTS, strict=True))
    return _ALPHABET[-total % _WHOLE]


def _organisation_check(organisation: str) -> str:
    """The ninth character of an organisation code, by the eight before it."""
    total = sum(_LETTERS.index(sign) * weight for sign, weight in zip(organisation, _ORGANISATION_WEIGHTS, strict=True))
    check = -total % _ORGANISATION
    return "X" if check == _ORGANISATION - 1 else str(check)


def _written(number: int) -> str:
    signs = []
    for _ in range(_FREE):
        number, place = divmod(number, _WHOLE)
        signs.append(_ALPHABET[place])
    return "".join(reversed(signs))
