"""The report as an HTML file: it says what was worked out by hand, and whatever it is given, it stays a page."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest
from click.testing import CliRunner
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

import danao
from danao.cli import app
from danao.describe import read_descriptions
from danao.examine import default_examination, read_examinations
from danao.exchange.charts import Axis, Radar, bar, radar, width, wrapped
from danao.exchange.environment import visible
from danao.exchange.page import page
from danao.knowledge import Knowledge, load_knowledge
from danao.namespaces import CCCEV, DANAO, RDF_TYPE, SKOS, local_name
from danao.pipeline import Assessment, assess
from danao.reading import Input
from tests.case import AROUND, AS_OF, expected_of, run_case
from tests.given import EXAMINATION, FULL, IDENTIFIER, assessed
from tests.oracle import standard_tree

TESTS = Path(__file__).parent
ROOT = TESTS.parent
HALF_BUILT, HALF_BUILT_EXAMINATION = (ROOT / "examples" / f"half-built{end}.ttl" for end in ("", "-examination"))
MISTAKES = ROOT / "examples" / "with-mistakes.ttl"
GOLDEN = TESTS / "golden"
LIBRARIES = TESTS / "standards" / "libraries"
KINDS = ("SelfAssessed", "Verified")
COLUMNS = {"self": "SelfAssessed", "verified": "Verified"}
WORDS = {"passed": "通过", "cantTell": "存疑", "failed": "未提供", "inapplicable": "不适用"}
HAN = re.compile("[\u4e00-\u9fff]")

# What a title may try: markup, an entity, quotes, a word without end; and characters that hide or turn others.
HOSTILE = "<script>alert(1)</script>\"'&amp;<img src=x onerror=alert(2)>--></style>" + "名" * 300 + "a" * 300
UNSEEN = "\u202e\u2066\u200b\u00ad\u0007\ufeff"
NAMED = "⟦U+202E⟧⟦U+2066⟧⟦U+200B⟧⟦U+00AD⟧⟦U+0007⟧⟦U+FEFF⟧"


# ---- A page, parsed by a parser that forgives nothing ----


@dataclass(frozen=True)
class Page:
    """A report, and its elements as html5lib finds them."""

    html: bytes

    @cached_property
    def root(self) -> Element:
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        found = parser.parse(self.html)
        assert isinstance(found, Element)
        return found

    def all(self, tag: str, name: str = "", within: Element | None = None) -> list[Element]:
        """Elements of a tag, and of a class where one is named."""
        start = self.root if within is None else within
        return [one for one in start.iter(tag) if not name or name in one.get("class", "").split()]

    def by_id(self, name: str) -> Element:
        (found,) = (one for one in self.root.iter() if one.get("id") == name)
        return found

    def part(self, name: str) -> Element:
        """A section by the id of its heading."""
        (found,) = (one for one in self.all("section") if one.get("aria-labelledby") == name)
        return found

    @cached_property
    def text(self) -> str:
        return said(self.root)

    @cached_property
    def requirements(self) -> dict[str, Element]:
        """By what follows ``e-`` in their ids."""
        found = {one.get("id", "").removeprefix("e-"): one for one in self.all("article", "requirement")}
        assert len(found) == len(self.all("article"))
        return found

    def outcomes(self, kind: str) -> dict[str, str]:
        return {name: self._outcome(one, kind) for name, one in self.requirements.items()}

    def _outcome(self, requirement: Element, kind: str) -> str:
        (verdicts,) = self.all("div", "verdicts", requirement)
        (line,) = (line for line in verdicts.iter("p") if self.all("span", kind, line))
        (badge,) = self.all("span", "outcome", line)
        name = badge.get("class", "").split()[-1]
        assert said(badge) == WORDS[name]
        (sign,) = badge.iter("{http://www.w3.org/2000/svg}use")
        assert sign.get("href") == f"#sign-{name}"
        return name

    @cached_property
    def rows(self) -> dict[tuple[str, str], list[str]]:
        """The cells of the table of points by element and kind of result; the total stands under no name."""
        (table,) = self.all("table", "scores")
        found = {}
        for body in table.iter("tbody"):
            links = [link.get("href", "").removeprefix("#e-") for link in body.iter("a")]
            for row in body.iter("tr"):
                cells = [said(cell) for cell in row.iter("td") if "weight" not in cell.get("class", "").split()]
                found[(links or [""])[0], row.get("class", "")] = cells
        return found


def said(element: Element) -> str:
    """The text of an element, without a style's, each run of spaces as one."""

    def pieces(one: Element) -> Iterator[str]:
        if one.tag != "style":
            yield one.text or ""
            for child in one:
                yield from pieces(child)
                yield child.tail or ""

    return re.sub(r"\s+", " ", "".join(pieces(element))).strip()


# ---- The pages looked at ----


def golden(knowledge: Knowledge, description: Path, examination: Path | None = None) -> Assessment:
    (described,) = read_descriptions([Input(description.name, description.read_bytes())], knowledge, AROUND)
    if examination is None:
        return assess(described, default_examination(described.identifier, AS_OF, AROUND), knowledge)
    inputs = [Input(examination.name, examination.read_bytes())]
    (examined,) = read_examinations(inputs, knowledge, AROUND).values()
    return assess(described, examined, knowledge)


