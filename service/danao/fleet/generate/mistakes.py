"""Typical mistakes: one in a description, each of which a check reports by a name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping

from danao.fleet.generate.caster import Caster
from danao.fleet.generate.casting import Cast
from danao.fleet.generate.codes import check_character
from danao.fleet.generate.draw import Draw
from danao.fleet.generate.figures import Series
from danao.fleet.generate.mould import CAPABILITY, EVIDENCE, PROVIDES
from danao.fleet.generate.turtle import Statements
from danao.namespaces import CCCEV, DANAO, DCTERMS, EARL, RDF_TYPE, local_name

# Makes a mistake in a cast, if there is room for it, and says whether.
Make = Callable[[Cast, Caster, Draw], bool]
# Makes a mistake in a file.
Spoil = Callable[[str, Draw], bytes]


def without_semicolon(text: str, draw: Draw) -> bytes:
    """A semicolon is missing at the end of a line."""
    end = " ;\n"
    start = max(text.find(end, int(draw.between(0, len(text) // 2))), text.find(end))
    return (text[:start] + "\n" + text[start + len(end) :]).encode()


def in_gbk(text: str, _: Draw) -> bytes:
    """Saved by an editor of old."""
    return text.encode("gb18030")


def emptied(_text: str, _draw: Draw) -> bytes:
    """Saved before it was written."""
    return b""


def misspelt_class(cast: Cast, caster: Caster, draw: Draw) -> bool:
    """Two letters of a class are swapped."""
    name = _some(draw, cast, cast.plan.provides)
    (kind, *_) = caster.mould.part(name).iris(RDF_TYPE) if name else ("",)
    local = local_name(kind)
    places = [place for place in range(1, len(local) - 1) if local[place] != local[place + 1]]
    if not places:
        return False
    place = draw.one(places)
    wrong = local[:place] + local[place + 1] + local[place] + local[place + 2 :]
    _say(cast, name, "a", [caster.mould.names.name(kind.removesuffix(local) + wrong)])
    return True


def impossible_date(cast: Cast, caster: Caster, draw: Draw) -> bool:
    """A date of issue that no calendar has, or that is written in another way."""
    name = _some(draw, cast, cast.plan.proofs)
    if not name:
        return False
    year = caster.year
    text = draw.one((f"{year}-02-30", f"{year}-06-31", f"{year}/6/30", f"{year}年6月30日", f"{year}-7-5"))
    right = _said(cast, name, caster.mould.names.term(DCTERMS + "issued"))[0]
    _say(cast, name, caster.mould.names.term(DCTERMS + "issued"), [f'"{text}{right[right.rindex(chr(34)) :]}'])
    return True


def without_identifier(cast: Cast, caster: Caster, _: Draw) -> bool:
    """The project's identifier is missing."""
    _say(cast, caster.mould.project, caster.mould.names.term(DCTERMS + "identifier"), [])
    return True


def without_language(cast: Cast, caster: Caster, _: Draw) -> bool:
    """The project's title does not say in which language it is."""
    title = caster.mould.names.term(DCTERMS + "title")
    plain = [text[: text.rindex('"') + 1] for text in _said(cast, caster.mould.project, title)]
    _say(cast, caster.mould.project, title, plain[:1])
    return bool(plain)


def shared_blank_node(cast: Cast, caster: Caster, draw: Draw) -> bool:
    """Two capabilities point to one piece of evidence that has no address."""
    names = caster.mould.names
    capabilities = [name for name in cast.plan.provides if name in cast.blocks]
    if len(capabilities) < len(("one", "other")):
        return False
    first = draw.whole(0, len(capabilities) - 2)
    blank, evidence = f"_:attachment{cast.plan.number}", names.term(EVIDENCE)
    for name in capabilities[first : first + 2]:
        _say(cast, name, evidence, [*_said(cast, name, evidence), blank])
    cast.blocks[blank] = [
        ("a", [names.term(CCCEV + "Evidence")]),
        (names.term(DCTERMS + "title"), ['"附件材料汇编"@zh']),
    ]
    return True


