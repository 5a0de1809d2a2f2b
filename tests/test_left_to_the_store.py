"""What compiled rules do not do is left to pyoxigraph: a query, a value; nobody sees a difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Triple

from danao.canonical import canonical
from danao.engine import Source
from danao.engine.fast import FastEngine
from danao.engine.interface import Workspace
from danao.engine.rules.beyond import Beyond
from danao.engine.rules.program import Index, Query
from danao.infer import infer
from danao.knowledge import Knowledge
from danao.outcomes import decide_outcomes
from danao.report import tables
from danao.score import score_outcomes
from danao.statements import Facts, Term, statements_of
from danao.validate import check_claims
from tests.given import FULL, assessed
from tests.given_rules import (
    EX,
    FACTS,
    IN_KNOWLEDGE,
    KNOWLEDGE,
    PREFIXES,
    compiled,
    indexed,
    source,
    texts_of,
    turtle,
    workspace,
)
from tests.test_shape_engines import THINGS

# ---- Queries ----

LEFT = {
    "MINUS": "SELECT ?s { ?s :q ?v MINUS { ?s :p ?o } }",
    "SERVICE": "SELECT ?s { SERVICE SILENT <urn:nowhere> { ?s :q ?v } }",
    "a path of one or more": "SELECT ?o { :a :p+ ?o }",
    "a path of any length": "SELECT ?o { :a :p* ?o }",
    "a path of no length over facts": "SELECT ?o { ?s :r ?o . ?s :p? ?o }",
    "a path of no length from a constant": f"SELECT ?o {{ {IN_KNOWLEDGE} {{ :nobody :k? ?o }} }}",
    "a path of what is not": "SELECT ?s { ?s !:p ?o }",
    "LIMIT": "SELECT ?s { ?s :q ?v } ORDER BY ?s LIMIT 1",
    "OFFSET": "SELECT ?s { ?s :q ?v } ORDER BY ?s OFFSET 1",
    "HAVING": "SELECT ?s (COUNT(?o) AS ?n) { ?s :p ?o } GROUP BY ?s HAVING (COUNT(?o) > 1)",
    "VALUES after the end": "SELECT ?s { ?s :q ?v } VALUES ?s { :a }",
    "every variable": "SELECT * { ?s :p ?o }",
    "IN": "SELECT ?s { ?s :q ?v FILTER(?v IN (1, 10)) }",
    "flags of REGEX": "SELECT ?s { ?s :t ?t FILTER(REGEX(?t, 'TWO', 'i')) }",
    "a pattern of digits": r"SELECT ?s { ?s :t ?t FILTER(REGEX(?t, '^\\w+$')) }",
    "a pattern of a group": "SELECT ?s { ?s :t ?t FILTER(REGEX(?t, '(?i)TWO')) }",
    "a pattern that is broken": "SELECT ?s { ?s :t ?t FILTER(REGEX(?t, '(')) }",
    "a pattern with an intersection": "SELECT ?s { ?s :t ?t FILTER(REGEX(?t, '^[a-z&&t]')) }",
    "a pattern that gives nothing back": "SELECT ?s { ?s :t ?t FILTER(REGEX(?t, 'o++o?$')) }",
    "a pattern that is no text": "SELECT ?s { ?s :t ?t FILTER(REGEX(?t, ?t)) }",
    "a replacement of nothing": "SELECT (REPLACE(?t, 'o*', '-') AS ?u) { ?s :t ?t }",
    "a replacement with groups": "SELECT (REPLACE(?t, '(w)', '$1$1') AS ?u) { ?s :t ?t }",
    "another function": "SELECT (LANG(?n) AS ?l) { ?s :n ?n }",
    "a number of another kind": "SELECT ?s { ?s :q ?v FILTER(?v > 1e0) }",
    "a truth value": "SELECT ?s { ?s :q ?v BIND(true AS ?t) }",
    "a join on what may be unbound": "SELECT ?s ?o { ?s :q ?v OPTIONAL { ?s :r ?o } ?x :p|:s ?o }",
    "a join on UNDEF": "SELECT ?s ?o { ?s :p ?o VALUES (?s ?o) { (:a UNDEF) (UNDEF :c) } }",
    "the same three times": "SELECT ?x { ?x ?x ?x }",
    "a condition that looks out of its group": "SELECT ?s { ?s :q ?v { ?s :p ?o FILTER(?v > 1) } }",
    "a value that looks out of its group": "SELECT ?s ?w { ?s :q ?v { ?s :p ?o BIND(?v AS ?w) } UNION { ?s :r ?o } }",
    "an option in a group": "SELECT ?s ?o { ?s :q ?v { ?s :r ?x } UNION { OPTIONAL { ?s :p ?o } } }",
    "an option that looks out of an option": ("SELECT ?s ?o { ?x :r ?s OPTIONAL { ?s :p ?o OPTIONAL { ?o :s ?x } } }"),
    "knowledge that looks at facts": (
        f"SELECT ?s {{ ?s :p ?o FILTER EXISTS {{ {IN_KNOWLEDGE} {{ ?x :k ?y FILTER(?y = ?o) }} }} }}"
    ),
    "another graph": "SELECT ?g { GRAPH ?g { :b :k :c } }",
    "a sum of several kinds": "SELECT (SUM(?v) AS ?n) { { ?s :p ?o BIND(1 AS ?v) } UNION { ?s :q ?v } }",
    "a count of different solutions": "SELECT (COUNT(DISTINCT *) AS ?n) { ?s :p ?o }",
    "text of a group": "SELECT (GROUP_CONCAT(?t) AS ?all) { ?s :on ?d ; :t ?t }",
    "an order of what is counted": "SELECT ?s (COUNT(?o) AS ?n) { ?s :p ?o } GROUP BY ?s ORDER BY ?n",
    "an order of what is different": "SELECT DISTINCT ?s { ?s :p ?o } ORDER BY ?s",
    "more loops than Python has": f"SELECT ?x0 {{ {' '.join(f'?x{n} :s ?x{n + 1} .' for n in range(21))} }}",
    "a syntax of another parser": "SELECT ?s { ?s :q ?v . LATERAL { SELECT ?s { ?s :p ?o } } }",
    "blank nodes in a template": "CONSTRUCT { ?s :z [] } WHERE { ?s :none ?o }",
    "the short form of a construct": "CONSTRUCT WHERE { ?s :p ?o }",
    "ASK": "ASK { ?s :p ?o }",
}


@pytest.mark.parametrize("name", LEFT)
def test_a_query_that_is_not_compiled_is_left_alone(name: str) -> None:
    assert compiled(LEFT[name]) is None


@pytest.mark.parametrize("name", [name for name, text in LEFT.items() if text.startswith("SELECT")])
def test_the_store_answers_what_is_left_alone(name: str) -> None:
    simple = "SELECT ?s { ?s :q 10 }"
    engine = FastEngine(source(LEFT[name], simple))
    assert set(engine.compiled) == {PREFIXES + simple}
    found = workspace(engine).select(PREFIXES + LEFT[name])
    assert texts_of(found) == texts_of(workspace(FastEngine(source())).select(PREFIXES + LEFT[name]))


def test_a_prefix_without_a_namespace_is_left_to_the_store_which_says_so() -> None:
    rule = "SELECT ?s { ?s nowhere:q ?v }"
    assert compiled(rule) is None
    with pytest.raises(SyntaxError, match="refix"):
        workspace(FastEngine(source(rule))).select(PREFIXES + rule)


def test_as_many_loops_as_python_has_are_compiled() -> None:
    query = compiled(f"SELECT ?x0 {{ {' '.join(f'?x{n} :s ?x{n + 1} .' for n in range(19))} }}")
    assert query is not None
    assert query.rows(indexed()) == [(f"<{EX}c>",)]


# ---- Values ----

# Values of :v, and a query that computes with them.
BEYOND = {
    "a double": ("1e3", "SELECT (?v + 1 AS ?w) { :a :v ?v }"),
    "a float": ("'1'^^xsd:float", "SELECT ?v { :a :v ?v FILTER(?v >= 1) }"),
    "no number": ("'NaN'^^xsd:double", "SELECT ?v { :a :v ?v ; :v ?w FILTER(?v = ?w) }"),
    "a truth value": ("true", "SELECT ?v { :a :v ?v FILTER(?v != 6) }"),
    "an integer that is none": ("'x'^^xsd:integer", "SELECT (COALESCE(?v + 1, 0) AS ?w) { :a :v ?v }"),
    "an integer with a line": ("'1_000'^^xsd:integer", "SELECT ?v { :a :v ?v FILTER(?v > 1) }"),
    "a decimal that is none": ("'NaN'^^xsd:decimal", "SELECT ?v { :a :v ?v FILTER(!(?v > 1)) }"),
    "a decimal of too many places": (
        "'0.1234567890123456789'^^xsd:decimal",
        "SELECT ?v { :a :v ?v FILTER(?v > 0) }",
    ),
    "an integer too large for a store": ("99999999999999999999", "SELECT ?v { :a :v ?v FILTER(?v > 1) }"),
    "an integer near the largest": ("9000000000000000000", "SELECT (?v + ?v AS ?w) { :a :v ?v }"),
    "a product too large": ("99999999999", "SELECT (?v * ?v AS ?w) { :a :v ?v }"),
    "a product of too many places": ("0.00000000001", "SELECT (?v * ?v * 100000000000 AS ?w) { :a :v ?v }"),
    "a quotient of nothing": ("0", "SELECT (?v / 5.75 AS ?w) { :a :v ?v }"),
    "a quotient that needs too many digits": ("99999999999", "SELECT (?v / 0.0000000000001 AS ?w) { :a :v ?v }"),
    "a date with a zone": ("'2025-01-01Z'^^xsd:date", "SELECT ?v { :a :v ?v FILTER(?v < '2025-06-01'^^xsd:date) }"),
    "a day that is not": ("'2025-02-30'^^xsd:date", "SELECT ?v { :a :v ?v FILTER(?v < '2025-06-01'^^xsd:date) }"),
    "a year": ("'2025'^^xsd:gYear", "SELECT ?v { :a :v ?v FILTER(?v > 1) }"),
    "a text beside a number": ("'2'", "SELECT ?v { :a :v ?v FILTER(?v != 1) }"),
    "texts in an order": ("'b' , 'a'", "SELECT ?v { :a :v ?v } ORDER BY ?v"),
    "numbers in an order": ("10 , 9", "SELECT ?v { :a :v ?v } ORDER BY DESC(?v)"),
    "texts compared": ("'b' , 'a'", "SELECT ?v ?w { :a :v ?v , ?w FILTER(?v < ?w) } ORDER BY ?v"),
    "texts of languages": ("'a'@zh , 'a'@en", "SELECT ?v ?w { :a :v ?v , ?w FILTER(?v = ?w) }"),
    "a part of a text with a language": ("'abc'@en", "SELECT (SUBSTR(?v, 2) AS ?w) { :a :v ?v }"),
    "texts joined with a type": ("'a'^^:type", "SELECT (CONCAT(?v, 'b') AS ?w) { :a :v ?v }"),
    "a part before the start": ("0", "SELECT (SUBSTR('abc', ?v) AS ?w) { :a :v ?v }"),
    "what is no IRI": ("'no IRI'", "SELECT (IRI(?v) AS ?w) { :a :v ?v }"),
    "an IRI with a host that is none": ("'http://[x'", "SELECT (IRI(?v) AS ?w) { :a :v ?v }"),
    "an IRI with a port that is none": ("'http://x:y/'", "SELECT (IRI(?v) AS ?w) { :a :v ?v }"),
    "an IRI with two fragments": ("'urn:x#y#z'", "SELECT (IRI(?v) AS ?w) { :a :v ?v }"),
    "the rest of an IRI that is none": (
        "<http://[::1]>",
        "SELECT (IRI(CONCAT(STR(?s), '/', REPLACE(STR(?v), '^.*[/#]', ''))) AS ?w) { :a :v ?v . ?s :r :a }",
    ),
    "the sum of what is unbound": ("1", "SELECT (SUM(?w) AS ?n) { :a :v ?v OPTIONAL { ?v :none ?w } }"),
    "the least of nothing": ("1", "SELECT (MIN(?w) AS ?n) { :a :v ?v ; :none ?w }"),
    "the least of texts": ("'b' , 'a'", "SELECT (MIN(?v) AS ?n) { :a :v ?v }"),
}


@pytest.mark.parametrize("name", BEYOND)
def test_a_value_that_is_beyond_is_left_to_the_store_and_the_rest_goes_on(name: str) -> None:
    values, text = BEYOND[name]
    facts = f"{FACTS} :a :v {values} ."
    query = compiled(text)
    assert query is not None
    with pytest.raises(Beyond):
        query.rows(indexed(facts))
    make = "CONSTRUCT { ?o :z ?s } WHERE { ?s :r ?o }"
    look = "SELECT ?s { :a :z ?s }"
    fast, slow = (workspace(FastEngine(source(*rules)), facts) for rules in ((text, make, look), ()))
    assert fast.construct(PREFIXES + make) == slow.construct(PREFIXES + make)
    assert texts_of(fast.select(PREFIXES + text)) == texts_of(slow.select(PREFIXES + text))
    assert texts_of(fast.select(PREFIXES + look)) == [(f"<{EX}b>",)]


# ---- Whatever is described ----


@pytest.fixture(scope="module")
def stated(knowledge: Knowledge) -> Sequence[Triple]:
    """What is known of one description before the first step."""
    found = assessed(knowledge, FULL)
    return sorted(frozenset(found.description.facts).union(found.examination.facts, found.graphs["context"]), key=str)


@pytest.fixture(scope="module")
def ways(knowledge: Knowledge) -> Sequence[FastEngine]:
    """The engine with everything compiled, and with nothing."""
    ours = cast("FastEngine", knowledge.engine).source
    return [FastEngine(replace(ours, patience=patience)) for patience in (0, 10**9)]


STEPS: Sequence[Callable[[Workspace, Knowledge], Facts]] = (infer, check_claims, decide_outcomes, score_outcomes)


def taken(space: Workspace, knowledge: Knowledge) -> Sequence[object]:
    """The graph of each step, and the tables; where a broken description makes rows alike, their order is open."""
    graphs = [frozenset(step(space, knowledge)) for step in STEPS]
    return [*graphs, {name: Counter(texts_of(rows)) for name, rows in tables(space, knowledge).items()}]


@settings(max_examples=20)
@given(st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from(THINGS), st.booleans()), max_size=12))
def test_whatever_is_described_every_step_is_the_same(
    stated: Sequence[Triple],
    ways: Sequence[FastEngine],
    knowledge: Knowledge,
    changes: list[tuple[int, Term, bool]],
) -> None:
    facts = list(stated)
    for position, thing, beside in changes:
        old = facts[position % len(facts)]
        new = Triple(old.subject, old.predicate, thing)
        facts[position % len(facts) : position % len(facts) + 1] = [old, new] if beside else [new]
    spaces = [way.workspace() for way in ways]
    for space in spaces:
        space.add(canonical(frozenset(facts))[0])
    compiled_way, store_way = (taken(space, knowledge) for space in spaces)
    assert compiled_way == store_way


def test_rules_are_run_compiled_on_one_of_the_two_ways_only(
    stated: Sequence[Triple], ways: Sequence[FastEngine], knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    run: list[Query] = []
    rows = Query.rows

    def noted(query: Query, *indexes: Index) -> list[tuple[str | None, ...]]:
        run.append(query)
        return rows(query, *indexes)

    monkeypatch.setattr(Query, "rows", noted)
    numbers = []
    for way in ways:
        space = way.workspace()
        space.add(canonical(frozenset(stated))[0])
        taken(space, knowledge)
        numbers.append(len(run))
        run.clear()
    rules = [name for name in knowledge.rules if name.startswith(("inference/", "outcomes", "scoring/", "report"))]
    assert numbers[0] >= sum(len(knowledge.rules[name]) for name in rules)
    assert numbers[1] == 0


# ---- What came in ----

TURNED = "CONSTRUCT { ?o :z ?s } WHERE { ?s :p ?o }"
LOOPED = "CONSTRUCT { ?s :z ?s } WHERE { ?s :z ?o }"
LEFT_LOOP = "CONSTRUCT { ?s :z ?s } WHERE { ?o :z+ ?s }"
AGAIN = "CONSTRUCT { ?s :p ?o ; :z ?s } WHERE { ?s :p ?o }"


def made(*pairs: str) -> frozenset[Triple]:
    """``:z`` from the first letter of each pair to the second."""
    return frozenset(Triple(*(NamedNode(EX + name) for name in (pair[0], "z", pair[1]))) for pair in pairs)


@pytest.mark.parametrize("rules", [(), (TURNED,), (TURNED, LOOPED, AGAIN)], ids=["none", "some", "all"])
def test_what_a_construct_gives_is_exactly_what_was_not_there(rules: tuple[str, ...]) -> None:
    space = workspace(FastEngine(source(*rules)))
    results = [space.construct(PREFIXES + rule) for rule in (TURNED, LOOPED, LEFT_LOOP, AGAIN, TURNED, LOOPED)]
    # :a is turned to from :b and :c, :b from :c; then each loops; :a, which only is turned to, where a store looks.
    expected = [made("ba", "ca", "cb"), made("bb", "cc"), made("aa"), made(), made(), made()]
    assert [len(graph) for graph in results] == [len(graph) for graph in expected]
    assert results == expected


def test_graphs_are_right_whatever_is_looked_at_first() -> None:
    """They are worked out late: what came in before them must not count as new."""
    for look_first in (0, 1, 2):
        space = workspace(FastEngine(source(TURNED, AGAIN, LOOPED)))
        graphs = [space.construct(PREFIXES + rule) for rule in (TURNED, AGAIN, LOOPED)]
        assert list(graphs[look_first]) is not None
        assert graphs == [made("ba", "ca", "cb"), made("aa", "bb"), made("cc")]


def test_facts_that_are_added_again_are_not_new() -> None:
    space = workspace(FastEngine(source(TURNED)))
    space.add(made("ba"))
    space.add(made("ba", "bx"))
    graph = space.construct(PREFIXES + TURNED)
    assert (len(graph), graph) == (2, made("ca", "cb"))
    assert texts_of(space.select(f"{PREFIXES}SELECT ?o {{ :b :z* ?o }} ORDER BY ?o")) == [
        (f"<{EX}a>",),
        (f"<{EX}b>",),
        (f"<{EX}x>",),
    ]


def test_what_axioms_entail_is_given_once_compiled_or_not() -> None:
    rules = (
        f"{PREFIXES}CONSTRUCT {{ ?x :p ?z }} WHERE {{ ?x :p ?y . ?y :p ?z }}",
        f"{PREFIXES}CONSTRUCT {{ ?y :z ?x }} WHERE {{ ?x :p ?y }}",
    )
    chain = turtle(" ".join(f":n{one} :p :n{two} ." for one, two in pairwise(range(6))))
    pairs = {(one, two) for two in range(6) for one in range(two)}
    for patience in (0, 10**9):
        engine = FastEngine(Source(turtle(KNOWLEDGE), frozenset(), {}, rules, patience=patience))
        space = engine.workspace()
        space.add(chain)
        far = {(f"<{EX}n{one}>", f"<{EX}p>", f"<{EX}n{two}>") for one, two in pairs if two - one > 1}
        turned = {(f"<{EX}n{two}>", f"<{EX}z>", f"<{EX}n{one}>") for one, two in pairs}
        assert set(statements_of(space.entail())) == far | turned
        assert len(space.entail()) == 0
