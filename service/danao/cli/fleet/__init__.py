"""``danao fleet``: commands for many descriptions at once."""

from __future__ import annotations

# Each module adds its commands to the sub-application, in the order of the help.
from danao.cli.fleet import analysis
from danao.cli.fleet.app import fleet

__all__ = ["analysis", "fleet"]
