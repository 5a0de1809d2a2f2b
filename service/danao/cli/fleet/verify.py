"""``danao fleet verify``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from click.exceptions import Exit

from danao.cli.declared import Argument, Option, command
from danao.cli.extras import needs
from danao.cli.fleet.assess import Jobs, cores
from danao.cli.options import InLang, Lang, told


@command
@told
def verify(
    out: Annotated[Path, Argument(help="danao fleet assess 的输出目录。 A folder of results.")],
    lang: InLang = Lang.zh,
    recompute: Annotated[
        bool, Option("--recompute", help="用原来的输入重新评估并比较。 Assess the inputs again and compare.")
    ] = False,
    sample: Annotated[
        int | None, Option("--sample", min=1, help="只重新评估这么多份。 Assess only so many again.")
    ] = None,
    jobs: Jobs = None,
) -> None:
    """核对结果与清单是否一致。 Check that results are what their manifest says."""
    needs("pyarrow", extra="fleet")
    from danao.fleet.processes import settle

    settle()
    from danao.fleet.progress import Reporter
    from danao.fleet.verify import changed_files, recomputed, sampled
    from danao.render import Renderer

    renderer = Renderer(lang.value)
    different = changed_files(out)
    renderer.say(f"文件摘要：{_verdict(different, 'zh')}", f"digests of files: {_verdict(different, 'en')}")
    if recompute and sample is None:
        again = recomputed(out, jobs or cores(), Reporter(lang.value))
        renderer.say(f"全部重新评估：{_verdict(again, 'zh')}", f"all assessed again: {_verdict(again, 'en')}")
        different += again
    elif sample is not None:
        count, again = sampled(out, sample, jobs or cores())
        renderer.say(
            f"重新评估 {count} 份：{_verdict(again, 'zh')}", f"{count} assessed again: {_verdict(again, 'en')}"
        )
        different += again
    if different:
        raise Exit(1)


def _verdict(different: list[str], lang: str) -> str:
    if not different:
        return "一致" if lang == "zh" else "equal"
    return ("不同：" if lang == "zh" else "different: ") + ", ".join(different)
