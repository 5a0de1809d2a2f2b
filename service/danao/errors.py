"""What can go wrong with what comes from outside, each by its name.

::

    DanaoError
    ├── UsageError                 the command line or a setting asks for what does not exist
    │   ├── MissingExtra           a library is not installed that comes with an extra
    │   ├── OccupiedFolder         the folder for the output holds something else
    │   ├── DifferentRun           a run cannot go on: its inputs, knowledge or settings are not the same
    │   ├── NothingRegistered      a registry has no entry yet
    │   ├── NothingPublic          nothing of a project may be public
    │   ├── UnknownProject         a registry has no such project or version
    │   └── DivergedRegistry       neither of two registries goes on from the other
    ├── InputError                 a file cannot be read at all (exit code 2)
    │   ├── UnreadableFile         it is not there, or may not be opened
    │   ├── UnknownFormat          no RDF syntax can be told from its name
    │   ├── WrongEncoding          it is not UTF-8
    │   ├── SyntaxFault            the parser stopped, at a line and column
    │   ├── RefusedContent         entity declarations, remote contexts, RDF 1.2 triple terms
    │   ├── TooLarge               more than the limit of bytes, triples or nesting
    │   ├── TimeExceeded           working on it took longer than allowed
    │   ├── MemoryExceeded         working on it needs more memory than allowed
    │   ├── WorkerDied             working on it crashed
    │   ├── EmptyInput             it holds no triple
    │   ├── NoProject              it holds no project of the class that the standard assesses
    │   ├── UnfitExamination       the examination is not one, or not of this project
    │   ├── MouldFault             no project can be cast in the mould
    │   ├── DifferentProjects      two projects where two states of one are compared
    │   ├── QueryFault             a query cannot be parsed
    │   ├── NoFleet                a folder holds no results of a fleet
    │   ├── IncompleteFleet        the run that writes the results of a fleet has not come to its end
    │   ├── NothingReviewed        verified results are asked for where no project was reviewed
    │   ├── UnscoredAssessment     an assessment without outcomes was to be published
    │   ├── DamagedRun             a folder is no finished run, or its files are not what was written
    │   ├── UnfitFile              an evidence file is too large, of another type, or not the one of its checksum
    │   ├── RefusedSubmission      a description with violations is not registered
    │   ├── UnfitDump              a file is no whole dump of a registry
    │   └── NoRegistry             a folder holds no registry
    ├── RegistryError              a registry cannot be worked on
    │   ├── RegistryBusy           another process works on it
    │   ├── RegistryFull           it cannot be written to
    │   ├── NewerRegistry          a later version of the software wrote it
    │   └── DamagedRegistry        something in it is not what was written
    ├── ClusterFault               a cluster cannot be reached, or has no workers
    ├── StoreFault                 a store cannot be read or written
    │   ├── StoreLocked            another process has its folder
    │   ├── StoreFull              there is no room for what was to be written
    │   ├── DamagedStore           its files are damaged, or filling it was not finished
    │   ├── StoreUnavailable       its server cannot be reached, is too slow, or busy again and again
    │   ├── StoreRefused           its server refuses what is asked, or whom it is asked by
    │   ├── StoreBehind            an entry is registered that its store does not have yet
    │   └── StoreAnswer            its server's answer cannot be made sense of, or is not whole
    ├── ServiceFault               the service does not do what a request asks
    │   ├── NotFound               there is nothing at an address, or nothing that the reader may see
    │   ├── NotAcceptable          it is not to be had in the media types that were asked for
    │   ├── NotAllowed             the reader may not do this; another token may
    │   ├── NoToken                a request takes a token, or the one given is wrong or has expired
    │   ├── BadRequest             a request cannot be made sense of
    │   ├── WrongMethod            an address is asked in a way that it does not answer
    │   ├── WrongMediaType         a request sends something in a media type that is not taken
    │   ├── ReadOnly               a request would change what is only read there
    │   ├── LongAnswer             an answer has more rows or bytes than are given at once
    │   ├── PreconditionFailed     a request is for another state of a thing than the one that is there
    │   ├── OutOfDate              a version came in between, of which the reader does not know
    │   ├── KeyInUse               an idempotency key was used for another request, or that is not finished
    │   ├── TooMany                too many requests in a short time
    │   ├── TooSlow                a request comes too slowly
    │   └── Busy                   nothing was free in time to work on it
    ├── UnfitGraph                 a graph that was to be published breaks a rule of its vocabularies
    └── KnowledgeError             a knowledge folder is incomplete or contradicts itself

Violations of a description are no exceptions but :class:`Problem` s: every one is listed, and other projects go on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Text:
    """A sentence in the languages of the interface."""

    zh: str
    en: str

    def in_language(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh

    def as_json(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}


@dataclass(frozen=True)
class Place:
    """Where something is: a file with line and column (from 1), or a node."""

    file: str | None = None
    line: int | None = None
    column: int | None = None
    node: str | None = None

    def as_json(self) -> dict[str, str | int | None]:
        return {"file": self.file, "line": self.line, "column": self.column, "node": self.node}

    def __str__(self) -> str:
        position = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        return " ".join(part for part in (position, f"<{self.node}>" if self.node else "") if part)


class DanaoError(Exception):
    """An error with a name: what is wrong, where, why, and what to do about it."""

    def __init__(self, what: Text, *, place: Place | None = None, fix: Text | None = None) -> None:
        super().__init__(what.en)
        self.what = what
        self.place = place or Place()
        self.fix = fix

    @property
    def name(self) -> str:
        return type(self).__name__

    def as_json(self) -> dict[str, Any]:
        """The error as in JSON output."""
        return {
            "error": self.name,
            "message": self.what.as_json(),
            "fix": self.fix.as_json() if self.fix else None,
            **self.place.as_json(),
        }


def error_from_json(value: Mapping[str, Any]) -> DanaoError:
    """The error that :meth:`DanaoError.as_json` was taken of."""
    place = Place(value["file"], value["line"], value["column"], value["node"])
    fix = Text(**value["fix"]) if value["fix"] else None
    return _kinds(DanaoError)[value["error"]](Text(**value["message"]), place=place, fix=fix)


def _kinds(root: type[DanaoError]) -> dict[str, type[DanaoError]]:
    """An error and all below it, by name."""
    below = [_kinds(kind) for kind in root.__subclasses__()]
    return {root.__name__: root, **{name: kind for kinds in below for name, kind in kinds.items()}}


class UsageError(DanaoError):
    """What was asked for does not exist."""


class MissingExtra(UsageError):
    """A library is not installed that comes with an extra of the package."""


class OccupiedFolder(UsageError):
    """The folder for the output holds something else, or another run writes to it."""


class DifferentRun(UsageError):
    """A run was to go on, but its inputs, knowledge or settings are not those it began with."""


class NothingRegistered(UsageError):
    """The registry has no entry yet."""


class NothingPublic(UsageError):
    """The project itself is restricted, so nothing of it can be published."""


class UnknownProject(UsageError):
    """The registry has no project of that identifier, or no such version of it."""


class DivergedRegistry(UsageError):
    """A dump and a registry have entries each that the other does not have."""


class InputError(DanaoError):
    """A file cannot be read at all."""


class UnreadableFile(InputError):
    """The file is not there, or may not be opened."""


class UnknownFormat(InputError):
    """No RDF syntax can be told from the file's name."""


