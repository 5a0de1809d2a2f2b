"""The two engines of shapes: which one works, the same results from both, and what is refused because they differ.

The expected results are written by hand from SHACL's text; no engine is asked what another should say.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import Requirement
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

import danao
from danao.engine.checks import Checks, links_of
from danao.engine.fast import FastEngine
from danao.engine.footprint import lean
from danao.engine.interface import ShapeResult, in_order, ntriples
from danao.engine.rules.beyond import Beyond, Unsupported
from danao.engine.rules.program import Index
from danao.engine.shapes import CompiledShapes, ShaclShapes, TurboShapes, compile_shapes, shapes_in_use
from danao.errors import KnowledgeError, UsageError
from danao.knowledge import Knowledge, load_knowledge
from danao.namespaces import XSD
from danao.soundness import refuse_ambiguous
from danao.statements import Term, split
from tests.case import AS_OF, CASES, case_folders, case_name, run_case
from tests.given import FULL, assessed

ROOT = Path(danao.__file__).parents[2]
EX = "https://example.org/"
PREFIXES = """
@prefix : <https://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


class CheckedShapes:
    """Shapes as the fast engine takes them: checks over indexed facts, or an engine where these do not do."""

    name = "checks"
    version = ""

    def __init__(self, text: str) -> None:
        self._engine = compile_shapes(lean(text))
        try:
            self.checks: Checks | None = Checks(links_of(text))
        except Unsupported:
            self.checks = None

    def validate(self, text: str) -> list[ShapeResult]:
        if self.checks is not None:
            index = Index()
            index.add(split(text))
            try:
                return in_order(self.checks.results(index))
            except Beyond:
                return self._engine.validate(text)
        return self._engine.validate(text)


Kind = type[ShaclShapes | TurboShapes]
MODULES: dict[str, Kind] = {"shacl": ShaclShapes, "pyshacl_turbo": TurboShapes}
INSTALLED = [kind for module, kind in MODULES.items() if find_spec(module)]
each_kind = pytest.mark.parametrize("kind", INSTALLED, ids=lambda kind: kind.name)
each_way = pytest.mark.parametrize("kind", [*INSTALLED, CheckedShapes], ids=lambda kind: kind.name)


def turtle(text: str) -> frozenset[Triple]:
    return frozenset(quad.triple for quad in parse(PREFIXES + text, format=RdfFormat.TURTLE))


def results(kind: Kind, shapes: str, facts: str) -> list[ShapeResult]:
    return kind(ntriples(turtle(shapes))).validate(ntriples(turtle(facts)))


def on(focus: str, value: Term | None = None, *, shape: str = "P", severity: str = "violation") -> ShapeResult:
    """A result on ``:focus`` of the shape ``:P``, a violation, where nothing else is said."""
    return ShapeResult(EX + focus, EX + shape, severity, None if value is None else str(value))


def node(name: str) -> NamedNode:
    return NamedNode(EX + name)


def number(text: str, datatype: str = "integer") -> Literal:
    return Literal(text, datatype=NamedNode(XSD + datatype))


# ---- The same results ----