@pytest.fixture(scope="module")
def libraries() -> Knowledge:
    return load_knowledge(LIBRARIES)


@pytest.fixture(scope="module")
def selected() -> Knowledge:
    return load_knowledge(scheme="selected-scenarios")


# Cases of the other standard, by the names of their pages.
FOLDERS = {
    "library": "some-things-are-missing",
    "left-out": "no-home-delivery-is-needed-and-a-district-is-left-out",
    "unreviewed": "nothing-is-reviewed",
}
Make = Callable[[Knowledge], Assessment]
MADE: Mapping[str, Make] = {
    "half-built": lambda knowledge: golden(knowledge, HALF_BUILT, HALF_BUILT_EXAMINATION),
    "unexamined": lambda knowledge: golden(knowledge, HALF_BUILT),
    "selected": lambda knowledge: golden(knowledge, HALF_BUILT, HALF_BUILT_EXAMINATION),
    "empty": lambda knowledge: golden(knowledge, GOLDEN / "empty" / "description.ttl"),
    "mistakes": lambda knowledge: golden(knowledge, MISTAKES),
    "hostile": lambda knowledge: assessed(knowledge, hostile(), EXAMINATION),
    "unseen": lambda knowledge: assessed(knowledge, hostile(UNSEEN), EXAMINATION),
    "library": lambda knowledge: run_case(LIBRARIES / "cases" / FOLDERS["library"], knowledge),
    "left-out": lambda knowledge: run_case(LIBRARIES / "cases" / FOLDERS["left-out"], knowledge),
    "unreviewed": lambda knowledge: run_case(LIBRARIES / "cases" / FOLDERS["unreviewed"], knowledge),
}
each_page = pytest.mark.parametrize("name", [*MADE, "half-built-en", "mistakes-en"])
Pages = Callable[[str], Page]


@pytest.fixture(scope="module")
def pages(knowledge: Knowledge, libraries: Knowledge, selected: Knowledge) -> Pages:
    """Pages by name, each made once; ``-en`` asks for English."""
    made: dict[str, Page] = {}

    def get(name: str) -> Page:
        if name not in made:
            known = {"selected": selected, **dict.fromkeys(FOLDERS, libraries)}.get(name, knowledge)
            lang = "en" if name.endswith("-en") else "zh"
            made[name] = Page(page(MADE[name.removesuffix("-en")](known), known, lang, within=90))
        return made[name]

    return get


def hostile(unseen: str = "") -> str:
    """The full description of a case with a title, and a name and places of evidence, that try everything."""
    title = HOSTILE.replace('"', '\\"') + unseen
    text = FULL.replace('"案例产业大脑"@zh', f'"{title}"@zh')
    text = text.replace('"可信数据空间测评报告"@zh', '"</li></ul><h1>假</h1>javascript:alert(1)"@zh')
    text = text.replace("<https://example.org/report.pdf>", "<https://example.org/%22onclick=x'&lt;?a=1&b=2>")
    text = text.replace("<https://example.org/rules.pdf>", "<urn:example:rules>")
    assert text.count("urn:example:rules") == text.count("onclick") == 1
    return text


# ---- What every page is ----


@each_page
def test_a_page_is_well_formed_and_its_links_lead_somewhere(name: str, pages: Pages) -> None:
    found = pages(name)
    names = Counter(one.get("id") for one in found.root.iter() if one.get("id"))
    assert [one for one, number in names.items() if number > 1] == []
    assert {link.get("href", "")[1:] for link in found.all("a") if link.get("href", "").startswith("#")} <= set(names)
    used = {one.get("href", "")[1:] for one in found.root.iter("{http://www.w3.org/2000/svg}use")}
    assert used <= set(names)
    referred = {one.get("aria-labelledby") for one in found.root.iter() if one.get("aria-labelledby")}
    assert referred <= set(names)


@each_page
def test_a_page_needs_nothing_else_and_may_load_nothing_else(name: str, pages: Pages) -> None:
    found = pages(name)
    tags = {one.tag for one in found.root.iter() if isinstance(one.tag, str)}
    assert tags & {"script", "img", "iframe", "object", "embed", "form", "input", "base", "video", "audio"} == set()
    attributes = {attribute for one in found.root.iter() for attribute in one.attrib}
    assert attributes & {"src", "srcset", "style", "action", "ping", "data", "poster", "background"} == set()
    assert [attribute for attribute in attributes if attribute.startswith("on")] == []
    assert [(one.get("rel"), one.get("href")) for one in found.all("link")] == [("icon", "data:,")]
    (style,) = found.all("style")
    assert set(re.findall(r"url\([^)]*\)", style.text or "")) == {"url(#hatch)"}
    assert "@import" not in (style.text or "")
    digest = base64.b64encode(hashlib.sha256((style.text or "").encode()).digest()).decode()
    (policy,) = (one.get("content", "") for one in found.all("meta") if one.get("http-equiv"))
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_the_style_needs_no_newer_browser_than_chromium_90(pages: Pages) -> None:
    (style,) = (one.text or "" for one in pages("half-built").all("style"))
    newer = (":has(", "@container", "@layer", "@scope", "color-mix(", "oklch(", "subgrid", "accent-color", "dvh", "svh")
    assert [word for word in newer if word in style] == []
    # No rule stands in another: only what @media and @page hold is one step in.
    rules = re.sub(r"/\*.*?\*/|\"[^\"]*\"", "", style, flags=re.DOTALL)
    assert [
        rule for rule in re.findall(r"([^{};]+)\{[^{}]*\{", rules) if not rule.strip().startswith(("@media", "@page"))
    ] == []


