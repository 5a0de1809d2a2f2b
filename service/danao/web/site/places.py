"""Where people read about a term: on its page of the standard, or in the documentation of its vocabulary."""

from __future__ import annotations

from danao.namespaces import DANAO, local_name
from danao.view import Standard
from danao.web.site.concepts import kind_of, path_of_concept
from danao.web.site.terms import Terms


def place_of(iri: str, standard: Standard) -> str | None:
    """The path of the page about a term, with its place on it; none for what no page is about."""
    knowledge = standard.knowledge
    terms: Terms = knowledge.notes.setdefault("terms", Terms(knowledge))
    if iri in terms.prefixes:
        return f"/ontology/{terms.prefixes[iri]}#{local_name(iri)}"
    is_named = bool(knowledge.values(iri, DANAO + "clause")) and kind_of(iri, knowledge) is not None
    return path_of_concept(iri, standard) if is_named or iri in standard.parts or standard.is_requirement(iri) else None
