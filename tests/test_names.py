"""IRIs and texts that are not what they look like. Figures and forms are those of RFC 3986 and of Unicode."""

from __future__ import annotations

import time

import pytest

from danao.describe import Description
from danao.errors import Problem
from danao.knowledge import Knowledge
from danao.names import SCHEMES, shown
from tests.given import EXAMINATION, FULL, HOME, assessed, described, faults

NODE = f"{HOME}brain"
# Spelt out, so that no editor shows them as something else.
BIDI = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
WIDTHLESS = [0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF]


def stated(knowledge: Knowledge, *statements: str) -> Description:
    """The full description with statements about its project."""
    (description,) = described(knowledge, FULL + "\n".join(f"<brain> {statement} ." for statement in statements))
    return description


def found(knowledge: Knowledge, *statements: str) -> list[Problem]:
    return list(stated(knowledge, *statements).problems)


def named(problems: list[Problem]) -> list[str]:
    return [problem.name for problem in problems]


def escaped(code: int) -> str:
    return f"\\U{code:08X}"


def test_the_full_description_has_no_problem(knowledge: Knowledge) -> None:
    assert stated(knowledge).problems == ()


# ---- Controls and characters that nobody sees ----


@pytest.mark.parametrize("code", [0, 7, 8, 0x1B, 0x7F, 0x80, 0x9B, 0x9F, 0xFFFE, 0xE0041, *BIDI])
def test_a_text_with_a_control_is_refused(code: int, knowledge: Knowledge) -> None:
    statement = f'dcterms:description "before{escaped(code)}after"@en'
    description = stated(knowledge, statement)
    (problem,) = description.problems
    assert (problem.name, problem.severity) == ("ControlCharacter", "violation")
    assert (problem.place.file, problem.place.node) == ("1.ttl", NODE)
    assert problem.value == f"before\\u{code:04X}after"
    assert {triple.predicate.value for triple in description.refused} == {"http://purl.org/dc/terms/description"}


@pytest.mark.parametrize("text", ["一行\\n两行\\t三", "a\\r\\nb", "普通文字", "ΑΒΓ русский עברית", "👨"])
def test_lines_tabs_and_other_scripts_are_no_controls(text: str, knowledge: Knowledge) -> None:
    assert named(found(knowledge, f'dcterms:description "{text}"')) == []


@pytest.mark.parametrize("code", WIDTHLESS)
def test_a_character_without_width_in_a_text_is_warned_of(code: int, knowledge: Knowledge) -> None:
    description = stated(knowledge, f'dcterms:description "产业{escaped(code)}大脑"@zh')
    (problem,) = description.problems
    assert (problem.name, problem.severity, problem.value) == (
        "InvisibleCharacter",
        "warning",
        f"产业\\u{code:04X}大脑",
    )
    assert description.refused == frozenset()


@pytest.mark.parametrize("code", [*BIDI, *WIDTHLESS])
@pytest.mark.parametrize("place", ["object", "subject", "predicate"])
def test_an_iri_that_holds_what_nobody_sees_is_refused(place: str, code: int, knowledge: Knowledge) -> None:
    iri = f"<http://e.example/a{escaped(code)}b>"
    statement = {
        "object": f"dcterms:relation {iri}",
        "subject": f"dcterms:relation {iri} .\n{iri} dcterms:title 'x'",
        "predicate": f"{iri} 'x'",
    }[place]
    problems = found(knowledge, statement)
    assert set(named(problems)) == {"ControlCharacter"}
    assert {problem.value for problem in problems} == {f"http://e.example/a\\u{code:04X}b"}


def test_the_identifier_of_a_project_is_plain(knowledge: Knowledge) -> None:
    for code in (0x202E, 0x200B, 0x430, 0xFF41, 0x0):
        text = FULL.replace('"case-6-1-5"', f'"case-6-1-5{escaped(code)}"')
        (description,) = described(knowledge, text)
        assert "ProjectIdentifier" in faults(description)
        assert description.identifier == "unidentified"


# ---- Schemes ----

