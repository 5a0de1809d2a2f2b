"""From inputs to descriptions: one canonical graph for each project, every node with a stable IRI, and a digest."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

from danao.errors import NoProject, Place, Problem, Text, UnfitExamination
from danao.guard import Side, check_statements
from danao.knowledge import Knowledge
from danao.namespaces import DANAO, DCTERMS, RDF_TYPE, XSD
from danao.reading import Input, Limits, read_triples

# Relative IRIs are parsed under this and moved under the project's own address once its identifier is known.
_PLACEHOLDER = "http://relative.invalid/"
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
Node = NamedNode | BlankNode


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


@dataclass(frozen=True)
class Examination:
    """The examiner's side for one project: IRI, file (none for a default one), canonical facts, digest, problems."""

    iri: str
    source: str | None
    facts: frozenset[Triple]
    digest: str
    refused: frozenset[Triple] = frozenset()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Surroundings:
    """What reading needs besides the input: the address that instance data lives under, and limits."""

    base: str = "https://danao.example/"
    limits: Limits = Limits()


def read_descriptions(inputs: Sequence[Input], knowledge: Knowledge, around: Surroundings) -> list[Description]:
    """The descriptions of all projects in the inputs, in the order of their identifiers.

    Files without a project add to the one project there is, so a description may be spread over several files.

    :raises InputError: an input cannot be read, or no input holds a project.
    """
    documents = [
        _read(source, f"{_PLACEHOLDER}{number}/", around) for number, source in enumerate(inputs)
    ]
    projects = [(name, number) for number, doc in enumerate(documents) for name in _projects(doc.triples, knowledge)]
    if not projects:
        raise _no_project(inputs, knowledge)
    if len(projects) == 1:
        documents = [_together(documents, projects[0][1])]
        projects = [(projects[0][0], 0)]
    names = frozenset(name for name, _ in projects)
    everything = frozenset().union(*(doc.triples for doc in documents))
    own = {name: _reachable(name, everything, names, knowledge) for name in names}
    reached = {triple.subject for triples in own.values() for triple in triples}
    found = [_describe(name, own[name], reached, documents[number], knowledge, around) for name, number in projects]
    return sorted(_apart(found), key=lambda description: (description.identifier, description.project))


@dataclass(frozen=True)
class _Document:
    """One file: its name, the address its relative IRIs were parsed under, its triples."""

    name: str
    base: str
    triples: frozenset[Triple]


def _read(source: Input, base: str, around: Surroundings) -> _Document:
    return _Document(source.name, base, read_triples(source, base, around.limits))


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


def _together(documents: Sequence[_Document], main: int) -> _Document:
    """All documents as one: relative IRIs of every file mean the same project's."""
    target = documents[main]
    moved = (_moved(document.triples, document.base, target.base) for document in documents)
    return _Document(target.name, target.base, frozenset().union(*moved))


def _describe(
    project: NamedNode,
    own: frozenset[Triple],
    reached: Set[Node],
    document: _Document,
    knowledge: Knowledge,
    around: Surroundings,
) -> Description:
    identifier, problems = _identifier(project, own, document.name)
    home = f"{around.base}id/{identifier}/"
    named, faults = _skolemised(_moved(own, document.base, home), home + "genid/", document.name)
    facts = canonical(named)
    # What a file says of the knowledge's terms is not reachable from a project, and is refused all the same.
    stray = frozenset(t for t in document.triples if _is_knowledge(t.subject, knowledge))
    refused = dict(check_statements(facts | stray, knowledge, Side.DESCRIPTION, document.name))
    problems += [*faults, *refused.values(), *_foreign_nodes(facts, around.base, home, document.name)]
    problems += _stranded(document, reached, knowledge)
    return Description(
        project=_rebased(project, document.base, home).value,
        identifier=identifier,
        home=home,
        source=document.name,
        facts=facts,
        digest=digest_of(facts),
        refused=frozenset(refused),
        problems=tuple(problems),
    )


