"""``danao check``, ``danao assess``, ``danao explain``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from click.exceptions import Exit

from danao.cli.declared import Argument, command
from danao.cli.options import AsOutput, File, Files, InLang, Lang, Output, reading, told

if TYPE_CHECKING:
    from danao.inputs import Options
    from danao.knowledge import Knowledge
    from danao.pipeline import Assessment


@command
@told
@reading
def check(files: Files, options: Options, lang: InLang = Lang.zh, output: AsOutput = Output.table) -> None:
    """检查描述是否可用，列出每个问题和改法。 Check whether descriptions are usable."""
    from danao.inputs import check_files

    knowledge, assessments = check_files(files, options)
    _show_checks(assessments, knowledge, lang, output)
    exit_by(assessments)


@command
@told
@reading
def assess(files: Files, options: Options, lang: InLang = Lang.zh, output: AsOutput = Output.table) -> None:
    """评估描述，给出自评与核定两种结果。 Assess descriptions, self-assessed and verified."""
    from danao.inputs import assess_files

    knowledge, assessments = assess_files(files, options)
    show_assessments(assessments, knowledge, lang, output)
    exit_by(assessments)


@command
@told
@reading
def explain(
    file: File,
    code: Annotated[str, Argument(help="条款号，例如指标的编号。 Code of an element, such as an indicator's.")],
    options: Options,
    lang: InLang = Lang.zh,
    output: AsOutput = Output.table,
) -> None:
    """解释一个指标的得分：条款、形状、主张、证据、结论、算式。 Explain the score of one element."""
    from danao.inputs import assess_files

    knowledge, assessments = assess_files([file], options)
    _show_explanations(assessments, knowledge, code, lang, output)
    exit_by(assessments)


def exit_by(assessments: Sequence[Assessment]) -> None:
    """Leave with code 1 where a description has violations."""
    if any(assessment.violated for assessment in assessments):
        raise Exit(1)


# ---- Output ----


def _show_checks(assessments: Sequence[Assessment], knowledge: Knowledge, lang: Lang, output: Output) -> None:
    from danao.view import document

    if output is Output.json:
        from danao.output import print_json

        print_json(document(assessments, knowledge))
    elif output is not Output.table:
        from danao.output import problems_as_rdf

        problems_as_rdf(assessments, knowledge, output.value)
    else:
        from danao.render import Renderer

        renderer = Renderer(lang.value)
        for view in document(assessments, knowledge)["assessments"]:
            renderer.checked(view)


def show_assessments(assessments: Sequence[Assessment], knowledge: Knowledge, lang: Lang, output: Output) -> None:
    """Assessments in the form asked for, their problems beside them."""
    from danao.view import document

    run = document(assessments, knowledge, weighted=output is Output.table)
    problems_to_stderr(run["assessments"], lang)
    if output is Output.json:
        from danao.output import print_json

        print_json(run)
    elif output is not Output.table:
        from danao.output import as_rdf

        as_rdf(assessments, knowledge, output.value)
    else:
        from danao.render import Renderer

        for view in run["assessments"]:
            Renderer(lang.value).assessment(view, run)


def problems_to_stderr(views: Sequence[dict[str, Any]], lang: Lang) -> None:
    """The problems of assessments, beside the output."""
    found = [view["problems"] for view in views if view["problems"]]
    if found:
        from danao.render import Renderer

        for problems in found:
            Renderer(lang.value, stderr=True).problems(problems)


def _show_explanations(
    assessments: Sequence[Assessment], knowledge: Knowledge, code: str, lang: Lang, output: Output
) -> None:
    from danao.explain import explanation, explanations_document
    from danao.output import as_rdf, print_json
    from danao.render import Renderer
    from danao.view import Standard, assessment_view

    standard = Standard(knowledge)
    element = standard.scored_element(code)
    views = [assessment_view(assessment, standard) for assessment in assessments]
    problems_to_stderr(views, lang)
    scored = [assessment for assessment in assessments if not assessment.violated]
    if output is Output.json:
        print_json(explanations_document(scored, element, standard))
    elif output is not Output.table:
        as_rdf(scored, knowledge, output.value, below=element)
    else:
        for assessment in scored:
            view = explanation(assessment, element, standard)
            Renderer(lang.value).explanation(view, assessment.description.identifier)
