"""What the public sees of a submission."""

from __future__ import annotations

from dataclasses import dataclass, replace

from danao.access.publication import Material, Publication, split
from danao.errors import NothingPublic, Place, Text
from danao.knowledge import Knowledge
from danao.published import refuse_unfit
from danao.registry.entries import Entry, public_graph
from danao.registry.holding import Shelf
from danao.registry.record import facts_of
from danao.statements import Graph, graph_of, statements_of


@dataclass(frozen=True)
class Public:
    """The statements that become public of a submission, and the IRI under which the public knows its assessment."""

    assessment: str
    facts: Graph


def publication_of(material: Material, files: Graph, knowledge: Knowledge, salt: bytes) -> Publication:
    """What may be public of an assessment and its inputs; ``files`` say which evidence file is whose."""
    stated = graph_of([*statements_of(material.description), *files.statements])
    return split(replace(material, description=stated), knowledge, salt)


def public_part(entry: Entry, shelf: Shelf) -> Public:
    """What the public sees of a submission, by what it says of access and by the profile of its knowledge.

    :raises NothingPublic: the project itself is restricted.
    :raises UnfitGraph: what would be public is not fit to be published.
    """
    public = public_of(entry, shelf)
    knowledge = shelf.knowledge(entry.one("listingDigest"))
    refuse_unfit(public.facts, "public", knowledge, public_graph(public.assessment))
    return public


def public_of(entry: Entry, shelf: Shelf) -> Public:
    """The same, unchecked.

    :raises NothingPublic: the project itself is restricted.
    """
    record, knowledge = shelf.record, shelf.knowledge(entry.one("listingDigest"))
    description, files, examination, results = (
        facts_of(record, entry.one(f"{name}Digest")) for name in ("description", "files", "examination", "assessment")
    )
    material = Material(entry.one("assessment"), description, examination, results)
    publication = publication_of(material, files, knowledge, record.salt)
    if publication.is_empty:
        raise NothingPublic(
            Text("项目整个限制公开，没有可以公布的内容。", "The project itself is restricted: nothing to publish."),
            place=Place(node=entry.one("of")),
            fix=Text("去掉项目的 dcterms:accessRights，登记新的版本。", "Take that away in a new version."),
        )
    sides = (publication.description, publication.examination, publication.results)
    facts = graph_of(sorted({one for side in sides for one in side.public.statements}))
    return Public(publication.assessment, facts)
