"""The store on two real servers that are not the same engine, started here on free ports of this machine."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar

import pytest

from danao.errors import StoreAnswer, StoreFull, StoreRefused, StoreUnavailable
from danao.namespaces import XSD
from danao.statements import Graph
from danao.store.embedded import EmbeddedStore
from danao.store.interface import Change, Store
from danao.store.remote import RemoteStore
from danao.store.server import Server
from tests.store_contract import BASE, IN_GRAPHS, ONE, ROWS, TWO, VIEW, StoreContract, content, facts, lines, literals

__all__ = ["content"]


def program(name: str, install: str) -> str:
    """Where a server's program is; a test that needs it fails without it."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        pytest.fail(f"{name} is not installed; install it with: {install}", pytrace=False)
    return found


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        assert isinstance(port, int)
        return port


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until somebody listens, or the process is gone."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(f"the server did not start:\n{log.read_text(errors='replace')}", pytrace=False)


@contextmanager
def running(command: list[str], folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A server, ended by its own process id."""
    log = folder / "server.out"
    with log.open("ab") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out)
    try:
        wait_for(port, process, log)
        yield process
    finally:
        process.kill()
        process.wait()


# ---- oxigraph ----


@contextmanager
def oxigraph(folder: Path, port: int, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    binary = program("oxigraph", "pip install 'danao[system]'")
    command = [binary, "serve", "--location", str(folder / "data"), "--bind", f"127.0.0.1:{port}", *options]
    with running(command, folder, port) as process:
        yield process


def at(port: int, **settings: int) -> RemoteStore:
    return RemoteStore(Server.at(f"http://127.0.0.1:{port}", within=BASE, **settings))


@pytest.fixture(scope="module")
def oxigraph_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    port = free_port()
    with oxigraph(tmp_path_factory.mktemp("oxigraph"), port):
        yield port


class TestOxigraph(StoreContract):
    """Exact in every literal."""

    @pytest.fixture
    def store(self, oxigraph_port: int) -> Iterator[RemoteStore]:
        store = at(oxigraph_port)
        store.clear()
        yield store
        store.close()

    def test_the_same_content_as_embedded(self, store: RemoteStore, content: Graph, tmp_path: Path) -> None:
        embedded = EmbeddedStore(tmp_path / "store")
        stores: tuple[Store, ...] = (embedded, store)
        for one in stores:
            one.apply(Change(put={ONE: content}, add={VIEW: content, TWO: facts("a p b")}))
        first, second = ([lines(one.facts(graph)) for graph in one.graphs()] for one in stores)
        assert first == second
        first, second = (
            [lines(one.construct("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", default=[VIEW]))] for one in stores
        )
        assert first == second == [lines(content)]
        embedded.close()


def test_a_server_killed_in_a_change_has_it_whole_or_not_and_takes_it_again(tmp_path: Path) -> None:
    port = free_port()
    view = facts(*(f"a{number} p b" for number in range(3000)))
    told = 0
    for moment in range(4):
        with oxigraph(tmp_path, port) as process:
            store = at(port, tries=1)
            killer = subprocess.Popen(
                [sys.executable, "-c", f"import os, time; time.sleep({0.2 + moment * 0.11}); os.kill({process.pid}, 9)"]
            )
            with suppress(StoreUnavailable):
                while True:
                    store.apply(Change(put={f"{BASE}graph/{told:05}": view}, drop=[VIEW], add={VIEW: view}))
                    told += 1
            assert killer.wait() == 0
        with oxigraph(tmp_path, port):
            store = at(port)
            assert len(store.facts(VIEW)) in ({0, 3000} if not told else {3000})
            assert len([graph for graph in store.graphs() if graph != VIEW]) in {told, told + 1}
            store.apply(Change(put={f"{BASE}graph/{told:05}": view}, drop=[VIEW], add={VIEW: view}))
            told += 1
            assert len(store.graphs()) == told + 1
            store.close()


def test_an_error_in_the_middle_of_an_answer_is_no_answer(tmp_path: Path) -> None:
    port = free_port()
    with oxigraph(tmp_path, port, "--timeout-s", "1"):
        store = at(port)
        store.apply(Change(put={ONE: facts(*(f"a{number} p b" for number in range(2000)))}))
        slow = (
            "WHERE { { ?a ?p ?o } UNION { ?x ?p ?o . ?y ?p ?o . ?z ?p ?o "
            "FILTER(CONCAT(STR(?x), STR(?y), STR(?z)) = '') } }"
        )
        # The status is 200, and the results end in the middle with the words of the error.
        with pytest.raises(StoreAnswer, match="operation has been cancelled"):
            store.select(f"SELECT ?a {slow}", default=[ONE])
        with pytest.raises(StoreAnswer, match="operation has been"):
            store.construct(f"CONSTRUCT {{ ?a ?p ?o }} {slow}", default=[ONE])
        assert len(store.select(ROWS, default=[ONE])) == 2000
        store.close()


# ---- Virtuoso ----

INI = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
ServerThreads = 10
NumberOfBuffers = 20000
MaxDirtyBuffers = 12000
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 10
[SPARQL]
ResultSetMaxRows = {rows}
"""


@contextmanager
def virtuoso(folder: Path, rows: int = 1_000_000) -> Iterator[int]:
    binary = program("virtuoso-t", "apt-get install virtuoso-opensource-7-bin")
    sql, http = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(INI.format(sql=sql, http=http, rows=rows), encoding="utf-8")
    with running([binary, "+foreground", "+configfile", "virtuoso.ini"], folder, http):
        yield http


def virtuoso_at(port: int) -> RemoteStore:
    """Its own paths, the user that it comes with, and Digest, which is all that it takes."""
    root = f"http://127.0.0.1:{port}"
    server = Server(
        query=f"{root}/sparql-auth",
        update=f"{root}/sparql-auth",
        graphs=f"{root}/sparql-graph-crud-auth",
        user="dba",
        password="dba",  # noqa: S106 - what it comes with
        digest=True,
        within=BASE,
    )
    return RemoteStore(server)


@pytest.fixture(scope="module")
def virtuoso_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as port:
        yield port


class TestVirtuoso(StoreContract):
    """Alters literals, and lets every query name every graph."""

    # What is put comes back so; small integers, decimals, dates, times and texts as they were.
    altered: ClassVar[Mapping[str, str]] = {
        f'"123456789012345678"^^<{XSD}integer>': f'"123456789012345678"^^<{XSD}decimal>',
        f'"2025-12-31T08:00:00.5Z"^^<{XSD}dateTime>': f'"2025-12-31T08:00:00.500Z"^^<{XSD}dateTime>',
        f'"P1D"^^<{XSD}duration>': f'"86400.0"^^<{XSD}duration>',
        f'"P1Y2M"^^<{XSD}yearMonthDuration>': f'"14"^^<{XSD}yearMonthDuration>',
        f'"1"^^<{XSD}double>': f'"1.0"^^<{XSD}double>',
    }

    @pytest.fixture
    def store(self, virtuoso_port: int) -> Iterator[RemoteStore]:
        store = virtuoso_at(virtuoso_port)
        store.clear()
        yield store
        store.close()

    def test_a_query_without_graphs_names_every_graph_and_sees_nothing_else(self, store: Store) -> None:
        store.apply(Change(put={ONE: facts("a p b"), TWO: facts("c p d")}))
        assert [row["g"].value for row in store.select(IN_GRAPHS)] == [ONE, TWO]
        # Where no graph is given it sees all of them.
        assert len(store.select(ROWS)) == 2

    def test_with_default_graphs_only_no_graph_can_be_named(self, store: Store) -> None:
        store.apply(Change(put={ONE: facts("a p b"), TWO: facts("c p d")}))
        # It can.
        assert [row["g"].value for row in store.select(IN_GRAPHS, default=[ONE])] == [ONE, TWO]

    def test_a_query_of_the_wrong_form_is_a_query_fault(self, store: Store) -> None:
        # Yes and no are rows.
        assert [list(row) for row in store.select("ASK { ?s ?p ?o }")] == [["__ASK_RETVAL"]]

    def test_an_interval_of_time_can_be_put_but_not_added(self, store: Store) -> None:
        with pytest.raises(StoreRefused, match="error 500: Virtuoso 22023"):
            store.apply(Change(add={ONE: literals([f'"P1D"^^<{XSD}duration>'])}))
        assert store.graphs() == []

    def test_an_update_that_fails_is_half_done_and_is_whole_when_it_is_made_again(self, store: Store) -> None:
        store.apply(Change(put={VIEW: facts("a p b")}))
        with pytest.raises(StoreRefused):
            store.apply(Change(drop=[VIEW], add={VIEW: literals([f'"P1D"^^<{XSD}duration>'])}))
        # Each operation of an update is a step of its own.
        assert store.graphs() == []
        store.apply(Change(drop=[VIEW], add={VIEW: facts("a p c")}))
        assert lines(store.facts(VIEW)) == lines(facts("a p c"))

    def test_puts_at_the_same_time_all_arrive(self, store: RemoteStore) -> None:
        many = facts(*(f"a{number} p b{number % 7}" for number in range(1500)))

        def work(name: int) -> None:
            for number in range(5):
                store.apply(Change(put={f"{BASE}graph/{name}-{number}": many}))

        threads = [threading.Thread(target=work, args=(name,)) for name in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(store.graphs()) == 30
        assert lines(store.facts(f"{BASE}graph/5-4")) == lines(many)


def test_rows_that_virtuoso_leaves_out_are_missed(tmp_path: Path) -> None:
    with virtuoso(tmp_path, rows=1000) as port:
        store = virtuoso_at(port)
        store.apply(Change(put={ONE: facts(*(f"a{number} p b" for number in range(3000)))}))
        with pytest.raises(StoreAnswer, match="a part only"):
            store.select(ROWS, default=[ONE])
        with pytest.raises(StoreAnswer, match="a part only"):
            store.facts(ONE)
        # Of what is constructed nothing tells: ResultSetMaxRows has to be larger than what is asked for.
        assert len(store.construct("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", default=[ONE])) == 1001
        store.close()


# ---- What is not there ----


def test_a_server_that_is_not_installed_fails_the_test_and_says_how_to_install_it() -> None:
    with pytest.raises(pytest.fail.Exception, match="install it with: apt-get install a-server"):
        program("no-such-server", "apt-get install a-server")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 48 MB; it takes the rights of the system's administrator."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_is_told_and_harms_nothing(small_disk: Path) -> None:
    store = EmbeddedStore(small_disk / "store")
    store.apply(Change(put={ONE: facts("a p b")}))
    whole = 0
    with pytest.raises(StoreFull, match="disk is full"):  # noqa: PT012 - it is full at some time
        while True:
            many = facts(*(f"{whole}-{number} p b" for number in range(20_000)))
            store.apply(Change(put={f"{BASE}graph/many/{whole}": many}, add={VIEW: facts(f"a p c{whole}")}))
            whole += 1
    assert whole > 0
    # What is there can still be asked.
    assert lines(store.facts(ONE)) == lines(facts("a p b"))
    held = [graph for graph in store.graphs() if "/many/" in graph]
    assert len(held) in {whole, whole + 1}
    assert {len(store.facts(graph)) for graph in held} == {20_000}
    assert len(store.facts(VIEW)) == len(held)
    store.close()
    subprocess.run(["mount", "-o", "remount,size=256m", small_disk], check=True)
    again = EmbeddedStore(small_disk / "store")
    held = [graph for graph in again.graphs() if "/many/" in graph]
    assert len(held) in {whole, whole + 1}
    assert len(again.facts(VIEW)) == len(held)
    again.apply(Change(put={TWO: facts("a p b")}))
    assert TWO in again.graphs()
    again.close()


def test_a_load_onto_a_full_disk_leaves_an_empty_store(small_disk: Path) -> None:
    store = EmbeddedStore(small_disk / "store")
    graphs = (
        (f"{BASE}graph/{name}", facts(*(f"{name}-{number} p {number}" for number in range(2000))))
        for name in range(1000)
    )
    with pytest.raises(StoreFull):
        store.load(graphs)
    subprocess.run(["mount", "-o", "remount,size=256m", small_disk], check=True)
    assert store.graphs() == []
    store.load([(ONE, facts("a p b"))])
    assert store.graphs() == [ONE]
    store.close()
