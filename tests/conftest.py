"""The knowledge, loaded once a run for each engine."""

from __future__ import annotations

import pytest

from danao.knowledge import Knowledge, load_knowledge


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(scope="session")
def reference() -> Knowledge:
    return load_knowledge(engine="reference")
