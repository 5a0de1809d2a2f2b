"""Who asks, and what they may see of the registry."""

from __future__ import annotations

import enum
from collections.abc import Collection
from dataclasses import dataclass


class Scope(enum.StrEnum):
    """What a token lets its bearer do. Each includes reading what it is about."""

    submit = "submit"
    assess = "assess"
    admin = "admin"


@dataclass(frozen=True)
class Reader:
    """Who asks: ``name`` for the log, the scopes of their token, and the identifiers of the projects it is for.

    Without projects a token is for all of them; ``token`` is the number of the token, none for the public.
    """

    name: str = ""
    scopes: frozenset[Scope] = frozenset()
    projects: frozenset[str] | None = None
    token: str | None = None

    @property
    def is_public(self) -> bool:
        """Whether they see what everyone sees, and no more."""
        return not self.scopes

    @property
    def sees_everything(self) -> bool:
        """Whether nothing of the registry is hidden from them: the office, and assessors of all projects."""
        return Scope.admin in self.scopes or (Scope.assess in self.scopes and self.projects is None)

    def sees(self, identifier: str) -> bool:
        """Whether they see a project as the office does: what is restricted, and what is not published."""
        return self.sees_everything or (bool(self.scopes) and identifier in (self.projects or ()))

    def may(self, scope: Scope, identifier: str) -> bool:
        """Whether they may do to a project what a scope allows."""
        if Scope.admin in self.scopes:
            return True
        return scope in self.scopes and (self.projects is None or identifier in self.projects)

    def own(self, identifiers: Collection[str]) -> list[str]:
        """Those of some projects that they see as the office does, sorted."""
        return sorted(one for one in identifiers if self.sees(one))


PUBLIC = Reader()
