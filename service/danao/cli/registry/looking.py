"""``danao registry list``, ``show``, ``history``, ``diff``."""

from __future__ import annotations

from typing import Annotated

from danao.cli.declared import Option, command
from danao.cli.diff import Form
from danao.cli.options import AsOutput, InLang, Lang, Output, told
from danao.cli.registry.options import FOLDER, Folder, Identifier, StoreAddress, held

AsForm = Annotated[Form, Option("--output", "-f", help="输出形式。 Form of the output.")]
Version = Annotated[
    int | None, Option("--version", min=1, help="第几版，默认最新。 Which version; default the latest.")
]


@command
@told
def list_(
    lang: InLang = Lang.zh, output: AsForm = Form.table, registry: Folder = FOLDER, store: StoreAddress = None
) -> None:
    """列出登记的项目：当前版本、得分、是否公布。 List projects: the current version, totals, whether published."""
    from danao.output import print_json
    from danao.registry.views import listing
    from danao.render.registry import show_listing

    with held(registry, store) as kept:
        found = listing(kept)
    if output is Form.json:
        print_json(found)
    else:
        show_listing(found, lang.value)


@command
@told
def history(
    identifier: Identifier,
    lang: InLang = Lang.zh,
    output: AsForm = Form.table,
    registry: Folder = FOLDER,
    store: StoreAddress = None,
) -> None:
    """一个项目的全部版本、公布与撤回。 All versions of a project, publications and withdrawals."""
    from danao.output import print_json
    from danao.registry.views import history as history_of
    from danao.render.registry import show_history

    with held(registry, store) as kept:
        found = history_of(kept, identifier)
    if output is Form.json:
        print_json(found)
    else:
        show_history(found, lang.value)


@command
@told
def show(
    identifier: Identifier,
    version: Version = None,
    lang: InLang = Lang.zh,
    output: AsOutput = Output.table,
    registry: Folder = FOLDER,
    store: StoreAddress = None,
) -> None:
    """一个版本的评估，由登记的输入重新得出。 The assessment of a version, computed from what is registered."""
    from danao.cli.assess import show_assessments
    from danao.output import print_triples
    from danao.registry.again import assessment_of, version_of
    from danao.registry.record import facts_of

    with held(registry, store) as kept:
        entry = version_of(kept, identifier, version)
        assessment = assessment_of(entry, kept.shelf)
        stored = facts_of(kept.record, entry.one("assessmentDigest"))
    if output in {Output.turtle, Output.jsonld}:
        print_triples(stored, assessment.knowledge, output.value)
    else:
        show_assessments([assessment], assessment.knowledge, lang, output)


@command
@told
def diff(
    identifier: Identifier,
    version: Version = None,
    before: Annotated[
        int | None,
        Option("--from", min=1, help="与第几版比较，默认前一版。 Which version to start from; default the one before."),
    ] = None,
    lang: InLang = Lang.zh,
    output: AsForm = Form.table,
    top: Annotated[
        int, Option("--top", min=0, help="每张清单列出几条，0 为全部。 Entries of each list; 0 is all.")
    ] = 10,
    registry: Folder = FOLDER,
    store: StoreAddress = None,
) -> None:
    """两个版本之间得分为什么变化。 Why the score changed from one version to another."""
    from danao.difference import differences
    from danao.output import print_json
    from danao.registry.again import assessment_of, version_before, version_of
    from danao.render.difference import show_differences

    with held(registry, store) as kept:
        later = version_of(kept, identifier, version)
        earlier = version_of(kept, identifier, before) if before else version_before(kept, later)
        run = differences(*([assessment_of(one, kept.shelf)] for one in (earlier, later)))
    if output is Form.json:
        print_json(run)
    else:
        show_differences(run, lang.value, top)
