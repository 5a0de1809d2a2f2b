"""Contexts that a JSON-LD text names by their IRI: those that are known are put into the text, nothing is fetched."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

# From the IRI of a context to its JSON on one line; none where it is not known.
Loader = Callable[[str], str | None]

# A context is some ten thousand characters long: a text that names it again and again would fill the memory.
MAX_NAMED = 100

# Most texts write their context out, and need not be looked through.
_NAMES_ONE = re.compile(r'"@context"\s*+:\s*+["\[]')
_PARTS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}:]', re.DOTALL)
_LINE_END = re.compile("\r\n|\r|\n")


@dataclass(frozen=True)
class Named:
    """A context that a text names: its IRI, where the name starts and ends, and its line and column from 1."""

    iri: str
    start: int
    end: int
    line: int
    column: int


@dataclass(frozen=True)
class Resolved:
    """A JSON-LD text with known contexts written out, and the first name that was left: unknown, or one too many.

    Lines are those of the text as it was given; :meth:`column` leads back to its columns.
    """

    text: str
    left: Named | None = None
    grown: tuple[tuple[Named, int], ...] = ()

    def column(self, line: int, column: int) -> int:
        """The column of the text as it was given, from one of ``text``."""
        for name, growth in self.grown:
            if name.line == line and column > name.column:
                column = max(name.column, column - growth)
        return column


def no_context(_iri: str) -> str | None:
    """No context is known."""
    return None


def resolved(text: str, load: Loader) -> Resolved:
    """The text with each context that it names by an IRI replaced by what is loaded for it."""
    if not _NAMES_ONE.search(text):
        return Resolved(text)
    grown: list[tuple[Named, int]] = []
    pieces: list[str] = []
    position = 0
    for name in _named(text):
        content = load(name.iri) if len(grown) < MAX_NAMED else None
        if content is None:
            return Resolved(text, name)
        pieces += [text[position : name.start], content]
        grown.append((name, len(content) - (name.end - name.start)))
        position = name.end
    return Resolved("".join([*pieces, text[position:]]), None, tuple(grown))


def _named(text: str) -> Iterator[Named]:
    """The strings that are the value of ``@context``, or members of the array that is."""
    line, line_start, counted = 1, 0, 0
    for match in _context_strings(text):
        for end in _LINE_END.finditer(text, counted, match.start()):
            line, line_start = line + 1, end.end()
        counted = match.start()
        try:
            iri = str(json.loads(match.group()))
        except ValueError:
            # No string of JSON: the parser will say so.
            return
        yield Named(iri, match.start(), match.end(), line, match.start() - line_start + 1)


def _context_strings(text: str) -> Iterator[re.Match[str]]:
    key, awaited, depth = "", False, 0
    for match in _PARTS.finditer(text):
        piece = match.group()
        if piece.startswith('"'):
            if awaited or depth == 1:
                yield match
            key = piece
        elif depth:
            depth += 1 if piece in "[{" else -1 if piece in "]}" else 0
        elif awaited and piece == "[":
            depth = 1
        awaited = piece == ":" and key == '"@context"' and not depth
