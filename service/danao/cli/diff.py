"""``danao diff``."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from danao.cli.assess import exit_by, problems_to_stderr
from danao.cli.declared import Argument, Option, command
from danao.cli.options import InLang, Lang, reading, told

if TYPE_CHECKING:
    from danao.inputs import Options
    from danao.pipeline import Assessment


class Form(enum.StrEnum):
    """Forms of output."""

    table = "table"
    json = "json"


@command
@told
@reading
def diff(
    before: Annotated[Path, Argument(metavar="A", help="之前的描述。 The earlier description.")],
    after: Annotated[Path, Argument(metavar="B", help="之后的描述，可与 A 相同。 The later one; may be A again.")],
    options: Options,
    lang: InLang = Lang.zh,
    output: Annotated[Form, Option("--output", "-f", help="输出形式。 Form of the output.")] = Form.table,
    top: Annotated[
        int, Option("--top", min=0, help="每张清单列出几条，0 为全部。 Entries of each list; 0 is all.")
    ] = 10,
    examination_b: Annotated[
        list[Path] | None,
        Option("--examination-b", help="B 的审查文件，默认同 A。 Examination of B; default that of A."),
    ] = None,
    as_of_b: Annotated[
        str | None,
        Option("--as-of-b", help="B 的基准日，替换其审查中的日期。 Date of B, in place of the one in its examination."),
    ] = None,
    scheme_b: Annotated[str | None, Option("--scheme-b", help="B 的评分方案，默认同 A。 Scheme of B.")] = None,
    knowledge_b: Annotated[
        Path | None, Option("--knowledge-b", help="B 的知识目录，默认同 A。 Knowledge folder of B.")
    ] = None,
) -> None:
    """同一项目的得分为什么变化：逐项指标、逐个原因，恰好相加。 Why a score changed, by indicator and cause, exactly."""
    from dataclasses import replace

    from danao.difference import differences
    from danao.inputs import assess_sides
    from danao.output import print_json
    from danao.render.difference import show_differences

    later = replace(
        options,
        examination=examination_b or options.examination,
        as_of=options.as_of if as_of_b is None else as_of_b,
        scheme=scheme_b or options.scheme,
        knowledge=knowledge_b or options.knowledge,
    )
    sides = assess_sides((before, options), (after, later), redated=as_of_b is not None)
    _problems_to_stderr(*sides, lang)
    run = differences(*sides)
    if output is Form.json:
        print_json(run)
    else:
        show_differences(run, lang.value, top)
    exit_by([*sides[0], *sides[1]])


def _problems_to_stderr(before: list[Assessment], after: list[Assessment], lang: Lang) -> None:
    """The problems of both sides, those that both have once."""
    found = dict.fromkeys(problem for one in (*before, *after) for problem in one.problems)
    problems_to_stderr([{"problems": [problem.as_json() for problem in found]}], lang)
