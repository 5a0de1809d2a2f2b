"""From inputs to descriptions: one canonical graph for each project, every node with a stable IRI, and a digest."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from danao.canonical import moved, rebased, settle
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
from danao.errors import NoProject, Place, Problem, Text
from danao.guard import Side, check_statements
from danao.knowledge import Knowledge
from danao.names import warnings
from danao.namespaces import DANAO, DCTERMS, RDF_TYPE
from danao.reading import Input
from danao.statements import Facts, Statement, graph_of, lexical, statements_of

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
    facts: Facts
    digest: str
    refused: Facts = frozenset()
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
    projects = [(name, number) for number, doc in enumerate(documents) for name in _projects(doc, knowledge)]
    if not projects:
        raise _no_project(inputs, knowledge)
    if len(projects) == 1 and len(documents) > 1:
        documents = [_together(documents, projects[0][1])]
        projects = [(projects[0][0], 0)]
    documents = _with_common(documents, {number for _, number in projects})
    names = frozenset(name for name, _ in projects)
    own = [reachable(name, documents[number].by_subject, knowledge, apart=names) for name, number in projects]
    reached = {one[0] for facts in own for one in facts.statements}
    found = [
        _describe(name, triples, documents[number], knowledge, around)
        for (name, number), triples in zip(projects, own, strict=True)
    ]
    left = [_stranded(documents[number], reached, knowledge) for _, number in projects]
    found = [_with_problems(description, extra) for description, extra in zip(found, left, strict=True)]
    claims = [_claimed(documents[number].by_subject.get(f"<{name}>", ())) for name, number in projects]
    return sorted(_apart(found, claims), key=lambda description: (description.identifier, description.project))


def _projects(document: Document, knowledge: Knowledge) -> list[str]:
    """The IRIs of the projects that a document describes."""
    kind, classes = f"<{RDF_TYPE}>", {f"<{name}>" for name in knowledge.assessed_classes}
    found = {
        one[0] for one in statements_of(document.triples) if one[2] in classes and one[1] == kind and one[0][0] == "<"
    }
    return [node[1:-1] for node in sorted(found)]


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
    own = (moved(document.triples, document.base, target.base).statements for document in documents)
    return Document(target.name, target.base, graph_of(_each_once(own)))


def _each_once(parts: Iterable[Iterable[Statement]]) -> list[Statement]:
    return list(dict.fromkeys(one for part in parts for one in part))


def _with_common(documents: Sequence[Document], with_project: Collection[int]) -> list[Document]:
    """The documents, each with what those without a project say."""
    common = (document.triples for number, document in enumerate(documents) if number not in with_project)
    shared = _each_once(map(statements_of, common))
    if not shared:
        return list(documents)
    return [replace(one, triples=graph_of(_each_once((statements_of(one.triples), shared)))) for one in documents]


def _describe(project: str, own: Facts, document: Document, knowledge: Knowledge, around: Surroundings) -> Description:
    identifier, problems = _identifier(project, document)
    home = f"{around.base}id/{identifier}/"
    settled = settle(own, document.base, home, document.name)
    facts = settled.facts
    stated = [*facts.statements, *about_knowledge(document, knowledge)]
    refused = dict(check_statements(stated, knowledge, Side.DESCRIPTION, document.name, around.base))
    nodes = sorted({one[0] for one in facts.statements})
    nodes = [node[1:-1] for node in nodes]
    problems += [*settled.problems, *refused.values(), *_foreign_nodes(nodes, around.base, home, document.name)]
    problems += [*_reserved_nodes(nodes, home, document.name), *_lost_addresses(settled.terms, document.name)]
    problems += warnings(facts.statements, refused, document.name)
    return Description(
        project=rebased(project, document.base, home),
        identifier=identifier,
        home=home,
        source=document.name,
        facts=facts,
        digest=settled.digest,
        refused=graph_of(list(refused)),
        problems=tuple(problems),
    )


def _stranded(document: Document, reached: Collection[str], knowledge: Knowledge) -> list[Problem]:
    """A warning where a file describes nodes that no project leads to: they are left out."""
    left = sorted(
        _plain(node[1:-1])
        for node in document.by_subject
        if node not in reached and node[0] == "<" and not is_knowledge(node, knowledge)
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


def _identifier(project: str, document: Document) -> tuple[str, list[Problem]]:
    own, name = document.by_subject.get(f"<{project}>", ()), f"<{DCTERMS}identifier>"
    values = sorted(lexical(thing) for _, predicate, thing in own if predicate == name and thing[0] == '"')
    if len(values) == 1 and IDENTIFIER.fullmatch(values[0]):
        return values[0], []
    stated = "、".join(values)
    problem = Problem(
        name="ProjectIdentifier",
        severity="violation",
        place=Place(file=document.name, node=project),
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


def _foreign_nodes(nodes: Iterable[str], base: str, home: str, file: str) -> list[Problem]:
    """Statements about nodes that live at another project's address."""
    all_homes = f"{base}id/"
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
        for node in nodes
        if node.startswith(all_homes) and not node.startswith(home)
    ]


def _reserved_nodes(nodes: Iterable[str], home: str, file: str) -> list[Problem]:
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
        for node in nodes
        if node.startswith(reserved)
    ]


def _lost_addresses(terms: Iterable[str], file: str) -> list[Problem]:
    """Relative IRIs that climb out of the project's address, such as ``<../a>`` and ``</a>``."""
    start = f"<{RELATIVE}"
    lost = {term[1:-1] for term in terms if term.startswith(start)}
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


_OWNING = {f"<{DANAO}{name}>" for name in ("hasCapability", "reports", "notApplicable")}


def _claimed(own: Iterable[Statement]) -> frozenset[str]:
    """The capabilities, records and exclusions that a project says are its own, of its statements."""
    return frozenset(thing for _, predicate, thing in own if predicate in _OWNING)


def _apart(descriptions: Sequence[Description], claims: Sequence[frozenset[str]]) -> list[Description]:
    """Mark projects that share an identifier or a capability: neither can be told from the other.

    Names in a file and addresses both tell what is shared; what is at a project's own address is that project's.
    """
    if len(descriptions) == 1:
        return list(descriptions)
    owners: dict[tuple[str, str], list[int]] = {}
    for number, description in enumerate(descriptions):
        owners.setdefault(("SharedIdentifier", description.identifier), []).append(number)
        node = f"<{description.project}>"
        for thing in claims[number] | _claimed(one for one in statements_of(description.facts) if one[0] == node):
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
