"""Users' own queries over a corpus: read-only, confined to a process with little time and memory, without network."""

from __future__ import annotations

import json
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse, serialize

from danao.corpus import Corpus
from danao.engine.interface import Answer
from danao.errors import Place, Text, UsageError
from danao.limits import Limits
from danao.output import print_json, print_text, print_triples
from danao.questions import Cells
from danao.reading import Input, decoded
from danao.render import Renderer
from danao.render.questions import as_csv, show_rows
from danao.sandbox import Bounds, confined
from danao.sparql import query_fault
from danao.statements import Term


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
            raise query_fault(source.name, str(fault)) from fault
        return json.dumps(_encoded(found)).encode()

    bounds = Bounds(limits.max_seconds, limits.max_memory, sealed=True)
    result: dict[str, Any] = json.loads(confined(work, bounds, place=Place(file=source.name)))
    return result


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
    names = result["head"]["vars"]
    terms = [{name: _term(row.get(name)) for name in names} for row in result["results"]["bindings"]]
    cells = Cells(corpus, [term for row in terms for term in row.values()])
    rows = [{name: cells.cell(term) for name, term in row.items()} for row in terms]
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
