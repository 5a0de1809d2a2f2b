"""What a request sends: a description or an examination as it is, or these and evidence as the files of a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from danao.errors import BadRequest, Text, UnknownFormat

# Media type → how :mod:`danao.reading` calls the syntax.
SYNTAXES: Mapping[str, str] = {
    "text/turtle": "ttl",
    "application/ld+json": "jsonld",
    "application/rdf+xml": "rdf",
    "application/n-triples": "nt",
    "application/n-quads": "nq",
    "application/trig": "trig",
}
MULTIPART = "multipart/form-data"
_ASSESSED = ("description", "examination")
_SUBMITTED = (*_ASSESSED, "evidence")
_MOST_FILES = 64


@dataclass(frozen=True)
class Sent:
    """A file that was sent: its name, its syntax where its media type says it, its bytes."""

    name: str
    syntax: str | None
    data: bytes


@dataclass(frozen=True)
class Upload:
    """The descriptions, the examinations and the evidence files of a request."""

    descriptions: tuple[Sent, ...]
    examinations: tuple[Sent, ...]
    evidence: tuple[Sent, ...] = ()

    @property
    def files(self) -> tuple[Sent, ...]:
        """All files, the descriptions first, then the examinations."""
        return (*self.descriptions, *self.examinations, *self.evidence)


async def uploaded(request: Request) -> Upload:
    """What a request sends; for FastAPI's ``Depends``. Nothing of it is parsed here.

    :raises UnknownFormat: its media type is none that is read.
    :raises BadRequest: the form has no description, or other fields.
    """
    return await _upload(request, _ASSESSED)


async def submitted(request: Request) -> Upload:
    """What a request sends to be registered, as :func:`uploaded` with evidence files.

    :raises UnknownFormat: its media type is none that is read.
    :raises BadRequest: the form has no description, or other fields.
    """
    return await _upload(request, _SUBMITTED)


async def examined(request: Request) -> Sent:
    """The examination that a request sends, as it is.

    :raises UnknownFormat: its media type is none that is read.
    """
    return await _plain(request, "examination")


async def _upload(request: Request, fields: Sequence[str]) -> Upload:
    if _media_type(request.headers.get("content-type", "")) == MULTIPART:
        return await _form(request, fields)
    return Upload((await _plain(request, "description"),), ())


async def _plain(request: Request, name: str) -> Sent:
    media_type = _media_type(request.headers.get("content-type", ""))
    if media_type not in SYNTAXES:
        raise _unread(media_type)
    return Sent(name, SYNTAXES[media_type], await request.body())


async def _form(request: Request, fields: Sequence[str]) -> Upload:
    found: dict[str, list[Sent]] = {name: [] for name in _SUBMITTED}
    async with request.form(max_files=_MOST_FILES, max_fields=_MOST_FILES) as form:
        for name, value in form.multi_items():
            if name not in fields:
                raise _no_such_field(name, fields)
            found[name].append(await _file(name, value))
    if not found["description"]:
        raise BadRequest(
            Text("表单里没有描述文件。", "The form has no file with a description."),
            fix=Text("把它放在名为 description 的字段里。", "Send it as the field 'description'."),
        )
    return Upload(*(tuple(found[name]) for name in _SUBMITTED))


async def _file(field: str, value: Any) -> Sent:  # noqa: ANN401 - a file, or text
    if not isinstance(value, UploadFile):
        return Sent(field, None, value.encode(errors="surrogateescape"))
    # Programs that do not know the type say that it is bytes; then the ending of the name tells.
    syntax = SYNTAXES.get(_media_type(value.content_type or ""))
    name = PurePath(value.filename or field).name or field
    return Sent(name, syntax, await value.read())


def _media_type(header: str) -> str:
    return header.partition(";")[0].strip().lower()


def _no_such_field(name: str, fields: Sequence[str]) -> BadRequest:
    return BadRequest(
        Text(f"表单没有名为“{name}”的字段。", f"The form takes no field '{name}'."),
        fix=Text(f"可用的字段：{'、'.join(fields)}。", f"Its fields are {', '.join(fields)}."),
    )


def _unread(media_type: str) -> UnknownFormat:
    known = [*SYNTAXES, MULTIPART]
    return UnknownFormat(
        Text(f"不读媒体类型“{media_type or '（未写明）'}”。", f"The media type '{media_type or 'none'}' is not read."),
        fix=Text(f"用 Content-Type 写明：{'、'.join(known)}。", f"State one as Content-Type: {', '.join(known)}."),
    )
