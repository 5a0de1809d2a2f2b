"""Answers that workers make: kept where what they are made of never changes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from danao.errors import Place
from danao.web.api.forms import JSON
from danao.web.asking import Asked
from danao.web.lasting import Answer
from danao.web.pool import Work

_JOBS = "danao.web.api.jobs:"


def made(asked: Asked, job: str, arguments: Mapping[str, Any]) -> Answer:
    """What a job of :mod:`danao.web.api.jobs` answers about entries; the arguments name all it depends on."""
    key = json.dumps([job, arguments], sort_keys=True)
    return asked.service.answers.of(key, lambda: done(asked, job, arguments))


def done(
    asked: Asked,
    job: str,
    arguments: Mapping[str, Any],
    parts: Sequence[bytes] = (),
    place: Place | None = None,
) -> Answer:
    """What a job answers now; ``place`` is what it works on."""
    service = asked.service
    found = service.work.run(Work(_JOBS + job, dict(arguments), parts, place), service.settings.work)
    return Answer(found.parts[0], arguments.get("form", JSON))
