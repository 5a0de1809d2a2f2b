"""What a report shows of one assessment, as plain data in both languages: templates print it and compute nothing."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from pyoxigraph import Literal, NamedNode

from danao.engine.interface import iri_of
from danao.errors import Text
from danao.exchange.elements import Elements, anchors
from danao.exchange.evidence import Evidence
from danao.exchange.outlook import Outlook
from danao.explain import exact, explanation
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, DCTERMS, SKOS, local_name
from danao.pipeline import Assessment
from danao.view import KINDS, Facts, Standard, both, document

_LOCATION = Text("所在地", "location")
# A cover names that many things of a kind, and counts the rest.
_NAMED = 8


def contents(assessment: Assessment, knowledge: Knowledge, within: int) -> dict[str, Any]:
    """Everything that a report shows, with what expires ``within`` so many days.

    ``scored`` is None where violations forbid a score.
    """
    run = document([assessment], knowledge)
    (view,) = run.pop("assessments")
    facts = Facts(assessment)
    return {
        "run": run,
        "kinds": {kind: both(knowledge.label(DANAO + kind)) for kind in KINDS},
        "meanings": {kind: both(knowledge.text(DANAO + kind, SKOS + "definition")) for kind in KINDS},
        "scheme": _scheme(run["scheme"], knowledge),
        "project": view["project"] | {"facts": _about_project(assessment, facts, knowledge)},
        "examination": _examination(assessment, facts),
        "problems": [_problem(problem, assessment.description.home) for problem in view["problems"]],
        "digests": {name: view[f"{name}Digest"] for name in ("description", "examination", "knowledge")},
        "assessment": assessment.iri,
        "scored": None
        if assessment.violated
        else _scored(assessment, knowledge, facts, within) | {"bands": view["bands"]},
    }


def _scored(assessment: Assessment, knowledge: Knowledge, facts: Facts, within: int) -> dict[str, Any]:
    """What needs scores: the whole with its tree, what carries weight in reading order, the evidence, the gaps."""
    standard = Standard(knowledge)
    root = standard.roots[0]
    evidence = Evidence(assessment, knowledge, facts, anchors(standard, root))
    outlook = Outlook(assessment, standard, within, evidence.numbers)
    elements = Elements(assessment, standard, facts, evidence, outlook)
    whole = elements.element(explanation(assessment, root, standard))
    return {
        "whole": whole,
        "weighed": list(_weighed(whole)),
        "outlook": outlook.view(evidence.anchors),
        "evidence": evidence.listed(),
    }


def _weighed(element: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The elements below one that carry a weight, in reading order."""
    for part in element["parts"]:
        if part["weight"] is not None:
            yield part
        yield from _weighed(part)


def _scheme(scheme: dict[str, Any], knowledge: Knowledge) -> dict[str, Any]:
    """The scheme with its conventions in full, those that name bands apart and from the highest down."""
    limits = {one["iri"]: knowledge.values(one["iri"], DANAO + "lowerLimit") for one in scheme["conventions"]}
    bands = [one | {"from": exact(limits[one["iri"]][0])} for one in scheme["conventions"] if limits[one["iri"]]]
    return scheme | {
        "name": local_name(scheme["iri"]),
        "definition": both(knowledge.text(scheme["iri"], SKOS + "definition")),
        "conventions": [one for one in scheme["conventions"] if not limits[one["iri"]]],
        "bands": sorted(bands, key=lambda one: Decimal(one["from"]), reverse=True),
    }


def _about_project(assessment: Assessment, facts: Facts, knowledge: Knowledge) -> list[dict[str, Any]]:
    """What the description says of the project in the terms of its domain; what it has and reports comes later."""
    node = NamedNode(assessment.description.project)
    said: dict[str, list[Any]] = {}
    for triple in sorted(assessment.description.facts, key=str):
        name = triple.predicate.value
        domain = name in knowledge.index and not name.startswith(DANAO) and name.startswith(knowledge.namespaces)
        if triple.subject == node and (domain or name == DCTERMS + "spatial"):
            said.setdefault(name, []).append(triple.object)
    return [
        {
            "label": both(_LOCATION if name == DCTERMS + "spatial" else knowledge.label(name)),
            "values": [both(_named(thing, facts, knowledge)) for thing in things[:_NAMED]],
            "more": len(things[_NAMED:]),
        }
        for name, things in said.items()
    ]


def _named(thing: object, facts: Facts, knowledge: Knowledge) -> Text:
    """A literal as it is, the label of a term, or the title of a node."""
    if isinstance(thing, Literal):
        return Text(thing.value, thing.value)
    iri = iri_of(thing)
    return knowledge.label(iri) if iri in knowledge.index else facts.title(iri)


def _examination(assessment: Assessment, facts: Facts) -> dict[str, Any]:
    """Whether there was an examination, by whom, and how much it decided; a default one holds only the date."""
    examination, knowledge = assessment.examination, assessment.knowledge
    verdicts = [iri_of(thing) for thing in facts.objects(examination.iri, DANAO + "verdict")]
    decisions = [local_name(facts.value(verdict, DANAO + "decision") or "") for verdict in verdicts]
    creators = facts.objects(examination.iri, DCTERMS + "creator")
    return {
        "given": examination.source is not None,
        "asOf": facts.value(examination.iri, DANAO + "asOf"),
        "year": facts.value(examination.iri, DANAO + "examinedYear"),
        "by": [both(_named(thing, facts, knowledge)) for thing in creators],
        "accepted": decisions.count("Accepted"),
        "rejected": decisions.count("Rejected"),
        "targets": len(facts.objects(examination.iri, DANAO + "confirms")),
        "exclusions": len(facts.objects(examination.iri, DANAO + "approves")),
    }


def _problem(problem: dict[str, Any], home: str) -> dict[str, Any]:
    """A problem with its place in short: no folder of whoever ran this, no address that all nodes share."""
    file = PurePath(problem["file"]).name if problem["file"] else None
    position = [str(part) for part in (file, problem["line"], problem["column"]) if part is not None]
    return problem | {
        "place": ":".join(position) or None,
        "node": problem["node"].replace(home, "") if problem["node"] else None,
        "path": local_name(problem["path"]) if problem["path"] else None,
    }
