"""The overview over many projects. ``python -m tests.bench.site [--full]``; run it alone on the machine.

The projects are invented, each with an examination; all are published. Of many projects only the first are registered:
what views and catalogues say of them is put into the store again under other identifiers, since registering takes
seconds each. What is timed is an answer at the server, of pages that differ from request to request; bytes are those of
the page and of the data that it fetches, uncompressed.
"""

from __future__ import annotations

import os
import re
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyoxigraph
from starlette.testclient import TestClient

from danao.knowledge import load_knowledge
from danao.pipeline import Assessment
from danao.registry.graphs import catalogue_of, office_view, public_view
from danao.registry.submit import Registry, publish, submit
from danao.web.readers import PUBLIC, Reader, Scope
from tests.bench.report import Report, asked, machine, milliseconds, table, verdict
from tests.many_published import assessments
from tests.registering import at, held
from tests.web import BASE, app_for, serving

# Milliseconds and thousands of bytes that the overview may take.
MOST, MOST_BYTES = 300, 300
READERS = {"public": PUBLIC, "office": Reader("office", frozenset({Scope.admin}))}
# Projects that are registered, at most.
REGISTERED = 20
_ORDERS = ("-points", "title", "-bound", "year", "-change")
_HEADERS = {"Accept": "text/html", "Accept-Encoding": "identity"}


def main(arguments: Sequence[str] | None = None) -> None:
    """Write and print the report."""
    size = asked(__doc__, arguments)
    count, real, runs = size.pick(4, 200, 2000), size.pick(2, REGISTERED, REGISTERED), size.pick(3, 100, 200)
    report = Report("site", "The overview over many projects")
    report.add("Machine", machine("pyoxigraph", "jinja2", "fastapi"))
    with tempfile.TemporaryDirectory() as folder:
        registry = Path(folder) / "registry"
        seconds = registered(registry, assessments(real, load_knowledge()))
        repeat(registry, real, count // real)
        with serving(registry) as service:
            clients = {name: TestClient(app_for(service, reader), base_url=BASE) for name, reader in READERS.items()}
            start = time.perf_counter()
            service.copies.latest()
            copied = time.perf_counter() - start
            firsts = {name: _first(client, count) for name, client in clients.items()}
            rows = [_row(name, client, count, runs) for name, client in clients.items()]
    columns = (
        "projects",
        "registered",
        "registered and published, s",
        "first copy, s",
        *(f"first page, {name}, s" for name in firsts),
    )
    figures = (
        f"{count:,}",
        f"{real}",
        f"{seconds:.1f}",
        f"{copied:.1f}",
        *(f"{one:.1f}" for one in firsts.values()),
    )
    report.add("Registry", table(columns, [figures]))
    heads = (
        "reader",
        "p50, ms",
        "p95, ms",
        f"p95 at most {MOST} ms",
        "page, KB",
        "its data, KB",
        f"at most {MOST_BYTES} KB",
    )
    report.add("Overview", f"{runs} requests of a warm service, one after the other.", table(heads, rows))
    report.write(size.folder)


def registered(folder: Path, made: Iterable[Assessment]) -> float:
    """Register and publish projects; the seconds that takes, with assessing them."""
    start = time.perf_counter()
    with held(folder) as registry:
        for minute, assessment in enumerate(made):
            submit(registry, assessment, at(minute))
            publish(registry, assessment.description.identifier, at(minute))
    return time.perf_counter() - start


def repeat(folder: Path, real: int, times: int) -> None:
    """Let the store hold the real projects so many times, each time under identifiers of their own."""
    with held(folder) as registry:
        texts = [_Text(_text(registry, graph)) for graph in _graphs(registry.record.base)]
        entries = registry.record.length
    store = pyoxigraph.Store(folder / "store" / "data")
    _load(store, (one.of(number * real, number * entries) for number in range(1, times) for one in texts))
    store.optimize()


def _load(store: pyoxigraph.Store, texts: Iterator[bytes]) -> None:
    """Texts of N-Quads in one go, made while they are read: many loads one after the other take twice as long."""
    reading, writing = os.pipe()

    def give() -> None:
        with os.fdopen(writing, "wb") as pipe:
            pipe.writelines(texts)

    giving = threading.Thread(target=give)
    giving.start()
    with os.fdopen(reading, "rb") as pipe:
        store.bulk_load(pipe, pyoxigraph.RdfFormat.N_QUADS)
    giving.join()


def _graphs(base: str) -> tuple[str, ...]:
    return office_view(base), public_view(base), catalogue_of(base), f"{catalogue_of(base)}/public"


def _text(registry: Registry, graph: str) -> bytes:
    """What a graph of the store holds, as N-Quads."""
    return "".join(f"{' '.join(one)} <{graph}> .\n" for one in registry.store.facts(graph).statements).encode()


# How identifiers of invented projects end, and addresses of entries.
_NUMBERED = re.compile(rb"(-\d{6}(?=\D)|/entry/\d+)")


class _Text:
    """N-Quads in which projects and entries have numbers."""

    def __init__(self, text: bytes) -> None:
        self._pieces = _NUMBERED.split(text)

    def of(self, projects: int, entries: int) -> bytes:
        """The same of other projects and entries, whose numbers are higher by so many."""
        pieces = self._pieces.copy()
        names = {one: _higher(one, projects, entries) for one in set(pieces[1::2])}
        pieces[1::2] = [names[one] for one in pieces[1::2]]
        return b"".join(pieces)


def _higher(name: bytes, projects: int, entries: int) -> bytes:
    if name.startswith(b"-"):
        return b"-%06d" % (int(name[1:]) + projects)
    return b"/entry/%d" % (int(name.rpartition(b"/")[2]) + entries)


def _first(client: TestClient, count: int) -> float:
    start = time.perf_counter()
    client.get("/", headers=_HEADERS).raise_for_status()
    seconds = time.perf_counter() - start
    told = client.get("/api/projects").raise_for_status().json()["total"]
    if told != count:
        sys.exit(f"{told} projects are listed, not {count}; no time is reported.")
    return seconds


def _row(name: str, client: TestClient, count: int, runs: int) -> tuple[str, ...]:
    times, sizes = [], []
    for path in _paths(count, runs):
        start = time.perf_counter()
        answer = client.get(path, headers=_HEADERS)
        times.append(time.perf_counter() - start)
        answer.raise_for_status()
        sizes.append(len(answer.content))
    data = len(client.get("/heat.json", headers=_HEADERS).content)
    p95 = statistics.quantiles(times, n=20)[-1]
    most = max(sizes) + data
    return (
        name,
        milliseconds(statistics.median(times)),
        milliseconds(p95),
        verdict(p95 * 1000, most=MOST),
        f"{max(sizes) / 1000:.0f}",
        f"{data / 1000:.0f}",
        verdict(most / 1000, most=MOST_BYTES),
    )


def _paths(count: int, runs: int) -> Iterator[str]:
    """Pages in every order, and searches."""
    pages = max(1, count // 50)
    for number in range(runs):
        order = _ORDERS[number % len(_ORDERS)]
        yield f"/?sort={order}&page={number % pages + 1}" if number % 4 else f"/?sort={order}&q=1"


if __name__ == "__main__":
    main()
