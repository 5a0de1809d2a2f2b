"""What depends on the files of the knowledge only: checked, closed and indexed once, then kept as plain values."""

from __future__ import annotations

import hashlib
import marshal
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import cast

from pyoxigraph import BlankNode, NamedNode, Quad, Store, Triple

from danao.engine import check_shapes
from danao.engine.interface import iri_of, ntriples
from danao.errors import KnowledgeError, Place, Text, UsageError
from danao.index import pack
from danao.namespaces import (
    DANAO,
    DCTERMS,
    KNOWLEDGE_GRAPH,
    OWL,
    RDF,
    RDF_TYPE,
    RDFS,
    SH,
    SKOS,
    VANN,
    local_name,
)
from danao.sources import ontology_of, parsed, rules_of, schemes, shapes_of, without_other_schemes

_ACCESS = "ontology/access/"
# What is asked of assessments, how they are published, kept and shown to whom, changes none of them.
_DECIDING_NOTHING = (
    *("rules/corpus/", "rules/facets/", "rules/questions/", "rules/gaps/", "rules/registry/"),
    *("rules/publishing/", "rules/catalogue/", "rules/documents/", "ontology/framework/publishing.ttl"),
    *(_ACCESS, "ontology/framework/registry.ttl", "ontology/framework/words.ttl"),
)

