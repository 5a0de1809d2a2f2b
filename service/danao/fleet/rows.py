"""From assessments and errors to rows: columns of plain values first, Arrow arrays at the end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyoxigraph import Literal

from danao.engine.interface import Row, Texts, texts_of
from danao.errors import DanaoError, Place, Problem, Text
from danao.examine import is_reviewed
from danao.fleet.facts import chosen
from danao.fleet.schema import COUNTS, RESULTS, nested_fields, output_schema
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, DCTERMS, local_name
from danao.pipeline import Assessment
from danao.statements import Facts, term_of
from danao.view import KINDS, Standard

# The kinds of result as rules name them, by their columns.
_KINDS = {DANAO + "SelfAssessed": "self", DANAO + "Verified": "verified"}
# The columns of scores that are read: outcome and attainment of requirements; measures and counts of what has parts.
_READ = (
    *("standing", "attainment"),
    *("points", "upperPoints", "applicableWeight", "attainment", "upperAttainment"),
    *("passed", "cantTell", "failed", "inapplicable"),
)
_UNKNOWN: Texts = (*(None,) * 2, *(None,) * 5, *(None,) * 4)
Scores = Mapping[str, Texts]

Values = dict[str, Any]
# Facet, value, notation and labels.
FacetRow = tuple[str | None, ...]


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
        self._nested = {name: _Nested(kinds) for name, kinds in nested_fields().items()}

    def __len__(self) -> int:
        return len(self._rows)

    def add_error(self, seq: int, name: str, error: DanaoError) -> None:
        """A description that could not be read or worked on."""
        self._nested["errors"].add(_error_row(error.name, error.what, error.fix, error.place, 1))
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
        scores = _by_kind(assessment.tables["scores"])
        names = _Names()
        reasons = _reasons(assessment.tables["outcomes"], names)
        for iri in self._elements.wholes:
            self._nested["indicators"].add(_whole(iri, scores))
        for iri in self._elements.requirements:
            self._nested["requirements"].add(_requirement(iri, scores, reasons, names))
        return _totals(self._elements.root, scores) | _bands(assessment)

    def _finish(self, row: Values) -> None:
        self._rows.append(row)
        for nested in self._nested.values():
            nested.close()

    def table(self, facets: Sequence[Sequence[FacetRow]]) -> Any:  # noqa: ANN401 - PyArrow has no types
        """All rows as a table of the unit's output; ``facets`` are those of each row."""
        facet = self._nested["facets"] = _Nested(nested_fields()["facets"])
        for rows in facets:
            for row in rows:
                facet.add(row)
            facet.close()
        schema = output_schema()
        return pa.Table.from_arrays([self._column(field) for field in schema], schema=schema)

    def _column(self, field: Any) -> Any:  # noqa: ANN401 - PyArrow has no types
        if field.name in self._nested:
            return self._nested[field.name].array()
        return array_of([row.get(field.name) for row in self._rows], field.type)


class _Nested:
    """The rows of a table that stands inside the rows of another."""

    def __init__(self, kinds: Mapping[str, Any]) -> None:
        self._kinds = kinds
        self._rows: list[tuple[Any, ...]] = []
        self._ends = [0]

    def add(self, row: tuple[Any, ...]) -> None:
        """Add a row, its values in the order of the columns."""
        self._rows.append(row)

    def close(self) -> None:
        """End the rows that belong to one row outside."""
        self._ends.append(len(self._rows))

    def array(self) -> Any:  # noqa: ANN401 - PyArrow has no types
        columns = list(zip(*self._rows, strict=True)) or [()] * len(self._kinds)
        arrays = [array_of(values, kind) for values, kind in zip(columns, self._kinds.values(), strict=True)]
        fields = [pa.field(name, kind) for name, kind in self._kinds.items()]
        inside = pa.StructArray.from_arrays(arrays, fields=fields)
        return pa.ListArray.from_arrays(pa.array(self._ends, pa.int32()), inside)


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
    stated = (term_of(thing) for node, _, thing in chosen(facts, {DCTERMS + "title"}) if node == f"<{project}>")
    titles = sorted(((t.language or "", t.value) for t in stated if isinstance(t, Literal)), reverse=True)
    return dict(titles)


