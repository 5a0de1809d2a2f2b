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
from danao.statements import Facts as Statements
from danao.view import Facts, Standard, both, identity


def changes(before: Side, after: Side) -> dict[str, list[dict[str, Any]]]:
    """The statements that were removed and added, by cause and node; complete."""
    speaker = _Speaker(before, after)
    return {cause: speaker.nodes(before.shares[cause].statements, after.shares[cause].statements) for cause in STATED}


# What a node without a title is about, in this order.
_ABOUT = tuple(DANAO + name for name in ("onEvidence", "onRecord", "metric", "requirement"))
_TYPE = Text("类型", "type")
_SIDES = ("both", "after", "before")


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

    def nodes(self, old: Statements, new: Statements) -> list[dict[str, Any]]:
        """What was removed and added, by node: first those on both sides."""
        removed, added = _by_subject(old - new), _by_subject(new - old)
        found = [self._node(node, removed.get(node, []), added.get(node, [])) for node in {**removed, **added}]
        return sorted(found, key=lambda one: (_SIDES.index(one["side"]), one["title"]["zh"], one["iri"]))

    def _node(self, node: object, removed: list[Triple], added: list[Triple]) -> dict[str, Any]:
        predicates = sorted({triple.predicate.value for triple in (*removed, *added)})
        kind, owner = self._kind(node), self._owner(node)
        return {
            "iri": iri_of(node),
            "type": None if kind is None else {"iri": kind, "label": both(self._label(kind))},
            "title": both(self._title(node)),
            "ownedBy": None if owner is None else iri_of(owner.subject),
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
        return _TYPE if term == RDF_TYPE else next(known, self._sides[0].assessment.knowledge).label(term)

    def _kind(self, node: object) -> str | None:
        return next((iri_of(t.object) for t in self._stated.get(node, ()) if t.predicate.value == RDF_TYPE), None)

    def _owner(self, node: object) -> Triple | None:
        """The link to a node that neither has a title nor is about something: a figure, a file."""
        if self._own_title(node) or self._about(node):
            return None
        return next(
            (t for t in self._owners.get(node, ()) if self._own_title(t.subject) or self._about(t.subject)), None
        )

    def _title(self, node: object) -> Text:
        """Its own title, that of what it is about, that of what it belongs to, or its local name."""
        owner, name = self._owner(node), local_name(iri_of(node))
        if owner is None:
            return self._own_title(node) or self._about(node) or Text(name, name)
        whole, part = self._title(owner.subject), self._label(owner.predicate.value)
        return Text(f"{whole.zh}：{part.zh}", f"{whole.en}: {part.en}")

    def _own_title(self, node: object) -> Text | None:
        iri = iri_of(node)
        return next((facts.title(iri) for facts in self._facts if facts.objects(iri, DCTERMS + "title")), None)

    def _about(self, node: object, further: int = 1) -> Text | None:
        """The title of the evidence or record that a node is about, or the label of the requirement."""
        things = {t.predicate.value: t.object for t in reversed(self._stated.get(node, ()))}
        thing = next((things[name] for name in _ABOUT if name in things), None)
        if any(iri_of(thing) in side.assessment.knowledge.index for side in self._sides):
            return self._label(iri_of(thing))
        return self._own_title(thing) or (self._about(thing, further - 1) if further else None)

    def _text(self, thing: object) -> Text:
        """A term in words; a node without a title by its class and what it is about, or by what it holds."""
        if not isinstance(thing, NamedNode):
            return _plain(thing)
        known = zip(self._facts, self._sides, strict=True)
        found = (shown(thing, facts, side.assessment.knowledge) for facts, side in known)
        words, kind = next((text for text in found if text != _plain(thing)), None), self._kind(thing)
        if words or kind is None:
            return words or _plain(thing)
        if self._owner(thing):
            held = [_plain(t.object) for t in self._stated[thing] if t.predicate.value != RDF_TYPE]
            return Text("，".join(text.zh for text in held), ", ".join(text.en for text in held))
        label, title = self._label(kind), self._title(thing)
        return Text(f"{label.zh}“{title.zh}”", f"{label.en} “{title.en}”")


def _plain(thing: object) -> Text:
    value = thing.value if isinstance(thing, NamedNode | Literal) else str(thing)
    return Text(value, value)


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
        "reweighted": _weights(before, after),
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
