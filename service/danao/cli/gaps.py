"""``danao gaps``."""

from __future__ import annotations

import enum
import math
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from danao.cli.assess import exit_by, problems_to_stderr
from danao.cli.declared import Option, command
from danao.cli.options import AsOutput, Files, InLang, Lang, Output, reading, told
from danao.errors import Text, UsageError

if TYPE_CHECKING:
    from danao.inputs import Options


class Result(enum.StrEnum):
    """Kinds of result."""

    self = "self"
    verified = "verified"

    @property
    def kind(self) -> str:
        """The local name of the kind."""
        return {"self": "SelfAssessed", "verified": "Verified"}[self.value]


@command
@told
@reading
def gaps(
    files: Files,
    options: Options,
    lang: InLang = Lang.zh,
    output: AsOutput = Output.table,
    result: Annotated[
        Result, Option("--result", help="按哪种结果排序。 The kind of result that orders the list.")
    ] = Result.self,
    target: Annotated[
        float | None,
        Option("--target", min=0, help="达到该总分要补哪几处。 The gaps to close for this total."),
    ] = None,
    within: Annotated[
        int, Option("--within", min=0, max=36500, help="多少天内到期的证据。 Evidence that expires in days.")
    ] = 90,
    top: Annotated[int, Option("--top", min=0, help="表中列出几处，0 为全部。 Rows of the table; 0 is all.")] = 20,
) -> None:
    """缺什么、证什么，补上各得几分。 What is missing or unproven, by the points it would gain."""
    from danao.closing import gap_facts
    from danao.gaps import gaps as gaps_of
    from danao.gaps import gaps_document
    from danao.inputs import assess_files
    from danao.output import print_json, print_triples
    from danao.render.gaps import show_gaps
    from danao.view import Standard, assessment_view

    total = _exact(target)
    knowledge, assessments = assess_files(files, options)
    standard = Standard(knowledge)
    problems_to_stderr([assessment_view(assessment, standard) for assessment in assessments], lang)
    scored = [assessment for assessment in assessments if not assessment.violated]
    if output in (Output.turtle, Output.jsonld):
        print_triples((fact for one in scored for fact in gap_facts(one)), knowledge, output.value)
    else:
        views = [gaps_of(one, standard, result=result.kind, target=total, within=within) for one in scored]
        run = gaps_document(views, knowledge)
        if output is Output.json:
            print_json(run)
        else:
            show_gaps(run, lang.value, top)
    exit_by(assessments)


def _exact(target: float | None) -> Decimal | None:
    if target is not None and not math.isfinite(target):
        raise UsageError(
            Text(f"目标“{target}”不是一个数。", f"The target '{target}' is no number."),
            fix=Text("写成 60 或 75.5 的形式。", "Write it as 60 or 75.5."),
        )
    return None if target is None else Decimal(str(target))
