"""Answers of queries in the W3C's result formats: JSON, XML, CSV and TSV for rows, JSON and XML for a yes or no."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from pyoxigraph import BlankNode, Literal, NamedNode

from danao.engine.interface import Answer, Row
from danao.errors import NotAcceptable, RefusedContent, Text
from danao.formats.syntax import fits_xml
from danao.namespaces import XSD
from danao.statements import Term

JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv; charset=utf-8; header=present", "text/tab-separated-values; charset=utf-8"
PLAIN_JSON = "application/json"

_STRING = f"{XSD}string"
_SPECIAL = re.compile(r'[",\r\n]')
_XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">'

Pieces = Iterator[str]


def pieces_of(answer: Answer, media_type: str) -> Pieces:
    """Rows, or a yes or no, in a media type, row by row.

    :raises RefusedContent: a term is of RDF 1.2, which these formats have no place for.
    :raises NotAcceptable: XML cannot hold a character.
    """
    if answer.holds is not None:
        return _YES_OR_NO[media_type](answer.holds)
    return _ROWS[media_type](answer.names, answer.rows)


# ---- JSON ----


def _json_rows(names: tuple[str, ...], rows: Iterable[Row]) -> Pieces:
    yield f'{{"head":{{"vars":{json.dumps(names, ensure_ascii=False)}}},"results":{{"bindings":['
    between = "\n"
    for row in rows:
        bound = {name: _json_term(row[name]) for name in names if row[name] is not None}
        yield between + json.dumps(bound, ensure_ascii=False, separators=(",", ":"))
        between = ",\n"
    yield "\n]}}\n"


def _json_term(term: Term) -> dict[str, str]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    literal = _literal(term)
    if literal.language:
        return {"type": "literal", "value": literal.value, "xml:lang": literal.language}
    if literal.datatype.value == _STRING:
        return {"type": "literal", "value": literal.value}
    return {"type": "literal", "value": literal.value, "datatype": literal.datatype.value}


def _json_yes_or_no(holds: bool) -> Pieces:  # noqa: FBT001 - it is the answer
    yield json.dumps({"head": {}, "boolean": holds}) + "\n"


# ---- XML ----


def _xml_rows(names: tuple[str, ...], rows: Iterable[Row]) -> Pieces:
    variables = "".join([f"<variable name={quoteattr(name)}/>" for name in names])
    yield f"{_XML_HEAD}<head>{variables}</head><results>\n"
    for row in rows:
        bound = [(name, row[name]) for name in names if row[name] is not None]
        bindings = [f"<binding name={quoteattr(name)}>{_xml_term(term)}</binding>" for name, term in bound]
        yield f"<result>{''.join(bindings)}</result>\n"
    yield "</results></sparql>\n"


def _xml_term(term: Term) -> str:
    if isinstance(term, NamedNode):
        return f"<uri>{_xml(term.value)}</uri>"
    if isinstance(term, BlankNode):
        return f"<bnode>{term.value}</bnode>"
    literal, more = _literal(term), ""
    if literal.language:
        more = f" xml:lang={quoteattr(literal.language)}"
    elif literal.datatype.value != _STRING:
        more = f" datatype={quoteattr(literal.datatype.value)}"
    return f"<literal{more}>{_xml(literal.value)}</literal>"


def _xml(text: str) -> str:
    if not fits_xml(text):
        raise NotAcceptable(
            Text("XML 写不出这里的一个字符。", "XML has no way to write a character of the answer."),
            fix=Text("改要 JSON、CSV 或 TSV。", "Ask for JSON, CSV or TSV."),
        )
    # A carriage return that is not spelt would be read as a line feed.
    return escape(text, {"\r": "&#13;"})


def _xml_yes_or_no(holds: bool) -> Pieces:  # noqa: FBT001 - it is the answer
    yield f"{_XML_HEAD}<head/><boolean>{str(holds).lower()}</boolean></sparql>\n"


# ---- CSV and TSV ----


def _csv_rows(names: tuple[str, ...], rows: Iterable[Row]) -> Pieces:
    yield ",".join(names) + "\r\n"
    for row in rows:
        yield ",".join([_csv_cell(row[name]) for name in names]) + "\r\n"


def _csv_cell(term: Term | None) -> str:
    if term is None:
        return ""
    text = str(term) if isinstance(term, BlankNode) else (term if isinstance(term, NamedNode) else _literal(term)).value
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if _SPECIAL.search(text) else text


def _tsv_rows(names: tuple[str, ...], rows: Iterable[Row]) -> Pieces:
    yield "\t".join([f"?{name}" for name in names]) + "\n"
    for row in rows:
        yield "\t".join([_tsv_cell(row[name]) for name in names]) + "\n"


def _tsv_cell(term: Term | None) -> str:
    if term is None:
        return ""
    return str(term if isinstance(term, NamedNode | BlankNode) else _literal(term))


# ---- What the formats have no place for ----


def _literal(term: object) -> Literal:
    if isinstance(term, Literal) and not term.direction:
        return term
    raise refused_term(str(term))


def refused_term(shown: str) -> RefusedContent:
    """A query gives a term of RDF 1.2."""
    return RefusedContent(
        Text(
            f"结果中有 RDF 1.2 的三元组项或文字方向：{shown[:200]}",
            f"The answer has a triple term or a direction of text, which are of RDF 1.2: {shown[:200]}",
        ),
        fix=Text("改用 SPARQL 1.1 的写法。", "Keep to SPARQL 1.1."),
    )


_ROWS: Mapping[str, Callable[[tuple[str, ...], Iterable[Row]], Pieces]] = {
    JSON: _json_rows,
    XML: _xml_rows,
    CSV: _csv_rows,
    TSV: _tsv_rows,
    PLAIN_JSON: _json_rows,
}
_YES_OR_NO: Mapping[str, Callable[[bool], Pieces]] = {
    JSON: _json_yes_or_no,
    XML: _xml_yes_or_no,
    PLAIN_JSON: _json_yes_or_no,
}
ROWS: tuple[str, ...] = tuple(_ROWS)
YES_OR_NO: tuple[str, ...] = tuple(_YES_OR_NO)
