"""A request as the parts of the service see it: who asks, in which language, and what they may see."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from starlette.requests import Request

from danao.web.copies import Copy
from danao.web.negotiation import language_of
from danao.web.readers import PUBLIC, Reader
from danao.web.service import Service
from danao.web.sights import Sight


@dataclass(frozen=True)
class Asked:
    """Who asks what of the service; ``sight`` is the same however often it is looked at."""

    service: Service
    reader: Reader
    lang: str

    @cached_property
    def copy(self) -> Copy:
        """The registry's store as it is now."""
        return self.service.copies.latest()

    @cached_property
    def sight(self) -> Sight:
        """What the reader sees of it, for whatever names graphs."""
        return self.service.sights.of(self.reader, self.copy)


def asked(request: Request) -> Asked:
    """What a request asks; for FastAPI's ``Depends``. ``request.state.reader`` is who asks, where a token says so."""
    reader: Reader = getattr(request.state, "reader", PUBLIC)
    return Asked(request.app.state.service, reader, language_of(request))
