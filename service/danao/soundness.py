"""What is refused when a knowledge folder is loaded: gaps and axioms that would give wrong answers without a word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from danao.errors import KnowledgeError, Place, Text
from danao.namespaces import DANAO, OWL, RDF_FIRST, RDF_REST, RDF_TYPE, RDFS, SH, SKOS, local_name

# What rules/entailment derives as owlrl does; every other construct would make the two engines differ.
_AXIOMS = {"hasValue", "onProperty", "inverseOf", "propertyChainAxiom", "equivalentClass", "equivalentProperty"}
_NOTES = {"versionIRI", "versionInfo", "priorVersion", "deprecated", "imports"}
_KINDS = {
    *("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "NamedIndividual", "Ontology"),
    *("TransitiveProperty", "SymmetricProperty", "Restriction"),
}
# From a shape to those it applies, over lists where there are several.
_APPLIES = (
    *(SH + name for name in ("property", "node", "not", "and", "or", "xone", "qualifiedValueShape")),
    *(RDF_FIRST, RDF_REST),
)


def refuse_unsound(ontology: frozenset[Triple], shapes: Iterable[Triple]) -> None:
    """Check an ontology with the shapes of its requirements.

    :raises KnowledgeError: the first gap or unsupported axiom that is found.
    """
    facts = sorted(ontology, key=str)
    requirements = _subjects(facts, RDF_TYPE, DANAO + "Requirement")
    index = _index(facts)
    _refuse_undocumented(facts)
    _refuse_unchecked(requirements, _index(shapes))
    _refuse_unkind(index, requirements)
    _refuse_dangling(index)
    _refuse_barren(facts, requirements)
    _refuse_namesakes(facts, requirements)
    _refuse_unbalanced(facts, requirements)
    _refuse_unsupported(facts)


def _subjects(facts: Iterable[Triple], predicate: str, thing: str) -> list[NamedNode]:
    wanted = NamedNode(thing)
    return [
        t.subject
        for t in facts
        if t.predicate.value == predicate and t.object == wanted and isinstance(t.subject, NamedNode)
    ]


Index = Mapping[object, Mapping[str, list[object]]]


def _index(triples: Iterable[Triple]) -> Index:
    """Subject → predicate IRI → objects."""
    index: dict[object, dict[str, list[object]]] = {}
    for triple in triples:
        index.setdefault(triple.subject, {}).setdefault(triple.predicate.value, []).append(triple.object)
    return index


def _values(index: Index, subject: object, predicate: str) -> list[object]:
    return index.get(subject, {}).get(predicate, [])


def _is_a(index: Index, node: object, name: str) -> bool:
    return NamedNode(DANAO + name) in _values(index, node, RDF_TYPE)


def _unsound(node: object, what: Text, fix: Text) -> KnowledgeError:
    return KnowledgeError(what, place=Place(node=str(node).strip("<>")), fix=fix)


def _refuse_undocumented(facts: Sequence[Triple]) -> None:
    """Without a document that names what it assesses, no node of a description is a project."""
    documents = _subjects(facts, RDF_TYPE, DANAO + "Standard")
    assessed = {t.object for t in facts if t.predicate.value == DANAO + "assesses"}
    classes = set(_subjects(facts, RDF_TYPE, OWL + "Class"))
    if len(documents) != 1 or not assessed or not assessed <= classes:
        raise KnowledgeError(
            Text(
                "知识中没有恰好一份写明评估对象类的标准。",
                "There is not exactly one standard that names the class of things it assesses.",
            ),
            fix=Text(
                "写一个 danao:Standard，用 danao:assesses 指向一个 owl:Class。",
                "State one danao:Standard whose danao:assesses points to an owl:Class.",
            ),
        )


def _refuse_unchecked(requirements: Iterable[NamedNode], shapes: Index) -> None:
    """A requirement would pass whatever its evidence without a shape, or with one that never looks at its claims."""
    checks: dict[object, object] = {
        thing: shape for shape, stated in shapes.items() for thing in stated.get(DANAO + "checks", ())
    }
    for requirement in requirements:
        if requirement not in checks:
            raise _unsound(
                requirement,
                Text("一项要求没有检查它的形状。", "A requirement has no shape that checks it."),
                Text(
                    "在 shapes/indicators 中给它一个带 danao:checks 的形状。",
                    "Give it a shape with danao:checks in shapes/indicators.",
                ),
            )
        shape = checks[requirement]
        if _values(shapes, shape, SH + "targetClass") != [requirement] or not _asks_for_evidence(shapes, shape):
            raise _unsound(
                shape,
                Text(
                    "一项要求的形状不看它的主张，或不问证据；没有证据也会通过。",
                    "A requirement's shape does not look at its claims or asks for no evidence; it would pass without.",
                ),
                Text(
                    "让目标类就是该要求，并像 shapes/indicators 中别的形状那样要求至少一件计入的证据。",
                    "Let its target class be the requirement, and give it a property shape that asks for one piece of "
                    "counting evidence or more, as others in shapes/indicators do.",
                ),
            )


def _asks_for_evidence(shapes: Index, shape: object) -> bool:
    return any(
        NamedNode(DANAO + "countingEvidence") in _values(shapes, part, SH + "path")
        and _values(shapes, part, SH + "minCount")
        for part in _values(shapes, shape, SH + "property")
    )


def _refuse_unkind(facts: Index, requirements: Iterable[NamedNode]) -> None:
    """A metric that is not told to be one, or has no direction, would count as something else."""
    for requirement in requirements:
        kinds = _values(facts, requirement, DANAO + "kind")
        if len(kinds) != 1 or not _is_a(facts, kinds[0], "RequirementKind"):
            raise _unsound(
                requirement,
                Text("一项要求没有恰好一个类别。", "A requirement has not exactly one kind."),
                Text(
                    "用 danao:kind 指向 danao:Feature、Party、Purpose、Conditional 或 Metric。",
                    "Let danao:kind be danao:Feature, Party, Purpose, Conditional or Metric.",
                ),
            )
        directions = _values(facts, requirement, DANAO + "direction")
        units = _values(facts, requirement, DANAO + "unit")
        complete = [_is_a(facts, one, "Direction") for one in directions] == [True]
        if kinds == [NamedNode(DANAO + "Metric")] and not (complete and units):
            raise _unsound(
                requirement,
                Text("一项度量没有恰好一个方向，或没有单位。", "A metric has not exactly one direction, or no unit."),
                Text(
                    "写 danao:direction danao:Up 或 danao:Down，并用 danao:unit 写明单位。",
                    "State danao:direction danao:Up or danao:Down, and its danao:unit.",
                ),
            )


def _refuse_dangling(facts: Index) -> None:
    """A class of capability that serves no element, or a convention about none, would be without effect."""
    elements = {
        node
        for whole, stated in facts.items()
        for node in (whole, *stated.get(DANAO + "directPartOf", ()))
        if DANAO + "directPartOf" in stated
    }
    for node, stated in facts.items():
        served = [
            thing
            for above in stated.get(RDFS + "subClassOf", ())
            if NamedNode(DANAO + "realises") in _values(facts, above, OWL + "onProperty")
            for thing in _values(facts, above, OWL + "hasValue")
        ]
        declared = not served or NamedNode(OWL + "Class") in stated.get(RDF_TYPE, ())
        if not declared or not elements.issuperset((*served, *stated.get(DANAO + "forElement", ()))):
            raise _unsound(
                node,
                Text(
                    "能力类没有声明，或能力类、约定所指的不是标准的要素。",
                    "A class of capability is not declared, or it or a convention points to what is no element.",
                ),
                Text("核对 IRI 的拼写。", "Check the spelling of the IRIs."),
            )


def _refuse_barren(facts: Iterable[Triple], requirements: Iterable[NamedNode]) -> None:
    """An element without requirements below it never gets a score, and neither does what it is part of."""
    links = [t for t in facts if t.predicate.value == DANAO + "directPartOf"]
    wholes = {t.object for t in links}
    for triple in links:
        if triple.subject not in wholes and triple.subject not in set(requirements):
            raise KnowledgeError(
                Text(
                    "一个要素下面没有任何要求，无法计分。",
                    "An element has no requirement below it and cannot be scored.",
                ),
                place=Place(node=str(triple.subject).strip("<>")),
                fix=Text("给它至少一项要求，或删去它。", "Give it at least one requirement, or remove it."),
            )


def _refuse_namesakes(facts: Iterable[Triple], requirements: Iterable[NamedNode]) -> None:
    """Scores and outcomes are named after the local names of elements, and people type notations: both must differ."""
    wholes = [t.object for t in facts if t.predicate.value == DANAO + "directPartOf"]
    elements = {node.value for node in (*requirements, *wholes) if isinstance(node, NamedNode)}
    notations = [
        t.object.value
        for t in facts
        if t.predicate.value == SKOS + "notation"
        and isinstance(t.object, Literal)
        and isinstance(t.subject, NamedNode)
        and t.subject.value in elements
    ]
    for names in (map(local_name, elements), notations):
        for name, count in Counter(names).items():
            if count > 1:
                raise KnowledgeError(
                    Text(f"多个要素的名称同为“{name}”。", f"Several elements are named '{name}'."),
                    fix=Text("给它们不同的本地名和编号。", "Give them different local names and notations."),
                )


def _refuse_unbalanced(facts: Iterable[Triple], requirements: Iterable[NamedNode]) -> None:
    """Weights of parts add up to that of the whole, and every requirement is below a weight or has one."""
    weights: dict[object, Decimal] = {
        t.subject: Decimal(t.object.value)
        for t in facts
        if t.predicate.value == DANAO + "weight" and isinstance(t.object, Literal)
    }
    whole: dict[object, object] = {t.subject: t.object for t in facts if t.predicate.value == DANAO + "directPartOf"}
    parts: dict[object, list[object]] = {}
    for part, above in whole.items():
        parts.setdefault(above, []).append(part)
    for element, own in parts.items():
        weighted = [weights[part] for part in own if part in weights]
        if weighted and (len(weighted) < len(own) or sum(weighted) != weights.get(element)):
            raise _unbalanced(element)
    for requirement in requirements:
        if not any(element in weights for element in _upwards(requirement, whole)):
            raise _unbalanced(requirement)


def _upwards(element: object, whole: Mapping[object, object]) -> Iterator[object]:
    seen: set[object] = set()
    while element is not None and element not in seen:
        yield element
        seen.add(element)
        element = whole.get(element)


def _unbalanced(element: object) -> KnowledgeError:
    return KnowledgeError(
        Text(
            "权重不全或不等于上级的权重，得分会出错。",
            "Weights are missing or do not add up to that of the whole; scores would be wrong.",
        ),
        place=Place(node=str(element).strip("<>")),
        fix=Text(
            "给同级的每个要素权重，并使其和等于上级的权重。",
            "Give every part a weight, adding up to that of the whole.",
        ),
    )


def _refuse_unsupported(facts: Iterable[Triple]) -> None:
    restrictions = {t.subject for t in facts if t.predicate.value == OWL + "hasValue"}
    for triple in facts:
        if _is_unsupported(triple, restrictions):
            raise KnowledgeError(
                Text(
                    f"公理超出支持的范围：{triple.predicate} {triple.object}。",
                    f"An axiom is outside what is supported: {triple.predicate} {triple.object}.",
                ),
                place=Place(node=str(triple.subject).strip("<>")),
                fix=Text(
                    "只用子类、子属性、等价、逆、对称、传递、两步属性链和 hasValue 限制。",
                    "Use subclasses, subproperties, equivalence, inverse, symmetric and transitive properties, "
                    "chains of two and hasValue restrictions.",
                ),
            )


def _is_unsupported(triple: Triple, restrictions: Collection[object]) -> bool:
    predicate, thing = triple.predicate.value, triple.object
    if predicate == RDF_TYPE and isinstance(thing, NamedNode) and thing.value.startswith(OWL):
        return local_name(thing.value) not in _KINDS
    if predicate in (RDFS + "subClassOf", OWL + "equivalentClass") and isinstance(thing, BlankNode):
        return predicate != RDFS + "subClassOf" or thing not in restrictions
    return predicate.startswith(OWL) and local_name(predicate) not in _AXIOMS | _NOTES


def refuse_ambiguous(shapes: Iterable[Triple]) -> None:
    """Check a set of shapes for what SHACL engines take differently: then a result would depend on the machine.

    :raises KnowledgeError: the first such shape that is found.
    """
    index = _index(shapes)
    for shape in sorted(index, key=str):
        _refuse_nameless(index, shape)
        _refuse_pathless(index, shape)
        _refuse_flags(index, shape)
    _refuse_circular(index)


def _refuse_nameless(index: Index, shape: object) -> None:
    parts = _values(index, shape, SH + "property")
    targeted = any(predicate.startswith(SH + "target") for predicate in index[shape])
    inside = isinstance(shape, BlankNode)
    if (inside and targeted) or (not inside and any(isinstance(part, BlankNode) for part in parts)):
        raise _unsound(
            shape,
            Text("一个形状没有 IRI，报告无法指明它。", "A shape has no IRI, so that no report can point to it."),
            Text(
                "给属性形状和有目标的形状各自的 IRI。",
                "Give property shapes and shapes with targets an IRI of their own.",
            ),
        )


def _refuse_pathless(index: Index, shape: object) -> None:
    for part in _values(index, shape, SH + "property"):
        if not _values(index, part, SH + "path"):
            raise _unsound(
                part,
                Text("一个属性形状没有路径，什么都不检查。", "A property shape has no path and would check nothing."),
                Text("写出它的路径，或核对其 IRI 的拼写。", "State its path, or check the spelling of its IRI."),
            )


def _refuse_flags(index: Index, shape: object) -> None:
    for flags in _values(index, shape, SH + "flags"):
        if not (isinstance(flags, Literal) and flags.value == "i"):
            raise _unsound(
                shape,
                Text(f"正则表达式的标志 {flags} 各引擎理解不一。", f"Engines differ on {flags}, a flag of a pattern."),
                Text("只用标志 i，其余写进表达式。", "Use the flag i only, and write the rest into the pattern."),
            )


def _refuse_circular(index: Index) -> None:
    """SHACL leaves open what a shape means that applies itself."""
    applied = {
        shape: [thing for predicate in _APPLIES for thing in stated.get(predicate, ())]
        for shape, stated in index.items()
    }
    try:
        TopologicalSorter(applied).prepare()
    except CycleError as error:
        # By name: an IRI stands before a blank node.
        first = min(map(str, error.args[1]))
        raise _unsound(
            first,
            Text("一个形状直接或间接引用自己。", "A shape applies itself, directly or through others."),
            Text("去掉循环引用。", "Break the circle."),
        ) from error
