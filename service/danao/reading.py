"""From bytes to triples: syntax by name, encoding, limits, and every parser error mapped to one with a name."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from danao.contexts import MAX_NAMED, Loader, Resolved, no_context, resolved
from danao.dangers import fault_at, place_of, refuse_dangers
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
from danao.limits import Limits
from danao.statements import Graph, graph_of, split

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
class Input:
    """A named piece of input. ``format`` overrules the ending of the name."""

    name: str
    data: bytes
    format: str | None = None


def read_triples(source: Input, base: str, limits: Limits, load: Loader = no_context) -> Graph:
    """The triples of an input, graph names dropped, relative IRIs resolved under ``base``.

    JSON-LD may name a context by an IRI that ``load`` knows.

    :raises InputError: named after what is wrong, with line and column where the parser knows them.
    """
    statements = split(read_text(source, base, limits, load))
    return graph_of(statements)


def read_text(source: Input, base: str, limits: Limits, load: Loader = no_context) -> str:
    """The triples of :func:`read_triples` as N-Triples, a line each; some may stand there twice.

    :raises InputError: as there.
    """
    syntax = _format(source)
    text = decoded(source, limits)
    if not text.strip():
        raise _empty(source)
    refuse_dangers(source.name, text, syntax, limits.max_nesting)
    written = _with_contexts(source, text, load) if syntax == RdfFormat.JSON_LD else Resolved(text)
    try:
        found = _written(source, written.text, syntax, base, limits)
    except SyntaxError as fault:
        raise _syntax_fault(source, fault, syntax, written) from fault
    except MemoryError as fault:
        if not fault.args:
            raise
        raise _unbroken(source) from fault
    if not found:
        raise _empty(source)
    return found


def _unbroken(source: Input) -> TooLarge:
    # The parser says how many, and that is no lack of memory.
    return _too_large(
        Text(
            "有一段内容太长，解析器一次读不下（16 MiB）。",
            "A piece of it is longer than a parser takes at once (16 MiB).",
        ),
        Place(file=source.name),
        _SHORTER,
    )


def preloaded() -> None:
    """Load what :func:`read_triples` may need later, for a process that can open nothing by then."""
    codecs.lookup(_CHINESE)


# What a text that is no UTF-8 may be encoded in.
_CHINESE = "gb18030"


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


def decoded(source: Input, limits: Limits) -> str:
    """The text of an input.

    :raises InputError: it has more bytes than allowed, or is no UTF-8.
    """
    if len(source.data) > limits.max_bytes:
        # What a file holds beyond the limit is never read, so nobody knows how much it is.
        raise _too_large(
            Text(f"文件超过 {limits.max_bytes} 字节。", f"The file has more than {limits.max_bytes} bytes."),
            Place(file=source.name),
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
        place=place_of(source.name, before, len(before)),
        fix=Text("用编辑器另存为 UTF-8 编码后重试。", "Save it as UTF-8 with an editor and try again."),
    )


# How files begin that are no text, and what they are.
_OTHER_FILES = {
    b"\x1f\x8b": Text("gzip 压缩文件，请先解压", "a gzip file; unpack it first"),
    b"PK\x03\x04": Text(
        "zip 压缩文件或 Office 文档，请先解压或导出", "a zip file or an office document; unpack or export it first"
    ),
    b"7z\xbc\xaf": Text("7z 压缩文件，请先解压", "a 7z file; unpack it first"),
    b"\xfd7zXZ": Text("xz 压缩文件，请先解压", "an xz file; unpack it first"),
    b"BZh": Text("bzip2 压缩文件，请先解压", "a bzip2 file; unpack it first"),
    b"%PDF": Text("PDF", "a PDF"),
    codecs.BOM_UTF16_LE: Text("UTF-16", "UTF-16"),
    codecs.BOM_UTF16_BE: Text("UTF-16", "UTF-16"),
}


def _guess(data: bytes, lang: str) -> str:
    guess = next((text for start, text in _OTHER_FILES.items() if data.startswith(start)), None)
    if not guess and b"\0" in data:
        guess = Text("UTF-16", "UTF-16")
    if not guess and _is(data, _CHINESE):
        guess = Text("GBK（GB18030）", "GBK (GB18030)")
    if not guess:
        return ""
    return f"，看起来是 {guess.zh}" if lang == "zh" else f"; it looks like {guess.en}"


def _is(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


# As many triples are written at a time, so that a text which grows beyond the limit is given up soon.
_PIECE = 1_000
# Their quads may have names of graphs, which are dropped one by one.
_WITH_GRAPHS = (RdfFormat.N_QUADS, RdfFormat.TRIG, RdfFormat.JSON_LD)
# Directions of text, and triple terms, which are found soonest with the end of the predicate before them.
_DIRECTED, _TRIPLE_TERM = re.compile(rb'"@[A-Za-z0-9-]*--'), b"> <<("


def _written(source: Input, text: str, syntax: RdfFormat, base: str, limits: Limits) -> str:
    """The triples of a text as N-Triples."""

    def quads() -> Iterator[Quad]:
        return iter(parse(text, format=syntax, base_iri=base, rename_blank_nodes=True))

    # No name in short lines is long, and no prefix makes it so: there is nothing to look at in most files.
    short = not _may_be_long(text, limits.max_iri)
    found = _quickly(quads(), limits) if short and syntax not in _WITH_GRAPHS else None
    if found is None:
        found = (serialize(_within(quads(), source, limits), format=RdfFormat.N_TRIPLES) or b"").decode()
    return found


def _quickly(quads: Iterator[Quad], limits: Limits) -> str | None:
    """The triples as N-Triples; nothing where some have to be looked at one by one."""
    pieces: list[str] = []
    characters = 0
    while piece := serialize(islice(quads, _PIECE), format=RdfFormat.N_QUADS):
        if _TRIPLE_TERM in piece or _DIRECTED.search(piece):
            return None
        pieces.append(piece.decode())
        characters += len(pieces[-1])
        if _may_be_long(pieces[-1], limits.max_iri):
            return None
        if len(pieces) * _PIECE > limits.max_triples or characters > _EXPANSION * limits.max_bytes:
            return None
    return "".join(pieces)


def _may_be_long(text: str, most: int) -> bool:
    """Whether a line may have more characters: surely not if there is an end of a line in every half of that."""
    half = most // 2
    return any(text.find("\n", start, start + half) < 0 for start in range(0, len(text) - half, half))


# Prefixes and relative IRIs are short in a file and long in what is read from it.
_EXPANSION = 5


def _within(quads: Iterable[Quad], source: Input, limits: Limits) -> Iterator[Triple]:
    """The triples, as long as they keep to the limits."""
    characters = 0
    for number, quad in enumerate(quads, start=1):
        if number > limits.max_triples:
            raise _too_large(
                Text(f"三元组超过 {limits.max_triples} 个。", f"It holds more than {limits.max_triples} triples."),
                Place(file=source.name),
            )
        characters += _length(quad.triple, source, limits)
        _refuse_novelties(source, quad.triple)
        if characters > _EXPANSION * limits.max_bytes:
            raise _too_large(
                Text(
                    f"写全的三元组超过 {_EXPANSION * limits.max_bytes} 个字符。",
                    f"Written in full, the triples have more than {_EXPANSION * limits.max_bytes} characters.",
                ),
                Place(file=source.name),
            )
        yield quad.triple


def _length(triple: Triple, source: Input, limits: Limits) -> int:
    """The characters of a triple's terms."""
    total = 0
    for term in triple:
        if isinstance(term, NamedNode):
            length, most, what = len(term.value), limits.max_iri, _LONG_IRI
        elif isinstance(term, Literal):
            length, most, what = len(term.value), limits.max_literal, _LONG_LITERAL
            if len(term.language or term.datatype.value) > limits.max_iri:
                raise _too_long(len(term.language or term.datatype.value), limits.max_iri, _LONG_IRI, triple, source)
        else:
            continue
        if length > most:
            raise _too_long(length, most, what, triple, source)
        total += length
    return total


