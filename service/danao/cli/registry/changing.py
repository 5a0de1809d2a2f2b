"""``danao registry add``, ``publish``, ``withdraw``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from click.exceptions import Exit

from danao.cli.declared import Argument, Option, command
from danao.cli.options import Files, InLang, Lang, TimeZone, reading, told
from danao.cli.registry.options import (
    FOLDER,
    By,
    Folder,
    Identifier,
    StoreAddress,
    base_in,
    held,
    written_by,
)
from danao.errors import InputError, Place, Text, UnfitGraph, UsageError

if TYPE_CHECKING:
    from danao.inputs import Options
    from danao.pipeline import Assessment
    from danao.registry.entries import Written
    from danao.registry.submit import Registry, Submitted


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
    from danao.registry.record import create_record, is_registry
    from danao.registry.submit import submit

    _refuse_no_folders(evidence or ())
    base, written = base_in(registry, options.base), written_by(by, options.time_zone)
    _, assessments = assess_files(files, replace(options, base=base))
    _tell_problems(assessments, lang)
    sound = [one for one in assessments if not one.violated]
    if not sound:
        exit_by(assessments)
        return
    if not is_registry(registry):
        create_record(registry, base)
    each = _Each(lang)
    with held(registry, store) as kept:
        for one in sound:
            with each:
                found = evidence_files(one.description, evidence or ())
                each.say(*_registered(one, submit(kept, one, written, found), found if evidence else None))
                if publish:
                    _make_public(kept, one.description.identifier, written, each)
    each.end()
    exit_by(assessments)


def _refuse_no_folders(folders: Iterable[Path]) -> None:
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(
                Text("没有这个证据目录。", "There is no such folder of evidence files."),
                place=Place(file=str(folder)),
                fix=Text("检查 --evidence 的路径。", "Check the path behind --evidence."),
            )


class _Each:
    """What is done to projects one by one: what cannot be done to one is told, and the others go on.

    A registry or a store that cannot be worked on ends it all.
    """

    def __init__(self, lang: Lang) -> None:
        from danao.render import Renderer

        self._lang = lang
        self._failed = False
        self.say = Renderer(lang.value).say

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, (UsageError, InputError, UnfitGraph)):
            return False
        from danao.render import print_error

        print_error(error, self._lang.value)
        self._failed = True
        return True

    def end(self) -> None:
        """Leave with code 2 where something could not be done."""
        if self._failed:
            raise Exit(2)


def _tell_problems(assessments: Sequence[Assessment], lang: Lang) -> None:
    from danao.cli.assess import problems_to_stderr

    problems_to_stderr([{"problems": [problem.as_json() for problem in one.problems]} for one in assessments], lang)


def _registered(assessment: Assessment, done: Submitted, files: Mapping[str, bytes] | None) -> tuple[str, str]:
    name, number = assessment.description.identifier, done.entry.number
    if done.new and files is not None:
        count = len(set(files.values()))
        return (
            f"{name}：已登记，第 {number} 条，证据文件 {count} 个。",
            f"{name}: registered, entry {number}, evidence files: {count}.",
        )
    if done.new:
        return f"{name}：已登记，第 {number} 条。", f"{name}: registered, entry {number}."
    return f"{name}：没有变化，仍是第 {number} 条。", f"{name}: unchanged, still entry {number}."


def _make_public(kept: Registry, name: str, written: Written, each: _Each) -> None:
    from danao.registry.submit import publish as published

    done = published(kept, name, written)
    number = done.entry.number
    if done.new:
        each.say(f"{name}：已公布，第 {number} 条。", f"{name}: published, entry {number}.")
    else:
        each.say(f"{name}：已经公布，第 {number} 条。", f"{name}: published already, entry {number}.")


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

    each, written = _Each(lang), written_by(by, time_zone)
    with held(registry, store) as kept:
        for name in identifiers or all_of(kept):
            with each:
                _make_public(kept, name, written, each)
    each.end()


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

    if not reason.strip():
        raise UsageError(
            Text("理由是空的。", "The reason is empty."),
            fix=Text("用 --reason 写明理由，公众可见。", "State the reason with --reason; the public sees it."),
        )
    with held(registry, store) as kept:
        gone = take_back(kept, identifier, written_by(by, time_zone), reason)
    if gone:
        Renderer(lang.value).say(
            f"{identifier}：已撤回，公布过的评估 {len(gone)} 份。",
            f"{identifier}: taken back, publications: {len(gone)}.",
        )
    else:
        Renderer(lang.value).say(f"{identifier}：没有公布过的内容。", f"{identifier}: nothing of it is public.")
