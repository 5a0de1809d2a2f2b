"""What worker processes do to the registry: submit, examine, publish, take back. Each holds it while it writes only.

The copy that is read from next is made in the same turn.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from danao.canonical import canonical_bytes
from danao.describe import Description, read_descriptions
from danao.documents import Surroundings
from danao.errors import BadRequest, DanaoError, NotAllowed, OutOfDate, Text, UnfitExamination, UnfitFile
from danao.examine import Examination, default_examination, read_examinations
from danao.inputs import date_of
from danao.knowledge import Knowledge
from danao.limits import Limits
from danao.pipeline import Assessment, assess
from danao.reading import Input
from danao.registry.again import inputs_of
from danao.registry.entries import EMPTY, Entry, Written, public_graph
from danao.registry.evidence import File, evidence_sent, files_still_there, stated_files
from danao.registry.record import facts_of
from danao.registry.submit import Registry, Submitted, current, opened, publish, submit, withdraw
from danao.statements import Graph, graph_of
from danao.web.api.finding import unknown
from danao.web.copies import copied
from danao.web.frames import Message
from danao.web.worker import Worker

Arguments = Mapping[str, Any]


def submitted(worker: Worker, arguments: Arguments, parts: Sequence[bytes]) -> Message:
    """Register a version of the one project that is described, if whoever sends it may."""
    around = Surroundings(worker.base, Limits(**arguments["limits"]))
    sent = _Sent.of(arguments["files"], parts)
    description = _described(worker, sent.description, around)
    _refuse_others(description, arguments)
    files: Mapping[str, File] = evidence_sent(description, sent.evidence)
    examination = _examination(worker, sent.examination, description.identifier, around) if sent.examination else None
    today = default_examination(description.identifier, date_of(None, worker.time_zone), around)
    assessment = assess(description, examination or today, worker.knowledge)
    if assessment.violated:
        return _refused(assessment)
    with _held(worker, arguments) as turn:
        before = current(turn.registry, description.identifier)
        files = {**files_still_there(description, _files(turn.registry, before)), **files}
        if before and examination is None and _is_same(before, description, files, turn.registry):
            return turn.told(assessment, Submitted(before, new=False))
        done = submit(turn.registry, assessment, _written(arguments), files)
        return turn.told(assessment, done)


def examined(worker: Worker, arguments: Arguments, parts: Sequence[bytes]) -> Message:
    """Register a version of a project's current description with another examination."""
    around = Surroundings(worker.base, Limits(**arguments["limits"]))
    ((name, syntax),) = arguments["files"]
    identifier = arguments["identifier"]
    examination = _examination(worker, Input(name, parts[0], syntax), identifier, around)
    with _held(worker, arguments) as turn:
        before = _current(turn.registry, arguments)
        description, _ = inputs_of(before, turn.registry.record)
        assessment = assess(description, examination, worker.knowledge)
        if assessment.violated:
            return _refused(assessment)
        files = files_still_there(description, _files(turn.registry, before))
        return turn.told(assessment, submit(turn.registry, assessment, _written(arguments), files))


def published(worker: Worker, arguments: Arguments, _parts: Sequence[bytes]) -> Message:
    """Let the public see the current assessment of a project."""
    with _held(worker, arguments) as turn:
        _current(turn.registry, arguments)
        done = publish(turn.registry, arguments["identifier"], _written(arguments))
        return Message(turn.header(new=done.new, entries=[_public_names(done.entry)]))


def taken_back(worker: Worker, arguments: Arguments, _parts: Sequence[bytes]) -> Message:
    """Take back all that the public sees of a project."""
    with _held(worker, arguments) as turn:
        _current(turn.registry, arguments)
        gone = withdraw(turn.registry, arguments["identifier"], _written(arguments), arguments["reason"])
        return Message(turn.header(new=bool(gone), entries=[_public_names(entry) for entry in gone]))


def _public_names(entry: Entry) -> dict[str, Any]:
    public = entry.one("publicAssessment")
    return {"entry": entry.number, "assessment": public, "graph": public_graph(public)}


# ---- What was sent ----


@dataclass(frozen=True)
class _Sent:
    description: Input
    examination: Input | None
    evidence: Mapping[str, bytes]

    @classmethod
    def of(cls, files: Sequence[Sequence[str]], parts: Sequence[bytes]) -> _Sent:
        by_field: dict[str, list[Input]] = {"description": [], "examination": [], "evidence": []}
        for (field, name, syntax), data in zip(files, parts, strict=True):
            by_field[field].append(Input(name, data, syntax))
        if len(by_field["description"]) != 1 or len(by_field["examination"]) > 1:
            raise BadRequest(
                Text("一次提交一份描述，至多一份审查。", "Submit one description and at most one examination."),
                fix=Text("每个项目单独提交。", "Submit each project by itself."),
            )
        return cls(by_field["description"][0], next(iter(by_field["examination"]), None), _named(by_field["evidence"]))


