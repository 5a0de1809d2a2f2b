"""A service that really runs, as ``danao serve`` starts it, for tests of what only a process shows."""

from __future__ import annotations

import json
import os
import queue
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_SECONDS = 120


@dataclass
class Running:
    """A service: the process that was started, its address, and the lines of its log."""

    process: subprocess.Popen[str]
    address: str
    log: queue.Queue[str] = field(default_factory=queue.Queue)

    @property
    def port(self) -> int:
        return int(self.address.rsplit(":", 1)[1].strip("/"))

    @property
    def host(self) -> str:
        return "127.0.0.1"

    def listen(self) -> None:
        """Keep the lines of its log until it ends."""
        for line in self.process.stderr or ():
            self.log.put(line)

    def children(self) -> list[int]:
        """The processes below it that are there, the service itself first."""
        found = [self.process.pid]
        for parent in found:
            path = Path(f"/proc/{parent}/task/{parent}/children")
            found += [int(child) for child in path.read_text().split()] if path.exists() else []
        return found[1:]

    def asked(
        self, path: str, data: bytes | None = None, headers: Mapping[str, str] | None = None, method: str | None = None
    ) -> tuple[int, Any]:
        """The status of an answer and what it says, as JSON where it is some."""
        request = urllib.request.Request(self.address + path.lstrip("/"), data, dict(headers or {}), method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - our own
                return answer.status, _read(answer.read(), answer.headers)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, _read(refusal.read(), refusal.headers)

    def end(self) -> int:
        """End it as a system does; its exit code."""
        self.process.terminate()
        return self.process.wait(_SECONDS)


def _read(body: bytes, headers: Any) -> Any:  # noqa: ANN401 - JSON is any
    return json.loads(body) if "json" in headers.get("Content-Type", "") else body


@contextmanager
def running(registry: Path, *options: str, **environment: str) -> Iterator[Running]:
    """A service over a registry, on a port that is free; ended afterwards."""
    command = [sys.executable, "-m", "danao", "serve", "--registry", str(registry), "--port", "0", "--lang", "en"]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DANAO_")}
    with subprocess.Popen(
        [*command, *options],
        cwd=ROOT,
        env={**clean, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        told = process.stdout.readline()
        address = re.search(r"http://\S+", told)
        if address is None:
            raise AssertionError(told + process.stdout.read() + process.stderr.read())
        found = Running(process, address[0])
        listening = threading.Thread(target=found.listen, daemon=True)
        listening.start()
        try:
            yield found
        finally:
            if process.poll() is None:
                process.terminate()
            # Its log is open until the last process that has it ended, and is not closed while it is read.
            process.wait(_SECONDS)
            listening.join(_SECONDS)


def token(registry: Path, *words: str) -> dict[str, str]:
    """A token of a registry's service, as the head of a request."""
    command = [sys.executable, "-m", "danao", "token", "make", *words, "--registry", str(registry)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return {"Authorization": f"Bearer {done.stdout.strip()}"}


def gone(process: int, seconds: float = 20) -> bool:
    """Whether a process ends within so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(1 / 10)
    return False
