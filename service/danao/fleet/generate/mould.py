"""A mould: one complete description, taken apart so that many can be cast in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from danao.errors import InputError, MouldFault, Place, SyntaxFault, Text, UnreadableFile, WrongEncoding
from danao.fleet.generate.turtle import Shortener, escaped, header
from danao.fleet.generate.variety import Template, Variety, load_variety, template
from danao.namespaces import CCCEV, DANAO, DCAT, DCTERMS, RDF_TYPE, XSD

Term = NamedNode | BlankNode | Literal

# What relative IRIs of a mould are parsed under.
HOME = "http://mould.invalid/"

CAPABILITY, RECORD, EXCLUSION = (DANAO + name for name in ("hasCapability", "reports", "notApplicable"))
PROVIDES, EVIDENCE, SUPPORTS = DANAO + "provides", DANAO + "evidence", CCCEV + "supportsRequirement"
DISTRIBUTION = DCAT + "distribution"
ADDRESSES = (DCAT + "downloadURL", DCAT + "accessURL")
_NAMED = (CAPABILITY, RECORD, EVIDENCE, DISTRIBUTION)
_DEEPEST = 20
# A word that begins so stands for random digits, so many as follow.
DIGITS = "#"


@dataclass(frozen=True)
class Value:
    """One object: its Turtle as a template, and the nodes of the mould that it leads to.

    ``iri`` is its address where it is a term or a node, ``day`` its date, ``figure`` year and value where it is a blank
    node that holds these. ``moved`` says that the address is another in each project.
    """

    turtle: Template
    nodes: tuple[str, ...] = ()
    iri: str | None = None
    day: int | None = None
    figure: Figure | None = None
    moved: bool = False

    @property
    def varies(self) -> bool:
        """Whether it is not the same in every project."""
        return self.day is not None or self.figure is not None or self.moved or len(self.turtle) > 1


@dataclass(frozen=True)
class Figure:
    """A year and a value, and how many decimals it was written with."""

    year: int
    value: float
    decimals: int


@dataclass(frozen=True)
class Statement:
    """A predicate, as it is and as it is written, with its objects."""

    predicate: str
    written: str
    values: tuple[Value, ...]

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """The nodes of the mould that the objects lead to."""
        return tuple(node for value in self.values for node in value.nodes)

    @cached_property
    def fixed(self) -> list[str] | None:
        """The objects, where they are the same in every project that has them all."""
        if any(value.varies for value in self.values):
            return None
        return [value.turtle[0] for value in self.values]


@dataclass(frozen=True)
class Block:
    """A node with all that is said of it, in the order of the file."""

    name: str
    statements: tuple[Statement, ...]

    @cached_property
    def _values(self) -> dict[str, tuple[Value, ...]]:
        return {statement.predicate: statement.values for statement in self.statements}

    @cached_property
    def strays(self) -> bool:
        """Whether dates or figures stand in it."""
        return any(value.day or value.figure for statement in self.statements for value in statement.values)

    def iris(self, predicate: str) -> tuple[str, ...]:
        """The terms and nodes that a predicate leads to."""
        return tuple(value.iri for value in self.values(predicate) if value.iri)

    def values(self, predicate: str) -> tuple[Value, ...]:
        return self._values.get(predicate, ())

    def nodes(self, predicate: str) -> tuple[str, ...]:
        """The nodes of the mould that a predicate leads to."""
        return tuple(node for value in self.values(predicate) for node in value.nodes)

    @property
    def is_evidence(self) -> bool:
        return CCCEV + "Evidence" in self.iris(RDF_TYPE)


@dataclass(frozen=True)
class Mould:
    """A mould by its nodes: what is cast, with what varies.

    ``blocks`` are in the order of the file; ``project`` is the name of the project's, and ``header`` declares the
    prefixes that ``names`` writes with.
    """

    project: str
    blocks: Mapping[str, Block]
    names: Shortener
    header: str
    variety: Variety
    file: str

    def part(self, name: str) -> Block:
        """A node's block; one that the mould does not describe is empty."""
        return self.blocks.get(name) or Block(name, ())

    @property
    def capabilities(self) -> tuple[str, ...]:
        return self.part(self.project).nodes(CAPABILITY)

    @property
    def records(self) -> tuple[str, ...]:
        return self.part(self.project).nodes(RECORD)

    def fault(self, what: Text, node: str | None = None) -> MouldFault:
        """What is wrong with the mould, at a node of it."""
        fix = Text("先用 danao check 检查模具。", "Check the mould with danao check first.")
        return MouldFault(what, place=Place(file=self.file, node=node), fix=fix)


