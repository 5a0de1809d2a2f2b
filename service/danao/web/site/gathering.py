"""What the overview shows, gathered by workers from a copy of the store: of all projects, and of single assessments.

What is told of a single assessment stays as it is, so it is gathered once; the rest is a few queries for all projects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyoxigraph import NamedNode

from danao.engine.parameters import for_each
from danao.errors import NothingReviewed
from danao.explain import exact
from danao.facets import facets_of
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, EARL, SKOS, local_name
from danao.output import json_text
from danao.registry.graphs import catalogue_of
from danao.registry.ordering import without_order
from danao.registry.public_views import published
from danao.registry.ranking import ranking
from danao.registry.submit import Registry
from danao.registry.views import listing, totals_in
from danao.resources import rule
from danao.statements import Statement, graph_of
from danao.view import KINDS, Standard, both, identity
from danao.web.frames import Message
from danao.web.worker import Worker

# What a project's line is taken over of what is listed.
_MEMBER = ("identifier", "iri", "title", "time", "published", "assessment", "entry")
_OF = DANAO + "of"
_PASSED, _APART = EARL + "passed", EARL + "inapplicable"


def table(worker: Worker, arguments: dict[str, Any], _parts: Sequence[bytes]) -> Message:
    """The table of a view of a copy: ``view`` is office or public, ``graph`` what shows its assessments."""
    return Message({}, [json_text(_gathering(worker, arguments).table()).encode()])


def details(worker: Worker, arguments: dict[str, Any], _parts: Sequence[bytes]) -> Message:
    """What a view of a copy shows of single ``assessments``; ``view`` and ``graph`` as for the table."""
    told = _gathering(worker, arguments).details(arguments["assessments"])
    return Message({}, [json_text(told).encode()])


def _gathering(worker: Worker, arguments: dict[str, Any]) -> Gathering:
    registry = Registry(worker.shelf, worker.copy(arguments["folder"]))
    return Gathering(registry, worker.knowledge, arguments["view"] == "public", arguments["graph"])


@dataclass(frozen=True)
class Gathering:
    """A view of a registry, asked for what the overview shows of all its projects.

    Only its own graph is asked: looking into several for each statement takes longer.
    """

    registry: Registry
    knowledge: Knowledge
    public: bool
    graph: str

    def table(self) -> dict[str, Any]:
        """Projects by identifier, with the elements, facets and requirements that their values are about."""
        return {
            "elements": [self._element(iri, depth) for iri, depth in self._weighted],
            "facets": self._choices(),
            "requirements": [self._requirement(iri) for iri in self._requirements],
            "projects": [self._project(member) for member in self._members],
        }

    @cached_property
    def _members(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = published(self.registry) if self.public else listing(self.registry)["projects"]
        return found

    def _project(self, member: dict[str, Any]) -> dict[str, Any]:
        identifier = member["identifier"]
        return {
            **{name: member[name] for name in _MEMBER},
            "facets": self._facets.get(member["iri"], {}),
            "totals": {kind: self._total(identifier, kind) for kind in KINDS if (identifier, kind) in self._totals},
        }

    # ---- Totals ----

    def _total(self, identifier: str, kind: str) -> dict[str, Any]:
        row = self._totals[identifier, kind]
        return {
            **{name: row[name] for name in ("rank", "reviewed", "points", "upperPoints", "roundedTo")},
            "band": row["band"] and row["band"]["label"],
            "earlier": self._earlier.get((identifier, kind), []),
        }

    @cached_property
    def _totals(self) -> Mapping[tuple[str, str], Mapping[str, Any]]:
        """Rows of both rankings; what was not reviewed has a verified total, and no rank by it."""
        return {(row["identifier"], kind): row for kind in KINDS for row in self._ranked(kind)}

    def _ranked(self, kind: str) -> Iterable[Mapping[str, Any]]:
        try:
            rows: list[dict[str, Any]] = ranking(self.registry, kind, self.knowledge, public=self.public)["rows"]
        except NothingReviewed:
            rows = []
        unranked = {"rank": None, "reviewed": False, "roundedTo": None, "band": None}
        ranked = {row["identifier"] for row in rows}
        others = [one for one in self._members if one["identifier"] not in ranked]
        return [
            *({**row, "reviewed": True} for row in rows),
            *(
                {**unranked, **self._bounds[one["assessment"]][kind], "identifier": one["identifier"]}
                for one in others
                if kind in self._bounds.get(one["assessment"], {})
            ),
        ]

    @cached_property
    def _bounds(self) -> Mapping[str, Mapping[str, Any]]:
        """The totals of all assessments, also what could be verified at most of those that nobody reviewed."""
        return totals_in(self.registry, self.graph)

    @cached_property
    def _earlier(self) -> Mapping[tuple[str, str], Sequence[str]]:
        """Points of earlier versions, the first one first; the public is not told what it was not shown."""
        found: dict[tuple[str, str], list[str]] = {}
        if not self.public:
            parameters = {"catalogue": NamedNode(catalogue_of(self.registry.record.base))}
            for row in self.registry.store.select(rule("overview/earlier"), parameters):
                key = row["identifier"].value, local_name(row["result"].value)
                found.setdefault(key, []).append(row["points"].value)
        return found

    # ---- Elements ----

    @cached_property
    def _standard(self) -> Standard:
        return Standard(self.knowledge)

    @cached_property
    def _weighted(self) -> list[tuple[str, int]]:
        """The elements that carry a weight, in reading order, without the whole."""
        standard = self._standard
        return [(iri, depth) for iri, depth in standard.walk() if depth and standard.weight(iri) is not None]

    def _element(self, iri: str, depth: int) -> dict[str, Any]:
        standard = self._standard
        parts = standard.parts.get(iri, ())
        return {
            **identity(iri, standard),
            "depth": depth,
            "weight": exact(standard.weight(iri)),
            "leaf": all(standard.weight(part) is None for part in parts),
        }

    @cached_property
    def _requirements(self) -> list[str]:
        """The requirements, in reading order."""
        return [iri for iri, _ in self._standard.walk() if self._standard.is_requirement(iri)]

    def _requirement(self, iri: str) -> dict[str, Any]:
        return identity(iri, self._standard) | {"code": local_name(iri)}

    # ---- Single assessments ----

    def details(self, assessments: Sequence[str]) -> dict[str, Any]:
        """Of each assessment the year, the attainments of elements, and which requirements it passes.

        Attainments are from 0 to 100, none where inapplicable, in the order of the table's elements; requirements are
        told by their places in the table: those ``passed``, and those set ``apart`` because they are inapplicable.
        """
        dates = {row["assessment"].value: row["date"].value for row in self._of_each("dates", assessments)}
        found = {
            one: {
                "year": dates.get(one, "")[:4],
                "shares": {kind: [None] * len(self._weighted) for kind in KINDS},
                "passed": {kind: [] for kind in KINDS},
                "apart": {kind: [] for kind in KINDS},
            }
            for one in assessments
        }
        columns = {iri: place for place, (iri, _) in enumerate(self._weighted)}
        places = {iri: place for place, iri in enumerate(self._requirements)}
        for row in self._of_each("scores", assessments):
            own, kind, element = found[row["assessment"].value], local_name(row["result"].value), row["element"].value
            if element in columns and row["attainment"] is not None:
                own["shares"][kind][columns[element]] = round(float(row["attainment"].value) * 100, 1)
            standing = row["standing"].value if element in places and row["standing"] is not None else None
            if standing in (_PASSED, _APART):
                own["passed" if standing == _PASSED else "apart"][kind].append(places[element])
        return found

    def _of_each(self, name: str, assessments: Sequence[str]) -> list[Any]:
        # Nothing here depends on the order of rows, which takes the store two thirds of its time.
        query, _ = without_order(rule(f"overview/{name}"))
        query = for_each(query, "assessment", map(NamedNode, assessments))
        return self.registry.store.select(query, default=(self.graph,))

    # ---- Facets ----

    @cached_property
    def _facets(self) -> Mapping[str, Mapping[str, list[str]]]:
        """Project → facet → codes of its values."""
        facets = facets_of(self.knowledge)
        workspace = self.knowledge.engine.workspace()
        terms = {term for facet in facets for term in facet.terms}
        workspace.add(graph_of(sorted({one for term in terms for one in self._stated(term)})))
        found: dict[str, dict[str, list[str]]] = {}
        for facet in facets:
            for row in workspace.select(facet.query):
                if row["project"] is not None and row["value"] is not None:
                    values = found.setdefault(row["project"].value, {}).setdefault(facet.name, [])
                    values.append(self._code(row["value"].value))
        return found

    def _stated(self, predicate: str) -> list[Statement]:
        if predicate == _OF:
            # It is said of much else, too: of every claim and assertion.
            return [(f"<{one['assessment']}>", f"<{_OF}>", f"<{one['iri']}>") for one in self._members]
        rows = self.registry.store.select(
            rule("overview/stated"), {"predicate": NamedNode(predicate)}, default=(self.graph,)
        )
        return [(str(row["subject"]), f"<{predicate}>", str(row["value"])) for row in rows]

    def _code(self, value: str) -> str:
        """A value as addresses have it: its notation, else its IRI."""
        return next(iter(self.knowledge.values(value, SKOS + "notation")), value)

    def _choices(self) -> list[dict[str, Any]]:
        """Each facet with the names of the values that occur, by their codes."""
        names = {self._code(iri): self.knowledge.label(iri) for iri in self.knowledge.index}
        choices = []
        for facet in facets_of(self.knowledge):
            codes = {code for own in self._facets.values() for code in own.get(facet.name, ())}
            labels = {code: both(names.get(code)) or {"zh": code, "en": code} for code in sorted(codes)}
            choices.append({"name": facet.name, "title": facet.title.as_json(), "labels": labels})
        return choices