# Property shape :P of every :C, what is stated of :a and others, and what :P says.
CONSTRUCTS = {
    "minCount": ("sh:path :p ; sh:minCount 2", ":a a :C ; :p 1 . :b a :C ; :p 1 , 2 .", [on("a")]),
    "maxCount": ("sh:path :p ; sh:maxCount 1", ":a a :C ; :p 1 . :b a :C ; :p 1 , 2 .", [on("b")]),
    "a repeated triple counts once": ("sh:path :p ; sh:maxCount 1", ":a a :C ; :p 1 , 1 .", []),
    "class": (
        "sh:path :p ; sh:class :D",
        ":a a :C ; :p :d , :e , 'd' . :d a :D .",
        [on("a", Literal("d")), on("a", node("e"))],
    ),
    "class of a subclass in the data": (
        "sh:path :p ; sh:class :D",
        ":a a :C ; :p :d . :d a :E . :E rdfs:subClassOf :D .",
        [],
    ),
    "datatype": (
        "sh:path :p ; sh:datatype xsd:integer",
        ":a a :C ; :p 1 , 1.0 , 'x' , :x .",
        [on("a", Literal("x")), on("a", number("1.0", "decimal")), on("a", node("x"))],
    ),
    "datatype with text that is none of it": (
        "sh:path :p ; sh:datatype xsd:date",
        ":a a :C ; :p '2025-02-29'^^xsd:date , '2024-02-29'^^xsd:date .",
        [on("a", number("2025-02-29", "date"))],
    ),
    "datatype string without language": (
        "sh:path :p ; sh:datatype xsd:string",
        ":a a :C ; :p 'x' , 'x'@zh .",
        [on("a", Literal("x", language="zh"))],
    ),
    "nodeKind IRI": ("sh:path :p ; sh:nodeKind sh:IRI", ":a a :C ; :p :x , 'x' .", [on("a", Literal("x"))]),
    "nodeKind literal": ("sh:path :p ; sh:nodeKind sh:Literal", ":a a :C ; :p :x , 'x' .", [on("a", node("x"))]),
    "in": (
        "sh:path :p ; sh:in ( :x 'x'@zh 1 )",
        ":a a :C ; :p :x , 'x'@zh , 1 , 01 , 'x' .",
        [on("a", Literal("x")), on("a", number("01"))],
    ),
    "in nothing": ("sh:path :p ; sh:in ()", ":a a :C ; :p :x .", [on("a", node("x"))]),
    "hasValue": ("sh:path :p ; sh:hasValue :x", ":a a :C ; :p :y . :b a :C ; :p :x , :y .", [on("a")]),
    "pattern": (
        r"sh:path :p ; sh:pattern '^[1-9][0-9]*$'",
        ":a a :C ; :p 10 , '10' , '010' , 'x10' .",
        [on("a", Literal("010")), on("a", Literal("x10"))],
    ),
    "pattern that any space leaves unmatched": (
        r"sh:path :p ; sh:pattern '\\S'",
        r":a a :C ; :p 'x' , ' \t\n' , '　' , '\u00A0' .",
        [on("a", Literal(" \t\n")), on("a", Literal("\u3000")), on("a", Literal("\u00a0"))],
    ),
    "pattern on an IRI": (
        "sh:path :p ; sh:pattern '^https?://'",
        ":a a :C ; :p <urn:x> , :x .",
        [on("a", NamedNode("urn:x"))],
    ),
    "pattern with the flag i": (
        "sh:path :p ; sh:pattern '^ab$' ; sh:flags 'i'",
        ":a a :C ; :p 'AB' , 'aB' , 'ABC' .",
        [on("a", Literal("ABC"))],
    ),
    "pattern with a line break": (
        r"sh:path :p ; sh:not :Break . :Break a sh:NodeShape ; sh:pattern '[\\n\\r]'",
        r":a a :C ; :p 'x' , 'x\n' .",
        [on("a", Literal("x\n"))],
    ),
    "uniqueLang": (
        "sh:path :p ; sh:uniqueLang true",
        ":a a :C ; :p 'x'@zh , 'y'@zh , 'z'@en , 'x' , 'y' . :b a :C ; :p 'x'@zh , 'x'@en .",
        [on("a")],
    ),
    "languageIn": (
        "sh:path :p ; sh:languageIn ( 'zh' 'en' )",
        ":a a :C ; :p 'x'@zh , 'y'@zh-hans-cn , 'z'@fr , 'w' , :v .",
        [on("a", Literal("w")), on("a", Literal("z", language="fr")), on("a", node("v"))],
    ),
    "minInclusive and maxInclusive": (
        "sh:path :p ; sh:minInclusive 1990 ; sh:maxInclusive 2100",
        ":a a :C ; :p 1989 , 1990 , 2100.0 , 2101 , '2000' .",
        [on("a", Literal("2000")), on("a", number("1989")), on("a", number("2101"))],
    ),
    "minExclusive": (
        "sh:path :p ; sh:minExclusive 0.0",
        ":a a :C ; :p 0 , 0.001 , -1 .",
        [on("a", number("-1")), on("a", number("0"))],
    ),
    "lessThan": (
        "sh:path :p ; sh:lessThan :q",
        """:a a :C ; :p '2025-01-01'^^xsd:date ; :q '2025-01-01'^^xsd:date .
        :b a :C ; :p '2025-01-01'^^xsd:date ; :q '2025-01-02'^^xsd:date . :c a :C ; :p '2025-01-01'^^xsd:date .""",
        [on("a", number("2025-01-01", "date"))],
    ),
    "lessThanOrEquals": (
        "sh:path :p ; sh:lessThanOrEquals :q",
        """:a a :C ; :p '2025-01-01'^^xsd:date ; :q '2025-01-01'^^xsd:date .
        :b a :C ; :p '2025-01-02'^^xsd:date ; :q '2025-01-01'^^xsd:date .""",
        [on("b", number("2025-01-02", "date"))],
    ),
    "lessThan of what cannot be compared": (
        "sh:path :p ; sh:lessThan :q",
        ":a a :C ; :p '2025-01-01'^^xsd:date ; :q 3 , 'x' .",
        [on("a", number("2025-01-01", "date"))],
    ),
    "equals": (
        "sh:path :p ; sh:equals :q",
        ":a a :C ; :p :x , :y ; :q :y , :z .",
        [on("a", node("x")), on("a", node("z"))],
    ),
    "disjoint": ("sh:path :p ; sh:disjoint :q", ":a a :C ; :p :x , :y ; :q :y , :z .", [on("a", node("y"))]),
    "not": ("sh:path :p ; sh:not [ sh:class :D ]", ":a a :C ; :p :d , :e . :d a :D .", [on("a", node("d"))]),
    "or": (
        "sh:path :p ; sh:or ( [ sh:datatype xsd:string ] [ sh:class :D ] )",
        ":a a :C ; :p 'x' , :d , :e , 1 . :d a :D .",
        [on("a", number("1")), on("a", node("e"))],
    ),
    "and": (
        "sh:path :p ; sh:and ( [ sh:class :D ] [ sh:class :E ] )",
        ":a a :C ; :p :d , :e . :d a :D . :e a :D , :E .",
        [on("a", node("d"))],
    ),
    "xone": (
        "sh:path :p ; sh:xone ( [ sh:class :D ] [ sh:class :E ] )",
        ":a a :C ; :p :d , :e , :f . :d a :D . :e a :D , :E .",
        [on("a", node("e")), on("a", node("f"))],
    ),
    "node": (
        "sh:path :p ; sh:node :N . :N sh:property :Q . :Q sh:path :q ; sh:minCount 1",
        ":a a :C ; :p :d , :e . :d :q 1 .",
        [on("a", node("e"))],
    ),
    "nested property": (
        "sh:path :p ; sh:property :Q . :Q a sh:PropertyShape ; sh:path :q ; sh:minCount 1",
        ":a a :C ; :p :d , :e . :d :q 1 .",
        [on("e", shape="Q")],
    ),
    "qualifiedMinCount": (
        "sh:path :p ; sh:qualifiedValueShape [ sh:class :D ] ; sh:qualifiedMinCount 2",
        ":a a :C ; :p :d , :e , :x . :b a :C ; :p :d , :f . :d a :D . :e a :E . :f a :D .",
        [on("a")],
    ),
    "qualifiedMaxCount": (
        "sh:path :p ; sh:qualifiedValueShape [ sh:class :D ] ; sh:qualifiedMaxCount 1",
        ":a a :C ; :p :d , :e , :x . :b a :C ; :p :d , :f . :d a :D . :e a :E . :f a :D .",
        [on("b")],
    ),
    "path of two steps": (
        "sh:path ( :p :q ) ; sh:minCount 2",
        ":a a :C ; :p :d , :e . :d :q 1 . :e :q 1 . :b a :C ; :p :d , :f . :f :q 2 .",
        [on("a")],
    ),
    "alternative path": (
        "sh:path [ sh:alternativePath ( :p :q ) ] ; sh:minCount 1",
        ":a a :C ; :r 1 . :b a :C ; :q 1 .",
        [on("a")],
    ),
    "inverse path": (
        "sh:path [ sh:inversePath :p ] ; sh:minCount 1",
        ":a a :C ; :p :b . :b a :C .",
        [on("a")],
    ),
    "path of any length": (
        "sh:path [ sh:zeroOrMorePath :p ] ; sh:hasValue :z",
        ":a a :C ; :p :b . :b :p :a . :d a :C ; :p :e . :e :p :z .",
        [on("a")],
    ),
    "warning": ("sh:path :p ; sh:minCount 1 ; sh:severity sh:Warning", ":a a :C .", [on("a", severity="warning")]),
    "info": ("sh:path :p ; sh:minCount 1 ; sh:severity sh:Info", ":a a :C .", [on("a", severity="info")]),
    "deactivated": ("sh:path :p ; sh:minCount 1 ; sh:deactivated true", ":a a :C .", []),
    "two constraints that one value breaks say so once": (
        "sh:path :p ; sh:datatype xsd:integer ; sh:nodeKind sh:IRI",
        ":a a :C ; :p 'x' .",
        [on("a", Literal("x"))],
    ),
}


