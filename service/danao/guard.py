"""What a description or an examination may not state: nothing forged is ever shown to the rules.

Every term of our vocabularies says which graph it may be stated in (``danao:statedIn``). Statements about the
knowledge's terms, in the vocabularies of ontologies and shapes, or in those of results, are refused.
"""

from __future__ import annotations

import datetime as dt
import difflib
import enum
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from danao.errors import Place, Problem, Text
from danao.knowledge import Knowledge
from danao.namespaces import (
    DANAO,
    DESCRIPTION_GRAPH,
    DQV,
    EARL,
    EXAMINATION_GRAPH,
    OWL,
    QB,
    RDF_TYPE,
    RDFS,
    SH,
    XSD,
    local_name,
)

# Vocabularies in which knowledge and results are stated, never facts.
_REFUSED = (OWL, RDFS, SH, EARL, DQV, QB)


class Side(enum.Enum):
    """Whose statements are checked, by the graph they go to."""

    DESCRIPTION = DESCRIPTION_GRAPH
    EXAMINATION = EXAMINATION_GRAPH


def check_statements(
    triples: Iterable[Triple], knowledge: Knowledge, side: Side, file: str
) -> Iterator[tuple[Triple, Problem]]:
    """The statements that are refused, each with its problem, in the order of the triples' text."""
    for triple in sorted(triples, key=str):
        if fault := _fault(triple, knowledge, side):
            name, term, what, fix = fault
            place = Place(file=file, node=_shown(triple.subject))
            yield triple, Problem(name, "violation", place, what, fix, triple.predicate.value, term)


def _shown(node: object) -> str:
    return node.value if isinstance(node, NamedNode) else str(node)


_Fault = tuple[str, str, Text, Text]


def _fault(triple: Triple, knowledge: Knowledge, side: Side) -> _Fault | None:  # noqa: PLR0911 - a list of refusals
    subject, predicate, thing = triple.subject, triple.predicate.value, triple.object
    if isinstance(subject, NamedNode) and subject.value.startswith(knowledge.namespaces):
        return _knowledge_statement(subject.value)
    if predicate.startswith(_REFUSED):
        return _refused_vocabulary(predicate)
    if predicate.startswith(knowledge.namespaces) and (fault := _term_fault(predicate, knowledge, side)):
        return fault
    if isinstance(thing, Literal):
        return _literal_for_node(predicate, thing, knowledge) or _ill_typed(thing)
    if not isinstance(thing, NamedNode):
        return None
    if predicate == RDF_TYPE and thing.value.startswith(_REFUSED):
        return _refused_vocabulary(thing.value)
    if thing.value.startswith(knowledge.namespaces):
        if predicate == RDF_TYPE:
            return _class_fault(thing.value, knowledge, side)
        if thing.value not in knowledge.index:
            return _unknown(thing.value, knowledge)
    return None


def _knowledge_statement(term: str) -> _Fault:
    return (
        "KnowledgeStatement",
        term,
        Text(
            "这里陈述了知识库中的词；标准、要求和形状只由知识库规定。",
            "This states something about a term of the knowledge; only the knowledge itself may.",
        ),
        Text("删去这条陈述。", "Remove the statement."),
    )


def _refused_vocabulary(term: str) -> _Fault:
    return (
        "RefusedVocabulary",
        term,
        Text(
            "描述中不能使用本体、形状或评估结果的词汇。", "Terms of ontologies, shapes or results may not be used here."
        ),
        Text("删去这条陈述；名称请用 dcterms:title。", "Remove the statement; for names use dcterms:title."),
    )


