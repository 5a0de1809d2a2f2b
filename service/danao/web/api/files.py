"""Evidence files, as they came, for whoever may see the evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import unquote, urlsplit

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from danao.errors import NotFound, Text
from danao.registry.entries import SUBMISSION, Entry, public_graph, standing
from danao.registry.evidence import file_type, file_types
from danao.registry.queries import query
from danao.registry.submit import entries_of
from danao.statements import quoted, term_of
from danao.web.admitting import noted
from danao.web.api.describing import gives
from danao.web.api.finding import kept
from danao.web.api.parameters import AskedBy, Identifier
from danao.web.asking import Asked

routes = APIRouter(default_response_class=Response, tags=["projects"])

Digest = Annotated[
    str,
    Path(
        pattern="^(sha256:)?[0-9a-f]{64}$",
        description="文件的 SHA-256。 The SHA-256 of the file, as danao:fileDigest states it.",
    ),
]
# One range from a beginning on.
_RANGE = re.compile("bytes=([0-9]{1,15})-([0-9]{0,15})")
# A file may be anything: it runs nothing.
_ALONE = "default-src 'none'; frame-ancestors 'self'; sandbox"
# What browsers show themselves, in viewers that run nothing of a file in our name: a PDF at the page that the fragment
# of its address names. Older viewers of PDFs do not work in a sandbox, and have styles of their own.
SHOWN: Mapping[str, str] = {
    "application/pdf": "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    "image/jpeg": _ALONE,
    "image/png": _ALONE,
}


@routes.get(
    "/projects/{identifier}/evidence/{digest}",
    **gives("getEvidence", sorted(file_types()), 404, parts=True),
)
def evidence(request: Request, asked: AskedBy, identifier: Identifier, digest: Digest) -> Response:
    """一个证据文件，与提交时相同。 An evidence file, as it came."""
    if not asked.reader.is_public:
        noted(request, "read evidence", identifier)
    stated = f"sha256:{digest.removeprefix('sha256:')}"
    name = _name_of(asked, identifier, stated)
    if name is None:
        raise NotFound(
            Text("没有这个文件。", "There is no such file."),
            fix=Text("摘要见证据的 danao:fileDigest。", "The evidence states the digest as danao:fileDigest."),
        )
    kind = file_type(name)
    headers = {
        "ETag": f'"{stated}"',
        # Who may see it can change at any time.
        "Cache-Control": "private, no-cache",
        "Vary": "Authorization, Cookie",
        "Content-Security-Policy": SHOWN.get(kind, _ALONE),
        # Beside a requirement, in a page of ours.
        "X-Frame-Options": "SAMEORIGIN",
    }
    path = asked.service.record.file_path(stated)
    _forget_other_ranges(request, path.stat().st_size)
    way = "inline" if kind in SHOWN else "attachment"
    return FileResponse(path, headers=headers, media_type=kind, filename=name, content_disposition_type=way)


def _forget_other_ranges(request: Request, size: int) -> None:
    """Let a request be one for the whole file where the range it asks for is none of it (RFC 9110, section 14.2)."""
    wanted = _RANGE.fullmatch(request.headers.get("range", ""))
    if not wanted or int(wanted[1]) >= size or (wanted[2] and int(wanted[2]) < int(wanted[1])):
        request.scope["headers"] = [one for one in request.scope["headers"] if one[0] != b"range"]


def _name_of(asked: Asked, identifier: str, digest: str) -> str | None:
    """The name of a file of a project; none where the project has no such file that the reader may see."""
    store = asked.copy.store
    graphs = _graphs(asked, identifier)
    if not graphs:
        return None
    rows = store.select(query("file"), {"digest": term_of(quoted(digest))}, named=graphs)
    names = [name_at(row["address"].value) for row in rows if row.get("address")]
    if not rows:
        return None
    return next((name for name in names if name and name.isprintable()), digest.removeprefix("sha256:"))


def name_at(address: str) -> str:
    """The name that an address of a file ends in."""
    return unquote(urlsplit(address).path).rpartition("/")[2]


def _graphs(asked: Asked, identifier: str) -> list[str]:
    """The graphs that state, as the reader may see it, which file is whose in a project."""
    entries = entries_of(kept(asked), identifier)
    if not asked.reader.sees(identifier):
        return [public_graph(entry.one("publicAssessment")) for entry in standing(entries).shown.values()]
    return [graph for entry in entries if entry.kind == SUBMISSION for graph in _stating(entry)]


def _stating(entry: Entry) -> tuple[str, str]:
    return entry.one("files"), entry.one("description")
