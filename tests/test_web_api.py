"""The REST API: documents about what is registered, as each reader sees it, and assessments that leave no trace."""

from __future__ import annotations

import io
import json
import re
import shlex
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.request import Request

import pytest
from pyoxigraph import RdfFormat, parse
from starlette.testclient import TestClient

from danao.knowledge import Knowledge, load_knowledge
from danao.namespaces import DANAO
from danao.registry.entries import all_entries
from danao.registry.record import Record, facts_of
from danao.registry.submit import publish, submit, withdraw
from danao.statements import lexical
from danao.view import document
from danao.web.service import Service
from tests.access_marks import marks_of_access
from tests.accessing import found_in
from tests.api import (
    DEARER,
    EXAMPLES,
    HALF_BUILT,
    HALF_BUILT_EXAMINATION,
    HIDDEN,
    READERS,
    RESTRICTED,
    Clients,
    clients,
    copied_registry,
)
from tests.case import description_of
from tests.registering import AS_OF, SMALL, assessed, at, held, text_of
from tests.test_second_standard import CASES, LIBRARIES
from tests.web import app_for, serving

TURTLE, JSON_LD, PROBLEM = "text/turtle", "application/ld+json", "application/problem+json"
each_reader = pytest.mark.parametrize("reader", READERS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Path:
    return copied_registry(tmp_path_factory, knowledge)


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[tuple[Service, Clients]]:
    with clients(folder) as found:
        yield found


@pytest.fixture(scope="module")
def ask(served: tuple[Service, Clients]) -> Clients:
    return served[1]


def got(ask: Clients, reader: str, path: str) -> Any:  # noqa: ANN401 - JSON is any
    answer = ask[reader].get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(ask: Clients, reader: str, path: str, status: int) -> dict[str, Any]:
    answer = ask[reader].get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    found: dict[str, Any] = answer.json()
    return found


# ---- The list ----


def test_everyone_lists_what_they_see(ask: Clients) -> None:
    listed = {
        reader: {one["identifier"]: one["published"] for one in got(ask, reader, "/api/projects")["projects"]}
        for reader in READERS
    }
    public = {"access": True, "sd-wood-2025": True, "small": True}
    everything = public | {"gone": False, "hidden-one": False, "hidden-two": False}
    assert listed == {
        "public": public,
        "submitter": public | {"hidden-one": False},
        "other": public,
        "assessor": everything,
        "office": everything,
    }


def test_the_list_tells_of_each_project_what_its_reader_sees(ask: Clients) -> None:
    """The public sees the publication of the first version, the submitter the third one."""
    shown = {
        reader: next(one for one in got(ask, reader, "/api/projects")["projects"] if one["identifier"] == "small")
        for reader in ("public", "other")
    }
    assert [shown[reader]["entry"] for reader in ("public", "other")] == [9, 13]
    assert shown["public"]["title"]["zh"] == shown["other"]["title"]["zh"] != ""
    assert shown["public"]["by"] != "lead unit" == shown["other"]["by"]
    assert shown["public"]["totals"]["SelfAssessed"] == {"points": "1.6094", "upperPoints": "1.6094"}


@pytest.mark.parametrize("reader", ["public", "office"])
def test_the_list_tells_verified_totals_of_what_was_reviewed(reader: str, ask: Clients) -> None:
    listed = got(ask, reader, "/api/projects")["projects"]
    assert [one["identifier"] for one in listed if "Verified" in one["totals"]] == ["access", "sd-wood-2025"]


def test_pages_follow_one_another_and_end(ask: Clients) -> None:
    address, seen = "/api/projects?size=4&sort=-identifier", list[str]()
    while address:
        answer = ask["office"].get(address)
        assert answer.json()["total"] == 6
        assert answer.json()["pages"] == 2
        seen += [one["identifier"] for one in answer.json()["projects"]]
        address = answer.links.get("next", {}).get("url", "").removeprefix("https://danao.example")
    assert seen == ["small", "sd-wood-2025", "hidden-two", "hidden-one", "gone", "access"]
    assert got(ask, "office", "/api/projects?size=4&page=3")["projects"] == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=WOOD-2025", ["sd-wood-2025"]),
        ("q=大脑标题", ["access"]),
        ("q=nothing-like-it", []),
        ("published=false", ["gone", "hidden-one", "hidden-two"]),
        ("sort=-SelfAssessed&size=1", ["sd-wood-2025"]),
        ("sort=time&size=2", ["sd-wood-2025", "access"]),
        ("sort=-time&size=1", ["small"]),
        # What nobody reviewed comes last, by identifier.
        ("sort=Verified&size=3", ["access", "sd-wood-2025", "gone"]),
        ("sort=-Verified&size=3", ["sd-wood-2025", "access", "gone"]),
    ],
)
def test_the_list_is_filtered_and_ordered(query: str, expected: list[str], ask: Clients) -> None:
    assert [one["identifier"] for one in got(ask, "office", f"/api/projects?{query}")["projects"]] == expected


