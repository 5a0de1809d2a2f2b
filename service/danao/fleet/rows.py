"""From assessments and errors to rows: columns of plain values first, Arrow arrays at the end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyoxigraph import Literal, NamedNode

from danao.engine.interface import Facts, Row
from danao.errors import DanaoError, Place, Problem, Text
from danao.fleet.facts import chosen
from danao.fleet.schema import RESULTS, nested_fields, output_schema
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, DCTERMS, local_name
from danao.pipeline import Assessment
from danao.view import Standard

# The kinds of result as rules name them, by their columns.
_KINDS = {DANAO + "SelfAssessed": "self", DANAO + "Verified": "verified"}
# A column → what the report's query calls it.
_POINTS = {"points": "points", "upper": "upperPoints", "weight": "applicableWeight"}
_ATTAINMENTS = {"attainment": "attainment", "upper_attainment": "upperAttainment"}
_COUNTS = {"passed": "passed", "cant_tell": "cantTell", "failed": "failed", "inapplicable": "inapplicable"}
_NOTHING: Mapping[str, Any] = {}

Values = dict[str, Any]


@dataclass(frozen=True)
class Elements:
    """The elements of a standard in reading order: those with parts, and the requirements; ``root`` is the whole."""

    root: str
    wholes: Sequence[str]
    requirements: Sequence[str]


def elements_of(knowledge: Knowledge) -> Elements:
    """The elements that have scores."""
    standard = Standard(knowledge)
    every = list(dict.fromkeys(iri for iri, _ in standard.walk()))
    return Elements(
        root=standard.roots[0],
        wholes=[iri for iri in every if iri in standard.parts],
        requirements=[iri for iri in every if iri not in standard.parts],
    )


class Rows:
    """Rows of the unit's output, collected column by column."""

    def __init__(self, elements: Elements | None = None) -> None:
        self._elements = elements
        self._rows: list[Values] = []
        self._nested = {name: _Nested(list(kinds)) for name, kinds in nested_fields().items()}

    def __len__(self) -> int:
        return len(self._rows)

    def add_error(self, seq: int, name: str, error: DanaoError) -> None:
        """A description that could not be read or worked on."""
        self._nested["errors"].add(_error_values(error.name, error.what, error.fix, error.place, 1))
        self._finish({"seq": seq, "part": 0, "input": name, "status": "unreadable"})

    def add(self, seq: int, part: int, assessment: Assessment, more: Values) -> None:
        """An assessment, scored or refused, with what else its row says."""
        row = {"seq": seq, "part": part, **_identity(assessment), **more}
        if assessment.violated:
            self._nested["errors"].add(_violation(assessment.problems))
        else:
            row |= self._add_scores(assessment)
        self._finish(row)

    def _add_scores(self, assessment: Assessment) -> Values:
        assert self._elements is not None, "scores need the elements they are of"  # noqa: S101 - a slip of ours
        scores = _by_kind(assessment.tables["scores"], "element")
        outcomes, reasons = _outcomes(assessment.tables["outcomes"])
        for iri in self._elements.wholes:
            self._nested["indicators"].add(_whole(iri, scores))
        for iri in self._elements.requirements:
            self._nested["requirements"].add(_requirement(iri, scores, outcomes, reasons))
        return _totals(self._elements.root, scores) | _bands(assessment)

    def _finish(self, row: Values) -> None:
        self._rows.append(row)
        for nested in self._nested.values():
            nested.close()

    def table(self, facets: Sequence[Sequence[Mapping[str, str | None]]]) -> Any:  # noqa: ANN401 - PyArrow has no types
        """All rows as a table of the unit's output; ``facets`` are those of each row."""
        facet = self._nested["facets"] = _Nested(list(nested_fields()["facets"]))
        for rows in facets:
            for row in rows:
                facet.add(row)
            facet.close()
        schema = output_schema()
        return pa.Table.from_arrays([self._column(field) for field in schema], schema=schema)

    def _column(self, field: Any) -> Any:  # noqa: ANN401 - PyArrow has no types
        if field.name in self._nested:
            return self._nested[field.name].array(nested_fields()[field.name])
        return array_of([row.get(field.name) for row in self._rows], field.type)


class _Nested:
    """The rows of a table that stands inside the rows of another."""

    def __init__(self, names: Iterable[str]) -> None:
        self._columns: dict[str, list[Any]] = {name: [] for name in names}
        self._ends = [0]

    def add(self, values: Mapping[str, Any]) -> None:
        for name, column in self._columns.items():
            column.append(values.get(name))

    def close(self) -> None:
        """End the rows that belong to one row outside."""
        self._ends.append(len(next(iter(self._columns.values()))))

    def array(self, kinds: Mapping[str, Any]) -> Any:  # noqa: ANN401 - PyArrow has no types
        arrays = [array_of(self._columns[name], kind) for name, kind in kinds.items()]
        fields = [pa.field(name, kind) for name, kind in kinds.items()]
        return pa.ListArray.from_arrays(
            pa.array(self._ends, pa.int32()), pa.StructArray.from_arrays(arrays, fields=fields)
        )


