"""The fast engine: rules and shapes compiled to Python; pyoxigraph and a SHACL engine for what is not."""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from typing import cast

from pyoxigraph import NamedNode, Quad, QuerySolutions, QueryTriples, RdfFormat, Store, Triple, parse

from danao.engine.checks import Checks, Links, links_or_none
from danao.engine.footprint import Footprint, footprint_of, lean
from danao.engine.interface import Answer, Row, ShapeResult, Source, Texts, in_order
from danao.engine.parameters import fill
from danao.engine.queries import answer_of
from danao.engine.rules.beyond import Beyond
from danao.engine.rules.program import Index, Plain, Query, ready
from danao.engine.shapes import CompiledShapes, compile_shapes, shapes_in_use
from danao.namespaces import KNOWLEDGE_GRAPH
from danao.statements import (
    Facts,
    Graph,
    Statement,
    Term,
    canonical_term,
    joined,
    lexical,
    statements_of,
    term_of,
    together,
)

KNOWLEDGE = NamedNode(KNOWLEDGE_GRAPH)


_NOTHING: Facts = frozenset()


class FastEngine:
    """Compiles rules and shapes once; of the knowledge only what no rule was compiled with is looked at again."""

    name = "fast"

    def __init__(self, source: Source) -> None:
        self.entailment = source.entailment
        self.source = source
        self._shapes: dict[str, CompiledShapes] = {}
        self._workspaces = 0

    @cached_property
    def versions(self) -> dict[str, str]:
        """The libraries by name, with their versions."""
        from importlib.metadata import version

        return {name: version(name) for name in ("pyoxigraph", shapes_in_use().name)}

    @cached_property
    def knowledge(self) -> list[Quad]:
        """The knowledge as quads ready to load."""
        return [Quad(t.subject, t.predicate, t.object, KNOWLEDGE) for t in self.source.knowledge]

    def _make(self) -> bytes:
        """What depends on the knowledge only, as bytes: compiled queries, and graphs of shapes that can be checked."""
        from danao.engine.rules.build import Builder

        builder = Builder(statements_of(self.source.knowledge))
        found = {text: builder.fixpoint(text) for text in self.source.entailment}
        found |= {text: plain and (plain,) for text in self.source.rules if (plain := builder.query(text))}
        shapes = {name: links_or_none(lean(text)) for name, text in self.source.shapes.items()}
        return marshal.dumps(({text: plain for text, plain in found.items() if plain}, shapes))

    @cached_property
    def _made(self) -> tuple[Mapping[str, Sequence[Plain]], Mapping[str, Links | None]]:
        source = self.source
        texts = "\0".join((source.digest, *source.entailment, *source.rules, *source.shapes.values()))
        kept = self.source.keep(f"engine {sha256(texts.encode()).hexdigest()}", self._make)
        made: tuple[dict[str, Sequence[Plain]], dict[str, Links | None]] = marshal.loads(kept)  # noqa: S302 - our own
        return made

    @cached_property
    def compiled(self) -> Mapping[str, tuple[Query, ...]]:
        """Query text → the query, and for a rule of entailment one more for each of its patterns over new facts."""
        return {text: tuple(map(ready, plain)) for text, plain in self._made[0].items()}

    @cached_property
    def checks(self) -> Mapping[str, Checks | None]:
        """Each set of shapes as checks over facts, or nothing where it takes a SHACL engine."""
        return {name: None if links is None else Checks(links) for name, links in self._made[1].items()}

    @cached_property
    def footprints(self) -> Mapping[str, Footprint]:
        """What each set of shapes can look at."""
        return {name: footprint_of(text) for name, text in self.source.shapes.items()}

    def shapes(self, name: str) -> CompiledShapes:
        """A set of shapes, compiled by a SHACL engine."""
        if name not in self._shapes:
            self._shapes[name] = compile_shapes(lean(self.source.shapes[name]))
        return self._shapes[name]

    def workspace(self) -> FastWorkspace:
        self._workspaces += 1
        if self._workspaces > self.source.patience:
            return FastWorkspace(self, self.compiled, self.checks)
        return FastWorkspace(self, {}, dict.fromkeys(self.source.shapes))


class FastRow(Mapping[str, Term | None]):
    """A row whose terms are made where somebody looks at them."""

    __slots__ = ("_places", "texts")

    def __init__(self, places: Mapping[str, int], texts: tuple[str | None, ...]) -> None:
        self._places = places
        self.texts = texts

    def __getitem__(self, name: str) -> Term | None:
        text = self.texts[self._places[name]]
        return None if text is None else term_of(text)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def texts_of(self, rows: Sequence[FastRow], names: Sequence[str]) -> list[Texts]:
        """The values of some columns of this and other rows of its answer as text, without making terms of them."""
        places = [self._places[name] for name in names]
        # Rows say the same few things again and again.
        said = _Lexical({None: None}).__getitem__
        return [tuple(map(said, map(row.texts.__getitem__, places))) for row in rows]


class _Lexical(dict[str | None, str | None]):
    """What terms say as text, each worked out once."""

    def __missing__(self, text: str) -> str:
        self[text] = said = lexical(text)
        return said


