"""``danao`` and ``python -m danao``: the outermost edge, where every error becomes a message and an exit code."""

from __future__ import annotations

import gc
import io
import os
import sys

from danao.cli import app
from danao.errors import DanaoError
from danao.sandbox import Bounds, memory_exceeded
from danao.watch import Watch, watched

_RARELY = 100_000


def main() -> None:
    """Run the command line; 0 fine, 1 a description has violations, 2 wrong usage or unreadable input."""
    # A start makes hundreds of thousands of objects that stay: looking through them takes longer than making them.
    gc.set_threshold(_RARELY)
    _print_anything()
    try:
        # Without fork, as on Windows, there is nobody to watch: what is computed there is the user's own.
        code = watched(_run, _tell) if hasattr(os, "fork") else _run(None)
    finally:
        # At its end Python looks once more through all that is there; it goes with the process anyway.
        gc.freeze()
    sys.exit(code)


def _run(watch: Watch | None) -> int:
    try:
        app(obj=watch)
    except DanaoError as error:
        _tell(error, "zh")
        return 2
    except MemoryError:
        noted = watch.noted() if watch else {}
        _tell(memory_exceeded(Bounds(0, noted.get("memory", 0)), None), noted.get("lang", "zh"))
        return 2
    return 0


def _tell(error: DanaoError, lang: str) -> None:
    from danao.render import print_error

    print_error(error, lang)


def _print_anything() -> None:
    # A console that cannot show a character (GBK, ASCII) shows a stand-in instead of a traceback.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


if __name__ == "__main__":
    main()
