"""A run: project after project, each written before the next is cast, so that memory stays the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from danao.fleet.generate.caster import Caster
from danao.fleet.generate.casting import Cast, cast
from danao.fleet.generate.draw import Draw
from danao.fleet.generate.examination import examination
from danao.fleet.generate.mistakes import make_mistake, spoilt
from danao.fleet.generate.sinks import Item, Sink


@dataclass(frozen=True)
class Made:
    """One project: its description, its examination, and the name that a check reports if it has a mistake."""

    description: Item
    examination: Item | None
    mistake: str


@dataclass
class Tally:
    """How many projects were written, and with which mistakes."""

    projects: int = 0
    mistakes: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Order:
    """What is asked for: the share of projects with a mistake, whether files can have one, and examinations.

    ``base`` is the address that the projects live under.
    """

    base: str
    mistakes: float
    files: bool
    examinations: bool


def make(caster: Caster, number: int, order: Order) -> Made:
    """The project of a number; without its mistake it is the same, and no other project matters to it."""
    made = cast(caster, number)
    examined = examination(caster, made) if order.examinations else None
    draw = Draw(f"{caster.seed}/{number}/mistake", caster.mould.variety.chance)
    mistake = make_mistake(made, caster, draw, files=order.files) if draw.within(order.mistakes) else ""
    description = _item(caster, made, order, made.body(), "")
    return Made(
        description=_with_data(description, mistake, draw),
        examination=None if examined is None else _item(caster, made, order, examined, "examination"),
        mistake=mistake,
    )


def _item(caster: Caster, made: Cast, order: Order, body: str, graph: str) -> Item:
    header = caster.mould.header
    home = f"{order.base}id/{made.identifier}/"
    data = f"{header}\n{body}".encode()
    return Item(made.plan.number, made.identifier, home, home + graph, header, body, data)


def _with_data(item: Item, mistake: str, draw: Draw) -> Item:
    if not mistake:
        return item
    data = spoilt(item.data.decode(), mistake, draw)
    return Item(item.number, item.identifier, item.home, item.graph, item.header, item.body, data)


def write(
    projects: Iterator[Made], descriptions: Sink, examinations: Sink | None, tell: Callable[[Tally], None]
) -> Tally:
    """Write projects one after the other; ``tell`` is told of each."""
    tally = Tally()
    for made in projects:
        descriptions.put(made.description)
        if examinations and made.examination:
            examinations.put(made.examination)
        tally.projects += 1
        tally.mistakes.update([made.mistake] if made.mistake else [])
        tell(tally)
    return tally
