"""The application of ``danao fleet`` that its commands add themselves to."""

from __future__ import annotations

import typer

from danao.cli.app import group_of

fleet = typer.Typer(name="fleet", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@group_of(fleet)
def about() -> None:
    """成批的描述：评估、核对。 Many descriptions at once: assess and verify."""
