"""JSON-LD: a context made from the knowledge, output that is read with it, and input that names it.

The judge is PyLD, which shares nothing with what reads and writes here. It is kept from the network.
"""

from __future__ import annotations

import functools
import json
import re
import socket
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

import danao
from danao.cli import app
from danao.contexts import MAX_NAMED, resolved
from danao.describe import Description, read_descriptions
from danao.errors import InputError, RefusedContent, SyntaxFault, TooLarge
from danao.examine import read_examinations
from danao.formats.context import address, context_of, document, named_context
from danao.formats.jsonld import nodes_as_json
from danao.knowledge import Knowledge, load_knowledge
from danao.namespaces import DANAO, OWL, RDF_TYPE, XSD
from danao.reading import Input
from tests.case import AROUND

ROOT = Path(danao.__file__).parents[2]
EXAMPLES = ROOT / "examples"
LIBRARIES = ROOT / "tests" / "standards" / "libraries"
KEPT = Path(__file__).parent / "formats" / "context-1.tsv"
CONTEXT = "https://w3id.org/danao/context/1"
BRAIN = "https://w3id.org/danao/brain#"
DCTERMS = "http://purl.org/dc/terms/"
SCHEMA_RANGE = "https://schema.org/rangeIncludes"
HALF_BUILT = (str(EXAMPLES / "half-built.ttl"), "-e", str(EXAMPLES / "half-built-examination.ttl"))
FULL = tuple(str(ROOT / "tests" / "golden" / "full" / name) for name in ("description.ttl", "examination.ttl"))
LIBRARY = tuple(str(LIBRARIES / "cases" / name) for name in ("description.ttl", "examination.ttl"))
OF_LIBRARIES = ("--knowledge", str(LIBRARIES))


@pytest.fixture(scope="module")
def libraries() -> Knowledge:
    return load_knowledge(LIBRARIES)


def refuse(url: str, _options: object) -> Any:  # noqa: ANN401 - what a loader of PyLD gives
    pytest.fail(f"{url} would be fetched")


def expanded(document: object) -> set[Triple]:
    """The triples of a JSON-LD document, as PyLD has them."""
    options = {"format": "application/n-quads", "documentLoader": refuse, "base": "https://base.example/"}
    quads: str = jsonld.to_rdf(document, options)
    return {quad.triple for quad in parse(quads, format=RdfFormat.N_QUADS)}


@functools.cache
def printed(*words: str) -> str:
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code in {0, 1}, done.stderr
    return done.stdout


# ---- Output ----

