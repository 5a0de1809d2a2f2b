"""From inputs to descriptions: one canonical graph for each project, every node with a stable IRI, and a digest."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode, Triple

from danao.canonical import canonical, digest_of, moved, rebased, skolemised
from danao.documents import (
    RELATIVE,
    Document,
    Surroundings,
    about_knowledge,
    each_readable,
    is_knowledge,
    reachable,
    read_document,
)
from danao.engine.interface import iri_of
from danao.errors import NoProject, Place, Problem, Text
from danao.guard import Side, check_statements
from danao.knowledge import Knowledge
from danao.names import warnings
from danao.namespaces import DANAO, DCTERMS, RDF_TYPE
from danao.reading import Input

IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True)
class Description:
    """One project: its IRI, its identifier, its address, its canonical facts with digest, and the problems so far.

    ``refused`` are the statements among the facts that nothing may be derived from.
    """

    project: str
    identifier: str
    home: str
    source: str
    facts: frozenset[Triple]
    digest: str
    refused: frozenset[Triple] = frozenset()
    problems: tuple[Problem, ...] = ()


def read_descriptions(inputs: Sequence[Input], knowledge: Knowledge, around: Surroundings) -> list[Description]:
    """The descriptions of all projects in the inputs, in the order of their identifiers.

    Files without a project add to the one project there is, so a description may be spread over several files. Of
    several projects each reads its own file and those without a project, never another project's.

    :raises InputError: no input can be read, or none of those that can holds a project.
    """
    documents = each_readable(
        lambda numbered: read_document(numbered[1], numbered[0], knowledge, around), enumerate(inputs), around.tell
    )
    projects = [(name, number) for number, doc in enumerate(documents) for name in _projects(doc.triples, knowledge)]
    if not projects:
        raise _no_project(inputs, knowledge)
    if len(projects) == 1:
        documents = [_together(documents, projects[0][1])]
        projects = [(projects[0][0], 0)]
    documents = _with_common(documents, {number for _, number in projects})
    names = frozenset(name for name, _ in projects)
    own = [reachable(name, documents[number].triples, knowledge, apart=names) for name, number in projects]
    reached = frozenset[Triple]().union(*own)
    found = [
        _describe(name, triples, documents[number], knowledge, around)
        for (name, number), triples in zip(projects, own, strict=True)
    ]
    left = [_stranded(documents[number], reached, knowledge) for _, number in projects]
    found = [_with_problems(description, extra) for description, extra in zip(found, left, strict=True)]
    claims = [_claimed(name, triples) for (name, _), triples in zip(projects, own, strict=True)]
    return sorted(_apart(found, claims), key=lambda description: (description.identifier, description.project))


def _projects(triples: Iterable[Triple], knowledge: Knowledge) -> list[NamedNode]:
    classes = {NamedNode(name) for name in knowledge.assessed_classes}
    found = {
        t.subject
        for t in triples
        if t.predicate.value == RDF_TYPE and t.object in classes and isinstance(t.subject, NamedNode)
    }
    return sorted(found, key=str)


def _no_project(inputs: Sequence[Input], knowledge: Knowledge) -> NoProject:
    names = [knowledge.label(iri) for iri in sorted(knowledge.assessed_classes)]
    return NoProject(
        Text(
            f"没有找到{'、'.join(name.zh for name in names)}类的项目。",
            f"There is no project of class {', '.join(name.en for name in names)}.",
        ),
        place=Place(file=", ".join(source.name for source in inputs)),
        fix=Text(
            f"给项目一个 IRI 并写明类型：{'、'.join(sorted(knowledge.assessed_classes))}。",
            f"Give the project an IRI and state its type: {', '.join(sorted(knowledge.assessed_classes))}.",
        ),
    )


def _together(documents: Sequence[Document], main: int) -> Document:
    """All documents as one: relative IRIs of every file mean the same project's."""
    target = documents[main]
    own = (moved(document.triples, document.base, target.base) for document in documents)
    return Document(target.name, target.base, frozenset[Triple]().union(*own))


