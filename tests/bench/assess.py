"""Times of the path, both engines on the same description in one run. Run it alone on the machine: ``make bench``.

The graphs of both engines are compared before any time is reported: a faster wrong answer fails.
"""

from __future__ import annotations

import platform
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from pyoxigraph import RdfFormat, parse

from danao.describe import Description, read_descriptions
from danao.documents import Surroundings
from danao.engine.fast import FastWorkspace
from danao.examine import default_examination
from danao.knowledge import Knowledge, load_knowledge
from danao.pipeline import Assessment, assess
from danao.reading import Input

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "half-built.ttl"
AS_OF = "2025-12-31"


def main() -> None:
    """Print the report."""
    fast, reference = load_knowledge(), load_knowledge(engine="reference")
    description = _read(fast)
    _compare(_assess(description, fast), _assess(description, reference))
    print(
        f"{platform.platform()} · Python {platform.python_version()} · {EXAMPLE.name}: {len(description.facts)} triples"
    )
    print(f"fast {fast.engine.versions} · reference {reference.engine.versions}\n")
    _report("parse floor (pyoxigraph alone)", _times(_parse, 50))
    _report("read: parse, guard, canonical form, digest", _times(lambda: _read(fast), 20))
    _report("warm assessment, fast engine", _times(lambda: _assess(description, fast), 20))
    _report("warm assessment, reference engine", _times(lambda: _assess(description, reference), 3))
    _report("load the knowledge, fast engine", _times(load_knowledge, 5))
    _report("cold danao assess, fast engine", _times(lambda: _cold("fast"), 5))
    _report("cold danao assess, reference engine", _times(lambda: _cold("reference"), 2))
    _report("danao --help", _times(lambda: _run("--help"), 5))
    _report(
        "python -c 'import rdflib'",
        _times(lambda: subprocess.run([sys.executable, "-c", "import rdflib"], check=True), 5),
    )
    print("\nWhere a warm assessment with the fast engine spends its time:")
    for name, seconds in _steps(description, fast):
        print(f"  {seconds * 1000:7.1f} ms  {name}")


def _read(knowledge: Knowledge) -> Description:
    source = Input(EXAMPLE.name, EXAMPLE.read_bytes())
    (description,) = read_descriptions([source], knowledge, Surroundings())
    return description


def _parse() -> None:
    list(parse(EXAMPLE.read_bytes(), format=RdfFormat.TURTLE, base_iri="http://example.org/"))


def _assess(description: Description, knowledge: Knowledge) -> Assessment:
    examination = default_examination(description.identifier, AS_OF, Surroundings())
    return assess(description, examination, knowledge)


def _compare(fast: Assessment, slow: Assessment) -> None:
    if fast.graphs != slow.graphs or fast.tables != slow.tables:
        sys.exit("The engines differ; no time is reported.")


def _cold(engine: str) -> None:
    _run("assess", str(EXAMPLE), "--as-of", AS_OF, "--engine", engine)


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "danao", *arguments], check=True, capture_output=True)


def _times(action: Callable[[], object], runs: int) -> list[float]:
    found = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        found.append(time.perf_counter() - start)
    return found


def _report(name: str, times: list[float]) -> None:
    median = statistics.median(times) * 1000
    print(f"{median:9.1f} ms  {name}  (least {min(times) * 1000:.1f}, most {max(times) * 1000:.1f}, {len(times)} runs)")


def _steps(description: Description, knowledge: Knowledge) -> list[tuple[str, float]]:
    """The dozen most expensive rules and shape sets, timed inside one assessment."""
    names = {
        text: f"rules/{folder}/{name}.rq" for folder, rules in knowledge.rules.items() for name, text in rules.items()
    }
    spent: defaultdict[str, float] = defaultdict(float)
    for method in ("construct", "select", "validate"):
        _time_method(method, names, spent)
    _assess(description, knowledge)
    return sorted(spent.items(), key=lambda item: -item[1])[:12]


def _time_method(method: str, names: dict[str, str], spent: defaultdict[str, float]) -> None:
    plain = getattr(FastWorkspace, method)

    def timed(self: FastWorkspace, text: str) -> object:
        start = time.perf_counter()
        made = plain(self, text)
        spent[names.get(text, f"shapes: {text}")] += time.perf_counter() - start
        return made

    setattr(FastWorkspace, method, timed)


if __name__ == "__main__":
    main()
