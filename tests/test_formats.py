"""JSON output and its schemas: every document that a command prints is valid, and nothing else is."""

from __future__ import annotations

import copy
import functools
import json
import re
import shutil
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from pyoxigraph import Literal, NamedNode, RdfFormat, Store

import danao
from danao.cli import app
from danao.engine.interface import iri_of
from danao.formats.schemas import read_schema, schema_names
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, RDF_TYPE, local_name
from danao.registry.record import create_record
from danao.view import as_number
from tests.case import description_of
from tests.registering import BASE
from tests.small_fleet import project, write_fleet

ROOT = Path(danao.__file__).parents[2]
SOURCES = Path(danao.__file__).parent / "formats"
KEPT = Path(__file__).parent / "formats"
EXAMPLES = ROOT / "examples"
LIBRARIES = ROOT / "tests" / "standards" / "libraries"
HALF_BUILT = str(EXAMPLES / "half-built.ttl")
HALF_BUILT_EXAMINED = (HALF_BUILT, "-e", str(EXAMPLES / "half-built-examination.ttl"))
FULL = ROOT / "tests" / "golden" / "full"
FULL_EXAMINED = (str(FULL / "description.ttl"), "-e", str(FULL / "examination.ttl"))
EMPTY = str(ROOT / "tests" / "golden" / "empty" / "description.ttl")
MISTAKES = str(EXAMPLES / "with-mistakes.ttl")
SMALL = str(EXAMPLES / "small.jsonld")
OF_LIBRARIES = ("--knowledge", str(LIBRARIES))
# A library without the need for a whole branch of the standard, and a project whose examination states no date.
LIBRARY = ("library.ttl", "-e", "library-examination.ttl", *OF_LIBRARIES)
UNDATED = (SMALL, "-e", "undated.ttl")

DATE = "<http://www.w3.org/2001/XMLSchema#date>"
CATALOGUE = '<catalogue> <http://purl.org/dc/terms/title> "地方文献目录"@zh'
# What a later description of the library, and its examination, state otherwise.
CHANGES = (
    (
        "<waiting-2025> <https://w3id.org/danao/ns#value> 10.0 .",
        "<waiting-2025> <https://w3id.org/danao/ns#value> 12.0 .",
    ),
    ("<library> <https://w3id.org/danao/ns#notApplicable> <no-mobile-library> .", ""),
    ("    danao:approves <no-mobile-library> ;\n", ""),
    ("<scans>", "<copies>"),
    ("<scans-file> a <http://www.w3.org/ns/dcat#Distribution> .", ""),
    ("<scans-file>", "<copies-file>"),
    ("<opening> <https://example.org/library/ns#opensOn> <https://example.org/library/ns#Saturday> .", ""),
    (f"{CATALOGUE} .", f'{CATALOGUE} ; <{DANAO}validUntil> "2026-03-31"^^{DATE} .'),
)
# What a later edition of the other standard changes: a name, another name, two weights, the words of a convention.
REVISIONS = (
    ("pls:outreach", "pls:beyond"),
    ("pls:school-partnership", "pls:schools"),
    ("hours danao:weight 5.0", "hours danao:weight 6.0"),
    ("district danao:weight 4.0", "district danao:weight 3.0"),
    ("总分低于 32。", "总分不到 32。"),
)
WEIGHTS = "ontology/editions/first/weights.ttl"
EXAMINATIONS = {
    "undated.ttl": '; danao:examines "small"',
    "yearless.ttl": f'; danao:examines "small" ; danao:asOf "2026-03-01"^^{DATE}',
}

# ---- What commands print ----

