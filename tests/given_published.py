"""Graphs of each kind that is published, as of a registry with one assessment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple, parse

from danao.catalogue import Deployment, Select, catalogue_entry, catalogue_head, service_description, statistics
from danao.engine.interface import Row
from danao.engine.parameters import fill
from danao.errors import Text
from danao.namespaces import DANAO, DCTERMS, PROV, RDF_TYPE, XSD
from danao.pipeline import Assessment
from danao.publish import assessment_graph, published_knowledge
from danao.statements import Facts, Graph, Term, graph_of

LIBRARIES = Path(__file__).parent / "standards" / "libraries"
BASE = "https://danao.example/"
OFFICE = Deployment(
    base=BASE,
    publisher="https://office.example/",
    publisher_name=Text("评估办公室", "Office of assessments"),
    licence="https://creativecommons.org/licenses/by/4.0/",
)
DIGEST = "sha256:" + "ab" * 32


def submission(assessment: Assessment, number: int = 1, previous: str | None = None) -> Graph:
    """The entry of an assessment that came in."""
    digests = {
        "descriptionDigest": assessment.description.digest,
        "examinationDigest": assessment.examination.digest,
        "knowledgeDigest": assessment.knowledge.digest,
        "assessmentDigest": DIGEST,
    }
    graphs = {
        name: f"{BASE}graph/{name}/{digests[f'{name}Digest'].partition(':')[2]}"
        for name in ("description", "examination", "knowledge")
    }
    said = {DANAO + name: f"<{graph}>" for name, graph in graphs.items()}
    said |= {DANAO + name: f'"{digest}"' for name, digest in digests.items()}
    return _entry("Submission", assessment, number, said | ({DANAO + "previous": f'"{previous}"'} if previous else {}))


def publication(assessment: Assessment, number: int = 2) -> Graph:
    """The entry of an assessment that was published."""
    said = {DANAO + "publicDigest": f'"{DIGEST}"', DANAO + "previous": f'"{DIGEST}"'}
    return _entry("Publication", assessment, number, said)


def withdrawal(assessment: Assessment, number: int = 3) -> Graph:
    """The entry of a publication that was taken back."""
    said = {DANAO + "justification": '"发现一处笔误"@zh', DANAO + "previous": f'"{DIGEST}"'}
    return _entry("Withdrawal", assessment, number, said)


def _entry(kind: str, assessment: Assessment, number: int, said: Mapping[str, str]) -> Graph:
    node = f"<{BASE}entry/{number}>"
    common = {
        RDF_TYPE: f"<{DANAO}{kind}>",
        DANAO + "number": f'"{number}"^^<{XSD}integer>',
        DANAO + "submittedBy": '"李雷"',
        DANAO + "of": f"<{assessment.description.project}>",
        DANAO + "assessment": f"<{assessment.iri}>",
        DCTERMS + "identifier": f'"{assessment.description.identifier}"',
        PROV + "generatedAtTime": f'"2026-01-0{number}T08:00:00+08:00"^^<{XSD}dateTime>',
    }
    return graph_of([(node, f"<{predicate}>", thing) for predicate, thing in {**common, **said}.items()])


def together(*graphs: Facts) -> frozenset[Triple]:
    return frozenset[Triple]().union(*graphs)


def catalogue(assessment: Assessment) -> frozenset[Triple]:
    """The office's catalogue with one assessment that came in and was published."""
    knowledge = assessment.knowledge
    entries = (submission(assessment), publication(assessment))
    made = (catalogue_entry(entry, OFFICE, knowledge, public=False) for entry in entries)
    return together(catalogue_head(OFFICE, knowledge, public=False), *made)


def selecting(graphs: Mapping[str, Facts]) -> Select:
    """What asks a store that holds graphs by name."""
    store = Store()
    for name, facts in graphs.items():
        store.extend(Quad(t.subject, t.predicate, t.object, NamedNode(name)) for t in facts)

    def select(query: str, parameters: Mapping[str, Term]) -> Sequence[Row]:
        solutions = store.query(fill(query, parameters))
        names = [variable.value for variable in solutions.variables]  # type: ignore[union-attr]
        return [{name: solution[name] for name in names} for solution in solutions]  # type: ignore[union-attr]

    return select


def published(assessment: Assessment) -> dict[str, Facts]:
    """A graph of each kind."""
    knowledge = assessment.knowledge
    graph = assessment_graph(assessment)
    void = statistics(
        f"{BASE}view/office",
        assessment.iri,
        selecting({assessment.iri: graph}),
        knowledge,
        space=BASE,
        endpoint=f"{BASE}sparql",
        dumps=[f"{BASE}dump.nq.gz"],
    )
    return {
        "assessment": graph,
        "public": graph,
        "knowledge": published_knowledge(knowledge),
        "entry": together(submission(assessment), publication(assessment), withdrawal(assessment)),
        "catalogue": catalogue(assessment),
        "statistics": void,
        "service": service_description(f"{BASE}sparql", f"{BASE}view/office", [assessment.iri], knowledge),
    }


def turtle(path: Path, replaced: Mapping[str, str]) -> set[Triple]:
    """The triples of a Turtle file after some texts in it were replaced."""
    text = path.read_text(encoding="utf-8")
    for old, new in replaced.items():
        text = text.replace(old, new)
    return {quad.triple for quad in parse(text.encode(), format=RdfFormat.TURTLE)}
