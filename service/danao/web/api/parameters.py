"""The parameters that routes of the API share, with what the OpenAPI says of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from fastapi import Depends, Path, Query

from danao.web.asking import Asked, asked

AskedBy = Annotated[Asked, Depends(asked)]
Identifier = Annotated[
    str,
    Path(
        max_length=200,
        description="项目标识（dcterms:identifier）。 The identifier of the project.",
        examples=["sd-wood-2025"],
    ),
]
Code = Annotated[
    str,
    Path(
        max_length=500,
        description="要素的编号、本地名或 IRI。 The code of an element, as commands take it.",
    ),
]
Version = Annotated[
    int | None,
    Query(
        ge=1,
        le=1_000_000_000,
        description="第几版，默认当前版；只看得到公开内容时是第几次公布。 Which version, the current one by itself; "
        "for who sees what is public, which publication.",
    ),
]
ResultKind = Literal["SelfAssessed", "Verified"]
Points = Annotated[
    Decimal | None,
    Query(ge=0, le=1_000_000, allow_inf_nan=False, description="要达到的总分。 The total to reach."),
]