COMMANDS = {
    "assess": ("assess", *HALF_BUILT),
    "assess, everything": ("assess", FULL[0], "-e", FULL[1]),
    "assess, another standard": ("assess", LIBRARY[0], "-e", LIBRARY[1], *OF_LIBRARIES),
    "explain": ("explain", *HALF_BUILT, "6.1.5"),
    "check": ("check", str(EXAMPLES / "with-mistakes.ttl"), "--as-of", "2025-12-31"),
    "gaps": ("gaps", *HALF_BUILT),
    "standard": ("standard",),
    "standard, another": ("standard", *OF_LIBRARIES),
    "standard, one element": ("standard", "6.1.5"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_json_ld_says_what_turtle_says_in_names_that_the_context_has(name: str) -> None:
    turtle = printed(*COMMANDS[name], "-f", "turtle").encode()
    text = printed(*COMMANDS[name], "-f", "jsonld")
    # No number with a point: it would be a double.
    output = json.loads(text, parse_float=pytest.fail)
    assert expanded(output) == {quad.triple for quad in parse(turtle, format=RdfFormat.TURTLE)}
    check_readable(output, load_knowledge(LIBRARIES if "another" in name else None))


def check_readable(output: dict[str, Any], knowledge: Knowledge) -> None:
    """Nodes in order, no IRI in full as a key, and of the context exactly what is used."""
    assert list(output) == ["@context", "@graph"]
    defined = output["@context"]
    published = document(knowledge)["@context"]
    assert {name: published.get(name) for name in defined} == defined
    names = [node["@id"] for node in output["@graph"]]
    assert len(set(names)) == len(names)
    keys = {key for node in output["@graph"] for key in node} - {"@id", "@type"}
    assert [key for key in keys if "://" in key] == []
    used = set(re.findall(r'"([\w-]+):', json.dumps([output["@graph"], defined]))) | keys
    types = {kind for node in output["@graph"] for kind in listed(node.get("@type", []))}
    assert [name for name in defined if name not in used | types] == []


def listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_nodes_stand_in_the_order_of_their_iris_and_the_same_bytes_come_twice(knowledge: Knowledge) -> None:
    words = (*COMMANDS["explain"], "-f", "jsonld")
    text = printed(*words)
    assert CliRunner().invoke(app, words, catch_exceptions=False).stdout == text
    prefixes = {name: iri for name, iri in json.loads(text)["@context"].items() if str(iri).endswith(("/", "#"))}
    names = [node["@id"] for node in json.loads(text)["@graph"]]
    iris = [prefixes.get(head, head + ":") + tail for head, _, tail in (name.partition(":") for name in names)]
    assert iris == sorted(iris)
    assert len(knowledge.prefixes.keys() & prefixes.keys()) > 3


def test_a_score_and_a_label_read_well() -> None:
    graph = {node["@id"]: node for node in json.loads(printed(*COMMANDS["assess"], "-f", "jsonld"))["@graph"]}
    assert graph["std:6-1-5"]["prefLabel"] == {"zh": "可信数据空间", "en": "trusted data space"}
    (score,) = [
        node
        for node in graph.values()
        if (node.get("@type"), node.get("element"), node.get("result")) == ("Score", "std:6", "danao:SelfAssessed")
    ]
    assert (score["points"], score["passedCount"]) == ("48.666", 71)


# ---- Any triples ----

INSTANCE = "https://danao.example/id/x"
NODES = [
    *(INSTANCE, f"{INSTANCE}/产业", "urn:x:1", "mailto:a@b.example", "http://www.w3.org/ns/earl#passed"),
    # The scheme of an IRI may be a prefix or a name of the context, and what follows a prefix may look like an IRI.
    *("req:fake", "brain:x", "danao:of", "title:abc", "xsd:decimal", "https://w3id.org/danao/reading/2025//x"),
    *("https://w3id.org/danao/reading/2025/", "https://w3id.org/danao/unit/index", DANAO + "Accepted"),
]
PREDICATES = [
    *(DANAO + name for name in ("of", "points", "year", "creditCode", "asOf", "justification", "noSuchTerm", "value")),
    *(DCTERMS + name for name in ("title", "issued", "creator", "identifier", "publisher")),
    *("http://www.w3.org/ns/org#identifier", "https://schema.org/value", "http://www.w3.org/ns/shacl#conforms"),
    *(RDF_TYPE, "https://other.example/p", "urn:p", "http://www.w3.org/2004/02/skos/core#notation"),
]
TEXTS = ["", "a", "@id", "_:x", "https://a.example/", "req:x", '木业 "\\\n{', "5", "true"]
TYPED = [
    *((text, XSD + "integer") for text in ("5", "-7", "007", "-0", "+3", "12345678901234567890", "x")),
    *((text, XSD + "decimal") for text in ("48.666", "1.0", "1.50", "100", ".5")),
    *((text, XSD + "boolean") for text in ("true", "false", "1", "TRUE")),
    *(("2025-06-30", XSD + "date"), ("1.0E0", XSD + "double"), ("x", "urn:type"), ("370000", DANAO + "code")),
]
LITERALS = [
    *(Literal(text) for text in TEXTS),
    *(Literal(text, language=tag) for text in TEXTS[:4] for tag in ("zh", "en", "zh-hans")),
    *(Literal(text, datatype=NamedNode(kind)) for text, kind in TYPED),
]
TRIPLES = st.builds(
    Triple,
    st.sampled_from(NODES).map(NamedNode),
    st.sampled_from(PREDICATES).map(NamedNode),
    st.sampled_from(NODES).map(NamedNode) | st.sampled_from(LITERALS),
)


@given(st.lists(TRIPLES, max_size=12))
@settings(max_examples=300)
def test_any_triples_come_back_as_they_were(triples: list[Triple]) -> None:
    output = json.loads(json.dumps(nodes_as_json(triples, shipped_context())), parse_float=pytest.fail)
    assert expanded(output) == set(triples)
    read = parse(json.dumps(output), format=RdfFormat.JSON_LD)
    assert {quad.triple for quad in read} == set(triples)


@functools.cache
def shipped_context() -> Any:  # noqa: ANN401 - a Context
    return context_of(load_knowledge())


# ---- The context ----


def declared(folder: Path) -> dict[str, set[str]]:
    """Each class and property that Turtle files declare, with the kinds that they give it."""
    kinds = {OWL + kind for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")}
    found: dict[str, set[str]] = {}
    for path in folder.rglob("*.ttl"):
        for quad in parse(path.read_bytes(), format=RdfFormat.TURTLE):
            thing, kind = quad.subject, quad.object
            if quad.predicate.value == RDF_TYPE and isinstance(thing, NamedNode) and isinstance(kind, NamedNode):
                found.setdefault(thing.value, set()).update({kind.value} & kinds)
    return {iri: own for iri, own in found.items() if own}


def test_every_class_and_property_has_a_name_or_a_prefix(knowledge: Knowledge) -> None:
    context = document(knowledge)["@context"]
    names = [name for name, value in context.items() if not str(value).endswith(("/", "#"))]
    ((node,),) = [jsonld.expand({"@context": context, "@type": names}, {"documentLoader": refuse})]
    named = dict(zip(node["@type"], names, strict=True))
    known = declared(ROOT / "ontology")
    assert len(known) > 350
    prefixes = tuple(value for value in context.values() if str(value).endswith(("/", "#")))
    nameless = sorted(iri for iri in known if iri not in named)
    assert [iri for iri in nameless if not iri.startswith(prefixes)] == []
    # A class whose short name another class has goes by its prefix; our own terms always have a name.
    assert [iri for iri in nameless if iri.startswith((DANAO, BRAIN))] == []
    assert all(sum(name.endswith(iri.rpartition("/")[2].rpartition("#")[2]) for name in names) for iri in nameless)


def test_values_are_written_as_the_ontology_declares_them(knowledge: Knowledge) -> None:
    context = document(knowledge)["@context"]
    names = {context_name(value): name for name, value in context.items()}
    kinds = declared(ROOT / "ontology")
    objects = {iri for iri, own in kinds.items() if OWL + "ObjectProperty" in own}
    assert len(objects) > 100
    for iri in objects:
        assert context[names[prefixed(iri, context)]]["@type"] == "@id", iri
    ranges = {iri: knowledge.values(iri, SCHEMA_RANGE) for iri in kinds}
    typed = {iri: own[0] for iri, own in ranges.items() if len(own) == 1 and own[0].startswith(XSD)}
    assert len(typed) > 30
    for iri, kind in typed.items():
        assert context[names[prefixed(iri, context)]]["@type"] == "xsd:" + kind.removeprefix(XSD), iri


def context_name(value: object) -> str:
    return str(value["@id"]) if isinstance(value, dict) else str(value)


def prefixed(iri: str, context: dict[str, Any]) -> str:
    spaces = {value: name for name, value in context.items() if str(value).endswith(("/", "#")) and name != "@vocab"}
    space = max((space for space in spaces if iri.startswith(space)), key=len)
    return f"{spaces[space]}:{iri.removeprefix(space)}"


@pytest.mark.parametrize(
    ("name", "definition"),
    [
        ("title", {"@id": "dcterms:title", "@container": "@language"}),
        ("identifier", {"@id": "dcterms:identifier", "@type": "xsd:string"}),
        ("issued", {"@id": "dcterms:issued", "@type": "xsd:date"}),
        ("conformsTo", {"@id": "dcterms:conformsTo", "@type": "@id"}),
        ("downloadURL", {"@id": "dcat:downloadURL", "@type": "@id"}),
        ("value", {"@id": "danao:value", "@type": "xsd:decimal"}),
        ("year", {"@id": "danao:year", "@type": "xsd:integer"}),
        ("justification", {"@id": "danao:justification", "@container": "@language"}),
        ("prefLabel", {"@id": "skos:prefLabel", "@container": "@language"}),
        ("connects", {"@id": "brain:connects", "@type": "@id"}),
        ("TrustedDataSpace", "brain:TrustedDataSpace"),
        ("Evidence", "cccev:Evidence"),
        ("EvidenceType", "danao:EvidenceType"),
        ("result", {"@id": "danao:result", "@type": "@id"}),
        ("earl:result", {"@id": "earl:result", "@type": "@id"}),
        ("unit", {"@id": "danao:unit", "@type": "@id"}),
        ("units", "https://w3id.org/danao/unit/"),
        ("req", "https://w3id.org/danao/reading/2025/"),
        ("gbt2260", "https://w3id.org/danao/code/gbt2260/"),
        ("@vocab", DANAO),
    ],
)
def test_a_name_means_what_a_reader_expects(name: str, definition: object, knowledge: Knowledge) -> None:
    assert document(knowledge)["@context"][name] == definition


def test_another_standard_has_its_own_context(libraries: Knowledge, knowledge: Knowledge) -> None:
    own, shipped = (document(one)["@context"] for one in (libraries, knowledge))
    assert (own["Library"], own["pls"]) == ("lib:Library", "https://example.org/library/standard/")
    assert own["branchOf"] == {"@id": "lib:branchOf", "@type": "@id"}
    assert {"Library", "branchOf"}.isdisjoint(shipped)
    assert {"brain", "req", "IndustrialBrain"}.isdisjoint(own)
    assert own["title"] == shipped["title"]
    assert (address(libraries), address(knowledge)) == ("https://example.org/library/context/1", CONTEXT)


def test_a_name_once_published_keeps_its_meaning(knowledge: Knowledge) -> None:
    """Kept since the first release: names may be added under the same number, never changed or taken away."""
    context = document(knowledge)["@context"]
    kept = [line.split("\t") for line in KEPT.read_text(encoding="utf-8").splitlines()]
    assert len(kept) > 350
    assert [name for name, definition in kept if json.dumps(context.get(name)) != definition] == []


def test_the_context_is_printed_with_a_definition_a_line(knowledge: Knowledge, libraries: Knowledge) -> None:
    for words, known in ((("context",), knowledge), (("context", *OF_LIBRARIES), libraries)):
        text = printed(*words)
        assert json.loads(text) == document(known)
        assert len(text.splitlines()) == len(document(known)["@context"]) + 4


def test_a_standard_that_names_no_context_has_one_to_print_and_none_to_name(tmp_path: Path) -> None:
    nameless = tmp_path / "nameless"
    for path in sorted(LIBRARIES.rglob("*")):
        if path.suffix in {".ttl", ".rq"} and "cases" not in path.parts:
            copy = nameless / path.relative_to(LIBRARIES)
            copy.parent.mkdir(parents=True, exist_ok=True)
            lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
            copy.write_text("".join(line for line in lines if "danao:context" not in line), encoding="utf-8")
    loaded = load_knowledge(nameless)
    assert address(loaded) is None
    assert named_context("https://example.org/library/context/1", loaded) is None
    assert document(loaded)["@context"]["Library"] == "lib:Library"


# ---- Input ----

SMALL = (EXAMPLES / "small.jsonld").read_text(encoding="utf-8")


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No socket can be made."""

    def refused(*_given: object, **_named: object) -> None:
        pytest.fail("a socket is made")

    monkeypatch.setattr(socket, "socket", refused)
    monkeypatch.setattr(socket, "create_connection", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)


def read(text: str, knowledge: Knowledge, name: str = "a.jsonld") -> Description:
    (found,) = read_descriptions([Input(name, text.encode())], knowledge, AROUND)
    return found


def refused(text: str, knowledge: Knowledge) -> tuple[type[InputError], int | None, int | None]:
    with pytest.raises(InputError) as caught:
        read(text, knowledge)
    return type(caught.value), caught.value.place.line, caught.value.place.column


@pytest.mark.usefixtures("offline")
def test_a_description_that_names_the_context_is_its_turtle_twin(knowledge: Knowledge) -> None:
    twin = (EXAMPLES / "small.ttl").read_text(encoding="utf-8")
    found = read(SMALL, knowledge)
    assert found.digest == read(twin, knowledge, "a.ttl").digest
    assert found.problems == ()
    assert len(found.facts) == 68


NAMING = {
    "alone": f'"{CONTEXT}"',
    "in an array": f'["{CONTEXT}"]',
    "first, before own names": f'["{CONTEXT}", {{"ex": "https://ex.example/"}}]',
    "after own names": f'[{{"ex": "https://ex.example/"}}, "{CONTEXT}"]',
    "with escaped strokes": '"https:\\/\\/w3id.org\\/danao\\/context\\/1"',
    "over lines": f'\n  [\n    "{CONTEXT}"\n  ]',
    "again and again": f'["{CONTEXT}", "{CONTEXT}"]',
}


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize("way", NAMING)
def test_the_context_may_be_named_in_any_way_that_json_ld_has(way: str, knowledge: Knowledge) -> None:
    text = SMALL.replace(f'"{CONTEXT}"', NAMING[way])
    assert text != SMALL or way == "alone"
    assert read(text, knowledge).digest == read(SMALL, knowledge).digest


def test_the_context_may_be_named_in_a_node_and_after_the_names_it_explains(knowledge: Knowledge) -> None:
    last = json.loads(SMALL)
    last["@context"] = last.pop("@context")
    capability = last["hasCapability"]
    capability["@context"] = CONTEXT
    assert read(json.dumps(last), knowledge).digest == read(SMALL, knowledge).digest


def test_what_the_context_makes_of_a_document_is_what_another_processor_makes_of_it(knowledge: Knowledge) -> None:
    def load(url: str, _options: object) -> dict[str, Any]:
        assert url == CONTEXT
        return {
            "contextUrl": None,
            "documentUrl": url,
            "document": document(knowledge),
            "contentType": "application/ld+json",
        }

    base = "https://base.example/"
    quads = jsonld.to_rdf(json.loads(SMALL), {"format": "application/n-quads", "documentLoader": load, "base": base})
    other = {str(quad.triple) for quad in parse(quads, format=RdfFormat.N_QUADS)}
    written = resolved(SMALL, lambda iri: named_context(iri, knowledge)).text
    own = {str(quad.triple) for quad in parse(written, format=RdfFormat.JSON_LD, base_iri=base)}
    assert without_blank_nodes(own) == without_blank_nodes(other)
    assert len(own) == len(other) == 68


def without_blank_nodes(lines: Iterable[str]) -> list[str]:
    return sorted(re.sub(r"_:\w+", "_:", line) for line in lines)


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize(
    ("context", "line", "column"),
    [
        ('"https://w3id.org/danao/context/2"', 2, 15),
        ('"https://example.org/library/context/1"', 2, 15),
        ('"http://w3id.org/danao/context/1"', 2, 15),
        ('"context.jsonld"', 2, 15),
        (f'["{CONTEXT}", "https://schema.org/"]', 2, 52),
        (f'["https://schema.org/", "{CONTEXT}"]', 2, 16),
        (f'[\n"{CONTEXT}",\n  "https://schema.org/"]', 4, 3),
        (f'{{"@import": "{CONTEXT}"}}', None, None),
        (f'{{"unit": {{"@id": "danao:unit", "@context": "{CONTEXT}2"}}}}', 2, 58),
    ],
)
def test_every_other_context_is_refused_where_it_is_named(
    context: str, line: int | None, column: int | None, knowledge: Knowledge
) -> None:
    text = SMALL.replace(f'"{CONTEXT}"', context)
    assert refused(text, knowledge) == (RefusedContent, line, column)


def test_another_standard_s_context_is_known_with_that_standard(libraries: Knowledge) -> None:
    text = json.dumps(
        {
            "@context": "https://example.org/library/context/1",
            "@id": "library",
            "@type": "Library",
            "identifier": "small",
            "title": {"en": "A library"},
        }
    )
    found = read(text, libraries)
    assert Triple(*map(NamedNode, (found.project, RDF_TYPE, "https://example.org/library/ns#Library"))) in found.facts
    assert refused(SMALL, libraries) == (RefusedContent, 2, 15)


@pytest.mark.parametrize("before", ["", '"title": "木业", ', '"x": "𝄞", '])
@pytest.mark.parametrize("context", [f'"{CONTEXT}"', f'["{CONTEXT}", "{CONTEXT}"]', '{"ex": "https://ex.example/"}'])
@pytest.mark.parametrize("end", ["\n", "\r\n", " "])
def test_a_fault_after_a_context_is_told_at_its_own_line_and_column(
    before: str, context: str, end: str, knowledge: Knowledge
) -> None:
    text = f'{{ {before}"@context": {context}, "@id": x }}'
    column = text.index(": x") + 3
    text = f"{end if end.strip(' ') else ''}{text}"
    lines = text.count("\n") + 1
    assert refused(text, knowledge) == (SyntaxFault, lines, column)


def test_a_text_that_only_speaks_of_a_context_is_left_alone() -> None:
    def load(iri: str) -> str:
        pytest.fail(f"{iri} is loaded")

    for text in (
        f'{{"title": "\\"@context\\": \\"{CONTEXT}\\""}}',
        f'{{"a \\"@context": "{CONTEXT}"}}',
        f'{{"@type": "@context", "b": "{CONTEXT}"}}',
        f'["@context", "{CONTEXT}"]',
        f'{{"@context": {{"a": ["{CONTEXT}"], "b": "{CONTEXT}"}}}}',
        '{"@context": [{"a": "x"}, null], "b": "c"}',
    ):
        assert resolved(text, load).text == text


def test_a_context_named_too_often_is_too_large(knowledge: Knowledge) -> None:
    most, more = (json.dumps({"@context": [CONTEXT] * (MAX_NAMED + extra)}) for extra in (0, 1))
    assert resolved(most, lambda _: "{}").left is None
    assert refused(more, knowledge) == (TooLarge, 1, more.rindex(f'"{CONTEXT}"') + 1)


def test_the_page_on_formats_shows_the_example_as_it_is() -> None:
    page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    shown = next(text for text in re.findall(r"```json\n(.*?)```", page, re.DOTALL) if "@context" in text)
    assert SMALL.startswith(shown)


def test_an_examination_may_name_the_context_too(knowledge: Knowledge) -> None:
    turtle = (
        f"@prefix danao: <{DANAO}> . @prefix req: <https://w3id.org/danao/reading/2025/> ."
        f'<e> a danao:Examination ; danao:examines "small" ; danao:asOf "2026-03-01"^^<{XSD}date> ;'
        "danao:verdict [ a danao:Verdict ; danao:onEvidence <audit> ; danao:decision danao:Accepted ] ."
    )
    verdict = {"@type": "Verdict", "onEvidence": "audit", "decision": "danao:Accepted"}
    own = {"@id": "e", "@type": "Examination", "examines": "small", "asOf": "2026-03-01", "verdict": verdict}
    files = [Input("e.ttl", turtle.encode()), Input("e.jsonld", json.dumps({"@context": CONTEXT, **own}).encode())]
    one, other = (read_examinations([file], knowledge, AROUND)["small"] for file in files)
    assert one.digest == other.digest


@pytest.mark.parametrize(
    ("name", "wrong", "term"),
    [('"connects"', '"conects"', "conects"), ('"Enterprise"', '"Entreprise"', "Entreprise")],
)
def test_a_misspelt_name_is_a_problem_and_not_passed_over(
    name: str, wrong: str, term: str, knowledge: Knowledge
) -> None:
    (problem,) = read(SMALL.replace(name, wrong), knowledge).problems
    assert (problem.name, problem.severity, problem.value) == ("UnknownTerm", "violation", DANAO + term)


def test_a_decimal_written_as_a_number_with_a_point_is_a_problem_that_says_so(knowledge: Knowledge) -> None:
    (problem,) = read(SMALL.replace('"93.5"', "93.5"), knowledge).problems
    assert problem.name == "IllTypedLiteral"
    assert "in JSON-LD as a typed string" in (problem.fix.en if problem.fix else "")
