"""``danao schema`` and ``danao context``: the formats that are written, for programs that read them."""

from __future__ import annotations

import os
from typing import Annotated

from danao.cli.declared import Argument, command
from danao.cli.options import InLang, KnowledgeDir, Lang, told


@command
@told
def schema(
    name: Annotated[
        str | None, Argument(help="格式的名称，即 JSON 中的 format。 Name of a format, as JSON output gives it.")
    ] = None,
    lang: InLang = Lang.zh,
) -> None:
    """列出 JSON 输出的格式，或给出其中一种的 JSON Schema。 List the JSON formats, or print the schema of one."""
    from danao.formats.schemas import read_schema, schema_names
    from danao.output import print_json
    from danao.render.formats import show_schemas

    if name is None:
        show_schemas([read_schema(one) for one in schema_names()], lang.value)
    else:
        print_json(read_schema(name))


@command
@told
def context(lang: InLang = Lang.zh, knowledge: KnowledgeDir = None) -> None:  # noqa: ARG001 - errors are told in it
    """给出标准的 JSON-LD 上下文。 Print the JSON-LD context of the standard."""
    from danao.cache import cache_folder
    from danao.formats.context import document
    from danao.knowledge import load_knowledge
    from danao.output import print_json_ld

    print_json_ld(document(load_knowledge(knowledge, cache=cache_folder(os.environ))))
