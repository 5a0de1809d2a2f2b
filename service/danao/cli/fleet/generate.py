"""``danao fleet generate``."""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import click

from danao.cli.declared import Option, command
from danao.cli.options import InLang, KnowledgeDir, Lang, SchemeName, told
from danao.errors import Text, UsageError

if TYPE_CHECKING:
    from danao.fleet.generate.caster import Caster
    from danao.fleet.generate.run import Tally

_SECOND = 1
# The years that figures may be of, with room before them.
_YEARS = (2000, 2100)

_Count = Annotated[int, Option("--count", "-n", min=1, max=10_000_000, help="生成多少个项目。 How many projects.")]
_To = Annotated[
    Path,
    Option(
        "--to",
        "-o",
        help="目录（每个项目一个文件）、以 .zip .tar.gz .parquet .trig .nq 结尾的文件，或 - 为标准输出。 "
        "A folder (a file a project), a file with one of these endings, or - for standard output.",
    ),
]
_Seed = Annotated[str, Option("--seed", help="随机数的种子；相同则结果相同。 Equal seeds give equal bytes.")]
_Examinations = Annotated[
    Path | None,
    Option("--examinations", help="同时为每个项目写一份审查，形式同 -o。 Write an examination of each as well."),
]
_Mistakes = Annotated[
    float | None,
    Option(
        "--mistakes",
        min=0,
        max=1,
        help="有一处典型错误的项目的份额，默认 0.03。 Share of projects with a typical mistake.",
    ),
]
_AsOf = Annotated[
    str | None,
    Option("--as-of", help="日期围绕哪一天，默认是模具的。 Day that dates lie around; default the mould's."),
]
_MouldFile = Annotated[
    Path | None,
    Option("--mould", help="另一个模具（Turtle，旁边可有同名 .toml）。 Another mould, with a .toml beside it."),
]
_Form = Annotated[str | None, Option("--format", help="标准输出的形式：trig 或 nq。 Form of standard output.")]
_Base = Annotated[
    str,
    Option("--base", envvar="DANAO_BASE", help="实例数据的地址前缀。 Address that instance data lives under."),
]
_Force = Annotated[bool, Option("--force", help="覆盖已有的文件。 Overwrite files that are there.")]


@command
@told
def generate(
    count: _Count,
    to: _To,
    seed: _Seed = "1",
    examinations: _Examinations = None,
    mistakes: _Mistakes = None,
    as_of: _AsOf = None,
    mould: _MouldFile = None,
    form: _Form = None,
    base: _Base = "https://danao.example/",
    force: _Force = False,
    lang: InLang = Lang.zh,
    knowledge: KnowledgeDir = None,
    scheme: SchemeName = None,
) -> None:
    """生成虚构的项目描述，供演示和测试。 Generate invented descriptions, for demonstrations and tests.

    编号相同的项目与总数无关：-n 100 的结果是 -n 1000 的前一百个。
    语法错误、编码错误和空文件只出现在每个项目单独成文件的形式中。
    Project i does not depend on the number of projects. Faults of syntax and encoding, and empty files, occur only in
    forms that keep a file for each project.
    """
    from danao.fleet.generate.run import Order, make, write
    from danao.fleet.generate.sinks import TOGETHER, form_of, opened

    kind = form_of(to, form)
    examined_kind = form_of(examinations, None) if examinations else ""
    _refuse_same(to, examinations)
    address, day = _checked(base), _day(as_of) if as_of else None
    caster = _caster(knowledge, scheme, mould, seed, day)
    share = caster.mould.variety.mistakes if mistakes is None else mistakes
    order = Order(address, share, files=kind not in TOGETHER, examinations=examinations is not None)
    with contextlib.ExitStack() as stack:
        descriptions = stack.enter_context(opened(to, kind, force=force))
        examined = stack.enter_context(opened(examinations, examined_kind, force=force)) if examinations else None
        made = (make(caster, number, order) for number in range(1, count + 1))
        try:
            tally = write(made, descriptions, examined, _progress(count, lang))
        except BrokenPipeError:
            # Whoever read standard output has had enough.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return
    _tell(tally, to, lang)


def _caster(knowledge: Path | None, scheme: str | None, mould: Path | None, seed: str, as_of: dt.date | None) -> Caster:
    from danao.cache import cache_folder
    from danao.fleet.generate.caster import Caster
    from danao.fleet.generate.frame import Frame
    from danao.fleet.generate.mould import load_mould
    from danao.knowledge import load_knowledge
    from danao.resources import data_root

    if knowledge and not mould:
        raise UsageError(
            Text("另一份标准需要自己的模具。", "Another standard needs a mould of its own."),
            fix=Text("用 --mould 指定一份完整的描述。", "Name a complete description with --mould."),
        )
    loaded = load_knowledge(knowledge, scheme=scheme, cache=cache_folder(os.environ))
    cast_in = load_mould(mould or data_root() / "examples" / "mould.ttl", loaded.assessed_classes)
    caster = Caster.of(cast_in, Frame(loaded), seed, as_of)
    # All of this stays to the end: no need to look again and again whether it is still needed.
    gc.freeze()
    return caster


def _day(text: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as fault:
        raise _no_day(text) from fault
    if not _YEARS[0] <= day.year <= _YEARS[1]:
        raise _no_day(text)
    return day


def _no_day(text: str) -> UsageError:
    first, last = _YEARS
    return UsageError(
        Text(f"“{text}”不是 {first} 至 {last} 年的日期。", f"'{text}' is no date of the years {first} to {last}."),
        fix=Text("写成 2025-12-31 的样子。", "Write it like 2025-12-31."),
    )


def _checked(base: str) -> str:
    if base.startswith(("http://", "https://")) and base.endswith("/"):
        return base
    raise UsageError(
        Text(f"地址前缀“{base}”不是以 / 结尾的绝对 IRI。", f"The base '{base}' is no absolute IRI that ends in '/'."),
        fix=Text("写成 https://example.org/ 的样子。", "Write it like https://example.org/."),
    )


def _refuse_same(to: Path, examinations: Path | None) -> None:
    if examinations is not None and to.resolve() == examinations.resolve():
        raise UsageError(
            Text("描述和审查要写到不同的地方。", "Descriptions and examinations go to different places."),
            fix=Text("给 --examinations 另一个名称。", "Give --examinations another name."),
        )


def _progress(count: int, lang: Lang) -> Callable[[Tally], None]:
    """Tells how far it is, once a second, where somebody is looking."""
    shown = [time.monotonic()]
    looking = sys.stderr.isatty()

    def tell(tally: Tally) -> None:
        if looking and time.monotonic() - shown[0] > _SECOND:
            shown[0] = time.monotonic()
            text = Text(f"已生成 {tally.projects} / {count}", f"{tally.projects} of {count}").in_language(lang.value)
            click.echo(f"\r{text}", nl=False, err=True)

    return tell


def _tell(tally: Tally, to: Path, lang: Lang) -> None:
    wrong = tally.mistakes.total()
    kinds = "\n".join(f"  {name} {count}" for name, count in sorted(tally.mistakes.items()))
    shown = f"\n{kinds}" if kinds else ""
    text = Text(
        f"已写入 {to}：{tally.projects} 个虚构的项目，其中 {wrong} 个有一处错误{shown}",
        f"Written: {to}, {tally.projects} invented projects, {wrong} of them with one mistake{shown}",
    )
    click.echo(text.in_language(lang.value), err=True)
