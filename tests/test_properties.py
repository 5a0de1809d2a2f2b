"""Laws that hold for any description and examination, tried on the illustrative ones and on random changes of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from danao.canonical import canonical_bytes
from danao.describe import Description, read_descriptions
from danao.engine.interface import Row
from danao.examine import Examination, default_examination, read_examinations
from danao.knowledge import Knowledge, load_knowledge
from danao.namespaces import CCCEV, DANAO, DCTERMS, RDF_TYPE, XSD, local_name
from danao.pipeline import Assessment, assess
from danao.reading import Input
from danao.resources import FOLDERS, FRAMEWORK, data_root
from tests.case import AROUND, AS_OF, root_of, violations

EXAMPLES = data_root() / "examples"
DCAT = "http://www.w3.org/ns/dcat#"
YEAR = 2025
SELF, VERIFIED = "SelfAssessed", "Verified"
Facts = frozenset[Triple]
Randoms = st.randoms(use_true_random=True)


def tries(number: int) -> settings:
    # Without shrinking: a try takes a tenth of a second, and what is random here does not get simpler.
    phases = (Phase.explicit, Phase.reuse, Phase.generate)
    return settings(max_examples=number, deadline=None, phases=phases, suppress_health_check=[HealthCheck.too_slow])


# ---- Statements ----


def triple(subject: NamedNode, predicate: str, thing: NamedNode | Literal) -> Triple:
    return Triple(subject, NamedNode(predicate), thing)


def our(name: str) -> NamedNode:
    return NamedNode(DANAO + name)


def typed(value: object, datatype: str) -> Literal:
    return Literal(str(value), datatype=NamedNode(XSD + datatype))


def links(facts: Iterable[Triple], *predicates: str) -> list[Triple]:
    return sorted((fact for fact in facts if fact.predicate.value in predicates), key=str)


def subjects(facts: Iterable[Triple], predicate: str, thing: str) -> list[NamedNode]:
    wanted = NamedNode(thing)
    found = (fact.subject for fact in facts if fact.predicate.value == predicate and fact.object == wanted)
    return sorted((node for node in found if isinstance(node, NamedNode)), key=str)


def nodes(facts: Iterable[Triple], predicate: str, subject: object) -> list[NamedNode]:
    found = (fact.object for fact in facts if fact.predicate.value == predicate and fact.subject == subject)
    return sorted((node for node in found if isinstance(node, NamedNode)), key=str)


# ---- Projects: a description and what an examination adds to its date ----


@dataclass(frozen=True)
class Project:
    """A description as facts with absolute IRIs, and an examination's; without the latter, a date only."""

    identifier: str
    facts: Facts = field(repr=False)
    examined: Facts = field(default=frozenset(), repr=False)

    @property
    def home(self) -> str:
        return f"{AROUND.base}id/{self.identifier}/"

    @property
    def iri(self) -> NamedNode:
        (node,) = {fact.subject for fact in links(self.facts, DCTERMS + "identifier")}
        assert isinstance(node, NamedNode)
        return node

    @property
    def examination(self) -> NamedNode:
        return self.node("examination")

    def node(self, name: str) -> NamedNode:
        return NamedNode(self.home + name)

    def but(self, removed: Iterable[Triple], added: Iterable[Triple] = ()) -> Project:
        return Project(self.identifier, (self.facts - frozenset(removed)) | frozenset(added), self.examined)

    def examined_with(self, added: Iterable[Triple]) -> Project:
        dated = {
            triple(self.examination, RDF_TYPE, our("Examination")),
            triple(self.examination, DANAO + "examines", Literal(self.identifier)),
            triple(self.examination, DANAO + "asOf", typed(AS_OF, "date")),
            triple(self.examination, DANAO + "examinedYear", typed(YEAR, "integer")),
        }
        return Project(self.identifier, self.facts, self.examined | dated | frozenset(added))


def shipped(name: str) -> Project:
    """An illustrative description, with its examination where there is one."""
    data = (EXAMPLES / f"{name}.ttl").read_bytes()
    (first,) = links((quad.triple for quad in parse(data, RdfFormat.TURTLE, base_iri="x:")), DCTERMS + "identifier")
    assert isinstance(first.object, Literal)
    project = Project(first.object.value, frozenset())
    beside = EXAMPLES / f"{name}-examination.ttl"
    examined = parsed(beside.read_bytes(), project.home) if beside.exists() else frozenset()
    return Project(project.identifier, parsed(data, project.home), examined)


def parsed(data: bytes, base: str) -> Facts:
    return frozenset(quad.triple for quad in parse(data, RdfFormat.TURTLE, base_iri=base))


