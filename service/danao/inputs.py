"""What a command is asked to read: descriptions, examinations, a date, and the knowledge to read them with."""

from __future__ import annotations

import datetime as dt
import sys
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode

from danao.describe import Description, read_descriptions
from danao.documents import Surroundings
from danao.errors import Place, Text, UnfitExamination, UnreadableFile, UsageError
from danao.examine import Examination, default_examination, read_examinations
from danao.knowledge import Knowledge, load_knowledge
from danao.pipeline import Assessment, assess
from danao.reading import Input


@dataclass(frozen=True)
class Options:
    """What a command is told about reading, as given."""

    format: str | None
    examination: Sequence[Path] | None
    as_of: str | None
    time_zone: str
    knowledge: Path | None
    scheme: str | None
    engine: str
    base: str


Pair = tuple[Description, Examination]


def read_pairs(files: Sequence[Path], options: Options) -> tuple[Knowledge, list[Pair]]:
    """The knowledge, and each description with its examination: its own, one for all, or one that holds only the date.

    :raises DanaoError: an option or an input is wrong.
    """
    knowledge = load_knowledge(options.knowledge, scheme=options.scheme, engine=options.engine)
    around = _around(options.base)
    descriptions = read_descriptions([_input(path, options.format) for path in files], knowledge, around)
    read = read_examinations([_input(path, None) for path in options.examination or ()], knowledge, around)
    _refuse_unmatched(read, descriptions)
    date = _date(options.as_of, options.time_zone)
    return knowledge, [(one, _examination_of(one, read, date, around)) for one in descriptions]


def assess_files(files: Sequence[Path], options: Options) -> tuple[Knowledge, list[Assessment]]:
    """The knowledge, and the assessment of each project in the files.

    :raises DanaoError: an option or an input is wrong.
    """
    knowledge, pairs = read_pairs(files, options)
    return knowledge, [assess(description, examination, knowledge) for description, examination in pairs]


def _examination_of(
    description: Description, read: Mapping[str | None, Examination], date: str, around: Surroundings
) -> Examination:
    own = read.get(description.identifier) or read.get(None)
    return own or default_examination(description.identifier, date, around)


def _around(base: str) -> Surroundings:
    if not base.endswith("/") or not _is_absolute(base):
        raise UsageError(
            Text(
                f"地址前缀“{base}”应是以 / 结尾的绝对 IRI。",
                f"The base '{base}' should be an absolute IRI that ends in /.",
            ),
            fix=Text("例如 https://danao.example/。", "For example https://danao.example/."),
        )
    return Surroundings(base=base)


def _is_absolute(iri: str) -> bool:
    try:
        return "://" in NamedNode(iri).value
    except ValueError:
        return False


def _refuse_unmatched(read: Mapping[str | None, Examination], descriptions: Sequence[Description]) -> None:
    known = {description.identifier for description in descriptions}
    for identifier, examination in read.items():
        if identifier is not None and identifier not in known:
            raise UnfitExamination(
                Text(f"没有标识为“{identifier}”的项目可以审查。", f"There is no project '{identifier}' to examine."),
                place=Place(file=examination.source),
                fix=Text(
                    f"描述中的标识：{'、'.join(sorted(known))}。",
                    f"Identifiers in the input: {', '.join(sorted(known))}.",
                ),
            )


def _input(path: Path, syntax: str | None) -> Input:
    if str(path) == "-":
        return Input("-", sys.stdin.buffer.read(), syntax)
    try:
        return Input(str(path), path.read_bytes(), syntax)
    except OSError as fault:
        raise UnreadableFile(
            Text(f"无法读取文件：{fault.strerror}。", f"The file cannot be read: {fault.strerror}."),
            place=Place(file=str(path)),
            fix=Text("检查路径和权限。", "Check the path and its permissions."),
        ) from fault


def _date(as_of: str | None, time_zone: str) -> str:
    """The date given, or today in the time zone."""
    if as_of is None:
        return _today(time_zone)
    try:
        return dt.date.fromisoformat(as_of).isoformat()
    except ValueError as fault:
        raise UsageError(
            Text(f"基准日“{as_of}”不是日期。", f"'{as_of}' is no date."),
            fix=Text("写成 2025-12-31 的形式。", "Write it as 2025-12-31."),
        ) from fault


def _today(time_zone: str) -> str:
    """The only place where the clock is read."""
    try:
        return dt.datetime.now(zoneinfo.ZoneInfo(time_zone)).date().isoformat()
    # A name of a folder or with ".." is no key that is not found.
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise UsageError(
            Text(f"没有时区“{time_zone}”。", f"There is no time zone '{time_zone}'."),
            fix=Text("例如 Asia/Shanghai。", "For example Asia/Shanghai."),
        ) from fault
