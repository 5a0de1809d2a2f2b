"""What a command is asked to read: descriptions, examinations, a date, and the knowledge to read them with."""

from __future__ import annotations

import datetime as dt
import errno
import os
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import NamedNode

from danao.contexts import Loader
from danao.describe import Description, read_descriptions
from danao.documents import Reader, Surroundings, each_readable, read_in_worker, stop
from danao.errors import InputError, Place, Problem, Text, UnfitExamination, UnreadableFile, UsageError
from danao.examine import Examination, default_examination, on_date, read_examinations
from danao.knowledge import Knowledge, load_knowledge
from danao.limits import Limits, limits_of
from danao.pipeline import Assessment, assess, check
from danao.reading import Input, preloaded, read_triples
from danao.sandbox import Bounds
from danao.statements import Graph
from danao.watch import Watch


@dataclass(frozen=True)
class Options:
    """What a command is told about reading, as given.

    ``tell`` is given the errors of files and projects that are left out, ``watch`` bounds what is computed, ``cache``
    is where compiled knowledge is kept.
    """

    format: str | None
    examination: Sequence[Path] | None
    as_of: str | None
    time_zone: str
    knowledge: Path | None
    scheme: str | None
    engine: str
    base: str
    limits: Sequence[str] | None = None
    tell: Callable[[InputError], None] = stop
    watch: Watch | None = None
    cache: Path | None = None


Pair = tuple[Description, Examination]


@dataclass(frozen=True)
class _Read:
    """What was read for one run: descriptions, examinations by identifier, the date where there is none of them."""

    knowledge: Knowledge
    descriptions: Sequence[Description]
    examinations: Mapping[str | None, Examination]
    date: str
    around: Surroundings
    unread: Sequence[InputError]

    @property
    def identifiers(self) -> frozenset[str]:
        return frozenset(description.identifier for description in self.descriptions)

    def pairs(self, known: Collection[str]) -> list[Pair]:
        """Each description with its examination; none examines a project that is not known."""
        # The project may be in a file that could not be read, which has been told.
        if not self.unread:
            _refuse_unmatched(self.examinations, known)
        return [(one, self._examination_of(one)) for one in self.descriptions]

    def _examination_of(self, description: Description) -> Examination:
        own = self.examinations.get(description.identifier) or self.examinations.get(None)
        return own or default_examination(description.identifier, self.date, self.around)


def read_pairs(files: Sequence[Path], options: Options) -> tuple[Knowledge, list[Pair]]:
    """The knowledge, and each description with its examination: its own, one for all, or one that holds only the date.

    :raises DanaoError: an option or an input is wrong.
    """
    read = _read(files, options, _knowledge(options))
    return read.knowledge, read.pairs(read.identifiers)


def pairs_of(
    descriptions: Sequence[Input], examinations: Sequence[Input], knowledge: Knowledge, date: str, around: Surroundings
) -> list[Pair]:
    """Each description in inputs that are at hand, with its examination as :func:`read_pairs` finds it.

    :raises InputError: an input is wrong.
    """
    read = _Read(
        knowledge=knowledge,
        descriptions=read_descriptions(descriptions, knowledge, around),
        examinations=read_examinations(examinations, knowledge, around),
        date=date,
        around=around,
        unread=(),
    )
    return read.pairs(read.identifiers)


def assess_sides(
    before: tuple[Path, Options], after: tuple[Path, Options], *, redated: bool = False
) -> tuple[list[Assessment], list[Assessment]]:
    """The assessments of two files, each read by its own options; knowledge that both name is loaded once.

    An examination may be of a project in the other file. ``redated`` asks for the date of the later options in place of
    the one that the later examination states.

    :raises DanaoError: an option or an input is wrong.
    """
    (file, options), (other_file, other) = before, after
    knowledge = _knowledge(options)
    same = (options.knowledge, options.scheme, options.engine) == (other.knowledge, other.scheme, other.engine)
    earlier = _read([file], options, knowledge)
    later = _read([other_file], other, knowledge if same else _knowledge(other))
    known = earlier.identifiers | later.identifiers
    pairs = later.pairs(known)
    if redated:
        pairs = [(description, on_date(examination, later.date)) for description, examination in pairs]
    return assess_pairs(earlier.pairs(known), earlier.knowledge, options), assess_pairs(pairs, later.knowledge, other)