class World:
    """What the laws are tried on. No dataclass: when one is broken, hypothesis prints what its test was given."""

    def __init__(self, knowledge: Knowledge) -> None:
        half_built = shipped("half-built")
        self.knowledge = knowledge
        self.projects = {
            "early": shipped("early"),
            "half-built": Project(half_built.identifier, half_built.facts),
            "half-built-examined": half_built,
        }
        self.before = {name: assessed(project, knowledge) for name, project in self.projects.items()}

    def __repr__(self) -> str:
        return "World()"


@pytest.fixture(scope="module")
def world(knowledge: Knowledge) -> World:
    return World(knowledge)


each_project = pytest.mark.parametrize("name", ["early", "half-built", "half-built-examined"])


def assessed(project: Project, knowledge: Knowledge) -> Assessment:
    return assess(described(project, knowledge), examined(project, knowledge), knowledge)


def described(project: Project, knowledge: Knowledge) -> Description:
    return read_one(written(project.facts, RdfFormat.N_TRIPLES), "nt", knowledge)


def read_one(data: bytes, syntax: str, knowledge: Knowledge) -> Description:
    (description,) = read_descriptions([Input("project", data, syntax)], knowledge, AROUND)
    return description


def examined(project: Project, knowledge: Knowledge, syntax: str = "nt", data: bytes | None = None) -> Examination:
    if not project.examined:
        return default_examination(project.identifier, AS_OF, AROUND)
    text = data or written(project.examined, RdfFormat.N_TRIPLES)
    (examination,) = read_examinations([Input("examination", text, syntax)], knowledge, AROUND).values()
    return examination


def written(facts: Iterable[Triple], syntax: RdfFormat) -> bytes:
    data = serialize(facts, format=syntax)
    assert data is not None
    return data


# ---- What is measured ----

Measure = Callable[[Row], Decimal | None]


def measure(name: str) -> Measure:
    def read(row: Row) -> Decimal | None:
        return None if row[name] is None else Decimal(row[name].value)

    return read


attainment, upper_attainment = measure("attainment"), measure("upperAttainment")
points, upper_points, applicable = measure("points"), measure("upperPoints"), measure("applicableWeight")


def rows(assessment: Assessment, kind: str) -> dict[str, Row]:
    """The scores of one kind of result by the IRI of their element."""
    assert violations(assessment.problems) == []
    own = [row for row in assessment.tables["scores"] if row["result"].value == DANAO + kind]
    return {row["element"].value: row for row in own}


def lower(before: Mapping[str, Row], after: Mapping[str, Row], read: Measure) -> dict[str, object]:
    """The elements whose measure fell; what is inapplicable on either side has none to compare."""
    assert before.keys() == after.keys()
    pairs = {element: (read(before[element]), read(after[element])) for element in before}
    return {local_name(iri): (old, new) for iri, (old, new) in pairs.items() if old and new is not None and new < old}


def weight_of(element: str, knowledge: Knowledge) -> Decimal | None:
    return next((Decimal(value) for value in knowledge.values(element, DANAO + "weight")), None)


def parts_by_whole(knowledge: Knowledge) -> dict[str, list[str]]:
    parts: dict[str, list[str]] = {}
    for iri in knowledge.index:
        for whole in knowledge.values(iri, DANAO + "directPartOf"):
            parts.setdefault(whole, []).append(iri)
    return parts


# ---- Order, names of blank nodes and syntax ----

SYNTAXES = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
    "trig": RdfFormat.TRIG,
    "nq": RdfFormat.N_QUADS,
}
WITH_GRAPHS = {"jsonld", "trig", "nq"}


def renamed(facts: Iterable[Triple], random: Random) -> list[Triple]:
    """The same facts in another order, every blank node by another name."""
    names: dict[object, BlankNode] = {}

    def other(term: object) -> object:
        new = BlankNode(f"n{random.getrandbits(96):x}")
        return names.setdefault(term, new) if isinstance(term, BlankNode) else term

    ordered = sorted(facts, key=str)
    random.shuffle(ordered)
    return [Triple(other(t.subject), t.predicate, other(t.object)) for t in ordered]  # type: ignore[arg-type]


def rewritten(facts: Iterable[Triple], syntax: str, random: Random) -> bytes:
    """The same facts in a syntax; where it has graphs, spread over some."""
    changed = renamed(facts, random)
    if syntax not in WITH_GRAPHS:
        return written(changed, SYNTAXES[syntax])
    graphs = [NamedNode(f"http://graph.invalid/{number}") for number in range(3)]
    quads = [Quad(t.subject, t.predicate, t.object, random.choice(graphs)) for t in changed]
    data = serialize(quads, format=SYNTAXES[syntax])
    assert data is not None
    return data


