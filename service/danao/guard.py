"""What a description or an examination may not state: nothing forged is ever shown to the rules.

Every term of our vocabularies says which graph it may be stated in (``danao:statedIn``). Statements about the
knowledge's terms, in the vocabularies of ontologies and shapes, or in those of results, are refused.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from danao.errors import Place, Problem, Text
from danao.knowledge import Knowledge
from danao.names import Fault, Names, shown
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
    triples: Iterable[Triple], knowledge: Knowledge, side: Side, file: str, base: str
) -> Iterator[tuple[Triple, Problem]]:
    """The statements that are refused, each with its problem, in the order of the triples' text.

    ``base`` is the address that instance data lives under.
    """
    names = Names(knowledge, base)
    for triple in sorted(triples, key=str):
        if fault := names.fault(triple) or _fault(triple, names, side):
            name, term, what, fix = fault
            place = Place(file=file, node=_shown(triple.subject))
            yield triple, Problem(name, "violation", place, what, fix, triple.predicate.value, term)


def _shown(node: object) -> str:
    return node.value if isinstance(node, NamedNode) else str(node)


def _fault(triple: Triple, names: Names, side: Side) -> Fault | None:  # noqa: PLR0911 - a list of refusals
    subject, predicate, thing = triple.subject, triple.predicate.value, triple.object
    knowledge = names.knowledge
    if isinstance(subject, NamedNode) and subject.value.startswith(knowledge.namespaces):
        return _knowledge_statement(subject.value)
    if predicate.startswith(_REFUSED):
        return _refused_vocabulary(predicate)
    if predicate.startswith(knowledge.namespaces) and (fault := _term_fault(predicate, names, side)):
        return fault
    if isinstance(thing, Literal):
        return _literal_for_node(predicate, thing, knowledge) or _literal_fault(thing)
    if not isinstance(thing, NamedNode):
        return None
    if predicate == RDF_TYPE and thing.value.startswith(_REFUSED):
        return _refused_vocabulary(thing.value)
    if thing.value.startswith(knowledge.namespaces):
        if predicate == RDF_TYPE:
            return _class_fault(thing.value, names, side)
        if thing.value not in knowledge.index:
            return _unknown(thing.value, names)
    return None


def _knowledge_statement(term: str) -> Fault:
    return (
        "KnowledgeStatement",
        term,
        Text(
            "这里陈述了知识库中的词；标准、要求和形状只由知识库规定。",
            "This states something about a term of the knowledge; only the knowledge itself may.",
        ),
        Text("删去这条陈述。", "Remove the statement."),
    )


def _refused_vocabulary(term: str) -> Fault:
    return (
        "RefusedVocabulary",
        term,
        Text(
            "描述中不能使用本体、形状或评估结果的词汇。", "Terms of ontologies, shapes or results may not be used here."
        ),
        Text("删去这条陈述；名称请用 dcterms:title。", "Remove the statement; for names use dcterms:title."),
    )


def _term_fault(term: str, names: Names, side: Side) -> Fault | None:
    knowledge = names.knowledge
    if term not in knowledge.index:
        return _unknown(term, names)
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


def _class_fault(term: str, names: Names, side: Side) -> Fault | None:
    if term not in names.knowledge.index:
        return _unknown(term, names)
    if OWL + "Class" in names.knowledge.values(term, RDF_TYPE):
        return _term_fault(term, names, side)
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


def _unknown(term: str, names: Names) -> Fault:
    nearest = names.nearest(term)
    hint = (
        Text(f"是不是 {nearest}？", f"Did you mean {nearest}?")
        if nearest
        else Text("用 danao standard 查看现有的词。", "See the terms there are with 'danao standard'.")
    )
    return ("UnknownTerm", shown(term), Text("知识库中没有这个词。", "The knowledge has no such term."), hint)


def _literal_for_node(predicate: str, thing: Literal, knowledge: Knowledge) -> Fault | None:
    """A literal where one of our object properties stands: shapes would only say 'wrong kind of node'."""
    if OWL + "ObjectProperty" not in knowledge.values(predicate, RDF_TYPE):
        return None
    label = knowledge.label(predicate)
    return (
        "LiteralForNode",
        shown(str(thing)),
        Text(
            f"“{label.zh}”的值应当是一个 IRI，这里是文字。",
            f"The value of '{label.en}' should be an IRI; this is text.",
        ),
        Text(
            '写成 <…> 或带前缀的名称；JSON-LD 中写 {"@id": …}。', 'Write <…> or a prefixed name; in JSON-LD {"@id": …}.'
        ),
    )


# Engines compute with 18 digits after the point and 20 before it; beyond, a result is no value and nobody is told.
_DIGITS = 15
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


def _literal_fault(thing: Literal) -> Fault | None:
    kind = thing.datatype.value
    if kind not in _LEXICAL:
        return None
    if not _LEXICAL[kind](thing.value):
        return _ill_typed(thing.value, local_name(kind))
    return _out_of_range(thing.value) if kind != XSD + "date" and _has_many_digits(thing.value) else None


def _ill_typed(value: str, kind: str) -> Fault:
    return (
        "IllTypedLiteral",
        shown(value),
        Text(f"“{shown(value)}”不是有效的 xsd:{kind}。", f"'{shown(value)}' is no valid xsd:{kind}."),
        Text(
            "日期写成 2025-06-30 且确有其日、不带时区；小数不用指数，JSON-LD 中写成字符串并注明类型。",
            "Write dates that exist as 2025-06-30 without a time zone; decimals without an exponent, in JSON-LD "
            "as a typed string.",
        ),
    )


def _has_many_digits(number: str) -> bool:
    before, _, after = number.lstrip("+-").partition(".")
    return len(before.lstrip("0")) > _DIGITS or len(after.rstrip("0")) > _DIGITS


def _out_of_range(value: str) -> Fault:
    return (
        "NumberOutOfRange",
        shown(value),
        Text(
            f"数的小数点前或后超过 {_DIGITS} 位，无法准确计算。",
            f"The number has more than {_DIGITS} digits before or after the point and cannot be computed with exactly.",
        ),
        Text("换一个更大的单位，或舍入。", "Take a larger unit, or round it."),
    )
