"""A registry for tests: small projects by name, submitted, published, looked at."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from danao.cache import cache_folder
from danao.describe import read_descriptions
from danao.documents import Surroundings
from danao.examine import default_examination, read_examinations
from danao.knowledge import Knowledge
from danao.pipeline import Assessment, assess
from danao.reading import Input
from danao.registry.entries import Written
from danao.registry.record import Record, create_record, is_registry
from danao.registry.submit import Registry, Submitted, opened, submit
from danao.statements import Statement
from danao.store.server import Server

BASE = "https://danao.example/"
# Where knowledge that entries were made with is compiled once for all tests.
CACHE = cache_folder(os.environ)
AS_OF = "2026-03-01"
SMALL = (Path(__file__).parents[1] / "examples" / "small.ttl").read_text(encoding="utf-8")


def text_of(identifier: str, *changes: tuple[str, str], more: str = "") -> str:
    """The small example under another identifier, with parts of its text replaced and others added."""
    text = SMALL.replace('dcterms:identifier "small"', f'dcterms:identifier "{identifier}"')
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text + more


def assessed(knowledge: Knowledge, text: str, examination: str | None = None) -> Assessment:
    """The assessment of a description, examined by a file or on a date."""
    around = Surroundings()
    (description,) = read_descriptions([Input("a.ttl", text.encode())], knowledge, around)
    if examination is None:
        return assess(description, default_examination(description.identifier, AS_OF, around), knowledge)
    (read,) = read_examinations([Input("b.ttl", examination.encode())], knowledge, around).values()
    return assess(description, read, knowledge)


def at(minute: int, who: str = "lead unit") -> Written:
    """A minute of the first day of March 2026."""
    return Written(f"2026-03-01T{minute // 60:02d}:{minute % 60:02d}:00+08:00", who)


@contextmanager
def held(folder: Path, address: str | Server | None = None) -> Iterator[Registry]:
    """The registry in a folder, made where there is none; its store is in there, or at an address."""
    record = Record(folder) if is_registry(folder) else create_record(folder, BASE)
    with opened(record, address, CACHE) as registry:
        yield registry


def added(
    registry: Registry, knowledge: Knowledge, text: str, minute: int = 0, files: Mapping[str, bytes] | None = None
) -> Submitted:
    """Submit a description."""
    return submit(registry, assessed(knowledge, text), at(minute), files)


def contents(registry: Registry) -> dict[str, set[Statement]]:
    """What each graph of the store holds; blank nodes by no name."""

    def unnamed(term: str) -> str:
        return "_" if term[0] == "_" else term

    return {
        graph: {(unnamed(s), p, unnamed(o)) for s, p, o in registry.store.facts(graph).statements}
        for graph in registry.store.graphs()
    }
