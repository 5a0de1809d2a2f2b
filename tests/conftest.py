"""The knowledge, loaded once a run for each engine."""

from __future__ import annotations

import signal

import pytest
from hypothesis import settings

from danao.knowledge import Knowledge, load_knowledge

# A busy machine is no defect: what a test proves does not depend on its time.
settings.register_profile("danao", deadline=None)
settings.load_profile("danao")

# Whoever starts the tests in the background may have them ignore what is sent to the processes that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(scope="session")
def reference() -> Knowledge:
    return load_knowledge(engine="reference")
