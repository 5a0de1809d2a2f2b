"""IRIs and texts that are not what they look like: odd schemes, disguised addresses, characters nobody sees.

What is refused can be told apart by a machine only: a reader, a browser or a terminal would take it for something
else. What may be meant as it is written is warned of.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Container, Iterable, Iterator
from functools import cached_property
from urllib.parse import urlsplit

from danao.errors import Place, Problem, Text
from danao.knowledge import Knowledge
from danao.namespaces import OWL, RDF_TYPE, local_name
from danao.statements import Statement, lexical

# Name, what is wrong, text and fix of a statement that is refused.
Fault = tuple[str, str, Text, Text]

# The one place that says which addresses may be linked to: none of these runs anything or reads this machine's files.
SCHEMES = frozenset({"http", "https", "urn", "mailto", "tel", "tag", "info", "geo"})

# What a terminal or an editor obeys instead of showing it: controls, changes of direction, what is no character.
_CONTROL = "\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\U000e0001-\U000e007f"
# What takes no room: it may be a remnant of copying, or make two names of one.
_INVISIBLE = "\xad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028\u2029\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0"
_CONTROLS = re.compile(f"[{_CONTROL}]")
# In a literal as N-Triples writes it, where some of these are escaped.
_MAY_CONTROL = re.compile(f"[{_CONTROL}]|\\\\[bfuU]")
_INVISIBLES = re.compile(f"[{_INVISIBLE}]")
_UNSEEN = re.compile(f"[{_CONTROL}{_INVISIBLE}]")

# Letters of scripts that have look-alikes of Latin ones, and full-width forms of these.
_OTHER = "\u0370-\u03ff\u0400-\u052f\u0531-\u058f\u13a0-\u13ff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
_FOREIGN = re.compile(f"[{_OTHER}]")
_ODD = re.compile(f"[{_INVISIBLE}{_OTHER}]")
_MAY_BE_ODD = re.compile(f"[{_INVISIBLE}{_OTHER}]|\\\\[uU]")
_WORD = re.compile(f"[A-Za-z{_OTHER}]*+")

# Longer values are cut where they are told.
_LONGEST = 200
# As many unknown terms are compared with all that there are.
_MOST_HINTS = 100


def shown(text: str) -> str:
    """A value from outside as it is told: cut to a length, with what nobody sees as its number."""
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…（{len(text)}）"
    return _UNSEEN.sub(lambda match: f"\\u{ord(match.group()):04X}", cut)


class Names:
    """Looks at the terms of one description or examination, at each of them once."""

    def __init__(self, knowledge: Knowledge, base: str) -> None:
        self.knowledge = knowledge
        self._base = base
        self._known: dict[str, Fault | None] = {}
        self._nearest: dict[str, str | None] = {}
        self._vocabulary = _vocabulary(knowledge)
        plain = re.compile(f"<{re.escape(base)}{_PLAIN_PATH}>" if not base.startswith(knowledge.namespaces) else "$.")
        # Matches a term that is an address below ours, written plainly.
        self.is_plainly_ours = plain.fullmatch
        self._host = (urlsplit(base).hostname or "").rstrip(".")

    def fault(self, statement: Statement) -> Fault | None:
        """What keeps a statement from being taken in."""
        for term in statement:
            if term[0] == "<" and (fault := self._fault_of(term)):
                return fault
        thing = statement[2]
        if thing[0] != '"' or not _CONTROLS.search(value := lexical(thing)):
            return None
        return _control(value)

    def faulty(self, term: str) -> bool:
        """Whether there is a fault in a term."""
        if term[0] == "<":
            return self._fault_of(term) is not None
        # No character of these is printable, and an escaped one may be any.
        return term[0] == '"' and not (term.isprintable() and "\\" not in term) and bool(_MAY_CONTROL.search(term))

    def plain_literals(self, terms: Iterable[str]) -> list[str]:
        """The literals among terms, where no character of any is escaped, or one that nobody sees."""
        literals = [term for term in terms if term[0] == '"']
        together = "".join(literals)
        return literals if together.isprintable() and "\\" not in together else []

    def _fault_of(self, term: str) -> Fault | None:
        if term not in self._known:
            self._known[term] = None if self.is_plainly_ours(term) else self._iri_fault(term[1:-1])
        return self._known[term]

    def _iri_fault(self, iri: str) -> Fault | None:
        if iri.startswith(self.knowledge.namespaces) and iri.isascii():
            return None
        if _UNSEEN.search(iri):
            return _control(iri)
        if iri.partition(":")[0].lower() not in SCHEMES:
            return _scheme(iri)
        if self._disguised(iri):
            return _disguise(iri)
        if iri.startswith(self._base):
            return None
        intended = self._vocabulary.intended(iri)
        return _look_alike(iri, intended) if intended else None

    # ---- Addresses ----

    def _disguised(self, iri: str) -> bool:
        """Whether an IRI is written differently from the address below ours that a browser opens for it."""
        if iri.startswith(self._base):
            return bool(_DISGUISE.search(re.split("[?#]", iri[len(self._base) :])[0]))
        if not iri.lower().startswith(("http:", "https:")):
            return False
        # Another host is another place, if it is written so that nobody can take it for ours.
        if (plain := _PLAIN_ADDRESS.fullmatch(iri)) and plain[1] != self._host:
            return False
        try:
            return _opened(iri).startswith(_opened(self._base))
        except ValueError:
            # A host or port that is none.
            return True

    # ---- Terms ----

    def nearest(self, term: str) -> str | None:
        """The term of that name in another namespace, else the most similar name in its own.

        Nothing is looked for when many terms were: a file full of them is no slip of the hand.
        """
        if term not in self._nearest and len(self._nearest) < _MOST_HINTS:
            self._nearest[term] = _nearest(term, self.knowledge)
        return self._nearest.get(term)


class _Vocabulary:
    """The terms of a knowledge by what they look like, worked out once for all descriptions."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._resembled: dict[str, list[str]] = {}
        self._terms: dict[str, dict[str, str]] = {}
        self._letters = _Letters()

    def intended(self, iri: str) -> str | None:
        """The term that an IRI looks like without being it."""
        name, space = local_name(iri), iri.removesuffix(local_name(iri))
        # Case tells classes from properties in many vocabularies, so a name in its own namespace is taken at its word.
        if len(iri) > _LONGEST or (space in self._spaces and name.isascii()):
            return None
        if space not in self._resembled:
            if len(self._resembled) > _MOST_SPACES:
                self._resembled.clear()
            self._resembled[space] = list(self._spaces_like(space))
        alike = self._resembled[space]
        if not alike:
            return None
        terms = (term for own in alike if (term := self._looks(own).get(self._look(name))))
        ours = (own for own in alike if own in self._knowledge.namespaces and self._spaces[own] == self._look(space))
        return next(terms, None) or next(ours, None)

    def _spaces_like(self, space: str) -> Iterator[str]:
        """The namespaces that one looks like: those that look the same, and of ours those that look nearly so."""
        look = self._look(space)
        for own, its_look in self._spaces.items():
            if look == its_look or (own in self._knowledge.namespaces and _close(look, its_look)):
                yield own

    def _looks(self, space: str) -> dict[str, str]:
        """The classes, properties and other names of a namespace, by what their local names look like."""
        if space not in self._terms:
            names = [iri for iri in sorted(self._knowledge.index) if iri.startswith(space) and self._is_term(iri)]
            self._terms[space] = {self._look(local_name(iri)): iri for iri in names}
        return self._terms[space]

    def _is_term(self, iri: str) -> bool:
        kinds = self._knowledge.values(iri, RDF_TYPE)
        return iri.startswith(self._knowledge.namespaces) or any(kind.startswith(OWL) for kind in kinds)

    def _look(self, name: str) -> str:
        return _skeleton(name, self._letters)

    @cached_property
    def _spaces(self) -> dict[str, str]:
        """The namespaces of all that the knowledge describes, and what they look like."""
        spaces = {iri.removesuffix(local_name(iri)) for iri in self._knowledge.index}
        return {space: self._look(space) for space in sorted(spaces)}


