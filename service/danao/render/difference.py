"""The change of a score on a terminal: by indicator and cause, what moved, and what was changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rich.table import Table

from danao.errors import Text
from danao.render import Renderer, escape

_KINDS = {"SelfAssessed": Text("自评", "self-assessed"), "Verified": Text("核定", "verified")}
_SIDES = {"before": Text("仅之前有", "before only"), "after": Text("仅之后有", "after only")}
_SIGNS = {"before": "-", "after": "+", "both": "~"}
# Of one node, in a table; JSON has them all.
_STATEMENTS = 5
# What a table with every cause needs.
_WIDTH = 140


def show_differences(run: dict[str, Any], lang: str, top: int) -> None:
    """The change of each project on both sides of a run, at most ``top`` entries of each list; 0 is all."""
    show = _Show(Renderer(lang), top)
    for view in run["differences"]:
        show.difference(view, run)
    show.left_out(run)


class _Show:
    def __init__(self, renderer: Renderer, top: int) -> None:
        self.renderer = renderer
        self.lang = renderer.lang
        self.text = renderer.text
        self.top = top
        # A terminal that is narrower breaks lines; the table would break numbers.
        renderer.console.width = max(renderer.console.width, _WIDTH)
        self.minus = _minus(renderer.console.encoding)

    def print(self, line: str) -> None:
        """A line as long as it is: a terminal breaks it better than a table's width does."""
        self.renderer.console.print(line, soft_wrap=True)

    def say(self, zh: str, en: str) -> None:
        self.print(escape(self.word(zh, en)))

    def word(self, zh: str, en: str) -> str:
        return en if self.lang == "en" else zh

    def joined(self, words: Iterable[str]) -> str:
        return (", " if self.lang == "en" else "、").join(words)

    def some(self, entries: Sequence[Any], indent: str = "") -> Iterator[Any]:
        """At most as many entries as asked for, and how many more there are."""
        shown = entries[: self.top or None]
        yield from shown
        if left := len(entries) - len(shown):
            self.say(
                f"{indent}……另有 {left} 条：--top 0 或 -f json 列出全部。",
                f"{indent}… and {left} more: --top 0 or -f json has all.",
            )

    def left_out(self, run: Mapping[str, Any]) -> None:
        for side, name in (("onlyBefore", "A"), ("onlyAfter", "B")):
            for project in run[side]:
                self.say(
                    f"只在 {name} 中的项目：{project['title']['zh']}  {project['identifier']}",
                    f"Project in {name} only: {project['title']['en']}  {project['identifier']}",
                )

    def difference(self, view: Mapping[str, Any], run: Mapping[str, Any]) -> None:
        self.print(f"[bold]{self.text(view['project']['title'])}[/]  {escape(view['project']['identifier'])}")
        for name, side in (("A", view["before"]), ("B", view["after"])):
            self._side(name, side)
        self._causes(view)
        if view["steps"] is None:
            self.say(
                "至少一侧的描述有错误，未计分；下面只列出改动。",
                "A description has violations and was not scored; what was changed is listed only.",
            )
        else:
            self._scores(view)
            self._requirements(view)
        self._changes(view)
        if view["steps"] is not None:
            self._notes(view, run)

    def _notes(self, view: Mapping[str, Any], run: Mapping[str, Any]) -> None:
        if sum(one["differs"] for one in view["causes"]) > 1:
            self.print(self.text(run["order"]["note"]))
        self.say(
            "指标和权重由标准给出；要求的拆分是解读；计分方法和归因的次序是约定。释义，以标准原文为准。",
            "Indicators and weights are the standard's; requirements are our reading; how points are computed and in "
            "which order causes are replaced are conventions. The standard's text decides.",
        )

    # ---- What is compared ----

    def _side(self, name: str, side: Mapping[str, Any]) -> None:
        self.print(
            f"{name}  {escape(side['project']['source'])} · "
            f"{self.word('基准日', 'as of')} {escape(str(side['examination']['asOf']))} · "
            f"{self.text(side['standard']['title'])} · {self.text(side['scheme']['label'])}"
        )

    def _causes(self, view: Mapping[str, Any]) -> None:
        differ = [self.text(one["label"]) for one in view["causes"] if one["differs"]]
        same = [self.text(one["label"]) for one in view["causes"] if not one["differs"]]
        none = self.word("无", "nothing")
        self.print(
            f"{self.word('不同：', 'different: ')}{self.joined(differ) or none} · "
            f"{self.word('相同：', 'the same: ')}{self.joined(same) or none}"
        )
        self.print(f"[dim]{self.word('摘要', 'digests')} {' · '.join(self._digests(view))}[/]")

    def _digests(self, view: Mapping[str, Any]) -> Iterator[str]:
        names = {"description": ("描述", "description"), "examination": ("审查", "examination")}
        for name, words in {**names, "knowledge": ("知识", "knowledge")}.items():
            old, new = (view[side][f"{name}Digest"].removeprefix("sha256:")[:12] for side in ("before", "after"))
            yield f"{self.word(*words)} {old if old == new else f'{old} → {new}'}"

    # ---- Numbers ----

    def _scores(self, view: Mapping[str, Any]) -> None:
        steps = [step for step in view["steps"] if step["differs"]]
        for kind, name in _KINDS.items():
            if _moves(view, kind):
                self.print(f"[bold]{name.in_language(self.lang)}[/]")
                self.renderer.console.print(self._table(view, kind, steps))
            else:
                total = _points(view["total"][kind]["points"]["after"])
                self.say(f"{name.zh} {total}，没有变化。", f"{name.en}: {total}, unchanged.")
        if any("*" in self._effect(cell, step) for cell in _cells(view) for step in steps):
            self.say(
                "* 几个原因共同造成：换成相反的次序，分摊会不同。",
                "* several causes together: in the opposite order it would be divided otherwise.",
            )
        for step in steps:
            self._obstacles(step)

    def _obstacles(self, step: Mapping[str, Any]) -> None:
        if step["obstacles"]:
            names = self.joined(sorted({escape(problem["problem"]) for problem in step["obstacles"]}))
            label = step["label"]
            self.say(
                f"“{label['zh']}”合在一起：只替换其中一部分，描述就不可用（{names}）。",
                f"“{label['en']}” go together: with a part of them replaced the description is not usable ({names}).",
            )

    def _table(self, view: Mapping[str, Any], kind: str, steps: Sequence[Mapping[str, Any]]) -> Table:
        table = self.renderer.table(
            ("条款", "clause", "left"),
            ("要素", "element", "left"),
            ("之前", "before", "right"),
            *((step["label"]["zh"], step["label"]["en"], "right") for step in steps),
            ("之后", "after", "right"),
            ("变化", "change", "right"),
            ("主张上限变化", "upper bound", "right"),
        )
        for element in view["elements"]:
            cells = element["results"][kind]
            if any(_moved(cell) for cell in cells.values()):
                name = self.text(element["label"])
                side = f" ({_SIDES[element['side']].in_language(self.lang)})" if element["side"] in _SIDES else ""
                style = "bold" if element["operation"] == "sum" else None
                table.add_row(escape(element["notation"]), name + side, *self._row(cells, steps), style=style)
        table.add_row("", self.word("合计", "total"), *self._row(view["total"][kind], steps), style="bold")
        return table

    def _row(self, cells: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        points = cells["points"]
        yield _points(points["before"])
        yield from (self._effect(points, step) for step in steps)
        yield _points(points["after"])
        yield self.signed(points["change"])
        yield self.signed(cells["upperPoints"]["change"])

    def _effect(self, cell: Mapping[str, Any], step: Mapping[str, Any]) -> str:
        name = step["step"]
        return self.signed(cell["by"][name]) + ("" if cell["opposite"].get(name) == cell["by"][name] else "*")

    def signed(self, value: str) -> str:
        change = Decimal(value)
        sign = "+" if change > 0 else self.minus
        return f"{sign}{abs(change):.4f}" if change else "·"

    # ---- What moved ----

    def _requirements(self, view: Mapping[str, Any]) -> None:
        labels = {step["step"]: step["label"] for step in view["steps"]}
        moved = [(one, results) for one in view["requirements"] if (results := _moving(one["results"]))]
        self._count(len(moved), len(view["requirements"]) - len(moved))
        for requirement, results in self.some(moved, "  "):
            self.print(f"  {escape(requirement['notation'])} {self.text(requirement['label'])}")
            for kinds, result in _alike(results):
                self._move(self.joined(_KINDS[kind].in_language(self.lang) for kind in kinds), result, labels)

    def _count(self, moved: int, others: int) -> None:
        zh, en = f"变动的要求：{moved} 项", f"Requirements that moved: {moved}"
        if others:
            zh += f"；另有 {others} 项只是理由变了（见 -f json）"
            en += f"; of {others} more only the reasons changed (see -f json)"
        self.print(f"[bold]{escape(self.word(zh, en))}[/]")

    def _move(self, kinds: str, result: Mapping[str, Any], labels: Mapping[str, Any]) -> None:
        causes = self.joined(self.text(labels[by["step"]]) for by in result["by"])
        before, after = (self._outcome(result[side]) for side in ("before", "after"))
        self.print(f"    {kinds} {before} → {after} · {causes}")
        for piece in result["evidence"]:
            old, new = (self._standing(piece[side]) for side in ("before", "after"))
            word = self.word("证据", "evidence")
            self.print(f"      {word} “{self.text(piece['title'])}” {old} → {new}")
        self._figures(result["figures"])
        # Where evidence moved, the shape that counts it says nothing more.
        for side, zh, en in (("before", "不再缺：", "no longer: "), ("after", "缺：", "missing: ")):
            for unmet in () if result["evidence"] else result["unmet"][side]:
                self.print(f"      [dim]{self.word(zh, en)}{self.text(unmet['message'])}[/]")

    def _figures(self, figures: Mapping[str, Any] | None) -> None:
        """The figures behind the first claim of a metric that differ."""
        if not figures or not figures["before"] or not figures["after"]:
            return
        for name, zh in (("baseline", "基期"), ("actual", "实际"), ("target", "目标")):
            old, new = (figures[side][0][name] for side in ("before", "after"))
            if old != new:
                self.print(f"      {self.word(zh, name)} {old or '-'} → {new or '-'}")

    def _outcome(self, standing: Mapping[str, Any] | None) -> str:
        if standing is None:
            return self.word("没有这项要求", "no such requirement")
        reasons = "" if standing["outcome"] in ("passed", "failed") else self._reasons(standing["reasons"])
        reached = standing["attainment"]
        figure = f" {reached}" if standing["outcome"] == "passed" and reached != "1" else ""
        return f"{self.renderer.outcome(standing['outcome'])}{figure}{reasons}"

    def _standing(self, standing: Mapping[str, Any] | None) -> str:
        if standing is None:
            return self.word("没有", "none")
        word = self.word("计入", "counts") if standing["counts"] else self.word("不计入", "set aside")
        until = standing["validUntil"]
        open_ended = self.word("长期", "open")
        return f"{word}{self._reasons(standing['reasons'])} [dim]({escape(until) if until else open_ended})[/]"

    def _reasons(self, reasons: Sequence[Mapping[str, Any]]) -> str:
        text = self.joined(self.text(reason["label"]) for reason in reasons)
        return self.word(f"（{text}）", f" ({text})") if text else ""

    # ---- What was changed ----

    def _changes(self, view: Mapping[str, Any]) -> None:
        for cause in view["causes"]:
            changed = view["changes"][cause["cause"]]
            if not changed:
                continue
            if cause["cause"] == "knowledge":
                self._head(cause, None)
                self._knowledge(changed)
            else:
                # A new figure or file is told with the record or the evidence that it belongs to.
                nodes = [node for node in changed if node["side"] == "both" or node["ownedBy"] is None]
                self._head(cause, len(nodes))
                for node in self.some(nodes, "  "):
                    self._node(node)

    def _head(self, cause: Mapping[str, Any], count: int | None) -> None:
        label = cause["label"]
        zh, en = ("", "") if count is None else (f"（{count}）", f" ({count})")
        self.print(f"[bold]{self.word(label['zh'] + '的改动' + zh, 'Changed ' + label['en'] + en)}[/]")

    def _node(self, node: Mapping[str, Any]) -> None:
        kind = f"{self.text(node['type']['label'])} " if node["type"] else ""
        self.print(f"  {_SIGNS[node['side']]} {kind}“{self.text(node['title'])}” [dim]<{escape(node['iri'])}>[/]")
        statements = [one for one in node["statements"] if _tells(one, node)]
        for statement in statements[:_STATEMENTS]:
            colon = self.word("：", ": ")
            self.print(f"      {self.text(statement['label'])}{colon}{self._values(statement, node)}")
        if (left := len(statements) - _STATEMENTS) > 0:
            self.say(f"      ……另有 {left} 条陈述。", f"      … and {left} more statements.")

    def _values(self, statement: Mapping[str, Any], node: Mapping[str, Any]) -> str:
        old, new = ([self.text(value["text"]) for value in statement[side]] for side in ("before", "after"))
        if old and new:
            return f"{self.joined(old)} → {self.joined(new)}"
        sign = "" if node["side"] == "after" else "- " if old else "+ "
        return sign + self.joined(old or new)

    def _knowledge(self, changed: Mapping[str, Any]) -> None:
        for element in self.some(changed["reweighted"], "  "):
            weights = f"{element['before'] or '-'} → {element['after'] or '-'}"
            self.print(
                f"  {self.word('权重', 'weight')} {escape(element['notation'])} {self.text(element['label'])} {weights}"
            )
        for element in self.some(changed["elements"], "  "):
            self.print(f"  {_SIGNS[element['side']]} {escape(element['notation'])} {self.text(element['label'])}")
        for one in self.some(changed["conventions"], "  "):
            word = self.word("约定", "convention")
            self.print(f"  {_SIGNS[one['side']]} {word} “{self.text(one['label'])}”：{self.text(one['text'])}")
        for file in self.some(changed["files"], "  "):
            side = "both" if file["before"] and file["after"] else "before" if file["before"] else "after"
            self.print(f"  {_SIGNS[side]} {self.word('文件', 'file')} {escape(file['file'])}")


def _tells(statement: Mapping[str, Any], node: Mapping[str, Any]) -> bool:
    """Whether a statement says more than that a node was removed or added, with its class and title."""
    if node["side"] == "both":
        return True
    return node["side"] == "after" and all(
        value["text"] not in (node["title"], node["type"] and node["type"]["label"]) for value in statement["after"]
    )


def _moves(view: Mapping[str, Any], kind: str) -> bool:
    """Whether any cause moved anything in a kind of result."""
    lines = [view["total"], *(element["results"] for element in view["elements"])]
    return any(_moved(cell) for line in lines for cell in line[kind].values())


def _moving(results: Mapping[str, Any]) -> dict[str, Any]:
    """The kinds of result in which more than the reasons changed."""
    return {
        kind: result
        for kind, result in results.items()
        if len({_measured(one) for one in (result["before"], *(by["to"] for by in result["by"]))}) > 1
    }


def _measured(standing: Mapping[str, Any] | None) -> tuple[Any, ...] | None:
    return None if standing is None else tuple(standing[name] for name in ("outcome", "attainment", "upperAttainment"))


def _cells(view: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for line in (view["total"], *(element["results"] for element in view["elements"])):
        for kind in _KINDS:
            yield line[kind]["points"]


def _alike(results: Mapping[str, Any]) -> list[tuple[list[str], Mapping[str, Any]]]:
    """The kinds of result that moved, those that moved alike together."""
    found: list[tuple[list[str], Mapping[str, Any]]] = []
    for kind, result in results.items():
        known = next((kinds for kinds, other in found if other == result), None)
        if known is None:
            found.append(([kind], result))
        else:
            known.append(kind)
    return found


def _moved(cell: Mapping[str, Any]) -> bool:
    return any(Decimal(change) for change in cell["by"].values())


def _points(value: str | None) -> str:
    return "-" if value is None else f"{Decimal(value):.4f}"


def _minus(encoding: str) -> str:
    """A minus sign as long as a plus, where the terminal can show it."""
    try:
        "−".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return "-"
    return "−"
