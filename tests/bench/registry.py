"""A registry that grows: what a submission costs, and what looking at it takes, at each size.

``python -m tests.bench.registry [--full]``; run it alone on the machine. Before a time is reported, what is listed and
ranked is counted, a project is verified, and digests are compared with those of a registry that has nothing else: a
difference ends it with code 1.

The many assessments are by the smallest standard of the tests, so that there can be many. What one by the standard
that we ship costs beside them is measured at the largest size.
"""

from __future__ import annotations

import shutil
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from danao.knowledge import load_knowledge
from danao.pipeline import Assessment
from danao.registry.again import assessment_of, version_of
from danao.registry.entries import Entry
from danao.registry.public_views import published
from danao.registry.ranking import ranking
from danao.registry.record import SALT, create_record, facts_of
from danao.registry.submit import Registry, Submitted, entries_of, publish, submit
from danao.registry.verify import verify_held
from danao.registry.views import history, listing
from tests.bench.report import Asked, Report, machine, milliseconds, report_in_a_folder, table, verdict
from tests.bench.timing import Times, alternating, exponent
from tests.registering import BASE, CACHE, assessed, at, held

ROOT = Path(__file__).parents[2]
SMALLEST = ROOT / "tests" / "standards" / "kiosks"
SHIPPED = ROOT / "examples" / "half-built.ttl"
# The cost of a submission does not grow if it is the size to the power of no more than this.
MOST_EXPONENT = 0.1
_TITLE = "Example wood panel industrial brain"
# Minutes of the day on which everything is submitted.
_DAY = 24 * 60


@dataclass(frozen=True)
class Plan:
    """How a registry grows: a block of so many projects after another, of each so many versions, in turns.

    So the submissions of every block are a like mixture: one first version of each project, then later ones.
    """

    sizes: Sequence[int]
    projects: int
    versions: int

    @property
    def block(self) -> int:
        """Submissions of a block; sizes are multiples of it."""
        return self.projects * self.versions

    def identifier(self, number: int) -> str:
        """Whose the submission of a number is, from 0."""
        return f"kiosk-{number // self.block * self.projects + number % self.projects}"

    def version(self, number: int) -> int:
        """Which version of its project it is, from 1."""
        return number % self.block // self.projects + 1

    def last(self, size: int) -> Sequence[str]:
        """The projects of the last block of a size."""
        return [self.identifier(number) for number in range(size - self.projects, size)]


@dataclass
class Grown:
    """What was measured at a size: submissions, publications; looking; megabytes of record and store."""

    submissions: Times = field(default_factory=Times)
    publishing: Times = field(default_factory=Times)
    looking: Mapping[str, Times] = field(default_factory=dict)
    megabytes: Sequence[float] = ()


def main(arguments: Sequence[str] | None = None) -> None:
    """Write and print the report."""
    report_in_a_folder(__doc__, measured, arguments)


def measured(folder: Path, size: Asked) -> Report:
    """The report on a registry that grows in a folder."""
    plan = Plan(
        sizes=size.pick((4, 8), (100, 300, 1_000), (100, 1_000, 10_000)),
        projects=size.pick(2, 10, 10),
        versions=size.pick(2, 10, 10),
    )
    runs, growth = size.pick(1, 3, 5), Growth(folder / "registry", plan)
    found = {number: growth.to(number, runs) for number in plan.sizes}
    growth.compare(folder / "small")
    shipped = _shipped(growth, folder / "empty", size.pick(2, 6, 11))
    report = Report("registry", "A registry that grows")
    report.add("Machine", machine("pyoxigraph"), growth.about)
    report.add("Targets", _target(found))
    report.add("Submissions", _ABOUT.format(block=plan.block), _submissions(found, plan.projects))
    report.add("Looking", f"Medians of {runs} runs, milliseconds.", _looking(found))
    report.add("The standard that we ship", "Versions of the half-built example.", _beside(shipped))
    return report


_ABOUT = (
    "Medians of the last {block} submissions of each size, and of what was published of them. Assessing is not in it; "
    "the record and the store are on the disk when a submission returns."
)


