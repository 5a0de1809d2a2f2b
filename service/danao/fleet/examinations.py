"""Which examination may be of which description, found without parsing descriptions twice."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pyarrow as pa

from danao.errors import Place, Text, UnfitExamination, UnreadableFile
from danao.fleet.schema import input_schema
from danao.fleet.sources import Source, sources
from danao.inputs import opened
from danao.limits import Limits

# What stands in quotation marks, or as the text of an element, and could be an identifier.
_QUOTED = re.compile(rb"[\"'>]([A-Za-z0-9][A-Za-z0-9._-]{0,63})[\"'<]")
_BATCH = 64

_Index = Callable[[Any], list[list[str | None]]]


@dataclass(frozen=True)
class Paper:
    """One file of examinations: where it is, and the digest of its bytes when it was looked into."""

    source: Source
    digest: str


class Examinations:
    """The examinations of a run by the identifier of the project they examine; nobody's is for every project."""

    def __init__(self, by_identifier: Mapping[str | None, Paper], limits: Limits) -> None:
        self._papers = by_identifier
        self._limits = limits

    @property
    def digest(self) -> str:
        """What identifies all of them, whatever their files are called."""
        lines = sorted(f"{name or ''} {paper.digest}\n" for name, paper in self._papers.items())
        return f"sha256:{hashlib.sha256(''.join(lines).encode()).hexdigest()}"

    def identifiers(self) -> Iterator[str]:
        """Whom they examine, but for the one of all."""
        return (name for name in self._papers if name is not None)

    def known(self, identifier: str | None) -> bool:
        return identifier is not None and identifier in self._papers

    def given(self, identifiers: Iterable[str]) -> list[dict[str, Any]]:
        """The examinations of so many projects and the one for all, each file once, as a row's column has them.

        :raises UnreadableFile: a file changed since it was looked into.
        """
        names = [*sorted(name for name in set(identifiers) if name in self._papers), None]
        papers = dict.fromkeys(self._papers[name] for name in names if name in self._papers)
        return [self._read(paper) for paper in papers]

    def candidates(self, data: bytes) -> set[str]:
        """The identifiers that a description may state, of those that are examined."""
        if not any(name is not None for name in self._papers):
            return set()
        return {name for found in set(_QUOTED.findall(data)) if (name := found.decode()) in self._papers}

    def _read(self, paper: Paper) -> dict[str, Any]:
        data = opened(paper.source.path, None, self._limits).data
        if _digest(data) != paper.digest:
            raise UnreadableFile(
                Text("审查文件在运行中被修改。", "The examination was changed while the run went on."),
                place=Place(file=paper.source.name),
                fix=Text("用 --force 重新运行。", "Run it again with --force."),
            )
        return {"name": paper.source.name, "format": None, "data": data}


def find_examinations(arguments: Sequence[str], limits: Limits, index: _Index) -> Examinations:
    """Look into files of examinations; ``index`` parses them, in a process that may die of it.

    :raises DanaoError: a file cannot be read, holds no examination, or one for a project that has another.
    """
    found: dict[str | None, Paper] = {}
    todo = sources(arguments)
    while batch := list(islice(todo, _BATCH)):
        read = [opened(source.path, None, limits) for source in batch]
        rows = [
            {"seq": number, "name": one.name, "data": one.data, "format": None, "examinations": None}
            for number, one in enumerate(read)
        ]
        named = index(pa.Table.from_pylist(rows, schema=input_schema()))
        for source, one, identifiers in zip(batch, read, named, strict=True):
            for identifier in identifiers:
                if identifier in found:
                    raise _two_for_one(source, found[identifier])
                found[identifier] = Paper(source, _digest(one.data))
    return Examinations(found, limits)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _two_for_one(source: Source, other: Paper) -> UnfitExamination:
    return UnfitExamination(
        Text(
            f"同一个项目有两份审查，另一份在 {other.source.name}。",
            f"One project has two examinations; the other is in {other.source.name}.",
        ),
        place=Place(file=source.name),
        fix=Text(
            "每个项目一份审查，用 danao:examines 写明项目标识。",
            "One examination a project; name its identifier with danao:examines.",
        ),
    )
