"""SPARQL that others wrote, before a parser sees it: it asks no other server, and is nested no deeper than allowed.

The parser tells tokens apart by what may stand at a place, so that no scan of the text alone sees what it sees. What
is refused is therefore not left to the scan: wherever the word that asks other servers may be one for the parser, the
query is refused, or the word is spelt in a way that means the same within texts and addresses and nothing elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode, RdfFormat, parse

from danao.errors import Place, QueryFault, RefusedContent, Text, TooLarge
from danao.limits import Limits
from danao.namespaces import SD
from danao.reading import Input, decoded

_TOKENS = re.compile(
    r'(?P<text>"""(?:[^"\\]++|\\.|"(?!""))*+(?:""")?'
    r"|'''(?:[^'\\]++|\\.|'(?!''))*+(?:''')?"
    r'|"(?:[^"\\\n\r]++|\\.)*+"?'
    r"|'(?:[^'\\\n\r]++|\\.)*+'?)"
    r"|(?P<iri><(?:[^<>\"{}|^`\\\x00-\x20]++|\\[uU])*+>)"
    r"|(?P<comment>#[^\n\r]*+)|\\.|(?P<variable>[?$]\w++)|(?P<name>[\w-]*+:(?:[\w.%:-]|\\.)*+)"
    r"|(?P<word>[A-Za-z]++)|(?P<open>[\[({])|(?P<close>[\])}])",
    re.DOTALL,
)
# The word, but where it goes on a longer name or begins one: there the parser takes the whole. Only two values end in
# a letter and may have the word right behind them.
_ELSEWHERE = re.compile(r"(?:(?<![^\W\d])(?<![:?$-])|(?<=true)|(?<=false))service", re.IGNORECASE)
# What may be spelt by numbers of characters, or means nothing.
_SPELT = ("text", "iri", "comment")
_HEAD = ("prefix", "base")
_BETWEEN = re.compile(r"\S+")
_AT = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


@dataclass(frozen=True)
class Dataset:
    """The graphs that a query names itself: those that make its default graph, and those it may name."""

    default: tuple[str, ...]
    named: tuple[str, ...]


def read_query(source: Input, limits: Limits) -> Input:
    """A query, once it is known to be no danger to its parser or to others.

    :raises InputError: it is no UTF-8 or too large.
    :raises TooLarge: brackets are nested too deep.
    :raises RefusedContent: it asks another server.
    """
    text = decoded(source, limits)
    _refuse_depth(text, source.name, limits.max_nesting)

    def harmless(token: re.Match[str]) -> str:
        if not _ELSEWHERE.search(token[0]):
            return token[0]
        if token.lastgroup not in _SPELT:
            raise _refused_service(source.name)
        return _ELSEWHERE.sub(lambda word: f"\\u{ord(word[0][0]):04x}{word[0][1:]}", token[0])

    return Input(source.name, _TOKENS.sub(harmless, text).encode())


def _refuse_depth(text: str, file: str, most: int) -> None:
    depth = deepest = 0
    for token in _TOKENS.finditer(text):
        depth += {"open": 1, "close": -1}.get(token.lastgroup or "", 0)
        deepest = max(deepest, depth)
    if deepest > most:
        raise TooLarge(
            Text(
                f"查询的括号嵌套有 {deepest} 层，超过上限 {most}。",
                f"Brackets of the query are nested {deepest} deep, more than {most}.",
            ),
            place=Place(file=file),
            fix=Text("把查询写得平一些。", "Write the query flatter."),
        )


def _refused_service(file: str) -> RefusedContent:
    return RefusedContent(
        Text("查询要访问别的服务器（联合查询），不会去访问。", "The query is federated; no other server is asked."),
        place=Place(file=file),
        fix=Text(
            "只查询这里有的内容，删去 service 部分；前缀也不要叫这个名字。",
            "Query what is here only: remove the service part, and call no prefix by that word.",
        ),
    )


def pieces_of(text: str) -> Iterator[tuple[int, int]]:
    """Where each token of a query begins and ends; what stands together between two known ones is one."""
    end = 0
    for token in _TOKENS.finditer(text):
        yield from ((end + one.start(), end + one.end()) for one in _BETWEEN.finditer(text[end : token.start()]))
        yield token.span()
        end = token.end()


def query_fault(file: str, message: str) -> QueryFault:
    """What the parser says of a query, with the line and column that it names."""
    match = _AT.fullmatch(message)
    line, column, rest = (int(match[1]), int(match[2]), match[3]) if match else (None, None, message)
    return QueryFault(
        Text(f"查询有语法错误：{rest}", f"The query has a syntax error: {rest}"),
        place=Place(file=file, line=line, column=column),
        fix=Text(
            "只接受 SPARQL 1.1 的查询，不接受更新；检查前缀是否都已声明。",
            "Queries of SPARQL 1.1 only, no updates; see that every prefix is declared.",
        ),
    )


# ---- The graphs that a query names itself ----


def dataset_of(query: Input, base: str) -> Dataset | None:
    """The graphs that a query names after ``FROM``; none where it names none. Addresses are resolved against a base.

    :raises QueryFault: an address cannot be resolved.
    """
    text = query.data.decode()
    clauses = list(_clauses(text))
    if not clauses:
        return None
    # What a query begins with is read by Turtle as well.
    links = [f"[] <{SD}{'namedGraph' if named else 'defaultGraph'}> {address} ." for named, address in clauses]
    try:
        read = list(parse("\n".join([_head(text), *links]), RdfFormat.TURTLE, base_iri=base))
    except SyntaxError as fault:
        raise query_fault(query.name, str(fault)) from fault
    found = [(quad.predicate.value, quad.object.value) for quad in read if isinstance(quad.object, NamedNode)]
    default, named = ([graph for link, graph in found if link == f"{SD}{kind}Graph"] for kind in ("default", "named"))
    return Dataset(tuple(default), tuple(named))


def _clauses(text: str) -> Iterator[tuple[bool, str]]:
    """Whether each graph is a named one, and its address as it is written."""
    tokens = [token for token in _TOKENS.finditer(text) if token.lastgroup in ("iri", "name", "word")]
    for place, token in enumerate(tokens):
        if token["word"] and token[0].casefold() == "from":
            rest = tokens[place + 1 : place + 3]
            named = bool(rest) and rest[0][0].casefold() == "named"
            address = next(iter(rest[named:]), None)
            if address and not address["word"]:
                yield named, address[0]


def _head(text: str) -> str:
    """What stands before the form of a query: its prefixes and base."""
    words = (token for token in _TOKENS.finditer(text) if token["word"])
    first = next((token for token in words if token[0].casefold() not in _HEAD), None)
    return text[: first.start()] if first else text
