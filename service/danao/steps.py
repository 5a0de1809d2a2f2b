"""The steps of an assessment as bytes, to go on from them when a rule or a weight has changed.

The node names of an assessment begin with its IRI, which names the knowledge: they are kept without it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any

from danao.describe import Description
from danao.errors import Place, Problem, Text
from danao.examine import Examination
from danao.knowledge import Knowledge
from danao.pipeline import Assessment, context_of, go_on
from danao.statements import Facts, Graph, joined, split, statements_of

_GRAPHS = ("inference", "validation", "outcomes", "scores")
# Stands for the assessment's IRI; no text of N-Triples holds it.
_HERE = "\1"
_FORMAT = 1


def kept(assessment: Assessment) -> bytes:
    """The steps of an assessment, of a refused one the first; equal assessments give equal bytes."""
    description, examination = assessment.description, assessment.examination
    sides = [_text(side.facts) for side in (description, examination)]
    taken = [assessment.graphs[name] for name in _GRAPHS if name in assessment.graphs]
    graphs = [_text(facts).replace(assessment.iri, _HERE) for facts in taken]
    head = {
        "format": _FORMAT,
        "steps": dict(assessment.knowledge.steps),
        "description": [description.project, description.identifier, description.home, description.source],
        "digests": [description.digest, examination.digest],
        "examination": [examination.iri, examination.source],
        "problems": [problem.as_json() for problem in assessment.problems],
        "lengths": [len(text) for text in (*sides, *graphs)],
    }
    # In ASCII: names of files may hold what no text does.
    text = "".join((json.dumps(head), "\n", *sides, *graphs))
    return zlib.compress(text.encode(), level=1)


def continued(data: bytes, knowledge: Knowledge) -> Assessment | None:
    """The assessment with this knowledge: steps that the same digests decided are taken over, the others taken.

    A changed weight costs the scores, a changed rule the steps from its own. Nothing where it has to be assessed from
    the start: the first step differs, it was kept in another form, or the bytes are damaged, as their checksum shows.
    """
    try:
        line, _, text = zlib.decompress(data).decode().partition("\n")
        head = json.loads(line)
    except (zlib.error, ValueError):
        return None
    if not isinstance(head, dict) or head.get("format") != _FORMAT:
        return None
    if head["steps"]["inference"] != knowledge.steps["inference"]:
        return None
    parts = []
    start = 0
    for length in head["lengths"]:
        parts.append(text[start : start + length])
        start += length
    taken = _restored(head, parts, knowledge)
    return taken if taken.violated else go_on(taken, knowledge)


def _restored(head: Mapping[str, Any], parts: list[str], knowledge: Knowledge) -> Assessment:
    """The assessment up to the first step that was decided by something else."""
    project, identifier, home, source = head["description"]
    digest, examined = head["digests"]
    iri, file = head["examination"]
    description = Description(project, identifier, home, source, _graph(parts[0]), digest)
    examination = Examination(iri, file, _graph(parts[1]), examined)
    here, context = context_of(description, examination, knowledge)
    graphs: dict[str, Facts] = {"context": context}
    for name, part in zip(_GRAPHS, parts[2:], strict=False):
        if head["steps"][name] != knowledge.steps[name]:
            break
        graphs[name] = _graph(part.replace(_HERE, here))
    problems = tuple(_problem(problem) for problem in head["problems"])
    return Assessment(here, description, examination, knowledge, problems, graphs, {})


def _text(facts: Facts) -> str:
    return joined(sorted(statements_of(facts)))


def _graph(text: str) -> Graph:
    return Graph(lambda: split(text))


def _problem(value: Mapping[str, Any]) -> Problem:
    """The problem that :meth:`Problem.as_json` was taken of."""
    return Problem(
        name=value["problem"],
        severity=value["severity"],
        place=Place(value["file"], value["line"], value["column"], value["node"]),
        what=Text(**value["message"]),
        fix=Text(**value["fix"]) if value["fix"] else None,
        path=value["path"],
        value=value["value"],
    )