@each_page
def test_links_that_leave_a_page_follow_the_web_only_and_say_nothing_of_where_they_come_from(
    name: str, pages: Pages
) -> None:
    leaving = [link for link in pages(name).all("a") if not link.get("href", "").startswith("#")]
    assert [link.get("href") for link in leaving if not re.match("https?://", link.get("href", ""))] == []
    assert [link.get("rel") for link in leaving if "noreferrer" not in link.get("rel", "")] == []
    assert [link for link in leaving if said(link) != link.get("href")] == []


@each_page
def test_headings_go_down_one_step_at_a_time(name: str, pages: Pages) -> None:
    levels = [int(one.tag[1]) for one in pages(name).root.iter() if re.fullmatch("h[1-6]", str(one.tag))]
    assert levels.count(1) == 1
    assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == []


@each_page
def test_tables_have_captions_and_their_heads_a_scope(name: str, pages: Pages) -> None:
    found = pages(name)
    assert [table for table in found.all("table") if len(list(table.iter("caption"))) != 1] == []
    assert [said(head) for head in found.all("th") if not head.get("scope")] == []


@each_page
def test_pictures_are_named_or_hidden(name: str, pages: Pages) -> None:
    drawn = list(pages(name).root.iter("{http://www.w3.org/2000/svg}svg"))
    assert drawn
    shown = [one for one in drawn if one.get("aria-hidden") != "true"]
    assert [one.get("role") for one in shown if one.get("role") != "img" or not one.get("aria-label")] == []


# ---- The half-built example, worked out by hand ----


def by_hand(name: str) -> list[dict[str, str]]:
    with (GOLDEN / "half-built" / f"{name}.tsv").open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("column", COLUMNS)
def test_every_requirement_stands_once_with_the_outcome_found_by_hand(column: str, pages: Pages) -> None:
    expected = {row["requirement"]: row[column] for row in by_hand("outcomes")}
    assert pages("half-built").outcomes(COLUMNS[column]) == expected


def test_every_weight_point_and_bound_is_the_one_worked_out_by_hand(pages: Pages) -> None:
    found = pages("half-built").rows
    names = {"6": ""}
    lines = {(names.get(row["element"], row["element"]), row["result"]): row for row in by_hand("by-hand")}
    assert {key: cells[:2] for key, cells in found.items()} == {
        key: [row["points"], row["upper_points"]] for key, row in lines.items()
    }
    (table,) = pages("half-built").all("table", "scores")
    weights = [said(cell) for cell in pages("half-built").all("td", "weight", table)]
    known = {local_name(iri): weight for iri, weight in standard_tree().weights.items()}
    elements = [name or "6" for name, kind in found if kind == KINDS[0]]
    assert weights == [str(known[element]) for element in elements]


def test_the_section_of_an_element_comes_to_the_points_of_the_table(pages: Pages) -> None:
    found = pages("half-built")
    for (name, kind), cells in found.rows.items():
        if name:
            sums = found.all("table", "sums", found.by_id(f"e-{name}"))[0]
            (row,) = (row for row in sums.iter("tr") if found.all("span", kind, row))
            shown = [said(cell) for cell in found.all("td", "num", row)]
            assert (name, shown) == (name, cells[:2])


def test_the_requirements_of_an_element_are_counted_by_outcome(pages: Pages) -> None:
    rows = by_hand("outcomes")
    for (name, kind), cells in pages("half-built").rows.items():
        column = {kind: column for column, kind in COLUMNS.items()}[kind]
        own = Counter(row[column] for row in rows if not name or row["requirement"].startswith(f"{name}-"))
        assert (name, [int(cell) for cell in cells[2:6]]) == (name, [own[outcome] for outcome in WORDS])


def test_the_cards_show_both_totals_with_bound_and_band(pages: Pages) -> None:
    found = pages("half-built")
    cards = {kind: said(found.all("div", kind, found.part("results"))[0]) for kind in KINDS}
    assert "48.6660 / 100 分" in cards["SelfAssessed"]
    assert "主张上限62.6406" in cards["SelfAssessed"].replace(" ", "")
    assert "45.1760 / 100 分" in cards["Verified"]
    assert "主张上限62.1006" in cards["Verified"].replace(" ", "")
    assert all("等级约定待提升" in card.replace(" ", "") for card in cards.values())
    assert "通过 71 存疑 21 未提供 100 不适用 1" in cards["SelfAssessed"]
    assert "通过 68 存疑 24 未提供 100 不适用 1" in cards["Verified"]


def test_arithmetic_is_told_in_numbers(pages: Pages) -> None:
    found = pages("half-built")
    (sums,) = (said(table) for table in found.all("table", "sums", found.by_id("e-6-4-6")))
    assert "(0.8125 + 0.4 + 0 + 0) ÷ 4 = 0.303125" in sums
    # 3 × 0.303125 is 0.909375 and is rounded; a mean over three thirds is not exact either.
    assert "3 × 0.303125 ≈ 0.9094" in sums
    whole = said(found.all("table", "sums", found.by_id("e-6-4"))[0])
    assert "3.1818 + 1 + 1.5 + 1.5 + 2.4 + 0.9694 + 0.9 + 1.2391 = 12.6903" in whole
    scenario = said(found.all("table", "sums", found.by_id("e-6-2-2-b"))[0])
    assert "÷ 9 ≈ 0.2222222222" in scenario
    left_out = said(found.all("table", "sums", found.by_id("e-6-1-4"))[0])
    assert "1 项不适用，不参加计算" in left_out
    assert "÷ 5 = 0.6" in left_out


