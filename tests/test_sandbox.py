"""Work in a child process: its bytes, its errors, its bounds, and that nothing of it is left."""

from __future__ import annotations

import contextlib
import functools
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
from pyoxigraph import RdfFormat, Store, parse

from danao import errors
from danao.errors import (
    DanaoError,
    MemoryExceeded,
    Place,
    SyntaxFault,
    Text,
    TimeExceeded,
    WorkerDied,
)
from danao.sandbox import Bounds, confined

MEBIBYTE = 1 << 20
GENEROUS = Bounds(seconds=60, memory=512 * MEBIBYTE)
SHORT = Bounds(seconds=1, memory=512 * MEBIBYTE)
SMALL = Bounds(seconds=60, memory=64 * MEBIBYTE)
HERE = Place("数据.ttl")


def asleep() -> NoReturn:
    while True:
        time.sleep(60)


def greedy() -> NoReturn:
    kept: list[bytes] = []
    while True:
        kept.append(bytes(MEBIBYTE))


def spread() -> NoReturn:
    kept: list[list[int]] = []
    while True:
        kept.append([len(kept)])


def nested_json() -> bytes:
    """Some 1.7 GB in pyoxigraph, which aborts where it gets no memory."""
    return str(list(parse('{"http://e/p": ' * 3000 + '"x"' + "}" * 3000, format=RdfFormat.JSON_LD))).encode()


def overflowing() -> bytes:
    """More brackets than a stack holds."""
    return bool(Store().query("ASK {" + "{" * 100_000 + "}" * 100_000 + "}")).to_bytes()


def killing(number: int) -> Callable[[], bytes]:
    def work() -> bytes:
        os.kill(os.getpid(), number)
        return b"still here"

    return work


# ---- What comes back ----


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 50 * MEBIBYTE])
def test_a_result_of_any_size_comes_back(size: int) -> None:
    assert confined(lambda: b"\xff" * size, GENEROUS) == b"\xff" * size


def test_what_the_parent_had_is_there_and_what_the_child_changes_is_not() -> None:
    things = ["before"]

    def work() -> bytes:
        things.append("inside")
        return ",".join(things).encode()

    assert confined(work, GENEROUS) == b"before,inside"
    assert things == ["before"]


def test_a_result_as_large_as_the_memory_is_taken_and_a_larger_one_is_not() -> None:
    # The bytes are there before the fork, so that the child needs no memory for them.
    fitting = bytes(SMALL.memory)
    assert len(confined(lambda: fitting, SMALL)) == SMALL.memory
    larger = bytes(SMALL.memory + 1)
    with pytest.raises(MemoryExceeded):
        confined(lambda: larger, SMALL)


def test_an_error_with_a_name_comes_back_as_it_was() -> None:
    raised = SyntaxFault(Text("错", "wrong"), place=Place("甲.ttl", 3, 4, "http://e/n"), fix=Text("改", "mend"))

    def fail() -> NoReturn:
        raise raised

    with pytest.raises(SyntaxFault) as caught:
        confined(fail, GENEROUS, place=HERE)
    assert type(caught.value) is SyntaxFault
    assert (caught.value.what, caught.value.place, caught.value.fix) == (raised.what, raised.place, raised.fix)


KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, DanaoError)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_keeps_its_class(kind: type[DanaoError]) -> None:
    def fail() -> NoReturn:
        raise kind(Text("甲", "a"))

    with pytest.raises(kind) as caught:
        confined(fail, GENEROUS)
    assert type(caught.value) is kind
    assert caught.value.as_json() == kind(Text("甲", "a")).as_json()


def test_an_error_without_a_name_is_named_with_its_text_in_short() -> None:
    def fail() -> NoReturn:
        raise ValueError("x" * 10_000)

    with pytest.raises(WorkerDied) as caught:
        confined(fail, GENEROUS, place=HERE)
    assert "ValueError: xxx" in caught.value.what.en
    assert len(caught.value.what.en) < 1000
    assert caught.value.place == HERE


# ---- Bounds ----


def test_work_within_the_time_is_done_and_work_without_end_is_stopped() -> None:
    def slow() -> bytes:
        time.sleep(0.2)
        return b"done"

    assert confined(slow, SHORT) == b"done"
    start = time.monotonic()
    with pytest.raises(TimeExceeded) as caught:
        confined(asleep, SHORT, place=HERE)
    assert 1 <= time.monotonic() - start < 3
    assert "1 seconds" in caught.value.what.en
    assert caught.value.place == HERE


def test_a_result_that_never_ends_is_stopped() -> None:
    def trickle() -> NoReturn:
        while True:
            for number in range(3, 20):
                try:
                    os.write(number, b"R")
                except OSError:
                    continue
            time.sleep(0.01)

    with pytest.raises(TimeExceeded):
        confined(trickle, SHORT)


@pytest.mark.parametrize("work", [greedy, spread, nested_json])
def test_work_that_needs_more_memory_is_stopped(work: Callable[[], bytes]) -> None:
    with pytest.raises(MemoryExceeded) as caught:
        confined(work, SMALL, place=HERE)
    assert "64 MiB" in caught.value.what.en
    assert caught.value.place == HERE


def test_memory_counts_from_what_the_parent_has() -> None:
    much = bytearray(b"\x01") * (200 * MEBIBYTE)
    assert confined(lambda: str(len(much) + len(bytearray(40 * MEBIBYTE))).encode(), SMALL) == b"251658240"
    with pytest.raises(MemoryExceeded):
        confined(lambda: bytes(len(much)), SMALL)


