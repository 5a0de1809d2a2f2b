"""The examiner's side: examinations read from files, or one that holds only a date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode, Triple

from danao.canonical import canonical, digest_of, moved, rebased, skolemised
from danao.describe import IDENTIFIER
from danao.documents import Document, Surroundings, about_knowledge, reachable, read_document
from danao.errors import Place, Problem, Text, UnfitExamination
from danao.guard import Side, check_statements
from danao.knowledge import Knowledge
from danao.names import warnings
from danao.namespaces import DANAO, RDF_TYPE, XSD
from danao.reading import Input


@dataclass(frozen=True)
class Examination:
    """The examiner's side for one project: IRI, file (none for a default one), canonical facts, digest, problems."""

    iri: str
    source: str | None
    facts: frozenset[Triple]
    digest: str
    refused: frozenset[Triple] = frozenset()
    problems: tuple[Problem, ...] = ()


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


def on_date(examination: Examination, as_of: str) -> Examination:
    """The examination as of another date (``YYYY-MM-DD``): what it decided stays."""
    name = NamedNode(DANAO + "asOf")
    kept = frozenset(triple for triple in examination.facts if triple.predicate != name)
    facts = kept | {Triple(NamedNode(examination.iri), name, Literal(as_of, datatype=NamedNode(XSD + "date")))}
    return replace(examination, facts=facts, digest=digest_of(facts))


def read_examinations(
    inputs: Sequence[Input], knowledge: Knowledge, around: Surroundings
) -> dict[str | None, Examination]:
    """Examinations by the identifier of the project they examine; ``None`` is one for every project.

    :raises InputError: an input cannot be read or holds no examination.
    """
    found: dict[str | None, Examination] = {}
    for number, source in enumerate(inputs):
        document = read_document(source, number, knowledge, around)
        nodes = _examination_nodes(document.triples)
        if not nodes:
            raise _unfit(
                document, Text("文件中没有审查（danao:Examination）。", "The file holds no danao:Examination.")
            )
        for node in nodes:
            identifier = _examined(node, document)
            if identifier in found:
                raise _unfit(document, Text("同一个项目有两份审查。", "One project has two examinations."))
            found[identifier] = _examine(node, identifier, document, knowledge, around)
    return found


def _examination_nodes(triples: Iterable[Triple]) -> list[NamedNode]:
    kind = NamedNode(DANAO + "Examination")
    return sorted(
        {
            t.subject
            for t in triples
            if t.predicate.value == RDF_TYPE and t.object == kind and isinstance(t.subject, NamedNode)
        },
        key=str,
    )


def _examined(node: NamedNode, document: Document) -> str | None:
    named = [t.object for t in document.triples if t.subject == node and t.predicate.value == DANAO + "examines"]
    values = sorted(value.value for value in named if isinstance(value, Literal))
    if any(not IDENTIFIER.fullmatch(value) for value in values):
        raise _unfit(document, Text("danao:examines 不是项目标识。", "danao:examines is no identifier of a project."))
    return values[0] if values else None


def _unfit(document: Document, what: Text) -> UnfitExamination:
    return UnfitExamination(
        what,
        place=Place(file=document.name),
        fix=Text(
            "每个项目一份审查，用 danao:examines 写明项目标识。",
            "One examination a project; name its identifier with danao:examines.",
        ),
    )


def _examine(
    node: NamedNode, identifier: str | None, document: Document, knowledge: Knowledge, around: Surroundings
) -> Examination:
    home = f"{around.base}id/{identifier or '-'}/"
    own = moved(reachable(node, document.triples, knowledge), document.base, home)
    named, faults = skolemised(own, home + "genid/", document.name)
    facts = canonical(named)
    stated = facts | about_knowledge(document, knowledge)
    refused = dict(check_statements(stated, knowledge, Side.EXAMINATION, document.name, around.base))
    return Examination(
        iri=rebased(node, document.base, home).value,
        source=document.name,
        facts=facts,
        digest=digest_of(facts),
        refused=frozenset(refused),
        problems=(*faults, *refused.values(), *warnings(facts - refused.keys(), document.name)),
    )
