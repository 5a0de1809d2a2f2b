"""``danao fleet``: many descriptions at once. Each module adds its commands."""

from __future__ import annotations

from danao.cli.fleet import assess, verify
from danao.cli.fleet.app import fleet

__all__ = ["assess", "fleet", "verify"]
