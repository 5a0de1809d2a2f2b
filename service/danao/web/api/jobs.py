"""What worker processes do for the API: assess what is sent, and tell of what is registered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from pyoxigraph import Triple

from danao.access.publication import restricted_things
from danao.comparison import Compared, comparison
from danao.difference import differences
from danao.documents import Surroundings
from danao.errors import NotFound, UsageError
from danao.exchange.elements import anchors
from danao.exchange.evidence import Evidence
from danao.exchange.page import page
from danao.explain import explanations_document
from danao.gaps import gaps, gaps_document
from danao.inputs import date_of, pairs_of
from danao.knowledge import Knowledge
from danao.limits import Limits
from danao.output import json_text, reported, stated, written
from danao.pipeline import Assessment, assess, check
from danao.reading import Input
from danao.registry.again import assessment_of
from danao.registry.disclosed import disclosed, disclosure, rounded
from danao.registry.entries import Entry, entry_at
from danao.registry.record import facts_of
from danao.statements import statements_of
from danao.view import Facts, Standard, document, origin
from danao.web.api.forms import FORMS, JSON
from danao.web.frames import Message
from danao.web.worker import Worker

Arguments = Mapping[str, Any]


# ---- What is sent ----


def validated(worker: Worker, arguments: Arguments, parts: Sequence[bytes]) -> Message:
    """What a check of the descriptions that were sent finds."""
    knowledge, found = _sent(worker, arguments, parts, check)
    return _told(arguments, lambda: document(found, knowledge), lambda: reported(found), knowledge)


def assessed(worker: Worker, arguments: Arguments, parts: Sequence[bytes]) -> Message:
    """The assessments of the descriptions that were sent."""
    knowledge, found = _sent(worker, arguments, parts, assess)
    return _told(arguments, lambda: document(found, knowledge), lambda: stated(found, knowledge), knowledge)


_Step = Callable[..., Assessment]


def _sent(
    worker: Worker, arguments: Arguments, parts: Sequence[bytes], step: _Step
) -> tuple[Knowledge, list[Assessment]]:
    knowledge = worker.knowledge_with(arguments["scheme"])
    around = Surroundings(worker.base, Limits(**arguments["limits"]))
    files = [Input(name, data, form) for (name, form), data in zip(arguments["files"], parts, strict=True)]
    date = date_of(arguments["as_of"], worker.time_zone)
    descriptions, examinations = files[: arguments["descriptions"]], files[arguments["descriptions"] :]
    pairs = pairs_of(descriptions, examinations, knowledge, date, around)
    return knowledge, [step(description, examination, knowledge) for description, examination in pairs]


# ---- What is registered ----


def assessment(worker: Worker, arguments: Arguments, _parts: Sequence[bytes]) -> Message:
    """The assessment of an entry; as RDF, its graph as it is kept, or what the public sees of it."""
    entry, found = _entry(worker, arguments["found"])
    whole = arguments["found"]["whole"]
    return _told(
        arguments,
        lambda: document([found], found.knowledge),
        lambda: _graph(worker, entry) if whole else _public_results(found),
        found.knowledge,
    )


def _graph(worker: Worker, entry: Entry) -> Iterable[Triple]:
    return facts_of(worker.shelf.record, entry.one("assessmentDigest"))


def _public_results(found: Assessment) -> Iterable[Triple]:
    return {triple for graph in found.graphs.values() for triple in graph}


def withheld(worker: Worker, arguments: Arguments, _parts: Sequence[bytes]) -> Message:
    """What is not told of a publication: rounded points, and reasons."""
    _, found = _entry(worker, arguments["found"])
    return _json(disclosure(found, _standard(found.knowledge)))


def sealed(worker: Worker, arguments: Arguments, _parts: Sequence[bytes]) -> Message:
    """The things of an entry of which the public sees nothing; none of an entry that is seen as the public does."""
    if not arguments["found"]["whole"]:
        return _json({"things": []})
    _, found = _entry(worker, arguments["found"])
    description, examination = found.description, found.examination
    both = [*statements_of(description.facts), *statements_of(examination.facts)]
    return _json({"things": sorted(restricted_things(description.project, found.iri, both, found.knowledge))})


def explained(worker: Worker, arguments: Arguments, _parts: Sequence[bytes]) -> Message:
    """Why an element scores what it does in an entry."""
    _, found = _entry(worker, arguments["found"])
    standard = _standard(found.knowledge)
    return _json(explanations_document([found], _element(standard, arguments["code"]), standard))


def _element(standard: Standard, code: str) -> str:
    try:
        return standard.scored_element(code)
    except UsageError as error:
        raise NotFound(error.what, fix=error.fix) from error


def evidenced(worker: Worker, arguments: Arguments, _parts: Sequence[bytes]) -> Message:
    """The evidence of an entry: what each piece is, what it supports, where it can be looked at."""
    _, found = _entry(worker, arguments["found"])
    standard = _standard(found.knowledge)
    names = anchors(standard, standard.roots[0])
    listed = Evidence(found, found.knowledge, Facts(found), names).listed() if found.tables else []
    return _json({"asOf": origin(found)["examination"]["asOf"], "evidence": listed})


def printed(worker: Worker, arguments: Arguments, _parts: Sequence[bytes]) -> Message:
    """The report of an entry that is seen whole, as one HTML file in a language."""
    _, found = _entry(worker, arguments["found"])
    return Message({}, [page(found, found.knowledge, arguments["lang"], within=arguments["within"])])


def missing(worker: Worker, arguments: Arguments, _parts: Sequence[bytes]) -> Message:
    """The gaps of an entry."""
    _, found = _entry(worker, arguments["found"])
    target = None if arguments["target"] is None else Decimal(arguments["target"])
    view = gaps(
        found,
        _standard(found.knowledge),
        result=arguments["result"],
        target=target,
        within=arguments["within"],
    )
    return _json(gaps_document([view], found.knowledge))


def changed(worker: Worker, arguments: Arguments, _parts: Sequence[bytes]) -> Message:
    """Why an entry scores otherwise than another of the same project."""
    before, after = (_entry(worker, arguments[side])[1] for side in ("before", "after"))
    return _json(differences([before], [after]))


def compared(worker: Worker, arguments: Arguments, _parts: Sequence[bytes]) -> Message:
    """The points of several entries side by side."""
    found = [_entry(worker, told)[1] for told in arguments["found"]]
    wholes = [told["whole"] for told in arguments["found"]]
    sides = [Compared(one, frozenset() if whole else rounded(one)) for one, whole in zip(found, wholes, strict=True)]
    return _json(comparison(sides, _standard(found[0].knowledge)))


def _entry(worker: Worker, told: Arguments) -> tuple[Entry, Assessment]:
    entry = entry_at(worker.shelf.record, told["number"])
    return entry, (assessment_of if told["whole"] else disclosed)(entry, worker.shelf)


def _standard(knowledge: Knowledge) -> Standard:
    """The standard of a knowledge, made once."""
    found: Standard = knowledge.notes.setdefault("standard", Standard(knowledge))
    return found


# ---- Answers ----


def _json(value: dict[str, Any]) -> Message:
    return Message({}, [json_text(value).encode()])


def _told(
    arguments: Arguments,
    plain: Callable[[], dict[str, Any]],
    triples: Callable[[], Iterable[Triple]],
    knowledge: Knowledge,
) -> Message:
    """An answer in the form that is asked for."""
    form = arguments["form"]
    if form == JSON:
        return _json(plain())
    return Message({}, [written(triples(), knowledge, FORMS[form])])
