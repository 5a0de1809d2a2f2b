"""What two assessments of a project state, split by cause, so that one cause can be replaced at a time.

A node belongs to one cause, whichever side states it. What stands on one side only goes with what it belongs to: the
evidence of a new capability comes with the capability, the verdict on a new piece of evidence with the evidence. An
examination may only speak of what the description holds, so a mixture could not be assessed otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode, Triple

from danao.canonical import canonical
from danao.documents import by_subject, reachable
from danao.engine.interface import iri_of
from danao.errors import Text
from danao.guard import Side as Graph
from danao.guard import check_statements
from danao.namespaces import CCCEV, DANAO, RDF_TYPE
from danao.pipeline import Assessment, assess
from danao.statements import Facts, graph_of

# In the order in which they are replaced: a convention, told with every result.
CAUSES: Mapping[str, Text] = {
    "date": Text("基准日", "date"),
    "knowledge": Text("知识", "knowledge"),
    "examination": Text("审查", "examination"),
    "evidence": Text("证据", "evidence"),
    "facts": Text("事实", "facts"),
}
# Those that are statements of a description or an examination.
STATED = ("date", "examination", "evidence", "facts")
EVIDENCE = NamedNode(CCCEV + "Evidence")


@dataclass(frozen=True)
class Share:
    """What one side states that belongs to one cause: of its description, and of its examination."""

    description: Facts
    examination: Facts

    @property
    def statements(self) -> Facts:
        return self.description | self.examination


@dataclass(frozen=True)
class Side:
    """One of the two assessments, with what it states by cause. Both sides call the examination by the same name."""

    assessment: Assessment
    shares: Mapping[str, Share]
    examination: str


def split(before: Assessment, after: Assessment) -> tuple[Side, Side]:
    """Both sides by cause."""
    name = after.examination.iri
    examined = [_renamed(one.examination.facts, one.examination.iri, name) for one in (before, after)]
    nodes = _Nodes.of(before, after)
    decided = _decisions(examined[0] | examined[1], NamedNode(name), nodes, after)
    one, other = (
        Side(assessment, _shares(assessment.description.facts, facts, nodes, decided), name)
        for assessment, facts in zip((before, after), examined, strict=True)
    )
    return one, other


def differing(before: Side, after: Side) -> list[str]:
    """The causes in which two sides differ, in their order."""
    known = before.assessment.knowledge.digest == after.assessment.knowledge.digest
    same = {"knowledge": known} | {cause: before.shares[cause] == after.shares[cause] for cause in STATED}
    return [cause for cause in CAUSES if not same[cause]]


def mixed(before: Side, after: Side, taken: Iterable[str]) -> Assessment:
    """The assessment of a mixture on the one path: the causes taken are those of ``after``, the rest of ``before``."""
    origin = {cause: after if cause in taken else before for cause in CAUSES}
    shares = [origin[cause].shares[cause] for cause in STATED]
    knowledge = origin["knowledge"].assessment.knowledge
    described, examined = origin["facts"].assessment.description, origin["examination"].assessment.examination
    stated = frozenset[Triple]().union(*(share.description for share in shares))
    facts, digest = canonical(reachable(described.project, by_subject(stated), knowledge))
    decided, other_digest = canonical(frozenset[Triple]().union(*(share.examination for share in shares)))
    # Another knowledge may refuse other statements.
    base = described.home.removesuffix(f"id/{described.identifier}/")
    refused = dict(check_statements(facts.statements, knowledge, Graph.DESCRIPTION, described.source, base))
    overstepped = dict(check_statements(decided.statements, knowledge, Graph.EXAMINATION, examined.source or "", base))
    description = replace(
        described,
        facts=facts,
        digest=digest,
        refused=graph_of(list(refused)),
        problems=tuple(refused.values()),
    )
    examination = replace(
        examined,
        iri=after.examination,
        facts=decided,
        digest=other_digest,
        refused=graph_of(list(overstepped)),
        problems=tuple(overstepped.values()),
    )
    return assess(description, examination, knowledge)


def _renamed(facts: Iterable[Triple], old: str, new: str) -> Facts:
    """The facts with one node called otherwise: a default examination is named by its date."""
    was, will = NamedNode(old), NamedNode(new)
    return frozenset(
        Triple(will if t.subject == was else t.subject, t.predicate, will if t.object == was else t.object)
        for t in facts
    )


@dataclass(frozen=True)
class _Nodes:
    """The nodes of both descriptions: on both sides, on one only, among the facts; and the evidence of what is on both.

    Facts are what a project leads to without passing evidence of something that both sides hold.
    """

    common: frozenset[object]
    single: frozenset[object]
    factual: frozenset[object]
    attached: frozenset[NamedNode]

    @classmethod
    def of(cls, before: Assessment, after: Assessment) -> _Nodes:
        sides = [one.description for one in (before, after)]
        own = [{triple.subject for triple in side.facts} for side in sides]
        union, common = sides[0].facts | sides[1].facts, own[0] & own[1]
        pieces: set[object] = {t.subject for t in union if t.predicate.value == RDF_TYPE and t.object == EVIDENCE}
        pieces |= {t.object for t in union if t.predicate.value == DANAO + "evidence"}
        holders = common - pieces
        attached = frozenset(
            t.object for t in union if isinstance(t.object, NamedNode) and t.object in pieces and t.subject in holders
        )
        passed = [node.value for node in attached]
        found = (reachable(side.project, by_subject(union), after.knowledge, passed) for side in sides)
        factual = frozenset(triple.subject for facts in found for triple in facts)
        return cls(frozenset(common), frozenset(own[0] ^ own[1]), factual, attached)

    def cause(self, triple: Triple) -> str:
        """Whether a statement of a description belongs to the evidence or to the facts."""
        link = triple.object in self.attached and triple.subject in self.common
        return "evidence" if link or triple.subject not in self.factual else "facts"


def _decisions(examined: Facts, examination: NamedNode, nodes: _Nodes, after: Assessment) -> dict[Triple, str]:
    """The statements of examinations that go with a node which stands on one side only, by that node's cause."""
    found: dict[Triple, str] = {}
    for link in sorted((t for t in examined if t.subject == examination), key=str):
        own = {link}
        if isinstance(link.object, NamedNode):
            own |= reachable(link.object.value, by_subject(examined), after.knowledge).triples
        spoken = {triple.object for triple in own} & nodes.single
        if spoken:
            cause = "facts" if spoken & nodes.factual else "evidence"
            found |= dict.fromkeys(own, cause)
    return found


def _shares(described: Facts, examined: Facts, nodes: _Nodes, decided: Mapping[Triple, str]) -> dict[str, Share]:
    def examined_by(triple: Triple) -> str:
        return "date" if triple.predicate.value == DANAO + "asOf" else decided.get(triple, "examination")

    return {
        cause: Share(
            frozenset(triple for triple in described if nodes.cause(triple) == cause),
            frozenset(triple for triple in examined if examined_by(triple) == cause),
        )
        for cause in STATED
    }


def is_assessed(assessment: Assessment) -> bool:
    """Whether the project is of a class that the standard assesses."""
    project, classes = NamedNode(assessment.description.project), assessment.knowledge.assessed_classes
    return any(
        t.subject == project and t.predicate.value == RDF_TYPE and iri_of(t.object) in classes
        for t in assessment.description.facts
    )
