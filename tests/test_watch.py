"""A program in a child of its own: it starts over without what it died of, and ends as its user wants it to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.test_sandbox import gone

# A program that works on what it is told on the command line, and prints what it could not do.
PROGRAM = """
import json, os, signal, sys, time
sys.path[:0] = {path!r}
from danao.errors import DanaoError, Place, SyntaxFault, Text
from danao.sandbox import Bounds
from danao.watch import watched

BOUNDS = Bounds(seconds=1, memory=100 << 20, sealed=True)

def calculate():
    while True:
        pass

def query():
    from pyoxigraph import Store
    rows = " ".join(str(n) for n in range(1000))
    clause = "".join(f"VALUES ?v{{n}} {{{{ {{rows}} }}}} " for n in range(4))
    list(Store().query("SELECT (COUNT(*) AS ?n) WHERE {{ " + clause + " }}"))

def objects():
    kept = []
    while True:
        kept.append([len(kept)])

def nested():
    from pyoxigraph import RdfFormat, parse
    text = '{{"http://e/p": ' * 3000 + '"x"' + "}}" * 3000
    list(parse(text, format=RdfFormat.JSON_LD))

def brackets():
    from pyoxigraph import Store
    Store().query("ASK {{" + "{{" * 100_000 + "}}" * 100_000 + "}}")

def fault():
    raise SyntaxFault(Text("错", "wrong"), place=Place("a.ttl", 3))

def open_files():
    try:
        open(sys.executable, "rb")
    except OSError as fault:
        raise SyntaxFault(Text("关", str(fault.errno)))

def slow():
    time.sleep(1.5)

def ends(): os._exit(7)
def fine(): pass
def killed(): os.kill(os.getpid(), signal.SIGKILL)

def program(watch):
    watch.lang = "en"
    watch.rest(Bounds(seconds=2, memory=1 << 30))
    done = []
    import pyoxigraph
    for number, name in enumerate(sys.argv[1:]):
        if name == "outside":
            calculate()
        if name == "exit":
            sys.exit(3)
        try:
            with watch.step(f"{{number}} {{name}}", Place(file=name), BOUNDS):
                os.write(2, b"noise")
                globals()[name]()
            done.append(name)
        except DanaoError as error:
            done.append([error.name, error.place.file])
    print(json.dumps(done))
    return 1 if any(isinstance(one, list) for one in done) else 0

def tell(error, lang):
    print(json.dumps([error.name, lang]))

code = watched(program, tell)
sys.exit(code)
"""


def program() -> str:
    return PROGRAM.format(path=sys.path)


def ran(*names: str) -> tuple[int, Any, str]:
    """The exit code, what was printed as JSON, and what stands on stderr."""
    done = subprocess.run([sys.executable, "-c", program(), *names], capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr


def test_a_program_ends_with_its_own_code_and_says_things_once() -> None:
    assert ran() == (0, [], "")
    assert ran("fine", "fine") == (0, ["fine", "fine"], "")
    assert ran("fine", "exit") == (3, None, "")
    assert ran("fault", "fine") == (1, [["SyntaxFault", "a.ttl"], "fine"], "")


@pytest.mark.parametrize(
    ("name", "error"),
    [
        *(("calculate", "TimeExceeded"), ("query", "TimeExceeded")),
        *(("objects", "MemoryExceeded"), ("nested", "MemoryExceeded"), ("killed", "MemoryExceeded")),
        ("brackets", "WorkerDied"),
    ],
)
def test_what_a_program_dies_of_is_named_and_the_rest_is_done(name: str, error: str) -> None:
    start = time.monotonic()
    assert ran("fine", name, "fine") == (1, ["fine", [error, name], "fine"], "")
    assert time.monotonic() - start < 60


def test_it_starts_over_as_often_as_there_is_something_to_die_of() -> None:
    found = ran("query", "fine", "brackets", "nested", "fault")[1]
    errors = [["TimeExceeded", "query"], "fine", ["WorkerDied", "brackets"], ["MemoryExceeded", "nested"]]
    assert found == [*errors, ["SyntaxFault", "a.ttl"]]


def test_waiting_is_no_working() -> None:
    assert ran("slow", "slow") == (0, ["slow", "slow"], "")


def test_a_sealed_step_opens_nothing_and_later_ones_do() -> None:
    assert ran("open_files")[1] == [["SyntaxFault", None]]
    assert ran("open_files", "query", "fine")[1][2] == "fine"


def test_what_it_dies_of_between_steps_is_told_in_its_language() -> None:
    assert ran("fine", "outside") == (2, ["TimeExceeded", "en"], "")


def test_a_program_that_leaves_without_a_word_is_left() -> None:
    assert ran("ends") == (7, None, "")


WAITING = """
import os, sys, time
sys.path[:0] = {path!r}
from danao.watch import watched
def program(watch):
    open(sys.argv[1], "w").write(str(os.getpid()))
    time.sleep(300)
    return 0
sys.exit(watched(program, print))
"""


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGINT, 128 + signal.SIGINT),
        (signal.SIGTERM, 128 + signal.SIGTERM),
        (signal.SIGHUP, 128 + signal.SIGHUP),
    ],
)
def test_a_signal_to_the_program_ends_both(number: signal.Signals, code: int, tmp_path: Path) -> None:
    told = tmp_path / "child"
    command = [sys.executable, "-c", WAITING.format(path=sys.path), str(told)]
    parent = subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while not (told.exists() and told.read_text()) and time.monotonic() < deadline:
        time.sleep(0.02)
    child = int(told.read_text())
    assert child != parent.pid
    # The keyboard interrupts all processes of the terminal; others send signals to the one they know.
    os.killpg(parent.pid, number) if number == signal.SIGINT else parent.send_signal(number)
    assert parent.wait(timeout=10) == code
    assert gone(child)