@each_way
@pytest.mark.parametrize("name", CONSTRUCTS)
def test_a_construct_gives_the_results_that_shacl_says(kind: Kind, name: str) -> None:
    shape, facts, expected = CONSTRUCTS[name]
    shapes = f":S a sh:NodeShape ; sh:targetClass :C ; sh:property :P . :P a sh:PropertyShape ; {shape} ."
    assert results(kind, shapes, facts) == sorted(expected, key=lambda one: (one.focus, one.value or ""))


TARGETS = {
    "class": ("sh:targetClass :C", ":a a :C . :b a :D . :e :f :g .", ["a"]),
    "class of a subclass in the data": ("sh:targetClass :C", ":a a :D . :D rdfs:subClassOf :C .", ["a"]),
    "node, there or not": ("sh:targetNode :a , :z", ":a a :C .", ["a", "z"]),
    "subjects": ("sh:targetSubjectsOf :f", ":a :f :b . :b :g :a .", ["a"]),
    "objects": ("sh:targetObjectsOf :f", ":a :f :b . :b :g :a .", ["b"]),
    "several, each node once": ("sh:targetClass :C ; sh:targetSubjectsOf :f", ":a a :C ; :f 1 , 2 .", ["a"]),
}


@each_way
@pytest.mark.parametrize("name", TARGETS)
def test_a_target_is_what_shacl_says(kind: Kind, name: str) -> None:
    target, facts, expected = TARGETS[name]
    shapes = f":S a sh:NodeShape ; {target} ; sh:property :P . :P a sh:PropertyShape ; sh:path :p ; sh:minCount 1 ."
    assert results(kind, shapes, facts) == [on(focus) for focus in expected]


