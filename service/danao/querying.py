"""Users' own queries over a corpus: read-only, confined to a process with little time and memory, without network."""

from __future__ import annotations

import json
import re
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse, serialize

from danao.engine.interface import Answer
from danao.errors import Place, QueryFault, RefusedContent, Text, TooLarge, UsageError
from danao.limits import Limits
from danao.output import print_json, print_text, print_triples
from danao.questions import Cells, Corpus
from danao.reading import Input, decoded
from danao.render import Renderer
from danao.render.questions import as_csv, show_rows
from danao.sandbox import Bounds, confined
from danao.statements import Term

# Strings, IRIs, comments, variables and prefixed names are skipped, so that what is left are keywords and brackets.
_TOKENS = re.compile(
    r'"""(?:[^"\\]++|\\.|"(?!""))*+(?:""")?'
    r"|'''(?:[^'\\]++|\\.|'(?!''))*+(?:''')?"
    r'|"(?:[^"\\\n]++|\\.)*+"?'
    r"|'(?:[^'\\\n]++|\\.)*+'?"
    r"|<[^<>\"{}|^`\\\s]*+>|#[^\n]*+|\\.|[?$]\w++|[\w-]*+:(?:[\w.%:-]|\\.)*+|(?P<word>[A-Za-z]++)|(?P<open>[\[({])|(?P<close>[\])}])",
    re.DOTALL,
)
_AT = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


def read_query(source: Input, limits: Limits) -> Input:
    """The file of a query, once it is known to be no danger to its parser or to others.

    :raises InputError: it is no UTF-8 or too large.
    :raises TooLarge: brackets are nested too deep.
    :raises RefusedContent: it asks another server.
    """
    depth = deepest = 0
    for match in _TOKENS.finditer(decoded(source, limits)):
        depth += {"open": 1, "close": -1}.get(match.lastgroup or "", 0)
        deepest = max(deepest, depth)
        if match.lastgroup == "word" and match["word"].casefold() == "service":
            raise _refused_service(source.name)
    if deepest > limits.max_nesting:
        raise TooLarge(
            Text(
                f"查询的括号嵌套有 {deepest} 层，超过上限 {limits.max_nesting}。",
                f"Brackets of the query are nested {deepest} deep, more than {limits.max_nesting}.",
            ),
            place=Place(file=source.name),
            fix=Text("把查询写得平一些。", "Write the query flatter."),
        )
    return source


def _refused_service(file: str) -> RefusedContent:
    return RefusedContent(
        Text("查询要访问别的服务器（联合查询），不会去访问。", "The query is federated; no other server is asked."),
        place=Place(file=file),
        fix=Text("只查询读入的描述和结果，删去 service 部分。", "Query what was read only; remove the service part."),
    )


def run_query(source: Input, corpus: Corpus, limits: Limits, most: int) -> dict[str, Any]:
    """What a query gives, at most so many rows or triples.

    Rows and yes or no as in the W3C's SPARQL 1.1 Query Results JSON Format, triples as N-Triples in ``triples``;
    ``complete`` says whether nothing was left out.

    :raises QueryFault: it is no SPARQL query.
    :raises InputError: it took more time or memory than allowed.
    """
    text = decoded(source, limits)

    def work() -> bytes:
        try:
            found = corpus.workspace.query(text, most)
        except SyntaxError as fault:
            raise _query_fault(source.name, str(fault)) from fault
        return json.dumps(_encoded(found)).encode()

    bounds = Bounds(limits.max_seconds, limits.max_memory, sealed=True)
    result: dict[str, Any] = json.loads(confined(work, bounds, place=Place(file=source.name)))
    return result


def _query_fault(file: str, message: str) -> QueryFault:
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


def _encoded(found: Answer) -> dict[str, Any]:
    if found.holds is not None:
        return {"complete": True, "head": {}, "boolean": found.holds}
    if found.triples is not None:
        text = serialize(found.triples, format=RdfFormat.N_TRIPLES) or b""
        return {"complete": found.complete, "triples": text.decode()}
    rows = [{name: _binding(term) for name, term in row.items() if term is not None} for row in found.rows]
    return {"complete": found.complete, "head": {"vars": list(found.names)}, "results": {"bindings": rows}}


def _binding(term: Term) -> dict[str, str]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value}


# ---- Output ----


def show_result(result: dict[str, Any], corpus: Corpus, lang: str, form: str) -> None:
    """What a query gave, to stdout.

    :raises UsageError: rows are asked for as triples.
    """
    complete = result.pop("complete")
    if "triples" in result:
        _show_triples(result["triples"], corpus, form)
    elif form in ("turtle", "jsonld"):
        raise UsageError(
            Text(f"结果是行，不能写成 {form}。", f"The result is rows and cannot be written as {form}."),
            fix=Text("用 -f table、json 或 csv。", "Use -f table, json or csv."),
        )
    elif form == "json":
        print_json(result)
    elif "boolean" in result:
        Renderer(lang).say(*(("是", "yes") if result["boolean"] else ("否", "no")))
    else:
        _show_rows(result, corpus, lang, form)
    if not complete:
        Renderer(lang, stderr=True).say(
            "还有未给出的结果，用 --rows 放宽。", "There is more than is shown; raise --rows to see it."
        )


def _show_triples(written: str, corpus: Corpus, form: str) -> None:
    triples = (quad.triple for quad in parse(written, format=RdfFormat.N_TRIPLES))
    print_triples(triples, corpus.knowledge, "jsonld" if form in ("json", "jsonld") else "turtle")


def _show_rows(result: dict[str, Any], corpus: Corpus, lang: str, form: str) -> None:
    names, cells = result["head"]["vars"], Cells(corpus)
    rows = [{name: cells.cell(_term(row.get(name))) for name in names} for row in result["results"]["bindings"]]
    heads = [(name, {"zh": name, "en": name}) for name in names]
    if form == "csv":
        print_text(as_csv(heads, rows, lang))
    else:
        show_rows(Renderer(lang), heads, rows)


def _term(binding: dict[str, str] | None) -> Term | None:
    if binding is None:
        return None
    if binding["type"] == "uri":
        return NamedNode(binding["value"])
    if binding["type"] == "bnode":
        return BlankNode(binding["value"])
    if "xml:lang" in binding:
        return Literal(binding["value"], language=binding["xml:lang"])
    return Literal(binding["value"], datatype=NamedNode(binding["datatype"]))
