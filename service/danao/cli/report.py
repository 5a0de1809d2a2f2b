"""``danao report``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import click

from danao.cli.assess import exit_by, problems_to_stderr
from danao.cli.declared import Option, command
from danao.cli.options import Files, InLang, Lang, reading, told
from danao.errors import Place, Text, UsageError

if TYPE_CHECKING:
    from danao.inputs import Options
    from danao.pipeline import Assessment


@command
@told
@reading
def report(
    files: Files,
    options: Options,
    lang: InLang = Lang.zh,
    to: Annotated[
        Path | None,
        Option("--to", "-o", help="写到哪个文件；几个项目时是目录，每个项目一个文件。 File, or folder of several."),
    ] = None,
    within: Annotated[
        int, Option("--within", min=0, max=36500, help="多少天内到期的证据。 Evidence that expires in days.")
    ] = 90,
) -> None:
    """写成一个可以打印、提交的 HTML 文件。 One HTML file a project, to print and hand in."""
    from danao.exchange.page import page
    from danao.inputs import assess_files
    from danao.view import Standard, assessment_view

    knowledge, assessments = assess_files(files, options)
    targets = list(_targets(assessments, to))
    standard = Standard(knowledge)
    problems_to_stderr([assessment_view(assessment, standard) for assessment in assessments], lang)
    for assessment, target in zip(assessments, targets, strict=True):
        _write(page(assessment, knowledge, lang.value, within=within), target, lang)
    exit_by(assessments)


def _targets(assessments: Sequence[Assessment], to: Path | None) -> Iterator[Path | None]:
    """Where each report goes: standard output, a file, or a file in a folder, named by the project's identifier."""
    if len(assessments) == 1 and (to is None or not to.is_dir()):
        yield to
        return
    if to is None or to.is_file():
        names = [assessment.description.identifier for assessment in assessments]
        raise UsageError(
            Text(
                f"输入中有 {len(names)} 个项目（{'、'.join(names)}），每个项目一份报告。",
                f"The input holds {len(names)} projects ({', '.join(names)}); each has a report of its own.",
            ),
            place=Place(file=None if to is None else str(to)),
            fix=Text("用 -o 指定一个目录。", "Name a folder with -o."),
        )
    taken: set[str] = set()
    for assessment in assessments:
        name = assessment.description.identifier
        # Two projects that claim one identifier are both refused, and each is told so in a file of its own.
        while name.casefold() in taken:
            name += "-"
        taken.add(name.casefold())
        yield to / f"{name}.html"


def _write(html: bytes, target: Path | None, lang: Lang) -> None:
    if target is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(html)
        sys.stdout.buffer.flush()
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(html)
    except OSError as fault:
        raise UsageError(
            Text(f"无法写入文件：{fault.strerror}。", f"The file cannot be written: {fault.strerror}."),
            place=Place(file=str(target)),
            fix=Text("检查路径和权限。", "Check the path and its permissions."),
        ) from fault
    click.echo(Text(f"已写入 {target}", f"Written: {target}").in_language(lang.value), err=True)
