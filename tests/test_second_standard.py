"""Another standard on the same code: invented, for public libraries, of another depth, other weights, no scenario."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, Triple, parse

import danao
from danao.describe import read_descriptions
from danao.engine.interface import Row
from danao.examine import default_examination
from danao.knowledge import Knowledge, load_knowledge
from danao.namespaces import DANAO, RDF_TYPE, RDFS, SKOS, VANN, local_name
from danao.pipeline import Assessment, assess
from danao.reading import Input
from danao.resources import FOLDERS, FRAMEWORK, data_root
from danao.statements import Facts
from tests.case import AROUND, AS_OF, BASE, CASE, actual_of, case_folders, expected_of, root_of, run_case, violations

LIBRARIES = Path(__file__).parent / "standards" / "libraries"
CASES = LIBRARIES / "cases"
LIB = "https://example.org/library/ns#"
PLS = "https://example.org/library/standard/"
HOME = f"{AROUND.base}id/case-library/"
KINDS = ("SelfAssessed", "Verified")
each_case = pytest.mark.parametrize("folder", case_folders(CASES), ids=lambda folder: folder.name)
each_engine = pytest.mark.parametrize("engine", ["fast", "reference"])


@pytest.fixture(scope="module")
def engines() -> Mapping[str, Knowledge]:
    return {name: load_knowledge(LIBRARIES, engine=name) for name in ("fast", "reference")}


@pytest.fixture(scope="module")
def libraries(engines: Mapping[str, Knowledge]) -> Knowledge:
    return engines["fast"]


# ---- The cases ----


@each_case
def test_case_gives_the_whole_expected_result(folder: Path, libraries: Knowledge) -> None:
    assessment = run_case(folder, libraries)
    assert violations(assessment.problems) == []
    assert actual_of(assessment) == expected_of(folder)
    assert applicable_weights(assessment) == expected_weights(folder)


@each_case
def test_case_is_equal_on_the_reference_engine(folder: Path, engines: Mapping[str, Knowledge]) -> None:
    fast, slow = (run_case(folder, engines[name]) for name in ("fast", "reference"))
    assert slow.problems == fast.problems
    assert slow.graphs == fast.graphs
    assert slow.tables == fast.tables


@each_case
def test_every_element_has_the_score_that_its_requirements_give_it(folder: Path, libraries: Knowledge) -> None:
    assessment = run_case(folder, libraries)
    tree = Tree.of(libraries)
    for kind in KINDS:
        rows = scores(assessment, kind)
        for measure in ("attainment", "upperAttainment"):
            known = {name: decimal(row[measure]) for name, row in rows.items()}
            assert {name: tree.attainment(name, known) for name in rows} == known, (kind, measure)
        inapplicable = {name for name, row in rows.items() if text(row["standing"]).endswith("#inapplicable")}
        assert inapplicable == {name for name, row in rows.items() if row["attainment"] is None}


def test_a_part_that_is_inapplicable_takes_its_weight_out_of_the_wholes_above(libraries: Knowledge) -> None:
    rows = scores(run_case(CASES / "no-mobile-library-is-needed-and-that-is-approved", libraries), "Verified")
    weights = [
        decimal(rows[PLS + name]["applicableWeight"]) for name in ("services", "cooperation", "lending", "outreach")
    ]
    assert weights == [38, 3, 3, None]
    assert rows[PLS + "outreach"]["points"] is None


def test_more_than_the_sufficient_parts_earns_no_more(libraries: Knowledge) -> None:
    for name in ("everything-is-evidenced", "some-things-are-missing"):
        row = scores(run_case(CASES / name, libraries), "SelfAssessed")[PLS + "reading"]
        assert [decimal(row["attainment"]), decimal(row["points"])] == [1, 7]


def scores(assessment: Assessment, kind: str) -> dict[str, Row]:
    """The rows of a kind of result, by the IRI of their element."""
    rows = assessment.tables["scores"]
    return {text(row["element"]): row for row in rows if text(row["result"]) == DANAO + kind}


def text(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else ""


def decimal(term: object) -> Decimal | None:
    return None if term is None else Decimal(text(term))


def applicable_weights(assessment: Assessment) -> dict[str, Decimal | None]:
    root = root_of(assessment.knowledge)
    return {kind: decimal(scores(assessment, kind)[root]["applicableWeight"]) for kind in KINDS}


def expected_weights(folder: Path) -> dict[str, Decimal | None]:
    store = Store()
    store.load((folder / "expected.ttl").read_bytes(), format=RdfFormat.TURTLE, base_iri=BASE)
    kinds = store.quads_for_pattern(None, NamedNode(CASE + "result"), None)
    name_of = {quad.subject: local_name(text(quad.object)) for quad in kinds}
    weights = store.quads_for_pattern(None, NamedNode(CASE + "applicableWeight"), None)
    return {name_of[quad.subject]: decimal(quad.object) for quad in weights}


@dataclass(frozen=True)
class Tree:
    """The elements with their parts and weights, read from the ontology without any rule; an oracle in fractions."""

    parts: Mapping[str, list[str]]
    weights: Mapping[str, Fraction]
    enough: Mapping[str, int]

    @classmethod
    def of(cls, knowledge: Knowledge) -> Tree:
        parts: dict[str, list[str]] = {}
        weights: dict[str, Fraction] = {}
        for iri in knowledge.index:
            for whole in knowledge.values(iri, DANAO + "directPartOf"):
                parts.setdefault(whole, []).append(iri)
            for weight in knowledge.values(iri, DANAO + "weight"):
                weights[iri] = Fraction(weight)
        return cls(parts, weights, {PLS + "reading": 2})

    def attainment(self, element: str, known: Mapping[str, Decimal | None]) -> Decimal | None:
        """The mean of the parts that have an attainment, to 10 places; a requirement's own."""
        if element not in self.parts:
            return known[element]
        shares = [(self.weights.get(part, Fraction(1)), self.attainment(part, known)) for part in self.parts[element]]
        applicable = [(weight, Fraction(reached)) for weight, reached in shares if reached is not None]
        if not applicable:
            return None
        whole = sum((weight for weight, _ in applicable), Fraction())
        gained = sum((weight * reached for weight, reached in applicable), Fraction())
        return rounded(min(gained / min(whole, Fraction(self.enough.get(element, whole))), Fraction(1)))


