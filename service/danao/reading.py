"""From bytes to triples: syntax by name, encoding, limits, and every parser error mapped to one with a name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from pyoxigraph import Quad, RdfFormat, Triple, parse

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


def read_triples(source: Input, base: str, limits: Limits) -> frozenset[Triple]:
    """The triples of an input, graph names dropped, relative IRIs resolved under ``base``.

    :raises InputError: named after what is wrong, with line and column where the parser knows them.
    """
    syntax = _format(source)
    text = _decoded(source, limits)
    _refuse_dangers(source, text, syntax, limits)
    try:
        triples = frozenset(
            quad.triple
            for quad in _counted(parse(text, format=syntax, base_iri=base, rename_blank_nodes=True), source, limits)
        )
    except SyntaxError as fault:
        raise _syntax_fault(source, fault) from fault
    _refuse_triple_terms(source, triples)
    if not triples:
        raise EmptyInput(
            Text("文件中没有任何三元组。", "The file holds no triple."),
            place=Place(file=source.name),
            fix=Text(
                "检查是否选错了文件，或导出是否完成。",
                "Check that it is the right file and that it was written completely.",
            ),
        )
    return triples


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
            fix=Text(
                "按项目拆分文件，或调高设置中的上限。", "Split it by project, or raise the limit in the settings."
            ),
        )
    try:
        return source.data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        before = source.data[: fault.start]
        place = Place(
            file=source.name,
            line=before.count(b"\n") + 1,
            column=fault.start - (before.rfind(b"\n") + 1) + 1,
        )
        raise WrongEncoding(
            Text(
                f"文件不是 UTF-8 编码{_guess(source.data, 'zh')}。",
                f"The file is not encoded in UTF-8{_guess(source.data, 'en')}.",
            ),
            place=place,
            fix=Text("用编辑器另存为 UTF-8 编码后重试。", "Save it as UTF-8 with an editor and try again."),
        ) from fault


def _guess(data: bytes, lang: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "，看起来是 UTF-16" if lang == "zh" else "; it looks like UTF-16"
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return "，看起来是 GBK（GB18030）" if lang == "zh" else "; it looks like GBK (GB18030)"


def _refuse_dangers(source: Input, text: str, syntax: RdfFormat, limits: Limits) -> None:
    if syntax == RdfFormat.RDF_XML and "<!ENTITY" in text:
        raise RefusedContent(
            Text("RDF/XML 中声明了实体。", "The RDF/XML declares entities."),
            place=_place_of(source, text, text.index("<!ENTITY")),
            fix=Text("写出完整的 IRI，删去 DOCTYPE。", "Write IRIs in full and remove the DOCTYPE."),
        )
    deepest = _nesting(text, syntax)
    if deepest > limits.max_nesting:
        raise TooLarge(
            Text(
                f"嵌套有 {deepest} 层，超过上限 {limits.max_nesting}。",
                f"It is nested {deepest} deep, more than {limits.max_nesting}.",
            ),
            place=Place(file=source.name),
            fix=Text("给嵌套的结点各自的 IRI，平铺书写。", "Give nested nodes IRIs of their own and write them flat."),
        )


# Strings, IRIs and comments are skipped, so that a bracket in a title is none.
_TURTLE_TOKENS = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|<[^<>\s]*>|#[^\n]*|[\[({]|[\])}]'
)
_JSON_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]')
_XML_TOKENS = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<[?!][^>]*>|<[^>]*>", re.DOTALL)


def _nesting(text: str, syntax: RdfFormat) -> int:
    if syntax in (RdfFormat.N_TRIPLES, RdfFormat.N_QUADS):
        return 0
    depth = deepest = 0
    for step in _steps(text, syntax):
        depth += step
        deepest = max(deepest, depth)
    return deepest


def _steps(text: str, syntax: RdfFormat) -> Iterable[int]:
    if syntax == RdfFormat.RDF_XML:
        for match in _XML_TOKENS.finditer(text):
            tag = match.group()
            if tag.startswith("</"):
                yield -1
            elif not tag.startswith(("<!", "<?")) and not tag.endswith("/>"):
                yield 1
        return
    tokens = _JSON_TOKENS if syntax == RdfFormat.JSON_LD else _TURTLE_TOKENS
    for match in tokens.finditer(text):
        if match.group() in "[({":
            yield 1
        elif match.group() in "])}":
            yield -1


def _counted(quads: Iterable[Quad], source: Input, limits: Limits) -> Iterable[Quad]:
    for number, quad in enumerate(quads, start=1):
        if number > limits.max_triples:
            raise TooLarge(
                Text(f"三元组超过上限 {limits.max_triples}。", f"It holds more than {limits.max_triples} triples."),
                place=Place(file=source.name),
                fix=Text(
                    "按项目拆分文件，或调高设置中的上限。", "Split it by project, or raise the limit in the settings."
                ),
            )
        yield quad


def _syntax_fault(source: Input, fault: SyntaxError) -> SyntaxFault | RefusedContent:
    place = Place(file=source.name, line=fault.lineno, column=fault.offset)
    if "context" in (fault.msg or "") and "load" in fault.msg:
        return RefusedContent(
            Text("JSON-LD 引用了远程上下文，不会去下载。", "The JSON-LD names a remote context; nothing is fetched."),
            place=place,
            fix=Text("把 @context 的内容写进文件。", "Put the content of the @context into the file."),
        )
    return SyntaxFault(
        Text(f"语法错误：{fault.msg}", f"Syntax error: {fault.msg}"),
        place=place,
        fix=Text(
            "改正该处后重试；常见原因是缺少结尾的 . 或引号。", "Mend this spot; a missing final . or quote is common."
        ),
    )


def _refuse_triple_terms(source: Input, triples: Iterable[Triple]) -> None:
    for triple in triples:
        if isinstance(triple.object, Triple):
            raise RefusedContent(
                Text("文件使用了 RDF 1.2 的三元组项。", "The file uses triple terms of RDF 1.2."),
                place=Place(file=source.name, node=str(triple.subject).strip("<>")),
                fix=Text("改用普通三元组。", "Use plain triples."),
            )


def _place_of(source: Input, text: str, position: int) -> Place:
    line_start = text.rfind("\n", 0, position) + 1
    return Place(file=source.name, line=text.count("\n", 0, position) + 1, column=position - line_start + 1)
