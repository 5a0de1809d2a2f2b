"""``danao audit export``, ``verify``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from danao.cli.declared import Argument, Commands, Option, command
from danao.cli.options import InLang, Lang, told
from danao.cli.registry.options import FOLDER, Folder
from danao.cli.token import kept
from danao.errors import Place, Text, UnreadableFile

audit = Commands(
    dict.fromkeys(("export", "verify"), "danao.cli.audit"),
    name="audit",
    help="审计日志：谁经服务做了什么。 The audit log: who did what by the service.",
)


@command
@told
def export(
    lang: InLang = Lang.zh,  # noqa: ARG001 - the language of errors
    registry: Folder = FOLDER,
    start: Annotated[int, Option("--from", min=1, help="从第几条起。 The entry to begin with.")] = 1,
) -> None:
    """输出审计日志，每行一个 JSON，末行有签名。 Write the log as lines of JSON, the last of them signed."""
    from danao.output import print_text
    from danao.web.audit import exported

    with kept(registry) as state:
        for line in exported(state, start):
            print_text(line)


@command
@told
def verify(
    file: Annotated[
        Path | None, Argument(help="导出的日志；不写则核对服务自己的。 An exported log; default: the service's own.")
    ] = None,
    lang: InLang = Lang.zh,
    registry: Folder = FOLDER,
) -> None:
    """核对审计日志没有缺失和改动。 See that nothing of the log is missing or was changed."""
    from danao.render import Renderer
    from danao.web.audit import verify_exported, verify_kept

    with kept(registry) as state:
        count = verify_exported(_lines(file), state, file) if file else verify_kept(state)
    Renderer(lang.value).say(f"审计日志 {count} 条，都是所写的内容。", f"Entries: {count}. All as it was written.")


def _lines(file: Path) -> Iterator[bytes]:
    try:
        with file.open("rb") as lines:
            yield from lines
    except OSError as fault:
        raise UnreadableFile(
            Text(f"无法读取文件：{fault.strerror}。", f"The file cannot be read: {fault.strerror}."),
            place=Place(file=str(file)),
            fix=Text("检查路径和权限。", "Check the path and its permissions."),
        ) from fault