def rounded(value: Fraction) -> Decimal:
    ten_places = Decimal(value.numerator) / Decimal(value.denominator)
    return ten_places.quantize(Decimal("1e-10"), rounding=ROUND_HALF_UP)


# ---- Entailment: what the library's axioms say of a description ----

ENTAILED = {
    "inverse": ("library", LIB + "hasBranch", "harbour-branch"),
    "subproperty": ("library", LIB + "hasBranch", "central"),
    "subproperty-then-inverse": ("central", LIB + "branchOf", "library"),
    "symmetric": ("library", LIB + "cooperatesWith", "neighbour"),
    "inverse-then-transitive": ("harbour", LIB + "within", "city"),
    "transitive-then-inverse": ("city", LIB + "contains", "harbour"),
    "chain": ("library", LIB + "reaches", "harbour"),
    "chain-over-inverse": ("library", LIB + "reaches", "market"),
    "chain-from-the-framework's-property": ("library", LIB + "reaches", "hills"),
    "chain-into-the-knowledge": ("local-collection", LIB + "coversField", LIB + "history"),
    "chain-into-the-knowledge's-closure": ("local-collection", LIB + "coversField", LIB + "arts"),
    "transitive-into-the-knowledge": ("town-songs", LIB + "belongsTo", LIB + "arts"),
    "chain-over-transitive-into-the-knowledge": ("song-collection", LIB + "coversField", LIB + "arts"),
    "subclass-to-the-framework": ("library", RDF_TYPE, DANAO + "Project"),
    "equivalent-class": ("loans", RDF_TYPE, LIB + "Interlending"),
    "equivalent-class-the-other-way": ("exchange", RDF_TYPE, LIB + "InterlibraryLoan"),
    "value-of-an-equivalent-class": ("loans", DANAO + "realises", PLS + "lending"),
    "realised-at-depth-2": ("selection", DANAO + "realises", PLS + "building-up"),
    "realised-up-to-the-root": ("selection", DANAO + "realises", PLS + "services"),
}
MORE = """
<library> danao:hasCapability <song-collection> , <exchange> .
<song-collection> a lib:LocalCollection ; dcterms:title "歌谣"@zh ; lib:holds <town-songs> .
<town-songs> a lib:Subject ; lib:belongsTo lib:poetry .
<exchange> a lib:Interlending ; dcterms:title "交换"@zh .
"""