def test_figures_of_a_metric_differ_between_the_results_where_the_target_does(pages: Pages) -> None:
    (table,) = pages("half-built").all("table", "figures", pages("half-built").requirements["6-4-6-logistics-cost"])
    own, verified = (said(row) for row in table.iter("tr") if list(row.iter("td")))
    assert "94 (2025)" in own
    assert "(97.6 − 100) ÷ (94 − 100) → 0.4" in own
    assert "95 (2025)" in verified
    assert "(97.6 − 100) ÷ (95 − 100) → 0.48" in verified


def test_a_requirement_says_why_it_is_not_proved_and_who_decided(pages: Pages) -> None:
    requirements = pages("half-built").requirements
    rejected = said(requirements["6-2-3-a-3d-modelling"])
    assert "不计入：证据不采信" in rejected
    assert "验收单没有验收单位盖章，也没有附运行画面，不能证明三维模型和产线数据预览已经投入使用。" in rejected
    assert "证据已过期" in said(requirements["6-1-2-public-data"])
    excluded = said(requirements["6-1-4-mobile-client"])
    assert "2025 年 3 月对 22 家企业的调查中没有一家提出移动端需求。" in excluded
    assert "批准不适用" in excluded
    missing = said(requirements["6-1-5-third-party-data-providers"])
    assert "数据空间没有接入任何第三方数据提供方。" in missing
    assert "条款要件缺失" in missing


def test_a_claim_shows_the_statements_and_the_evidence_it_rests_on(pages: Pages) -> None:
    told = said(pages("half-built").requirements["6-1-5-cluster-enterprises"])
    assert "主张经由 木业可信数据空间 data-space" in told
    assert "木业可信数据空间 连接 示例沂蒙人造板有限公司" in told
    assert "木业可信数据空间公约及参与方签署页 合同或协议" in told
    assert "2025-03-01 签发，长期有效" in told
    assert "审查 采信" in told


def test_each_piece_of_evidence_is_listed_once_with_issuer_dates_place_and_what_it_supports(pages: Pages) -> None:
    found = pages("half-built")
    (table,) = found.all("table", "evidence")
    rows = [row for row in table.iter("tr") if list(row.iter("td"))]
    facts = {(t.subject, t.predicate.value, t.object) for t in triples(HALF_BUILT)}
    described = {s for s, p, o in facts if p == RDF_TYPE and o == NamedNode(CCCEV + "Evidence")}
    assert len(rows) == len(described)
    assert [said(next(row.iter("td"))) for row in rows] == [str(number) for number in range(1, len(rows) + 1)]
    (audit,) = (said(row) for row in rows if "接入企业经营情况专项审计报告" in said(row))
    assert "审计报告 示例诚信会计师事务所（普通合伙） 2025-12-22 长期 采购成本 自评、核定 计入 物流成本" in audit
    (licence,) = (row for row in rows if "公共数据授权运营协议" in said(row))
    assert "2024-07-01 2025-06-30 公共数据汇聚 自评、核定 不计入" in said(licence)
    (link,) = (link for link in licence.iter("a") if link.get("rel"))
    assert link.get("href") == "https://example.org/sd-wood-2025/public-data-licence.pdf"
    (unplaced,) = (said(row) for row in rows if "没有可以查看的文件或地址" in said(row))
    assert "付费用户名单" in unplaced


def triples(path: Path) -> list[Triple]:
    return [quad.triple for quad in parse(path.read_bytes(), format=RdfFormat.TURTLE, base_iri="https://a.example/")]


# ---- Gaps and expiry ----


def test_what_gains_most_comes_first_and_each_gap_stands_with_its_requirement(pages: Pages) -> None:
    found = pages("half-built")
    (table,) = found.all("table", "foremost")
    rows = [row for row in table.iter("tr") if list(row.iter("td"))]
    gains = [Decimal(said(found.all("td", "gain", row)[1])) for row in rows]
    assert gains == sorted(gains, reverse=True)
    assert len(gains) == 20
    # One of two requirements of an indicator that weighs 4 is missing.
    assert gains[0] == Decimal(4) / 2
    plan = said(found.requirements["6-3-3-spending-plan"])
    assert "补上这一处 自评 +2.0000，核定 +2.0000" in plan
    # Five factories are the confirmed target, four the declared one; three are there.
    factories = said(found.requirements["6-4-5-smart-factories"])
    assert "自评 +1.0000，核定 +1.6000" in factories
    passed = said(found.requirements["6-1-1-compute"])
    assert "补上这一处" not in passed


def test_what_the_examiner_would_have_to_do_is_told_apart(pages: Pages) -> None:
    told = said(pages("half-built").requirements["6-1-4-desktop-client"])
    assert "补上这一处 核定 +1.2000 审查一方 审查证据“个人桌面端安装包与版本说明”，决定是否采信。" in told


