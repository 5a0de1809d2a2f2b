"""What a registry says of itself: catalogue in DCAT, statistics in VoID, the description of its SPARQL service."""

from __future__ import annotations

from danao.catalogue import service_description, statistics
from danao.errors import NothingRegistered, Place, Text
from danao.published import refuse_unfit
from danao.registry.entries import all_entries, entry_at, public_graph, standing
from danao.registry.graphs import office_view, public_view
from danao.registry.queries import counted
from danao.registry.record import Record
from danao.registry.submit import Registry
from danao.statements import Graph, graph_of


def self_description(registry: Registry, *, public: bool) -> Graph:
    """Catalogue, statistics and service description, as the public or as the office sees them.

    Statistics are counted anew each time, over the view that a reader's queries see.

    :raises NothingRegistered: there is no entry.
    :raises UnfitGraph: one of them is not fit to be published.
    """
    record = registry.record
    if not record.length:
        raise _nothing(record)
    knowledge = registry.shelf.knowledge(entry_at(record, record.length).one("listingDigest"))
    base, endpoint = record.base, f"{record.base}sparql"
    catalogue = record.deployment.catalogue(public=public)
    view = public_view(base) if public else office_view(base)
    parts = {
        "catalogue": registry.store.facts(catalogue),
        "service": service_description(endpoint, view, _visible(registry, public=public), knowledge),
    }
    # Before anything is public, there is nothing to count.
    if counted(registry.store, "size", graph=view):
        select = registry.store.select
        space = f"{base}id/"
        parts["statistics"] = statistics(f"{base}void", view, select, knowledge, space=space, endpoint=endpoint)
    for kind, facts in parts.items():
        refuse_unfit(facts, kind, knowledge, catalogue)
    return graph_of(sorted({one for facts in parts.values() for one in facts.statements}))


def _visible(registry: Registry, *, public: bool) -> list[str]:
    """The named graphs that a reader may ask."""
    if not public:
        return registry.store.graphs()
    graphs = [public_graph(name) for name in standing(all_entries(registry.record)).shown]
    return [registry.record.deployment.catalogue(public=True), public_view(registry.record.base), *graphs]


def _nothing(record: Record) -> NothingRegistered:
    return NothingRegistered(
        Text("登记库里还没有内容。", "Nothing is registered yet."),
        place=Place(file=str(record.folder)),
        fix=Text("先用 danao registry add 登记一份描述。", "Register a description with 'danao registry add' first."),
    )