# ---- One project ----


def test_the_office_gets_the_document_of_the_assessment(ask: Clients, knowledge: Knowledge) -> None:
    expected = document([assessed(knowledge, HALF_BUILT, HALF_BUILT_EXAMINATION)], knowledge)
    found = got(ask, "office", "/api/projects/sd-wood-2025/assessment")
    for run in (expected, found):
        del run["assessments"][0]["project"]["source"]
        for problem in run["assessments"][0]["problems"]:
            del problem["file"]
    assert found == json.loads(json.dumps(expected))


def test_versions_are_those_of_the_log(ask: Clients, knowledge: Knowledge) -> None:
    expected = [assessed(knowledge, text_of("small", *changes)).iri for changes in ((), (DEARER,))]
    found = [
        got(ask, "other", f"/api/projects/small/assessment?version={version}")["assessments"][0]["assessment"]
        for version in (1, 2)
    ]
    assert found == expected
    assert refused(ask, "other", "/api/projects/small/assessment?version=4", 404)["title"] == "UnknownProject"


def test_where_nobody_examined_nothing_is_verified_in_a_band(ask: Clients) -> None:
    bands = {
        name: set(got(ask, "public", f"/api/projects/{name}/assessment")["assessments"][0]["bands"])
        for name in ("small", "sd-wood-2025", "access")
    }
    both = {"SelfAssessed", "Verified"}
    assert bands == {"small": {"SelfAssessed"}, "sd-wood-2025": both, "access": both}


@pytest.mark.parametrize(("reader", "digest"), [("office", "assessmentDigest"), ("public", "publicDigest")])
@pytest.mark.parametrize("form", [TURTLE, JSON_LD])
def test_rdf_is_the_graph_as_it_is_kept(reader: str, digest: str, form: str, folder: Path, ask: Clients) -> None:
    """To the public it is what is stated of the assessment, not of what was assessed."""
    record = Record(folder)
    entry = [one for one in all_entries(record) if one.one("identifier") == "access" and one.one(digest)][-1]
    kept = set(facts_of(record, entry.one(digest)))
    answer = ask[reader].get("/api/projects/access/assessment", headers={"Accept": form})
    assert answer.headers["content-type"].partition(";")[0] == form
    syntax = RdfFormat.TURTLE if form == TURTLE else RdfFormat.JSON_LD
    found = {quad.triple for quad in parse(answer.content, format=syntax)}
    assert found <= kept
    left = {str(one.subject) for one in kept - found}
    assert {node for node in left if "/assessment/" in node or "/graph/" in node} == set()
    assert bool(left) == (reader == "public")


def test_where_nothing_of_a_result_is_withheld_everyone_gets_it_alike(ask: Clients) -> None:
    """The small project restricts nothing that bears on a score, and its first version is the one published."""
    scores = [
        got(ask, reader, "/api/projects/small/assessment?version=1")["assessments"][0]["scores"]
        for reader in ("public", "other")
    ]
    assert without(scores[0], "reasons") == without(scores[1], "reasons")
    explained = [
        got(ask, reader, "/api/projects/small/explain/6.4.6?version=1")["explanations"][0]["element"]
        for reader in ("public", "other")
    ]
    # Names of claims are those of the public assessment. What follows from a description is not published, nor what
    # shapes find where something that is not public may bear on it.
    names = ("claim", "triples", "reasons", "unmet")
    assert without(explained[0], *names) == without(explained[1], *names)