def forged_outcome(cast: Cast, caster: Caster, _: Draw) -> bool:
    """The project says that it passed."""
    names = caster.mould.names
    _say(cast, caster.mould.project, names.name(EARL + "outcome"), [names.name(EARL + "passed")])
    return True


def forged_points(cast: Cast, caster: Caster, _: Draw) -> bool:
    """The project gives itself full marks."""
    _say(cast, caster.mould.project, caster.mould.names.term(DANAO + "points"), ["100.0"])
    return True


def unit_as_text(cast: Cast, caster: Caster, draw: Draw) -> bool:
    """The unit of a record is text."""
    unit = caster.mould.names.term(DANAO + "unit")
    name = _some(draw, cast, (name for name in cast.plan.records if _said(cast, name, unit)))
    if name:
        _say(cast, name, unit, ['"万元"'])
    return bool(name)


def another_unit(cast: Cast, caster: Caster, draw: Draw) -> bool:
    """The figures of a record are in a unit that its metric does not have."""
    name = _some(draw, cast, cast.plan.records)
    if not name:
        return False
    others = caster.frame.other_units(caster.measures[name].metric)
    _say(cast, name, caster.mould.names.term(DANAO + "unit"), [caster.mould.names.term(draw.one(others))])
    return True


def ended_before_issue(cast: Cast, caster: Caster, draw: Draw) -> bool:
    """Evidence ends before it was issued: a wrong year."""
    until = caster.mould.names.term(DANAO + "validUntil")
    name = _some(draw, cast, (name for name, proof in cast.plan.proofs.items() if proof.until))
    if not name:
        return False
    right = _said(cast, name, until)[0]
    earlier = dt.date.fromordinal(cast.plan.proofs[name].issued - draw.whole(1, 300)).isoformat()
    _say(cast, name, until, [f'"{earlier}{right[right.rindex(chr(34)) :]}'])
    return True


def year_twice(cast: Cast, caster: Caster, draw: Draw) -> bool:
    """Two different actuals of one year."""
    actual = caster.mould.names.term(DANAO + "actual")
    name = _some(draw, cast, (name for name, series in cast.plan.records.items() if series.actuals))
    if name:
        last = _said(cast, name, actual)[-1]
        value = cast.plan.records[name].actuals[-1][1]
        again = last.replace(f" {value} ]", f" {value}1 ]")
        _say(cast, name, actual, [*_said(cast, name, actual), again])
    return bool(name)


def swapped_figures(cast: Cast, caster: Caster, draw: Draw) -> bool:
    """Baseline and target have changed places."""
    names = caster.mould.names
    base, goal = names.term(DANAO + "baseline"), names.term(DANAO + "target")
    series = cast.plan.records
    name = _some(draw, cast, (one for one in series if series[one].target and _differ(series[one])))
    if name:
        old, new = _said(cast, name, base)[0], _said(cast, name, goal)[0]
        low, high = series[name].baseline[1], (series[name].target or ("", ""))[1]
        _say(cast, name, base, [old.replace(f" {low} ]", f" {high} ]")])
        _say(cast, name, goal, [new.replace(f" {high} ]", f" {low} ]")])
    return bool(name)


def _differ(series: Series) -> bool:
    return series.target is not None and float(series.baseline[1]) != float(series.target[1])


def beyond_range(cast: Cast, caster: Caster, draw: Draw) -> bool:
    """A figure beyond the end of its range: a percentage without its point."""
    actual = caster.mould.names.term(DANAO + "actual")
    broken = {name: _without_point(caster, cast, name) for name in cast.plan.records}
    name = _some(draw, cast, (name for name, text in broken.items() if text))
    if name:
        *rest, last = _said(cast, name, actual)
        value = cast.plan.records[name].actuals[-1][1]
        _say(cast, name, actual, [*rest, last.replace(f" {value} ]", f" {broken[name]} ]")])
    return bool(name)


def _without_point(caster: Caster, cast: Cast, name: str) -> str:
    """The last actual of a record without its point, if that is beyond what the metric can have."""
    most, actuals = caster.measures[name].bounds.maximum, cast.plan.records[name].actuals
    text = actuals[-1][1].replace(".", "") + ".0" if actuals else ""
    return text if text and most is not None and float(text) > most else ""


