"""The frame that all pages have: head, navigation, language, what else there is of the same, foot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from danao.errors import Text
from danao.exchange.environment import environment
from danao.web.answers import VARY, kept, unchanged
from danao.web.forms import HTML
from danao.web.freshness import Validators, is_unchanged
from danao.web.lasting import Answer
from danao.web.negotiation import LANGUAGES
from danao.web.readers import PUBLIC, Reader

_NAMES = {"zh": "中文", "en": "English"}
# Where the main navigation leads, in its order.
_NAVIGATION = (
    ("/", Text("总览", "Overview")),
    ("/compare", Text("比较", "Compare")),
    ("/standard", Text("标准", "Standard")),
    ("/questions", Text("问题", "Questions")),
    ("/sparql", Text("SPARQL", "SPARQL")),
    ("/ontology", Text("本体", "Ontology")),
    ("/catalogue", Text("目录", "Catalogue")),
)


@dataclass(frozen=True)
class Other:
    """Another form or language of a page, or a page next to it: its name, its address, its media type or language."""

    name: str
    href: str
    kind: str = ""


@dataclass(frozen=True)
class Place:
    """Where a page stands among others: its language, forms, the same in other languages, the pages before and after.

    The same in other languages is at the same address where ``languages`` are none.
    """

    lang: str
    forms: Sequence[Other] = ()
    languages: Sequence[Other] | None = None
    pages: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Links:
    """Addresses of this service as one request writes them: below its root, in the language that was chosen."""

    request: Request
    lang: str

    @property
    def root(self) -> str:
        """What the service is mounted below."""
        root: str = self.request.scope.get("root_path", "")
        return root

    @property
    def chosen(self) -> bool:
        """Whether the reader chose the language, who then keeps it from page to page."""
        return self.request.query_params.get("lang") == self.lang

    @property
    def kept(self) -> str:
        """The query that keeps a language, for an address that has no other."""
        return f"?lang={self.lang}" if self.chosen else ""

    def to(self, path: str, /, **query: object) -> str:
        """The address of a path, with those parameters that have a value."""
        path, mark, part = path.partition("#")
        return self.written(
            path, [(name, value) for name, value in query.items() if value not in (None, "")], mark + part
        )

    def written(self, path: str, query: Sequence[tuple[str, object]], part: str = "") -> str:
        """The address of a path with parameters, of which a name may come several times."""
        told = [*query, *([("lang", self.lang)] if self.chosen else [])]
        return f"{self.root}{path}{'?' if told else ''}{urlencode(told)}{part}"

    def here(self, **changed: object) -> str:
        """The address of the same page with some parameters changed, or without those that are none."""
        kept_ = [(name, value) for name, value in self.request.query_params.multi_items() if name not in changed]
        told = [*kept_, *((name, value) for name, value in changed.items() if value is not None)]
        return f"{self.root}{quote(path_shown(self.request), safe='/')}{'?' if told else ''}{urlencode(told)}"


def path_shown(request: Request) -> str:
    """The path of a request below the root of the service."""
    root: str = request.scope.get("root_path", "")
    return request.url.path.removeprefix(root)


@dataclass(frozen=True)
class Frame:
    """Makes pages from templates; ``site`` is the name of what the service is about."""

    site: Text
    _made: dict[str, Any] = field(default_factory=dict)

    def page(self, template: str, request: Request, place: Place, **shown: object) -> bytes:
        """A page of a template as UTF-8.

        Beside what is ``shown``, templates have ``links`` (a :class:`Links`), ``reader`` and what the frame is made of.
        """
        links = Links(request, place.lang)
        reader: Reader = getattr(request.state, "reader", PUBLIC)
        framed = {
            "lang": place.lang,
            "links": links,
            "root": links.root,
            "kept": links.kept,
            "site": self.site.in_language(place.lang),
            "forms": place.forms,
            "languages": _languages(links) if place.languages is None else place.languages,
            "pages": place.pages,
            "navigation": [_entry(path, name, request, place.lang) for path, name in _NAVIGATION],
            "query": request.query_params.get("q", ""),
            "signed": None if reader.is_public else reader.name,
            "here": path_shown(request),
        }
        html: str = self._templates(place.lang).get_template(template).render(framed | shown)
        return html.encode()

    def _templates(self, lang: str) -> Any:  # noqa: ANN401 - of Jinja, which is slow to import
        if lang not in self._made:
            self._made[lang] = environment(Path(__file__).parents[1] / "templates", lang)
        return self._made[lang]


def _languages(links: Links) -> list[Other]:
    return [Other(_NAMES[lang], links.here(lang=lang), lang) for lang in LANGUAGES if lang != links.lang]


def named(lang: str, href: str) -> Other:
    """The same page in a language, by the language's own name."""
    return Other(_NAMES[lang], href, lang)


def _entry(path: str, name: Text, request: Request, lang: str) -> dict[str, str]:
    """An entry of the navigation; ``current`` as in ``aria-current``."""
    here = path_shown(request)
    within = path != "/" and here.startswith((f"{path}/", f"{path}."))
    return {
        "path": path,
        "name": name.in_language(lang),
        "current": "page" if here == path else "true" if within else "",
    }


def page_answer(request: Request, lang: str, body: bytes) -> Response:
    """A page as an answer, or that whoever asks has it already.

    :raises PreconditionFailed: the request is for another state of it.
    """
    reader: Reader = getattr(request.state, "reader", PUBLIC)
    validators = Validators(Answer(body, HTML.content_type).etag)
    private = not reader.is_public
    headers = {"Cache-Control": kept(private), "Content-Language": lang, "Vary": VARY} | validators.headers()
    if is_unchanged(request.headers, validators):
        return unchanged(headers, HTML.content_type)
    return Response(body, headers=headers, media_type=HTML.content_type)
