"""Coverage-guided fuzzing of the reader, as a process: ``python -m tests.system.fuzz_readers CORPUS [options]``.

The first byte of an input chooses its syntax. Whatever it holds must give triples or an error with a name; anything
else ends the process with libFuzzer's report. Options are libFuzzer's, such as ``-max_total_time=60``.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["danao"]):
    from danao.errors import DanaoError
    from danao.limits import Limits
    from danao.reading import Input, read_triples

SYNTAXES = ("ttl", "trig", "nt", "nq", "rdf", "jsonld")
LIMITS = Limits(max_bytes=200_000, max_triples=5_000, max_literal=10_000)


def read_one(data: bytes) -> None:
    """Read one input; only errors with a name may come out."""
    if not data:
        return
    source = Input("fuzzed", data[1:], SYNTAXES[data[0] % len(SYNTAXES)])
    try:
        read_triples(source, "http://relative.invalid/0/", LIMITS)
    except DanaoError:
        return


def main() -> None:
    """Fuzz until the options say stop."""
    atheris.Setup(sys.argv, read_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
