"""``danao fleet``: many descriptions at once."""

from __future__ import annotations

from danao.cli.fleet import generate
from danao.cli.fleet.app import fleet

__all__ = ["fleet", "generate"]
