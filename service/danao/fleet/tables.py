"""The process that makes the tables of a run: ``python -m danao.fleet.tables OUT``.

It starts with little memory, and what making tables takes stays apart from what the run took before: a run of any size
needs the same. It reads what it has to know from standard input and writes on standard output what it counted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from danao.fleet.elements import element_table
from danao.fleet.processes import command, environment
from danao.fleet.ranking import write_ranking
from danao.fleet.results import Tally, write_table, write_tables


def make_tables(out: Path, told: Mapping[str, Any], lock: int, *, nquads: bool, keep_steps: bool) -> Tally:
    """Have every table of a run made from its parts; what was counted meanwhile.

    ``told`` has the elements and bands of the standard; ``lock`` is the open folder, which stays locked until the
    tables are made even if whoever asked for them is killed.

    :raises OSError: they cannot be written.
    """
    order = {"nquads": nquads, "keep_steps": keep_steps, "elements": told["elements"], "bands": told["bands"]}
    done = subprocess.run(  # noqa: S603 - our own program
        command("tables", str(out)),
        input=json.dumps(order).encode(),
        stdout=subprocess.PIPE,
        env=environment(),
        pass_fds=(lock,),
        check=False,
    )
    answer = json.loads(done.stdout or b"null")
    if answer is None:
        raise ChildProcessError(done.returncode, f"making tables ended with {done.returncode}", str(out))
    if "errno" in answer:
        raise OSError(answer["errno"], os.strerror(answer["errno"]), answer["filename"])
    return Tally.from_json(answer)


def main(out: Path) -> None:
    """Make the tables and say what was counted, or which file could not be written."""
    order = json.load(sys.stdin)
    try:
        tally = write_tables(out, nquads=order["nquads"], keep_steps=order["keep_steps"])
        write_table(out / "elements.parquet", element_table(order["elements"]))
        write_ranking(out, order["bands"])
    except OSError as fault:
        print(json.dumps({"errno": fault.errno, "filename": str(fault.filename or out)}))  # noqa: T201 - what it is for
    else:
        print(json.dumps(tally.as_json()))  # noqa: T201 - what it is for


if __name__ == "__main__":
    main(Path(sys.argv[1]))