ODD = {
    "javascript": "javascript:alert(1)",
    "JavaScript": "JavaScript:alert(1)",
    "data": "data:text/html,x",
    "file": "file:///etc/passwd",
    "vbscript": "vbscript:x",
    "ftp": "ftp://e.example/x",
    "blob": "blob:https://e.example/1",
    "undeclared-prefix": "dct:title",
}
PLAIN = [
    "http://e.example/a",
    "HTTPS://e.example/a",
    "urn:uuid:0d1e",
    "mailto:a@e.example",
    "tel:+86-531-1",
    "geo:36,117",
]


@pytest.mark.parametrize("name", ODD)
def test_an_odd_scheme_is_refused_wherever_it_stands(name: str, knowledge: Knowledge) -> None:
    iri = f"<{ODD[name]}>"
    for statement in (f"dcterms:relation {iri}", f"{iri} 'x'", f"dcterms:relation {iri} . {iri} dcterms:title 'x'"):
        problems = found(knowledge, statement)
        assert {problem.name for problem in problems} == {"RefusedScheme"}
        assert {problem.value for problem in problems} == {ODD[name]}
        assert {problem.severity for problem in problems} == {"violation"}


@pytest.mark.parametrize("iri", PLAIN)
def test_a_harmless_scheme_is_taken(iri: str, knowledge: Knowledge) -> None:
    assert iri.partition(":")[0].lower() in SCHEMES
    assert named(found(knowledge, f"dcterms:relation <{iri}>")) == []


@pytest.mark.parametrize("property_", ["dcat:downloadURL", "dcat:accessURL"])
def test_a_link_that_runs_something_is_told_once(property_: str, knowledge: Knowledge) -> None:
    text = FULL + f"<report-file> {property_} <javascript:alert(1)> ."
    assessment = assessed(knowledge, text)
    problems = [p for p in assessment.problems if p.severity == "violation"]
    assert [(p.name, p.path) for p in problems] == [
        ("RefusedScheme", "http://www.w3.org/ns/dcat#" + property_.removeprefix("dcat:"))
    ]


# ---- Addresses ----

DISGUISED = [
    *("%2e%2e/other/brain", "a/%2E%2e/%2e%2e/other/brain", "a/.%2e/b", "%6fther", "a%2fb", "a%5cb", "a//b"),
    *(f"https://DANAO.example/id/case-6-1-5/{name}" for name in ("brain", "other")),
    *(
        "HTTPS://danao.example/id/other/brain",
        "https://danao.example:443/id/other/brain",
        "https://danao.example./id/x",
    ),
    *("https://user@danao.example/id/other/brain", "https://user:secret@danao.example/x", "http://danao.example/id/x"),
    *(
        "https://danao.example/id/case-6-1-5/../other/brain",
        "https://danao.example//id/other",
        "https://danao.example/i%64/x",
    ),
    *("https://danao.example/./id/other/brain", "https://danao.example/id/other/%2e", "https://danao.example:99999/x"),
]
UNDISGUISED = [
    *(
        "a/b",
        "a.b",
        "..a",
        "a..",
        "%E4%BA%A7%E4%B8%9A",
        "a%20b",
        "a?x=../y",
        "a#../b",
        "https://danao.example/id/other/x",
    ),
    *(
        "https://elsewhere.example//a/../b",
        "https://Elsewhere.example:443/%41",
        "https://danao.example.org/x",
        "urn:a:%41",
    ),
]


@pytest.mark.parametrize("iri", DISGUISED)
def test_an_address_in_disguise_is_refused(iri: str, knowledge: Knowledge) -> None:
    assert set(named(found(knowledge, f"dcterms:relation <{iri}>"))) == {"DisguisedAddress"}


@pytest.mark.parametrize("iri", UNDISGUISED)
def test_a_plain_address_is_taken(iri: str, knowledge: Knowledge) -> None:
    assert named(found(knowledge, f"dcterms:relation <{iri}>")) == []


