"""What changed, in words: statements by cause and node, and what is different in the knowledge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from danao.difference.causes import STATED, Side
from danao.engine.interface import iri_of
from danao.errors import Text
from danao.explain import exact, shown
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, DCTERMS, RDF_TYPE, SKOS, local_name
from danao.view import Facts, Standard, both, identity


def changes(before: Side, after: Side) -> dict[str, list[dict[str, Any]]]:
    """The statements that were removed and added, by cause and node; complete."""
    speaker = _Speaker(before, after)
    return {cause: speaker.nodes(before.shares[cause].statements, after.shares[cause].statements) for cause in STATED}


class _Speaker:
    """Names nodes by what either side says of them, the later one first."""

    def __init__(self, before: Side, after: Side) -> None:
        self._sides = (after, before)
        self._facts = tuple(Facts(side.assessment) for side in self._sides)
        self._subjects = tuple(_subjects(side) for side in self._sides)
        self._stated: dict[object, list[Triple]] = {}
        self._owners: dict[object, list[Triple]] = {}
        for side in self._sides:
            facts = side.assessment.description.facts | side.assessment.examination.facts
            for triple in sorted(facts, key=str):
                self._stated.setdefault(triple.subject, []).append(triple)
                self._owners.setdefault(triple.object, []).append(triple)

    def nodes(self, old: Iterable[Triple], new: Iterable[Triple]) -> list[dict[str, Any]]:
        removed, added = (
            _by_subject(facts) for facts in (frozenset(old) - frozenset(new), frozenset(new) - frozenset(old))
        )
        found = [self._node(node, removed.get(node, []), added.get(node, [])) for node in {**removed, **added}]
        return sorted(found, key=lambda one: (one["title"]["zh"], one["iri"]))

    def _node(self, node: object, removed: list[Triple], added: list[Triple]) -> dict[str, Any]:
        predicates = sorted({triple.predicate.value for triple in (*removed, *added)})
        kind = self._kind(node)
        return {
            "iri": iri_of(node),
            "type": None if kind is None else {"iri": kind, "label": both(self._label(kind))},
            "title": both(self._title(node)),
            "side": self._side(node),
            "statements": [
                {
                    "predicate": predicate,
                    "label": both(self._label(predicate)),
                    "before": self._values(removed, predicate),
                    "after": self._values(added, predicate),
                }
                for predicate in predicates
            ],
        }

    def _values(self, triples: list[Triple], predicate: str) -> list[dict[str, Any]]:
        things = [triple.object for triple in triples if triple.predicate.value == predicate]
        return [{"term": str(thing), "text": both(self._text(thing))} for thing in things]

    def _side(self, node: object) -> str:
        """Whether a node stands on both sides, or on which."""
        later, earlier = (node in subjects for subjects in self._subjects)
        return ("both" if earlier else "after") if later else "before"

    def _label(self, term: str) -> Text:
        known = (side.assessment.knowledge for side in self._sides if term in side.assessment.knowledge.index)
        return next(known, self._sides[0].assessment.knowledge).label(term)

    def _kind(self, node: object) -> str | None:
        return next((iri_of(t.object) for t in self._stated.get(node, ()) if t.predicate.value == RDF_TYPE), None)

    def _title(self, node: object) -> Text:
        """Its own title, or that of what it is about or belongs to, or its local name."""
        about = [t.object for t in self._stated.get(node, ())]
        owners = [t.subject for t in self._owners.get(node, ())]
        titles = (self._own_title(thing) for thing in (node, *about, *owners))
        name = local_name(iri_of(node))
        return next((title for title in titles if title), Text(name, name))

    def _own_title(self, node: object) -> Text | None:
        iri = iri_of(node)
        return next((facts.title(iri) for facts in self._facts if facts.objects(iri, DCTERMS + "title")), None)

    def _text(self, thing: object) -> Text:
        """A term in words; a node without a title by its class and what it is about."""
        if not isinstance(thing, NamedNode):
            value = thing.value if isinstance(thing, Literal) else str(thing)
            return Text(value, value)
        known = zip(self._facts, self._sides, strict=True)
        found = (shown(thing, facts, side.assessment.knowledge) for facts, side in known)
        plain = Text(thing.value, thing.value)
        words, kind = next((text for text in found if text != plain), None), self._kind(thing)
        return words or (plain if kind is None else _joined(self._label(kind), self._title(thing)))


def _joined(kind: Text, title: Text) -> Text:
    return Text(f"{kind.zh}“{title.zh}”", f"{kind.en} “{title.en}”")


def _by_subject(triples: Iterable[Triple]) -> dict[object, list[Triple]]:
    found: dict[object, list[Triple]] = {}
    for triple in sorted(triples, key=str):
        found.setdefault(triple.subject, []).append(triple)
    return found


def _subjects(side: Side) -> frozenset[object]:
    shares = (share.statements for share in side.shares.values())
    return frozenset(triple.subject for share in shares for triple in share)


# ---- Knowledge ----


def changed_knowledge(before: Knowledge, after: Knowledge) -> dict[str, Any] | None:
    """Weights, elements, conventions and files that differ; nothing where the digests are equal."""
    if before.digest == after.digest:
        return None
    return {
        "weights": _weights(before, after),
        "elements": _one_sided(before, after),
        "conventions": _conventions(before, after),
        "files": _files(before.files, after.files),
    }


def _weights(before: Knowledge, after: Knowledge) -> list[dict[str, Any]]:
    """The elements on both sides whose weight differs, in reading order."""
    old, new = Standard(before), Standard(after)
    return [
        {**identity(iri, new), "before": exact(old.weight(iri)), "after": exact(new.weight(iri))}
        for iri, _ in new.walk()
        if iri in before.index and old.weight(iri) != new.weight(iri)
    ]


def _one_sided(before: Knowledge, after: Knowledge) -> list[dict[str, Any]]:
    standards = {"before": Standard(before), "after": Standard(after)}
    elements = {side: [iri for iri, _ in standard.walk()] for side, standard in standards.items()}
    return [
        {**identity(iri, standards[side]), "side": side}
        for side, other in (("before", "after"), ("after", "before"))
        for iri in elements[side]
        if iri not in elements[other]
    ]


def _conventions(before: Knowledge, after: Knowledge) -> list[dict[str, Any]]:
    """The conventions of either scheme that the other does not have with the same words and parameters."""
    sides = {"before": _stated_conventions(before), "after": _stated_conventions(after)}
    found = [
        (side, iri, knowledge)
        for side, other, knowledge in (("before", "after", before), ("after", "before", after))
        for iri, content in sides[side].items()
        if content not in sides[other].values()
    ]
    return [
        {
            "iri": iri,
            "label": both(knowledge.label(iri)),
            "text": both(knowledge.text(iri, SKOS + "definition")),
            "side": side,
        }
        for side, iri, knowledge in found
    ]


def _stated_conventions(knowledge: Knowledge) -> dict[str, frozenset[tuple[str, str]]]:
    """Convention → what is said of it, but for where."""
    return {
        iri: frozenset(
            (predicate, str(value))
            for predicate, values in knowledge.index[iri].items()
            if predicate.startswith((DANAO, SKOS, RDF_TYPE))
            for value in values
        )
        for iri in knowledge.values(knowledge.scheme, DANAO + "convention")
    }


def _files(before: Mapping[str, str], after: Mapping[str, str]) -> list[dict[str, Any]]:
    """The files that decide an assessment and differ, with their digests."""
    return [
        {"file": name, "before": _prefixed(before.get(name)), "after": _prefixed(after.get(name))}
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


def _prefixed(digest: str | None) -> str | None:
    return None if digest is None else f"sha256:{digest}"
