"""Where an assessment spends its computing: by the steps of the path, and by rules and sets of shapes."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any
from unittest.mock import patch

from danao import pipeline
from danao.describe import read_descriptions
from danao.documents import Surroundings
from danao.examine import default_examination
from danao.knowledge import Knowledge
from danao.reading import read_triples
from tests.bench.samples import Sample

# Steps as the path calls them, and what the report calls them.
STEPS = {
    "infer": "infer",
    "check_description": "check the description",
    "check_claims": "check the claims",
    "decide_outcomes": "outcomes",
    "score_outcomes": "scores",
}
PARSE, DESCRIBE, EXAMINE = "read: parse, keep to the limits", "read: guard, canonical form, digest", "examination"
TABLES, REST = "tables", "between the steps"
# Steps in the order of the path.
ORDER = (PARSE, DESCRIBE, EXAMINE, *STEPS.values(), REST, TABLES)
Spent = dict[str, float]


class Probe:
    """The seconds of computing that each step and each rule took, for every assessment that was watched."""

    def __init__(self, knowledge: Knowledge, as_of: str) -> None:
        self._knowledge = knowledge
        self._as_of = as_of
        self._rules = {
            text: f"rules/{folder}/{name}.rq"
            for folder, rules in knowledge.rules.items()
            for name, text in rules.items()
        }
        self.steps: list[Spent] = []
        self.parts: list[Spent] = []

    def watch(self, sample: Sample) -> None:
        """Assess a description, with all tables, and note what took how long."""
        steps, parts = defaultdict[str, float](float), defaultdict[str, float](float)
        around = Surroundings(reader=partial(_clocked, read_triples, steps, lambda *_: PARSE))
        with _patched(pipeline, steps, {name: partial(_constant, shown) for name, shown in STEPS.items()}):
            workspace = type(self._knowledge.engine.workspace())
            with _patched(workspace, parts, self._named()):
                self._assess(sample, around, steps)
        self.steps.append(steps)
        self.parts.append(parts)

    def _assess(self, sample: Sample, around: Surroundings, steps: Spent) -> None:
        start = time.process_time()
        (description,) = read_descriptions([sample.description], self._knowledge, around)
        read = time.process_time()
        examination = default_examination(description.identifier, self._as_of, around)
        examined = time.process_time()
        assessment = pipeline.assess(description, examination, self._knowledge)
        assessed = time.process_time()
        _ = dict(assessment.tables)
        steps[DESCRIBE] = read - start - steps[PARSE]
        steps[EXAMINE] = examined - read
        steps[REST] = assessed - examined - sum(steps[shown] for shown in STEPS.values())
        steps[TABLES] = time.process_time() - assessed

    def _named(self) -> Mapping[str, Callable[..., str]]:
        """How each of a workspace's methods is called in the report, by what it is given."""
        return {
            "entail": partial(_constant, "rules/entailment, until nothing is added"),
            "construct": lambda _, text: self._rules[text],
            "select": lambda _, text, *__: self._rules[text],
            "validate": lambda _, name: f"shapes: {name}",
        }


def _constant(shown: str, *_: object) -> str:
    return shown


def _clocked(plain: Callable[..., Any], spent: Spent, name: Callable[..., str], *given: object) -> Any:  # noqa: ANN401 - whatever it is
    start = time.process_time()
    made = plain(*given)
    spent[name(*given)] += time.process_time() - start
    return made


@contextmanager
def _patched(owner: object, spent: Spent, named: Mapping[str, Callable[..., str]]) -> Iterator[None]:
    """Functions of a module or methods of a class, clocked."""
    with ExitStack() as stack:
        for attribute, name in named.items():
            stack.enter_context(patch.object(owner, attribute, _clocking(getattr(owner, attribute), spent, name)))
        yield


def _clocking(plain: Callable[..., Any], spent: Spent, name: Callable[..., str]) -> Callable[..., object]:
    """A function, since methods are bound to nothing else."""

    def clocked(*given: object) -> object:
        return _clocked(plain, spent, name, *given)

    return clocked


def medians(found: list[Spent]) -> dict[str, float]:
    """The median seconds of each part over all assessments; where one did not have a part, it took none."""
    names = dict.fromkeys(name for spent in found for name in spent)
    return {name: statistics.median(spent.get(name, 0) for spent in found) for name in names}
