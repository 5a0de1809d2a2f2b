"""The forms that a document is to be had in, and which of them a request asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request

from danao.errors import Text
from danao.web.negotiation import negotiated


@dataclass(frozen=True)
class Form:
    """A form: the suffix of its address without the dot, its media type, its name for people."""

    suffix: str
    media_type: str
    name: Text

    @property
    def is_page(self) -> bool:
        """Whether it is for people, in one language."""
        return self.suffix == "html"

    @property
    def content_type(self) -> str:
        """The media type with the encoding where its own specification does not say it."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


HTML = Form("html", "text/html", Text("网页", "HTML"))
TURTLE = Form("ttl", "text/turtle", Text("Turtle", "Turtle"))
JSON_LD = Form("jsonld", "application/ld+json", Text("JSON-LD", "JSON-LD"))
N_TRIPLES = Form("nt", "application/n-triples", Text("N-Triples", "N-Triples"))
RDF_XML = Form("rdf", "application/rdf+xml", Text("RDF/XML", "RDF/XML"))
TRIG = Form("trig", "application/trig", Text("TriG", "TriG"))
# The best first.
FORMS = (HTML, TURTLE, JSON_LD, N_TRIPLES, RDF_XML, TRIG)
# Parameters of media types that a form has, so that who asks for one of them gets it.
_PROFILE = ';profile="http://www.w3.org/ns/json-ld#framed http://www.w3.org/ns/json-ld#compacted"'


def split_suffix(path: str) -> tuple[str, Form | None]:
    """A path without the suffix of a form, and the form; the path as it is where it ends in none."""
    stem, dot, suffix = path.rpartition(".")
    form = next((one for one in FORMS if one.suffix == suffix), None)
    return (stem, form) if dot and form else (path, None)


def form_of(request: Request, forms: Sequence[Form] = FORMS) -> Form:
    """The form that a request without a suffix asks for, of those that there are.

    :raises NotAcceptable: there is no such form.
    """
    offered = {f"{one.media_type}{_PROFILE if one is JSON_LD else ''}": one for one in forms}
    return offered[negotiated(wanted(request), list(offered))]


def wanted(request: Request) -> str:
    """The media types that a request accepts: by ``_mediatype`` of its address, else by ``Accept``."""
    # A plus in an address stands for a space.
    told = request.query_params.get("_mediatype", "").replace(" ", "+")
    return told or ", ".join(request.headers.getlist("accept"))