def array_of(values: Sequence[Any], kind: Any) -> Any:  # noqa: ANN401 - PyArrow has no types
    """Values as an array; decimals come as text and are rounded to the places of their column."""
    if not pa.types.is_decimal(kind):
        return pa.array(values, kind)
    exact = pa.array(values, pa.string()).cast(pa.decimal128(38, 18))
    return pc.round(exact, kind.scale).cast(kind)


# ---- One row ----


def _identity(assessment: Assessment) -> Values:
    description, examination = assessment.description, assessment.examination
    titles = _titles(description.facts, description.project)
    fallback = next((titles[language] for language in sorted(titles)), local_name(description.project))
    return {
        "input": description.source,
        "project": description.project,
        "identifier": description.identifier,
        "title_zh": titles.get("zh", fallback),
        "title_en": titles.get("en", fallback),
        "status": "refused" if assessment.violated else "scored",
        "reviewed": is_reviewed(examination.facts),
        "description_digest": description.digest,
        "examination_digest": examination.digest,
        "knowledge_digest": assessment.knowledge.digest,
        "as_of": _as_of(examination.facts, examination.iri),
        "triples": len(description.facts),
    }


def _titles(facts: Facts, project: str) -> dict[str, str]:
    """The project's titles by language; of two in one language the one that sorts first."""
    node = NamedNode(project)
    stated = (triple.object for triple in chosen(facts, {DCTERMS + "title"}) if triple.subject == node)
    titles = sorted(((t.language or "", t.value) for t in stated if isinstance(t, Literal)), reverse=True)
    return dict(titles)


def is_reviewed(examination: Facts) -> bool:
    """Whether an examination decides something: a verdict, a confirmed target, an approved exclusion."""
    return bool(chosen(examination, {DANAO + name for name in ("verdict", "confirms", "approves")}))


def _as_of(examination: Facts, iri: str) -> dt.date | None:
    node = NamedNode(iri)
    stated = (triple.object for triple in chosen(examination, {DANAO + "asOf"}) if triple.subject == node)
    dates = sorted(thing.value for thing in stated if isinstance(thing, Literal))
    try:
        return dt.date.fromisoformat(dates[0]) if dates else None
    except ValueError:
        # Such an examination is refused, and says so in its error.
        return None


def _by_kind(rows: Iterable[Row], name: str) -> dict[tuple[str, str], Row]:
    return {(row[name].value, _KINDS[row["result"].value]): row for row in rows}


def _outcomes(rows: Iterable[Row]) -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], list[str]]]:
    """Outcomes and reasons of requirements, by local names."""
    outcomes: dict[tuple[str, str], str] = {}
    reasons: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        key = (row["requirement"].value, _KINDS[row["result"].value])
        outcomes[key] = local_name(row["outcome"].value)
        if row["reason"] is not None:
            reasons.setdefault(key, []).append(local_name(row["reason"].value))
    return outcomes, reasons


def _whole(iri: str, scores: Mapping[tuple[str, str], Row]) -> Values:
    values: Values = {"element": iri}
    for result in RESULTS:
        row = scores.get((iri, result), _NOTHING)
        values |= _read(row, result, _POINTS) | _read(row, result, _ATTAINMENTS) | _counts(row, result)
    return values


def _requirement(
    iri: str,
    scores: Mapping[tuple[str, str], Row],
    outcomes: Mapping[tuple[str, str], str],
    reasons: Mapping[tuple[str, str], list[str]],
) -> Values:
    values: Values = {"requirement": iri}
    for result in RESULTS:
        key = (iri, result)
        attainment = scores.get(key, _NOTHING).get("attainment")
        values[f"{result}_outcome"] = outcomes.get(key)
        values[f"{result}_reasons"] = sorted(set(reasons.get(key, ())))
        values[f"{result}_attainment"] = None if attainment is None else attainment.value
    return values


def _totals(root: str, scores: Mapping[tuple[str, str], Row]) -> Values:
    values: Values = {}
    for result in RESULTS:
        row = scores.get((root, result), _NOTHING)
        values |= _read(row, result, _POINTS) | _counts(row, result)
    return values


def _bands(assessment: Assessment) -> Values:
    """The band of each total; nothing is verified where nobody examined."""
    bands = {_KINDS[row["result"].value]: row["band"].value for row in assessment.tables["bands"]}
    return {
        f"{result}_band": band for result, band in bands.items() if assessment.examination.source or result == "self"
    }


def _read(row: Row, result: str, names: Mapping[str, str]) -> Values:
    found = ((column, row.get(name)) for column, name in names.items())
    return {f"{result}_{column}": None if term is None else term.value for column, term in found}


def _counts(row: Row, result: str) -> Values:
    return {name: None if text is None else int(text) for name, text in _read(row, result, _COUNTS).items()}


def _violation(problems: Iterable[Problem]) -> Values:
    violations = [problem for problem in problems if problem.severity == "violation"]
    first = violations[0]
    return _error_values(first.name, first.what, first.fix, first.place, len(violations))


def _error_values(name: str, what: Text, fix: Text | None, place: Place, count: int) -> Values:
    return {
        "error": name,
        "message_zh": what.zh,
        "message_en": what.en,
        "fix_zh": fix.zh if fix else None,
        "fix_en": fix.en if fix else None,
        **place.as_json(),
        "problems": count,
    }
