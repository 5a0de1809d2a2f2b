"""``danao standard``."""

from __future__ import annotations

import os
from typing import Annotated

from danao.cli.declared import Argument, command
from danao.cli.options import AsOutput, InLang, KnowledgeDir, Lang, Output, SchemeName, told


@command
@told
def standard(
    code: Annotated[str | None, Argument(help="条款号、术语号或要求。 Code of a clause, term or requirement.")] = None,
    lang: InLang = Lang.zh,
    output: AsOutput = Output.table,
    knowledge: KnowledgeDir = None,
    scheme: SchemeName = None,
) -> None:
    """查阅标准：指标、权重、要求、术语。 Look into the standard."""
    from danao.cache import cache_folder
    from danao.knowledge import load_knowledge
    from danao.lookup import show_concept, show_tree

    loaded = load_knowledge(knowledge, scheme=scheme, cache=cache_folder(os.environ))
    if code is None:
        show_tree(loaded, lang.value, output.value)
    else:
        show_concept(code, loaded, lang.value, output.value)
