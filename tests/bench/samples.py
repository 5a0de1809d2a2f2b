"""The descriptions that are measured: generated ones, the same in every run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice

from pyoxigraph import RdfFormat, parse

from danao.fleet.generate.caster import Caster
from danao.fleet.generate.frame import Frame
from danao.fleet.generate.mould import load_mould
from danao.fleet.generate.run import Order, make
from danao.knowledge import load_knowledge
from danao.reading import Input
from danao.resources import data_root

SEED = "bench"
BASE = "https://danao.example/"


@dataclass(frozen=True)
class Sample:
    """A generated description without mistakes, its examination, and how many triples each has."""

    identifier: str
    description: Input
    examination: Input
    triples: int
    examined: int


def samples(number: int, least: int, most: int) -> list[Sample]:
    """The first so many descriptions that have between ``least`` and ``most`` triples."""
    return list(islice((one for one in _every() if least <= one.triples <= most), number))


def _every() -> Iterator[Sample]:
    knowledge = load_knowledge()
    mould = load_mould(data_root() / "examples" / "mould.ttl", knowledge.assessed_classes)
    caster = Caster.of(mould, Frame(knowledge), SEED, None)
    order = Order(BASE, mistakes=0, files=True, examinations=True)
    for place in count(1):
        made = make(caster, place, order)
        assert made.examination is not None, "an examination was asked for"
        name = made.description.identifier
        texts = (made.description.data, made.examination.data)
        description, examination = Input(f"{name}.ttl", texts[0]), Input(f"{name}-examination.ttl", texts[1])
        yield Sample(name, description, examination, *(len(parsed(text)) for text in texts))


def parsed(text: bytes) -> list[object]:
    """The parse floor: Turtle parsed by pyoxigraph, and nothing else."""
    return list(parse(text, format=RdfFormat.TURTLE, base_iri=BASE))
