"""Questions over many different projects. ``python -m tests.bench.questions [--full]``; run it alone on the machine.

The projects are made from the examples: another identifier, city and validity each, with some claims and evidence left
out.
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from danao.corpus import Corpus
from danao.describe import read_descriptions
from danao.documents import Surroundings
from danao.examine import default_examination, read_examinations
from danao.heads import Question
from danao.knowledge import Knowledge, load_knowledge
from danao.namespaces import CCCEV, DANAO, DCTERMS, XSD
from danao.pipeline import Assessment, assess
from danao.questions import answer, questions
from danao.reading import Input
from tests.bench.report import Report, asked, machine, milliseconds, table, verdict
from tests.bench.timing import Times

EXAMPLES = Path(__file__).parents[2] / "examples"
BASE = "http://bench.invalid/"
AROUND = Surroundings()
AS_OF = "2025-12-31"
# Seconds that a question may take.
MOST = 1
# Values of parameters that have to be given; two projects are compared.
NEEDED = {"before": "2027-01-01", "least": "50", "type": "danao:Agreement"}
PAIRS = {"project": ("p-001", "p-002"), "term": ("brain:TrustedDataSpace", "brain:DigitalFinance")}


def main(arguments: Sequence[str] | None = None) -> None:
    """Write and print the report."""
    size = asked(__doc__, arguments)
    count, runs, knowledge = size.pick(4, 200, 200), size.pick(1, 3, 5), load_knowledge()
    start = time.perf_counter()
    assessments = list(_assessments(count, knowledge))
    assessed, before = time.perf_counter(), _memory()
    corpus = Corpus(assessments, knowledge)
    built, after = time.perf_counter(), _memory()
    rows = [_row(question, corpus, runs) for question in questions(knowledge)]
    report = Report("questions", "Questions over many projects")
    report.add("Machine", machine("pyoxigraph"))
    report.add(
        "Corpus",
        table(
            ("projects", "assessed, s", "corpus made, s", "memory with assessments, MiB", "with the corpus, MiB"),
            [(f"{count:,}", f"{assessed - start:.1f}", f"{built - assessed:.1f}", f"{before:,}", f"{after:,}")],
        ),
    )
    columns = ("question", "median, ms", "least – most", "computing, ms", "rows", f"at most {MOST} s")
    report.add("Questions", f"{runs} times each, from values to plain data.", table(columns, rows))
    report.write(size.folder)


def _assessments(count: int, knowledge: Knowledge) -> Iterator[Assessment]:
    bases = {name: _triples(name) for name in ("strong", "half-built", "early", "half-built-examination")}
    for number in range(count):
        name = ("strong", "half-built", "half-built", "early")[number % 4]
        identifier = f"p-{number:03}"
        chance = random.Random(number)  # noqa: S311 - equal projects in every run
        file = Input(f"{identifier}.ttl", _written(_varied(bases[name], identifier, chance)))
        (description,) = read_descriptions([file], knowledge, AROUND)
        examination = default_examination(identifier, AS_OF, AROUND)
        if name == "half-built" and number % 3:
            examined = [_examining(triple, identifier) for triple in bases["half-built-examination"]]
            (examination,) = read_examinations([Input("e.ttl", _written(examined))], knowledge, AROUND).values()
        yield assess(description, examination, knowledge)


def _triples(name: str) -> list[Triple]:
    data = (EXAMPLES / f"{name}.ttl").read_bytes()
    found = parse(data, format=RdfFormat.TURTLE, base_iri=BASE, rename_blank_nodes=True)
    return sorted({quad.triple for quad in found}, key=str)


def _varied(triples: list[Triple], identifier: str, chance: random.Random) -> Iterator[Triple]:
    """The description as another project's."""
    city = NamedNode(f"https://w3id.org/danao/code/gbt2260/37{chance.randint(1, 16):02}00")
    supporting = sorted({t.subject for t in triples if t.predicate.value == CCCEV + "supportsRequirement"}, key=str)
    dropped = {evidence for evidence in supporting if chance.randrange(10) == 0}
    for triple in triples:
        predicate, thing = triple.predicate.value, triple.object
        if predicate == DCTERMS + "identifier":
            thing = Literal(identifier)
        elif predicate == DCTERMS + "spatial":
            thing = city
        elif predicate == DANAO + "validUntil" and chance.randrange(3) == 0:
            thing = Literal(f"20{chance.randint(26, 29)}-0{chance.randint(1, 9)}-15", datatype=NamedNode(XSD + "date"))
        left_out = predicate == DANAO + "evidence" and thing in dropped
        if not left_out and not (predicate == DANAO + "provides" and chance.randrange(20) == 0):
            yield Triple(triple.subject, triple.predicate, thing)


def _examining(triple: Triple, identifier: str) -> Triple:
    examines = triple.predicate.value == DANAO + "examines"
    return Triple(triple.subject, triple.predicate, Literal(identifier)) if examines else triple


def _written(triples: Iterable[Triple]) -> bytes:
    return (serialize(triples, format=RdfFormat.TURTLE) or b"").replace(BASE.encode(), b"")


def _memory() -> int:
    """The most that the process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _row(question: Question, corpus: Corpus, runs: int) -> Sequence[str]:
    """The times of a question from values to plain data."""
    pairs = {kind: iter(values) for kind, values in PAIRS.items()}
    given = {
        one.name: NEEDED[one.name] if one.name in NEEDED else next(pairs[one.kind])
        for one in question.parameters
        if one.required
    }
    times, found = Times(), 0
    for _ in range(runs):
        times.begin()
        found = len(times.take(partial(answer, question, given, corpus))["rows"])
    shown = milliseconds(times.median), times.spread, milliseconds(times.computing_median), f"{found:,}"
    return (question.name, *shown, verdict(times.median, most=MOST))


if __name__ == "__main__":
    main()
