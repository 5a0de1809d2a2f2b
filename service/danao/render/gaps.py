"""The gaps of projects on a terminal: what to do first, the way to a target, and what runs out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from rich.table import Table

from danao.errors import Text
from danao.render import Renderer, escape

_KINDS = {"SelfAssessed": Text("自评", "self-assessed"), "Verified": Text("核定", "verified")}


def show_gaps(run: dict[str, Any], lang: str, top: int) -> None:
    """The gaps of each project of a run, at most ``top`` of each; 0 is all."""
    show = _Show(Renderer(lang))
    for view in run["projects"]:
        show.project(view, run, top)


class _Show:
    def __init__(self, renderer: Renderer) -> None:
        self.renderer = renderer
        self.lang = renderer.lang
        self.text = renderer.text

    def say(self, zh: str, en: str) -> None:
        self.renderer.say(zh, en)

    def word(self, zh: str, en: str) -> str:
        return en if self.lang == "en" else zh

    def project(self, view: dict[str, Any], run: dict[str, Any], top: int) -> None:
        project, console = view["project"], self.renderer.console
        console.print(f"[bold]{self.text(project['title'])}[/]  {escape(project['identifier'])}")
        console.print(
            f"{self.text(run['standard']['title'])} · {self.word('基准日', 'as of')} {view['examination']['asOf']} · "
            f"{self.text(run['scheme']['label'])}"
        )
        self._totals(view)
        shown = view["gaps"][: top or None]
        if shown:
            console.print(self._table(shown))
        self._left_out(len(view["gaps"]) - len(shown))
        for note in view["notes"]:
            console.print(self.text(note))
        self.say(
            "条款由标准给出；要求的拆分与缺什么的说明是解读，以标准原文为准；适合的证据类型和增分是评分方案的约定。",
            "Clauses are the standard's; requirements and what is said to be missing are our reading, and the "
            "standard's text decides; fitting types of evidence and gains are conventions of the scheme.",
        )
        if view["target"]:
            self._way(view["target"])
        if view["expiry"]:
            self._expiry(view["expiry"])

    # ---- The list ----

    def _totals(self, view: dict[str, Any]) -> None:
        for kind, total in view["totals"].items():
            count = sum(entry["results"][kind]["gap"] is not None for entry in view["gaps"])
            name = _KINDS[kind]
            self.say(
                f"{name.zh} {_points(total['points'])}，{count} 处差距；全部一起补上为 "
                f"{_points(total['closedTogether'])}（逐处增分相加 {_points(total['sumOfGains'])}）。",
                f"{name.en}: {_points(total['points'])}, {count} gaps; {_points(total['closedTogether'])} with all of "
                f"them closed together (single gains add up to {_points(total['sumOfGains'])}).",
            )

    def _table(self, entries: Iterable[dict[str, Any]]) -> Table:
        table = self.renderer.table(
            ("序", "#", "right"),
            ("条款", "clause", "left"),
            ("要求", "requirement", "left"),
            ("缺什么", "what is missing", "left"),
            ("什么证据可以", "what evidence would do", "left"),
            ("+自评", "+self", "right"),
            ("+核定", "+verified", "right"),
        )
        for number in (0, 5, 6):
            table.columns[number].no_wrap = True
        for entry in entries:
            table.add_row(
                str(entry["rank"]),
                escape(entry["clause"] or ""),
                self._requirement(entry),
                "\n".join(self._missing(entry)),
                "\n".join(self._evidence(entry)),
                *(_gain(entry["results"][kind]["gain"]) for kind in _KINDS),
            )
            table.add_section()
        return table

    def _requirement(self, entry: dict[str, Any]) -> str:
        listed = f" [dim]{self.word('列举项', 'listed example')}[/]" if entry["listedExample"] else ""
        weighed = entry["weighed"]
        of = "" if weighed["iri"] == entry["iri"] else f"{self.text(weighed['label'])}{self.word('，', ', ')}"
        weight = f"{self.word('权重', 'weight')} {weighed['weight']}"
        return f"[bold]{self.text(entry['label'])}[/]{listed}\n[dim]{of}{weight}[/]"

    def _missing(self, entry: dict[str, Any]) -> Iterator[str]:
        """The outcome, what the project has to do, then what the examiner has to."""
        yield self._outcomes(entry["results"])
        for task in entry["byProject"]:
            yield self.text(task["message"])
            if task["task"] == "claim":
                yield self._where_to_claim(entry)
        for piece in entry["setAside"] if entry["byProject"] else ():
            reasons = self.word("；", "; ").join(self.text(reason["label"]) for reason in piece["reasons"])
            yield f"[yellow]×[/] “{self.text(piece['title'])}” {reasons}"
        for task in entry["byExaminer"]:
            yield f"[cyan]{self.word('审查方：', 'Examiner:')}[/] {self.text(task['message'])}"

    def _outcomes(self, results: dict[str, Any]) -> str:
        shown = {kind: self.renderer.outcome(result["outcome"]) for kind, result in results.items()}
        if len(set(shown.values())) == 1:
            return next(iter(shown.values()))
        return self.word("，", ", ").join(
            f"{_KINDS[kind].in_language(self.lang)}{self.word('', ': ')}{text}" for kind, text in shown.items()
        )

    def _where_to_claim(self, entry: dict[str, Any]) -> str:
        if entry["metric"]:
            return self.word("→ 以度量记录报告。", "→ Report it in a metric record.")
        if entry["ownCapabilities"]:
            names = self.word("、", ", ").join(f"“{self.text(one['title'])}”" for one in entry["ownCapabilities"])
            return self.word(f"→ 可由{names}主张。", f"→ {names} can claim it.")
        names = self.word("、", ", ").join(self.text(one["label"]) for one in entry["realisedBy"])
        return self.word(f"→ 由“{names}”类能力主张。", f"→ A capability of class {names} claims it.")

    def _evidence(self, entry: dict[str, Any]) -> Iterator[str]:
        yield self.text(entry["example"])
        types = self.word("、", ", ").join(self.text(one["label"]) for one in entry["evidence"]["types"])
        if types:
            yield f"[dim]{self.word('适合的类型（约定）：', 'fitting types (convention): ')}{types}[/]"

    def _left_out(self, number: int) -> None:
        if number:
            self.say(f"另有 {number} 处未列出，用 --top 0 列出全部。", f"{number} more; --top 0 shows all.")

    # ---- The way to a target ----

    def _way(self, way: dict[str, Any]) -> None:
        name, steps = _KINDS[way["result"]], way["steps"]
        self.renderer.console.print()
        if not steps and way["reached"]:
            self.say(f"{name.zh}已达到 {way['target']}。", f"The {name.en} total has reached {way['target']} already.")
            return
        if way["reached"]:
            self.say(
                f"{name.zh}达到 {way['target']}：依次补上以下 {len(steps)} 处，合计 {_points(way['total'])}"
                "（每步取增分最多的一处，一起补上重新计分得出）。",
                f"To reach {way['target']} {name.en}: close these {len(steps)} gaps, {_points(way['total'])} in all "
                "(always the one that gains most next; scored once more with all of them closed).",
            )
        else:
            self.say(
                f"{name.zh}无法达到 {way['target']}：补上全部有增分的 {len(steps)} 处，合计 {_points(way['total'])}。",
                f"{way['target']} cannot be reached {name.en}: closing all {len(steps)} gaps that gain gives "
                f"{_points(way['total'])}.",
            )
        self.renderer.console.print(self._steps(steps))

    def _steps(self, steps: Iterable[dict[str, Any]]) -> Table:
        table = self.renderer.table(
            ("步", "step", "right"),
            ("编号", "code", "left"),
            ("要求", "requirement", "left"),
            ("差距", "gap", "left"),
            ("增分", "gain", "right"),
            ("合计", "total", "right"),
        )
        for number, step in enumerate(steps, start=1):
            table.add_row(
                str(number),
                escape(step["notation"]),
                self.text(step["label"]),
                self.text(step["gap"]["label"]),
                _gain(step["gain"]),
                _points(step["total"]),
            )
        return table

    # ---- What expires ----

    def _expiry(self, expiry: dict[str, Any]) -> None:
        self.renderer.console.print()
        within, until = expiry["within"], expiry["until"]
        if not expiry["lapses"]:
            self.say(
                f"{within} 天内（至 {until}）没有计入的证据到期。",
                f"No counting evidence expires within {within} days (until {until}).",
            )
            return
        self.say(
            f"{within} 天内（至 {until}）到期的证据：", f"Evidence that expires within {within} days (until {until}):"
        )
        self.renderer.console.print(self._lapses(expiry["lapses"]))
        self.renderer.console.print(self.text(expiry["note"]))

    def _lapses(self, lapses: Iterable[dict[str, Any]]) -> Table:
        table = self.renderer.table(
            ("截止日", "last day", "left"),
            ("证据", "evidence", "left"),
            ("不再通过的要求", "requirements that fall", "left"),
            ("自评", "self", "right"),
            ("核定", "verified", "right"),
            ("此后自评", "self then", "right"),
            ("此后核定", "verified then", "right"),
        )
        for lapse in lapses:
            table.add_row(
                lapse["until"] if lapse["from"] == lapse["until"] else f"{lapse['from']} – {lapse['until']}",
                "\n".join(self.text(piece["title"]) for piece in lapse["evidence"]),
                "\n".join(self._fallen(fallen) for fallen in lapse["falls"]) or self.word("无", "none"),
                *(_loss(lapse["cost"].get(kind)) for kind in _KINDS),
                *(_points(lapse["totals"].get(kind)) for kind in _KINDS),
            )
            table.add_section()
        return table

    def _fallen(self, fallen: dict[str, Any]) -> str:
        kinds = "、".join(_KINDS[kind].in_language(self.lang) for kind in fallen["results"])
        only = f" ({kinds})" if len(fallen["results"]) < len(_KINDS) else ""
        return f"{escape(fallen['notation'])} {self.text(fallen['label'])}{only}"


def _points(value: str | None) -> str:
    return "–" if value is None else f"{Decimal(value):.4f}"


def _gain(value: str | None) -> str:
    return "–" if value is None else f"+{Decimal(value):.4f}"


def _loss(value: str | None) -> str:
    return "–" if value is None else f"{-Decimal(value):.4f}"
