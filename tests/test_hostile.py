"""Hostile files beside a good one: each ends by its name, soon, in little memory, and the good one is assessed.

Every case is a run of the command as a user would start it. Figures of each are printed with ``-s``.
"""

from __future__ import annotations

import gzip
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.given import FULL, IDENTIFIER
from tests.test_cli import SERVICE

# With the defaults: 20 MB, 200,000 triples, 1,000,000 characters a literal, nesting 100, 30 s, 1 GiB.
MOST_SECONDS = 60
MOST_BYTES = 2 << 30
BAD = FULL.replace(f'"{IDENTIFIER}"', '"bad"')
TERM = "<http://x/p>"


# The memory that whoever starts a process has counts as its own: a process that has little starts it.
WATCHED = """
import os, sys
child = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(child, 0)
with open("peak", "w") as file:
    file.write(str(usage.ru_maxrss))
sys.exit(os.waitstatus_to_exitcode(status))
"""


@dataclass(frozen=True)
class Ended:
    """How a run ended: its code, what it said, and what it took, children included."""

    code: int
    out: str
    err: str
    seconds: float
    peak: int


def assess(folder: Path, *files: str, settings: tuple[str, ...] = ()) -> Ended:
    """Assess files, with JSON on stdout."""
    command = [sys.executable, "-m", "danao", "assess", *files, "--as-of", "2025-12-31", "-f", "json", *settings]
    environment = {"PYTHONPATH": str(SERVICE), "PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8"}
    begun = time.monotonic()
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        done = subprocess.run(
            [sys.executable, "-c", WATCHED, *command], check=False, cwd=folder, env=environment, stdout=out, stderr=err
        )
    seconds = time.monotonic() - begun
    shown, told = ((folder / name).read_text(encoding="utf-8") for name in ("out", "err"))
    return Ended(done.returncode, shown, told, seconds, int((folder / "peak").read_text()) * 1024)


def beside_a_good_one(folder: Path, name: str, data: bytes, error: str, settings: tuple[str, ...] = ()) -> Ended:
    """Assess a hostile file and a good one, and see that all is as it shall be."""
    (folder / name).write_bytes(data)
    (folder / "good.ttl").write_text(FULL, encoding="utf-8")
    ended = assess(folder, name, "good.ttl", settings=settings)
    print(f"{name}: {ended.seconds:.1f} s, {ended.peak >> 20} MiB, {len(data):,} bytes, {error}")
    assert error in ended.err, ended.err[-2000:]
    assert ended.code in (1, 2)
    projects = {one["project"]["identifier"]: one for one in json.loads(ended.out)["assessments"]}
    assert projects[IDENTIFIER]["scores"] is not None
    assert projects.get("bad", {"scores": None})["scores"] is None
    assert ended.seconds < MOST_SECONDS
    assert ended.peak < MOST_BYTES
    return ended


# ---- Files that are refused ----


def rdf_xml(inside: str, before: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?>{before}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'xmlns:x="http://x/">{inside}</rdf:RDF>'
    ).encode()


def nested_turtle(opening: str, inside: str, closing: str) -> bytes:
    return f"<http://x/s> {TERM} {opening * 100_000}{inside}{closing * 100_000} .".encode()


def nested_elements(depth: int) -> bytes:
    node, closing = '<rdf:Description><x:p rdf:parseType="Resource">', "</x:p></rdf:Description>"
    return rdf_xml(
        '<rdf:Description rdf:about="http://x/s"><x:p>' + node * depth + closing * depth + "</x:p></rdf:Description>"
    )


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)) + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
PARAMETER = '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd">%p;]>'