def load_mould(file: Path, assessed: Iterable[str]) -> Mould:
    """The mould in a Turtle file, with what varies by the file beside it that ends in ``.toml``, if there is one.

    :raises InputError: a file cannot be read, or is no mould of a project of the classes assessed.
    """
    beside = file.with_suffix(".toml")
    variety = load_variety(beside if beside.is_file() else None)
    prefixes, quads = _parsed(file)
    names = Shortener(prefixes, HOME)
    blocks = _Reader(names, variety, quads).blocks()
    classes = frozenset(assessed)
    projects = [name for name, block in blocks.items() if classes.intersection(block.iris(RDF_TYPE))]
    mould = Mould(projects[0] if projects else "", blocks, names, header(prefixes), variety, str(file))
    if len(projects) != 1:
        raise mould.fault(
            Text(
                f"模具中应当恰好有一个被评项目，这里有 {len(projects)} 个。",
                f"A mould holds exactly one project to be assessed; this one holds {len(projects)}.",
            )
        )
    _refuse_unknown_words(mould)
    return mould


def _parsed(file: Path) -> tuple[dict[str, str], list[Quad]]:
    place = Place(file=str(file))
    try:
        text = file.read_text(encoding="utf-8")
        parser = parse(text, format=RdfFormat.TURTLE, base_iri=HOME)
        quads = list(parser)
    except OSError as fault:
        raise UnreadableFile(
            Text(f"无法打开文件：{fault.strerror}。", f"The file cannot be opened: {fault.strerror}."),
            place=place,
            fix=Text("检查路径和权限。", "Check the path and its permissions."),
        ) from fault
    except UnicodeDecodeError as fault:
        raise WrongEncoding(Text("文件不是 UTF-8。", "The file is not UTF-8."), place=place) from fault
    except SyntaxError as fault:
        raise _syntax(fault, file) from fault
    return dict(parser.prefixes), quads


def _syntax(fault: SyntaxError, file: Path) -> InputError:
    return SyntaxFault(
        Text(f"模具有语法错误：{fault.msg}", f"The mould has a syntax error: {fault.msg}"),
        place=Place(str(file), fault.lineno, fault.offset),
        fix=Text("改正所示位置；模具写成 Turtle。", "Mend the spot shown; a mould is written in Turtle."),
    )