def content(assessment: Assessment) -> dict[str, object]:
    """Everything that an assessment says, its graphs byte for byte."""
    return {
        "iri": assessment.iri,
        "description": (assessment.description.digest, canonical_bytes(assessment.description.facts)),
        "examination": (assessment.examination.digest, canonical_bytes(assessment.examination.facts)),
        "graphs": {name: canonical_bytes(facts) for name, facts in assessment.graphs.items()},
        "tables": assessment.tables,
        "problems": assessment.problems,
    }


@each_project
@tries(2)
@given(random=Randoms)
def test_neither_order_nor_names_of_blank_nodes_nor_syntax_changes_a_byte(
    name: str, random: Random, world: World
) -> None:
    project, knowledge = world.projects[name], world.knowledge
    for syntax in SYNTAXES:
        description = read_one(rewritten(project.facts, syntax, random), syntax, knowledge)
        examination = examined(project, knowledge, syntax, rewritten(project.examined, syntax, random))
        assert content(assess(description, examination, knowledge)) == content(world.before[name]), syntax


@pytest.mark.parametrize("name", ["early", "half-built", "strong"])
def test_relative_and_absolute_iris_describe_the_same(name: str, world: World) -> None:
    relative = read_one((EXAMPLES / f"{name}.ttl").read_bytes(), "ttl", world.knowledge)
    absolute = described(shipped(name), world.knowledge)
    assert (relative.digest, relative.home) == (absolute.digest, absolute.home)


def test_a_description_in_pieces_is_the_same_description(world: World) -> None:
    project = world.projects["early"]
    inside = {t.subject for t in project.facts if isinstance(t.subject, BlankNode)}
    whole = [t for t in project.facts if t.subject in inside or t.object in inside or t.subject == project.iri]
    rest = sorted(project.facts - frozenset(whole), key=str)
    pieces = [whole, rest[::2], rest[1::2]]
    inputs = [Input("project", written(piece, RdfFormat.N_TRIPLES), "nt") for piece in pieces]
    (description,) = read_descriptions(inputs, world.knowledge, AROUND)
    assert description.digest == described(project, world.knowledge).digest


# ---- More evidence ----


@dataclass(frozen=True)
class Offer:
    """A piece of valid evidence for some requirements, attached to a holder, and accepted or not yet reviewed."""

    holder: NamedNode
    requirements: tuple[str, ...]
    accepted: bool


def offers(project: Project, knowledge: Knowledge) -> st.SearchStrategy[Offer]:
    claimed = {str(t.object).strip("<>") for t in links(project.facts, DANAO + "provides", DANAO + "metric")}
    requirement = st.sampled_from(sorted(claimed)) | st.sampled_from(knowledge.instances("Requirement"))
    holders = [t.object for t in links(project.facts, DANAO + "hasCapability", DANAO + "reports")]
    return st.builds(
        Offer,
        holder=st.sampled_from([holder for holder in holders if isinstance(holder, NamedNode)]),
        requirements=st.lists(requirement, min_size=1, max_size=4, unique=True).map(tuple),
        accepted=st.booleans(),
    )


def with_offer(project: Project, offer: Offer) -> Project:
    evidence, file, verdict = (project.node(name) for name in ("more", "more-file", "more-verdict"))
    supported = [NamedNode(requirement) for requirement in offer.requirements]
    facts = {
        triple(offer.holder, DANAO + "evidence", evidence),
        triple(evidence, RDF_TYPE, NamedNode(CCCEV + "Evidence")),
        triple(evidence, DCTERMS + "title", Literal("补充材料", language="zh")),
        triple(evidence, DCTERMS + "conformsTo", our("AuditReport")),
        triple(evidence, DCTERMS + "issued", typed(AS_OF, "date")),
        triple(evidence, DCAT + "distribution", file),
        triple(file, RDF_TYPE, NamedNode(DCAT + "Distribution")),
        triple(file, DCAT + "downloadURL", NamedNode("https://example.org/more.pdf")),
        *(triple(evidence, CCCEV + "supportsRequirement", requirement) for requirement in supported),
    }
    more = project.but((), facts)
    if not (offer.accepted and project.examined):
        return more
    return more.examined_with(decided(project.examination, verdict, evidence, "Accepted", supported))


