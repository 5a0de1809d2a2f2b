"""Facets: what projects can be grouped by, each a query of the knowledge over what descriptions state.

A query under ``rules/facets/`` selects ``?project`` and ``?value``. It is given the statements whose predicates it
names, so it names every one it reads; ``?assessment danao:of ?project`` leads to the projects.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from danao.errors import Text
from danao.knowledge import Knowledge
from danao.namespaces import RDF_TYPE

# Where a prefix is declared; elsewhere an IRI never stands right after a colon.
_PREFIX = re.compile(r"([\w-]*):\s*<([^<>\s]*)>")
_NAME = re.compile(r"(?<![\w<?$:-])([A-Za-z][\w-]*|):([\w][\w.-]*)")
_IRI = re.compile(r"<([^<>\s]+)>")
_TYPE = re.compile(r"\s+a\s+")
_COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)
_TITLE = re.compile(r"^# Title: *([^|\n]+?) *\| *([^|\n]+?) *$", re.MULTILINE)


@dataclass(frozen=True)
class Facet:
    """A facet: its name and its query."""

    name: str
    query: str

    @property
    def title(self) -> Text:
        """What it is called by its query's head, ``# Title: 中文 | English``; its name where that has none."""
        found = _TITLE.search(self.query)
        return Text(found[1], found[2]) if found else Text(self.name, self.name)

    @property
    def terms(self) -> set[str]:
        """The IRIs that the query names, predicates among them."""
        prefixes = dict(_PREFIX.findall(self.query))
        body = _COMMENT.sub("", _PREFIX.sub("", self.query))
        names = _NAME.findall(_IRI.sub(" ", body))
        named = {prefixes[prefix] + local for prefix, local in names if prefix in prefixes}
        return named | set(_IRI.findall(body)) | ({RDF_TYPE} if _TYPE.search(body) else set())


def facets_of(knowledge: Knowledge) -> list[Facet]:
    """The facets of a knowledge."""
    return [
        Facet(name, query)
        for folder, queries in sorted(knowledge.rules.items())
        if folder.startswith("facets")
        for name, query in queries.items()
    ]
