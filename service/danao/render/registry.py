"""A registry on a terminal: its projects, the history of one, and what a verification found."""

from __future__ import annotations

from collections.abc import Mapping
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
    renderer.say(
        f"{len(found['projects'])} 个项目，{found['entries']} 条记录。",
        f"{len(found['projects'])} projects, {found['entries']} entries.",
    )


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
    return totals[kind]["points"] if kind in totals else ""


def show_verification(found: Mapping[str, Any], lang: str) -> None:
    """What a verification looked at, and each fault."""
    renderer = Renderer(lang)
    renderer.say(
        f"{found['entries']} 条记录，{found['objects']} 个对象，{found['files']} 个证据文件；"
        f"重新评估 {found['recomputed']} 份，另有 {found['other']} 份由其他版本得出，只核对摘要。",
        f"{found['entries']} entries, {found['objects']} objects, {found['files']} evidence files; "
        f"{found['recomputed']} assessed again, {found['other']} by other versions, digests only.",
    )
    for fault in found["faults"]:
        renderer.console.print(
            f"[red]{'fault' if lang == 'en' else '不符'}[/] {escape(fault['where'])} {renderer.text(fault['what'])}"
        )
    if not found["faults"]:
        renderer.say("一致。", "All as it was written.")
