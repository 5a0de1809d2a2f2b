"""The command line. Libraries are imported inside the commands, so that ``danao --help`` answers at once."""

from __future__ import annotations

# Each module adds its commands to the application, in the order of the help.
from danao.cli import ask, assess, diff, fleet, gaps, report, schema, standard
from danao.cli.app import app

__all__ = ["app", "ask", "assess", "diff", "fleet", "gaps", "report", "schema", "standard"]
