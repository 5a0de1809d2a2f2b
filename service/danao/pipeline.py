"""THE path: from a description and an examination to explained scores. Everything that assesses calls this."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from danao import __version__
from danao.describe import Description
from danao.engine.interface import Row, Workspace
from danao.errors import Place, Problem, Text
from danao.examine import Examination
from danao.infer import infer
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, PROV, RDF_TYPE, SOFTWARE
from danao.outcomes import decide_outcomes
from danao.report import tables
from danao.score import score_outcomes
from danao.statements import Facts, graph_of, statements_of
from danao.validate import check_claims, check_description


@dataclass(frozen=True)
class Assessment:
    """One assessment: the graph of each step, the tables of the report, or the problems that forbid a score.

    ``graphs`` maps ``context``, ``inference``, ``validation``, ``outcomes`` and ``scores`` to their facts, ``tables``
    the name of each report query to its rows. A description with violations has problems and no outcomes.
    """

    iri: str
    description: Description
    examination: Examination
    knowledge: Knowledge
    problems: tuple[Problem, ...]
    graphs: Mapping[str, Facts]
    tables: Mapping[str, list[Row]]

    @property
    def violated(self) -> bool:
        """Whether a violation kept the description from being scored."""
        return any(problem.severity == "violation" for problem in self.problems)


def assess(description: Description, examination: Examination, knowledge: Knowledge) -> Assessment:
    """Describe → infer → validate → decide → score → report. Reads no clock: equal inputs give equal bytes."""
    checked, workspace = _check(description, examination, knowledge)
    if checked.violated:
        return checked
    graphs = dict(checked.graphs)
    graphs["validation"] = check_claims(workspace, knowledge)
    graphs["outcomes"] = decide_outcomes(workspace, knowledge)
    graphs["scores"] = score_outcomes(workspace, knowledge)
    return replace(checked, graphs=graphs, tables=tables(workspace, knowledge))


def go_on(taken: Assessment, knowledge: Knowledge) -> Assessment:
    """The assessment from where it was left: ``taken`` has the graphs of the steps that need not be taken again."""
    workspace = knowledge.engine.workspace()
    graphs = dict(taken.graphs)
    for facts in (taken.description.facts, taken.examination.facts, *graphs.values()):
        workspace.add(facts)
    for name, take in _STEPS.items():
        if name not in graphs:
            graphs[name] = take(workspace, knowledge)
    return replace(taken, graphs=graphs, tables=tables(workspace, knowledge))


_STEPS: Mapping[str, Callable[[Workspace, Knowledge], Facts]] = {
    "inference": infer,
    "validation": check_claims,
    "outcomes": decide_outcomes,
    "scores": score_outcomes,
}


def check(description: Description, examination: Examination, knowledge: Knowledge) -> Assessment:
    """The first half of the path: an assessment with problems only."""
    return _check(description, examination, knowledge)[0]


def _check(description: Description, examination: Examination, knowledge: Knowledge) -> tuple[Assessment, Workspace]:
    iri, context = context_of(description, examination, knowledge)
    workspace = knowledge.engine.workspace()
    # Shapes look at what was not refused as well, so that one run shows every problem.
    for side in (description, examination):
        refused = set(statements_of(side.refused))
        facts = statements_of(side.facts)
        workspace.add(graph_of([one for one in facts if one not in refused]) if refused else side.facts)
    workspace.add(context)
    graphs = {"context": context, "inference": infer(workspace, knowledge)}
    known = (*description.problems, *examination.problems, *_trespasses(description, examination))
    found = check_description(workspace, description, examination, knowledge)
    problems = (*known, *(problem for problem in found if not _explained(problem, known)))
    return Assessment(iri, description, examination, knowledge, problems, graphs, {}), workspace


def _trespasses(description: Description, examination: Examination) -> list[Problem]:
    """Statements of a description about the examiner's own nodes: they would change what the examiner decided."""
    described, examined = ({one[0] for one in statements_of(side.facts)} for side in (description, examination))
    return [
        Problem(
            name="ExaminersNode",
            severity="violation",
            place=Place(file=description.source, node=node),
            what=Text(
                "描述陈述了审查一方的结点，会改变审查的决定。",
                "The description states something about a node of the examination and would change its decision.",
            ),
            fix=Text(
                "删去该陈述，或给自己的结点另一个 IRI。", "Remove the statement, or give your own node another IRI."
            ),
        )
        for node in sorted(one[1:-1] for one in described & examined)
    ]


def _explained(problem: Problem, known: Iterable[Problem]) -> bool:
    """Whether a shape only misses the value that was refused."""
    return any(
        earlier.place.node == problem.place.node and earlier.path is not None and earlier.path == problem.path
        for earlier in known
    )


def context_of(description: Description, examination: Examination, knowledge: Knowledge) -> tuple[str, Facts]:
    """The assessment's IRI and what is known of it before the first step: parameters are facts, never strings."""
    digests = (description.digest, examination.digest, knowledge.digest)
    name = hashlib.sha256("\n".join(digests).encode()).hexdigest()[:32]
    iri = f"{description.home}assessment/{name}"
    stated = {
        RDF_TYPE: f"<{DANAO}Assessment>",
        DANAO + "of": f"<{description.project}>",
        DANAO + "examination": f"<{examination.iri}>",
        DANAO + "scheme": f"<{knowledge.scheme}>",
        DANAO + "descriptionDigest": f'"{description.digest}"',
        DANAO + "examinationDigest": f'"{examination.digest}"',
        DANAO + "knowledgeDigest": f'"{knowledge.digest}"',
        PROV + "wasAttributedTo": f"<{SOFTWARE}{__version__}>",
    }
    return iri, graph_of([(f"<{iri}>", f"<{predicate}>", thing) for predicate, thing in stated.items()])
