"""What is shown of an assessment, as plain data: the JSON output, and what tables are drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from pyoxigraph import Literal, NamedNode

from danao import __version__
from danao.engine.interface import Row, iri_of
from danao.errors import Text, UsageError
from danao.index import text_of
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, DCTERMS, OWL, RDF_TYPE, RDFS, SKOS, local_name
from danao.pipeline import Assessment
from danao.statements import Statement, statements_of, term_of

FORMAT = "danao-assessment/1"
EXPLANATION = Text("释义，以标准原文为准。", "Explanations; the standard's text decides.")
KINDS = ("SelfAssessed", "Verified")

# What a concept is: named by the standard, our reading of a clause, or a term of the vocabularies that say it.
_BY_STANDARD = Text("标准", "standard")
_BY_READING = Text("解读", "reading")
_BY_VOCABULARY = Text("词汇", "vocabulary")


class Standard:
    """The elements of a standard in reading order, with what is needed to show them."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge

    @cached_property
    def document(self) -> str:
        return self.knowledge.instances("Standard")[0]

    @cached_property
    def parts(self) -> Mapping[str, list[str]]:
        """Element IRI → IRIs of its direct parts, in the order of their notations."""
        parts: dict[str, list[str]] = {}
        for iri, wholes in self.knowledge.index.column(DANAO + "directPartOf").items():
            for whole in wholes:
                parts.setdefault(text_of(whole), []).append(iri)
        return {parent: sorted(children, key=self._order) for parent, children in parts.items()}

    def _order(self, iri: str) -> list[tuple[int, str]]:
        """The position where one is stated, else the notation with numbers by value, so that 10 stands after 9."""
        if position := self.knowledge.values(iri, DANAO + "position"):
            return [(int(position[0]), "")]
        pieces = self.notation(iri).replace("/", ".").replace(" ", ".").split(".")
        return [(int(piece), "") if piece.isdigit() else (0, piece) for piece in pieces]

    @cached_property
    def roots(self) -> list[str]:
        below = {child for children in self.parts.values() for child in children}
        return sorted(iri for iri in self.parts if iri not in below)

    def walk(self, iri: str | None = None, depth: int = 0) -> Iterable[tuple[str, int]]:
        """Elements in reading order with their depth, from an element or from the root."""
        for root in self.roots if iri is None else [iri]:
            yield root, depth
            for child in self.parts.get(root, ()):
                yield from self.walk(child, depth + 1)

    def notation(self, iri: str) -> str:
        return next(iter(self.knowledge.values(iri, SKOS + "notation")), local_name(iri))

    def named_by(self, iri: str) -> Text:
        if self.is_requirement(iri):
            return _BY_READING
        return _BY_STANDARD if self.knowledge.values(iri, DANAO + "clause") else _BY_VOCABULARY

    def is_requirement(self, iri: str) -> bool:
        return DANAO + "Requirement" in self.knowledge.values(iri, RDF_TYPE)

    def is_listed_example(self, iri: str) -> bool:
        return DANAO + "ListedExample" in self.knowledge.values(iri, RDF_TYPE)

    def weight(self, iri: str) -> Decimal | None:
        return next((Decimal(value) for value in self.knowledge.values(iri, DANAO + "weight")), None)

    def _names(self, iri: str) -> Iterable[str]:
        yield iri
        yield from self.knowledge.values(iri, SKOS + "notation")
        yield local_name(iri)
        for prefix, namespace in self.knowledge.prefixes.items():
            if iri.startswith(namespace):
                yield f"{prefix}:{iri.removeprefix(namespace)}"

    def scored_element(self, code: str) -> str:
        """The element of a code that has a score: a term or an abbreviation has none.

        :raises UsageError: there is none.
        """
        iri = self.element(code)
        if iri in self.parts or self.is_requirement(iri):
            return iri
        raise UsageError(
            Text(f"“{code}”不是计分的要素。", f"'{code}' is no element that is scored."),
            fix=Text(f"用 danao standard {code} 查阅它。", f"Look it up with 'danao standard {code}'."),
        )

    def realised_by(self, iri: str) -> list[str]:
        """The classes of capability whose members realise an element."""
        return self._realisers.get(iri, [])

    @cached_property
    def _realisers(self) -> Mapping[str, list[str]]:
        ontology, value = self.knowledge.ontology, NamedNode(OWL + "hasValue")
        elements = {str(triple.subject): iri_of(triple.object) for triple in ontology if triple.predicate == value}
        found: dict[str, list[str]] = {}
        for triple in ontology:
            if element := elements.get(str(triple.object)):
                found.setdefault(element, []).append(iri_of(triple.subject))
        return {element: sorted(classes) for element, classes in found.items()}

    @cached_property
    def _called(self) -> Mapping[str, str]:
        """Everything a concept may be asked for by, without case → its IRI."""
        names: dict[str, str] = {}
        # Clauses and terms of the standard come first where a name is also that of a class or a code.
        for iri in sorted(self.knowledge.index, key=lambda one: not self.knowledge.values(one, DANAO + "clause")):
            for name in self._names(iri):
                names.setdefault(name.casefold(), iri)
        # What people call it comes after what it is called by machines.
        for iri in self.knowledge.index:
            for label in (SKOS + "prefLabel", RDFS + "label"):
                for called in self.knowledge.values(iri, label):
                    names.setdefault(called.casefold(), iri)
        return names

    def element(self, code: str) -> str:
        """The concept of a notation, a local name, a prefixed name or an IRI; any term of our vocabularies.

        :raises UsageError: there is none; the nearest are named.
        """
        wanted, names = code.strip().casefold(), self._called
        if wanted in names:
            return names[wanted]
        import difflib

        near = "、".join(difflib.get_close_matches(wanted, names, n=3))
        raise UsageError(
            Text(f"标准中没有“{code}”。", f"The standard has no '{code}'."),
            fix=Text(
                f"{f'相近的有：{near}。' if near else ''}用 danao standard 查看全部编号。",
                f"{f'Near: {near}. ' if near else ''}See all codes with 'danao standard'.",
            ),
        )


