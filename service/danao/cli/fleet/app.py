"""The group of commands that work on fleets, and what they share."""

from __future__ import annotations

import typer

from danao.cli.app import app
from danao.errors import MissingExtra, Text

fleet = typer.Typer(
    name="fleet",
    help="成批评估：几千到几百万份描述。 Assess thousands to millions of descriptions.",
    no_args_is_help=True,
)
app.add_typer(fleet)


def needs(*libraries: str, extra: str) -> None:
    """See that the libraries of an extra are there, before anything imports them.

    :raises MissingExtra: one is not.
    """
    from importlib.util import find_spec

    missing = [library for library in libraries if find_spec(library) is None]
    if missing:
        raise MissingExtra(
            Text(f"没有安装 {'、'.join(missing)}。", f"Not installed: {', '.join(missing)}."),
            fix=Text(f"安装：pip install 'danao[{extra}]'。", f"Install it: pip install 'danao[{extra}]'."),
        )
