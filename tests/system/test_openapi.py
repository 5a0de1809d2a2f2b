"""The API behind its port does what its OpenAPI says: schemathesis finds nothing, as anybody and as the office."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from danao.knowledge import Knowledge
from tests.api import copied_registry

# For each kind of reader. Longer by DANAO_SCHEMATHESIS, in seconds.
SECONDS = int(os.environ.get("DANAO_SCHEMATHESIS", "60"))
ROOT = Path(__file__).parents[2]
DANAO = (sys.executable, "-m", "danao")
# No schema tells whether a text is RDF that describes a project, so most texts that are fit by it are refused.
LEFT_OUT = "positive_data_acceptance"


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Path:
    return copied_registry(tmp_path_factory, knowledge)


@pytest.fixture(scope="module")
def address(registry: Path) -> Iterator[str]:
    """The address at which ``danao serve`` answers."""
    command = (*DANAO, "serve", "--registry", str(registry), "--port", "0", "--rate", "1000000", "--lang", "en")
    environment = os.environ | {"PYTHONPATH": str(ROOT / "service")}
    log = registry.with_suffix(".log").open("w")
    with log, subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True) as server:
        assert server.stdout is not None
        found = re.search(r"http://\S+/", server.stdout.readline())
        assert found
        try:
            yield found.group()
        finally:
            server.send_signal(signal.SIGTERM)


def token(registry: Path) -> str:
    """A token of the office."""
    command = (*DANAO, "token", "make", "office", "--scope", "admin", "--registry", str(registry))
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    (found,) = re.findall("danao_[A-Za-z0-9_-]+", done.stdout)
    return str(found)


@pytest.mark.parametrize("reader", ["public", "office"])
def test_schemathesis_finds_nothing(reader: str, registry: Path, address: str, tmp_path: Path) -> None:
    options = ["--max-time", str(SECONDS), "--continue-on-failure", "--exclude-checks", LEFT_OUT, "--no-color"]
    # A worker that computes for the first time compiles what it needs.
    options += ["--request-timeout", "60"]
    if reader == "office":
        options += ["--header", f"Authorization: Bearer {token(registry)}"]
    command = (str(Path(sys.executable).with_name("st")), "run", f"{address}openapi.json", *options)
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS + 300, check=False)
    # What the service said of itself says more than the answer does.
    faults = [line for line in registry.with_suffix(".log").read_text().splitlines() if '"level": "error"' in line]
    assert (done.returncode, faults) == (0, []), done.stdout
    tested = re.search(r"Tested: +(\d+)", done.stdout)
    assert tested is not None
    assert int(tested.group(1)) >= 13
