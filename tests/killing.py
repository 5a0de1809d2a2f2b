"""A process that submits one version after another and says what it was told is registered; it is meant to be killed.

``python -m tests.killing FOLDER FIRST COUNT [ADDRESS]`` submits versions of two projects, the texts numbered from
``FIRST``; the store is in the folder, or at the address. They are by the smallest standard of the tests, so that a test
has the time for many.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

from danao.knowledge import load_knowledge
from danao.registry.entries import SUBMISSION, Entry, read_entry, standing
from danao.registry.record import Record
from danao.registry.submit import submit
from danao.statements import lexical
from tests.registering import CACHE, assessed, at, held

ROOT = Path(__file__).parents[1]
KIOSKS = ROOT / "tests" / "standards" / "kiosks"
KIOSK = (KIOSKS / "kiosk.ttl").read_text(encoding="utf-8")
# A submission takes about so many seconds: a moment lies within one.
ABOUT = 0.2


def main(folder: Path, first: int, count: int, address: str | None = None) -> None:
    """Submit; a line for each that is registered."""
    knowledge = load_knowledge(KIOSKS, cache=CACHE)
    assessments = [assessed(knowledge, version(number)) for number in range(first, first + count)]
    with held(folder, address) as registry:
        # What is made ready once is no part of a submission.
        submit(registry, assessments[0], at(first % 1000))
        print("ready", flush=True)
        for number, assessment in enumerate(assessments, start=first):
            done = submit(registry, assessment, at(number % 1000))
            print(done.entry.number, number, flush=True)
    print("end", flush=True)


def version(number: int) -> str:
    """The text of a number: of project a or b, each like no other."""
    return KIOSK.replace('"kiosk"', f'"{"ab"[number % 2]}"').replace("门灯", f"第 {number} 版")


def killed(folder: Path, first: int, count: int, told: int, later: float) -> dict[int, int]:
    """What a process said is registered, number of the text by entry; it was killed after it had said so many.

    It lived some seconds longer than that.
    """
    command = [sys.executable, "-m", "tests.killing", str(folder), str(first), str(count)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        ready = child.stdout.readline()
        assert ready == "ready\n", child.stderr.read() if child.stderr else ""
        lines = [child.stdout.readline() for _ in range(told)]
        time.sleep(later)
        child.kill()
        rest, _ = child.communicate()
    # A line that was cut off was not said.
    said = [line.split() for line in (*lines, *rest.splitlines(keepends=True)) if line.endswith("\n")]
    return {int(line[0]): int(line[1]) for line in said if line != ["end"]}


def survived(folder: Path, moments: int, seed: int, *, each: int = 8) -> dict[int, int]:
    """Kill a process at so many random moments, one after another; what was acknowledged, text by entry.

    Each has so many texts to submit, and is killed within one of them.

    After each, everything acknowledged is there and nothing is half there: each entry has all of its graphs in the
    store, and the store has no graph of any other.
    """
    chance = random.Random(seed)  # noqa: S311 - which moments is no secret
    acknowledged: dict[int, int] = {}
    for moment in range(moments):
        acknowledged |= killed(folder, moment * each, each, chance.randrange(each), chance.uniform(0, ABOUT))
        check_whole(folder, acknowledged)
    return acknowledged


def check_whole(folder: Path, acknowledged: dict[int, int]) -> None:
    """Everything acknowledged is there, and nothing is half there."""
    with held(folder) as registry:
        entries = {line.number: read_entry(registry.record, line) for line in registry.record.lines()}
        for number, text in acknowledged.items():
            assert f"第 {text} 版" in description_of(registry.record, entries[number])
        graphs = set(registry.store.graphs())
        named = {entry.one(name) for entry in entries.values() for name in ("description", "examination", "assessment")}
        others = {"catalogue", "catalogue/public", "view/office"}
        expected = named | {f"{registry.record.base}{name}" for name in others if entries}
        submissions = [entry for entry in entries.values() if entry.kind == SUBMISSION]
        expected |= {f"{entry.one('knowledge')}{part}" for entry in submissions for part in ("", "/closure")}
        # What follows is there of what is current only.
        expected |= {f"{entry.one('assessment')}/derived" for entry in standing(submissions).current.values()}
        assert graphs == expected


def description_of(record: Record, entry: Entry) -> str:
    """The canonical bytes of the description of an entry, as text."""
    text = record.get(entry.one("descriptionDigest")).decode()
    return "\n".join(lexical(line.split(" ", 2)[2][:-2]) for line in text.splitlines())


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
