"""``danao registry catalogue``."""

from __future__ import annotations

import enum
from typing import Annotated

from danao.cli.declared import Option, command
from danao.cli.options import InLang, Lang, told
from danao.cli.registry.options import FOLDER, Folder, StoreAddress, held


class Form(enum.StrEnum):
    """Forms of output."""

    turtle = "turtle"
    jsonld = "jsonld"


@command
@told
def catalogue(
    lang: InLang = Lang.zh,  # noqa: ARG001 - the language of errors
    output: Annotated[Form, Option("--output", "-f", help="输出形式。 Form of the output.")] = Form.turtle,
    public: Annotated[bool, Option("--public", help="公众所见的。 As the public sees it.")] = False,
    registry: Folder = FOLDER,
    store: StoreAddress = None,
) -> None:
    """登记库的目录、统计与查询服务说明（DCAT、VoID）。 Catalogue, statistics and service description (DCAT, VoID)."""
    from danao.output import print_triples
    from danao.registry.describing import self_description
    from danao.registry.entries import entry_at

    with held(registry, store) as kept:
        found = self_description(kept, public=public)
        knowledge = kept.shelf.knowledge(entry_at(kept.record, kept.record.length).one("listingDigest"))
    print_triples(found, knowledge, output.value)
