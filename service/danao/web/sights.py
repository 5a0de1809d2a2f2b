"""What a reader sees of a copy of the store: the graphs of their default graph, and those they may name."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from danao.knowledge import Knowledge
from danao.registry.entries import public_graph
from danao.registry.graphs import catalogue_of, closure_graph, office_view, public_view
from danao.registry.queries import query
from danao.web.copies import Copies, Copy, knowledge_graph_of
from danao.web.kept import Kept
from danao.web.own import own_catalogue, own_view
from danao.web.readers import Reader

# Kinds of readers with copies of their own that are kept at once.
_MOST_OWN = 64


@dataclass(frozen=True)
class Sight:
    """What a reader sees: ``default`` are the graphs that stand for the default graph, ``named`` those they may name.

    Every graph may be named where ``named`` is none. ``key`` is the same for readers who see the same.
    """

    copy: Copy
    key: str
    default: tuple[str, ...]
    named: frozenset[str] | None

    @property
    def shown(self) -> tuple[str, ...]:
        """The default graphs that show assessments: all but the last two, which are the catalogue and the knowledge."""
        return self.default[:-2]

    def shows(self, graph: str) -> bool:
        """Whether the reader may see a graph."""
        return self.named is None or graph in self.named


class Sights:
    """What each kind of reader sees of the latest copy, found once.

    A reader who sees some projects whole has a copy of their own, made when they first ask after a change.
    """

    def __init__(self, base: str, knowledge: Knowledge, copies: Copies) -> None:
        self._base, self._known, self._copies = base, knowledge_graph_of(base, knowledge), copies
        self._common: Kept[Sight] = Kept()
        self._own: OrderedDict[str, Kept[Sight]] = OrderedDict()
        self._turn = threading.Lock()

    def of(self, reader: Reader, copy: Copy) -> Sight:
        """What a reader sees of a copy.

        :raises Busy: no worker was free to make a copy of their own.
        """
        if reader.sees_everything:
            return self._common.value("office", copy.folder.name, lambda: self._office(copy))
        if reader.is_public or not reader.projects:
            return self._common.value("public", copy.folder.name, lambda: self._public(copy))
        key = "own " + " ".join(sorted(reader.projects))
        return self._kept(key).value(key, copy.folder.name, lambda: self._of_own(key, copy))

    def _kept(self, key: str) -> Kept[Sight]:
        """Where what readers of some projects see is kept; of few kinds of readers at once."""
        with self._turn:
            found = self._own.setdefault(key, Kept())
            self._own.move_to_end(key)
            while len(self._own) > _MOST_OWN:
                self._own.popitem(last=False)
            return found

    def _office(self, copy: Copy) -> Sight:
        return Sight(copy, "office", (office_view(self._base), catalogue_of(self._base), self._known), None)

    def _public(self, copy: Copy) -> Sight:
        default = (public_view(self._base), f"{catalogue_of(self._base)}/public", self._known)
        # Questions ask of what follows from the knowledge by this name.
        named = [*default, closure_graph(self._known), *_published(copy, self._base)]
        return Sight(copy, "public", default, frozenset(named))

    def _of_own(self, key: str, copy: Copy) -> Sight:
        own, graphs = self._copies.own(copy, key.split(" ")[1:])
        view, catalogue, known = self._public(copy).default
        default = (view, own_view(self._base), catalogue, own_catalogue(self._base), known)
        # In this copy the public view is not what its name says.
        named = {*default, closure_graph(known), *_published(copy, self._base), *graphs} - {view}
        return Sight(own, key, default, frozenset(named))


def _published(copy: Copy, base: str) -> Iterable[str]:
    """The graphs of publications that were not taken back."""
    rows = copy.store.select(query("standing"), default=(catalogue_of(base),))
    return [public_graph(row["assessment"].value) for row in rows]