# ---- Growing ----


class Growth:
    """A registry in a folder that grows by a plan."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder = folder
        self._plan = plan
        self._knowledge = load_knowledge(SMALLEST, cache=CACHE)
        self._text = (SMALLEST / "kiosk.ttl").read_text(encoding="utf-8")
        self.size = 0
        self._statements = 0

    @property
    def about(self) -> str:
        """What is submitted, after it was compared."""
        return (
            f"Assessments by the smallest standard of the tests, of {self._statements:,} statements each: "
            f"{self._plan.versions} versions of a project, the last of which is published."
        )

    def assessment(self, number: int) -> Assessment:
        """The assessment of the submission of a number."""
        text = self._text.replace('"kiosk"', f'"{self._plan.identifier(number)}"')
        # Each version says something that no other does.
        return assessed(self._knowledge, text.replace("门灯", f"门灯 {number}"))

    def to(self, size: int, runs: int) -> Grown:
        """Let it grow to a size; the last block of that and looking at it are timed."""
        found, begin = Grown(), size - self._plan.block
        with held(self.folder) as registry:
            for number in range(self.size, size):
                self._submit(registry, number, found if number >= begin else None)
            inside = self._inside(registry, size, runs)
        self.size = size
        found.looking = {**self._outside(size, runs), **inside}
        found.megabytes = [_megabytes(self.folder / name) for name in ("objects", "store")]
        return found

    def _submit(self, registry: Registry, number: int, found: Grown | None) -> None:
        """Submit a version, and publish its project after the last one."""
        plan, assessment, written = self._plan, self.assessment(number), at(number % _DAY)
        _done(partial(submit, registry, assessment, written), found.submissions if found else None)
        if plan.version(number) == plan.versions:
            _done(partial(publish, registry, plan.identifier(number), written), found.publishing if found else None)

    def _inside(self, registry: Registry, size: int, runs: int) -> Mapping[str, Times]:
        """What is asked of a registry that is open."""
        works: Mapping[str, Callable[[str], object]] = {
            "list, office": lambda _: listing(registry),
            "list, public": lambda _: published(registry),
            "ranking, office": lambda _: self._ranked(registry, public=False),
            "ranking, public": lambda _: self._ranked(registry, public=True),
            "history of one": lambda identifier: history(registry, identifier),
            "show one": lambda identifier: assessment_of(version_of(registry, identifier), registry.shelf),
        }
        return alternating(works, self._plan.last(size)[:1], runs=runs)

    def _outside(self, size: int, runs: int) -> Mapping[str, Times]:
        """What opens the registry itself."""
        works: Mapping[str, Callable[[str], object]] = {
            "open": lambda _: self._opened(),
            "verify one": self._verified,
        }
        return alternating(works, self._plan.last(size)[:1], runs=runs)

    def _opened(self) -> None:
        with held(self.folder):
            pass

    def _verified(self, identifier: str) -> None:
        found = verify_held(self.folder, None, identifier, CACHE)
        if found.faults or found.recomputed != self._plan.versions:
            sys.exit(f"{identifier} does not verify: {found.faults}; no time is reported.")

    def _ranked(self, registry: Registry, *, public: bool) -> Sequence[object]:
        rows: Sequence[object] = ranking(registry, "SelfAssessed", self._knowledge, public=public)["rows"]
        return rows

    # ---- Comparing ----

    def compare(self, folder: Path) -> None:
        """See that everything is there, and that a registry with nothing else comes to the same digests.

        :raises SystemExit: it is not so.
        """
        size, plan = self.size, self._plan
        projects = size // plan.versions
        with held(self.folder) as registry:
            found = listing(registry)
            counts = [
                *(len(found["projects"]), len(published(registry))),
                *(len(self._ranked(registry, public=public)) for public in (False, True)),
            ]
            if counts != [projects] * 4 or found["entries"] != size + projects:
                sys.exit(f"Of {projects} projects, {counts} are shown; no time is reported.")
            own = entries_of(registry, plan.identifier(size - 1))
            self._statements = len(facts_of(registry.record, own[0].one("assessmentDigest")))
        create_record(folder, BASE)
        # What is public goes by names that are salted.
        shutil.copy(self.folder / SALT, folder / SALT)
        with held(folder) as registry:
            for entry, other in zip(self._again(registry), own, strict=True):
                if _digests(entry) != _digests(other):
                    sys.exit(f"Entry {other.number} has other digests than alone; no time is reported.")

    def _again(self, registry: Registry) -> Iterator[Entry]:
        """The entries of the last project, in another registry."""
        numbers = range(self.size - self._plan.block, self.size)
        last = self._plan.identifier(self.size - 1)
        for number in (one for one in numbers if self._plan.identifier(one) == last):
            yield submit(registry, self.assessment(number), at(0)).entry
        yield publish(registry, last, at(0)).entry


def _done(work: Callable[[], Submitted], times: Times | None) -> None:
    """Do what adds an entry, and time it where that is asked for."""
    if times is not None and not times.clock:
        times.begin()
    done = work() if times is None else times.take(work)
    if not done.new:
        sys.exit(f"Entry {done.entry.number} was there already; no time is reported.")


def _digests(entry: Entry) -> Sequence[str]:
    """What an entry says that depends on nothing but what was submitted."""
    return [entry.one(name) for name in ("descriptionDigest", "assessmentDigest", "publicDigest")]


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def _shipped(growth: Growth, empty: Path, count: int) -> Mapping[str, Times]:
    """So many versions of one project by the standard that we ship: in a registry of its own, and beside all others."""
    knowledge, text = load_knowledge(cache=CACHE), SHIPPED.read_text(encoding="utf-8")
    found: dict[str, Times] = {}
    for name, folder in (("of its own", empty), (f"of {growth.size:,} others", growth.folder)):
        found[name] = Times()
        with held(folder) as registry:
            for number in range(count):
                assessment = assessed(knowledge, text.replace(_TITLE, f"{_TITLE} {number}"))
                _done(partial(submit, registry, assessment, at(number)), found[name])
    return found


# ---- What it says ----


def _target(found: Mapping[int, Grown]) -> str:
    clock = exponent({size: grown.submissions.median for size, grown in found.items()})
    computing = exponent({size: grown.submissions.computing_median for size, grown in found.items()})
    measured = f"{clock:.3f} (computing: {computing:.3f})"
    name = f"cost of a submission over size, {min(found):,} to {max(found):,}: exponent"
    row = (name, f"{MOST_EXPONENT}", measured, verdict(clock, most=MOST_EXPONENT))
    return table(("target", "at most", "measured", ""), [row])


def _submissions(found: Mapping[int, Grown], projects: int) -> str:
    columns = ("assessments", *_COST, "publication, ms", "record, MB", "store, MB")
    rows = [
        (
            f"{size:,}",
            *_cost(grown.submissions, projects),
            milliseconds(grown.publishing.median),
            *(f"{one:,.1f}" for one in grown.megabytes),
        )
        for size, grown in found.items()
    ]
    return table(columns, rows)


_COST = ("submission, ms", "p95", "computing, ms", "first version, ms", "later version, ms")


def _cost(times: Times, firsts: int) -> Sequence[str]:
    """Figures of submissions, so many of which are first versions of their projects and come first."""
    (run,) = times.clock
    medians = times.median, times.percentile(95), times.computing_median
    return [milliseconds(one) for one in (*medians, statistics.median(run[:firsts]), statistics.median(run[firsts:]))]


def _looking(found: Mapping[int, Grown]) -> str:
    names = list(next(iter(found.values())).looking)
    rows = [
        (f"{size:,}", *(milliseconds(grown.looking[name].median) for name in names)) for size, grown in found.items()
    ]
    return table(("assessments", *names), rows)


def _beside(found: Mapping[str, Times]) -> str:
    return table(("in a registry", *_COST), [(name, *_cost(times, 1)) for name, times in found.items()])


if __name__ == "__main__":
    main()
