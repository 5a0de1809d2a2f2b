"""The application: its commands, and where each stands."""

from __future__ import annotations

import click

from danao import __version__
from danao.cli.declared import Commands


def _versions(context: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's own
    if not wanted:
        return
    from importlib.metadata import version as installed

    from danao.engine.shapes import shapes_in_use

    click.echo(f"danao {__version__}")
    fast = ("pyoxigraph", shapes_in_use().name)
    for engine, libraries in (("fast", fast), ("reference", ("rdflib", "owlrl", "pyshacl"))):
        click.echo(f"{engine}: " + ", ".join(f"{name} {installed(name)}" for name in libraries))
    context.exit()


app = Commands(
    {
        "check": "danao.cli.assess",
        "assess": "danao.cli.assess",
        "explain": "danao.cli.assess",
        "ask": "danao.cli.ask",
        "query": "danao.cli.ask",
        "diff": "danao.cli.diff",
        "gaps": "danao.cli.gaps",
        "report": "danao.cli.report",
        "schema": "danao.cli.schema",
        "context": "danao.cli.schema",
        "standard": "danao.cli.standard",
        "fleet": "danao.cli.fleet",
        "registry": "danao.cli.registry",
        "serve": "danao.cli.serve",
        "token": "danao.cli.token",
        "audit": "danao.cli.audit",
    },
    name="danao",
    help="把标准做成可执行的知识：描述 → 推理 → 校验 → 计分 → 解释。 A standard as executable knowledge.",
    params=[
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_versions,
            help="版本与所用引擎。 Version and engines in use.",
        )
    ],
)