@pytest.fixture(scope="module")
def inferred(engines: Mapping[str, Knowledge]) -> Mapping[str, Facts]:
    changed = {name: assess_changed(knowledge, "", MORE) for name, knowledge in engines.items()}
    return {name: assessment.graphs["inference"] for name, assessment in changed.items()}


def assess_changed(knowledge: Knowledge, old: str, new: str) -> Assessment:
    """The full description with one text replaced (the empty one: its end), examined at the date only."""
    before, found, after = (CASES / "description.ttl").read_text(encoding="utf-8").rpartition(old or "\n")
    assert found
    source = Input("description.ttl", (before + (new if old else "\n" + new) + after).encode())
    (description,) = read_descriptions([source], knowledge, AROUND)
    return assess(description, default_examination(description.identifier, AS_OF, AROUND), knowledge)


@each_engine
@pytest.mark.parametrize("name", ENTAILED)
def test_axioms_of_another_standard_entail(name: str, engine: str, inferred: Mapping[str, Facts]) -> None:
    subject, predicate, thing = ENTAILED[name]
    fact = Triple(NamedNode(HOME + subject), NamedNode(full(predicate)), NamedNode(full(thing)))
    assert fact in inferred[engine]


def full(name: str) -> str:
    return name if name.startswith("http") else HOME + name


def test_what_is_entailed_is_equal_on_both_engines(inferred: Mapping[str, Facts]) -> None:
    assert inferred["fast"] == inferred["reference"]


# ---- What another standard's shapes and vocabulary refuse ----

WAITING = "<waiting-2025> a danao:Figure ; danao:year 2025 ; danao:value"
# By the name of the fault: what of the full description is replaced, and by what; the empty text is its end.
REFUSED = {
    "library-operator": ("    lib:operator <city-council> ;\n", ""),
    "place-circular": ("", "<north> lib:within <harbour> ."),
    "CapabilityForeignRequirement": ("", "<mobile-library> danao:provides pls:interlending ."),
    "MetricRecordUnitFit": ("danao:unit pls:days", "danao:unit pls:years"),
    "MetricRecordRange": (f"{WAITING} 10.0", f"{WAITING} -1.0"),
    "ExclusionAllowed": (
        "    danao:provides pls:stocktake ;\n    danao:evidence <stocktake-report> .",
        (
            "    danao:evidence <stocktake-report> .\n<library> danao:notApplicable <unfit> .\n"
            '<unfit> a danao:Exclusion ; danao:requirement pls:stocktake ; danao:justification "无"@zh .'
        ),
    ),
    "KnowledgeStatement": ("", "pls:reading danao:weight 40.0 ."),
    "OverstepsSide": ("", "<library> lib:reaches <harbour> ."),
    "UnknownTerm": ("", "<library> lib:hasGarden <hills> ."),
    "NotAClass": ("", "<loans> a pls:interlending ."),
}


@each_engine
@pytest.mark.parametrize("name", REFUSED)
def test_a_description_is_refused_by_the_name_of_its_fault(
    name: str, engine: str, engines: Mapping[str, Knowledge]
) -> None:
    assessment = assess_changed(engines[engine], *REFUSED[name])
    assert {problem.name for problem in assessment.problems if problem.severity == "violation"} == {name}
    assert "scores" not in assessment.graphs


# ---- Neither standard in the code, nor one standard in the other ----


