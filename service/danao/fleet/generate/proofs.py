"""What becomes of a piece of evidence in a project: what it shows, of what type it is, when it was issued and ends."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from danao.fleet.generate.draw import Draw, aged
from danao.fleet.generate.frame import Frame
from danao.fleet.generate.mould import ADDRESSES, DISTRIBUTION, SUPPORTS, Mould
from danao.fleet.generate.variety import Dates
from danao.namespaces import DANAO, DCTERMS


@dataclass(frozen=True)
class Paper:
    """Evidence as the mould has it; days are counted, ``term`` is how many days it holds if it ends.

    ``unfit`` are the types that do not fit all that it shows, ``files`` the nodes that carry its address.
    """

    name: str
    supports: tuple[str, ...]
    age: int
    term: int | None
    unfit: tuple[str, ...]
    files: tuple[str, ...]


@dataclass(frozen=True)
class Proof:
    """Evidence of a project. ``kind`` is a type other than the mould's, ``addressed`` whether it can be looked at."""

    supports: tuple[str, ...]
    issued: int
    until: int | None
    kind: str | None
    addressed: bool


@dataclass(frozen=True)
class Calendar:
    """How dates come out, around a day."""

    dates: Dates
    today: int


def papers(mould: Mould, frame: Frame) -> list[Paper]:
    """All evidence of a mould, in the order of the file."""
    written = mould.variety.written_for.toordinal()
    return [_paper(mould, name, frame, written) for name, block in mould.blocks.items() if block.is_evidence]


def _paper(mould: Mould, name: str, frame: Frame, written: int) -> Paper:
    block = mould.part(name)
    supports = block.iris(SUPPORTS)
    issued = next((value.day for value in block.values(DCTERMS + "issued") if value.day), written)
    until = next((value.day for value in block.values(DANAO + "validUntil") if value.day), None)
    unfit = [set(frame.unfit_types(requirement)) for requirement in supports]
    files = block.nodes(DISTRIBUTION)
    return Paper(
        name=name,
        supports=supports,
        age=max(written - issued, 1),
        term=None if until is None else aged(until - issued, 1),
        unfit=tuple(sorted(set[str]().union(*unfit))),
        files=tuple(file for file in files if any(mould.part(file).values(address) for address in ADDRESSES)),
    )


def prove(draw: Draw, paper: Paper, claimed: Collection[str], calendar: Calendar, maturity: float) -> Proof | None:
    """What a project has of the evidence; nothing, if it has none of it or claims nothing that it shows."""
    if not draw.happens("evidence", maturity):
        return None
    shown = [one for one in paper.supports if one in claimed]
    supports = tuple(one for one in shown if draw.happens("supported", maturity)) or tuple(shown[:1])
    if not supports:
        return None
    issued, until = _period(draw, paper, calendar, maturity)
    kind = draw.one(paper.unfit) if paper.unfit and not draw.happens("fitting", maturity) else None
    return Proof(supports, issued, until, kind, addressed=draw.happens("addressed", maturity))


def _period(draw: Draw, paper: Paper, calendar: Calendar, maturity: float) -> tuple[int, int | None]:
    """The days of issue and of the end; evidence that ends was issued its whole term before."""
    dates, today = calendar.dates, calendar.today
    if paper.term is None:
        if not draw.happens("issued", maturity):
            return today + draw.whole(*dates.future), None
        return today - aged(paper.age, draw.factor(dates.spread)), None
    until = today + _remaining(draw, paper.term, dates, maturity)
    return until - paper.term, until


def _remaining(draw: Draw, term: int, dates: Dates, maturity: float) -> int:
    """Days until evidence ends, below zero where it has ended."""
    if not draw.happens("in-force", maturity):
        return -draw.whole(*dates.expired)
    soon = dates.soon[1]
    if term > soon and draw.happens("lasting", maturity):
        return draw.whole(soon + 1, term)
    return min(draw.whole(*dates.soon), term)
