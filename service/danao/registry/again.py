"""Assessments computed again from what the record keeps."""

from __future__ import annotations

from danao.canonical import canonical
from danao.describe import Description
from danao.errors import Place, Text, UnknownProject
from danao.examine import Examination, is_default
from danao.namespaces import DANAO, RDF_TYPE
from danao.pipeline import Assessment, assess
from danao.registry.entries import SUBMISSION, Entry
from danao.registry.holding import Shelf
from danao.registry.record import Record, damaged, facts_of
from danao.registry.submit import Registry, entries_of, known
from danao.statements import Graph


def inputs_of(entry: Entry, record: Record) -> tuple[Description, Examination]:
    """The description and the examination of a submission, as they were given to the assessment.

    :raises DamagedRegistry: one is not there, or not in its canonical form.
    """
    identifier = entry.one("identifier")
    described = _canonical(record, entry.one("descriptionDigest"))
    examined = _canonical(record, entry.one("examinationDigest"))
    source = f"{record.base}entry/{entry.number}"
    description = Description(
        project=entry.one("of"),
        identifier=identifier,
        home=f"{record.base}id/{identifier}/",
        source=source,
        facts=described,
        digest=entry.one("descriptionDigest"),
    )
    kind = (f"<{RDF_TYPE}>", f"<{DANAO}Examination>")
    (node,) = [one[0] for one in examined.statements if one[1:] == kind]
    file = None if is_default(examined) else source
    return description, Examination(node[1:-1], file, examined, entry.one("examinationDigest"))


def _canonical(record: Record, digest: str) -> Graph:
    facts, found = canonical(facts_of(record, digest))
    if found != digest:
        raise damaged(record.folder, Text("内容不是规范形式。", "Something is not in its canonical form."))
    return facts


def assessment_of(entry: Entry, shelf: Shelf) -> Assessment:
    """The assessment of a submission, computed again by the knowledge that it was made with.

    :raises DamagedRegistry: something that it was made from is not there.
    :raises KnowledgeError: this version of the software cannot use that knowledge.
    """
    return assess(*inputs_of(entry, shelf.record), shelf.knowledge(entry.one("listingDigest")))


def version_of(registry: Registry, identifier: str, version: int | None = None) -> Entry:
    """The submission of a version of a project, counted from 1; the current one where none is asked for.

    :raises UnknownProject: there is no such project or version.
    """
    if version is None:
        return known(registry, identifier)
    versions = _versions(registry, identifier)
    if version > len(versions):
        raise UnknownProject(
            Text(f"{identifier} 只有 {len(versions)} 个版本。", f"{identifier} has {len(versions)} versions."),
            place=Place(file=str(registry.record.folder)),
            fix=Text("用 danao registry history 查看版本。", "See its versions with 'danao registry history'."),
        )
    return versions[version - 1]


def version_before(registry: Registry, entry: Entry) -> Entry:
    """The submission before one of the same project.

    :raises UnknownProject: it is the first.
    """
    versions = _versions(registry, entry.one("identifier"))
    place = [one.number for one in versions].index(entry.number)
    if not place:
        raise UnknownProject(
            Text(f"{entry.one('identifier')} 没有更早的版本。", f"{entry.one('identifier')} has no earlier version."),
            place=Place(file=str(registry.record.folder)),
            fix=Text("登记新的版本后再比较。", "Register another version first."),
        )
    return versions[place - 1]


def _versions(registry: Registry, identifier: str) -> list[Entry]:
    known(registry, identifier)
    return [one for one in entries_of(registry, identifier) if one.kind == SUBMISSION]
