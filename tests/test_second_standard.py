"""Another standard on the same code: an invented one for public libraries, of another depth, other weights and no scenario."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store, parse

import danao
from danao.describe import default_examination, read_descriptions
from danao.engine.interface import Facts, Row
from danao.knowledge import Knowledge, load_knowledge
from danao.namespaces import DANAO, RDFS, SKOS, VANN, local_name
from danao.pipeline import Assessment, assess
from danao.reading import Input
from danao.resources import FOLDERS, FRAMEWORK, data_root
from tests.case import AROUND, AS_OF, BASE, CASE, actual_of, case_folders, description_of, expected_of, root_of, run_case, violations

LIBRARIES = Path(__file__).parent / "standards" / "libraries"
CASES = LIBRARIES / "cases"
FULL = CASES / "everything-is-evidenced"
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
        standing = {name for name, row in rows.items() if row["standing"] and row["standing"].value.endswith("#inapplicable")}
        assert standing == {name for name, row in rows.items() if row["attainment"] is None}


def test_a_part_that_is_inapplicable_takes_its_weight_out_of_the_wholes_above(libraries: Knowledge) -> None:
    rows = scores(run_case(CASES / "no-mobile-library-is-needed-and-that-is-approved", libraries), "Verified")
    weights = {name: decimal(rows[PLS + name]["applicableWeight"]) for name in ("services", "cooperation", "lending", "outreach")}
    assert weights == {"services": 38, "cooperation": 3, "lending": 3, "outreach": None}
    assert rows[PLS + "outreach"]["points"] is None


def test_more_than_the_sufficient_parts_earns_no_more(libraries: Knowledge) -> None:
    for name in ("everything-is-evidenced", "some-things-are-missing"):
        row = scores(run_case(CASES / name, libraries), "SelfAssessed")[PLS + "reading"]
        assert (decimal(row["attainment"]), decimal(row["points"])) == (1, 7)


def scores(assessment: Assessment, kind: str) -> dict[str, Row]:
    """The rows of a kind of result, by the IRI of their element."""
    return {row["element"].value: row for row in assessment.tables["scores"] if row["result"].value == DANAO + kind}


def decimal(term: object) -> Decimal | None:
    return None if term is None else Decimal(term.value)


def applicable_weights(assessment: Assessment) -> dict[str, Decimal | None]:
    root = root_of(assessment.knowledge)
    return {kind: decimal(scores(assessment, kind)[root]["applicableWeight"]) for kind in KINDS}


def expected_weights(folder: Path) -> dict[str, Decimal | None]:
    store = Store()
    store.load((folder / "expected.ttl").read_bytes(), format=RdfFormat.TURTLE, base_iri=BASE)
    kinds = {quad.subject: local_name(quad.object.value) for quad in store.quads_for_pattern(None, NamedNode(CASE + "result"), None)}
    weights = store.quads_for_pattern(None, NamedNode(CASE + "applicableWeight"), None)
    return {kinds[quad.subject]: decimal(quad.object) for quad in weights}


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
        whole = sum(weight for weight, _ in applicable)
        mean = sum(weight * reached for weight, reached in applicable) / min(whole, self.enough.get(element, whole))
        return rounded(min(mean, Fraction(1)))


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
    "subclass-to-the-framework": ("library", "type", DANAO + "Project"),
    "equivalent-class": ("loans", "type", LIB + "Interlending"),
    "equivalent-class-the-other-way": ("exchange", "type", LIB + "InterlibraryLoan"),
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
    assert (HOME + subject, full(predicate), full(thing)) in {
        (t.subject.value, t.predicate.value, t.object.value) for t in inferred[engine]
    }


def full(name: str) -> str:
    if name == "type":
        return "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
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
        '    danao:evidence <stocktake-report> .\n<library> danao:notApplicable <unfit> .\n'
        '<unfit> a danao:Exclusion ; danao:requirement pls:stocktake ; danao:justification "无"@zh .',
    ),
    "KnowledgeStatement": ("", "pls:reading danao:weight 40.0 ."),
    "OverstepsSide": ("", "<library> lib:reaches <harbour> ."),
    "UnknownTerm": ("", "<library> lib:hasGarden <hills> ."),
    "NotAClass": ("", "<loans> a pls:interlending ."),
}


@each_engine
@pytest.mark.parametrize("name", REFUSED)
def test_a_description_is_refused_by_the_name_of_its_fault(name: str, engine: str, engines: Mapping[str, Knowledge]) -> None:
    assessment = assess_changed(engines[engine], *REFUSED[name])
    assert {problem.name for problem in assessment.problems if problem.severity == "violation"} == {name}
    assert "scores" not in assessment.graphs


# ---- Neither standard in the code, nor one standard in the other ----


def test_one_standard_knows_nothing_of_the_other(knowledge: Knowledge, libraries: Knowledge) -> None:
    ours, theirs = own_namespaces(data_root()), own_namespaces(LIBRARIES)
    assert ours & set(libraries.namespaces) == set()
    assert theirs & set(knowledge.namespaces) == set()
    assert not [triple for triple in libraries.ontology | libraries.shapes if str(triple).find("/danao/standard/") > 0]
    assert libraries.digest != knowledge.digest


@pytest.mark.parametrize("path", sorted(Path(danao.__file__).parent.rglob("*.py")), ids=lambda path: path.name)
def test_no_iri_and_no_word_of_a_standard_stands_in_python(path: Path, foreign: Foreign) -> None:
    assert list(foreign.found_in(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("folder", FRAMEWORK)
def test_no_iri_of_a_standard_stands_in_the_framework(folder: str, foreign: Foreign) -> None:
    texts = [path.read_text(encoding="utf-8") for path in files_below(data_root()) if in_folder(path, folder)]
    assert texts
    assert [name for text in texts for name in replace(foreign, words=frozenset()).found_in(text)] == []


@dataclass(frozen=True)
class Foreign:
    """What belongs to a standard: its namespaces, and the names and labels of its terms that are no everyday words."""

    namespaces: frozenset[str]
    words: frozenset[str]

    def found_in(self, text: str) -> Iterator[str]:
        yield from sorted(name for name in self.namespaces if name in text)
        latin = set(re.findall(r"[A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*", text))
        yield from sorted(word for word in self.words if (word in latin if word.isascii() else word in text))


@pytest.fixture(scope="module")
def foreign() -> Foreign:
    namespaces = own_namespaces(data_root()) | own_namespaces(LIBRARIES)
    words = {word for root in (data_root(), LIBRARIES) for word in own_words(root)}
    framework = {word for path in files_below(data_root(), framework=True) for word in words_of(path)}
    return Foreign(frozenset(namespaces), frozenset(words - framework))


def own_namespaces(root: Path) -> set[str]:
    """The namespaces of a standard's modules and shapes."""
    return {
        name
        for path in files_below(root, framework=False)
        for triple in parse(path=str(path), format=RdfFormat.TURTLE)
        for name in (
            [triple.object.value] if triple.predicate.value == VANN + "preferredNamespaceUri" else namespace_of_shape(path, triple.subject)
        )
    }


