"""The knowledge of one standard: ontology, shapes, rules and scheme, loaded once, frozen, passed on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import cast

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from danao.engine import Engine, Source, make_engine
from danao.engine.interface import iri_of, ntriples
from danao.errors import KnowledgeError, Place, Text, UsageError
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
from danao.resources import FOLDERS, FRAMEWORK, data_root
from danao.soundness import refuse_unsound

# Shape sets by the folders they are in.
SHAPE_SETS = {"description": ("shapes/description",), "claims": ("shapes/claims", "shapes/indicators")}

# Questions that are asked of assessments change none of them.
_DECIDING_NOTHING = ("rules/corpus/", "rules/facets/", "rules/questions/", "rules/gaps/")

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
_PROSE_NAMESPACES = (DCTERMS, VANN, OWL + "version")
_AXIOM_PREDICATES = (OWL, RDFS + "sub", RDFS + "domain", RDFS + "range", RDF)
_NO_AXIOMS = {OWL + name for name in ("AnnotationProperty", "Ontology")}
_DECLARATIONS = {OWL + name for name in ("Class", "ObjectProperty", "DatatypeProperty", "Restriction")}


@dataclass(frozen=True)
class Knowledge:
    """What an assessment needs to know of a standard.

    ``ontology`` and ``shapes`` are all triples as shipped, ``rules`` the query texts by folder and name in the order of
    their names, ``scheme`` the IRI of the scoring scheme, ``files`` the digest of each file that decides an assessment,
    the scheme's among them, ``digest`` identifies them all, ``engine`` is compiled for them.
    """

    ontology: frozenset[Triple]
    shapes: frozenset[Triple]
    rules: Mapping[str, Mapping[str, str]]
    scheme: str
    files: Mapping[str, str]
    digest: str
    engine: Engine

    @cached_property
    def index(self) -> Mapping[str, Mapping[str, list[NamedNode | Literal]]]:
        """Subject IRI → predicate IRI → objects, of ontology and shapes."""
        index: dict[str, dict[str, list[NamedNode | Literal]]] = {}
        for triple in sorted(self.ontology | self.shapes, key=str):
            if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal):
                index.setdefault(triple.subject.value, {}).setdefault(triple.predicate.value, []).append(triple.object)
        return index

    @cached_property
    def namespaces(self) -> tuple[str, ...]:
        """The namespaces of the ontology's modules: nothing from outside may state anything about their terms."""
        names = {
            value.value
            for properties in self.index.values()
            for value in properties.get(VANN + "preferredNamespaceUri", ())
        }
        shapes = {t.subject.value for t in self.shapes if isinstance(t.subject, NamedNode)}
        return tuple(sorted(names | {iri.removesuffix(local_name(iri)) for iri in shapes}))

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """Preferred prefix → namespace, of the ontology's modules."""
        return {
            properties[VANN + "preferredNamespacePrefix"][0].value: properties[VANN + "preferredNamespaceUri"][0].value
            for properties in self.index.values()
            if VANN + "preferredNamespacePrefix" in properties
        }

    @cached_property
    def assessed_classes(self) -> frozenset[str]:
        """The class of things that the standard assesses, with its subclasses."""
        found = {thing.value for properties in self.index.values() for thing in properties.get(DANAO + "assesses", ())}
        while more := {
            name
            for name, properties in self.index.items()
            if name not in found and found & {up.value for up in properties.get(RDFS + "subClassOf", ())}
        }:
            found |= more
        return frozenset(found)

    def values(self, subject: str, predicate: str) -> list[str]:
        """The values of a property, as strings, sorted."""
        return [value.value for value in self.index.get(subject, {}).get(predicate, ())]

    def text(self, subject: str, predicate: str) -> Text | None:
        """The text of a property in Chinese and English; a missing language falls back to the other."""
        texts = {
            value.language: value.value
            for value in self.index.get(subject, {}).get(predicate, ())
            if isinstance(value, Literal)
        }
        if not texts:
            return None
        fallback = next(iter(texts.values()))
        return Text(texts.get("zh", fallback), texts.get("en", fallback))

    def label(self, iri: str) -> Text:
        """The label of a term, or its local name."""
        for predicate in (SKOS + "prefLabel", RDFS + "label", SH + "name", DCTERMS + "title"):
            if text := self.text(iri, predicate):
                return text
        return Text(local_name(iri), local_name(iri))

    def instances(self, name: str) -> list[str]:
        """The IRIs that are stated to be of a framework class, sorted."""
        kind = NamedNode(DANAO + name)
        return sorted(iri for iri, properties in self.index.items() if kind in properties.get(RDF_TYPE, ()))


