"""What publishing needs of a knowledge, compiled once: its rules, and the checks in ``shapes/self/published``.

The engine is one of its own, so that whoever only assesses compiles nothing for publishing.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from danao.cache import cached, is_usable
from danao.engine import Engine, Source, make_engine
from danao.engine.interface import ntriples
from danao.errors import Text
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, SH, local_name
from danao.resources import data_root
from danao.sources import digest_of, parsed
from danao.statements import Facts, Graph, joined, lexical, split, statements_of

_CHECKS = "shapes/self/published"
_RULES = ("publishing", "corpus/links", "corpus/contributions")
# Compiling takes as long as so many assessments are published without.
_PATIENCE = 12
_HEAD = re.compile(r"^# (Title|Fix): (.+?) \| (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Publisher:
    """The rules of publishing over a knowledge, and what checks what they make."""

    knowledge: Knowledge

    def rules(self, name: str) -> list[str]:
        """The rules of a folder, in the order of their names."""
        return list(self.knowledge.rules.get(name, {}).values())

    @cached_property
    def code_list(self) -> Facts:
        """The scheme of all elements of the standard, as the knowledge is published with."""
        return self._kept("code list", "publishing/knowledge")

    @cached_property
    def engine(self) -> Engine:
        """The engine of publishing; it sees the knowledge with the code list, and of shapes what reports tell."""
        facts = [*split(self.knowledge.compiled.closed.decode()), *statements_of(self.code_list)]
        facts += statements_of(self.seen)
        source = Source(
            knowledge=Graph(lambda: list(dict.fromkeys(facts))),
            axioms=frozenset(),
            shapes=self.checks.shapes,
            entailment=(),
            rules=(
                *(text for name in _RULES for text in self.rules(name)),
                *(query for queries in self.checks.queries.values() for query in queries.values()),
            ),
            digest=f"publishing {self._digest}",
            keep=partial(cached, folder=self.knowledge.cache),
            patience=0 if self.knowledge.cache and is_usable(self.knowledge.cache) else _PATIENCE,
        )
        return make_engine(self.knowledge.engine_name, source)

    @cached_property
    def seen(self) -> Facts:
        """What only the rules of publishing see: what shapes say for their results, the titles of the standard."""
        return self._kept("seen", "publishing/seen")

    @cached_property
    def small_engine(self) -> Engine:
        """An engine for a few facts, such as an entry: it sees little of the knowledge and compiles nothing."""
        return make_engine("fast", Source(self.seen, frozenset(), {}, (), patience=sys.maxsize))

    @cached_property
    def checks(self) -> Checks:
        """What published graphs have to look like."""
        return read_checks(data_root() / _CHECKS)

    @cached_property
    def _digest(self) -> str:
        """A digest of all files of the knowledge, those that decide nothing among them."""
        return digest_of(self.knowledge.sources)

    def _kept(self, name: str, folder: str) -> Facts:
        """What rules make of ontology and shapes, now or before."""
        texts = self.rules(folder)

        def make() -> bytes:
            # Rules that are run once are not compiled.
            shipped = self.knowledge.ontology | self.knowledge.shapes
            bare = make_engine("fast", Source(shipped, frozenset(), {}, (), patience=sys.maxsize)).workspace()
            return joined(one for rule in texts for one in statements_of(bare.construct(rule))).encode()

        kept = cached(f"{name} {self._digest}", make, self.knowledge.cache)
        return Graph(lambda: split(kept.decode()))


@dataclass(frozen=True)
class Checks:
    """Shapes as N-Triples by folder, and query texts by folder and name.

    ``space`` is what the names of shapes begin with; queries go by their own names there.
    """

    shapes: Mapping[str, str]
    queries: Mapping[str, Mapping[str, str]]
    space: str

    def words(self, check: str) -> tuple[Text, Text]:
        """What the shape or query of an IRI says of what it finds, and what to do about it."""
        for queries in self.queries.values():
            if query := queries.get(local_name(check)):
                said = {name: Text(zh, en) for name, zh, en in _HEAD.findall(query)}
                return said["Title"], said["Fix"]
        return self._said(check, SH + "message"), self._said(check, DANAO + "fix")

    def _said(self, shape: str, predicate: str) -> Text:
        start = f"<{shape}>", f"<{predicate}>"
        said = [one[2] for text in self.shapes.values() for one in split(text) if one[:2] == start]
        texts = {text.rpartition("@")[2]: lexical(text) for text in said}
        return Text(texts["zh"], texts["en"])


def read_checks(root: Path) -> Checks:
    """The checks below a folder; those right in it stand in the folder of no name.

    :raises KnowledgeError: a file cannot be parsed.
    """
    shapes: dict[str, set[str]] = {}
    queries: dict[str, dict[str, str]] = {}
    for path in sorted(root.rglob("*")):
        folder = path.parent.relative_to(root).as_posix().removeprefix(".")
        if path.suffix == ".ttl":
            shapes.setdefault(folder, set()).add(ntriples(parsed(path.name, path.read_bytes())))
        elif path.suffix == ".rq":
            queries.setdefault(folder, {})[path.stem] = path.read_text(encoding="utf-8")
    texts = {folder: "".join(sorted(found)) for folder, found in shapes.items()}
    named = (one[0].strip("<>") for text in texts.values() for one in split(text) if one[1] == f"<{SH}path>")
    name = next(iri for iri in named if not iri.startswith("_"))
    return Checks(texts, queries, name.removesuffix(local_name(name)))


def publisher_of(knowledge: Knowledge) -> Publisher:
    """The publisher of a knowledge, the same each time."""
    found: Publisher = knowledge.notes.setdefault("publisher", Publisher(knowledge))
    return found