# Each shows something that the others do not: an outcome, a reason, a member that is null, another standard.
COMMANDS: dict[str, tuple[str, ...]] = {
    "assess, examined": ("assess", *HALF_BUILT_EXAMINED),
    "assess, not examined": ("assess", HALF_BUILT, "--as-of", "2025-12-31"),
    "assess, everything": ("assess", *FULL_EXAMINED),
    "assess, nothing": ("assess", EMPTY, "--as-of", "2025-12-31"),
    "assess, a good and a bad one": ("assess", SMALL, MISTAKES, "--as-of", "2025-12-31"),
    "assess, another scheme": ("assess", SMALL, "--scheme", "selected-scenarios", "--as-of", "2025-12-31"),
    "assess, a branch inapplicable": ("assess", *LIBRARY),
    "assess, undated": ("assess", *UNDATED),
    "check": ("check", MISTAKES, "--as-of", "2025-12-31"),
    "check, fine": ("check", SMALL, "--as-of", "2025-12-31"),
    "explain, examined": ("explain", *HALF_BUILT_EXAMINED, "6.1"),
    "explain, figures": ("explain", *HALF_BUILT_EXAMINED, "6.4.6"),
    "explain, everything": ("explain", *FULL_EXAMINED, "6.2.2"),
    "explain, nothing": ("explain", EMPTY, "6.1.5", "--as-of", "2025-12-31"),
    "explain, violated": ("explain", MISTAKES, "6.1.5", "--as-of", "2025-12-31"),
    "explain, a branch inapplicable": ("explain", *LIBRARY, "D"),
    "gaps, examined": ("gaps", *HALF_BUILT_EXAMINED, "--target", "60", "--within", "45"),
    "gaps, not examined": ("gaps", HALF_BUILT, "--as-of", "2025-12-31", "--result", "verified"),
    "gaps, year not named": ("gaps", SMALL, "-e", "yearless.ttl"),
    "gaps, everything": ("gaps", *FULL_EXAMINED),
    "gaps, violated": ("gaps", MISTAKES, "--as-of", "2025-12-31"),
    "gaps, a branch inapplicable": ("gaps", *LIBRARY, "--target", "1"),
    "diff, other facts and another date": (
        *("diff", "library.ttl", "changed-library.ttl", *LIBRARY[1:]),
        *("--examination-b", "changed-library-examination.ttl", "--as-of-b", "2026-06-30"),
    ),
    "diff, another knowledge": (
        *("diff", "library.ttl", "later-library.ttl", *LIBRARY[1:]),
        *("--examination-b", "later-library-examination.ttl", "--knowledge-b", "later"),
    ),
    "diff, nothing": ("diff", SMALL, SMALL, "--as-of", "2025-12-31"),
    "diff, undated": ("diff", SMALL, *UNDATED),
    "ask": ("ask", "evidence-of-type", *HALF_BUILT_EXAMINED, "--param", "type=Agreement"),
    "ask, nothing is found": ("ask", "expiring-evidence", SMALL, "--as-of", "2025-12-31", "-p", "before=2026-12-31"),
    "questions": ("ask", "--list"),
    "questions, another": ("ask", "--list", *OF_LIBRARIES),
    "standard": ("standard",),
    "standard, another": ("standard", *OF_LIBRARIES),
    "concept, indicator": ("standard", "6.1.5"),
    "concept, metric": ("standard", "6.4.6/procurement-cost"),
    "concept, listed example": ("standard", "6.1.1/scheduling-system"),
    "concept, term": ("standard", "DCMM"),
    "concept, class": ("standard", "brain:IndustrialBrain"),
    "fleet rank": ("fleet", "rank", "results"),
    "fleet rank, by an element": ("fleet", "rank", "results", "--by", "x", "--result", "self", "--where", "city=jn"),
    "fleet rank, nothing": ("fleet", "rank", "no-results"),
    "fleet rank, untold": ("fleet", "rank", "inapplicable-results"),
    "fleet heatmap": ("fleet", "heatmap", "results", "--where", "city=qd"),
    "fleet heatmap, nothing": ("fleet", "heatmap", "no-results", "--result", "self"),
    "fleet stats": ("fleet", "stats", "results", "--where", "city=jn"),
    "fleet stats, requirements": ("fleet", "stats", "results", "--level", "B.1", "--result", "self"),
    "fleet stats, inapplicable": ("fleet", "stats", "inapplicable-results"),
    "fleet stats, nothing": ("fleet", "stats", "no-results"),
    "fleet ask": ("fleet", "ask", "results", "peers", "-p", "project=a-01"),
    "fleet questions": ("fleet", "ask", "--list"),
    "fleet sql": ("fleet", "ask", "results", "--sql", "query.sql"),
    "registry list": ("registry", "list", "--registry", "kept"),
    "registry list, nothing": ("registry", "list", "--registry", "no-registry"),
    "registry history": ("registry", "history", "small", "--registry", "kept"),
    "registry history, examined": ("registry", "history", "sd-wood-2025", "--registry", "kept"),
    "registry show": ("registry", "show", "small", "--registry", "kept"),
    "registry diff": ("registry", "diff", "small", "--registry", "kept"),
    "registry verify": ("registry", "verify", "--registry", "damaged", "--record-only"),
    "registry verify, fine": ("registry", "verify", "small", "--registry", "kept"),
    "fleet sql, not all": ("fleet", "ask", "no-results", "--sql", "numbers.sql", "--rows", "2"),
}
FORMAT_OF = {
    "assess": "danao-assessment/1",
    "check": "danao-assessment/1",
    "explain": "danao-explanation/1",
    "gaps": "danao-gaps/1",
    "diff": "danao-difference/1",
    "ask": "danao-answer/1",
    "questions": "danao-questions/1",
    "standard": "danao-standard/1",
    "concept": "danao-concept/1",
    "fleet rank": "danao-fleet-ranking/1",
    "fleet heatmap": "danao-fleet-heatmap/1",
    "fleet stats": "danao-fleet-statistics/1",
    "fleet ask": "danao-answer/1",
    "fleet questions": "danao-questions/1",
    "fleet sql": "danao-fleet-rows/1",
    "registry list": "danao-registry/1",
    "registry history": "danao-history/1",
    "registry show": "danao-assessment/1",
    "registry diff": "danao-difference/1",
    "registry verify": "danao-verification/1",
}


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Documents:
    """The commands in a folder with the files that they name."""
    folder = tmp_path_factory.mktemp("formats")
    case = LIBRARIES / "cases" / "no-mobile-library-is-needed-and-that-is-approved"
    library, examination = description_of(case).decode(), (case / "examination.ttl").read_text(encoding="utf-8")
    assert [old for old, _ in CHANGES if old not in library + examination] == []
    made = {
        "library.ttl": library,
        "library-examination.ttl": examination,
        "later-library.ttl": library.replace("/school-partnership>", "/schools>"),
        "later-library-examination.ttl": examination.replace("pls:school-partnership", "pls:schools"),
        "changed-library.ttl": changed(library, CHANGES),
        "changed-library-examination.ttl": changed(examination, CHANGES),
    }
    for name, stated in EXAMINATIONS.items():
        made[name] = f"@prefix danao: <https://w3id.org/danao/ns#> .\n<examination> a danao:Examination {stated} .\n"
    made["query.sql"] = "select identifier, points from (select identifier, self_points as points from projects)"
    made["numbers.sql"] = "select * from range(9)"
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    write_fleet(folder / "results")
    write_fleet(folder / "no-results", [])
    none = project(1, "none", own="IIIII", verified="IIIII", city="jn")
    write_fleet(folder / "inapplicable-results", [none, project(2, "two", scored=False, told=False)])
    shutil.copytree(LIBRARIES, folder / "later", ignore=shutil.ignore_patterns("cases"))
    for path in (folder / "later").rglob("*.ttl"):
        path.write_text(changed(path.read_text(encoding="utf-8"), REVISIONS), encoding="utf-8")
    write_registries(folder)
    (folder / "later" / WEIGHTS).rename(folder / "later" / WEIGHTS.replace("weights", "later-weights"))
    return Documents(folder)


