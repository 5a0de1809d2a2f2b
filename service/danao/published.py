"""What every published graph has to satisfy, by kind: ``shapes/self/published``. What does not is not written."""

from __future__ import annotations

from collections.abc import Mapping

from danao.engine.interface import ShapeResult, in_order
from danao.errors import Place, Text, UnfitGraph
from danao.knowledge import Knowledge
from danao.namespaces import local_name
from danao.publisher import Publisher, publisher_of
from danao.statements import Facts

# The folders of the checks of each kind of graph; those of no name are for what holds data. The public part of an
# assessment lacks what is not for everyone, so nobody asks whether it is whole.
KINDS: Mapping[str, tuple[str, ...]] = {
    "assessment": ("", "assessment", "assessment/whole"),
    "public": ("", "assessment"),
    "entry": ("", "entry"),
    "catalogue": ("", "catalogue"),
    "statistics": ("", "statistics"),
    "service": ("", "service"),
    "knowledge": ("knowledge",),
}


def check_published(facts: Facts, kind: str, knowledge: Knowledge) -> list[ShapeResult]:
    """What the checks of a kind of graph find, sorted; of a query the shape is its name. Nothing is all right.

    ``kind`` is one of :data:`KINDS`. Of an assessment, facts are checked on their own: another assessment's beside them
    would make comparing them slow, and cannot mend them.
    """
    publisher = publisher_of(knowledge)
    workspace = publisher.engine.workspace()
    workspace.add(facts)
    found: list[ShapeResult] = []
    for folder in KINDS[kind]:
        if folder in publisher.checks.shapes:
            found += workspace.validate(folder)
        for name, query in publisher.checks.queries.get(folder, {}).items():
            rows = workspace.select(query)
            found += [
                ShapeResult(row["node"].value, publisher.checks.space + name, "violation", str(row["value"]))
                for row in rows
            ]
    return in_order(found)


def refuse_unfit(facts: Facts, kind: str, knowledge: Knowledge, graph: str) -> None:
    """Check a graph before it is written.

    :raises UnfitGraph: a check found something; the first is named.
    """
    if found := check_published(facts, kind, knowledge):
        raise _unfit(found, graph, publisher_of(knowledge))


def _unfit(found: list[ShapeResult], graph: str, publisher: Publisher) -> UnfitGraph:
    first = found[0]
    message, fix = publisher.checks.words(first.shape)
    more = Text(f"另有 {len(found) - 1} 处。", f" {len(found) - 1} more.") if found[1:] else Text("", "")
    return UnfitGraph(
        Text(
            f"图 <{graph}> 没有写入。{local_name(first.shape)}：{message.zh}{more.zh}",
            f"The graph <{graph}> was not written. {local_name(first.shape)}: {message.en}{more.en}",
        ),
        place=Place(node=first.focus),
        fix=fix,
    )
