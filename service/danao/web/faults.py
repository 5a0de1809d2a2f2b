"""What FastAPI and Starlette find wrong with a request, by the names of our errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from danao.errors import BadRequest, DanaoError, NotFound, Text, WrongMethod
from danao.web.problems import problem_answer
from danao.web.service import Service

_NOT_FOUND, _WRONG_METHOD = 404, 405
_FEW = 5


def add_handlers(app: FastAPI) -> None:
    """Let an application answer every error as problem details."""
    app.add_exception_handler(DanaoError, _told)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)


def _told(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, DanaoError)  # noqa: S101 - it is registered for nothing else
    service: Service = request.app.state.service
    return problem_answer(fault, request.scope, service.base)


def _invalid(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, RequestValidationError)  # noqa: S101 - as above
    return _told(request, invalid(fault.errors()))


def invalid(faults: Sequence[Mapping[str, Any]]) -> BadRequest:
    """Parameters that are not what they should be, the first few by name."""
    told = [f"{'.'.join(str(part) for part in fault['loc'][1:])}: {fault['msg']}" for fault in faults[:_FEW]]
    return BadRequest(
        Text(f"参数不对。{'；'.join(told)}。", f"Parameters are wrong. {'; '.join(told)}."),
        fix=Text("参数见 /openapi.json。", "See /openapi.json for what they may be."),
    )


def _refused(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)  # noqa: S101 - as above
    response = _told(request, named(fault))
    response.headers.update(fault.headers or {})
    return response


def named(fault: HTTPException) -> DanaoError:
    """The error that something Starlette refuses goes by."""
    if fault.status_code == _NOT_FOUND:
        return NotFound(
            Text("这里什么也没有。", "There is nothing at this address."),
            fix=Text("从 / 开始。", "Begin at /."),
        )
    if fault.status_code == _WRONG_METHOD:
        return WrongMethod(
            Text("这个地址不用这种方法。", "This address does not take this method."),
            fix=Text("可用的方法见 Allow。", "The header Allow names those that it takes."),
        )
    return BadRequest(
        Text(f"请求有误：{fault.detail}", f"The request cannot be made sense of: {fault.detail}"),
        fix=Text("用法见 /openapi.json。", "See /openapi.json."),
    )