class WrongEncoding(InputError):
    """The file is not UTF-8."""


class SyntaxFault(InputError):
    """The parser stopped."""


class RefusedContent(InputError):
    """The file holds something that is refused wherever it comes from."""


class TooLarge(InputError):
    """More bytes, triples or nesting than the limits allow."""


class TimeExceeded(InputError):
    """Working on the input took longer than allowed."""


class MemoryExceeded(InputError):
    """Working on the input needs more memory than allowed."""


class WorkerDied(InputError):
    """The process that worked on the input crashed."""


class EmptyInput(InputError):
    """The input holds no triple."""


class NoProject(InputError):
    """The input holds no project of the class that the standard assesses."""


class UnfitExamination(InputError):
    """The examination file holds no examination, or none that fits."""


class MouldFault(InputError):
    """A mould of invented projects, or the file on what varies between them, is wrong."""


class DifferentProjects(InputError):
    """Two states of one project were to be compared, but these are different projects."""


class QueryFault(InputError):
    """The text is no query that can be run."""


class NoFleet(InputError):
    """The folder holds no results of a fleet, or results in another format."""


class IncompleteFleet(InputError):
    """The run that writes the results of a fleet has not come to its end."""


class NothingReviewed(InputError):
    """Verified results are asked for where no project was reviewed."""