@each_way
def test_a_node_shape_reports_by_its_own_name(kind: Kind) -> None:
    shapes = ":S a sh:NodeShape ; sh:targetClass :C ; sh:nodeKind sh:IRI ; sh:class :D ."
    assert results(kind, shapes, ":a a :C .") == [on("a", node("a"), shape="S")]


@each_way
def test_a_literal_as_focus_node_goes_by_its_text(kind: Kind) -> None:
    shapes = ":S sh:targetObjectsOf :p ; sh:property :P . :P sh:path :q ; sh:minCount 1 ."
    facts = r""":a :p 2025 , '<q"\\>\n'@zh , 'x'^^:type ."""
    assert [result.focus for result in results(kind, shapes, facts)] == ["2025", '<q"\\>\n', "x"]


# Of a form, a length or a script that a writer or reader of N-Triples could change.
ODD = (
    "",
    " \t\r\n",
    'q"\\<>',
    "\u0001\u007f\u0085\u2028\ufeff",
    "甲乙\U00020000\U0001f600",
    "e\u0301",
    "\\u0041",
)


@each_way
@pytest.mark.parametrize("text", ODD, ids=ascii)
@pytest.mark.parametrize("language", [None, "zh", "en-gb"])
def test_a_value_comes_back_as_it_went_in(kind: Kind, text: str, language: str | None) -> None:
    value = Literal(text, language=language)
    shapes = ":S a sh:NodeShape ; sh:targetClass :C ; sh:property :P . :P a sh:PropertyShape ; sh:path :p ; sh:in () ."
    facts = ntriples([*turtle(":a a :C ."), Triple(node("a"), node("p"), value)])
    assert kind(ntriples(turtle(shapes))).validate(facts) == [on("a", value)]


