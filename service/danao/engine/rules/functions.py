"""What compiled rules call beside arithmetic: SPARQL's operators on terms in N-Triples syntax, and on texts.

``None`` is an error or an unbound variable. What is not computed exactly as pyoxigraph does raises
:class:`~danao.engine.rules.beyond.Beyond`: the rule is then run by pyoxigraph.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain

from danao.engine.rules.arithmetic import DATE, Number, number
from danao.engine.rules.beyond import Beyond, Unsupported
from danao.statements import MEMO, XSD, lexical, quoted, unescaped


def boolean(value: bool | None) -> str | None:  # noqa: FBT001 - a truth value is what it is about
    """A truth value as a term."""
    return None if value is None else f'"{str(value).lower()}"^^<{XSD}boolean>'


def text_term(text: str | None) -> str | None:
    """A text as a term."""
    return None if text is None else quoted(text)


@lru_cache(maxsize=MEMO)
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
        if len(self) > MEMO:
            self.clear()
        text = self._pattern.sub(self._replacement, iri_text(term))
        if not _PART.fullmatch(text):
            raise Beyond(text)
        self[term] = text
        return text


class Parts(dict[str, str]):
    """Texts that may stand in an IRI as they are; any other is beyond."""

    def __missing__(self, text: str) -> str:
        if not _PART.fullmatch(text):
            raise Beyond(text)
        if len(self) > MEMO:
            self.clear()
        self[text] = text
        return text


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


_DATES = re.compile(rf'"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}"\^\^{DATE}')


@lru_cache(maxsize=MEMO)
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
    if False in values:
        return False
    return None if None in values else True


def either(*values: bool | None) -> bool | None:
    """``||``."""
    if True in values:
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


@lru_cache(maxsize=MEMO)
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


@lru_cache(maxsize=MEMO)
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
        if len(self) > MEMO:
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
        if len(self) > MEMO:
            self.clear()
        place = self[term] = (1, term[1:-1])
        return place


def objects_of(facts: Mapping[str, Mapping[str, Iterable[str]]]) -> dict[str, None]:
    """What facts by predicate and subject lead to, each once."""
    return dict.fromkeys(chain.from_iterable(chain.from_iterable(links.values() for links in facts.values())))


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
