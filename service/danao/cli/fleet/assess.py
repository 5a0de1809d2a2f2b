"""``danao fleet assess``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from click.exceptions import Exit

from danao.cli.declared import Argument, Option, command
from danao.cli.extras import needs
from danao.cli.gaps import Result
from danao.cli.options import InLang, Lang, reading, told
from danao.errors import Text, UsageError

if TYPE_CHECKING:
    from danao.errors import NothingReviewed
    from danao.fleet.run import Plan
    from danao.inputs import Options

Inputs = Annotated[
    list[str],
    Argument(
        metavar="INPUT...",
        help="文件、目录、通配符，或 zip tar tgz parquet nq trig。 Files, folders, globs, or archives and datasets.",
    ),
]
Jobs = Annotated[int | None, Option("--jobs", "-j", min=1, help="本机进程数，默认为核数。 Local processes.")]
NQuads = Annotated[bool, Option("--nquads", help="另写出供登记库用的 N-Quads。 Write N-Quads for a registry as well.")]
KeepSteps = Annotated[
    bool,
    Option("--keep-steps", help="保留各步骤，供改了规则或权重后接着评估。 Keep steps, to go on from with other rules."),
]
Reuse = Annotated[
    Path | None,
    Option(
        "--reuse",
        help="以前的输出目录：没有变的不再评估，有保留步骤的接着评估。 "
        "Earlier results: what is equal is taken over, kept steps are gone on from.",
    ),
]


@command
@told
@reading
def assess(
    inputs: Inputs,
    options: Options,
    out: Annotated[Path, Option("--out", "-o", help="输出目录。 Folder for the results.")],
    lang: InLang = Lang.zh,
    jobs: Jobs = None,
    cluster: Annotated[
        str | None,
        Option("--cluster", metavar="ADDRESS", help="Dask 调度器的地址。 Address of a Dask scheduler."),
    ] = None,
    batch: Annotated[int, Option("--batch", min=1, max=100_000, help="每批几份描述。 Descriptions of one batch.")] = 50,
    nquads: NQuads = False,
    keep_steps: KeepSteps = False,
    reuse: Reuse = None,
    resume: Annotated[
        bool, Option("--resume", help="接着运行同一目录中没有完成的评估。 Go on with the run in the folder.")
    ] = False,
    force: Annotated[
        bool, Option("--force", help="丢弃目录中已有的结果，从头开始。 Discard the results in the folder.")
    ] = False,
    result: Annotated[
        Result | None,
        Option(
            "--result",
            help="显示按哪种结果的排名；默认经过审查的按核定，都没有则按自评。 "
            "The kind of result whose ranking is shown; default verified, where anything was reviewed.",
        ),
    ] = None,
    top: Annotated[int, Option("--top", min=0, help="显示前几名。 How many of the ranking are shown.")] = 10,
    strict: Annotated[
        bool, Option("--strict", help="有描述没能计分时退出码为 1。 Exit with 1 where one was not scored.")
    ] = False,
) -> None:
    """成批评估，结果写成 Parquet、排名和清单。 Assess many descriptions into Parquet, a ranking and a manifest."""
    needs("pyarrow", extra="fleet")
    if cluster:
        needs("dask", "distributed", extra="cluster")
    from danao.fleet.processes import settle

    settle()
    from danao.fleet.run import Plan

    plan = Plan(
        inputs=tuple(inputs),
        out=out,
        settings=_settings(options, out, resume=resume, nquads=nquads, keep_steps=keep_steps),
        examinations=tuple(str(path) for path in options.examination or ()),
        batch=batch,
        jobs=jobs or cores(),
        cluster=cluster,
        resume=resume,
        force=force,
        reuse=reuse,
    )
    if result is Result.verified and not plan.examinations:
        raise _nothing_reviewed(plan)
    summary = _run(plan, lang.value)
    _show(summary, plan, lang.value, result, top)
    if strict and summary["refused"] + summary["unreadable"]:
        raise Exit(1)


def cores() -> int:
    """How many processes this machine runs at once."""
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _settings(options: Options, out: Path, *, resume: bool, nquads: bool, keep_steps: bool) -> Any:  # noqa: ANN401
    from danao.fleet.manifest import FILE, read_manifest
    from danao.fleet.settings import UnitSettings
    from danao.inputs import base_of, date_of
    from danao.limits import limits_of

    if options.format is not None:
        raise _no_format()
    as_of = options.as_of
    # A run that goes on does so with its own date, whatever day it is by now.
    if as_of is None and resume and (out / FILE).exists():
        as_of = read_manifest(out).settings["as_of"]
    return UnitSettings(
        as_of=date_of(as_of, options.time_zone),
        base=base_of(options.base),
        limits=limits_of(options.limits or ()),
        knowledge=None if options.knowledge is None else str(options.knowledge),
        scheme=options.scheme,
        engine=options.engine,
        nquads=nquads,
        keep_steps=keep_steps,
    )


def _no_format() -> UsageError:
    return UsageError(
        Text("成批评估按扩展名识别格式。", "Fleets tell the format of a description by the ending of its name."),
        fix=Text("去掉 --format，给文件加上扩展名。", "Leave out --format and give files their endings."),
    )


def _run(plan: Plan, lang: str) -> dict[str, Any]:
    from danao.fleet.progress import Reporter
    from danao.fleet.run import Interrupted, run
    from danao.render import Renderer

    reporter = Reporter(lang)
    try:
        return run(plan, reporter)
    except (Interrupted, KeyboardInterrupt) as ended:
        reporter.stop()
        Renderer(lang, stderr=True).say(
            f"已中断。已写出的结果保留在 {plan.out}，加上 --resume 即可接着运行。",
            f"Interrupted. What was written stays in {plan.out}; go on with --resume.",
        )
        raise Exit(130) from ended
    finally:
        reporter.stop()


def _show(summary: dict[str, Any], plan: Plan, lang: str, wanted: Result | None, top: int) -> None:
    from danao.fleet.ranking import ranked
    from danao.render import Renderer
    from danao.render.fleet.run import show_ranking, show_summary

    show_summary(summary, lang)
    if wanted is Result.verified and not summary["reviewed"]:
        raise _nothing_reviewed(plan)
    result = (wanted or (Result.verified if summary["reviewed"] else Result.self)).value
    bands = {band["iri"]: band["label"] for band in summary["bands"][result]}
    if top:
        show_ranking(ranked(plan.out, result, bands), result, lang, top)
    Renderer(lang, stderr=True).say(
        f"结果在 {plan.out}。接着可以看：danao fleet rank、heatmap、stats 或 ask。",
        f"Results are in {plan.out}. Look at them with danao fleet rank, heatmap, stats or ask.",
    )


def _nothing_reviewed(plan: Plan) -> NothingReviewed:
    from danao.fleet.analysis.selection import nothing_reviewed

    return nothing_reviewed(plan.out)