def write_registries(folder: Path) -> None:
    """A registry with a project that was published twice and taken back once, and one that was examined; and others.

    One of these is damaged, the other empty.
    """
    command = ("registry", "add", SMALL, "--publish", "--by", "office", "--registry", str(folder / "kept"))
    printed(*command, "--as-of", "2026-03-01")
    printed(*command, "--as-of", "2026-04-01")
    printed("registry", "withdraw", "small", "--reason", "one", "--registry", str(folder / "kept"))
    printed(*command, "--as-of", "2026-04-01")
    printed("registry", "add", *HALF_BUILT_EXAMINED, "--by", "office", "--registry", str(folder / "kept"))
    shutil.copytree(folder / "kept", folder / "damaged")
    (folder / "damaged" / "salt").unlink()
    create_record(folder / "no-registry", BASE)


def changed(text: str, changes: Iterable[tuple[str, str]]) -> str:
    for old, new in changes:
        text = text.replace(old, new)
    return text


class Documents:
    """What the commands print, each run once for all tests of the module."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._texts: dict[tuple[str, str], str] = {}

    def text(self, name: str, form: str = "json") -> str:
        if (name, form) not in self._texts:
            words = [str(self._folder / word) if (self._folder / word).exists() else word for word in COMMANDS[name]]
            self._texts[name, form] = printed(*words, "--output", form)
        return self._texts[name, form]

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - JSON is any
        return json.loads(self.text(name))

    def of_format(self, wanted: str) -> dict[str, Any]:
        return {name: self[name] for name in COMMANDS if FORMAT_OF[name.partition(",")[0]] == wanted}


def printed(*words: str) -> str:
    """What a command prints to stdout; an error that is none of ours is raised."""
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code in {0, 1}, done.stderr
    return done.stdout


# ---- Reading schemas beside documents ----

# One thing that a schema allows: where it stands, and a member, an alternative, a type or a value there.
Mark = tuple[str, str, str]
# Where a value stands in a document.
Keys = tuple[str | int, ...]


class Schema:
    """The schema of a format, and what of it is used."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.whole = read_schema(name)
        checker = FormatChecker(formats=("date",))
        checker.checks("iri", raises=ValueError)(is_iri)
        self._checker = checker
        self.validator = self.part(self.whole)

    def part(self, schema: dict[str, Any]) -> Draft202012Validator:
        """A validator of a part of the schema."""
        return Draft202012Validator({**schema, "$defs": self.whole["$defs"]}, format_checker=self._checker)

    def allowed(self) -> set[Mark]:
        """Every member, alternative, type and value that the schema allows."""
        parts = {f"$defs/{name}": part for name, part in self.whole["$defs"].items()} | {"": self.whole}
        return {mark for place, part in parts.items() for mark in self._allowed(part, place)}

    def _allowed(self, schema: dict[str, Any], place: str) -> Iterator[Mark]:
        for name, below in schema.get("properties", {}).items():
            yield place, "member", name
            yield from self._allowed(below, f"{place}/{name}")
        for number, below in enumerate(schema.get("anyOf", ())):
            yield place, "alternative", str(number)
            yield from self._allowed(below, f"{place}/anyOf{number}")
        inner = [schema[name] for name in ("items", "additionalProperties") if isinstance(schema.get(name), dict)]
        for below in (*schema.get("allOf", ()), *inner):
            yield from self._allowed(below, f"{place}/-")
        if isinstance(schema.get("type"), list):
            yield from ((place, "type", name) for name in schema["type"])
        yield from ((place, "value", json.dumps(value)) for value in schema.get("enum", ()))

    def used(self, document: object) -> set[Mark]:
        """What of that a valid document uses."""
        return set(self._used(self.whole, document, ""))

    def _used(self, schema: dict[str, Any], value: object, place: str) -> Iterator[Mark]:
        for below, thing, where, mark in self._below(schema, value, place):
            yield from [mark] if mark else []
            yield from self._used(below, thing, where)
        if isinstance(schema.get("type"), list):
            yield place, "type", type_of(value)
        if "enum" in schema:
            yield place, "value", json.dumps(value)

    def _below(
        self, schema: dict[str, Any], value: object, place: str
    ) -> Iterator[tuple[Any, object, str, Mark | None]]:
        """The parts of a schema that hold for parts of a value."""
        if "$ref" in schema:
            name = schema["$ref"].removeprefix("#/")
            yield self.whole["$defs"][name.removeprefix("$defs/")], value, name, None
        for below in schema.get("allOf", ()):
            yield below, value, f"{place}/-", None
        for number, below in enumerate(schema.get("anyOf", ())):
            if self.part(below).is_valid(value):
                yield below, value, f"{place}/anyOf{number}", (place, "alternative", str(number))
        present = value if isinstance(value, dict) else {}
        for name, below in schema.get("properties", {}).items():
            if name in present:
                yield below, present[name], f"{place}/{name}", (place, "member", name)
        others = schema.get("additionalProperties")
        for item in present.values() if isinstance(others, dict) else ():
            yield others, item, f"{place}/-", None
        for item in value if isinstance(value, list) and "items" in schema else ():
            yield schema["items"], item, f"{place}/-", None


