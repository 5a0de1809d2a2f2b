"""A description in which everything says something of its own, and a search of what became public for each of it.

The search knows nothing of how access is decided: it follows Turtle from thing to thing, and looks for what it found as
text and as hashes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from danao.access import Material, Publication, split
from danao.canonical import canonical_bytes
from danao.describe import read_descriptions
from danao.examine import read_examinations
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, DCTERMS, DQV, PROV, QB, RDF_TYPE, SH, local_name
from danao.pipeline import Assessment, assess
from danao.reading import Input
from danao.statements import Facts, Statement, graph_of, statements_of, together
from tests.case import AROUND, violations

FOLDER = Path(__file__).parent / "access"
DESCRIPTION = (FOLDER / "description.ttl").read_text(encoding="utf-8")
EXAMINATION = (FOLDER / "examination.ttl").read_text(encoding="utf-8")
HOME = f"{AROUND.base}id/access/"
SALT = b"a salt for tests: not secret"
KINDS = ("SelfAssessed", "Verified")


def restricted(*names: str) -> str:
    """Turtle that restricts things."""
    return "".join(f"<{name}> dcterms:accessRights danao:Restricted .\n" for name in names)


def assessed(
    knowledge: Knowledge, *added: str, description: str = DESCRIPTION, examination: str = EXAMINATION
) -> Assessment:
    """The assessment of the description with statements added."""
    text = "\n".join((description, *added))
    (read,) = read_descriptions([Input("description.ttl", text.encode())], knowledge, AROUND)
    (examined,) = read_examinations([Input("examination.ttl", examination.encode())], knowledge, AROUND).values()
    assessment = assess(read, examined, knowledge)
    assert violations(assessment.problems) == []
    return assessment


def material_of(assessment: Assessment, *more: Facts) -> Material:
    """What is published of an assessment; ``more`` are statements that publishing adds."""
    results = together([*assessment.graphs.values(), *more])
    return Material(assessment.iri, assessment.description.facts, assessment.examination.facts, results)


def published(knowledge: Knowledge, *added: str, description: str = DESCRIPTION) -> Publication:
    assessment = assessed(knowledge, *added, description=description)
    return split(material_of(assessment, reported(assessment)), knowledge, SALT)


def reported(assessment: Assessment) -> Facts:
    """Provenance, a measurement of each score's points, and results of shapes, as publishing adds them."""
    a, base = assessment.iri, AROUND.base
    run, report, cube = f"<{a}/run>", f"<{a}/report>", f"<{a}/scores>"
    found: list[Statement] = [
        (f"<{a}>", f"<{PROV}wasGeneratedBy>", run),
        (run, f"<{RDF_TYPE}>", f"<{PROV}Activity>"),
        (run, f"<{PROV}used>", f"<{base}graph/description/{assessment.description.digest[7:]}>"),
        (run, f"<{PROV}used>", f"<{base}graph/examination/{assessment.examination.digest[7:]}>"),
        *(
            (f"<{base}graph/{name}/{side.digest[7:]}>", *stated)
            for name, side in (("description", assessment.description), ("examination", assessment.examination))
            for stated in (
                (f"<{RDF_TYPE}>", f"<{PROV}Entity>"),
                (f"<{DCTERMS}identifier>", f'"{side.digest}"'),
            )
        ),
        (cube, f"<{RDF_TYPE}>", f"<{QB}DataSet>"),
        (report, f"<{RDF_TYPE}>", f"<{SH}ValidationReport>"),
        (report, f"<{SH}conforms>", '"false"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
    ]
    for claim, _, shape in statements_of(assessment.graphs["validation"]):
        node = f"<{a}/report/{hashlib.sha1((claim + shape).encode()).hexdigest()}>"  # noqa: S324 - as rules name claims
        message = assessment.knowledge.text(shape[1:-1], SH + "message")
        assert message is not None
        found += [
            (report, f"<{SH}result>", node),
            (node, f"<{RDF_TYPE}>", f"<{SH}ValidationResult>"),
            (node, f"<{SH}focusNode>", claim),
            (node, f"<{SH}sourceShape>", shape),
            (node, f"<{SH}resultMessage>", str(Literal(message.en, language="en"))),
        ]
    elements = {one[0]: one[2] for one in statements_of(assessment.graphs["scores"]) if one[1] == f"<{DANAO}element>"}
    for score, name, value in statements_of(assessment.graphs["scores"]):
        if score in elements and name in {f"<{DANAO}points>", f"<{DANAO}attainment>"}:
            kind = "Verified" if "/Verified/" in score else "SelfAssessed"
            what = local_name(name[1:-1])
            node = f"<{a}/measurement/{kind}{what}/{local_name(elements[score][1:-1])}>"
            found += [
                (node, f"<{RDF_TYPE}>", f"<{DQV}QualityMeasurement>"),
                (node, f"<{RDF_TYPE}>", f"<{QB}Observation>"),
                (node, f"<{DANAO}element>", elements[score]),
                (node, f"<{DQV}isMeasurementOf>", f"<{DANAO}{kind}{what.capitalize()}>"),
                (node, f"<{DQV}value>", value),
                (node, f"<{QB}dataSet>", cube),
            ]
    assert all(one[0].startswith("<") for one in found)
    return graph_of(found)


def public_graphs(publication: Publication) -> list[Facts]:
    return [part.public for part in (publication.description, publication.examination, publication.results)]


def public_text(publication: Publication) -> str:
    return "".join(canonical_bytes(graph).decode() for graph in public_graphs(publication))


# ---- The search ----


def reached(facts: Iterable[Triple], *starts: str) -> set[str]:
    """The things that statements lead to from some, themselves among them; segments belong to their chain."""
    known = list(facts)
    subjects = {fact.subject.value for fact in known if isinstance(fact.subject, NamedNode)}
    found, todo = set(starts), list(starts)
    while todo:
        node = todo.pop()
        new = {
            fact.object.value
            for fact in known
            if isinstance(fact.object, NamedNode)
            and isinstance(fact.subject, NamedNode)
            and fact.subject.value == node
            and local_name(fact.predicate.value)
            not in {"operatesIn", "focusesOn", "depicts", "analyses", "coordinates"}
            and (fact.object.value in subjects or "://files.example" in fact.object.value)
        } - found
        found |= new
        todo += new
    return found


def said_by(things: set[str], facts: Iterable[Triple]) -> set[str]:
    """The names of things and every text, number and day that only they say."""
    own, others = set[str](), set[str]()
    for fact in facts:
        if isinstance(fact.object, Literal):
            inside = isinstance(fact.subject, NamedNode) and fact.subject.value in things
            (own if inside else others).add(fact.object.value)
    return things | (own - others)


def found_in(text: str, marks: Iterable[str]) -> set[str]:
    """The marks that occur in a text: as they are, in part of a name, or as a hash of them."""
    return {mark for mark in marks if mark in text or any(digest in text for digest in digests(mark))}


@cache
def digests(mark: str) -> tuple[str, ...]:
    """The first 16 digits of what somebody would try who guesses at a mark."""
    forms = (mark, f"<{mark}>", f'"{mark}"')
    algorithms = (hashlib.md5, hashlib.sha1, hashlib.sha256)
    return tuple(algorithm(form.encode()).hexdigest()[:16] for form in forms for algorithm in algorithms)


def hexes(text: str) -> set[str]:
    """Everything in a text that may be a hash, by its first 16 digits."""
    return {found[:16] for found in re.findall("[0-9a-f]{16,}", text)}