def decided(
    examination: NamedNode, verdict: NamedNode, evidence: NamedNode, decision: str, requirements: Iterable[NamedNode]
) -> set[Triple]:
    """An examiner's verdict on one piece of evidence."""
    return {
        triple(examination, DANAO + "verdict", verdict),
        triple(verdict, RDF_TYPE, our("Verdict")),
        triple(verdict, DANAO + "onEvidence", evidence),
        triple(verdict, DANAO + "decision", our(decision)),
        triple(verdict, DANAO + "justification", Literal("已核对。", language="zh")),
        *(triple(verdict, DANAO + "requirement", requirement) for requirement in requirements),
    }


@each_project
@tries(8)
@given(data=st.data())
def test_more_evidence_never_lowers_a_score_and_never_moves_a_bound(
    name: str, data: st.DataObject, world: World
) -> None:
    offer = data.draw(offers(world.projects[name], world.knowledge))
    after = assessed(with_offer(world.projects[name], offer), world.knowledge)
    for kind in (SELF, VERIFIED):
        old, new = rows(world.before[name], kind), rows(after, kind)
        assert lower(old, new, attainment) == {}
        assert lower(old, new, points) == {}
        for bound in (upper_attainment, upper_points, applicable):
            assert {iri: bound(row) for iri, row in new.items()} == {iri: bound(row) for iri, row in old.items()}


def test_evidence_for_a_claim_without_any_does_raise_its_score(world: World) -> None:
    project, name = world.projects["half-built-examined"], "half-built-examined"
    unproved = [
        (claim["via"], claim["requirement"].value)
        for claim in world.before[name].tables["claims"]
        if claim["unmet"] is not None and claim["unmet"].value.endswith("-evidence")
    ]
    holder, requirement = unproved[0]
    after = assessed(with_offer(project, Offer(holder, (requirement,), accepted=True)), world.knowledge)
    for kind in (SELF, VERIFIED):
        assert attainment(rows(world.before[name], kind)[requirement]) == 0
        assert attainment(rows(after, kind)[requirement]) == 1


# ---- Random projects and examinations ----

# What can be left out of a description without making it unusable.
DISPENSABLE = (
    *(DANAO + name for name in ("hasCapability", "reports", "provides", "evidence", "notApplicable", "actual")),
    *(DANAO + name for name in ("target", "baseline", "validUntil", "inOperationSince")),
    *(CCCEV + "supportsRequirement", DCAT + "distribution", DCTERMS + "conformsTo"),
)


@st.composite
def thinned(draw: st.DrawFn, project: Project, knowledge: Knowledge) -> Project:
    """A project without a part of what it says, with some requirements that a clause allows to be inapplicable."""
    share, random = draw(st.sampled_from([0.02, 0.1, 0.3, 0.7])), draw(Randoms)
    less = project.but(fact for fact in links(project.facts, *DISPENSABLE) if random.random() < share)
    provided = {fact.object for fact in links(less.facts, DANAO + "provides")}
    excluded = {fact.object for fact in links(less.facts, DANAO + "requirement")}
    conditional = [
        requirement
        for requirement in knowledge.instances("Requirement")
        if DANAO + "Conditional" in knowledge.values(requirement, DANAO + "kind")
    ]
    free = [node for node in map(NamedNode, conditional) if node not in provided | excluded]
    chosen = [node for node in free if random.random() < share]
    return less.but((), (fact for node in chosen for fact in exclusion(less, node)))


def exclusion(project: Project, requirement: NamedNode) -> set[Triple]:
    node = project.node(f"exclusion-{local_name(requirement.value)}")
    return {
        triple(project.iri, DANAO + "notApplicable", node),
        triple(node, RDF_TYPE, our("Exclusion")),
        triple(node, DANAO + "requirement", requirement),
        triple(node, DANAO + "justification", Literal("不需要。", language="zh")),
    }


@st.composite
def examinations(draw: st.DrawFn, project: Project) -> Project:
    """The project examined at random: verdicts on its evidence, approvals, and targets confirmed as declared."""
    share, random = draw(st.sampled_from([0.1, 0.5, 0.9, 1.0])), draw(Randoms)
    facts: set[Triple] = set()
    for number, link in enumerate(links(project.facts, CCCEV + "supportsRequirement")):
        if isinstance(link.subject, NamedNode) and isinstance(link.object, NamedNode) and random.random() < share:
            verdict = project.node(f"verdict-{number}")
            decision = random.choice(["Accepted", "Accepted", "Accepted", "Rejected"])
            facts |= decided(project.examination, verdict, link.subject, decision, [link.object])
    for link in links(project.facts, DANAO + "notApplicable"):
        if isinstance(link.object, NamedNode) and random.random() < share:
            facts.add(triple(project.examination, DANAO + "approves", link.object))
    for record in subjects(project.facts, RDF_TYPE, DANAO + "MetricRecord"):
        if random.random() < share:
            facts |= confirmed(project, record)
    return project.examined_with(without_strangers(facts, project))


