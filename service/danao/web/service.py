"""What answers requests have in common: the registry, copies of its store, workers, the knowledge of the pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from danao.inputs import base_of, now
from danao.knowledge import Knowledge, load_knowledge
from danao.registry.record import Record, create_record, is_registry
from danao.view import Standard
from danao.web.copies import Copies
from danao.web.following import Follower
from danao.web.kept import Kept, Unchanging
from danao.web.lasting import Answer, Lasting, answers
from danao.web.linking import Linking
from danao.web.pool import Pool, Starter
from danao.web.repeating import forget
from danao.web.settings import Settings
from danao.web.sights import Sights
from danao.web.state import State

# Assessments that a worker is asked of at once for the overview: a second's work or two.
_AT_ONCE = 50


@dataclass(frozen=True)
class Service:
    """Everything that a request may need, made once.

    ``work`` does what writes or computes on descriptions, ``queries`` what readers ask, so that neither starves the
    other. ``answers`` are kept that never change, ``tables`` what overviews of each view show, ``details`` what
    they tell of single assessments. ``follower`` is there where a store on a server is to have the same.
    """

    settings: Settings
    knowledge: Knowledge
    record: Record
    starter: Starter
    work: Pool
    queries: Pool
    copies: Copies
    sights: Sights
    linking: Linking
    state: State
    answers: Lasting[Answer]
    follower: Follower | None = None
    tables: Kept[Any] = field(default_factory=Kept)
    details: Unchanging[Any, Any] = field(default_factory=lambda: Unchanging(_AT_ONCE))

    @property
    def base(self) -> str:
        """What the addresses of all instance data begin with."""
        return self.record.base

    @cached_property
    def standard(self) -> Standard:
        """The standard that the pages are about."""
        return Standard(self.knowledge)

    def close(self) -> None:
        """End the workers, remove the copies, close the service's own file."""
        if self.follower:
            self.follower.close()
        self.work.close()
        self.queries.close()
        self.starter.close()
        self.copies.close()
        self.state.close()


def start(settings: Settings) -> Service:
    """The service of a registry, which is made where there is none.

    :raises DanaoError: the registry or the knowledge cannot be used.
    """
    folder = settings.registry
    record = Record(folder) if is_registry(folder) else create_record(folder, base_of(settings.base))
    knowledge = load_knowledge(settings.knowledge, scheme=settings.scheme, cache=settings.cache)
    state = State(folder, settings.digest)
    forget(state, now(settings.time_zone))
    starter = Starter(settings)
    work, queries = Pool(starter, settings), Pool(starter, settings)
    copies = Copies(record, work, settings)
    sights = Sights(record.base, knowledge, copies)
    linking = Linking(record.base, knowledge)
    follower = Follower(record, Pool(starter, settings), settings.store) if settings.store else None
    return Service(
        settings, knowledge, record, starter, work, queries, copies, sights, linking, state, answers(), follower
    )
