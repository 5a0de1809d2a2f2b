"""Everything that is published of many invented projects, checked: one registry's worth of graphs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

from pyoxigraph import Quad, Store

from danao.describe import read_descriptions
from danao.examine import read_examinations
from danao.fleet.generate.caster import Caster
from danao.fleet.generate.frame import Frame
from danao.fleet.generate.mould import load_mould
from danao.fleet.generate.run import Order, make
from danao.knowledge import Knowledge
from danao.pipeline import Assessment, assess
from danao.published import check_published
from danao.reading import Input
from danao.resources import data_root
from danao.statements import Facts
from tests.case import AROUND
from tests.given_published import BASE, published

FOLDER = Path(__file__).parent / "published"
# An error for each kind of thing that is published, planted in one of the projects.
ERRORS = {
    "cube": ("assessment", "duplicate-observations"),
    "measurements": ("assessment", "measurements-that-differ"),
    "assertions": ("assessment", "assertion-asserted-by--two"),
    "provenance": ("assessment", "run-software"),
    "report": ("assessment", "result-focus"),
    "catalogue": ("catalogue", "dataset-series"),
    "statistics": ("statistics", "partitions-that-differ"),
    "entry": ("entry", "entry-time--no-zone"),
    "service": ("service", "sparql-endpoint"),
}


def assessments(number: int, knowledge: Knowledge) -> Iterator[Assessment]:
    """The assessments of invented projects, each with its examination."""
    mould = load_mould(data_root() / "examples" / "mould.ttl", knowledge.assessed_classes)
    caster = Caster.of(mould, Frame(knowledge), "published", dt.date(2025, 12, 31))
    order = Order(BASE, mistakes=0, files=False, examinations=True)
    for one in range(1, number + 1):
        made = make(caster, one, order)
        assert made.examination is not None
        (description,) = read_descriptions([Input("project.ttl", made.description.data)], knowledge, AROUND)
        (examination,) = read_examinations(
            [Input("examination.ttl", made.examination.data)], knowledge, AROUND
        ).values()
        yield assess(description, examination, knowledge)


def check_many(number: int, knowledge: Knowledge) -> None:
    """Everything of so many projects passes; the last one's errors, one of each kind, are found."""
    graphs: Mapping[str, Facts] = {}
    for assessment in assessments(number, knowledge):
        graphs = published(assessment)
        for kind, facts in graphs.items():
            if kind != "knowledge":
                assert check_published(facts, kind, knowledge) == [], (assessment.iri, kind)
    assert check_published(graphs["knowledge"], "knowledge", knowledge) == []
    for kind, name in ERRORS.values():
        store = Store()
        store.bulk_extend(_quads(graphs[kind]))
        store.update((FOLDER / "plants" / kind / f"{name}.ru").read_text(encoding="utf-8"))
        found = check_published(frozenset(quad.triple for quad in store), kind, knowledge)
        assert name.partition("--")[0] in {one.shape.rpartition("/")[2] for one in found}, name


def _quads(facts: Facts) -> Iterator[Quad]:
    return (Quad(t.subject, t.predicate, t.object) for t in facts)