class UnscoredAssessment(InputError):
    """An assessment was to be published, but its description has violations and it has no outcomes."""


class DamagedRun(InputError):
    """A folder is no finished run of a fleet, or its files are not what the run wrote."""


class UnfitFile(InputError):
    """An evidence file is too large, not of the type that its name says, or not the one of its checksum."""


class RefusedSubmission(InputError):
    """A description with violations has no scores and is not registered."""


class UnfitDump(InputError):
    """The file is no whole dump of a registry."""


class NoRegistry(InputError):
    """The folder holds no registry."""


class RegistryError(DanaoError):
    """A registry cannot be worked on."""


class RegistryBusy(RegistryError):
    """Another process has been working on the registry for too long."""


class RegistryFull(RegistryError):
    """The registry cannot be written to: no room, or no permission."""


class NewerRegistry(RegistryError):
    """A later version of the software wrote the registry."""


class DamagedRegistry(RegistryError):
    """Something in the registry is missing, or not what was written."""


class ClusterFault(DanaoError):
    """A cluster cannot be reached, has no workers, or lost them again and again."""


class StoreFault(DanaoError):
    """A store cannot be read or written."""


class StoreLocked(StoreFault):
    """Another process has the folder of the store."""


class StoreFull(StoreFault):
    """There is no room for what was to be written."""


class DamagedStore(StoreFault):
    """Files of the store are damaged, or filling it was not finished."""


class StoreUnavailable(StoreFault):
    """The server of the store cannot be reached, is too slow, or was busy whenever it was asked."""


class StoreRefused(StoreFault):
    """The server of the store refuses what is asked, or whom it is asked by."""


class StoreBehind(StoreFault):
    """An entry counts, since it is in the log; its store failed, and follows when it can be reached."""


class StoreAnswer(StoreFault):
    """The answer of the store's server cannot be made sense of, or is not whole."""


class ServiceFault(DanaoError):
    """The service does not do what a request asks."""


class NotFound(ServiceFault):
    """There is nothing at an address, or nothing that the reader may see."""


class NotAcceptable(ServiceFault):
    """A thing is not to be had in any of the media types that were asked for."""


class NotAllowed(ServiceFault):
    """The reader may not do this; with another token it is allowed."""


class NoToken(ServiceFault):
    """A request takes a token, or the one given is wrong, withdrawn or expired."""


class BadRequest(ServiceFault):
    """A request cannot be made sense of."""


class WrongMethod(ServiceFault):
    """An address does not answer requests of this method."""


class WrongMediaType(ServiceFault):
    """What a request sends is in a media type that is not taken there, or in none."""


class ReadOnly(ServiceFault):
    """What a request asks would change what can only be read there."""


class LongAnswer(ServiceFault):
    """An answer has more rows, triples or bytes than are given at once; nothing of it is given."""


class PreconditionFailed(ServiceFault):
    """A request is for another state of a thing than the one that is there."""


class OutOfDate(ServiceFault):
    """What a request is about has changed since the reader looked at it."""


class KeyInUse(ServiceFault):
    """An idempotency key was used for another request, or for one that is still being worked on."""


class TooMany(ServiceFault):
    """Too many requests of one token or address in a short time."""


class TooSlow(ServiceFault):
    """A request comes so slowly that it is not waited for."""


class Busy(ServiceFault):
    """Nothing was free in time to work on a request."""


class UnfitGraph(DanaoError):
    """A graph was to be written that breaks a rule of its vocabularies; it was not."""


class KnowledgeError(DanaoError):
    """A knowledge folder is incomplete or contradicts itself."""


@dataclass(frozen=True)
class Problem:
    """One fault of a description: its name, where it is, and what to do.

    ``severity`` is ``violation`` (the project is not scored) or ``warning``.
    """

    name: str
    severity: str
    place: Place
    what: Text
    fix: Text | None = None
    path: str | None = None
    value: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The problem as in JSON output."""
        return {
            "problem": self.name,
            "severity": self.severity,
            "message": self.what.as_json(),
            "fix": self.fix.as_json() if self.fix else None,
            **self.place.as_json(),
            "path": self.path,
            "value": self.value,
        }