def without(part: Any, *names: str) -> Any:  # noqa: ANN401 - JSON is any
    """A document without some members."""
    if isinstance(part, list):
        return [without(item, *names) for item in part]
    if isinstance(part, dict):
        return {key: without(value, *names) for key, value in part.items() if key not in names}
    return part


def test_points_of_the_public_are_those_that_were_published(folder: Path, ask: Clients) -> None:
    record = Record(folder)
    entry = [one for one in all_entries(record) if one.one("identifier") == "access" and one.one("publicDigest")][-1]
    stated: dict[str, dict[str, str]] = {}
    for subject, predicate, thing in facts_of(record, entry.one("publicDigest")).statements:
        stated.setdefault(subject, {})[predicate.removeprefix(f"<{DANAO}").removesuffix(">")] = thing
    scores = [one for one in stated.values() if "element" in one and "assessment" in one and "requirementCount" in one]
    expected = {
        (one["element"][1:-1], one["result"].rpartition("#")[2][:-1]): Decimal(lexical(one["points"]))
        for one in scores
        if "points" in one
    }
    rounded = {
        (one["element"][1:-1], one["result"].rpartition("#")[2][:-1]) for one in stated.values() if "roundedTo" in one
    }
    (found,) = got(ask, "public", "/api/projects/access/assessment")["assessments"]
    points = {
        (element["iri"], kind): Decimal(str(result["points"]))
        for element in found["scores"]
        for kind, result in element["results"].items()
        if result["points"] is not None
    }
    assert points == expected
    assert rounded
    told = got(ask, "public", "/api/projects/access")["withheld"]
    assert {(one["iri"], kind) for one in told["rounded"] for kind in one["results"]} == rounded
    assert told["roundedTo"] == 1
    withheld = sum(one["iri"] == DANAO + "ReasonWithheld" for e in found["scores"] for one in reasons(e, "Verified"))
    assert told["withheldReasons"]["Verified"] == withheld > 0
    exact = {
        (element["iri"], kind)
        for element in found["scores"]
        for kind, result in element["results"].items()
        if result["points"] is not None and result["attainment"] is not None
    }
    assert exact & rounded == set()