def confirmed(project: Project, record: NamedNode) -> set[Triple]:
    """The examiner's confirmation of the target that a record declares for the examined year, where it does."""
    target = project.node(f"confirmed-{local_name(record.value)}")
    return {
        fact
        for value in declared_targets(project.facts, record)
        for fact in (
            triple(project.examination, DANAO + "confirms", target),
            triple(target, RDF_TYPE, our("ConfirmedTarget")),
            triple(target, DANAO + "onRecord", record),
            triple(target, DANAO + "year", typed(YEAR, "integer")),
            triple(target, DANAO + "value", value),
        )
    }


def declared_targets(facts: Facts, record: NamedNode) -> list[Literal]:
    figures = {fact.object for fact in links(facts, DANAO + "target") if fact.subject == record}
    due = typed(YEAR, "integer")
    now = {fact.subject for fact in links(facts, DANAO + "year") if fact.subject in figures and fact.object == due}
    values = [fact.object for fact in links(facts, DANAO + "value") if fact.subject in now]
    return [value for value in values if isinstance(value, Literal)]


def without_strangers(facts: set[Triple], project: Project) -> set[Triple]:
    """An examination may only speak of what the description still leads to."""
    known, todo = {project.iri}, [project.iri]
    leads: dict[object, list[object]] = {}
    for fact in project.facts:
        leads.setdefault(fact.subject, []).append(fact.object)
    while todo:
        for thing in leads.get(todo.pop(), ()):
            if isinstance(thing, NamedNode | BlankNode) and thing not in known:
                known.add(thing)  # type: ignore[arg-type]
                todo.append(thing)  # type: ignore[arg-type]
    about = (DANAO + "onEvidence", DANAO + "onRecord")
    strange = {fact.subject for fact in facts if fact.predicate.value in about and fact.object not in known}
    return {fact for fact in facts if fact.subject not in strange and fact.object not in strange}


@st.composite
def any_project(draw: st.DrawFn, projects: Mapping[str, Project], knowledge: Knowledge) -> Project:
    project = draw(thinned(projects["half-built"], knowledge))
    return draw(st.just(project) | examinations(project))


# ---- Bounds and sums ----


def out_of_bounds(row: Row, weight: Decimal | None) -> bool:
    """Whether a score is not between nothing and its bound, its bound above its weight, or an attainment above 1."""
    if row["attainment"] is None:
        return any(row[name] is not None for name in ("upperAttainment", "points", "upperPoints"))
    reached, bound, earned, most = attainment(row), upper_attainment(row), points(row), upper_points(row)
    assert reached is not None
    assert bound is not None
    if not 0 <= reached <= bound <= 1:
        return True
    if weight is None:
        return (earned, most) != (None, None)
    counted = applicable(row)
    assert earned is not None
    assert most is not None
    assert counted is not None
    return not 0 <= earned <= most <= counted <= weight


def unequal_sums(scores: Mapping[str, Row], knowledge: Knowledge) -> dict[str, object]:
    """The elements whose points, bound or counted weight is not exactly what their weighted parts add up to."""
    found: dict[str, object] = {}
    for element, parts in parts_by_whole(knowledge).items():
        weighted = [part for part in parts if weight_of(part, knowledge) is not None]
        for read in (points, upper_points, applicable) if weighted else ():
            added = sum((read(scores[part]) or Decimal(0) for part in weighted), Decimal(0))
            if added != (read(scores[element]) or 0):
                found[local_name(element)] = (read(scores[element]), added)
    return found


def wrong_counts(scores: Mapping[str, Row], knowledge: Knowledge) -> list[str]:
    """The wholes whose requirements are not exactly the sum of those by outcome."""
    outcomes, number = (
        [measure(name) for name in ("passed", "cantTell", "failed", "inapplicable")],
        measure("requirements"),
    )
    wholes = {iri: scores[iri] for iri in parts_by_whole(knowledge)}
    return [iri for iri, row in wholes.items() if number(row) != sum(read(row) or 0 for read in outcomes)]


