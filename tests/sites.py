"""Pages as a reader gets them, parsed; every one of them is good HTML that needs nothing from elsewhere."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from starlette.testclient import TestClient

from danao.namespaces import local_name
from tests.linked import links_of
from tests.web import BASE

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "Accept-Encoding": "identity"}


def page(asking: TestClient, path: str, **headers: str) -> Element:
    """The page at a path."""
    answer = asking.get(path, headers=BROWSER | headers)
    assert answer.status_code == 200, (path, answer.text[:300])
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    links_of(answer.text, f"{BASE}{path[1:]}")
    root: Element = html5lib.parse(answer.text, namespaceHTMLElements=False)
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(ids) == len(set(ids)), f"{path} has an id twice"
    return root


def parsed(html: str) -> Element:
    """A page or a part of one, parsed by rules that let no mistake pass; it has no style and no script of its own."""
    links_of(html, BASE)
    root: Element = html5lib.parse(html, namespaceHTMLElements=False)
    return root


def status(asking: TestClient, path: str) -> int:
    """The status that a browser gets at a path."""
    return asking.get(path, headers=BROWSER).status_code


def text_of(element: Element | None) -> str:
    """The words of an element, with single spaces."""
    assert element is not None
    return " ".join("".join(element.itertext()).split())


def main_of(root: Element) -> str:
    """The words of the body of a page, without its frame."""
    return text_of(root.find(".//main"))


def addresses_of(root: Element) -> set[str]:
    """What the body of a page links to, without fragments."""
    main = root.find(".//main")
    assert main is not None
    return {one.get("href", "").partition("#")[0] for one in main.iter("a")}


def rows_of(root: Element, region: str) -> list[list[str]]:
    """The texts of the cells of a table, by the id that its region is named by; without its head."""
    found = [one for one in root.iter("div") if one.get("aria-labelledby") == region]
    (table,) = [table for one in found for table in one.iter("table")]
    body: Any = table.find("tbody")
    return [[text_of(cell) for cell in row if cell.tag in {"th", "td"}] for row in body]


def end_of(iri: str) -> str:
    """The end of an IRI, by which pages and their parts are called."""
    return local_name(iri)


def classed(root: Element, name: str) -> list[Element]:
    """The elements of a class."""
    return [one for one in root.iter() if name in one.attrib.get("class", "").split()]


def by_id(root: Element, name: str) -> Element:
    """The element of an id, of which there is one."""
    (found,) = [one for one in root.iter() if one.attrib.get("id") == name]
    return found


def captioned(root: Element, caption: str) -> list[dict[str, str]]:
    """The rows of the table whose caption has an id, by the heads of its columns."""
    (table,) = [one for one in root.iter("table") for part in one.iter("caption") if part.attrib.get("id") == caption]
    (head,), (body,) = table.iter("thead"), table.iter("tbody")
    names = [text_of(cell) for cell in head.iter("th")]
    return [dict(zip(names, map(text_of, row), strict=True)) for row in body.iter("tr")]


def links(root: Element) -> list[str]:
    """Where all links of a page lead, in their order."""
    return [one.attrib["href"] for one in root.iter("a") if "href" in one.attrib]