def reasons(element: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = element["results"][kind].get("reasons", [])
    return found


def test_a_project_says_how_much_of_it_is_seen(ask: Clients) -> None:
    seen = {reader: got(ask, reader, "/api/projects/access") for reader in READERS}
    assert {reader: one["seen"] for reader, one in seen.items()} == {
        "public": "public",
        "submitter": "office",
        "other": "public",
        "assessor": "office",
        "office": "office",
    }
    assert [one["withheld"] is None for one in seen.values()] == [one["seen"] == "office" for one in seen.values()]
    assert set(seen["office"]["links"]) - set(seen["public"]["links"]) == {"gaps", "diff"}


def test_gaps_and_differences_are_for_who_sees_the_whole(ask: Clients) -> None:
    for what in ("gaps", "diff"):
        assert refused(ask, "public", f"/api/projects/small/{what}", 403)["title"] == "NotAllowed"
        assert refused(ask, "submitter", f"/api/projects/small/{what}?version=2", 403)["title"] == "NotAllowed"
        assert refused(ask, "public", f"/api/projects/hidden-one/{what}", 404)["title"] == "UnknownProject"
    gaps = got(ask, "submitter", "/api/projects/access/gaps?target=2&within=400&result=Verified")
    assert gaps["format"] == "danao-gaps/1"
    assert (gaps["projects"][0]["result"], gaps["projects"][0]["target"]["target"]) == ("Verified", "2")
    change = got(ask, "other", "/api/projects/small/diff?from=1&version=2")["differences"][0]
    assert [one["cause"] for one in change["causes"] if one["differs"]] != []
    same = got(ask, "other", "/api/projects/small/diff?version=2")["differences"][0]
    assert same == change
    assert refused(ask, "other", "/api/projects/small/diff?version=1", 404)["title"] == "UnknownProject"


def test_the_public_history_is_of_publications_and_withdrawals(ask: Clients) -> None:
    entries = got(ask, "public", "/api/projects/gone/history")["entries"]
    assert [one["kind"] for one in entries] == ["Publication", "Withdrawal"]
    assert entries[1]["justification"] == "taken back, a reason that everyone may read"
    assert refused(ask, "public", "/api/projects/gone/assessment", 404)["title"] == "UnknownProject"
    assert refused(ask, "public", "/api/projects/gone", 404)["title"] == "UnknownProject"
    whole = got(ask, "office", "/api/projects/gone/history")["entries"]
    assert [one["kind"] for one in whole] == ["Submission", "Publication", "Withdrawal"]
    assert [one["kind"] for one in got(ask, "other", "/api/projects/small/history")["entries"]] == [
        "Submission",
        "Publication",
        "Submission",
        "Submission",
    ]


# ---- Several projects ----


def test_projects_are_compared_as_they_are_seen(ask: Clients) -> None:
    found = got(ask, "public", "/api/compare?project=small&project=access&project=sd-wood-2025")
    assert [one["project"]["identifier"] for one in found["projects"]] == ["small", "access", "sd-wood-2025"]
    assert [one["rounded"] for one in found["projects"]][:2] == [False, True]
    whole = found["elements"][0]
    for kind, result in whole["results"].items():
        own = [
            got(ask, "public", f"/api/projects/{name}/assessment")["assessments"][0]["scores"][0]["results"][kind]
            for name in ("small", "access", "sd-wood-2025")
        ]
        points = [Decimal(str(one["points"])) for one in own]
        assert [Decimal(one["points"]) for one in result["values"]] == points
        assert [Decimal(one) for one in result["differences"]] == [one - points[0] for one in points]
    assert len(found["elements"]) == 1 + 4 + 22
    assert [one["values"][1]["rounded"] for one in whole["results"].values()] == [True, True]
    exact = got(ask, "office", "/api/compare?project=small&project=access")
    assert [one["rounded"] for one in exact["projects"]] == [False, False]


@pytest.mark.parametrize(
    ("query", "status", "title"),
    [
        ("project=small", 400, "BadRequest"),
        ("", 400, "BadRequest"),
        ("project=small&project=small", 400, "BadRequest"),
        ("&".join(f"project=p{number}" for number in range(7)), 400, "BadRequest"),
        ("project=small&project=hidden-one", 404, "UnknownProject"),
        ("project=small&project=nobody", 404, "UnknownProject"),
    ],
)
def test_what_cannot_be_compared(query: str, status: int, title: str, ask: Clients) -> None:
    assert refused(ask, "public", f"/api/compare?{query}", status)["title"] == title


def test_equal_points_share_a_rank_and_verified_ranks_what_was_reviewed(ask: Clients) -> None:
    found = got(ask, "office", "/api/ranking?result=SelfAssessed")
    rows = [(one["rank"], one["identifier"]) for one in found["rows"]]
    points = [Decimal(one["points"]) for one in found["rows"]]
    assert points == sorted(points, reverse=True)
    assert [rank for rank, _ in rows] == [1 + sum(other > own for other in points) for own in points]
    assert {rank for rank, name in rows if name in {"gone", *HIDDEN}} == {min(r for r, n in rows if n == "gone")}
    verified = got(ask, "office", "/api/ranking")
    assert [one["identifier"] for one in verified["rows"]] == ["sd-wood-2025", "access"]
    assert verified["counts"] == {"ranked": 2, "notReviewed": 4}


def test_the_public_ranking_is_by_public_points(ask: Clients) -> None:
    for reader in ("public", "submitter"):
        found = got(ask, reader, "/api/ranking?result=Verified")
        assert [one["identifier"] for one in found["rows"]] == ["sd-wood-2025", "access"]
        assert found["seen"] == "public"
        assert found["rows"][1]["roundedTo"] == 1
        assert found["rows"][0]["band"]["label"]["zh"]
        told = {one["identifier"]: one["totals"] for one in got(ask, "public", "/api/projects")["projects"]}
        assert {one["identifier"]: Decimal(one["points"]) for one in found["rows"]} == {
            name: Decimal(told[name]["Verified"]["points"]) for name in ("sd-wood-2025", "access")
        }


def test_a_band_is_that_of_the_assessment(ask: Clients) -> None:
    (own,) = got(ask, "office", "/api/projects/sd-wood-2025/assessment")["assessments"]
    for kind, band in own["bands"].items():
        rows = got(ask, "office", f"/api/ranking?result={kind}")["rows"]
        assert [one["band"] for one in rows if one["identifier"] == "sd-wood-2025"] == [band]


# ---- Who sees what ----

PATHS = (
    "/api/projects",
    "/api/projects?q=mark&sort=-time",
    "/api/projects/{name}",
    "/api/projects/{name}/assessment",
    "/api/projects/{name}/assessment?version=1",
    "/api/projects/{name}/explain/6",
    "/api/projects/{name}/gaps",
    "/api/projects/{name}/diff",
    "/api/projects/{name}/history",
    "/api/compare?project={name}&project=small",
    "/api/ranking?result=SelfAssessed",
    "/api/ranking?result=Verified",
)


@pytest.mark.parametrize("reader", ["public", "other"])
def test_nothing_restricted_and_nothing_unpublished_is_in_any_answer(
    reader: str, ask: Clients, knowledge: Knowledge
) -> None:
    marks = marks_of_access(knowledge, *RESTRICTED)
    assert len(marks) > 20
    for path in PATHS:
        for form in ("application/json", TURTLE, JSON_LD):
            answer = ask[reader].get(path.format(name="access"), headers={"Accept": form})
            assert found_in(answer.text, marks) == set(), path
            assert [name for name in HIDDEN if name in answer.text] == []
    # The search would find them.
    whole = ask["office"].get("/api/projects/access/explain/6").text
    assert len(found_in(whole, marks)) > 5


@pytest.mark.parametrize("reader", ["public", "other"])
def test_what_is_not_published_is_as_if_it_were_not_there(reader: str, ask: Clients) -> None:
    for path in (one for one in PATHS if "{name}" in one):
        bodies = set()
        for name in ("hidden-two", "never-there"):
            answer = ask[reader].get(path.format(name=name))
            assert answer.status_code == 404
            bodies.add((answer.text.replace(name, "…"), str(sorted(answer.headers)), len(answer.text) - len(name)))
        assert len({body[0] for body in bodies}) == 1, path


def test_an_assessment_is_not_seen_before_it_is_published(tmp_path: Path, knowledge: Knowledge) -> None:
    folder = tmp_path / "registry"
    with held(folder) as registry:
        submit(registry, assessed(knowledge, text_of("a")), at(1))
    with clients(folder) as (_, found):
        statuses = list[int]()

        def look() -> None:
            statuses.append(found["public"].get("/api/projects/a/assessment").status_code)

        look()
        with held(folder) as registry:
            publish(registry, "a", at(2))
        look()
        with held(folder) as registry:
            withdraw(registry, "a", at(3), "no longer")
        look()
        assert statuses == [404, 200, 404]
        assert got(found, "office", "/api/projects/a/assessment")["format"] == "danao-assessment/1"


# ---- The standard ----


def test_the_standard_is_that_of_the_command_line(ask: Clients) -> None:
    elements = got(ask, "public", "/api/standard")["elements"]
    assert len(elements) == 1 + 4 + 22 + 16 + 193
    for element in (elements[0], elements[7], elements[-1]):
        for code in (element["notation"], element["iri"]):
            concept = got(ask, "public", f"/api/standard/{code.replace('#', '%23')}")
            assert {**concept, "depth": element["depth"], "format": "danao-concept/1"} == {
                **element,
                "format": "danao-concept/1",
            }
    assert refused(ask, "public", "/api/standard/no-such-code", 404)["title"] == "NotFound"
    turtle = ask["public"].get("/api/standard", headers={"Accept": TURTLE})
    subjects = {quad.subject.value for quad in parse(turtle.content, format=RdfFormat.TURTLE)}
    assert subjects == {element["iri"] for element in elements}


PROFILE = """
@prefix danao: <https://w3id.org/danao/ns#> .
@prefix lib:   <https://example.org/library/ns#> .

lib:profile a danao:PublicProfile ; danao:publicClass lib:Library , lib:CityLibrary .
"""


@pytest.mark.parametrize("reader", ["public", "office"])
def test_another_standard_is_served_by_the_same_code(reader: str, tmp_path: Path) -> None:
    own = shutil.copytree(LIBRARIES, tmp_path / "own", ignore=shutil.ignore_patterns("cases"))
    (own / "ontology" / "access").mkdir()
    (own / "ontology" / "access" / "profile.ttl").write_text(PROFILE, encoding="utf-8")
    libraries, folder = load_knowledge(own), tmp_path / "registry"
    case = CASES / "no-mobile-library-is-needed-and-that-is-approved"
    text, examination = description_of(case).decode(), (case / "examination.ttl").read_text(encoding="utf-8")
    with held(folder) as registry:
        submit(registry, assessed(libraries, text, examination), at(1))
        publish(registry, "case-library", at(2))
    with serving(folder, knowledge=own) as service:
        client = TestClient(app_for(service, READERS[reader]))
        expected = document([assessed(libraries, text, examination)], libraries)["assessments"][0]
        (found,) = client.get("/api/projects/case-library/assessment").json()["assessments"]
        outcomes = [[one["results"]["Verified"]["outcome"] for one in side["scores"]] for side in (found, expected)]
        assert outcomes[0] == outcomes[1]
        (row,) = client.get("/api/ranking").json()["rows"]
        assert row["identifier"] == "case-library"
        exact = Decimal(str(expected["scores"][0]["results"]["Verified"]["points"]))
        assert abs(Decimal(row["points"]) - exact) <= (0 if reader == "office" else 3)
        assert client.get("/api/standard").json()["elements"][0]["iri"] == expected["scores"][0]["iri"]


# ---- Without a trace ----


def files(*named: tuple[str, str, str]) -> list[tuple[str, tuple[str, str, str]]]:
    """Files of a form: field, name of the file, text."""
    return [(field, (name, text, "application/octet-stream")) for field, name, text in named]


def test_what_is_assessed_without_a_trace_is_assessed_as_ever(ask: Clients, folder: Path, knowledge: Knowledge) -> None:
    expected = document([assessed(knowledge, SMALL)], knowledge)
    before = Record(folder).length
    answer = ask["public"].post(f"/api/assess?as_of={AS_OF}", content=SMALL.encode(), headers={"Content-Type": TURTLE})
    found = answer.json()
    for run in (expected, found):
        del run["assessments"][0]["project"]["source"]
    assert found == json.loads(json.dumps(expected))
    assert Record(folder).length == before
    assert answer.headers["cache-control"] == "no-store"


def test_a_form_holds_several_descriptions_and_examinations(ask: Clients, knowledge: Knowledge) -> None:
    sent = files(
        ("description", "half-built.ttl", HALF_BUILT),
        ("examination", "examination.ttl", HALF_BUILT_EXAMINATION),
        ("description", "small.ttl", SMALL),
    )
    answer = ask["public"].post(f"/api/assess?as_of={AS_OF}", files=sent)
    assert answer.status_code == 200, answer.text
    totals = {one["project"]["identifier"]: one["scores"][0]["results"] for one in answer.json()["assessments"]}
    expected = {
        "sd-wood-2025": assessed(knowledge, HALF_BUILT, HALF_BUILT_EXAMINATION),
        "small": assessed(knowledge, SMALL),
    }
    assert totals == {
        name: json.loads(json.dumps(document([one], knowledge)["assessments"][0]["scores"][0]["results"]))
        for name, one in expected.items()
    }


def test_a_scheme_is_chosen_by_its_name(ask: Clients) -> None:
    selected = load_knowledge(scheme="selected-scenarios")
    answer = ask["public"].post(
        f"/api/assess?as_of={AS_OF}&scheme=selected-scenarios", content=SMALL, headers={"Content-Type": TURTLE}
    )
    assert answer.json()["scheme"]["iri"] == selected.scheme
    for wrong in ("nothing", "../../../etc/passwd"):
        answer = ask["public"].post(f"/api/assess?scheme={wrong}", content=SMALL, headers={"Content-Type": TURTLE})
        assert (answer.status_code, answer.json()["title"]) == (400, "UsageError")


def test_problems_of_a_description_are_listed_by_name(ask: Clients) -> None:
    text = (Path(__file__).parents[1] / "examples" / "with-mistakes.ttl").read_text(encoding="utf-8")
    for path in ("validate", "assess"):
        answer = ask["public"].post(f"/api/{path}", content=text.encode(), headers={"Content-Type": TURTLE})
        (found,) = answer.json()["assessments"]
        assert found["scores"] is None
        assert {"UnknownTerm"} <= {one["problem"] for one in found["problems"]}
    fine = ask["public"].post("/api/validate", content=SMALL.encode(), headers={"Content-Type": TURTLE})
    assert fine.json()["assessments"][0]["scores"] is None
    report = ask["public"].post(
        "/api/validate", content=text.encode(), headers={"Content-Type": TURTLE, "Accept": TURTLE}
    )
    assert "sh:ValidationReport" in report.text


@pytest.mark.parametrize(
    ("media_type", "content", "status", "title"),
    [
        (TURTLE, "<a> <b", 400, "SyntaxFault"),
        ("application/rdf+xml", SMALL, 400, "SyntaxFault"),
        (JSON_LD, '{"@context": "https://example.com/context"}', 400, "RefusedContent"),
        (TURTLE, "", 422, "EmptyInput"),
        (TURTLE, "<http://a.example/a> a <http://a.example/b> .", 422, "NoProject"),
        (TURTLE, b"\xff\xfe\xff", 400, "WrongEncoding"),
        ("text/csv", "a,b", 415, "UnknownFormat"),
        ("", "a,b", 415, "UnknownFormat"),
        ("multipart/form-data", "", 400, "BadRequest"),
        ("multipart/form-data; boundary=x", "--x\r\nnothing", 400, "BadRequest"),
    ],
)
def test_what_cannot_be_read_has_a_name_and_a_status(
    media_type: str, content: str | bytes, status: int, title: str, ask: Clients
) -> None:
    answer = ask["public"].post("/api/assess", content=content, headers={"Content-Type": media_type})
    assert (answer.status_code, answer.json()["title"]) == (status, title)
    assert answer.headers["content-type"] == PROBLEM


@pytest.mark.parametrize(
    ("sent", "title"),
    [
        (files(("examination", "e.ttl", HALF_BUILT_EXAMINATION)), "BadRequest"),
        (files(("description", "d.ttl", SMALL), ("other", "o.ttl", SMALL)), "BadRequest"),
        (files(("description", "d.what", SMALL)), "UnknownFormat"),
        (files(("description", "d.ttl", SMALL), ("examination", "e.ttl", HALF_BUILT_EXAMINATION)), "UnfitExamination"),
    ],
)
def test_what_a_form_lacks_or_has_too_much(sent: Any, title: str, ask: Clients) -> None:  # noqa: ANN401 - files
    assert ask["public"].post("/api/assess", files=sent).json()["title"] == title


def test_a_date_that_is_none_is_refused(ask: Clients) -> None:
    answer = ask["public"].post("/api/assess?as_of=2026-02-30", content=SMALL, headers={"Content-Type": TURTLE})
    assert (answer.status_code, answer.json()["title"]) == (400, "UsageError")


# ---- HTTP ----


def test_what_did_not_change_is_not_sent_again(ask: Clients) -> None:
    plain = {"Accept-Encoding": "identity"}
    for path in (
        "/api/projects",
        "/api/projects/small/assessment",
        "/api/standard",
        "/api/ranking?result=SelfAssessed",
    ):
        first = ask["public"].get(path, headers=plain)
        tag = first.headers["etag"]
        assert re.fullmatch('"[0-9a-f]{32}"', tag)
        for condition in (tag, f'W/{tag}, "other"', "*"):
            again = ask["public"].get(path, headers={**plain, "If-None-Match": condition})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        other = ask["public"].get(path, headers={**plain, "If-None-Match": '"other"'})
        assert (other.status_code, other.content) == (200, first.content)
        squeezed = ask["public"].get(path).headers["etag"]
        assert ask["public"].get(path, headers={"If-None-Match": squeezed}).status_code == 304


def test_what_not_everyone_is_told_is_kept_by_no_cache_that_many_use(ask: Clients) -> None:
    told = {reader: ask[reader].get("/api/projects/access/assessment").headers for reader in ("public", "office")}
    assert {reader: one["cache-control"] for reader, one in told.items()} == {
        "public": "no-cache",
        "office": "private, no-cache",
    }
    assert "Authorization" in told["public"]["vary"]


def test_readers_who_see_different_things_get_different_tags(ask: Clients) -> None:
    tags = {reader: ask[reader].get("/api/projects/access/assessment").headers["etag"] for reader in READERS}
    assert tags["public"] == tags["other"] != tags["office"] == tags["submitter"] == tags["assessor"]


def test_what_was_computed_once_is_kept(
    served: tuple[Service, Clients], ask: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, _ = served
    path = "/api/projects/small/explain/6?version=2"
    first = ask["office"].get(path)
    monkeypatch.setattr(type(service.work), "run", None)
    assert ask["office"].get(path).content == first.content
    assert ask["other"].get(path).content == first.content


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("/api/projects?page=0", 400, "BadRequest"),
        ("/api/projects?size=one", 400, "BadRequest"),
        ("/api/projects?sort=points", 400, "BadRequest"),
        ("/api/projects/small/assessment?version=0", 400, "BadRequest"),
        ("/api/projects/small/gaps?target=NaN", 400, "BadRequest"),
        ("/api/projects/small/explain/no-such-code", 404, "NotFound"),
        ("/api/projects/%00/assessment", 404, "UnknownProject"),
        ("/api/projects/..%2F..%2Fetc/history", 404, "NotFound"),
        ("/api/nothing", 404, "NotFound"),
        ("/api/validate", 405, "WrongMethod"),
    ],
)
def test_what_is_asked_wrongly_has_a_name_and_a_status(path: str, status: int, title: str, ask: Clients) -> None:
    assert refused(ask, "public", path, status)["title"] == title


