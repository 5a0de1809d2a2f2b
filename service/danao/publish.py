"""Publishing: what an assessment, its knowledge, and what questions ask of both look like as linked data."""

from __future__ import annotations

from collections.abc import Iterable

from danao.access.publication import Material
from danao.errors import Place, Text, UnscoredAssessment
from danao.infer import apply_rules, apply_until_stable
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, RDF_TYPE
from danao.pipeline import Assessment
from danao.publisher import publisher_of
from danao.statements import Facts, Graph, Statement, graph_of, statements_of

# The steps whose facts are published as they are. Of the inference only claims are: what else it entails follows from
# the description and the knowledge.
_STEPS = ("context", "validation", "outcomes", "scores")


def assessment_graph(assessment: Assessment) -> Graph:
    """All that the graph of an assessment holds, in canonical order: the same facts for the same inputs.

    Outcomes as EARL, claims with what counts for them, scores, the same as DQV measurements in a data cube, the
    validation report, and which run made it of what. No clock, nobody's name, no blank node.

    :raises UnscoredAssessment: the description has violations, so that there is nothing to publish.
    """
    if assessment.violated:
        raise _unscored(assessment)
    publisher = publisher_of(assessment.knowledge)
    workspace = publisher.engine.workspace()
    taken = [assessment.graphs[name] for name in _STEPS]
    for facts in taken:
        workspace.add(facts)
    made = [workspace.construct(rule) for rule in publisher.rules("publishing")]
    claims = _claims(statements_of(assessment.graphs["inference"]))
    return _in_order([claims, *map(statements_of, (*taken, *made))])


def _unscored(assessment: Assessment) -> UnscoredAssessment:
    return UnscoredAssessment(
        Text(
            "描述有违例，没有结论和得分，不能发布。",
            "The description has violations, so there are no outcomes and scores to publish.",
        ),
        place=Place(file=assessment.description.source, node=assessment.description.project),
        fix=Text("先用 danao check 找出违例并改正。", "Find the violations with 'danao check' and mend them first."),
    )


def _claims(derived: Iterable[Statement]) -> list[Statement]:
    """What is said of claims; that a claim is of the class of its requirement is for shapes only."""
    kind, claim = f"<{RDF_TYPE}>", f"<{DANAO}Claim>"
    stated = list(derived)
    claims = {one[0] for one in stated if one[2] == claim and one[1] == kind}
    return [one for one in stated if one[0] in claims and (one[1] != kind or one[2] == claim)]


def _in_order(parts: Iterable[Iterable[Statement]]) -> Graph:
    """Statements each once, in the order of their lines."""
    said: dict[str, list[tuple[str, str]]] = {}
    for part in parts:
        for subject, predicate, thing in part:
            said.setdefault(subject, []).append((predicate, thing))
    # Node by node, because addresses begin alike and take long to compare.
    return graph_of([(subject, *rest) for subject in sorted(said) for rest in sorted(set(said[subject]))])


def asked_facts(material: Material, knowledge: Knowledge, *, public: bool) -> Graph:
    """What questions ask of an assessment beyond its graph and its inputs: for a view that is to answer them.

    What follows from the inputs, which nodes the description describes, what evidence contributes to points. Of what is
    ``public``, only what the axioms entail follows: rules that look for what is not stated would take what is withheld
    for that. Equal material gives an equal graph, in canonical order.
    """
    sides = [statements_of(side) for side in (material.description, material.examination)]
    stated = {one for statements in (*sides, statements_of(material.results)) for one in statements}
    weighed = _weighed(material, knowledge)
    entailed = [one for one in _entailed(material, knowledge, public=public) if one not in stated]
    described = {(one[0], f"<{DANAO}describedIn>", f"<{material.assessment}>") for one in sides[0]}
    return _in_order([entailed, described, *map(statements_of, weighed)])


def _weighed(material: Material, knowledge: Knowledge) -> tuple[Facts, Facts]:
    """What scores rest on, and what they contribute."""
    workspace = publisher_of(knowledge).engine.workspace()
    for facts in (material.description, material.examination, material.results):
        workspace.add(facts)
    links = apply_rules(workspace, knowledge, "corpus/links")
    return links, apply_until_stable(workspace, knowledge, "corpus/contributions")


def _entailed(material: Material, knowledge: Knowledge, *, public: bool) -> list[Statement]:
    """What follows of the nodes of the inputs; what follows of terms of the knowledge stands there."""
    workspace = knowledge.engine.workspace()
    for facts in (material.description, material.examination):
        workspace.add(facts)
    found = [workspace.entail()]
    if not public:
        found.append(apply_rules(workspace, knowledge, "inference/domain"))
    spaces = tuple(f"<{space}" for space in knowledge.namespaces)
    return [one for facts in found for one in statements_of(facts) if not one[0].startswith(spaces)]


def published_knowledge(knowledge: Knowledge) -> Graph:
    """The ontology and the shapes as shipped, with the code list of the standard's elements.

    What OWL and SHACL write with blank nodes has them here too; each is named by its file and its place in it.
    """
    shipped = statements_of(knowledge.ontology | knowledge.shapes)
    return _in_order([shipped, statements_of(publisher_of(knowledge).code_list)])
