"""Terms as text: a graph is a set of triples, text comes back as it was, literals have the form that a store gives."""

from __future__ import annotations

import pickle
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse, serialize

from danao.namespaces import XSD
from danao.statements import (
    Facts,
    Graph,
    Statement,
    Term,
    canonical_literal,
    graph_of,
    joined,
    lexical,
    quoted,
    split,
    statements_of,
    term_of,
    together,
    triples_of,
    unescaped,
)

EX = "https://example.org/"
P = NamedNode(EX + "p")


def triple(subject: str, thing: str) -> Triple:
    return Triple(NamedNode(EX + subject), P, Literal(thing))


ONE, TWO, THREE = triple("a", "1"), triple("b", '2"\n'), triple("c", "三")


def graph(*triples: Triple) -> Facts:
    return graph_of(statements_of(triples))


# ---- Graphs ----


def test_a_graph_is_the_set_of_its_triples() -> None:
    found = graph(ONE, TWO)
    assert found == {ONE, TWO}
    assert {ONE, TWO} == found
    assert found == frozenset({ONE, TWO})
    assert frozenset({ONE, TWO}) == found
    assert found == graph(TWO, ONE)
    assert found != {ONE}
    assert frozenset({ONE, THREE}) != found
    assert found != graph(ONE, THREE)
    assert hash(found) == hash(graph(TWO, ONE)) == hash(frozenset({ONE, TWO}))


def test_a_graph_has_its_size_and_members() -> None:
    found = graph(ONE, TWO)
    assert len(found) == 2
    assert (ONE in found, THREE in found, "no triple" in found) == (True, False, False)
    assert sorted(map(str, found)) == sorted(map(str, (ONE, TWO)))
    assert bool(found) is True
    assert bool(graph()) is False
    assert graph() == frozenset()


def test_a_graph_joins_sets_on_either_side() -> None:
    found, other = graph(ONE, TWO), frozenset({TWO, THREE})
    assert found | other == other | found == {ONE, TWO, THREE}
    assert found & other == other & found == {TWO}
    assert found - other == {ONE}
    assert other - found == {THREE}
    assert found ^ other == {ONE, THREE}
    assert other.union(found) == {ONE, TWO, THREE}
    assert found <= frozenset({ONE, TWO, THREE})
    assert not found <= other
    assert frozenset({ONE}) < found
    assert found.isdisjoint({THREE})
    assert isinstance(found | other, frozenset)


def test_a_graph_is_made_once_and_only_when_somebody_looks() -> None:
    made: list[str] = []

    def make() -> Sequence[Statement]:
        made.append("made")
        return statements_of({ONE})

    found: Facts = Graph(make, 1)
    assert (len(found), made) == (1, [])
    assert len(together([found, graph(TWO)])) == 2
    assert made == []
    assert list(statements_of(found)) == list(statements_of(found)) == statements_of({ONE})
    assert found == {ONE}
    assert made == ["made"]


def test_a_graph_survives_pickling_even_if_nobody_has_looked() -> None:
    wanted = tuple(statements_of({ONE, TWO}))
    # Nothing else of this one could be pickled: what makes it is a function within a function.
    found: Facts = pickle.loads(pickle.dumps(Graph(lambda: wanted)))  # noqa: S301 - our own bytes
    assert isinstance(found, Graph)
    assert frozenset(found) == {ONE, TWO}
    assert tuple(statements_of(found)) == wanted


def test_graphs_put_together_are_one() -> None:
    assert together([graph(ONE), graph(TWO), frozenset()]) == {ONE, TWO}
    assert isinstance(together([graph(ONE), graph(TWO)]), Graph)
    assert together([graph(ONE), frozenset({TWO})]) == {ONE, TWO}
    assert together([]) == frozenset()


# ---- Text and back ----

# Odd characters more often than others: what N-Triples escapes, what cuts lines elsewhere, what is outside the plane.
ODD = st.sampled_from("\"\\\n\r\t\b\f\0\1\x1f\x7f\x85\xa0\u2028\u2029\ufeff\ufffd\uffff𠀀'<>^@_. \\u005c")
TEXTS = st.text(st.one_of(ODD, st.characters(codec="utf-8")))
LITERALS = st.one_of(
    st.builds(Literal, TEXTS),
    st.builds(lambda text, tag: Literal(text, language=tag), TEXTS, st.sampled_from(["zh", "en", "zh-hans-cn"])),
    st.builds(lambda text, kind: Literal(text, datatype=NamedNode(kind)), TEXTS, st.sampled_from([EX + "t", "urn:木"])),
)
NODES = st.sampled_from([NamedNode(EX + "a"), NamedNode("urn:x:木#業"), BlankNode("b1"), NamedNode(EX + "%20?a=b")])
TRIPLES = st.builds(lambda one, two: Triple(one, P, two), NODES, st.one_of(LITERALS, NODES))


