"""The examiner's side: examinations read from files, or one that holds only a date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from danao.canonical import canonical, rebased, settle
from danao.describe import IDENTIFIER
from danao.documents import Document, Surroundings, about_knowledge, reachable, read_document
from danao.errors import Place, Problem, Text, UnfitExamination
from danao.guard import Side, check_statements
from danao.knowledge import Knowledge
from danao.names import warnings
from danao.namespaces import DANAO, RDF_TYPE, XSD
from danao.reading import Input
from danao.statements import Facts, Statement, graph_of, lexical, statements_of


@dataclass(frozen=True)
class Examination:
    """The examiner's side for one project: IRI, file (none for a default one), canonical facts, digest, problems."""

    iri: str
    source: str | None
    facts: Facts
    digest: str
    refused: Facts = frozenset()
    problems: tuple[Problem, ...] = ()


def default_examination(identifier: str, as_of: str, around: Surroundings) -> Examination:
    """An examination that holds only the date (``YYYY-MM-DD``)."""
    iri = f"{around.base}id/{identifier}/examination/{as_of}"
    facts, digest = canonical(graph_of([(f"<{iri}>", f"<{RDF_TYPE}>", f"<{DANAO}Examination>"), _dated(iri, as_of)]))
    return Examination(iri, None, facts, digest)


def on_date(examination: Examination, as_of: str) -> Examination:
    """The examination as of another date (``YYYY-MM-DD``): what it decided stays."""
    stated = _dated(examination.iri, as_of)
    kept = [one for one in statements_of(examination.facts) if one[1] != stated[1]]
    facts, digest = canonical(graph_of([*kept, stated]))
    return replace(examination, facts=facts, digest=digest)


def is_default(examination: Facts) -> bool:
    """Whether an examination is one that :func:`default_examination` makes, where nobody examined."""
    stated = statements_of(examination)
    dates = [lexical(one[2]) for one in stated if one[1] == f"<{DANAO}asOf>"]
    # Its type and the date, and nothing else.
    return len(stated) == 2 and any(stated[0][0].endswith(f"/examination/{date}>") for date in dates)  # noqa: PLR2004


_DECIDING = tuple(f"<{DANAO}{name}>" for name in ("verdict", "confirms", "approves"))


def is_reviewed(examination: Facts) -> bool:
    """Whether an examination decides something: a verdict, a confirmed target, an approved exclusion."""
    return any(one[1] in _DECIDING for one in statements_of(examination))


def _dated(iri: str, as_of: str) -> Statement:
    return f"<{iri}>", f"<{DANAO}asOf>", f'"{as_of}"^^<{XSD}date>'


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


def _examination_nodes(facts: Facts) -> list[str]:
    kind, name = f"<{DANAO}Examination>", f"<{RDF_TYPE}>"
    found = {one[0] for one in statements_of(facts) if one[2] == kind and one[1] == name and one[0][0] == "<"}
    return [node[1:-1] for node in sorted(found)]


def _examined(node: str, document: Document) -> str | None:
    start = f"<{node}>", f"<{DANAO}examines>"
    named = [one[2] for one in statements_of(document.triples) if one[:2] == start]
    values = sorted(lexical(value) for value in named if value[0] == '"')
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
    node: str, identifier: str | None, document: Document, knowledge: Knowledge, around: Surroundings
) -> Examination:
    home = f"{around.base}id/{identifier or '-'}/"
    settled = settle(reachable(node, document.by_subject, knowledge), document.base, home, document.name)
    facts = settled.facts
    stated = [*facts.statements, *about_knowledge(document, knowledge)]
    refused = dict(check_statements(stated, knowledge, Side.EXAMINATION, document.name, around.base))
    return Examination(
        iri=rebased(node, document.base, home),
        source=document.name,
        facts=facts,
        digest=settled.digest,
        refused=graph_of(list(refused)),
        problems=(
            *settled.problems,
            *refused.values(),
            *warnings(facts.statements, refused, document.name),
        ),
    )