@tries(16)
@given(data=st.data())
def test_scores_stay_in_their_bounds_and_add_up(data: st.DataObject, world: World) -> None:
    assessment = assessed(data.draw(any_project(world.projects, world.knowledge)), world.knowledge)
    for kind in (SELF, VERIFIED):
        scores = rows(assessment, kind)
        assert [iri for iri, row in scores.items() if out_of_bounds(row, weight_of(iri, world.knowledge))] == []
        assert unequal_sums(scores, world.knowledge) == {}
        assert wrong_counts(scores, world.knowledge) == []


def test_every_element_has_one_score_in_each_kind_of_result(world: World) -> None:
    parts = parts_by_whole(world.knowledge)
    elements = {root_of(world.knowledge), *(part for several in parts.values() for part in several)}
    for assessment in world.before.values():
        assert len(assessment.tables["scores"]) == 2 * len(elements)
        assert {row["element"].value for row in assessment.tables["scores"]} == elements


def test_weights_add_up_exactly_to_those_of_their_wholes(world: World) -> None:
    weights = {iri: weight for iri in world.knowledge.index if (weight := weight_of(iri, world.knowledge)) is not None}
    assert min(weights.values()) > 0
    for whole, parts in parts_by_whole(world.knowledge).items():
        weighted = [weights[part] for part in parts if part in weights]
        assert not weighted or sum(weighted) == weights[whole]


# ---- Less description ----

# Without a figure a metric can no longer be computed, so that its bound becomes 1 by convention.
FIGURES = {DANAO + name for name in ("baseline", "actual", "target")}


@each_project
@tries(10)
@given(data=st.data())
def test_one_statement_less_never_raises_an_upper_bound(name: str, data: st.DataObject, world: World) -> None:
    # Without its type there is no project at all.
    kept = {NamedNode(iri) for iri in world.knowledge.assessed_classes}
    facts = world.projects[name].facts
    statements = sorted((t for t in facts if t.predicate.value not in FIGURES and t.object not in kept), key=str)
    claims = [t for t in statements if t.predicate.value in DISPENSABLE]
    removed = data.draw(st.sampled_from(statements) | st.sampled_from(claims))
    after = assessed(world.projects[name].but([removed]), world.knowledge)
    assume(not after.violated)
    for kind in (SELF, VERIFIED):
        old, new = rows(world.before[name], kind), rows(after, kind)
        assert lower(new, old, upper_attainment) == {}
        assert lower(new, old, upper_points) == {}


def test_without_its_target_a_metric_may_be_fully_attained_for_all_that_is_known(world: World) -> None:
    project = world.projects["half-built"]
    scores = rows(world.before["half-built"], SELF)
    metrics = [metric.iri for metric in metrics_of(world.knowledge)]
    bounded = [iri for iri in metrics if 0 < (upper_attainment(scores[iri]) or 0) < 1]
    (record,) = subjects(project.facts, DANAO + "metric", bounded[0])
    targets = [fact for fact in links(project.facts, DANAO + "target") if fact.subject == record]
    after = rows(assessed(project.but(targets), world.knowledge), SELF)
    assert upper_attainment(after[bounded[0]]) == 1


# ---- Self-assessed and verified ----


@tries(16)
@given(data=st.data())
def test_what_is_verified_never_exceeds_what_is_declared_where_targets_are_confirmed_as_declared(
    data: st.DataObject, world: World
) -> None:
    whole = world.projects["half-built"]
    project = data.draw(st.just(whole) | thinned(whole, world.knowledge))
    assessment = assessed(data.draw(examinations(project)), world.knowledge)
    declared, verified = rows(assessment, SELF), rows(assessment, VERIFIED)
    assert lower(verified, declared, attainment) == {}
    assert lower(verified, declared, points) == {}
    inapplicable = {iri for iri, row in verified.items() if attainment(row) is None}
    assert inapplicable <= {iri for iri, row in declared.items() if attainment(row) is None}


def test_an_easier_target_that_is_confirmed_earns_more_than_the_one_declared(world: World) -> None:
    assessment = world.before["half-built-examined"]
    raised = lower(rows(assessment, VERIFIED), rows(assessment, SELF), attainment)
    assert raised.keys() & {local_name(metric.iri) for metric in metrics_of(world.knowledge)}


# ---- Attainment of metrics ----


@dataclass(frozen=True)
class Metric:
    """A metric as the ontology has it: more is better or less is, and the range of its values."""

    iri: str
    unit: str
    sign: int
    least: Decimal
    greatest: Decimal


