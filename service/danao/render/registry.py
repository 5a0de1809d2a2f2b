"""A registry on a terminal: its projects, the history of one, and what a verification found."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from danao.errors import Text
from danao.render import Renderer, escape

_KINDS = {
    "Submission": Text("登记", "registered"),
    "Publication": Text("公布", "published"),
    "Withdrawal": Text("撤回", "taken back"),
}
_RESULTS = ("SelfAssessed", "Verified")


def show_listing(found: Mapping[str, Any], lang: str) -> None:
    """The projects of a registry."""
    renderer = Renderer(lang)
    table = renderer.table(
        ("标识", "identifier", "left"),
        ("项目", "project", "left"),
        ("自评", "self-assessed", "right"),
        ("核定", "verified", "right"),
        ("公布", "published", "left"),
        ("登记时间", "registered", "left"),
        ("由", "by", "left"),
    )
    for project in found["projects"]:
        yes = ("yes" if lang == "en" else "是") if project["published"] else ""
        points = [_points(project["totals"], kind) for kind in _RESULTS]
        title, name = renderer.text(project["title"]), escape(project["identifier"])
        table.add_row(name, title, *points, yes, escape(project["time"]), escape(project["by"]))
    renderer.console.print(table)
    count, entries = len(found["projects"]), found["entries"]
    renderer.say(f"项目 {count} 个，日志 {entries} 条。", f"Projects: {count}; entries of the log: {entries}.")


def show_history(found: Mapping[str, Any], lang: str) -> None:
    """What the log says of a project."""
    renderer = Renderer(lang)
    table = renderer.table(
        ("条", "entry", "right"),
        ("事项", "what", "left"),
        ("版本", "version", "right"),
        ("自评", "self-assessed", "right"),
        ("核定", "verified", "right"),
        ("时间", "time", "left"),
        ("由", "by", "left"),
        ("理由", "reason", "left"),
    )
    for entry in found["entries"]:
        points = [_points(entry["totals"], kind) for kind in _RESULTS]
        version = "" if entry["version"] is None else str(entry["version"])
        what = _KINDS[entry["kind"]].in_language(lang)
        who, reason = escape(entry["by"]), escape(entry["justification"] or "")
        table.add_row(str(entry["entry"]), what, version, *points, escape(entry["time"]), who, reason)
    renderer.console.print(table)


def _points(totals: Mapping[str, Any], kind: str) -> str:
    return f"{Decimal(totals[kind]['points']):.4f}" if kind in totals else ""


def show_verification(found: Mapping[str, Any], lang: str) -> None:
    """What a verification looked at, and each fault."""
    renderer = Renderer(lang)
    renderer.say(
        f"日志 {found['entries']} 条，对象 {found['objects']} 个，证据文件 {found['files']} 个；"
        f"重新评估 {found['recomputed']} 份。",
        f"Entries: {found['entries']}, objects: {found['objects']}, evidence files: {found['files']}; "
        f"assessed again: {found['recomputed']}.",
    )
    if found["other"]:
        renderer.say(
            f"另有 {found['other']} 份由 danao 的其他版本得出，只核对了摘要。",
            f"By other versions of danao, digests only: {found['other']}.",
        )
    for fault in found["faults"]:
        what, word = renderer.text(fault["what"]), "fault" if lang == "en" else "不符"
        renderer.console.print(f"[red]{word}[/] {escape(fault['where'])} {what}", soft_wrap=True)
    if found["faults"]:
        renderer.say(
            "只有存储（<…> 里的图）不符时，用 danao registry rebuild 重建；否则从备份恢复（danao registry restore）。",
            "Where only the store differs (graphs in <…>), make it anew with 'danao registry rebuild'; "
            "otherwise restore a backup with 'danao registry restore'.",
        )
    else:
        renderer.say("一致。", "All as it was written.")