def test_what_expires_costs_what_its_requirements_earn(pages: Pages) -> None:
    (table,) = pages("half-built").all("table", "lapses")
    first = next(row for row in table.iter("tr") if list(row.iter("td")))
    # One of six requirements of one of six scenarios, of a weight of 5: 5 ÷ 36 = 0.1389.
    left = ["0.1389", "48.5271", "0.1389", "45.0371"]
    assert [said(cell) for cell in pages("half-built").all("td", "num", first)] == left
    assert "2025-12-31" in said(first)
    assert "脲醛树脂年度框架供货协议" in said(first)
    assert "上游供应商合作" in said(first)


# ---- What is the standard's, what is read into it, what is convention ----


def test_elements_of_the_standard_and_of_our_reading_are_told_apart(pages: Pages, knowledge: Knowledge) -> None:
    found = pages("half-built")
    for name, requirement in found.requirements.items():
        (heading,) = (one for one in requirement.iter() if one.get("id") == f"e-{name}-name")
        assert said(found.all("span", "source", heading)[0]) == "解读"
        listed = NamedNode(DANAO + "ListedExample") in knowledge.index[reading(name)][RDF_TYPE]
        assert (name, "列举项" in said(heading)) == (name, listed)
    headings = [next(one.iter(f"h{level}")) for level, one in wholes(found)]
    assert {said(found.all("span", "source", heading)[0]) for heading in headings} == {"标准"}
    assert {said(chip) for table in found.all("table", "sums") for chip in found.all("span", "source", table)} == {
        "约定"
    }


def reading(name: str) -> str:
    return f"https://w3id.org/danao/reading/2025/{name}"


def wholes(found: Page) -> list[tuple[int, Element]]:
    """What has parts, with the level of its heading."""
    elements = found.all("div", "element")
    return [
        (next(int(tag[1]) for one in element.iter() if re.fullmatch("h[1-6]", tag := str(one.tag))), element)
        for element in elements
    ]


def test_every_requirement_gives_its_clause_and_our_definition(pages: Pages, knowledge: Knowledge) -> None:
    for name, requirement in pages("half-built").requirements.items():
        definition = knowledge.text(reading(name), SKOS + "definition")
        assert definition is not None
        (shown,) = pages("half-built").all("p", "definition", requirement)
        assert said(shown) == re.sub(r"\s+", " ", definition.zh)
        (clause,) = knowledge.values(reading(name), DANAO + "clause")
        assert f"条款 {clause} · " in said(requirement)
    found = pages("half-built")
    for element in found.all("div", "element"):
        (clause,) = known_clauses(knowledge, element)
        assert said(found.all("p", "origin", element)[0]) == f"条款 {clause} · 释义，以标准原文为准。"


def known_clauses(knowledge: Knowledge, element: Element) -> list[str]:
    name = element.get("id", "").removeprefix("e-")
    return knowledge.values(f"https://w3id.org/danao/standard/2025/{name}", DANAO + "clause")


def test_conventions_of_the_scheme_stand_in_full_bands_from_the_highest_down(pages: Pages) -> None:
    facts = triples(ROOT / "ontology" / "schemes" / "default.ttl")
    texts = {
        t.object.value
        for t in facts
        if t.predicate.value == SKOS + "definition" and isinstance(t.object, Literal) and t.object.language == "zh"
    }
    section = pages("half-built").part("conventions")
    assert len(texts) == 14
    assert [text for text in texts if text not in said(section)] == []
    (bands,) = pages("half-built").all("table", "bands", section)
    assert [said(cell) for cell in pages("half-built").all("td", "num", bands)] == ["90", "75", "60", "0"]


# ---- Where it comes from ----


def test_running_the_command_that_a_page_names_gives_its_digests(pages: Pages) -> None:
    both = (HALF_BUILT, HALF_BUILT_EXAMINATION)
    for name, files in {"half-built": both, "selected": both, "unexamined": (HALF_BUILT, None)}.items():
        (command,) = (said(one) for one in pages(name).all("pre"))
        words = command.replace("描述文件", str(files[0])).replace("审查文件", str(files[1])).split()
        assert words[0] == "danao"
        done = CliRunner().invoke(app, words[1:])
        (given,) = json.loads(done.stdout)["assessments"]
        section = pages(name).part("digests")
        shown = re.findall(r"sha256:[0-9a-f]{64}", said(section))
        assert shown == [given[f"{which}Digest"] for which in ("description", "examination", "knowledge")]
        assert given["assessment"] in said(section)
        assert f"danao {danao.__version__}" in said(section)


def test_who_examined_is_told_where_the_examination_tells_it(knowledge: Knowledge) -> None:
    named = "@prefix dcterms: <http://purl.org/dc/terms/> .\n" + EXAMINATION.replace(
        "a danao:Examination ;", 'a danao:Examination ; dcterms:creator "案例评估组"@zh ;'
    )
    cover = Page(page(assessed(knowledge, FULL, named), knowledge, "zh", within=90)).all("header")[0]
    assert "审查案例评估组" in said(cover).replace(" ", "")


# ---- Nobody examined ----


