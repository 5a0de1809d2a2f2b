"""What the public sees of what was stated: of a description and the examination of its project, before any result.

Things are restricted by what they state, by a class that no profile lists, or by an owner; statements by their
property, by a restricted thing at either end, by a group that is too small, and by quoting what is restricted.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from urllib.parse import unquote

from danao.access.profile import Profile
from danao.namespaces import CCCEV, DANAO, DCAT, DCTERMS, RDF_TYPE, XSD
from danao.statements import Statement, lexical

TYPE = f"<{RDF_TYPE}>"
ACCESS_RIGHTS = f"<{DCTERMS}accessRights>"
PUBLIC, RESTRICTED = f"<{DANAO}Public>", f"<{DANAO}Restricted>"
EVIDENCE = f"<{CCCEV}Evidence>"
RECORD = f"<{DANAO}MetricRecord>"
_DISTRIBUTION = f"<{DCAT}distribution>"
_EXAMINATION = f"<{DANAO}Examination>"
_FIGURES = {f"<{DANAO}{name}>" for name in ("baseline", "actual", "target")}
_VALUE, _UNIT, _METRIC = (f"<{DANAO}{name}>" for name in ("value", "unit", "metric"))
_ON_RECORD, _CREDIT_CODE = f"<{DANAO}onRecord>", f"<{DANAO}creditCode>"
# What a project owns itself; the rest is what it stands among.
_OWN = {f"<{DANAO}{name}>" for name in ("hasCapability", "reports", "notApplicable")}
_DAYS = tuple(f"^^<{XSD}{name}>" for name in ("date", "dateTime", "boolean"))
_NUMBERS = (*_DAYS, f"^^<{XSD}integer>", f"^^<{XSD}decimal>")
# Shorter texts are words that anybody uses: fewer characters say more where they are Chinese.
_LEAST_TEXT, _LEAST_CHINESE = 6, 4


@dataclass(frozen=True)
class Stated:
    """The statements of both sides and what they say of each thing."""

    project: str
    home: str
    statements: Sequence[Statement]
    by_subject: Mapping[str, Sequence[Statement]]
    incoming: Mapping[str, Sequence[Statement]]

    @classmethod
    def of(cls, project: str, home: str, statements: Sequence[Statement], profile: Profile) -> Stated:
        """From all statements of both sides, of a project that lives at ``home``.

        ``incoming`` are those that lead to a thing, not to a term or a text.
        """
        by_subject: dict[str, list[Statement]] = {}
        incoming: dict[str, list[Statement]] = {}
        for one in statements:
            by_subject.setdefault(one[0], []).append(one)
            if one[2][0] != '"':
                incoming.setdefault(one[2], []).append(one)
        things = {term: found for term, found in incoming.items() if term in by_subject or not profile.knows(term)}
        return cls(project, home, statements, by_subject, things)

    def values(self, node: str, predicate: str) -> list[str]:
        """The values of a property of a thing."""
        return [one[2] for one in self.by_subject.get(node, ()) if one[1] == predicate]


@dataclass(frozen=True)
class Sight:
    """What the public sees of what was stated.

    ``public`` are the statements that are public as they stand, ``shown`` the things that these speak of. ``barred``
    are the things that are restricted, ``texts`` what these say of themselves, as :func:`plainly` compares it.
    ``impure`` are the things that cannot be followed to their end by public statements alone; ``surrounded`` says so of
    what the project stands among. ``open_records`` are metric records all of whose figures are public,
    ``open_evidence`` is evidence that is public but for what it leads to other than its files.
    """

    public: frozenset[Statement]
    shown: frozenset[str]
    barred: frozenset[str]
    texts: frozenset[str]
    impure: frozenset[str]
    surrounded: bool
    open_records: frozenset[str]
    open_evidence: frozenset[str]


def look(stated: Stated, profile: Profile) -> Sight:
    """What the public sees: nothing at all of a project that is itself restricted."""
    barred = _owned(_barred(stated, profile), stated, profile)
    withheld: set[Statement] = set()
    while True:
        public = _public(stated, profile, barred, withheld)
        texts = _texts(stated, profile, barred)
        quoting = _quoting(public, texts, profile)
        named = _named_after((stated.incoming.keys() | stated.by_subject.keys()) - barred, stated.home, texts)
        if not quoting and not named:
            break
        withheld |= quoting
        barred = _owned(barred | named, stated, profile)
    shown = {one[0] for one in public} | {one[2] for one in public if one[2] in stated.by_subject}
    impure = _impure(stated, public, barred)
    return Sight(
        public=frozenset(public),
        shown=frozenset(shown),
        barred=frozenset(barred),
        texts=frozenset(texts),
        impure=frozenset(impure),
        surrounded=any(
            one not in public or one[2] in impure
            for one in stated.by_subject.get(stated.project, ())
            if one[1] not in _OWN
        ),
        open_records=frozenset(_open_records(stated, public, shown)),
        open_evidence=frozenset(_open_evidence(stated, public, shown)),
    )


# ---- Restricted things ----


def _barred(stated: Stated, profile: Profile) -> set[str]:
    """The things that are restricted for themselves."""
    found = {node for node in stated.by_subject if not _may_be_public(node, stated, profile)}
    return found.union(_small_figures(stated, profile))


def _may_be_public(node: str, stated: Stated, profile: Profile) -> bool:
    own = stated.by_subject[node]
    if any(one[1] == ACCESS_RIGHTS and one[2] != PUBLIC for one in own):
        return False
    # What is said about something unknown may be about anything.
    if any(one[1] in profile.about and one[2] not in stated.by_subject for one in own):
        return False
    kinds = kinds_of(node, stated, profile)
    return bool(kinds) and kinds <= profile.classes


def kinds_of(node: str, stated: Stated, profile: Profile) -> set[str]:
    """The classes of a thing: those it states, or else the one it has by what leads to it."""
    kinds = set(stated.values(node, TYPE))
    leading = (one[1] for one in stated.incoming.get(node, ())) if not kinds else ()
    return kinds or {profile.parts[name] for name in leading if name in profile.parts}


def _small_figures(stated: Stated, profile: Profile) -> Iterator[str]:
    """All figures of metric records that count things of a grouped class, in one figure fewer than a group needs."""
    for node in stated.by_subject:
        if RECORD in stated.values(node, TYPE) and profile.units.intersection(_units(node, stated, profile)):
            figures = _figures(node, stated)
            values = [lexical(value) for figure in figures for value in stated.values(figure, _VALUE)]
            if any(_is_less(value, profile.least) for value in values):
                yield from figures


def _units(record: str, stated: Stated, profile: Profile) -> list[str]:
    """The unit that a record states, or else those that its metric admits."""
    metrics = stated.values(record, _METRIC)
    admitted = [f"<{unit}>" for name in metrics for unit in profile.knowledge.values(name[1:-1], _UNIT[1:-1])]
    return stated.values(record, _UNIT) or admitted


def _figures(record: str, stated: Stated) -> list[str]:
    own = [one[2] for one in stated.by_subject.get(record, ()) if one[1] in _FIGURES]
    return own + [one[0] for one in stated.incoming.get(record, ()) if one[1] == _ON_RECORD]


def _is_less(value: str, least: int) -> bool:
    """Whether a figure is below a number; what is no number may be anything."""
    try:
        return Decimal(value) < least
    except InvalidOperation:
        return True


def _owned(barred: Iterable[str], stated: Stated, profile: Profile) -> set[str]:
    """The things that are restricted, with all that they own: a thing is as restricted as its strictest owner.

    Nobody owns the project.
    """
    found, todo = set(barred), list(barred)
    while todo:
        node = todo.pop()
        owned = [
            thing
            for _, name, thing in stated.by_subject.get(node, ())
            if thing in stated.incoming and name not in profile.references and name not in profile.about
        ]
        owned += [subject for subject, name, _ in stated.incoming.get(node, ()) if name in profile.about]
        new = set(owned) - found - {stated.project}
        found |= new
        todo += new
    return found


# ---- Public statements ----


def _public(
    stated: Stated, profile: Profile, barred: Collection[str], withheld: Collection[Statement]
) -> set[Statement]:
    """The statements that may be public and are reached from the project or its examination by such statements."""
    roots = [node for node in _roots(stated) if node not in barred]
    if stated.project not in roots:
        return set()
    admitted = {one for one in stated.statements if one not in withheld and _admits(one, stated, profile, barred)}
    while True:
        reached = _reached(roots, admitted, stated)
        found = {one for one in admitted if one[0] in reached}
        small = _small_groups(found, stated, profile)
        if not small:
            return found
        admitted = found - small


def _roots(stated: Stated) -> list[str]:
    return [stated.project, *(one[0] for one in stated.statements if one[2] == _EXAMINATION and one[1] == TYPE)]


def _admits(one: Statement, stated: Stated, profile: Profile, barred: Collection[str]) -> bool:
    subject, name, thing = one
    if subject in barred or name not in profile.properties:
        return False
    if name == TYPE:
        return thing in profile.classes
    if thing[0] == '"':
        return name not in profile.people
    if thing not in stated.incoming:
        return profile.knows(thing)
    if name in profile.addresses and thing not in stated.by_subject:
        return thing not in barred
    return thing in stated.by_subject and thing not in barred


def _reached(roots: Iterable[str], admitted: Collection[Statement], stated: Stated) -> set[str]:
    found, todo = set(roots), list(roots)
    while todo:
        for one in stated.by_subject.get(todo.pop(), ()):
            if one in admitted and one[2] not in found and one[2] in stated.by_subject:
                found.add(one[2])
                todo.append(one[2])
    return found


def _small_groups(found: Iterable[Statement], stated: Stated, profile: Profile) -> set[Statement]:
    """The statements that join fewer things of a grouped class than a group needs, counted from either end."""
    groups: dict[tuple[str, ...], list[tuple[Statement, str]]] = {}
    for one in found:
        subject, name, thing = one
        if name == TYPE:
            if thing in profile.grouped and thing not in profile.group_roots:
                groups.setdefault(("of", name, thing), []).append((one, subject))
        elif name in profile.groups:
            if _is_grouped(thing, stated, profile):
                groups.setdefault(("by", subject, name), []).append((one, thing))
            if _is_grouped(subject, stated, profile):
                groups.setdefault(("of", name, thing), []).append((one, subject))
    small = (group for group in groups.values() if len({_identity(node, stated) for _, node in group}) < profile.least)
    return {one for group in small for one, _ in group}


def _is_grouped(node: str, stated: Stated, profile: Profile) -> bool:
    return not profile.grouped.isdisjoint(stated.values(node, TYPE))


def _identity(node: str, stated: Stated) -> str:
    """Organisations with one credit code are one."""
    return min(stated.values(node, _CREDIT_CODE), default=node)


# ---- What quotes ----


def _texts(stated: Stated, profile: Profile, barred: Collection[str]) -> set[str]:
    """What restricted things say of themselves in words, the names of people, addresses that restricted things name."""
    said = [one for node in barred for one in stated.by_subject.get(node, ())]
    said += [one for one in stated.statements if one[1] in profile.people]
    words = {lexical(one[2]).strip() for one in said if one[2][0] == '"' and not one[2].endswith(_DAYS)}
    addresses = {node[1:-1] for node in barred if node not in stated.by_subject and node[0] == "<"}
    plain = map(plainly, words | addresses)
    return {text for text in plain if len(text) >= (_LEAST_TEXT if text.isascii() else _LEAST_CHINESE)}


def plainly(text: str) -> str:
    """A text as it is compared: without regard to case and width of letters."""
    return unicodedata.normalize("NFKC", text).casefold()


def _quoting(public: Iterable[Statement], texts: Collection[str], profile: Profile) -> set[Statement]:
    """The public statements whose text or address quotes what is restricted."""
    literals = [one for one in public if one[2][0] == '"' and not one[2].endswith(_NUMBERS)]
    addresses = [one for one in public if one[1] in profile.addresses and one[2][0] == "<"]
    said = [(one, plainly(lexical(one[2]))) for one in literals]
    said += [(one, plainly(f"{one[2]}\n{unquote(one[2])}")) for one in addresses]
    quoted = _occurring(texts, [text for _, text in said])
    return {one for one, text in said if any(piece in text for piece in quoted)}


def _named_after(nodes: Iterable[str], home: str, texts: Collection[str]) -> set[str]:
    """The things whose own names quote what is restricted; the address of the project is in all of them."""
    own = [(node, node.removeprefix(f"<{home}")) for node in nodes]
    names = [(node, plainly(f"{name}\n{unquote(name)}")) for node, name in own]
    quoted = _occurring(texts, [name for _, name in names])
    return {node for node, name in names if any(text in name for text in quoted)}


def _occurring(texts: Iterable[str], places: Iterable[str]) -> list[str]:
    """The texts that occur in one of the places: most do not, so all places are looked through at once."""
    everything = "\n".join(places)
    return [text for text in texts if text in everything]


# ---- What rests on public statements alone ----


def _impure(stated: Stated, public: Collection[Statement], barred: Iterable[str]) -> set[str]:
    found = {one[0] for one in stated.statements if one not in public}.union(barred)
    todo = list(found)
    while todo:
        new = {one[0] for one in stated.incoming.get(todo.pop(), ())} - found
        found |= new
        todo += new
    return found


def _open_records(stated: Stated, public: Collection[Statement], shown: Collection[str]) -> Iterator[str]:
    for node in shown:
        if RECORD in stated.values(node, TYPE):
            links = [one for one in stated.by_subject[node] if one[1] in _FIGURES]
            said = [one for figure in _figures(node, stated) for one in stated.by_subject.get(figure, ())]
            if all(one in public for one in (*links, *said)):
                yield node


def _open_evidence(stated: Stated, public: Collection[Statement], shown: Collection[str]) -> Iterator[str]:
    for node in shown:
        if EVIDENCE in stated.values(node, TYPE):
            hidden = [one for one in stated.by_subject[node] if one not in public]
            if all(one[2] in stated.by_subject and one[1] != _DISTRIBUTION for one in hidden):
                yield node
