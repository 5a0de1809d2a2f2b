"""Our own files: what ``shapes/self/`` asks of ontology, shapes and rules, and that each check finds a planted error.

A check is a shape that reports, or a query, of ``shapes/self/``. ``tests/self/plants/<check>.ru`` plants an error that
this check reports, and no other check but those its head names; ``<check>--<variant>.ru`` plants it in another way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple

from danao.engine.interface import ntriples
from danao.engine.shapes import CompiledShapes, compile_shapes
from danao.namespaces import DCTERMS, SH, VANN, local_name
from danao.resources import FOLDERS, data_root

SELF = Path(__file__).parent / "self"
PLANTS = sorted((SELF / "plants").glob("*.ru"))
SHAPES = sorted((data_root() / "shapes" / "self").glob("*.ttl"))
QUERIES = sorted((data_root() / "shapes" / "self").glob("*.rq"))
ASSETS = Path(str(files("pyshacl") / "assets"))
MENTIONS = NamedNode(DCTERMS + "references")
TERM = re.compile(r"(?<![\w?:])(\w[\w-]*):([A-Za-z0-9][\w-]*)")


@dataclass(frozen=True, order=True)
class Gap:
    """A problem of our own files: the local name of the check, the node, and what the check says of it."""

    check: str
    node: str
    value: str


# ---- What is checked ----


@pytest.fixture(scope="module")
def facts() -> frozenset[Triple]:
    """Ontology and shapes as shipped, SHACL's own vocabulary, and what the queries mention."""
    shipped = [path for folder in FOLDERS for path in sorted((data_root() / folder).rglob("*"))]
    graphs = [turtle(path) for path in (*shipped, ASSETS / "shacl.ttl") if path.suffix == ".ttl"]
    rules = [
        mentions_of_query(path.relative_to(data_root()).as_posix(), path.read_text("utf-8"))
        for path in shipped
        if path.suffix == ".rq"
    ]
    return frozenset().union(*graphs, *rules)


@pytest.fixture(scope="module")
def shapes() -> frozenset[Triple]:
    return frozenset().union(*(turtle(path) for path in SHAPES))


@pytest.fixture(scope="module")
def compiled(shapes: frozenset[Triple]) -> CompiledShapes:
    return compile_shapes(ntriples(shapes))


def turtle(path: Path) -> frozenset[Triple]:
    quads = ox.parse(path.read_bytes(), format=RdfFormat.TURTLE, rename_blank_nodes=True)
    return frozenset(quad.triple for quad in quads)


def mentions_of_query(name: str, text: str) -> frozenset[Triple]:
    """The terms of a query, its head left out."""
    prefixes = dict(re.findall(r"PREFIX\s+(\w+):\s*<([^>]*)>", text))
    body = re.sub(r'(?m)^(#|PREFIX).*$|"[^"\n]*"', "", text)
    return mentions(f"file:{name}", body, prefixes)


def mentions_in_texts(facts: Iterable[Triple]) -> Iterator[Triple]:
    """The terms that messages, definitions and other texts name by the prefixes of our modules."""
    known = list(facts)
    prefixes, spaces = (literals(known, VANN + name) for name in ("preferredNamespacePrefix", "preferredNamespaceUri"))
    names = {prefixes[module]: spaces[module] for module in prefixes.keys() & spaces.keys()} | {"sh": SH}
    for triple in known:
        subject, text = triple.subject, triple.object
        if isinstance(text, Literal) and isinstance(subject, NamedNode) and not subject.value.startswith(SH):
            yield from mentions(subject.value, text.value, names)


def literals(facts: Iterable[Triple], predicate: str) -> dict[str, str]:
    """Subject → text of a property."""
    return {
        str(t.subject): t.object.value
        for t in facts
        if t.predicate.value == predicate and isinstance(t.object, Literal)
    }


def mentions(source: str, text: str, prefixes: dict[str, str]) -> frozenset[Triple]:
    terms = ((prefix, name) for prefix, name in TERM.findall(text) if prefix in prefixes)
    return frozenset(Triple(NamedNode(source), MENTIONS, NamedNode(prefixes[prefix] + name)) for prefix, name in terms)


# ---- The checks ----


def gaps(facts: Iterable[Triple], compiled: CompiledShapes) -> list[Gap]:
    """What shapes and queries of ``shapes/self/`` report, sorted."""
    known = set(facts)
    store = Store()
    store.extend(Quad(t.subject, t.predicate, t.object) for t in known.union(mentions_in_texts(known)))
    results = compiled.validate(ntriples(known))
    by_shapes = [Gap(check_name(result.shape), result.focus, str(result.value)) for result in results]
    by_queries = [
        Gap(path.stem, str(row["node"]), str(row["value"])) for path in QUERIES for row in solutions(store, path)
    ]
    return sorted(by_shapes + by_queries)


