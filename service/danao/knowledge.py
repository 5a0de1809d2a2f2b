"""The knowledge of one standard: ontology, shapes, rules and scheme, loaded once, frozen, passed on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from pyoxigraph import Triple

from danao.cache import cached, is_usable
from danao.compiled import Compiled, axioms_of, compile_knowledge, from_bytes
from danao.engine import Engine, Source, check_engine, make_engine
from danao.errors import Text
from danao.index import Index, text_of
from danao.namespaces import DANAO, DCTERMS, RDF_TYPE, RDFS, SH, SKOS, VANN, local_name
from danao.sources import digest_of, knowledge_files, ontology_of, rules_of, shapes_of, without_other_schemes
from danao.statements import Graph, split

# Compiling rules takes as long as so many assessments do without.
_PATIENCE = 12
# What every assessment runs, and what closing its gaps does.
_ASSESSING = ("inference/", "outcomes", "scoring/", "report", "gaps/")


@dataclass(frozen=True)
class Knowledge:
    """What an assessment needs to know of a standard.

    ``rules`` are the query texts by folder and name in the order of their names, ``engine_name`` says what ``engine``
    is compiled for, ``sources`` are the files that all of it was compiled from, ``cache`` is where engines keep what
    they compile. What few commands need is made when it is first asked for.
    """

    rules: Mapping[str, Mapping[str, str]]
    engine_name: str
    sources: Mapping[str, bytes]
    compiled: Compiled
    cache: Path | None = None

    @property
    def scheme(self) -> str:
        """The IRI of the scoring scheme."""
        return self.compiled.scheme

    @property
    def files(self) -> Mapping[str, str]:
        """The digest of each file that decides an assessment, the scheme's among them."""
        return self.compiled.files

    @property
    def digest(self) -> str:
        """The digest of all files that decide an assessment."""
        return self.compiled.digest

    @property
    def steps(self) -> Mapping[str, str]:
        """The digest of what decides each step of an assessment and those before it."""
        return self.compiled.steps

    @cached_property
    def ontology(self) -> frozenset[Triple]:
        """All triples of the ontology as shipped, with those of the scheme."""
        return ontology_of(self.sources)

    @cached_property
    def shapes(self) -> frozenset[Triple]:
        """All triples of the shapes as shipped."""
        return frozenset().union(*shapes_of(self.sources).values())

    @cached_property
    def engine(self) -> Engine:
        """The engine, compiled for this knowledge."""
        source = Source(
            knowledge=Graph(lambda: split(self.compiled.closed.decode())),
            # Reading them takes longer than all the rest, and the fast engine does not reason with them.
            axioms=frozenset() if self.engine_name == "fast" else axioms_of(self.ontology),
            shapes=self.compiled.shapes,
            entailment=tuple(self.rules["entailment"].values()),
            rules=tuple(
                text for name, texts in self.rules.items() if name.startswith(_ASSESSING) for text in texts.values()
            ),
            # Rules see files as well that decide nothing.
            digest=f"{self.digest} {self.steps['inference']}",
            keep=partial(cached, folder=self.cache),
            patience=0 if self.cache and is_usable(self.cache) else _PATIENCE,
        )
        return make_engine(self.engine_name, source)

    @cached_property
    def index(self) -> Index:
        """Subject IRI → predicate IRI → objects, of ontology and shapes."""
        return Index(self.compiled.subjects, self.compiled.columns)

    @cached_property
    def notes(self) -> dict[str, Any]:
        """What steps have worked out of this knowledge alone, by name, so that no description pays for it twice."""
        return {}

    @cached_property
    def namespaces(self) -> tuple[str, ...]:
        """The namespaces of the ontology's modules: nothing from outside may state anything about their terms."""
        named = self.index.column(VANN + "preferredNamespaceUri").values()
        names = {text_of(value) for values in named for value in values}
        return tuple(sorted(names.union(self.compiled.shape_spaces)))

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """Preferred prefix → namespace, of the ontology's modules."""
        spaces = self.index.column(VANN + "preferredNamespaceUri")
        return {
            text_of(prefixes[0]): text_of(spaces[module][0])
            for module, prefixes in self.index.column(VANN + "preferredNamespacePrefix").items()
            if module in spaces
        }

    @cached_property
    def assessed_classes(self) -> frozenset[str]:
        """The class of things that the standard assesses, with its subclasses."""
        found = {text_of(thing) for things in self.index.column(DANAO + "assesses").values() for thing in things}
        classes = self.index.column(RDFS + "subClassOf")
        while more := {
            name for name, above in classes.items() if name not in found and found & {text_of(up) for up in above}
        }:
            found |= more
        return frozenset(found)

    def values(self, subject: str, predicate: str) -> list[str]:
        """The values of a property, as strings, sorted."""
        return [text_of(value) for value in self.index.column(predicate).get(subject, ())]

    def text(self, subject: str, predicate: str) -> Text | None:
        """The text of a property in Chinese and English; a missing language falls back to the other."""
        plain = self.index.column(predicate).get(subject, ())
        texts = {value[1]: value[0] for value in plain if not isinstance(value, str)}
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
        kind = DANAO + name
        return sorted(iri for iri, kinds in self.index.column(RDF_TYPE).items() if kind in kinds)


def load_knowledge(
    folder: Path | None = None, *, scheme: str | None = None, engine: str = "fast", cache: Path | None = None
) -> Knowledge:
    """Load the knowledge of a standard, for an engine.

    ``folder`` holds another standard's ``ontology/ shapes/ rules/``; the framework always comes from the package.
    What was compiled of the same files before is taken from the folder ``cache``, if there is one.

    :raises KnowledgeError: a file cannot be parsed, or the standard or its scheme is missing.
    :raises UsageError: no scheme or engine of that name.
    """
    return knowledge_of(knowledge_files(folder), scheme=scheme, engine=engine, cache=cache)


def knowledge_of(
    files: Mapping[str, bytes], *, scheme: str | None = None, engine: str = "fast", cache: Path | None = None
) -> Knowledge:
    """The knowledge that files hold, the framework's among them; see :func:`load_knowledge`.

    :raises KnowledgeError: a file cannot be parsed, or the standard or its scheme is missing.
    :raises UsageError: no scheme or engine of that name.
    """
    check_engine(engine)
    key = f"knowledge {scheme or ''} {digest_of(files)}"
    compiled = from_bytes(cached(key, lambda: compile_knowledge(files, scheme).as_bytes(), cache))
    used = without_other_schemes(files, compiled.scheme_file)
    return Knowledge(rules_of(used), engine, used, compiled, cache)
