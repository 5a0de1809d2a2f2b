"""A service under load: many projects published, clients that ask it for everything at once.

``python -m tests.bench.service [--full]``; run it alone on the machine. The service is ``danao serve`` as it is
started, asked by clients in a process of their own. Every answer is compared with the one that was given before the
load: a difference ends it with code 1, and no time is reported. Only the first projects are registered; see
:mod:`tests.bench.site`.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, urlencode

from danao.heads import Question
from danao.knowledge import Knowledge, load_knowledge
from danao.pipeline import Assessment
from danao.questions import questions
from tests.bench.load import Found, Plan, Wanted, connected, digest_of, got
from tests.bench.processes import SERVICE, WORKERS, Watched, by_role, computed, watching
from tests.bench.questions import NEEDED, PAIRS
from tests.bench.report import Asked, Report, machine, milliseconds, report_in_a_folder, table, verdict
from tests.bench.site import REGISTERED, registered, repeat
from tests.many_published import assessments
from tests.serving import Running, running
from tests.web import BASE

CLIENTS = 16
# Projects whose pages are asked for, spread over all.
SAMPLE = 50
# Of every round of a client: pages of resources in each form, the ranking, a small query; and each question once.
PAGES, RANKINGS, QUERIES = 8, 4, 8
FORMS = {"HTML": "text/html", "Turtle": "text/turtle", "JSON-LD": "application/ld+json"}
# In a hundredth of the mean: by how much memory may grow within the second half, by the line that fits it best.
MOST_GROWTH = 5
# What of a processor's time is taken where it is what bounds.
_BUSY = 0.9
_MINUTE = 60
_CLIENTS = "clients"
_OK = 200
_QUERY = Path(__file__).with_name("titles.rq")


@dataclass(frozen=True)
class Project:
    """A project that is published."""

    identifier: str
    iri: str


def main(arguments: Sequence[str] | None = None) -> None:
    """Write and print the report."""
    report_in_a_folder(__doc__, measured, arguments)


def measured(folder: Path, size: Asked) -> Report:
    """The report on a service over a registry, which is filled in a folder."""
    registry, knowledge, projects = folder / "registry", load_knowledge(), list[Project]()
    count, real = size.pick(4, 200, 200), size.pick(2, REGISTERED, REGISTERED)
    seconds = registered(registry, _noted(assessments(real, knowledge), projects))
    repeat(registry, real, count // real)
    with running(registry, "--rate", "1000000") as service:
        start = time.perf_counter()
        wanted = [answered(service.port, one) for one in _wanted(projects, knowledge)]
        first = time.perf_counter() - start
        plan = Plan(service.port, size.pick(0, _MINUTE, 10 * _MINUTE), size.pick(2, CLIENTS, CLIENTS), wanted)
        load = _loaded(service, plan, size.pick(1 / 5, 2, 2))
    refuse_wrong(load.found)
    report = Report("service", "A service under load")
    report.add("Machine", machine("pyoxigraph", "fastapi", "starlette", "uvicorn"))
    columns = ("projects", "registered", "that took, s", "different requests", "each answered once before, s")
    figures = (f"{count:,}", f"{real}", f"{seconds:.1f}", f"{len(wanted):,}", f"{first:.1f}")
    report.add("Registry", table(columns, [figures]))
    report.add("Load", _ABOUT.format(clients=plan.clients, kinds=_mixed(wanted)), _load(plan, load.found))
    report.add("Answers", table(("answer", "requests", "p50, ms", "p95, ms"), _answers(load.found)))
    report.add("Memory", *memory(load.watched, load.found.seconds))
    report.add("Processors", *_processors(load))
    return report


_ABOUT = (
    "{clients} clients, each with a connection that it keeps and one request at a time, in rounds of {kinds}. "
    "Nothing is compressed, no request is conditional; every answer was the one given before the load."
)


def _noted(made: Iterator[Assessment], projects: list[Project]) -> Iterator[Assessment]:
    for assessment in made:
        projects.append(Project(assessment.description.identifier, assessment.description.project))
        yield assessment


# ---- What is asked for ----


def _wanted(projects: Sequence[Project], knowledge: Knowledge) -> Iterator[Wanted]:
    """Pages of projects in every form, the ranking, a query for each of them, and each question."""
    query = _QUERY.read_text(encoding="utf-8")
    for project in projects[:: max(1, len(projects) // SAMPLE)]:
        path = "/" + quote(project.iri.removeprefix(BASE))
        for name, media_type in FORMS.items():
            yield Wanted(f"page of a project, {name}", path, media_type, PAGES)
        told = urlencode({"query": query.replace("?project", f"<{project.iri}>")})
        yield Wanted("SPARQL: titles of a project", f"/sparql?{told}", "application/sparql-results+json", QUERIES)
    for kind in ("SelfAssessed", "Verified"):
        yield Wanted("ranking, API", f"/api/ranking?result={kind}", "application/json", RANKINGS)
        yield Wanted("ranking, page", f"/?result={kind}&sort=-points", "text/html", RANKINGS)
    for question in questions(knowledge):
        told = urlencode(_given(question, projects))
        yield Wanted(f"question {question.name}", f"/questions/{question.name}.json?{told}", "application/json")


def _given(question: Question, projects: Sequence[Project]) -> Mapping[str, str]:
    """Values of the parameters that a question has to be given."""
    pairs = {**PAIRS, "project": tuple(project.identifier for project in projects[:2])}
    values = {kind: iter(own) for kind, own in pairs.items()}
    return {
        one.name: NEEDED[one.name] if one.name in NEEDED else next(values[one.kind])
        for one in question.parameters
        if one.required
    }


def answered(port: int, wanted: Wanted) -> Wanted:
    """What is asked for, with the digest of its answer.

    :raises SystemExit: it is not answered.
    """
    connection = connected(port)
    try:
        status, body = got(connection, wanted)
    finally:
        connection.close()
    if status != _OK or not body:
        sys.exit(f"{wanted.path} is answered with {status}; no time is reported.")
    return replace(wanted, digest=digest_of(body))


def refuse_wrong(found: Found) -> None:
    """See that every answer was the one given before.

    :raises SystemExit: one was not.
    """
    if found.wrong:
        shown = ", ".join(sorted(set(found.wrong))[:5])
        sys.exit(f"{len(found.wrong)} answers are others than before the load: {shown}; no time is reported.")


# ---- The load ----


@dataclass(frozen=True)
class Load:
    """What clients found, the memory of the service, and seconds that the processes computed, by what they are."""

    found: Found
    watched: Watched
    computing: Mapping[str, float]


def _loaded(service: Running, plan: Plan, every: float) -> Load:
    def processes() -> list[int]:
        return [service.process.pid, *service.children()]

    before = by_role(processes(), computed) | {_CLIENTS: _of_children()}
    with watching(processes, every) as watched:
        clients = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        told, _ = clients.communicate(plan.as_json())
    after = by_role(processes(), computed) | {_CLIENTS: _of_children()}
    if clients.returncode:
        sys.exit("the clients failed; no time is reported.")
    found = Found(**json.loads(told))
    computing = {name: after[name] - before[name] for name in before}
    return Load(found, watched, computing)


def _of_children() -> float:
    """Seconds that processes of ours computed that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