_LONG_IRI = Text("IRI 或语言标记有 {} 个字符，超过上限 {}。", "An IRI or language tag has {} characters, more than {}.")
_LONG_LITERAL = Text("文字有 {} 个字符，超过上限 {}。", "A literal has {} characters, more than {}.")


def _too_long(length: int, most: int, what: Text, triple: Triple, source: Input) -> TooLarge:
    subject = triple.subject
    node = subject.value[:_SHOWN] if isinstance(subject, NamedNode) else str(subject)
    text = Text(what.zh.format(length, most), what.en.format(length, most))
    return _too_large(text, Place(file=source.name, node=node), _SHORTER)


_SPLIT = Text(
    "按项目拆分文件，或放宽上限（命令行或 danao serve 的 --limit）。",
    "Split it by project, or allow more (--limit of the command line or of danao serve).",
)
_SHORTER = Text(
    "长文件放到别处，在描述中用地址指向它；或放宽上限（命令行或 danao serve 的 --limit）。",
    "Keep long texts in files of their own and point to them by address; or allow more (--limit of the command line or"
    " of danao serve).",
)
# As much of an IRI as a message shows.
_SHOWN = 200


def _too_large(what: Text, place: Place, fix: Text = _SPLIT) -> TooLarge:
    return TooLarge(what, place=place, fix=fix)


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
    return fault_at(place, re.sub("^Parser error [^:]*: ", "", fault.msg))


def _in_characters(fault: SyntaxError, written: Resolved) -> int | None:
    """The column of a fault in JSON as it was given; its parser counts bytes, with contexts written out."""
    if fault.lineno is None or fault.offset is None:
        return None
    line = re.split("\r\n|\r|\n", written.text)[fault.lineno - 1].encode()
    return written.column(fault.lineno, len(line[: fault.offset - 1].decode(errors="ignore")) + 1)


def _refuse_novelties(source: Input, triple: Triple) -> None:
    """Refuse triple terms and directions of text, which not every engine reads."""
    thing = triple.object
    if isinstance(thing, Triple) or (isinstance(thing, Literal) and thing.direction):
        raise RefusedContent(
            Text("文件使用了 RDF 1.2 的三元组项或文字方向。", "The file uses triple terms or directions of RDF 1.2."),
            place=Place(file=source.name, node=str(triple.subject).strip("<>")),
            fix=Text("改用普通三元组和普通语言标记。", "Use plain triples and plain language tags."),
        )
