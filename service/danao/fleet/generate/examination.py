"""The examiner's side of an invented project: verdicts on evidence, confirmed targets, approved exclusions."""

from __future__ import annotations

from collections.abc import Iterator

from danao.fleet.generate.caster import Caster
from danao.fleet.generate.casting import Cast
from danao.fleet.generate.draw import Draw
from danao.fleet.generate.figures import Series
from danao.fleet.generate.proofs import Proof
from danao.fleet.generate.turtle import Statements, block, escaped
from danao.namespaces import DANAO, XSD, local_name

_NAME = "examination"


def examination(caster: Caster, cast: Cast) -> str:
    """The examination of a project in Turtle, without the lines that declare prefixes."""
    examiner = _Examiner(caster, cast)
    verdicts, targets = dict(examiner.verdicts()), dict(examiner.targets())
    head = examiner.head(list(verdicts), list(targets))
    parts = {_NAME: head} | targets | verdicts
    return "\n".join(block(f"<{name}>", statements) for name, statements in parts.items())


class _Examiner:
    def __init__(self, caster: Caster, cast: Cast) -> None:
        self._caster = caster
        self._plan = plan = cast.plan
        self._described = cast.blocks
        self._draw = Draw(f"{caster.seed}/{plan.number}/{_NAME}", caster.mould.variety.chance)

    def head(self, verdicts: list[str], targets: list[str]) -> Statements:
        """The examination itself."""
        day = f'"{self._caster.as_of.isoformat()}"^^{self._caster.mould.names.term(XSD + "date")}'
        return [
            ("a", [self._term("Examination")]),
            (self._term("examines"), [f'"{self._plan.identifier}"']),
            (self._term("asOf"), [day]),
            (self._term("examinedYear"), [str(self._caster.year)]),
            (self._term("approves"), list(self._approved())),
            (self._term("confirms"), [f"<{name}>" for name in targets]),
            (self._term("verdict"), [f"<{name}>" for name in verdicts]),
        ]

    def verdicts(self) -> Iterator[tuple[str, Statements]]:
        """A verdict on each piece of evidence that was looked at."""
        for name, proof in self._plan.proofs.items():
            if self._happens("reviewed") and name in self._described:
                yield f"{name}-verdict", self._verdict(name, proof)

    def _verdict(self, name: str, proof: Proof) -> Statements:
        accepted = self._happens("accepted")
        statements: Statements = [
            ("a", [self._term("Verdict")]),
            (self._term("onEvidence"), [f"<{name}>"]),
            (self._term("decision"), [self._term("Accepted" if accepted else "Rejected")]),
            (self._term("requirement"), [self._caster.mould.names.term(one) for one in proof.supports]),
        ]
        if not accepted:
            reasons = self._caster.mould.variety.texts.rejection
            place = self._draw.whole(0, min(len(reasons.zh), len(reasons.en)) - 1)
            texts = [f'"{escaped(reasons.zh[place])}"@zh', f'"{escaped(reasons.en[place])}"@en']
            statements.append((self._term("justification"), texts))
        return statements

    def targets(self) -> Iterator[tuple[str, Statements]]:
        """The targets that are confirmed: most as declared, some as the examiner thinks right."""
        for name, series in self._plan.records.items():
            if series.target and self._happens("confirmed"):
                yield f"{name}-confirmed", self._target(name, series, *series.target)

    def _target(self, name: str, series: Series, year: int, declared: str) -> Statements:
        value = declared if self._happens("as-declared") else series.tightened
        return [
            ("a", [self._term("ConfirmedTarget")]),
            (self._term("onRecord"), [f"<{name}>"]),
            (self._term("year"), [str(year)]),
            (self._term("value"), [value]),
        ]

    def _approved(self) -> Iterator[str]:
        for requirement in self._plan.excluded:
            if self._happens("approved"):
                yield f"<without-{local_name(requirement)}>"

    def _happens(self, what: str) -> bool:
        return self._draw.happens(what, self._plan.maturity)

    def _term(self, name: str) -> str:
        return self._caster.mould.names.term(DANAO + name)
