"""Pages of the standard: everything it names is there, can be found, and says how it is decided and by whom shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse
from starlette.testclient import TestClient

from danao.knowledge import Knowledge
from danao.namespaces import DANAO, SH, SKOS, local_name
from danao.view import Standard
from danao.web.service import Service
from tests.api import HIDDEN, Clients, clients, copied_registry
from tests.linked import client
from tests.sites import addresses_of, main_of, page, rows_of, status, text_of
from tests.web import serving

LIBRARIES = Path(__file__).parent / "standards" / "libraries"
NAMED = ("Dimension", "Indicator", "Scenario", "Requirement", "Term", "Abbreviation", "Reference")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Iterator[tuple[Service, Clients]]:
    with clients(copied_registry(tmp_path_factory, knowledge)) as found:
        yield found


@pytest.fixture
def public(served: tuple[Service, Clients]) -> TestClient:
    return served[1]["public"]


@pytest.fixture
def office(served: tuple[Service, Clients]) -> TestClient:
    return served[1]["office"]


def label(iri: str, knowledge: Knowledge, lang: str) -> str:
    found = knowledge.text(iri, SKOS + "prefLabel")
    assert found is not None
    return found.in_language(lang)


# ---- What there is ----


def test_the_standard_leads_to_all_that_it_names(public: TestClient, knowledge: Knowledge) -> None:
    named = {f"/standard/{local_name(iri)}" for kind in NAMED for iri in knowledge.instances(kind)}
    assert len(named) > 200
    assert named <= addresses_of(page(public, "/standard"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_thing_says_what_it_means_in_the_language_asked_for(
    public: TestClient, knowledge: Knowledge, lang: str
) -> None:
    some = [iri for kind in NAMED for iri in knowledge.instances(kind)][::7]
    for iri in some:
        words = main_of(page(public, f"/standard/{local_name(iri)}?lang={lang}"))
        definition = knowledge.text(iri, SKOS + "definition")
        assert definition is not None
        assert " ".join(definition.in_language(lang).split()) in words
        assert " ".join(label(iri, knowledge, lang).split()) in words


def test_a_thing_leads_to_what_it_is_part_of_to_its_parts_and_to_its_document(
    public: TestClient, knowledge: Knowledge
) -> None:
    for iri in knowledge.instances("Indicator")[::5]:
        (whole,) = knowledge.values(iri, DANAO + "directPartOf")
        parts = [part for part in knowledge.index if iri in knowledge.values(part, DANAO + "directPartOf")]
        links = addresses_of(page(public, f"/standard/{local_name(iri)}"))
        assert {f"/standard/{local_name(one)}" for one in (whole, *parts)} <= links
        assert f"/def/std/{local_name(iri)}" in links
        assert f"/standard/{local_name(iri)}" in addresses_of(page(public, f"/def/std/{local_name(iri)}"))


def test_who_names_a_thing_is_marked(public: TestClient, knowledge: Knowledge) -> None:
    indicator, requirement = (knowledge.instances(kind)[0] for kind in ("Indicator", "Requirement"))
    assert _marks(page(public, f"/standard/{local_name(indicator)}"), "by-standard") == ["标准"]
    assert _marks(page(public, f"/standard/{local_name(requirement)}"), "by-reading") == ["解读"]


def _marks(root: Element, name: str) -> list[str]:
    head = root.find(".//div[@class='page-head']")
    assert head is not None
    return [text_of(one) for one in head.iter("span") if one.get("class") == f"source {name}"]


def test_what_is_not_there_is_not_found(public: TestClient) -> None:
    assert [status(public, path) for path in ("/standard/nothing-such", "/rules/nothing", "/rules/../x")] == [404] * 3


# ---- Finding ----


def test_a_word_of_a_definition_finds_its_thing_and_a_kind_narrows_it(public: TestClient, knowledge: Knowledge) -> None:
    wanted = "实时叠加"
    holding = {iri for iri in knowledge.index if wanted in "".join(knowledge.values(iri, SKOS + "definition"))}
    found = addresses_of(page(public, f"/standard?find={wanted}"))
    assert {f"/standard/{local_name(iri)}" for iri in holding} == {one for one in found if one.startswith("/standard/")}
    empty = page(public, f"/standard?find={wanted}&kind={DANAO}Dimension".replace("#", "%23"))
    assert "标准里没有这样的内容" in main_of(empty)
    dimensions = addresses_of(page(public, f"/standard?kind={DANAO}Dimension".replace("#", "%23")))
    assert {f"/standard/{local_name(iri)}" for iri in knowledge.instances("Dimension")} == {
        one for one in dimensions if one.startswith("/standard/")
    }


def test_what_is_searched_for_is_shown_as_text(public: TestClient) -> None:
    root = page(public, "/standard?find=%3Cscript%3Ealert(1)%3C/script%3E%22")
    (field,) = [one for one in root.iter("input") if one.get("id") == "find"]
    assert field.get("value") == '<script>alert(1)</script>"'


# ---- Shapes and rules ----


def test_the_shape_of_a_requirement_is_shown_whole(public: TestClient, knowledge: Knowledge) -> None:
    for iri in knowledge.instances("Requirement")[::40]:
        root = page(public, f"/standard/{local_name(iri)}")
        (block,) = [one for one in root.iter("div") if one.get("class") == "highlight"]
        shown = {quad.triple for quad in parse("".join(block.itertext()), format=RdfFormat.TURTLE)}
        (shape,) = {one.subject for one in shown if one.predicate == NamedNode(DANAO + "checks")}
        assert isinstance(shape, NamedNode)
        owned = {shape, *(NamedNode(one) for one in knowledge.values(shape.value, SH + "property"))}
        assert {one for one in knowledge.shapes if one.subject in owned and _is_plain(one)} <= shown
        words = main_of(root)
        messages = [knowledge.text(one.value, SH + "message") for one in owned - {shape} if isinstance(one, NamedNode)]
        assert all(" ".join(one.zh.split()) in words for one in messages if one)


def _is_plain(triple: object) -> bool:
    return "_:" not in str(triple)


def test_rules_are_shown_as_they_are(public: TestClient, knowledge: Knowledge) -> None:
    paths = {
        f"/rules/{folder}/{name}": text for folder, texts in knowledge.rules.items() for name, text in texts.items()
    }
    assert set(paths) <= addresses_of(page(public, "/rules"))
    for path in list(paths)[::20]:
        (block,) = page(public, path).iter("pre")
        assert "".join(block.itertext()).strip() == paths[path].strip()


# ---- Who evidences it ----


def test_how_projects_stand_is_what_their_assessments_say(office: TestClient, knowledge: Knowledge) -> None:
    words = {"passed": "已满足", "cantTell": "存疑", "failed": "未满足"}
    iri = next(one for one in knowledge.instances("Requirement") if local_name(one) == "6-1-5-consensus-rules")
    told = {row[0].split(" ")[1]: row for row in rows_of(page(office, f"/standard/{local_name(iri)}"), "standing")}
    assert set(told) == {"sd-wood-2025", "access", "small", "gone", *HIDDEN}
    for name, row in told.items():
        elements = office.get(f"/api/projects/{name}/assessment").json()["assessments"][0]["scores"]
        (results,) = [one["results"] for one in elements if one["iri"] == iri]
        assert (row[1], row[3]) == tuple(words[results[kind]["outcome"]] for kind in ("SelfAssessed", "Verified")), name
    counts = Counter(row[3] for row in told.values())
    line = next(
        one for one in page(office, f"/standard/{local_name(iri)}").iter("p") if text_of(one).startswith("核定")
    )
    assert text_of(line) == " ".join(["核定", *(f"{word} {counts[word]}" for word in words.values() if counts[word])])


def test_the_public_sees_nothing_of_what_is_not_published(public: TestClient, knowledge: Knowledge) -> None:
    for iri in (knowledge.instances("Indicator")[4], knowledge.instances("Requirement")[30]):
        words = main_of(page(public, f"/standard/{local_name(iri)}"))
        assert "sd-wood-2025" in words
        assert not [name for name in (*HIDDEN, "gone") if name in words]


def test_what_is_not_published_is_marked_where_it_appears(office: TestClient) -> None:
    rows = {row[0].split(" ")[1]: row[0] for row in rows_of(page(office, "/standard/6"), "standing")}
    assert {name for name, text in rows.items() if text.endswith("未公布")} == {*HIDDEN, "gone"}
    assert rows["sd-wood-2025"].endswith("已公布")


def test_points_that_are_published_rounded_say_so(public: TestClient, office: TestClient) -> None:
    rows = {row[0].split(" ")[1]: row for row in rows_of(page(public, "/standard/6"), "standing")}
    assert rows["access"][2].startswith("约")
    exact = {row[0].split(" ")[1]: row for row in rows_of(page(office, "/standard/6"), "standing")}
    assert not exact["access"][2].startswith("约")


# ---- Another standard ----


def test_another_standard_has_the_same_pages(tmp_path: Path) -> None:
    with serving(tmp_path / "registry", knowledge=LIBRARIES) as service:
        visitor, standard = client(service), Standard(service.knowledge)
        root = page(visitor, "/standard")
        assert text_of(next(root.iter("h1"))) == service.knowledge.label(standard.document).zh
        paths = {one for one in addresses_of(root) if one.startswith("/standard/")}
        assert len(paths) == sum(1 for _ in standard.walk())
        for path in paths:
            assert "还没有您能看到的项目" in main_of(page(visitor, path))
