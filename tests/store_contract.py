"""What every store does, whatever is behind it. Modules of tests bring the store, and say where it is not exact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from danao.canonical import canonical, digest_of
from danao.describe import read_descriptions
from danao.documents import Surroundings
from danao.errors import QueryFault, UsageError
from danao.examine import read_examinations
from danao.knowledge import Knowledge
from danao.namespaces import XSD
from danao.pipeline import assess
from danao.reading import Input
from danao.statements import Facts, Graph, canonical_literal, graph_of, statements_of
from danao.store.interface import Change, Store
from tests.pages import ROOT

BASE = "https://brain.example/"
ONE, TWO, VIEW = (f"{BASE}graph/{name}" for name in ("one", "two", "view"))
EX = "https://example.org/"

# Texts that mean something to some syntax, or are rare.
HOSTILE = (
    '"',
    "\\",
    '\\"',
    "'",
    '"""',
    "'''",
    "\n\r\t",
    "\b\f",
    '" } } ; DROP ALL #',
    "%statements% %graph% %staged%",
    "?subject",
    "{{}}",
    "${x}",
    "\\u0041",
    "中文“”，。",
    "𠀀𠮷",
    "e\u0301 \u200b \u00a0",
    "",
    " ",
    "# no comment",
)


def node(name: str) -> str:
    return f"<{EX}{name}>"


def facts(*lines: str) -> Graph:
    """Statements such as ``a p b`` or ``a p "text"``: words are names."""
    return graph_of([_statement(*line.split(" ", 2)) for line in lines])


def _statement(subject: str, predicate: str, thing: str) -> tuple[str, str, str]:
    return node(subject), node(predicate), thing if thing[0] in '"<' else node(thing)


def literals(texts: Iterable[str]) -> Graph:
    """Each as a value of its own node."""
    return graph_of([(node(f"n{number}"), node("p"), text) for number, text in enumerate(texts)])


def lines(graph: Facts) -> list[str]:
    return sorted(" ".join(one) for one in statements_of(graph))


ROWS = (
    "SELECT ?s ?p ?o WHERE { VALUES (?p) { (UNDEF) } "
    f"?s ?p ?o FILTER(STRSTARTS(STR(?s), '{EX}')) }} ORDER BY ?s ?p ?o"
)
IN_GRAPHS = f"SELECT ?g ?s WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), '{BASE}')) }} ORDER BY ?g ?s"
MADE = f"CONSTRUCT {{ <{EX}all> <{EX}has> ?o }} WHERE {{ ?s ?p ?o }}"


@pytest.fixture(scope="session")
def content(knowledge: Knowledge) -> Graph:
    """The canonical statements of an example: its description, its examination and everything its assessment says."""
    sources = [ROOT / "examples" / f"half-built{name}.ttl" for name in ("", "-examination")]
    described, examined = (Input(path.name, path.read_bytes()) for path in sources)
    (description,) = read_descriptions([described], knowledge, Surroundings())
    (examination,) = read_examinations([examined], knowledge, Surroundings()).values()
    assessment = assess(description, examination, knowledge)
    assert not assessment.violated
    every: set[Triple] = set()
    for part in (description.facts, examination.facts, *assessment.graphs.values()):
        every |= part
    return canonical(frozenset(every))[0]


