"""Which entry of the registry a request is about, and whether it is seen as the office sees it."""

from __future__ import annotations

from dataclasses import dataclass

from danao.describe import IDENTIFIER
from danao.errors import NotAllowed, Text, UnknownProject
from danao.registry.entries import SUBMISSION, Entry
from danao.registry.holding import Shelf
from danao.registry.public_views import public_entries, shown_publication
from danao.registry.submit import Registry, entries_of
from danao.web.asking import Asked


@dataclass(frozen=True)
class Found:
    """An entry, a submission where it is seen ``whole``, else a publication."""

    entry: Entry
    whole: bool

    def as_json(self) -> dict[str, object]:
        """What a worker is told; it names all that an answer depends on."""
        return {"number": self.entry.number, "digest": self.entry.digest, "whole": self.whole}


def kept(asked: Asked) -> Registry:
    """The registry as it stands in the copy that a request reads from; nothing of it can be changed."""
    return Registry(Shelf(asked.service.record, asked.service.settings.cache), asked.copy.store)


def find(asked: Asked, identifier: str, version: int | None = None) -> Found:
    """The entry of a version of a project, the current one where none is asked for.

    Where the reader sees what is public, versions are its publications; what was never public is as if it were not
    there.

    :raises UnknownProject: there is none that the reader may see.
    """
    whole = asked.reader.sees(identifier)
    entry = None
    if IDENTIFIER.fullmatch(identifier):
        entry = _submission(asked, identifier, version) if whole else _publication(asked, identifier, version)
    if entry is None:
        raise unknown(identifier) if version is None else no_version(identifier, version)
    return Found(entry, whole)


def find_whole(asked: Asked, identifier: str, version: int | None = None) -> Found:
    """The entry of a version that the reader sees as the office does.

    :raises UnknownProject: there is none that the reader may see.
    :raises NotAllowed: they see what is public of it only.
    """
    found = find(asked, identifier, None if not asked.reader.sees(identifier) else version)
    if not found.whole:
        raise NotAllowed(
            Text(
                "这要用到整个描述和审查，只有主管单位、评审人员和申报单位可以看。",
                "This takes the whole description and examination, which the office, assessors and the submitter see.",
            ),
            fix=Text("用有权查看该项目的令牌。", "Use a token that may see the whole project."),
        )
    return found


def submissions(asked: Asked, identifier: str) -> list[Entry]:
    """The versions of a project in the order of the log."""
    return [entry for entry in entries_of(kept(asked), identifier) if entry.kind == SUBMISSION]


def _submission(asked: Asked, identifier: str, version: int | None) -> Entry | None:
    versions = submissions(asked, identifier)
    place = len(versions) if version is None else version
    return versions[place - 1] if 0 < place <= len(versions) else None


def _publication(asked: Asked, identifier: str, version: int | None) -> Entry | None:
    return shown_publication(public_entries(kept(asked), identifier), version)


def unknown(identifier: str) -> UnknownProject:
    """There is no such project, or none that the reader may see: nobody can tell which."""
    return UnknownProject(
        Text(f"没有标识为“{identifier}”的项目。", f"There is no project '{identifier}'."),
        fix=Text("用 GET /api/projects 查看全部。", "See all with GET /api/projects."),
    )


def no_version(identifier: str, version: int) -> UnknownProject:
    """There is no such version, or none that the reader may see, or no such project."""
    return UnknownProject(
        Text(
            f"没有项目“{identifier}”的第 {version} 版。", f"There is no version {version} of a project '{identifier}'."
        ),
        fix=Text(
            "用 GET /api/projects/{标识}/history 查看全部。", "See all with GET /api/projects/{identifier}/history."
        ),
    )
