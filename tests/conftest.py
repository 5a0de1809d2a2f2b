"""The knowledge, loaded once a run for each engine."""

from __future__ import annotations

import gc
import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from danao.knowledge import Knowledge, load_knowledge

if TYPE_CHECKING:
    from tests.asking import Registered

# A busy machine is no defect: what a test proves does not depend on its time.
settings.register_profile("danao", deadline=None)
settings.load_profile("danao")

# Whoever starts the tests in the background may have them ignore what is sent to the processes that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)


# As danao sets it for itself: looking for cycles among all that stays took a quarter of the reference engine's time.
gc.set_threshold(100_000, 20, 50)


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(scope="session")
def reference() -> Knowledge:
    return load_knowledge(engine="reference")


@pytest.fixture(scope="session")
def two_projects(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Registered:
    """A registry that services are made over: only one at a time, for each begins with removing the copies."""
    from tests.asking import registered

    return registered(tmp_path_factory.mktemp("projects") / "registry", knowledge)
