"""Help of commands on a terminal: columns that hold with Chinese, whose characters are twice as wide."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

_WIDEST = 120
_HELP = "显示本说明。 Show this page."


def help_of(command: click.Command, context: click.Context) -> str:
    """The help of a command, or of a group with its commands."""
    page = io.StringIO()
    width = min(Console().width, _WIDEST)
    console = Console(file=page, width=width, force_terminal=sys.stdout.isatty(), highlight=False, emoji=False)
    usage = " ".join(command.collect_usage_pieces(context))
    console.print(Text.assemble(("用法 Usage: ", "bold"), f"{context.command_path} {usage}"))
    console.print()
    console.print(Text(command.help or ""))
    given = command.get_params(context)
    arguments = [one for one in given if isinstance(one, click.Argument)]
    options = [one for one in given if isinstance(one, click.Option)]
    _section("参数 Arguments", ((one.make_metavar(context), _about(one, context)) for one in arguments), console)
    _section("选项 Options", ((_names(one, context), _about(one, context)) for one in options), console)
    if isinstance(command, click.Group):
        _section("命令 Commands", _commands(command, context), console)
    return "".join(f"{line.rstrip()}\n" for line in page.getvalue().splitlines())


def _section(title: str, rows: Iterable[tuple[str, str]], console: Console) -> None:
    table = Table.grid(padding=(0, 3, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, about in rows:
        table.add_row(Text(f"  {name}"), Text(about))
    if table.row_count:
        console.print()
        console.print(Text(title, "bold"))
        console.print(table)


def _names(option: click.Option, context: click.Context) -> str:
    names = ", ".join((*option.opts, *option.secondary_opts))
    return names if option.is_flag else f"{names} {option.make_metavar(context)}"


def _about(parameter: click.Argument | click.Option, context: click.Context) -> str:
    said = _HELP if parameter is context.command.get_help_option(context) else parameter.help or ""
    return "\n".join((said, *_notes(parameter, context)))


def _notes(parameter: click.Argument | click.Option, context: click.Context) -> Iterator[str]:
    if isinstance(parameter, click.Argument):
        if parameter.required:
            yield "[必填 required]"
        return
    extra = parameter.get_help_extra(context)
    notes = [f"环境变量 env: {name}" for name in extra.get("envvars", ())]
    for key, word in (("default", "默认 default"), ("range", "范围 range")):
        if value := extra.get(key):
            notes.append(f"{word}: {value}")
    if notes:
        yield f"[{' · '.join(notes)}]"


def _commands(group: click.Group, context: click.Context) -> Iterator[tuple[str, str]]:
    for name in group.list_commands(context):
        if command := group.get_command(context, name):
            yield name, command.get_short_help_str()
