"""The service as a process: slow and broken clients, workers and parents that are killed, orders to end."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from danao.registry.record import Record
from tests.case import description_of
from tests.registering import SMALL, text_of
from tests.serving import ROOT, Running, gone, running, token

LIBRARIES = ROOT / "tests" / "standards" / "libraries"
TURTLE = {"Content-Type": "text/turtle"}
# What a client has for a head, and for the beginning of a body; the connection is kept so much longer.
SECONDS, KEPT = 10, 5


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("service") / "r"


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[Running]:
    with running(folder) as found:
        yield found


@pytest.fixture(scope="module")
def unit(service: Running, folder: Path) -> dict[str, str]:
    assert service.address
    return token(folder, "Example unit", "--scope", "submit", "--project", "small") | TURTLE


def dripped(service: Running, beginning: bytes, drop: bytes) -> tuple[float, bytes]:
    """How long a client is borne that sends its request byte by byte, one a second, and what it is told."""
    began = time.monotonic()
    with socket.create_connection((service.host, service.port)) as client:
        client.sendall(beginning)
        client.settimeout(1)
        told = b""
        while time.monotonic() - began < 60:
            try:
                client.sendall(drop)
                part = client.recv(4096)
                told += part
                if not part:
                    break
            except TimeoutError:
                continue
            except (ConnectionResetError, BrokenPipeError):
                break
        return time.monotonic() - began, told


HEAD = b"POST /api/assess HTTP/1.1\r\nHost: x\r\nContent-Type: text/turtle\r\n"


def test_clients_that_send_a_byte_a_second_are_ended_and_others_are_answered_meanwhile(service: Running) -> None:
    requests = {
        "nothing": (b"", b""),
        "head": (b"GET / HTTP/1.1\r\nX: ", b"x"),
        "body": (HEAD + b"Content-Length: 1000\r\n\r\n", b" "),
        "chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        "lie": (HEAD + b"Content-Length: 100000000\r\n\r\n", b" "),
        "after": (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b""),
    }
    with ThreadPoolExecutor(len(requests)) as pool:
        found = {name: pool.submit(dripped, service, *request) for name, request in requests.items()}
        for _ in range(10):
            assert service.asked("/healthz")[0] == 200
            time.sleep(1 / 2)
        ends = {name: one.result() for name, one in found.items()}
    assert {name for name, (seconds, _) in ends.items() if seconds > SECONDS + KEPT + 8} == set()
    assert ends["nothing"][1] == ends["head"][1] == b""
    for name in ("body", "chunks"):
        assert b" 408 " in ends[name][1].split(b"\r\n")[0]
        assert b'"title": "TooSlow"' in ends[name][1]
        assert ends[name][0] >= SECONDS - 2
    assert b" 413 " in ends["lie"][1].split(b"\r\n")[0]
    assert b" 200 " in ends["after"][1].split(b"\r\n")[0]


def test_who_never_reads_an_answer_does_not_hold_up_others(service: Running) -> None:
    clients = []
    for _ in range(20):
        client = socket.create_connection((service.host, service.port))
        client.sendall(b"GET /api/standard HTTP/1.1\r\nHost: x\r\n\r\n" * 2)
        clients.append(client)
    assert service.asked("/healthz")[0] == 200
    for client in clients:
        client.close()
    assert service.asked("/healthz")[0] == 200


@pytest.mark.parametrize(
    "request_line",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: " + b"x" * 200_000 + b"\r\n\r\n",
        b"POST /api/assess HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/assess HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"POST /api/assess HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /%ff%fe%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\r\nConnection: close\r\n\r\n",
        b"POST /api/assess HTTP/1.1\r\nHost: x\r\nContent-Type: text/turtle\r\nContent-Length: 100\r\n\r\n<a>",
    ],
)
def test_requests_that_are_none_are_ended_and_the_next_is_answered(service: Running, request_line: bytes) -> None:
    with socket.create_connection((service.host, service.port), timeout=30) as client:
        client.sendall(request_line)
        client.shutdown(socket.SHUT_WR)
        told = b""
        with contextlib.suppress(ConnectionResetError):
            while part := client.recv(65536):
                told += part
    assert not told or told.split(b" ")[1][:1] == b"4", told[:200]
    assert b"Traceback" not in told
    assert service.asked("/healthz")[0] == 200


def test_a_worker_that_is_killed_in_the_middle_is_told_and_the_next_request_answered(
    service: Running, folder: Path, unit: dict[str, str]
) -> None:
    known = set(service.children())
    with Record(folder).locked(), ThreadPoolExecutor() as pool:
        answer = pool.submit(service.asked, "/api/projects", SMALL.encode(), unit)
        until = time.monotonic() + 8
        workers: list[int] = []
        while not workers and time.monotonic() < until:
            workers = [one for one in service.children() if one not in known] or service.children()[2:]
            time.sleep(1 / 10)
        time.sleep(1)
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
        status, told = answer.result()
    assert (status, told["title"]) in {(422, "MemoryExceeded"), (422, "WorkerDied")}
    assert service.asked("/api/projects", SMALL.encode(), unit)[0] == 201


def test_commands_beside_the_service_see_what_it_does_and_it_sees_what_they_do(
    service: Running, folder: Path, unit: dict[str, str], tmp_path: Path
) -> None:
    assert service.asked("/api/projects", SMALL.encode(), unit)[0] in {200, 201}
    file = tmp_path / "beside.ttl"
    file.write_text(text_of("beside"), encoding="utf-8")
    command = [sys.executable, "-m", "danao", "registry"]
    add = [*command, "add", str(file), "--publish", "--registry", str(folder), "--lang", "en"]
    done = subprocess.run(add, cwd=ROOT, check=True, capture_output=True, text=True)
    assert "beside: registered" in done.stdout
    status, listed = service.asked("/api/projects")
    assert (status, [one["identifier"] for one in listed["projects"]]) == (200, ["beside"])
    shown = [*command, "list", "-f", "json", "--registry", str(folder)]
    told = json.loads(subprocess.run(shown, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    assert [one["identifier"] for one in told["projects"]] == ["beside", "small"]


def test_a_second_service_and_a_port_that_is_taken_are_refused(service: Running, folder: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "danao", "serve", "--lang", "en"]
    cases = {
        "Another service runs over this registry": ("--registry", str(folder), "--port", "0"),
        f"Nothing can listen at port {service.port}": ("--registry", str(tmp_path / "a"), "--port", str(service.port)),
        "The base of the registry is https://danao.example/": (
            "--registry",
            str(folder),
            "--base",
            "https://b.example/",
        ),
        "no digest algorithm 'md5'": ("--registry", str(tmp_path / "b"), "--port", "0", "--digest", "md5"),
        "Nothing can listen at port 0 of nowhere.invalid": (
            *("--registry", str(tmp_path / "c"), "--port", "0", "--host", "nowhere.invalid"),
        ),
    }
    for said, options in cases.items():
        done = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert said in " ".join(done.stderr.split())
    for store, said in {
        "elsewhere": "elsewhere is no address of a server",
        "http://office:hush@127.0.0.1/": "Credentials stand in the address",
    }.items():
        environment = os.environ | {"DANAO_STORE": store}
        done = subprocess.run(
            [*command, "--port", "0"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert (done.returncode, said in done.stderr, "hush" in done.stderr) == (2, True, False)
    assert list(tmp_path.glob("registry")) == []


def test_every_line_of_the_log_is_json_without_secrets(service: Running, unit: dict[str, str]) -> None:
    service.asked("/api/projects?secret=hidden", headers=unit)
    texts = [service.log.get(timeout=20) for _ in range(service.log.qsize())]
    assert [text for text in texts if not text.startswith("{")] == []
    lines = [json.loads(text) for text in texts]
    assert {"request"} <= {line["event"] for line in lines} <= {"request", "server", "fault"}
    assert all("hidden" not in str(line) and unit["Authorization"][7:] not in str(line) for line in lines)


def test_the_service_ends_when_it_is_told_to_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with running(tmp_path / "r") as found:
        assert found.asked("/readyz")[0] == 200
        children = found.children()
        assert len(children) >= 2
        assert found.end() == 0
        assert all(gone(child, 5) for child in children)
    assert not (tmp_path / "r" / "copies").exists()
    with running(tmp_path / "r") as again:
        assert again.asked("/healthz")[0] == 200


def test_a_service_whose_parent_is_killed_does_not_stay_and_can_be_started_again(tmp_path: Path) -> None:
    with running(tmp_path / "r") as found:
        children = found.children()
        os.kill(found.process.pid, signal.SIGKILL)
        assert all(gone(child) for child in children)
    with running(tmp_path / "r") as found:
        children = found.children()
        os.kill(children[0], signal.SIGKILL)
        assert all(gone(child) for child in children)
        assert found.process.wait(20) == 2
    with running(tmp_path / "r") as again:
        assert again.asked("/readyz")[0] == 200


def test_a_second_standard_is_served_by_the_same_code(tmp_path: Path) -> None:
    case = LIBRARIES / "cases" / "no-mobile-library-is-needed-and-that-is-approved"
    folder = tmp_path / "r"
    with running(folder, "--knowledge", str(LIBRARIES)) as found:
        office = token(folder, "office", "--scope", "admin")
        status, told = found.asked("/api/projects", description_of(case), office | TURTLE)
        assert (status, told.get("entry")) == (201, 1), told
        query = f"/api/projects/{told['identifier']}/examinations?entry=1"
        assert found.asked(query, (case / "examination.ttl").read_bytes(), office | TURTLE)[0] == 201
        # It has no profile of what may be public.
        refused = found.asked(f"/api/projects/{told['identifier']}/publication", b"", office, "PUT")
        assert (refused[0], refused[1]["title"]) == (409, "NothingPublic")
        seen = {
            who: found.asked("/api/projects", headers=head)[1]["projects"] for who, head in (("", {}), ("o", office))
        }
        assert [[one["identifier"] for one in projects] for projects in seen.values()] == [[], [told["identifier"]]]