def solutions(store: Store, path: Path) -> ox.QuerySolutions:
    answer = store.query(path.read_text("utf-8"))
    assert isinstance(answer, ox.QuerySolutions)
    return answer


def check_name(shape: str) -> str:
    return local_name(shape.strip("<>"))


def test_our_own_files_have_no_gaps(facts: frozenset[Triple], compiled: CompiledShapes) -> None:
    assert gaps(facts, compiled) == []


def test_our_own_files_conform_on_the_reference_engine(facts: frozenset[Triple], shapes: frozenset[Triple]) -> None:
    conforms, _, text = pyshacl.validate(rdf(facts), shacl_graph=rdf(shapes))
    assert conforms, text


def test_shapes_are_well_formed_shacl(facts: frozenset[Triple]) -> None:
    assert ill_formed(facts) == set()


def ill_formed(facts: Iterable[Triple]) -> set[str]:
    """The shapes that do not conform to SHACL's shapes for shapes."""
    shapes_for_shapes = compile_shapes(ntriples(turtle(ASSETS / "shacl-shacl.ttl")))
    return {result.focus for result in shapes_for_shapes.validate(ntriples(facts))}


def rdf(facts: Iterable[Triple]) -> rdflib.Graph:
    return rdflib.Graph().parse(data=ntriples(facts), format="ntriples")


# ---- That they find something ----


@pytest.mark.parametrize("plant", PLANTS, ids=lambda path: path.stem)
def test_planted_error_is_found(plant: Path, facts: frozenset[Triple], compiled: CompiledShapes) -> None:
    store = Store()
    store.extend(Quad(t.subject, t.predicate, t.object) for t in facts)
    update = plant.read_text("utf-8")
    store.update(update)
    planted = {quad.triple for quad in store}
    assert planted != facts
    also = re.findall(r"(?m)^# Also: (\S+)$", update)
    assert {gap.check for gap in gaps(planted, compiled)} == {plant.stem.split("--")[0], *also}


def test_misspelt_term_of_a_rule_is_found(facts: frozenset[Triple], compiled: CompiledShapes) -> None:
    file = SELF / "misspelt.rq"
    found = gaps(facts | mentions_of_query(file.name, file.read_text("utf-8")), compiled)
    assert [(gap.check, local_name(gap.node.strip("<>")), gap.value) for gap in found] == [
        ("undefined-terms", "provide", "<file:misspelt.rq>")
    ]


def test_ill_formed_shape_is_found(facts: frozenset[Triple]) -> None:
    found = ill_formed(facts | turtle(SELF / "ill-formed.ttl"))
    assert [check_name(node) for node in found] == ["ill-formed-count"]


def test_every_check_has_a_planted_error(shapes: frozenset[Triple]) -> None:
    """A shape that reports has a message; the others only help it."""
    reporting = {check_name(str(t.subject)) for t in shapes if t.predicate.value == SH + "message"}
    checks = reporting | {path.stem for path in QUERIES}
    assert {plant.stem.split("--")[0] for plant in PLANTS} == checks


# ---- What the standard names ----


@pytest.fixture(scope="module")
def shipped(facts: frozenset[Triple]) -> Store:
    store = Store()
    store.extend(Quad(t.subject, t.predicate, t.object) for t in facts)
    return store


def test_numbers_of_things_are_the_standards(shipped: Store) -> None:
    rows = solutions(shipped, SELF / "counts.rq")
    counts = {(local_name(row["class"].value), row["prefix"].value): int(row["count"].value) for row in rows}
    assert counts == {
        ("Dimension", "std"): 4,
        ("Indicator", "std"): 22,
        ("Scenario", "std"): 16,
        ("Requirement", "req"): 193,
        ("Term", "std"): 4,
        ("Abbreviation", "std"): 3,
        ("Reference", "std"): 14,
        ("IndustrialFactor", "std"): 5,
    }


def test_weights_are_exact_decimals(shipped: Store) -> None:
    rows = [(row["notation"].value, row["weight"]) for row in solutions(shipped, SELF / "weights.rq")]
    assert {local_name(weight.datatype.value) for _, weight in rows} == {"decimal"}
    assert [(notation, Decimal(weight.value)) for notation, weight in rows] == [
        ("6", Decimal(100)),
        ("6.1", Decimal(30)),
        ("6.2", Decimal(20)),
        ("6.3", Decimal(20)),
        ("6.4", Decimal(30)),
    ]
