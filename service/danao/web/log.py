"""The service's log: a line of JSON on standard error for whatever is told to who runs it."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from typing import Any

NAME = "danao.web"


def log(told: Mapping[str, Any], level: int = logging.INFO) -> None:
    """Tell an event, which has its name as ``event``. Nothing that was sent, and no secret, is to stand in it."""
    logging.getLogger(NAME).log(level, json.dumps(told))


class _Lines(logging.Formatter):
    """Lines as JSON, each with its time and level; the text of ours is an object already."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {"time": self.formatTime(record), "level": record.levelname.lower()}
        if record.name == NAME:
            return json.dumps(told | json.loads(record.getMessage()), ensure_ascii=False)
        return json.dumps(told | {"event": "server", "text": record.getMessage()}, ensure_ascii=False)


def log_to_stderr() -> None:
    """Let the log go to standard error, a line for each request among others."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    logging.getLogger().handlers = [handler]
    logging.getLogger(NAME).setLevel(logging.INFO)
