"""Tables and sentences on a terminal, Chinese or English. Everything shown is computed elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from rich import box, markup
from rich.console import Console
from rich.table import Table

from danao.errors import DanaoError, Text
from danao.namespaces import local_name

OUTCOMES = {
    "passed": Text("通过", "passed"),
    "cantTell": Text("存疑", "cannot tell"),
    "failed": Text("未提供", "not provided"),
    "inapplicable": Text("不适用", "not applicable"),
}
_STYLES = {"passed": "green", "cantTell": "yellow", "failed": "red", "inapplicable": "dim"}
# What a terminal would obey instead of showing it: controls, and characters that turn the direction of text.
_DIRECTIONS = (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160), *_DIRECTIONS), "\N{REPLACEMENT CHARACTER}")
# A text of several lines could pass for lines of ours.
_LINES = dict.fromkeys((9, 10, 13, 0x85, 0x2028, 0x2029), " ")


def escape(text: str) -> str:
    """Text from outside, to be shown as it is."""
    return markup.escape(text.translate(_CONTROLS | _LINES))


class Renderer:
    """Writes in one language to one stream."""

    def __init__(self, lang: str, *, stderr: bool = False) -> None:
        self.lang = lang
        # Not narrower than a table needs when written to a file or a pipe.
        width = None if sys.stdout.isatty() else 140
        # No emoji: the place "x.ttl:100:5" holds the code of one.
        self.console = Console(stderr=stderr, width=width, highlight=False, soft_wrap=False, emoji=False)

    def say(self, zh: str, en: str) -> None:
        self.console.print(escape(en if self.lang == "en" else zh))

    def text(self, value: dict[str, str] | None) -> str:
        return escape(value.get(self.lang) or value["zh"]) if value else ""

    def table(self, *columns: tuple[str, str, Literal["left", "right"]]) -> Table:
        """A table with columns of (Chinese head, English head, justification)."""
        table = Table(box=_box(self.console), pad_edge=False, header_style="bold")
        for zh, en, justify in columns:
            table.add_column(en if self.lang == "en" else zh, justify=justify, overflow="fold")
        return table

    def outcome(self, name: str | None) -> str:
        if name is None:
            return ""
        return f"[{_STYLES[name]}]{OUTCOMES[name].in_language(self.lang)}[/]"

    # ---- Problems ----

    def problems(self, problems: Iterable[dict[str, Any]]) -> None:
        for problem in problems:
            word = {"violation": Text("错误", "error"), "warning": Text("提醒", "warning")}[problem["severity"]]
            style = "red" if problem["severity"] == "violation" else "yellow"
            self.console.print(
                f"[{style}]{word.in_language(self.lang)}[/] [bold]{problem['problem']}[/] "
                f"{self.text(problem['message'])}"
            )
            for zh, en, value in _details(problem):
                self.console.print(f"    {en if self.lang == 'en' else zh} {escape(value)}")
            if problem["fix"]:
                self.console.print(f"    {'fix:' if self.lang == 'en' else '改法：'} {self.text(problem['fix'])}")

    # ---- Assessment ----

    def assessment(self, view: dict[str, Any], run: dict[str, Any]) -> None:
        project = view["project"]
        self.console.print(f"[bold]{self.text(project['title'])}[/]  {escape(project['identifier'])}")
        self.console.print(
            f"{self.text(run['standard']['title'])} · {'as of' if self.lang == 'en' else '基准日'} "
            f"{view['examination']['asOf']} · {self.text(run['scheme']['label'])}"
        )
        if view["scores"] is None:
            self.say("描述有错误，未计分。", "The description has violations and was not scored.")
            return
        self.console.print(self._scores(view["scores"]))
        for kind, band in view["bands"].items():
            name = _KINDS[kind].in_language(self.lang)
            self.say(
                f"{name}等级：{band['label']['zh']}（评分方案的约定）",
                f"Band, {name}: {band['label']['en']} (a convention of the scheme)",
            )
        self._footnotes()

    def _scores(self, scores: list[dict[str, Any]]) -> Table:
        table = self.table(
            ("条款", "clause", "left"),
            ("要素", "element", "left"),
            ("权重", "weight", "right"),
            ("自评", "self-assessed", "right"),
            ("自评主张上限", "upper bound", "right"),
            ("核定", "verified", "right"),
            ("核定主张上限", "upper bound", "right"),
            ("自评结论数", "self: outcomes", "right"),
            ("核定结论数", "verified: outcomes", "right"),
        )
        for element in scores[1:] + scores[:1]:
            if element["weight"] is not None:
                table.add_row(*self._score_row(element), style="bold" if element["depth"] < 2 else None)  # noqa: PLR2004
        return table

    def _score_row(self, element: dict[str, Any]) -> Iterator[str]:
        own, verified = element["results"]["SelfAssessed"], element["results"]["Verified"]
        total = element["depth"] == 0
        yield "" if total else escape(element["notation"])
        yield ("total" if self.lang == "en" else "合计") if total else self.text(element["label"])
        yield f"{element['weight']:g}"
        for result in (own, verified):
            yield self._points(result, "points")
            yield self._points(result, "upperPoints")
        for result in (own, verified):
            yield self._counts(result)

    def _counts(self, result: dict[str, Any]) -> str:
        """Outcomes by their numbers; a requirement that has a weight of its own has one."""
        if "passed" not in result:
            return self.outcome(result["outcome"])
        return "/".join(str(result[name]) for name in OUTCOMES)

    def _points(self, result: dict[str, Any], name: str) -> str:
        if result[name] is None:
            return self.outcome(result["outcome"])
        return f"{result[name]:.4f}"

    def _footnotes(self) -> None:
        self.say(
            "结论数：通过 / 存疑 / 未提供 / 不适用的要求数。",
            "Outcomes: requirements passed / cannot tell / not provided / not applicable.",
        )
        self.say(
            "自评：尚未审查的证据、自报目标和不适用申请都计入；核定：只计审查采信的。主张上限：主张全部得到证明时的得分。",
            "Self-assessed: evidence not yet reviewed, declared targets and exclusions count. Verified: only what the "
            "examination accepts. Upper bound: the score if every claim were proved.",
        )
        self.say(
            "指标和权重由标准给出；要求的拆分是解读；计分方法是评分方案的约定。释义，以标准原文为准。",
            "Indicators and weights are the standard's; requirements are our reading; how points are computed is "
            "convention of the scheme. The standard's text decides.",
        )

    # ---- Check, explanation and the standard ----

    def checked(self, view: dict[str, Any]) -> None:
        project = view["project"]
        self.console.print(f"[bold]{self.text(project['title'])}[/]  {escape(project['identifier'])}")
        self.problems(view["problems"])
        violations = sum(problem["severity"] == "violation" for problem in view["problems"])
        warnings = len(view["problems"]) - violations
        self.say(f"{violations} 个错误，{warnings} 个提醒。", f"{violations} violations, {warnings} warnings.")

    def explanation(self, view: dict[str, Any], identifier: str) -> None:
        self.console.rule(f"{escape(view['notation'])} {self.text(view['label'])} · {escape(identifier)}", align="left")
        self._definition(view)
        if "parts" not in view:
            self._requirement(view)
            return
        for part in view["parts"]:
            if "parts" in part:
                self.explanation(part, identifier)
            else:
                self.console.print()
                self.console.print(
                    f"[bold]{self.text(part['label'])}[/]  {escape(part['notation'])}  {self._named(part)}"
                )
                self._definition(part)
                self._requirement(part)
        for kind, arithmetic in view["arithmetic"].items():
            self._arithmetic(f"{view['notation']} {_KINDS[kind].in_language(self.lang)}", arithmetic)

    def _named(self, view: dict[str, Any]) -> str:
        named = f"[{self.text(view['namedBy'])}]".replace("[", r"\[")
        listed = {"zh": "列举项", "en": "listed example"}
        return named + (f" {self.text(listed)}" if view["listedExample"] else "")

    def _definition(self, view: dict[str, Any]) -> None:
        clause = f"{'clause' if self.lang == 'en' else '条款'} {escape(view['clause'])} · " if view["clause"] else ""
        self.console.print(f"[dim]{clause}{self.text(view['note'])}[/]")
        self.console.print(self.text(view["definition"]))

    def _requirement(self, view: dict[str, Any]) -> None:
        if view["shape"]:
            self.console.print(f"  {'shape:' if self.lang == 'en' else '形状：'} <{escape(view['shape'])}>")
        for kind, outcome in view["outcomes"].items():
            reasons = self._reasons(outcome["reasons"] if outcome["outcome"] != "failed" else [])
            self.console.print(f"  {_KINDS[kind].in_language(self.lang)} {self.outcome(outcome['outcome'])}  {reasons}")
            for claim in outcome["claims"]:
                self._claim(claim)
            if outcome["gain"]:
                self.say(f"    单独补上可增 {outcome['gain']} 分", f"    closing this alone gains {outcome['gain']}")

    def _claim(self, claim: dict[str, Any]) -> None:
        via = claim["via"]
        word = "claimed through" if self.lang == "en" else "主张经由"
        self.console.print(f"    {word} {self.text(via['title'])} <{escape(via['iri'])}>")
        self.console.print(f"      [dim]{'claim' if self.lang == 'en' else '主张'} <{escape(claim['claim'])}>[/]")
        for unmet in claim["unmet"]:
            self.console.print(f"      [yellow]×[/] {self.text(unmet['message'])}")
        for triple in claim["triples"]:
            self.console.print(f"      [dim]{self.text(triple['text'])}[/]")
        for piece in claim["evidence"]:
            self.console.print(f"      {self._piece(piece)}")
        if claim["figures"]:
            self.console.print(f"      {self._figures(claim['figures'])}")

    def _reasons(self, reasons: list[dict[str, Any]]) -> str:
        return ("; " if self.lang == "en" else "；").join(self.text(reason["label"]) for reason in reasons)

    def _piece(self, piece: dict[str, Any]) -> str:
        counts = {True: Text("计入", "counts"), False: Text("不计入", "set aside")}[piece["counts"]].in_language(
            self.lang
        )
        reasons = self._reasons(piece["reasons"])
        until = piece["validUntil"] or ("open" if self.lang == "en" else "长期")
        kind = self.text(piece["type"]) or "-"
        word = "evidence" if self.lang == "en" else "证据"
        return f"{word} “{self.text(piece['title'])}” {kind} {piece['issued']} – {until} · {counts} {reasons}"

    def _figures(self, figures: dict[str, Any]) -> str:
        names = (("baseline", "基期"), ("actual", "实际"), ("target", "目标"))
        shown = [
            f"{name if self.lang == 'en' else zh} {figures[name] or '-'} ({figures[name + 'Year'] or '-'})"
            for name, zh in names
        ]
        line = " · ".join(shown) + f" {self.text(figures['unit'])}"
        if figures["attainment"] is None:
            return line
        sum_ = f"({figures['actual']} − {figures['baseline']}) ÷ ({figures['target']} − {figures['baseline']})"
        if figures["target"] == figures["baseline"]:
            sum_ = "target = baseline" if self.lang == "en" else "目标即基期，保持为 1"
        word = "attainment" if self.lang == "en" else "达成度"
        return f"{line} · {word} = {sum_} → {figures['attainment']}"

    def _arithmetic(self, name: str, arithmetic: dict[str, Any]) -> None:
        self.console.print()
        self.console.print(f"[bold]{escape(name)}[/] {self._mean(arithmetic)}")
        if arithmetic["weight"] and arithmetic["points"] is not None and arithmetic["operation"] == "mean":
            word = "points" if self.lang == "en" else "得分"
            upper = "upper bound" if self.lang == "en" else "主张上限"
            self.console.print(
                f"  {word} = {arithmetic['weight']} × {arithmetic['attainment']} = [bold]{arithmetic['points']}[/]"
                f"  ({upper} {arithmetic['weight']} × {arithmetic['upperAttainment']} = {arithmetic['upperPoints']})"
            )

    def _mean(self, arithmetic: dict[str, Any]) -> str:
        terms = [term for term in arithmetic["terms"] if term["attainment"] is not None]
        if arithmetic["operation"] == "sum":
            total = " + ".join(term["points"] or "-" for term in terms)
            return f"{total} = [bold]{arithmetic['points']}[/]"
        word = "attainment" if self.lang == "en" else "达成度"
        if not terms:
            return self.outcome("inapplicable")
        sum_ = " + ".join(term["attainment"] for term in terms)
        return f"{word} = ({sum_}) ÷ {arithmetic['divisor']} → {arithmetic['attainment']}"

    def tree(self, title: dict[str, str] | None, elements: list[dict[str, Any]]) -> None:
        self.console.print(f"[bold]{self.text(title)}[/]")
        table = self.table(
            ("条款", "clause", "left"),
            ("要素", "element", "left"),
            ("权重", "weight", "right"),
            ("出自", "from", "left"),
        )
        for element in elements:
            table.add_row(
                "  " * element["depth"] + escape(element["notation"]),
                self.text(element["label"]),
                "" if element["weight"] is None else f"{element['weight']:g}",
                self._named(element),
            )
        self.console.print(table)

    def concept(self, view: dict[str, Any]) -> None:
        self.console.print(f"[bold]{escape(view['notation'])} {self.text(view['label'])}[/]  {self._named(view)}")
        self._definition(view)
        self._row("常见证据", "Evidence that usually shows it", self.text(view["example"]))
        self._row("权重", "weight", "" if view["weight"] is None else f"{view['weight']:g}")
        for name, zh in (("kind", "类别"), ("unit", "单位"), ("direction", "方向")):
            self._row(zh, name, "、".join(self.text(item["label"]) for item in view[name]))
        names = "、".join(f"{self.text(one['label'])} <{escape(one['iri'])}>" for one in view["realisedBy"])
        self._row("由这类能力实现", "realised by", names)
        self._row("形状", "shape", escape(view["shape"] or ""))
        for part in view["parts"]:
            self.console.print(f"  {escape(part['notation'])} {self.text(part['label'])}")

    def _row(self, zh: str, en: str, value: str) -> None:
        if value:
            self.console.print(f"{en if self.lang == 'en' else zh}: {value}")


_KINDS = {"SelfAssessed": Text("自评", "self-assessed"), "Verified": Text("核定", "verified")}


def _details(problem: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    place = ":".join(str(problem[name]) for name in ("file", "line", "column") if problem[name] is not None)
    if place:
        yield "文件：", "file:", place
    if problem["node"]:
        yield "结点：", "node:", f"<{problem['node']}>"
    if problem["path"]:
        yield "属性：", "property:", local_name(problem["path"])
    if problem["value"]:
        yield "值：", "value:", problem["value"]


def _box(console: Console) -> box.Box:
    """Ruled lines where the terminal can show them."""
    try:
        "─│┼".encode(console.encoding)
    except (UnicodeEncodeError, LookupError):
        return box.ASCII
    return box.SIMPLE_HEAD


def print_error(error: DanaoError, lang: str = "zh") -> None:
    """An error on stderr: name, message, place and fix."""
    renderer = Renderer(lang, stderr=True)
    view = error.as_json() | {"problem": error.name, "severity": "violation", "path": None, "value": None}
    renderer.problems([view])