def _stranded(document: _Document, reached: Set[Node], knowledge: Knowledge) -> list[Problem]:
    """A warning where a file describes nodes that no project leads to: they are left out."""
    subjects = {triple.subject for triple in document.triples}
    left = sorted(
        node.value.removeprefix(document.base)
        for node in subjects - reached
        if isinstance(node, NamedNode) and not _is_knowledge(node, knowledge)
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
            fix=Text("从项目、能力或集群指向它们，或删去。", "Point to them from the project, a capability or the cluster, or remove them."),
            value=", ".join(left[:5]),
        )
    ]


def _reachable(
    project: NamedNode, triples: Iterable[Triple], projects: frozenset[NamedNode], knowledge: Knowledge
) -> frozenset[Triple]:
    """What can be reached from a project without passing another or leaving for the knowledge."""
    by_subject: dict[Node, list[Triple]] = {}
    for triple in triples:
        by_subject.setdefault(triple.subject, []).append(triple)
    seen: set[Node] = {project}
    todo: list[Node] = [project]
    found: set[Triple] = set()
    while todo:
        for triple in by_subject.get(todo.pop(), ()):
            found.add(triple)
            thing = triple.object
            if (
                isinstance(thing, NamedNode | BlankNode)
                and thing not in seen
                and thing not in projects
                and not _is_knowledge(thing, knowledge)
            ):
                seen.add(thing)
                todo.append(thing)
    return frozenset(found)


def _is_knowledge(node: object, knowledge: Knowledge) -> bool:
    return isinstance(node, NamedNode) and node.value.startswith(knowledge.namespaces)


def _identifier(project: NamedNode, own: Iterable[Triple], file: str) -> tuple[str, list[Problem]]:
    values = sorted(
        t.object.value
        for t in own
        if t.subject == project and t.predicate.value == DCTERMS + "identifier" and isinstance(t.object, Literal)
    )
    if len(values) == 1 and _IDENTIFIER.fullmatch(values[0]):
        return values[0], []
    stated = "、".join(values)
    problem = Problem(
        name="ProjectIdentifier",
        severity="violation",
        place=Place(file=file, node=project.value),
        what=Text(
            f"项目需要恰好一个 dcterms:identifier，由字母、数字、点、横线组成；现有：{stated or '无'}。",
            f"A project needs exactly one dcterms:identifier of letters, digits, dots and dashes; here: {stated or 'none'}.",
        ),
        fix=Text("写一个跨版本不变的标识，例如 \"lm-wood-2025\"。", 'State one that stays across versions, such as "lm-wood-2025".'),
        path=DCTERMS + "identifier",
    )
    return "unidentified", [problem]


def _moved(triples: Iterable[Triple], old: str, new: str) -> frozenset[Triple]:
    return frozenset(
        Triple(_rebased(t.subject, old, new), _rebased(t.predicate, old, new), _rebased(t.object, old, new))
        for t in triples
    )


def _rebased(term: Node | Literal, old: str, new: str) -> Node | Literal:
    if isinstance(term, NamedNode) and term.value.startswith(old):
        return NamedNode(new + term.value[len(old) :])
    return term


def _foreign_nodes(facts: Iterable[Triple], base: str, home: str, file: str) -> list[Problem]:
    """Statements about nodes that live at another project's address."""
    prefix = f"{base}id/"
    foreign = {
        t.subject.value
        for t in facts
        if t.subject.value.startswith((prefix, _PLACEHOLDER)) and not t.subject.value.startswith(home)
    }
    return [
        Problem(
            name="ForeignNode",
            severity="violation",
            place=Place(file=file, node=node),
            what=Text("描述陈述了属于另一个项目的结点。", "The description states something about a node of another project."),
            fix=Text("删去该陈述，或用本项目自己的 IRI。", "Remove the statement or use an IRI of this project."),
        )
        for node in sorted(foreign)
    ]


