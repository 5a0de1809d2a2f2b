"""A fleet on a real cluster of two workers: the same bytes as on one machine, whatever dies on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from danao.errors import ClusterFault
from danao.fleet.batches import Batch
from danao.fleet.work import Done
from tests.fleets import Told, folder_of, limited, outputs, projects, ran
from tests.test_cli import SERVICE
from tests.test_fleet_assess import BROKEN, DEADLY

SETTINGS = limited(max_seconds=4)


@dataclass(frozen=True)
class Cluster:
    """A scheduler and its workers, each a process of ours."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]


def dask(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    with (folder / f"{arguments[0]}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(SERVICE)},
            stdout=log,
            stderr=log,
        )


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    file = tmp_path / "scheduler.json"
    loopback = ("--host", "127.0.0.1", "--no-dashboard")
    scheduler = dask(tmp_path, "scheduler", "--port", "0", "--scheduler-file", str(file), *loopback)
    workers: list[subprocess.Popen[bytes]] = []
    try:
        wait_until(file.exists)
        worker = ("worker", "--scheduler-file", str(file), "--nthreads", "1", "--no-nanny", *loopback)
        workers += [dask(tmp_path, *worker) for _ in range(2)]
        address = next(part for part in file.read_text().split('"') if part.startswith("tcp://127.0.0.1:"))
        log = tmp_path / "scheduler.log"
        wait_until(lambda: log.read_text().count("Register worker") == 2)
        yield Cluster(address, scheduler, workers)
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def wait_until(holds: object) -> None:
    assert callable(holds)
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("cluster")
    files = projects(10) | {"004.ttl": BROKEN, "006.ttl": DEADLY}
    return folder_of(root / "in", files)


@pytest.fixture(scope="module")
def here(inputs: Path) -> dict[str, str]:
    """What comes out on one machine."""
    out = inputs.parent / "here"
    told = ran(inputs, out=out, settings=SETTINGS, batch=1)
    assert told["errors"] == {"SyntaxFault": 1, "TimeExceeded": 1}
    assert told["scored"] == 8
    return outputs(out)


def test_a_cluster_gives_the_same_bytes_and_a_deadly_description_takes_only_itself_down(
    cluster: Cluster, inputs: Path, here: dict[str, str], tmp_path: Path
) -> None:
    ran(inputs, out=tmp_path / "out", settings=SETTINGS, batch=1, cluster=cluster.address)
    assert outputs(tmp_path / "out") == here
    assert [worker.poll() for worker in cluster.workers] == [None, None]
    # Its children go with the run, the workers stay.
    wait_until(lambda: not any(children_of(worker.pid) for worker in cluster.workers))


def children_of(pid: int) -> list[str]:
    found = [path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    return [child for children in found for child in children]


@dataclass
class Killing(Told):
    """Kills a process with -9 once a few batches are done."""

    victim: int = 0

    def advance(self, batch: Batch, done: Done | None) -> None:
        super().advance(batch, done)
        if len(self.fresh) == 3:
            os.kill(self.victim, signal.SIGKILL)


def test_a_worker_that_is_killed_changes_nothing(
    cluster: Cluster, inputs: Path, here: dict[str, str], tmp_path: Path
) -> None:
    killing = Killing(victim=cluster.workers[0].pid)
    ran(inputs, out=tmp_path / "out", settings=SETTINGS, batch=1, cluster=cluster.address, listener=killing)
    assert cluster.workers[0].wait(10) == -signal.SIGKILL
    assert outputs(tmp_path / "out") == here


def test_a_run_whose_cluster_is_gone_goes_on_without_one(
    cluster: Cluster, inputs: Path, here: dict[str, str], tmp_path: Path
) -> None:
    killing = Killing(victim=cluster.scheduler.pid)
    with pytest.raises(ClusterFault):
        ran(inputs, out=tmp_path / "out", settings=SETTINGS, batch=1, cluster=cluster.address, listener=killing)
    told = Told()
    ran(inputs, out=tmp_path / "out", settings=SETTINGS, batch=1, resume=True, listener=told)
    assert 0 < len(told.fresh) < 10
    assert outputs(tmp_path / "out") == here


def test_a_run_on_a_cluster_that_is_killed_goes_on_there(
    cluster: Cluster, inputs: Path, here: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "danao", "fleet", "assess", str(inputs), "-o", str(out), "--batch", "1"]
    command += ["--cluster", cluster.address, "--as-of", SETTINGS.as_of, "--limit", "seconds=4"]
    environment = os.environ | {"PYTHONPATH": str(SERVICE)}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, process_group=0)
    wait_until((out / "parts" / "000002.arrow").exists)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    subprocess.run([*command, "--resume"], env=environment, check=True, capture_output=True)
    assert outputs(out) == here


def test_an_address_without_a_cluster_is_told() -> None:
    from danao.fleet.cluster import ClusterCrew

    with pytest.raises(ClusterFault):
        ClusterCrew(SETTINGS, "tcp://127.0.0.1:1", patience=1)
