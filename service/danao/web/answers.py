"""Answers to reading: headers of caching, of other forms and of what describes a document, in one place."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from danao.web.forms import FORMS, Form
from danao.web.freshness import Validators, is_unchanged
from danao.web.lasting import Answer, Lasting
from danao.web.readers import PUBLIC, Reader

# Everything that an answer may depend on besides its address.
VARY = "Accept, Accept-Language, Authorization, Cookie"
# Parameters of addresses that change what is shown. Others change nothing, and are not told.
_SHOWN = ("lang", "page")
_NOT_MODIFIED = 304


@dataclass(frozen=True)
class Variant:
    """One form of what is at a path without a suffix, for a reader; ``page`` where it has several, ``last`` if known.

    ``forms`` are all it is to be had in. ``private`` is what not everyone sees. ``chosen`` are the parameters of its
    address that say what is shown, as they are written there.
    """

    path: str
    form: Form
    lang: str
    private: bool
    page: int = 1
    more: bool = False
    forms: Iterable[Form] = FORMS
    chosen: str = ""


def answered(request: Request, variant: Variant, validators: Validators, body: Callable[[], bytes]) -> Response:
    """The answer to a request for a variant: its body, or that it has not changed.

    :raises PreconditionFailed: the request is for another state of it.
    """
    headers = _headers(request, variant) | validators.headers()
    if is_unchanged(request.headers, validators):
        return unchanged(headers, variant.form.content_type)
    return Response(_body(request, variant, validators, body), headers=headers, media_type=variant.form.content_type)


def _body(request: Request, variant: Variant, validators: Validators, body: Callable[[], bytes]) -> bytes:
    """The body; what everyone is told is made once, as long as nothing changes that its entity tag depends on."""
    reader: Reader = getattr(request.state, "reader", PUBLIC)
    # Pages name whoever is signed in, those as well on which everyone sees the same.
    if variant.private or not reader.is_public:
        return body()
    answers: Lasting[Answer] = request.app.state.service.answers
    # Pages link to themselves by the address that they were asked for.
    asked = f"{validators.tag} {request.scope.get('root_path', '')} {request.url}"
    return answers.of(sha256(asked.encode()).hexdigest(), lambda: Answer(body(), variant.form.content_type)).body


def streamed(
    request: Request, variant: Variant, validators: Validators, body: Callable[[], Iterator[bytes]]
) -> Response:
    """The same with a body that is made while it is sent."""
    headers = _headers(request, variant) | validators.headers()
    if is_unchanged(request.headers, validators):
        return unchanged(headers, variant.form.content_type)
    chunks = iter(()) if request.method == "HEAD" else body()
    return Streamed(chunks, headers, variant.form.content_type)


class Streamed(StreamingResponse):
    """An answer that is made while it is sent, and not made to its end where the client goes away."""

    def __init__(self, pieces: Iterator[bytes], headers: Mapping[str, str], content_type: str) -> None:
        super().__init__(pieces, headers=headers, media_type=content_type)
        self._pieces = pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            if isinstance(self._pieces, Generator):
                self._pieces.close()


def unchanged(headers: Mapping[str, str], content_type: str) -> Response:
    """The answer that what would be sent with some headers is what the client has.

    What its media type says of them, :mod:`danao.web.compressing` sees to; it is not sent.
    """
    return Response(status_code=_NOT_MODIFIED, headers=headers, media_type=content_type)


def kept(private: bool) -> str:  # noqa: FBT001 - a word of HTTP
    """How long anybody may use an answer without asking again: not at all; nobody else may keep what is not public."""
    return "private, no-cache" if private else "no-cache"


def _headers(request: Request, variant: Variant) -> dict[str, str]:
    root = request.scope.get("root_path", "")
    return {
        "Cache-Control": kept(variant.private),
        "Content-Language": variant.lang if variant.form.is_page else "zh, en",
        "Content-Location": f"{root}{address(variant, variant.form)}",
        "Link": ", ".join(_links(variant, root)),
        "Vary": VARY,
    }


def address(variant: Variant, form: Form, *, page: int | None = None) -> str:
    """The path of a form of the same, or of another page of it, with the parameters that it takes."""
    shown = {"lang": variant.lang if form.is_page else "", "page": variant.page if page is None else page}
    own = urlencode({name: shown[name] for name in _SHOWN if shown[name] and (name != "page" or shown[name] != 1)})
    query = "&".join(part for part in (variant.chosen, own) if part)
    return f"{variant.path}.{form.suffix}{'?' if query else ''}{query}"


def _links(variant: Variant, root: str) -> Iterator[str]:
    for form in variant.forms:
        if form is not variant.form:
            yield f'<{root}{address(variant, form)}>; rel="alternate"; type="{form.media_type}"'
    yield f'<{root}/def/>; rel="describedby"; type="text/html"'
    yield f'<{root}/context.jsonld>; rel="describedby"; type="application/ld+json"'
    if variant.page > 1:
        yield f'<{root}{address(variant, variant.form, page=variant.page - 1)}>; rel="prev"'
    if variant.more:
        yield f'<{root}{address(variant, variant.form, page=variant.page + 1)}>; rel="next"'