def both(text: Text | None) -> dict[str, str] | None:
    """A text as JSON: one member a language."""
    return None if text is None else text.as_json()


def identity(iri: str, standard: Standard) -> dict[str, Any]:
    """Which element this is, and whether the standard names it or our reading does."""
    return {
        "iri": iri,
        "notation": standard.notation(iri),
        "label": both(standard.knowledge.label(iri)),
        "namedBy": both(standard.named_by(iri)),
        "listedExample": standard.is_listed_example(iri),
    }


def wording(iri: str, standard: Standard) -> dict[str, Any]:
    """What is said of an element: its clause, our definition and the evidence that usually shows it."""
    knowledge = standard.knowledge
    return {
        "clause": next(iter(knowledge.values(iri, DANAO + "clause")), None),
        "definition": both(knowledge.text(iri, SKOS + "definition")),
        "example": both(knowledge.text(iri, SKOS + "example")),
        "note": both(EXPLANATION),
    }


def number(row: Row, name: str) -> float | int | None:
    """A numeric value of a row, as :func:`as_number` gives it."""
    term = row.get(name)
    return None if term is None else as_number(Decimal(term.value))


def as_number(value: Decimal) -> float | int:
    """A decimal as a number of JSON, digit by digit the same: a double keeps 15 digits, scores have fewer."""
    return int(value) if value == value.to_integral_value() else float(value)


def document(assessments: Iterable[Assessment], knowledge: Knowledge, *, weighted: bool = False) -> dict[str, Any]:
    """The JSON output of a run: what was applied, then each project; of its scores only the ``weighted`` if asked."""
    standard = Standard(knowledge)
    return {
        "format": FORMAT,
        **applied(knowledge),
        "assessments": [assessment_view(assessment, standard, weighted=weighted) for assessment in assessments],
    }


def applied(knowledge: Knowledge) -> dict[str, Any]:
    """What was applied to the projects of a run: software, standard and scheme with its conventions."""
    document = Standard(knowledge).document
    return {
        "software": f"danao {__version__}",
        "standard": {"iri": document, "title": both(knowledge.label(document))},
        "scheme": _scheme(knowledge),
        "note": both(EXPLANATION),
        "knowledgeDigest": knowledge.digest,
    }


def _scheme(knowledge: Knowledge) -> dict[str, Any]:
    conventions = knowledge.values(knowledge.scheme, DANAO + "convention")
    return {
        "iri": knowledge.scheme,
        "label": both(knowledge.label(knowledge.scheme)),
        "conventions": [
            {"iri": iri, "label": both(knowledge.label(iri)), "text": both(knowledge.text(iri, SKOS + "definition"))}
            for iri in conventions
        ],
    }


def assessment_view(assessment: Assessment, standard: Standard, *, weighted: bool = False) -> dict[str, Any]:
    """One project: where it comes from, its problems, its scores and outcomes, of the ``weighted`` if so asked."""
    return {
        **origin(assessment),
        "problems": [problem.as_json() for problem in assessment.problems],
        "bands": _bands(assessment, standard),
        "scores": _elements(Results(assessment), standard, weighted=weighted) if assessment.tables else None,
    }