@dataclass(frozen=True)
class Figures:
    """Three values of a metric, the target not behind the baseline."""

    baseline: Decimal
    actual: Decimal
    target: Decimal

    def attainment(self, sign: int) -> Decimal:
        """(actual - baseline) / (target - baseline) within 0 and 1; without a way, whether it is held."""
        way = sign * (Fraction(self.target) - Fraction(self.baseline))
        gone = sign * (Fraction(self.actual) - Fraction(self.baseline))
        ratio = Fraction(int(gone >= 0)) if way == 0 else min(max(gone / way, Fraction(0)), Fraction(1))
        return rounded(ratio)


def rounded(value: Fraction) -> Decimal:
    places = Decimal(int(value * 10**11)) / 10**11
    return places.quantize(Decimal("1e-10"), rounding=ROUND_HALF_UP)


def is_metric(iri: str, knowledge: Knowledge) -> bool:
    return DANAO + "Metric" in knowledge.values(iri, DANAO + "kind")


def metrics_of(knowledge: Knowledge) -> list[Metric]:
    def limit(iri: str, name: str, otherwise: int) -> Decimal:
        return Decimal(next(iter(knowledge.values(iri, DANAO + name)), otherwise))

    def sign(iri: str) -> int:
        (direction,) = knowledge.values(iri, DANAO + "direction")
        return int(knowledge.values(direction, DANAO + "sign")[0])

    return [
        Metric(
            iri,
            knowledge.values(iri, DANAO + "unit")[0],
            sign(iri),
            limit(iri, "minimum", -(10**12)),
            limit(iri, "maximum", 10**12),
        )
        for iri in knowledge.instances("Requirement")
        if is_metric(iri, knowledge)
    ]


def figures_of(metric: Metric) -> st.SearchStrategy[Figures]:
    """Small and large values, with up to four decimals, often equal to each other."""
    close = st.integers(0, 40).map(lambda number: metric.least + Decimal(number) / 4)
    fine = st.integers(int(metric.least) * 10**4, int(metric.greatest) * 10**4).map(lambda n: Decimal(n) / 10**4)
    return st.tuples(close | fine, close | fine, close | fine).map(lambda three: forward(*three, metric.sign))


def forward(baseline: Decimal, actual: Decimal, target: Decimal, sign: int) -> Figures:
    if sign * (target - baseline) < 0:
        baseline, target = target, baseline
    return Figures(baseline, actual, target)


def measured(base: Project, figures: Mapping[Metric, Figures]) -> Project:
    """The project with nothing but records of metrics, evidenced, their evidence accepted and targets confirmed."""
    bare = base.but(links(base.facts, DANAO + "hasCapability", DANAO + "reports", DANAO + "notApplicable"))
    facts: set[Triple] = set()
    judged: set[Triple] = set()
    for metric, three in figures.items():
        record = bare.node(f"record-{local_name(metric.iri)}")
        own = recorded(bare, record, metric, three)
        facts |= own | with_offer(bare, Offer(record, (metric.iri,), accepted=False)).facts - bare.facts
        judged |= confirmed(Project(bare.identifier, frozenset(own)), record)
        accepted = bare.node(f"accepted-{local_name(metric.iri)}")
        judged |= decided(bare.examination, accepted, bare.node("more"), "Accepted", [NamedNode(metric.iri)])
    return bare.but((), facts).examined_with(judged)


def recorded(project: Project, record: NamedNode, metric: Metric, figures: Figures) -> set[Triple]:
    facts = {
        triple(project.iri, DANAO + "reports", record),
        triple(record, RDF_TYPE, our("MetricRecord")),
        triple(record, DCTERMS + "title", Literal("度量记录", language="zh")),
        triple(record, DANAO + "metric", NamedNode(metric.iri)),
        triple(record, DANAO + "unit", NamedNode(metric.unit)),
    }
    named = {"baseline": figures.baseline, "actual": figures.actual, "target": figures.target}
    for name, value in named.items():
        figure = NamedNode(f"{record.value}-{name}")
        year = YEAR - 3 if name == "baseline" else YEAR
        facts |= {
            triple(record, DANAO + name, figure),
            triple(figure, DANAO + "year", typed(year, "integer")),
            triple(figure, DANAO + "value", typed(f"{value:f}", "decimal")),
        }
    return facts


@tries(12)
@given(data=st.data())
def test_the_attainment_of_a_metric_is_the_exact_fraction_to_ten_places(data: st.DataObject, world: World) -> None:
    figures = {metric: data.draw(figures_of(metric)) for metric in metrics_of(world.knowledge)}
    assessment = assessed(measured(world.projects["early"], figures), world.knowledge)
    expected = {metric.iri: three.attainment(metric.sign) for metric, three in figures.items()}
    for kind in (SELF, VERIFIED):
        scores = rows(assessment, kind)
        assert {iri: attainment(scores[iri]) for iri in expected} == expected
        assert {iri: upper_attainment(scores[iri]) for iri in expected} == expected


