"""The store on two real servers that are not the same engine, started here on free ports of this machine."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from danao.errors import StoreAnswer, StoreFault, StoreUnavailable
from danao.statements import Graph
from danao.store.embedded import EmbeddedStore
from danao.store.interface import Change, Store
from danao.store.remote import RemoteStore
from danao.store.server import Server
from tests.store_contract import BASE, ONE, ROWS, TWO, VIEW, StoreContract, content, facts, lines

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
            "SELECT ?a WHERE { { ?a ?p ?o } UNION "
            "{ ?x ?p ?o . ?y ?p ?o . ?z ?p ?o FILTER(?x = ?y && ?y = ?z && ?x = 1) } }"
        )
        with pytest.raises(StoreFault) as caught:
            store.select(slow, default=[ONE])
        assert isinstance(caught.value, StoreAnswer)
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


def virtuoso_at(port: int, **settings: int) -> RemoteStore:
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
        inline=500,
    )
    return RemoteStore(replace(server, **settings))


@pytest.fixture(scope="module")
def virtuoso_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as port:
        yield port


class TestVirtuoso(StoreContract):
    """Alters literals, and takes no notice of which graphs a query may name."""

    altered: ClassVar = {}
    found_in_two = 1

    @pytest.fixture
    def store(self, virtuoso_port: int) -> Iterator[RemoteStore]:
        store = virtuoso_at(virtuoso_port)
        store.clear()
        yield store
        store.close()
