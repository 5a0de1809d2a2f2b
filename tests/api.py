"""A registry with something of everything, and clients that ask its service as each kind of reader."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from danao.knowledge import Knowledge
from danao.registry.submit import publish, submit, withdraw
from danao.web.readers import PUBLIC, Reader, Scope
from danao.web.service import Service
from tests.accessing import DESCRIPTION, EXAMINATION, restricted
from tests.registering import assessed, at, held, text_of
from tests.web import app_for, serving

EXAMPLES = Path(__file__).parents[1] / "examples"
HALF_BUILT, HALF_BUILT_EXAMINATION = (
    (EXAMPLES / f"{name}.ttl").read_text(encoding="utf-8") for name in ("half-built", "half-built-examination")
)
# What is restricted of the description in which every thing says something of its own.
RESTRICTED = ("report-node", "rules-node", "cost-node", "mill-a-node", "lab-node")
ACCESS = f"{DESCRIPTION}\n{restricted(*RESTRICTED)}"
DEARER = ("danao:value 93.5", "danao:value 96.0")
RENAMED = ('dcterms:title "示例木业链"@zh', 'dcterms:title "改名后的木业链"@zh')
# Names of projects of which the public sees nothing; nothing else says them.
HIDDEN = ("hidden-one", "hidden-two")
READERS: Mapping[str, Reader] = {
    "public": PUBLIC,
    "submitter": Reader("lead unit", frozenset({Scope.submit}), frozenset({"access", "hidden-one"}), "1"),
    "other": Reader("another unit", frozenset({Scope.submit}), frozenset({"small"}), "2"),
    "assessor": Reader("assessor", frozenset({Scope.assess}), None, "3"),
    "office": Reader("office", frozenset({Scope.admin}), None, "4"),
}
Clients = Mapping[str, TestClient]


def copied_registry(factory: pytest.TempPathFactory, knowledge: Knowledge) -> Path:
    """A copy of the registry, which is written once in a run of however many processes."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    kept = factory.getbasetemp().parent / f"api-registry-{run}"
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            write_registry(kept.with_suffix(".half"), knowledge)
            kept.with_suffix(".half").rename(kept)
    return Path(shutil.copytree(kept, factory.mktemp("api") / "registry"))


def write_registry(folder: Path, knowledge: Knowledge) -> None:
    """Projects of which everything, something and nothing is public, one that was taken back, one of three versions."""
    texts: list[tuple[str, str | None]] = [(HALF_BUILT, HALF_BUILT_EXAMINATION), (ACCESS, EXAMINATION)]
    texts += [(text_of(name), None) for name in ("small", "gone", *HIDDEN)]
    with held(folder) as registry:
        for minute, (text, examination) in enumerate(texts):
            submit(registry, assessed(knowledge, text, examination), at(minute))
        for minute, name in enumerate(("sd-wood-2025", "access", "small", "gone")):
            publish(registry, name, at(10 + minute))
        withdraw(registry, "gone", at(20), "taken back, a reason that everyone may read")
        submit(registry, assessed(knowledge, text_of("small", DEARER)), at(21))
        submit(registry, assessed(knowledge, text_of("small", DEARER, RENAMED)), at(22))


@contextmanager
def clients(folder: Path) -> Iterator[tuple[Service, Clients]]:
    """A service over a registry, with a client for each kind of reader."""
    with serving(folder) as service:
        yield service, {name: TestClient(app_for(service, reader)) for name, reader in READERS.items()}
