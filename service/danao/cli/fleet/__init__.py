"""``danao fleet``: many descriptions at once. Each module adds its commands, in the order of the help."""

from __future__ import annotations

from danao.cli.fleet import analysis, generate
from danao.cli.fleet.app import fleet

__all__ = ["analysis", "fleet", "generate"]