class StoreContract:
    """Tests of one store; ``altered`` are literals that it gives back otherwise, with what it gives."""

    altered: ClassVar[Mapping[str, str]] = {}

    # ---- Changes ----

    def test_what_is_put_is_there_and_nothing_else(self, store: Store) -> None:
        assert store.graphs() == []
        store.apply(Change(put={ONE: facts("a p b", "a p c"), TWO: facts("a p b")}))
        assert lines(store.facts(ONE)) == lines(facts("a p b", "a p c"))
        assert lines(store.facts(TWO)) == lines(facts("a p b"))
        assert store.graphs() == [ONE, TWO]

    def test_a_graph_of_no_name_is_empty(self, store: Store) -> None:
        assert lines(store.facts(ONE)) == []

    def test_putting_replaces_the_whole_graph(self, store: Store) -> None:
        store.apply(Change(put={ONE: facts("a p b", "a p c")}))
        store.apply(Change(put={ONE: facts("a p d")}))
        assert lines(store.facts(ONE)) == lines(facts("a p d"))

    def test_a_graph_that_is_put_empty_is_gone(self, store: Store) -> None:
        store.apply(Change(put={ONE: facts("a p b")}))
        store.apply(Change(put={ONE: facts()}))
        assert store.graphs() == []

    def test_a_change_drops_puts_removes_and_adds(self, store: Store) -> None:
        store.apply(Change(put={ONE: facts("a p b"), VIEW: facts("a p b", "a p c", "a p d")}))
        store.apply(
            Change(
                put={TWO: facts("e p f")},
                drop=[ONE],
                remove={VIEW: facts("a p b", "a p never")},
                add={VIEW: facts("a p c", "a p g")},
            )
        )
        assert store.graphs() == [TWO, VIEW]
        assert lines(store.facts(VIEW)) == lines(facts("a p c", "a p d", "a p g"))

    def test_a_graph_may_be_dropped_and_begun_anew_in_one_step(self, store: Store) -> None:
        store.apply(Change(put={VIEW: facts("a p b")}))
        store.apply(Change(drop=[VIEW], add={VIEW: facts("a p c")}))
        assert lines(store.facts(VIEW)) == lines(facts("a p c"))

    def test_what_is_removed_and_added_is_there(self, store: Store) -> None:
        store.apply(Change(put={VIEW: facts("a p b")}))
        store.apply(Change(remove={VIEW: facts("a p b")}, add={VIEW: facts("a p b")}))
        assert lines(store.facts(VIEW)) == lines(facts("a p b"))

    def test_a_change_done_twice_is_done_once(self, store: Store) -> None:
        store.apply(Change(put={VIEW: facts("a p b")}))
        change = Change(
            put={ONE: facts("a p b")}, drop=[TWO], remove={VIEW: facts("a p b")}, add={VIEW: facts("a p c")}
        )
        store.apply(change)
        once = [lines(store.facts(graph)) for graph in store.graphs()]
        store.apply(change)
        assert (
            [lines(store.facts(graph)) for graph in store.graphs()]
            == once
            == [
                lines(facts("a p b")),
                lines(facts("a p c")),
            ]
        )

    def test_a_graph_whose_last_statement_is_removed_is_no_graph(self, store: Store) -> None:
        store.apply(Change(put={ONE: facts("a p b")}))
        store.apply(Change(remove={ONE: facts("a p b")}))
        assert store.graphs() == []

    def test_a_change_of_nothing_changes_nothing(self, store: Store) -> None:
        store.apply(Change())
        store.apply(Change(drop=[ONE], remove={ONE: facts()}, add={ONE: facts()}))
        assert store.graphs() == []

    def test_more_than_a_server_takes_in_one_update(self, store: Store) -> None:
        old, new = (facts(*(f"{name}{number} p b" for number in range(3000))) for name in ("old", "new"))
        store.apply(Change(put={VIEW: old}))
        store.apply(Change(remove={VIEW: old}, add={VIEW: new, ONE: facts("a p b")}))
        assert lines(store.facts(VIEW)) == lines(new)
        assert store.graphs() == [ONE, VIEW]

    # ---- Terms ----

    def test_texts_come_back_as_they_were_whatever_they_say(self, store: Store) -> None:
        given = literals([str(Literal(text)) for text in HOSTILE])
        store.apply(Change(put={ONE: given}, add={TWO: given}))
        assert lines(store.facts(ONE)) == lines(given)
        assert lines(store.facts(TWO)) == lines(given)
        store.apply(Change(remove={TWO: given}))
        assert store.graphs() == [ONE]

    @pytest.mark.parametrize(
        "text",
        [
            '"x"@zh-hans',
            f'"1.5"^^<{XSD}decimal>',
            f'"123456789012345.123"^^<{XSD}decimal>',
            f'"1"^^<{XSD}integer>',
            f'"123456789012345678"^^<{XSD}integer>',
            f'"true"^^<{XSD}boolean>',
            f'"2025-12-31"^^<{XSD}date>',
            f'"2025-12-31T08:00:00+08:00"^^<{XSD}dateTime>',
            f'"2025-12-31T08:00:00.5Z"^^<{XSD}dateTime>',
            f'"2025"^^<{XSD}gYear>',
            f'"P1D"^^<{XSD}duration>',
            f'"P1Y2M"^^<{XSD}yearMonthDuration>',
            f'"https://example.org/a%20b?c=d#e"^^<{XSD}anyURI>',
            f'"x"^^<{EX}kind>',
            f'"1.0E0"^^<{XSD}double>',
        ],
    )
    def test_canonical_literals_come_back_as_they_were(self, store: Store, text: str) -> None:
        form = canonical_literal(text)
        store.apply(Change(put={ONE: literals([form])}))
        assert lines(store.facts(ONE)) == lines(literals([self.altered.get(form, form)]))

    def test_blank_nodes_may_be_put(self, store: Store) -> None:
        text = '_:a <urn:p> _:b .\n_:b <urn:p> "x" .\n<urn:s> <urn:p> _:a .\n'
        given = frozenset(quad.triple for quad in parse(text.encode(), RdfFormat.N_TRIPLES))
        store.apply(Change(put={ONE: given, TWO: given}))
        one, two = (statements_of(store.facts(graph)) for graph in (ONE, TWO))
        assert len(one) == len(two) == 3
        assert _blanks(one) & _blanks(two) == set()
        (root,) = [thing for subject, _, thing in one if subject == "<urn:s>"]
        (inner,) = [thing for subject, _, thing in one if subject == root]
        assert [thing for subject, _, thing in one if subject == inner] == ['"x"']

    def test_an_assessment_comes_back_with_its_digest(self, store: Store, content: Graph) -> None:
        assert len(content) > 3000
        store.apply(Change(put={ONE: content}))
        found = store.facts(ONE)
        self.check_content(content, found)

    def check_content(self, given: Graph, found: Graph) -> None:
        """The same statements, and so the same digest."""
        assert lines(found) == lines(given)
        assert digest_of(found) == digest_of(given)

    # ---- Queries ----

    def test_a_query_without_graphs_names_every_graph_and_sees_nothing_else(self, store: Store) -> None:
        store.apply(Change(put={ONE: facts("a p b"), TWO: facts("c p d")}))
        rows = store.select(IN_GRAPHS)
        assert [(row["g"].value, row["s"].value) for row in rows] == [(ONE, f"{EX}a"), (TWO, f"{EX}c")]
        assert store.select(ROWS) == []

    def test_default_graphs_are_merged(self, store: Store) -> None:
        store.apply(Change(put={ONE: facts("a p b"), TWO: facts("c p b"), VIEW: facts("e p f")}))
        rows = store.select(ROWS, default=[ONE, TWO])
        assert [row["s"].value for row in rows] == [f"{EX}a", f"{EX}c"]

    def test_what_stands_in_two_default_graphs_may_be_found_twice(self, store: Store) -> None:
        store.apply(Change(put={ONE: facts("a p b"), TWO: facts("a p b")}))
        # A merge would have it once; oxigraph and Virtuoso do not look for what stands in two graphs.
        assert len(store.select(ROWS, default=[ONE, TWO])) == 2

    def test_with_default_graphs_only_no_graph_can_be_named(self, store: Store) -> None:
        store.apply(Change(put={ONE: facts("a p b"), TWO: facts("c p d")}))
        assert store.select(IN_GRAPHS, default=[ONE]) == []

    def test_only_the_graphs_allowed_can_be_named(self, store: Store) -> None:
        store.apply(Change(put={ONE: facts("a p b"), TWO: facts("c p d")}))
        assert [row["g"].value for row in store.select(IN_GRAPHS, named=[TWO])] == [TWO]
        assert [row["g"].value for row in store.select(IN_GRAPHS, default=[ONE], named=[TWO])] == [TWO]
        assert store.select(ROWS, named=[TWO]) == []

    def test_parameters_fill_the_leading_row(self, store: Store) -> None:
        store.apply(Change(put={ONE: facts("a p b", "a q c")}))
        rows = store.select(ROWS, {"p": NamedNode(f"{EX}q")}, default=[ONE])
        assert rows == [{"s": NamedNode(f"{EX}a"), "p": NamedNode(f"{EX}q"), "o": NamedNode(f"{EX}c")}]

    def test_unbound_is_nothing(self, store: Store) -> None:
        store.apply(Change(put={ONE: facts("a p b")}))
        rows = store.select("SELECT ?s ?x WHERE { ?s ?p ?o OPTIONAL { ?o ?p ?x } }", default=[ONE])
        assert rows == [{"s": NamedNode(f"{EX}a"), "x": None}]

    def test_what_is_constructed_stands_once(self, store: Store) -> None:
        store.apply(Change(put={ONE: facts("a p b", "c p b", "c p d")}))
        assert lines(store.construct(MADE, default=[ONE])) == lines(facts("all has b", "all has d"))

    def test_many_rows_come_whole_and_in_order(self, store: Store) -> None:
        store.apply(Change(put={ONE: facts(*(f"a{number:05} p b" for number in range(12_000)))}))
        rows = store.select(ROWS, default=[ONE])
        assert [row["s"].value for row in rows] == [f"{EX}a{number:05}" for number in range(12_000)]

    @pytest.mark.parametrize("query", ["SELECT ?s WHERE { ?s ?p", "nonsense"])
    def test_a_wrong_query_is_a_query_fault(self, store: Store, query: str) -> None:
        with pytest.raises(QueryFault):
            store.select(query)

    def test_a_query_of_the_wrong_form_is_a_query_fault(self, store: Store) -> None:
        with pytest.raises(QueryFault):
            store.select("ASK { ?s ?p ?o }")

    # ---- Everything ----

    def test_an_empty_store_is_loaded_and_cleared(self, store: Store) -> None:
        many = [(f"{BASE}graph/{number:03}", facts(f"a{number} p b", "a p b")) for number in range(50)]
        store.load(many)
        assert store.graphs() == [graph for graph, _ in many]
        assert lines(store.facts(many[7][0])) == lines(many[7][1])
        store.clear()
        assert store.graphs() == []
        store.load([(ONE, facts("a p b"))])
        assert store.graphs() == [ONE]

    def test_only_an_empty_store_is_loaded(self, store: Store) -> None:
        store.apply(Change(put={ONE: facts("a p b")}))
        with pytest.raises(UsageError, match="only an empty one"):
            store.load([(TWO, facts("a p b"))])
        assert store.graphs() == [ONE]


def _blanks(statements: Iterable[tuple[str, str, str]]) -> set[str]:
    return {term for one in statements for term in one if term[0] == "_"}
