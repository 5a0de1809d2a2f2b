"""The audit log, for administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from danao.errors import NotAllowed, NoToken, Text
from danao.web.admitting import noted
from danao.web.api.describing import gives
from danao.web.api.parameters import AskedBy
from danao.web.audit import exported
from danao.web.readers import Scope

routes = APIRouter(default_response_class=Response, tags=["administration"])
LINES = "application/x-ndjson"
_MOST = 10**12
Start = Annotated[int, Query(alias="from", ge=1, le=_MOST, description="从第几条起。 The entry to begin with.")]


@routes.get("/audit", **gives("readAuditLog", [LINES], 403))
def audit(request: Request, asked: AskedBy, start: Start = 1) -> Response:
    """审计日志，每行一个 JSON，末行有签名。 The audit log as lines of JSON, the last of them signed."""
    noted(request, "read audit")
    if asked.reader.is_public:
        raise NoToken(
            Text("审计日志需要令牌。", "The audit log takes a token."),
            fix=Text("带上 admin 令牌。", "Send a token to administer."),
        )
    if Scope.admin not in asked.reader.scopes:
        raise NotAllowed(
            Text("审计日志只供管理员读取。", "The audit log is for administrators."),
            fix=Text("带上 admin 令牌。", "Send a token to administer."),
        )
    lines = exported(asked.service.state, start)
    return StreamingResponse(lines, headers={"Cache-Control": "no-store"}, media_type=LINES)
