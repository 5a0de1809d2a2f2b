"""The audit log: who did what to which project, and what became of it. Appended to, chained, never changed.

Each entry names the digest of the one before, so that none can be changed, left out or put elsewhere unseen. An
exported log ends with a line that says how many there are, signed with the service's key: one that was cut off, or
written by somebody else, is told from it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from danao.errors import DamagedRegistry, Place, Text
from danao.web.digests import digest, is_digest, is_signature, signature
from danao.web.readers import Reader
from danao.web.state import State

FORMAT = "danao-audit/1"
_PAGE = 1000


@dataclass(frozen=True)
class Act:
    """What somebody did or tried: ``what`` in a word, the project it was about, and the status it was answered with.

    ``address`` is where the request came from, ``request`` its number in the service's log; both are empty for what was
    done at the command line.
    """

    what: str
    reader: Reader
    project: str = ""
    status: int = 200
    address: str = ""
    request: str = ""


def note(state: State, act: Act, now: str) -> None:
    """Append to the log; it is on the disk when this returns.

    :raises RegistryFull: there is no room.
    """
    with state.changing() as changes:
        last = changes.rows("last-audit")
        number = last[0]["number"] + 1 if last else 1
        entry = _canonical(_stated(act, now) | {"number": number, "previous": last[0]["digest"] if last else ""})
        changes.run("add-audit", number=number, entry=entry, digest=digest(entry.encode(), state.algorithm))


def _stated(act: Act, now: str) -> dict[str, Any]:
    who = {"who": act.reader.name, "token": act.reader.token or ""}
    where = {"address": act.address, "request": act.request}
    return {"when": now, **who, "what": act.what, "project": act.project, "status": act.status, **where}


def _canonical(entry: dict[str, Any]) -> str:
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# ---- Exporting ----


def exported(state: State, start: int = 1) -> Iterator[str]:
    """The log from an entry on as JSON lines, and a last line that is signed."""
    last, count = "", 0
    for entry, taken in _entries(state, start):
        yield _line({"format": FORMAT, "entry": entry, "digest": taken})
        last, count = taken, count + 1
    end = {"entries": count, "last": last}
    yield _line({"format": FORMAT, "end": end, "signature": _signed(end, state)})


def _entries(state: State, start: int) -> Iterator[tuple[dict[str, Any], str]]:
    while rows := state.rows("audit", start=start, most=_PAGE):
        for row in rows:
            yield json.loads(row["entry"]), row["digest"]
        start = rows[-1]["number"] + 1


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"


def _signed(end: dict[str, Any], state: State) -> str:
    return signature(_canonical(end).encode(), state.key, state.algorithm)


# ---- Checking ----


def verify_kept(state: State) -> int:
    """See that the log is as it was written; how many entries it has.

    :raises DamagedRegistry: an entry is missing or was changed.
    """
    chain = _Chain("service.sqlite", begins=True)
    for entry, taken in _entries(state, 1):
        chain.add(entry, taken)
    return chain.count


def verify_exported(lines: Iterable[bytes], state: State, name: Path) -> int:
    """See that an exported log is as it was written, and whole, by the service whose state this is; its entries.

    :raises DamagedRegistry: an entry is missing or was changed, or the last line is not the service's.
    """
    chain, end = _Chain(str(name), begins=False), None
    for line in lines:
        told = _told(line, chain)
        if end is not None:
            raise chain.broken()
        if "end" in told:
            end = told
        else:
            chain.add(told["entry"], told["digest"])
    if end is None or end["end"] != {"entries": chain.count, "last": chain.last} or not _is_ours(end, state):
        raise chain.broken()
    return chain.count


def _told(line: bytes, chain: _Chain) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except ValueError as fault:
        raise chain.broken() from fault
    parts = isinstance(told, dict) and {name: type(value) for name, value in told.items()}
    shapes = ({"format": str, "entry": dict, "digest": str}, {"format": str, "end": dict, "signature": str})
    if parts not in shapes or told["format"] != FORMAT:
        raise chain.broken()
    found: dict[str, Any] = told
    return found


def _is_ours(end: dict[str, Any], state: State) -> bool:
    return is_signature(end["signature"], _canonical(end["end"]).encode(), state.key)


class _Chain:
    """Entries one after another, each of which names the one before."""

    def __init__(self, name: str, *, begins: bool) -> None:
        self._name = name
        self._begins = begins
        self._number = 0
        self.count = 0
        self.last = ""

    def add(self, entry: dict[str, Any], taken: str) -> None:
        """Add an entry and the digest that is stated of it.

        :raises DamagedRegistry: it does not follow.
        """
        number = int(entry.get("number", 0))
        # An export may begin anywhere; the log itself begins at its beginning.
        follows = (number, entry.get("previous")) == (self._number + 1, self.last)
        if not (follows or (not self.count and not self._begins)) or not is_digest(taken, _canonical(entry).encode()):
            raise self.broken()
        self._number, self.last, self.count = number, taken, self.count + 1

    def broken(self) -> DamagedRegistry:
        """The chain does not hold after its last entry."""
        return DamagedRegistry(
            Text(
                f"审计日志在第 {self._number} 条之后不是所写的内容。",
                f"The audit log is not what was written after entry {self._number}.",
            ),
            place=Place(file=self._name),
            fix=Text("与导出的副本比较。", "Compare it with exported copies."),
        )
