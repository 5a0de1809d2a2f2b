"""A publication: what of a description, an examination and an assessment becomes public, and what stays restricted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from danao.access.cast import Cast, pseudonym
from danao.access.names import Places, PublicNames, Salt
from danao.access.profile import profile_of
from danao.access.results import Results
from danao.access.stated import Sight, Stated, look, plainly
from danao.canonical import digest_of
from danao.knowledge import Knowledge
from danao.namespaces import DANAO
from danao.statements import Facts, Graph, Statement, graph_of, lexical, statements_of

_OF, _ELEMENT, _ATTAINMENT = (f"<{DANAO}{name}>" for name in ("of", "element", "attainment"))
_SIDES = ("description", "examination")


@dataclass(frozen=True)
class Material:
    """What is published together: the IRI of an assessment, its inputs in canonical form, all that its graph holds."""

    assessment: str
    description: Facts
    examination: Facts
    results: Facts


@dataclass(frozen=True)
class Split:
    """A part, split by who may see it.

    Every statement of the part stands either in ``public`` or in ``restricted``, as it is. ``replaced`` are the
    statements of ``public`` that do not stand in the part: what the public sees in place of something restricted, such
    as a rounded number, a salted digest, a pseudonym, or the same statement about a thing under another name.
    """

    public: Graph
    restricted: Graph
    replaced: Graph


@dataclass(frozen=True)
class Publication:
    """What becomes public, and what one has to know to tell whether an older publication still may be seen.

    ``assessment`` is the IRI under which the public knows the assessment: its own where nothing of the inputs is
    restricted, else a salted one. ``things`` are the IRIs of the restricted things of the inputs, ``texts`` what these
    say of themselves, ``rounded`` the elements whose numbers are not exact: all three stay with the office.
    """

    assessment: str
    description: Split
    examination: Split
    results: Split
    things: frozenset[str]
    texts: frozenset[str]
    rounded: frozenset[str]

    @property
    def is_empty(self) -> bool:
        """Whether the public sees nothing, because the project itself is restricted."""
        return not len(self.results.public)


def split(material: Material, knowledge: Knowledge, salt: bytes) -> Publication:
    """Split an assessment and its inputs by who may see what.

    Equal material, knowledge and salt give an equal publication. The salt is the deployment's secret: with it, guesses
    at what is restricted can be confirmed. Pseudonyms and salted names change with it.

    :raises UsageError: the salt is too short.
    """
    profile, places, keyed = profile_of(knowledge), Places.of(material.assessment), Salt(salt)
    sides = {name: statements_of(getattr(material, name)) for name in _SIDES}
    results = statements_of(material.results)
    both = [*sides["description"], *sides["examination"]]
    stated = Stated.of(_project(results, material.assessment), places.home, both, profile)
    sight = look(stated, profile)
    cast = Cast(stated, sight, profile, places, keyed)
    secret = any(one not in sight.public for one in stated.statements)
    digests = {name: digest_of(getattr(material, name)) for name in _SIDES}
    hashes = tuple(digest.partition(":")[2] for digest in digests.values())
    names = PublicNames(places, cast.renamed(), hashes, keyed if secret else None)
    inputs = {name: _side(side, sight, cast, names) for name, side in sides.items()}
    seen = Results(results, material.assessment, sight, profile, names).seen()
    replaced = list(_digests(results, inputs, digests, names)) if secret and sight.public else []
    return Publication(
        assessment=names.assessment,
        description=inputs["description"],
        examination=inputs["examination"],
        results=_split(results, [*seen.public, *replaced] if sight.public else []),
        things=frozenset(node[1:-1] for node in sight.barred),
        texts=sight.texts,
        rounded=frozenset(element[1:-1] for element in seen.rounded),
    )


def restricted_things(
    project: str, assessment: str, statements: Sequence[Statement], knowledge: Knowledge
) -> frozenset[str]:
    """The IRIs of the things of which the public sees nothing, of all that an assessment's inputs state."""
    profile = profile_of(knowledge)
    stated = Stated.of(f"<{project}>", Places.of(assessment).home, statements, profile)
    return frozenset(node[1:-1] for node in look(stated, profile).barred)


def person_of(name: str, base: str, salt: bytes) -> str:
    """The IRI by which the public knows a person, from their name or IRI: the same in the whole deployment.

    :raises UsageError: the salt is too short.
    """
    return pseudonym(name, base, Salt(salt))


def _project(results: Iterable[Statement], assessment: str) -> str:
    return next((one[2] for one in results if one[0] == f"<{assessment}>" and one[1] == _OF), "")


def _split(part: Sequence[Statement], public: Iterable[Statement]) -> Split:
    shown, own = dict.fromkeys(public), set(part)
    return Split(
        public=graph_of(list(shown)),
        restricted=graph_of([one for one in part if one not in shown]),
        replaced=graph_of([one for one in shown if one not in own]),
    )


def _side(part: Sequence[Statement], sight: Sight, cast: Cast, names: PublicNames) -> Split:
    """A description or an examination, with the stand-ins for what stands in it."""
    own = set(part)
    public = [(names[one[0]], one[1], names[one[2]]) for one in part if one in sight.public]
    people = [made for made, source in cast.people(names) if source in own]
    kept = {one[0] for one in own}
    stand_ins = [*cast.evidence(names), *cast.kinds(names)] if cast.stated.project in kept else []
    return _split(part, [*public, *people, *stand_ins])


def _digests(
    results: Iterable[Statement],
    inputs: dict[str, Split],
    digests: dict[str, str],
    names: PublicNames,
) -> Iterator[Statement]:
    """The digests of what is public, and salted ones of inputs that are not public throughout."""
    stated = {one[1] for one in results}
    subject = f"<{names.assessment}>"
    for name, side in inputs.items():
        if f"<{DANAO}{name}Digest>" in stated:
            yield subject, f"<{DANAO}{name}Digest>", f'"{digest_of(side.public)}"'
            if len(side.restricted):
                yield subject, f"<{DANAO}{name}Seal>", f'"{names.sealed(digests[name])}"'


# ---- Older publications ----


def shows_restricted(older: Iterable[Facts], newer: Publication) -> bool:
    """Whether public graphs of an older version of a project show what a newer version has made restricted.

    They do if they speak of a thing that is restricted now, state what is restricted now, quote what restricted things
    say of themselves, or have exact numbers of what is rounded now.
    """
    things = {f"<{thing}>" for thing in newer.things}
    statements = {one for part in (newer.description, newer.examination) for one in part.restricted.statements}
    return any(_shows(statements_of(graph), things, statements, newer) for graph in older)


def _shows(older: Sequence[Statement], things: set[str], statements: set[Statement], newer: Publication) -> bool:
    if any(one[0] in things or one[2] in things or one in statements for one in older):
        return True
    said = plainly("\n".join([lexical(one[2]) for one in older if one[2][0] == '"']))
    if any(text in said for text in newer.texts):
        return True
    exact = {one[0] for one in older if one[1] == _ATTAINMENT}
    return any(one[1] == _ELEMENT and one[0] in exact and one[2][1:-1] in newer.rounded for one in older)
