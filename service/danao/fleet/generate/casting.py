"""A cast: the blocks of one project's description, as its plan says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from danao.errors import Text
from danao.fleet.generate.caster import Caster, Plan
from danao.fleet.generate.codes import credit_code
from danao.fleet.generate.draw import Draw, aged
from danao.fleet.generate.figures import Series, decimal
from danao.fleet.generate.mould import (
    ADDRESSES,
    CAPABILITY,
    EVIDENCE,
    EXCLUSION,
    PROVIDES,
    RECORD,
    SUPPORTS,
    Block,
    Mould,
    Statement,
    Value,
)
from danao.fleet.generate.turtle import Statements, block, escaped, is_safe
from danao.fleet.generate.words import Words
from danao.namespaces import DANAO, DCTERMS, RDF_TYPE, XSD, local_name

# How many characters of a credit code say the kind of body, and how many with its place.
_KIND, _PLACE = 2, 8


@dataclass(frozen=True)
class Cast:
    """One description: its identifier, its blocks by node in the order of the file, and headings above some of them.

    The blocks may be changed, until they are written.
    """

    identifier: str
    plan: Plan
    blocks: dict[str, Statements]
    headings: Mapping[str, str]

    def body(self) -> str:
        """The description in Turtle, without the lines that declare prefixes."""
        parts: list[str] = []
        last = ""
        for name, statements in self.blocks.items():
            heading = self.headings.get(name, "")
            if heading and heading != last:
                parts.append(f"# ---- {heading} ----\n")
                last = heading
            parts.append(block(name if name.startswith("_:") else f"<{name}>", statements))
        return "\n".join(parts)


def cast(caster: Caster, number: int) -> Cast:
    """The description of the project of a number."""
    plan = caster.plan(number)
    writer = _Writer(caster, plan)
    blocks = writer.blocks()
    return Cast(plan.identifier, plan, blocks, caster.headings)


_Special = Callable[[Block, Words], dict[str, list[str]]]


class _Writer:
    """Writes the nodes that can be reached from the project, each with what the plan changes."""

    def __init__(self, caster: Caster, plan: Plan) -> None:
        self._caster = caster
        self._mould: Mould = caster.mould
        self._plan = plan
        self._names = caster.mould.names
        self._draw = Draw(f"{caster.seed}/{plan.number}/text", caster.mould.variety.chance)
        self._reached: list[str] = []
        self._date = f'"^^{self._names.name(XSD + "date")}'
        self._today = caster.as_of.toordinal()
        self._written = caster.mould.variety.written_for.toordinal()
        self._bodies = frozenset(caster.bodies)
        self._unaddressed = {
            file
            for paper in caster.papers
            for file in paper.files
            if paper.name in plan.proofs and not plan.proofs[paper.name].addressed
        }

    def blocks(self) -> dict[str, Statements]:
        """Statements by node, the project's first and exclusions after it."""
        found: dict[str, Statements] = {}
        self._reached = [self._mould.project]
        while self._reached:
            name = self._reached.pop()
            if name not in found and name in self._mould.blocks:
                found[name] = self._node(self._mould.blocks[name])
        ordered = {name: found[name] for name in self._mould.blocks if name in found}
        project = ordered.pop(self._mould.project)
        return {self._mould.project: project, **dict(self._exclusions()), **ordered}

    def _node(self, part: Block) -> Statements:
        """What is said of a node; that of a shared body is worked out once for all projects."""
        if part.name not in self._plan.bodies:
            return self._statements(part, self._plan.words)
        number = self._plan.bodies[part.name]
        made = self._caster.made.get((part.name, number))
        if made is None:
            made = self._statements(part, self._caster.words_of(part.name, number))
            self._caster.made[part.name, number] = made
        return [(predicate, list(objects)) for predicate, objects in made]

    def _statements(self, part: Block, words: Words) -> Statements:
        special = self._special(part)
        changed = special(part, words) if special else {}
        factor = self._draw.factor(self._mould.variety.dates.spread) if part.strays else 1
        thinned = part.name in self._plan.provides
        written: Statements = []
        for statement in part.statements:
            if statement.predicate in changed:
                objects = changed.pop(statement.predicate)
            elif statement.fixed and not thinned and self._plan.gone.isdisjoint(statement.nodes):
                objects = statement.fixed
                self._reached += statement.nodes
            else:
                objects = list(self._objects(statement, words, factor, thinned=thinned))
            if objects:
                written.append((statement.written, objects))
        written += [(self._names.predicate(predicate), objects) for predicate, objects in changed.items() if objects]
        return written

    def _special(self, part: Block) -> _Special | None:
        """What the plan says of a node of its kind."""
        plan, name = self._plan, part.name
        if name == self._mould.project:
            return self._project
        if name in plan.provides:
            return self._capability
        if name in plan.records:
            return self._record
        if name in plan.proofs:
            return self._evidence
        if name in self._unaddressed:
            return self._file
        return self._body if name in self._bodies else self._titled

    # ---- Each kind of node ----

    def _project(self, part: Block, words: Words) -> dict[str, list[str]]:
        exclusions = [f"<{name}>" for name, _ in self._exclusions()]
        return {
            **self._titled(part, words),
            DCTERMS + "identifier": [f'"{self._plan.identifier}"'],
            CAPABILITY: self._links(part, CAPABILITY, self._plan.provides),
            RECORD: self._links(part, RECORD, self._plan.records),
            EXCLUSION: exclusions,
        }

    def _capability(self, part: Block, words: Words) -> dict[str, list[str]]:
        return {
            **self._titled(part, words),
            PROVIDES: [self._names.term(one) for one in self._plan.provides[part.name]],
            EVIDENCE: self._links(part, EVIDENCE, self._plan.proofs),
        }

    def _record(self, part: Block, _: Words) -> dict[str, list[str]]:
        series = self._plan.records[part.name]
        return {**figures(series, self._names.term), EVIDENCE: self._links(part, EVIDENCE, self._plan.proofs)}

    def _evidence(self, part: Block, words: Words) -> dict[str, list[str]]:
        proof = self._plan.proofs[part.name]
        changed = {
            **self._titled(part, words),
            DCTERMS + "issued": [self._day(proof.issued)],
            SUPPORTS: [self._names.term(one) for one in proof.supports],
        }
        if proof.until is not None:
            changed[DANAO + "validUntil"] = [self._day(proof.until)]
        if proof.kind:
            changed[DCTERMS + "conformsTo"] = [self._names.term(proof.kind)]
        return changed

    def _file(self, _part: Block, _words: Words) -> dict[str, list[str]]:
        paper = escaped(self._draw.one(self._mould.variety.texts.paper))
        return {**{address: [] for address in ADDRESSES}, DANAO + "locator": [f'"{paper}"']}

    def _body(self, part: Block, words: Words) -> dict[str, list[str]]:
        code = part.values(DANAO + "creditCode")[0].turtle[0].strip('"')
        return {**self._titled(part, words), DANAO + "creditCode": [f'"{self._code(part.name, words, code)}"']}

    def _titled(self, part: Block, words: Words) -> dict[str, list[str]]:
        """Another title, where the mould knows some."""
        titles = self._caster.titles.get(part.name, ())
        place = self._draw.whole(0, len(titles)) if titles else 0
        if not place:
            return {}
        others = [words.filled(value.turtle) for value in part.values(DCTERMS + "title")[1:]]
        return {DCTERMS + "title": [words.filled(titles[place - 1]), *others]}

    # ---- What nodes are made of ----

    def _code(self, name: str, words: Words, code: str) -> str:
        """The credit code of a body; that of a shared one is the same in every project."""
        place = self._caster.bodies.index(name)
        division = words.filled(self._caster.division) or code[_KIND:_PLACE]
        if name in self._plan.bodies:
            most = max(self._mould.variety.shared.values())
            return credit_code(code[:_KIND], division, "P", place * most + self._plan.bodies[name])
        return credit_code(code[:_KIND], division, "X", self._plan.number * len(self._caster.bodies) + place)

    def _links(self, part: Block, predicate: str, kept: Mapping[str, object]) -> list[str]:
        found = [value for value in part.values(predicate) if value.iri in kept]
        self._reached += [node for value in found for node in value.nodes]
        return [value.turtle[0] for value in found]

    def _objects(self, statement: Statement, words: Words, factor: float, *, thinned: bool) -> Iterator[str]:
        """The objects of a statement; a capability may lack some of the parts that the mould's names."""
        thinned = thinned and statement.predicate != RDF_TYPE
        for value in statement.values:
            if self._plan.gone.intersection(value.nodes):
                continue
            if thinned and value.iri and not self._draw.happens("part", self._plan.maturity):
                continue
            self._reached += value.nodes
            yield self._object(value, words, factor)

    def _object(self, value: Value, words: Words, factor: float) -> str:
        if value.day is not None:
            return self._day(self._today - aged(self._written - value.day, factor))
        if value.figure:
            amount = decimal(value.figure.value * factor, value.figure.decimals)
            return _figure((value.figure.year + self._caster.later, amount), self._names.term)
        if value.moved:
            return self._address(words.filled(value.turtle))
        return words.filled(value.turtle)

    def _address(self, iri: str) -> str:
        if not is_safe(iri):
            raise self._mould.fault(Text(f"“{iri}”不是地址。", f"'{iri}' is no address."))
        return self._names.name(iri)

    def _day(self, ordinal: int) -> str:
        return f'"{dt.date.fromordinal(ordinal).isoformat()}{self._date}'

    def _exclusions(self) -> Iterator[tuple[str, Statements]]:
        name = self._names.term
        for requirement, (chinese, english) in self._plan.excluded.items():
            yield (
                f"without-{local_name(requirement)}",
                [
                    ("a", [name(DANAO + "Exclusion")]),
                    (name(DANAO + "requirement"), [name(requirement)]),
                    (name(DANAO + "justification"), [f'"{escaped(chinese)}"@zh', f'"{escaped(english)}"@en']),
                ],
            )


def figures(series: Series, name: Callable[[str], str]) -> dict[str, list[str]]:
    """The figures of a record, by predicate."""
    return {
        DANAO + "baseline": [_figure(series.baseline, name)],
        DANAO + "actual": [_figure(actual, name) for actual in series.actuals],
        DANAO + "target": [_figure(series.target, name)] if series.target else [],
    }


def _figure(figure: tuple[int, str], name: Callable[[str], str]) -> str:
    year, value = figure
    return f"[ {name(DANAO + 'year')} {year} ; {name(DANAO + 'value')} {value} ]"