def _with_common(documents: Sequence[Document], with_project: Collection[int]) -> list[Document]:
    """The documents, each with what those without a project say."""
    common = (document.triples for number, document in enumerate(documents) if number not in with_project)
    shared = frozenset[Triple]().union(*common)
    return [replace(document, triples=document.triples | shared) for document in documents]


def _describe(
    project: NamedNode, own: frozenset[Triple], document: Document, knowledge: Knowledge, around: Surroundings
) -> Description:
    identifier, problems = _identifier(project, own, document.name)
    home = f"{around.base}id/{identifier}/"
    named, faults = skolemised(moved(own, document.base, home), home + "genid/", document.name)
    facts = canonical(named)
    stated = facts | about_knowledge(document, knowledge)
    refused = dict(check_statements(stated, knowledge, Side.DESCRIPTION, document.name, around.base))
    problems += [*faults, *refused.values(), *_foreign_nodes(facts, around.base, home, document.name)]
    problems += [*_reserved_nodes(facts, home, document.name), *_lost_addresses(facts, document.name)]
    problems += warnings(facts - refused.keys(), document.name)
    return Description(
        project=rebased(project, document.base, home).value,
        identifier=identifier,
        home=home,
        source=document.name,
        facts=facts,
        digest=digest_of(facts),
        refused=frozenset(refused),
        problems=tuple(problems),
    )


def _stranded(document: Document, reached: frozenset[Triple], knowledge: Knowledge) -> list[Problem]:
    """A warning where a file describes nodes that no project leads to: they are left out."""
    left = sorted(
        _plain(node.value)
        for node in {triple.subject for triple in document.triples - reached}
        if isinstance(node, NamedNode) and not is_knowledge(node, knowledge)
    )
    if not left:
        return []
    return [
        Problem(
            name="UnreachableNodes",
            severity="warning",
            place=Place(file=document.name),
            what=Text(
                f"有 {len(left)} 个结点从任何项目出发都到达不了，没有计入描述。",
                f"{len(left)} nodes cannot be reached from any project and are left out.",
            ),
            fix=Text(
                "从项目、能力或集群指向它们，或删去。",
                "Point to them from the project, a capability or the cluster, or remove them.",
            ),
            value=", ".join(left[:5]),
        )
    ]


def _identifier(project: NamedNode, own: Iterable[Triple], file: str) -> tuple[str, list[Problem]]:
    values = sorted(
        t.object.value
        for t in own
        if t.subject == project and t.predicate.value == DCTERMS + "identifier" and isinstance(t.object, Literal)
    )
    if len(values) == 1 and IDENTIFIER.fullmatch(values[0]):
        return values[0], []
    stated = "、".join(values)
    problem = Problem(
        name="ProjectIdentifier",
        severity="violation",
        place=Place(file=file, node=project.value),
        what=Text(
            f"项目需要恰好一个 dcterms:identifier，由字母、数字、点、横线组成；现有：{stated or '无'}。",
            f"A project needs exactly one dcterms:identifier of letters, digits, dots and dashes; "
            f"here: {stated or 'none'}.",
        ),
        fix=Text(
            '写一个跨版本不变的标识，例如 "lm-wood-2025"。',
            'State one that stays across versions, such as "lm-wood-2025".',
        ),
        path=DCTERMS + "identifier",
    )
    return "unidentified", [problem]


def _foreign_nodes(facts: Iterable[Triple], base: str, home: str, file: str) -> list[Problem]:
    """Statements about nodes that live at another project's address."""
    foreign = {
        iri_of(t.subject)
        for t in facts
        if iri_of(t.subject).startswith(f"{base}id/") and not iri_of(t.subject).startswith(home)
    }
    return [
        Problem(
            name="ForeignNode",
            severity="violation",
            place=Place(file=file, node=node),
            what=Text(
                "描述陈述了属于另一个项目的结点。", "The description states something about a node of another project."
            ),
            fix=Text("删去该陈述，或用本项目自己的 IRI。", "Remove the statement or use an IRI of this project."),
        )
        for node in sorted(foreign)
    ]