@dataclass(frozen=True)
class Foreign:
    """What belongs to a standard: its namespaces, and the names and labels of its terms that are no everyday words."""

    namespaces: frozenset[str]
    words: frozenset[str]

    def found_in(self, source: str) -> list[str]:
        latin = set(re.findall(r"[A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*", source))
        words = {word for word in self.words if (word in latin if word.isascii() else word in source)}
        return sorted(words | {name for name in self.namespaces if name in source})


@pytest.fixture(scope="module")
def foreign() -> Foreign:
    ours = {word for triple in triples_of(data_root(), framework=True) for word in words_of(triple)}
    words = {word for root in (data_root(), LIBRARIES) for triple in triples_of(root) for word in words_of(triple)}
    return Foreign(frozenset(own_namespaces(data_root()) | own_namespaces(LIBRARIES)), frozenset(words - ours))


@pytest.mark.parametrize("path", sorted(Path(danao.__file__).parent.rglob("*.py")), ids=lambda path: path.name)
def test_no_iri_and_no_word_of_a_standard_stands_in_python(path: Path, foreign: Foreign) -> None:
    assert foreign.found_in(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("folder", FRAMEWORK)
def test_no_iri_of_a_standard_stands_in_the_framework(folder: str, foreign: Foreign) -> None:
    files = sorted((data_root() / folder).rglob("*.*"))
    assert files
    only_iris = replace(foreign, words=frozenset())
    assert {path.name: found for path in files if (found := only_iris.found_in(path.read_text(encoding="utf-8")))} == {}


def test_the_words_looked_for_are_those_of_both_standards(foreign: Foreign) -> None:
    samples = {"IndustrialBrain", "6-1-5", "6.1.5", "产业大脑", "OutsidePartner", "every-district", "流动图书车"}
    assert samples <= foreign.words
    assert foreign.found_in(f'"{LIB}Library", "6.1.5"') == ["6.1.5", LIB]


def test_one_standard_knows_nothing_of_the_other(knowledge: Knowledge, libraries: Knowledge) -> None:
    assert own_namespaces(data_root()) & set(libraries.namespaces) == set()
    assert own_namespaces(LIBRARIES) & set(knowledge.namespaces) == set()
    assert libraries.digest != knowledge.digest


def own_namespaces(root: Path) -> set[str]:
    """The namespaces of a standard's modules and shapes; alignments speak of the framework's as well."""
    modules = namespaces_of(triples_of(root)) - namespaces_of(triples_of(data_root(), framework=True))
    shapes = {text(triple.subject) for triple in triples_of(root, "shapes") if isinstance(triple.subject, NamedNode)}
    return modules | {iri.removesuffix(local_name(iri)) for iri in shapes}


def namespaces_of(triples: Iterable[Triple]) -> set[str]:
    return {text(triple.object) for triple in triples if triple.predicate.value == VANN + "preferredNamespaceUri"}


OWN = ("https://w3id.org/danao/", "https://example.org/library/")


def words_of(triple: Triple) -> Iterator[str]:
    """Names of several parts (``TrustedThing``, ``has-thing``), Chinese labels of three characters or more, clauses."""
    iri = text(triple.subject)
    # A term of a public vocabulary that a file declares belongs to no standard.
    name = local_name(iri) if iri.startswith(OWN) else ""
    if re.search(r"[a-z][A-Z]|[A-Za-z0-9]-[A-Za-z0-9]", name):
        yield name
    value = text(triple.object)
    if triple.predicate.value in (SKOS + "prefLabel", RDFS + "label") and len(value) > 2 and not value.isascii():
        yield value
    if triple.predicate.value == SKOS + "notation" and value.count(".") > 1:
        yield value


def triples_of(root: Path, *folders: str, framework: bool = False) -> Iterator[Triple]:
    """What the Turtle files of a standard under a root say, or those of the framework; code lists are no vocabulary."""
    for path in sorted(path for folder in folders or FOLDERS for path in (root / folder).rglob("*.ttl")):
        name = path.relative_to(root).as_posix()
        if name.startswith(FRAMEWORK) == framework and not name.startswith("ontology/codes"):
            yield from (quad.triple for quad in parse(path=str(path), format=RdfFormat.TURTLE))
