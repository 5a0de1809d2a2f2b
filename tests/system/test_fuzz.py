"""Readers under fire, for about a minute: whatever the bytes are, there are triples or an error with a name."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse, serialize

import danao
from danao.errors import DanaoError, Text
from danao.limits import Limits
from danao.reading import Input, read_triples
from tests.system.fuzz_readers import LIMITS, SYNTAXES

ROOT = Path(danao.__file__).parents[2]
SMALL = ROOT / "docs" / "one-capability.ttl"
FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "nt": RdfFormat.N_TRIPLES,
    "nq": RdfFormat.N_QUADS,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
BASE = "http://relative.invalid/0/"
SECONDS = 30
# No input of these sizes takes longer on a busy machine.
MOST_SECONDS = 10


def good(syntax: str) -> bytes:
    """A small description in a syntax."""
    triples = (quad.triple for quad in parse(SMALL.read_bytes(), format=RdfFormat.TURTLE, base_iri=BASE))
    return serialize(triples, format=FORMATS[syntax]) or b""


GOOD = {syntax: good(syntax) for syntax in SYNTAXES}


def survives(source: Input, limits: Limits = LIMITS) -> None:
    """Triples, or an error that has a name, soon."""
    begun = time.monotonic()
    told = Text("", "")
    try:
        told = Text("读到", "read") if read_triples(source, BASE, limits) else told
    except DanaoError as error:
        told = error.what
    assert told.zh
    assert told.en
    assert time.monotonic() - begun < MOST_SECONDS


# ---- Mutations of good files ----

# What a syntax gives a meaning to, and what no text should hold.
TOKENS = [
    *(b"<", b">", b'"', b"'", b'"""', b"'''", b"\\", b"\\u", b"\\U0010FFFF", b"\\uD800", b"^^", b"@", b"@zh", b"#"),
    *(b".", b";", b",", b"[", b"]", b"(", b")", b"{", b"}", b"<<", b">>", b"_:", b":", b"a", b"@prefix", b"@base"),
    *(b"\0", b"\xff", b"\xef\xbb\xbf", b"\xfe\xff", b"\r", b"\n", b"\xe2\x80\xae", b"\xed\xa0\x80", b"\x1b[31m"),
    *(b"1e999999999", b"-0", b"9" * 400, b"true", b"null", b"NaN", b"<![CDATA[", b"<!DOCTYPE x [", b"<?x?>", b"&x;"),
    *(b'{"@context":', b'"@id"', b'"@context": "http://127.0.0.1:1/c"', b'"@graph":', b'"@reverse"', b'"@list":'),
    *(b"<http://", b"javascript:", b"..", b"%00", b"[[[[[[", b"((((((", b"xml:base=", b"rdf:parseType='Collection'"),
]


@st.composite
def mutated(draw: st.DrawFn) -> Input:
    """A good file with a few places cut, doubled, overwritten or spiked."""
    syntax = draw(st.sampled_from(SYNTAXES))
    data = bytearray(GOOD[draw(st.sampled_from([syntax, syntax, syntax, *SYNTAXES]))])
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        length = draw(st.sampled_from([0, 1, 2, 7, 40, 400]))
        kind = draw(st.sampled_from(["cut", "double", "spike", "noise", "truncate"]))
        if kind == "cut":
            del data[at : at + length]
        elif kind == "double":
            data[at:at] = data[at : at + length] * draw(st.sampled_from([1, 2, 50]))
        elif kind == "spike":
            data[at:at] = draw(st.sampled_from(TOKENS)) * draw(st.sampled_from([1, 1, 2, 150]))
        elif kind == "noise":
            data[at : at + length] = draw(st.binary(max_size=20))
        else:
            del data[max(at, 1) :]
    return Input("mutated", bytes(data), syntax)


@settings(max_examples=2500, deadline=None, suppress_health_check=list(HealthCheck))
@given(mutated())
@example(Input("empty", b"", "ttl"))
@example(Input("mark", b"\xef\xbb\xbf", "jsonld"))
def test_a_mutated_file_gives_triples_or_an_error_with_a_name(source: Input) -> None:
    survives(source)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_the_files_that_are_mutated_are_good(syntax: str) -> None:
    assert len(read_triples(Input("good", GOOD[syntax], syntax), BASE, Limits())) > 10


# ---- Coverage-guided ----


def test_half_a_minute_of_atheris_finds_nothing(tmp_path: Path) -> None:
    for number, syntax in enumerate(SYNTAXES):
        tmp_path.joinpath(syntax).write_bytes(bytes([number]) + GOOD[syntax])
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.system.fuzz_readers", str(tmp_path)),
            *(f"-max_total_time={SECONDS}", f"-timeout={MOST_SECONDS}", "-rss_limit_mb=2048", "-max_len=20000"),
            *("-artifact_prefix=" + str(tmp_path) + "/", "-verbosity=1"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=SECONDS + 120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert "DONE" in done.stderr or "Done" in done.stderr
