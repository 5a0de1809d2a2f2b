"""What the knowledge states of its terms, by subject and predicate, kept as plain values that load fast."""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Iterator, KeysView, Mapping, Sequence

from pyoxigraph import BaseDirection, Literal, NamedNode, Triple

# An IRI is its text; a literal its value with its language, or none, and its datatype, or the direction of its text.
Plain = str | tuple[str, str | None, str]
_Column = Mapping[str, Sequence[Plain]]


class Index(Mapping[str, Mapping[str, list[NamedNode | Literal]]]):
    """Subject IRI → predicate IRI → objects that are no blank nodes, sorted.

    It is kept by predicate, each column as bytes until somebody asks for it: most of the knowledge is prose that few
    commands show.
    """

    def __init__(self, subjects: Sequence[str], packed: Mapping[str, bytes]) -> None:
        self._subjects = dict.fromkeys(subjects)
        self._packed = packed
        self._columns: dict[str, _Column] = {}

    @property
    def predicates(self) -> KeysView[str]:
        """All predicates, sorted."""
        return KeysView(self._packed)

    def column(self, predicate: str) -> _Column:
        """Subject IRI → objects as plain values, of a predicate; nothing for one that is not used."""
        if predicate not in self._columns:
            packed = self._packed.get(predicate)
            self._columns[predicate] = marshal.loads(packed) if packed else {}  # noqa: S302 - packed by pack()
        return self._columns[predicate]

    def __getitem__(self, subject: str) -> Mapping[str, list[NamedNode | Literal]]:
        if subject not in self._subjects:
            raise KeyError(subject)
        return _Statements(subject, self)

    def __contains__(self, subject: object) -> bool:
        return subject in self._subjects

    def __iter__(self) -> Iterator[str]:
        return iter(self._subjects)

    def __len__(self) -> int:
        return len(self._subjects)


class _Statements(Mapping[str, list[NamedNode | Literal]]):
    """Predicate IRI → objects, of one subject; terms are made when they are looked at."""

    def __init__(self, subject: str, index: Index) -> None:
        self._subject = subject
        self._index = index

    def __getitem__(self, predicate: str) -> list[NamedNode | Literal]:
        return [_term(plain) for plain in self._index.column(predicate)[self._subject]]

    def __contains__(self, predicate: object) -> bool:
        return isinstance(predicate, str) and self._subject in self._index.column(predicate)

    def __iter__(self) -> Iterator[str]:
        return (predicate for predicate in self._index.predicates if predicate in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def pack(triples: Iterable[Triple]) -> tuple[list[str], dict[str, bytes]]:
    """The subjects and the columns of an index of triples."""
    subjects: dict[str, None] = {}
    columns: dict[str, dict[str, list[Plain]]] = {}
    for triple in sorted(triples, key=str):
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal):
            subjects[triple.subject.value] = None
            column = columns.setdefault(triple.predicate.value, {})
            column.setdefault(triple.subject.value, []).append(_plain(triple.object))
    # As the statements of a subject are sorted: by their terms as written.
    names = sorted(columns, key="<{}>".format)
    return list(subjects), {name: marshal.dumps(columns[name]) for name in names}


def text_of(plain: Plain) -> str:
    """An IRI, or the value of a literal."""
    return plain if isinstance(plain, str) else plain[0]


def _plain(term: NamedNode | Literal) -> Plain:
    if isinstance(term, NamedNode):
        return term.value
    if term.language is None:
        return term.value, None, term.datatype.value
    return term.value, term.language, "" if term.direction is None else str(term.direction)


def _term(plain: Plain) -> NamedNode | Literal:
    if isinstance(plain, str):
        return NamedNode(plain)
    value, language, kind = plain
    if language is None:
        return Literal(value, datatype=NamedNode(kind))
    return Literal(value, language=language, direction=BaseDirection(kind) if kind else None)
