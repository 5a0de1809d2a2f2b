"""What is refused when a knowledge folder is loaded: gaps and axioms that would give wrong answers without a word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from danao.errors import KnowledgeError, Place, Text
from danao.namespaces import DANAO, OWL, RDF_TYPE, RDFS, local_name

# What rules/entailment derives as owlrl does; every other construct would make the two engines differ.
_AXIOMS = {"hasValue", "onProperty", "inverseOf", "propertyChainAxiom", "equivalentClass", "equivalentProperty"}
_NOTES = {"versionIRI", "versionInfo", "priorVersion", "deprecated", "imports"}
_KINDS = {
    *("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "NamedIndividual", "Ontology"),
    *("TransitiveProperty", "SymmetricProperty", "Restriction"),
}


def refuse_unsound(ontology: frozenset[Triple], shapes: Iterable[Triple]) -> None:
    """Check an ontology with the shapes of its requirements.

    :raises KnowledgeError: the first gap or unsupported axiom that is found.
    """
    facts = sorted(ontology, key=str)
    requirements = _subjects(facts, RDF_TYPE, DANAO + "Requirement")
    _refuse_unchecked(requirements, shapes)
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


def _refuse_unchecked(requirements: Iterable[NamedNode], shapes: Iterable[Triple]) -> None:
    """A requirement without a shape would pass whatever its evidence."""
    checked = {t.object for t in shapes if t.predicate.value == DANAO + "checks"}
    for requirement in requirements:
        if requirement not in checked:
            raise KnowledgeError(
                Text("一项要求没有检查它的形状。", "A requirement has no shape that checks it."),
                place=Place(node=requirement.value),
                fix=Text(
                    "在 shapes/indicators 中给它一个带 danao:checks 的形状。",
                    "Give it a shape with danao:checks in shapes/indicators.",
                ),
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
    """Scores and outcomes are named after the local names of elements, so these must differ."""
    wholes = [t.object for t in facts if t.predicate.value == DANAO + "directPartOf"]
    elements = {node.value for node in (*requirements, *wholes) if isinstance(node, NamedNode)}
    for name, count in Counter(local_name(iri) for iri in elements).items():
        if count > 1:
            raise KnowledgeError(
                Text(f"多个要素的名称同为“{name}”。", f"Several elements are named '{name}'."),
                fix=Text("给它们不同的本地名。", "Give them different local names."),
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
        if weighted and (len(weighted) < len(own) or sum(weighted) != weights.get(element, sum(weighted))):
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
