"""``danao query``: users' own queries over what was read and derived, within bounds, in every form."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from danao.corpus import Corpus
from danao.errors import QueryFault, RefusedContent, TimeExceeded, TooLarge, WrongEncoding
from danao.knowledge import Knowledge
from danao.limits import Limits
from danao.namespaces import DANAO
from danao.querying import run_query
from danao.reading import Input
from danao.render.questions import as_csv
from danao.sparql import read_query
from tests.given import FULL, HOME, assessed
from tests.test_cli import run

LIMITS = Limits(max_seconds=20)
# Two kinds of result, and four dimensions in the standard: eight rows for one project.
DIMENSIONS = """
PREFIX danao: <https://w3id.org/danao/ns#>
SELECT ?element ?result ?points
WHERE { ?score danao:element ?element ; danao:result ?result ; danao:points ?points
        GRAPH danao:KnowledgeGraph { ?element a danao:Dimension } }
ORDER BY ?element ?result
"""
PROJECT = "PREFIX danao: <https://w3id.org/danao/ns#> CONSTRUCT WHERE { ?assessment a danao:Assessment ; danao:of ?p }"
NEVER_ENDING = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(scope="module")
def corpus(knowledge: Knowledge) -> Corpus:
    return Corpus([assessed(knowledge, FULL)], knowledge)


def query(text: str) -> Input:
    return Input("q.rq", text.encode())


def result(text: str, corpus: Corpus, limits: Limits = LIMITS, most: int = 1000) -> dict[str, Any]:
    return run_query(read_query(query(text), limits), corpus, limits, most)


# ---- What is refused, and what only looks like it ----


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "select * { service silent <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o } # SERVICE\nVALUES ?x {1} SERVICE",
        # A quotation mark in a local name begins no string, so what follows is not hidden.
        r"PREFIX x: <http://x/> SELECT * { x:a\'b x:c ?x . SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } ?x x:d x:e\' }",
        r"PREFIX x: <http://x/> SELECT * { x:\#a x:c ?x . SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    ],
)
def test_a_federated_query_is_refused(text: str) -> None:
    with pytest.raises(RefusedContent, match="federated"):
        read_query(query(text), LIMITS)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service { ?service ?p 'SERVICE' } # SERVICE",
        'PREFIX x: <http://x/> SELECT * { ?s x:SERVICE """a " SERVICE""" ; <http://x/SERVICE> $SERVICE }',
    ],
)
def test_the_word_may_stand_where_it_asks_nobody(text: str) -> None:
    assert read_query(query(text), LIMITS).name == "q.rq"


def test_brackets_nest_as_deep_as_the_limit_and_no_deeper(corpus: Corpus) -> None:
    def nested(depth: int) -> str:
        return "SELECT * " + "{" * depth + " ?s a <http://x/y> " + "}" * depth

    assert result(nested(100), corpus)["results"]["bindings"] == []
    with pytest.raises(TooLarge, match="nested 101 deep"):
        read_query(query(nested(101)), LIMITS)
    with pytest.raises(TooLarge):
        read_query(query(nested(100_000)), LIMITS)


def test_a_syntax_error_is_told_with_its_line_and_column(corpus: Corpus) -> None:
    with pytest.raises(QueryFault) as caught:
        result("SELECT *\nWHERE { ?s ?p }", corpus)
    assert (caught.value.place.file, caught.value.place.line) == ("q.rq", 2)


@pytest.mark.parametrize("text", ["INSERT DATA { <a:a> <a:b> <a:c> }", "LOAD <http://127.0.0.1:1/>", "CLEAR ALL", ""])
def test_an_update_is_no_query(text: str, corpus: Corpus) -> None:
    with pytest.raises(QueryFault):
        result(text, corpus)


def test_a_file_that_is_no_text_is_told() -> None:
    with pytest.raises(WrongEncoding):
        read_query(Input("q.rq", "SELECT * { ?s ?p '证据' }".encode("gbk")), LIMITS)


def test_a_query_that_does_not_end_is_ended_and_the_next_is_answered(corpus: Corpus) -> None:
    with pytest.raises(TimeExceeded):
        result(NEVER_ENDING, corpus, Limits(max_seconds=1))
    assert len(result(DIMENSIONS, corpus)["results"]["bindings"]) == 8


# ---- What is given ----


