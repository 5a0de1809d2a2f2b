"""What a description or an examination may not state: nothing forged is ever shown to the rules.

Every term of our vocabularies says which graph it may be stated in (``danao:statedIn``). Statements about the
knowledge's terms, in the vocabularies of ontologies and shapes, or in those of results, are refused.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

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
from danao.statements import MEMO, Statement, lexical

# Vocabularies in which knowledge and results are stated, never facts.
_REFUSED = (OWL, RDFS, SH, EARL, DQV, QB)


class Side(enum.Enum):
    """Whose statements are checked, by the graph they go to."""

    DESCRIPTION = DESCRIPTION_GRAPH
    EXAMINATION = EXAMINATION_GRAPH


def check_statements(
    statements: Sequence[Statement], knowledge: Knowledge, side: Side, file: str, base: str
) -> Iterator[tuple[Statement, Problem]]:
    """The statements that are refused, each with its problem, in the order of their text.

    ``base`` is the address that instance data lives under.
    """
    guard = _Guard(Names(knowledge, base), side)
    for statement in sorted(guard.suspects(statements)):
        if fault := guard.names.fault(statement) or guard.fault(statement):
            name, term, what, fix = fault
            place = Place(file=file, node=_shown(statement[0]))
            yield statement, Problem(name, "violation", place, what, fix, statement[1][1:-1], term)


def _shown(node: str) -> str:
    return node[1:-1] if node[0] == "<" else node


class _Guard:
    """What one side may state."""

    def __init__(self, names: Names, side: Side) -> None:
        self.names = names
        self._knowledge = names.knowledge
        self._side = side
        # Of the terms of the knowledge it is remembered which are sound where they stand.
        known: dict[Side, dict[str, set[str]]] = self._knowledge.notes.setdefault("sound terms", {})
        self._sound = known.setdefault(side, defaultdict(set))

    def suspects(self, statements: Sequence[Statement]) -> set[Statement]:
        """The statements in which there may be something to refuse: each term is looked at once where it stands."""
        stated: defaultdict[str, set[str]] = defaultdict(set)
        for _, predicate, thing in statements:
            stated[predicate].add(thing)
        subjects = {one[0] for one in statements}
        terms = subjects.union(*stated.values())
        # Addresses below ours, written plainly, and texts and figures that are in order: most terms are.
        ours = set(filter(self.names.is_plainly_ours, terms))
        fine = {*ours, *filter(_is_fine, self.names.plain_literals(terms))}
        strange = {term for term in subjects - ours if self.names.faulty(term) or self._states_knowledge(term)}
        unfit = self._unsound("property", set(stated))
        faulty: set[tuple[str, str]] = set()
        for predicate, own in stated.items():
            if predicate in unfit:
                unsound = own
            elif predicate == _TYPE:
                unsound = self._unsound("class", own)
            elif _takes_nodes(predicate[1:-1], self._knowledge):
                unsound = self._unsound("node", own - ours)
            else:
                unsound = self._unsound("any", own - fine)
            faulty.update((predicate, thing) for thing in unsound)
        if not (faulty or strange):
            return set()
        return {one for one in statements if one[0] in strange or one[1:] in faulty}

    def _unsound(self, place: str, terms: set[str]) -> set[str]:
        """The terms that are not sound where they stand."""
        sound = self._sound[place]
        left = terms - sound
        if not left:
            return left
        unsound = {term for term in left if self.names.faulty(term) or not self._fits(place, term)}
        index = self._knowledge.index
        sound.update(term for term in left - unsound if term[0] == "<" and term[1:-1] in index)
        return unsound

    def _fits(self, place: str, term: str) -> bool:
        if place == "property":
            return not self._of_property(term)
        if term[0] == '"':
            return place == "any" and _is_fine(term)
        return not self._of_thing(_TYPE if place == "class" else "", term)

    def fault(self, statement: Statement) -> Fault | None:
        """What is refused in a statement."""
        subject, predicate, thing = statement
        if self._states_knowledge(subject):
            return _knowledge_statement(subject[1:-1])
        if fault := self._of_property(predicate):
            return fault
        if thing[0] == '"':
            return _literal_for_node(predicate[1:-1], thing, self._knowledge) or _literal_fault(thing)
        return self._of_thing(predicate, thing)

    def _states_knowledge(self, subject: str) -> bool:
        return subject[0] == "<" and subject.startswith(self._knowledge.namespaces, 1)

    def _of_property(self, predicate: str) -> Fault | None:
        name = predicate[1:-1]
        if name.startswith(_REFUSED):
            return _refused_vocabulary(name)
        return _term_fault(name, self.names, self._side) if name.startswith(self._knowledge.namespaces) else None

    def _of_thing(self, predicate: str, thing: str) -> Fault | None:
        if thing[0] != "<":
            return None
        name = thing[1:-1]
        if predicate == _TYPE and name.startswith(_REFUSED):
            return _refused_vocabulary(name)
        if not name.startswith(self._knowledge.namespaces):
            return None
        if predicate == _TYPE:
            return _class_fault(name, self.names, self._side)
        return None if name in self._knowledge.index else _unknown(name, self.names)


_TYPE = f"<{RDF_TYPE}>"


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


def _takes_nodes(predicate: str, knowledge: Knowledge) -> bool:
    if "object properties" not in knowledge.notes:
        kind = OWL + "ObjectProperty"
        knowledge.notes["object properties"] = {
            iri for iri in knowledge.index if kind in knowledge.values(iri, RDF_TYPE)
        }
    return predicate in knowledge.notes["object properties"]


def _literal_for_node(predicate: str, thing: str, knowledge: Knowledge) -> Fault | None:
    """A literal where one of our object properties stands: shapes would only say 'wrong kind of node'."""
    if not _takes_nodes(predicate, knowledge):
        return None
    label = knowledge.label(predicate)
    return (
        "LiteralForNode",
        shown(thing),
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


@lru_cache(maxsize=MEMO)
def _is_fine(thing: str) -> bool:
    return _literal_fault(thing) is None


def _literal_fault(thing: str) -> Fault | None:
    if thing[-1] != ">":
        return None
    kind = thing[thing.rindex("<") + 1 : -1]
    if kind not in _LEXICAL:
        return None
    value = lexical(thing)
    if not _LEXICAL[kind](value):
        return _ill_typed(value, local_name(kind))
    return _out_of_range(value) if kind != XSD + "date" and _has_many_digits(value) else None


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