def _term_fault(term: str, knowledge: Knowledge, side: Side) -> _Fault | None:
    if term not in knowledge.index:
        return _unknown(term, knowledge)
    allowed = knowledge.values(term, DANAO + "statedIn")
    if side.value in allowed:
        return None
    label = knowledge.label(term)
    belongs = [knowledge.label(graph) for graph in allowed]
    return (
        "OverstepsSide",
        term,
        Text(
            f"“{label.zh}”不能在这里陈述，它属于{'、'.join(text.zh for text in belongs) or '知识图'}。",
            f"'{label.en}' may not be stated here; it belongs to the "
            f"{', '.join(text.en for text in belongs) or 'knowledge graph'}.",
        ),
        Text(
            "删去这条陈述；结论由规则得出，审查决定写在审查文件里。",
            "Remove it; outcomes follow by rules, and an examiner's decisions stand in the examination.",
        ),
    )


def _class_fault(term: str, knowledge: Knowledge, side: Side) -> _Fault | None:
    if term not in knowledge.index:
        return _unknown(term, knowledge)
    if OWL + "Class" in knowledge.values(term, RDF_TYPE):
        return _term_fault(term, knowledge, side)
    return (
        "NotAClass",
        term,
        Text(
            "类型不是一个类；要求和指标不能当作类型。",
            "The type is no class; requirements and indicators are not types.",
        ),
        Text(
            "改用能力类；要主张一项要求，用 danao:provides。",
            "Use a class of capability; to claim a requirement use danao:provides.",
        ),
    )


def _unknown(term: str, knowledge: Knowledge) -> _Fault:
    nearest = _nearest(term, knowledge)
    hint = (
        Text(f"是不是 {nearest}？", f"Did you mean {nearest}?")
        if nearest
        else Text("用 danao standard 查看现有的词。", "See the terms there are with 'danao standard'.")
    )
    return ("UnknownTerm", term, Text("知识库中没有这个词。", "The knowledge has no such term."), hint)


def _nearest(term: str, knowledge: Knowledge) -> str | None:
    """The term of that name in another namespace, else the most similar name in its own."""
    name = local_name(term)
    known = [iri for iri in knowledge.index if iri.startswith(knowledge.namespaces)]
    if namesakes := sorted(iri for iri in known if local_name(iri) == name):
        return namesakes[0]
    home = next(space for space in sorted(knowledge.namespaces, key=len, reverse=True) if term.startswith(space))
    names = {local_name(iri): iri for iri in known if iri.startswith(home)}
    close = difflib.get_close_matches(name, names, n=1)
    return names[close[0]] if close else None


def _literal_for_node(predicate: str, thing: Literal, knowledge: Knowledge) -> _Fault | None:
    """A literal where one of our object properties stands: shapes would only say 'wrong kind of node'."""
    if OWL + "ObjectProperty" not in knowledge.values(predicate, RDF_TYPE):
        return None
    label = knowledge.label(predicate)
    return (
        "LiteralForNode",
        str(thing),
        Text(
            f"“{label.zh}”的值应当是一个 IRI，这里是文字。",
            f"The value of '{label.en}' should be an IRI; this is text.",
        ),
        Text(
            '写成 <…> 或带前缀的名称；JSON-LD 中写 {"@id": …}。', 'Write <…> or a prefixed name; in JSON-LD {"@id": …}.'
        ),
    )


_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _is_date(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return _DATE.fullmatch(text) is not None


# Engines differ on literals that are not of their datatype, so these never reach them.
_LEXICAL: Mapping[str, Callable[[str], object]] = {
    XSD + "integer": _INTEGER.fullmatch,
    XSD + "decimal": _DECIMAL.fullmatch,
    XSD + "date": _is_date,
}


def _ill_typed(thing: Literal) -> _Fault | None:
    kind = thing.datatype.value
    if kind not in _LEXICAL or _LEXICAL[kind](thing.value):
        return None
    name = local_name(kind)
    return (
        "IllTypedLiteral",
        thing.value,
        Text(f"“{thing.value}”不是有效的 xsd:{name}。", f"'{thing.value}' is no valid xsd:{name}."),
        Text(
            "日期写成 2025-06-30 且确有其日、不带时区；小数不用指数，JSON-LD 中写成字符串并注明类型。",
            "Write dates that exist as 2025-06-30 without a time zone; decimals without an exponent, in JSON-LD "
            "as a typed string.",
        ),
    )
