"""The sub-application that commands about fleets add themselves to."""

from __future__ import annotations

import typer

fleet = typer.Typer(
    name="fleet",
    help="批量：成千上万份描述的评估与分析。 Fleets: assess and analyse descriptions by the thousand.",
    no_args_is_help=True,
)