def test_rows_of_descriptions_and_results_come_with_the_knowledge_s_terms(corpus: Corpus) -> None:
    given = result(DIMENSIONS, corpus)
    assert given["head"]["vars"] == ["element", "result", "points"]
    assert given["complete"]
    first = given["results"]["bindings"][0]
    assert first["result"] == {"type": "uri", "value": DANAO + "SelfAssessed"}
    assert first["points"]["datatype"] == "http://www.w3.org/2001/XMLSchema#decimal"


def test_what_is_more_than_asked_for_is_left_out_and_told(corpus: Corpus) -> None:
    assert (result(DIMENSIONS, corpus, most=8)["complete"], result(DIMENSIONS, corpus, most=7)["complete"]) == (
        True,
        False,
    )
    assert len(result(DIMENSIONS, corpus, most=7)["results"]["bindings"]) == 7
    assert result(PROJECT, corpus, most=2)["complete"]
    assert not result(PROJECT, corpus, most=1)["complete"]


def test_yes_and_no_and_triples_are_given_as_such(corpus: Corpus) -> None:
    assert result("ASK { ?s ?p ?o }", corpus)["boolean"] is True
    assert result("ASK { ?s ?p 'nobody says this' }", corpus)["boolean"] is False
    triples = {quad.triple for quad in parse(result(PROJECT, corpus)["triples"], format=RdfFormat.N_TRIPLES)}
    assert NamedNode(f"{HOME}brain") in {triple.object for triple in triples}
    described = result(f"DESCRIBE <{HOME}brain>", corpus)["triples"]
    assert Literal("case-6-1-5") in {quad.object for quad in parse(described, format=RdfFormat.N_TRIPLES)}


# ---- On the command line ----


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("query")
    path.joinpath("d.ttl").write_text(FULL, encoding="utf-8")
    path.joinpath("dimensions.rq").write_text(DIMENSIONS, encoding="utf-8")
    path.joinpath("project.rq").write_text(PROJECT, encoding="utf-8")
    path.joinpath("ask.rq").write_text("ASK { ?s ?p ?o }", encoding="utf-8")
    return path


QUERY = ("query", "d.ttl", "dimensions.rq", "--as-of", "2025-12-31")


def test_rows_are_a_table_json_or_csv(folder: Path) -> None:
    table = run(*QUERY, cwd=folder)
    assert (table.code, table.out.count("自评"), table.out.count("核定")) == (0, 4, 4)
    bindings = json.loads(run(*QUERY, "-f", "json", cwd=folder).out)["results"]["bindings"]
    assert len(bindings) == 8
    rows = list(csv.reader(io.StringIO(run(*QUERY, "-f", "csv", cwd=folder).out)))
    assert rows[0] == ["\ufeffelement", "element IRI", "result", "result IRI", "points"]
    assert [row[1] for row in rows[1:]] == [binding["element"]["value"] for binding in bindings]


def test_a_text_in_csv_is_no_formula_and_a_number_stays_one() -> None:
    heads = [("a", {"zh": "甲", "en": "a"}), ("b", {"zh": "乙", "en": "b"})]
    rows = [{"a": {"value": "=1+1", "type": "string"}, "b": {"value": "-1.5", "type": "decimal"}}]
    assert list(csv.reader(io.StringIO(as_csv(heads, rows, "en")))) == [["\ufeffa", "b"], ["'=1+1", "-1.5"]]


def test_triples_are_turtle_or_json_ld_and_rows_are_neither(folder: Path) -> None:
    turtle = run("query", "d.ttl", "project.rq", "--as-of", "2025-12-31", cwd=folder)
    said = run("query", "d.ttl", "project.rq", "--as-of", "2025-12-31", "-f", "jsonld", cwd=folder)
    assert "danao:of" in turtle.out
    assert "@graph" in said.json
    refused = run(*QUERY, "-f", "turtle", cwd=folder)
    assert (refused.code, "UsageError" in refused.err) == (2, True)


@pytest.mark.parametrize(("lang", "word"), [("zh", "是"), ("en", "yes")])
def test_a_yes_is_said_in_the_language_asked_for(lang: str, word: str, folder: Path) -> None:
    said = run("query", "d.ttl", "ask.rq", "--as-of", "2025-12-31", "--lang", lang, cwd=folder)
    assert said.out.strip() == word


def test_rows_left_out_are_told_beside_the_output(folder: Path) -> None:
    some = run(*QUERY, "--rows", "3", cwd=folder)
    assert "--rows" in some.err
    assert "--rows" not in run(*QUERY, cwd=folder).err


def test_a_query_without_a_description_is_wrong_usage(folder: Path) -> None:
    alone = run("query", "dimensions.rq", cwd=folder)
    assert (alone.code, "UsageError" in alone.err) == (2, True)