def load_knowledge(folder: Path | None = None, *, scheme: str | None = None, engine: str = "fast") -> Knowledge:
    """Load the knowledge of a standard and compile it for an engine.

    ``folder`` holds another standard's ``ontology/ shapes/ rules/``; the framework always comes from the package.

    :raises KnowledgeError: a file cannot be parsed, or the standard or its scheme is missing.
    :raises UsageError: no scheme or engine of that name.
    """
    files = dict(_files(folder))
    ontology = _triples(files, "ontology", exclude="ontology/schemes")
    schemes = {Path(name).stem: name for name in files if name.startswith("ontology/schemes/")}
    chosen = scheme or _default_scheme(ontology, schemes)
    if chosen not in schemes:
        raise UsageError(
            Text(f"没有名为“{chosen}”的评分方案。", f"There is no scoring scheme named '{chosen}'."),
            fix=Text(f"可用的方案：{'、'.join(sorted(schemes))}。", f"Schemes: {', '.join(sorted(schemes))}."),
        )
    used = {name: data for name, data in files.items() if name not in schemes.values() or name == schemes[chosen]}
    conventions = _parsed(schemes[chosen], files[schemes[chosen]])
    ontology |= conventions
    shapes = {name: _triples(used, *folders) for name, folders in SHAPE_SETS.items()}
    refuse_unsound(frozenset(ontology), shapes["claims"])
    rules = _rules(used)
    entailment = tuple(rules["entailment"].values())
    deciding = _deciding(used)
    source = Source(
        knowledge=_closed(_structure(ontology, shapes.values()), entailment),
        axioms=_axioms(ontology),
        shapes={name: ntriples(sorted(triples, key=str)) for name, triples in shapes.items()},
        entailment=entailment,
    )
    return Knowledge(
        ontology=frozenset(ontology),
        shapes=frozenset().union(*shapes.values()),
        rules=rules,
        scheme=_scheme_iri(conventions, schemes[chosen]),
        files=deciding,
        digest=_digest(deciding),
        engine=make_engine(engine, source),
    )


def _files(folder: Path | None) -> Iterator[tuple[str, bytes]]:
    """Paths relative to their root, with ``/``, and contents: the framework's, then the standard's."""
    root = data_root()
    for path in _listed(root):
        name = path.relative_to(root).as_posix()
        if folder is None or name.startswith(FRAMEWORK):
            yield name, path.read_bytes()
    if folder is None:
        return
    own = _listed(folder)
    if not own:
        raise KnowledgeError(
            Text("知识目录里没有 ontology、shapes、rules。", "The knowledge folder has no ontology, shapes or rules."),
            place=Place(file=str(folder)),
            fix=Text("指定含有这三个子目录的目录。", "Name a folder that holds these three."),
        )
    for path in own:
        name = path.relative_to(folder).as_posix()
        if name.startswith(FRAMEWORK):
            raise KnowledgeError(
                Text("框架的文件总是取自程序包，不能替换。", "The framework's files always come from the package."),
                place=Place(file=str(path)),
                fix=Text("把它移到领域或版本的目录下。", "Move it to the folders of the domain or the edition."),
            )
        yield name, path.read_bytes()


def _listed(root: Path) -> list[Path]:
    # What checks our own files decides no assessment, so it is no part of the knowledge and its digest.
    checks = root / "shapes" / "self"
    found = (path for name in FOLDERS for path in (root / name).rglob("*") if path.suffix in {".ttl", ".rq"})
    return sorted(path for path in found if checks not in path.parents)


def _triples(files: Mapping[str, bytes], *folders: str, exclude: str = "-") -> set[Triple]:
    found: set[Triple] = set()
    for name, data in files.items():
        if name.startswith(folders) and not name.startswith(exclude) and name.endswith(".ttl"):
            found |= _parsed(name, data)
    return found


def _parsed(name: str, data: bytes) -> set[Triple]:
    try:
        return {quad.triple for quad in parse(data, format=RdfFormat.TURTLE, rename_blank_nodes=True)}
    except SyntaxError as fault:
        raise KnowledgeError(
            Text(f"知识文件有语法错误：{fault.msg}", f"A knowledge file has a syntax error: {fault.msg}"),
            place=Place(file=name, line=fault.lineno, column=fault.offset),
        ) from fault


def _rules(files: Mapping[str, bytes]) -> dict[str, dict[str, str]]:
    """Query texts by folder below ``rules/``; the framework's and a standard's stand in the folders design names."""
    rules: dict[str, dict[str, str]] = {}
    for path, data in sorted(files.items()):
        if path.endswith(".rq"):
            folder, _, name = path.removeprefix("rules/").rpartition("/")
            rules.setdefault(folder, {})[name.removesuffix(".rq")] = data.decode()
    return rules


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
    """What rules may read: the ontology without prose, and the path of each named property shape."""
    kept = {
        t for t in ontology if t.predicate.value not in _PROSE and not t.predicate.value.startswith(_PROSE_NAMESPACES)
    }
    paths = {
        t for shape in shapes for t in shape if t.predicate.value == SH + "path" and isinstance(t.object, NamedNode)
    }
    return kept | paths


def _axioms(ontology: Iterable[Triple]) -> frozenset[Triple]:
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


def _digest(files: Mapping[str, str]) -> str:
    lines = (f"{name}\0{digest}\n" for name, digest in files.items())
    return f"sha256:{hashlib.sha256(''.join(lines).encode()).hexdigest()}"
