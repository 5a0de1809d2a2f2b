"""A store on a server that follows the registry of a service, whatever the server does."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from danao.knowledge import Knowledge
from danao.registry.holding import Shelf
from danao.registry.index import catch_up, store_of
from danao.registry.record import Record
from danao.registry.submit import Registry, publish
from danao.statements import Statement
from danao.store.server import Server
from danao.web import following
from danao.web.app import create_app
from danao.web.following import Follower
from danao.web.log import NAME
from danao.web.service import Service
from tests.registering import added, at, contents, held, text_of
from tests.servers import Answer, Handler, Seen, Sparql, listening
from tests.web import serving

SECRET = "not-for-the-log"  # noqa: S105 - none of anyone's


@dataclass
class Moody:
    """A server that answers as it should, or as it is told; ``free`` lets go of who is kept waiting."""

    sparql: Answer = field(default_factory=Sparql)
    mood: Answer | None = None
    free: threading.Event = field(default_factory=threading.Event)
    asked: threading.Event = field(default_factory=threading.Event)

    def __call__(self, seen: Seen, handler: Handler) -> None:
        self.asked.set()
        (self.mood or self.sparql)(seen, handler)

    def hang(self, _seen: Seen, handler: Handler) -> None:
        self.free.wait(60)
        handler.reply(503)


def refuse(_seen: Seen, handler: Handler) -> None:
    handler.reply(503, b"too busy")


def forbid(_seen: Seen, handler: Handler) -> None:
    handler.reply(401, b"who are you?")


@contextmanager
def followed(folder: Path, moody: Moody) -> Iterator[tuple[Service, Follower, Server]]:
    """A service over a registry that a server is to follow."""
    with listening(moody) as server:
        store = Server.at(server.address, token=SECRET)
        with serving(folder, store=store) as service:
            assert service.follower
            service.follower.start()
            try:
                yield service, service.follower, store
            finally:
                moody.free.set()


def until(what: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.05)


def held_there(record: Record, server: Server) -> dict[str, set[Statement]]:
    """What the graphs on a server hold, which nothing is done to."""
    with closing(store_of(record, server)) as store:
        return contents(Registry(Shelf(record), store))


@pytest.fixture
def folder(tmp_path: Path, knowledge: Knowledge) -> Path:
    """A registry of one project."""
    with held(tmp_path / "r") as registry:
        added(registry, knowledge, text_of("a"), 1)
    return tmp_path / "r"


def test_what_is_registered_is_on_the_server_soon_and_is_the_same(folder: Path, knowledge: Knowledge) -> None:
    with followed(folder, Moody()) as (service, follower, server):
        until(lambda: follower.entries == 1)
        with held(folder) as registry:
            added(registry, knowledge, text_of("b"), 2)
            publish(registry, "a", at(3))
        until(lambda: follower.entries == 3)
        with held(folder) as registry:
            assert held_there(service.record, server) == contents(registry)
        text = TestClient(create_app(service), client=("127.0.0.1", 1)).get("/metrics").text
        assert "danao_store_entries 3.0" in text
        assert "danao_registry_entries 3.0" in text


def test_a_server_that_is_busy_is_told_of_once_and_tried_again(
    folder: Path, knowledge: Knowledge, caplog: pytest.LogCaptureFixture
) -> None:
    moody = Moody(mood=refuse)
    with caplog.at_level(logging.INFO, NAME), followed(folder, moody) as (service, follower, server):
        until(lambda: "StoreUnavailable" in caplog.text)
        assert TestClient(create_app(service)).get("/readyz").json()["status"] == "ok"
        with held(folder) as registry:
            added(registry, knowledge, text_of("b"), 2)
        moody.mood = None
        until(lambda: follower.entries == 2)
        assert len(held_there(service.record, server)) > 2
    told = [json.loads(line.getMessage()) for line in caplog.records if line.name == NAME]
    states = [(one["state"], one["entries"], one["of"]) for one in told if one["event"] == "store"]
    assert states == [("StoreUnavailable", 0, 1), ("followed", 2, 2)]


def test_a_server_that_lets_nobody_in_is_told_of_without_the_token(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), followed(folder, Moody(mood=forbid)):
        until(lambda: "StoreRefused" in caplog.text)
    assert SECRET not in caplog.text


def test_a_server_that_says_nothing_holds_up_neither_who_writes_nor_the_end(folder: Path, knowledge: Knowledge) -> None:
    moody = Moody()
    moody.mood = moody.hang
    began = time.monotonic()
    with followed(folder, moody) as (_, follower, _server):
        assert moody.asked.wait(30)
        began = time.monotonic()
        with held(folder) as registry:
            added(registry, knowledge, text_of("b"), 2)
        assert time.monotonic() - began < 20
        began = time.monotonic()
        follower.close()
        assert time.monotonic() - began < 10
        assert follower.entries == 0


def test_a_server_that_lost_everything_is_filled_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_AGAIN", 1)
    moody = Moody()
    with followed(folder, moody) as (service, follower, server):
        until(lambda: follower.entries == 1)
        whole = held_there(service.record, server)
        # Another one, which has nothing.
        moody.sparql = Sparql()
        until(lambda: held_there(service.record, server) == whole)


def test_much_that_is_new_is_applied_in_turns(folder: Path, knowledge: Knowledge) -> None:
    with held(folder) as registry:
        for number in range(2, 5):
            added(registry, knowledge, text_of(f"p{number}"), number)
    record = Record(folder)
    with listening(Sparql()) as server, closing(store_of(record, server.address)) as store:
        # At least one entry gets there in each turn.
        assert [catch_up(Shelf(record), store, 0) for _ in range(5)] == [1, 2, 3, 4, 4]
