"""The public profile: which classes and properties may be public, the framework's and the standard's together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from danao.index import text_of
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, RDFS, SOFTWARE
from danao.sources import digest_of


@dataclass(frozen=True)
class Profile:
    """What may be public; IRIs are written as in statements.

    ``classes`` and ``properties`` may be public in descriptions and examinations; properties in ``addresses``,
    ``people`` and ``groups`` under conditions. ``result_classes`` and ``result_properties`` may be so in assessments.
    ``parts`` gives the class of a thing that states none by the property that leads to it. ``reasons`` say no more than
    their outcome, ``refusals`` look at evidence only. ``grouped`` are the classes of things that are shown as a group
    of at least ``least`` only: ``group_roots`` with their subclasses. ``above`` are all superclasses of each class.
    """

    classes: frozenset[str]
    properties: frozenset[str]
    result_classes: frozenset[str]
    result_properties: frozenset[str]
    addresses: frozenset[str]
    people: frozenset[str]
    groups: frozenset[str]
    references: frozenset[str]
    about: frozenset[str]
    parts: Mapping[str, str]
    terms: frozenset[str]
    reasons: frozenset[str]
    refusals: frozenset[str]
    group_roots: frozenset[str]
    grouped: frozenset[str]
    units: frozenset[str]
    least: int
    above: Mapping[str, frozenset[str]]
    knowledge: Knowledge

    def knows(self, term: str) -> bool:
        """Whether an IRI is a term of the knowledge, or another one that is public whoever names it."""
        return term in self.terms or term[1:-1] in self.knowledge.index or term.startswith(f"<{SOFTWARE}")

    @cached_property
    def of_results(self) -> frozenset[str]:
        """The properties that may be public in assessments."""
        return self.result_properties | self.people

    def admits(self, kinds: Iterable[str]) -> bool:
        """Whether a derived thing of these classes may be public: one of them, or a class above it, is listed."""
        return any(kind in self.result_classes or self.above.get(kind, _NONE) & self.result_classes for kind in kinds)


_NONE: frozenset[str] = frozenset()
_FOLDER = "ontology/access/"


def profile_of(knowledge: Knowledge) -> Profile:
    """The profiles of the knowledge as one, worked out once."""
    if "public profile" not in knowledge.notes:
        knowledge.notes["public profile"] = _profile(knowledge)
    found: Profile = knowledge.notes["public profile"]
    return found


def profile_digest(knowledge: Knowledge) -> str:
    """The digest of the files that say what may be public; they are no part of the knowledge's own digest."""
    files = {name: data for name, data in knowledge.sources.items() if name.startswith(_FOLDER)}
    return f"sha256:{digest_of(files)}"


def _profile(knowledge: Knowledge) -> Profile:
    parts = knowledge.instances("PublicProfile")

    def listed(name: str) -> frozenset[str]:
        return frozenset(f"<{iri}>" for part in parts for iri in knowledge.values(part, DANAO + name))

    addresses, people, groups = listed("addressProperty"), listed("personProperty"), listed("groupProperty")
    above = _above(knowledge)
    roots = listed("groupedClass")
    return Profile(
        classes=listed("publicClass"),
        properties=listed("publicProperty") | addresses | people | groups,
        result_classes=listed("resultClass"),
        result_properties=listed("resultProperty"),
        addresses=addresses,
        people=people,
        groups=groups,
        references=listed("referenceProperty"),
        about=listed("aboutProperty"),
        parts={
            f"<{name}>": f"<{text_of(kinds[0])}>" for name, kinds in knowledge.index.column(DANAO + "leadsTo").items()
        },
        terms=listed("publicTerm"),
        reasons=listed("openReason"),
        refusals=_refusals(knowledge),
        group_roots=roots,
        grouped=roots | {kind for kind, higher in above.items() if higher & roots},
        units=listed("countingUnit"),
        least=max(int(number) for part in parts for number in knowledge.values(part, DANAO + "leastGroup")),
        above=above,
        knowledge=knowledge,
    )


def _refusals(knowledge: Knowledge) -> frozenset[str]:
    """The reasons that look at nothing but evidence."""
    given = knowledge.index.column(DANAO + "refusal").values()
    return frozenset(
        {f"<{text_of(reason)}>" for reasons in given for reason in reasons} | {f"<{DANAO}EvidenceMissing>"}
    )


def _above(knowledge: Knowledge) -> dict[str, frozenset[str]]:
    """All superclasses of each class."""
    direct = {
        f"<{kind}>": {f"<{text_of(higher)}>" for higher in found}
        for kind, found in knowledge.index.column(RDFS + "subClassOf").items()
    }
    found: dict[str, frozenset[str]] = {}
    for kind in direct:
        seen: set[str] = set()
        todo = [kind]
        while todo:
            new = direct.get(todo.pop(), set()) - seen
            seen |= new
            todo += new
        found[kind] = frozenset(seen)
    return found