@each_way
def test_a_graph_without_facts_has_no_results(kind: Kind) -> None:
    assert kind(ntriples(turtle(":S a sh:NodeShape ; sh:targetClass :C ; sh:class :D ."))).validate("") == []


@each_way
def test_no_shapes_have_no_results(kind: Kind) -> None:
    assert kind("").validate(ntriples(turtle(":a a :C ."))) == []


def nested(levels: int) -> str:
    """A shape that applies so many others inside each other, down a chain of :p; the last asks for :q."""
    steps = " ".join(
        f":N{i} a sh:NodeShape ; sh:property :P{i} . :P{i} a sh:PropertyShape ; sh:path :p ; sh:node :N{i + 1} ."
        for i in range(levels)
    )
    last = f":N{levels} a sh:NodeShape ; sh:property :Q . :Q a sh:PropertyShape ; sh:path :q ; sh:minCount 1 ."
    return f":N0 sh:targetNode :n0 . {steps} {last}"


@each_way
def test_shapes_are_followed_into_each_other_over_forty_levels_and_refused_beyond_fifty(kind: Kind) -> None:
    chain = " ".join(f":n{i} :p :n{i + 1} ." for i in range(60))
    assert results(kind, nested(40), chain) == [on("n0", node("n1"), shape="P0")]
    with pytest.raises(KnowledgeError, match="deep"):
        results(kind, nested(55), chain)


# ---- Shapes that cannot be applied ----


@each_kind
@pytest.mark.parametrize(
    "constraint",
    ["sh:pattern '('", "sh:minCount 'x'", "sh:minCount -1", "sh:nodeKind :Leaf"],
)
def test_a_constraint_that_makes_no_sense_is_refused_and_never_passes(kind: Kind, constraint: str) -> None:
    shapes = (
        f":S a sh:NodeShape ; sh:targetClass :C ; sh:property :P . :P a sh:PropertyShape ; sh:path :p ; {constraint} ."
    )
    with pytest.raises(KnowledgeError, match=rf"cannot be applied\. {kind.name} says: ") as caught:
        results(kind, shapes, ":a a :C ; :p 'x' .")
    assert caught.value.fix is not None