def namespace_of_shape(path: Path, subject: object) -> list[str]:
    shaped = isinstance(subject, NamedNode) and "shapes" in path.parts
    return [subject.value.removesuffix(local_name(subject.value))] if shaped else []


def own_words(root: Path) -> set[str]:
    return {word for path in files_below(root, framework=False) if "codes" not in path.parts for word in words_of(path)}


def words_of(path: Path) -> Iterator[str]:
    """Names of two parts or more (``TrustedThing``, ``has-thing``, ``6-1-5``), labels of three Chinese characters or more, clauses."""
    for quad in parse(path=str(path), format=RdfFormat.TURTLE):
        if isinstance(quad.subject, NamedNode) and re.search(r"[a-z][A-Z]|[A-Za-z0-9]-[A-Za-z0-9]", local_name(quad.subject.value)):
            yield local_name(quad.subject.value)
        if quad.predicate.value in (SKOS + "prefLabel", RDFS + "label") and len(quad.object.value) > 2 and not quad.object.value.isascii():
            yield quad.object.value
        if quad.predicate.value == SKOS + "notation" and quad.object.value.count(".") > 1:
            yield quad.object.value


def files_below(root: Path, framework: bool | None = None) -> list[Path]:
    """The knowledge files under a root: all, the framework's, or the standard's own Turtle."""
    files = [path for name in FOLDERS for path in sorted((root / name).rglob("*.*"))]
    if framework is None:
        return files
    turtle = [path for path in files if path.suffix == ".ttl"]
    return [path for path in turtle if framework == any(path.relative_to(root).as_posix().startswith(name) for name in FRAMEWORK)]


def in_folder(path: Path, folder: str) -> bool:
    return path.relative_to(data_root()).as_posix().startswith(folder)
