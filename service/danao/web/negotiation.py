"""Which form and language of a thing a request asks for (RFC 9110, section 12)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request

from danao.errors import NotAcceptable, Text

LANGUAGES = ("zh", "en")
# Weights have three places at most.
MOST = 1000

# What stands between separators, in which a quoted string may hold any of them.
_ELEMENT = re.compile(r'(?:"(?:[^"\\]|\\.)*+"?+|[^",])++')
_PIECE = re.compile(r'(?:"(?:[^"\\]|\\.)*+"?+|[^";])++')
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_WEIGHT = re.compile(r"0?\.[0-9]+|0\.?|1(?:\.0*)?")
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True)
class Range:
    """An element of ``Accept`` or ``Accept-Language``: a name in lower case, parameters, a weight from 0 to 1000."""

    name: str
    parameters: Mapping[str, str]
    weight: int

    def matches(self, media_type: str, parameters: Mapping[str, str]) -> bool:
        """Whether a media type is in this range. A parameter of several words, as a profile, is met by each of them."""
        kind, _, subtype = self.name.partition("/")
        if self.name != media_type and (subtype != "*" or kind not in {"*", media_type.partition("/")[0]}):
            return False
        return all(
            set(value.split()) <= set(parameters.get(name, "").split()) for name, value in self.parameters.items()
        )

    @property
    def precision(self) -> tuple[bool, bool, int]:
        """The more precise range has the say where several match."""
        kind, _, subtype = self.name.partition("/")
        return kind != "*", subtype != "*", len(self.parameters)


def negotiated(accept: str, offered: Sequence[str]) -> str:
    """The one of the media types offered, the best first, that ``Accept`` wants most; without any wish the first.

    Of those that are wanted alike, one that is named goes before one that a wildcard stands for.

    :raises NotAcceptable: none of them is wanted.
    """
    ranges = list(_media_ranges(accept))
    if not ranges:
        return offered[0]
    best = max(offered, key=lambda one: _wish(one, ranges))
    if not _wish(best, ranges)[0]:
        raise _not_acceptable(offered)
    return best


def quality(accept: str, media_type: str) -> int:
    """How much a media type is wanted, from 0 to 1000."""
    ranges = list(_media_ranges(accept))
    return _wish(media_type, ranges)[0] if ranges else MOST


def _wish(offer: str, ranges: Sequence[Range]) -> tuple[int, tuple[bool, bool, int]]:
    """The weight and the precision of the most precise range that a media type is in; of equal ones the heaviest."""
    (read,) = _ranges(offer)
    found = [one for one in ranges if one.matches(read.name, {"charset": "utf-8", **read.parameters})]
    precision, weight = max([(one.precision, one.weight) for one in found], default=((False, False, 0), 0))
    return weight, precision


def _media_ranges(accept: str) -> Iterator[Range]:
    """The ranges of a header, without those that are none."""
    for one in _ranges(accept):
        kind, _, subtype = one.name.partition("/")
        if kind and subtype and (kind != "*" or subtype == "*"):
            yield one


def _ranges(header: str) -> Iterator[Range]:
    """The elements of a header; what cannot be read is passed over."""
    for element in _ELEMENT.findall(header):
        name, *pieces = (piece.strip() for piece in _PIECE.findall(element) or [""])
        parameters = dict(_parameter(piece) for piece in pieces if "=" in piece)
        weight = parameters.pop("q", "1")
        if all(map(_TOKEN.fullmatch, name.split("/"))) and _WEIGHT.fullmatch(weight):
            yield Range(name.lower(), parameters, round(float(weight) * MOST))


def _parameter(piece: str) -> tuple[str, str]:
    name, _, value = (part.strip() for part in piece.partition("="))
    if value[:1] == '"':
        value = _ESCAPED.sub(r"\1", value[1:].removesuffix('"'))
    # Of the parameters of what we offer, the value of a character set is no name.
    return name.lower(), value.lower() if name.lower() == "charset" else value


def _not_acceptable(offered: Sequence[str]) -> NotAcceptable:
    kinds = ", ".join(offered)
    return NotAcceptable(
        Text("这里没有请求所要的格式。", "This is not to be had in the media types that the request accepts."),
        fix=Text(f"可用的格式：{kinds}。", f"Media types: {kinds}."),
    )


def language_of(request: Request) -> str:
    """The language to answer in: ``lang`` of the address, else what ``Accept-Language`` prefers, else Chinese."""
    wanted = request.query_params.get("lang", "")
    return wanted if wanted in LANGUAGES else language(request.headers.get("accept-language", ""))


def language(accept: str) -> str:
    """The language of ours that ``Accept-Language`` prefers; Chinese where none is."""
    weights: dict[str, int] = {}
    for one in _ranges(accept):
        name = one.name.partition("-")[0]
        weights[name] = max(one.weight, weights.get(name, 0))
    # Of languages that are wanted alike, and where none is, the first of ours.
    return max(LANGUAGES, key=lambda name: weights.get(name, weights.get("*", 0)))