class _Reader:
    """From triples to blocks; blank nodes become part of what they belong to, unless they play a part of their own."""

    def __init__(self, names: Shortener, variety: Variety, quads: Iterable[Quad]) -> None:
        self._names = names
        self._variety = variety
        self._said: dict[object, dict[str, list[Term]]] = {}
        self._own: dict[object, str] = {}
        for quad in quads:
            if isinstance(quad.object, Term):
                self._said.setdefault(quad.subject, {}).setdefault(quad.predicate.value, []).append(quad.object)
        for subject, said in self._said.items():
            if isinstance(subject, NamedNode):
                self._own[subject] = subject.value.removeprefix(HOME)
            for place, thing in enumerate(thing for part in _NAMED for thing in said.get(part, ())):
                if isinstance(thing, BlankNode):
                    self._own[thing] = f"{self._own.get(subject, 'part')}-{place + 1}"

    def blocks(self) -> dict[str, Block]:
        return {
            self._own[subject]: Block(self._own[subject], tuple(self._statements(subject, 0)))
            for subject in self._said
            if subject in self._own
        }

    def _statements(self, subject: object, depth: int) -> Iterator[Statement]:
        for predicate, objects in self._said[subject].items():
            yield Statement(
                predicate, self._names.predicate(predicate), tuple(self._value(thing, depth) for thing in objects)
            )

    def _value(self, thing: Term, depth: int) -> Value:
        if isinstance(thing, Literal):
            return self._text(thing)
        if thing in self._own:
            name = self._own[thing]
            return Value(
                (f"<{name}>",) if isinstance(thing, BlankNode) else (self._names.name(thing.value),), (name,), name
            )
        if isinstance(thing, NamedNode):
            return self._term(thing.value)
        return self._nested(thing, depth)

    def _text(self, literal: Literal) -> Value:
        kind = literal.datatype.value
        opening, closing = self._names.literal(literal)
        if kind == XSD + "date":
            return Value((opening + closing,), day=_ordinal(literal.value))
        if kind == XSD + "hexBinary":
            return Value(('"', f"{DIGITS}{len(literal.value)}", closing))
        text = template(opening)
        return Value((*text[:-1], text[-1] + closing))

    def _term(self, iri: str) -> Value:
        for start, instead in self._variety.stands_for.items():
            if iri.startswith(start):
                return Value(template(instead + iri.removeprefix(start)), iri=iri, moved=True)
        return Value((self._names.name(iri),), iri=iri)

    def _nested(self, blank: BlankNode, depth: int) -> Value:
        if figure := self._figure(blank):
            return Value(("",), figure=figure)
        if depth > _DEEPEST:
            return Value(("[]",))
        turtle: list[str] = ["[ "]
        nodes: list[str] = []
        for statement in self._statements(blank, depth + 1) if blank in self._said else ():
            for value in statement.values:
                start, *rest = value.turtle
                turtle[-1] += f"{statement.written} {start}"
                turtle += rest
                turtle[-1] += " ; "
                nodes += value.nodes
        turtle[-1] = turtle[-1].removesuffix("; ") + "]"
        return Value(tuple(turtle), tuple(nodes))

    def _figure(self, node: object) -> Figure | None:
        said = self._said.get(node, {})
        year, value = (said.get(DANAO + name, [None])[0] for name in ("year", "value"))
        if not isinstance(year, Literal) or not isinstance(value, Literal):
            return None
        return figure_of(year.value, value.value)


def figure_of(year: str, value: str) -> Figure | None:
    """A figure by its texts, if they are numbers."""
    try:
        return Figure(int(year), float(value), len(value.partition(".")[2].rstrip("0")))
    except ValueError:
        return None


def _ordinal(day: str) -> int | None:
    try:
        return dt.date.fromisoformat(day).toordinal()
    except ValueError:
        return None


def _refuse_unknown_words(mould: Mould) -> None:
    texts = [value.turtle for block in mould.blocks.values() for s in block.statements for value in s.values]
    variety = mould.variety
    texts += [template(text) for titles in variety.titles.values() for text in titles]
    division = variety.credit_code.division if variety.credit_code else ""
    texts += [template(text) for text in (variety.identifier, division)]
    unknown = sorted(
        {word for text in texts for word in text[1::2] if not word.startswith(DIGITS)} - variety.known_words
    )
    if unknown:
        shown = "、".join(f"{{{word}}}" for word in unknown)
        raise mould.fault(
            Text(f"没有内容可以代替 {shown}。", f"Nothing gives what stands in place of {shown}."),
        )


def figure_at(mould: Mould, value: Value) -> Figure | None:
    """The figure that an object is or leads to."""
    if value.figure or not value.nodes:
        return value.figure
    block = mould.part(value.nodes[0])
    texts = ["".join(found.turtle) for name in ("year", "value") for found in block.values(DANAO + name)]
    return figure_of(*texts) if len(texts) == len(("year", "value")) else None


def title_templates(mould: Mould, name: str) -> list[Template]:
    """The other titles of a node, as literals in the language of its first one."""
    values = mould.part(name).values(DCTERMS + "title")
    closing = values[0].turtle[-1].rpartition('"')[2] if values else ""
    return [template(f'"{escaped(text)}"{closing}') for text in mould.variety.titles.get(name, ())]
