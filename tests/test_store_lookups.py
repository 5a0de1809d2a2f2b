"""What is looked up in the embedded store without a query: whole graphs, so much at a time."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from pyoxigraph import Quad

from danao.statements import graph_of
from danao.store.embedded import EmbeddedStore
from danao.store.lookups import READING, batches

GRAPH, COUNT = "https://danao.example/graph", 25_000


def readers() -> list[threading.Thread]:
    """The threads that read a graph."""
    return [one for one in threading.enumerate() if one.name == READING]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStore]:
    store = EmbeddedStore(tmp_path_factory.mktemp("lookups") / "store")
    facts = graph_of([(f"<https://x.example/{number}>", "<https://x.example/p>", '"x"') for number in range(COUNT)])
    store.load([(GRAPH, facts)])
    yield store
    store.close()


def test_a_graph_is_read_in_batches_each_taken_by_another_thread(store: EmbeddedStore) -> None:
    taken, found = batches(store, GRAPH), []
    while True:
        with ThreadPoolExecutor(1) as another:
            batch: list[Quad] | None = another.submit(next, taken, None).result()
        if batch is None:
            break
        found.append(batch)
    assert [len(batch) for batch in found] == [10_000, 10_000, 5_000]
    assert len({quad.subject for batch in found for quad in batch}) == COUNT


def test_a_graph_of_which_only_the_beginning_is_taken_leaves_nothing_behind(store: EmbeddedStore) -> None:
    taken = batches(store, GRAPH)
    next(taken)
    (reading,) = readers()
    with ThreadPoolExecutor(1) as another:
        another.submit(taken.close).result()  # type: ignore[attr-defined]
    reading.join(10)
    assert not reading.is_alive()


def test_who_forgets_a_graph_in_a_circle_waits_for_nobody(store: EmbeddedStore) -> None:
    """The collector of cycles ends what it finds in any order, and in whichever thread it runs."""
    circle: list[object] = [batches(store, GRAPH)]
    circle.append(circle)
    next(circle[0])  # type: ignore[call-overload]
    (reading,) = readers()
    del circle
    collecting = threading.Thread(target=collect_until_ended, args=(reading,), daemon=True)
    collecting.start()
    collecting.join(60)
    assert (collecting.is_alive(), reading.is_alive()) == (False, False)


def collect_until_ended(thread: threading.Thread) -> None:
    """Collect again and again: while the collector is at work in another thread already, it does nothing."""
    while thread.is_alive():
        gc.collect()
        thread.join(1 / 4)


def test_a_graph_that_is_not_there_has_no_batches(store: EmbeddedStore) -> None:
    assert list(batches(store, "https://danao.example/other")) == []
