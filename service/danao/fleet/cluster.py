"""A crew on a Dask cluster: the same attendants and children, on the machines of its workers."""

from __future__ import annotations

import contextlib
import json
import queue
import time
import uuid
from concurrent.futures import CancelledError
from typing import Any, cast

import dask
from distributed import Client, KilledWorker, Worker, get_worker
from distributed.client import Future, FutureCancelledError
from distributed.comm.core import CommClosedError
from distributed.diagnostics.plugin import WorkerPlugin

from danao.errors import ClusterFault, DanaoError, Text, error_from_json
from danao.fleet import frames
from danao.fleet.attendant import Attendant
from danao.fleet.settings import UnitSettings

_CONNECT_SECONDS = 20
# A cluster without any worker for so long is not waited for.
_LONELY_SECONDS = 60
_LOOK_SECONDS = 2
# A batch that lost its workers so often (and each time as often as the scheduler allows) is given up. The cluster is
# at fault then and not the batch: what kills a process kills a child of the worker.
_LOST = 5

# What a task gives back: the kind of message, and a table or an error.
_Told = tuple[bytes, bytes]


class Attendants(WorkerPlugin):
    """The attendants of one worker, each with its child; as many as the worker has threads come to be."""

    def __init__(self, settings: UnitSettings) -> None:
        self.settings = settings
        # Several runs may share a cluster.
        self.name = f"danao-fleet-{uuid.uuid4().hex}"

    def setup(self, worker: Worker) -> None:
        """Begin with none."""
        del worker
        self._idle: queue.SimpleQueue[Attendant] = queue.SimpleQueue()
        self._all: list[Attendant] = []

    def teardown(self, worker: Worker) -> None:
        """End the children with the worker, or with the run."""
        del worker
        for attendant in self._all:
            attendant.close()

    def assess(self, data: bytes) -> _Told:
        """What an attendant makes of a packed table."""
        try:
            attendant = self._idle.get_nowait()
        except queue.Empty:
            attendant = Attendant(self.settings)
            self._all.append(attendant)
        try:
            return frames.TABLE, bytes(frames.packed(attendant.assess(frames.unpacked(data))))
        except DanaoError as error:
            return frames.REFUSED, json.dumps(error.as_json()).encode()
        finally:
            self._idle.put(attendant)


def _assess(plugin: str, data: bytes) -> _Told:
    """One task: it runs on a worker."""
    return cast("Attendants", get_worker().plugins[plugin]).assess(data)


class ClusterCrew:
    """A client of a cluster that keeps every thread of it busy.

    :raises ClusterFault: there is no scheduler at the address.
    """

    def __init__(self, settings: UnitSettings, address: str, patience: int = _CONNECT_SECONDS) -> None:
        try:
            self._client = Client(  # type: ignore[no-untyped-call]
                address, timeout=patience, set_as_default=False
            )
        except (OSError, ValueError) as fault:
            raise _unreachable(address, fault) from fault
        self._address = address
        self._closed = False
        self._plugin = Attendants(settings)
        self._client.register_plugin(self._plugin)
        threads = sum(worker["nthreads"] for worker in self._workers().values())
        # One at work and one on its way for each thread.
        self.hands = max(2, threads * 2)

    def assess(self, table: Any) -> Any:  # noqa: ANN401 - PyArrow has no types
        data = bytes(frames.packed(table))
        for _ in range(_LOST):
            try:
                kind, body = self._awaited(self._submitted(data))
            except KilledWorker:
                continue
            # A scheduler that goes away cancels what it was given, or breaks off while it is asked.
            except (FutureCancelledError, CommClosedError) as fault:
                raise _lost(self._address) from fault
            if kind == frames.REFUSED:
                raise error_from_json(json.loads(body))
            return frames.unpacked(body)
        raise _lost(self._address)

    def _submitted(self, data: bytes) -> Future[_Told]:
        # It is meant to be as large as this.
        with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 GiB"}):
            return self._client.submit(_assess, self._plugin.name, data, pure=False)

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        # A scheduler that is gone took them with it.
        with contextlib.suppress(OSError, TimeoutError):
            self._client.unregister_worker_plugin(self._plugin.name)  # type: ignore[no-untyped-call]
        self._client.close()  # type: ignore[no-untyped-call]

    def _workers(self) -> dict[str, Any]:
        found: dict[str, Any] = self._client.scheduler_info(n_workers=-1)["workers"]
        return found

    def _awaited(self, future: Future[_Told]) -> _Told:
        lonely = time.monotonic()
        while not self._closed:
            try:
                return future.result(timeout=_LOOK_SECONDS)
            except TimeoutError:
                if self._workers():
                    lonely = time.monotonic()
                if time.monotonic() - lonely > _LONELY_SECONDS:
                    raise _no_workers(self._address) from None
        raise CancelledError


def _unreachable(address: str, fault: Exception) -> ClusterFault:
    return ClusterFault(
        Text(f"连不上集群 {address}：{fault}。", f"There is no cluster at {address}: {fault}."),
        fix=Text(
            "检查地址（如 tcp://scheduler:8786）和调度器是否在运行。",
            "Check the address (such as tcp://scheduler:8786) and that the scheduler runs.",
        ),
    )


def _lost(address: str) -> ClusterFault:
    return ClusterFault(
        Text(
            f"集群 {address} 断开了，或其工作进程一再丢失。",
            f"The cluster {address} is gone, or lost its workers again and again.",
        ),
        fix=Text(
            "查看调度器和工作进程的日志，然后用 --resume 接着运行。",
            "Look at the logs of scheduler and workers, then go on with --resume.",
        ),
    )


def _no_workers(address: str) -> ClusterFault:
    return ClusterFault(
        Text(f"集群 {address} 没有工作进程。", f"The cluster {address} has no workers."),
        fix=Text("启动工作进程后用 --resume 接着运行。", "Start workers and go on with --resume."),
    )