def test_without_an_examination_a_page_says_that_verified_means_nothing_yet(pages: Pages) -> None:
    found = pages("unexamined")
    results = said(found.part("results"))
    assert "尚无审查。没有给出审查文件，因此核定结果目前没有意义" in results
    (card,) = found.all("div", "Verified", found.part("results"))
    assert "尚无审查，没有意义" in said(card)
    assert "等级" not in said(card)
    assert "passed" not in set(found.outcomes("Verified").values())
    assert "尚无审查" not in pages("half-built").text


def test_an_examination_that_decides_on_no_evidence_is_no_review(knowledge: Knowledge) -> None:
    dated = EXAMINATION[: EXAMINATION.index("danao:verdict")].rstrip().rstrip(";") + " ."
    found = Page(page(assessed(knowledge, FULL, dated), knowledge, "zh", within=90))
    assert "尚无审查。审查文件没有对任何一件证据作出结论，因此核定" in said(found.part("results"))


def test_a_project_that_claims_nothing_has_a_page(pages: Pages) -> None:
    found = pages("empty")
    assert set(found.outcomes("SelfAssessed").values()) == {"failed"}
    assert "描述中没有证据。" in said(found.part("evidence"))
    assert "没有计入的证据到期" in said(found.part("gaps"))


# ---- A description that is refused ----


def test_a_refused_description_has_its_problems_with_fixes_and_no_score(pages: Pages, knowledge: Knowledge) -> None:
    found = pages("mistakes")
    problems = MADE["mistakes"](knowledge).problems
    shown = [said(one) for one in found.all("li", "problem")]
    assert len(shown) == len(problems) == 9
    for text, problem in zip(shown, problems, strict=True):
        assert f"错误 {problem.name} {problem.what.zh}" in text
        assert problem.fix is not None
        assert f"改法 {problem.fix.zh}" in text
    assert "描述有错误，没有计分。 错误 9 个，提醒 0 个。" in found.text
    assert found.all("table", "scores") == found.all("article") == found.all("div", "total") == []


def test_a_problem_names_its_file_without_the_folder_it_lies_in(pages: Pages, knowledge: Knowledge) -> None:
    (described,) = read_descriptions(
        [Input("/home/someone/with-mistakes.ttl", MISTAKES.read_bytes())], knowledge, AROUND
    )
    found = assess(described, default_examination(described.identifier, AS_OF, AROUND), knowledge)
    assert {problem.place.file for problem in found.problems} == {"/home/someone/with-mistakes.ttl"}
    assert page(found, knowledge, "zh", within=90) == pages("mistakes").html


# ---- Whatever a description holds ----


def test_markup_of_a_description_is_text(pages: Pages) -> None:
    found = pages("hostile")
    (title,) = found.all("h1")
    assert said(title) == HOSTILE
    assert [one for one in found.root.iter() if said(one) == "假"] == []
    assert "</li></ul><h1>假</h1>javascript:alert(1)" in said(found.part("evidence"))


def test_what_cannot_be_seen_is_named(pages: Pages) -> None:
    found = pages("unseen")
    assert [letter for letter in UNSEEN if letter in found.html.decode()] == []
    (title,) = found.all("h1")
    assert said(title) == HOSTILE + NAMED
    assert visible(UNSEEN) == NAMED
    assert visible("行一\n行二\t列") == "行一\n行二\t列"
    assert visible("木业 1.5 “é” 𠀀 👍") == "木业 1.5 “é” 𠀀 👍"


def test_an_address_is_a_link_only_where_it_leads_to_the_web(pages: Pages) -> None:
    found = pages("hostile")
    links = {link.get("href") for link in found.all("a") if link.get("rel")}
    assert links == {"https://example.org/%22onclick=x'&lt;?a=1&b=2"}
    assert "urn:example:rules" in found.text


def test_an_address_of_another_scheme_is_refused_and_shown_as_text(knowledge: Knowledge) -> None:
    text = FULL.replace("<https://example.org/rules.pdf>", "<javascript:alert(1)>")
    found = Page(page(assessed(knowledge, text), knowledge, "zh", within=90))
    assert "javascript:alert(1)" in said(found.part("problems"))
    assert "javascript" not in {link.get("href", "").partition(":")[0] for link in found.all("a")}


# ---- Languages ----


def test_in_english_what_is_chinese_is_marked_so(pages: Pages) -> None:
    for name in ("half-built-en", "mistakes-en"):
        found = pages(name)
        assert found.root.get("lang") == "en"
        assert list(unmarked(found.root, marked=False)) == []
        assert HAN.search(" ".join(one.get("aria-label", "") for one in found.root.iter())) is None
    assert pages("half-built").root.get("lang") == "zh-CN"


def unmarked(element: Element, *, marked: bool) -> Iterator[str]:
    """Chinese text outside elements that say it is."""
    marked = marked or element.get("lang") == "zh-CN"
    if element.tag == "style":
        return
    if not marked and HAN.search(element.text or ""):
        yield element.text or ""
    for child in element:
        yield from unmarked(child, marked=marked)
        if not marked and HAN.search(child.tail or ""):
            yield child.tail or ""


def test_both_languages_say_the_same(pages: Pages) -> None:
    zh, en = pages("half-built"), pages("half-built-en")
    assert list(zh.requirements) == list(en.requirements)
    assert zh.rows == en.rows
    assert [one.get("id") for one in zh.root.iter() if one.get("id")] == [
        one.get("id") for one in en.root.iter() if one.get("id")
    ]
    assert "not provided" in said(en.requirements["6-1-1-transport"])
    assert "verified" in said(en.part("results"))