def wrong_check_character(cast: Cast, caster: Caster, draw: Draw) -> bool:
    """The last character of a credit code is wrong."""
    name = _some(draw, cast, caster.bodies)
    if not name:
        return False
    code = caster.mould.names.term(DANAO + "creditCode")
    right = _said(cast, name, code)[0].strip('"')
    wrong = draw.one([sign for sign in "0123456789ABCDEFGH" if sign != check_character(right[:-1])])
    _say(cast, name, code, [f'"{right[:-1]}{wrong}"'])
    return True


def foreign_requirement(cast: Cast, caster: Caster, draw: Draw) -> bool:
    """A capability provides a requirement of another element, copied with a block."""
    provides, kin = caster.mould.names.term(PROVIDES), caster.kin
    name = _some(draw, cast, cast.plan.provides)
    others = [other for other in caster.provided if name and kin[other][0] != kin[name][0]]
    if not others:
        return False
    wrong = draw.one(caster.provided[draw.one(others)])
    _say(cast, name, provides, [*_said(cast, name, provides), caster.mould.names.term(wrong)])
    return True


def untyped_capability(cast: Cast, caster: Caster, _: Draw) -> bool:
    """The project names a capability that the file does not describe."""
    names, project = caster.mould.names, caster.mould.project
    has = names.term(CAPABILITY)
    _say(cast, project, has, [*_said(cast, project, has), "<platform-2>"])
    return True


# What a check reports, and how it comes about; these can be made in any form of output.
MISTAKES: Mapping[str, Make] = {
    "UnknownTerm": misspelt_class,
    "IllTypedLiteral": impossible_date,
    "ProjectIdentifier": without_identifier,
    "ProjectTitle": without_language,
    "ProjectCapability": untyped_capability,
    "SharedBlankNode": shared_blank_node,
    "RefusedVocabulary": forged_outcome,
    "OverstepsSide": forged_points,
    "LiteralForNode": unit_as_text,
    "MetricRecordUnitFit": another_unit,
    "MetricRecordYearOnce": year_twice,
    "MetricRecordTargetDirection": swapped_figures,
    "MetricRecordRange": beyond_range,
    "EvidenceIssuedWithinValidity": ended_before_issue,
    "CreditCodeCheckDigit": wrong_check_character,
    "CapabilityForeignRequirement": foreign_requirement,
}
# These need a file of their own for each description.
FILE_MISTAKES: Mapping[str, Spoil] = {
    "SyntaxFault": without_semicolon,
    "WrongEncoding": in_gbk,
    "EmptyInput": emptied,
}


def make_mistake(cast: Cast, caster: Caster, draw: Draw, *, files: bool) -> str:
    """Make one mistake, and return the name that a check reports; one of a file is left to :func:`spoilt`."""
    names = [*MISTAKES, *FILE_MISTAKES]
    chosen = draw.one(names)
    if chosen in FILE_MISTAKES and files:
        return chosen
    order = list(MISTAKES)
    start = draw.whole(0, len(order) - 1) if chosen in FILE_MISTAKES else order.index(chosen)
    for name in order[start:] + order[:start]:
        if MISTAKES[name](cast, caster, draw):
            return name
    return ""


def spoilt(text: str, mistake: str, draw: Draw) -> bytes:
    """The file of a description, with its mistake if that is one of files."""
    return FILE_MISTAKES[mistake](text, draw) if mistake in FILE_MISTAKES else text.encode()


def _some(draw: Draw, cast: Cast, names: Iterable[str]) -> str:
    """One of the nodes that the cast has, or none."""
    found = [name for name in names if name in cast.blocks]
    return draw.one(found) if found else ""


def _said(cast: Cast, name: str, predicate: str) -> list[str]:
    return next((objects for said, objects in cast.blocks[name] if said == predicate), [])


def _say(cast: Cast, name: str, predicate: str, objects: list[str]) -> None:
    """Say something else of a node, in place of what was said or after it; other casts share the lists."""
    old = cast.blocks[name]
    new: Statements = [(said, objects if said == predicate else things) for said, things in old]
    cast.blocks[name] = new if any(said == predicate for said, _ in old) else [*new, (predicate, objects)]