def test_nobody_speaks_of_another_project_s_node_in_disguise(knowledge: Knowledge) -> None:
    for iri in (
        "%2e%2e/other/brain",
        "https://danao.example/id/%6fther/brain",
        "https://danao.example/i%64/other/brain",
    ):
        problems = found(knowledge, f"dcterms:relation <{iri}> .\n<{iri}> dcterms:title 'x'")
        assert "DisguisedAddress" in named(problems)


# ---- Terms ----

INTENDED = {
    "http": ("http://w3id.org/danao/ns#evidence", "https://w3id.org/danao/ns#evidence"),
    "slash": ("https://w3id.org/danao/ns/evidence", "https://w3id.org/danao/ns#evidence"),
    "www": ("https://www.w3id.org/danao/ns#evidence", "https://w3id.org/danao/ns#evidence"),
    "capitals": ("https://w3id.org/Danao/NS#evidence", "https://w3id.org/danao/ns#evidence"),
    "slip": ("https://w3id.org/danoa/ns#evidence", "https://w3id.org/danao/ns#evidence"),
    "cyrillic-namespace": ("https://w3id.org/d\u0430nao/ns#evidence", "https://w3id.org/danao/ns#evidence"),
    "greek-namespace": ("https://w3id.org/danao/\u03bds#evidence", "https://w3id.org/danao/ns#evidence"),
    "full-width": ("https://w3id.org/ｄanao/ns#evidence", "https://w3id.org/danao/ns#evidence"),
    "dcterms-https": ("https://purl.org/dc/terms/title", "http://purl.org/dc/terms/title"),
    "dcat-slash": ("http://www.w3.org/ns/dcat/distribution", "http://www.w3.org/ns/dcat#distribution"),
    "cyrillic-dcterms": ("http://purl.org/d\u0441/terms/title", "http://purl.org/dc/terms/title"),
    "cyrillic-name": ("http://purl.org/dc/terms/titl\u0435", "http://purl.org/dc/terms/title"),
    "cyrillic-name-of-ours": ("https://w3id.org/danao/ns#evid\u0435nce", "https://w3id.org/danao/ns#evidence"),
    "unknown-name": ("http://w3id.org/danao/ns#nothing", "https://w3id.org/danao/ns#"),
}


@pytest.mark.parametrize("name", INTENDED)
def test_a_property_that_looks_like_ours_names_the_one_that_is_meant(name: str, knowledge: Knowledge) -> None:
    iri, intended = INTENDED[name]
    (problem,) = found(knowledge, f"<{iri}> 'x'")
    assert (problem.name, problem.severity, problem.path) == ("LookAlikeTerm", "violation", iri)
    assert problem.fix is not None
    assert f"Did you mean {intended}?" in problem.fix.en


def test_a_class_and_a_requirement_that_look_like_ours_are_refused_too(knowledge: Knowledge) -> None:
    requirement = "http://w3id.org/danao/reading/2025/6-1-5-trusted-certification"
    for statement in ("a <http://w3id.org/danao/brain#DataPlatform>", f"danao:provides <{requirement}>"):
        assert "LookAlikeTerm" in named(found(knowledge, statement))


@pytest.mark.parametrize(
    "iri",
    [
        *("http://schema.org/url", "http://xmlns.com/foaf/0.1/name", "http://purl.org/dc/elements/1.1/title"),
        *(
            "https://example.org/vocabulary#evidence",
            "http://purl.org/dc/terms/abstract",
            "https://e.example/数据#evidence",
        ),
    ],
)
def test_properties_of_other_vocabularies_are_taken(iri: str, knowledge: Knowledge) -> None:
    assert named(found(knowledge, f"<{iri}> 'x'")) == []


# ---- Mixed scripts ----


@pytest.mark.parametrize("text", ["Brаin", "木业brаin平台", "SOLUΤION", "ＡI平台", "x\u0445x", "pаypal"])
def test_a_latin_word_with_letters_of_another_script_is_warned_of(text: str, knowledge: Knowledge) -> None:
    (problem,) = found(knowledge, f'dcterms:description "{text}"@zh')
    assert (problem.name, problem.severity, problem.value) == ("MixedScripts", "warning", text)


