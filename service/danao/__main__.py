"""``danao`` and ``python -m danao``: the outermost edge, where every error becomes a message and an exit code."""

from __future__ import annotations

import io
import sys

from danao.cli import app
from danao.errors import DanaoError


def main() -> None:
    """Run the command line; 0 fine, 1 a description has violations, 2 wrong usage or unreadable input."""
    _print_anything()
    try:
        app()
    except DanaoError as error:
        from danao.render import print_error

        print_error(error)
        sys.exit(2)


def _print_anything() -> None:
    # A console that cannot show a character (GBK, ASCII) shows a stand-in instead of a traceback.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


if __name__ == "__main__":
    main()
