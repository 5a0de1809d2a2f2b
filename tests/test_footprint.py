"""What a SHACL engine need not be given: results over the footprint of shapes are those over everything."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Triple, parse

from danao.describe import read_descriptions
from danao.engine.footprint import Footprint, footprint_of, lean
from danao.engine.interface import ntriples
from danao.engine.rules.program import Index
from danao.engine.shapes import compile_shapes
from danao.examine import default_examination
from danao.knowledge import Knowledge
from danao.namespaces import RDF_TYPE
from danao.pipeline import check
from danao.reading import Input
from danao.statements import joined, split
from tests.case import AROUND, AS_OF

EX = "https://example.org/"
EXAMPLES = Path(__file__).parents[1] / "examples"
PREFIXES = """
@prefix : <https://example.org/> .
@prefix danao: <https://w3id.org/danao/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
"""


def turtle(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(PREFIXES + text, format=RdfFormat.TURTLE)]


def node(name: str) -> str:
    return f"<{EX}{name}>"


def names(*letters: str) -> tuple[str, ...]:
    return tuple(sorted(map(node, letters)))


def of(shapes: str) -> Footprint:
    return footprint_of(ntriples(turtle(shapes)))


# Shapes of every :C → the predicates looked at on :C itself, and those that are looked at anywhere.
TARGETED = ":S a sh:NodeShape ; sh:targetClass :C ; "
LOOKS: Mapping[str, tuple[str, str]] = {
    "sh:property [ sh:path :p ; sh:minCount 1 ]": ("p", ""),
    "sh:property [ sh:path ( :p :q :r ) ; sh:minCount 1 ]": ("p", "qr"),
    "sh:property [ sh:path [ sh:inversePath :p ] ; sh:minCount 1 ]": ("", "p"),
    "sh:property [ sh:path [ sh:alternativePath ( :p :q ) ] ; sh:minCount 1 ]": ("pq", ""),
    "sh:property [ sh:path ( [ sh:alternativePath ( :p ( :q :r ) ) ] :s ) ; sh:minCount 1 ]": ("pq", "rs"),
    "sh:property [ sh:path ( [ sh:inversePath :p ] :q ) ; sh:minCount 1 ]": ("", "pq"),
    "sh:property [ sh:path [ sh:zeroOrMorePath :p ] ; sh:minCount 1 ]": ("", "p"),
    "sh:property [ sh:path :p ; sh:property [ sh:path :q ; sh:minCount 1 ] ]": ("p", "q"),
    "sh:property [ sh:path :p ; sh:node [ sh:property [ sh:path ( :q :r ) ; sh:minCount 1 ] ] ]": ("p", "qr"),
    "sh:node [ sh:property [ sh:path :p ; sh:minCount 1 ] ]": ("p", ""),
    "sh:not [ sh:path :p ; sh:minCount 1 ]": ("p", ""),
    "sh:or ( [ sh:path :p ; sh:minCount 1 ] [ sh:path ( :q :r ) ; sh:minCount 1 ] )": ("pq", "r"),
    "sh:property [ sh:path :p ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ sh:path :q ; sh:minCount 1 ] ]": (
        "p",
        "q",
    ),
    "sh:property [ sh:path :p ; sh:lessThan :q ]": ("pq", ""),
    "sh:property [ sh:path :p ; sh:equals :q ] ; sh:property [ sh:path ( :r :p ) ; sh:minCount 1 ]": ("qr", "p"),
}


@pytest.mark.parametrize("shapes", LOOKS)
def test_shapes_look_at_what_their_paths_name(shapes: str) -> None:
    near, far = LOOKS[shapes]
    assert of(f"{TARGETED}{shapes} .") == Footprint(
        everything=False,
        predicates=names(*far),
        starts={node("C"): names(*near)} if near else {},
        classes=names("C"),
    )


@pytest.mark.parametrize("target", ["targetSubjectsOf", "targetObjectsOf"])
def test_where_links_are_the_target_everything_of_a_shape_is_looked_at_anywhere(target: str) -> None:
    found = of(f":S a sh:NodeShape ; sh:{target} :t ; sh:property [ sh:path ( :p :q ) ; sh:class :D ] .")
    assert found == Footprint(everything=False, predicates=names("p", "q", "t"), starts={}, classes=names("D"))


def test_a_shape_that_is_a_class_looks_at_its_members() -> None:
    found = of(":S a sh:NodeShape , rdfs:Class ; sh:property [ sh:path :p ; sh:minCount 1 ] .")
    assert (found.everything, found.predicates, found.classes) == (False, names("p"), names("S"))


@pytest.mark.parametrize(
    "shapes",
    [
        f"{TARGETED} sh:closed true .",
        f"{TARGETED} sh:sparql [ sh:select 'SELECT $this WHERE {{}}' ] .",
        ":S a sh:NodeShape ; sh:targetNode :a .",
        f"{TARGETED} sh:property [ sh:path <{RDF_TYPE}> ; sh:minCount 1 ] .",
        f"{TARGETED} sh:property [ sh:path ( :p <{RDF_TYPE}> ) ; sh:minCount 1 ] .",
    ],
)
def test_shapes_that_may_look_at_anything_are_given_everything(shapes: str) -> None:
    found = of(shapes)
    assert found.everything
    facts = turtle(":a a :C ; :p :b . :b :q 1 .")
    assert sorted(split(found.text(indexed(facts)))) == sorted(split(ntriples(facts)))


# ---- The same results ----


def indexed(facts: list[Triple]) -> Index:
    index = Index()
    index.add(split(ntriples(facts)))
    return index


FACTS = """
:a a :C ; :p :b ; :q :c ; :r 1 ; :s :a ; :idle 5 .
:b a :D ; :p :c ; :q :a ; :r 2 ; :idle 5 .
:c a :C , :E ; :q :b ; :r 3 ; :s :b ; :t :a ; :idle 5 .
:d a :C , :D ; :p :a ; :t :c . :n :idle :m .
"""


@pytest.mark.parametrize("shapes", [*LOOKS, "sh:property [ sh:path :p ; sh:class :D ]"])
@pytest.mark.parametrize("target", ["targetClass :C", "targetSubjectsOf :t", "targetObjectsOf :t"])
def test_results_over_the_footprint_are_those_over_everything(target: str, shapes: str) -> None:
    text = ntriples(turtle(f":S a sh:NodeShape ; sh:{target} ; sh:nodeKind sh:Literal ; {shapes} ."))
    engine, index = compile_shapes(text), indexed(turtle(FACTS))
    given = footprint_of(text).text(index)
    found = engine.validate(joined(index.statements()))
    assert len(found) > 0
    assert engine.validate(given) == found
    assert "idle" not in given


def test_members_of_a_subclass_that_facts_name_are_looked_at() -> None:
    shapes = ntriples(turtle(f"{TARGETED} sh:property [ sh:path :none ; sh:minCount 1 ] ."))
    index = indexed(turtle(":a a :E . :E rdfs:subClassOf :C . :b a :F ."))
    (result,) = compile_shapes(shapes).validate(footprint_of(shapes).text(index))
    assert result.focus == f"{EX}a"


@pytest.mark.parametrize("name", ["half-built", "with-mistakes"])
def test_our_shapes_say_the_same_of_the_examples(name: str, knowledge: Knowledge) -> None:
    file = EXAMPLES / f"{name}.ttl"
    (description,) = read_descriptions([Input(file.name, file.read_bytes())], knowledge, AROUND)
    checked = check(description, default_examination(description.identifier, AS_OF, AROUND), knowledge)
    seen = frozenset(description.facts).union(checked.examination.facts, *checked.graphs.values())
    index = indexed(sorted(seen, key=str))
    total = 0
    for text in knowledge.compiled.shapes.values():
        footprint = footprint_of(text)
        given = footprint.text(index)
        found = compile_shapes(lean(text)).validate(joined(index.statements()))
        assert compile_shapes(lean(text)).validate(given) == found
        assert footprint.everything or len(set(given.splitlines())) < len(seen)
        total += len(found)
    assert total > 0


# ---- What only people read ----


def test_lean_shapes_lack_only_what_people_read() -> None:
    kept = (
        ":S a sh:NodeShape ; sh:targetClass :C ; sh:severity sh:Info ; sh:property :P . :P sh:path :p ; sh:minCount 1 ."
    )
    read = (
        ":S sh:message '一'@zh , 'one'@en ; sh:name 'S' ; sh:description 'd' . :P sh:order 1 ; sh:group :G ; "
        "danao:fix 'f'@en ; danao:checks :R ."
    )
    assert sorted(split(lean(ntriples(turtle(kept + read))))) == sorted(split(ntriples(turtle(kept))))


def test_our_shapes_say_the_same_without_what_people_read(knowledge: Knowledge) -> None:
    for text in knowledge.compiled.shapes.values():
        assert len(lean(text)) < len(text)
        left = set(split(text)) - set(split(lean(text)))
        local = {predicate.rpartition("#")[2].strip(">") for _, predicate, _ in left}
        assert local <= {"message", "name", "description", "order", "group", "fix", "checks"}