def test_a_method_that_is_not_taken_is_told_which_are(ask: Clients) -> None:
    assert ask["public"].get("/api/assess").headers["allow"] == "POST"


def test_forms_that_are_not_there_are_refused(ask: Clients) -> None:
    for path, accept in (("/api/projects", TURTLE), ("/api/projects/small/assessment", "text/csv")):
        answer = ask["public"].get(path, headers={"Accept": accept})
        assert (answer.status_code, answer.json()["title"]) == (406, "NotAcceptable")


def test_errors_are_told_in_the_language_asked_for(ask: Clients) -> None:
    told = [
        ask["public"].get("/api/projects/x", headers={"Accept-Language": lang}).json()["detail"]
        for lang in ("zh", "en")
    ]
    assert told == ["没有标识为“x”的项目。", "There is no project 'x'."]


# ---- The page on it ----

PAGE = (Path(__file__).parents[1] / "docs" / "api.md").read_text(encoding="utf-8")


def test_requests_of_the_page_are_answered(ask: Clients) -> None:
    """Those that take a token are asked by the office, those that send something send it."""
    commands = [line for line in PAGE.splitlines() if line.startswith("curl ")]
    assert len(commands) >= 14
    for line in commands:
        words = shlex.split(line)
        path = next(word for word in words if word.startswith("http://")).removeprefix("http://127.0.0.1:8000")
        headers = dict(words[place + 1].split(": ", 1) for place, word in enumerate(words) if word == "-H")
        with_token = "Authorization" in headers
        client = ask["office" if with_token else "public"]
        sent = [word for place, word in enumerate(words) if words[place - 1] in {"-F", "--data-binary"}]
        bodies = {word.rpartition("@")[2]: (EXAMPLES / Path(word).name).read_bytes() for word in sent}
        headers.pop("Authorization", None)
        if "-F" in words:
            form = [(word.partition("=")[0], (Path(word).name, bodies[word.rpartition("@")[2]])) for word in sent]
            answer = client.post(path, files=form)
        elif sent:
            answer = client.post(path, content=next(iter(bodies.values())), headers=headers)
        else:
            answer = client.get(path, headers=headers)
        assert answer.status_code == 200, line


def test_the_python_of_the_page_reads_what_is_answered(ask: Clients, capsys: pytest.CaptureFixture[str]) -> None:
    def opened(asked: Request | str) -> io.BytesIO:
        request = asked if isinstance(asked, Request) else Request(asked)  # noqa: S310 - nothing is opened
        path = request.full_url.removeprefix("http://127.0.0.1:8000")
        data: Any = request.data
        headers = {name: str(value) for name, value in request.header_items()}
        client = ask["public"]
        answer = client.get(path) if data is None else client.post(path, content=data, headers=headers)
        return io.BytesIO(answer.content)

    (code,) = re.findall("```python\n(.*?)```", PAGE, re.DOTALL)
    told = code.replace("from urllib.request import Request, urlopen\n", "").replace("examples/", f"{EXAMPLES}/")
    exec(told, {"Request": Request, "urlopen": opened})  # noqa: S102 - the page's own
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith("1 ")
    assert printed[-1].startswith("small {'SelfAssessed': ")