def the_metric(knowledge: Knowledge) -> Metric:
    """One without limits, of which more is better."""
    return max(metrics_of(knowledge), key=lambda metric: (metric.sign, -metric.least))


# Baseline, actual, target and what is attained, at the ends of what may be written.
EXTREMES = {
    "far-beyond-a-tiny-way": ("0", "999999999999999", "0.000000000000000001", "1"),
    "far-behind-a-tiny-way": ("0", "-999999999999999", "0.000000000000000001", "0"),
    "a-tiny-step-on-a-long-way": ("0", "0.000000000000000001", "999999999999999", "0"),
    "all-tiny": ("0", "0.000000000000000001", "0.000000000000000003", "0.3333333333"),
    "many-digits": ("0", "100000000000000.123456789012345678", "400000000000000.123456789012345678", "0.25"),
}
USUAL = {
    "unmoved-on-a-way-of-whole-units": ("2", "2", "7", "0"),
    "unmoved-on-a-way-of-fractions": ("2", "2", "7.75", "0"),
    "unmoved-without-a-way": ("2.5", "2.5", "2.5", "1"),
    "half-way-of-fifteen-digits": ("-999999999999999", "0", "999999999999999", "0.5"),
    "half-way-of-four-decimals": ("-999999999999999.9999", "0", "999999999999999.9999", "0.5"),
    "half-a-unit-of-the-tenth-place": ("0", "0.0001", "2000000", "0.0000000001"),
    "less-than-half-of-it": ("0", "0.0001", "2000000.0001", "0"),
}


def attained(figures: Iterable[str], project: Project, knowledge: Knowledge) -> tuple[set[str], list[Decimal | None]]:
    """What refuses three values of a metric, and otherwise its attainment and the bound of it."""
    metric, (baseline, actual, target) = the_metric(knowledge), map(Decimal, figures)
    assessment = assessed(measured(project, {metric: Figures(baseline, actual, target)}), knowledge)
    refused = {problem.name for problem in assessment.problems if problem.severity == "violation"}
    row = {} if refused else rows(assessment, SELF)[metric.iri]
    return refused, [read(row) for read in (attainment, upper_attainment) if row]


@pytest.mark.parametrize("name", USUAL)
def test_usual_figures_are_computed_with_exactly(name: str, world: World) -> None:
    *figures, expected = USUAL[name]
    assert attained(figures, world.projects["early"], world.knowledge) == (set(), [Decimal(expected)] * 2)


@pytest.mark.parametrize("name", EXTREMES)
def test_extreme_figures_are_computed_with_exactly_or_refused(name: str, world: World) -> None:
    *figures, expected = EXTREMES[name]
    exact: tuple[set[str], list[Decimal | None]] = (set(), [Decimal(expected)] * 2)
    assert attained(figures, world.projects["early"], world.knowledge) in (exact, ({"NumberOutOfRange"}, []))


# ---- Other weights ----


@pytest.fixture(scope="module")
def reweighted(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    """The same standard with weights that are no whole numbers, as an office may load its year's own."""
    folder = tmp_path_factory.mktemp("reweighted")
    for path in (path for name in FOLDERS for path in (data_root() / name).rglob("*.*")):
        name = path.relative_to(data_root()).as_posix()
        if not name.startswith(FRAMEWORK):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(heavier(path.read_text(encoding="utf-8")), encoding="utf-8")
    return load_knowledge(folder)


def heavier(text: str) -> str:
    """Every weight times 1.005, so that they still add up."""
    return re.sub(r"(danao:weight )([0-9.]*[0-9])", lambda m: f"{m[1]}{Decimal(m[2]) * Decimal('1.005'):f}", text)


@each_project
def test_every_law_of_sums_and_bounds_holds_with_other_weights(name: str, reweighted: Knowledge, world: World) -> None:
    assert weight_of(root_of(reweighted), reweighted) == Decimal("100.5")
    assessment = assessed(world.projects[name], reweighted)
    for kind in (SELF, VERIFIED):
        scores = rows(assessment, kind)
        assert [iri for iri, row in scores.items() if out_of_bounds(row, weight_of(iri, reweighted))] == []
        assert unequal_sums(scores, reweighted) == {}
        usual = {iri: (attainment(row), upper_attainment(row)) for iri, row in rows(world.before[name], kind).items()}
        assert {iri: (attainment(row), upper_attainment(row)) for iri, row in scores.items()} == usual
