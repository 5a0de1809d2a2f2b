"""The command line. Libraries are imported inside the commands, so that ``danao --help`` answers at once."""

from __future__ import annotations

from danao.cli.app import app

__all__ = ["app"]
