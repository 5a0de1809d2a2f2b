"""The application that commands add themselves to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from danao import __version__

app = typer.Typer(
    name="danao",
    help="把标准做成可执行的知识：描述 → 推理 → 校验 → 计分 → 解释。 A standard as executable knowledge.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", help="版本与所用引擎。 Version and engines in use.")] = False,
) -> None:
    """Danao."""
    if show:
        from importlib.metadata import version as installed

        typer.echo(f"danao {__version__}")
        for engine, libraries in (("fast", ("pyoxigraph", "shacl")), ("reference", ("rdflib", "owlrl", "pyshacl"))):
            typer.echo(f"{engine}: " + ", ".join(f"{name} {installed(name)}" for name in libraries))
        raise typer.Exit


def group_of(commands: typer.Typer) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """A function that says what a group of commands is for: the group becomes part of the application."""
    app.add_typer(commands)
    return commands.callback()