@pytest.mark.parametrize(
    "text",
    ["产业大脑 brain", "μm", "5 kΩ", "русский brain", "ＡＩ平台", "Über naïve", "АРІ", "α 平台", "βeta", "中A文б中"],
)
def test_words_of_one_script_are_taken(text: str, knowledge: Knowledge) -> None:
    assert named(found(knowledge, f'dcterms:description "{text}"@zh')) == []


# ---- Numbers and dates ----

XSD = "http://www.w3.org/2001/XMLSchema#"
NUMBERS = {
    "999999999999999": [],
    "1000000000000000": ["NumberOutOfRange"],
    "-1000000000000000.5": ["NumberOutOfRange"],
    "0.123456789012345": [],
    "0.1234567890123456": ["NumberOutOfRange"],
    "0000000000000000000000001.50000000000000000000000": [],
    "1e5": ["IllTypedLiteral"],
    "1e999999999": ["IllTypedLiteral"],
    "NaN": ["IllTypedLiteral"],
    "INF": ["IllTypedLiteral"],
    "１２": ["IllTypedLiteral"],
    "9" * 999_999: ["NumberOutOfRange"],
    "0." + "1" * 999_990: ["NumberOutOfRange"],
    "x" * 999_999: ["IllTypedLiteral"],
}


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:20])
def test_a_decimal_that_cannot_be_computed_with_is_named(number: str, knowledge: Knowledge) -> None:
    start = time.monotonic()
    problems = found(knowledge, f'dcterms:extent "{number}"^^<{XSD}decimal>')
    assert named(problems) == NUMBERS[number]
    assert all(len(problem.value or "") < 300 and len(problem.what.zh) < 400 for problem in problems)
    assert time.monotonic() - start < 10


@pytest.mark.parametrize(("digits", "expected"), [(15, []), (16, ["NumberOutOfRange"]), (400, ["NumberOutOfRange"])])
def test_an_integer_that_cannot_be_computed_with_is_named(
    digits: int, expected: list[str], knowledge: Knowledge
) -> None:
    assert named(found(knowledge, f"dcterms:extent {'9' * digits}")) == expected


@pytest.mark.parametrize(
    "date",
    [
        *("0000-01-01", "99999-01-01", "-0001-01-01", "2025-02-30", "2025-01-01Z", "2025-01-01+08:00", "2025-1-1"),
        *("２０２５-01-01", "", " 2025-01-01", "20250101", "2025-W01-1"),
    ],
)
def test_a_date_that_engines_read_differently_is_named(date: str, knowledge: Knowledge) -> None:
    assert named(found(knowledge, f'dcterms:issued "{date}"^^<{XSD}date>')) == ["IllTypedLiteral"]


# ---- Both sides, and what is told ----


def test_an_examination_is_looked_at_as_well(knowledge: Knowledge) -> None:
    node = next(line.split()[0] for line in EXAMINATION.splitlines() if "a danao:Examination" in line)
    prefix = "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
    more = f'{node} dcterms:relation <javascript:x> ; dcterms:title "a\\u202Eb" , "Brаin" .'
    problems = assessed(knowledge, FULL, prefix + EXAMINATION + more).problems
    found = {(problem.name, problem.place.file) for problem in problems if problem.place.file != "1.ttl"}
    names = ("RefusedScheme", "ControlCharacter", "MixedScripts")
    assert found == {(name, "examination.ttl") for name in names}


def test_a_value_is_told_in_short_and_visibly() -> None:
    assert shown("短") == "短"
    assert shown("a\u202eb\x1b[2J") == "a\\u202Eb\\u001B[2J"
    assert shown("x" * 200) == "x" * 200
    assert shown("x" * 201) == "x" * 200 + "…（201）"


def test_thousands_of_unknown_terms_are_told_in_bounded_time(knowledge: Knowledge) -> None:
    start = time.monotonic()
    text = "".join(f"<brain> danao:nothing{number} <http://w3id.org/danao/ns#n{number}> .\n" for number in range(5_000))
    (description,) = described(knowledge, FULL + text)
    assert len(description.problems) == 5_000
    assert time.monotonic() - start < 20
