"""How a run goes on, told on standard error: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from danao.errors import Text
from danao.fleet.batches import Batch
from danao.fleet.run import Plan
from danao.fleet.work import Done

# Seconds between two lines where there is no terminal.
_QUIET = 10
_PARTS = 1000


class Reporter:
    """Tells descriptions done, the rate, the time that is left and the errors so far."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._console = Console(stderr=True, emoji=False, highlight=False, soft_wrap=True)
        self._bar: Progress | None = None
        self._done = self._before = self._reused = self._continued = 0
        self._errors: Counter[str] = Counter()
        self._reach = self._reach_before = 0

    def begin(self, plan: Plan, files: int) -> None:
        """Say what is done, and by whom."""
        who = Text(f"{plan.jobs} 个进程", f"{plan.jobs} processes")
        if plan.cluster:
            who = Text(f"集群 {plan.cluster}", f"cluster {plan.cluster}")
        self._say(Text(f"{files} 个文件，{who.zh}，输出到 {plan.out}", f"{files} files, {who.en}, into {plan.out}"))
        self._start = self._told = time.monotonic()
        if self._console.is_terminal:
            self._bar = Progress(BarColumn(), TextColumn("{task.description}"), console=self._console, transient=True)
            self._task = self._bar.add_task("", total=_PARTS)
            self._bar.start()

    def advance(self, batch: Batch, done: Done | None) -> None:
        """Count a batch, and tell if it is time."""
        self._done += len(batch.entries)
        self._reach = max(self._reach, int(batch.reach * _PARTS))
        if done is None:
            self._before = self._done
            self._reach_before = self._reach
        else:
            self._reused += done.reused
            self._continued += done.continued
            self._errors.update(_status(done.results))
        if self._bar:
            self._bar.update(self._task, completed=self._reach, description=self._line().in_language(self._lang))
        elif time.monotonic() - self._told > _QUIET:
            self._told = time.monotonic()
            self._say(self._line())

    def finish(self) -> None:
        """Leave the last figures on the screen."""
        self.stop()
        self._say(self._line())

    def stop(self) -> None:
        """Let go of the terminal."""
        if self._bar:
            self._bar.stop()
            self._bar = None

    def _line(self) -> Text:
        seconds = max(1, time.monotonic() - self._start)
        fresh = self._done - self._before
        rate = f"{fresh / seconds:,.1f}"
        left = (_PARTS - self._reach) * seconds / max(1, self._reach - self._reach_before)
        bad = self._errors["refused"] + self._errors["unreadable"]
        zh = [f"已评估 {self._done:,} 份", f"每秒 {rate} 份", f"剩余约 {_clock(left)}", f"有问题 {bad:,} 份"]
        en = [f"{self._done:,} done", f"{rate} a second", f"about {_clock(left)} left", f"{bad:,} with errors"]
        if self._reused:
            zh.append(f"沿用 {self._reused:,} 份")
            en.append(f"{self._reused:,} reused")
        if self._continued:
            zh.append(f"从保留的步骤接着评估 {self._continued:,} 份")
            en.append(f"{self._continued:,} continued from kept steps")
        return Text("，".join(zh), ", ".join(en))

    def _say(self, text: Text) -> None:
        self._console.print(text.in_language(self._lang), markup=False)


def _status(results: Any) -> list[str]:  # noqa: ANN401 - PyArrow has no types
    found: list[str] = results["status"].to_pylist()
    return found


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