@pytest.mark.parametrize(
    ("work", "why"),
    [(overflowing, "SIGSEGV"), (killing(signal.SIGSEGV), "SIGSEGV"), (lambda: os._exit(7), "exit code 7")],
    ids=["overflow", "signal", "exit"],
)
def test_a_crash_is_named(work: Callable[[], bytes], why: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(WorkerDied) as caught:
        confined(work, GENEROUS, place=HERE)
    assert why in caught.value.what.en
    assert caught.value.place == HERE
    assert capfd.readouterr() == ("", "")


def test_a_child_that_the_system_kills_took_too_much_memory() -> None:
    with pytest.raises(MemoryExceeded):
        confined(killing(signal.SIGKILL), GENEROUS)


def test_sealed_work_can_open_neither_files_nor_sockets() -> None:
    def refused(attempt: Callable[[], object]) -> bytes:
        try:
            attempt()
        except OSError as fault:
            return str(fault.errno).encode()
        return b"opened"

    sealed = Bounds(seconds=60, memory=512 * MEBIBYTE, sealed=True)
    for attempt in (Path(__file__).read_bytes, socket.socket, os.pipe):
        assert confined(functools.partial(refused, attempt), GENEROUS) == b"opened"
        assert confined(functools.partial(refused, attempt), sealed) == b"24"


def test_no_child_can_be_started_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def fork() -> NoReturn:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", fork)
    with pytest.raises(WorkerDied, match="temporarily unavailable"):
        confined(lambda: b"", GENEROUS)


# ---- What is left ----


def descriptors() -> dict[str, str]:
    """What is open, by number."""
    found = {}
    for path in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            found[path.name] = str(path.readlink())
    return found


ENDINGS: list[tuple[Callable[[], bytes], Bounds]] = [
    (lambda: b"x" * MEBIBYTE, GENEROUS),
    (asleep, SHORT),
    (greedy, SMALL),
    (nested_json, SMALL),
    (killing(signal.SIGSEGV), GENEROUS),
    (lambda: bytes(MEBIBYTE * 65), SMALL),
]


@pytest.mark.parametrize(("work", "bounds"), ENDINGS)
def test_nothing_is_left_of_a_child(
    work: Callable[[], bytes],
    bounds: Bounds,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    before = descriptors()
    with contextlib.suppress(DanaoError):
        confined(work, bounds)
    assert descriptors() == before
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_crash_dumps_no_core() -> None:
    asked = confined(lambda: repr(resource.getrlimit(resource.RLIMIT_CORE)).encode(), GENEROUS)
    assert asked == b"(0, 0)"


def test_a_child_has_nothing_open_but_its_pipe_and_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    def open_files() -> bytes:
        os.write(1, b"noise")
        os.write(2, b"noise")
        return "\n".join(descriptors().values()).encode()

    found = confined(open_files, GENEROUS).decode().splitlines()
    assert sorted(name.partition(":")[0] for name in found) == ["/dev/null", "/dev/null", "/dev/null", "pipe"]
    assert capfd.readouterr() == ("", "")


ALONE = """
import os, sys
sys.path[:0] = {path!r}
from danao.sandbox import Bounds, confined
{before}
def work():
    {work}
    return b"done"
print("before", end=" ")
sys.stdout.write(confined(work, Bounds(seconds=30, memory=1 << 29)).decode())
"""


def alone(work: str = "pass", before: str = "") -> str:
    """A program that does one piece of work."""
    return ALONE.format(path=sys.path, work=work, before=before)


def test_what_the_parent_has_not_yet_written_is_written_once() -> None:
    done = subprocess.run([sys.executable, "-c", alone()], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("before done", "")


def test_a_parent_without_standard_streams_is_answered() -> None:
    closed = "for n in (0, 2): os.close(n)"
    done = subprocess.run([sys.executable, "-c", alone(before=closed)], capture_output=True, text=True, check=True)
    assert done.stdout == "before done"


def running(program: str, tmp_path: Path) -> tuple[subprocess.Popen[bytes], int]:
    """A program in a process group of its own whose child has told its number in a file."""
    told = tmp_path / "child"
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(told)],
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 20
    while not (told.exists() and told.read_text()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return parent, int(told.read_text())


def gone(process: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        # Whoever inherits orphans here may be slow to reap them.
        if state in "ZX":
            return True
        time.sleep(0.05)
    return False


TELL = "import time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(300)"


def test_interrupting_the_group_ends_both(tmp_path: Path) -> None:
    parent, child = running(alone(TELL), tmp_path)
    os.killpg(parent.pid, signal.SIGINT)
    _, said = parent.communicate(timeout=10)
    assert parent.returncode != 0
    assert b"KeyboardInterrupt" in said
    assert gone(child)


def test_interrupting_the_parent_alone_ends_both(tmp_path: Path) -> None:
    parent, child = running(alone(TELL), tmp_path)
    parent.send_signal(signal.SIGINT)
    assert b"KeyboardInterrupt" in parent.communicate(timeout=10)[1]
    assert gone(child)


def test_a_child_whose_parent_was_killed_ends_by_itself(tmp_path: Path) -> None:
    parent, child = running(alone(TELL).replace("seconds=30", "seconds=2"), tmp_path)
    parent.kill()
    parent.communicate()
    assert gone(child)