def _vocabulary(knowledge: Knowledge) -> _Vocabulary:
    if "vocabulary" not in knowledge.notes:
        knowledge.notes["vocabulary"] = _Vocabulary(knowledge)
    found: _Vocabulary = knowledge.notes["vocabulary"]
    return found


# Dot segments, doubled or encoded slashes, and characters encoded that need not be.
_DISGUISE = re.compile(
    r"(?:^|/)(?:\.|%2e){1,2}(?:/|$)|//|^/|\\|%(?:2[DEF]|3[0-9]|4[1-9A-F]|5[0-9ACF]|6[1-9A-F]|7[0-9AE])", re.IGNORECASE
)


def _opened(iri: str) -> str:
    """The address that a browser opens: host in lower case, without user, default port and dot segments.

    :raises ValueError: it has no host or port that can be one.
    """
    parts = urlsplit(iri)
    port = "" if parts.port in {None, _PORTS[parts.scheme]} else f":{parts.port}"
    segments: list[str] = []
    for segment in re.split(r"/|\\|%2f|%5c", parts.path, flags=re.IGNORECASE):
        plain = re.sub("%2e", ".", segment, flags=re.IGNORECASE)
        if plain == "..":
            segments = segments[:-1]
        elif plain not in {"", "."}:
            segments.append(plain)
    end = [""] if parts.path.endswith("/") else []
    return "/".join(["", "", f"{(parts.hostname or '').rstrip('.')}{port}", *segments, *end])