# ---- Another standard ----


@pytest.mark.parametrize("name", FOLDERS)
def test_another_standard_is_shown_with_its_own_depth_and_words(name: str, pages: Pages, libraries: Knowledge) -> None:
    found = pages(name)
    expected = expected_of(LIBRARIES / "cases" / FOLDERS[name])
    known = {code: local_name(iri) for iri in libraries.index for code in libraries.values(iri, SKOS + "notation")}
    codes = {one: said(next(article.iter("code"))) for one, article in found.requirements.items()}
    assert len(codes) == len(set(codes.values())) == 18
    for kind in KINDS:
        outcomes = {known[codes[one]]: outcome for one, outcome in found.outcomes(kind).items()}
        given = {one: outcome for one, (outcome, _) in expected[kind].outcomes.items()}
        assert {one: outcome for one, outcome in outcomes.items() if outcome != "failed"} == given
        points, bound = found.rows["", kind][:2]
        assert (Decimal(points), Decimal(bound)) == (expected[kind].points, expected[kind].upper_points)
    assert "产业大脑" not in found.text
    assert "指标体系" not in found.text


def test_a_requirement_that_weighs_something_shows_its_points_or_that_it_does_not_apply(pages: Pages) -> None:
    told = said(pages("library").requirements["A-1"])
    assert "权重 5" in told
    assert "自评 5.0000 分，主张上限 5.0000" in told
    left_out = said(pages("left-out").requirements["A-3"])
    assert "分，主张上限" not in left_out
    assert "没有不能到馆的读者。" in left_out
    assert pages("left-out").rows["A-3", "Verified"][:2] == ["不适用", "不适用"]
    assert "/ 37 分" in said(pages("left-out").part("results"))


def test_parts_that_suffice_are_told_as_a_cap(pages: Pages) -> None:
    # Two of three activities suffice, and two are shown.
    sums = said(pages("library").all("table", "sums", pages("library").by_id("e-C"))[0])
    assert "(1 + 0 + 1) ÷ 2 = 1" in sums
    # Three scenarios suffice: (5/6 + 2/9 + 3/5) ÷ 3 × 5.
    scenarios = said(pages("selected").all("table", "sums", pages("selected").by_id("e-6-2-2"))[0])
    assert "(0.8333333333 + 0.2222222222 + 0.6 + 0 + 0 + 0) ÷ 3 ≈ 0.5518518518" in scenarios
    assert "5 × 0.5518518518 ≈ 2.7593" in scenarios
    assert "三个场景即为足够" in said(pages("selected").part("conventions"))


# ---- Equal inputs, equal bytes ----


