"""Whether what a client has is what it would get: entity tags, dates, conditions (RFC 9110, section 13)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256

from pyoxigraph import Literal

from danao.errors import PreconditionFailed, Text
from danao.registry.graphs import catalogue_of
from danao.resources import rule
from danao.web.sights import Sight

_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')


@dataclass(frozen=True)
class Validators:
    """A strong entity tag with its quotes, and when what is shown may last have changed, where that is known."""

    tag: str
    modified: datetime | None = None

    def headers(self) -> dict[str, str]:
        """The headers that tell both."""
        dated = {"Last-Modified": format_datetime(self.modified, usegmt=True)} if self.modified else {}
        return {"ETag": self.tag} | dated


@dataclass(frozen=True)
class State:
    """What everything that a reader sees of the registry depends on, and when it last changed."""

    digest: str
    modified: datetime

    def validators(self, *parts: str) -> Validators:
        """Those of a representation; ``parts`` tell it from all others that a reader may get."""
        text = "\0".join((self.digest, *parts))
        return Validators(f'"{sha256(text.encode()).hexdigest()[:32]}"', self.modified)


def state_of(sight: Sight, base: str, since: datetime, software: str) -> State:
    """The state of what a reader sees: of the records in their catalogue, and nothing that they see none of.

    ``since`` is when the service started, and with it whatever else makes an answer.
    """
    own = [graph for graph in sight.default if graph.startswith(catalogue_of(base))]
    rows = sight.copy.store.select(rule("documents/records"), default=own)
    times = [_moment(row["time"]) for row in rows if isinstance(row["time"], Literal)]
    said = "\n".join(f"{row['record']} {row['time']}" for row in rows)
    digest = sha256("\0".join((software, sight.key, *sight.default, said)).encode()).hexdigest()
    # A date must not lie in the future.
    latest = min(max([*times, since]), datetime.now(UTC))
    return State(digest, latest.replace(microsecond=0))


def _moment(literal: Literal) -> datetime:
    """A time of the log, which has the registry's own zone, in that of headers."""
    try:
        found = datetime.fromisoformat(literal.value)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def is_unchanged(headers: Mapping[str, str], validators: Validators) -> bool:
    """Whether a conditional request for something that is there needs no answer but that it has not changed.

    :raises PreconditionFailed: the request is for another state than what is there.
    """
    _refuse_others(headers, validators)
    wanted = headers.get("if-none-match")
    if wanted is not None:
        return _names(wanted, validators.tag, strong=False)
    since = _date(headers.get("if-modified-since", ""))
    return since is not None and validators.modified is not None and validators.modified <= since


def _refuse_others(headers: Mapping[str, str], validators: Validators) -> None:
    wanted = headers.get("if-match")
    if wanted is not None:
        fits = _names(wanted, validators.tag, strong=True)
    else:
        until = _date(headers.get("if-unmodified-since", ""))
        fits = until is None or validators.modified is None or validators.modified <= until
    if not fits:
        raise PreconditionFailed(
            Text("内容已经变了，和请求所说的不同。", "What is here is no longer what the request is for."),
            fix=Text("不带条件地重新读取。", "Read it again without the condition."),
        )


def _names(header: str, tag: str, *, strong: bool) -> bool:
    """Whether a header has an entity tag among its own, or stands for any."""
    if header.strip() == "*":
        return True
    return any(f'"{opaque}"' == tag and not (strong and weak) for weak, opaque in _TAG.findall(header))


def _date(text: str) -> datetime | None:
    """A date of HTTP, which has no parts of a second; none where it is no date."""
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
