"""What linked data needs beside the registry: addresses, documents, pages, the context, and how fresh all of it is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from pyoxigraph import Triple
from starlette.requests import Request

from danao import __version__
from danao.errors import BadRequest, NotFound, Text
from danao.formats.context import Context, context_of, document
from danao.knowledge import Knowledge
from danao.namespaces import FOAF, PUBLIC, VOID
from danao.registry.graphs import catalogue_of
from danao.view import Standard
from danao.web.addresses import Addresses, addresses_of
from danao.web.documents import Library
from danao.web.freshness import State, state_of
from danao.web.kept import Kept
from danao.web.pages import Pages
from danao.web.sights import Sight
from danao.web.site.frame import Frame

# The last page that anybody is given.
_LAST = 100_000


@dataclass(frozen=True)
class Linking:
    """What answers about the linked data of one base and knowledge share; made when the service starts."""

    base: str
    knowledge: Knowledge
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    statistics: Kept[Sequence[Triple]] = field(default_factory=Kept)
    endpoints: Kept[Sequence[Triple]] = field(default_factory=Kept)
    _states: dict[str, tuple[Sight, State]] = field(default_factory=dict)

    @cached_property
    def addresses(self) -> Addresses:
        """Where documents are."""
        return addresses_of(self.base, self.knowledge)

    @cached_property
    def library(self) -> Library:
        """Documents of resources."""
        return Library(self.base, self.knowledge, self.addresses)

    @cached_property
    def pages(self) -> Pages:
        """Pages of documents."""
        return Pages(self.addresses, self.knowledge, self.frame)

    @cached_property
    def frame(self) -> Frame:
        """What all pages stand in, by the name of the standard."""
        return Frame(self.knowledge.label(Standard(self.knowledge).document))

    @cached_property
    def context(self) -> Context:
        """The JSON-LD context of all documents, which is at :attr:`context_address`."""
        return context_of(self.knowledge)

    @property
    def context_address(self) -> str:
        """Where the context is."""
        return f"{self.base}context.jsonld"

    @cached_property
    def context_document(self) -> bytes:
        """The context as a JSON-LD document."""
        return (json.dumps(document(self.knowledge), ensure_ascii=False, indent=2) + "\n").encode()

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """Prefixes of everything that documents speak of."""
        return {"foaf": FOAF, "void": VOID, **PUBLIC, **self.knowledge.prefixes}

    def catalogue(self, sight: Sight) -> str:
        """The catalogue that a reader sees."""
        return next(graph for graph in sight.default if graph.startswith(catalogue_of(self.base)))

    def state(self, sight: Sight) -> State:
        """What all that a reader sees depends on, found once a copy."""
        found = self._states.get(sight.key)
        if found is None or found[0] is not sight:
            software = f"{__version__} {self.knowledge.digest}"
            found = self._states[sight.key] = (sight, state_of(sight, self.base, self.started, software))
        return found[1]


def path_of(request: Request) -> str:
    """The path of a request as it was sent, without what the service is mounted below."""
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    text = raw.decode("latin-1").partition("?")[0]
    return text.removeprefix(request.scope.get("root_path", ""))


def page_of(request: Request) -> int:
    """The number of the page that a request asks for, from 1.

    :raises BadRequest: it is no such number.
    """
    text = request.query_params.get("page", "1")
    if not text.isascii() or not text.isdigit() or len(text) > len(str(_LAST)) or not 1 <= int(text) <= _LAST:
        raise BadRequest(
            Text("page 不是页码。", "The parameter page is no number of a page."),
            fix=Text(f"写 1 到 {_LAST} 的整数。", f"Give a whole number from 1 to {_LAST}."),
        )
    return int(text)


def nothing_here() -> NotFound:
    """The error of an address at which the reader sees nothing, whether or not anything is there."""
    return NotFound(
        Text("这个地址上没有您能看到的内容。", "There is nothing at this address that you may see."),
        fix=Text("核对地址；未公布的内容要用令牌。", "Check the address; what is not published takes a token."),
    )