class _Log:
    """What came into a workspace, in its order: facts added, or what queries made, each resolved when it is needed."""

    def __init__(self) -> None:
        self._entries: list[Iterable[Statement] | None] = []
        self._found: list[Sequence[Statement]] = []
        self._seen: set[Statement] = set()

    def __len__(self) -> int:
        return len(self._entries)

    def note(self, made: Iterable[Statement], size: int | None = None) -> Graph:
        """Note what came in; the graph of what of it was not there before."""
        place = len(self._entries)
        self._entries.append(made)
        return Graph(lambda: self.new(place), size)

    def new(self, place: int) -> Sequence[Statement]:
        """What was not there before an entry."""
        while len(self._found) <= place:
            number = len(self._found)
            entry, self._entries[number] = self._entries[number], None
            fresh = list(dict.fromkeys(one for one in entry or () if one not in self._seen))
            self._seen.update(fresh)
            self._found.append(fresh)
        return self._found[place]


class _Made:
    """What a query makes of rows, made whenever somebody goes through it."""

    def __init__(self, query: Query, rows: list[tuple[str | None, ...]]) -> None:
        self._query, self._rows = query, rows

    def __iter__(self) -> Iterator[Statement]:
        return iter(self._query.made(self._rows))


class FastWorkspace:
    """Facts by predicate for compiled rules; where another query needs it, a store with these and the knowledge."""

    def __init__(
        self, engine: FastEngine, compiled: Mapping[str, tuple[Query, ...]], checks: Mapping[str, Checks | None]
    ) -> None:
        self._engine = engine
        self._compiled = compiled
        self._checks = checks
        self._facts = Index()
        self._unindexed: list[Sequence[Statement]] = []
        self._log = _Log()
        self._stored = 0
        self._held: Store | None = None

    def add(self, facts: Iterable[Triple]) -> None:
        if isinstance(facts, Graph):
            self._added(facts.statements)
        else:
            # What steps hand on is canonical already; anything else gets the form that a store would give it.
            self._added([(one, two, canonical_term(three)) for one, two, three in statements_of(facts)])

    def _added(self, statements: Sequence[Statement], size: int | None = None) -> Graph:
        self._unindexed.append(statements)
        return self._log.note(statements, size)

    @property
    def _index(self) -> Index:
        """The facts by predicate. Where all is asked of the store, as of many assessments at once, they never are."""
        for statements in self._unindexed:
            self._facts.add(statements)
        self._unindexed.clear()
        return self._facts

    def entail(self) -> Facts:
        rules = self._engine.entailment
        compiled = [self._compiled[rule] for rule in rules if rule in self._compiled]
        if len(compiled) < len(rules):
            return self._entailed_in_store()
        found: list[Facts] = []
        latest: Index | None = None
        while True:
            fresh: list[Statement] = []
            for queries in compiled:
                # First over all facts, then over what is new: through each pattern that may have met it.
                for query in queries[:1] if latest is None else queries[1:]:
                    query.emit(query.rows(self._index, latest), self._index, fresh)
            if not fresh:
                return together(found)
            found.append(self._log.note(fresh, len(fresh)))
            latest = Index()
            latest.add(fresh)

    def _entailed_in_store(self) -> Facts:
        found: list[Facts] = []
        while new := [facts for rule in self._engine.entailment if (facts := self.construct(rule))]:
            found += new
        return together(found)

    def construct(self, query: str) -> Facts:
        if queries := self._compiled.get(query):
            try:
                rows = queries[0].rows(self._index)
            except Beyond:
                return self._constructed_in_store(query)
            if not rows:
                return _NOTHING
            made = _Made(queries[0], rows)
            return self._log.note(made, queries[0].emit(rows, self._index))
        return self._constructed_in_store(query)

    def _constructed_in_store(self, query: str) -> Facts:
        store = self._store
        made = {Quad(t.subject, t.predicate, t.object) for t in cast("QueryTriples", store.query(query))}
        new = statements_of(quad.triple for quad in made if quad not in store)
        return self._added(new, len(new))

    def select(self, query: str, parameters: Mapping[str, Term] | None = None) -> list[Row]:
        if not parameters and (queries := self._compiled.get(query)):
            try:
                rows = queries[0].rows(self._index)
            except Beyond:
                return self._selected_in_store(query)
            places = {name: place for place, name in enumerate(queries[0].columns)}
            return [FastRow(places, row) for row in rows]
        return self._selected_in_store(fill(query, parameters or {}))

    def _selected_in_store(self, query: str) -> list[Row]:
        solutions = cast("QuerySolutions", self._store.query(query))
        names = [variable.value for variable in solutions.variables]
        return [{name: solution[name] for name in names} for solution in solutions]

    def query(self, text: str, most: int) -> Answer:
        return answer_of(self._store, text, most)

    @property
    def _store(self) -> Store:
        """The facts in the default graph of a store, the knowledge in a named graph."""
        if self._held is None:
            self._held = Store()
            self._held.extend(self._engine.knowledge)
        while self._stored < len(self._log):
            new = joined(self._log.new(self._stored))
            self._held.extend(parse(new, format=RdfFormat.N_TRIPLES))
            self._stored += 1
        return self._held

    def validate(self, shapes: str) -> list[ShapeResult]:
        if checks := self._checks[shapes]:
            try:
                return in_order(checks.results(self._index.settled()))
            except Beyond:
                return self._validated_by_engine(shapes)
        return self._validated_by_engine(shapes)

    def _validated_by_engine(self, shapes: str) -> list[ShapeResult]:
        return self._engine.shapes(shapes).validate(self._engine.footprints[shapes].text(self._index.settled()))