# Rules may read structure and numbers, not prose: without it a workspace loads in a third of the time.
_PROSE = {
    *(SKOS + name for name in ("prefLabel", "altLabel", "definition", "example", "historyNote", "inScheme")),
    *(
        SKOS + name
        for name in ("hasTopConcept", "topConceptOf", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
    ),
    *(RDFS + name for name in ("label", "comment", "isDefinedBy", "seeAlso")),
    *(DANAO + name for name in ("clause", "position", "statedIn", "fix")),
    "https://schema.org/domainIncludes",
    "https://schema.org/rangeIncludes",
}
# What rules may read of shapes.
_OF_SHAPES = {SH + name for name in ("path", "class", "targetClass")}
_PROSE_NAMESPACES = (DCTERMS, VANN, OWL + "version")
_AXIOM_PREDICATES = (OWL, RDFS + "sub", RDFS + "domain", RDFS + "range", RDF)
_NO_AXIOMS = {OWL + name for name in ("AnnotationProperty", "Ontology")}
_DECLARATIONS = {OWL + name for name in ("Class", "ObjectProperty", "DatatypeProperty", "Restriction")}


@dataclass(frozen=True)
class Compiled:
    """Knowledge with one scheme, as values that load fast.

    ``scheme`` is the IRI of the scheme and ``scheme_file`` where it stands, ``files`` the digest of each file that
    decides an assessment, ``digest`` of them all, ``steps`` that of what decides each step and those before it.
    ``closed`` is what rules may see, with all that is entailed, as N-Triples; ``shapes`` are N-Triples by set;
    ``subjects`` and ``columns`` make an :class:`~danao.index.Index`.
    """

    scheme: str
    scheme_file: str
    files: dict[str, str]
    digest: str
    steps: dict[str, str]
    closed: bytes
    shapes: dict[str, str]
    shape_spaces: list[str]
    subjects: list[str]
    columns: dict[str, bytes]

    def as_bytes(self) -> bytes:
        """For :func:`from_bytes` of the same Python."""
        return marshal.dumps(asdict(self))


def from_bytes(data: bytes) -> Compiled:
    """What :meth:`Compiled.as_bytes` wrote; of bytes that anybody else could have written, never."""
    return Compiled(**marshal.loads(data))  # noqa: S302 - the cache answers what the user's own danao wrote


def compile_knowledge(files: Mapping[str, bytes], scheme: str | None) -> Compiled:
    """Check and compile the files of the knowledge with a scheme, or with the one that the standard names.

    :raises KnowledgeError: a file cannot be parsed, or the knowledge has a gap.
    :raises UsageError: no scheme of that name.
    """
    # Whoever starts from what was kept checks nothing.
    from danao.soundness import refuse_ambiguous, refuse_unsound

    named = schemes(files)
    standard = ontology_of(without_other_schemes(files, ""))
    chosen = scheme or _default_scheme(standard, named)
    if chosen not in named:
        raise UsageError(
            Text(f"没有名为“{chosen}”的评分方案。", f"There is no scoring scheme named '{chosen}'."),
            fix=Text(f"可用的方案：{'、'.join(sorted(named))}。", f"Schemes: {', '.join(sorted(named))}."),
        )
    conventions = parsed(named[chosen], files[named[chosen]])
    ontology, shapes = standard.union(conventions), shapes_of(files)
    refuse_unsound(ontology, shapes["claims"])
    for triples in shapes.values():
        refuse_ambiguous(triples)
    texts = {name: ntriples(sorted(triples, key=str)) for name, triples in shapes.items()}
    for text in texts.values():
        check_shapes(text)
    # No rule sees what the public may see: it decides nothing.
    aside = ontology_of({name: data for name, data in files.items() if name.startswith(_ACCESS)})
    closed = _closed(_structure(ontology - aside, shapes.values()), rules_of(files)["entailment"].values())
    deciding = _deciding(without_other_schemes(files, named[chosen]))
    subjects, columns = pack(ontology.union(*shapes.values()))
    return Compiled(
        scheme=_scheme_iri(conventions, named[chosen]),
        scheme_file=named[chosen],
        files=deciding,
        digest=_digest(deciding),
        steps=_steps(deciding, _only_weights(files), shapes.values(), closed),
        closed=ntriples(sorted(closed, key=str)).encode(),
        shapes=texts,
        shape_spaces=_spaces(triple.subject for triples in shapes.values() for triple in triples),
        subjects=subjects,
        columns=columns,
    )


def _spaces(nodes: Iterable[object]) -> list[str]:
    iris = {node.value for node in nodes if isinstance(node, NamedNode)}
    return sorted({iri.removesuffix(local_name(iri)) for iri in iris})


def _default_scheme(ontology: Iterable[Triple], schemes: Iterable[str]) -> str:
    named = {iri_of(t.object) for t in ontology if t.predicate.value == DANAO + "defaultScheme"}
    if len(named) == 1:
        return local_name(named.pop())
    raise KnowledgeError(
        Text("标准没有声明恰好一个默认评分方案。", "The standard does not name exactly one default scoring scheme."),
        fix=Text(
            f"在版本文件中写明 danao:defaultScheme；现有方案：{'、'.join(sorted(schemes)) or '无'}。",
            f"State danao:defaultScheme in the edition; schemes here: {', '.join(sorted(schemes)) or 'none'}.",
        ),
    )


def _scheme_iri(conventions: Iterable[Triple], file: str) -> str:
    kind = NamedNode(DANAO + "ScoringScheme")
    found = [t.subject for t in conventions if t.predicate.value == RDF_TYPE and t.object == kind]
    if len(found) == 1 and isinstance(found[0], NamedNode):
        return found[0].value
    raise KnowledgeError(
        Text("方案文件应当有恰好一个 danao:ScoringScheme。", "A scheme's file holds exactly one danao:ScoringScheme."),
        place=Place(file=file),
        fix=Text("给方案一个 IRI 并写明类型。", "Give the scheme an IRI and state its type."),
    )


def _structure(ontology: Iterable[Triple], shapes: Iterable[Iterable[Triple]]) -> set[Triple]:
    """What rules may read: the ontology without prose, the paths of shapes, and the classes that shapes ask about."""
    kept = {
        t for t in ontology if t.predicate.value not in _PROSE and not t.predicate.value.startswith(_PROSE_NAMESPACES)
    }
    paths = {
        t for shape in shapes for t in shape if t.predicate.value in _OF_SHAPES and isinstance(t.object, NamedNode)
    }
    return kept | paths


def axioms_of(ontology: Iterable[Triple]) -> frozenset[Triple]:
    """What an OWL reasoner is given: the logical axioms, and the facts whose predicates these speak of."""
    facts = list(ontology)
    axioms = {triple for triple in facts if _is_axiom(triple)}
    said = {t for t in axioms if t.predicate.value != RDF_TYPE or iri_of(t.object) not in _DECLARATIONS}
    spoken = {term.value for t in said for term in (t.subject, t.object) if isinstance(term, NamedNode)}
    between = {t for t in facts if t.predicate.value in spoken and isinstance(t.object, NamedNode)}
    return frozenset(axioms | between)


def _is_axiom(triple: Triple) -> bool:
    if not isinstance(triple.object, NamedNode | BlankNode):
        return False
    if triple.predicate.value != RDF_TYPE:
        return triple.predicate.value.startswith(_AXIOM_PREDICATES)
    return iri_of(triple.object).startswith(OWL) and iri_of(triple.object) not in _NO_AXIOMS


def _closed(structure: Iterable[Triple], entailment: Iterable[str]) -> frozenset[Triple]:
    """The structure with what the entailment rules add to it, the knowledge itself taken as facts."""
    store = Store()
    graph = NamedNode(KNOWLEDGE_GRAPH)
    new = set(structure)
    while new:
        store.extend(Quad(t.subject, t.predicate, t.object) for t in new)
        store.extend(Quad(t.subject, t.predicate, t.object, graph) for t in new)
        made = {t for rule in entailment for t in cast("Iterable[Triple]", store.query(rule))}
        new = {t for t in made if Quad(t.subject, t.predicate, t.object) not in store}
    return frozenset(quad.triple for quad in store.quads_for_pattern(None, None, None, graph))


def _deciding(files: Mapping[str, bytes]) -> dict[str, str]:
    """The digest of each file that decides an assessment, in the order of their names."""
    return {
        name: hashlib.sha256(data).hexdigest()
        for name, data in sorted(files.items())
        if not name.startswith(_DECIDING_NOTHING)
    }


# What decides each step beyond what decides those before it; anything else decides the first.
_STEPS = {
    "validation": ("shapes/claims/", "shapes/indicators/"),
    "outcomes": ("rules/outcomes/",),
    "scores": ("rules/scoring/", "rules/report/"),
}


def _steps(
    deciding: Mapping[str, str],
    weights: Collection[str],
    shapes: Iterable[Iterable[Triple]],
    closed: Iterable[Triple],
) -> dict[str, str]:
    """The digest of what decides each step and those before it: where it is equal, the step need not be taken again."""
    later = tuple(name for names in _STEPS.values() for name in names)
    lines = sorted(f"{triple}" for triples in shapes for triple in triples if triple.predicate.value in _OF_SHAPES)
    taken = {name: digest for name, digest in deciding.items() if not name.startswith(later) and name not in weights}
    # Rules of every step may ask what shapes ask about.
    taken["shapes"] = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    # What follows from weights, such as the class of what has one, is seen by rules that look at no weight.
    entailed = sorted(f"{triple}" for triple in closed if triple.predicate.value != DANAO + "weight")
    taken["closed"] = hashlib.sha256("\n".join(entailed).encode()).hexdigest()
    found = {"inference": _digest(taken)}
    for step, names in _STEPS.items():
        own = {name: digest for name, digest in deciding.items() if name.startswith(names)}
        taken |= own | (dict.fromkeys(weights, "") if step != "scores" else {name: deciding[name] for name in weights})
        found[step] = _digest(taken)
    return found


def _only_weights(files: Mapping[str, bytes]) -> set[str]:
    """The files that say nothing but weights, where no rule before scoring and no shape looks at these."""
    looking = ("rules/entailment/", "rules/inference/", "rules/outcomes/", "shapes/")
    if any(_NAMES_WEIGHT.search(data) for name, data in files.items() if name.startswith(looking)):
        return set()
    ontology = {name: data for name, data in files.items() if name.startswith("ontology/")}
    return {name for name, data in ontology.items() if b"weight" in data and _says_weights_only(parsed(name, data))}


# The property by any prefix, or in full.
_NAMES_WEIGHT = re.compile(rb"[:#]weight\b")


def _says_weights_only(triples: Iterable[Triple]) -> bool:
    stated = list(triples)
    modules = {t.subject for t in stated if t.predicate.value == RDF_TYPE and iri_of(t.object) == OWL + "Ontology"}
    return all(t.predicate.value == DANAO + "weight" for t in stated if t.subject not in modules)


def _digest(files: Mapping[str, str]) -> str:
    lines = (f"{name}\0{digest}\n" for name, digest in files.items())
    return f"sha256:{hashlib.sha256(''.join(lines).encode()).hexdigest()}"