# ---- Tables ----


def _mixed(wanted: Sequence[Wanted]) -> str:
    """How often a round asks for what."""
    times = {one.kind: one.times for one in wanted}
    several = ", ".join(f"{count} of “{kind}”" for kind, count in times.items() if count > 1)
    return f"{sum(times.values())} requests: {several}, and one of each question"


def _load(plan: Plan, found: Found) -> str:
    count = sum(len(times) for times in found.times.values())
    columns = ("clients", "seconds", "requests", "a second", "MB a second", "answers that differ")
    rate, size = count / found.seconds, found.size / found.seconds / 1e6
    figures = (f"{found.seconds:.0f}", f"{count:,}", f"{rate:.1f}", f"{size:.2f}", f"{len(found.wrong)}")
    return table(columns, [(f"{plan.clients}", *figures)])


def _answers(found: Found) -> Iterator[tuple[str, ...]]:
    for kind, times in sorted(found.times.items(), key=lambda one: (one[0].startswith("question"), one[0])):
        yield kind, f"{len(times):,}", milliseconds(_percentile(times, 50)), milliseconds(_percentile(times, 95))


def _percentile(times: Sequence[float], percent: int) -> float:
    """The time that so many of a hundred do not exceed."""
    return sorted(times)[-(-len(times) * percent // 100) - 1]


def memory(watched: Watched, seconds: float) -> tuple[str, str]:
    """Whether memory stays level over so many seconds: in words, and as a table."""
    part = min(_MINUTE, seconds / 4)
    points = list(zip(watched.seconds, watched.sizes, strict=True))
    first, last = _mean(points, 0, part), _mean(points, seconds - part, seconds)
    half = [(second, size) for second, size in points if second > seconds / 2]
    slope = statistics.linear_regression(*zip(*half, strict=True)).slope if len(half) > 1 else 0.0
    growth = 100 * slope * (seconds - seconds / 2) / _mean(points, seconds / 2, seconds)
    columns = ("memory", "asked for", "measured", "")
    level = f"at most {MOST_GROWTH} %", f"{growth:.1f} %", verdict(growth, most=MOST_GROWTH)
    rows = [
        ("growth within the second half, by the line of least squares", *level),
        ("mean of the first part, MB", "", f"{first / 1e6:,.0f}", ""),
        ("mean of the last part, MB", "", f"{last / 1e6:,.0f}", ""),
        ("the most, MB", "", f"{max(watched.sizes) / 1e6:,.0f}", ""),
    ]
    about = (
        f"All processes of the service together, looked at {len(points)} times; what they share counts in each. The "
        f"first and the last part are {part:.0f} s each."
    )
    return about, table(columns, rows)


def _mean(points: Sequence[tuple[float, float]], start: float, end: float) -> float:
    """The mean size between two seconds; where nobody looked in between, what was seen nearest to the middle."""
    nearest = min(points, key=lambda one: abs(one[0] - (start + end) / 2))
    return statistics.mean([size for second, size in points if start <= second <= end] or [nearest[1]])


def _processors(load: Load) -> tuple[str, str]:
    cores, seconds = len(os.sched_getaffinity(0)), load.found.seconds
    shares = {name: load.computing[name] / seconds / cores for name in (SERVICE, WORKERS, _CLIENTS)}
    total = sum(shares.values())
    rows = [(name, f"{share * seconds * cores:.0f}", f"{share:.0%}") for name, share in shares.items()]
    bound = max(shares, key=lambda name: shares[name])
    said = (
        f"The processors bound it: they were busy for {total:.0%} of the time, most of it with the {bound}."
        if total >= _BUSY
        else f"The processors were busy for {total:.0%} of the time: something else bounds it as well."
    )
    return said, table(("process", "computing, s", f"share of {cores} cores"), rows)


if __name__ == "__main__":
    main()