def is_iri(value: object) -> bool:
    """Whether a string is an absolute IRI by RFC 3987, as the parser of oxigraph has it."""
    return not isinstance(value, str) or NamedNode(value) is not None


def type_of(value: object) -> str:
    """The JSON name of a type."""
    names = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
    return names.get(type(value), "null")


@functools.cache
def schema_of(name: str) -> Schema:
    return Schema(name)


def small(schema: Schema, document: Any, known: set[Mark]) -> Any:  # noqa: ANN401 - JSON is any
    """The document with only those items of its lists that use something of the schema that is not known yet."""
    shrunk = copy.deepcopy(document)
    done: set[Keys] = set()
    # The longest list first: what is left of the others is measured again and again.
    while left := {path: value for path, value in nodes(shrunk) if isinstance(value, list) and path not in done}:
        path = max(left, key=lambda path: len(json.dumps(left[path])))
        items, kept, seen = left[path], list[Any](), set(known)
        for item in list(items):
            items[:] = [item]
            used = schema.used(shrunk)
            if used - seen or not kept:
                kept.append(item)
                seen |= used
        items[:] = kept
        done.add(path)
    return shrunk


def nodes(value: object, path: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    """Every value in a document with its path, the document first."""
    yield path, value
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in below:
        yield from nodes(item, (*path, key))


def at(document: Any, path: Keys) -> Any:  # noqa: ANN401 - JSON is any
    for key in path:
        document = document[key]
    return document


# ---- Every document is valid, and uses all that its schema allows ----

VOCABULARY = ("$defs/identity/namedBy", "value", json.dumps({"zh": "词汇", "en": "vocabulary"}))
STANDARD = ("$defs/identity/namedBy", "value", json.dumps({"zh": "标准", "en": "standard"}))
NO_TEXT = ("$defs/optionalText", "alternative", "1")
NO_CLAUSE = ("$defs/wording/clause", "type", "null")
NO_DATE = ("$defs/origin/examination/asOf", "type", "null")
# Commands tell all; what is public is told by the service.
WITHHELD = ("$defs/evidence/issued", "type", "null")
NO_CODE = ("$defs/listed/notation", "type", "null")
# Parsers of RDF do not tell where a triple stands, so no problem has a line yet.
NO_READER_TELLS = {("$defs/problem/line", "type", "integer"), ("$defs/problem/column", "type", "integer")}


def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object in which each name stands once; of two, JSON keeps the last without a word."""
    names = [name for name, _ in pairs]
    assert sorted(names) == sorted(set(names))
    return dict(pairs)


def test_no_name_stands_twice_in_an_object_of_a_schema() -> None:
    files = sorted((Path(danao.__file__).parent / "formats").glob("*.json"))
    assert len(files) == len(schema_names()) + 1  # and what they share
    for file in files:
        json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=once)


# What a format leaves unused of the definitions that it shares with others.
UNUSED: dict[str, set[Mark]] = {
    "danao-answer/1": set(),
    "danao-assessment/1": {VOCABULARY, NO_TEXT} | NO_READER_TELLS,
    "danao-concept/1": set(),
    "danao-difference/1": {VOCABULARY, NO_TEXT} | NO_READER_TELLS,
    "danao-explanation/1": {VOCABULARY, NO_TEXT, NO_CLAUSE, NO_DATE, WITHHELD},
    "danao-fleet-heatmap/1": {NO_CODE},
    "danao-fleet-ranking/1": set(),
    "danao-fleet-rows/1": set(),
    "danao-fleet-statistics/1": set(),
    "danao-gaps/1": {VOCABULARY, STANDARD, NO_TEXT, NO_CLAUSE, NO_DATE},
    "danao-history/1": set(),
    "danao-questions/1": set(),
    "danao-registry/1": set(),
    "danao-standard/1": {VOCABULARY, NO_TEXT, NO_CLAUSE},
    "danao-verification/1": set(),
}
# What leads to more of the same: parts of parts, and one kind of result beside the other.
SAME = {"parts", "SelfAssessed", "Verified"}
# Those that the service alone gives are looked at beside its routes.
PRINTED = sorted(UNUSED)
each_format = pytest.mark.parametrize("name", PRINTED)


@each_format
def test_every_document_is_valid_and_together_they_use_all_of_the_schema(name: str, documents: Documents) -> None:
    schema = schema_of(name)
    used: set[Mark] = set()
    for command, document in documents.of_format(name).items():
        assert document["format"] == name
        assert faults(schema, document) == [], command
        used |= schema.used(document)
    assert schema.allowed() - used == UNUSED[name]
    assert used <= schema.allowed()


def faults(schema: Schema, document: object) -> list[str]:
    """What is wrong with a document, and where."""
    return [f"{fault.json_path}: {fault.message}" for fault in schema.validator.iter_errors(document)]


def test_every_format_is_printed_and_every_definition_is_used_by_some_format() -> None:
    assert set(FORMAT_OF.values()) == set(PRINTED) <= set(schema_names())
    everywhere = {
        mark
        for marks in UNUSED.values()
        for mark in marks
        if all(mark in UNUSED[name] for name in PRINTED if mark in schema_of(name).allowed())
    }
    assert everywhere == NO_READER_TELLS | {WITHHELD}


# ---- Nothing else is valid ----

# Small documents with everything in them.
RICH = {
    "danao-answer/1": ("ask",),
    "danao-assessment/1": ("assess, examined", "assess, undated", "check", "assess, a branch inapplicable"),
    "danao-concept/1": ("concept, metric", "concept, indicator", "concept, class"),
    "danao-difference/1": ("diff, other facts and another date", "diff, another knowledge"),
    "danao-explanation/1": ("explain, figures", "explain, a branch inapplicable"),
    "danao-fleet-heatmap/1": ("fleet heatmap",),
    "danao-fleet-ranking/1": ("fleet rank", "fleet rank, by an element"),
    "danao-fleet-rows/1": ("fleet sql", "fleet sql, not all"),
    "danao-fleet-statistics/1": ("fleet stats", "fleet stats, requirements"),
    "danao-gaps/1": ("gaps, examined", "gaps, not examined"),
    "danao-history/1": ("registry history",),
    "danao-questions/1": ("questions",),
    "danao-registry/1": ("registry list",),
    "danao-standard/1": ("standard, another",),
    "danao-verification/1": ("registry verify",),
}
# The only objects whose members may be missing: one for each step, column or facet that there is, and for each kind of
# result in which a total is there, has a band or a requirement moved.
MAY_MISS_SOME = {
    *{("bands",), ("by",), ("opposite",), ("requirements", "results"), ("rows",), ("rows", "facets")},
    *{("projects", "totals"), ("entries", "totals")},
}


@each_format
def test_a_document_with_a_member_too_few_or_too_many_or_of_another_type_is_invalid(
    name: str, documents: Documents
) -> None:
    schema, known, tried, number = schema_of(name), set[Mark](), set[object](), 0
    for command in RICH[name]:
        document = small(schema, documents[command], known)
        known |= schema.used(document)
        for what, path, mutant in mutants(document, tried):
            number += 1
            assert not schema.validator.is_valid(mutant), (command, what, path)
    assert number > 25


def mutants(document: Any, tried: set[object]) -> Iterator[tuple[str, Keys, Any]]:  # noqa: ANN401 - JSON is any
    """The document with one thing wrong, told by what it is and where; it is the same object each time.

    Of values that stand in the same place and have the same members, one is enough.
    """
    for path, value in list(nodes(document)):
        names = tuple(key for key in path if isinstance(key, str) and key not in SAME)
        # A text is one wherever it stands; whether it may be something else depends on where.
        inside = "text" if members(at(document, path[:-1])) == ("zh", "en") else names
        place = (inside, type_of(value), members(value))
        if place in tried:
            continue
        tried.add(place)
        if isinstance(value, dict):
            value["unheard of"] = None
            yield "one too many", path, document
            del value["unheard of"]
        for key in members(value) if not MAY_MISS_SOME & {names[-1:], names[-2:]} else ():
            taken = value.pop(key)
            yield "one too few", (*path, key), document
            value[key] = taken
        if path:
            above = at(document, path[:-1])
            above[path[-1]] = of_another_type(value)
            yield "another type", path, document
            above[path[-1]] = value


def members(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, dict) else ()


def of_another_type(value: object) -> object:
    """A value of a type that never stands for one of this type."""
    if isinstance(value, dict | list):
        return "text"
    return {"boolean": 1, "null": False, "string": 7}.get(type_of(value), "text")


# ---- What one member says of another ----


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (("examination", "asOf"), "2025-02-30", "is not a 'date'"),
        (("examination", "asOf"), None, "is not of type 'string'"),
        (("problems", 0, "severity"), "violation", "'warning' was expected"),
        (("scores", 0, "namedBy", "en"), "guess", "is not one of"),
        (("scores", 0, "iri"), "brain", "is not a 'iri'"),
        (("descriptionDigest",), "sha256:0", "does not match"),
        (("scores",), None, "expected to be empty"),
        (("scores",), [], "should be non-empty"),
    ],
)
def test_a_score_needs_a_date_and_no_violation_and_values_have_their_form(
    path: Keys, value: object, fault: str, documents: Documents
) -> None:
    schema = schema_of("danao-assessment/1")
    document = small(schema, documents["assess, examined"], set())
    assert faults(schema, document) == []
    assert set(document["assessments"][0]["bands"]) == {"SelfAssessed", "Verified"}
    at(document["assessments"][0], path[:-1])[path[-1]] = value
    assert any(fault in line for line in faults(schema, document))


@pytest.mark.parametrize("text", ["1.50", "01", ".5", "1.", "1e3", "+1", "-0.0", "", "1,5"])
def test_a_decimal_is_written_in_one_way_only(text: str) -> None:
    shared = schema_of("danao-explanation/1").part({"$ref": "#/$defs/decimal"})
    assert not shared.is_valid(text)
    assert all(shared.is_valid(good) for good in ("0", "-0.5", "10", "100", "48.666", "0.1666666667"))


def test_a_row_of_an_answer_has_a_cell_for_each_column(documents: Documents) -> None:
    for answer in documents.of_format("danao-answer/1").values():
        names = [column["name"] for column in answer["columns"]]
        assert [list(row) for row in answer["rows"]] == [names] * len(answer["rows"])


# ---- Numbers are exact ----


MEASURES = ("attainment", "upperAttainment", "points", "upperPoints")


def test_numbers_of_scores_are_the_decimals_of_the_graph_digit_by_digit(documents: Documents) -> None:
    """Read as decimals, and read as doubles and written again: either way they are what the graph has."""
    command = "assess, examined"
    graph = numbers_of_graph(documents.text(command, "turtle"))
    for number in (Decimal, lambda text: Decimal(repr(float(text)))):
        document = json.loads(documents.text(command), parse_float=number, parse_int=number)
        (assessment,) = document["assessments"]
        found = {
            (element["iri"], kind, name): result[name]
            for element in assessment["scores"]
            for kind, result in element["results"].items()
            for name in MEASURES
            if result.get(name) is not None
        }
        assert found == graph
    assert len({len(str(value).partition(".")[2]) for value in graph.values()}) > 3


def numbers_of_graph(turtle: str) -> dict[tuple[str, str, str], Decimal]:
    """The decimals of scores by element, kind of result and measure, as the graph writes them."""
    store = Store()
    store.load(turtle.encode(), format=RdfFormat.TURTLE)
    scores = store.quads_for_pattern(None, NamedNode(RDF_TYPE), NamedNode(DANAO + "Score"))
    found: dict[tuple[str, str, str], Decimal] = {}
    for score in scores:
        said: dict[str, Any] = {
            quad.predicate.value: quad.object for quad in store.quads_for_pattern(score.subject, None, None)
        }
        key = iri_of(said[DANAO + "element"]), local_name(iri_of(said[DANAO + "result"]))
        found |= {(*key, name): Decimal(said[DANAO + name].value) for name in MEASURES if DANAO + name in said}
    return found


def test_weights_are_exact_too(documents: Documents, knowledge: Knowledge) -> None:
    exactly = json.loads(documents.text("standard"), parse_float=Decimal, parse_int=Decimal)
    stated = {
        iri_of(triple.subject): Decimal(triple.object.value)
        for triple in knowledge.ontology
        if triple.predicate.value == DANAO + "weight" and isinstance(triple.object, Literal)
    }
    assert {e["iri"]: e["weight"] for e in exactly["elements"] if e["weight"] is not None} == stated


@given(st.decimals(min_value=0, max_value=10**11 - 1, places=4) | st.decimals(min_value=0, max_value=1, places=10))
def test_a_decimal_with_fifteen_digits_passes_through_json_unchanged(value: Decimal) -> None:
    written = json.dumps(as_number(value))
    assert Decimal(json.loads(written, parse_float=str, parse_int=str)) == value
    assert Decimal(repr(float(json.loads(written)))) == value


# ---- The schemas themselves ----


@each_format
def test_a_schema_is_a_schema_that_names_its_format_and_explains_every_member(name: str) -> None:
    whole = read_schema(name)
    Draft202012Validator.check_schema(whole)
    assert whole["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert whole["$id"] == f"https://w3id.org/danao/schema/{name}"
    assert whole["title"] == whole["properties"]["format"]["const"] == name
    assert [place for place in unexplained(whole) if place[-1:] != ("then",)] == []


def unexplained(schema: dict[str, Any]) -> list[Keys]:
    """Members and definitions without a description; conditions are explained where they stand."""
    parts = [(path, part) for path, part in nodes(schema) if isinstance(part, dict)]
    members = {(*path, kind): part[kind] for path, part in parts for kind in ("properties", "$defs") if kind in part}
    conditional = {path for path in members if {"then", "if", "else"} & set(path)}
    return [
        (*path, name)
        for path, listed in members.items()
        if path not in conditional
        for name, part in listed.items()
        if "description" not in part
    ]


@each_format
def test_references_lead_to_definitions_in_the_schema_and_each_is_led_to(name: str) -> None:
    whole = read_schema(name)
    references = {value for path, value in nodes(whole) if path[-1:] == ("$ref",)}
    assert references == {f"#/$defs/{name}" for name in whole["$defs"]}


def test_no_format_defines_what_is_shared_under_the_same_name() -> None:
    sources = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in SOURCES.glob("*.schema.json")}
    shared = set(sources.pop("shared.schema.json")["$defs"])
    assert [name for name, source in sources.items() if shared & set(source.get("$defs", {}))] == []
    assert len(sources) == len(schema_names())


# ---- The command ----


def test_the_formats_are_listed_with_the_commands_that_print_them() -> None:
    for lang, head in (("zh", "模式的地址"), ("en", "address of its schema")):
        listed = printed("schema", "--lang", lang)
        assert head in listed
        for name in schema_names():
            assert re.search(rf" {name} +(danao|GET|POST|PUT) .*https://w3id.org/danao/schema/{name} ", listed)
    commands = {command for name in PRINTED for command in read_schema(name)["$comment"].split(", ")}
    called = {
        "concept": "standard CODE",
        "questions": "ask --list",
        "fleet questions": "fleet ask --list",
        "fleet sql": "fleet ask --sql",
    }
    assert commands == {f"danao {called.get(name, name)}" for name in FORMAT_OF}


def test_the_schema_of_a_format_is_printed_whole() -> None:
    assert json.loads(printed("schema", "danao-gaps/1")) == read_schema("danao-gaps/1")


@pytest.mark.parametrize("name", ["danao-gaps/2", "gaps", "", "shared", "../danao-gaps/1"])
def test_a_format_that_there_is_not_is_refused_with_those_that_there_are(name: str) -> None:
    done = CliRunner().invoke(app, ("schema", name, "--lang", "en"))
    assert done.exit_code == 2
    assert "UsageError" in done.stderr
    assert "danao-assessment/1" in done.stderr


# ---- What was printed once stays valid ----


@each_format
def test_a_document_of_an_earlier_release_is_still_valid(name: str) -> None:
    """A format keeps its number as long as this holds; another release adds its documents beside these."""
    kept = sorted(KEPT.glob(f"{name.replace('/', '-')}.*.json"))
    assert kept
    for path in kept:
        assert faults(schema_of(name), json.loads(path.read_text(encoding="utf-8"))) == [], path.name