def assess_files(files: Sequence[Path], options: Options) -> tuple[Knowledge, list[Assessment]]:
    """The knowledge, and the assessment of each project in the files.

    :raises DanaoError: an option or an input is wrong.
    """
    knowledge, pairs = read_pairs(files, options)
    return knowledge, assess_pairs(pairs, knowledge, options)


def check_files(files: Sequence[Path], options: Options) -> tuple[Knowledge, list[Assessment]]:
    """The knowledge, and what a check of each project in the files finds.

    :raises DanaoError: an option or an input is wrong.
    """
    knowledge, pairs = read_pairs(files, options)
    return knowledge, _each(check, pairs, knowledge, options)


def assess_pairs(pairs: Sequence[Pair], knowledge: Knowledge, options: Options) -> list[Assessment]:
    """The assessment of each project that can be assessed within the limits; the errors of others are told.

    :raises InputError: no project can be.
    """
    return _each(assess, pairs, knowledge, options)


_Step = Callable[[Description, Examination, Knowledge], Assessment]
# What the reference engine is compared with is a hundred times faster.
_SLOWER = 10


def _each(step: _Step, pairs: Sequence[Pair], knowledge: Knowledge, options: Options) -> list[Assessment]:
    bounds = _bounds(options)
    # Compiled here, not at the cost of the first project.
    _ = knowledge.engine

    def one(pair: Pair) -> Assessment:
        description, examination = pair
        if not options.watch:
            return step(description, examination, knowledge)
        place = Place(file=description.source, node=description.project)
        with options.watch.step(f"{description.source} {description.project}", place, bounds):
            return step(description, examination, knowledge)

    found = each_readable(one, pairs, options.tell)
    _leave_time(options, len(pairs))
    return found


def _bounds(options: Options) -> Bounds:
    limits = limits_of(options.limits or ())
    return Bounds(limits.max_seconds * (_SLOWER if options.engine == "reference" else 1), limits.max_memory)


def _leave_time(options: Options, things: int) -> None:
    """Bound what else is done with so many things: as much for each as for assessing one."""
    if options.watch:
        bounds = _bounds(options)
        options.watch.rest(Bounds(bounds.seconds * (things + 2), bounds.memory * (things + 2)))


def _knowledge(options: Options) -> Knowledge:
    return load_knowledge(options.knowledge, scheme=options.scheme, engine=options.engine, cache=options.cache)


def _read(files: Sequence[Path], options: Options, knowledge: Knowledge) -> _Read:
    unread: list[InputError] = []

    def tell(error: InputError) -> None:
        options.tell(error)
        unread.append(error)

    _leave_time(options, len(files))
    around = _around(options, tell)
    inputs = each_readable(lambda path: opened(path, options.format, around.limits), files, tell)
    descriptions = read_descriptions(inputs, knowledge, around)
    examinations = [opened(path, None, around.limits) for path in options.examination or ()]
    return _Read(
        knowledge=knowledge,
        descriptions=[_incomplete(description, unread) for description in descriptions],
        examinations=read_examinations(examinations, knowledge, around),
        date=date_of(options.as_of, options.time_zone),
        around=around,
        unread=unread,
    )


def _incomplete(description: Description, unread: Sequence[InputError]) -> Description:
    """A warning where a file of the run could not be read: a description may be spread over several."""
    if not unread:
        return description
    names = [error.place.file or "" for error in unread]
    problem = Problem(
        name="UnreadInput",
        severity="warning",
        place=Place(file=description.source),
        what=Text(
            f"本次运行有 {len(unread)} 个文件读不了；其中若有关于这个项目的内容，都没有计入。",
            f"Files of this run could not be read ({len(unread)}); what they say of this project is missing.",
        ),
        fix=Text("改正这些文件后重新运行。", "Mend those files and run it again."),
        value=", ".join(names[:5]),
    )
    return replace(description, problems=(*description.problems, problem))


def _around(options: Options, tell: Callable[[InputError], None]) -> Surroundings:
    return Surroundings(base_of(options.base), limits_of(options.limits or ()), _reader(options), tell)