# Segments of letters, digits and signs that mean themselves, none of dots only.
_PLAIN_PATH = r"(?:[A-Za-z0-9_~][A-Za-z0-9._~-]*+/)*+[A-Za-z0-9_~][A-Za-z0-9._~-]*+"
_PLAIN_ADDRESS = re.compile(rf"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)*)/(?:{_PLAIN_PATH}/?)?(?:#[A-Za-z0-9._~/-]*)?")
# Namespaces from outside are remembered, as long as they are few.
_MOST_SPACES = 10_000
_PORTS = {"http": 80, "https": 443}


def _nearest(term: str, knowledge: Knowledge) -> str | None:
    name = local_name(term)
    known = [iri for iri in knowledge.index if iri.startswith(knowledge.namespaces)]
    if namesakes := sorted(iri for iri in known if local_name(iri) == name):
        return namesakes[0]
    home = next(space for space in sorted(knowledge.namespaces, key=len, reverse=True) if term.startswith(space))
    names = {local_name(iri): iri for iri in known if iri.startswith(home)}
    close = difflib.get_close_matches(name[:_LONGEST], names, n=1)
    return names[close[0]] if close else None


def _close(look: str, own: str) -> bool:
    """Whether two namespaces differ in a slip of the hand."""
    matcher = difflib.SequenceMatcher(None, look, own)
    # From the cheapest to the exact one.
    ratios = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)
    return all(ratio() * _PERCENT > _ALIKE for ratio in ratios)


_PERCENT, _ALIKE = 100, 85


class _Letters(dict[int, str]):
    """For ``str.translate``: the Latin letter that a sign of another script looks like; each is looked up once."""

    def __missing__(self, code: int) -> str:
        self[code] = _latin(chr(code)) if _FOREIGN.match(chr(code)) else chr(code)
        return self[code]


def _latin(sign: str) -> str:
    plain = unicodedata.normalize("NFKC", sign)
    if plain.isascii():
        return plain
    # Its tables take as long to load as a description to read; hardly any description needs them.
    from confusable_homoglyphs import confusables

    for found in confusables.is_confusable(plain, greedy=True, preferred_aliases=["latin"]) or ():
        for glyph in found["homoglyphs"]:
            if glyph["c"].isascii():
                return str(glyph["c"])
    return sign


def _skeleton(text: str, letters: _Letters) -> str:
    """What a name looks like: case, scheme, separators at its ends and letters of other scripts put aside."""
    plain = re.sub(r"^[a-z]+:/*(www\.)?", "", text.translate(letters).lower())
    return plain.strip("/#?. ")


# ---- Faults ----