def _named(evidence: Sequence[Input]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for one in evidence:
        if one.name in found:
            raise UnfitFile(
                Text(f"有两个名为“{one.name}”的文件。", f"There are two files named '{one.name}'."),
                fix=Text("每个文件用不同的名称。", "Give each file a name of its own."),
            )
        found[one.name] = one.data
    return found


def _described(worker: Worker, source: Input, around: Surroundings) -> Description:
    found = read_descriptions([source], worker.knowledge, around)
    if len(found) > 1:
        raise BadRequest(
            Text(f"这份描述里有 {len(found)} 个项目。", f"The description holds {len(found)} projects."),
            fix=Text("每个项目单独提交。", "Submit each project by itself."),
        )
    return found[0]


def _refuse_others(description: Description, arguments: Arguments) -> None:
    """See that a project is one that the token is for, before anything else is told of it."""
    allowed = arguments["allowed"]
    if allowed is not None and description.identifier not in allowed:
        raise NotAllowed(
            Text(
                f"这个令牌不能提交标识为“{description.identifier}”的项目。",
                f"This token does not submit a project '{description.identifier}'.",
            ),
            fix=Text(f"它可以提交：{'、'.join(allowed)}。", f"It submits: {', '.join(allowed)}."),
        )


def _examination(worker: Worker, source: Input, identifier: str, around: Surroundings) -> Examination:
    found = read_examinations([source], worker.knowledge, around)
    own = found.get(identifier) or found.get(None)
    if own is None or len(found) > 1:
        raise UnfitExamination(
            Text(f"应当只有项目“{identifier}”的审查。", f"It should examine '{identifier}' and no other."),
            fix=Text("用 danao:examines 写明项目标识。", "Name the identifier of the project with danao:examines."),
        )
    return own


def _refused(assessment: Assessment) -> Message:
    problems = [problem.as_json() for problem in assessment.problems]
    return Message({"problems": problems, "identifier": assessment.description.identifier})


# ---- The registry, held ----


@dataclass(frozen=True)
class _Turn:
    """The registry while it is held, and where the next copy goes."""

    registry: Registry
    folder: Path
    knowledge: Knowledge

    def told(self, assessment: Assessment, done: Submitted) -> Message:
        """What became of a submission; its warnings are told again."""
        entry = done.entry
        digests = {name: entry.one(f"{name}Digest") for name in ("description", "examination", "knowledge", "files")}
        problems = [problem.as_json() for problem in assessment.problems]
        stated = {"identifier": entry.one("identifier"), "entry": entry.number, "new": done.new}
        said = {"assessment": entry.one("assessment"), "digests": digests, "problems": problems if done.new else []}
        return Message(self.header(**stated, **said))

    def header(self, **told: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON is any
        """What is told, and after how many entries a copy was made; none where it could not be."""
        # What was registered is registered: where no copy can be made, whoever reads next makes it.
        with contextlib.suppress(DanaoError):
            return {"told": told, "number": copied(self.registry, self.folder, self.knowledge)}
        return {"told": told, "number": None}


@contextmanager
def _held(worker: Worker, arguments: Arguments) -> Iterator[_Turn]:
    with opened(worker.shelf.record, None, shelf=worker.shelf, wait=arguments["wait"]) as registry:
        yield _Turn(registry, Path(arguments["folder"]), worker.knowledge)


def _written(arguments: Arguments) -> Written:
    return Written(**arguments["written"])


def _current(registry: Registry, arguments: Arguments) -> Entry:
    """The current version of a project, which is the one that whoever asks has looked at.

    :raises UnknownProject: there is none.
    :raises OutOfDate: it is a later one.
    """
    identifier = arguments["identifier"]
    entry = current(registry, identifier)
    if entry is None:
        raise unknown(identifier)
    if arguments["entry"] not in {None, entry.number}:
        raise OutOfDate(
            Text(
                f"当前版本是第 {entry.number} 条，不是第 {arguments['entry']} 条。",
                f"The current version is entry {entry.number}, not entry {arguments['entry']}.",
            ),
            fix=Text("看过当前版本再决定。", "Look at the current version and decide again."),
        )
    return entry


def _files(registry: Registry, before: Entry | None) -> Graph:
    digest = before.one("filesDigest") if before else EMPTY
    return graph_of([]) if digest == EMPTY else facts_of(registry.record, digest)


def _is_same(before: Entry, description: Description, files: Mapping[str, File], registry: Registry) -> bool:
    """Whether a description that comes without an examination is the current version already."""
    same = before.one("descriptionDigest") == description.digest
    return same and canonical_bytes(stated_files(files)) == registry.record.get(before.one("filesDigest"))
