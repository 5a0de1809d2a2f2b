"""The picture of the model says what the ontology says."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest

from danao.knowledge import Knowledge
from danao.namespaces import DANAO, OWL, RDF_TYPE, RDFS
from danao.web.site.picture import Arrow, arrows, full, layout
from docs.picture import PICTURE, picture

SCHEMA = "https://schema.org/"
BOXES = layout()["box"]


def test_the_picture_is_what_its_source_and_the_ontology_make(knowledge: Knowledge) -> None:
    assert PICTURE.read_text(encoding="utf-8") == picture(knowledge), "run python docs/picture.py"


def test_the_picture_is_well_formed_and_needs_nothing_from_elsewhere() -> None:
    text = PICTURE.read_text(encoding="utf-8")
    assert ET.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 - our own file
    assert text.count("http") == 1
    assert "@import" not in text
    assert "url(" not in text


@pytest.mark.parametrize("term", BOXES)
def test_a_box_is_a_class_that_stands_on_the_side_it_is_drawn_on(term: str, knowledge: Knowledge) -> None:
    assert OWL + "Class" in knowledge.values(full(term), RDF_TYPE)
    stated = knowledge.values(full(term), DANAO + "statedIn") or [DANAO + BOXES[term]["side"]]
    left, top, width, height = BOXES[term]["place"]
    around = [
        panel["side"]
        for panel in layout()["panel"]
        for x, y, wide, high in [panel["place"]]
        if x <= left and y <= top and left + width <= x + wide and top + height <= y + high
    ]
    assert [DANAO + side for side in around] == stated


@pytest.mark.parametrize("term", BOXES)
def test_what_is_written_in_a_box_is_a_property_of_its_class(term: str, knowledge: Knowledge) -> None:
    for name in BOXES[term].get("inside", ()):
        assert fits(knowledge, full(term), full(name), "domainIncludes"), name


@pytest.mark.parametrize("arrow", arrows(), ids=lambda arrow: " ".join(layout_name(arrow)))
def test_an_arrow_leads_from_the_domain_of_its_property_to_its_range(arrow: Arrow, knowledge: Knowledge) -> None:
    assert fits(knowledge, arrow.start, arrow.term, "domainIncludes")
    assert fits(knowledge, arrow.end, arrow.term, "rangeIncludes")


def test_the_arrows_are_drawn_between_the_boxes_they_name() -> None:
    for arrow in layout()["arrow"]:
        start, _, end = arrow["of"]
        assert touches(arrow["path"][0], BOXES[start]["place"]), arrow["of"]
        assert touches(arrow["path"][-1], BOXES[end]["place"]), arrow["of"]


def test_a_wrong_arrow_is_seen(knowledge: Knowledge) -> None:
    assert not fits(knowledge, DANAO + "Score", DANAO + "provides", "domainIncludes")
    assert not fits(knowledge, DANAO + "Project", DANAO + "provides", "rangeIncludes")
    assert not fits(knowledge, DANAO + "Project", DANAO + "misspelt", "rangeIncludes")


def fits(knowledge: Knowledge, node: str, term: str, side: str) -> bool:
    """Whether a class is in the domain or range of a property; a foreign property states neither, but is declared."""
    if not any("Property" in kind for kind in knowledge.values(term, RDF_TYPE)):
        return False
    known = set(knowledge.values(term, SCHEMA + side))
    return bool(known & set(upwards(knowledge, node))) if known else not term.startswith(DANAO)


def upwards(knowledge: Knowledge, node: str) -> Iterator[str]:
    yield node
    for above in knowledge.values(node, RDFS + "subClassOf"):
        yield from upwards(knowledge, above)


def layout_name(arrow: Arrow) -> list[str]:
    return [iri.rpartition("#")[2] or iri for iri in (arrow.start, arrow.term, arrow.end)]


def touches(point: list[int], place: list[int]) -> bool:
    """Whether a point is on the edge of a rectangle."""
    (x, y), (left, top, width, height) = point, place
    on_side = x in (left, left + width) and top <= y <= top + height
    return on_side or (y in (top, top + height) and left <= x <= left + width)
