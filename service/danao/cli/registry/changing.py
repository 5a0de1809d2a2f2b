"""``danao registry add``, ``publish``, ``withdraw``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from danao.cli.declared import Argument, Option, command
from danao.cli.options import Files, InLang, Lang, TimeZone, reading, told
from danao.cli.registry.options import (
    FOLDER,
    By,
    Folder,
    Identifier,
    StoreAddress,
    found_or_made,
    held,
    written_by,
)

if TYPE_CHECKING:
    from danao.inputs import Options
    from danao.pipeline import Assessment
    from danao.registry.submit import Submitted


@command
@told
@reading
def add(
    files: Files,
    options: Options,
    lang: InLang = Lang.zh,
    registry: Folder = FOLDER,
    store: StoreAddress = None,
    by: By = None,
    evidence: Annotated[
        list[Path] | None,
        Option("--evidence", help="证据文件所在目录，可重复。 Folder of evidence files; may be repeated."),
    ] = None,
    publish: Annotated[bool, Option("--publish", help="同时公布。 Publish it as well.")] = False,
) -> None:
    """评估并登记描述的新版本，没有变化的不重复登记。 Assess and register versions; what is there changes nothing."""
    from danao.cli.assess import exit_by
    from danao.inputs import assess_files
    from danao.registry.evidence import evidence_files
    from danao.registry.submit import publish as make_public
    from danao.registry.submit import submit
    from danao.render import Renderer

    record = found_or_made(registry, options.base)
    _, assessments = assess_files(files, replace(options, base=record.base))
    _tell_problems(assessments, lang)
    renderer, written = Renderer(lang.value), written_by(by, options.time_zone)
    with held(registry, store) as kept:
        for one in (one for one in assessments if not one.violated):
            done = submit(kept, one, written, evidence_files(one.description, evidence or ()))
            renderer.say(*_registered(one, done))
            if publish:
                renderer.say(
                    *_published(one.description.identifier, make_public(kept, one.description.identifier, written))
                )
    exit_by(assessments)


def _tell_problems(assessments: Sequence[Assessment], lang: Lang) -> None:
    from danao.cli.assess import problems_to_stderr

    problems_to_stderr([{"problems": [problem.as_json() for problem in one.problems]} for one in assessments], lang)


def _registered(assessment: Assessment, done: Submitted) -> tuple[str, str]:
    name, number = assessment.description.identifier, done.entry.number
    if done.new:
        return f"{name}：已登记，第 {number} 条。", f"{name}: registered, entry {number}."
    return f"{name}：没有变化，仍是第 {number} 条。", f"{name}: unchanged, still entry {number}."


def _published(name: str, done: Submitted) -> tuple[str, str]:
    number = done.entry.number
    if done.new:
        return f"{name}：已公布，第 {number} 条。", f"{name}: published, entry {number}."
    return f"{name}：已经公布，第 {number} 条。", f"{name}: published already, entry {number}."


@command
@told
def publish(
    identifiers: Annotated[
        list[str] | None, Argument(help="项目标识，不写则为全部。 Identifiers of projects; all where there is none.")
    ] = None,
    lang: InLang = Lang.zh,
    registry: Folder = FOLDER,
    store: StoreAddress = None,
    by: By = None,
    time_zone: TimeZone = "Asia/Shanghai",
) -> None:
    """公布项目当前的评估，范围由访问权限决定。 Let the public see current assessments, as access rights allow."""
    from danao.registry.submit import identifiers as all_of
    from danao.registry.submit import publish as make_public
    from danao.render import Renderer

    renderer, written = Renderer(lang.value), written_by(by, time_zone)
    with held(registry, store) as kept:
        for name in identifiers or all_of(kept):
            renderer.say(*_published(name, make_public(kept, name, written)))


@command
@told
def withdraw(
    identifier: Identifier,
    reason: Annotated[str, Option("--reason", help="理由，公众可见。 The reason, which the public sees.")],
    lang: InLang = Lang.zh,
    registry: Folder = FOLDER,
    store: StoreAddress = None,
    by: By = None,
    time_zone: TimeZone = "Asia/Shanghai",
) -> None:
    """撤回项目已公布的全部评估，留下理由。 Take back what the public sees of a project; the reason stays."""
    from danao.registry.submit import withdraw as take_back
    from danao.render import Renderer

    with held(registry, store) as kept:
        gone = take_back(kept, identifier, written_by(by, time_zone), reason)
    Renderer(lang.value).say(
        f"{identifier}：撤回了 {len(gone)} 次公布。", f"{identifier}: took back {len(gone)} publications."
    )
