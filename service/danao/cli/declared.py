"""Commands declared as functions: parameters by annotations, help by the docstring. Click parses."""

from __future__ import annotations

import enum
import importlib
import inspect
import types
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import click


class Argument:
    """A value by its position; it is required where the parameter has no default, and a list takes all that follow."""

    def __init__(self, *, help: str, metavar: str | None = None) -> None:  # noqa: A002 - as click calls it
        self.help = help
        self.metavar = metavar


class Option:
    """A value by a name such as ``--lang``; a list may be repeated, a ``bool`` takes no value.

    ``envvar`` names the environment variable that is read where the option is not given, ``min`` and ``max`` bound a
    number.
    """

    def __init__(
        self,
        *names: str,
        help: str,  # noqa: A002 - as click calls it
        envvar: str | None = None,
        metavar: str | None = None,
        min: int | None = None,  # noqa: A002 - as click calls it
        max: int | None = None,  # noqa: A002 - as click calls it
    ) -> None:
        self.names = names
        self.help = help
        self.envvar = envvar
        self.metavar = metavar
        self.min = min
        self.max = max


class Command(click.Command):
    """A command whose help is laid out for Chinese as well."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from danao.cli.helping import help_of

        formatter.write(help_of(self, ctx))


class Commands(click.Group):
    """Commands in the order of their help; each is imported when it is asked for, from the module it stands in.

    ``modules`` gives the module of each command, which holds it under its name.
    """

    def __init__(self, modules: Mapping[str, str], **settings: Any) -> None:  # noqa: ANN401 - click's own
        super().__init__(commands={name: click.Command(name) for name in modules}, **settings)
        self.modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's own
        if cmd_name not in self.modules:
            return None
        module = importlib.import_module(self.modules[cmd_name])
        command: click.Command = getattr(module, cmd_name, None) or getattr(module, f"{cmd_name}_")
        return command

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from danao.cli.helping import help_of

        formatter.write(help_of(self, ctx))


def command(function: Callable[..., None]) -> Command:
    """The command of a function, under the function's name; one that Python has for itself ends in ``_`` there."""
    hints = get_type_hints(function, include_extras=True)
    parameters = inspect.signature(function).parameters.values()
    said = inspect.getdoc(function) or ""
    return Command(
        name=function.__name__.removesuffix("_"),
        callback=function,
        params=[_parameter(one.name, hints[one.name], one.default) for one in parameters],
        help=said,
        short_help=said.partition("\n\n")[0],
    )


def _parameter(name: str, hint: object, default: object) -> click.Parameter:
    annotation, declared = get_args(hint)
    kind, many = _kind(annotation)
    required = default is inspect.Parameter.empty
    shared: dict[str, Any] = {"required": required, "metavar": declared.metavar}
    if not required and not many:
        shared["default"] = default
    if many:
        # An empty list is none at all, whatever the default.
        shared["callback"] = lambda _context, _parameter, value: list(value) or None
    if isinstance(declared, Argument):
        nargs = -1 if many else 1
        return click.Argument([name], type=_type(kind, None), nargs=nargs, help=declared.help, **shared)
    return click.Option(
        [name, *declared.names],
        type=_type(kind, declared),
        multiple=many,
        is_flag=kind is bool,
        help=declared.help,
        envvar=declared.envvar,
        show_envvar=True,
        show_default=True,
        **shared,
    )


def _kind(annotation: object) -> tuple[type, bool]:
    """The type of one value, and whether there may be many."""
    if get_origin(annotation) in {Union, types.UnionType}:
        (annotation,) = (one for one in get_args(annotation) if one is not types.NoneType)
    if get_origin(annotation) is list:
        return get_args(annotation)[0], True
    if not isinstance(annotation, type):
        raise TypeError(annotation)
    return annotation, False


def _type(kind: type, declared: Option | None) -> click.ParamType[Any]:
    if issubclass(kind, enum.Enum):
        return click.Choice(list(kind))
    if kind is Path:
        return click.Path(path_type=Path)
    if declared and kind is int:
        return click.IntRange(declared.min, declared.max)
    if declared and kind is float:
        return click.FloatRange(declared.min, declared.max)
    return click.types.convert_type(kind)