def _apart(descriptions: Sequence[Description]) -> list[Description]:
    """Mark projects that share an identifier or a capability: neither can be told from the other."""
    owners: dict[tuple[str, str], list[int]] = {}
    for number, description in enumerate(descriptions):
        owners.setdefault(("SharedIdentifier", description.identifier), []).append(number)
        for triple in description.facts:
            if triple.subject.value == description.project and triple.predicate.value in _OWNING:
                owners.setdefault(("SharedCapability", str(triple.object)), []).append(number)
    extra: dict[int, list[Problem]] = {}
    for (name, what), numbers in sorted(owners.items()):
        if len(numbers) > 1:
            for number in numbers:
                extra.setdefault(number, []).append(_shared(name, what, descriptions[number]))
    return [
        replace(description, problems=(*description.problems, *extra.get(number, ())))
        for number, description in enumerate(descriptions)
    ]


_OWNING = (DANAO + "hasCapability", DANAO + "reports", DANAO + "notApplicable")


def _shared(name: str, what: str, description: Description) -> Problem:
    return Problem(
        name=name,
        severity="violation",
        place=Place(file=description.source, node=description.project),
        what=Text(f"多个项目都声称拥有 {what}。", f"More than one project claims {what}."),
        fix=Text("每个项目只主张自己的标识、能力和记录。", "Each project claims its own identifier, capabilities and records only."),
        value=what,
    )


# ---- Blank nodes ----

_MAX_DEPTH = 100


def _skolemised(triples: frozenset[Triple], home: str, file: str) -> tuple[frozenset[Triple], list[Problem]]:
    """Every blank node as an IRI: the hash of its owner, the predicate and what it says.

    Blank nodes must hang in trees; one that is shared, cyclic or owned by nothing has no such address.
    """
    owners: dict[BlankNode, list[Triple]] = {}
    inside: dict[BlankNode, list[Triple]] = {}
    for triple in triples:
        if isinstance(triple.object, BlankNode):
            owners.setdefault(triple.object, []).append(triple)
        if isinstance(triple.subject, BlankNode):
            inside.setdefault(triple.subject, []).append(triple)
    shared = sorted({str(t.subject) for ts in owners.values() if len(ts) > 1 for t in ts})
    deep = sorted(str(node) for node in inside if _depth(node, owners) > _MAX_DEPTH)
    if shared or deep:
        return frozenset(t for t in triples if not _blank(t)), [_shared_blank([*shared, *deep][0], file)]
    names = _Names(owners, inside, home)
    return frozenset(
        Triple(names.of(t.subject), t.predicate, names.of(t.object)) for t in triples
    ), []


def _depth(node: BlankNode, owners: Mapping[BlankNode, list[Triple]]) -> int:
    """How many blank nodes hang above one, counted no further than matters."""
    depth = 0
    above: Node | None = node
    while isinstance(above, BlankNode) and depth <= _MAX_DEPTH:
        above = owners[above][0].subject if above in owners else None
        depth += 1
    return depth


def _blank(triple: Triple) -> bool:
    return isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)


def _shared_blank(owner: str, file: str) -> Problem:
    return Problem(
        name="SharedBlankNode",
        severity="violation",
        place=Place(file=file, node=owner.strip("<>")),
        what=Text("一个匿名结点被多处引用、成环或嵌套过深，无法给它稳定的地址。", "A blank node is used in several places, in a cycle or nested too deep, so that it has no stable address."),
        fix=Text("给这个结点一个 IRI。", "Give the node an IRI."),
    )


class _Names:
    """IRIs of blank nodes, computed once each. Owners lead to an IRI: reachability from the project saw to that."""

    def __init__(
        self, owners: Mapping[BlankNode, list[Triple]], inside: Mapping[BlankNode, list[Triple]], home: str
    ) -> None:
        self._owners = owners
        self._inside = inside
        self._home = home
        self._names: dict[BlankNode, NamedNode] = {}

    def of(self, term: Node | Literal) -> NamedNode | Literal:
        if not isinstance(term, BlankNode):
            return term
        if term not in self._names:
            owner = self._owners[term][0]
            key = f"{self.of(owner.subject)} {owner.predicate} {self._content(term)}"
            self._names[term] = NamedNode(self._home + hashlib.sha256(key.encode()).hexdigest()[:32])
        return self._names[term]

    def _content(self, node: BlankNode) -> str:
        lines = (
            f"{t.predicate} {self._content(t.object) if isinstance(t.object, BlankNode) else t.object}"
            for t in self._inside.get(node, ())
        )
        return "[" + " ; ".join(sorted(lines)) + "]"