def base_of(base: str) -> str:
    """The address that instance data lives under.

    :raises UsageError: it is no absolute IRI that ends in ``/``.
    """
    if not base.endswith("/") or not _is_absolute(base):
        raise UsageError(
            Text(
                f"地址前缀“{base}”应是以 / 结尾的绝对 IRI。",
                f"The base '{base}' should be an absolute IRI that ends in /.",
            ),
            fix=Text("例如 https://danao.example/。", "For example https://danao.example/."),
        )
    return base


def _reader(options: Options) -> Reader:
    """How inputs are parsed: in this process where it is watched, else in a worker, where there are such."""
    watch = options.watch
    if not watch:
        # Without fork, as on Windows, there are none: what is read there is the user's own.
        return read_in_worker if hasattr(os, "fork") else read_triples

    def read(source: Input, base: str, limits: Limits, load: Loader) -> Graph:
        preloaded()
        bounds = Bounds(limits.max_seconds, limits.max_memory, sealed=True)
        with watch.step(source.name, Place(file=source.name), bounds):
            return read_triples(source, base, limits, load)

    return read


def _is_absolute(iri: str) -> bool:
    try:
        return "://" in NamedNode(iri).value
    except ValueError:
        return False


def _refuse_unmatched(read: Mapping[str | None, Examination], known: Collection[str]) -> None:
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


def opened(path: Path, syntax: str | None, limits: Limits) -> Input:
    """The input in a file, or standard input for ``-``; hardly more of it is read than is allowed.

    :raises UnreadableFile: it is not there, or may not be read.
    """
    # A name that is no UTF-8 could not be printed.
    name = os.fsencode(path).decode(errors="replace")
    try:
        if name != "-":
            with path.open("rb", buffering=0) as file:
                return Input(name, _beginning(file, limits.max_bytes), syntax)
        return Input(name, _beginning(_standard_input(), limits.max_bytes), syntax)
    except OSError as fault:
        raise UnreadableFile(
            Text(f"无法读取文件：{fault.strerror}。", f"The file cannot be read: {fault.strerror}."),
            place=Place(file=name),
            fix=Text("检查路径和权限。", "Check the path and its permissions."),
        ) from fault


def _standard_input() -> BinaryIO:
    if sys.stdin is None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    return sys.stdin.buffer


# Room for what the limit allows is not made before there is something to fill it.
_CHUNK = 1 << 20


def _beginning(file: BinaryIO | FileIO, most: int) -> bytes:
    """The bytes of a file, or one more than allowed of a larger one."""
    found = bytearray()
    while len(found) <= most and (chunk := file.read(min(_CHUNK, most + 1 - len(found)))):
        found += chunk
    return bytes(found)


def date_of(as_of: str | None, time_zone: str) -> str:
    """The date given, or today in the time zone, as ``YYYY-MM-DD``.

    :raises UsageError: it is no date, or there is no such time zone.
    """
    if as_of is None:
        return _today(time_zone)
    try:
        return day(as_of).isoformat()
    except ValueError as fault:
        raise UsageError(
            Text(f"基准日“{as_of}”不是日期。", f"'{as_of}' is no date."),
            fix=Text("写成 2025-12-31 的形式。", "Write it as 2025-12-31."),
        ) from fault


def day(text: str) -> dt.date:
    """The day that is written as ``YYYY-MM-DD``, which is one of the ways that ISO 8601 has.

    :raises ValueError: it is no day, or written in another way.
    """
    found = dt.date.fromisoformat(text)
    if found.isoformat() != text:
        raise ValueError(text)
    return found


def now(time_zone: str) -> str:
    """The time in a time zone as an xsd:dateTime.

    :raises UsageError: there is no such time zone.
    """
    return _clock(time_zone).isoformat(timespec="seconds")


def _today(time_zone: str) -> str:
    return _clock(time_zone).date().isoformat()


def _clock(time_zone: str) -> dt.datetime:
    """The only place where the clock is read."""
    import zoneinfo

    try:
        return dt.datetime.now(zoneinfo.ZoneInfo(time_zone))
    # A name of a folder or with ".." is no key that is not found.
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise UsageError(
            Text(f"没有时区“{time_zone}”。", f"There is no time zone '{time_zone}'."),
            fix=Text("例如 Asia/Shanghai。", "For example Asia/Shanghai."),
        ) from fault