# Name of the file, with the ending of its syntax → its bytes, and the name of its error.
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "laughs.rdf": (lambda: rdf_xml("<rdf:Description><x:p>&a11;</x:p></rdf:Description>", LAUGHS), "RefusedContent"),
    "outside.rdf": (lambda: rdf_xml("<rdf:Description><x:p>&e;</x:p></rdf:Description>", OUTSIDE), "RefusedContent"),
    "parameter.rdf": (lambda: rdf_xml("", PARAMETER), "RefusedContent"),
    "deep.ttl": (lambda: nested_turtle(f"[ {TERM} ", " 1 ", "]"), "TooLarge"),
    "deep.trig": (lambda: b"{" + nested_turtle("(", "", ")") + b"}", "TooLarge"),
    "deep.jsonld": (lambda: b'{"http://x/p":' * 100_000 + b"1" + b"}" * 100_000, "TooLarge"),
    "lists.jsonld": (lambda: b'{"http://x/p":' + b"[" * 10_000 + b"]" * 10_000 + b"}", "TooLarge"),
    "deep.rdf": (lambda: nested_elements(50_000), "TooLarge"),
    "deep.nt": (lambda: nested_turtle("<< ", f"<http://x/s> {TERM} <http://x/o>", " >>"), "TooLarge"),
    "deep.nq": (lambda: nested_turtle("<<( ", "", ")>> "), "TooLarge"),
    "hundred-megabytes.ttl": (lambda: b'<http://x/s> <http://x/p> "' + b"a" * 100_000_000 + b'" .', "TooLarge"),
    "sixteen-mebibytes.ttl": (lambda: b'<http://x/s> <http://x/p> "' + b"a" * (16 << 20) + b'" .', "TooLarge"),
    "sixteen-mebibytes.nt": (lambda: b'<http://x/s> <http://x/p> "' + b"a" * (16 << 20) + b'" .\n', "TooLarge"),
    "sixteen-mebibytes.jsonld": (lambda: b'{"http://x/p":"' + b"a" * (16 << 20) + b'"}', "TooLarge"),
    "sixteen-mebibytes.rdf": (
        lambda: rdf_xml("<rdf:Description><x:p>" + "a" * (16 << 20) + "</x:p></rdf:Description>"),
        "TooLarge",
    ),
    "escapes.ttl": (lambda: b'<http://x/s> <http://x/p> "' + rb"\U0001F600" * 1_000_001 + b'" .', "TooLarge"),
    "long-iri.nt": (lambda: b"<http://x/" + b"a" * 5_000 + b"> <http://x/p> <http://x/o> .\n", "TooLarge"),
    "many.nt": (
        lambda: b"".join(b"<http://x/s> <http://x/p> <http://x/%d> .\n" % number for number in range(200_001)),
        "TooLarge",
    ),
    "packed.ttl": (lambda: gzip.compress(FULL.encode()), "WrongEncoding"),
    "zeros.ttl": (lambda: b"\0" * 1_000_000, "WrongEncoding"),
    "surrogate.jsonld": (lambda: rb'{"@id":"http://x/s","http://x/p":"\ud800"}', "SyntaxFault"),
    "twice.jsonld": (lambda: b'{"@id":"http://x/a","@id":"http://x/b","http://x/p":1}', "RefusedContent"),
    "not-a-number.jsonld": (lambda: b'{"@id":"http://x/a","http://x/p":NaN}', "SyntaxFault"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_refused_keeps_no_good_one_from_being_assessed(name: str, tmp_path: Path) -> None:
    make, error = REFUSED[name]
    assert beside_a_good_one(tmp_path, name, make(), error).code == 2


# ---- Nobody is asked for anything ----


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server


CONTEXTS = {
    "alone": '"{}"',
    "in a list": '[{{"x": "http://x/"}}, "{}"]',
    "within one": '{{"x": {{"@id": "http://x/x", "@context": "{}"}}}}',
    "imported": '{{"@version": 1.1, "@import": "{}"}}',
}


@pytest.mark.parametrize("spelling", CONTEXTS)
def test_a_remote_context_is_refused_and_nobody_is_asked(
    spelling: str, listener: socket.socket, tmp_path: Path
) -> None:
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/context"
    context = CONTEXTS[spelling].format(address)
    data = f'{{"@context": {context}, "@id": "http://x/s", "x": {{"http://x/p": 1}}}}'.encode()
    beside_a_good_one(tmp_path, "remote.jsonld", data, "RefusedContent")
    with pytest.raises(BlockingIOError):
        listener.accept()


# ---- Descriptions that are told what is wrong with them ----


def complete_graph(nodes: int) -> str:
    """Blank nodes that all point to each other: no canonical form of these is found in any time."""
    links = (f"_:b{one} {TERM} _:b{other} ." for one in range(nodes) for other in range(nodes) if one != other)
    return BAD + f"<brain> {TERM} _:b0 .\n" + "\n".join(links)


VIOLATING: dict[str, tuple[Callable[[], str], str]] = {
    "poison.ttl": (lambda: complete_graph(60), "SharedBlankNode"),
    "chain.ttl": (
        lambda: BAD + f"<brain> {TERM} _:n0 .\n" + "\n".join(f"_:n{n} {TERM} _:n{n + 1} ." for n in range(20_000)),
        "SharedBlankNode",
    ),
    "script.ttl": (
        lambda: BAD + "<brain> dcat:landingPage <javascript:alert(1)> .\n",
        "RefusedScheme",
    ),
    "bidi.ttl": (lambda: BAD + '<brain> dcterms:alternative "a\\u202Eb"@zh .\n', "ControlCharacter"),
}


@pytest.mark.parametrize("name", VIOLATING)
def test_a_description_that_is_hostile_is_told_why_and_the_good_one_is_assessed(name: str, tmp_path: Path) -> None:
    make, error = VIOLATING[name]
    assert beside_a_good_one(tmp_path, name, make().encode(), error).code == 1


# ---- Descriptions that cost more than they may ----


def everything_supports_everything(capabilities: int, pieces: int) -> str:
    """Few statements with very many combinations: each piece of evidence supports what each capability claims."""
    start = FULL.index("danao:provides")
    requirements = FULL[start:].split(";")[0].removeprefix("danao:provides")
    claims = "".join(
        f"<brain> danao:hasCapability <c{n}> . <c{n}> a brain:TrustedDataSpace ; danao:provides {requirements} .\n"
        for n in range(capabilities)
    )
    evidence = "".join(
        f"<c{n % capabilities}> danao:evidence <e{n}> . <e{n}> a cccev:Evidence ; "
        f"cccev:supportsRequirement {requirements} .\n"
        for n in range(pieces)
    )
    return BAD + claims + evidence


def test_a_description_of_too_many_combinations_is_ended_and_the_good_one_is_assessed(tmp_path: Path) -> None:
    data = everything_supports_everything(400, 6_000).encode()
    beside_a_good_one(tmp_path, "combinations.ttl", data, "Exceeded", settings=("--limit", "seconds=10"))