def _reserved_nodes(facts: Iterable[Triple], home: str, file: str) -> list[Problem]:
    """Statements about nodes at the addresses where assessments and default examinations are minted."""
    reserved = (f"{home}assessment/", f"{home}examination/")
    return [
        Problem(
            name="ReservedNode",
            severity="violation",
            place=Place(file=file, node=node),
            what=Text(
                "描述陈述了评估或审查的结点，这些地址由系统使用。",
                "The description states something about a node at an address of assessments or examinations.",
            ),
            fix=Text("删去该陈述，或换一个地址。", "Remove the statement or use another address."),
        )
        for node in sorted({iri_of(t.subject) for t in facts if iri_of(t.subject).startswith(reserved)})
    ]


def _lost_addresses(facts: Iterable[Triple], file: str) -> list[Problem]:
    """Relative IRIs that climb out of the project's address, such as ``<../a>`` and ``</a>``."""
    lost = {iri_of(term) for t in facts for term in t if iri_of(term).startswith(RELATIVE)}
    return [
        Problem(
            name="LostAddress",
            severity="violation",
            place=Place(file=file),
            what=Text(
                "相对地址越出了项目自己的地址，或出自另一个文件。",
                "A relative IRI leads out of the project's own address, or is another file's.",
            ),
            fix=Text(
                "不用 ../ 和开头的 /；几个项目共用的结点写完整的 IRI。",
                "Write neither ../ nor a leading /; give nodes that projects share full IRIs.",
            ),
            value=_plain(iri),
        )
        for iri in sorted(lost)
    ]


def _plain(iri: str) -> str:
    """A relative IRI as it was written, as far as that is known."""
    return re.sub(rf"^{re.escape(RELATIVE)}([0-9]+/)?", "", iri)


_OWNING = (DANAO + "hasCapability", DANAO + "reports", DANAO + "notApplicable")


def _claimed(project: NamedNode, triples: Iterable[Triple]) -> frozenset[str]:
    """The capabilities, records and exclusions that a project says are its own."""
    return frozenset(str(t.object) for t in triples if t.subject == project and t.predicate.value in _OWNING)


def _apart(descriptions: Sequence[Description], claims: Sequence[frozenset[str]]) -> list[Description]:
    """Mark projects that share an identifier or a capability: neither can be told from the other.

    Names in a file and addresses both tell what is shared; what is at a project's own address is that project's.
    """
    owners: dict[tuple[str, str], list[int]] = {}
    for number, description in enumerate(descriptions):
        owners.setdefault(("SharedIdentifier", description.identifier), []).append(number)
        for thing in claims[number] | _claimed(NamedNode(description.project), description.facts):
            owners.setdefault(("SharedCapability", thing), []).append(number)
    extra: dict[int, list[Problem]] = {}
    for (name, what), numbers in sorted(owners.items()):
        for number in numbers if len(numbers) > 1 else ():
            if not what.startswith(f"<{descriptions[number].home}"):
                extra.setdefault(number, []).append(_shared(name, _plain(what.strip("<>")), descriptions[number]))
    return [_with_problems(description, extra.get(number, ())) for number, description in enumerate(descriptions)]


def _with_problems(description: Description, more: Iterable[Problem]) -> Description:
    return replace(description, problems=(*description.problems, *more))


def _shared(name: str, what: str, description: Description) -> Problem:
    return Problem(
        name=name,
        severity="violation",
        place=Place(file=description.source, node=description.project),
        what=Text(f"多个项目都声称拥有 {what}。", f"More than one project claims {what}."),
        fix=Text(
            "每个项目只主张自己的标识、能力和记录。",
            "Each project claims its own identifier, capabilities and records only.",
        ),
        value=what,
    )