# What engines, these or others, answer or name differently.
AMBIGUOUS = {
    "a property shape without a name": ":S sh:targetClass :C ; sh:property [ sh:path :p ; sh:minCount 1 ] .",
    "a target without a name": "[] sh:targetClass :C ; sh:class :D .",
    "no path": ":S sh:targetClass :C ; sh:property :P . :P sh:minCount 1 .",
    "a misspelt property shape": ":S sh:targetClass :C ; sh:property :Q . :P sh:path :p ; sh:minCount 1 .",
    "the flag x": ":S sh:targetClass :C ; sh:pattern 'a b' ; sh:flags 'x' .",
    "the flag q": ":S sh:targetClass :C ; sh:pattern 'a.b' ; sh:flags 'iq' .",
    "a shape that applies itself": ":S sh:targetClass :C ; sh:property :P . :P sh:path :p ; sh:node :S .",
    "shapes that apply each other": ":S sh:targetClass :C ; sh:or ( :T :U ) . :U sh:not [ sh:node :S ] .",
    "a circle without names": "_:a sh:not _:b . _:b sh:not _:a .",
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_shapes_that_engines_take_differently_are_refused(name: str) -> None:
    with pytest.raises(KnowledgeError) as caught:
        refuse_ambiguous(turtle(AMBIGUOUS[name]))
    assert caught.value.place.node
    assert caught.value.fix is not None


def test_shapes_without_names_inside_others_are_fine() -> None:
    refuse_ambiguous(
        turtle(
            ":S sh:targetClass :C ; sh:property :P , :Q ; sh:not [ sh:property [ sh:path :p ; sh:minCount 1 ] ] ."
            ":P sh:path :p ; sh:node :T . :Q sh:path ( :p :q ) ; sh:node :T ; sh:pattern 'a' ; sh:flags 'i' ."
        )
    )


def test_a_standard_with_such_a_shape_is_refused_when_it_is_loaded(tmp_path: Path) -> None:
    for folder in ("ontology", "shapes", "rules"):
        for file in (ROOT / "tests" / "standards" / "libraries" / folder).rglob("*.*"):
            copy = tmp_path / folder / file.relative_to(ROOT / "tests" / "standards" / "libraries" / folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    load_knowledge(tmp_path)
    (tmp_path / "shapes" / "description" / "domain" / "Own.ttl").write_text(PREFIXES + AMBIGUOUS["no path"], "utf-8")
    with pytest.raises(KnowledgeError, match="no path"):
        load_knowledge(tmp_path)


# ---- The same assessments ----


@pytest.fixture(scope="module")
def successor() -> Knowledge:
    """The knowledge as a machine loads it that has no ``shacl``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "shacl", None)
        found = load_knowledge()
        engine = cast("FastEngine", found.engine)
        for name in engine.checks:
            # Compiled while the first is hidden, and left to it alone: nothing is checked beforehand.
            engine.shapes(name)
            cast("dict[str, None]", engine.checks)[name] = None
        assert engine.versions
        return found


def test_the_successor_is_at_work_where_it_should_be(successor: Knowledge) -> None:
    assert set(successor.engine.versions) == {"pyoxigraph", "pyshacl-turbo"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "shacl", None)
        assert {shapes.name for shapes in compiled(successor).values()} == {"pyshacl-turbo"}


def compiled(knowledge: Knowledge) -> dict[str, CompiledShapes]:
    engine = cast("FastEngine", knowledge.engine)
    return {name: engine.shapes(name) for name in engine.checks}


# One case of each indicator, each time another of its kind.
SELECTED = [
    own[number % len(own)]
    for number, code in enumerate(sorted({folder.parent for folder in case_folders()}))
    if (own := [folder for folder in case_folders() if folder.parent == code])
]


@pytest.mark.parametrize("folder", SELECTED, ids=case_name)
def test_a_case_is_equal_on_both(folder: Path, knowledge: Knowledge, successor: Knowledge) -> None:
    first, second = run_case(folder, knowledge), run_case(folder, successor)
    assert second.problems == first.problems
    assert second.graphs == first.graphs
    assert second.tables == first.tables


def test_every_problem_of_a_description_with_mistakes_is_equal_on_both(
    knowledge: Knowledge, successor: Knowledge
) -> None:
    text = (ROOT / "examples" / "with-mistakes.ttl").read_text("utf-8")
    problems = assessed(knowledge, text).problems
    assert len(problems) > 5
    assert assessed(successor, text).problems == problems


# What a hostile or careless hand may put in the place of any value.
THINGS: tuple[Term, ...] = (
    node("x"),
    *(Literal(text) for text in (*ODD, "x", "2025-12-31", "case\n")),
    *(Literal("x", language=language) for language in ("zh", "zh-hans-cn", "en", "fr")),
    *(number(text) for text in ("12", "012", "-3", "x", "2025\n")),
    *(number(text, "decimal") for text in ("12.50", ".5", "1.")),
    *(number(text, "double") for text in ("1e3", "NaN", "-INF")),
    *(number(text, "date") for text in ("2025-06-30", "2025-02-30", "2025-06-30Z", "-0044-03-15", "2025-6-1")),
    *(number("2025", "gYear"), number("1", "boolean"), number("yes", "boolean"), number("300", "byte")),
    Literal("x", datatype=node("type")),
)


@pytest.fixture(scope="module")
def described(knowledge: Knowledge) -> list[Triple]:
    """Everything that the shapes see of one description."""
    found = assessed(knowledge, FULL)
    seen = (found.examination.facts, found.graphs["context"], found.graphs["inference"])
    return sorted(frozenset(found.description.facts).union(*seen), key=str)


@pytest.fixture(scope="module")
def checked(knowledge: Knowledge) -> dict[str, CheckedShapes]:
    """Our shapes as checks."""
    texts = cast("FastEngine", knowledge.engine).source.shapes
    return {name: CheckedShapes(text) for name, text in texts.items()}


def test_our_own_shapes_are_all_checked_without_an_engine(checked: dict[str, CheckedShapes]) -> None:
    assert len(checked) == 2
    assert all(shapes.checks is not None for shapes in checked.values())


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from(THINGS), st.booleans()), min_size=1, max_size=20))
def test_whatever_is_described_both_see_the_same(
    described: list[Triple],
    knowledge: Knowledge,
    successor: Knowledge,
    checked: dict[str, CheckedShapes],
    changes: list[tuple[int, Term, bool]],
) -> None:
    facts = list(described)
    for position, thing, beside in changes:
        old = facts[position % len(facts)]
        new = Triple(old.subject, old.predicate, thing)
        facts[position % len(facts) : position % len(facts) + 1] = [old, new] if beside else [new]
    text = ntriples(facts)
    for name, shapes in compiled(knowledge).items():
        found = shapes.validate(text)
        assert compiled(successor)[name].validate(text) == found
        assert checked[name].validate(text) == found


# ---- Which one is in use ----


def test_shacl_is_used_where_it_is_installed() -> None:
    assert shapes_in_use() is INSTALLED[0]
    assert compile_shapes("").name == INSTALLED[0].name


def test_the_successor_is_used_where_shacl_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "shacl", None)
    assert shapes_in_use() is TurboShapes
    assert compile_shapes("").version == version_of("pyshacl-turbo")


def version_of(package: str) -> str:
    (pinned,) = {str(one.specifier) for one in requirements("dependencies", "dev") if one.name == package}
    return pinned.removeprefix("==")


def test_the_successor_is_used_where_shacl_is_of_another_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "shacl.py").write_text("raise ImportError('wrong ELF class')\n", "utf-8")
    monkeypatch.delitem(sys.modules, "shacl", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert shapes_in_use() is TurboShapes


@pytest.fixture
def neither(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in MODULES:
        monkeypatch.setitem(sys.modules, module, None)


@pytest.mark.usefixtures("neither")
def test_without_either_the_error_names_both_and_the_way_out() -> None:
    with pytest.raises(UsageError) as caught:
        compile_shapes("")
    assert caught.value.fix is not None
    for sentence in (*caught.value.what.as_json().values(), *caught.value.fix.as_json().values()):
        assert re.findall(r"(?:pyshacl-turbo|shacl)\b", sentence) == ["shacl", "pyshacl-turbo"]


WITHOUT = (
    "import sys; sys.modules.update(dict.fromkeys(sys.argv.pop(1).split(','))); from danao.__main__ import main; main()"
)
MISSING = {"none": "-", "shacl": "shacl", "both": "shacl,pyshacl_turbo"}


def danao_without(missing: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``danao`` as on a machine where modules are not installed."""
    command = [sys.executable, "-c", WITHOUT, MISSING[missing], *arguments]
    return subprocess.run(command, cwd=CASES / "6-1-5", capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("missing", "kind"), [("none", INSTALLED[0]), ("shacl", TurboShapes)])
def test_the_version_names_the_engine_of_shapes_in_use(missing: str, kind: Kind) -> None:
    done = danao_without(missing, "--version")
    assert (done.returncode, done.stderr) == (0, "")
    first, fast, reference = done.stdout.splitlines()
    assert first == f"danao {danao.__version__}"
    assert re.fullmatch(rf"fast: pyoxigraph \d[\d.]*, {kind.name} \d[\d.]*", fast)
    assert re.fullmatch(r"reference: rdflib \d[\d.]*, owlrl \d[\d.]*, pyshacl \d[\d.]*", reference)


def test_without_either_the_version_ends_with_2() -> None:
    done = danao_without("both", "--version")
    assert done.returncode == 2
    assert "UsageError" in done.stderr
    assert "pyshacl-turbo" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.splitlines() == [f"danao {danao.__version__}"]


def test_without_either_a_command_needs_neither_once_our_shapes_are_compiled_to_checks(tmp_path: Path) -> None:
    command = ("assess", "description.ttl", "-e", "examination.ttl", "--output", "turtle")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DANAO_CACHE", str(tmp_path))
        without, reference = danao_without("both", *command), danao_without("none", *command)
    assert without.stderr == reference.stderr
    assert (without.returncode, without.stdout) == (0, reference.stdout)


def test_without_either_and_nothing_kept_a_command_ends_with_2_and_never_takes_the_reference_engine() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DANAO_CACHE", "off")
        done = danao_without("both", "assess", "description.ttl", "--as-of", AS_OF)
    assert (done.returncode, done.stdout) == (2, "")
    assert "pyshacl-turbo" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_same_is_printed_with_the_successor() -> None:
    command = ("assess", "description.ttl", "-e", "examination.ttl", "--output", "turtle")
    first, second = danao_without("none", *command), danao_without("shacl", *command)
    assert first.returncode == second.returncode == 0
    assert len(first.stdout) > 1000
    assert second.stdout == first.stdout


# ---- What is installed where ----


def requirements(*parts: str) -> Iterator[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lists = {"dependencies": project["dependencies"], **project["optional-dependencies"]}
    yield from (Requirement(text) for part in parts for text in lists[part])


MACHINES = {
    ("Linux", "x86_64"): "shacl",
    ("Linux", "aarch64"): "pyshacl-turbo",
    ("Darwin", "arm64"): "shacl",
    ("Darwin", "x86_64"): "shacl",
    ("Windows", "AMD64"): "shacl",
}


@pytest.mark.parametrize("machine", MACHINES, ids="-".join)
def test_each_machine_gets_the_faster_engine_that_has_a_wheel_for_it(machine: tuple[str, str]) -> None:
    here = {"platform_system": machine[0], "platform_machine": machine[1]}
    names = {one.name for one in requirements("dependencies") if not one.marker or one.marker.evaluate(here)}
    assert names & {kind.name for kind in MODULES.values()} == {MACHINES[machine]}


def test_both_are_tested_where_both_can_be_installed() -> None:
    required = {one.name for one in requirements("dependencies", "dev") if not one.marker or one.marker.evaluate()}
    assert {kind.name for kind in INSTALLED} == required & {kind.name for kind in MODULES.values()}


def test_what_is_no_public_interface_is_required_in_one_exact_version() -> None:
    versions = {str(one.specifier) for one in requirements("dependencies", "dev") if one.name == TurboShapes.name}
    assert len(versions) == 1
    assert re.fullmatch(r"==\d+\.\d+\.\d+", versions.pop())
