"""From bytes to triples: syntax by name, encoding, limits, and every parser error mapped to one with a name."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath
from xml.parsers import expat

from pyoxigraph import Literal, Quad, RdfFormat, Triple, parse

from danao.contexts import MAX_NAMED, Loader, Resolved, no_context, resolved
from danao.errors import (
    EmptyInput,
    Place,
    RefusedContent,
    SyntaxFault,
    Text,
    TooLarge,
    UnknownFormat,
    WrongEncoding,
)

FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "turtle": RdfFormat.TURTLE,
    "jsonld": RdfFormat.JSON_LD,
    "json": RdfFormat.JSON_LD,
    "rdf": RdfFormat.RDF_XML,
    "xml": RdfFormat.RDF_XML,
    "owl": RdfFormat.RDF_XML,
    "nt": RdfFormat.N_TRIPLES,
    "ntriples": RdfFormat.N_TRIPLES,
    "nq": RdfFormat.N_QUADS,
    "nquads": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
}


@dataclass(frozen=True)
class Limits:
    """What one input may hold at most: bytes, triples, and brackets within brackets."""

    max_bytes: int = 20_000_000
    max_triples: int = 200_000
    max_nesting: int = 100


@dataclass(frozen=True)
class Input:
    """A named piece of input. ``format`` overrules the ending of the name."""

    name: str
    data: bytes
    format: str | None = None


def read_triples(source: Input, base: str, limits: Limits, load: Loader = no_context) -> frozenset[Triple]:
    """The triples of an input, graph names dropped, relative IRIs resolved under ``base``.

    JSON-LD may name a context by an IRI that ``load`` knows.

    :raises InputError: named after what is wrong, with line and column where the parser knows them.
    """
    syntax = _format(source)
    text = _decoded(source, limits)
    if not text.strip():
        raise _empty(source)
    _refuse_dangers(source, text, syntax, limits)
    written = _with_contexts(source, text, load) if syntax == RdfFormat.JSON_LD else Resolved(text)
    quads = parse(written.text, format=syntax, base_iri=base, rename_blank_nodes=True)
    try:
        triples = frozenset(quad.triple for quad in _counted(quads, source, limits))
    except SyntaxError as fault:
        raise _syntax_fault(source, fault, syntax, written) from fault
    _refuse_novelties(source, triples)
    if not triples:
        raise _empty(source)
    return triples


def _empty(source: Input) -> EmptyInput:
    return EmptyInput(
        Text("文件中没有任何三元组。", "The file holds no triple."),
        place=Place(file=source.name),
        fix=Text(
            "检查是否选错了文件，或导出是否完成。",
            "Check that it is the right file and that it was written completely.",
        ),
    )


def _format(source: Input) -> RdfFormat:
    ending = (source.format or PurePath(source.name).suffix).lower().removeprefix(".")
    if ending in FORMATS:
        return FORMATS[ending]
    known = "ttl jsonld rdf nt nq trig"
    raise UnknownFormat(
        Text(
            f"看不出文件的格式（“{ending or '无扩展名'}”）。", f"The format cannot be told ('{ending or 'no ending'}')."
        ),
        place=Place(file=source.name),
        fix=Text(
            f"改用下列扩展名之一，或用 --format 指明：{known}。",
            f"Use one of these endings or name it with --format: {known}.",
        ),
    )


def _decoded(source: Input, limits: Limits) -> str:
    if len(source.data) > limits.max_bytes:
        raise TooLarge(
            Text(
                f"文件有 {len(source.data)} 字节，超过上限 {limits.max_bytes}。",
                f"The file has {len(source.data)} bytes, more than {limits.max_bytes}.",
            ),
            place=Place(file=source.name),
            fix=Text("按项目拆分文件。", "Split it by project."),
        )
    data = source.data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode()
    except UnicodeDecodeError as fault:
        raise _wrong_encoding(source, data[: fault.start].decode()) from fault
    # UTF-16 without a mark at its start is UTF-8 as long as it is ASCII, with a zero beside every character.
    if "\0" in text:
        raise _wrong_encoding(source, text[: text.index("\0")])
    return text


def _wrong_encoding(source: Input, before: str) -> WrongEncoding:
    return WrongEncoding(
        Text(
            f"文件不是 UTF-8 编码{_guess(source.data, 'zh')}。",
            f"The file is not encoded in UTF-8{_guess(source.data, 'en')}.",
        ),
        place=_place_of(source, before, len(before)),
        fix=Text("用编辑器另存为 UTF-8 编码后重试。", "Save it as UTF-8 with an editor and try again."),
    )


def _guess(data: bytes, lang: str) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data:
        return "，看起来是 UTF-16" if lang == "zh" else "; it looks like UTF-16"
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return "，看起来是 GBK（GB18030）" if lang == "zh" else "; it looks like GBK (GB18030)"


def _refuse_dangers(source: Input, text: str, syntax: RdfFormat, limits: Limits) -> None:
    deepest = _Elements(source).read(text) if syntax == RdfFormat.RDF_XML else _nesting(text, syntax)
    if deepest > limits.max_nesting:
        raise TooLarge(
            Text(
                f"嵌套有 {deepest} 层，超过上限 {limits.max_nesting}。",
                f"It is nested {deepest} deep, more than {limits.max_nesting}.",
            ),
            place=Place(file=source.name),
            fix=Text("给嵌套的结点各自的 IRI，平铺书写。", "Give nested nodes IRIs of their own and write them flat."),
        )


class _Elements:
    """The elements of an RDF/XML text: the RDF parser tells no line, and takes a file that was cut off for whole."""

    def __init__(self, source: Input) -> None:
        self._source = source
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = self._refuse_entity
        self._depth = self._deepest = 0

    def read(self, text: str) -> int:
        """How deep elements are nested.

        :raises SyntaxFault: it is no XML.
        :raises RefusedContent: it declares entities.
        """
        try:
            self._parser.Parse(text, True)  # noqa: FBT003 - expat takes no keyword
        except expat.ExpatError as fault:
            if self._deepest or fault.code != expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS]:
                raise _fault_at(self._place(fault.lineno, fault.offset), expat.ErrorString(fault.code)) from fault
        return self._deepest

    def _start(self, _name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        self._deepest = max(self._deepest, self._depth)

    def _end(self, _name: str) -> None:
        self._depth -= 1

    def _refuse_entity(self, *_declared: object) -> None:
        raise RefusedContent(
            Text("RDF/XML 中声明了实体。", "The RDF/XML declares entities."),
            place=self._place(self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber),
            fix=Text("写出完整的 IRI，删去 DOCTYPE。", "Write IRIs in full and remove the DOCTYPE."),
        )

    def _place(self, line: int, before: int) -> Place:
        return Place(file=self._source.name, line=line, column=before + 1)


# Strings, IRIs, comments and escaped characters are skipped, so that a bracket in a title is none. What is not closed
# is skipped up to the end: looking for its end again from each quote would take hours.
_TURTLE_TOKENS = re.compile(
    r'"""(?:[^"\\]++|\\.|"(?!""))*+(?:""")?'
    r"|'''(?:[^'\\]++|\\.|'(?!''))*+(?:''')?"
    r'|"(?:[^"\\\n]++|\\.)*+"?'
    r"|'(?:[^'\\\n]++|\\.)*+'?"
    r"|\\.|<[^<>\s]*+>|#[^\n]*+|[\[({]|[\])}]",
    re.DOTALL,
)
_JSON_TOKENS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


def _nesting(text: str, syntax: RdfFormat) -> int:
    if syntax in (RdfFormat.N_TRIPLES, RdfFormat.N_QUADS):
        return 0
    depth = deepest = 0
    tokens = _JSON_TOKENS if syntax == RdfFormat.JSON_LD else _TURTLE_TOKENS
    for match in tokens.finditer(text):
        if match.group() in "[({":
            depth += 1
            deepest = max(deepest, depth)
        elif match.group() in "])}":
            depth -= 1
    return deepest


def _counted(quads: Iterable[Quad], source: Input, limits: Limits) -> Iterable[Quad]:
    for number, quad in enumerate(quads, start=1):
        if number > limits.max_triples:
            raise TooLarge(
                Text(f"三元组超过上限 {limits.max_triples}。", f"It holds more than {limits.max_triples} triples."),
                place=Place(file=source.name),
                fix=Text("按项目拆分文件。", "Split it by project."),
            )
        yield quad


def _with_contexts(source: Input, text: str, load: Loader) -> Resolved:
    """JSON-LD with the contexts it names written out.

    :raises RefusedContent: it names one that is not known; nothing is fetched.
    :raises TooLarge: it names one again and again.
    """
    written = resolved(text, load)
    if written.left is None:
        return written
    place = Place(file=source.name, line=written.left.line, column=written.left.column)
    if load(written.left.iri):
        raise TooLarge(
            Text(f"上下文被引用超过 {MAX_NAMED} 次。", f"Contexts are named more than {MAX_NAMED} times."),
            place=place,
            fix=Text("在文件开头引用一次即可。", "Name it once, at the top of the file."),
        )
    raise _remote_context(place)


def _remote_context(place: Place) -> RefusedContent:
    return RefusedContent(
        Text("JSON-LD 引用了远程上下文，不会去下载。", "The JSON-LD names a remote context; nothing is fetched."),
        place=place,
        fix=Text(
            "把 @context 的内容写进文件，或引用标准自己的上下文（见 danao context）。",
            "Put the content of the @context into the file, or name the standard's own (see 'danao context').",
        ),
    )


def _syntax_fault(
    source: Input, fault: SyntaxError, syntax: RdfFormat, written: Resolved
) -> SyntaxFault | RefusedContent:
    column = _in_characters(fault, written) if syntax == RdfFormat.JSON_LD else fault.offset
    place = Place(file=source.name, line=fault.lineno, column=column)
    if syntax == RdfFormat.JSON_LD and "load remote contexts" in fault.msg:
        return _remote_context(place)
    return _fault_at(place, re.sub("^Parser error [^:]*: ", "", fault.msg))


def _in_characters(fault: SyntaxError, written: Resolved) -> int | None:
    """The column of a fault in JSON as it was given; its parser counts bytes, with contexts written out."""
    if fault.lineno is None or fault.offset is None:
        return None
    line = re.split("\r\n|\r|\n", written.text)[fault.lineno - 1].encode()
    return written.column(fault.lineno, len(line[: fault.offset - 1].decode(errors="ignore")) + 1)


def _fault_at(place: Place, message: str) -> SyntaxFault:
    return SyntaxFault(
        Text(f"语法错误：{message}", f"Syntax error: {message}"),
        place=place,
        fix=Text(
            "改正该处后重试；常见原因是缺少结尾的 . 或引号。", "Mend this spot; a missing final . or quote is common."
        ),
    )


def _refuse_novelties(source: Input, triples: Iterable[Triple]) -> None:
    """Refuse triple terms and directions of text, which not every engine reads."""
    for triple in triples:
        thing = triple.object
        if isinstance(thing, Triple) or (isinstance(thing, Literal) and thing.direction):
            raise RefusedContent(
                Text(
                    "文件使用了 RDF 1.2 的三元组项或文字方向。", "The file uses triple terms or directions of RDF 1.2."
                ),
                place=Place(file=source.name, node=str(triple.subject).strip("<>")),
                fix=Text("改用普通三元组和普通语言标记。", "Use plain triples and plain language tags."),
            )


def _place_of(source: Input, text: str, position: int) -> Place:
    line_start = text.rfind("\n", 0, position) + 1
    return Place(file=source.name, line=text.count("\n", 0, position) + 1, column=position - line_start + 1)
