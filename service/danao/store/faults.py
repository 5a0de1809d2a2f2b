"""What can be wrong with a store, told with its place and the way out."""

from __future__ import annotations

from pathlib import Path

from danao.errors import (
    DamagedStore,
    OccupiedFolder,
    Place,
    QueryFault,
    StoreFault,
    StoreFull,
    StoreLocked,
    Text,
    UsageError,
)

# What RocksDB, whose messages are all that there is to go by, says of a lock, a full disk and damage. It says them in
# English whatever the language of the system.
_LOCKED = "/LOCK:"
_FULL = ("No space left on device", "File too large", "Disk quota exceeded", "Space limit reached")
_DAMAGED = ("Corruption", "CURRENT", "MANIFEST", ".sst", "Invalid argument", "does not exist")


def fault_of(error: Exception, folder: Path) -> StoreFault:
    """What an error of pyoxigraph means for the store in a folder."""
    said = " ".join(str(error).split())
    if _LOCKED in said:
        return locked(folder)
    if any(sign in said for sign in _FULL):
        return _full(folder, said)
    if any(sign in said for sign in _DAMAGED):
        return damaged(folder, Text(f"其中的文件读不了：{said}", f"Its files cannot be read: {said}"))
    return StoreFault(
        Text(f"库的文件读写出错：{said}", f"Files of the store cannot be read or written: {said}"),
        place=Place(file=str(folder)),
        fix=Text(
            "检查该目录的权限和磁盘；库里的内容没有受损，改好后重试。",
            "Look at the permissions of the folder and at its disk. What the store held is unharmed; try again then.",
        ),
    )


def locked(folder: Path) -> StoreLocked:
    """Another process has the store."""
    return StoreLocked(
        Text("另一个进程正在用这个库。", "Another process has this store open."),
        place=Place(file=str(folder)),
        fix=Text(
            "一个库一次只归一个进程：通过正在运行的服务操作，或先停掉它。",
            "A store belongs to one process at a time: work through the service that runs, or stop it first.",
        ),
    )


def _full(folder: Path, said: str) -> StoreFull:
    return StoreFull(
        Text(f"磁盘满了，没有写进去：{said}", f"The disk is full, nothing was written: {said}"),
        place=Place(file=str(folder)),
        fix=Text(
            "腾出空间后重试；库里原有的内容没有受损。",
            "Make room and try again. What the store held is unharmed.",
        ),
    )


def damaged(folder: Path, why: Text) -> DamagedStore:
    """The store cannot be used as it is."""
    return DamagedStore(
        why,
        place=Place(file=str(folder)),
        fix=Text(
            "库只是索引，可以从记录重建；或从备份恢复这个目录。",
            "The store is only an index: make it anew from the record, or put back the folder from a backup.",
        ),
    )


def unfinished(folder: Path) -> DamagedStore:
    """The store was being filled when its process died."""
    return damaged(
        folder,
        Text(
            "上次装入没有完成，库里的内容不全。", "Filling it was not finished, so that it lacks some of its content."
        ),
    )


def occupied(folder: Path) -> OccupiedFolder:
    """The folder is no store."""
    return OccupiedFolder(
        Text("这个目录里是别的东西，不是库。", "The folder holds something else than a store."),
        place=Place(file=str(folder)),
        fix=Text("换一个空目录或还没有的目录。", "Take an empty folder, or one that is not there yet."),
    )


def not_empty(where: str) -> UsageError:
    """The store holds something already."""
    return UsageError(
        Text(
            "库里已有内容，只有空库才能整体装入。",
            "The store holds something; only an empty one can be filled as a whole.",
        ),
        place=Place(file=where),
        fix=Text("先清空，或换一个空库。", "Clear it first, or take an empty one."),
    )


def query_fault(said: str) -> QueryFault:
    """A text is no query."""
    shown = " ".join(said.split())
    return QueryFault(
        Text(f"查询写得不对：{shown}", f"The query is wrong: {shown}"),
        fix=Text("按提示的位置改正。", "Mend it where the message says."),
    )


def no_rows() -> QueryFault:
    """A query gives triples, or yes or no, where rows are asked for."""
    return QueryFault(
        Text("这个查询给出的不是行。", "This query gives no rows."),
        fix=Text("写成列出变量的查询。", "Write one that lists variables."),
    )


def no_triples() -> QueryFault:
    """A query gives rows, or yes or no, where triples are asked for."""
    return QueryFault(
        Text("这个查询给出的不是三元组。", "This query gives no triples."),
        fix=Text("写成构造三元组的查询。", "Write one that constructs triples."),
    )
