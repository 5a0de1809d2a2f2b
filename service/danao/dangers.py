"""What a text may not hold whatever it says: it would take a parser too long, or be read in two ways."""

from __future__ import annotations

import json
import re
from xml.parsers import expat

from pyoxigraph import RdfFormat

from danao.errors import Place, RefusedContent, SyntaxFault, Text, TooLarge


def refuse_dangers(file: str, text: str, syntax: RdfFormat, nesting: int) -> None:
    """Look through a text before it is parsed.

    :raises TooLarge: brackets or elements are nested deeper than allowed.
    :raises RefusedContent: XML with a document type, JSON that says one thing twice.
    :raises SyntaxFault: it is no XML.
    """
    deepest = _deepest(file, text, syntax, nesting)
    if deepest > nesting:
        raise TooLarge(
            Text(f"嵌套有 {deepest} 层，超过上限 {nesting}。", f"It is nested {deepest} deep, more than {nesting}."),
            place=Place(file=file),
            fix=Text("给嵌套的结点各自的 IRI，平铺书写。", "Give nested nodes IRIs of their own and write them flat."),
        )


def _deepest(file: str, text: str, syntax: RdfFormat, nesting: int) -> int:
    if syntax == RdfFormat.RDF_XML:
        return _Elements(file).read(text)
    if syntax == RdfFormat.JSON_LD:
        return _json_depth(file, text)
    # Lines of N-Triples nest in one way only, and nearly none do.
    if syntax in (RdfFormat.N_TRIPLES, RdfFormat.N_QUADS) and "<<" not in text:
        return 0
    # What opens no more often than it may nest needs no closer look.
    if sum(map(text.count, ("[", "(", "{", "<<"))) <= nesting:
        return 0
    return _turtle_depth(text)


def fault_at(place: Place, message: str) -> SyntaxFault:
    """What a parser stopped at."""
    return SyntaxFault(
        Text(f"语法错误：{message}", f"Syntax error: {message}"),
        place=place,
        fix=Text(
            "改正该处后重试；常见原因是缺少结尾的 . 或引号。", "Mend this spot; a missing final . or quote is common."
        ),
    )


def place_of(file: str, text: str, position: int) -> Place:
    """The line and column of a position in a text."""
    line_start = text.rfind("\n", 0, position) + 1
    return Place(file=file, line=text.count("\n", 0, position) + 1, column=position - line_start + 1)


# ---- Turtle and its kin ----

# Strings, IRIs, comments and escaped characters are skipped, so that a bracket in a title is none. What is not closed
# is skipped up to the end: looking for its end again from each quote would take hours.
_TURTLE_TOKENS = re.compile(
    r'"""(?:[^"\\]++|\\.|"(?!""))*+(?:""")?'
    r"|'''(?:[^'\\]++|\\.|'(?!''))*+(?:''')?"
    r'|"(?:[^"\\\n]++|\\.)*+"?'
    r"|'(?:[^'\\\n]++|\\.)*+'?"
    r"|\\.|<[^<>\s]*+>|#[^\n]*+|(?P<open><<\(?|[\[({])|(?P<close>\)?>>|[\])}])",
    re.DOTALL,
)


def _turtle_depth(text: str) -> int:
    depth = deepest = 0
    for match in _TURTLE_TOKENS.finditer(text):
        if match.lastgroup == "open":
            depth += 1
            deepest = max(deepest, depth)
        elif match.lastgroup == "close":
            depth -= 1
    return deepest


# ---- JSON ----

_JSON_TOKENS = re.compile(r'(?P<string>"(?:[^"\\]++|\\.)*+"?)(?P<name>\s*+:)?|[\[{]|[\]}]', re.DOTALL)


def _json_depth(file: str, text: str) -> int:
    """How deep objects and arrays are nested; no object may have two members of one name."""
    deepest = 0
    names: list[set[str]] = []
    for match in _JSON_TOKENS.finditer(text):
        sign = match.group()
        if match["name"] and names:
            name = _string(match["string"])
            if name in names[-1]:
                raise _twice(place_of(file, text, match.start()), name)
            names[-1].add(name)
        elif sign in "[{":
            names.append(set())
            deepest = max(deepest, len(names))
        elif sign in "]}" and names:
            names.pop()
    return deepest


def _string(token: str) -> str:
    """What a JSON string says; one that is wrong, as it is, for the parser to refuse."""
    if "\\" not in token:
        return token[1:-1]
    try:
        return str(json.loads(token))
    except ValueError:
        return token


def _twice(place: Place, name: str) -> RefusedContent:
    shown = name[:100]
    return RefusedContent(
        Text(
            f"JSON 对象中“{shown}”出现了两次，不同的程序会读出不同的内容。",
            f"'{shown}' stands twice in one JSON object, which programs read in different ways.",
        ),
        place=place,
        fix=Text("把几个值写成一个数组，或删去多余的一个。", "Write the values as one array, or remove one of them."),
    )


# ---- XML ----


class _Elements:
    """The elements of an RDF/XML text: the RDF parser tells no line, and takes a file that was cut off for whole."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = self._refuse_document_type
        self._parser.EndDoctypeDeclHandler = self._refuse_document_type
        self._depth = self._deepest = 0

    def read(self, text: str) -> int:
        """How deep elements are nested.

        :raises SyntaxFault: it is no XML.
        :raises RefusedContent: it has a document type, which is where entities are declared.
        """
        try:
            self._parser.Parse(text, True)  # noqa: FBT003 - expat takes no keyword
        except expat.ExpatError as fault:
            if self._deepest or fault.code != expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS]:
                raise fault_at(self._place(fault.lineno, fault.offset), expat.ErrorString(fault.code)) from fault
        return self._deepest

    def _start(self, _name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        self._deepest = max(self._deepest, self._depth)

    def _end(self, _name: str) -> None:
        self._depth -= 1

    def _refuse_document_type(self, *_declared: object) -> None:
        raise RefusedContent(
            Text("RDF/XML 中有 DOCTYPE 或实体声明。", "The RDF/XML has a DOCTYPE or declares entities."),
            place=self._place(self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber),
            fix=Text("写出完整的 IRI，删去 DOCTYPE。", "Write IRIs in full and remove the DOCTYPE."),
        )

    def _place(self, line: int, before: int) -> Place:
        return Place(file=self._file, line=line, column=before + 1)