def _control(text: str) -> Fault:
    return (
        "ControlCharacter",
        shown(text),
        Text(
            "这里有控制字符、改变文字方向或看不见的字符，显示出来的和实际内容不同。",
            "It holds control characters, changes of direction or characters nobody sees, and shows as something else.",
        ),
        Text("重新输入这段文字或地址，不要粘贴。", "Type the text or address again instead of pasting it."),
    )


def _scheme(iri: str) -> Fault:
    known = ", ".join(f"{scheme}:" for scheme in sorted(SCHEMES))
    return (
        "RefusedScheme",
        shown(iri),
        Text(
            "IRI 的协议不在允许之列：点开它可能运行程序、读取本机文件，或什么也打不开。",
            "The scheme of the IRI is not allowed: opening it may run a program, read local files or lead nowhere.",
        ),
        Text(
            f"可用的协议：{known}。如果冒号前是前缀，请先声明它。",
            f"Schemes: {known}. If a prefix stands before the colon, declare it.",
        ),
    )


def _disguise(iri: str) -> Fault:
    return (
        "DisguisedAddress",
        shown(iri),
        Text(
            "地址的写法和浏览器打开的不同，会被当成别的结点。",
            "The address is written differently from what a browser opens, and would pass for another node.",
        ),
        Text(
            "写成最简形式：小写主机名，不用 ..、//、默认端口、用户名和多余的百分号编码。",
            "Write it plainly: host in lower case; no .., //, default port, user or needless percent-encoding.",
        ),
    )


def _look_alike(iri: str, intended: str) -> Fault:
    return (
        "LookAlikeTerm",
        shown(iri),
        Text(
            "这个词看起来是知识库的词，其实不是，写下的内容会被悄悄忽略。",
            "This looks like a term of the knowledge and is not; what it says would be ignored without a word.",
        ),
        Text(f"是不是 {intended}？", f"Did you mean {intended}?"),
    )


# ---- Warnings ----


def warnings(statements: Iterable[Statement], refused: Container[Statement], file: str) -> Iterator[Problem]:
    """Texts with characters that take no room, and words in letters of several scripts; not in what is refused."""
    letters = _Letters()
    # None of these is ASCII, but an escaped one may be any.
    odd = (
        one
        for one in statements
        if (thing := one[2])[0] == '"' and not (thing.isascii() and "\\" not in thing) and _MAY_BE_ODD.search(thing)
    )
    texts = ((one, text) for one in odd if one not in refused and _ODD.search(text := lexical(one[2])))
    for (subject, predicate, _), text in sorted(texts):
        place = Place(file=file, node=subject[1:-1] if subject[0] == "<" else "")
        if _INVISIBLES.search(text):
            yield Problem(*_INVISIBLE_CHARACTER, place, *_INVISIBLE_TEXTS, predicate[1:-1], shown(text))
        if any(_mixed(word, letters) for word in _WORD.findall(text)):
            yield Problem(*_MIXED_SCRIPTS, place, *_MIXED_TEXTS, predicate[1:-1], shown(text))


def _mixed(word: str, letters: _Letters) -> bool:
    """Whether a word looks Latin throughout, but is not."""
    return not word.isascii() and re.search("[A-Za-z]", word) is not None and word.translate(letters).isascii()


_INVISIBLE_CHARACTER = ("InvisibleCharacter", "warning")
_MIXED_SCRIPTS = ("MixedScripts", "warning")
_INVISIBLE_TEXTS = (
    Text(
        "文字中有不占宽度的字符，看不出来，却使相同的名称变得不同。",
        "The text holds characters without width: nobody sees them, and they make equal names differ.",
    ),
    Text("重新输入这段文字；确实需要时不用理会。", "Type the text again, or leave it where they are needed."),
)
_MIXED_TEXTS = (
    Text(
        "一个词里混有形似拉丁字母的其他字母或全角字符，看着一样，却不是同一个名称。",
        "A word mixes Latin letters with look-alikes of other scripts or full-width ones: it is not the name it shows.",
    ),
    Text("用同一种输入法重新输入；确实如此时不用理会。", "Type the word again, or leave it where it is meant."),
)