@given(st.frozensets(TRIPLES, max_size=5))
def test_triples_come_back_from_statements(triples: frozenset[Triple]) -> None:
    statements = statements_of(triples)
    assert len(statements) == len(triples)
    assert frozenset(triples_of(statements)) == triples
    assert frozenset(Triple(*map(term_of, one)) for one in statements) == triples  # type: ignore[arg-type]
    assert frozenset(graph_of(statements)) == triples


@given(st.frozensets(TRIPLES, max_size=5))
def test_text_is_that_of_pyoxigraph(triples: frozenset[Triple]) -> None:
    text = (serialize(triples, format=RdfFormat.N_TRIPLES) or b"").decode()
    assert sorted(joined(split(text)).splitlines(keepends=False)) == sorted(text.splitlines(keepends=False))
    assert split(text + text) == split(text)
    parsed = frozenset(quad.triple for quad in parse(joined(split(text)), format=RdfFormat.N_TRIPLES))
    assert parsed == triples


@given(TEXTS)
def test_characters_come_back_from_quotes(text: str) -> None:
    assert quoted(text) == str(Literal(text))
    assert unescaped(quoted(text)[1:-1]) == text
    assert term_of(quoted(text)) == Literal(text)


@given(st.one_of(LITERALS, st.sampled_from([NamedNode(EX + "a"), NamedNode("urn:木")])))
def test_the_characters_of_a_term_are_those_of_its_value(term: Term) -> None:
    assert lexical(str(term)) == term.value
    assert term_of(str(term)) == term


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        (r"\t\b\n\r\f\"\'\\", "\t\b\n\r\f\"'\\"),
        (r"\u6728\U00020000\u005Cn", "木𠀀\\n"),
        (r"\\u6728", r"\u6728"),
        (r"\\\\n", r"\\n"),
        ("plain", "plain"),
    ],
)
def test_escapes_stand_for_their_characters(text: str, characters: str) -> None:
    assert unescaped(text) == characters


# ---- Canonical literals ----

KINDS = [
    *("integer", "decimal", "boolean", "date", "dateTime", "time", "gYear", "gYearMonth", "double", "float"),
    *(
        "string",
        "anyURI",
        "byte",
        "int",
        "long",
        "nonNegativeInteger",
        "duration",
        "dayTimeDuration",
        "yearMonthDuration",
    ),
]
FORMS = st.one_of(
    st.from_regex(r"[+-]?0{0,3}[0-9]{0,20}(\.[0-9]{0,20})?", fullmatch=True),
    st.from_regex(r"-?[0-9]{1,3}(\.[0-9]{1,3})?[eE][+-]?[0-9]{1,2}", fullmatch=True),
    st.from_regex(r"-?[0-9]{4,5}-[0-9]{2}-[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})?", fullmatch=True),
    st.from_regex(r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\.[0-9]{0,20})?Z?", fullmatch=True),
    st.dates().map(str),
    st.sampled_from(
        ["true", "false", "1", "0", "TRUE", "NaN", "INF", "-INF", "", " 1 ", "-0", "-0.0", "P1D", "PT0S", "P12M"]
    ),
    TEXTS,
)


def stored(term: str) -> str:
    """What a store makes of a literal."""
    store = Store()
    store.load(f"<urn:x> <urn:x> {term} .\n".encode(), format=RdfFormat.N_TRIPLES)
    (quad,) = store.quads_for_pattern(None, None, None)
    assert isinstance(quad, Quad)
    return str(quad.object)


@settings(max_examples=400)
@given(FORMS, st.sampled_from(KINDS))
def test_a_canonical_literal_is_what_a_store_makes_of_it(form: str, kind: str) -> None:
    term = str(Literal(form, datatype=NamedNode(XSD + kind)))
    assert canonical_literal(term) == stored(term)
    assert canonical_literal(canonical_literal(term)) == canonical_literal(term)


@given(TEXTS, st.sampled_from(["zh", "ZH", "zh-Hans", "en-GB", "x-a1"]))
def test_a_canonical_text_is_what_a_store_makes_of_it(text: str, language: str) -> None:
    term = str(Literal(text, language=language))
    assert canonical_literal(term) == stored(term)
    assert canonical_literal(str(Literal(text))) == stored(str(Literal(text))) == str(Literal(text))


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ('"012"^^{}integer', '"12"^^{}integer'),
        ('"+1"^^{}integer', '"1"^^{}integer'),
        ('"12.50"^^{}decimal', '"12.5"^^{}decimal'),
        ('"1.0"^^{}decimal', '"1"^^{}decimal'),
        ('"1"^^{}boolean', '"true"^^{}boolean'),
        ('"2024-02-29"^^{}date', '"2024-02-29"^^{}date'),
        ('"2025-02-30"^^{}date', '"2025-02-30"^^{}date'),
        ('"x"^^{}integer', '"x"^^{}integer'),
        ('"x"@ZH-Hans', '"x"@zh-hans'),
        ('"x"^^{}string', '"x"'),
    ],
)
def test_known_literals_have_their_form(written: str, canonical: str) -> None:
    one, two = (f"{text.replace('{}', f'<{XSD}')}{'>' if '{}' in text else ''}" for text in (written, canonical))
    assert canonical_literal(one) == two