def _as_of(examination: Facts, iri: str) -> dt.date | None:
    stated = (term_of(thing) for node, _, thing in chosen(examination, {DANAO + "asOf"}) if node == f"<{iri}>")
    dates = sorted(thing.value for thing in stated if isinstance(thing, Literal))
    try:
        return dt.date.fromisoformat(dates[0]) if dates else None
    except ValueError:
        # Such an examination is refused, and says so in its error.
        return None


def _by_kind(rows: Iterable[Row]) -> Mapping[str, Scores]:
    """Scores by kind of result and element, their values in the order of the columns read."""
    found: dict[str, dict[str, Texts]] = {DANAO + name: {} for name in KINDS}
    for row in texts_of(rows, ("result", "element", *_READ)):
        result, element = row[:2]
        if result is not None and element is not None:
            found[result][element] = row[2:]
    return {column: found[DANAO + name] for column, name in zip(RESULTS, KINDS, strict=True)}


class _Names(dict[str, str]):
    """Local names of IRIs, each worked out once."""

    def __missing__(self, iri: str) -> str:
        self[iri] = name = local_name(iri)
        return name


def _reasons(rows: Iterable[Row], names: _Names) -> Mapping[str, Mapping[str, set[str]]]:
    """The local names of reasons by kind of result and requirement."""
    found: dict[str, dict[str, set[str]]] = {result: {} for result in RESULTS}
    for result, requirement, reason in texts_of(rows, ("result", "requirement", "reason")):
        if result is not None and requirement is not None and reason is not None:
            found[_KINDS[result]].setdefault(requirement, set()).add(names[reason])
    return found


def _whole(iri: str, scores: Mapping[str, Scores]) -> tuple[Any, ...]:
    own, verified = (scores[result].get(iri, _UNKNOWN) for result in RESULTS)
    return (iri, *own[2:7], *verified[2:7], *_counts(own), *_counts(verified))


def _requirement(
    iri: str, scores: Mapping[str, Scores], reasons: Mapping[str, Mapping[str, set[str]]], names: _Names
) -> tuple[Any, ...]:
    own, verified = (scores[result].get(iri, _UNKNOWN) for result in RESULTS)
    why = [sorted(reasons[result].get(iri, ())) for result in RESULTS]
    return (iri, own[0] and names[own[0]], verified[0] and names[verified[0]], *why, own[1], verified[1])


def _totals(root: str, scores: Mapping[str, Scores]) -> Values:
    values: Values = {}
    for result in RESULTS:
        row = scores[result].get(root, _UNKNOWN)
        named = zip(("points", "upper", *COUNTS), (*row[2:4], *_counts(row)), strict=True)
        values |= {f"{result}_{name}": value for name, value in named}
    return values


def _bands(assessment: Assessment) -> Values:
    """The band of each total; nothing is verified where nobody examined."""
    bands = {_KINDS[row["result"].value]: row["band"].value for row in assessment.tables["bands"]}
    examined = assessment.examination.source is not None
    return {f"{result}_band": band for result, band in bands.items() if examined or result == "self"}


def _counts(row: Texts) -> list[int | None]:
    return [None if text is None else int(text) for text in row[7:]]


def _violation(problems: Iterable[Problem]) -> tuple[Any, ...]:
    violations = [problem for problem in problems if problem.severity == "violation"]
    first = violations[0]
    return _error_row(first.name, first.what, first.fix, first.place, len(violations))


def _error_row(name: str, what: Text, fix: Text | None, place: Place, count: int) -> tuple[Any, ...]:
    fixes = (fix.zh, fix.en) if fix else (None, None)
    return (name, what.zh, what.en, *fixes, place.file, place.line, place.column, place.node, count)