# ---- Canonical form ----


def canonical(facts: Iterable[Triple]) -> frozenset[Triple]:
    """The facts with literals in the form that a store gives them, whichever syntax they came in."""
    store = Store()
    store.extend(Quad(t.subject, t.predicate, t.object) for t in facts)
    return frozenset(quad.triple for quad in store)


def canonical_bytes(facts: Iterable[Triple]) -> bytes:
    """Sorted N-Triples, one fact a line: what a digest is taken of."""
    return "".join(sorted(f"{triple} .\n" for triple in facts)).encode()


def digest_of(facts: Iterable[Triple]) -> str:
    """``sha256:`` and the hexadecimal digest of the canonical bytes."""
    return f"sha256:{hashlib.sha256(canonical_bytes(facts)).hexdigest()}"


# ---- The examiner's side ----


def default_examination(identifier: str, as_of: str, around: Surroundings) -> Examination:
    """An examination that holds only the date (``YYYY-MM-DD``)."""
    iri = NamedNode(f"{around.base}id/{identifier}/examination/{as_of}")
    facts = frozenset(
        {
            Triple(iri, NamedNode(RDF_TYPE), NamedNode(DANAO + "Examination")),
            Triple(iri, NamedNode(DANAO + "asOf"), Literal(as_of, datatype=NamedNode(XSD + "date"))),
        }
    )
    return Examination(iri.value, None, facts, digest_of(facts))


def read_examinations(
    inputs: Sequence[Input], knowledge: Knowledge, around: Surroundings
) -> dict[str | None, Examination]:
    """Examinations by the identifier of the project they examine; ``None`` is one for every project.

    :raises InputError: an input cannot be read or holds no examination.
    """
    found: dict[str | None, Examination] = {}
    for number, source in enumerate(inputs):
        base = f"{_PLACEHOLDER}{number}/"
        triples = read_triples(source, base, around.limits)
        nodes = _examination_nodes(triples)
        if not nodes:
            raise _unfit(source, Text("文件中没有审查（danao:Examination）。", "The file holds no danao:Examination."))
        for node in nodes:
            identifier = _examined(node, triples)
            if identifier in found:
                raise _unfit(source, Text("同一个项目有两份审查。", "One project has two examinations."))
            found[identifier] = _examine(node, identifier, triples, base, source, knowledge, around)
    return found


def _examination_nodes(triples: Iterable[Triple]) -> list[NamedNode]:
    kind = NamedNode(DANAO + "Examination")
    return sorted(
        {t.subject for t in triples if t.predicate.value == RDF_TYPE and t.object == kind and isinstance(t.subject, NamedNode)},
        key=str,
    )


def _examined(node: NamedNode, triples: Iterable[Triple]) -> str | None:
    values = [t.object.value for t in triples if t.subject == node and t.predicate.value == DANAO + "examines"]
    return values[0] if values else None


def _unfit(source: Input, what: Text) -> UnfitExamination:
    return UnfitExamination(
        what,
        place=Place(file=source.name),
        fix=Text("每个项目一份审查，用 danao:examines 写明项目标识。", "One examination a project; name its identifier with danao:examines."),
    )


def _examine(
    node: NamedNode,
    identifier: str | None,
    triples: frozenset[Triple],
    base: str,
    source: Input,
    knowledge: Knowledge,
    around: Surroundings,
) -> Examination:
    home = f"{around.base}id/{identifier or '-'}/"
    own = _moved(_reachable(node, triples, frozenset(), knowledge), base, home)
    named, faults = _skolemised(own, home + "genid/", source.name)
    facts = canonical(named)
    stray = frozenset(t for t in triples if _is_knowledge(t.subject, knowledge))
    refused = dict(check_statements(facts | stray, knowledge, Side.EXAMINATION, source.name))
    return Examination(
        iri=_rebased(node, base, home).value,
        source=source.name,
        facts=facts,
        digest=digest_of(facts),
        refused=frozenset(refused),
        problems=(*faults, *refused.values()),
    )
