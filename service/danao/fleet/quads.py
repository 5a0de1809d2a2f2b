"""N-Quads and TriG with a graph for each project, as a stream of graphs.

Lines of a graph that stand together are handed on as they are. Where graphs are interleaved, lines are first sorted
into files on disk, so that memory stays bounded by a piece of the whole. TriG becomes N-Quads on disk first.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any, cast

from pyoxigraph import BlankNode, Quad, RdfFormat, parse, serialize

from danao.dangers import fault_at
from danao.documents import RELATIVE
from danao.errors import Place
from danao.limits import Limits

Graph = tuple[str, bytes, float]

_IRI = rb"<[^<>\"{}|^`\x00-\x20]*>"
_BLANK = rb"_:[^\s<>\"]+"
_TEXT = rb'"(?:[^"\\\r\n]|\\.)*"(?:\^\^' + _IRI + rb"|@[A-Za-z0-9-]+)?"
# Files of interleaved graphs are cut into pieces of about this many bytes.
_PIECE = 64 << 20
_MOST_FILES = 256
# A line with a graph has four terms and a dot.
_SPACES = 4
# Lines from one sign of life to the next.
_OFTEN = 1000


def graphs(path: Path, limits: Limits, alive: Callable[[], object]) -> Iterator[Graph]:
    """The graphs of a dataset: name (none for the default graph), lines, how far that is (0..1).

    ``alive`` is called as long as it goes on.

    Graphs come in the order of the file; where any is interleaved with others, in an order that their names decide.
    What is longer than allowed ends right after the limit.
    """
    with ExitStack() as stack:
        if ".trig" in path.name.lower():
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            path = _as_quads(path, folder / "quads.nq", alive)
        lines = _Lines(limits, alive)
        if _is_contiguous(path, lines):
            yield from _runs(path, lines)
        else:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            yield from _regrouped(path, folder, lines)


def _opened(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path, "rb")) if path.name.endswith(".gz") else path.open("rb")


def _as_quads(path: Path, target: Path, alive: Callable[[], object]) -> Path:
    """TriG as N-Quads, relative IRIs resolved as for any first input."""
    with _opened(path) as source, target.open("wb") as written:
        try:
            quads = parse(source, format=RdfFormat.TRIG, base_iri=f"{RELATIVE}0/")
            serialize(_numbered(quads, alive), written, format=RdfFormat.N_QUADS)
        except SyntaxError as fault:
            place = Place(file=path.name, line=fault.lineno, column=fault.offset)
            raise fault_at(place, re.sub("^Parser error [^:]*: ", "", fault.msg)) from fault
    return target


def _numbered(quads: Iterable[Quad], alive: Callable[[], object]) -> Iterator[Quad]:
    """The quads with blank nodes named in the order in which they come: the parser names some at random."""
    names: dict[BlankNode, BlankNode] = {}

    def named(term: Any) -> Any:  # noqa: ANN401 - any term, and any but a blank node comes back as it is
        return names.setdefault(term, BlankNode(f"b{len(names)}")) if isinstance(term, BlankNode) else term

    graph: object = None
    for quad in quads:
        # One graph may take as long as one description; brackets in brackets without end take ever longer.
        if quad.graph_name != graph:
            graph = quad.graph_name
            alive()
        yield Quad(named(quad.subject), quad.predicate, named(quad.object), named(quad.graph_name))


# ---- Lines ----


class _Lines:
    """Lines with the graph they are in; a line that is none stays with the graph before it."""

    def __init__(self, limits: Limits, alive: Callable[[], object]) -> None:
        self.most = limits.max_bytes
        self._alive = alive
        self._line = re.compile(
            rb"[ \t]*(?:" + _IRI + rb"|" + _BLANK + rb")[ \t]*" + _IRI + rb"[ \t]*(?:" + _IRI + rb"|" + _BLANK
            + rb"|" + _TEXT + rb")[ \t]*(" + _IRI + rb"|" + _BLANK + rb")?[ \t]*\.[ \t]*(?:#.*)?\r?\n?\Z"
        )  # fmt: skip

    def of(self, file: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
        """Graph and line, one after another; of a line that is too long, its beginning."""
        graph, tail, number = b"", b"", 0
        while line := file.readline(self.most + 1):
            number += 1
            if number % _OFTEN == 0:
                self._alive()
            if len(line) > self.most:
                self._skip(file)
            # The graph before it again, unless that is an object in the default graph.
            if not (tail and line.endswith(tail) and (b'"' in line or line.count(b" ") >= _SPACES)):
                graph = self._graph_of(line, graph)
                tail = b" " + graph + b" .\n" if graph else b""
            yield graph, line

    def _graph_of(self, line: bytes, before: bytes) -> bytes:
        if not line.strip() or line.lstrip().startswith(b"#"):
            return before
        found = self._line.match(line)
        return (found[1] or b"") if found else before

    def _skip(self, file: IO[bytes]) -> None:
        while (rest := file.readline(self.most)) and not rest.endswith(b"\n"):
            pass


def _called(graph: bytes) -> str:
    return graph.decode(errors="replace").removeprefix("<").removesuffix(">")


def _is_contiguous(path: Path, lines: _Lines) -> bool:
    """Whether no graph goes on after another one began."""
    seen: set[bytes] = set()
    before: bytes | None = None
    with _opened(path) as file:
        for graph, _ in lines.of(file):
            if graph != before:
                name = hashlib.blake2b(graph, digest_size=16).digest()
                if name in seen:
                    return False
                seen.add(name)
                before = graph
    return True


def _runs(path: Path, lines: _Lines) -> Iterator[Graph]:
    size = max(1, path.stat().st_size)
    before: bytes | None = None
    data = bytearray()
    with path.open("rb") as raw, gzip.GzipFile(fileobj=raw) if path.name.endswith(".gz") else raw as file:
        for graph, line in lines.of(file):  # type: ignore[arg-type]
            if graph != before and before is not None:
                if before or _says_something(data):
                    yield _called(before), bytes(data), raw.tell() / size
                data.clear()
            before = graph
            _append(data, line, lines.most)
    if before is not None and (before or _says_something(data)):
        yield _called(before), bytes(data), 1


def _says_something(data: bytes | bytearray) -> bool:
    """Whether there is more than comments and empty lines."""
    return any(line.strip() and not line.lstrip().startswith(b"#") for line in data.splitlines())


def _append(data: bytearray, line: bytes, most: int) -> None:
    """Add a line to what is kept of its graph: no more than one byte over the limit."""
    data += line[: max(0, most + 1 - len(data))]


def _regrouped(path: Path, folder: Path, lines: _Lines) -> Iterator[Graph]:
    """The graphs of an interleaved file, by way of files that hold a share of them each."""
    count = min(_MOST_FILES, path.stat().st_size // _PIECE + 1)
    shares = [folder / str(number) for number in range(count)]
    with ExitStack() as stack:
        files = [stack.enter_context(share.open("wb")) for share in shares]
        with _opened(path) as file:
            for graph, line in lines.of(file):
                number = int.from_bytes(hashlib.blake2b(graph, digest_size=8).digest(), "big") % count
                files[number].write(line if line.endswith(b"\n") else line + b"\n")
    for number, share in enumerate(shares, start=1):
        found: dict[bytes, bytearray] = {}
        with share.open("rb") as file:
            for graph, line in lines.of(file):
                _append(found.setdefault(graph, bytearray()), line, lines.most)
        share.unlink()
        for graph, data in found.items():
            if graph or _says_something(data):
                yield _called(graph), bytes(data), number / count