def test_equal_inputs_give_equal_bytes_wherever_whenever_and_in_whatever_order(pages: Pages, tmp_path: Path) -> None:
    for file in (HALF_BUILT, HALF_BUILT_EXAMINATION):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    command = [sys.executable, "-m", "danao", "report", HALF_BUILT.name, "-e", HALF_BUILT_EXAMINATION.name]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DANAO_")}
    variables = {"PYTHONPATH": str(ROOT / "service"), "PYTHONHASHSEED": "7", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"}
    done = subprocess.run(command, cwd=tmp_path, env=kept | variables, capture_output=True, check=True)
    assert done.stdout == pages("half-built").html


# ---- The command ----


def test_a_report_is_written_to_the_file_named(tmp_path: Path) -> None:
    target = tmp_path / "made" / "report.html"
    done = CliRunner().invoke(app, ["report", str(GOLDEN / "empty" / "description.ttl"), "-o", str(target)])
    assert done.exit_code == 0
    assert done.stdout == ""
    assert str(target) in done.stderr
    assert target.read_bytes().startswith(b"<!DOCTYPE html>")


def test_each_of_several_projects_has_a_file_of_its_own_in_a_folder(tmp_path: Path) -> None:
    target = tmp_path / "reports"
    given = ["report", str(GOLDEN / "empty" / "description.ttl"), str(MISTAKES), "--lang", "en", "-o", str(target)]
    done = CliRunner().invoke(app, given)
    assert done.exit_code == 1
    assert sorted(path.name for path in target.iterdir()) == ["golden-empty.html", "sd-canned-food-2025.html"]
    assert "was not scored" in (target / "sd-canned-food-2025.html").read_text(encoding="utf-8")


def test_projects_that_share_an_identifier_do_not_overwrite_each_other(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / f"{number}.ttl").write_text(FULL, encoding="utf-8")
    files = [str(tmp_path / f"{number}.ttl") for number in (1, 2)]
    done = CliRunner().invoke(app, ["report", *files, "-o", str(tmp_path / "reports")])
    assert done.exit_code == 1
    assert sorted(path.name for path in (tmp_path / "reports").iterdir()) == [
        f"{IDENTIFIER}-.html",
        f"{IDENTIFIER}.html",
    ]


@pytest.mark.parametrize("options", [[], ["-o", "taken.html"]])
def test_several_projects_want_a_folder(options: list[str], tmp_path: Path) -> None:
    (tmp_path / "taken.html").write_text("mine", encoding="utf-8")
    named = [str(tmp_path / option) if option.endswith("html") else option for option in options]
    given = ["report", str(GOLDEN / "empty" / "description.ttl"), str(MISTAKES), "--lang", "en", *named]
    done = CliRunner().invoke(app, given)
    assert done.exit_code == 2
    assert "Name a folder with -o." in done.stderr
    assert (tmp_path / "taken.html").read_text(encoding="utf-8") == "mine"


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    target = str(tmp_path / "file" / "report.html")
    given = ["report", str(GOLDEN / "empty" / "description.ttl"), "--lang", "en", "-o", target]
    done = CliRunner().invoke(app, given)
    assert done.exit_code == 2
    assert "The file cannot be written" in done.stderr


# ---- Geometry of charts ----


def made(*shares: str) -> Radar:
    axes = [Axis(f"轴{number}", str(number), share) for number, share in enumerate(shares)]
    found = radar(axes, {"points": [Decimal(share) for share in shares]})
    assert found is not None
    return found


def test_a_radar_starts_at_the_top_and_goes_round_clockwise() -> None:
    found = made("1", "0.5", "0", "0.25")
    assert found.outlines["points"].corners == "0.00,-100.00 50.00,0.00 0.00,0.00 -25.00,0.00"
    assert found.outlines["points"].dots == (
        ("0.00", "-100.00"),
        ("50.00", "0.00"),
        ("0.00", "0.00"),
        ("-25.00", "0.00"),
    )
    assert [(spoke.x, spoke.y) for spoke in found.spokes] == [
        ("0.00", "-100.00"),
        ("100.00", "0.00"),
        ("0.00", "100.00"),
        ("-100.00", "0.00"),
    ]
    assert [spoke.anchor for spoke in found.spokes] == ["middle", "start", "middle", "end"]
    assert found.rings[1] == "0.00,-50.00 50.00,0.00 0.00,50.00 -50.00,0.00"


def test_three_axes_stand_a_third_of_a_turn_apart() -> None:
    # sin 120° = 0.8660, cos 120° = −0.5
    assert made("1", "1", "1").outlines["points"].corners == "0.00,-100.00 86.60,50.00 -86.60,50.00"


@pytest.mark.parametrize("number", [0, 1, 2])
def test_fewer_than_three_axes_span_nothing(number: int) -> None:
    assert radar([Axis("轴", "1", "")] * number, {"points": [Decimal(1)] * number}) is None


@pytest.mark.parametrize("number", [3, 4, 5, 12, 13, 40])
def test_labels_stay_inside_the_box_and_outside_the_rim(number: int) -> None:
    name = "产业数据治理能力提升与 industrial innovation"
    found = radar([Axis(name, f"6.{i}", "100.0%") for i in range(number)], {"points": [Decimal(1)] * number})
    assert found is not None
    left, top, wide, high = (float(part) for part in found.box.split())
    for spoke in found.spokes:
        for line in spoke.lines:
            size = width(line.text) * 14 / 100
            begin = {"start": 0.0, "middle": size / 2, "end": size}[spoke.anchor]
            assert left <= float(line.x) - begin
            assert float(line.x) - begin + size <= left + wide
            assert top <= float(line.y) - 14
            assert float(line.y) <= top + high
    assert (found.spokes[0].lines[0].text == "6.0") == (number > 12)


def test_bars_share_a_scale() -> None:
    # Of a weight of 3 where the heaviest is 6: half the length; half of it claimed, a quarter of it earned.
    half = bar(Decimal("0.75"), Decimal("1.5"), Decimal(3), Decimal(6))
    assert (half.track, half.bound, half.points) == ("50.000%", "25.000%", "12.500%")
    nothing = bar(Decimal(0), Decimal(0), Decimal(0), Decimal(0))
    assert (nothing.track, nothing.bound, nothing.points) == ("0.000%",) * 3


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("技术支撑能力", ("技术支撑能力",)),
        ("产业数据治理能力提升", ("产业数据治", "理能力提升")),
        ("technical support capability", ("technical", "support", "capability")),
        ("", ()),
        ("一" * 40, ("一" * 8, "一" * 8, "一" * 8 + "…")),
    ],
)
def test_labels_break_into_lines_of_about_equal_length(text: str, lines: tuple[str, ...]) -> None:
    assert wrapped(text) == lines


def test_the_drawn_charts_hold_the_numbers_of_the_table(pages: Pages) -> None:
    found = pages("half-built")
    labels = [
        one.get("aria-label", "") for one in found.root.iter("{http://www.w3.org/2000/svg}svg") if one.get("role")
    ]
    (verified,) = (label for label in labels if label.startswith("雷达图") and "核定" in label)
    # 15.2013 of 30, 3.5510 of 20, 13.7334 of 20, 12.6903 of 30, each to a tenth of a percent
    assert re.findall(r"([\d.]+%), 主张上限", verified) == ["50.7%", "17.8%", "68.7%", "42.3%"]
    bars = [one for one in found.root.iter("{http://www.w3.org/2000/svg}svg") if one.get("class") == "bar Verified"]
    drawn = [[rect.get("width") for rect in one.iter("{http://www.w3.org/2000/svg}rect")] for one in bars]
    # 6.1.1: 2.4 and 3.6 of 6, the heaviest; 6.1 is a sum and fills its own: 15.2013 ÷ 30
    assert drawn[0] == ["100.000%", "71.204%", "50.671%"]
    assert drawn[1] == ["100.000%", "60.000%", "40.000%"]
