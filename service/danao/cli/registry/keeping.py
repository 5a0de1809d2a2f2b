"""``danao registry verify``, ``export``, ``import``, ``backup``, ``restore``, ``rebuild``, ``migrate``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from click.exceptions import Exit

from danao.cli.declared import Argument, Option, command
from danao.cli.diff import Form
from danao.cli.options import InLang, Lang, told
from danao.cli.registry.looking import AsForm
from danao.cli.registry.options import FOLDER, Folder, StoreAddress, cache, held, located

DumpFile = Annotated[Path, Argument(help="转储文件（tar）。 The file of the dump, a tar.")]
BackupFolder = Annotated[Path, Argument(help="备份的目录。 Folder of the backup.")]


@command
@told
def verify(
    identifier: Annotated[str | None, Argument(help="只核对这个项目。 Only this project.")] = None,
    lang: InLang = Lang.zh,
    output: AsForm = Form.table,
    registry: Folder = FOLDER,
    store: StoreAddress = None,
    record_only: Annotated[bool, Option("--record-only", help="不看存储。 Leave out the store.")] = False,
) -> None:
    """核对每个摘要，重新评估并逐字节比较。 Check every digest, recompute every assessment, bit for bit."""
    from danao.output import print_json
    from danao.registry.record import Record
    from danao.registry.verify import verification, verify_held, verify_record
    from danao.render.registry import show_verification

    record = Record(registry)
    found = (
        verify_record(record, identifier, cache())
        if record_only
        else verify_held(registry, located(record.base, store, os.environ), identifier, cache())
    )
    if output is Form.json:
        print_json(verification(found))
    else:
        show_verification(verification(found), lang.value)
    if found.faults:
        raise Exit(1)


@command
@told
def export(file: DumpFile, lang: InLang = Lang.zh, registry: Folder = FOLDER) -> None:
    """导出全部登记内容。 Write everything that is registered to a file."""
    from danao.registry.archive import export_to
    from danao.registry.record import Record
    from danao.render import Renderer

    count = export_to(Record(registry), file)
    Renderer(lang.value).say(f"已导出，共 {count} 条。", f"Exported, entries: {count}.")


@command
@told
def import_(file: DumpFile, lang: InLang = Lang.zh, registry: Folder = FOLDER, store: StoreAddress = None) -> None:
    """导入转储：新建登记库，或接着已有的。 Take over a dump, as a new registry or going on from the one here."""
    from danao.registry.archive import import_dump
    from danao.render import Renderer

    new, total = import_dump(file, registry)
    with held(registry, store):
        pass
    Renderer(lang.value).say(f"已导入，新增 {new} 条，共 {total} 条。", f"Imported, new entries: {new} of {total}.")


@command
@told
def backup(folder: BackupFolder, lang: InLang = Lang.zh, registry: Folder = FOLDER) -> None:
    """备份，再次备份只补新增的。 Make a backup, or add to it what is new."""
    from danao.registry.archive import back_up
    from danao.registry.record import Record
    from danao.render import Renderer

    record = Record(registry)
    with record.locked():
        count = back_up(record, folder)
    Renderer(lang.value).say(f"已备份，共 {count} 条。", f"Backed up, entries: {count}.")


@command
@told
def restore(
    folder: BackupFolder, lang: InLang = Lang.zh, registry: Folder = FOLDER, store: StoreAddress = None
) -> None:
    """由备份恢复为新的登记库。 A new registry from a backup."""
    from danao.registry.archive import restore as restored
    from danao.render import Renderer

    record = restored(folder, registry)
    with held(registry, store):
        pass
    Renderer(lang.value).say(f"已恢复，共 {record.length} 条。", f"Restored, entries: {record.length}.")


@command
@told
def rebuild(lang: InLang = Lang.zh, registry: Folder = FOLDER, store: StoreAddress = None) -> None:
    """由登记内容重建存储。 Make the store anew from the record."""
    from danao.registry.rebuild import rebuild_store
    from danao.registry.record import Record
    from danao.render import Renderer

    record = Record(registry)
    count = rebuild_store(record, located(record.base, store, os.environ), cache())
    Renderer(lang.value).say(f"存储已重建，共 {count} 条。", f"The store was made anew, entries: {count}.")


@command
@told
def migrate(lang: InLang = Lang.zh, registry: Folder = FOLDER) -> None:
    """把登记库转为本版的格式。 Bring a registry to the format of this version."""
    from danao.registry.migrate import migrate_record
    from danao.render import Renderer

    before, after = migrate_record(registry)
    if before == after:
        Renderer(lang.value).say(f"格式已是 {after}。", f"The format is {after} already.")
    else:
        Renderer(lang.value).say(f"格式从 {before} 转为 {after}。", f"The format went from {before} to {after}.")
