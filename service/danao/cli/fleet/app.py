"""The application of ``danao fleet`` that its commands add themselves to."""

from __future__ import annotations

import typer

from danao.cli.app import group_of

fleet = typer.Typer(name="fleet", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@group_of(fleet)
def about() -> None:
    """批量：成千上万份描述的生成、评估与分析。 Fleets: generate, assess and analyse descriptions by the thousand."""
