"""The unit of work of a fleet: a table of descriptions in, a table of results out, and nothing else touched.

``assess_table`` is a plain function from a :class:`pyarrow.Table` to a :class:`pyarrow.Table`; any engine that moves
Arrow tables can run it. Whoever has many tables loads a :class:`Unit` once and calls it with each.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from danao.describe import Description, read_descriptions
from danao.documents import Reader, Surroundings
from danao.errors import InputError, KnowledgeError, Place, Text
from danao.examine import Examination, default_examination, read_examinations
from danao.fleet.facets import Facets
from danao.fleet.rows import Rows, elements_of
from danao.fleet.settings import UnitSettings
from danao.knowledge import Knowledge, load_knowledge
from danao.pipeline import Assessment, assess
from danao.reading import Input, read_triples
from danao.sandbox import memory_exceeded
from danao.statements import Facts, statements_of
from danao.steps import continued, kept

# How one description becomes an assessment. Whoever keeps the results of steps puts a function here that goes on from
# them; it returns what :func:`danao.pipeline.assess` would.
Assessor = Callable[[Description, Examination, Knowledge], Assessment]
_Examinations = Mapping[str | None, Examination]


def _ignore(_row: int) -> None:
    """What is told of progress where nobody listens."""


class Unit:
    """The knowledge of a run, loaded once, and what it does to tables.

    It ``is_warm`` once it has assessed something: engines make much ready at the first description only.

    :raises DanaoError: the knowledge cannot be loaded, or is not that of the run.
    """

    def __init__(
        self,
        settings: UnitSettings,
        assessor: Assessor = assess,
        reader: Reader = read_triples,
        cache: Path | None = None,
    ) -> None:
        self.settings = settings
        self.knowledge = load_knowledge(settings.folder, scheme=settings.scheme, engine=settings.engine, cache=cache)
        if settings.digest not in (None, self.knowledge.digest):
            raise _other_knowledge(self.knowledge.digest, settings.digest)
        self._assess = assessor
        self._around = Surroundings(settings.base, settings.limits, reader)
        self._elements = elements_of(self.knowledge)
        self._facets = Facets(self.knowledge)
        self.is_warm = False
        self._read_last: tuple[tuple[Input, ...], _Examinations] = ((), {})

    def assess(self, table: Any, starting: Callable[[int], None] = _ignore) -> Any:  # noqa: ANN401 - PyArrow has no types
        """The results of descriptions: ``fleet.schema.input_schema`` in, ``fleet.schema.output_schema`` out.

        One row a project in the order of the input, or one that says why nothing of a description was assessed.
        ``starting`` is told the number of each row before it is worked on.
        """
        rows = Rows(self._elements)
        described: list[Description | None] = []
        for number, given in enumerate(_given(table)):
            starting(number)
            described += self._add(given, rows)
        results = rows.table(self._facets.of(described))
        self.is_warm = True
        return results

    def _add(self, given: Mapping[str, Any], rows: Rows) -> list[Description | None]:
        """Add the rows of one input; the descriptions they are of."""
        try:
            gone_on = self._gone_on(given.get("steps") or ())
            assessments = gone_on or self._assessments(given)
        except InputError as error:
            rows.add_error(given["seq"], given["name"], error)
            return [None]
        except MemoryError:
            place = Place(file=given["name"])
            rows.add_error(given["seq"], given["name"], memory_exceeded(self.settings.bounds, place))
            return [None]
        for part, (assessment, steps) in enumerate(zip(assessments, self._kept(assessments), strict=True)):
            graphs = graphs_of(assessment) if self.settings.nquads else None
            rows.add(given["seq"], part, assessment, {"nquads": graphs, "steps": steps, "continued": bool(gone_on)})
        return [assessment.description for assessment in assessments]

    def _gone_on(self, steps: Sequence[bytes]) -> list[Assessment]:
        """The assessments that what was kept of all projects of an input leads to; none where one has to begin anew."""
        found = []
        for data in steps:
            assessment = continued(data, self.knowledge)
            if assessment is None:
                return []
            found.append(assessment)
        return found

    def _kept(self, assessments: Sequence[Assessment]) -> Sequence[bytes | None]:
        """What a later run can go on from. Of a description with a project that is not scored it would miss that."""
        if self.settings.keep_steps and not any(assessment.violated for assessment in assessments):
            return [kept(assessment) for assessment in assessments]
        return [None] * len(assessments)

    def _assessments(self, given: Mapping[str, Any]) -> list[Assessment]:
        source = Input(given["name"], given["data"], given["format"])
        descriptions = read_descriptions([source], self.knowledge, self._around)
        examinations = self._examinations(given["examinations"] or ())
        return [self._assess(one, self._examination_of(one, examinations), self.knowledge) for one in descriptions]

    def _examinations(self, given: Sequence[Mapping[str, Any]]) -> _Examinations:
        """The examinations given with a row; one that stands in every row is read once."""
        inputs = tuple(Input(one["name"], one["data"], one["format"]) for one in given)
        if inputs != self._read_last[0]:
            self._read_last = (inputs, read_examinations(inputs, self.knowledge, self._around))
        return self._read_last[1]

    def _examination_of(self, description: Description, examinations: _Examinations) -> Examination:
        own = examinations.get(description.identifier) or examinations.get(None)
        return own or default_examination(description.identifier, self.settings.as_of, self._around)

    def identifiers(self, table: Any) -> list[list[str | None]]:  # noqa: ANN401 - PyArrow has no types
        """Whom each file of examinations in a table examines; nobody's is one for every project.

        :raises InputError: a file cannot be read or holds no examination.
        """
        inputs = [Input(given["name"], given["data"], given["format"]) for given in _given(table)]
        return [list(read_examinations([one], self.knowledge, self._around)) for one in inputs]


def assess_table(table: Any, settings: UnitSettings) -> Any:  # noqa: ANN401 - PyArrow has no types
    """The results of a table of descriptions, with knowledge loaded for it alone. See :meth:`Unit.assess`.

    :raises DanaoError: the knowledge cannot be loaded.
    """
    return Unit(settings).assess(table)


def _given(table: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 - PyArrow has no types
    """The rows of a table, one in memory at a time."""
    for number in range(table.num_rows):
        yield {name: column[number].as_py() for name, column in zip(table.column_names, table.columns, strict=True)}


def graphs_of(assessment: Assessment) -> bytes:
    """The graphs of an assessment as sorted N-Quads, gzipped; equal assessments give equal bytes.

    Canonical description and examination stand in graphs named by their digests, what was decided in one named by
    the assessment, what it was derived from in one below that.
    """
    graphs = assessment.graphs
    decided = [graphs[name] for name in ("context", "outcomes", "scores") if name in graphs]
    derived = [graphs[name] for name in ("inference", "validation") if name in graphs]
    named = {
        f"urn:{assessment.description.digest}": [assessment.description.facts],
        f"urn:{assessment.examination.digest}": [assessment.examination.facts],
        assessment.iri: decided,
        f"{assessment.iri}/derived": derived,
    }
    text = "".join(line for name, facts in named.items() for line in _quads(name, facts))
    return gzip.compress(text.encode(), compresslevel=1, mtime=0)


def _quads(graph: str, facts: Iterable[Facts]) -> list[str]:
    stated = {statement for part in facts for statement in statements_of(part)}
    return sorted(f"{subject} {predicate} {thing} <{graph}> .\n" for subject, predicate, thing in stated)


def _other_knowledge(found: str, wanted: str | None) -> KnowledgeError:
    return KnowledgeError(
        Text(
            f"这里的知识（{found}）不是本次运行的知识（{wanted}）。",
            f"The knowledge here ({found}) is not that of the run ({wanted}).",
        ),
        fix=Text(
            "让每台机器装有同一版本的 danao，并能以同一路径看到知识目录。",
            "Give every machine the same version of danao and the knowledge folder at the same path.",
        ),
    )
