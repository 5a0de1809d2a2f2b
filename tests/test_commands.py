"""Commands declared as functions: what they take, what they refuse, and their help on a terminal."""

from __future__ import annotations

import enum
import re
from pathlib import Path
from typing import Annotated

import click
import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from danao.cli import app
from danao.cli.declared import Argument, Command, Option, command

WIDTHS = (60, 80, 120)


class Colour(enum.StrEnum):
    """Two colours."""

    red = "red"
    blue = "blue"


def paint(  # noqa: PLR0913, PLR0917 - as many as there are kinds
    files: Annotated[list[Path], Argument(help="文件。 Files.")],
    colour: Annotated[Colour, Option("--colour", "-c", envvar="PAINT_COLOUR", help="颜色。 Colour.")] = Colour.red,
    coats: Annotated[int, Option("--coats", min=1, max=3, help="遍数。 Coats.")] = 2,
    share: Annotated[float | None, Option("--share", min=0, help="比例。 Share.")] = None,
    tag: Annotated[list[str] | None, Option("--tag", metavar="NAME", help="标签。 Tag.")] = None,
    dry: Annotated[bool, Option("--dry", help="不写。 Write nothing.")] = False,  # noqa: FBT002 - a flag of a command
) -> None:
    """刷漆。 Paint."""
    click.echo(repr((files, colour, coats, share, tag, dry)))


def ran(*words: str, of: click.Command | None = None, **environment: str) -> Result:
    return CliRunner().invoke(of or command(paint), words, env=environment, catch_exceptions=False)


def test_a_command_goes_by_its_function_and_its_docstring() -> None:
    made = command(paint)
    assert isinstance(made, Command)
    assert (made.name, made.help, made.short_help) == ("paint", "刷漆。 Paint.", "刷漆。 Paint.")


def test_what_is_not_given_has_its_default() -> None:
    assert ran("a").output == repr(([Path("a")], Colour.red, 2, None, None, False)) + "\n"


def test_what_is_given_comes_in_its_type() -> None:
    given = ("a", "--tag", "x", "-c", "blue", "b", "--coats=3", "--share", "0.5", "--tag", "y", "--dry")
    wanted = ([Path("a"), Path("b")], Colour.blue, 3, float("0.5"), ["x", "y"], True)
    assert ran(*given).output == repr(wanted) + "\n"


def test_the_environment_stands_in_for_an_option_and_gives_way_to_it() -> None:
    assert "Colour.blue" in ran("a", PAINT_COLOUR="blue").output
    assert "Colour.red" in ran("a", "--colour", "red", PAINT_COLOUR="blue").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Missing argument 'FILES...'"),
        (("a", "--colour", "green"), "'green' is not one of 'red', 'blue'"),
        (("a", "--coats", "0"), "0 is not in the range 1<=x<=3"),
        (("a", "--coats", "4"), "4 is not in the range 1<=x<=3"),
        (("a", "--coats", "two"), "'two' is not a valid integer"),
        (("a", "--share", "-0.1"), "-0.1 is not in the range x>=0"),
        (("a", "--color", "red"), "No such option '--color'. Did you mean '--colour'?"),
    ],
)
def test_what_is_wrong_is_named_with_exit_code_2(words: tuple[str, ...], said: str) -> None:
    done = ran(*words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stderr.startswith("Usage: paint [OPTIONS] FILES...\n")


def test_an_annotation_that_is_no_type_is_a_mistake_of_ours() -> None:
    def odd(value: Annotated[dict[str, int] | None, Option("--value", help="Any.")] = None) -> None:
        """Nothing."""

    with pytest.raises(TypeError):
        command(odd)


# ---- Help ----


def test_help_says_all_of_a_command() -> None:
    lines = ran("--help", COLUMNS="100").output.splitlines()
    assert lines == [
        "用法 Usage: paint [OPTIONS] FILES...",
        "",
        "刷漆。 Paint.",
        "",
        "参数 Arguments",
        "  FILES...   文件。 Files.",
        "             [必填 required]",
        "",
        "选项 Options",
        "  --colour, -c [red|blue]   颜色。 Colour.",
        "                            [环境变量 env: PAINT_COLOUR · 默认 default: red]",
        "  --coats INTEGER RANGE     遍数。 Coats.",
        "                            [默认 default: 2 · 范围 range: 1<=x<=3]",
        "  --share FLOAT RANGE       比例。 Share.",
        "                            [范围 range: x>=0]",
        "  --tag NAME                标签。 Tag.",
        "  --dry                     不写。 Write nothing.",
        "  --help                    显示本说明。 Show this page.",
    ]


def test_the_help_of_danao_lists_every_command_with_what_it_does() -> None:
    output = ran("--help", of=app, COLUMNS="120").output
    listed = re.findall(r"^  ([a-z]+) +(\S+)", output[output.index("命令 Commands") :], re.MULTILINE)
    assert [name for name, _ in listed] == list(app.modules)
    context = click.Context(app)
    for name, said in listed:
        found = app.get_command(context, name)
        assert found is not None
        assert (found.name, (found.help or "").startswith(said)) == (name, True)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["", *app.modules])
def test_no_line_of_help_is_wider_than_the_terminal(name: str, width: int) -> None:
    output = ran(*([name] if name else []), "--help", of=app, COLUMNS=str(width)).output
    assert output.strip()
    assert [line for line in output.splitlines() if cell_len(line) > width] == []


def test_an_unknown_command_is_met_with_the_nearest() -> None:
    done = ran("asess", of=app)
    assert done.exit_code == 2
    assert "No such command 'asess'. Did you mean 'assess'?" in done.stderr


def test_danao_alone_shows_its_help() -> None:
    done = ran(of=app)
    assert done.exit_code == 2
    assert "命令 Commands" in done.stderr