def origin(assessment: Assessment) -> dict[str, Any]:
    """Which project an assessment is of, and what it was made from."""
    description, examination = assessment.description, assessment.examination
    facts = Facts(assessment)
    return {
        "project": {
            "iri": description.project,
            "identifier": description.identifier,
            "title": both(facts.title(description.project)),
            "source": description.source,
        },
        "assessment": assessment.iri,
        "examination": {"iri": examination.iri, "asOf": facts.value(examination.iri, DANAO + "asOf")},
        "descriptionDigest": description.digest,
        "examinationDigest": examination.digest,
        "knowledgeDigest": assessment.knowledge.digest,
    }


def _bands(assessment: Assessment, standard: Standard) -> dict[str, Any]:
    """The band of each total, a convention of the scheme; nothing is verified where nobody examined."""
    return {
        local_name(row["result"].value): {
            "iri": row["band"].value,
            "label": both(standard.knowledge.label(row["band"].value)),
        }
        for row in assessment.tables.get("bands", ())
        if assessment.examination.source or local_name(row["result"].value) != "Verified"
    }


def _elements(results: Results, standard: Standard, *, weighted: bool) -> list[dict[str, Any]]:
    shown = ((iri, depth) for iri, depth in standard.walk() if not weighted or standard.weight(iri) is not None)
    return [_element(iri, depth, results, standard) for iri, depth in shown]


def _element(iri: str, depth: int, results: Results, standard: Standard) -> dict[str, Any]:
    weight = standard.weight(iri)
    return {
        **identity(iri, standard),
        "depth": depth,
        "weight": None if weight is None else as_number(weight),
        "results": {kind: _result(iri, kind, results, standard) for kind in KINDS},
    }


def _result(iri: str, kind: str, results: Results, standard: Standard) -> dict[str, Any]:
    row = results.score(iri, kind)
    view: dict[str, Any] = {
        "label": both(standard.knowledge.label(DANAO + kind)),
        "outcome": results.outcome(iri, kind),
        **{name: number(row, name) for name in ("attainment", "upperAttainment", "points", "upperPoints")},
    }
    if standard.is_requirement(iri):
        reasons = results.reasons(iri, kind)
        view["reasons"] = [{"iri": reason, "label": both(standard.knowledge.label(reason))} for reason in reasons]
    else:
        names = ("applicableWeight", "requirements", "passed", "cantTell", "failed", "inapplicable")
        view |= {name: number(row, name) for name in names}
    return view


class Results:
    """The rows of an assessment's scores and outcomes, by element and kind of result."""

    def __init__(self, assessment: Assessment) -> None:
        self._tables = assessment.tables
        self._scores = {(r["element"].value, local_name(r["result"].value)): r for r in assessment.tables["scores"]}

    @cached_property
    def _reasons(self) -> Mapping[tuple[str, str], list[str]]:
        reasons: dict[tuple[str, str], list[str]] = {}
        for row in self._tables["outcomes"]:
            if row["reason"] is not None:
                key = (row["requirement"].value, local_name(row["result"].value))
                reasons.setdefault(key, []).append(row["reason"].value)
        return reasons

    def score(self, iri: str, kind: str) -> Row:
        return self._scores[iri, kind]

    def has(self, iri: str) -> bool:
        """Whether there is a score of an element."""
        return (iri, KINDS[0]) in self._scores

    def reasons(self, iri: str, kind: str) -> list[str]:
        """The IRIs of the reasons of a requirement's outcome."""
        return self._reasons.get((iri, kind), [])

    def outcome(self, iri: str, kind: str) -> str | None:
        """The local name of an element's outcome; what has parts has one only where it is inapplicable."""
        standing = self.score(iri, kind).get("standing")
        return None if standing is None else local_name(standing.value)


class Facts:
    """What a description, an examination and inference say, by subject."""

    def __init__(self, assessment: Assessment) -> None:
        self._by_subject: dict[str, list[Statement]] = {}
        inferred = assessment.graphs.get("inference", frozenset())
        for facts in (assessment.description.facts, assessment.examination.facts, inferred):
            for statement in statements_of(facts):
                self._by_subject.setdefault(statement[0], []).append(statement)

    def objects(self, subject: str, predicate: str) -> list[Any]:
        """The objects of a property, sorted."""
        wanted = f"<{predicate}>"
        things = {thing for _, said, thing in self._by_subject.get(f"<{subject}>", ()) if said == wanted}
        return [term_of(thing) for thing in sorted(things)]

    def value(self, subject: str, predicate: str) -> str | None:
        return next((thing.value for thing in self.objects(subject, predicate)), None)

    def title(self, subject: str) -> Text:
        titles = self.objects(subject, DCTERMS + "title")
        texts = {thing.language: thing.value for thing in titles if isinstance(thing, Literal)}
        fallback = next(iter(texts.values()), local_name(subject))
        return Text(texts.get("zh", fallback), texts.get("en", fallback))
