"""Stand-ins: what the public sees in place of restricted evidence, of people, and of nodes named by their content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from danao.access.names import Places, Salt
from danao.access.profile import Profile
from danao.access.stated import ACCESS_RIGHTS, EVIDENCE, RESTRICTED, TYPE, Sight, Stated
from danao.namespaces import CCCEV, DANAO, DCTERMS, RDF_TYPE
from danao.statements import Statement, lexical

_DIGITS = 32
_CONFORMS_TO, _SUPPORTS = f"<{DCTERMS}conformsTo>", f"<{CCCEV}supportsRequirement>"


def pseudonym(person: str, base: str, salt: Salt) -> str:
    """The IRI by which the public knows a person, from a name or an IRI: the same in a whole deployment."""
    return f"{base}person/{salt.hash('person', person.strip())[:_DIGITS]}"


@dataclass(frozen=True)
class Cast:
    """Stand-ins of one publication."""

    stated: Stated
    sight: Sight
    profile: Profile
    places: Places
    salt: Salt

    def renamed(self) -> dict[str, str]:
        """The names of stand-ins, by the names of what they stand for."""
        if not self.sight.public:
            return {}
        return {node: self._anonymous(node) for node in (*self._hidden_evidence(), *self._soiled())}

    def evidence(self, names: Mapping[str, str]) -> Iterator[Statement]:
        """That restricted evidence of a type exists, and which requirements it is for."""
        if not self.sight.public:
            return
        for node in self._hidden_evidence():
            name = names[node]
            yield name, TYPE, EVIDENCE
            yield name, ACCESS_RIGHTS, RESTRICTED
            for kind in self.stated.values(node, _CONFORMS_TO):
                if self._is_a(kind, "EvidenceType"):
                    yield name, _CONFORMS_TO, kind
            for requirement in self.stated.values(node, _SUPPORTS):
                if self._is_a(requirement, "Requirement"):
                    yield name, _SUPPORTS, requirement

    def people(self, names: Mapping[str, str]) -> Iterator[tuple[Statement, Statement]]:
        """Statements about people with pseudonyms in their place, each with the one that it is made of."""
        for one in self.stated.statements:
            subject, name, thing = one
            if name in self.profile.people and subject in self.sight.shown and one not in self.sight.public:
                person = pseudonym(lexical(thing), self.places.base, self.salt)
                yield (names.get(subject, subject), name, f"<{person}>"), one

    def kinds(self, names: Mapping[str, str]) -> Iterator[Statement]:
        """The class that a grouped class is below, of things of which too few are of that class."""
        for subject, name, kind in self.stated.statements:
            if name == TYPE and kind in self.profile.grouped and self._has_lost_its_class(subject):
                for root in sorted(self.profile.above.get(kind, frozenset()) & self.profile.group_roots):
                    yield names.get(subject, subject), TYPE, root

    def _has_lost_its_class(self, node: str) -> bool:
        kinds = [one for one in self.stated.by_subject[node] if one[1] == TYPE]
        return node in self.sight.shown and self.sight.public.isdisjoint(kinds)

    def _is_a(self, term: str, kind: str) -> bool:
        return DANAO + kind in self.profile.knowledge.values(term[1:-1], RDF_TYPE)

    def _anonymous(self, node: str) -> str:
        return f"{self.places.anonymous}{self.salt.hash('thing', node)[:_DIGITS]}>"

    def _hidden_evidence(self) -> list[str]:
        found = (one[0] for one in self.stated.statements if one[2] == EVIDENCE and one[1] == TYPE)
        return [node for node in found if node not in self.sight.shown]

    def _soiled(self) -> list[str]:
        """Public nodes whose names are hashes of what is not public: of their content, or that of their owners."""
        start, public = self.places.anonymous, self.sight.public
        hashed = [one for one in self.stated.statements if one[0].startswith(start)]
        found = {one[0] for one in hashed if one not in public}
        while True:
            between = [one for one in hashed if one[2].startswith(start)]
            new = {one[2] for one in between if one[0] in found} | {one[0] for one in between if one[2] in found}
            if new <= found:
                return sorted(found & self.sight.shown)
            found |= new
